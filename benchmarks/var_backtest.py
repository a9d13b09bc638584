"""Which value at risk keeps its promise: one-day forecasts on ECB reference rates, counted against what came.

Run: python benchmarks/var_backtest.py [--start 2014-01-06] [--end 2026-10-30] [--window 1000] [--level 0.99]

For 1 unit of value of each currency, held and owed, in USD and in EUR: a forecast for every day out of the days before
it, by the methods of risk.currency.var. Exceptions per expected exception, and how many series reject the method at
5 %: by the number of exceptions (Kupiec), and by number and clustering together (Christoffersen). By chance each would
reject 5 %. "behind" is the quantile loss over that of the best method of a series, on average.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from risk import compiled
from risk.currency.backtest import conditional_coverage, kupiec, quantile_loss, rolling_backtest, windows
from risk.currency.rates import ecb_rates
from risk.currency.var import METHODS, WINDOW
from risk.currency.volatility import garch

BOOKS = {
    "USD": ["EUR", "GBP", "JPY", "CNY", "KRW", "INR", "BRL", "TRY", "MXN", "CHF", "AUD", "CAD", "HKD", "PLN", "SEK"],
    "EUR": ["USD", "GBP", "JPY", "CNY", "KRW", "INR", "BRL", "TRY", "MXN", "CHF", "AUD", "CAD", "HKD", "PLN", "SEK"],
}


def one_series(rate: pd.Series, sign: int, level: float, window: int) -> pd.DataFrame:
    """What each method said of one currency, held (1) or owed (-1)."""
    rates = rate.dropna().to_frame()
    held = sign / rates.iloc[-1]
    rows = []
    for method in METHODS:
        rng = np.random.default_rng(1)
        found = rolling_backtest(rates, held, level, window, method, hold="value", rng=rng)
        hits = found["exception"].to_numpy()
        rows.append(
            {
                "method": method,
                "days": len(hits),
                "exceptions": int(hits.sum()),
                "ratio": hits.mean() / (1 - level),
                "kupiec": kupiec(int(hits.sum()), len(hits), level).p_value < 0.05,
                "clustering": conditional_coverage(hits, level).p_value < 0.05,
                "loss": quantile_loss(found["loss"], found["var"], level),
            }
        )
    table = pd.DataFrame(rows)
    return table.assign(behind=table["loss"] / table["loss"].min() - 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--start", default="2014-01-06")
    parser.add_argument("--end", default="2026-10-30")
    parser.add_argument("--window", type=int, default=WINDOW)
    parser.add_argument("--level", type=float, default=0.99)
    options = parser.parse_args()
    compiled.warm([garch.KERNEL, windows.KERNEL], wait=True)
    for reporting, currencies in BOOKS.items():
        rates = ecb_rates(reporting, currencies, options.start, options.end)
        table = pd.concat(
            one_series(rates[code], sign, options.level, options.window) for code in currencies for sign in (1, -1)
        )
        summary = table.groupby("method", sort=False).agg(
            series=("ratio", "size"),
            exceptions=("exceptions", "sum"),
            ratio=("ratio", "mean"),
            lowest=("ratio", "min"),
            highest=("ratio", "max"),
            rejected_by_kupiec=("kupiec", "sum"),
            rejected_by_christoffersen=("clustering", "sum"),
            behind=("behind", "mean"),
        )
        print(f"\n{reporting}, level {options.level}, window {options.window}, {options.start} to {options.end}")
        print(summary.round(3).to_string())


if __name__ == "__main__":
    main()
