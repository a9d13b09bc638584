"""The log-metalog: three quantiles of an expert become a distribution that honours all three."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from risk.checks import InputError, between
from risk.loss.severity.base import Floats, Severity, infinite_mean, interval
from risk.loss.special import expit

# |a3| / a2 up to which the quantile function of a three-term metalog rises everywhere: Keelin (2016), section 5.
_FEASIBLE = 1.66711


@dataclass(frozen=True)
class LogMetalog(Severity):
    """log X = a1 + a2 · logit(p) + a3 · (p − ½) · logit(p) at probability p.

    Source: Keelin, The metalog distributions, Decision Analysis 13 (2016), semi-bounded with lower bound 0. Its tail
    index is a2 + a3 / 2.
    """

    a1: float
    a2: float
    a3: float
    smooth = True

    def __post_init__(self) -> None:
        if not (self.a2 > 0 and abs(self.a3) <= _FEASIBLE * self.a2 and math.isfinite(self.a1)):
            raise InputError("a2 == {a2}, a3 == {a3}: the quantiles would not rise everywhere", a2=self.a2, a3=self.a3)

    @classmethod
    def from_quantiles(cls, low: float, median: float, high: float, coverage: float = 0.9) -> LogMetalog:
        """The distribution with this median that lies between two bounds with that probability.

        Raises InputError where the median lies so near one bound that no distribution of this form fits; the sentence
        names the range that does.
        """
        low, high = interval(low, high)
        tail = (1 - between("coverage", coverage, 0.0, 1.0)) / 2
        score, width = math.log1p(-tail) - math.log(tail), math.log(high / low)
        nearest = (1 - _FEASIBLE * (0.5 - tail)) / 2
        bounds = [low * (high / low) ** share for share in (nearest, 1 - nearest)]
        if not bounds[0] <= median <= bounds[1]:
            raise InputError(
                "a middle cost of {median:,.6g} does not fit between {low:,.6g} and {high:,.6g}: choose one between "
                "{lowest:,.6g} and {highest:,.6g}, or move the bounds",
                median=median,
                low=low,
                high=high,
                lowest=bounds[0],
                highest=bounds[1],
            )
        share = math.log(median / low) / width
        return cls(math.log(median), width / (2 * score), (1 - 2 * share) * width / (score * (1 - 2 * tail)))

    @property
    def tail_index(self) -> float:
        """Index of the upper tail: moments of this order and above divided by it are infinite from 1 on."""
        return self.a2 + self.a3 / 2

    def survival(self, x: ArrayLike) -> Floats:
        """P(X > x), precise where it is small."""
        return _logistic(-self._score(x))

    def cdf(self, x: ArrayLike) -> Floats:
        """P(X <= x), precise where it is small."""
        return _logistic(self._score(x))

    def quantile(self, p: ArrayLike) -> Floats:
        """The loss x with P(X <= x) = p."""
        p = np.asarray(p, dtype=float)
        with np.errstate(divide="ignore"):
            return np.exp(self._log_loss(np.log(p) - np.log1p(-p)))

    def exceeded(self, q: ArrayLike) -> Floats:
        """The loss that is exceeded with probability `q`."""
        q = np.asarray(q, dtype=float)
        with np.errstate(divide="ignore"):
            return np.exp(self._log_loss(np.log1p(-q) - np.log(q)))

    def limited_moment(self, limit: ArrayLike, order: int) -> Floats:
        """E[min(X, limit)^order], by Gauss–Legendre quadrature over the logit of the probability."""
        limits = np.atleast_1d(np.asarray(limit, dtype=float))
        if self.tail_index >= 1 and np.isinf(limits).any():
            raise infinite_mean(self.tail_index)
        scores = self._score(limits)
        partial = self._partial(np.minimum(scores, self._last_score(order)), order)
        beyond = np.where(np.isinf(limits), 0.0, np.where(np.isinf(limits), 0.0, limits) ** order * _logistic(-scores))
        infinite = np.isinf(limits) & (order * self.tail_index >= 1)
        return np.where(infinite, math.inf, partial + beyond).reshape(np.shape(limit))[()]

    def draw(self, size: int, rng: Generator) -> Floats:
        """Independent losses, shape (size,)."""
        return self.quantile(rng.random(size))

    def _log_loss(self, score: Floats) -> Floats:
        """Logarithm of the loss at a logit of the probability."""
        skew = np.where(np.isinf(score), np.sign(score) / 2, _logistic(score) - 0.5)
        return self.a1 + score * (self.a2 + self.a3 * skew)

    def _score(self, x: ArrayLike) -> Floats:
        """Logit of P(X <= x), by Newton's method kept inside a shrinking interval."""
        with np.errstate(divide="ignore"):
            target = np.atleast_1d(np.log(np.maximum(x, 0.0)))
        finite = np.clip(target, self.a1 - _REACH * self.a2 / 8, self.a1 + _REACH * self.a2 / 8)
        low, high = np.full(target.shape, -_REACH), np.full(target.shape, _REACH)
        score = np.clip((finite - self.a1) / self.a2, -_REACH, _REACH)
        for _ in range(100):
            error = self._log_loss(score) - finite
            low, high = np.where(error < 0, score, low), np.where(error < 0, high, score)
            step = score - error / self._slope(score)
            step = np.where((step > low) & (step < high), step, (low + high) / 2)
            moved, score = float(np.abs(step - score).max()), step
            if moved <= 1e-13:
                break
        return np.where(np.isinf(target), target, score).reshape(np.shape(x))[()]

    def _slope(self, score: Floats) -> Floats:
        share = _logistic(score)
        return self.a2 + self.a3 * (share - 0.5) + self.a3 * score * share * (1 - share)

    def _last_score(self, order: int) -> float:
        """Logit beyond which what is left of a finite moment does not show in double precision."""
        return 40 / max(1 - order * self.tail_index, 0.05)

    def _partial(self, scores: Floats, order: int) -> Floats:
        """E[X^order; logit P <= score] for each score: panels of width one, and the last one up to the score."""
        nodes, weights = np.polynomial.legendre.leggauss(16)
        scores = np.maximum(scores, _FLOOR)
        edges = np.arange(_FLOOR, math.ceil(float(scores.max())) + 2.0)
        panels = self._panels(edges[:-1], np.ones(len(edges) - 1), nodes, weights, order)
        whole = np.concatenate([[0.0], np.cumsum(panels)])
        place = np.floor(scores - edges[0]).astype(np.int64)
        inside = self._panels(edges[place], scores - edges[place], nodes, weights, order)
        return whole[place] + inside  # type: ignore[no-any-return]

    def _panels(self, starts: Floats, widths: Floats, nodes: Floats, weights: Floats, order: int) -> Floats:
        score = starts[:, None] + widths[:, None] * (nodes + 1) / 2
        log_density = -np.abs(score) - 2 * np.log1p(np.exp(-np.abs(score)))
        return np.exp(order * self._log_loss(score) + log_density) @ weights * widths / 2  # type: ignore[no-any-return]


_FLOOR = -60.0  # logit of a probability below which no moment shows in double precision
_REACH = 700.0  # logit of the smallest probability that a float can hold


def _logistic(score: Floats) -> Floats:
    return expit(score)
