"""A quantile function as a table of cubics: one look-up turns a random number into a loss.

Each octave of the tail probability w = min(u, 1 − u) is cut into 16 pieces; the exponent and the first bits of w,
read from its floating-point form, name the piece, the rest the place in it. Relative error of the losses: below 1e-6.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BITS = 4  # of the mantissa that choose a piece
REST = 52 - BITS
OCTAVES = 52  # w from 2^-53 to 1/2
PIECES = OCTAVES << BITS
FIRST = (1023 - 53) << BITS  # key of the smallest w
_DEEPEST = 21  # octaves of the lower tail: below the quantile at 5e-7 a loss is as good as that quantile

# Coefficients of the cubic through its values at 0, 1/3, 2/3 and 1.
_THROUGH = np.array([[1, 0, 0, 0], [-5.5, 9, -4.5, 1], [9, -22.5, 18, -4.5], [-4.5, 13.5, -13.5, 4.5]])


@dataclass(frozen=True, eq=False)
class QuantileTable:
    """Coefficients of the cubics, constant first, shape (2 · PIECES, 4): rows of the lower tail, then of the upper.

    Calling it with numbers strictly between 0 and 1 gives the losses.
    """

    cubics: Floats

    @classmethod
    def of(cls, quantile: Callable[[Floats], Floats], exceeded: Callable[[Floats], Floats]) -> QuantileTable:
        """The table of a quantile function, given from below and from above (the loss exceeded with probability w)."""
        edges = np.ldexp(1.0, -np.arange(OCTAVES + 1, 0, -1))
        steps = np.arange(3 << BITS) / (3 << BITS)
        nodes = np.append((edges[:-1, None] * (1 + steps)).ravel(), 0.5)
        shallow = nodes >= 2.0**-_DEEPEST
        lower = quantile(nodes[shallow])
        lower = np.concatenate([np.full(np.count_nonzero(~shallow), lower[0]), lower])
        return cls(np.vstack([_cubics(lower), _cubics(exceeded(nodes))]))

    def __call__(self, uniform: Floats) -> Floats:
        """The losses at these probabilities."""
        tail = np.minimum(uniform, 1.0 - uniform)
        bits = tail.view(np.int64)
        rows = (bits >> REST) - FIRST + PIECES * (uniform > 0.5)
        place = (bits & ((1 << REST) - 1)) * 2.0**-REST
        losses: Floats = self._columns[3].take(rows)
        for coefficients in self._columns[2::-1]:
            losses *= place
            losses += coefficients.take(rows)
        return losses

    @cached_property
    def _columns(self) -> Floats:
        """A row a coefficient: numpy gathers one at a time, a compiled loop all four of a piece."""
        return np.ascontiguousarray(self.cubics.T)


def _cubics(values: Floats) -> Floats:
    """Coefficients of each piece, from the values at its ends and thirds; the ends are shared."""
    return np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(values, 4)[::3] @ _THROUGH.T)
