"""Hedge programmes on published rates: what layering does to the hedge rate of EUR/USD, 2018 to 2024."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from risk.currency.programmes import (
    Averaging,
    NoHedge,
    Programme,
    ProgrammeResult,
    Static,
    backtest_programme,
    simulate_programme,
)

MONTHS = pd.period_range("2018-01", "2024-12", freq="M")
PROGRAMMES: dict[str, Programme] = {"layered": Averaging(1.0, 12), "static": Static(1.0), "spot": NoHedge()}

# Linear layering as Kantox describes it (kantox.com/en/forecasting-accuracy): twelve monthly layers of 8.3 %; against
# an annual lock at the first fixing of the December before, and spot. Forward points zero, first fixing of each month
# of USD per EUR. Computed with pandas from the rates of the Federal Reserve's H.10.
EXPECTED = {
    "layered": (1.0934916666666668, 0.006878619420843645, 0.015300000000000091, 1.126359126984127),
    "static": (1.1314, 0.01789734153359168, 0.09450000000000003, 1.1264428571428573),
    "spot": (0.9764, 0.02123518895779984, 0.05279999999999996, 1.1211),
}


@pytest.fixture(scope="module")
def rates(shared: Path) -> pd.DataFrame:
    file = shared / "reference" / "usd_per_ccy_daily_2016_2026.csv"
    return pd.read_csv(file, index_col="date", parse_dates=True, usecols=["date", "EUR"])


def measured(found: ProgrammeResult) -> tuple[float, ...]:
    """Rate of October 2022, sd and largest of its monthly changes, mean."""
    rate = found.rates["achieved"].droplevel("currency")
    change = rate.diff()
    assert found.smoothness.tolist() == [[pytest.approx(change.std(), rel=1e-12)]]
    return float(rate[pd.Period("2022-10")]), float(change.std()), float(change.abs().max()), float(rate.mean())


@pytest.mark.parametrize("name", PROGRAMMES)
def test_replayed_on_history(name: str, rates: pd.DataFrame) -> None:
    receipts = pd.DataFrame({"EUR": 1.0}, index=MONTHS)
    found = backtest_programme(
        PROGRAMMES[name], receipts, rates, {"USD": 0.0, "EUR": 0.0}, 0.0, reporting="USD", fixing="first"
    )
    assert measured(found) == pytest.approx(EXPECTED[name], rel=1e-9)


@pytest.mark.parametrize("name", PROGRAMMES)
def test_simulated_on_the_one_path_that_came(name: str, rates: pd.DataFrame) -> None:
    daily = rates["EUR"].dropna()
    fixings = daily.groupby(daily.index.to_period("M")).first()  # type: ignore[attr-defined]
    path = fixings[pd.Period("2017-01") : MONTHS[-1]].to_numpy()[None, :]  # type: ignore[misc]
    receipts = pd.DataFrame({"EUR": 1.0}, index=MONTHS)
    found = simulate_programme(PROGRAMMES[name], receipts, path, 0.0, 0.0, period=12)
    assert measured(found) == pytest.approx(EXPECTED[name], rel=1e-9)


def test_layering_by_hand() -> None:
    """Three layers of a third on five fixings, and a lock two months long: figures done on paper."""
    path = np.array([[1.00, 1.06, 1.12, 1.06, 1.00, 1.12]])
    layered, static = (
        simulate_programme(programme, [1.0, 1.0, 1.0], path, 0.0, 0.0, period=2)
        for programme in (Averaging(1.0, 3), Static(1.0))
    )
    assert layered.rates["achieved"].tolist() == pytest.approx([1.06, 1.08, 1.06])
    assert static.rates["achieved"].tolist() == pytest.approx([1.12, 1.12, 1.00])
    assert layered.smoothness.tolist() == [[pytest.approx(0.02 * np.sqrt(2.0))]]
    assert static.smoothness.tolist() == [[pytest.approx(0.12 / np.sqrt(2.0))]]


@pytest.mark.parametrize(
    ("correlation", "unhedged", "full"),
    [
        (-0.3, 263394.3051776177, 275957.5329647662),
        (0.0, 289573.82478394004, 275878.596487658),
        (0.3, 313714.13739262696, 275957.5329647662),
    ],
)
def test_a_full_hedge_of_volumes_that_fall_with_the_rate_adds_risk(
    correlation: float, unhedged: float, full: float
) -> None:
    """Standard deviation of revenue of volume and rate, bivariate normal: closed form after Brown and Toft (2002).

    1,000,000 expected with a deviation of 25 %, a rate of 1.10 with one of 0.088, expected volume sold at 1.10.
    """
    n = 400_000
    z = np.random.default_rng(11).standard_normal((n, 2))
    volume = 1e6 + 250_000.0 * z[:, 0]
    rate = 1.1 + 0.088 * (correlation * z[:, 0] + np.sqrt(1 - correlation**2) * z[:, 1])
    path = np.column_stack([np.full(n, 1.1), rate])
    for programme, deviation in ((NoHedge(), unhedged), (Static(1.0), full)):
        found = simulate_programme(programme, volume[:, None], path, 0.0, 0.0, expected=[1e6])
        revenue = volume * 1.1 - found.losses
        assert revenue.std() == pytest.approx(deviation, rel=4 / np.sqrt(2 * n))
