"""Common drivers: what makes a bad year for one peril a bad year for another.

A driver is a gamma variable G of mean 1, one draw a year. The rate of peril i in that year is its mean rate times
F_i = 1 + Σ_d w_id (G_d − 1) with loadings w >= 0 that sum to at most 1, so that its mean stays and
Cov(F_i, F_j) = Σ_d w_id w_jd Var(G_d): counts become mixed Poisson with closed moments. Source: CreditRisk+, A credit
risk management framework, Credit Suisse First Boston (1997), sector analysis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, at_least, not_negative
from risk.loss.streams import spawn

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Driver:
    """A named cause that several perils share; `variance` is that of its yearly factor, whose mean is 1.

    Variance 0.25 is a standard deviation of 50 % of the rate; 0 leaves every year alike.
    """

    name: str
    variance: float

    def __post_init__(self) -> None:
        not_negative("variance", self.variance)

    def draw(self, years: int, rng: Generator) -> Floats:
        """The factor of each year, shape (years,), from the stream of this driver's name."""
        if self.variance == 0:
            return np.ones(years)
        return spawn(rng, "driver", self.name).gamma(1 / self.variance, self.variance, years)


def driver_years(drivers: Sequence[Driver], years: int, rng: Generator) -> Floats:
    """Factors of all drivers, shape (years, drivers); one more driver moves no other's."""
    _different(drivers)
    columns = np.empty((at_least("years", years, 1), len(drivers)), order="F")
    for place, driver in enumerate(drivers):
        columns[:, place] = driver.draw(years, rng)
    return columns


def rate_factors(drivers: Sequence[Driver], loadings: ArrayLike, years: int, rng: Generator) -> Floats:
    """Factor on each peril's rate in each year, shape (years, perils), mean 1.

    `loadings` has shape (perils, drivers), each row >= 0 with a sum of at most 1: what it lacks to 1 stays constant.
    """
    weights = _loadings(loadings, drivers)
    surprises = driver_years(drivers, years, rng) - 1
    factors = np.ones((years, len(weights)), order="F")
    # Driver by driver, not as a matrix product: a driver without loading then changes no bit of a factor.
    for peril, driver in zip(*np.nonzero(weights), strict=True):
        factors[:, peril] += weights[peril, driver] * surprises[:, driver]
    return factors


def factor_covariance(drivers: Sequence[Driver], loadings: ArrayLike) -> Floats:
    """Covariance of the factors between perils, shape (perils, perils), in closed form.

    Counts then have Cov(N_i, N_j) = λ_i λ_j times it, plus λ_i where i = j.
    """
    weights = _loadings(loadings, drivers)
    covariance: Floats = (weights * [driver.variance for driver in drivers]) @ weights.T
    return covariance


def driver_strata(factors: ArrayLike, bins: int = 4) -> NDArray[np.int64]:
    """Group of each year by which quantile bin each driver's factor is in, shape (years,): the `strata` of a reorder.

    `factors` are those of `driver_years`; groups number at most bins ** drivers, keep them far fewer than the years.
    """
    columns = np.asarray(factors, dtype=np.float64)
    at_least("bins", bins, 1)
    labels = np.zeros(len(columns), dtype=np.int64)
    for column in columns.T:
        edges = np.quantile(column, np.arange(1, bins) / bins)
        labels = labels * bins + np.searchsorted(edges, column, side="right")
    return labels


def _different(drivers: Sequence[Driver]) -> None:
    names = [driver.name for driver in drivers]
    if len(set(names)) < len(names):
        raise InputError("two drivers have the same name: {names}", names=", ".join(sorted(names)))


def _loadings(loadings: ArrayLike, drivers: Sequence[Driver]) -> Floats:
    weights = np.asarray(loadings, dtype=np.float64)
    if weights.ndim != 2 or weights.shape[1] != len(drivers):
        raise InputError(
            "the loadings have shape {shape}, must have one column for each of {drivers} drivers",
            shape=weights.shape,
            drivers=len(drivers),
        )
    if not (weights >= 0).all():
        raise InputError("a loading is below 0 or missing: a driver that lowers a rate needs a model of its own")
    if (weights.sum(axis=1) > 1 + 1e-12).any():
        row = int(np.argmax(weights.sum(axis=1)))
        raise InputError(
            "the loadings of peril {peril} sum to {total:.3g}, must be at most 1",
            peril=row + 1,
            total=weights[row].sum(),
        )
    return weights
