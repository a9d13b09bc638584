"""Event trees: one event takes branches, each with a probability and a cost of its own.

`EventTree` adds the costs of its parts; `Branch` is a part that happens or not; `Choice` is one of several that exclude
each other. Each is a severity, so a branch may lead to another tree:

    fine = Branch(0.3, EventTree((Capped(Lognormal.from_interval(5e3, 4e5), 2e7), Branch(0.5, Fixed(12_000)))))
    investigation = EventTree((Fixed(3_000), fine))

Mean and variance are exact, and so is the cost of a simulated event, which draws its own number for each part. The
distribution of a sum (`cdf`, `quantile`, `limited_mean`) is by convolution of its parts on a grid of 2^16 losses with
the fast Fourier transform.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from risk.checks import InputError, not_negative
from risk.loss.draws import Uniforms
from risk.loss.lattice import Lattice, discretize
from risk.loss.severity.base import Floats, Severity
from risk.loss.severity.discrete import common_step

_BUCKETS = 2**16
_REACH = 1e-7  # probability of a part's cost that the grid leaves out


@dataclass(frozen=True)
class Choice(Severity):
    """One of several costs that exclude each other, as pairs of probability and severity; nothing with what is left."""

    options: tuple[tuple[float, Severity], ...]

    def __post_init__(self) -> None:
        for probability, _ in self.options:
            not_negative("probability", probability)
        if not 0 < self._any <= 1 + 1e-12:
            raise InputError(
                "the probabilities of the branches sum to {total:.6g}, must be above 0 and at most 1", total=self._any
            )

    @cached_property
    def span(self) -> float | None:  # type: ignore[override]
        """The step of all possible costs, if there is one."""
        return common_span(severity for _, severity in self.options)

    @property
    def _any(self) -> float:
        return math.fsum(probability for probability, _ in self.options)

    def survival(self, x: ArrayLike) -> Floats:
        """P(X > x)."""
        at = np.asarray(x, dtype=float)
        paid = self._mixed(lambda severity: severity.survival(at))
        return np.where(at < 0, 1.0, paid)[()]

    def quantile(self, p: ArrayLike) -> Floats:
        """The smallest loss x with P(X <= x) >= p, to a relative precision of 1e-12, by halving intervals."""
        return self.exceeded(1.0 - np.asarray(p, dtype=float))

    def exceeded(self, q: ArrayLike) -> Floats:
        """The loss that is exceeded with probability `q`, by halving intervals."""
        q = np.asarray(q, dtype=float)
        share = np.clip(q / self._any, 1e-300, 1.0)  # where each option is exceeded with no more, so is the choice
        high = np.max([np.broadcast_to(severity.exceeded(share), q.shape) for _, severity in self._possible], axis=0)
        low = np.zeros(q.shape)
        for _ in range(60):
            middle = (low + high) / 2
            enough = self.survival(middle) <= q
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        return np.where(self.survival(0.0) <= q, 0.0, high)[()]

    def limited_moment(self, limit: ArrayLike, order: int) -> Floats:
        """E[min(X, limit)^order]."""
        return self._mixed(lambda severity: severity.limited_moment(limit, order))

    def draw(self, size: int, rng: Generator) -> Floats:
        """Independent losses, shape (size,)."""
        which, losses = self._which(rng.random(size)), np.zeros(size)
        for place, (_, severity) in enumerate(self.options):
            losses[which == place] = severity.draw(int((which == place).sum()), rng)
        return losses

    def at(self, uniforms: Uniforms) -> Floats:
        """The cost of each of many events: one number chooses, another sets the cost.

        So a changed probability leaves the cost of the events that stay as it is.
        """
        which, losses = self._which(uniforms.values), np.zeros(len(uniforms.addresses))
        for place, (_, severity) in enumerate(self.options):
            taken = which == place
            losses[taken] = severity.at(uniforms.where(taken).part(place))
        return losses

    @property
    def _possible(self) -> tuple[tuple[float, Severity], ...]:
        return tuple(option for option in self.options if option[0] > 0)

    def _mixed(self, value: Callable[[Severity], Floats]) -> Floats:
        parts = [probability * value(severity) for probability, severity in self._possible]
        return sum(parts[1:], parts[0])

    def _which(self, uniform: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        """Place of the option of each number; the number of options where none is taken."""
        edges = list(accumulate(probability for probability, _ in self.options))
        return np.searchsorted(edges, uniform, side="right")


def Branch(probability: float, severity: Severity) -> Choice:  # noqa: N802 - reads as the part of a tree that it is
    """A cost that arises with a probability, else nothing."""
    return Choice(((probability, severity),))


@dataclass(frozen=True)
class EventTree(Severity):
    """The sum of independent costs, all of one event: fixed ones, and branches that may not be taken."""

    parts: tuple[Severity, ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise InputError("an event tree needs at least one cost")

    @property
    def variance(self) -> float:
        """Variance of the cost of one event: the sum of those of its parts."""
        return math.fsum(part.variance for part in self.parts)

    @property
    def mean(self) -> float:
        """Expected cost of one event: the sum of those of its parts."""
        return math.fsum(part.mean for part in self.parts)

    @property
    def second_moment(self) -> float:
        """E[X²]."""
        return self.variance + self.mean**2

    @cached_property
    def span(self) -> float | None:  # type: ignore[override]
        """The step of all possible sums, if there is one."""
        return common_span(self.parts)

    def survival(self, x: ArrayLike) -> Floats:
        """P(X > x), from the grid; beyond it the sum of what its parts say, one of which alone is then that large."""
        at = np.asarray(x, dtype=float)
        beyond = sum((part.survival(at) for part in self.parts), np.zeros(at.shape))
        return np.where(at < self._lattice.end, 1.0 - self._lattice.cdf(at), np.minimum(beyond, 1.0))[()]

    def quantile(self, p: ArrayLike) -> Floats:
        """The smallest loss x with P(X <= x) >= p, from the grid; its end beyond it."""
        return self._lattice.quantile(np.minimum(p, 1.0 - self._lattice.beyond))

    def limited_moment(self, limit: ArrayLike, order: int) -> Floats:
        """E[min(X, limit)^order], from the grid and beyond it from its parts; exact without a limit."""
        limit = np.asarray(limit, dtype=float)
        if np.isinf(limit).all():
            return np.full(limit.shape, self.mean if order == 1 else self.second_moment)[()]
        end = self._lattice.end
        beyond = np.maximum(limit, end)
        added = [part.limited_moment(beyond, order) - part.limited_moment(end, order) for part in self.parts]
        return self._lattice.limited_moment(np.minimum(limit, end), order) + sum(added)

    def draw(self, size: int, rng: Generator) -> Floats:
        """Independent losses, shape (size,)."""
        return sum((part.draw(size, rng) for part in self.parts), np.zeros(size))

    def at(self, uniforms: Uniforms) -> Floats:
        """The cost of each of many events: each part has its own number."""
        costs = (part.at(uniforms.part(place)) for place, part in enumerate(self.parts))
        return sum(costs, np.zeros(len(uniforms.addresses)))

    @cached_property
    def _lattice(self) -> Lattice:
        reach = math.fsum(float(part.exceeded(_REACH)) for part in self.parts)
        exact = self.span is not None and self.span * (_BUCKETS - 1) >= reach
        step = self.span if exact and self.span else max(reach, 1e-9) * (1 + 1 / _BUCKETS) / (_BUCKETS - 1)
        method = "rounding" if exact else "unbiased"
        transforms = [np.fft.rfft(discretize(part, step, _BUCKETS, method), 2 * _BUCKETS) for part in self.parts]
        sums = np.fft.irfft(np.prod(transforms, axis=0), 2 * _BUCKETS)[:_BUCKETS]
        none = math.prod(float(part.cdf(0.0)) for part in self.parts)
        return Lattice(step, np.maximum(sums, 0.0), none, exact)


def common_span(severities: Iterable[Severity]) -> float | None:
    """The largest step of which all losses of all these are multiples, if there is one."""
    spans = [severity.span for severity in severities]
    known = [span for span in spans if span is not None]
    return common_step(np.array(known)) if known and len(known) == len(spans) else None
