"""Special functions of scipy, imported at the first call: half a second that many callers never need."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def _late(name: str) -> Callable[..., Floats]:
    def call(*arguments: ArrayLike) -> Floats:
        found: Floats = getattr(import_module("scipy.special"), name)(*arguments)
        return found

    return call


ndtr, ndtri, expit = map(_late, ("ndtr", "ndtri", "expit"))
gammainc, gammaincc, gammaincinv, gammainccinv = map(_late, ("gammainc", "gammaincc", "gammaincinv", "gammainccinv"))
betainc, betaincc, betaincinv, betainccinv = map(_late, ("betainc", "betaincc", "betaincinv", "betainccinv"))
pdtr, bdtr = map(_late, ("pdtr", "bdtr"))
