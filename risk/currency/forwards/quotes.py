"""What a provider quotes: forward points by tenor, bid and ask, and the mark-up that the company pays on them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from risk.checks import InputError, not_negative, one_of, positive, vector
from risk.currency.forwards.conventions import day_count, spot_date
from risk.currency.forwards.parity import Rates, forward_points, known_interest

BASIS_POINT = 1e-4
SIDES = ("buy", "sell")


@dataclass(frozen=True)
class ForwardQuote:
    """A provider's forward for 1 base, in quote: what it costs the company to deal, by side.

    `points` are the forward less spot, in quote and not in pips. `half_spread` is half the distance between bid and ask
    and `markup` what the provider adds for itself, both in basis points of the mid and both against the company.
    """

    spot: float
    points: float
    half_spread: float = 0.0
    markup: float = 0.0

    def __post_init__(self) -> None:
        positive("spot", self.spot)
        positive("forward rate", self.spot + self.points)
        not_negative("half_spread", self.half_spread)
        not_negative("markup", self.markup)
        positive("share of the mid that the seller keeps", 1.0 - self.charge)

    @property
    def mid(self) -> float:
        """Forward rate without spread and mark-up."""
        return self.spot + self.points

    @property
    def charge(self) -> float:
        """Half-spread and mark-up as a fraction of the mid."""
        return (self.half_spread + self.markup) * BASIS_POINT

    @property
    def bid(self) -> float:
        """Rate at which the company sells base: a receipt of it."""
        return self.mid * (1.0 - self.charge)

    @property
    def ask(self) -> float:
        """Rate at which the company buys base: to pay in it."""
        return self.mid * (1.0 + self.charge)

    def rate(self, side: str) -> float:
        """The bid for a company that wants to "sell" base, the ask for one that wants to "buy" it."""
        return self.bid if one_of("side", side, SIDES) == "sell" else self.ask

    def cost(self, notional: float) -> float:
        """What dealing this much base, bought or sold (negative), costs against the mid, in quote: never negative."""
        return abs(notional) * self.mid * self.charge


@dataclass(frozen=True)
class QuotedPoints:
    """Forward points as quoted by tenor: `days` from the settlement of spot, ascending, and `points` in quote.

    Between two tenors the points are linear in days, as dealers reckon broken dates, and so they are from nothing at
    the settlement of spot to the first tenor. Points are nearly spot × interest differential × time: a straight line
    keeps the differential of each day between two tenors level, where linear yields would let it jump at each tenor.
    """

    days: tuple[float, ...]
    points: tuple[float, ...]

    def __post_init__(self) -> None:
        days, points = vector("days", self.days), vector("points", self.points)
        if len(days) != len(points) or days[0] <= 0 or (np.diff(days) <= 0).any():
            raise InputError("Quoted points need one value a tenor, at ascending days after the settlement of spot.")

    def at(self, days: float) -> float:
        """Points for a value date so many days after the settlement of spot, at most the last tenor's."""
        if not_negative("days", days) > self.days[-1]:
            raise InputError(
                "No forward points are quoted beyond {last} days, and {days} were asked for.",
                last=f"{self.days[-1]:g}",
                days=f"{days:g}",
            )
        return float(np.interp(days, (0.0, *self.days), (0.0, *self.points)))


def quote_forward(
    spot: float,
    base: str,
    quote: str,
    maturity: dt.date,
    as_of: dt.date,
    interest: Rates,
    *,
    points: QuotedPoints | None = None,
    half_spread: float = 0.0,
    markup: float = 0.0,
) -> ForwardQuote:
    """The quote of `as_of` for a forward of base against quote that settles at `maturity`.

    The mid is covered interest parity from the settlement of spot, with the yearly simple rates of `interest`
    (0.0375 by currency) on each currency's own day count; where `points` are given, they are taken instead and no
    interest is needed. Spread and mark-up in basis points. InputError when a rate is missing, and for a maturity before
    the settlement of spot: that is no forward.
    """
    days = (maturity - spot_date(as_of, base, quote)).days
    if days < 0:
        raise InputError(
            "A forward dealt on {as_of} cannot settle on {maturity}: spot itself settles later.",
            as_of=as_of.isoformat(),
            maturity=maturity.isoformat(),
        )
    if points is not None:
        return ForwardQuote(spot, points.at(days), half_spread, markup)
    rates = known_interest(interest, (quote, base))
    parity = forward_points(spot, rates[quote], rates[base], days, day_count(quote), day_count(base))
    return ForwardQuote(spot, parity, half_spread, markup)
