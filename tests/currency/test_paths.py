"""Simulated rates: the walk against a slow loop, the closed-form variance, and a fair game whatever the volatility."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from risk.checks import InputError
from risk.currency.paths import Dynamics, calibrate
from risk.currency.rates import ecb_rates, log_returns
from risk.currency.volatility import ewma_variance


@pytest.fixture(scope="module")
def dynamics() -> Dynamics:
    rates = ecb_rates("CNY", ["USD", "EUR", "BRL"], "2016-01-01", "2025-12-31")
    return calibrate(log_returns(rates).dropna())


def slow_walk(model: Dynamics, picks: list[np.ndarray]) -> np.ndarray:
    """One path and one currency at a time, by the formulas of the docstring of Dynamics."""
    phi = 0.5 ** (1.0 / model.half_life)
    paths, currencies = len(picks[0]), model.rows.shape[1]
    ends = np.zeros((paths, currencies))
    for path in range(paths):
        for place in range(currencies):
            variance, top = model.start[place], max(model.ceiling[place], model.start[place])
            for pick in picks:
                move = variance**0.5 * model.rows[pick[path], place]
                ends[path, place] += move
                ewma = model.decay * variance + (1 - model.decay) * move * move
                variance = min(phi * ewma + (1 - phi) * model.long_run[place], top)
    return ends


def test_the_walk_agrees_with_a_slow_loop(dynamics: Dynamics) -> None:
    picks = list(dynamics.draw(40, 7, np.random.default_rng(0)))
    assert dynamics.walk(picks)[-1] == pytest.approx(slow_walk(dynamics, picks), rel=1e-10)


def test_a_fixing_is_the_walk_as_far_as_its_day(dynamics: Dynamics) -> None:
    picks = list(dynamics.draw(42, 50, np.random.default_rng(0)))
    marks = dynamics.walk(picks, [21, 42], martingale=True)
    assert np.array_equal(marks[0], dynamics.walk(picks[:21], martingale=True)[-1])
    assert marks.shape == (2, 50, 3)


def test_the_first_day_is_residual_times_volatility_of_tomorrow(dynamics: Dynamics) -> None:
    pick = np.arange(len(dynamics.rows))
    expected = dynamics.rows * np.sqrt(dynamics.start)
    assert dynamics.walk([pick])[-1] == pytest.approx(expected)


def test_rows_have_mean_zero_and_mean_square_one(dynamics: Dynamics) -> None:
    assert dynamics.rows.mean(axis=0) == pytest.approx(np.zeros(3), abs=1e-12)
    assert np.square(dynamics.rows).mean(axis=0) == pytest.approx(np.ones(3))


def test_start_is_tomorrows_variance_by_ewma_times_the_mean_square_of_its_residuals() -> None:
    returns = np.random.default_rng(1).normal(0, [0.01, 0.02], (600, 2))
    variance = ewma_variance(returns)
    residuals = returns / np.sqrt(variance[:-1])
    residuals -= residuals.mean(axis=0)
    assert calibrate(returns).start == pytest.approx(np.square(residuals).mean(axis=0) * variance[-1])


def test_expected_variance_is_the_sum_of_what_each_day_is_expected_to_add(dynamics: Dynamics) -> None:
    phi, day, total = dynamics.persistence, dynamics.start.copy(), np.zeros(3)
    for _ in range(100):
        total += day
        day = phi * day + (1 - phi) * dynamics.long_run
    assert dynamics.expected_variance(100) == pytest.approx(total)


def test_simulated_variance_is_the_expected_one_while_no_ceiling_is_met(dynamics: Dynamics) -> None:
    free = replace(dynamics, ceiling=np.full(3, 1.0))
    ends = free.walk(free.draw(60, 40_000, np.random.default_rng(2)))[-1]
    assert np.square(ends).mean(axis=0) == pytest.approx(free.expected_variance(60), rel=0.04)


def test_a_martingale_is_a_fair_game_for_every_currency(dynamics: Dynamics) -> None:
    growth = np.exp(dynamics.walk(dynamics.draw(252, 20_000, np.random.default_rng(3)), martingale=True)[-1])
    error = growth.std(axis=0) / np.sqrt(len(growth))
    assert (np.abs(growth.mean(axis=0) - 1.0) < 4 * error).all()


def test_the_expected_simple_return_of_a_day_is_zero_to_seven_digits(dynamics: Dynamics) -> None:
    """Every row once: an exact expectation, at today's volatility and at the highest on record."""
    for start in (dynamics.start, dynamics.ceiling, dynamics.long_run):
        day = replace(dynamics, start=start).walk([np.arange(len(dynamics.rows))], martingale=True)[-1]
        assert np.exp(day).mean(axis=0) == pytest.approx(np.ones(3), abs=1e-7)


def test_currencies_keep_their_dependence(dynamics: Dynamics) -> None:
    ends = dynamics.walk(dynamics.draw(20, 40_000, np.random.default_rng(4)))[-1]
    past = np.corrcoef(dynamics.rows, rowvar=False)
    assert np.corrcoef(ends, rowvar=False) == pytest.approx(past, abs=0.06)


def test_adding_a_currency_leaves_the_walk_of_the_others(dynamics: Dynamics) -> None:
    fewer = Dynamics(dynamics.rows[:, :2], dynamics.start[:2], dynamics.long_run[:2], dynamics.ceiling[:2])
    picks = list(dynamics.draw(21, 100, np.random.default_rng(5)))
    assert fewer.walk(picks, martingale=True)[-1] == pytest.approx(dynamics.walk(picks, martingale=True)[-1][:, :2])


def test_a_currency_that_never_moved_stays(dynamics: Dynamics) -> None:
    returns = np.column_stack([np.random.default_rng(6).normal(0, 0.01, 300), np.zeros(300)])
    pegged = calibrate(returns)
    assert (pegged.walk(pegged.draw(30, 20, np.random.default_rng(7)), martingale=True)[-1][:, 1] == 0).all()


def test_its_arrays_cannot_be_written(dynamics: Dynamics) -> None:
    with pytest.raises(ValueError, match="read-only"):
        dynamics.start[0] = 1.0


def test_a_short_history_is_refused() -> None:
    with pytest.raises(InputError, match="at least 250"):
        calibrate(np.zeros((100, 2)))


def test_shapes_that_do_not_fit_are_refused(dynamics: Dynamics) -> None:
    with pytest.raises(InputError, match="one variance"):
        replace(dynamics, start=dynamics.start[:2])
    with pytest.raises(InputError, match="finite numbers in 2"):
        replace(dynamics, rows=dynamics.start)
