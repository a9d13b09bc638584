"""The compiled loops of `copula_totals`; their numpy twins are in `risk.loss.dependence.totals`."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BITS = 7  # leading bits of the mantissa that choose a piece: 128 pieces of each octave of the probability
SMALLEST = 2.0**-54


def normal_pieces() -> tuple[int, Floats, Floats]:
    """Straight pieces of the normal quantile for probabilities up to 1/2: first key, intercepts, slopes.

    The key of a probability is its exponent and first `BITS` bits, read from its floating-point form; a piece is right
    to 4e-6.
    """
    from scipy.special import ndtri

    first, last = (int(np.float64(bound).view(np.int64)) >> (52 - BITS) for bound in (SMALLEST, 0.5))
    edges = (np.arange(first, last + 2, dtype=np.int64) << (52 - BITS)).view(np.float64)
    scores = ndtri(edges)
    slopes = np.diff(scores) / np.diff(edges)
    return first, scores[:-1] - slopes * edges[:-1], slopes


@njit(nogil=True, cache=True, error_model="numpy")
def to_normal(uniform: Floats, first: int, intercepts: Floats, slopes: Floats) -> None:
    """Turn uniform numbers of [0, 1) into normal scores in place, shape (losses, years)."""
    losses, years = uniform.shape
    tail = np.empty(years)
    bits = tail.view(np.int64)
    for j in range(losses):
        for i in range(years):
            tail[i] = max(min(uniform[j, i], 1.0 - uniform[j, i]), SMALLEST)
        for i in range(years):
            piece = (bits[i] >> (52 - BITS)) - first
            score = intercepts[piece] + slopes[piece] * tail[i]
            uniform[j, i] = score if uniform[j, i] < 0.5 else -score


@njit(nogil=True, cache=True, error_model="numpy")
def add_year_losses(normal: Floats, root: Floats, scale: Floats, tables: Floats, reach: float, totals: Floats) -> None:
    """Add to `totals` the losses of correlated scores, loss by loss so that one table stays in the cache."""
    losses, years = normal.shape
    last = tables.shape[1] - 2
    steps = (tables.shape[1] - 1) / (2 * reach)
    place = np.empty(years)
    for j in range(losses):
        table = tables[j]
        place[:] = 0.0
        for k in range(j + 1):
            weight = root[j, k]
            for i in range(years):
                place[i] += weight * normal[k, i]
        if scale.size > 0:
            for i in range(years):
                score = place[i] * scale[i]
                size = math.log(abs(score) + math.sqrt(score * score + 1.0))
                place[i] = size if score > 0 else -size
        for i in range(years):
            at = min(max((place[i] + reach) * steps, 0.0), last + 1.0)
            left = min(np.uint32(at), np.uint32(last))
            totals[i] += table[left] + (at - left) * (table[left + 1] - table[left])
