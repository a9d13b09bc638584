"""Updating of beliefs against closed forms, integration of the posterior, and simulation of the whole story."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta, betabinom, gamma, nbinom, norm, poisson

from risk.checks import InputError
from risk.loss.estimation import update_rate
from risk.loss.updating import (
    BetaProbability,
    GammaRate,
    LognormalBelief,
    shrink_rates,
    update_lognormal,
    update_probability,
)

amounts = st.floats(0.1, 50)


def test_the_posterior_of_a_rate_is_prior_times_likelihood() -> None:
    """By integration, without the conjugate formula: mean of λ · gamma(λ) · Poisson(3 | 5 λ)."""

    def weight(rate: float) -> float:
        return float(gamma.pdf(rate, 2, scale=1 / 4) * poisson.pmf(3, 5 * rate))

    mass = quad(weight, 0, 20)[0]
    belief = update_rate(2, 4, 3, 5)
    assert belief.mean == pytest.approx(quad(lambda rate: rate * weight(rate), 0, 20)[0] / mass, rel=1e-8)
    low, high = belief.interval(0.9)
    assert quad(weight, low, high)[0] / mass == pytest.approx(0.9, rel=1e-8)
    assert quad(weight, 0, low)[0] / mass == pytest.approx(0.05, rel=1e-6)


@given(amounts, amounts, st.integers(0, 40), amounts)
def test_the_mean_lies_between_belief_and_data_by_credibility(
    shape: float, rate: float, events: int, years: float
) -> None:
    belief = update_rate(shape, rate, events, years)
    weighted = belief.credibility * events / years + (1 - belief.credibility) * shape / rate
    assert belief.mean == pytest.approx(weighted)
    assert 0 < belief.credibility < 1


@given(amounts, amounts, st.integers(0, 9), st.integers(0, 9), amounts, amounts)
def test_data_in_two_parts_say_the_same_as_at_once(
    shape: float, rate: float, first: int, second: int, early: float, late: float
) -> None:
    parts = GammaRate(shape, rate).updated(first, early).updated(second, late)
    whole = GammaRate(shape, rate).updated(first + second, early + late)
    assert (parts.shape, parts.rate) == pytest.approx((whole.shape, whole.rate))


def test_years_without_an_event_lower_the_rate() -> None:
    assert update_rate(1, 2, 0, 8).mean == pytest.approx(0.1)


def test_a_belief_that_says_nothing_leaves_the_data_alone() -> None:
    assert update_rate(0, 0, 6, 3) == GammaRate(6, 3, 1.0)


def test_the_next_count_is_the_mixture_over_the_belief() -> None:
    """Negative binomial against integration of Poisson probabilities over the gamma belief."""
    belief = GammaRate(2.5, 4.0)
    counts = belief.predictive(years=3)
    for n in (0, 1, 4):
        mixed = quad(lambda rate, n=n: poisson.pmf(n, 3 * rate) * gamma.pdf(rate, 2.5, scale=1 / 4), 0, 20)[0]
        exact = nbinom.pmf(n, counts.shape, counts.mean / counts.variance)
        assert exact == pytest.approx(mixed, rel=1e-8)


def test_an_experts_interval_becomes_the_belief_that_has_it() -> None:
    belief = GammaRate.from_interval(0.5, 3.0, coverage=0.8)
    assert belief.interval(0.8) == pytest.approx((0.5, 3.0), rel=1e-9)
    assert belief.credibility == 0
    assert belief.updated(4, 2).credibility == pytest.approx(2 / (2 + belief.rate))


def test_drawn_rates_are_as_believed() -> None:
    rates = GammaRate(3.0, 2.0).draw(100_000, np.random.default_rng(1))
    assert rates.mean() == pytest.approx(1.5, abs=4 * np.sqrt(0.75 / 1e5))
    assert rates.var() == pytest.approx(0.75, rel=0.03)


def test_the_posterior_of_a_probability_is_scipys_beta() -> None:
    belief = update_probability(0.5, 0.5, 7, 40)
    assert belief == BetaProbability(7.5, 33.5, 40 / 41)
    assert belief.mean == pytest.approx(7.5 / 41)
    assert belief.interval(0.95) == pytest.approx(beta(7.5, 33.5).interval(0.95))


@given(st.integers(1, 30), amounts, amounts)
def test_the_beta_binomial_is_scipys(trials: int, events: float, others: float) -> None:
    counts, scipys = BetaProbability(events, others).predictive(trials), betabinom(trials, events, others)
    assert counts.mean == pytest.approx(scipys.mean())
    assert counts.variance == pytest.approx(scipys.var())
    for count in (0, trials // 2, trials):
        assert counts.probability(count) == pytest.approx(scipys.pmf(count), rel=1e-8)
    assert counts.probability(trials + 1) == 0


def test_drawn_events_have_the_moments_of_the_beta_binomial() -> None:
    counts = BetaProbability(2.0, 5.0).predictive(20)
    drawn = counts.draw(200_000, np.random.default_rng(1))
    assert drawn.mean() == pytest.approx(counts.mean, abs=4 * np.sqrt(counts.variance / 2e5))
    assert drawn.var() == pytest.approx(counts.variance, rel=0.02)
    chances = BetaProbability(2.0, 5.0).draw(100_000, np.random.default_rng(1))
    assert chances.mean() == pytest.approx(2 / 7, abs=0.003)


def test_the_posterior_of_a_typical_size_is_the_normal_one() -> None:
    """By integration over the log mean: normal(9, 0.8) prior, three losses with sigma 1.2."""
    losses = np.array([5_000.0, 30_000.0, 12_000.0])

    def weight(mu: float) -> float:
        return float(norm.pdf(mu, 9, 0.8) * np.prod(norm.pdf(np.log(losses), mu, 1.2)))

    mass = quad(weight, 4, 14)[0]
    mean = quad(lambda mu: mu * weight(mu), 4, 14)[0] / mass
    variance = quad(lambda mu: (mu - mean) ** 2 * weight(mu), 4, 14)[0] / mass
    belief = update_lognormal(9, 0.8, 1.2, losses)
    assert belief.mu == pytest.approx(mean, rel=1e-7)
    assert belief.error**2 == pytest.approx(variance, rel=1e-7)
    assert belief.credibility == pytest.approx(3 / (3 + 1.2**2 / 0.8**2))


def test_the_next_loss_is_wider_than_one_with_a_known_mean() -> None:
    next_loss = LognormalBelief(9.0, 0.5, 1.2).predictive()
    drawn = np.random.default_rng(1).normal(np.random.default_rng(2).normal(9, 0.5, 200_000), 1.2)
    assert next_loss.quantile(0.99) == pytest.approx(np.exp(np.quantile(drawn, 0.99)), rel=0.03)


@given(st.lists(st.tuples(st.integers(0, 30), st.floats(0.5, 20)), min_size=2, max_size=8))
def test_shrunk_rates_lie_between_the_rate_and_the_centre(groups: list[tuple[int, float]]) -> None:
    frame = shrink_rates([events for events, _ in groups], [exposure for _, exposure in groups])
    assert frame["credibility"].between(0, 1).all()
    low, high = frame["rate"].min(), frame["rate"].max()
    assert frame["shrunk"].between(low - 1e-9, high + 1e-9).all()


def test_groups_that_differ_no_more_than_chance_get_the_common_rate() -> None:
    frame = shrink_rates(pd.Series([2, 2, 2], index=["a", "b", "c"]), [10, 10, 10])
    assert frame.index.tolist() == ["a", "b", "c"]
    assert frame["credibility"].tolist() == [0, 0, 0]
    assert frame["shrunk"].tolist() == pytest.approx([0.2] * 3)


def test_shrinking_brings_rates_nearer_to_the_truth() -> None:
    """A hundred groups with gamma rates and little exposure: the squared error must fall, to that of the true prior."""
    rng = np.random.default_rng(1)
    truth, exposure = rng.gamma(2, 0.5, 500), rng.uniform(1, 4, 500)
    frame = shrink_rates(rng.poisson(truth * exposure), exposure)
    raw, shrunk = np.mean((frame["rate"] - truth) ** 2), np.mean((frame["shrunk"] - truth) ** 2)
    best = np.mean(((frame["events"] + 2) / (exposure + 2) - truth) ** 2)
    assert shrunk < 0.75 * raw
    assert shrunk == pytest.approx(best, rel=0.1)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: update_rate(0, 0, 0, 5), "a rate cannot be estimated from nothing"),
        (lambda: update_rate(-1, 1, 0, 5), "shape == -1, must be >= 0"),
        (lambda: update_rate(1, 1, 2, -5), "years == -5, must be >= 0"),
        (lambda: GammaRate(0, 1), "shape == 0, must be > 0"),
        (lambda: GammaRate(1, 1).interval(1.0), "coverage == 1.0"),
        (lambda: update_probability(1, 1, 5, 4), "5 events in 4 trials"),
        (lambda: update_probability(0, 1, 1, 4), "events_before == 0, must be > 0"),
        (lambda: update_lognormal(9, 1, 1, [5.0, 0.0]), "a loss is 0 or below"),
        (lambda: shrink_rates([1, 2], [1, 0]), "an exposure above 0"),
        (lambda: shrink_rates([1], [1]), "number of groups == 1"),
    ],
)
def test_bad_input_is_named(call: object, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        call()  # type: ignore[operator]
