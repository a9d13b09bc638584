"""From which day the currency pages look, at which interest, and how amounts are put into the reporting currency."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pandas as pd
import pytest

from dashboard import currency
from risk.checks import InputError
from risk.reference import policy_rate_history, policy_rates

FIXINGS = pd.bdate_range("2026-01-01", "2026-10-29")


def test_pages_look_from_the_newest_rate_while_orders_are_recent() -> None:
    assert currency.day_of_analysis(FIXINGS, pd.Timestamp("2026-09-15 10:00")) == dt.date(2026, 10, 29)
    assert currency.day_of_analysis(FIXINGS, pd.Timestamp("2026-11-20")) == dt.date(2026, 10, 29)


def test_old_orders_are_seen_from_the_day_of_the_last() -> None:
    assert currency.day_of_analysis(FIXINGS, pd.Timestamp("2026-03-10 23:59")) == dt.date(2026, 3, 10)


def test_a_month_without_another_business_day_is_complete() -> None:
    friday = pd.bdate_range("2026-01-01", "2026-10-30")
    assert currency.day_of_analysis(friday, pd.Timestamp("2026-10-31")) == dt.date(2026, 10, 31)


def test_orders_before_all_rates_are_refused_in_a_sentence() -> None:
    with pytest.raises(InputError, match="2025-05-01, and there are no exchange rates before 2026-01-01"):
        currency.day_of_analysis(FIXINGS, pd.Timestamp("2025-05-01"))


def test_interest_is_the_newest_today() -> None:
    now = currency.interest_on(dt.date(2026, 10, 31))
    assert now["rate"].to_dict() == policy_rates()["rate"].to_dict()


def test_interest_of_long_ago_is_that_of_its_quarter_and_shows_where_there_was_none() -> None:
    then = currency.interest_on(dt.date(2011, 11, 15))
    assert then.loc["GBP", "rate"] == policy_rate_history().loc["2011-10-01", "GBP"]
    assert then.loc["GBP", "as_of"] == pd.Timestamp("2011-10-01")
    assert then.loc["CNY", "rate"] == policy_rates().loc["CNY", "rate"]
    assert then.loc["CNY", "as_of"].year == 2026


def test_interest_from_before_any_is_known_is_the_newest_which_its_date_shows() -> None:
    then = currency.interest_on(dt.date(2003, 6, 30))
    assert then["rate"].to_dict() == policy_rates()["rate"].to_dict()
    assert (then["as_of"] > pd.Timestamp("2020-01-01")).all()


def test_amounts_are_converted_at_the_newest_rate_and_what_has_none_is_left_out() -> None:
    exposure = pd.DataFrame(
        {
            "month": pd.to_datetime(["2026-01-01", "2026-02-01", "2026-01-01", "2026-01-01"]),
            "currency": ["USD", "USD", "TWD", "CNY"],
            "net": [10.0, 20.0, 5.0, 7.0],
        }
    )
    # The last day has no fixing of the dollar.
    rates = pd.DataFrame({"USD": [6.0, 7.0, None]}, pd.bdate_range("2026-10-28", periods=3))
    position = SimpleNamespace(exposure=exposure, rates=rates, reporting="CNY")
    converted = currency.converted(position, "net")
    assert converted.to_dict("list") == {"USD": [70.0, 140.0]}


@pytest.mark.parametrize(
    "said", [{"interest": {"USD": 9.0}}, {"budget": {"USD": 0.0}}, {"budget": {"USD": float("nan")}}]
)
def test_rates_beyond_reason_are_refused(said: dict[str, dict[str, float]]) -> None:
    with pytest.raises(InputError, match="must"):
        currency.Assumptions(**said)


def test_rates_that_end_long_before_the_orders_are_said_to() -> None:
    assert currency.behind(FIXINGS, pd.Timestamp("2026-11-29 23:00")) == ()
    (said,) = currency.behind(FIXINGS, pd.Timestamp("2026-11-30"))
    assert "end on 2026-10-29, 32 days before your last orders" in said
