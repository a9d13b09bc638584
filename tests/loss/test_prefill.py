"""What the families begin with: rates that yield to counts, amounts in one currency, notes on what is missing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from risk.checks import InputError, Sentence
from risk.loss.prefill import Amounts, Believed, MissingRateError, entry, prefilled
from risk.loss.register import Entry
from risk.loss.severity import Fixed


def made(rate: Believed, basis: str = "expert") -> Entry:
    return entry("ip.takedown", Sentence("Takedown"), rate, Fixed(100.0), Sentence("Cost: known."), None, basis)


def test_the_reporting_currency_needs_no_rate_and_others_do() -> None:
    amounts = Amounts("EUR", {"USD": 0.9})
    assert (amounts.of(10, "EUR"), amounts.of(10, "USD")) == (10.0, pytest.approx(9.0))
    with pytest.raises(MissingRateError, match="GBP"):
        amounts.of(10, "GBP")


def test_a_rate_of_zero_is_no_rate() -> None:
    with pytest.raises(InputError):
        Amounts("EUR", {"USD": 0.0})


def test_nobody_counted_is_not_the_same_as_none_counted() -> None:
    unknown, none = Believed(0.1, 1.0), Believed(0.1, 1.0, events=0, years=5.0)
    assert unknown.belief.interval() == pytest.approx((0.1, 1.0))
    assert none.frequency.mean < unknown.frequency.mean


def test_what_is_counted_long_enough_makes_the_rate() -> None:
    """600 events in 200 years: three a year, within a few percent, whatever was assumed."""
    rate = Believed(0.1, 1.0, events=600, years=200.0)
    assert rate.frequency.mean == pytest.approx(3.0, rel=0.05)
    assert made(rate).basis == "data"


def test_long_years_without_an_event_are_data() -> None:
    assert made(Believed(0.1, 1.0, events=0, years=20.0)).basis == "data"
    assert made(Believed(0.1, 1.0, events=0, years=1.0)).basis == "expert"


def test_recorded_facts_never_pass_as_own_data() -> None:
    rate = Believed(0.1, 1.0, events=60, years=20.0, own=False)
    assert made(rate, "facts").basis == "facts"
    assert "60 recorded in 20 years" in rate.sentence


def test_a_source_says_where_rate_and_cost_come_from() -> None:
    assert made(Believed(0.1, 1.0)).source == (
        "Rate: 0.1 to 1 a year is a starting assumption, please review. Cost: known."
    )


def test_a_peril_without_an_exchange_rate_is_left_out_with_one_note() -> None:
    def fits(amounts: Amounts) -> Iterator[Entry]:
        yield made(Believed(0.1, 1.0))

    def lacks(amounts: Amounts) -> Iterator[Entry]:
        amounts.rate("CNY")
        yield made(Believed(0.1, 1.0))

    entries, notes = prefilled((fits, lacks, lacks), Amounts("EUR"))
    assert len(entries) == 1
    assert notes == ("Perils whose amounts need it are left out. There is no exchange rate from CNY.",)


def test_negative_counts_are_refused() -> None:
    with pytest.raises(InputError):
        Believed(0.1, 1.0, events=-1, years=1.0)
