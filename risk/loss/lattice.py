"""Distributions on a grid of equally spaced losses: what the fast Fourier transform works on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, one_of
from risk.loss.severity import Severity

Floats = NDArray[np.float64]

METHODS = ("rounding", "unbiased")
_FINE = 1024  # cells from zero whose mean survival is taken exactly; further out a cell is narrow beside its loss
_ROUNDING = 1e-12


def discretize(severity: Severity, step: float, buckets: int, method: str = "unbiased") -> Floats:
    """Probabilities of the losses 0, step, 2 · step, …, shape (buckets,), by differences of survival probabilities.

    "rounding" takes the survival in the middle between two points, "unbiased" its mean there, which keeps the mean of
    the severity however wide the step. What lies beyond the grid is left out: the sum falls short of 1 by it. Source:
    Klugman, Panjer and Willmot, Loss Models, 4th ed. (2012), section 9.6.5.
    """
    one_of("method", method, METHODS)
    survival = severity.survival(step * (np.arange(buckets) + 0.5))
    if method == "unbiased":
        edges = step * np.arange(min(_FINE, buckets) + 1)
        survival[: len(edges) - 1] = np.diff(severity.limited_mean(edges)) / step
    return -np.diff(survival, prepend=1.0)


@dataclass(frozen=True, eq=False)
class Lattice:
    """Probabilities of multiples of a step, shape (buckets,); they sum to less than 1 where the grid ends too early.

    `none` is the probability of no loss at all. `exact` says that losses are multiples of the step; otherwise each
    point stands for the losses half a step around it, spread evenly.
    """

    step: float
    probabilities: Floats
    none: float
    exact: bool = False

    @property
    def end(self) -> float:
        """The loss at which the grid ends."""
        return (len(self.probabilities) - (1.0 if self.exact else 0.5)) * self.step

    @property
    def beyond(self) -> float:
        """Probability of a loss beyond the grid."""
        return max(0.0, 1.0 - float(self._reached[-1]))

    def cdf(self, x: ArrayLike) -> Floats:
        """P(S <= x); beyond the end it stays that of the end."""
        x = np.asarray(x, dtype=float)
        if self.exact:
            place = np.clip(np.floor(x / self.step + 1e-9), -1, len(self.probabilities) - 1).astype(np.int64)
            return np.where(x < 0, 0.0, self._reached[place])[()]
        return np.interp(x, self._edges, self._at_edges, left=0.0)  # type: ignore[no-any-return]

    def quantile(self, p: ArrayLike) -> Floats:
        """The smallest loss x with P(S <= x) >= p; raises InputError beyond the end of the grid."""
        p = self._readable(p)
        if self.exact:
            return self.step * self._place(p).astype(float)
        return np.where(p <= self.none, 0.0, np.interp(p, self._at_edges, self._edges))[()]

    def mean_below(self, p: ArrayLike) -> Floats:
        """∫ Q(u) du from 0 to p, Q the quantile function: the part of the mean that the best years hold."""
        p = self._readable(p)
        place, quantile = self._place(p), self.quantile(p)
        left = np.maximum(p - self._before[place], 0.0)
        position = quantile if self.exact else (quantile + self._edges[place]) / 2
        return self._inside(1)[place] + left * position

    def limited_moment(self, limit: ArrayLike, order: int) -> Floats:
        """E[min(S, limit)^order]; a limit beyond the end counts as the end."""
        top = np.minimum(np.maximum(np.asarray(limit, dtype=float), 0.0), self.end)
        reached = self.cdf(top)
        place = np.floor(top / self.step + (1e-9 if self.exact else 0.5)).astype(np.int64)
        place = np.minimum(place, len(self.probabilities) - 1)
        position = self.step * place if self.exact else (top + self._edges[place]) / 2
        part = np.maximum(reached - self._before[place], 0.0) * position**order
        return self._inside(order)[place] + part + top**order * (1 - reached)  # type: ignore[no-any-return]

    def _readable(self, p: ArrayLike) -> Floats:
        p = np.asarray(p, dtype=float)
        last = float(self._reached[-1])
        if (p > max(last, 1 - _ROUNDING) if last > 1 - _ROUNDING else p > last).any() or (p < 0).any():
            raise InputError(
                "a level of {level} cannot be read: the grid of losses ends at {end:,.6g} with probability {last:.6g}",
                level=float(p.max()),
                end=self.end,
                last=last,
            )
        return p

    def _place(self, p: Floats) -> NDArray[np.int64]:
        place = np.searchsorted(self._reached, p * (1 - _ROUNDING))
        return np.minimum(place, len(self.probabilities) - 1)

    @cached_property
    def _reached(self) -> Floats:
        return np.minimum(np.cumsum(self.probabilities), 1.0)

    def _inside(self, order: int) -> Floats:
        """Part of a moment from the points before each."""
        parts = (self.step * np.arange(len(self.probabilities))) ** order * self.probabilities
        return np.concatenate([[0.0], np.cumsum(parts[:-1])])

    @cached_property
    def _before(self) -> Floats:
        """Probability of the losses before those for which each point stands."""
        return np.concatenate([[0.0], self._reached]) if self.exact else self._at_edges

    @cached_property
    def _edges(self) -> Floats:
        return np.concatenate([[0.0], self.step * (np.arange(len(self.probabilities)) + 0.5)])

    @cached_property
    def _at_edges(self) -> Floats:
        return np.concatenate([[self.none], np.maximum(self._reached, self.none)])
