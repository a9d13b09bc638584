"""Destinations against the law of the day: by hand from the facts, exact at the limits, nothing invented."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest

from risk.legal import markets
from risk.legal.case import LegalCase, LegalHistory
from risk.loss.prefill import Amounts
from risk.reference import fines
from risk.reference.law import RULES
from risk.reference.wording import rule_in_words
from risk.trade import Destination, Trade

FX = {"USD": 0.9, "GBP": 1.15, "AUD": 0.6}
PLACES = (
    Destination("DE", 300_000.0, 6_000.0, 9_000.0),
    Destination("GB", 100_000.0, 2_000.0, 2_500.0),
    Destination("HK", 50_000.0, 1_000.0, 1_000.0),
    Destination("XX", 10_000.0, 100.0, 100.0),
)
VALUES = pd.DataFrame(
    [
        ("DE", "EUR", 1, 4_000, 200_000.0),
        ("DE", "EUR", 2, 2_000, 400_000.0),
        ("GB", "GBP", 1, 100, 13_500.0),
        ("GB", "GBP", 2, 100, 13_501.0),
        ("GB", "XXX", 2, 100, 10.0),
    ],
    columns=["country", "currency", "step", "orders", "sales"],
)


def case(seat: str | None = "CN", on: dt.date = dt.date(2026, 11, 23), fx: dict[str, float] = FX) -> LegalCase:
    return LegalCase(Trade("EUR", 2.0, PLACES, 10, 0.3), LegalHistory(), on, Amounts("EUR", fx), seat)


def test_each_destination_is_told_what_the_border_does_to_it() -> None:
    found = markets.destinations(case(), VALUES).set_index("country")["relief"]
    assert found.to_dict() == {"DE": "no relief", "GB": "relief", "HK": "no limit", "XX": "unrecorded"}
    inside = markets.destinations(case("FR"), VALUES).set_index("country")["relief"]
    assert inside["DE"] == "inside"


def test_orders_of_exactly_the_limit_are_free_and_a_year_is_half_of_two() -> None:
    row = markets.destinations(case(), VALUES).set_index("country").loc["GB"]
    assert row["exempt_parcels"] == 50
    assert row["exempt_sales"] == pytest.approx(13_500 * 1.15 / 2)


def test_rules_change_with_the_day() -> None:
    before = markets.destinations(case(on=dt.date(2026, 6, 30)), VALUES).set_index("country").loc["DE"]
    assert (before["relief"], before["duty_limit"], before["ends"]) == ("relief", 150.0, pd.Timestamp("2026-06-30"))
    assert before["exempt_parcels"] == 2_000


def test_the_parts_of_a_bar_add_up_to_the_sales() -> None:
    for seat in ("CN", "FR", None):
        places = markets.destinations(case(seat), VALUES)
        parts = markets.relief_parts(places)
        assert parts.sum(axis=1).tolist() == pytest.approx(places["sales"].tolist())
    assert markets.relief_parts(markets.destinations(case(fx={}), VALUES)).loc["GB", "unknown"] == 100_000.0


def test_charges_count_own_parcels_up_to_their_value() -> None:
    found = markets.charges(case(), VALUES).set_index(["destination", "per"])
    row = found.loc[("EU", "item")]
    assert row["parcels"] == 2_000, "of two years, those of EUR 50; those of EUR 200 are above EUR 150"
    assert row["cost"] == pytest.approx(2 * 2_000)
    assert markets.charges(case("FR"), VALUES).empty


def test_a_surcharge_on_the_value_is_one_on_all_sales() -> None:
    american = Trade("EUR", 1.0, (Destination("US", 1_000.0, 10.0, 10.0),), 1, 0.3)
    on = dt.date(2026, 3, 1)
    found = markets.charges(LegalCase(american, LegalHistory(), on, Amounts("EUR", FX), "CN"), VALUES)
    assert found["cost"].tolist() == pytest.approx([100.0])


def test_the_end_of_a_relief_costs_as_the_register_has_it() -> None:
    (row,) = markets.end_of_relief(case(), VALUES).to_dict("records")
    assert row["market"] == "GB"
    assert (row["low"], row["high"]) == pytest.approx((0.025 * row["sales"], 0.25 * row["sales"]))
    european = markets.end_of_relief(case(on=dt.date(2026, 6, 30)), VALUES).set_index("market").loc["EU"]
    assert (european["low"], european["high"]) == pytest.approx((2 * 2_000, 8 * 2_000))
    assert set(markets.end_of_relief(case("DE"), VALUES)["market"]) == {"GB"}


def test_without_an_exchange_rate_an_amount_is_missing_not_zero() -> None:
    (row,) = markets.end_of_relief(case(fx={}), VALUES).to_dict("records")
    assert math.isnan(row["low"])
    caps = markets.regimes(case(fx={})).set_index("currency")["cap"]
    assert caps["GBP"].isna().all()
    assert caps["EUR"].notna().any()


def test_a_seller_without_destinations_meets_no_foreign_law() -> None:
    nowhere = LegalCase(Trade("EUR", 1.0, (), 1, 0.3, 100.0), LegalHistory(), dt.date(2026, 11, 23), Amounts("EUR", FX))
    assert markets.destinations(nowhere, VALUES).empty
    assert list(markets.destinations(nowhere, VALUES)) == markets.DESTINATIONS
    assert markets.charges(nowhere, VALUES.head(0)).empty
    assert markets.regimes(nowhere).empty
    assert markets.end_of_relief(nowhere, VALUES).empty


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_can_be_worded_without_a_gap(rule: str) -> None:
    table = fines()
    said = [rule_in_words(row) for _, row in table[table["rule"] == rule].iterrows()]
    assert said
    assert not [text for text in said if "nan" in text or "{" in text]
