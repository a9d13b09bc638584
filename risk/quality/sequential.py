"""Seeing a bad article or batch early: a decision after every unit (SPRT), a sum that remembers (binomial CUSUM)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, log
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from risk.checks import InputError, at_least, between, positive
from risk.quality.charts.chart import Bools, Floats
from risk.quality.charts.memory import cumulative

Decision = Literal["accept", "continue", "reject"]
LARGEST_DENOMINATOR = 40  # of the units of reference that the run length of a binomial CUSUM takes for a fraction


NEGLIGIBLE = 1e-12  # probability that a sequential test is still undecided, at which its chain ends


class Operating(NamedTuple):
    """Chance that the batch is accepted, and units inspected on average until a decision."""

    accepted: float
    inspected: float


@dataclass(frozen=True)
class Sprt:
    """Accept where defectives are at most s n − h1 of n inspected, reject where they are at least s n + h2.

    `p1` is the good fraction, rejected with probability `alpha`; `p2` the bad one, accepted with probability `beta`.
    """

    p1: float
    p2: float
    alpha: float
    beta: float

    def __post_init__(self) -> None:
        _good_and_bad(self.p1, self.p2)
        for name in ("alpha", "beta"):
            between(name, getattr(self, name), 0.0, 1.0)
        if self.alpha + self.beta >= 1:
            raise InputError("The two chances of a wrong decision must sum to less than 1.")

    @property
    def h1(self) -> float:
        """How far the line of acceptance lies below the slope, in defectives."""
        return log((1 - self.alpha) / self.beta) / self._scale

    @property
    def h2(self) -> float:
        """How far the line of rejection lies above the slope, in defectives."""
        return log((1 - self.beta) / self.alpha) / self._scale

    @property
    def s(self) -> float:
        """Slope of both lines: the fraction between good and bad at which nothing is learned on average."""
        return reference_value(self.p1, self.p2)

    @property
    def _scale(self) -> float:
        return log(self.p2 * (1 - self.p1) / (self.p1 * (1 - self.p2)))

    @property
    def least_accepted(self) -> int:
        """Units inspected without a defective after which the batch is accepted."""
        return ceil(self.h1 / self.s)

    def decide(self, defectives: int, inspected: int) -> Decision:
        """What so many defectives among the units inspected so far say."""
        line = self.s * at_least("inspected", inspected, 0)
        if not 0 <= defectives <= inspected:
            raise InputError("{bad} defectives of {seen} inspected cannot be.", bad=defectives, seen=inspected)
        if defectives <= line - self.h1:
            return "accept"
        return "reject" if defectives >= line + self.h2 else "continue"

    def lines(self, inspected: ArrayLike) -> pd.DataFrame:
        """Columns inspected, accept (at most so many defectives; −1: not yet) and reject (at least so many)."""
        seen = np.asarray(inspected, dtype=np.int64)
        accept = np.maximum(np.floor(self.s * seen - self.h1), -1).astype(np.int64)
        reject = np.ceil(self.s * seen + self.h2).astype(np.int64)
        return pd.DataFrame({"inspected": seen, "accept": accept, "reject": reject})

    def operating(self, fraction: float) -> Operating:
        """How the test ends for a batch with this fraction defective: exact, unit by unit, not Wald's approximation."""
        share = between("fraction", fraction, 0.0, 1.0)
        undecided, first, inspected, accepted, mean = np.ones(1), 0, 0, 0.0, 0.0
        while undecided.sum() > NEGLIGIBLE:
            mean += undecided.sum()
            inspected += 1
            undecided = np.append((1 - share) * undecided, 0.0) + np.append(0.0, share * undecided)
            counts, line = first + np.arange(undecided.size), self.s * inspected
            passed = counts <= line - self.h1
            accepted += undecided[passed].sum()
            left = ~passed & (counts < line + self.h2)
            first, undecided = first + int(passed.sum()), undecided[left]
        return Operating(float(accepted), float(mean))


def sprt(p1: float, p2: float, alpha: float = 0.05, beta: float = 0.10) -> Sprt:
    """Wald's sequential test of a good against a bad fraction defective, unit by unit.

    Wald, Sequential analysis (1947); NIST/SEMATECH e-Handbook 6.2.6.

    >>> sprt(0.01, 0.10, 0.05, 0.10).least_accepted
    24
    """
    return Sprt(p1, p2, alpha, beta)


def reference_value(p1: float, p2: float) -> float:
    """Defectives a unit that speak neither for p1 nor for p2: between the two."""
    good, bad = _good_and_bad(p1, p2)
    return log((1 - good) / (1 - bad)) / log(bad * (1 - good) / (good * (1 - bad)))


def _good_and_bad(p1: float, p2: float) -> tuple[float, float]:
    good, bad = between("p1", p1, 0.0, 1.0), between("p2", p2, 0.0, 1.0)
    if good >= bad:
        raise InputError("The good fraction {good:.2%} must be below the bad one {bad:.2%}.", good=good, bad=bad)
    return good, bad


class CusumPath(NamedTuple):
    """The sums after each sample, and where they are above the limit."""

    sums: Floats
    signals: Bools


@dataclass(frozen=True)
class BinomialCusum:
    """Sum of defectives less what is expected halfway between a good and a bad fraction, never below 0.

    Signals above `limit`, in defectives. `head_start`, a share of the limit, is where it begins: one half finds
    sooner what is bad from the start. The likelihood ratio of p2 against p1: Gan, Journal of Statistical Computation
    and Simulation 45 (1993); Reynolds and Stoumbos, Journal of Quality Technology 31 (1999).
    """

    p1: float
    p2: float
    limit: float
    head_start: float = 0.0

    def __post_init__(self) -> None:
        _good_and_bad(self.p1, self.p2)
        positive("limit", self.limit)
        if not 0 <= self.head_start < 1:
            raise InputError("The head start is a share of the limit, from 0 to below 1.")

    @cached_property
    def reference(self) -> float:
        """Defectives a unit that are taken off."""
        return reference_value(self.p1, self.p2)

    def path(self, defectives: ArrayLike, sizes: ArrayLike) -> CusumPath:
        """Sums and signals along the last axis, one row an article or batch; a sample without units changes nothing."""
        counts, units = np.broadcast_arrays(np.asarray(defectives, dtype=float), np.asarray(sizes, dtype=float))
        if (counts > units).any():
            wrong = int((counts > units).sum())
            raise InputError("{count} samples have more defectives than units.", count=wrong)
        steps = np.nan_to_num(counts - self.reference * units)
        sums = cumulative(steps, self.head_start * self.limit)
        return CusumPath(sums, (sums > self.limit) & (units > 0))

    def run_length(self, fraction: float, size: int) -> float:
        """Average number of samples of this size until a signal, at a fraction defective: a Markov chain.

        The reference of a sample is rounded to the next fraction with a denominator of 40 or less.
        """
        lattice = Fraction(self.reference * at_least("size", size, 1)).limit_denominator(LARGEST_DENOMINATOR)
        return _lattice_run_length(lattice, fraction, size, self.limit, self.head_start * self.limit)

    @classmethod
    def with_run_length(
        cls, p1: float, p2: float, size: int, run_length: float, head_start: float = 0.0
    ) -> BinomialCusum:
        """The chart with the smallest limit whose false alarms lie at least so many samples apart on average."""
        step = Fraction(reference_value(p1, p2) * at_least("size", size, 1)).limit_denominator(LARGEST_DENOMINATOR)
        wanted, spacing = positive("run_length", run_length), 1 / step.denominator

        def enough(states: int) -> bool:
            return cls(p1, p2, states * spacing, head_start).run_length(p1, size) >= wanted

        low, high = 0, step.denominator
        while not enough(high):
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if enough(middle) else (middle, high)
        return cls(p1, p2, high * spacing, head_start)


def _lattice_run_length(step: Fraction, fraction: float, size: int, limit: float, start: float) -> float:
    """Run length where the sum lives on multiples of 1 / denominator: L = 1 + P L over the states up to the limit."""
    from scipy.stats import binom

    grain, off = step.denominator, step.numerator
    states = int(np.floor(limit * grain + 1e-9)) + 1
    counts = np.arange(min(size, (states + off) // grain + 1) + 1)
    chance = binom.pmf(counts, size, fraction)
    chain = np.zeros((states, states))
    here = np.arange(states)
    for count, likely in zip(counts, chance, strict=True):
        there = np.maximum(here + count * grain - off, 0)
        stays = there < states
        chain[here[stays], there[stays]] += likely
    lengths = np.linalg.solve(np.eye(states) - chain, np.ones(states))
    return float(np.interp(start * grain, here, lengths))
