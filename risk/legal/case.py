"""What the legal perils are made of: a year of trade, what happened before, the day, and where the seller is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from risk.checks import not_negative
from risk.loss.prefill import Amounts, Believed
from risk.reference import EU, FACTS, Facts, fines
from risk.trade import Destination, Trade


@dataclass(frozen=True)
class LegalHistory:
    """Events counted in the years of the trade, by peril: {"legal.customs_penalty": 1}.

    A peril that is not named was not counted by anybody; 0 says that there were none, which is data too.
    """

    events: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key, count in self.events.items():
            not_negative(key, count)


@dataclass(frozen=True)
class LegalCase:
    """One seller on one day. `seat` is the ISO code of the country where it is established and ships from.

    Without a seat every delivery counts as crossing a customs border.
    """

    trade: Trade
    history: LegalHistory
    on: date
    amounts: Amounts
    seat: str | None = None
    facts: Facts = FACTS

    def believed(self, key: str, low: float, high: float) -> Believed:
        """The rate of a peril: an expert's interval, and what was counted."""
        return Believed(low, high, self.history.events.get(key), self.trade.years)

    def sold_to(self, market: str) -> Destination:
        """What is sold to a country, or to the members of the EU together."""
        return self.trade.to(*members(market))

    def imported_to(self, market: str) -> Destination:
        """What crosses the customs border of a market: nothing where the seller is inside it."""
        return Destination(market, 0, 0, 0) if self.seat in members(market) else self.sold_to(market)

    def law(self, row: str) -> pd.Series | None:
        """A row of `risk.reference.fines`; None while it is not in force on the day."""
        found = law(row, self.facts)
        return None if found["effective_from"] > pd.Timestamp(self.on) else found


def law(row: str, facts: Facts = FACTS) -> pd.Series:
    """A row of `risk.reference.fines`."""
    return fines(facts).loc[[row]].iloc[0]


def members(market: str) -> tuple[str, ...]:
    """The countries of a market: the members of the EU, or the country itself."""
    return tuple(sorted(EU)) if market == "EU" else (market,)
