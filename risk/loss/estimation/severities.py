"""Which distribution the cost of an event has, by maximum likelihood of several families side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from risk.checks import Sentence, one_of
from risk.loss.estimation.families import FAMILIES
from risk.loss.estimation.likelihood import Maximum, Sample, maximise

if TYPE_CHECKING:
    import pandas as pd

ALL = ("lognormal", "gamma", "weibull", "generalized-pareto")


def fit_severity(
    losses: ArrayLike,
    families: Sequence[str] = ALL,
    threshold: ArrayLike | None = None,
    limits: ArrayLike | None = None,
) -> pd.DataFrame:
    """Families fitted to positive losses, the smallest AIC first, those that did not converge last.

    `threshold`: losses at or below it go unreported, so those given are left out (and counted) and the likelihood is
    that of a loss given that it is above; `limits`: a loss at its limit is known to be at least that. Both are one
    number or one a loss. The generalized Pareto starts at the lowest threshold, or at 0.

    Columns: family, parameters (a dict for the class in `risk.loss.severity`), errors (standard errors, same keys),
    loglikelihood, aic, bic, mean (infinite for a tail index of 1 or more), observations, censored, left_out,
    converged, note (a sentence, or None).
    """
    for family in families:
        one_of("family", family, FAMILIES)
    sample = Sample.of(losses, threshold, limits)
    rows = table_of([_row(family, sample) for family in families])
    return rows.sort_values(["converged", "aic"], ascending=[False, True], kind="stable", ignore_index=True)


def table_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The rows as a frame whose notes stay sentences: pandas would turn them into plain text."""
    import pandas as pd

    notes = [row.pop("note") for row in rows]
    return pd.DataFrame(rows).assign(note=pd.Series(notes, dtype=object))


def location_of(family: str, sample: Sample) -> float:
    """Where a family starts: at the lowest threshold for the generalized Pareto, at 0 for the others."""
    return float(sample.thresholds.min()) if family == "generalized-pareto" else 0.0


def _row(name: str, sample: Sample) -> dict[str, Any]:
    family, location = FAMILIES[name], location_of(name, sample)
    best = maximise(family, sample.from_location(location))
    size, mean = sample.losses.size, location + family.mean(*best.parameters)
    extra = {"threshold": location} if name == "generalized-pareto" else {}
    return {
        "family": name,
        "parameters": dict(zip(family.parameters, best.parameters, strict=True)) | extra,
        "errors": dict(zip(family.parameters, best.errors, strict=True)),
        "loglikelihood": best.loglikelihood,
        "aic": 4 - 2 * best.loglikelihood,
        "bic": 2 * np.log(size) - 2 * best.loglikelihood,
        "mean": mean,
        "observations": size,
        "censored": int(sample.censored.sum()),
        "left_out": sample.left_out,
        "converged": best.converged,
        "note": best.note or _about(name, best),
    }


def _about(name: str, best: Maximum) -> Sentence | None:
    if name != "generalized-pareto":
        return None
    shape = best.parameters[0]
    if shape >= 1:
        return Sentence("The tail index is {shape:.2f}: the mean is infinite unless losses are capped.", shape=shape)
    if shape <= -0.5:
        return Sentence(
            "The tail ends at {end:.4g} and its standard errors do not hold (shape {shape:.2f}).",
            end=-best.parameters[1] / shape,
            shape=shape,
        )
    return None
