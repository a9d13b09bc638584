"""Value at risk and expected shortfall of every window of a row of days."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, between, vector
from risk.compiled import compiled
from risk.currency.volatility import DECAY, backcast, ewma_variance, standardised
from risk.loss.measures import rank

Floats = NDArray[np.float64]

KERNEL = "risk.currency.kernels.rolling"
_ROUNDING = 1e-12  # a level such as 0.07 times 100 is 7.000000000000001


class Tails(NamedTuple):
    """Value at risk and expected shortfall, one of each window."""

    var: Floats
    es: Floats


def rolling_historical(losses: ArrayLike, window: int, level: float) -> Tails:
    """Measures of each `window` losses in a row: element k is of losses k to k + window − 1, the forecast for the next.

    The lower quantile and Acerbi–Tasche, as in `risk.loss.measures`.
    """
    values = _row("losses", losses, window)
    return _tails(values, window, level, np.ones(values.size + 1), 0)


def rolling_filtered(returns: ArrayLike, window: int, level: float, side: int = 1, decay: float = DECAY) -> Tails:
    """The same of one unit held (`side` 1) or owed (−1) by filtered historical simulation of its log returns.

    Each window's returns by the exponentially weighted volatility of their days, less their mean, times the volatility
    of the day after; volatility is filtered over all days before.
    """
    if side not in (1, -1):
        raise InputError("side == {side}, must be 1 (held) or -1 (owed)", side=side)
    moves = _row("returns", returns, window)
    volatility, residuals = _filtered(moves, between("decay", decay, 0.0, 1.0))
    return _tails(-side * residuals, window, level, volatility, side)


def tails_of(losses: Floats, level: float, weights: Floats | None = None) -> Tails:
    """Measures of each row of `losses`, shape (rows, draws), equally likely unless weighted alike in all rows."""
    if weights is None:
        place = rank(level, losses.shape[1])
        var = np.partition(losses, place, axis=1)[:, place]
        excess = np.maximum(losses - var[:, None], 0.0).mean(axis=1)
        return Tails(var, var + excess / (1.0 - level))
    shares = weights / weights.sum()
    order = np.argsort(losses, axis=1, kind="stable")
    reached = np.cumsum(shares[order], axis=1) >= level * (1 - _ROUNDING)
    places = np.where(reached.any(axis=1), reached.argmax(axis=1), losses.shape[1] - 1)
    var = np.take_along_axis(losses, np.take_along_axis(order, places[:, None], axis=1), axis=1)[:, 0]
    return Tails(var, var + np.maximum(losses - var[:, None], 0.0) @ shares / (1.0 - level))


def _filtered(moves: Floats, decay: float) -> tuple[Floats, Floats]:
    """Volatility before each return and after the last, and the returns divided by it."""
    kernel = compiled(KERNEL)
    if kernel is None:
        variance = ewma_variance(moves, decay)
        return np.sqrt(variance), standardised(moves, variance)
    volatility, residuals = np.empty(moves.size + 1), np.empty(moves.size)
    kernel.filtered(moves, float(backcast(np.square(moves), decay)[0]), decay, volatility, residuals)
    return volatility, residuals


def _tails(values: Floats, window: int, level: float, scale: Floats, side: int) -> Tails:
    place = rank(between("level", level, 0.0, 1.0), window)
    kernel = compiled(KERNEL)
    if kernel is None:
        return tails_slowly(values, window, level, scale, side)
    found = Tails(np.empty(values.size - window + 1), np.empty(values.size - window + 1))
    kernel.tails(values, window, place, level, scale, side, found.var, found.es)
    return found


def tails_slowly(values: Floats, window: int, level: float, scale: Floats, side: int) -> Tails:
    """The numpy twin of the compiled loop."""
    windows = sliding_window_view(values, window)
    if side == 0:
        return tails_of(windows, level)
    centred = (windows - windows.mean(axis=1, keepdims=True)) * scale[window:, None]
    return tails_of(-side * np.expm1(-side * centred), level)


def _row(name: str, values: ArrayLike, window: int) -> Floats:
    row = np.ascontiguousarray(vector(name, values))
    if not 1 <= window <= row.size:
        raise InputError("window == {window}, must be 1 to the {days} days there are", window=window, days=row.size)
    return row
