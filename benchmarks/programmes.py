"""Hedge programmes beside plain loops, as ratios of one run: simulated paths, and the replay since 2005.

Run: python benchmarks/programmes.py [--scenarios 100000] [--repeat 3]

Five programmes on scenarios × 12 months × 10 currencies, beside numpy over all scenarios that deals month by month and
lead by lead; and the replay of each on ECB rates, beside a pandas loop over months and currencies. Both loops compute
losses only: no smoothness, margin, full hedge, costs. Processor seconds, medians of runs that take turns.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # idle BLAS threads spin, which would count against whoever is next

import argparse
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from risk.currency.forwards import day_count, forward_rate
from risk.currency.programmes import (
    Averaging,
    Layered,
    Micro,
    NoHedge,
    Programme,
    ProgrammeResult,
    Rolling,
    RuleBased,
    Static,
    backtest_programme,
    bootstrap_programmes,
    simulate_programme,
)
from risk.currency.rates import ecb_rates
from risk.reference import policy_rate_history

CURRENCIES = ["USD", "GBP", "AUD", "CAD", "CHF", "SEK", "NOK", "PLN", "NZD", "ZAR"]
MONTHS, SPREAD = 12, 0.001
LADDER = np.arange(MONTHS, 0, -1) / MONTHS  # cumulative ratios at 1, 2, ... months of lead
FIVE: dict[str, Programme] = {
    "none": NoHedge(),
    "static": Static(0.8),
    "rolling": Rolling(0.8, 6),
    "layered": Layered(LADDER),
    "micro": Micro(1.5),
}
RULES = RuleBased(Averaging(0.5, 12), take_profit=0.03, stop_loss=0.05)


def seconds(calls: dict[str, Callable[[], object]], repeat: int) -> dict[str, float]:
    """Median CPU seconds of each call, the calls taking turns."""
    spent: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(repeat):
        for name, call in calls.items():
            start = time.process_time()
            call()
            spent[name].append(time.process_time() - start)
    return {name: median(times) for name, times in spent.items()}


def layered_by_numpy(receipts: np.ndarray, spot: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Losses of the layered programme, all scenarios at once, a deal at a time."""
    flow = receipts * spot[:, 1:]
    for month in range(1, MONTHS + 1):
        sold = np.zeros(receipts.shape[1])
        for today in range(month):
            lead = month - today
            traded = LADDER[lead - 1] * receipts[month - 1] - sold
            forward = spot[:, today] + points[lead - 1]
            flow[:, month - 1] += traded * (forward * (1 - SPREAD) - spot[:, month])
            sold += traded
    return (receipts * spot[:, :1] - flow).sum(axis=(1, 2))


def layered_by_pandas(rates: pd.DataFrame, interest: pd.DataFrame) -> pd.Series:
    """What the layered programme brought each month, all currencies together, 100 a month."""
    fixings = rates.groupby(rates.index.to_period("M")).tail(1)["2005-04":]
    flows = {}
    for place in range(MONTHS, len(fixings)):
        day, total = fixings.index[place], 0.0
        for code in CURRENCIES:
            sold = 0.0
            for lead in range(MONTHS, 0, -1):
                dealt = fixings.index[place - lead]
                known = interest[interest.index + pd.DateOffset(months=3) < dealt].iloc[-1]
                forward = forward_rate(
                    fixings[code].iloc[place - lead],
                    known["EUR"],
                    known[code],
                    (day - dealt).days,
                    360,
                    day_count(code),
                )
                total += (100 * LADDER[lead - 1] - sold) * forward * (1 - SPREAD)
                sold = 100 * LADDER[lead - 1]
            total += (100 - sold) * fixings[code].iloc[place]
        flows[day] = total
    return pd.Series(flows)


def on_paths(scenarios: int, repeat: int) -> None:
    moves = np.random.default_rng(1).normal(0.0, 0.03, (scenarios, MONTHS, len(CURRENCIES)))
    spot = np.exp(np.pad(moves, ((0, 0), (1, 0), (0, 0))).cumsum(axis=1))
    receipts, points = np.full((MONTHS, len(CURRENCIES)), 100.0), -0.001 * np.arange(1.0, MONTHS + 1)[:, None]

    def run(programme: Programme) -> Callable[[], object]:
        return lambda: simulate_programme(programme, receipts, spot, points, SPREAD, currencies=CURRENCIES)

    loop = layered_by_numpy(receipts, spot, points)
    found = simulate_programme(FIVE["layered"], receipts, spot, points, SPREAD, currencies=CURRENCIES)
    assert np.allclose(loop, found.losses)
    calls = {name: run(programme) for name, programme in FIVE.items()}
    calls |= {"rules": run(RULES), "numpy, layered": lambda: layered_by_numpy(receipts, spot, points)}
    took = seconds(calls, repeat)
    print(f"{scenarios:,} scenarios x {MONTHS} months x {len(CURRENCIES)} currencies")
    for name, spent in took.items():
        print(f"  {name:16} {spent:7.2f} s   {took['numpy, layered'] / spent:5.1f} x numpy, layered")
    print(f"  {'the five':16} {sum(took[name] for name in FIVE):7.2f} s")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"  most memory      {memory:7.2f} GB, paths and loop included")


def on_history(repeat: int) -> None:
    rates, interest = ecb_rates("EUR", CURRENCIES, "2005-01-01"), policy_rate_history()
    receipts = dict.fromkeys(CURRENCIES, 100.0)

    def run(programme: Programme) -> Callable[[], ProgrammeResult]:
        return lambda: backtest_programme(programme, receipts, rates, interest, SPREAD, reporting="EUR")

    loop = layered_by_pandas(rates, interest)
    found = run(FIVE["layered"])().rates["achieved"].groupby("month").sum() * 100
    assert np.allclose(loop, found.iloc[-len(loop) :], rtol=1e-4)  # the loop knows on which days the ECB was closed
    took = seconds({name: run(programme) for name, programme in {**FIVE, "rules": RULES}.items()}, repeat)
    took |= seconds({"pandas, layered": lambda: layered_by_pandas(rates, interest)}, 1)
    print(f"replay {rates.index[0]:%Y-%m} to {rates.index[-1]:%Y-%m} of {len(CURRENCIES)} currencies")
    for name, spent in took.items():
        print(f"  {name:16} {spent:7.2f} s   {took['pandas, layered'] / spent:5.1f} x pandas, layered")
    drawn = seconds(
        {
            "bootstrap": lambda: bootstrap_programmes(
                FIVE, receipts, rates, interest, SPREAD, np.random.default_rng(1), reporting="EUR"
            )
        },
        1,
    )
    print(f"  500 drawn histories of the five programmes: {drawn['bootstrap']:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenarios", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    on_paths(options.scenarios, options.repeat)
    on_history(options.repeat)


if __name__ == "__main__":
    main()
