"""Regression of the instrument's changes on the item's, and how much of the variance a hedge takes away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from risk.checks import InputError, Sentence, at_least, between
from risk.currency.effectiveness.offset import paired

LEAST = 3  # changes: with two the line has no error
USUAL = 30  # changes that practice asks for


@dataclass(frozen=True)
class EffectivenessRegression:
    """Least squares of minus the instrument's changes on the item's, with intercept.

    A perfect hedge has slope 1. `low` and `high` bound the slope with probability `coverage` (Student's t);
    `f_statistic` and `p_value` are of no relation at all, `one_p_value` of a slope of 1. `errors` names how the
    covariance is estimated. `variance_reduction` is that of the hedge as it is, not at the fitted slope.
    """

    slope: float
    standard_error: float
    low: float
    high: float
    coverage: float
    intercept: float
    r_squared: float
    f_statistic: float
    p_value: float
    one_p_value: float
    observations: int
    errors: str
    variance_reduction: float
    notes: tuple[Sentence, ...] = ()


def effectiveness_regression(
    item_changes: ArrayLike, instrument_changes: ArrayLike, *, coverage: float = 0.95, lags: int | None = None
) -> EffectivenessRegression:
    """Whether the instrument moves against the item one for one, out of changes of both, gains positive.

    Changes, not levels: two levels that wander correlate without any relation. With a hypothetical derivative the
    changes of the item are minus those of the derivative. `lags`: number of periods over which residuals may hang
    together, for standard errors by Newey and West; overlapping changes need it. InputError for fewer than 3 changes or
    an item that does not change. Source: Finnerty and Grant, Accounting Horizons 16 (2002).
    """
    item, instrument = paired(item_changes, instrument_changes)
    n = len(item)
    if n < LEAST or np.ptp(item) == 0:
        raise InputError(
            "A regression needs {least} changes of the hedged item at least that are not all alike, and there are "
            "{count}.",
            least=LEAST,
            count=n,
        )
    size = max(float(np.abs(item).max()), float(np.abs(instrument).max()))
    fit = _fitted(item / size, -instrument / size, lags)
    low, high = fit.conf_int(1.0 - between("coverage", coverage, 0.0, 1.0))[1]
    with np.errstate(divide="ignore", invalid="ignore"):  # a hedge without residuals has no error to divide by
        one = fit.t_test("x1 = 1")
        f_statistic, p_value = float(np.squeeze(fit.fvalue)), float(np.squeeze(fit.f_pvalue))
    return EffectivenessRegression(
        slope=float(fit.params[1]),
        standard_error=float(fit.bse[1]),
        low=float(low),
        high=float(high),
        coverage=coverage,
        intercept=float(fit.params[0]) * size,
        r_squared=float(fit.rsquared),
        f_statistic=f_statistic,
        p_value=p_value,
        one_p_value=float(np.squeeze(one.pvalue)),
        observations=n,
        errors="ordinary" if lags is None else "Newey-West",
        variance_reduction=variance_reduction(item, instrument),
        notes=_notes(n),
    )


def variance_reduction(item_changes: ArrayLike, instrument_changes: ArrayLike) -> float:
    """1 less the variance of item and instrument together over that of the item: 1 is perfect, below 0 is worse."""
    item, instrument = paired(item_changes, instrument_changes)
    if np.ptp(item) == 0:
        raise InputError("The hedged item does not change: there is no variance to take away.")
    return 1.0 - float(np.var(item + instrument) / np.var(item))


def _fitted(item: np.ndarray, offset: np.ndarray, lags: int | None) -> Any:
    from statsmodels.api import OLS, add_constant  # two seconds of import that few callers need

    model = OLS(offset, add_constant(item))
    if lags is None:
        return model.fit()
    return model.fit(cov_type="HAC", cov_kwds={"maxlags": at_least("lags", lags, 0)}, use_t=True)


def _notes(observations: int) -> tuple[Sentence, ...]:
    if observations >= USUAL:
        return ()
    return (
        Sentence(
            "{count} changes are fewer than the {usual} that practice asks for: the interval is wide.",
            count=observations,
            usual=USUAL,
        ),
    )
