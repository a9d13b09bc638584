"""Hedge ratios beside their peers, as ratios of one run: sweeps, the least shortfall, several currencies, a page.

Run: python benchmarks/hedging.py [--repeat 5] [--scenarios 1000000] [--ratios 101]

Peers: a loop of numpy's partition, and one of pandas' quantile, over the ratios; the linear programme of Rockafellar
and Uryasev solved by HiGHS. Processor seconds, medians; the page's answer is by the clock.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack

sys.path.insert(0, str(Path(__file__).parents[1]))

from risk.currency.hedging import least_shortfall, optimal_ratios, ratio_frontier
from risk.currency.legs import Legs, frontier
from risk.currency.sweep import moments_by_ratio, tails_by_ratio
from risk.loss.measures import rank

LEVELS = (0.95, 0.99, 0.999)
SHARES = np.round(np.linspace(0.0, 1.5, 31), 2)  # as on the page


def seconds(work: Callable[[], Any], repeat: int, clock: Callable[[], float] = time.process_time) -> float:
    """Median time of some runs."""
    times = []
    for _ in range(repeat):
        begun = clock()
        work()
        times.append(clock() - begun)
    return float(np.median(times))


def books(count: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Losses unhedged and of the hedge: a proxy hedge, fat tails, and receipts of uncertain volume."""
    rng = np.random.default_rng(1)
    one, other = rng.standard_normal((2, count))
    fat, apart = rng.standard_t(4, (2, count))
    move = np.expm1(0.1 * one)
    return {
        "proxy, correlation 0.8": (one, 0.6 * other - 0.8 * one),
        "proxy, t(4)": (fat, 0.3 * apart - 0.95 * fat),
        "uncertain volume": (-move * (1 + 0.25 * other), move),
    }


def one_by_one(a: np.ndarray, b: np.ndarray, level: float, ratios: np.ndarray) -> np.ndarray:
    """The peer: numpy's partition at each ratio."""
    place, tail, found = rank(level, a.size), (1.0 - level) * a.size, []
    for ratio in ratios:
        losses = np.partition(a + ratio * b, place)
        found.append((losses[place], losses[place] + (losses[place:] - losses[place]).sum() / tail))
    return np.array(found).T


def by_pandas(a: np.ndarray, b: np.ndarray, level: float, ratios: np.ndarray) -> None:
    for ratio in ratios:
        losses = pd.Series(a + ratio * b)
        losses[losses >= losses.quantile(level, interpolation="higher")].mean()


def sweeps(count: int, ratios: np.ndarray, repeat: int) -> None:
    for name, (a, b) in books(count).items():
        for level in LEVELS:
            own, peer = [], []
            for _ in range(repeat):  # in turns: other work on the machine meets both
                own.append(seconds(lambda a=a, b=b, level=level: tails_by_ratio(a, b, level, ratios), 1))
                peer.append(seconds(lambda a=a, b=b, level=level: one_by_one(a, b, level, ratios), 1))
            found, theirs = tails_by_ratio(a, b, level, ratios), one_by_one(a, b, level, ratios)
            exact = [np.quantile(a + ratio * b, level, method="inverted_cdf") for ratio in ratios[::20]]
            pandas = seconds(lambda a=a, b=b, level=level: by_pandas(a, b, level, ratios[:5]), 1) * ratios.size / 5
            print(
                f"{ratios.size} ratios x {count:,} scenarios, {name}, {level:.1%}: {np.median(own) * 1e3:.0f} ms, "
                f"{np.median(np.divide(peer, own)):.1f} x np.partition, {pandas / np.median(own):.0f} x pandas; VaR "
                f"equal: {bool((found.var == theirs[0]).all() and (found.var[::20] == exact).all())}, "
                f"ES differs by {np.abs(found.es / theirs[1] - 1).max():.0e}"
            )
    a, b = next(iter(books(count).values()))
    print(f"  mean and deviation of all: {seconds(lambda: moments_by_ratio(a, b, ratios), 3 * repeat) * 1e3:.1f} ms")


def programme(base: np.ndarray, hedge: np.ndarray, level: float) -> tuple[float, np.ndarray]:
    """The peer: least expected shortfall as one linear programme over all scenarios."""
    size, count = hedge.shape
    cost = np.concatenate([np.zeros(count), [1.0], np.full(size, 1 / ((1 - level) * size))])
    rows = hstack([csr_array(np.column_stack([hedge, -np.ones(size)])), -eye_array(size)])
    bounds = [(0.0, 1.0)] * count + [(None, None)] + [(0.0, None)] * size
    answer = linprog(cost, A_ub=rows, b_ub=-base, bounds=bounds)
    return float(answer.fun), answer.x[:count]


def best_ratio(repeat: int) -> None:
    a, b = books(20_000)["uncertain volume"]
    own = seconds(lambda: least_shortfall(a, b, 0.95, (0.0, 1.0)), 3 * repeat)
    peer = seconds(lambda: programme(a, b[:, None], 0.95), 1)
    gap = least_shortfall(a, b, 0.95, (0.0, 1.0)).es - programme(a, b[:, None], 0.95)[0]
    a, b = books(100_000)["uncertain volume"]
    more = seconds(lambda: least_shortfall(a, b, 0.95, (0.0, 1.0)), 3 * repeat)
    print(
        f"Least shortfall of one currency, 20,000 scenarios: {own * 1e3:.1f} ms, {peer / own:.0f} x HiGHS, which "
        f"differs by {gap:.0e}; 100,000: {more * 1e3:.1f} ms"
    )


def several_legs(years: int, count: int) -> Legs:
    rng = np.random.default_rng(2)
    root = np.linalg.cholesky(0.4 + 0.6 * np.eye(count))
    rates = 0.08 * rng.standard_normal((years, count)) @ root.T * np.sqrt(5 / rng.chisquare(5, years))[:, None]
    amounts = rng.uniform(1e5, 1e6, count)
    points = amounts * 0.01 * rng.uniform(-0.5, 2, count)
    volumes = 1 + 0.2 * rng.standard_normal((years, count))
    codes = tuple(f"C{place:02d}" for place in range(count))
    return Legs(-rates * amounts * volumes, rates * amounts + points, 0.002 * amounts, codes, "EUR", np.zeros(count))


def several(repeat: int) -> None:
    legs = several_legs(5_000, 8)
    own = seconds(lambda: optimal_ratios(legs), repeat)
    base, hedge = legs.unhedged.sum(axis=1), legs.hedge + legs.cost
    peer = seconds(lambda: programme(base, hedge, 0.95), 1)
    gap = optimal_ratios(legs).risk / programme(base, hedge, 0.95)[0] - 1
    print(f"Eight currencies, 5,000 years: {own * 1e3:.0f} ms, {peer / own:.0f} x HiGHS, risk higher by {gap:.0e}")
    many = several_legs(100_000, 8)
    alone, curve = (seconds(lambda work=work: work(many), 1) for work in (optimal_ratios, ratio_frontier))
    print(f"  100,000 years: {alone:.2f} s, with a frontier of 11 budgets {curve:.2f} s")


def page(repeat: int) -> None:
    legs = several_legs(100_000, 8)

    def moved() -> None:
        frontier(legs, 0.99, list(SHARES))
        frontier(legs, 0.99, [0.35])

    print(f"A slider moved, 8 currencies x 100,000 years: {seconds(moved, 3 * repeat, time.perf_counter) * 1e3:.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--scenarios", type=int, default=1_000_000)
    parser.add_argument("--ratios", type=int, default=101)
    options = parser.parse_args()
    page(options.repeat)
    best_ratio(options.repeat)
    several(options.repeat)
    sweeps(options.scenarios, np.linspace(0.0, 1.0, options.ratios), options.repeat)


if __name__ == "__main__":
    main()
