"""Perils: closed moments of compound sums, and what common random numbers promise, bit for bit."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.checks import InputError
from risk.loss.aggregate import aggregate
from risk.loss.event_trees import Branch, EventTree
from risk.loss.frequency import Binomial, NegativeBinomial, Poisson
from risk.loss.insurance import Insurance
from risk.loss.measures import expected_shortfall
from risk.loss.perils import BLOCK, Peril, simulate_perils, simulate_years
from risk.loss.severity import Capped, Empirical, Fixed, Gamma, GeneralizedPareto, Lognormal, Spliced

PERILS = [
    Peril("late delivery", Poisson(6.0), Gamma(0.8, 40.0)),
    Peril("customs hold", NegativeBinomial(0.8, 1.6), Lognormal.from_interval(500, 9000)),
    Peril("account freeze", Binomial(1, 0.03), Capped(GeneralizedPareto(1.1, 5e3), 2e5)),
    Peril("recall", Poisson(0.05), EventTree((Fixed(2000.0), Branch(0.4, Lognormal(9.0, 1.0))))),
    Peril("takedown", Poisson(1.5), Empirical([120.0, 80.0, 300.0])),
    Peril("fine", Poisson(0.2), Spliced(Lognormal(8, 1), GeneralizedPareto(0.4, 9e3, 1e4), 1e4, 0.1), keep=0.6),
]
each = pytest.mark.parametrize("peril", PERILS, ids=lambda peril: peril.name)
seeds = st.integers(0, 2**32)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20)


@each
def test_mean_and_variance_are_walds(peril: Peril, rng: np.random.Generator) -> None:
    """E[S] = E[N] E[X]; Var[S] = E[N] Var[X] + Var[N] E[X]²."""
    losses = peril.simulate(200_000, rng)
    assert losses.mean() == pytest.approx(peril.mean, abs=4.5 * math.sqrt(peril.variance / losses.size))
    squares = np.square(losses - peril.mean)
    assert squares.mean() == pytest.approx(peril.variance, abs=4.5 * squares.std() / math.sqrt(losses.size))


def test_years_without_events_are_as_many_as_the_frequency_says(rng: np.random.Generator) -> None:
    """A rate times one magnitude has no such years: the year's loss is a sum over a random number of events."""
    losses = Peril("a", Poisson(0.3), Lognormal(11.0, 1.2)).simulate(200_000, rng)
    assert (losses == 0).mean() == pytest.approx(math.exp(-0.3), abs=0.005)
    value_at_risk = float(aggregate(Poisson(0.3), Lognormal(11.0, 1.2)).quantile(0.99))
    assert value_at_risk == pytest.approx(570e3, rel=0.01)
    assert (losses > value_at_risk).mean() == pytest.approx(0.01, abs=0.001)


def test_the_largest_event_of_a_year_has_its_closed_form(rng: np.random.Generator) -> None:
    peril = Peril("a", NegativeBinomial(2.0, 5.0), Gamma(2.0, 10.0))
    sums = simulate_years([peril], 200_000, rng)
    year = aggregate(peril.frequency, peril.severity)
    for x in (0.0, 20.0, 50.0, 90.0):
        assert (sums.largest > x).mean() == pytest.approx(float(year.occurrence_survival(x)), abs=0.005)
    assert (sums.largest <= sums.losses + 1e-9).all()


def test_the_largest_event_over_poisson_perils_has_its_closed_form(rng: np.random.Generator) -> None:
    """P(max > x) = 1 − exp(−Σ λ (1 − F(x))): events above x are themselves Poisson."""
    perils = [Peril("a", Poisson(0.4), Lognormal(9.0, 1.2)), Peril("b", Poisson(3.0), Gamma(0.7, 4e3), keep=0.8)]
    table, years = simulate_perils(perils, 200_000, rng, "EUR"), 200_000
    assert table.largest is not None
    for x in (0.0, 2e3, 1e4, 4e4, 1e5):
        beyond = sum(peril.frequency.mean * peril.keep * float(peril.severity.survival(x)) for peril in perils)
        chance = -math.expm1(-beyond)
        error = math.sqrt(chance * (1 - chance) / years)
        assert (table.largest > x).mean() == pytest.approx(chance, abs=4.5 * error + 1e-12)
    assert (table.largest <= table.total + 1e-9).all()


@given(seeds, st.permutations(PERILS), st.integers(1, 5))
def test_other_perils_move_no_year_of_a_peril(seed: int, order: list[Peril], kept: int) -> None:
    rng = np.random.default_rng(seed)
    together = simulate_perils(PERILS, 50, rng, "EUR")
    some = [replace(peril, severity=Fixed(9.0)) if place == 0 else peril for place, peril in enumerate(order[:kept])]
    apart = simulate_perils(some, 50, rng, "EUR")
    for peril in some[1:]:
        assert (apart[peril.name] == together[peril.name]).all()


@each
def test_a_year_depends_on_neither_the_number_of_years_nor_the_block(peril: Peril, rng: np.random.Generator) -> None:
    many = simulate_years([peril], 2 * BLOCK + 100, rng)
    few = simulate_years([peril], 300, rng)
    later = simulate_years([peril], 200, rng, first_year=BLOCK - 50)
    assert (few.losses == many.losses[:300]).all()
    assert (later.losses == many.losses[BLOCK - 50 : BLOCK + 150]).all()
    assert (later.largest == many.largest[BLOCK - 50 : BLOCK + 150]).all()


@given(seeds, st.floats(0, 1), st.floats(0, 1))
def test_a_stronger_mitigation_removes_what_a_weaker_one_does_and_more(seed: int, first: float, second: float) -> None:
    rng = np.random.default_rng(seed)
    for peril in PERILS:
        before, once = peril.simulate(100, rng), peril.thinned(first).simulate(100, rng)
        twice = peril.thinned(first).thinned(second).simulate(100, rng)
        assert (once <= before * (1 + 1e-12)).all()
        assert (twice <= once * (1 + 1e-12)).all()


def test_surviving_events_keep_their_cost(rng: np.random.Generator) -> None:
    """With at most one event a year, a thinned year is the year before or nothing."""
    peril = Peril("a", Binomial(1, 0.5), Lognormal(0.0, 1.0))
    before, after = peril.simulate(20_000, rng), peril.thinned(0.7).simulate(20_000, rng)
    assert np.isin(after - before, [0.0, *-before[before > 0]]).all()
    assert ((after == before) | (after == 0)).all()
    assert (after > 0).sum() / (before > 0).sum() == pytest.approx(0.7, abs=0.02)


@each
def test_thinned_years_have_the_thinned_distribution(peril: Peril, rng: np.random.Generator) -> None:
    kept = peril.thinned(0.35)
    losses = kept.simulate(200_000, rng)
    none = float(peril.frequency.thinned(0.35 * peril.keep).pgf(float(peril.severity.cdf(0.0))))
    assert (losses == 0).mean() == pytest.approx(none, abs=0.005)
    assert losses.mean() == pytest.approx(kept.mean, abs=4.5 * math.sqrt(kept.variance / losses.size))
    assert kept.mean == pytest.approx(0.35 * peril.mean)


@given(seeds, st.floats(0.1, 5.0))
def test_doubling_costs_doubles_years_and_a_cap_bounds_them(seed: int, factor: float) -> None:
    rng = np.random.default_rng(seed)
    for peril in PERILS:
        before = simulate_years([peril], 60, rng)
        scaled = simulate_years([peril.scaled(factor)], 60, rng)
        assert scaled.losses == pytest.approx(factor * before.losses)
        capped = simulate_years([peril.capped(150.0)], 60, rng)
        assert (capped.losses <= before.losses + 1e-9).all()
        assert (capped.largest == np.minimum(before.largest, 150.0)).all()


def test_common_random_numbers_make_a_difference_of_mitigations_nine_times_quieter(rng: np.random.Generator) -> None:
    """Poisson rate 2 cut by a fifth, E[X] = 100, E[X²] = 20000: 8,000 against 72,000 for independent years."""
    peril = Peril("a", Poisson(2.0), Gamma(1.0, 100.0))
    saved = peril.simulate(200_000, rng) - peril.thinned(0.8).simulate(200_000, rng)
    assert saved.var() == pytest.approx(2 * 0.2 * 20_000, rel=0.03)
    other = Peril("b", Poisson(1.6), Gamma(1.0, 100.0)).simulate(200_000, rng)
    assert (peril.simulate(200_000, rng) - other).var() == pytest.approx(72_000, rel=0.03)


def test_a_changed_rate_keeps_the_events_that_both_have(rng: np.random.Generator) -> None:
    low = Peril("a", Poisson(3.0), Lognormal(0.0, 1.0))
    high = replace(low, frequency=Poisson(3.2))
    few, more = (simulate_years([peril], 5000, rng) for peril in (low, high))
    assert (more.losses >= few.losses).all()
    assert 0.7 < (more.losses == few.losses).mean() < 1
    assert (more.largest >= few.largest).all()


def test_frailty_mixes_the_rate_and_correlates_the_perils(rng: np.random.Generator) -> None:
    """One gamma factor of variance v for two Poisson perils: Cov = v · E[S1] E[S2], Var = λ E[X²] + v · E[S]²."""
    perils = [Peril("a", Poisson(2.0), Gamma(1.0, 50.0)), Peril("b", Poisson(3.0), Gamma(1.0, 80.0))]
    factor = rng.gamma(1 / 0.36, 0.36, 200_000)
    losses = simulate_perils(perils, 200_000, rng, "EUR", np.column_stack([factor, factor])).losses
    covariance = np.cov(losses.T)
    assert losses.mean(axis=0) == pytest.approx([100, 240], rel=0.01)
    assert covariance == pytest.approx(np.array([[13_600.0, 8_640.0], [8_640.0, 59_136.0]]), rel=0.04)


def test_factors_of_one_change_nothing_and_larger_ones_only_add(rng: np.random.Generator) -> None:
    ones = np.ones((500, len(PERILS)))
    plain = simulate_perils(PERILS, 500, rng, "EUR").losses
    assert (simulate_perils(PERILS, 500, rng, "EUR", ones).losses == plain).all()
    assert (simulate_perils(PERILS, 500, rng, "EUR", 1.5 * ones).losses >= plain).all()


def test_mitigations_meet_the_same_bad_years(rng: np.random.Generator) -> None:
    factor = rng.gamma(2.0, 0.5, 5000)
    peril = PERILS[0]
    before, after = (each.simulate(5000, rng, factor) for each in (peril, peril.thinned(0.5)))
    assert (after <= before).all()
    assert np.corrcoef(before, factor)[0, 1] > 0.5
    assert np.corrcoef(after, factor)[0, 1] > 0.4


def test_a_rate_of_a_million_events_is_counted_in_full(rng: np.random.Generator) -> None:
    losses = Peril("parcels", Poisson(1e6), Fixed(2.0)).simulate(3, rng)
    assert losses == pytest.approx(np.full(3, 2e6), rel=0.01)


def test_a_rare_event_has_the_right_shortfall(rng: np.random.Generator) -> None:
    """p = 0.5 %: ES99 is a hundred times the mean, not the mean."""
    severity = Lognormal(12.0, 0.5)
    losses = Peril("rare", Poisson.from_probability(0.005), severity).simulate(400_000, rng)
    expected = aggregate(Poisson.from_probability(0.005), severity).expected_shortfall(0.99)
    assert expected == pytest.approx(-math.log1p(-0.005) * severity.mean * 100, rel=1e-9)
    assert expected_shortfall(losses, 0.99) == pytest.approx(expected, rel=0.1)


def test_insured_perils_show_what_is_left(rng: np.random.Generator) -> None:
    peril = PERILS[0].insured(Insurance(deductible=10.0, aggregate_limit=500.0))
    assert peril.mean == PERILS[0].mean
    assert peril.simulate(5000, rng).mean() < 0.7 * PERILS[0].mean


@pytest.mark.parametrize(
    "make",
    [
        lambda rng: Peril("a", Poisson(1.0), Fixed(1.0), keep=1.5),
        lambda rng: simulate_perils(PERILS, 0, rng, "EUR"),
        lambda rng: simulate_perils(PERILS[:1] * 2, 5, rng, "EUR"),
        lambda rng: simulate_perils(PERILS, 5, rng, "euro"),
        lambda rng: simulate_perils(PERILS, 5, rng, "EUR", np.ones(5)),
        lambda rng: simulate_perils(PERILS, 5, rng, "EUR", -np.ones((5, len(PERILS)))),
        lambda rng: PERILS[0].simulate(5, rng, np.ones(4)),
    ],
)
def test_impossible_simulations_are_refused(make: object, rng: np.random.Generator) -> None:
    with pytest.raises(InputError):
        make(rng)  # type: ignore[operator]
