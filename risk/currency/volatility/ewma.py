"""Exponentially weighted volatility; zero mean throughout."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, between

Floats = NDArray[np.float64]

DECAY = 0.94  # for daily data: RiskMetrics Technical Document, 4th edition (1996), chapter 5
BACKCAST = 75  # returns that set the first variance: at decay 0.94 older ones weigh under 1 %


def ewma_variance(returns: ArrayLike, decay: float = DECAY, initial: ArrayLike | None = None) -> Floats:
    """Exponentially weighted variance before each return, and after the last: one longer than `returns`.

    `returns` is (days,) or (days, series) without gaps; element t uses returns before t only, the last is tomorrow's.
    `initial` is the variance before the first return; left out, it is the weighted mean of the first 75 squares: those
    first variances have seen a little of their own future, tomorrow's of a longer history has not.

    >>> ewma_variance([0.01, 0.03], initial=0.0004).round(8).tolist()
    [0.0004, 0.000382, 0.00041308]
    """
    squares = np.square(_gapless(returns))
    start = backcast(squares, decay) if initial is None else _variance(initial, squares)
    variance = _recursion(squares.reshape(len(squares), -1), start, between("decay", decay, 0.0, 1.0))
    shaped: Floats = variance.reshape(len(squares) + 1, *squares.shape[1:])
    return shaped


def ewma_covariance(returns: ArrayLike, decay: float = DECAY) -> Floats:
    """Tomorrow's exponentially weighted covariance of the columns of `returns`; its diagonal is `ewma_variance`."""
    tomorrow: Floats = ewma_covariances(returns, decay)[-1]
    return tomorrow


def ewma_covariances(returns: ArrayLike, decay: float = DECAY) -> Floats:
    """The same before each day and after the last: shape (days + 1, columns, columns)."""
    moves = _gapless(returns)
    products = (moves[:, :, None] * moves[:, None, :]).reshape(len(moves), -1)
    covariance = _recursion(products, backcast(products, decay), between("decay", decay, 0.0, 1.0))
    return covariance.reshape(-1, moves.shape[1], moves.shape[1])


def standardised(returns: ArrayLike, variance: ArrayLike) -> Floats:
    """Returns divided by the volatility before each; 0 where a currency that never moved has none.

    `variance` is that of `ewma_variance`, with or without tomorrow's.
    """
    moves = _gapless(returns)
    volatility = np.sqrt(np.asarray(variance, dtype=np.float64)[: len(moves)])
    return np.divide(moves, volatility, out=np.zeros_like(moves), where=volatility > 0)


def _gapless(returns: ArrayLike) -> Floats:
    moves = np.asarray(returns, dtype=np.float64)
    if moves.ndim not in (1, 2) or moves.shape[0] == 0:
        raise InputError(f"returns has shape {moves.shape}, must be (days,) or (days, series) with at least one day")
    if not np.isfinite(moves).all():
        raise InputError("returns holds values that are not finite numbers: drop the days without a return first")
    return moves


def _recursion(products: Floats, start: Floats, decay: float) -> Floats:
    series = pd.DataFrame(np.vstack([start[None, :], products]))
    return series.ewm(alpha=1.0 - decay, adjust=False).mean().to_numpy(dtype=np.float64)


def backcast(squares: Floats, decay: float) -> Floats:
    """Variance to begin with: the weighted mean of the first 75 squares, by column."""
    first = squares[:BACKCAST]
    weights = decay ** np.arange(len(first))
    return np.atleast_1d(weights @ first / weights.sum())


def _variance(initial: ArrayLike, squares: Floats) -> Floats:
    start = np.asarray(initial, dtype=np.float64)
    if not (np.isfinite(start).all() and (start >= 0).all()):
        raise InputError(f"initial == {start}, must be a variance of zero or more")
    return np.atleast_1d(np.broadcast_to(start, squares.shape[1:]))
