"""What every severity can say, and how a random number becomes the cost of an event."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError
from risk.loss.draws import Uniforms
from risk.loss.severity.table import QuantileTable

Floats = NDArray[np.float64]


class Clip(NamedTuple):
    """The change x → min(max(scale · x + shift, low), high): what scaling, caps and layers amount to, nested or not."""

    scale: float = 1.0
    shift: float = 0.0
    low: float = -math.inf
    high: float = math.inf

    def __call__(self, losses: Floats) -> Floats:
        """The changed losses."""
        return np.minimum(np.maximum(self.scale * losses + self.shift, self.low), self.high)

    def scaled(self, factor: float) -> Clip:
        """This change, then a multiplication."""
        return Clip(*(factor * part for part in self))

    def capped(self, maximum: float) -> Clip:
        """This change, then a cap."""
        return Clip(self.scale, self.shift, min(self.low, maximum), min(self.high, maximum))

    def layered(self, deductible: float, limit: float) -> Clip:
        """This change, then the part between a deductible and a limit above it."""
        low, high = (min(max(bound - deductible, 0.0), limit) for bound in (self.low, self.high))
        return Clip(self.scale, self.shift - deductible, low, high)


class Severity(ABC):
    """Cost of one event: zero or more, in the reporting currency. Arrays in, arrays out."""

    smooth = False  # whether the quantile function has no jump and no kink, so that a table of cubics may stand for it
    span: float | None = None  # the largest step of which every possible loss is a multiple, if there is one

    @abstractmethod
    def survival(self, x: ArrayLike) -> Floats:
        """P(X > x), precise where it is small."""

    @abstractmethod
    def quantile(self, p: ArrayLike) -> Floats:
        """The smallest loss x with P(X <= x) >= p."""

    @abstractmethod
    def limited_moment(self, limit: ArrayLike, order: int) -> Floats:
        """E[min(X, limit)^order] for order 1 or 2; raises InputError where the mean is infinite and not limited."""

    @abstractmethod
    def draw(self, size: int, rng: Generator) -> Floats:
        """Independent losses, shape (size,)."""

    def cdf(self, x: ArrayLike) -> Floats:
        """P(X <= x)."""
        return 1.0 - self.survival(x)

    def exceeded(self, q: ArrayLike) -> Floats:
        """The loss that is exceeded with probability `q`: the quantile at 1 − q, precise where q is small."""
        return self.quantile(1.0 - np.asarray(q))

    def limited_mean(self, limit: ArrayLike) -> Floats:
        """E[min(X, limit)], the limited expected value."""
        return self.limited_moment(limit, 1)

    @property
    def mean(self) -> float:
        """Expected cost of one event; raises InputError where it is infinite."""
        return float(self.limited_moment(math.inf, 1))

    @property
    def second_moment(self) -> float:
        """E[X²]; infinite for a tail index of 1/2 or more."""
        return float(self.limited_moment(math.inf, 2))

    @property
    def variance(self) -> float:
        """Variance of the cost of one event; infinite for a tail index of 1/2 or more."""
        return max(0.0, self.second_moment - self.mean**2)

    @property
    def table(self) -> QuantileTable:
        """The quantile function as a table of cubics, for a smooth severity; equal severities share one."""
        return _table(self)

    def at(self, uniforms: Uniforms) -> Floats:
        """The cost of each of many events, out of their random numbers: rising with them where one number is enough."""
        return self.table(uniforms.values) if self.smooth else self.quantile(uniforms.values)

    def unwrapped(self) -> tuple[Severity, Clip]:
        """What this is a change of, and the change: itself and none, unless it scales, caps or layers another."""
        return self, Clip()


@lru_cache(maxsize=256)
def _table(severity: Severity) -> QuantileTable:
    return QuantileTable.of(severity.quantile, severity.exceeded)


def moment(partial: Floats, limit: Floats, survival: Floats, order: int) -> Floats:
    """E[min(X, limit)^order] out of E[X^order; X <= limit] and P(X > limit)."""
    beyond = np.where(np.isinf(limit), 0.0, np.where(np.isinf(limit), 0.0, limit) ** order * survival)
    return (partial + beyond)[()]


def interval(low: float, high: float) -> tuple[float, float]:
    """The two bounds, which must be positive, finite and in order."""
    if not 0 < low < high < math.inf:
        raise InputError(
            "the cost of an event lies between {low:,g} and {high:,g}: the lower bound must be above zero and below "
            "the upper one",
            low=low,
            high=high,
        )
    return float(low), float(high)


def infinite_mean(index: float) -> InputError:
    """What to say about a tail so heavy that an average does not exist."""
    return InputError(
        "the tail index is {index:.2f}: at 1 or more the average cost is infinite; state the largest possible cost, "
        "such as a statutory maximum or the value of the goods",
        index=index,
    )
