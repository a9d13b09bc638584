"""Maximum likelihood of a severity family from losses that may be truncated on the left and censored on the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, Sentence, at_least, vector
from risk.loss.estimation.families import Family, _log

Floats = NDArray[np.float64]

FEWEST = 5  # losses: two parameters from fewer is a drawing, not an estimate
_TOLERANCE = 1e-8  # of the parameters, or of their logarithm


@dataclass(frozen=True, eq=False)
class Sample:
    """Losses above their reporting thresholds; those at their limit are known to be at least that."""

    losses: Floats
    thresholds: Floats  # 0 where every loss is reported
    censored: NDArray[np.bool_]
    left_out: int  # losses at or below their threshold, of which others like them went unreported

    @classmethod
    def of(cls, losses: ArrayLike, threshold: ArrayLike | None, limits: ArrayLike | None) -> Sample:
        """The sample; a threshold and a limit are one for all or one a loss. Refuses what has no spread to fit."""
        values = vector("losses", losses)
        if (values <= 0).any():
            raise InputError(
                "{count} losses are 0 or below: a severity is the cost of an event that cost something",
                count=int((values <= 0).sum()),
            )
        floors = _one_a_loss("threshold", 0.0 if threshold is None else threshold, values)
        caps = _one_a_loss("limits", np.inf if limits is None else limits, values)
        kept = values > floors
        sample = cls(values[kept], floors[kept], (values >= caps)[kept], int((~kept).sum()))
        at_least("number of losses above the threshold", sample.losses.size, FEWEST)
        if np.unique(sample.losses[~sample.censored]).size < 3:
            raise InputError("fewer than three different losses are fully known: there is no spread to fit")
        return sample

    @cached_property
    def floors(self) -> tuple[Floats, Floats]:
        """The different thresholds above 0 and how many losses have each."""
        values, counts = np.unique(self.thresholds[self.thresholds > 0], return_counts=True)
        return values, counts.astype(np.float64)

    @cached_property
    def known(self) -> Floats:
        """Losses that did not reach their limit."""
        return self.losses[~self.censored]

    @cached_property
    def limited(self) -> Floats:
        """Limits of the losses that reached them."""
        return self.losses[self.censored]

    def from_location(self, location: float) -> Sample:
        """The same losses counted from a location at or below all thresholds."""
        return Sample(self.losses - location, self.thresholds - location, self.censored, self.left_out)


@dataclass(frozen=True)
class Maximum:
    """Where the likelihood is largest; `errors` are the standard errors from its curvature there.

    Where the search did not arrive, `converged` is False and `note` says so.
    """

    parameters: tuple[float, float]
    errors: tuple[float, float]
    loglikelihood: float
    converged: bool
    note: Sentence | None


def loglikelihood(family: Family, sample: Sample, parameters: tuple[float, float]) -> float:
    """Log of the density of what was seen, given that each loss is above its threshold; -inf where it cannot be."""
    floors, losses_each = sample.floors
    with np.errstate(all="ignore"):
        total = float(family.log_density(sample.known, *parameters).sum())
        if sample.limited.size:
            total += float(family.log_survival(sample.limited, *parameters).sum())
        if floors.size:
            total -= float(losses_each @ family.log_survival(floors, *parameters))
    return total if np.isfinite(total) else -np.inf


def maximise(
    family: Family, sample: Sample, start: tuple[float, float] | None = None, tolerance: float = _TOLERANCE
) -> Maximum:
    """The parameters at which the likelihood is largest, by Nelder and Mead's search, checked by its curvature."""
    from scipy.optimize import minimize

    free = np.array(family.above_zero)

    def parameters(point: Floats) -> tuple[float, float]:
        with np.errstate(over="ignore"):
            first, second = np.where(free, np.exp(point), point)
        return float(first), float(second)

    def depth(point: Floats) -> float:
        # A loss each, so that rounding and tolerance do not depend on how many there are.
        return -loglikelihood(family, sample, parameters(point)) / sample.losses.size

    first = np.array(start or family.start(sample.losses), dtype=np.float64)
    origin = np.array(np.where(free, _log(np.where(free, first, 1.0)), first), dtype=np.float64)
    options: Any = {"xatol": tolerance, "fatol": tolerance * 1e-4, "maxiter": 2000}
    found = minimize(depth, origin, method="Nelder-Mead", options=options)
    best = parameters(found.x)
    errors = standard_errors(family, sample, best)
    note = _note(bool(found.success), errors)
    return Maximum(best, errors, loglikelihood(family, sample, best), note is None, note)


def standard_errors(family: Family, sample: Sample, parameters: tuple[float, float]) -> tuple[float, float]:
    """Roots of the diagonal of the inverse of minus the second derivatives; NaN where it is no maximum."""
    first, second = errors_by_curvature(lambda at: loglikelihood(family, sample, (at[0], at[1])), parameters)
    return float(first), float(second)


def errors_by_curvature(height: Callable[[Floats], float], top: ArrayLike) -> Floats:
    """Standard errors of the parameters at the top of a log likelihood, from its second differences; NaN for no top."""
    here = np.asarray(top, dtype=np.float64)
    steps = np.diag(1e-4 * np.maximum(np.abs(here), 1e-2))

    def bend(i: int, j: int) -> float:
        corners = (height(here + a * steps[i] + b * steps[j]) * a * b for a in (1, -1) for b in (1, -1))
        return float(sum(corners) / (4 * steps[i, i] * steps[j, j]))

    curvature = -np.array([[bend(i, j) for j in range(here.size)] for i in range(here.size)])
    if not (np.isfinite(curvature).all() and (np.linalg.eigvalsh(curvature) > 0).all()):
        return np.full(here.size, np.nan)
    return np.asarray(np.sqrt(np.diag(np.linalg.inv(curvature))))


def _note(arrived: bool, errors: tuple[float, float]) -> Sentence | None:
    if not arrived:
        return Sentence("The search for the best parameters did not arrive: these numbers are not an estimate.")
    if not np.isfinite(errors).all():
        return Sentence("The likelihood has no peak here: the losses do not determine both parameters of this family.")
    return None


def _one_a_loss(name: str, given: ArrayLike, losses: Floats) -> Floats:
    values = np.asarray(given, dtype=np.float64)
    if values.shape not in ((), losses.shape) or np.isnan(values).any() or (values < 0).any():
        raise InputError(
            "{name} must be one number of 0 or more, or one for each of the {count} losses",
            name=name,
            count=losses.size,
        )
    return np.broadcast_to(values, losses.shape)
