"""A seller in China who sells to Germany, America and Britain, with all families and a currency model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest

from risk.currency.model import CurrencyRisk
from risk.currency.paths import Dynamics
from risk.ip import IpHistory, ip_risk
from risk.legal import LegalHistory, legal_risk
from risk.logistics import LogisticsHistory, logistics_risk
from risk.loss.register import FamilyRisk
from risk.quality import QualityHistory, quality_risk
from risk.trade import Destination, Trade

DAY = dt.date(2026, 11, 23)
FX = {"USD": 0.9, "GBP": 1.15, "CNY": 0.13}


@pytest.fixture(scope="session")
def fx() -> Mapping[str, float]:
    return FX


@pytest.fixture(scope="session")
def sold(trade: Trade) -> Trade:
    """The trade of all tests, and 100,000 euros to the United Kingdom: 600,000 euros."""
    britain = Destination("GB", 100_000.0, 2_000.0, 2_500.0)
    return replace(trade, destinations=(*trade.destinations, britain))


@pytest.fixture(scope="session")
def families() -> Callable[..., tuple[FamilyRisk, ...]]:
    """The four families of a trade and a seat."""

    def made(trade: Trade, seat: str | None = "CN") -> tuple[FamilyRisk, ...]:
        return (
            legal_risk(trade, LegalHistory(), DAY, FX, seat),
            ip_risk(trade, IpHistory(), DAY, FX, seat),
            logistics_risk(trade, LogisticsHistory(), DAY, FX, seat),
            quality_risk(trade, QualityHistory(), DAY, FX),
        )

    return made


@pytest.fixture(scope="session")
def currency() -> CurrencyRisk:
    """1,000 USD and 500 GBP in each of two months, USD at a discount of 1 %, GBP sold forward to 80 %."""
    returns = np.random.default_rng(3).normal(0, 0.006, (500, 2))
    spot, variance = np.array([0.9, 1.15]), np.full(2, 0.006**2)
    return CurrencyRisk(
        reporting="EUR",
        currencies=("USD", "GBP"),
        receipts=np.array([[1_000.0, 500.0], [1_000.0, 500.0]]),
        covariance=np.zeros((2, 2, 2)),
        budget=spot,
        spot=spot,
        forwards=np.tile(spot * [0.99, 1.0], (2, 1)),
        dynamics=Dynamics(returns - returns.mean(axis=0), variance, variance, variance, decay=0.94),
        value_dates=(dt.date(2026, 12, 31), dt.date(2027, 1, 31)),
        fixing_days=(21, 42),
        ratios=np.array([0.0, 0.8]),
        spread=0.002,
    )
