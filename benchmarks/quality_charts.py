"""Charts of a whole assortment: how long they take, how often they cry wolf, and how soon they see a bad batch.

Run: python benchmarks/quality_charts.py [--articles 5000] [--weeks 104] [--shops 1000]

Time: weekly counts of all articles scored against their baseline and peers, with all rules of Western Electric and
Nelson, an alarm budget, false discovery and sums. False alarms: so many invented shops of 200 articles in which
nothing changes, a year of baseline, a year of alarms. Delay: the same shops with a batch that comes back at four times
the usual rate in one of the larger articles.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from risk.quality import NELSON, WESTERN_ELECTRIC, Portfolio, chart_portfolio, cusum_portfolio

Shop = tuple[np.ndarray, np.ndarray, np.ndarray]


def shop(articles: int, weeks: int, rng: np.random.Generator) -> Shop:
    """Returns and deliveries by article and week, and the rates they were drawn with."""
    rates, volume = rng.beta(2, 30, articles), rng.gamma(1.0, 20.0, articles)
    sizes = rng.poisson(volume[:, None], (articles, weeks))
    return rng.binomial(sizes, rates[:, None]), sizes, rates


def timed(articles: int, weeks: int) -> None:
    counts, sizes, _ = shop(articles, weeks, np.random.default_rng(1))
    chart_portfolio(counts[:50], sizes[:50])  # imports
    start = time.perf_counter()
    found = chart_portfolio(counts, sizes, baseline=weeks // 2)
    scored = time.perf_counter()
    found.rules(WESTERN_ELECTRIC | NELSON)
    ruled = time.perf_counter()
    for alarms in methods(found, counts, sizes).values():
        alarms.sum()
    done = time.perf_counter()
    print(
        f"{articles:,} articles x {weeks} weeks: scores {scored - start:.2f} s, all rules {ruled - scored:.2f} s, "
        f"budget, discoveries and sums {done - ruled:.2f} s; {done - start:.2f} s together"
    )


def methods(found: Portfolio, counts: np.ndarray, sizes: np.ndarray) -> dict[str, np.ndarray]:
    """Alarms of each way, by article and week."""
    return {
        "3 sigma": np.abs(found.z) > 3,
        "Western Electric": np.any(list(found.rules().values()), axis=0),
        "1 alarm a week": found.within_budget(1.0),
        "discoveries, 10 %": found.discoveries(0.10),
        "sums, 1 alarm a week": cusum_portfolio(found, counts, sizes, 2.0, 1.0).signals,
    }


def watched(shops: int) -> None:
    rng = np.random.default_rng(2)
    alarms: dict[str, list[float]] = {}
    delays: dict[str, list[float]] = {}
    for _ in range(shops):
        counts, sizes, rates = shop(200, 104, rng)
        found = chart_portfolio(counts, sizes, baseline=52)
        for name, flags in methods(found, counts, sizes).items():
            alarms.setdefault(name, []).append(flags[:, 52:].sum() / 52)
        article = int(np.argsort(sizes[:, :52].sum(axis=1))[-20])
        counts[article, 70:] = rng.binomial(sizes[article, 70:], min(4 * rates[article], 0.9))
        found = chart_portfolio(counts, sizes, baseline=52)
        for name, flags in methods(found, counts, sizes).items():
            seen = flags[article, 70:]
            delays.setdefault(name, []).append(1 + seen.argmax() if seen.any() else np.inf)
    print(f"{shops:,} shops of 200 articles: false alarms a week; weeks until a bad batch is seen (median, 90 %)")
    for name in alarms:
        median, late = np.quantile(delays[name], [0.5, 0.9], method="inverted_cdf")
        print(f"{name:22} {np.mean(alarms[name]):6.2f}   {median:4.0f} {late:4.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--weeks", type=int, default=104)
    parser.add_argument("--shops", type=int, default=1_000)
    options = parser.parse_args()
    timed(options.articles, options.weeks)
    watched(options.shops)


if __name__ == "__main__":
    main()
