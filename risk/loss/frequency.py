"""How many events a year: frozen distributions of counts.

Simulated counts are the inverse transform of one uniform number a year (a second one mixes the negative binomial), at
the rate of that year. So with the same stream a higher rate never has fewer events in any year, whether the rate
differs by a changed assumption or by the year's common drivers (`factors`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any, Protocol

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, at_least, between, not_negative, positive
from risk.loss.counts import CountTable, binomial_quantile, poisson_quantile
from risk.loss.severity import Gamma
from risk.loss.special import bdtr, gammaincinv, pdtr

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Uniform = Callable[[str], Floats]  # purpose -> one uniform number a year

LARGEST_MEAN = 1e7  # events a year: more cannot be simulated one by one


class Frequency(Protocol):
    """A distribution of the number of events a year."""

    @property
    def mean(self) -> float:
        """Expected events a year."""
        ...

    @property
    def variance(self) -> float:
        """Variance of the events a year."""
        ...

    def pgf(self, z: ArrayLike) -> NDArray[Any]:
        """Probability generating function E[z^N], for real or complex z."""
        ...

    def draw(self, size: int, rng: Generator) -> Integers:
        """Independent counts, shape (size,)."""
        ...

    def counts(self, uniform: Uniform, factors: Floats | None = None, kernels: ModuleType | None = None) -> Integers:
        """Counts of the years of a stream; `factors` multiply each year's rate."""
        ...

    def thinned(self, keep: float) -> Frequency:
        """The distribution of the events that remain when each is kept with probability `keep`."""
        ...


def share(name: str, value: float) -> float:
    """The value, which must be a probability: 0 and 1 are allowed."""
    if not 0.0 <= value <= 1.0:
        raise InputError("{name} is {value}, must lie between 0 and 1", name=name, value=value)
    return float(value)


def _countable(mean: float) -> float:
    if not_negative("mean", mean) > LARGEST_MEAN:
        raise InputError("{mean:,.0f} events a year are too many to simulate one by one", mean=mean)
    return float(mean)


@dataclass(frozen=True)
class Poisson:
    """Independent events at a constant rate of `mean` a year."""

    mean: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", _countable(self.mean))

    @classmethod
    def once_in(cls, years: float) -> Poisson:
        """One event in so many years on average."""
        return cls(1.0 / positive("years", years))

    @classmethod
    def from_probability(cls, p: float) -> Poisson:
        """The rate at which at least one event a year has probability `p`."""
        return cls(-math.log1p(-between("p", p, 0.0, 1.0)))

    @property
    def variance(self) -> float:
        """Variance of the events a year: the mean."""
        return self.mean

    def pgf(self, z: ArrayLike) -> NDArray[Any]:
        """E[z^N] = exp(mean · (z − 1))."""
        return np.exp(self.mean * (np.asarray(z) - 1))

    def draw(self, size: int, rng: Generator) -> Integers:
        """Independent counts, shape (size,)."""
        return rng.poisson(self.mean, size)

    def counts(self, uniform: Uniform, factors: Floats | None = None, kernels: ModuleType | None = None) -> Integers:
        """Counts of the years of a stream; `factors` multiply each year's rate."""
        if factors is None:
            return self._table.look_up(uniform("counts"))
        return poisson_quantile(uniform("counts"), self.mean * factors, kernels)

    def thinned(self, keep: float) -> Poisson:
        """Poisson again, at `keep` times the rate."""
        return Poisson(self.mean * share("keep", keep))

    @cached_property
    def _table(self) -> CountTable:
        reach = 9 * math.sqrt(self.mean) + 30
        return CountTable.of(self.mean - reach, self.mean + reach, lambda k: pdtr(k, self.mean))


@dataclass(frozen=True)
class NegativeBinomial:
    """A Poisson count whose rate is itself uncertain, by a gamma distribution; variance > mean."""

    mean: float
    variance: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", positive("mean", _countable(self.mean)))
        if not self.mean < self.variance < math.inf:
            raise InputError(
                "the variance of the count is {variance:g} and its mean {mean:g}: a negative binomial needs a variance "
                "above the mean, a Poisson count has them equal",
                variance=self.variance,
                mean=self.mean,
            )

    @classmethod
    def from_rate_interval(cls, low: float, high: float, coverage: float = 0.9) -> NegativeBinomial:
        """The count of an expert who holds the yearly rate between two bounds with that probability.

        The rate is gamma with these quantiles at (1 ∓ coverage) / 2.
        """
        shape, scale = _gamma_between(low, high, between("coverage", coverage, 0.0, 1.0))
        return cls(shape * scale, shape * scale * (1 + scale))

    @property
    def shape(self) -> float:
        """Shape of the gamma distribution of the rate, r; the rate's coefficient of variation is r^−½."""
        return self.mean / (self.variance / self.mean - 1)

    def pgf(self, z: ArrayLike) -> NDArray[Any]:
        """E[z^N] = (1 − (z − 1) · mean / r)^−r."""
        return np.exp(-self.shape * np.log1p((1 - np.asarray(z)) * (self.mean / self.shape)))

    def draw(self, size: int, rng: Generator) -> Integers:
        """Independent counts, shape (size,)."""
        return rng.negative_binomial(self.shape, self.mean / self.variance, size)

    def counts(self, uniform: Uniform, factors: Floats | None = None, kernels: ModuleType | None = None) -> Integers:
        """Counts of the years of a stream; `factors` multiply each year's rate on top of its own gamma factor."""
        rates = self.mean * Gamma(self.shape, 1 / self.shape).table(uniform("mixing"))
        return poisson_quantile(uniform("counts"), rates if factors is None else rates * factors, kernels)

    def thinned(self, keep: float) -> Frequency:
        """Negative binomial again, of the same shape; none at all when nothing is kept."""
        mean = self.mean * share("keep", keep)
        return NegativeBinomial(mean, mean + mean**2 / self.shape) if mean > 0 else Poisson(0.0)


@dataclass(frozen=True)
class Binomial:
    """Out of `trials` occasions a year each becomes an event with the same `probability`."""

    trials: int
    probability: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "trials", at_least("trials", self.trials, 1))
        object.__setattr__(self, "probability", share("probability", self.probability))
        _countable(self.mean)

    @property
    def mean(self) -> float:
        """Expected events a year."""
        return self.trials * self.probability

    @property
    def variance(self) -> float:
        """Variance of the events a year."""
        return self.mean * (1 - self.probability)

    def pgf(self, z: ArrayLike) -> NDArray[Any]:
        """E[z^N] = (1 + probability · (z − 1))^trials."""
        return (1 + self.probability * (np.asarray(z) - 1)) ** self.trials

    def draw(self, size: int, rng: Generator) -> Integers:
        """Independent counts, shape (size,)."""
        return rng.binomial(self.trials, self.probability, size)

    def counts(self, uniform: Uniform, factors: Floats | None = None, kernels: ModuleType | None = None) -> Integers:
        """Counts of the years of a stream; `factors` multiply each year's probability, up to 1."""
        if factors is None:
            return self._table.look_up(uniform("counts"))
        return binomial_quantile(uniform("counts"), self.trials, np.minimum(self.probability * factors, 1.0), kernels)

    def thinned(self, keep: float) -> Binomial:
        """Binomial again, with `keep` times the probability."""
        return Binomial(self.trials, self.probability * share("keep", keep))

    @cached_property
    def _table(self) -> CountTable:
        reach = 9 * math.sqrt(self.variance) + 30
        high = min(self.trials, self.mean + reach)
        return CountTable.of(self.mean - reach, high, lambda k: bdtr(k, self.trials, self.probability))


def _gamma_between(low: float, high: float, coverage: float) -> tuple[float, float]:
    """Shape and scale of the gamma distribution that lies between two positive numbers with a probability."""
    if not 0 < low < high < math.inf:
        raise InputError("a rate between {low:g} and {high:g} a year is no interval above zero", low=low, high=high)
    tails = np.array([(1 - coverage) / 2, (1 + coverage) / 2])
    # The ratio of the two quantiles falls as the shape grows: halve the interval of its logarithm.
    left, right = math.log(0.02), math.log(1e9)
    for _ in range(80):
        middle = (left + right) / 2
        quantiles = gammaincinv(math.exp(middle), tails)
        left, right = (middle, right) if quantiles[1] / quantiles[0] > high / low else (left, middle)
    shape = math.exp((left + right) / 2)
    return shape, high / float(gammaincinv(shape, tails[1]))
