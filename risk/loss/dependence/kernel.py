"""The compiled loop of `copula_totals`; its numpy twin is `risk.loss.dependence.totals.add_year_losses`."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@njit(nogil=True, cache=True, error_model="numpy")
def add_year_losses(
    normal: Floats, root: Floats, scale: Floats, tables: Floats, reach: float, totals: Floats
) -> None:
    """Add to `totals` the losses of correlated scores, loss by loss so that one table stays in the cache."""
    losses, years = normal.shape
    last = tables.shape[1] - 2
    steps = (tables.shape[1] - 1) / (2 * reach)
    place = np.empty(years)
    for j in range(losses):
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
            left = min(int(at), last)
            low = tables[j, left]
            totals[i] += low + (at - left) * (tables[j, left + 1] - low)
