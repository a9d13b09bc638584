"""Calibration: out of nothing that was known later, and with a reason for each currency that is left out."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from risk.calibration import currency_risk
from risk.checks import InputError
from risk.currency.forwards import forward_rate
from risk.currency.model import CurrencyRisk
from risk.currency.rates import ecb_rates, last_fixing
from risk.reference import policy_rates

RATES = ecb_rates("CNY")
INTEREST = policy_rates()


def orders(amounts: dict[str, float], first: str = "2024-07-01", months: int = 24) -> pd.DataFrame:
    """An exposure answer with 10 % of noise, the same for a currency whatever the others are."""
    index = pd.date_range(first, periods=months, freq="MS")
    frames = []
    for code, amount in amounts.items():
        noise = np.random.default_rng([ord(letter) for letter in code]).normal(1, 0.1, months)
        frames.append(pd.DataFrame({"month": index, "currency": code, "net": amount * noise}))
    return pd.concat(frames, ignore_index=True)


BOOK = {"USD": 500_000.0, "EUR": 200_000.0, "JPY": -3_000_000.0}


def calibrated(amounts: dict[str, float] = BOOK, as_of: str = "2026-06-30", **options: object) -> CurrencyRisk:
    return currency_risk(orders(amounts), RATES, INTEREST, "CNY", as_of, **options)  # type: ignore[arg-type]


def test_a_model_comes_out_of_orders_and_facts() -> None:
    model = calibrated()
    assert set(model.currencies) == {"USD", "EUR", "JPY"}
    assert model.receipts.shape == (12, 3)
    place = model.currencies.index("USD")
    assert model.receipts[:, place].mean() == pytest.approx(500_000, rel=0.15)
    assert (model.receipts[:, model.currencies.index("JPY")] < 0).all()
    assert model.spot[place] == RATES.loc["2026-06-30", "USD"]
    assert np.array_equal(model.budget, model.spot)
    assert model.dynamics.rows.shape == (2520, 3)
    assert model.notes == ()
    assert np.isfinite(model.simulate(100, np.random.default_rng(0)).losses).all()


def test_nothing_later_than_the_day_changes_it() -> None:
    later = orders(BOOK, "2026-07-01", 3).assign(net=1e12)
    disturbed = RATES.copy()
    disturbed.loc["2026-07-01":] *= 3.0
    with_future = currency_risk(pd.concat([orders(BOOK), later]), disturbed, INTEREST, "CNY", "2026-06-30")
    for field in ("receipts", "covariance", "spot", "forwards"):
        assert np.array_equal(getattr(with_future, field), getattr(calibrated(), field)), field
    assert np.array_equal(with_future.dynamics.rows, calibrated().dynamics.rows)


def test_receipts_are_converted_on_the_last_business_day_of_each_month() -> None:
    model = calibrated()
    assert model.value_dates[:3] == (dt.date(2026, 7, 31), dt.date(2026, 8, 31), dt.date(2026, 9, 30))
    assert model.fixing_days[0] == 23, "Mondays to Fridays after 30 June"
    assert len(model.value_dates) == 12


def test_the_day_before_a_month_ends_on_a_weekend_has_its_fixing_ahead() -> None:
    model = calibrated(as_of="2026-10-30")
    assert model.value_dates[0] == dt.date(2026, 11, 2)
    assert model.fixing_days[0] == 1
    assert "2026-06" in model.notes[0]


def test_forwards_follow_interest_from_the_settlement_of_spot() -> None:
    model = calibrated()
    place = model.currencies.index("EUR")
    days = (dt.date(2026, 7, 31) - dt.date(2026, 7, 2)).days
    yearly = INTEREST["rate"]
    expected = forward_rate(model.spot[place], yearly["CNY"], yearly["EUR"], days)
    assert model.forwards[0, place] == pytest.approx(expected)


def test_a_forecast_bridges_months_without_data() -> None:
    straight, late = calibrated(), calibrated(as_of="2026-08-31")
    place = straight.currencies.index("USD")
    assert late.receipts[:10, place] == pytest.approx(straight.receipts[2:, place])
    assert late.covariance[place][:10, :10] == pytest.approx(straight.covariance[place][2:, 2:])
    assert "2026-06" in late.notes[-1]


def test_each_currency_left_out_has_its_reason() -> None:
    amounts = {"USD": 1.0, "RUB": 1.0, "VND": 1.0, "ISK": 1.0, "CNY": 9.0, "PLN": 0.0}
    model = calibrated(amounts)
    assert model.currencies == ("USD",)
    assert {str(note) for note in model.notes} == {
        "RUB is left out: its rates ended on 2022-03-01.",
        "VND is left out: there are no exchange rates for it.",
        "ISK is left out: no interest rate is known for it.",
    }


def test_a_currency_with_few_rates_or_one_month_of_orders_is_left_out() -> None:
    rates = RATES[["USD", "EUR", "GBP"]].copy()
    rates.loc[:"2026-03-31", "GBP"] = np.nan
    exposure = pd.concat([orders({"USD": 1.0, "GBP": 1.0}), orders({"EUR": 1.0}, "2026-06-01", 1)])
    model = currency_risk(exposure, rates, INTEREST, "CNY", "2026-06-30")
    assert model.currencies == ("USD",)
    assert any("GBP is left out: 62 days" in note for note in model.notes)
    assert any("EUR is left out: one month" in note for note in model.notes)


def test_a_short_history_of_orders_is_noted() -> None:
    model = currency_risk(orders(BOOK, "2026-01-01", 6), RATES, INTEREST, "CNY", "2026-06-30")
    assert "Only 6 months of receipts" in model.notes[0]


def test_budget_rates_ratios_and_spread_are_taken_when_given() -> None:
    model = calibrated(budget={"USD": 7.5}, ratios={"EUR": 0.5}, spread=0.002, months=6)
    usd, eur = (model.currencies.index(code) for code in ("USD", "EUR"))
    assert model.budget[usd] == 7.5
    assert model.budget[eur] == model.spot[eur]
    assert model.ratios[[usd, eur]].tolist() == [0.0, 0.5]
    assert model.spread == 0.002
    assert model.receipts.shape[0] == 6


def test_interest_can_be_entered_by_currency() -> None:
    flat = dict.fromkeys(["CNY", "USD", "EUR", "JPY"], 0.0)
    model = currency_risk(orders(BOOK), RATES, flat, "CNY", "2026-06-30")
    assert model.forwards == pytest.approx(np.tile(model.spot, (12, 1)))


def test_a_reporting_currency_without_interest_is_refused() -> None:
    with pytest.raises(InputError, match="interest rate is known for CNY"):
        currency_risk(orders(BOOK), RATES, INTEREST["rate"].drop("CNY"), "CNY", "2026-06-30")


def test_the_spot_rate_is_the_last_known() -> None:
    model = calibrated(as_of="2026-07-05")  # a Sunday
    assert model.spot[model.currencies.index("USD")] == last_fixing(RATES[["USD"]], "2026-07-03")["USD"]


@pytest.mark.parametrize(
    ("amounts", "said"),
    [({"CNY": 5.0}, "All receipts are in CNY"), ({"VND": 5.0}, "VND is left out"), ({"USD": 0.0}, "No currency")],
)
def test_without_a_currency_to_simulate_it_is_refused(amounts: dict[str, float], said: str) -> None:
    with pytest.raises(InputError, match=said):
        calibrated(amounts)
