"""Volatility: the recursion against a slow loop, no look-ahead, and currencies that never move."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from risk.checks import InputError
from risk.currency.volatility import ewma_covariance, ewma_variance, standardised

Returns = arrays(np.float64, st.tuples(st.integers(1, 60), st.integers(1, 3)), elements=st.floats(-0.2, 0.2))


def slow(returns: list[float], decay: float, initial: float) -> list[float]:
    variance = [initial]
    for move in returns:
        variance.append(decay * variance[-1] + (1.0 - decay) * move * move)
    return variance


@given(Returns, st.floats(0.5, 0.99), st.floats(0.0, 0.01))
def test_the_recursion_agrees_with_a_slow_loop(returns: np.ndarray, decay: float, initial: float) -> None:
    fast = ewma_variance(returns, decay, initial)
    for place in range(returns.shape[1]):
        expected = slow(returns[:, place].tolist(), decay, initial)
        assert fast[:, place] == pytest.approx(expected, rel=1e-9, abs=1e-15)


def test_the_answer_is_one_longer_than_the_returns_in_one_and_two_dimensions() -> None:
    assert ewma_variance([0.01, 0.02]).shape == (3,)
    assert ewma_variance(np.zeros((5, 2))).shape == (6, 2)


def test_a_variance_has_not_seen_its_own_return_nor_any_later_one() -> None:
    returns = np.random.default_rng(0).normal(0, 0.01, 300)
    changed = returns.copy()
    changed[200:] *= 10
    before, after = ewma_variance(returns), ewma_variance(changed)
    assert np.array_equal(before[:201], after[:201])
    assert after[201] > before[201]


def test_the_first_variance_is_the_weighted_mean_of_the_first_75_squares() -> None:
    squares = np.square(np.random.default_rng(1).normal(0, 0.01, 200))
    expected = sum(0.94**k * squares[k] for k in range(75)) / sum(0.94**k for k in range(75))
    assert ewma_variance(np.sqrt(squares))[0] == pytest.approx(expected)


def test_constant_volatility_is_recovered() -> None:
    returns = np.random.default_rng(2).normal(0, 0.02, 200_000)
    assert ewma_variance(returns, 0.999)[-1] == pytest.approx(0.02**2, rel=0.15)


def test_standardised_returns_of_a_floating_currency_have_mean_square_one() -> None:
    returns = np.random.default_rng(3).normal(0, 0.02, 20_000)
    z = standardised(returns, ewma_variance(returns, 0.99))
    assert np.square(z).mean() == pytest.approx(1.0, abs=0.03)


def test_a_currency_that_never_moves_is_zero_and_no_division_by_zero() -> None:
    assert standardised(np.zeros((4, 1)), ewma_variance(np.zeros((4, 1)))).tolist() == [[0.0]] * 4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([],), "at least one day"),
        (([0.01, np.nan],), "finite"),
        (([0.01], 1.0), "decay"),
        (([0.01], 0.94, -1.0), "initial"),
    ],
)
def test_what_has_no_variance_is_refused(arguments: tuple, said: str) -> None:
    with pytest.raises(InputError, match=said):
        ewma_variance(*arguments)


def test_the_covariance_is_that_of_a_slow_loop_and_its_diagonal_the_variance() -> None:
    returns = np.random.default_rng(4).normal(0, 0.01, (150, 3)) @ np.array([[1, 0.5, 0], [0, 1, 0], [0, 0, 2.0]])
    weights = 0.94 ** np.arange(75)
    expected = np.einsum("t,ti,tj->ij", weights / weights.sum(), returns[:75], returns[:75])
    for move in returns:
        expected = 0.94 * expected + 0.06 * np.outer(move, move)
    covariance = ewma_covariance(returns)
    assert covariance == pytest.approx(expected)
    assert np.diag(covariance) == pytest.approx(ewma_variance(returns)[-1])
    assert np.linalg.eigvalsh(covariance).min() > 0
