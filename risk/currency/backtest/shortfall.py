"""Backtests of expected shortfall, and scores by which forecasts are ranked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, at_least, between
from risk.currency.backtest.timing import paired
from risk.currency.var.student import normal_factors, tail_mean

Floats = NDArray[np.float64]

DRAWS = 20_000


@dataclass(frozen=True)
class AcerbiSzekely:
    """Statistics of expected shortfall: 0 is expected of a right one, below 0 losses were worse than said.

    `z1` looks at the size of the exceptions alone (NaN without one), `z2` at number and size together.
    """

    z1: float
    z2: float


def acerbi_szekely(losses: ArrayLike, var: ArrayLike, es: ArrayLike, level: float) -> AcerbiSzekely:
    """Tests 1 and 2 of Acerbi and Székely, Back-testing expected shortfall, Risk (December 2014).

    `losses`, `var` and `es` are of the same days, `es` above zero. Critical values: `shortfall_null`.
    """
    lost, limit, beyond = _with_shortfall(losses, var, es)
    p = 1.0 - between("level", level, 0.0, 1.0)
    hit = lost > limit
    relative = lost[hit] / beyond[hit]
    z1 = 1.0 - float(relative.mean()) if hit.any() else float("nan")
    return AcerbiSzekely(z1, 1.0 - float(relative.sum()) / (lost.size * p))


def shortfall_null(
    tail: ArrayLike, observations: int, level: float, rng: Generator, draws: int = DRAWS
) -> tuple[Floats, Floats]:
    """Z1 and Z2 of `draws` histories in which the model is right, shape (draws,); Z1 NaN where none has an exception.

    `tail` are losses beyond value at risk divided by expected shortfall, as the model itself has them: its own
    predictive tail (`normal_tail`, `student_tail`, or the days beyond it in a simulation).
    """
    ratios = np.asarray(tail, dtype=np.float64)
    if ratios.ndim != 1 or ratios.size == 0 or not np.isfinite(ratios).all():
        raise InputError("tail must be a row of finite numbers: losses beyond value at risk by expected shortfall")
    p = 1.0 - between("level", level, 0.0, 1.0)
    counts = rng.binomial(at_least("observations", observations, 1), p, at_least("draws", draws, 1))
    picked = ratios[rng.integers(0, ratios.size, counts.sum())]
    sums = np.bincount(np.repeat(np.arange(draws), counts), picked, draws)
    with np.errstate(invalid="ignore"):
        return 1.0 - sums / counts, 1.0 - sums / (observations * p)


def normal_tail(level: float, size: int, rng: Generator) -> Floats:
    """Losses beyond value at risk by expected shortfall of a normal distribution, evenly spread: shape (size,)."""
    from scipy.special import ndtri

    shortfall = normal_factors(level).es
    return np.asarray(ndtri(level + (1.0 - level) * _spread(size, rng)) / shortfall, dtype=np.float64)


def student_tail(level: float, degrees: float, size: int, rng: Generator) -> Floats:
    """The same of Student's t distribution."""
    from scipy.special import stdtrit

    between("level", level, 0.0, 1.0)
    shortfall = tail_mean(level, degrees)
    return np.asarray(stdtrit(degrees, level + (1.0 - level) * _spread(size, rng)) / shortfall, dtype=np.float64)


def quantile_loss(losses: ArrayLike, var: ArrayLike, level: float) -> float:
    """Mean of the score that value at risk minimises; lower is better. In the unit of the losses.

    Source: Giacomini and Komunjer, Journal of Business and Economic Statistics 23 (2005).
    """
    lost, limit = paired(losses, var)
    between("level", level, 0.0, 1.0)
    return float(np.mean(((lost > limit) - (1.0 - level)) * (lost - limit)))


def fissler_ziegel_loss(losses: ArrayLike, var: ArrayLike, es: ArrayLike, level: float) -> float:
    """Mean of the score that value at risk and expected shortfall minimise together; lower is better.

    The one of homogeneity zero, which ranks the same in any unit. Source: Patton, Ziegel and Chen, Journal of
    Econometrics 211 (2019), equation 6.
    """
    lost, limit, beyond = _with_shortfall(losses, var, es)
    excess = np.maximum(lost - limit, 0.0) / (1.0 - between("level", level, 0.0, 1.0))
    return float(np.mean((excess + limit) / beyond + np.log(beyond) - 1.0))


def _with_shortfall(losses: ArrayLike, var: ArrayLike, es: ArrayLike) -> tuple[Floats, ...]:
    """The three as arrays of the same days, expected shortfall above zero."""
    series = paired(losses, var, es)
    if (series[2] <= 0).any():
        raise InputError("expected shortfall must be above zero on every day")
    return series


def _spread(size: int, rng: Generator) -> Floats:
    """One uniform number in each of `size` equal parts of the unit interval."""
    return (np.arange(at_least("size", size, 1)) + rng.random(size)) / size
