"""Hedge ratios out of a history of changes: of least variance, and of most utility when the hedge has a carry.

Changes are gains where positive: of what is held, and of the instrument that is sold against it. The hedged position
changes by exposure change - ratio × hedge change; a ratio of 1 sells one unit of the instrument for each unit held.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, Sentence, at_least, between, one_of, positive, vector

Floats = NDArray[np.float64]

METHODS = ("ols", "error-correction", "ewma")
DECAY = 0.97  # of the method "ewma"
DOUBTFUL = 0.05  # p-value of no cointegration from which error correction is called into doubt


@dataclass(frozen=True)
class HedgeRatio:
    """A hedge ratio and its standard error, with what it achieves on the changes that it was estimated from.

    `r_squared` is the share of the variance that the hedge takes away at this ratio; `unhedged` and `hedged` are the
    risk without and with it, in units of the exposure changes: the standard deviation, or the expected shortfall where
    that is what was made small. `lags` of Newey–West are in the standard error, which is NaN where none was asked for.
    """

    ratio: float
    standard_error: float
    r_squared: float
    unhedged: float
    hedged: float
    observations: int
    method: str
    lags: int = 0
    notes: tuple[Sentence, ...] = ()


def minimum_variance_ratio(
    exposure_changes: ArrayLike,
    hedge_changes: ArrayLike,
    method: str = "ols",
    *,
    lags: int | None = None,
    decay: float = DECAY,
    levels: tuple[ArrayLike, ArrayLike] | None = None,
) -> HedgeRatio:
    """The ratio with the least variance of exposure change - ratio × hedge change, and its Newey–West error.

    "ols": regression with a constant. "error-correction": with the gap between the `levels` of exposure and hedge the
    day before beside it (Engle and Granger); each has one more entry than the changes. "ewma": exponentially weighted
    covariance over variance with mean zero, seeded with the first product. `lags` is the whole part of n^(1/4) unless
    given (Greene, Econometric Analysis, 7th ed., section 20.5.2).
    """
    one_of("method", method, METHODS)
    exposure, hedge = _paired(exposure_changes, hedge_changes)
    size, notes = exposure.size, tuple[Sentence, ...]()
    weights, controls = np.ones(size), np.ones((size, 1))
    if method == "ewma":
        weights = np.power(between("decay", decay, 0.0, 1.0), np.arange(size - 1, -1, -1.0))
        weights[1:] *= 1.0 - decay
        controls = np.empty((size, 0))
    if method == "error-correction":
        if levels is None:
            raise InputError("Error correction compares the levels of exposure and hedge: give them with the changes.")
        gap, notes = _gap(*levels, size)
        controls = np.column_stack([controls[:, 0], gap])
    moved, still = (_without(one, controls) for one in (hedge, exposure))
    spread = weights @ np.square(moved)
    ratio = float(weights @ (moved * still) / spread)
    used = _lags(lags, size)
    error = _long_run_error(weights * moved * (still - ratio * moved), used) / spread
    before, after = (_deviation(one, weights, centred=method != "ewma") for one in (exposure, exposure - ratio * hedge))
    return HedgeRatio(
        ratio, float(error), 1.0 - (after / before) ** 2, before, after, size, method, lags=used, notes=notes
    )


def utility_ratio(
    exposure_changes: ArrayLike,
    hedge_changes: ArrayLike,
    risk_aversion: float,
    expected_carry: float = 0.0,
    *,
    lags: int | None = None,
) -> HedgeRatio:
    """The ratio with the most mean - risk_aversion × variance: Cov / Var - carry / (2 risk_aversion Var).

    `expected_carry` is the expected change of the hedge instrument over the time of one change, which selling it gives
    away; a view that the history does not tell, so that 0, a fair forward, is usual. The error is Newey–West's, of the
    covariance and the variance; the carry counts as known.
    """
    exposure, hedge = _paired(exposure_changes, hedge_changes)
    moved, still = hedge - hedge.mean(), exposure - exposure.mean()
    shift = expected_carry / (2.0 * positive("risk_aversion", risk_aversion))
    spread = float(moved @ moved)
    ratio = (float(moved @ still) - shift * hedge.size) / spread
    used = _lags(lags, hedge.size)
    error = _long_run_error(moved * (still - ratio * moved) - shift, used) / spread
    before, after = float(exposure.std()), float((exposure - ratio * hedge).std())
    share = 1.0 - (after / before) ** 2
    return HedgeRatio(ratio, float(error), share, before, after, hedge.size, "utility", lags=used)


def _paired(exposure_changes: ArrayLike, hedge_changes: ArrayLike) -> tuple[Floats, Floats]:
    exposure, hedge = vector("exposure_changes", exposure_changes), vector("hedge_changes", hedge_changes)
    if exposure.size != hedge.size:
        raise InputError(f"{exposure.size} exposure changes and {hedge.size} hedge changes are not of the same days")
    at_least("number of changes", hedge.size, 3)
    for changes, name in ((hedge, "hedge"), (exposure, "exposure")):
        if np.ptp(changes) == 0.0:
            raise InputError("The {name} never moves in this history: no ratio can be estimated.", name=name)
    return exposure, hedge


def _lags(lags: int | None, size: int) -> int:
    # The small step up keeps the whole part of a fourth root whole: 81 ** 0.25 can fall short of 3.
    return int(size**0.25 + 1e-9) if lags is None else at_least("lags", lags, 0)


def _without(values: Floats, controls: Floats) -> Floats:
    """What the controls do not explain (Frisch and Waugh): the ratio of two such is the regression's."""
    rest: Floats = values - controls @ np.linalg.lstsq(controls, values, rcond=None)[0]
    return rest


def _long_run_error(scores: Floats, lags: int) -> float:
    """√ of the variance of the sum of the scores, whose neighbours may move together (Newey and West, 1987)."""
    total = float(scores @ scores)
    for lag in range(1, min(lags, scores.size - 1) + 1):
        total += 2.0 * (1.0 - lag / (lags + 1.0)) * float(scores[lag:] @ scores[:-lag])
    return float(np.sqrt(total))


def _deviation(values: Floats, weights: Floats, *, centred: bool) -> float:
    shares = weights / weights.sum()
    middle = shares @ values if centred else 0.0
    return float(np.sqrt(shares @ np.square(values - middle)))


def _gap(exposure: ArrayLike, hedge: ArrayLike, changes: int) -> tuple[Floats, tuple[Sentence, ...]]:
    """How far the exposure's level stood from what the hedge's explains, a day before each change."""
    from statsmodels.tsa.stattools import coint  # two seconds of import that few callers need

    one, two = vector("levels of the exposure", exposure), vector("levels of the hedge", hedge)
    if not one.size == two.size == changes + 1:
        raise InputError(f"{one.size} and {two.size} levels do not belong to {changes} changes: one more is needed")
    apart = _without(one, np.column_stack([np.ones(two.size), two]))
    p_value = float(coint(one, two)[1])
    said = Sentence(
        "The levels of exposure and hedge do not surely belong together (p-value {p_value:.2f}): error correction adds "
        "little here.",
        p_value=p_value,
    )
    return apart[:-1], (said,) if p_value > DOUBTFUL else ()
