"""What protections pay at expiry to an exporter who will receive base and has nothing else but spot.

All per 1 base received, in quote, a gain to the exporter positive: the P&L of the protection alone, without what it
cost at the start. Losses, positive elsewhere, are the negative of these. `rates` are spot at expiry, one or an array;
the rate that the exporter ends up with is `rates` plus the payoff.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, positive

Floats = NDArray[np.float64]


def forward_payoff(rates: ArrayLike, strike: float) -> Floats:
    """Base sold forward at `strike`: the rate ends up there, whatever happens."""
    return positive("strike", strike) - np.asarray(rates, dtype=np.float64)


def put_payoff(rates: ArrayLike, strike: float) -> Floats:
    """The right to sell base at `strike`: the rate ends up there or above."""
    return np.maximum(forward_payoff(rates, strike), 0.0)


def collar_payoff(rates: ArrayLike, floor: float, cap: float) -> Floats:
    """A put at `floor` bought and a call at `cap` sold: the rate ends up between the two."""
    if positive("floor", floor) > positive("cap", cap):
        raise InputError("A collar needs a floor of {floor} at or below its cap of {cap}.", floor=floor, cap=cap)
    return np.clip(rates, floor, cap) - np.asarray(rates, dtype=np.float64)


def participating_payoff(rates: ArrayLike, strike: float, participation: float) -> Floats:
    """A put at `strike` bought for the whole, a call there sold for the share 1 - `participation`.

    The rate ends up at `strike` or above it by the share of the gain that is kept: 0 is a forward, 1 a put.
    """
    given_up = 1.0 - share("participation", participation)
    gain = np.maximum(-forward_payoff(rates, strike), 0.0)
    return put_payoff(rates, strike) - given_up * gain


def share(name: str, value: float) -> float:
    """The value, which must lie between 0 and 1."""
    if not 0.0 <= value <= 1.0:
        raise InputError(f"{name} == {value}, must lie between 0 and 1")
    return float(value)
