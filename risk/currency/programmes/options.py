"""Options instead of forwards: the worst rate is set, a better one is kept, for a premium or up to a cap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from risk.checks import InputError, between, not_negative
from risk.currency.programmes.history import FEWEST
from risk.currency.programmes.known import Known, Programme, Terms

Floats = NDArray[np.float64]


class Price(Protocol):
    """What a pricing returns."""

    @property
    def price(self) -> float | Floats:
        """Price of an option on 1 unit, one for each volatility."""


class Pricing(Protocol):
    """A price of a "put" or "call", as `garman_kohlhagen`; of an array of volatilities at once."""

    def __call__(
        self,
        spot: float,
        strike: float,
        years: float,
        volatility: Floats,
        quote_rate: float,
        base_rate: float,
        kind: str,
        /,
    ) -> Price: ...


class OtherStrike(Protocol):
    """Strikes of the option to sell, so that the one bought at `strike` costs nothing, as `zero_cost_strike`."""

    def __call__(
        self,
        spot: float,
        strike: float,
        years: float,
        volatility: Floats,
        quote_rate: float,
        base_rate: float,
        kind: str,
        /,
    ) -> Floats: ...


@dataclass(frozen=True)
class OptionHedge:
    """The amounts and dates of a programme, but options struck `width` of the forward rate away from it.

    Puts on receipts, calls on payments: 0.03 lets 3 % be lost, and what the market gives is kept. With `other_strike`
    each is paid by selling the opposite option at the strike that makes the pair free, a collar. The volatility is the
    one known at the deal plus `extra_volatility`, since banks quote above what the market did last. Prices are on a
    forward of 1 without interest: the premium then is what it has grown to when the receipts come.
    """

    base: Programme
    width: float
    pricing: Pricing
    other_strike: OtherStrike | None = None
    extra_volatility: float = 0.0

    def __post_init__(self) -> None:
        between("1 - width", 1.0 - not_negative("width", self.width), 0.0, 1.0 + 1e-12)
        not_negative("extra_volatility", self.extra_volatility)

    @property
    def follows_rates(self) -> bool:
        """What an option brings depends on the rate at its end."""
        return True

    @property
    def sells_orders(self) -> bool:
        """As the programme below."""
        return self.base.sells_orders

    def reach(self, period: int) -> int:
        """As the programme below."""
        return self.base.reach(period)

    def targets(self, known: Known) -> Floats:
        """As the programme below."""
        return self.base.targets(known)

    def terms(self, lead: int, volatility: Floats, side: Floats) -> Terms:
        """Floor, cap and premium on a forward of 1."""
        if not np.isfinite(volatility).all():
            raise InputError(
                "An option has no price without a volatility of each currency, which a history tells after {days} "
                "days of rates.",
                days=FEWEST,
            )
        shape = np.broadcast_shapes(volatility.shape, side.shape)
        levels, place = np.unique(np.broadcast_to(volatility + self.extra_volatility, shape), return_inverse=True)
        found = np.empty((3, *shape))
        for kind, here in (("put", side >= 0), ("call", side < 0)):
            if here.any():
                np.copyto(found, self._terms(lead / 12, levels, kind)[:, place], where=here)
        return Terms(*found)

    def _terms(self, years: float, volatility: Floats, kind: str) -> Floats:
        """Floor, cap and premium at each volatility, with a put or a call bought: (3, volatilities)."""
        put = kind == "put"
        own = 1.0 - self.width if put else 1.0 + self.width
        premium = np.zeros(volatility.size)
        if self.other_strike is None:
            other = np.full(volatility.size, np.inf if put else 0.0)
            premium += self.pricing(1.0, own, years, volatility, 0.0, 0.0, kind).price
        else:
            other = self.other_strike(1.0, own, years, volatility, 0.0, 0.0, kind)
        strikes = np.full(volatility.size, own), other
        return np.array([*(strikes if put else strikes[::-1]), premium])
