"""Forwards on the books: what an existing deal is worth at a later date, and how a non-deliverable one settles."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from risk.checks import InputError, currency_code, not_negative, positive, vector
from risk.currency.forwards.conventions import spot_date
from risk.currency.forwards.parity import forward_value, growth


@dataclass(frozen=True)
class ZeroCurve:
    """Discount factors of one currency from zero rates: `days` from the curve's date, ascending, `rates` a year.

    Rates are compounded continuously on `basis` days a year, linear in time between the nodes and level before the
    first. One node is a level curve; of more, nothing is known beyond the last.
    """

    days: tuple[float, ...]
    rates: tuple[float, ...]
    basis: float

    def __post_init__(self) -> None:
        days, rates = vector("days", self.days), vector("rates", self.rates)
        if len(days) != len(rates) or days[0] < 0 or (np.diff(days) <= 0).any():
            raise InputError("A curve needs one zero rate a node, at ascending days.")
        positive("basis", self.basis)

    @classmethod
    def from_simple(cls, days: Sequence[float], rates: Sequence[float], basis: float) -> ZeroCurve:
        """The curve that discounts as simple money-market rates of these days do: 1 / (1 + r t)."""
        years = [positive("days", ahead) / positive("basis", basis) for ahead in days]
        zero = (math.log(growth(rate, time)) / time for rate, time in zip(rates, years, strict=True))
        return cls(tuple(days), tuple(zero), basis)

    def discount(self, days: float) -> float:
        """What 1 unit in so many days is worth today."""
        if not_negative("days", days) > self.days[-1] and len(self.days) > 1:
            raise InputError(
                "The interest curve ends after {last} days, and {days} were asked for.",
                last=f"{self.days[-1]:g}",
                days=f"{days:g}",
            )
        return math.exp(-float(np.interp(days, self.days, self.rates)) * days / self.basis)


@dataclass(frozen=True)
class DealValue:
    """Value of a deal as its two legs, each in its own currency: what comes in is positive.

    `spot` is the quote rate for delivery of both currencies today, at which the legs may be added.
    """

    base_leg: float
    quote_leg: float
    spot: float

    @property
    def in_quote(self) -> float:
        """Value today in quote: a gain to the holder is positive."""
        return self.base_leg * self.spot + self.quote_leg

    @property
    def in_base(self) -> float:
        """Value today in base: a gain to the holder is positive."""
        return self.base_leg + self.quote_leg / self.spot


@dataclass(frozen=True)
class ForwardDeal:
    """`notional` of base bought (sold: negative) against quote at `strike` on `maturity`; 1 base = strike quote.

    A non-deliverable forward is worth the same until its fixing.
    """

    base: str
    quote: str
    notional: float
    strike: float
    maturity: dt.date

    def __post_init__(self) -> None:
        if currency_code("base", self.base) == currency_code("quote", self.quote):
            raise InputError("There is no rate of {currency} for itself.", currency=self.base)
        positive("strike", self.strike)

    def value(
        self, spot: float, curves: Mapping[str, ZeroCurve], as_of: dt.date, settles: dt.date | None = None
    ) -> DealValue:
        """What the deal is worth on `as_of`, whose date the curves have, at a `spot` rate that settles later.

        Spot settles by `spot_date`, or on `settles` where given. Both legs are discounted to today, and spot is brought
        from its settlement to today by the same curves. InputError when a currency has no curve or the deal has ended.
        """
        base, quote, today = self._market(spot, curves, as_of, settles)
        return DealValue(self.notional * base, -self.notional * self.strike * quote, today)

    def fair_rate(
        self, spot: float, curves: Mapping[str, ZeroCurve], as_of: dt.date, settles: dt.date | None = None
    ) -> float:
        """The strike at which the deal would be worth nothing on `as_of`: the forward rate of that day."""
        base, quote, today = self._market(spot, curves, as_of, settles)
        return today * base / quote

    def _market(
        self, spot: float, curves: Mapping[str, ZeroCurve], as_of: dt.date, settles: dt.date | None
    ) -> tuple[float, float, float]:
        """Discount factors of base and quote to maturity, and the rate for delivery today."""
        ahead = (self.maturity - as_of).days
        if ahead < 0:
            raise InputError(
                "The forward settled on {maturity}, before {as_of}: it has no value any more.",
                maturity=self.maturity.isoformat(),
                as_of=as_of.isoformat(),
            )
        base, quote = (self._curve(curves, code) for code in (self.base, self.quote))
        lag = ((settles or spot_date(as_of, self.base, self.quote)) - as_of).days
        today = positive("spot", spot) * quote.discount(lag) / base.discount(lag)
        return base.discount(ahead), quote.discount(ahead), today

    @staticmethod
    def _curve(curves: Mapping[str, ZeroCurve], currency: str) -> ZeroCurve:
        if currency not in curves:
            raise InputError("No interest curve is known for {currency}: enter rates.", currency=currency)
        return curves[currency]


def ndf_settlement(notional: float, strike: float, fixing: float) -> float:
    """Cash that the buyer of `notional` of base receives at the settlement of a non-deliverable forward, in base.

    Base is the currency that can be paid, the US dollar; `strike` and `fixing` are units of the other for 1 base. The
    difference N (fixing - strike) is owed in the other currency and paid in base at the fixing, which makes it
    N (1 - strike / fixing). A seller has a negative notional; a negative result is paid.

    >>> ndf_settlement(1_000_000, 1_320.0, 1_375.0)  # dollars bought against won that fell
    40000.0
    """
    return forward_value(notional, positive("strike", strike), positive("fixing", fixing), 1.0, 1.0) / fixing
