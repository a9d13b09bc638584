"""Counts of events: whether they scatter more than chance, and which distribution gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, Sentence, at_least, vector
from risk.loss.estimation.severities import table_of

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CountTest:
    """Are counts Poisson? `index` is 1 for Poisson, above 1 for counts that scatter more.

    `p_value` is the chance of an index at least this large; that of the likelihood ratio against a negative binomial
    halves the chi-square, because Poisson lies at its edge.
    """

    index: float
    statistic: float
    p_value: float
    likelihood_ratio: float
    likelihood_ratio_p_value: float


def dispersion_test(counts: ArrayLike, exposure: ArrayLike | None = None) -> CountTest:
    """Fisher's index of dispersion, Σ (n − λe)² / λe on one degree less than counts, and the likelihood ratio.

    Source: Cameron and Trivedi, Regression analysis of count data, 2nd edition (2013), section 3.4.
    """
    from scipy.special import chdtrc

    events, weights = _counts(counts, exposure)
    expected = weights * events.sum() / weights.sum()
    statistic, degrees = float((np.square(events - expected) / expected).sum()), events.size - 1
    ratio = 2 * max(0.0, _best_shape(events, expected)[1] - _poisson_loglikelihood(events, expected))
    tail = float(chdtrc(1, ratio)) / 2 if ratio > 0 else 1.0
    return CountTest(statistic / degrees, statistic, float(chdtrc(degrees, statistic)), ratio, tail)


def fit_frequency(counts: ArrayLike, exposure: ArrayLike | None = None) -> pd.DataFrame:
    """Poisson and negative binomial fitted to counts, the smaller AIC first, one that did not converge last.

    `exposure` is what each count came from (years, orders, shipments), 1 when left out; parameters are for an exposure
    of 1. Columns: family, parameters (a dict for the class in `risk.loss.frequency`), errors (standard error of the
    mean), loglikelihood, aic, observations, converged, note (a sentence, or None).
    """
    events, weights = _counts(counts, exposure)
    rows = table_of([_poisson(events, weights), _negative_binomial(events, weights)])
    rows.insert(5, "observations", events.size)
    return rows.sort_values(["converged", "aic"], ascending=[False, True], kind="stable", ignore_index=True)


def _poisson(events: Floats, weights: Floats) -> dict[str, Any]:
    rate = events.sum() / weights.sum()
    height = _poisson_loglikelihood(events, rate * weights)
    return _row("poisson", {"mean": rate}, np.sqrt(rate / weights.sum()), height, 1, None)


def _negative_binomial(events: Floats, weights: Floats) -> dict[str, Any]:
    """With unequal exposure the mean is the Poisson one, which is consistent, and the shape is fitted given it."""
    rate = events.sum() / weights.sum()
    shape, height = _best_shape(events, rate * weights)
    if not np.isfinite(shape):
        note = Sentence("The counts scatter no more than chance: a negative binomial adds nothing to a Poisson.")
        return _row("negative-binomial", {}, np.nan, height, 2, note) | {"converged": False}
    total = weights.sum()
    error = np.sqrt(rate / total + rate**2 * np.square(weights).sum() / (shape * total**2))
    return _row("negative-binomial", {"mean": rate, "variance": rate + rate**2 / shape}, error, height, 2, None)


def _row(
    family: str, parameters: dict[str, float], error: float, height: float, free: int, note: Sentence | None
) -> dict[str, Any]:
    return {
        "family": family,
        "parameters": {name: float(value) for name, value in parameters.items()},
        "errors": {"mean": float(error)},
        "loglikelihood": height,
        "aic": 2 * free - 2 * height,
        "converged": True,
        "note": note,
    }


def _best_shape(events: Floats, expected: Floats) -> tuple[float, float]:
    """Shape of the negative binomial with these means and its log likelihood; infinite where Poisson is as good."""
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda log_shape: -_negative_binomial_loglikelihood(events, expected, float(np.exp(log_shape))),
        bounds=(np.log(1e-6), np.log(1e7)),
        method="bounded",
        options={"xatol": 1e-9, "maxiter": 500},
    )
    poisson = _poisson_loglikelihood(events, expected)
    if -found.fun <= poisson + 1e-6:
        return np.inf, poisson
    return float(np.exp(found.x)), -float(found.fun)


def _poisson_loglikelihood(events: Floats, expected: Floats) -> float:
    from scipy.special import gammaln, xlogy

    return float((xlogy(events, expected) - expected - gammaln(events + 1)).sum())


def _negative_binomial_loglikelihood(events: Floats, expected: Floats, shape: float) -> float:
    from scipy.special import betaln, xlogy

    ways = -betaln(shape, events + 1) - np.log(shape + events)  # Γ(r + n) / (Γ(r) n!), without cancelling for large r
    return float((ways + xlogy(events, expected / (expected + shape)) - shape * np.log1p(expected / shape)).sum())


def _counts(counts: ArrayLike, exposure: ArrayLike | None) -> tuple[Floats, Floats]:
    events = vector("counts", counts)
    at_least("number of counts", events.size, 2)
    weights = np.ones_like(events) if exposure is None else vector("exposure", exposure)
    if weights.shape != events.shape or (weights <= 0).any():
        raise InputError("each count needs an exposure above 0")
    if (events < 0).any() or (events != np.rint(events)).any():
        raise InputError("counts must be whole numbers of 0 or more")
    if not events.any():
        raise InputError("no event was counted: update an expert's rate with the years without one instead")
    return events, weights
