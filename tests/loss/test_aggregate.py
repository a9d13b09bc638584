"""The distribution of a year's loss against closed forms, Panjer's recursion, simulation and its own refinement."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from risk.checks import InputError
from risk.loss.aggregate import aggregate
from risk.loss.frequency import Binomial, Frequency, NegativeBinomial, Poisson
from risk.loss.lattice import Lattice, discretize
from risk.loss.measures import expected_shortfall, value_at_risk
from risk.loss.perils import Peril
from risk.loss.severity import (
    Capped,
    Empirical,
    Fixed,
    Gamma,
    GeneralizedPareto,
    Layer,
    LogMetalog,
    Lognormal,
    Severity,
    Spliced,
)


def panjer(frequency: Frequency, costs: np.ndarray, size: int) -> np.ndarray:
    """Probabilities of the sum on a lattice by Panjer's recursion, one loss after the other; costs[0] must be 0.

    Source: Panjer, Recursive evaluation of a family of compound distributions, ASTIN Bulletin 12 (1981).
    """
    if isinstance(frequency, Poisson):
        a, b = 0.0, frequency.mean
    elif isinstance(frequency, NegativeBinomial):
        a = 1 - frequency.mean / frequency.variance
        b = (frequency.shape - 1) * a
    else:
        assert isinstance(frequency, Binomial)
        a = -frequency.probability / (1 - frequency.probability)
        b = -(frequency.trials + 1) * a
    sums = [float(frequency.pgf(0.0))]
    for s in range(1, size):
        sums.append(sum((a + b * y / s) * costs[y] * sums[s - y] for y in range(1, min(s, len(costs) - 1) + 1)))
    return np.array(sums)


@pytest.mark.parametrize("frequency", [Poisson(3.0), NegativeBinomial(2.0, 5.0), Binomial(12, 0.2)])
def test_lattice_losses_are_those_of_panjers_recursion(frequency: Frequency) -> None:
    year = aggregate(frequency, Empirical([1.0, 1.0, 2.0, 5.0]))
    expected = panjer(frequency, np.array([0, 0.5, 0.25, 0, 0, 0.25]), 80)
    assert year.lattice.exact
    assert year.lattice.step == 1
    assert year.lattice.probabilities[:80] == pytest.approx(expected, abs=1e-14)
    assert year.cdf(np.arange(80.0)) == pytest.approx(np.cumsum(expected), abs=1e-13)
    assert year.warnings == ()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 6), min_size=1, max_size=5), st.floats(0.05, 20.0), st.floats(0.01, 0.99))
def test_quantile_and_shortfall_of_whole_amounts_are_the_definitions(
    costs: list[int], mean: float, level: float
) -> None:
    year = aggregate(Poisson(mean), Empirical(costs), 2**12)
    losses = year.lattice.step * np.arange(2**12)
    weights = year.lattice.probabilities
    assert year.quantile(level) == pytest.approx(value_at_risk(losses, level, weights))
    assert year.expected_shortfall(level) == pytest.approx(expected_shortfall(losses, level, weights), rel=1e-7)


def test_exponential_costs_have_a_series() -> None:
    """A Poisson sum of exponentials is a Poisson mixture of gamma distributions."""
    year = aggregate(Poisson(7.0), Gamma(1.0, 300.0))
    x, n = np.array([1.0, 500.0, 2100.0, 4000.0, 7000.0]), np.arange(1, 80)
    exact = stats.poisson.pmf(0, 7) + (stats.poisson.pmf(n, 7) * stats.gamma.cdf(x[:, None], n, scale=300)).sum(axis=1)
    assert year.cdf(x) == pytest.approx(exact, abs=1e-7)
    assert year.quantile(exact[1:]) == pytest.approx(x[1:], rel=1e-5)


@pytest.mark.parametrize(
    ("frequency", "severity", "tolerance"),
    [
        (Poisson(20.0), Lognormal(0.0, 1.5), 2e-5),
        (NegativeBinomial(50.0, 150.0), GeneralizedPareto(0.35, 1.0), 5e-5),
        (Poisson(1000.0), Lognormal(0.0, 2.0), 5e-5),
        (Poisson(0.3), Spliced(Lognormal(7.0, 1.0), GeneralizedPareto(0.6, 9e3, 5e3), 5e3, 0.1), 5e-5),
        (Binomial(200, 0.01), LogMetalog.from_quantiles(100.0, 300.0, 1500.0), 5e-5),
        (Poisson(2.0), Capped(GeneralizedPareto(1.73, 1e3), 2e5), 3e-4),
    ],
)
def test_a_grid_sixteen_times_finer_says_the_same(frequency: Frequency, severity: Severity, tolerance: float) -> None:
    coarse, fine = aggregate(frequency, severity), aggregate(frequency, severity, 2**20)
    for level in (0.95, 0.99, 0.999):
        assert coarse.quantile(level) == pytest.approx(float(fine.quantile(level)), rel=tolerance)
        assert coarse.expected_shortfall(level) == pytest.approx(fine.expected_shortfall(level), rel=tolerance)


@pytest.mark.parametrize(
    ("frequency", "severity"),
    [
        (Poisson(0.4), Lognormal(8.0, 1.2)),
        (NegativeBinomial(3.0, 12.0), Layer(Gamma(0.7, 900.0), 200.0, 2000.0)),
        (Binomial(30, 0.1), Capped(GeneralizedPareto(1.2, 100.0), 5000.0)),
    ],
)
def test_transform_and_simulation_agree_within_error(frequency: Frequency, severity: Severity) -> None:
    years = 200_000
    losses = Peril("a", frequency, severity).simulate(years, np.random.default_rng(8))
    year = aggregate(frequency, severity)
    assert losses.mean() == pytest.approx(year.mean, abs=4.5 * losses.std() / math.sqrt(years))
    assert year.limited_mean(year.lattice.end) == pytest.approx(year.mean, rel=1e-5)
    for level in (0.8, 0.95, 0.99, 0.998):
        x = float(year.quantile(level))
        share = (losses <= x).mean()
        assert share == pytest.approx(float(year.cdf(x)), abs=4.5 * math.sqrt(level * (1 - level) / years) + 1e-4)
        tail = np.maximum(losses - x, 0.0)
        worst = x + tail.mean() / (1 - level)
        error = 4.5 * tail.std() / math.sqrt(years) / (1 - level)
        assert worst == pytest.approx(year.expected_shortfall(level), abs=error + 1e-3 * worst)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.01, 50.0), st.floats(0.2, 2.0), st.floats(0.01, 0.995))
def test_shortfall_is_at_least_value_at_risk_and_mean(mean: float, sigma: float, level: float) -> None:
    year = aggregate(Poisson(mean), Lognormal(5.0, sigma), 2**14)
    assert year.expected_shortfall(level) >= year.quantile(level)
    assert year.expected_shortfall(level) >= year.mean * (1 - 1e-9)


def test_a_rare_event_has_the_right_shortfall_although_value_at_risk_is_zero() -> None:
    """One year in 200 sees one loss: the worst hundredth of the years holds the whole mean."""
    year = aggregate(Binomial(1, 0.005), Lognormal(12.0, 0.5))
    assert year.quantile(0.99) == 0
    assert year.expected_shortfall(0.99) == pytest.approx(0.005 * Lognormal(12.0, 0.5).mean / 0.01, rel=1e-12)


def test_comonotonic_costs_add_their_values_at_risk() -> None:
    """n events that all cost the same amount: the year's value at risk is n of them."""
    year = aggregate(Binomial(10, 1.0), Fixed(25.0))
    assert year.quantile(0.5) == 250
    assert year.expected_shortfall(0.99) == pytest.approx(250)


def test_the_year_of_nothing_is_nothing() -> None:
    year = aggregate(Poisson(0.0), Lognormal(0.0, 1.0))
    assert year.cdf(0.0) == 1
    assert year.quantile(0.999) == 0
    assert year.expected_shortfall(0.9) == 0


def test_largest_event_of_the_year_is_in_closed_form() -> None:
    year = aggregate(Poisson(2.0), GeneralizedPareto(0.4, 10.0))
    assert year.occurrence_survival(50.0) == pytest.approx(-math.expm1(-2 * (1 + 0.4 * 5) ** -2.5))
    assert year.occurrence_survival(year.occurrence_quantile(0.99)) == pytest.approx(0.01)
    assert year.occurrence_quantile(0.1) == 0  # no event at all has probability 0.135
    levels = np.array([0.9, 0.99, 0.999])
    assert all(year.occurrence_quantile(level) <= year.quantile(level) for level in levels)


def test_what_lies_beyond_the_grid_stays_beyond() -> None:
    heavy = aggregate(Poisson(5.0), GeneralizedPareto(0.9, 1.0), 2**10, step=0.1)
    assert heavy.lattice.probabilities.sum() == pytest.approx(1 - heavy.lattice.beyond)
    assert heavy.lattice.beyond > 0.02
    assert any("beyond" in warning for warning in heavy.warnings)
    with pytest.raises(InputError, match="cannot be read"):
        heavy.quantile(0.999)


def test_a_coarse_step_and_folding_back_are_said() -> None:
    coarse = aggregate(Poisson(5.0), Lognormal(0.0, 0.5), 2**8, step=5.0)
    assert any("coarse" in warning for warning in coarse.warnings)
    folded = aggregate(Poisson(50.0), Gamma(2.0, 1.0), 2**6, step=1.0)  # mean 100 on a grid that ends at 64
    assert any("wraps round" in warning for warning in folded.warnings)
    assert aggregate(Poisson(5.0), Lognormal(0.0, 0.5)).warnings == ()


def test_padding_keeps_large_years_from_small_ones() -> None:
    """Grübel and Hermesmeier's point: without padding, a tenth of the probability folds back (λ = 20, Pareto)."""
    severity = GeneralizedPareto(0.25, 0.75)
    short = aggregate(Poisson(20.0), severity, 2**8, step=1 / 8)
    truth = aggregate(Poisson(20.0), severity)
    assert short.cdf(10.0) == pytest.approx(float(truth.cdf(10.0)), abs=5e-4)
    single = discretize(severity, 1 / 8, 2**8)
    folded = np.fft.irfft(Poisson(20.0).pgf(np.fft.rfft(single)), 2**8)
    assert folded[:81].sum() > 1.2 * truth.cdf(10.0)


def test_the_unbiased_grid_keeps_the_mean_however_wide_the_step() -> None:
    for severity in (Lognormal(0.0, 1.0), GeneralizedPareto(0.2, 1.0), Gamma(0.5, 2.0)):
        for step in (0.01, 1.0, 7.0):
            single = discretize(severity, step, 2**14)
            assert step * np.arange(2**14) @ single == pytest.approx(
                float(severity.limited_mean(step * (2**14 - 0.5))), rel=3e-4
            )


def test_moments_of_the_year_are_walds() -> None:
    year = aggregate(NegativeBinomial(3.0, 9.0), Gamma(2.0, 5.0))
    assert year.mean == pytest.approx(30.0)
    assert year.variance == pytest.approx(3 * 50 + 9 * 100)
    grid = year.lattice
    points = grid.step * np.arange(len(grid.probabilities))
    assert points @ grid.probabilities == pytest.approx(year.mean, rel=1e-6)
    assert points**2 @ grid.probabilities - (points @ grid.probabilities) ** 2 == pytest.approx(year.variance, rel=1e-6)


def test_an_infinite_mean_is_refused_but_its_quantiles_are_not() -> None:
    year = aggregate(Poisson(0.1), GeneralizedPareto(1.2, 1.0))
    assert year.quantile(0.99) > 0
    with pytest.raises(InputError, match="infinite"):
        year.expected_shortfall(0.99)


@given(st.floats(0.0, 30.0))
def test_limited_mean_of_a_grid_is_the_area_above_its_distribution(limit: float) -> None:
    exact = Lattice(2.0, np.array([0.3, 0.2, 0.0, 0.4, 0.1]), 0.3, exact=True)
    points = np.array([0.0, 2.0, 4.0, 6.0, 8.0])
    assert exact.limited_moment(limit, 1) == pytest.approx(np.minimum(points, limit) @ exact.probabilities)
    spread = Lattice(2.0, exact.probabilities, 0.3)
    x = np.linspace(0, min(limit, spread.end), 20_001)
    assert spread.limited_moment(limit, 1) == pytest.approx(np.trapezoid(1 - spread.cdf(x), x), abs=2e-3)
