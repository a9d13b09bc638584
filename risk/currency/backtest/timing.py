"""Whether exceptions can be foreseen: from the time since the last, and from what was known the day before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, at_least, between
from risk.currency.backtest.coverage import TestResult, as_hits

Floats = NDArray[np.float64]

SHAPES = (1e-3, 10.0)  # of the Weibull distribution that are looked at


@dataclass(frozen=True)
class DurationResult(TestResult):
    """The duration test: below a `shape` of 1 exceptions come in clusters, which `statistic` asks for.

    `coverage_statistic` and `coverage_p_value` (two degrees) ask whether they also come once in 1 / (1 − level) days.
    """

    shape: float = 1.0
    coverage_statistic: float = 0.0
    coverage_p_value: float = 1.0


class _Durations(NamedTuple):
    days: Floats
    whole: int  # durations that end in an exception: the first and the last may be cut off
    ended: NDArray[np.bool_]


def duration_test(hits: ArrayLike, level: float) -> DurationResult:
    """Weibull likelihood of the days between exceptions against the exponential, one degree of freedom.

    The stretch before the first exception and the one after the last are censored. Fewer than two exceptions leave
    nothing to fit: statistic 0, p-value 1. Days are whole numbers and the exponential distribution is not: where an
    exception is due every 20 days, a right model is rejected in about one case of nine instead of one of twenty.
    Source: Christoffersen and Pelletier, Journal of Financial Econometrics 2 (2004).
    """
    from scipy.special import chdtrc

    days = as_hits(hits)
    p = 1.0 - between("level", level, 0.0, 1.0)
    found = int(days.sum())
    if found < 2:
        return DurationResult(0.0, 1.0, 1, found, days.size)
    durations = _durations(days)
    shape, best = _weibull(durations)
    memoryless = _log_likelihood(1.0, durations)
    # Under full coverage the rate is given too.
    promised = durations.whole * np.log(p) - p * durations.days.sum()
    clustering, coverage = (max(0.0, 2.0 * float(best - other)) for other in (memoryless, promised))
    return DurationResult(
        clustering,
        float(chdtrc(1, clustering)),
        1,
        found,
        days.size,
        None,
        shape,
        coverage,
        float(chdtrc(2, coverage)),
    )


def dynamic_quantile(
    losses: ArrayLike, var: ArrayLike, level: float, lags: int = 4, *, squared_return: bool = False
) -> TestResult:
    """Regression of exceptions on a constant, the value at risk and the exceptions of the `lags` days before.

    `losses` and `var` of the same days. Every coefficient is 0 when an exception cannot be foreseen. Columns are scaled
    and collinear ones dropped, so the unit of the losses does not matter and a constant value at risk costs a degree
    of freedom. `squared_return` adds the squared loss of the day before.
    Source: Engle and Manganelli, Journal of Business and Economic Statistics 22 (2004), section 6.
    """
    lost, limit = paired(losses, var)
    p = 1.0 - between("level", level, 0.0, 1.0)
    at_least("lags", lags, 0)
    skip = max(lags, int(squared_return))
    if lost.size <= 2 * skip + 3:
        raise InputError("{days} days are too few for {lags} lags.", days=lost.size, lags=lags)
    hit: Floats = np.asarray((lost > limit) - p, dtype=np.float64)
    columns: list[Floats] = [np.ones(lost.size - skip), limit[skip:]]
    columns += [hit[skip - lag : lost.size - lag] for lag in range(1, lags + 1)]
    columns += [np.square(lost[skip - 1 : -1])] if squared_return else []
    return _explained(np.column_stack(columns), hit[skip:], p, lost.size - skip)


def paired(losses: ArrayLike, *series: ArrayLike) -> tuple[Floats, ...]:
    """The series as arrays of one length, finite; InputError otherwise."""
    arrays = tuple(np.asarray(one, dtype=np.float64) for one in (losses, *series))
    if arrays[0].ndim != 1 or arrays[0].size == 0 or len({one.shape for one in arrays}) != 1:
        raise InputError(
            "losses and forecasts have shapes {shapes}, must be rows of the same days",
            shapes=", ".join(str(one.shape) for one in arrays),
        )
    if not all(np.isfinite(one).all() for one in arrays):
        raise InputError("losses and forecasts must be finite numbers: leave out the days without one")
    return arrays


def _explained(columns: Floats, hit: Floats, p: float, days: int) -> TestResult:
    from scipy.linalg import qr
    from scipy.special import chdtrc

    size = np.sqrt(np.square(columns).mean(axis=0))
    scaled = columns[:, size > 0] / size[size > 0]
    basis, triangle, _order = qr(scaled, mode="economic", pivoting=True)
    strength = np.abs(np.diag(triangle))
    rank = int((strength > 1e-10 * strength[0]).sum())
    statistic = float(np.square(basis[:, :rank].T @ hit).sum() / (p * (1.0 - p)))
    return TestResult(statistic, float(chdtrc(rank, statistic)), rank, int((hit > 0).sum()), days)


def _durations(hits: NDArray[np.bool_]) -> _Durations:
    at = np.flatnonzero(hits)
    lengths = [float(one) for one in np.diff(at)]
    ended = [True] * len(lengths)
    if at[0] > 0:
        lengths, ended = [float(at[0] + 1), *lengths], [False, *ended]
    if at[-1] < hits.size - 1:
        lengths, ended = [*lengths, float(hits.size - 1 - at[-1])], [*ended, False]
    return _Durations(np.array(lengths), sum(ended), np.array(ended))


def _log_likelihood(shape: float, durations: _Durations) -> float:
    """Of a Weibull distribution of this shape, its scale being the most likely one."""
    powers = durations.days**shape
    rate = durations.whole / powers.sum()
    densities = np.log(rate) + np.log(shape) + (shape - 1.0) * np.log(durations.days[durations.ended])
    return float(densities.sum() - rate * powers.sum())


def _weibull(durations: _Durations) -> tuple[float, float]:
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda size: -_log_likelihood(float(np.exp(size)), durations),
        bounds=(np.log(SHAPES[0]), np.log(SHAPES[1])),
        method="bounded",
        options={"xatol": 1e-9},
    )
    return float(np.exp(found.x)), -float(found.fun)
