"""Spot and interest rates of one day, and what a deal is worth in them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import pandas as pd

from risk.checks import InputError, Sentence, currency_code
from risk.currency.book.deal import Deal, HedgeBook
from risk.currency.forwards import DAY_COUNT, Rates, day_count, forward_rate, from_known_day, growth
from risk.currency.rates.returns import MAX_GAP_DAYS

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
        object.__setattr__(
            self, "as_of", pd.Timestamp(self.as_of).date()
        )  # a Timestamp is a date that compares with none
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

    def reporting_value(self, deal: Deal) -> float:
        """The same in the reporting currency, at today's spot rate of `against`."""
        value = self.value(deal)  # knows what it needs, or says what is missing
        return value * float(self.spot[deal.against])

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


def markets(
    days: Iterable[dt.date], rates: pd.DataFrame, interest: Rates | pd.DataFrame, reporting: str
) -> tuple[Market, ...]:
    """The market of each day, out of what was known on it.

    `rates` are units of `reporting` for 1 unit, a column a currency, of which the newest within 7 days counts; a
    currency whose rates are older is unknown on that day. `interest` is by currency, or a frame as
    `from_known_day` takes it, of which the newest row known on the day counts.
    """
    interest = from_known_day(interest) if isinstance(interest, pd.DataFrame) else interest
    return tuple(Market(reporting, day, _fixings(rates, day), _interest(interest, day)) for day in days)


def fair_values(deals: Iterable[Deal], known: Iterable[Market]) -> pd.Series[float]:
    """What deals are worth together on each market's day in the reporting currency, gains positive: index the day."""
    book, every = list(deals), list(known)
    days = pd.DatetimeIndex([market.as_of for market in every], name="date")
    values = [sum(market.reporting_value(deal) for deal in book) for market in every]
    return pd.Series(values, days, dtype="float64", name="value")


def value_changes(deals: Iterable[Deal], returns: pd.DataFrame, market: Market) -> pd.Series[float]:
    """What deals would gain together today if rates moved as they did in each period, in the reporting currency.

    `returns` are simple returns in the reporting currency, a row a period, a column a currency; InputError where a
    currency of the deals has none. Interest rates stay as they are, so that deals of the same terms move together by
    construction.
    """
    book = list(deals)
    moving = {code for deal in book for code in (deal.currency, deal.against)} - {market.reporting}
    if missing := sorted(moving - set(returns.columns)):
        raise InputError("No past rates are known for {missing}.", missing=", ".join(missing))
    before = sum(market.reporting_value(deal) for deal in book)
    moved = [replace(market, spot=_moved(market, row)) for row in returns.to_dict(orient="records")]
    after = [sum(one.reporting_value(deal) for deal in book) for one in moved]
    return pd.Series(after, returns.index, dtype="float64", name="change") - before


def _fixings(rates: pd.DataFrame, day: dt.date) -> Rates:
    until = pd.Timestamp(day)
    known = rates[(rates.index <= until) & (rates.index >= until - pd.Timedelta(days=MAX_GAP_DAYS))].ffill()
    return known.iloc[-1] if len(known) else {}


def _interest(interest: Rates | pd.DataFrame, day: dt.date) -> Rates:
    if not isinstance(interest, pd.DataFrame):
        return interest
    known = interest[interest.index <= pd.Timestamp(day)]
    return known.iloc[-1] if len(known) else {}


def _moved(market: Market, row: Mapping[Hashable, float]) -> dict[str, float]:
    return {str(code): rate * (1.0 + row.get(code, 0.0)) for code, rate in dict(market.spot).items()}


def _marked(deal: Deal, market: Market) -> tuple[object, ...]:
    agreed = (
        *(deal.reference, deal.kind, deal.side, deal.currency, deal.amount, deal.rate, deal.against),
        *(pd.Timestamp(deal.value_date), deal.counterparty),
    )
    if missing := market.missing(deal.currency, deal.against):
        note = Sentence("No rates are known for {missing}: not valued.", missing=", ".join(missing))
        return (*agreed, *[math.nan] * 4, note)
    return (
        *agreed,
        market.spot_rate(deal.currency, deal.against),
        market.forward(deal.currency, deal.against, deal.value_date),
        market.value(deal),
        market.reporting_value(deal),
        "",
    )
