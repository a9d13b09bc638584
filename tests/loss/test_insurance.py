"""Insurance: closed forms of layers, aggregate terms event by event, and what a cover can never do."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.checks import InputError
from risk.loss.frequency import NegativeBinomial, Poisson
from risk.loss.insurance import Insurance
from risk.loss.perils import Peril, simulate_years
from risk.loss.severity import Gamma, GeneralizedPareto, Lognormal

amounts = st.floats(0.0, 100.0)
covers = st.builds(
    Insurance,
    deductible=amounts,
    limit=st.floats(0.5, 100.0) | st.just(math.inf),
    coinsurance=st.floats(0.05, 1.0),
    aggregate_deductible=amounts,
    aggregate_limit=st.floats(0.5, 300.0) | st.just(math.inf),
)
years = st.lists(st.lists(st.floats(0.0, 150.0), max_size=6), min_size=1, max_size=6)


def slow_recoveries(cover: Insurance, losses: list[float]) -> list[float]:
    """Event after event of one year, as a claims clerk would."""
    paid, recovered, used = [], 0.0, 0.0
    for loss in losses:
        recovered += cover.coinsurance * min(max(loss - cover.deductible, 0.0), cover.limit)
        due = min(max(recovered - cover.aggregate_deductible, 0.0), cover.aggregate_limit)
        paid.append(due - used)
        used = due
    return paid


@given(covers, years)
def test_recoveries_are_those_of_the_slow_loop(cover: Insurance, losses: list[list[float]]) -> None:
    flat = np.array([loss for year in losses for loss in year], dtype=float)
    whose = np.repeat(np.arange(len(losses)), [len(year) for year in losses])
    expected = [paid for year in losses for paid in slow_recoveries(cover, year)]
    found = cover.recoveries(flat, whose)
    assert found == pytest.approx(np.array(expected), abs=1e-9)
    yearly = np.bincount(whose, weights=cover.event_recovery(flat), minlength=len(losses))
    assert cover.annual_recovery(yearly) == pytest.approx(
        np.bincount(whose, weights=found, minlength=len(losses)), abs=1e-9
    )


@given(covers, st.integers(0, 1000))
def test_a_cover_never_makes_a_year_worse_nor_pays_more_than_the_loss(cover: Insurance, seed: int) -> None:
    peril = Peril("fire", Poisson(2.0), Lognormal(3.0, 1.0))
    gross = simulate_years([peril], 200, np.random.default_rng(seed))
    net = simulate_years([peril.insured(cover)], 200, np.random.default_rng(seed))
    assert (net.losses <= gross.losses + 1e-9).all()
    assert (net.losses >= -1e-9).all()
    assert (net.largest <= gross.largest + 1e-9).all()
    assert (net.largest >= -1e-9).all()


@pytest.mark.parametrize("severity", [Lognormal(3.0, 1.0), Gamma(0.5, 60.0), GeneralizedPareto(0.4, 20.0)])
def test_expected_recovery_is_a_difference_of_limited_means(severity: Lognormal) -> None:
    cover = Insurance(deductible=15.0, limit=80.0, coinsurance=0.9)
    expected = 2.5 * 0.9 * (severity.limited_mean(95.0) - severity.limited_mean(15.0))
    assert cover.expected_recovery(Poisson(2.5), severity) == pytest.approx(expected)
    peril = Peril("fire", Poisson(2.5), severity)
    rng = np.random.default_rng(2)
    recovered = peril.simulate(200_000, rng) - peril.insured(cover).simulate(200_000, rng)
    assert recovered.mean() == pytest.approx(expected, abs=4.5 * recovered.std() / math.sqrt(200_000))


def test_expected_recovery_under_aggregate_terms_is_that_of_simulation() -> None:
    cover = Insurance(deductible=10.0, limit=60.0, aggregate_deductible=40.0, aggregate_limit=150.0)
    frequency, severity = NegativeBinomial(3.0, 8.0), Gamma(1.5, 20.0)
    peril, rng = Peril("fire", frequency, severity), np.random.default_rng(2)
    recovered = peril.simulate(200_000, rng) - peril.insured(cover).simulate(200_000, rng)
    assert recovered.max() <= 150 + 1e-9
    expected = cover.expected_recovery(frequency, severity)
    assert recovered.mean() == pytest.approx(expected, abs=4.5 * recovered.std() / math.sqrt(200_000))


def test_an_annual_limit_is_used_up_in_the_order_of_the_events() -> None:
    cover = Insurance(deductible=10.0, aggregate_deductible=5.0, aggregate_limit=60.0)
    paid = cover.recoveries(np.array([30.0, 100.0, 50.0, 25.0]), np.array([0, 0, 0, 1]))
    assert paid.tolist() == [15.0, 45.0, 0.0, 10.0]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Insurance(deductible=-1.0),
        lambda: Insurance(limit=0.0),
        lambda: Insurance(coinsurance=0.0),
        lambda: Insurance(coinsurance=1.1),
        lambda: Insurance(aggregate_limit=-5.0),
        lambda: Insurance(premium=math.nan),
    ],
)
def test_impossible_covers_are_refused(make: object) -> None:
    with pytest.raises(InputError):
        make()  # type: ignore[operator]
