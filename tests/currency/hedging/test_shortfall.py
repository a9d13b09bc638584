"""Ratios for the tail, against a linear programme, closed forms and fine grids."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack

from risk.checks import InputError
from risk.currency.hedging import least_shortfall, minimum_shortfall_ratio, minimum_variance_ratio, tolerance_ratio
from risk.loss.measures import expected_shortfall, value_at_risk


def programme(losses: np.ndarray, hedge: np.ndarray, level: float, bounds: tuple) -> tuple[float, float]:
    """Least shortfall of losses + h hedge: Rockafellar and Uryasev, Journal of Risk 2 (2000), section 3."""
    size = losses.size
    cost = np.concatenate([[0.0, 1.0], np.full(size, 1 / ((1 - level) * size))])
    rows = hstack([csr_array(np.column_stack([hedge, -np.ones(size)])), -eye_array(size)])
    answer = linprog(cost, A_ub=rows, b_ub=-losses, bounds=[bounds, (None, None)] + [(0, None)] * size)
    assert answer.success
    return float(answer.x[0]), float(answer.fun)


def scenarios(size: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Receipts of uncertain volume at a rate with fat tails, and their hedge: losses."""
    rng = np.random.default_rng(seed)
    rate, volume = 0.05 * rng.standard_t(4, size), 1 + 0.3 * rng.standard_normal(size)
    return -rate * volume, rate + 0.001


@pytest.mark.parametrize("level", [0.8, 0.95, 0.975, 0.987])
def test_the_least_shortfall_is_that_of_the_linear_programme(level: float) -> None:
    losses, hedge = scenarios(701)
    ratio, least = programme(losses, hedge, level, (None, None))
    found = minimum_shortfall_ratio(-losses, hedge, level)
    assert found.hedged == pytest.approx(least, rel=1e-9)
    assert found.ratio == pytest.approx(ratio, rel=1e-6)
    assert found.unhedged == pytest.approx(expected_shortfall(losses, level))
    assert found.hedged == pytest.approx(expected_shortfall(losses + found.ratio * hedge, level))
    assert np.isnan(found.standard_error)


pair = st.integers(2, 25).flatmap(
    lambda size: st.tuples(*[arrays.arrays(float, size, elements=st.integers(-9, 9).map(float))] * 2)
)


@given(pair, st.floats(0.05, 0.95))
@settings(deadline=None, max_examples=60)
def test_whatever_the_losses_no_ratio_within_bounds_is_lower(
    losses: tuple[np.ndarray, np.ndarray], level: float
) -> None:
    found = least_shortfall(*losses, level, (-0.5, 1.5))
    assert -0.5 <= found.ratio <= 1.5
    assert found.es == pytest.approx(expected_shortfall(losses[0] + found.ratio * losses[1], level), abs=1e-9)
    assert found.es == pytest.approx(programme(*losses, level, (-0.5, 1.5))[1], abs=1e-7)


def test_many_scenarios_have_the_least_that_a_fine_grid_has() -> None:
    losses, hedge = scenarios(100_000)
    found = least_shortfall(losses, hedge, 0.95)
    near = found.ratio + np.linspace(-0.002, 0.002, 9)
    assert found.es <= min(expected_shortfall(losses + ratio * hedge, 0.95) for ratio in near)
    assert found.es == pytest.approx(expected_shortfall(losses + found.ratio * hedge, 0.95), rel=1e-12)
    assert found.var == value_at_risk(losses + found.ratio * hedge, 0.95)


def test_for_a_symmetric_elliptical_law_the_ratio_is_that_of_least_variance() -> None:
    rng = np.random.default_rng(3)
    size = 20_000
    hedge, noise = rng.standard_normal((2, size)) * np.sqrt(5 / rng.chisquare(5, size))
    exposure = 0.7 * hedge + 0.4 * noise
    pairs = np.concatenate([exposure, -exposure]), np.concatenate([hedge, -hedge])  # mean 0, to the digit
    found, least = minimum_shortfall_ratio(*pairs, 0.95), minimum_variance_ratio(*pairs)
    assert found.ratio == pytest.approx(least.ratio, abs=0.02)


def test_a_perfect_hedge_leaves_nothing() -> None:
    moves = np.random.default_rng(1).standard_normal(300)
    found = minimum_shortfall_ratio(moves, moves)
    assert found.ratio == pytest.approx(1.0)
    assert found.hedged == pytest.approx(0.0, abs=1e-12)
    assert found.r_squared == pytest.approx(1.0)


def test_the_bootstrap_error_is_the_spread_of_new_samples() -> None:
    ratios = []
    for seed in range(60):
        losses, hedge = scenarios(400, seed)
        ratios.append(minimum_shortfall_ratio(-losses, hedge).ratio)
    losses, hedge = scenarios(400, 100)
    found = minimum_shortfall_ratio(-losses, hedge, rng=np.random.default_rng(1), draws=100)
    assert found.standard_error == pytest.approx(np.std(ratios), rel=0.5)
    again = minimum_shortfall_ratio(-losses, hedge, rng=np.random.default_rng(1), draws=100)
    assert again == found


def test_a_hedge_that_never_loses_has_no_best_ratio() -> None:
    exposure = np.random.default_rng(1).standard_normal(50)
    with pytest.raises(InputError, match="never loses on one side"):
        minimum_shortfall_ratio(exposure, 1.0 + np.abs(exposure))


@pytest.mark.parametrize("measure", ["es", "var"])
def test_the_tolerance_of_a_perfect_hedge_has_a_closed_form(measure: str) -> None:
    """h = 1 - tolerance / risk: what is left of a loss that the hedge takes away in proportion."""
    losses = np.random.default_rng(2).normal(0.0, 1e6, 5000)
    risk = {"es": expected_shortfall, "var": value_at_risk}[measure](losses, 0.99)
    found = tolerance_ratio(losses, -losses, 0.4 * risk, 0.99, measure)
    assert found == pytest.approx(0.6, rel=1e-9)
    assert tolerance_ratio(losses, -losses, 1.01 * risk, 0.99, measure) == 0.0


@given(pair, st.floats(0.05, 0.95), st.floats(-5, 5), st.sampled_from(["es", "var"]))
@settings(deadline=None)
def test_no_smaller_ratio_keeps_within_the_tolerance(
    losses: tuple[np.ndarray, np.ndarray], level: float, tolerance: float, measure: str
) -> None:
    risk = {"es": expected_shortfall, "var": value_at_risk}[measure]
    grid = np.linspace(0.0, 2.0, 201)
    within = [risk(losses[0] + ratio * losses[1], level) <= tolerance - 1e-9 for ratio in grid]
    try:
        found = tolerance_ratio(*losses, tolerance, level, measure)
    except InputError:
        assert not any(within)
        return
    assert risk(losses[0] + found * losses[1], level) <= tolerance + 1e-9
    assert not any(np.array(within)[grid < found - 1e-9])


def test_a_tolerance_out_of_reach_says_what_is_within_it() -> None:
    losses, hedge = 1e6 * np.array(scenarios(2000))
    least = least_shortfall(losses, hedge, 0.95)
    with pytest.raises(InputError, match=f"the least is {least.es:,.0f}, at a ratio of {least.ratio:.0%}"):
        tolerance_ratio(losses, hedge, 0.9 * least.es)
    with pytest.raises(InputError, match="No hedge ratio between 0% and 200% keeps value at risk within 1,000"):
        tolerance_ratio(losses, hedge, 1000.0, measure="var")


def test_bounds_must_be_an_interval() -> None:
    with pytest.raises(InputError, match="bounds"):
        least_shortfall([1.0, 2.0], [1.0, 1.0], 0.9, (1.0, 0.0))
