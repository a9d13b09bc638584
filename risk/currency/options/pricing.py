"""European currency options: price and sensitivities by Garman and Kohlhagen, and the volatility that a price implies.

1 base = x quote. Rates are yearly and compounded continuously, may be negative, and volatility is that of a year. The
buyer's value is positive; a seller has its negative. All in quote for 1 base, unless said otherwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, one_of, positive

Floats = NDArray[np.float64]
Number = float | Floats  # one number for numbers, an array where any argument is one

KINDS = ("call", "put")
_HIGHEST = 1e4  # a year's volatility at which any price within its bounds is reached


@dataclass(frozen=True, eq=False)
class OptionValue:
    """Price of an option on 1 base, in quote, and what it moves by, per whole unit of each.

    `delta` is per unit of the spot rate: the base to hold against the option; `premium_adjusted_delta` is that less the
    premium where it is paid in base. `gamma` is what delta moves by. `vega` is per 1.00 of volatility, `theta` per year
    that passes, `rho_quote` and `rho_base` per 1.00 of each interest rate.
    """

    price: Number
    delta: Number
    gamma: Number
    vega: Number
    theta: Number
    rho_quote: Number
    rho_base: Number
    premium_adjusted_delta: Number


def garman_kohlhagen(
    spot: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    volatility: ArrayLike,
    quote_rate: ArrayLike,
    base_rate: ArrayLike,
    kind: str = "call",
) -> OptionValue:
    """Value of the right to buy ("call") or sell ("put") 1 base at `strike` in `years`; arrays are broadcast.

    Without time or without volatility it is the limit: what the forward rate leaves, discounted. At the forward rate
    itself delta is then one half of its size and gamma infinite, once the strike is not safely on one side.

    >>> round(garman_kohlhagen(1.56, 1.60, 0.5, 0.12, 0.06, 0.08).price, 4)  # Haug (1998)
    0.0291
    """
    side = 1.0 if one_of("kind", kind, KINDS) == "call" else -1.0
    s, k = _above("spot", spot), _above("strike", strike)
    t, sigma = _above("years", years, or_zero=True), _above("volatility", volatility, or_zero=True)
    quote, base = finite("quote_rate", quote_rate), finite("base_rate", base_rate)
    held, paid = s * np.exp(-base * t), k * np.exp(-quote * t)
    root, deviation = np.sqrt(t), sigma * np.sqrt(t)
    d1 = _distance(np.log(s / k) + (quote - base) * t, deviation)
    density = held * _density(d1)
    received, given = held * _normal(side * d1), paid * _normal(side * (d1 - deviation))
    price, delta = np.maximum(side * (received - given), 0.0), side * received / s
    return OptionValue(
        price=plain(price),
        delta=plain(delta),
        gamma=plain(_limit_ratio(density, s * s * deviation)),
        vega=plain(density * root),
        theta=plain(side * (base * received - quote * given) - _limit_ratio(density * sigma, 2.0 * root)),
        rho_quote=plain(side * t * given),
        rho_base=plain(-side * t * received),
        premium_adjusted_delta=plain(delta - price / s),
    )


def implied_volatility(
    price: float,
    spot: float,
    strike: float,
    years: float,
    quote_rate: float,
    base_rate: float,
    kind: str = "call",
) -> float:
    """Volatility at which `garman_kohlhagen` gives the price.

    InputError for a price outside of what any volatility gives: at least what the option is worth without volatility,
    less than the base (call) or the strike (put) discounted.
    """
    from scipy.optimize import brentq

    def gap(volatility: float) -> float:
        return float(garman_kohlhagen(spot, strike, years, volatility, quote_rate, base_rate, kind).price) - price

    positive("years", years)
    if not gap(0.0) <= 0.0 < gap(_HIGHEST):
        raise InputError(
            "No volatility gives the option a price of {price}: without any it is worth {least}, and never {most}.",
            price=f"{price:.6g}",
            least=f"{price + gap(0.0):.6g}",
            most=f"{price + gap(_HIGHEST):.6g}",
        )
    return float(brentq(gap, 0.0, _HIGHEST, xtol=1e-14, rtol=1e-14))


def finite(name: str, value: ArrayLike) -> Floats:
    """The value as an array of finite numbers."""
    array = np.asarray(value, dtype=np.float64)
    if not np.isfinite(array).all():
        raise InputError(f"{name} == {array.tolist()}, must be finite numbers")
    return array


def _above(name: str, value: ArrayLike, *, or_zero: bool = False) -> Floats:
    """The value as an array, above zero throughout, or zero too."""
    array = finite(name, value)
    if (array < 0).any() or not (or_zero or array.all()):
        raise InputError(f"{name} == {array.tolist()}, must be {'>=' if or_zero else '>'} 0")
    return array


def _distance(moneyness: Floats, deviation: Floats) -> Floats:
    """d1; without deviation it is infinite on either side of the forward rate, and 0 at it."""
    at_forward = moneyness == 0
    shape = np.broadcast(moneyness, deviation).shape
    with np.errstate(divide="ignore", over="ignore"):
        ratio = np.divide(moneyness, deviation, out=np.zeros(shape), where=~at_forward)
    distance: Floats = ratio + 0.5 * deviation
    return distance


def _limit_ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Their ratio, where 0 / 0 is 0: the numerator is a density that vanishes faster than any deviation."""
    shape = np.broadcast(numerator, denominator).shape
    with np.errstate(divide="ignore", over="ignore"):
        ratio: Floats = np.divide(numerator, denominator, out=np.zeros(shape), where=numerator != 0)
    return ratio


def _density(x: Floats) -> Floats:
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(-0.5 * np.square(x)) / math.sqrt(2.0 * math.pi), dtype=np.float64)


def _normal(x: Floats) -> Floats:
    from scipy.special import ndtr

    return np.asarray(ndtr(x), dtype=np.float64)


def plain(values: Floats) -> Number:
    """A number where there is one, else the array."""
    return float(values) + 0.0 if np.ndim(values) == 0 else values  # + 0.0: no negative zero on a page
