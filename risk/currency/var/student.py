"""Student's t distribution with variance 1: its quantile, its tail mean, and its degrees of freedom from residuals."""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, between, vector

Floats = NDArray[np.float64]

LEAST, MOST = 2.1, 200.0  # degrees of freedom: variance exists above 2, and at 200 nothing is left to tell from normal


class Factors(NamedTuple):
    """Value at risk and expected shortfall of a loss with mean 0 and standard deviation 1."""

    var: float
    es: float


def normal_factors(level: float) -> Factors:
    """Of the normal distribution."""
    quantile = NormalDist().inv_cdf(between("level", level, 0.0, 1.0))
    return Factors(quantile, NormalDist().pdf(quantile) / (1.0 - level))


def student_factors(level: float, degrees: float) -> Factors:
    """Of Student's t distribution scaled to variance 1.

    Source: McNeil, Frey and Embrechts, Quantitative Risk Management (2015), examples 2.12 and 2.15.

    >>> round(student_factors(0.99, 4.0).es, 6)
    3.69151
    """
    from scipy.special import stdtrit

    if degrees <= 2.0:
        raise InputError("degrees == {degrees}, must be above 2 for a variance to exist", degrees=degrees)
    quantile = float(stdtrit(degrees, between("level", level, 0.0, 1.0)))
    scale = float(np.sqrt((degrees - 2.0) / degrees))
    return Factors(quantile * scale, tail_mean(level, degrees) * scale)


def tail_mean(level: float, degrees: float) -> float:
    """Expected shortfall of Student's t distribution as it is, with variance degrees / (degrees − 2)."""
    from scipy.special import gammaln, stdtrit

    quantile = float(stdtrit(degrees, level))
    log_density = gammaln((degrees + 1) / 2) - gammaln(degrees / 2) - 0.5 * np.log(degrees * np.pi)
    log_density -= (degrees + 1) / 2 * np.log1p(quantile**2 / degrees)
    return float(np.exp(log_density) / (1.0 - level) * (degrees + quantile**2) / (degrees - 1.0))


def fit_degrees(residuals: ArrayLike) -> float:
    """Most likely degrees of freedom of residuals, which are scaled to mean square 1 first; between 2.1 and 200."""
    from scipy.optimize import minimize_scalar
    from scipy.special import gammaln

    z = vector("residuals", residuals)
    size = float(np.square(z).mean())
    if size == 0.0:
        raise InputError("The residuals are all zero: there are no tails to fit.")
    squares = np.square(z) / size

    def depth(log_degrees: float) -> float:
        nu = float(np.exp(log_degrees))
        constant = gammaln((nu + 1) / 2) - gammaln(nu / 2) - 0.5 * np.log(np.pi * (nu - 2.0))
        return float((nu + 1) / 2 * np.log1p(squares / (nu - 2.0)).mean() - constant)

    found = minimize_scalar(depth, bounds=(np.log(LEAST), np.log(MOST)), method="bounded", options={"xatol": 1e-6})
    return float(np.exp(found.x))
