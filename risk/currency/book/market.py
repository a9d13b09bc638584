"""Spot and interest rates of one day, and what a deal is worth in them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from risk.checks import InputError, Sentence, currency_code
from risk.currency.book.deal import Deal, HedgeBook
from risk.currency.forwards import DAY_COUNT, Rates, day_count, forward_rate, growth

SETTLEMENT = pd.offsets.BDay(2)  # of spot


@dataclass(frozen=True, eq=False)
class Market:
    """Rates of the day `as_of`: `spot` in `reporting` for 1 unit, `interest` yearly simple rates, both by currency.

    Currencies without a finite rate are unknown.
    """

    reporting: str
    as_of: dt.date
    spot: Rates
    interest: Rates

    def __post_init__(self) -> None:
        currency_code("reporting", self.reporting)
        spot = {code: rate for code, rate in dict(self.spot).items() if math.isfinite(rate) and rate > 0}
        interest = {code: rate for code, rate in dict(self.interest).items() if math.isfinite(rate)}
        object.__setattr__(self, "spot", MappingProxyType({**spot, self.reporting: 1.0}))
        object.__setattr__(self, "interest", MappingProxyType(interest))

    def missing(self, *currencies: str) -> tuple[str, ...]:
        """Those of the currencies without a spot rate, an interest rate or a day count: nothing is worth in them."""
        return tuple(
            code for code in currencies if not (code in self.spot and code in self.interest and code in DAY_COUNT)
        )

    def spot_rate(self, currency: str, against: str) -> float:
        """Units of `against` for 1 unit of `currency` today."""
        self._require(currency, against)
        return float(self.spot[currency] / self.spot[against])

    def forward(self, currency: str, against: str, day: dt.date) -> float:
        """The same at that day by covered interest parity; days count from the settlement of spot."""
        spot = self.spot_rate(currency, against)
        settled = (pd.Timestamp(self.as_of) + SETTLEMENT).date()
        ahead = max(0, (day - settled).days)
        quote, base = float(self.interest[against]), float(self.interest[currency])
        return forward_rate(spot, quote, base, ahead, day_count(against), day_count(currency))

    def discount(self, currency: str, day: dt.date) -> float:
        """What 1 unit of the currency on that day is worth today in it."""
        self._require(currency)
        return 1.0 / growth(float(self.interest[currency]), (day - self.as_of).days / day_count(currency))

    def value(self, deal: Deal) -> float:
        """Gain of a deal at its market forward, discounted, in its `against`: positive if it is worth something.

        ± amount × (forward - rate) × discount factor, plus if it buys. InputError if it has matured or a rate is
        unknown. A deal that settles today is worth its difference to spot.
        """
        if deal.value_date < self.as_of:
            raise InputError("{deal} has matured on {day}.", deal=deal.label, day=deal.value_date.isoformat())
        forward = self.forward(deal.currency, deal.against, deal.value_date)
        return deal.position * (forward - deal.rate) * self.discount(deal.against, deal.value_date)

    def _require(self, *currencies: str) -> None:
        if missing := self.missing(*currencies):
            raise InputError(
                "No spot rate, interest rate or day count is known for {missing}.", missing=", ".join(missing)
            )


def mark_to_market(book: HedgeBook, market: Market) -> pd.DataFrame:
    """What each open deal is worth on the market's day, gains positive: index its place in the book.

    Columns: reference, kind, side, currency, amount, rate, against, value_date, counterparty, spot, forward (both in
    `against` for 1 unit), value (in `against`), reporting_value, note. Where a rate is missing the numbers are NaN and
    the note says which; non-deliverable forwards are valued as if deliverable. Deals that have matured or are not dealt
    yet are left out. Sums of `reporting_value` hold only what could be valued.
    """
    rows = {place: _marked(deal, market) for place, deal in enumerate(book) if deal.open_on(market.as_of)}
    columns = [
        *("reference", "kind", "side", "currency", "amount", "rate", "against", "value_date", "counterparty"),
        *("spot", "forward", "value", "reporting_value", "note"),
    ]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("place")


def fair_values(deal: Deal, markets: Iterable[Market]) -> pd.Series[float]:
    """Value of a deal on each market's day in its `against`, gains positive: index the day.

    Differences of it are the changes that effectiveness is measured on.
    """
    known = list(markets)
    days = pd.DatetimeIndex([market.as_of for market in known], name="date")
    return pd.Series([market.value(deal) for market in known], days, dtype="float64", name=deal.label)


def value_changes(deals: Iterable[Deal], returns: pd.DataFrame, market: Market) -> pd.DataFrame:
    """What each deal would gain today if rates moved as they did in each period: a column a deal, in its `against`.

    `returns` are simple returns in the reporting currency, a column a currency; a currency without one stays. Interest
    rates stay as they are, so that deals of the same terms move together by construction.
    """
    worth = list(deals)
    before = [market.value(deal) for deal in worth]
    moved = (
        Market(market.reporting, market.as_of, _moved(market, row), market.interest)
        for row in returns.to_dict(orient="records")
    )
    changes = [[after.value(deal) - value for deal, value in zip(worth, before, strict=True)] for after in moved]
    return pd.DataFrame(changes, returns.index, [deal.label for deal in worth], dtype="float64")


def _moved(market: Market, row: dict[object, float]) -> dict[str, float]:
    return {str(code): rate * (1.0 + row.get(code, 0.0)) for code, rate in dict(market.spot).items()}


def _marked(deal: Deal, market: Market) -> tuple[object, ...]:
    agreed = (
        *(deal.reference, deal.kind, deal.side, deal.currency, deal.amount, deal.rate, deal.against),
        *(pd.Timestamp(deal.value_date), deal.counterparty),
    )
    if missing := market.missing(deal.currency, deal.against):
        note = Sentence("No rates are known for {missing}: not valued.", missing=", ".join(missing))
        return (*agreed, *[math.nan] * 4, note)
    value = market.value(deal)
    return (
        *agreed,
        market.spot_rate(deal.currency, deal.against),
        market.forward(deal.currency, deal.against, deal.value_date),
        value,
        value * market.spot[deal.against],
        "",
    )
