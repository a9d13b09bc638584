"""How heavy the tail of losses is: peaks over a threshold, Hill's index, and the plots that choose the threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, Sentence, at_least, between, not_negative, vector
from risk.loss.estimation.families import FAMILIES
from risk.loss.estimation.likelihood import Sample, loglikelihood, maximise

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

_PARETO = FAMILIES["generalized-pareto"]


@dataclass(frozen=True)
class TailFit:
    """A generalized Pareto above a threshold: tail index `shape` with an interval, `exceedances` of `observations`.

    The interval is that of the profile likelihood, NaN where the fit did not converge; `note` says what it means for
    averages, or that the fit failed.
    """

    threshold: float
    shape: float
    scale: float
    shape_error: float
    scale_error: float
    low: float
    high: float
    coverage: float
    exceedances: int
    observations: int
    loglikelihood: float
    converged: bool
    note: Sentence | None

    def value_at_risk(self, level: float) -> float:
        """The loss that one event exceeds with probability 1 - level, above the threshold."""
        beyond = (1 - between("level", level, 0.0, 1.0)) * self.observations / self.exceedances
        if beyond > 1:
            raise InputError("the loss at level {level} is below the threshold: the tail does not know it", level=level)
        return self.threshold + float(_PARETO.quantile(np.array(beyond), self.shape, self.scale))

    def expected_shortfall(self, level: float) -> float:
        """Mean loss of an event beyond value at risk; refused for a tail index of 1 or more, whose mean is infinite."""
        if self.shape >= 1:
            raise InputError("the tail index is {shape:.2f}: the mean is infinite unless capped", shape=self.shape)
        excess = self.value_at_risk(level) - self.threshold
        return self.threshold + (excess + self.scale) / (1 - self.shape)


@dataclass(frozen=True)
class HillIndex:
    """Hill's estimate of the tail index from the `exceedances` largest losses; 1 / index is the Pareto exponent."""

    index: float
    standard_error: float
    low: float
    high: float
    exceedances: int
    threshold: float


def fit_tail(losses: ArrayLike, threshold: float, coverage: float = 0.95) -> TailFit:
    """The generalized Pareto of losses above a threshold, by maximum likelihood.

    Source: McNeil, Estimating the tails of loss severity distributions using extreme value theory, ASTIN Bulletin 27
    (1997); profile interval as in Coles, An introduction to statistical modeling of extreme values (2001), 4.3.3.
    """
    values = vector("losses", losses)
    floor = not_negative("threshold", threshold)
    sample = Sample.of(values, floor, None).from_location(floor)
    best = maximise(_PARETO, sample)
    shape, scale = best.parameters
    drop = _chi_square_half(between("coverage", coverage, 0.0, 1.0))
    low, high = np.nan, np.nan
    if best.converged:
        low, high = (_profile_end(sample, best.parameters[0], best.loglikelihood - drop, side) for side in (-1, 1))
    return TailFit(
        threshold=floor,
        shape=shape,
        scale=scale,
        shape_error=best.errors[0],
        scale_error=best.errors[1],
        low=low,
        high=high,
        coverage=coverage,
        exceedances=sample.losses.size,
        observations=values.size,
        loglikelihood=best.loglikelihood,
        converged=best.converged,
        note=best.note or _about(shape, high),
    )


def hill(losses: ArrayLike, exceedances: int, coverage: float = 0.95) -> HillIndex:
    """Mean log excess of the largest losses over the next one; its asymptotic error is index / √exceedances.

    Source: Hill, A simple general approach to inference about the tail of a distribution, Annals of Statistics 3
    (1975).
    """
    from scipy.special import ndtri

    values = np.sort(vector("losses", losses))[::-1]
    count = at_least("exceedances", exceedances, 2)
    if count >= values.size or values[count] <= 0:
        raise InputError("the {count} largest losses need one more above 0 below them", count=count)
    index = float(np.log(values[:count] / values[count]).mean())
    error = float(index / np.sqrt(count))
    reach = float(ndtri((1 + between("coverage", coverage, 0.0, 1.0)) / 2)) * error
    return HillIndex(index, error, index - reach, index + reach, count, float(values[count]))


def mean_excess(losses: ArrayLike, thresholds: ArrayLike | None = None) -> pd.DataFrame:
    """Mean of what losses exceed a threshold by: threshold, exceedances, mean_excess, standard_error.

    A line that rises is a Pareto tail of index slope / (1 + slope), a level one an exponential tail. Left out,
    the thresholds are the losses themselves but the three largest; one with a single exceedance has no error.
    """
    import pandas as pd

    values = np.sort(vector("losses", losses))
    cuts = np.unique(values)[:-3] if thresholds is None else vector("thresholds", thresholds)
    above = [values[np.searchsorted(values, cut, side="right") :] - cut for cut in cuts]
    rows = [(cut, part.size, *_mean_and_error(part)) for cut, part in zip(cuts, above, strict=True)]
    return pd.DataFrame(rows, columns=["threshold", "exceedances", "mean_excess", "standard_error"])


def tail_stability(losses: ArrayLike, thresholds: Sequence[float], coverage: float = 0.95) -> pd.DataFrame:
    """The tail index by threshold: threshold, exceedances, shape, low, high, converged. Choose where it stays level."""
    import pandas as pd

    fits = [fit_tail(losses, threshold, coverage) for threshold in thresholds]
    columns = ["threshold", "exceedances", "shape", "low", "high", "converged"]
    return pd.DataFrame([[getattr(fit, column) for column in columns] for fit in fits], columns=columns)


def _profile_end(sample: Sample, best: float, height: float, side: int) -> float:
    """Where the likelihood, maximised over the scale, has fallen to the height; infinite if it never does."""
    from scipy.optimize import brentq

    def above(shape: float) -> float:
        return max(_profile(sample, shape) - height, -1e6)

    step, limit = 0.05, 64
    while above(best + side * step) > 0:
        step *= 2
        if step > limit:
            return float(side * np.inf)
    return float(brentq(above, best + side * step, best, xtol=1e-6))


def _profile(sample: Sample, shape: float) -> float:
    from scipy.optimize import minimize_scalar

    # The scale must leave the largest loss inside the support of a tail that ends.
    least = max(1e-6 * sample.losses.mean(), -shape * sample.losses.max() * (1 + 1e-12))
    found = minimize_scalar(
        lambda log_scale: -loglikelihood(_PARETO, sample, (shape, float(np.exp(log_scale)))),
        bounds=(np.log(least), np.log(least + 1e3 * sample.losses.max())),
        method="bounded",
        options={"xatol": 1e-7},
    )
    return -float(found.fun)


def _mean_and_error(excess: Floats) -> tuple[float, float]:
    if excess.size == 0:
        return np.nan, np.nan
    error = excess.std(ddof=1) / np.sqrt(excess.size) if excess.size > 1 else np.nan
    return float(excess.mean()), float(error)


def _chi_square_half(coverage: float) -> float:
    from scipy.special import chdtri

    return float(chdtri(1, 1 - coverage)) / 2


def _about(shape: float, high: float) -> Sentence | None:
    if shape >= 1:
        return Sentence("The tail index is {shape:.2f}: the mean is infinite unless losses are capped.", shape=shape)
    if high >= 1:
        return Sentence(
            "A tail index of 1, with an infinite mean, cannot be ruled out (up to {high:.2f}): cap the losses.",
            high=high,
        )
    if shape >= 0.5:
        return Sentence(
            "The tail index is {shape:.2f}: the variance is infinite and standard errors of averages do not hold.",
            shape=shape,
        )
    return None
