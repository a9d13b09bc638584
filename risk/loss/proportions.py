"""Shares of counted occasions: their interval, and groups drawn towards what they have in common."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, Sentence, between
from risk.loss.special import ndtri

Floats = NDArray[np.float64]

COVERAGE = 0.95
_SPREADS = (1e-3, 1e6)  # occasions that the common belief may weigh; above the upper end groups are alike


def wilson_interval(events: ArrayLike, trials: ArrayLike, coverage: float = COVERAGE) -> tuple[Floats, Floats]:
    """Lower and upper end of Wilson's score interval of events / trials; arrays in, arrays out, NaN without trials.

    No continuity correction. Source: Wilson, Journal of the American Statistical Association 22 (1927); Newcombe,
    Statistics in Medicine 17 (1998), method 3.
    """
    count, number = np.asarray(events, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    if (count < 0).any() or (count > number).any():
        raise InputError("events must be 0 or more and no more than the trials they come from")
    score = float(ndtri((1 + between("coverage", coverage, 0.0, 1.0)) / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        half = score * np.sqrt(count * (number - count) / number + score**2 / 4)
    low, high = ((count + score**2 / 2 + side) / (number + score**2) for side in (-half, half))
    # Without an event, or with nothing else, one end is exact: rounding must not leave 1e-17.
    nothing = np.where(number > 0, 0.0, np.nan)
    return np.where(count == 0, nothing, low)[()], np.where(count == number, nothing + 1, high)[()]


def with_share(counted: pd.DataFrame, events: str, trials: str, coverage: float = COVERAGE) -> pd.DataFrame:
    """The frame with `rate` = events / trials and its Wilson interval `low`, `high`, row by row.

    All three are missing where there are no trials, or fewer of them than events. The interval takes the occasions
    for independent; give the number of independent ones as `trials` where events come in clusters.
    """
    count, number = counted[events].astype("float64"), counted[trials].astype("float64")
    known = (number > 0) & (count <= number)
    low, high = wilson_interval(count[known], number[known], coverage)
    index = counted.index[known]
    shares = {"rate": count[known] / number[known], "low": pd.Series(low, index), "high": pd.Series(high, index)}
    return counted.assign(**{name: share.reindex(counted.index) for name, share in shares.items()})


@dataclass(frozen=True)
class CommonBelief:
    """What groups have in common: their shares are beta, as if `events` and `others` had been seen of each before.

    Where groups differ no more than chance, both are None and every group has the pooled share; `note` says so.
    """

    pooled: float
    events: float | None
    others: float | None
    loglikelihood: float
    groups: int
    note: Sentence | None = None

    @property
    def mean(self) -> float:
        """Expected share of a group of which nothing is known."""
        if self.events is None or self.others is None:
            return self.pooled
        return self.events / (self.events + self.others)

    def shrunk(self, events: ArrayLike, trials: ArrayLike) -> Floats:
        """Posterior mean of each group's share: (events before + events) / (all before + trials)."""
        count, number = np.asarray(events, dtype=np.float64), np.asarray(trials, dtype=np.float64)
        if self.events is None or self.others is None:
            return np.full(np.broadcast(count, number).shape, self.pooled)[()]
        return np.asarray((self.events + count) / (self.events + self.others + number))[()]


def fit_common_belief(events: ArrayLike, trials: ArrayLike) -> CommonBelief:
    """The beta-binomial of the groups' counts by maximum likelihood; groups without trials say nothing.

    Source: Gelman et al., Bayesian data analysis, 3rd edition (2013), section 5.3, the model; moments instead of
    likelihood shrink too little.
    """
    count, number = (np.atleast_1d(np.asarray(values, dtype=np.float64)) for values in (events, trials))
    if (count < 0).any() or (count > number).any():
        raise InputError("events must be 0 or more and no more than the trials they come from")
    count, number = count[number > 0], number[number > 0]
    if not count.size:
        raise InputError("no group has a trial: there is no share to estimate")
    pooled = float(count.sum() / number.sum())
    alike = _binomial_loglikelihood(count, number, pooled)
    if count.size == 1 or pooled in (0.0, 1.0):
        note = Sentence("With {groups} group there is nothing to draw it towards.", groups=1)
        if count.size > 1:
            note = Sentence("All {groups} groups have the same share: each is given the pooled one.", groups=count.size)
        return CommonBelief(pooled, None, None, alike, count.size, note)
    mean, spread, height, arrived = _best_beta(count, number, pooled)
    if height <= alike + 1e-6 or spread >= 0.99 * _SPREADS[1] or not arrived:
        note = Sentence(
            "The {groups} groups differ no more than chance: each is given the pooled share.", groups=count.size
        )
        return CommonBelief(pooled, None, None, alike, count.size, note)
    return CommonBelief(pooled, mean * spread, (1 - mean) * spread, height, count.size)


def _best_beta(count: Floats, number: Floats, pooled: float) -> tuple[float, float, float, bool]:
    """Mean and weight of the beta that makes the counts likeliest, its log likelihood, whether the search arrived."""
    from scipy.optimize import minimize
    from scipy.special import expit

    def depth(point: Floats) -> float:
        return -beta_binomial_loglikelihood(count, number, *_shapes(float(expit(point[0])), exp(point[1])))

    start = np.array([log(pooled / (1 - pooled)), log(20.0)])
    bounds = [(-30.0, 30.0), (log(_SPREADS[0]), log(_SPREADS[1]))]
    options: Any = {"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000}
    found = minimize(depth, start, method="Nelder-Mead", bounds=bounds, options=options)
    return float(expit(found.x[0])), exp(found.x[1]), -float(found.fun), bool(found.success)


def _shapes(mean: float, spread: float) -> tuple[float, float]:
    return mean * spread, (1 - mean) * spread


def beta_binomial_loglikelihood(count: Floats, number: Floats, events: float, others: float) -> float:
    """Log of the chance of these counts when each group's share is beta(events, others)."""
    from scipy.special import betaln

    after = betaln(events + count, others + number - count) - betaln(events, others)
    return float((after + _ways(count, number)).sum())


def _binomial_loglikelihood(count: Floats, number: Floats, share: float) -> float:
    from scipy.special import xlog1py, xlogy

    return float((_ways(count, number) + xlogy(count, share) + xlog1py(number - count, -share)).sum())


def _ways(count: Floats, number: Floats) -> Floats:
    from scipy.special import betaln

    return np.asarray(-betaln(count + 1, number - count + 1) - np.log1p(number))
