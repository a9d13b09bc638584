"""How many exceptions there were, and whether they come alone: tests on a row of hits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, at_least, between

Hits = NDArray[np.bool_]


@dataclass(frozen=True)
class TestResult:
    """A test of a value at risk: its statistic, chi-squared with `degrees` when the model is right, and its p-value.

    `observations` are the days judged, `exceptions` those among them on which the loss was above value at risk. `exact`
    is a p-value without the chi-squared approximation where there is one.
    """

    __test__ = False  # a result, not a test of pytest

    statistic: float
    p_value: float
    degrees: int
    exceptions: int
    observations: int
    exact: float | None = None


@dataclass(frozen=True)
class TrafficLight:
    """Zone of the Basel Committee: "green", "yellow", "red"; `cumulative_probability` is P(this many or fewer)."""

    zone: str
    cumulative_probability: float


YELLOW, RED = 0.95, 0.9999  # cumulative probabilities at which the zones begin: Basel Committee (1996), table 1


def kupiec(exceptions: int, observations: int, level: float) -> TestResult:
    """Likelihood ratio of the observed share of exceptions against 1 − level, one degree of freedom.

    `exact` is the binomial probability of a count at most as likely as this one: where fewer than ten exceptions are
    expected, the chi-squared approximation errs. Source: Kupiec, Journal of Derivatives 3 (1995).

    >>> round(kupiec(57, 1043, 0.95).statistic, 5)
    0.46147
    """
    _counted(exceptions, observations)
    p = 1.0 - between("level", level, 0.0, 1.0)
    missed = observations - exceptions
    ratio = _log_power(exceptions, exceptions / observations, p) + _log_power(missed, missed / observations, 1.0 - p)
    return _result(2.0 * float(ratio), 1, exceptions, observations, _exact(exceptions, observations, p))


def christoffersen(hits: ArrayLike) -> TestResult:
    """Likelihood ratio of a first-order Markov chain of exceptions against independence, one degree of freedom.

    The first day has no predecessor, so the transitions number one less than the days. Without any exception, or with
    one every day, nothing speaks against independence: statistic 0.
    Source: Christoffersen, International Economic Review 39 (1998).
    """
    days = as_hits(hits)
    return _result(_clustering(days), 1, int(days.sum()), days.size)


def conditional_coverage(hits: ArrayLike, level: float) -> TestResult:
    """Number and independence of exceptions together: the two likelihood ratios added, two degrees of freedom."""
    days = as_hits(hits)
    number = kupiec(int(days.sum()), days.size, level).statistic
    return _result(number + _clustering(days), 2, int(days.sum()), days.size)


def traffic_light(exceptions: int, observations: int, level: float) -> TrafficLight:
    """Zone of this many exceptions, for any number of days and any level: yellow from 95 %, red from 99.99 %.

    >>> [traffic_light(count, 250, 0.99).zone for count in (4, 5, 9, 10)]
    ['green', 'yellow', 'yellow', 'red']
    """
    from scipy.special import bdtr

    _counted(exceptions, observations)
    reached = float(bdtr(exceptions, observations, 1.0 - between("level", level, 0.0, 1.0)))
    return TrafficLight("green" if reached < YELLOW else "yellow" if reached < RED else "red", reached)


def _exact(exceptions: int, observations: int, p: float) -> float:
    """Probability of all counts at most as likely as this one, when each day has an exception with chance p."""
    chances = _binomial(observations, p)
    return float(min(1.0, chances[chances <= chances[exceptions] * (1.0 + 1e-7)].sum()))


def power(observations: int, level: float, true_level: float, size: float = 0.05) -> float:
    """Chance that Kupiec's test at `size` rejects a value at risk of `level` that in truth is one of `true_level`.

    A test on few days lets wrong models pass: this says how often it would find one.
    """
    from scipy.special import chdtri

    at_least("observations", observations, 1)
    between("level", level, 0.0, 1.0)
    critical = float(chdtri(1, between("size", size, 0.0, 1.0)))
    count = np.arange(observations + 1)
    p = 1.0 - level
    ratio = _log_power(count, count / observations, p) + _log_power(
        observations - count, 1.0 - count / observations, 1.0 - p
    )
    return float(
        _binomial(observations, 1.0 - between("true_level", true_level, 0.0, 1.0))[2.0 * ratio > critical].sum()
    )


def as_hits(hits: ArrayLike) -> Hits:
    """The days as booleans; InputError for none, or for values that are neither true nor false."""
    days = np.asarray(hits)
    if days.ndim != 1 or days.size == 0:
        raise InputError("hits has shape {shape}, must be one row of days", shape=str(days.shape))
    if days.dtype != np.bool_ and not np.isin(days, (0, 1)).all():
        raise InputError("hits must be true or false for each day")
    return days.astype(np.bool_)


def _clustering(days: Hits) -> float:
    before, after = days[:-1], days[1:]
    counts = np.array([[np.sum((before == one) & (after == two)) for two in (False, True)] for one in (False, True)])
    chained = sum(_log_power(row, row / max(row.sum(), 1), 1.0).sum() for row in counts)
    pooled = counts.sum(axis=0)
    return max(0.0, float(2.0 * (chained - _log_power(pooled, pooled / max(pooled.sum(), 1), 1.0).sum())))


def _log_power(count: ArrayLike, share: ArrayLike, p: float) -> NDArray[np.float64]:
    """Count × log(share / p), 0 where the count is 0: powers themselves underflow at a few thousand days."""
    from scipy.special import xlogy

    return np.asarray(xlogy(np.asarray(count, dtype=np.float64), np.asarray(share) / p), dtype=np.float64)


def _binomial(trials: int, p: float) -> NDArray[np.float64]:
    from scipy.special import gammaln, xlog1py, xlogy

    k = np.arange(trials + 1)
    ways = gammaln(trials + 1) - gammaln(k + 1) - gammaln(trials - k + 1)
    return np.asarray(np.exp(ways + xlogy(k, p) + xlog1py(trials - k, -p)), dtype=np.float64)


def _result(
    statistic: float, degrees: int, exceptions: int, observations: int, exact: float | None = None
) -> TestResult:
    from scipy.special import chdtrc

    ratio = max(0.0, float(statistic))
    return TestResult(ratio, float(chdtrc(degrees, ratio)), degrees, exceptions, observations, exact)


def _counted(exceptions: int, observations: int) -> None:
    at_least("observations", observations, 1)
    if not 0 <= exceptions <= observations:
        raise InputError(
            "exceptions == {exceptions}, must be 0 to {observations}", exceptions=exceptions, observations=observations
        )
