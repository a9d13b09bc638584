"""Laws of counts, element by element: exact limits and how likely it is to see as few or as many."""

from __future__ import annotations

import numpy as np

from risk.loss import special
from risk.quality.charts.chart import Floats

LAWS = ("binomial", "poisson")


def deviation(law: str, center: float, sizes: Floats) -> Floats:
    """Standard deviation of the share or rate of samples of these sizes."""
    variance = center * (1 - center) if law == "binomial" else center
    found: Floats = np.sqrt(variance / sizes)
    return found


def at_most(law: str, counts: Floats, sizes: Floats, center: float) -> Floats:
    """P(count <= counts), zero below zero; whole counts."""
    reached = np.maximum(counts, 0.0)
    if law == "binomial":
        found = special.betaincc(reached + 1, np.maximum(sizes - reached, 1e-300), center)
        found = np.where(reached >= sizes, 1.0, found)
    else:
        found = special.gammaincc(reached + 1, sizes * center)
    return np.where(counts < 0, 0.0, found)


def middle_probability(law: str, counts: Floats, sizes: Floats, center: float) -> Floats:
    """P(count < counts) + P(count = counts) / 2: one half in the middle of the law."""
    return (at_most(law, counts - 1, sizes, center) + at_most(law, counts, sizes, center)) / 2


def exact_limits(law: str, sizes: Floats, center: float, tail: float) -> tuple[Floats, Floats]:
    """Counts such that fewer than the lower, and more than the upper, each have at most the `tail` probability."""
    from scipy.stats import binom, poisson  # half a second of import that normal limits do not need

    found = binom(sizes, center) if law == "binomial" else poisson(sizes * center)
    low = found.ppf(tail)  # the smallest count with P(X <= count) >= tail, so that P(X < count) < tail
    return np.maximum(low, 0.0), np.asarray(found.isf(tail))
