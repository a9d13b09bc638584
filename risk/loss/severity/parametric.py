"""Severities with a formula: lognormal, gamma, generalized Pareto, PERT."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from risk.checks import InputError, between, not_negative, positive
from risk.loss.severity.base import Floats, Severity, infinite_mean, interval, moment
from risk.loss.special import (
    betainc,
    betaincc,
    betainccinv,
    betaincinv,
    gammainc,
    gammaincc,
    gammainccinv,
    gammaincinv,
    ndtr,
    ndtri,
)


@dataclass(frozen=True)
class Lognormal(Severity):
    """exp(mu + sigma · Z) with Z standard normal: median exp(mu)."""

    mu: float
    sigma: float
    smooth = True

    def __post_init__(self) -> None:
        positive("sigma", self.sigma)
        if not abs(self.mu) < 700:
            raise InputError("mu == {mu}, must be the logarithm of an amount", mu=self.mu)

    @classmethod
    def from_interval(cls, low: float, high: float, coverage: float = 0.9) -> Lognormal:
        """The lognormal that lies between two bounds with that probability, equally often below and above."""
        low, high = interval(low, high)
        score = float(ndtri((1 + between("coverage", coverage, 0.0, 1.0)) / 2))
        return cls((math.log(low) + math.log(high)) / 2, math.log(high / low) / (2 * score))

    @property
    def variance(self) -> float:
        """Variance of the cost of one event."""
        return math.expm1(self.sigma**2) * self.mean**2

    def survival(self, x: ArrayLike) -> Floats:
        """P(X > x), precise where it is small."""
        return ndtr(-self._score(x))

    def quantile(self, p: ArrayLike) -> Floats:
        """The loss x with P(X <= x) = p."""
        return np.exp(self.mu + self.sigma * ndtri(p))

    def exceeded(self, q: ArrayLike) -> Floats:
        """The loss that is exceeded with probability `q`."""
        return np.exp(self.mu - self.sigma * ndtri(q))

    def limited_moment(self, limit: ArrayLike, order: int) -> Floats:
        """E[min(X, limit)^order]; Klugman, Panjer and Willmot, Loss Models, 4th ed. (2012), appendix A."""
        whole = math.exp(order * self.mu + (order * self.sigma) ** 2 / 2)
        partial = whole * ndtr(self._score(limit) - order * self.sigma)
        return moment(partial, np.asarray(limit, dtype=float), self.survival(limit), order)

    def draw(self, size: int, rng: Generator) -> Floats:
        """Independent losses, shape (size,)."""
        return rng.lognormal(self.mu, self.sigma, size)

    def _score(self, x: ArrayLike) -> Floats:
        with np.errstate(divide="ignore"):
            return (np.log(np.maximum(x, 0.0)) - self.mu) / self.sigma


@dataclass(frozen=True)
class Gamma(Severity):
    """Gamma distribution of mean shape · scale."""

    shape: float
    scale: float
    smooth = True

    def __post_init__(self) -> None:
        positive("shape", self.shape)
        positive("scale", self.scale)

    @property
    def variance(self) -> float:
        """Variance of the cost of one event."""
        return self.shape * self.scale**2

    def survival(self, x: ArrayLike) -> Floats:
        """P(X > x), precise where it is small."""
        return gammaincc(self.shape, np.maximum(x, 0.0) / self.scale)

    def cdf(self, x: ArrayLike) -> Floats:
        """P(X <= x), precise where it is small."""
        return gammainc(self.shape, np.maximum(x, 0.0) / self.scale)

    def quantile(self, p: ArrayLike) -> Floats:
        """The loss x with P(X <= x) = p."""
        return self.scale * gammaincinv(self.shape, p)

    def exceeded(self, q: ArrayLike) -> Floats:
        """The loss that is exceeded with probability `q`."""
        return self.scale * gammainccinv(self.shape, q)

    def limited_moment(self, limit: ArrayLike, order: int) -> Floats:
        """E[min(X, limit)^order]; Klugman, Panjer and Willmot, Loss Models, 4th ed. (2012), appendix A."""
        whole = self.scale**order * (self.shape if order == 1 else self.shape * (self.shape + 1))
        partial = whole * gammainc(self.shape + order, np.maximum(limit, 0.0) / self.scale)
        return moment(partial, np.asarray(limit, dtype=float), self.survival(limit), order)

    def draw(self, size: int, rng: Generator) -> Floats:
        """Independent losses, shape (size,)."""
        return rng.gamma(self.shape, self.scale, size)


@dataclass(frozen=True)
class GeneralizedPareto(Severity):
    """Losses above `threshold`: P(X − threshold > y) = (1 + shape · y / scale)^(−1 / shape), shape is the tail index.

    A shape of 1 or more is allowed, but its mean is infinite and refused until the loss is capped.
    """

    shape: float
    scale: float
    threshold: float = 0.0
    smooth = True

    def __post_init__(self) -> None:
        positive("scale", self.scale)
        not_negative("threshold", self.threshold)
        if not -10 < self.shape < 10:
            raise InputError("shape == {shape}, must be a tail index between -10 and 10", shape=self.shape)

    @property
    def variance(self) -> float:
        """Variance of the cost of one event; infinite for a shape of 1/2 or more."""
        if self.shape >= 0.5:
            return math.inf
        return self.scale**2 / ((1 - self.shape) ** 2 * (1 - 2 * self.shape))

    def survival(self, x: ArrayLike) -> Floats:
        """P(X > x), precise where it is small."""
        return np.exp(-self._hazard(np.maximum(np.asarray(x, dtype=float) - self.threshold, 0.0)))

    def quantile(self, p: ArrayLike) -> Floats:
        """The loss x with P(X <= x) = p."""
        with np.errstate(divide="ignore"):
            return self._beyond(-np.log1p(-np.asarray(p, dtype=float)))

    def exceeded(self, q: ArrayLike) -> Floats:
        """The loss that is exceeded with probability `q`."""
        with np.errstate(divide="ignore"):
            return self._beyond(-np.log(q))

    def limited_moment(self, limit: ArrayLike, order: int) -> Floats:
        """E[min(X, limit)^order]; by parts, E[Y²] = 2 (scale · E[Y] − m (scale + shape · m) S(m)) / (1 − 2 shape)."""
        limit = np.asarray(limit, dtype=float)
        if self.shape >= 1 and np.isinf(limit).any():
            raise infinite_mean(self.shape)
        above = np.minimum(np.maximum(limit - self.threshold, 0.0), self._end)
        below = np.minimum(np.maximum(limit, 0.0), self.threshold)
        first = self._excess_mean(above)
        if order == 1:
            return (below + first)[()]  # type: ignore[no-any-return]
        return (below**2 + 2 * below * first + self._excess_square(above, first))[()]  # type: ignore[no-any-return]

    def draw(self, size: int, rng: Generator) -> Floats:
        """Independent losses, shape (size,)."""
        return self._beyond(rng.standard_exponential(size))

    @property
    def _end(self) -> float:
        """Largest possible excess."""
        return -self.scale / self.shape if self.shape < 0 else math.inf

    def _hazard(self, excess: Floats) -> Floats:
        """−log P(Y > excess)."""
        if self.shape == 0:
            return excess / self.scale
        with np.errstate(divide="ignore"):
            return np.log1p(np.maximum(self.shape * excess / self.scale, -1.0)) / self.shape

    def _beyond(self, hazard: Floats) -> Floats:
        """The loss at a cumulated hazard, the inverse of `_hazard`."""
        excess = hazard if self.shape == 0 else np.expm1(self.shape * hazard) / self.shape
        return self.threshold + self.scale * excess

    def _excess_mean(self, limit: Floats) -> Floats:
        if self.shape == 1:
            return self.scale * np.log1p(limit / self.scale)
        return -self.scale / (1 - self.shape) * np.expm1(-(1 - self.shape) * self._hazard(limit))

    def _excess_square(self, limit: Floats, first: Floats) -> Floats:
        finite = np.where(np.isinf(limit), 0.0, limit)
        if abs(1 - 2 * self.shape) < 1e-4:  # by parts would divide by nothing: integrate 2 y S(y) with y = (w − 1) / c
            c, log = self.shape / self.scale, np.log1p(self.shape * limit / self.scale)
            powers = [2 - 1 / self.shape, 1 - 1 / self.shape]
            parts = [log if power == 0 else np.expm1(power * log) / power for power in powers]
            return 2 / c**2 * (parts[0] - parts[1])
        boundary = finite * (self.scale + self.shape * finite) * np.exp(-self._hazard(limit))
        square = 2 * (self.scale * first - boundary) / (1 - 2 * self.shape)
        return np.where(np.isinf(limit) & (self.shape >= 0.5), math.inf, square)


@dataclass(frozen=True)
class Pert(Severity):
    """A beta distribution between `low` and `high` with a most likely value; `weight` pulls the mean towards it.

    Mean (low + weight · mode + high) / (weight + 2). Source: Malcolm, Roseboom, Clark and Fazar, Application of a
    technique for research and development program evaluation, Operations Research 7 (1959); the mode is kept for any
    weight.
    """

    low: float
    mode: float
    high: float
    weight: float = 4.0
    smooth = True

    def __post_init__(self) -> None:
        positive("weight", self.weight)
        if not 0 <= self.low <= self.mode <= self.high < math.inf or self.low == self.high:
            raise InputError(
                "the most likely cost {mode:,g} must lie between the lowest {low:,g} and the highest {high:,g}, "
                "and the lowest must not be negative",
                low=self.low,
                mode=self.mode,
                high=self.high,
            )

    @property
    def shapes(self) -> tuple[float, float]:
        """The two shapes of the beta distribution."""
        width = self.high - self.low
        return 1 + self.weight * (self.mode - self.low) / width, 1 + self.weight * (self.high - self.mode) / width

    @property
    def variance(self) -> float:
        """Variance of the cost of one event."""
        return (self.mean - self.low) * (self.high - self.mean) / (self.weight + 3)

    def survival(self, x: ArrayLike) -> Floats:
        """P(X > x), precise where it is small."""
        return betaincc(*self.shapes, self._place(x))

    def quantile(self, p: ArrayLike) -> Floats:
        """The loss x with P(X <= x) = p."""
        return self.low + (self.high - self.low) * betaincinv(*self.shapes, p)

    def exceeded(self, q: ArrayLike) -> Floats:
        """The loss that is exceeded with probability `q`."""
        return self.low + (self.high - self.low) * betainccinv(*self.shapes, q)

    def limited_moment(self, limit: ArrayLike, order: int) -> Floats:
        """E[min(X, limit)^order], by the moments of a beta distribution below a place."""
        (a, b), width, place = self.shapes, self.high - self.low, self._place(limit)
        none, one = betainc(a, b, place), a / (a + b) * betainc(a + 1, b, place)
        partial = self.low * none + width * one
        if order == 2:
            two = a * (a + 1) / ((a + b) * (a + b + 1)) * betainc(a + 2, b, place)
            partial = self.low**2 * none + 2 * self.low * width * one + width**2 * two
        return moment(partial, np.maximum(limit, 0.0), self.survival(limit), order)

    def draw(self, size: int, rng: Generator) -> Floats:
        """Independent losses, shape (size,)."""
        return self.low + (self.high - self.low) * rng.beta(*self.shapes, size)

    def _place(self, x: ArrayLike) -> Floats:
        return np.clip((np.asarray(x, dtype=float) - self.low) / (self.high - self.low), 0.0, 1.0)
