"""What a forward hedge is expected to cost."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from risk.checks import InputError
from risk.currency.hedging import hedge_cost, hedged_share
from risk.currency.model import CurrencyRisk
from risk.currency.paths import calibrate
from risk.loss.measures import expected_loss


@pytest.fixture(scope="module")
def model() -> CurrencyRisk:
    """Two months: 100 and 200 USD to receive, 50 JPY to receive and 150 JPY to pay."""
    returns = np.random.default_rng(1).normal(0.0, 0.005, (400, 2))
    return CurrencyRisk(
        reporting="CNY",
        currencies=("USD", "JPY"),
        receipts=np.array([[100.0, 50.0], [200.0, -150.0]]),
        covariance=np.zeros((2, 2, 2)),
        budget=np.array([7.0, 0.05]),
        spot=np.array([7.0, 0.05]),
        forwards=np.array([[6.9, 0.0505], [6.8, 0.051]]),
        dynamics=calibrate(returns),
        value_dates=(dt.date(2026, 11, 30), dt.date(2026, 12, 31)),
        fixing_days=(21, 43),
        ratios=np.zeros(2),
        spread=0.01,
    )


def test_the_cost_is_what_the_forwards_give_away_and_the_spread(model: CurrencyRisk) -> None:
    cost = hedge_cost(model, {"USD": 0.5, "JPY": 1.0})
    assert cost.loc["USD", "points"] == pytest.approx(0.5 * (100 * 0.1 + 200 * 0.2))
    assert cost.loc["USD", "spread"] == pytest.approx(0.01 * 0.5 * (100 * 6.9 + 200 * 6.8))
    # Selling 50 JPY above spot gains 0.025; buying 150 JPY above spot costs 0.15.
    assert cost.loc["JPY", "points"] == pytest.approx(-50 * 0.0005 + 150 * 0.001)
    assert cost.loc["JPY", "spread"] == pytest.approx(0.01 * (50 * 0.0505 + 150 * 0.051))


def test_the_cost_is_what_hedging_adds_to_the_expected_loss(model: CurrencyRisk) -> None:
    legs = model.legs(40_000, np.random.default_rng(2))
    ratios = {"USD": 0.7, "JPY": 1.0}
    added = legs.total(ratios) - legs.total(0.0)
    error = added.std() / np.sqrt(added.size)
    assert expected_loss(added) == pytest.approx(hedge_cost(model, ratios).to_numpy().sum(), abs=4 * error)


def test_no_hedge_costs_nothing(model: CurrencyRisk) -> None:
    assert (hedge_cost(model).to_numpy() == 0).all()


def test_the_hedged_share_counts_receipts_and_payments_by_their_value(model: CurrencyRisk) -> None:
    usd, jpy = 300 * 7.0, 200 * 0.05
    assert hedged_share(model, {"USD": 0.5}) == pytest.approx(0.5 * usd / (usd + jpy))
    assert hedged_share(model, 1.0) == pytest.approx(1.0)
    assert hedged_share(dataclasses.replace(model, receipts=np.zeros((2, 2))), 1.0) == 0.0


def test_a_ratio_beyond_reason_is_refused(model: CurrencyRisk) -> None:
    with pytest.raises(InputError, match="between 0 % and 200 %"):
        hedge_cost(model, 2.5)
