"""Measures at many hedge ratios at once, against measuring each by itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from risk.checks import InputError
from risk.currency.sweep import SAMPLE, Lines, moments_by_ratio, tails_by_ratio, tangent_at
from risk.loss.measures import expected_shortfall, value_at_risk

RATIOS = np.linspace(0.0, 1.5, 31)
LEVELS = (0.5, 0.9, 0.95, 0.99, 0.999)


def sample(kind: str, size: int = 3 * SAMPLE) -> tuple[np.ndarray, np.ndarray]:
    """Losses unhedged, and of the hedge, of some hostile shapes."""
    rng = np.random.default_rng(7)
    rate, volume = rng.standard_t(3, size), rng.standard_normal(size)
    return {
        "usual": (-rate * (1 + 0.25 * volume), rate),
        "far from zero": (1e6 + rate, 1e6 - rate + 0.1 * volume),
        "rounded": (np.round(-rate, 1), np.round(rate + 0.3 * volume, 1)),
        "on a line": (-rate, rate),
        "hardly moving": (-rate, np.full(size, 0.01)),
        "skewed": (np.exp(volume), -np.exp(0.5 * volume + 0.2 * rate.clip(-3, 3))),
        "ordered": (np.sort(rate), -np.sort(rate) + 0.1 * volume),
        "a deceiving sample": (-rate * np.where(np.arange(size) % 3, 1.0, 10.0), volume),
        "extremes last": (np.append(0.001 * volume[:-50], rate[:50]), np.append(0.001 * rate[:-50], volume[:50])),
    }[kind]


KINDS = (
    "usual",
    "far from zero",
    "rounded",
    "on a line",
    "hardly moving",
    "skewed",
    "ordered",
    "extremes last",
    "a deceiving sample",
)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", KINDS)
def test_value_at_risk_is_to_the_bit_that_of_each_ratio_alone(kind: str, level: float) -> None:
    unhedged, hedge = sample(kind)
    found = tails_by_ratio(unhedged, hedge, level, RATIOS)
    for place in range(0, RATIOS.size, 7):
        losses = unhedged + RATIOS[place] * hedge
        assert found.var[place] == value_at_risk(losses, level)
        assert found.var[place] == np.quantile(losses, level, method="inverted_cdf")
        assert found.es[place] == pytest.approx(expected_shortfall(losses, level), rel=1e-12, abs=1e-12)


pair = st.integers(1, 40).flatmap(
    lambda size: st.tuples(*[arrays.arrays(float, size, elements=st.integers(-20, 20).map(float))] * 2)
)


@given(pair, st.floats(0.01, 0.99), st.lists(st.floats(-2, 2), min_size=1, max_size=30))
@settings(deadline=None)
def test_any_ratios_of_any_losses_are_measured_alike(
    losses: tuple[np.ndarray, np.ndarray], level: float, ratios: list[float]
) -> None:
    found = tails_by_ratio(*losses, level, ratios)
    for ratio, var, es in zip(ratios, *found, strict=True):
        total = losses[0] + ratio * losses[1]
        assert var == value_at_risk(total, level)
        assert es == pytest.approx(expected_shortfall(total, level), abs=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_moments_are_those_of_each_ratio_alone(kind: str) -> None:
    unhedged, hedge = sample(kind)
    mean, sd = moments_by_ratio(unhedged, hedge, RATIOS)
    for place, ratio in enumerate(RATIOS):
        losses = unhedged + ratio * hedge
        assert mean[place] == pytest.approx(losses.mean(), abs=1e-9)
        assert sd[place] == pytest.approx(losses.std(), abs=1e-7)


@given(pair, st.floats(0.01, 0.99), st.floats(-2, 2), st.floats(-2, 2))
@settings(deadline=None)
def test_the_curve_of_the_shortfall_lies_nowhere_below_a_tangent(
    losses: tuple[np.ndarray, np.ndarray], level: float, ratio: float, other: float
) -> None:
    lines = Lines.of(*losses, level)
    line = tangent_at(lines, lines.worst, (1 - level) * losses[0].size, ratio)
    assert line.es == pytest.approx(expected_shortfall(losses[0] + ratio * losses[1], level), abs=1e-9)
    there = expected_shortfall(losses[0] + other * losses[1], level)
    assert there >= line.es + line.slope * (other - ratio) - 1e-9


def test_what_is_left_between_two_ratios_still_tells_the_measures() -> None:
    unhedged, hedge = sample("usual", 5000)
    lines = Lines.of(unhedged, hedge, 0.95)
    ends = [(ratio, lines.at(ratio)[0]) for ratio in (0.4, 0.6)]
    fewer = lines.narrowed(*ends)
    assert fewer.a.size < 0.2 * unhedged.size
    assert fewer.at(0.5) == pytest.approx(lines.at(0.5))
    assert fewer.at(0.5)[0] == lines.at(0.5)[0]


def test_ratios_may_come_in_any_order_and_twice() -> None:
    unhedged, hedge = sample("usual", 500)
    found = tails_by_ratio(unhedged, hedge, 0.9, [1.0, 0.0, 1.0])
    assert found.var[0] == found.var[2] == value_at_risk(unhedged + hedge, 0.9)
    assert found.var[1] == value_at_risk(unhedged, 0.9)


def test_losses_of_different_scenarios_are_refused() -> None:
    with pytest.raises(InputError, match="3 unhedged and 2 hedge losses"):
        tails_by_ratio([1.0, 2.0, 3.0], [1.0, 2.0], 0.9, [0.5])
    with pytest.raises(InputError, match="level"):
        tails_by_ratio([1.0], [1.0], 1.0, [0.5])
    with pytest.raises(InputError, match="not finite"):
        moments_by_ratio([1.0], [np.nan], [0.5])
