"""Severities of single amounts: always the same, or one of those observed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from risk.checks import InputError, not_negative, vector
from risk.loss.draws import Uniforms
from risk.loss.severity.base import Floats, Severity

_LARGEST_RATIO = 2**20  # of the largest loss to the common step of all


@dataclass(frozen=True)
class Empirical(Severity):
    """One of the `values`, each equally likely; a value that stands there twice is twice as likely."""

    values: tuple[float, ...]

    def __init__(self, values: ArrayLike) -> None:
        ordered = np.sort(vector("values", values))
        if ordered[0] < 0:
            raise InputError("the observed costs hold {lowest:,g}: a cost must not be negative", lowest=ordered[0])
        object.__setattr__(self, "values", tuple(ordered.tolist()))

    @cached_property
    def span(self) -> float | None:  # type: ignore[override]
        """The largest step of which every value is a multiple, if there is a sensible one."""
        return common_step(self._sorted)

    @property
    def variance(self) -> float:
        """Variance of the cost of one event: that of the values, divided by their number."""
        return float(self._sorted.var())

    def survival(self, x: ArrayLike) -> Floats:
        """P(X > x)."""
        return 1.0 - np.searchsorted(self._sorted, x, side="right") / len(self.values)

    def quantile(self, p: ArrayLike) -> Floats:
        """The smallest value x with P(X <= x) >= p."""
        rank = np.ceil(np.asarray(p, dtype=float) * len(self.values) * (1 - 1e-12)).astype(np.int64) - 1
        return self._sorted[np.clip(rank, 0, len(self.values) - 1)]

    def limited_moment(self, limit: ArrayLike, order: int) -> Floats:
        """E[min(X, limit)^order]."""
        limit = np.asarray(limit, dtype=float)
        below = np.searchsorted(self._sorted, limit, side="right")
        sums = np.concatenate([[0.0], np.cumsum(self._sorted**order)])
        above = len(self.values) - below
        return (
            (sums[below] + np.where(above > 0, np.where(above > 0, limit, 0.0) ** order * above, 0.0))
            / len(self.values)
        )[()]

    def draw(self, size: int, rng: Generator) -> Floats:
        """Independent losses, shape (size,)."""
        return self._sorted[rng.integers(len(self.values), size=size)]

    def at(self, uniforms: Uniforms) -> Floats:
        """The cost of each of many events, out of their random numbers."""
        return self._sorted.take((uniforms.values * len(self.values)).astype(np.int64), mode="clip")

    @cached_property
    def _sorted(self) -> Floats:
        return np.array(self.values)


@dataclass(frozen=True)
class Fixed(Severity):
    """Always the same cost."""

    value: float
    variance = 0.0

    def __post_init__(self) -> None:
        not_negative("value", self.value)

    @property
    def span(self) -> float | None:  # type: ignore[override]
        """The value itself."""
        return self.value or None

    def survival(self, x: ArrayLike) -> Floats:
        """P(X > x): 1 below the value, 0 from there on."""
        return np.where(np.asarray(x) < self.value, 1.0, 0.0)[()]

    def quantile(self, p: ArrayLike) -> Floats:
        """The value, whatever the probability."""
        return np.full(np.shape(p), self.value)[()]

    def limited_moment(self, limit: ArrayLike, order: int) -> Floats:
        """min(value, limit)^order."""
        return np.minimum(limit, self.value) ** order

    def draw(self, size: int, rng: Generator) -> Floats:  # noqa: ARG002 - every severity draws alike
        """The value, `size` times."""
        return np.full(size, self.value)

    def at(self, uniforms: Uniforms) -> Floats:
        """The value for each event."""
        return np.full(uniforms.addresses.shape, self.value)


def common_step(values: Floats) -> float | None:
    """The largest step of which every value is a multiple, within rounding; None where it would be tiny."""
    step, smallest = 0.0, float(values.max()) / _LARGEST_RATIO
    for value in np.unique(values).tolist():
        while value > smallest / 2:  # Euclid's algorithm, on amounts with cents
            step, value = value, math.fmod(step, value) if step else 0.0
            if value > step - smallest / 2:
                value = 0.0  # a remainder of almost a whole step is rounding
    if step <= smallest or not np.allclose(values / step, np.rint(values / step), rtol=0, atol=1e-6):
        return None
    return step
