"""Copula aggregation against vectorised numpy: a million years of eight lognormals, and ranks laid on a table.

    python benchmarks/copula.py [years]

Prints CPU seconds of this process (all threads), medians of runs that alternate, and their ratios. numpy samples,
inverts and sums; "whole" holds every intermediate array, "chunked" keeps them in the cache, which is the best we know.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # idle BLAS threads spin, which would count against numpy

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from scipy.special import ndtr, ndtri, stdtr

sys.path.insert(0, str(Path(__file__).parents[1]))

from risk.loss.dependence import copula_totals, reorder
from risk.loss.dependence.reordering import ranking
from risk.loss.table import YearLossTable

LOSSES, DEGREES, ROUNDS = 8, 4.0, 5
CORRELATION = np.full((LOSSES, LOSSES), 0.25) + 0.75 * np.eye(LOSSES)
SIGMAS = np.linspace(0.5, 1.5, LOSSES)


def quantile(sigma: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda probability: np.exp(sigma * ndtri(probability))


def numpy_totals(years: int, rng: np.random.Generator, copula: str, chunk: int) -> np.ndarray:
    root, totals = np.linalg.cholesky(CORRELATION), np.empty(years)
    for first in range(0, years, chunk):
        size = min(chunk, years - first)
        scores = root @ rng.standard_normal((LOSSES, size))
        if copula == "t":
            scores /= np.sqrt(rng.chisquare(DEGREES, size) / DEGREES)
        uniform = stdtr(DEGREES, scores) if copula == "t" else ndtr(scores)
        totals[first : first + size] = np.exp(SIGMAS[:, None] * ndtri(uniform)).sum(axis=0)
    return totals


def seconds(calls: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Median CPU seconds of each call, the calls taking turns."""
    spent: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(ROUNDS + 1):  # the first turn compiles and warms up
        for name, call in calls.items():
            start = time.process_time()
            call()
            if turn:
                spent[name].append(time.process_time() - start)
    return {name: median(times) for name, times in spent.items()}


def main() -> None:
    years = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rng = np.random.default_rng(1)
    losses = {f"loss {place}": quantile(sigma) for place, sigma in enumerate(SIGMAS)}
    table = YearLossTable(np.exp(SIGMAS * rng.standard_normal((years, LOSSES))), tuple(losses), "EUR")
    scores = rng.standard_normal(years)
    for copula in ("gaussian", "t"):
        took = seconds(
            {
                "numpy, whole": lambda c=copula: numpy_totals(years, rng, c, years),
                "numpy, chunked": lambda c=copula: numpy_totals(years, rng, c, 8192),
                "copula_totals": lambda c=copula: copula_totals(losses, CORRELATION, years, rng, c, DEGREES),
                "reorder, total": lambda c=copula: reorder(table, CORRELATION, rng, c, DEGREES).total,
            }
        )
        print(f"{copula}, {years:,} years x {LOSSES} losses")
        for name, spent in took.items():
            whole, chunked = took["numpy, whole"] / spent, took["numpy, chunked"] / spent
            print(f"  {name:16} {spent:7.3f} s   {whole:5.1f} x numpy whole   {chunked:5.1f} x numpy chunked")
    took = seconds({"numpy.argsort": lambda: np.argsort(scores), "ranking": lambda: ranking(scores)})
    print(f"order of {years:,} scores: ranking {took['ranking']:.3f} s, numpy.argsort {took['numpy.argsort']:.3f} s")


if __name__ == "__main__":
    main()
