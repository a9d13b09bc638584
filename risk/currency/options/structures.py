"""Protections that cost nothing at the start: collars and participating forwards.

Arguments as in `garman_kohlhagen`; one volatility for all strikes. A bank sells at its own volatilities and keeps a
margin, so that what it offers for nothing is a little worse for the company.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, not_negative, one_of, positive
from risk.currency.options.payoffs import collar_payoff, participating_payoff, share
from risk.currency.options.pricing import KINDS, finite, garman_kohlhagen, plain

Floats = NDArray[np.float64]
Level = TypeVar("Level", float, Floats)  # one volatility, or an array of them


def zero_cost_strike(
    spot: float,
    strike: float,
    years: float,
    volatility: Level,
    quote_rate: float,
    base_rate: float,
    kind: str = "put",
) -> Level:
    """Strike of the option to sell so that the `kind` bought at `strike` costs nothing: the other leg of a collar.

    For an exporter's put at or below the forward rate it is the call at or above it that has the same price; for an
    importer's call it is the put. At the forward rate both are one: a forward. An array of volatilities gives a strike
    for each. InputError on the wrong side of the forward rate, where the other strike would leave no room between them,
    and for an option that is worth nothing.
    """
    other = "call" if one_of("kind", kind, KINDS) == "put" else "put"
    forward = _forward(spot, years, quote_rate, base_rate)
    shown = {"strike": f"{strike:.6g}", "forward": f"{forward:.6g}"}
    if kind == "put" and _beyond(strike, forward, kind):
        raise InputError("No collar is free: its floor of {strike} lies above the forward rate of {forward}.", **shown)
    if kind == "call" and _beyond(strike, forward, kind):
        raise InputError("No collar is free: its cap of {strike} lies below the forward rate of {forward}.", **shown)

    levels = np.asarray(volatility, dtype=np.float64)

    def price(of: str, at: Floats, level: Floats) -> Floats:
        return np.asarray(garman_kohlhagen(spot, at, years, level, quote_rate, base_rate, of).price)

    if not _beyond(strike, forward, other):
        return cast("Level", plain(np.full(levels.shape, forward)))
    premium = price(kind, np.asarray(strike), levels)
    if (premium == 0.0).any():
        raise InputError("An option at {strike} is worth nothing, so that no other pays for it.", strike=strike)

    def gap(at: Floats, level: Floats, paid: Floats) -> Floats:
        return price(other, at, level) - paid

    found = _crossing(gap, forward, 2.0 if other == "call" else 0.5, levels, premium)
    return cast("Level", plain(found))


def zero_cost_participation(
    spot: float, strike: float, years: float, volatility: float, quote_rate: float, base_rate: float
) -> float:
    """Share of the gain above `strike` that an exporter keeps in a participating forward that costs nothing.

    The put on the whole is paid by calls at the same strike on the share given up: 1 - put / call. At the forward rate
    nothing is kept, and the further below it the floor lies, the more. InputError above the forward rate.
    """
    forward = _forward(spot, years, quote_rate, base_rate)
    if _beyond(strike, forward, "put"):
        raise InputError(
            "No participating forward is free: its rate of {strike} lies above the forward rate of {forward}.",
            strike=f"{strike:.6g}",
            forward=f"{forward:.6g}",
        )
    put, call = _both(spot, strike, years, volatility, quote_rate, base_rate)
    return float(1.0 - put / call) if put < call else 0.0


def zero_cost_participation_strike(
    spot: float, participation: float, years: float, volatility: float, quote_rate: float, base_rate: float
) -> float:
    """Strike of a participating forward that costs nothing and keeps this share of the gain, below 1.

    The inverse of `zero_cost_participation`: 0 gives the forward rate.
    """
    if share("participation", participation) == 1.0:
        raise InputError("Whoever keeps the whole gain gives nothing up that could pay for the protection.")
    forward = _forward(spot, years, quote_rate, base_rate)

    def gap(strike: Floats) -> Floats:
        put, call = _both(spot, strike, years, volatility, quote_rate, base_rate)
        return put - (1.0 - participation) * call

    return float(_crossing(gap, forward, 0.5))


@dataclass(frozen=True)
class Collar:
    """An exporter's collar on `notional` of base: a put bought at `floor`, a call sold at `cap`."""

    notional: float
    floor: float
    cap: float

    def __post_init__(self) -> None:
        positive("notional", self.notional)
        collar_payoff(self.floor, self.floor, self.cap)

    @classmethod
    def zero_cost(
        cls,
        notional: float,
        floor: float,
        spot: float,
        years: float,
        volatility: float,
        quote_rate: float,
        base_rate: float,
    ) -> Collar:
        """The collar with this floor that costs nothing."""
        return cls(notional, floor, zero_cost_strike(spot, floor, years, volatility, quote_rate, base_rate))

    def payoff(self, rates: ArrayLike) -> Floats:
        """What it pays at expiry at these spot rates, in quote, a gain positive."""
        return self.notional * collar_payoff(rates, self.floor, self.cap)

    def value(self, spot: float, years: float, volatility: float, quote_rate: float, base_rate: float) -> float:
        """What it is worth to the exporter, in quote: 0 when dealt at zero cost."""
        put = garman_kohlhagen(spot, self.floor, years, volatility, quote_rate, base_rate, "put").price
        call = garman_kohlhagen(spot, self.cap, years, volatility, quote_rate, base_rate, "call").price
        return self.notional * float(put - call)


@dataclass(frozen=True)
class ParticipatingForward:
    """An exporter's participating forward on `notional` of base: sold at `strike`, or above by a share of the gain."""

    notional: float
    strike: float
    participation: float

    def __post_init__(self) -> None:
        positive("notional", self.notional)
        participating_payoff(self.strike, self.strike, self.participation)

    @classmethod
    def zero_cost(
        cls,
        notional: float,
        strike: float,
        spot: float,
        years: float,
        volatility: float,
        quote_rate: float,
        base_rate: float,
    ) -> ParticipatingForward:
        """The participating forward at this strike that costs nothing."""
        kept = zero_cost_participation(spot, strike, years, volatility, quote_rate, base_rate)
        return cls(notional, strike, kept)

    def payoff(self, rates: ArrayLike) -> Floats:
        """What it pays at expiry at these spot rates, in quote, a gain positive."""
        return self.notional * participating_payoff(rates, self.strike, self.participation)

    def value(self, spot: float, years: float, volatility: float, quote_rate: float, base_rate: float) -> float:
        """What it is worth to the exporter, in quote: 0 when dealt at zero cost."""
        put, call = _both(spot, self.strike, years, volatility, quote_rate, base_rate)
        return self.notional * float(put - (1.0 - self.participation) * call)


def _forward(spot: float, years: float, quote_rate: float, base_rate: float) -> float:
    carry = finite("quote_rate", quote_rate) - finite("base_rate", base_rate)
    return positive("spot", spot) * math.exp(float(carry) * not_negative("years", years))


def _beyond(strike: float, forward: float, kind: str) -> bool:
    """Whether a put lies above the forward rate, or a call below it, by more than rounding."""
    distance = positive("strike", strike) / forward - 1.0
    return (distance if kind == "put" else -distance) > 1e-12


def _both(
    spot: float, strike: float | Floats, years: float, volatility: float, quote_rate: float, base_rate: float
) -> tuple[Floats, Floats]:
    put, call = (
        np.asarray(garman_kohlhagen(spot, strike, years, volatility, quote_rate, base_rate, kind).price)
        for kind in ("put", "call")
    )
    return put, call


def _crossing(gap: Callable[..., Floats], start: float, factor: float, *each: Floats) -> Floats:
    """Where gaps that fall from `start` towards where the factor leads are zero, or `start` if one is not above.

    There is a gap for each element of `each`, which `gap` takes after the places to look at.
    """
    from scipy.optimize import elementwise

    begin = np.full(np.broadcast_shapes(*(values.shape for values in each)), start)
    end = begin * factor
    while (above := gap(end, *each) > 0.0).any():
        end = np.where(above, end * factor, end)
    tolerances = {"xatol": 1e-15 * start, "xrtol": 1e-15, "fatol": 0.0, "frtol": 0.0}
    find_root: Any = elementwise.find_root  # whose stubs know scalars of `args` only
    found = find_root(gap, (begin, end), args=each, tolerances=tolerances).x
    return np.where(gap(begin, *each) <= 0.0, start, found)
