"""What the perils of intellectual property are made of: a year of trade, what happened before, and the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from risk.checks import not_negative
from risk.loss.prefill import Amounts, Believed
from risk.reference import EU, FACTS, Facts, fines, ip_statistics
from risk.trade import Destination, Trade

DAYS = 365
SETTLEMENT = 14  # days of sales that a marketplace holds where no balance is known: a starting assumption


@dataclass(frozen=True)
class IpHistory:
    """Events counted in the years of the trade, by peril: {"ip.takedown": 3}, and the balance held by marketplaces.

    A peril that is not named was not counted by anybody; 0 says that there were none, which is data too. `balance` is
    in the reporting currency; None takes two weeks of sales.
    """

    events: Mapping[str, int] = field(default_factory=dict)
    balance: float | None = None

    def __post_init__(self) -> None:
        for key, count in self.events.items():
            not_negative(key, count)
        not_negative("balance", self.balance or 0.0)


@dataclass(frozen=True)
class IpCase:
    """One seller on one day; `seat` as in `ip_risk`."""

    trade: Trade
    history: IpHistory
    on: date
    amounts: Amounts
    seat: str | None = None
    facts: Facts = FACTS

    def believed(self, key: str, low: float, high: float, exposure: float = 1.0) -> Believed:
        """The rate of a peril: an expert's interval for one unit of exposure, and what was counted."""
        return Believed(low * exposure, high * exposure, self.history.events.get(key), self.trade.years)

    @property
    def balance(self) -> float:
        """What marketplaces hold of ours at any time."""
        usual = self.trade.turnover * SETTLEMENT / DAYS
        return usual if self.history.balance is None else self.history.balance

    @property
    def daily_margin(self) -> float:
        """Margin of a day, all listings; none is lost where there is none."""
        return max(self.trade.turnover * self.trade.margin, 0.0) / DAYS

    @property
    def imported(self) -> Destination:
        """Deliveries that cross a customs border: not to the seat's own country, nor within the EU."""
        home = EU if self.seat in EU else {self.seat}
        abroad = [place.country for place in self.trade.destinations if place.country not in home]
        return self.trade.to(*abroad) if abroad else Destination("", 0.0, 0.0, 0.0)


def law(row: str, facts: Facts = FACTS) -> pd.Series:
    """A row of `risk.reference.fines`."""
    return fines(facts).loc[[row]].iloc[0]


def statistic(row: str, facts: Facts = FACTS) -> float:
    """A value of `risk.reference.ip_statistics`."""
    return float(ip_statistics(facts).loc[[row], "value"].iloc[0])
