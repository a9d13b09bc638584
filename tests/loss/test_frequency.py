"""Counts: closed moments, scipy's quantiles, and what inverse transform and thinning promise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from risk.checks import InputError
from risk.loss.counts import binomial_quantile, poisson_quantile
from risk.loss.draws import Years
from risk.loss.frequency import Binomial, Frequency, NegativeBinomial, Poisson

FREQUENCIES = [
    (Poisson(0.3), stats.poisson(0.3)),
    (Poisson(900.0), stats.poisson(900.0)),
    (NegativeBinomial(4.0, 10.0), stats.nbinom(4.0 / 1.5, 0.4)),
    (NegativeBinomial(0.2, 3.0), stats.nbinom(0.2 / 14, 0.2 / 3)),
    (NegativeBinomial(60.0, 400.0), stats.nbinom(60**2 / 340, 60 / 400)),
    (Binomial(1, 0.02), stats.binom(1, 0.02)),
    (Binomial(400, 0.5), stats.binom(400, 0.5)),
]
each = pytest.mark.parametrize(("frequency", "reference"), FREQUENCIES, ids=lambda value: repr(value)[:40])
uniforms = st.floats(2.0**-53, 1 - 2.0**-53)  # what the streams can say


@each
def test_moments_are_those_of_scipy(frequency: Frequency, reference: stats.rv_discrete) -> None:
    assert frequency.mean == pytest.approx(reference.mean())
    assert frequency.variance == pytest.approx(reference.var())


@each
def test_generating_function_is_the_sum_over_the_probabilities(
    frequency: Frequency, reference: stats.rv_discrete
) -> None:
    counts = np.arange(5000)
    for z in (0.0, 0.7, 1.0, 0.6 + 0.7j):
        assert frequency.pgf(z) == pytest.approx((reference.pmf(counts) * np.power(z, counts)).sum(), abs=1e-9)


@each
def test_draws_and_simulated_years_have_the_distribution(frequency: Frequency, reference: stats.rv_discrete) -> None:
    rng = np.random.default_rng(5)
    for counts in (frequency.draw(100_000, rng), frequency.counts(Years.of(rng, "a", 100_000))):
        error = math.sqrt(frequency.variance / counts.size)
        assert counts.mean() == pytest.approx(frequency.mean, abs=4.5 * error)
        largest = reference.ppf(0.999)
        found = [(counts <= k).mean() for k in np.unique(np.linspace(0, largest, 20).astype(int))]
        expected = [reference.cdf(k) for k in np.unique(np.linspace(0, largest, 20).astype(int))]
        assert np.abs(np.subtract(found, expected)).max() < 2.2 / math.sqrt(counts.size)


def test_constant_rates_give_scipys_quantiles() -> None:
    uniform = np.concatenate(
        [np.random.default_rng(2).random(20_000), 2.0 ** -np.arange(2, 50), 1 - 2.0 ** -np.arange(2, 50)]
    )
    for frequency, reference in FREQUENCIES:
        if not isinstance(frequency, NegativeBinomial):
            assert (frequency.counts(lambda _: uniform) == reference.ppf(uniform)).all()


@settings(deadline=None)
@given(st.lists(st.tuples(uniforms, st.floats(0.0, 3000.0)), min_size=1, max_size=50))
def test_poisson_quantiles_reach_their_number_and_not_before(pairs: list[tuple[float, float]]) -> None:
    uniform, rates = np.array(pairs).T
    counts = poisson_quantile(uniform, rates)
    reached = uniform * (1 - 1e-12)  # two ways to add up may differ in the last digits
    assert (stats.poisson.cdf(counts, rates) >= reached).all()
    assert (stats.poisson.cdf(counts - 1, rates) < uniform * (1 + 1e-12)).all()


@settings(deadline=None)
@given(st.integers(1, 5000), st.lists(st.tuples(uniforms, st.floats(0.0, 1.0)), min_size=1, max_size=50))
def test_binomial_quantiles_reach_their_number_and_not_before(trials: int, pairs: list[tuple[float, float]]) -> None:
    uniform, probabilities = np.array(pairs).T
    counts = binomial_quantile(uniform, trials, probabilities)
    assert (stats.binom.cdf(counts, trials, probabilities) >= uniform * (1 - 1e-9)).all()
    assert (stats.binom.cdf(counts - 1, trials, probabilities) <= uniform * (1 + 1e-9)).all()


@given(st.integers(0, 2**32), st.floats(0.01, 200.0), st.floats(1.0, 3.0))
def test_a_higher_rate_never_has_fewer_events(seed: int, mean: float, factor: float) -> None:
    years = Years.of(np.random.default_rng(seed), "a", 200)
    for low, high in (
        (Poisson(mean), Poisson(mean * factor)),
        (NegativeBinomial(mean, 2 * mean), NegativeBinomial(mean * factor, mean * factor + factor**2 * mean)),
        (Binomial(300, mean / 600), Binomial(300, mean / 600 * min(factor, 3.0))),
    ):
        assert (low.counts(years) <= high.counts(years)).all()


def test_factors_of_one_change_no_count() -> None:
    years = Years.of(np.random.default_rng(3), "a", 20_000)
    for frequency, _ in FREQUENCIES:
        assert (frequency.counts(years, np.ones(20_000)) == frequency.counts(years)).all()


def test_gamma_factors_make_a_poisson_count_negative_binomial() -> None:
    """Poisson mixed by a gamma factor of mean 1 and variance v: variance mean + v · mean²."""
    rng = np.random.default_rng(4)
    counts = Poisson(6.0).counts(Years.of(rng, "a", 200_000), rng.gamma(1 / 0.5, 0.5, 200_000))
    reference = stats.nbinom(1 / 0.5, 1 / (1 + 0.5 * 6))
    assert counts.mean() == pytest.approx(6.0, abs=0.05)
    assert np.abs([(counts <= k).mean() - reference.cdf(k) for k in range(40)]).max() < 2.2 / math.sqrt(200_000)


def test_thinned_counts_are_the_mixture_of_kept_events() -> None:
    for frequency, _ in FREQUENCIES:
        thinned = frequency.thinned(0.3)
        for z in (0.0, 0.4, 0.9j):
            assert thinned.pgf(z) == pytest.approx(frequency.pgf(1 + 0.3 * (z - 1)))
        assert frequency.thinned(0.0).mean == 0


def test_elicited_frequencies_mean_what_was_said() -> None:
    assert Poisson.once_in(40).mean == pytest.approx(0.025)
    assert 1 - Poisson.from_probability(0.2).pgf(0.0) == pytest.approx(0.2)
    count = NegativeBinomial.from_rate_interval(0.5, 6.0, 0.8)
    rate = stats.gamma(count.shape, scale=count.mean / count.shape)
    assert rate.ppf([0.1, 0.9]) == pytest.approx([0.5, 6.0])


@pytest.mark.parametrize(("low", "high"), [(1e-4, 500.0), (9.99, 10.0)])
def test_very_wide_and_very_narrow_rate_intervals_are_met(low: float, high: float) -> None:
    count = NegativeBinomial.from_rate_interval(low, high)
    assert stats.gamma(count.shape, scale=count.mean / count.shape).ppf([0.05, 0.95]) == pytest.approx([low, high])


@pytest.mark.parametrize(
    "make",
    [
        lambda: Poisson(-1.0),
        lambda: Poisson(math.nan),
        lambda: Poisson(1e9),
        lambda: Poisson.from_probability(1.0),
        lambda: Poisson.once_in(0),
        lambda: NegativeBinomial(5.0, 5.0),
        lambda: NegativeBinomial(5.0, math.inf),
        lambda: NegativeBinomial.from_rate_interval(3.0, 2.0),
        lambda: Binomial(0, 0.5),
        lambda: Binomial(10, 1.5),
        lambda: Poisson(1.0).thinned(1.2),
    ],
)
def test_impossible_frequencies_are_refused(make: object) -> None:
    with pytest.raises(InputError):
        make()  # type: ignore[operator]
