"""Compiled: value at risk and expected shortfall of each window of a row, from its largest values kept in order.

Most days neither leave nor enter them, so that a day costs little; they are sorted out anew when too few are known.

Twin: `risk.currency.backtest.windows`. The signatures make the import compile.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit


@njit("void(float64[::1],float64,float64,float64[::1],float64[::1])", nogil=True, cache=True, error_model="numpy")
def filtered(returns: Any, start: float, decay: float, volatility: Any, residuals: Any) -> None:
    """Write the exponentially weighted volatility before each return and after the last, and returns divided by it."""
    variance = start
    for t in range(returns.size):
        volatility[t] = math.sqrt(variance)
        residuals[t] = returns[t] / volatility[t] if variance > 0.0 else 0.0
        variance = decay * variance + (1.0 - decay) * returns[t] * returns[t]
    volatility[returns.size] = math.sqrt(variance)


@njit("int64(float64[::1],int64,float64)", nogil=True, cache=True, error_model="numpy")
def place_of(ordered: Any, size: int, value: float) -> int:
    """First place at which an ordered row is not below a value."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        if ordered[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@njit("int64(float64[::1],float64[::1])", nogil=True, cache=True, error_model="numpy")
def refill(top: Any, window: Any) -> Any:
    """Write the largest values of a window, ordered: how many."""
    ordered = np.sort(window)
    for i in range(top.size):
        top[i] = ordered[window.size - top.size + i]
    return top.size


@njit("int64(float64[::1],int64,float64,float64)", nogil=True, cache=True, error_model="numpy")
def replace(top: Any, held: int, gone: float, come: float) -> int:
    """Keep the largest values ordered while one leaves the window and one enters: how many are known now."""
    least = top[0]
    if gone >= least:
        held -= 1
        for at in range(place_of(top, held + 1, gone), held):
            top[at] = top[at + 1]
    if come < least:
        return held
    into = place_of(top, held, come)
    if held < top.size:
        for at in range(held, into, -1):
            top[at] = top[at - 1]
        top[into] = come
        return held + 1
    for at in range(into - 1):  # full: the least makes room
        top[at] = top[at + 1]
    top[max(into - 1, 0)] = come
    return held


@njit("float64(float64,float64,float64,int64)", nogil=True, cache=True, error_model="numpy")
def loss(value: float, mean: float, scale: float, side: int) -> float:
    """The value itself, or the cost of holding (1) or owing (-1) a unit: log return -side × (value - mean) × scale."""
    if side == 0:
        return value
    return -side * math.expm1(-side * (value - mean) * scale)


@njit(
    "void(float64[::1],int64,int64,float64,float64[::1],int64,float64[::1],float64[::1])",
    nogil=True,
    cache=True,
    error_model="numpy",
)
def tails(values: Any, window: int, rank: int, level: float, scale: Any, side: int, var: Any, es: Any) -> None:
    """Write both measures of the window before each place from `window` on, and of the last window."""
    needed = window - rank
    top = np.empty(min(window, 2 * needed + 64))
    held = refill(top, values[:window])
    total = 0.0
    for i in range(window):
        total += values[i]
    for t in range(window, values.size + 1):
        mean = total / window
        at_risk = loss(top[held - needed], mean, scale[t], side)
        excess = 0.0
        for i in range(held - needed + 1, held):
            excess += loss(top[i], mean, scale[t], side) - at_risk
        var[t - window] = at_risk
        es[t - window] = at_risk + excess / window / (1.0 - level)
        if t < values.size:
            held = replace(top, held, values[t - window], values[t])
            if held < needed:
                held = refill(top, values[t - window + 1 : t + 1])
            total += values[t] - values[t - window]
