"""Does a fitted severity describe the losses? Anderson–Darling with a parametric bootstrap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, Sentence, at_least, one_of
from risk.loss.estimation.families import FAMILIES, Family
from risk.loss.estimation.likelihood import Sample, maximise
from risk.loss.estimation.severities import location_of
from risk.loss.streams import spawn

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class GoodnessOfFit:
    """Anderson–Darling distance and the share of samples from the fitted family that lie as far from their own fit.

    A small p-value says that the family does not describe the losses. `replications` are those that converged.
    """

    statistic: float
    p_value: float
    replications: int
    note: Sentence | None


def goodness_of_fit(
    losses: ArrayLike,
    family: str,
    rng: Generator,
    threshold: ArrayLike | None = None,
    replications: int = 199,
) -> GoodnessOfFit:
    """Anderson–Darling test of one family with its parameters estimated from the same losses.

    Tables for known parameters would be far too kind: each replication draws a sample of the same size above the same
    thresholds from the fit, and fits it again. Source: Stute, González Manteiga and Presedo Quindimil, Bootstrap based
    goodness-of-fit tests, Metrika 40 (1993).
    """
    at_least("replications", replications, 19)
    observed = Sample.of(losses, threshold, None)
    sample = observed.from_location(location_of(one_of("family", family, FAMILIES), observed))
    law = FAMILIES[family]
    best = maximise(law, sample)
    if not best.converged:
        raise InputError("the {family} family could not be fitted to these losses: nothing to test", family=family)
    parameters = (best.parameters[0], best.parameters[1])
    statistic = anderson_darling(law, sample, parameters)
    stream = spawn(rng, "goodness of fit", family)
    distances = [_distance(law, _drawn(law, sample, parameters, stream), parameters) for _ in range(replications)]
    valid = np.array([distance for distance in distances if distance is not None])
    note = _failures(replications - valid.size, replications)
    return GoodnessOfFit(statistic, float((1 + (valid >= statistic).sum()) / (1 + valid.size)), valid.size, note)


def anderson_darling(family: Family, sample: Sample, parameters: tuple[float, float]) -> float:
    """A² of the losses against the family, each given that it is above its threshold."""
    survival = family.log_survival(sample.losses, *parameters) - family.log_survival(sample.thresholds, *parameters)
    beyond = np.sort(survival)  # of the largest loss first
    n = beyond.size
    with np.errstate(divide="ignore"):
        below = np.log(-np.expm1(beyond[::-1]))  # log of the distribution function, of the smallest loss first
    return float(-n - (2 * np.arange(1, n + 1) - 1) @ (below + beyond) / n)


def _drawn(family: Family, sample: Sample, parameters: tuple[float, float], rng: Generator) -> Sample:
    above = np.exp(family.log_survival(sample.thresholds, *parameters))
    losses = family.quantile(above * (1 - rng.random(sample.losses.size)), *parameters)
    return Sample(losses, sample.thresholds, sample.censored, 0)


def _distance(family: Family, sample: Sample, start: tuple[float, float]) -> float | None:
    refit = maximise(family, sample, start, tolerance=1e-5)
    return anderson_darling(family, sample, (refit.parameters[0], refit.parameters[1])) if refit.converged else None


def _failures(failed: int, replications: int) -> Sentence | None:
    if not failed:
        return None
    return Sentence(
        "{failed} of {replications} samples from the fit could not be fitted again and do not count.",
        failed=failed,
        replications=replications,
    )
