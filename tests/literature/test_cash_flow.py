"""Cash-flow-at-risk that others published or computed, each with its source."""

from __future__ import annotations

import datetime as dt
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from risk.currency.cash_flow import CashFlows, cash_flow_at_risk, simulate_cash_flows
from risk.currency.model import CurrencyRisk
from risk.currency.paths import Dynamics

AMOUNT, RATE, VOLATILITY = 100_000.0, 1.1, 0.08  # a month, today's rate, a year


def year_of_equal_receipts() -> CurrencyRisk:
    """Twelve equal and certain receipts at a lognormal rate, a step a month."""
    normal = np.array([NormalDist().inv_cdf((place + 0.5) / 20_000) for place in range(20_000)])
    variance = np.array([VOLATILITY**2 / 12])
    return CurrencyRisk(
        reporting="USD",
        currencies=("EUR",),
        receipts=np.full((12, 1), AMOUNT),
        covariance=np.zeros((1, 12, 12)),
        budget=np.array([RATE]),
        spot=np.array([RATE]),
        forwards=np.full((12, 1), RATE),
        dynamics=Dynamics(normal[:, None] / normal.std(), variance, variance, variance, decay=1 - 1e-12),
        value_dates=tuple(day.date() for day in pd.date_range("2026-01-31", periods=12, freq="ME")),
        fixing_days=tuple(range(1, 13)),
        ratios=np.zeros(1),
    )


@pytest.mark.parametrize(
    ("level", "moment_match", "simulated", "tolerance"),
    [(0.95, 103_834.15514406376, 103_362, 400), (0.99, 143_836.89310918795, 142_854, 900)],
)
def test_a_year_of_equal_receipts(level: float, moment_match: float, simulated: float, tolerance: float) -> None:
    """2,000,000 paths of numpy's default_rng(7), and a lognormal distribution with the mean and variance of the year.

    The amounts were not handed down with the figures: these are the round numbers that both moment matches give.
    """
    share = np.minimum.outer(np.arange(1, 13), np.arange(1, 13)) / 12  # of a year that two months have in common
    spread = np.sqrt(np.log1p(np.expm1(VOLATILITY**2 * share).mean()))
    budget = 12 * AMOUNT * RATE
    low = budget * np.exp(NormalDist().inv_cdf(1 - level) * spread - spread**2 / 2)
    assert budget - low == pytest.approx(moment_match, rel=1e-7)
    flows = simulate_cash_flows(year_of_equal_receipts(), 400_000, np.random.default_rng(7))
    assert cash_flow_at_risk(flows, level).loc["total", "at_risk"] == pytest.approx(simulated, abs=tolerance)


def test_earnings_at_risk_are_target_less_quantile() -> None:
    """Committee of Chief Risk Officers, Valuation and Risk Metrics (2002), figure 3: 200 m, and 150 m at 95 %."""
    earnings = 1e6 * np.array([150.0] * 6 + [200.0] * 94)[:, None]
    flows = CashFlows(earnings, np.array([2e8]), (dt.date(2026, 12, 31),), "USD")
    assert cash_flow_at_risk(flows, 0.95)["at_risk"].tolist() == [5e7, 5e7]
