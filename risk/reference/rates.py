"""Short-term interest rates of thirty currencies: the newest, and quarter by quarter since 2005."""

from __future__ import annotations

import pandas as pd

from risk.reference.tables import read


def policy_rates() -> pd.DataFrame:
    """The newest short-term interest rate of each currency, as a fraction a year.

    Index `currency`; columns rate, instrument, as_of, effective_since (NaT for a market rate), source, basis ("found"
    in a source or "known") and confidence. For CNY, HKD and SGD it is a three-month money-market rate, because covered
    parity needs the rate at which one can fund. No rate holds a cross-currency basis or an NDF premium.
    """
    table = read("policy_rates", index="currency")
    table.insert(0, "rate", table.pop("rate_pct") / 100)
    return table


def policy_rate_history() -> pd.DataFrame:
    """Average short-term interest rate of each quarter since 2005 as a fraction a year, one column a currency.

    Index `quarter`: its first day. NaN where no comparable rate exists: CNY before 2015Q4, JPY in 2005 and from
    2013Q3 to 2016Q2, IDR and SGD before 2005Q3, SGD after 2026Q1. EUR is the main refinancing rate until August 2024,
    at times half a point above the deposit facility rate that money followed and that BIS reports since. See
    `policy_rates` for what they leave out.
    """
    table = read("policy_rates_by_quarter", index="quarter")
    table.index = pd.PeriodIndex(table.index, freq="Q").to_timestamp().rename("quarter")
    return table.astype("float64") / 100
