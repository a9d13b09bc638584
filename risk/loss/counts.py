"""Counts of events by inverse transform: one uniform number, and perhaps a rate, for each year."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from risk.loss.special import bdtr, ndtri, pdtr

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LEAST = 1e-20  # a probability that is no longer worth adding
_NONE = 1e-14  # chance of no event down to which probabilities are added up from it
_SLOTS = 4096


@dataclass(frozen=True, eq=False)
class CountTable:
    """Inverse of a distribution function of counts, with a guide: where most numbers of a slot have one count.

    Source of the guide: Chen and Asau, On generating random variates from an empirical distribution, AIIE
    Transactions 6 (1974).
    """

    lowest: int
    cdf: Floats
    guide: Integers  # count of the left end of each slot of [0, 1], and of 1

    @classmethod
    def of(cls, low: float, high: float, cdf: Callable[[Floats], Floats]) -> CountTable:
        lowest = max(0, math.floor(low))
        steps = cdf(np.arange(lowest, math.ceil(high), dtype=np.float64))
        return cls(lowest, steps, np.searchsorted(steps, np.linspace(0, 1, _SLOTS + 1)))

    def look_up(self, uniform: Floats) -> Integers:
        """The smallest count whose distribution function reaches each number."""
        slot = (uniform * _SLOTS).astype(np.int64)
        count = self.guide[slot]
        unsure = np.flatnonzero(count != self.guide[slot + 1])
        count[unsure] = np.searchsorted(self.cdf, uniform[unsure])
        return count + self.lowest


def poisson_quantile(uniform: Floats, rates: Floats, kernels: ModuleType | None = None) -> Integers:
    """The smallest count whose Poisson distribution function reaches each number, at a rate for each."""
    return _quantile(
        uniform, np.zeros_like(rates), rates, np.exp(-rates), kernels, lambda at: _expanded(uniform[at], rates[at])
    )


def binomial_quantile(
    uniform: Floats, trials: int, probabilities: Floats, kernels: ModuleType | None = None
) -> Integers:
    """The smallest count whose binomial distribution function reaches each number, at a probability for each."""
    none = (1 - probabilities) ** trials
    odds = probabilities / np.where(none >= _NONE, 1 - probabilities, 1.0)
    return _quantile(
        uniform,
        -odds,
        (trials + 1) * odds,
        none,
        kernels,
        lambda at: _about_normal(uniform[at], trials, probabilities[at]),
    )


def _quantile(
    uniform: Floats,
    a: Floats,
    b: Floats,
    none: Floats,
    kernels: ModuleType | None,
    larger: Callable[[Integers], Integers],
) -> Integers:
    """Quantiles of Panjer's class, p_k = (a + b / k) p_(k−1), given p_0; where that is too small, those of `larger`."""
    counts = np.zeros(uniform.shape, dtype=np.int64)
    small, large = np.flatnonzero(none >= _NONE), np.flatnonzero(none < _NONE)
    counts[small] = (added_up if kernels is None else kernels.added_up)(uniform[small], a[small], b[small], none[small])
    if large.size:
        counts[large] = larger(large)
    return counts


def added_up(uniform: Floats, a: Floats, b: Floats, none: Floats) -> Integers:
    """The smallest counts at which probabilities added up from that of no event reach each number."""
    counts = np.zeros(uniform.shape, dtype=np.int64)
    left = np.flatnonzero(none < uniform)
    uniform, a, b, chance = uniform[left], a[left], b[left], none[left]
    reached, count = chance.copy(), 0
    while left.size:
        count += 1
        counts[left] = count
        chance = chance * (a + b / count)
        reached += chance
        beyond = (reached < uniform) & (chance > LEAST)
        left, uniform, a, b = left[beyond], uniform[beyond], a[beyond], b[beyond]
        chance, reached = chance[beyond], reached[beyond]
    return counts


def _expanded(uniform: Floats, rates: Floats) -> Integers:
    """Poisson quantiles by the expansion about the normal, checked where it comes near a whole number.

    Source: Giles, Algorithm 955: approximation of the inverse Poisson cumulative distribution function, ACM
    Transactions on Mathematical Software 42 (2016). Its error is below 0.02 for normal scores up to 3.
    """
    score, root = ndtri(uniform), np.sqrt(rates)
    square = score * score
    place = rates + root * score + (2 + square) / 6 - score * (2 + square) / (72 * root)
    place += (-8 / 405 + square * (7 / 810 + square / 270)) / rates
    counts: Floats = np.maximum(np.floor(place), 0.0)
    unsure = np.flatnonzero((np.abs(place - np.rint(place)) < 0.03) | (np.abs(score) > 3))
    counts[unsure] = _corrected(counts[unsure], uniform[unsure], lambda k, at: pdtr(k, rates[unsure[at]]))
    return counts.astype(np.int64)


def _about_normal(uniform: Floats, trials: int, probabilities: Floats) -> Integers:
    """Binomial quantiles from the normal ones nearby."""
    guess = trials * probabilities + ndtri(uniform) * np.sqrt(trials * probabilities * (1 - probabilities))
    start = np.clip(np.floor(guess), 0.0, trials)
    return _corrected(start, uniform, lambda k, at: bdtr(k, trials, probabilities[at])).astype(np.int64)


def _corrected(counts: Floats, uniform: Floats, cdf: Callable[[Floats, Integers], Floats]) -> Floats:
    """Counts moved by one until the distribution function at each reaches its number and one below does not."""
    counts = counts.copy()
    low = np.arange(len(counts))
    while (low := low[cdf(counts[low], low) < uniform[low]]).size:
        counts[low] += 1
    high = np.flatnonzero(counts > 0)
    while (high := high[cdf(counts[high] - 1, high) >= uniform[high]]).size:
        counts[high] -= 1
        high = high[counts[high] > 0]
    return counts
