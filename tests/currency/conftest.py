"""A currency model by hand, whose rates are lognormal of known volatility."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from risk.currency.model import CurrencyRisk
from risk.currency.paths import Dynamics

MONTHS = 12
VOLATILITY = np.array([0.006, 0.010])  # a day


def lognormal_dynamics(volatility: np.ndarray = VOLATILITY, rows: int = 4000) -> Dynamics:
    """Independent normal days of constant volatility: quantiles of the normal distribution in random order."""
    quantile = np.array([NormalDist().inv_cdf((k + 0.5) / rows) for k in range(rows)])
    quantile /= np.sqrt(np.square(quantile).mean())
    columns = [np.random.default_rng(place).permutation(quantile) for place in range(len(volatility))]
    variance = np.square(volatility)
    return Dynamics(np.column_stack(columns), variance, variance, variance, decay=1 - 1e-12)


@pytest.fixture
def model() -> CurrencyRisk:
    """Receipts in USD that are certain to 10 %, payments in EUR; reporting CNY, budget at spot, forwards at points."""
    receipts = np.column_stack([np.linspace(80.0, 120.0, MONTHS), np.full(MONTHS, -30.0)])
    spot = np.array([7.0, 8.0])
    dates = pd.date_range("2026-01-31", periods=MONTHS, freq="ME")
    level = 0.5 + 0.5 * np.eye(MONTHS)  # errors of different months correlate by one half
    return CurrencyRisk(
        reporting="CNY",
        currencies=("USD", "EUR"),
        receipts=receipts,
        covariance=np.stack([100.0 * level, 9.0 * level]),
        budget=spot,
        spot=spot,
        forwards=spot * (1 + np.outer(np.arange(1, MONTHS + 1), [-0.002, 0.001])),
        dynamics=lognormal_dynamics(),
        value_dates=tuple(date.date() for date in dates),
        fixing_days=tuple(21 * month for month in range(1, MONTHS + 1)),
        ratios=np.zeros(2),
    )
