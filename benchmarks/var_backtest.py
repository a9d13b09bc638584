"""Which value at risk keeps its promise: one-day forecasts on ECB reference rates, counted against what came.

Run: python benchmarks/var_backtest.py [--start 2014-01-06] [--end 2026-10-30] [--window 1000] [--level 0.99]

For 1 unit of each currency, held and owed, in USD and in EUR: a forecast for every day out of the window before it,
by the methods of risk.currency.var. Exceptions per expected exception, and how many series reject the method at 5 %:
by the number of exceptions (Kupiec, Journal of Derivatives 3, 1995), and by number and clustering together
(Christoffersen, International Economic Review 39, 1998). By chance each would reject 5 %.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from scipy.special import xlogy
from scipy.stats import chi2

sys.path.insert(0, str(Path(__file__).parents[1]))

from risk.currency.rates import ecb_rates, log_returns
from risk.currency.var import METHODS, WINDOW, value_at_risk
from risk.currency.volatility import DECAY, ewma_variance

BOOKS = {
    "USD": ["EUR", "GBP", "JPY", "CNY", "KRW", "INR", "BRL", "TRY", "MXN", "CHF", "AUD", "CAD", "HKD", "PLN", "SEK"],
    "EUR": ["USD", "GBP", "JPY", "CNY", "KRW", "INR", "BRL", "TRY", "MXN", "CHF", "AUD", "CAD", "HKD", "PLN", "SEK"],
}


def forecasts(returns: np.ndarray, sign: int, level: float, window: int) -> dict[str, np.ndarray]:
    """Value at risk of 1 unit of value for the day after each window of returns, by method."""
    windows = sliding_window_view(returns, window)
    variance = ewma_variance(windows.T).T
    z = windows / np.sqrt(variance[:, :-1])
    filtered = (z - z.mean(axis=1, keepdims=True)) * np.sqrt(variance[:, -1:])
    linear = ewma_variance(np.expm1(windows).T)[-1]
    return {
        "historical": lower_quantile(-sign * np.expm1(windows), level),
        "filtered": lower_quantile(-sign * np.expm1(filtered), level),
        "normal": NormalDist().inv_cdf(level) * np.sqrt(linear),
    }


def lower_quantile(losses: np.ndarray, level: float) -> np.ndarray:
    place = int(np.ceil(level * losses.shape[1] * (1 - 1e-12))) - 1
    return np.partition(losses, place, axis=1)[:, place]


def kupiec(exceptions: int, days: int, level: float) -> float:
    """p-value of as many exceptions, by the likelihood ratio."""
    p, found = 1 - level, exceptions / days
    ratio = xlogy(exceptions, found / p) + xlogy(days - exceptions, (1 - found) / level)
    return float(chi2.sf(2 * ratio, 1))


def conditional_coverage(hits: np.ndarray, level: float) -> float:
    """p-value of number and clustering of exceptions: Kupiec's ratio plus that of a Markov chain against none."""
    before, after = hits[:-1], hits[1:]
    counts = np.array(
        [[np.sum(~before & ~after), np.sum(~before & after)], [np.sum(before & ~after), np.sum(before & after)]]
    )
    rows = counts.sum(axis=1, keepdims=True)
    chained = xlogy(counts, counts / np.maximum(rows, 1)).sum()
    pooled = xlogy(counts.sum(axis=0), counts.sum(axis=0) / counts.sum()).sum()
    ratio = 2 * (chained - pooled) + chi2.isf(kupiec(int(hits.sum()), len(hits), level), 1)
    return float(chi2.sf(ratio, 2))


def one_series(rate: pd.Series, sign: int, level: float, window: int) -> list[dict[str, object]]:
    moves = log_returns(rate.to_frame()).dropna().iloc[:, 0].to_numpy()
    ahead = forecasts(moves, sign, level, window)
    losses = -sign * np.expm1(moves[window:])
    rows = []
    for method in METHODS:
        hits = losses > ahead[method][:-1]
        rows.append(
            {
                "method": method,
                "currency": rate.name,
                "position": "held" if sign > 0 else "owed",
                "days": len(hits),
                "exceptions": int(hits.sum()),
                "ratio": hits.sum() / (len(hits) * (1 - level)),
                "kupiec": kupiec(int(hits.sum()), len(hits), level) < 0.05,
                "clustering": conditional_coverage(hits, level) < 0.05,
            }
        )
    check(rate, sign, level, window, {method: values[-1] for method, values in ahead.items()})
    return rows


def check(rate: pd.Series, sign: int, level: float, window: int, last: dict[str, float]) -> None:
    """The forecast for the day after the last is the product's own."""
    exposure = pd.Series({rate.name: sign / rate.iloc[-1]})
    for method, value in last.items():
        own = value_at_risk(rate.to_frame(), exposure, level, 1, method, window=window, decay=DECAY).var
        assert abs(own - value) < 1e-9, (method, own, value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--start", default="2014-01-06")
    parser.add_argument("--end", default="2026-10-30")
    parser.add_argument("--window", type=int, default=WINDOW)
    parser.add_argument("--level", type=float, default=0.99)
    options = parser.parse_args()
    for reporting, currencies in BOOKS.items():
        rates = ecb_rates(reporting, currencies, options.start, options.end)
        rows = [
            row
            for code in currencies
            for sign in (1, -1)
            for row in one_series(rates[code].dropna(), sign, options.level, options.window)
        ]
        table = pd.DataFrame(rows)
        summary = table.groupby("method", sort=False).agg(
            series=("ratio", "size"),
            exceptions=("exceptions", "sum"),
            ratio=("ratio", "mean"),
            lowest=("ratio", "min"),
            highest=("ratio", "max"),
            rejected_by_kupiec=("kupiec", "sum"),
            rejected_by_christoffersen=("clustering", "sum"),
        )
        print(f"\n{reporting}, level {options.level}, window {options.window}, {options.start} to {options.end}")
        print(summary.round(2).to_string())


if __name__ == "__main__":
    main()
