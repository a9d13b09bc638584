"""One rate a currency on a day, for amounts of statutes and of the order history; special drawing rights too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from risk.currency.rates.returns import MAX_GAP_DAYS

# Currency amounts of one special drawing right: International Monetary Fund, Rule O-1, from 1 August 2022 for five
# years (IMF, SDR Valuation).
SDR = {"USD": 0.57813, "EUR": 0.37379, "CNY": 1.0993, "JPY": 13.452, "GBP": 0.080870}
SDR_FROM, SDR_UNTIL = dt.date(2022, 8, 1), dt.date(2027, 7, 31)


def conversion(rates: pd.DataFrame, reporting: str, on: dt.date) -> dict[str, float]:
    """Units of the reporting currency for one unit of each currency on a day, itself and XDR included.

    The newest rate of the last week counts; a currency without one is missing. XDR is the sum of its basket, missing
    outside the years for which the amounts are known.
    """
    day = pd.Timestamp(on)
    newest = rates.loc[day - pd.Timedelta(days=MAX_GAP_DAYS) : day].ffill().tail(1).dropna(axis=1)
    known = {str(code): float(newest[code].iloc[0]) for code in newest if len(newest)}
    known[reporting] = 1.0
    if SDR_FROM <= on <= SDR_UNTIL and SDR.keys() <= known.keys():
        known["XDR"] = sum(amount * known[code] for code, amount in SDR.items())
    return known


@dataclass(frozen=True)
class Money:
    """Amounts of many currencies in one; those without a rate count nothing, and are named by `unknown`."""

    reporting: str
    fx: Mapping[str, float]

    def of(self, frame: pd.DataFrame, *columns: str, currency: str = "currency") -> pd.DataFrame:
        """The frame with these columns in the reporting currency, zero where there is no rate."""
        rates = frame[currency].map({**self.fx, self.reporting: 1.0}).astype("float64").fillna(0.0)
        return frame.assign(**{column: frame[column].astype("float64") * rates for column in columns})

    def squares(self, frame: pd.DataFrame, column: str) -> pd.DataFrame:
        """The frame with a column of sums of squared amounts in the squared reporting currency."""
        return self.of(self.of(frame, column), column)

    def unknown(self, frame: pd.DataFrame) -> list[str]:
        """Currencies of the frame without a rate."""
        return sorted(set(frame["currency"].dropna()) - set(self.fx) - {self.reporting})
