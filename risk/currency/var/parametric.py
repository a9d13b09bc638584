"""Value at risk from the volatility of the book and the shape of its tail, without a sample."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from risk.checks import Sentence
from risk.currency.paths import calibrate
from risk.currency.var.cornish_fisher import cornish_fisher
from risk.currency.var.sampled import Answer, book_degrees
from risk.currency.var.student import Factors, normal_factors, student_factors
from risk.currency.volatility import ewma_covariance

if TYPE_CHECKING:
    from risk.currency.var.estimate import Setting

Floats = NDArray[np.float64]


def normal(returns: Floats, value: Floats, setting: Setting) -> Answer:
    """Exponentially weighted covariance and the normal distribution."""
    thin = Sentence("Normal tails are too thin for exchange rates: losses beyond this are more frequent than said.")
    answer = linear(ewma_covariance(np.expm1(returns) * value, setting.decay), normal_factors(setting.level), setting)
    return answer._replace(notes=(thin, *answer.notes))


def student(returns: Floats, value: Floats, setting: Setting) -> Answer:
    """The same with Student's t distribution, its degrees of freedom most likely for the book's own residuals."""
    gains = np.expm1(returns) * value
    degrees = book_degrees(gains.sum(axis=1), setting.decay, setting.window)
    fitted = Sentence("Student's t distribution with {degrees} degrees of freedom.", degrees=f"{degrees:.3g}")
    answer = linear(ewma_covariance(gains, setting.decay), student_factors(setting.level, degrees), setting)
    return answer._replace(notes=(fitted, *answer.notes))


def expanded(returns: Floats, value: Floats, setting: Setting) -> Answer:
    """Cornish and Fisher's expansion of returns scaled to tomorrow's volatility; Student's t where it has no answer."""
    dynamics = calibrate(returns, setting.decay, window=setting.window)
    losses = -np.expm1(dynamics.walk([np.arange(len(dynamics.rows))])[-1]) * value
    found = cornish_fisher(losses, setting.level, setting.horizon)
    if not found.valid:
        outside = Sentence(
            "Skewness {skewness} and excess kurtosis {kurtosis} lie outside the domain of the expansion: Student's t "
            "distribution answers.",
            skewness=f"{found.skewness:.2g}",
            kurtosis=f"{found.excess_kurtosis:.2g}",
        )
        answer = student(returns, value, setting)
        return answer._replace(notes=(outside, *answer.notes))
    every = np.arange(len(value))

    def part(columns: NDArray[np.intp]) -> float:
        one = cornish_fisher(losses[:, columns], setting.level, setting.horizon)
        return one.var if one.valid else student(returns[:, columns], value[columns], setting).var

    alone = np.array([part(every[[place]]) for place in every])
    without = np.array([part(np.delete(every, place)) if len(every) > 1 else 0.0 for place in every])
    share = relative_error(setting.decay)
    return Answer(
        found.var,
        found.es,
        abs(found.var) * share,
        found.es * share,
        found.es_parts,
        found.var_parts,
        alone,
        found.var - without,
        (_of_volatility(),),
    )


def linear(covariance: Floats, factors: Factors, setting: Setting) -> Answer:
    """The answer of a book whose gains have this daily covariance by currency."""
    scaled = covariance * setting.horizon
    deviation = math.sqrt(max(0.0, scaled.sum()))  # rounding can leave less than nothing of a perfect hedge
    share = scaled.sum(axis=1) / deviation if deviation > 0 else np.zeros(len(scaled))
    rest = scaled.sum() - 2.0 * scaled.sum(axis=1) + np.diag(scaled)
    without = np.sqrt(np.maximum(rest, 0.0))
    relative = relative_error(setting.decay)
    notes = [_of_volatility()]
    if setting.horizon > 1:
        notes.append(
            Sentence(
                "Scaled from one day by the square root of {horizon}, as if volatility stayed as it is today.",
                horizon=setting.horizon,
            )
        )
    return Answer(
        factors.var * deviation,
        factors.es * deviation,
        abs(factors.var) * deviation * relative,
        factors.es * deviation * relative,
        factors.es * share,
        factors.var * share,
        factors.var * np.sqrt(np.diag(scaled)),
        factors.var * (deviation - without),
        tuple(notes),
    )


def relative_error(decay: float) -> float:
    """Of a standard deviation out of as many observations as exponential weights amount to."""
    return math.sqrt((1.0 - decay) / (1.0 + decay) / 2.0)


def _of_volatility() -> Sentence:
    return Sentence("The error is that of the volatility alone, the shape of the tail taken as known.")
