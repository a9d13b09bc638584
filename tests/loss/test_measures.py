"""Measures against published values, closed forms, the definition by the slow loop, and sentences that must hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from risk.checks import InputError
from risk.loss.measures import (
    exceedance_curve,
    expected_loss,
    expected_shortfall,
    occurrence_curve,
    shortfall_contributions,
    standard_error,
    value_at_risk,
)
from risk.loss.table import YearLossTable

levels = st.floats(0.01, 0.995)
samples = st.lists(st.integers(-5, 20).map(float), min_size=1, max_size=60)


def slow_value_at_risk(losses: list[float], level: float) -> float:
    """inf{x : F(x) >= level} by trying every loss."""
    for x in sorted(losses):
        if sum(loss <= x for loss in losses) >= level * len(losses) - 1e-9:
            return x
    raise AssertionError("F reaches 1 at the largest loss")


def slow_shortfall(losses: list[float], level: float) -> float:
    """Mean of the quantile function above the level, on a grid that no atom of the sample straddles."""
    left, total = (1 - level) * len(losses), 0.0
    for loss in sorted(losses, reverse=True):
        share = min(1.0, left)
        total, left = total + share * loss, left - share
    return total / ((1 - level) * len(losses))


@given(samples, levels)
def test_value_at_risk_is_the_definition(losses: list[float], level: float) -> None:
    assert value_at_risk(losses, level) == slow_value_at_risk(losses, level)


@given(samples, levels)
def test_shortfall_is_the_mean_of_the_worst_years(losses: list[float], level: float) -> None:
    assert expected_shortfall(losses, level) == pytest.approx(slow_shortfall(losses, level), abs=1e-9)


@given(samples, levels)
def test_shortfall_is_never_below_value_at_risk(losses: list[float], level: float) -> None:
    assert expected_shortfall(losses, level) >= value_at_risk(losses, level)


@given(st.lists(st.tuples(st.integers(-5, 20).map(float), st.integers(1, 4)), min_size=1, max_size=20), levels)
def test_a_weight_of_three_is_the_loss_three_times(pairs: list[tuple[float, int]], level: float) -> None:
    losses, weights = [loss for loss, _ in pairs], [count for _, count in pairs]
    repeated = np.repeat(losses, weights)
    assert expected_loss(losses, weights) == pytest.approx(expected_loss(repeated))
    assert value_at_risk(losses, level, weights) == value_at_risk(repeated, level)
    assert expected_shortfall(losses, level, weights) == pytest.approx(expected_shortfall(repeated, level))


def test_a_loss_without_weight_is_never_the_value_at_risk() -> None:
    assert value_at_risk([1.0, 2.0, 99.0], 0.999, [1.0, 1.0, 0.0]) == 2.0


@pytest.mark.parametrize(("level", "expected"), [(0.6, 1), (0.9, 3), (0.95, 3), (0.95001, 4)])
def test_discrete_value_at_risk_of_loss_data_analytics(level: float, expected: float) -> None:
    """Loss Data Analytics (Open Actuarial Textbooks), Example 10.3.4."""
    assert value_at_risk([1, 3, 4], level, [0.75, 0.2, 0.05]) == expected


def test_shortfall_splits_the_atom_at_value_at_risk() -> None:
    """Same example: (0.05·4 + 0.05·3) / 0.10; the mean of losses at or above value at risk would say 3.2."""
    assert expected_shortfall([1, 3, 4], 0.9, [0.75, 0.2, 0.05]) == pytest.approx(3.5, abs=1e-12)


def test_shortfall_of_a_rare_event_below_the_level_is_not_the_mean_loss() -> None:
    """A loss of 204,122 in half a percent of the years: value at risk at 99 % is 0, shortfall half the loss."""
    losses = np.zeros(100_000)
    losses[:500] = 204_122.0
    assert value_at_risk(losses, 0.99) == 0.0
    assert expected_shortfall(losses, 0.99) == pytest.approx(102_061.0, rel=1e-9)


@pytest.mark.parametrize(("level", "var", "es"), [(0.95, 95, 98.0), (0.975, 98, 99.2), (0.99, 99, 100.0)])
def test_measures_of_one_to_a_hundred(level: float, var: float, es: float) -> None:
    assert value_at_risk(range(1, 101), level) == var
    assert expected_shortfall(range(1, 101), level) == pytest.approx(es, abs=1e-12)


def test_a_level_that_binary_floats_cannot_write_takes_the_exact_rank() -> None:
    """0.07 · 100 is 7.000000000000001 in floats; the 7th loss is meant, not the 8th."""
    assert value_at_risk(range(1, 101), 0.07) == 7


@pytest.mark.parametrize("level", [0.9, 0.95, 0.975, 0.99, 0.995])
def test_value_at_risk_is_numpys_inverted_cdf(level: float) -> None:
    losses = np.random.default_rng(5).standard_t(4, size=1237)
    assert value_at_risk(losses, level) == np.quantile(losses, level, method="inverted_cdf")


def test_normal_sample_gives_the_closed_form_within_its_error() -> None:
    losses = np.random.default_rng(11).standard_normal(400_000)
    z = norm.ppf(0.99)
    var_error = standard_error(losses, "var", 0.99)
    es_error = standard_error(losses, "es", 0.99)
    assert abs(value_at_risk(losses, 0.99) - z) < 4 * var_error
    assert abs(expected_shortfall(losses, 0.99) - norm.pdf(z) / 0.01) < 4 * es_error


SCENARIOS = np.array(
    [
        [1, 0, 4],
        [2, 9, 0],
        [0, 1, 1],
        [3, 0, 0],
        [8, 2, 7],
        [1, 1, 1],
        [0, 0, 20],
        [2, 3, 0],
        [5, 1, 2],
        [0, 6, 1],
    ],
    dtype=float,
)


@pytest.mark.parametrize(
    ("level", "expected"), [(0.8, [4.0, 1.0, 13.5]), (0.85, [8 / 3, 2 / 3, 47 / 3])], ids=["whole", "half scenario"]
)
def test_contributions_of_ten_scenarios_by_enumeration(level: float, expected: list[float]) -> None:
    table = YearLossTable(SCENARIOS, ("a", "b", "c"), "EUR")
    assert shortfall_contributions(table, level).to_numpy() == pytest.approx(expected, abs=1e-12)


@given(st.integers(0, 2**32 - 1), levels)
def test_contributions_sum_to_the_shortfall(seed: int, level: float) -> None:
    losses = np.random.default_rng(seed).integers(-3, 9, size=(40, 3)).astype(float)
    table = YearLossTable(losses, ("a", "b", "c"), "EUR")
    assert shortfall_contributions(table, level).sum() == pytest.approx(expected_shortfall(table.total, level))


def test_contributions_of_a_normal_portfolio_are_the_closed_form() -> None:
    """ES_i = μ_i + φ(z) / (1 − α) · (Σ1)_i / σ_p for five correlated normal families at 99 %."""
    mean, sd = np.array([10.0, 20, 5, 8, 4]), np.array([5.0, 12, 6, 4, 3])
    correlation = np.full((5, 5), 0.25) + 0.75 * np.eye(5)
    correlation[0, 3] = correlation[3, 0] = 0.6
    covariance = correlation * np.outer(sd, sd)
    losses = np.random.default_rng(3).multivariate_normal(mean, covariance, size=400_000, method="cholesky")
    table = YearLossTable(losses, ("legal", "currency", "logistics", "ip", "quality"), "EUR")
    closed = [18.31012835673574, 46.0143148558684, 14.459750856679419, 14.437885999684603, 7.843023785526014]
    assert shortfall_contributions(table, 0.99).to_numpy() == pytest.approx(closed, abs=0.35)


def test_exceedance_curve_starts_at_the_chance_of_any_loss() -> None:
    curve = exceedance_curve([0.0, 0.0, 0.0, 5.0, 7.0])
    assert curve["loss"].tolist() == [0.0, 5.0, 7.0]
    assert curve["probability"].tolist() == pytest.approx([0.4, 0.2, 0.0])


@given(samples)
def test_exceedance_curve_counts_the_losses_beyond(losses: list[float]) -> None:
    for loss, probability in exceedance_curve(losses).itertuples(index=False):
        assert probability == pytest.approx(sum(other > loss for other in losses) / len(losses))


def test_error_of_the_mean_is_the_textbook_one() -> None:
    assert standard_error([1.0, 2.0, 3.0, 4.0], "mean") == pytest.approx(np.sqrt(5 / 3 / 4))


def test_error_of_value_at_risk_is_its_exact_bootstrap_deviation() -> None:
    rng = np.random.default_rng(2)
    losses = rng.standard_t(4, size=800)
    resampled = [value_at_risk(losses[rng.integers(0, 800, 800)], 0.95) for _ in range(4000)]
    assert standard_error(losses, "var", 0.95) == pytest.approx(np.std(resampled), rel=0.06)


@pytest.mark.parametrize("measure", ["var", "es"])
def test_error_is_the_spread_over_repeated_simulations(measure: str) -> None:
    rng = np.random.default_rng(4)
    draws = rng.lognormal(size=(400, 20_000))
    answer = {"var": value_at_risk, "es": expected_shortfall}[measure]
    spread = np.std([answer(row, 0.99) for row in draws])
    claimed = np.mean([standard_error(row, measure, 0.99) for row in draws])
    assert claimed == pytest.approx(spread, rel=0.12)


def test_error_of_shortfall_is_the_asymptotic_closed_form() -> None:
    """√(Var (L − q)⁺ / n) / (1 − p) of a standard lognormal at 99 % with n = 100,000 is 0.26013060140035665."""
    losses = np.random.default_rng(8).lognormal(size=1_000_000)
    assert standard_error(losses, "es", 0.99) * np.sqrt(10) == pytest.approx(0.26013060140035665, rel=0.1)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: value_at_risk([], 0.9), "not empty"),
        (lambda: value_at_risk([1.0], 1.0), "level == 1.0"),
        (lambda: expected_loss([1.0, np.nan]), "1 values that are not finite"),
        (lambda: expected_loss([1.0, 2.0], [1.0]), "must have one a loss: 2"),
        (lambda: expected_loss([1.0], [-1.0]), "must be >= 0"),
        (lambda: standard_error([1.0, 2.0], "median"), "must be one of es, mean, var"),
        (lambda: standard_error([1.0, 2.0], "es"), "level is missing"),
    ],
)
def test_bad_input_is_named(call: object, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        call()  # type: ignore[operator]


def test_the_occurrence_curve_is_the_exceedance_curve_of_the_largest_events() -> None:
    """By hand: the largest events are 3, 0, 3, 8 in four years."""
    years = YearLossTable(np.array([[4.0], [0.0], [3.0], [9.0]]), ("a",), "EUR", np.array([3.0, 0.0, 3.0, 8.0]))
    curve = occurrence_curve(years)
    assert curve["loss"].tolist() == [0, 3, 8]
    assert curve["probability"].tolist() == [0.75, 0.25, 0]


def test_losses_without_single_events_have_no_occurrence_curve() -> None:
    with pytest.raises(InputError, match="single events"):
        occurrence_curve(YearLossTable.of({"USD": [1.0, -1.0]}, "EUR"))
