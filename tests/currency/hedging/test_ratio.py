"""Ratios out of a history of changes, against statsmodels, pandas, closed forms and a search."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize_scalar

from risk.checks import InputError
from risk.currency.hedging import minimum_variance_ratio, utility_ratio
from risk.currency.hedging.ratio import METHODS

DAYS = 700


@pytest.fixture(scope="module")
def levels() -> tuple[np.ndarray, np.ndarray]:
    """Two log rates that never part for long: the exposure follows the hedge, with an error that remembers."""
    rng = np.random.default_rng(4)
    hedge = np.cumsum(0.006 * rng.standard_t(5, DAYS + 1))
    gap = np.zeros(DAYS + 1)
    for day in range(1, DAYS + 1):
        gap[day] = 0.8 * gap[day - 1] + 0.004 * rng.standard_normal()
    return 0.3 + 1.2 * hedge + gap, hedge


@pytest.fixture(scope="module")
def changes(levels: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    return np.diff(levels[0]), np.diff(levels[1])


@pytest.mark.parametrize("lags", [None, 0, 3, 12])
def test_regression_and_its_error_are_those_of_statsmodels(
    changes: tuple[np.ndarray, np.ndarray], lags: int | None
) -> None:
    exposure, hedge = changes
    used = 5 if lags is None else lags  # 700 ** (1 / 4) is 5.1
    theirs = sm.OLS(exposure, sm.add_constant(hedge)).fit(cov_type="HAC", cov_kwds={"maxlags": used})
    ours = minimum_variance_ratio(exposure, hedge, lags=lags)
    assert ours.lags == used
    assert ours.ratio == pytest.approx(theirs.params[1], rel=1e-10)
    assert ours.standard_error == pytest.approx(theirs.bse[1], rel=1e-10)
    assert ours.r_squared == pytest.approx(theirs.rsquared, rel=1e-10)
    assert ours.unhedged == pytest.approx(exposure.std())
    assert ours.hedged == pytest.approx(np.sqrt(theirs.ssr / DAYS))


def test_error_correction_is_the_regression_of_engle_and_granger(
    levels: tuple[np.ndarray, np.ndarray], changes: tuple[np.ndarray, np.ndarray]
) -> None:
    exposure, hedge = changes
    gap = sm.OLS(levels[0], sm.add_constant(levels[1])).fit().resid[:-1]
    theirs = sm.OLS(exposure, np.column_stack([np.ones(DAYS), hedge, gap])).fit(cov_type="HAC", cov_kwds={"maxlags": 5})
    ours = minimum_variance_ratio(exposure, hedge, "error-correction", levels=levels)
    assert ours.ratio == pytest.approx(theirs.params[1], rel=1e-9)
    assert ours.standard_error == pytest.approx(theirs.bse[1], rel=1e-9)
    assert ours.notes == ()
    assert ours.ratio == pytest.approx(1.2, abs=3 * ours.standard_error)


def test_levels_that_drift_apart_are_said_to() -> None:
    rng = np.random.default_rng(1)
    one, two = np.cumsum(rng.standard_normal((2, 400)), axis=1)
    found = minimum_variance_ratio(np.diff(one), np.diff(two), "error-correction", levels=(one, two))
    assert "do not surely belong together" in found.notes[0]


def test_the_weighted_ratio_is_that_of_pandas(changes: tuple[np.ndarray, np.ndarray]) -> None:
    exposure, hedge = (pd.Series(one) for one in changes)
    covariance, variance = (
        (exposure * hedge).ewm(alpha=0.03, adjust=False).mean().iloc[-1],
        (hedge * hedge).ewm(alpha=0.03, adjust=False).mean().iloc[-1],
    )
    assert minimum_variance_ratio(exposure, hedge, "ewma").ratio == pytest.approx(covariance / variance, rel=1e-12)


def test_the_weighted_ratio_follows_a_break() -> None:
    rng = np.random.default_rng(2)
    hedge, noise = 0.01 * rng.standard_normal((2, 600))
    exposure = np.where(np.arange(600) < 400, 0.5, 1.5) * hedge + 0.2 * noise
    found = minimum_variance_ratio(exposure, hedge, "ewma", lags=0)
    assert found.ratio == pytest.approx(1.5, abs=4 * found.standard_error)
    assert minimum_variance_ratio(exposure, hedge).ratio < 1.1


@pytest.mark.parametrize("method", METHODS)
def test_no_ratio_nearby_leaves_less_variance(
    changes: tuple[np.ndarray, np.ndarray], levels: tuple[np.ndarray, np.ndarray], method: str
) -> None:
    exposure, hedge = changes
    found = minimum_variance_ratio(exposure, hedge, method, levels=levels)
    assert found.hedged == pytest.approx(found.unhedged * np.sqrt(1 - found.r_squared))
    if method == "ols":
        least = minimize_scalar(lambda ratio: np.var(exposure - ratio * hedge)).x
        assert found.ratio == pytest.approx(least, abs=1e-6)
    else:
        assert found.hedged < found.unhedged


def test_a_hedge_in_the_same_currency_is_one_for_one() -> None:
    """Hull, Options, Futures, and Other Derivatives, ch. 3: the ratio is ρ σ(S) / σ(F), 1 where both move alike."""
    moves = np.random.default_rng(3).normal(0.0, 0.01, 100)
    found = minimum_variance_ratio(moves, moves)
    assert found.ratio == pytest.approx(1.0)
    assert found.r_squared == pytest.approx(1.0)
    correlation = np.corrcoef(moves[1:], moves[:-1])[0, 1]
    apart = minimum_variance_ratio(moves[1:], moves[:-1])
    assert apart.ratio == pytest.approx(correlation * moves[1:].std() / moves[:-1].std())


def test_the_errors_cover_the_truth_as_often_as_they_say() -> None:
    rng, inside = np.random.default_rng(5), 0
    for _ in range(300):
        hedge, noise = rng.standard_normal((2, 250))
        found = minimum_variance_ratio(0.8 * hedge + noise * np.abs(hedge), hedge)  # heteroscedastic
        inside += abs(found.ratio - 0.8) < 1.96 * found.standard_error
    assert 265 <= inside <= 297  # 95 % of 300 is 285; sandwich errors of 250 days are a little short


def test_utility_trades_variance_against_carry(changes: tuple[np.ndarray, np.ndarray]) -> None:
    exposure, hedge = changes
    carry, aversion = 2e-5, 3.0

    def displeasure(ratio: float) -> float:
        hedged = exposure - ratio * hedge
        return float(aversion * hedged.var() + ratio * carry)

    found = utility_ratio(exposure, hedge, aversion, carry)
    assert found.ratio == pytest.approx(minimize_scalar(displeasure).x, abs=1e-6)
    assert utility_ratio(exposure, hedge, aversion).ratio == pytest.approx(minimum_variance_ratio(*changes).ratio)
    without = minimum_variance_ratio(*changes)
    assert utility_ratio(exposure, hedge, aversion).standard_error == pytest.approx(without.standard_error)
    assert found.r_squared < without.r_squared
    assert utility_ratio(exposure, hedge, 1e9, carry).ratio == pytest.approx(without.ratio)


def test_the_error_of_the_utility_ratio_is_its_bootstrap_spread() -> None:
    rng = np.random.default_rng(6)
    hedge, noise = rng.standard_normal((2, 800))
    exposure = hedge + 0.5 * noise
    drawn = rng.integers(800, size=(600, 800))
    spread = np.std([utility_ratio(exposure[row], hedge[row], 1.0, 1.0).ratio for row in drawn])
    assert utility_ratio(exposure, hedge, 1.0, 1.0, lags=0).standard_error == pytest.approx(spread, rel=0.12)


def test_a_history_that_tells_nothing_is_refused() -> None:
    moves = np.random.default_rng(1).standard_normal(50)
    with pytest.raises(InputError, match="The hedge never moves"):
        minimum_variance_ratio(moves, np.full(50, 0.1))
    with pytest.raises(InputError, match="The exposure never moves"):
        minimum_variance_ratio(np.zeros(50), moves)
    with pytest.raises(InputError, match="not of the same days"):
        minimum_variance_ratio(moves, moves[1:])
    with pytest.raises(InputError, match="give them with the changes"):
        minimum_variance_ratio(moves, moves, "error-correction")
    with pytest.raises(InputError, match="one more is needed"):
        minimum_variance_ratio(moves, moves, "error-correction", levels=(moves, moves))
    with pytest.raises(InputError, match="method"):
        minimum_variance_ratio(moves, moves, "dcc")
