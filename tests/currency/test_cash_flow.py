"""Cash-flow-at-risk: a closed form, published figures, and the yearly losses that the months add up to."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from risk.checks import InputError
from risk.currency.cash_flow import CashFlows, cash_flow_at_risk, fan, probability_below, simulate_cash_flows
from risk.currency.model import CurrencyRisk


@pytest.mark.parametrize("ratio", [0.0, 0.6])
def test_months_add_up_to_the_losses_of_the_year(model: CurrencyRisk, ratio: float) -> None:
    hedged = replace(model, ratios=np.full(2, ratio), spread=0.001)
    flows = simulate_cash_flows(hedged, 500, np.random.default_rng(1))
    year = hedged.simulate(500, np.random.default_rng(1)).total
    # A year's loss counts the receipts that came at their budget rate, whether they were expected or not.
    quantities = np.concatenate([q for _y, _r, q in hedged.months(500, np.random.default_rng(1))], axis=1)
    surprise = np.einsum("myn,n->y", quantities - hedged.receipts[:, None], hedged.budget)
    assert flows.total == pytest.approx(year - surprise)


def test_certain_receipts_at_lognormal_rates_have_the_closed_form(model: CurrencyRisk) -> None:
    one = replace(model, covariance=np.zeros_like(model.covariance), receipts=model.receipts * [1.0, 0.0])
    flows = simulate_cash_flows(one, 200_000, np.random.default_rng(2))
    found = cash_flow_at_risk(flows, 0.95)
    days, sd = np.array(one.fixing_days), 0.006
    for month in (0, 11):
        spread = sd * np.sqrt(days[month])
        low = 7.0 * np.exp(NormalDist().inv_cdf(0.05) * spread - spread**2 / 2)
        expected = one.receipts[month, 0] * (7.0 - low)
        assert found["at_risk"].iloc[month] == pytest.approx(expected, abs=4 * found["at_risk_error"].iloc[month])
    amount = one.receipts[:, 0]
    covariance = np.expm1(sd**2 * np.minimum(days[:, None], days[None, :]))
    deviation = 7.0 * np.sqrt(amount @ covariance @ amount)
    assert flows.total.std() == pytest.approx(deviation, rel=0.01)
    assert found["expected"].to_numpy() == pytest.approx(found["budget"].to_numpy(), rel=0.002)


def by_hand() -> CashFlows:
    flows = np.array([[150.0, 40.0], [200.0, 60.0], [210.0, 55.0], [240.0, 45.0]])
    return CashFlows(flows, np.array([200.0, 50.0]), (dt.date(2026, 11, 30), dt.date(2026, 12, 31)), "USD")


def test_at_risk_is_budget_less_quantile_of_months_and_of_all_together() -> None:
    found = cash_flow_at_risk(by_hand(), 0.75 + 1e-9)
    assert found["at_risk"].iloc[0] == 50.0
    assert found.loc["total", "budget"] == 250.0
    assert found.loc["total", "at_risk"] == 60.0
    assert list(found.index[:2]) == [pd.Timestamp("2026-11-30"), pd.Timestamp("2026-12-31")]


def test_the_fan_holds_the_quantiles_of_months_and_of_all_up_to_them() -> None:
    assert fan(by_hand(), (0.25, 0.5)).to_numpy().tolist() == [[150.0, 200.0], [40.0, 45.0]]
    assert fan(by_hand(), (0.25,), cumulative=True)[0.25].tolist() == [150.0, 190.0]


def test_the_chance_of_missing_a_floor_has_its_error() -> None:
    assert probability_below(by_hand(), 262.0) == (0.5, 0.25)
    assert probability_below(by_hand(), 0.0) == (0.0, 0.0)
    with pytest.raises(InputError, match="floor"):
        probability_below(by_hand(), float("nan"))


def test_a_hedge_narrows_every_month(model: CurrencyRisk) -> None:
    certain = replace(model, covariance=np.zeros_like(model.covariance))
    open_, closed = (simulate_cash_flows(certain, 4000, np.random.default_rng(3), ratio) for ratio in (0.0, 1.0))
    assert (closed.flows.std(axis=0) < 1e-9 * open_.flows.std(axis=0)).all()
    settled = (certain.receipts * certain.forwards).sum(axis=1)
    assert closed.flows[0] == pytest.approx(settled)
