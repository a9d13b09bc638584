"""Severities made of others: scaled, capped, a layer, a body with another tail."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from risk.checks import InputError, between, not_negative, positive
from risk.loss.draws import Uniforms
from risk.loss.severity.base import Clip, Floats, Severity


class _Changed(Severity):
    """A rising change of another severity, without jumps: x → min(max(scale · x + shift, low), high)."""

    severity: Severity

    def quantile(self, p: ArrayLike) -> Floats:
        """The smallest loss x with P(X <= x) >= p."""
        return self._change(self.severity.quantile(p))

    def exceeded(self, q: ArrayLike) -> Floats:
        """The loss that is exceeded with probability `q`."""
        return self._change(self.severity.exceeded(q))

    def draw(self, size: int, rng: Generator) -> Floats:
        """Independent losses, shape (size,)."""
        return self._change(self.severity.draw(size, rng))

    def at(self, uniforms: Uniforms) -> Floats:
        """The cost of each of many events, out of their random numbers."""
        base, clip = self.unwrapped()
        return clip(base.at(uniforms))

    def _change(self, losses: Floats) -> Floats:
        raise NotImplementedError


@dataclass(frozen=True)
class Scaled(_Changed):
    """Another severity times a factor."""

    severity: Severity
    factor: float

    def __post_init__(self) -> None:
        positive("factor", self.factor)

    @property
    def span(self) -> float | None:  # type: ignore[override]
        """The step of the other, scaled."""
        return self.severity.span and self.severity.span * self.factor

    def survival(self, x: ArrayLike) -> Floats:
        """P(X > x)."""
        return self.severity.survival(np.asarray(x) / self.factor)

    def limited_moment(self, limit: ArrayLike, order: int) -> Floats:
        """E[min(X, limit)^order]."""
        return self.factor**order * self.severity.limited_moment(np.asarray(limit) / self.factor, order)

    def unwrapped(self) -> tuple[Severity, Clip]:
        """What is scaled in the end, and the whole change."""
        base, clip = self.severity.unwrapped()
        return base, clip.scaled(self.factor)

    def _change(self, losses: Floats) -> Floats:
        return losses * self.factor


@dataclass(frozen=True)
class Capped(_Changed):
    """Another severity, at most `maximum`: a statutory maximum, the value of the goods."""

    severity: Severity
    maximum: float

    def __post_init__(self) -> None:
        positive("maximum", self.maximum)

    def survival(self, x: ArrayLike) -> Floats:
        """P(X > x): nothing lies above the maximum."""
        return np.where(np.asarray(x) < self.maximum, self.severity.survival(x), 0.0)[()]

    def limited_moment(self, limit: ArrayLike, order: int) -> Floats:
        """E[min(X, limit)^order]."""
        return self.severity.limited_moment(np.minimum(limit, self.maximum), order)

    def unwrapped(self) -> tuple[Severity, Clip]:
        """What is capped in the end, and the whole change."""
        base, clip = self.severity.unwrapped()
        return base, clip.capped(self.maximum)

    def _change(self, losses: Floats) -> Floats:
        return np.minimum(losses, self.maximum)


@dataclass(frozen=True)
class Layer(_Changed):
    """The part of another severity above a deductible, at most `limit` of it: zero for a loss within the deductible."""

    severity: Severity
    deductible: float
    limit: float

    def __post_init__(self) -> None:
        not_negative("deductible", self.deductible)
        if not self.limit > 0:
            raise InputError("the limit of a layer is {limit:,g}, must be above zero", limit=self.limit)

    def survival(self, x: ArrayLike) -> Floats:
        """P(X > x)."""
        x = np.asarray(x, dtype=float)
        inside = np.where(x < 0, 1.0, self.severity.survival(np.maximum(x, 0.0) + self.deductible))
        return np.where(x < self.limit, inside, 0.0)[()]

    def limited_moment(self, limit: ArrayLike, order: int) -> Floats:
        """E[min(X, limit)^order], out of limited moments of the other at both ends of the layer."""
        top = self.deductible + np.minimum(np.maximum(limit, 0.0), self.limit)
        first = self.severity.limited_moment(top, 1) - self.severity.limited_moment(self.deductible, 1)
        if order == 1:
            return first
        second = self.severity.limited_moment(top, 2) - self.severity.limited_moment(self.deductible, 2)
        return np.maximum(second - 2 * self.deductible * first, 0.0)

    def unwrapped(self) -> tuple[Severity, Clip]:
        """What the layer is cut from in the end, and the whole change."""
        base, clip = self.severity.unwrapped()
        return base, clip.layered(self.deductible, self.limit)

    def _change(self, losses: Floats) -> Floats:
        return np.minimum(np.maximum(losses - self.deductible, 0.0), self.limit)


@dataclass(frozen=True)
class Spliced(Severity):
    """A body up to `threshold` and, with `tail_probability`, a tail above it.

    Both are taken under the condition that they fall on their side of the threshold; a GeneralizedPareto tail that
    starts at the threshold is so already.
    """

    body: Severity
    tail: Severity
    threshold: float
    tail_probability: float

    def __post_init__(self) -> None:
        positive("threshold", self.threshold)
        between("tail_probability", self.tail_probability, 0.0, 1.0)
        if not (self._body_share > 0 and self._tail_share > 0):
            raise InputError(
                "the threshold {threshold:,g} lies outside the body or the tail that it should join",
                threshold=self.threshold,
            )

    def survival(self, x: ArrayLike) -> Floats:
        """P(X > x)."""
        x = np.asarray(x, dtype=float)
        below = 1 - self.body.cdf(x) * ((1 - self.tail_probability) / self._body_share)
        above = self.tail.survival(x) * (self.tail_probability / self._tail_share)
        return np.where(x < self.threshold, below, above)[()]

    def quantile(self, p: ArrayLike) -> Floats:
        """The smallest loss x with P(X <= x) >= p."""
        return self.exceeded(1.0 - np.asarray(p, dtype=float))

    def exceeded(self, q: ArrayLike) -> Floats:
        """The loss that is exceeded with probability `q`."""
        q = np.asarray(q, dtype=float)
        below = self.body.quantile(np.clip((1 - q) / (1 - self.tail_probability), 0.0, 1.0) * self._body_share)
        above = self.tail.exceeded(np.minimum(q / self.tail_probability, 1.0) * self._tail_share)
        return np.where(q < self.tail_probability, above, below)[()]

    def limited_moment(self, limit: ArrayLike, order: int) -> Floats:
        """E[min(X, limit)^order]: the body's up to the threshold, and what the tail adds above it."""
        low = np.minimum(np.maximum(limit, 0.0), self.threshold)
        share = (1 - self.tail_probability) / self._body_share
        inside = (1 - share) * low**order + share * self.body.limited_moment(low, order)
        top = np.maximum(limit, self.threshold)
        added = self.tail.limited_moment(top, order) - self.tail.limited_moment(self.threshold, order)
        return inside + added * (self.tail_probability / self._tail_share)

    def draw(self, size: int, rng: Generator) -> Floats:
        """Independent losses, shape (size,)."""
        return self.exceeded(rng.random(size))

    def at(self, uniforms: Uniforms) -> Floats:
        """The cost of each of many events, out of their random numbers: the body's and the tail's by their tables."""
        u = uniforms.values
        beyond = u > 1 - self.tail_probability
        losses = np.empty_like(u)
        losses[~beyond] = _by_table(self.body, u[~beyond] * (self._body_share / (1 - self.tail_probability)))
        inside = (1 - u[beyond]) * (self._tail_share / self.tail_probability)
        losses[beyond] = self.tail.exceeded(inside)
        return losses

    @property
    def _body_share(self) -> float:
        return float(self.body.cdf(self.threshold))

    @property
    def _tail_share(self) -> float:
        return float(self.tail.survival(self.threshold)) if math.isfinite(self.threshold) else 0.0


def _by_table(severity: Severity, probabilities: Floats) -> Floats:
    return severity.table(probabilities) if severity.smooth else severity.quantile(probabilities)
