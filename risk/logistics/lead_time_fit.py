"""A formula for lead times, fitted with open parcels and lost ones, and what it says about each parcel under way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, Sentence, one_of
from risk.logistics.lead_times import Observed
from risk.loss.estimation.families import FAMILIES, Family
from risk.loss.estimation.likelihood import errors_by_curvature

Floats = NDArray[np.float64]

DISTRIBUTIONS = ("lognormal", "weibull", "gamma")
FEWEST = 5  # arrivals: two parameters from fewer is a drawing, not an estimate
_GAIN = 1e-6  # of log likelihood that a share of lost parcels must bring to be there at all


@dataclass(frozen=True)
class LeadTimeFit:
    """Days to delivery: P(T > t) = lost + (1 − lost) · survival of the distribution; its parameters are in days.

    Lognormal: mu and sigma of the log; Weibull and gamma: shape and scale. `errors` are standard errors by the same
    names, NaN where the likelihood has no peak. Where `converged` is False the numbers are no estimate and `note` says
    why. `lost` is 0 unless its estimation was asked for.
    """

    distribution: str
    parameters: dict[str, float]
    errors: dict[str, float]
    loglikelihood: float
    aic: float
    converged: bool
    observations: int
    events: int
    lost: float = 0.0
    note: Sentence | None = field(default=None)

    def survival(self, days: ArrayLike) -> Floats:
        """Share of parcels that take longer, those that never arrive among them."""
        times = np.asarray(days, dtype=np.float64)
        with np.errstate(divide="ignore"):
            left = np.exp(self._family.log_survival(np.maximum(times, 0.0), *self.parameters.values()))
        return np.asarray(self.lost + (1 - self.lost) * np.where(times <= 0, 1.0, left))[()]

    def quantile(self, shares: ArrayLike) -> Floats:
        """Days within which these shares of all parcels arrive; infinite for a share that never does."""
        wanted = np.asarray(shares, dtype=np.float64)
        left = 1 - wanted / (1 - self.lost)
        days = self._family.quantile(np.clip(left, 1e-300, 1.0), *self.parameters.values())
        return np.where(left > 0, days, np.inf)[()]

    @property
    def mean(self) -> float:
        """Mean days of the parcels that arrive."""
        first, second = self.parameters.values()
        return float(self._family.mean(first, second))

    def late_probability(self, age: ArrayLike, due: ArrayLike) -> Floats:
        """Chance that a parcel open after `age` days takes longer than `due` days: P(T > due | T > age), 1 past due."""
        waited, promised = np.asarray(age, dtype=np.float64), np.asarray(due, dtype=np.float64)
        return _ratio(self.survival(np.maximum(promised, waited)), self.survival(waited))

    def lost_probability(self, age: ArrayLike) -> Floats:
        """Chance that a parcel open after `age` days never arrives."""
        left = self.survival(age)
        return _ratio(np.full(np.shape(left), self.lost), left)

    @property
    def _family(self) -> Family:
        return FAMILIES[self.distribution]


def fit_lead_time(
    durations: ArrayLike,
    delivered: ArrayLike,
    distribution: str = "lognormal",
    lost: bool = False,
    parcels: ArrayLike | None = None,
) -> LeadTimeFit:
    """The distribution that makes these days likeliest; an open parcel takes at least as many as it has taken.

    `parcels` is how many each row stands for, 1 where left out.

    `lost` estimates a share of parcels that never arrive (a cure model; Maller and Zhou, Survival analysis with
    long-term survivors, 1996): it needs parcels observed well past the longest delivery, or slow and lost cannot be
    told apart. Where none are, the share is 0 and the note says so. Days must be above 0.

    Raises InputError for fewer than `FEWEST` arrivals, or fewer than three different ones.
    """
    one_of("distribution", distribution, DISTRIBUTIONS)
    seen = Observed.of(durations, delivered, parcels)
    total, arrived = float(seen.parcels.sum()), float(seen.parcels[seen.arrived].sum())
    _enough(seen, arrived)
    family = FAMILIES[distribution]
    depth = _depth(family, seen)
    start = np.array(family.start(seen.days[seen.arrived]))
    best = _search(depth, _moved(family, start, inward=True), family)
    note = best.note
    if lost:
        best, note = _with_lost(best, depth, start, family, 1 - arrived / total)
    return LeadTimeFit(
        distribution,
        dict(zip(family.parameters, best.point[:2], strict=True)),
        dict(zip((*family.parameters, "lost"), best.errors, strict=False)),
        best.height,
        2 * len(best.point) - 2 * best.height,
        best.note is None,
        round(total),
        round(arrived),
        best.point[2] if len(best.point) > 2 else 0.0,
        note,
    )


def fit_lead_times(
    durations: ArrayLike, delivered: ArrayLike, lost: bool = False, parcels: ArrayLike | None = None
) -> tuple[LeadTimeFit, ...]:
    """All three distributions, the smallest AIC first, those that did not converge last."""
    fits = [fit_lead_time(durations, delivered, name, lost, parcels) for name in DISTRIBUTIONS]
    return tuple(sorted(fits, key=lambda fit: (not fit.converged, fit.aic)))


@dataclass(frozen=True)
class OpenForecast:
    """What the parcels under way will do: `parcels` with age, due, late (chance), lost (chance), refund (expected).

    `late` is the expected number of late ones and `deviation` its standard deviation if parcels are late independently
    of each other (common causes make it wider); `reserve` is the expected refund.
    """

    parcels: pd.DataFrame
    late: float
    deviation: float
    reserve: float


def forecast_open(fit: LeadTimeFit, age: ArrayLike, due: ArrayLike, refund: ArrayLike = 0.0) -> OpenForecast:
    """Chance of each parcel under way to be late given how long it has waited; all in days since it was shipped.

    `due` is the promise (NaN: none was made, then it is in no sum), `refund` what a late one costs, one or one each.
    """
    waited, promised = np.atleast_1d(np.asarray(age, float)), np.atleast_1d(np.asarray(due, float))
    if not np.isfinite(waited).all() or (waited < 0).any():
        raise InputError("each parcel under way needs its age in days, 0 or more")
    late = fit.late_probability(waited, promised)
    frame = pd.DataFrame({"age": waited, "due": promised, "late": late, "lost": fit.lost_probability(waited)})
    frame["refund"] = frame["late"] * np.asarray(refund, float)
    deviation = np.sqrt((frame["late"] * (1 - frame["late"])).sum())
    return OpenForecast(frame, float(frame["late"].sum()), float(deviation), float(frame["refund"].sum()))


@dataclass(frozen=True)
class _Found:
    point: tuple[float, ...]
    errors: tuple[float, ...]
    height: float
    note: Sentence | None


def _enough(seen: Observed, arrived: float) -> None:
    if (seen.days <= 0).any():
        raise InputError(
            "{count} durations are 0: a distribution of lead times starts above it, count a first day as half a day",
            count=int((seen.days <= 0).sum()),
        )
    if arrived < FEWEST:
        raise InputError(
            "{events} of {parcels} parcels were delivered: a distribution needs at least {fewest}",
            events=round(arrived),
            parcels=round(float(seen.parcels.sum())),
            fewest=FEWEST,
        )
    if np.unique(seen.days[seen.arrived]).size < 3:
        raise InputError("fewer than three different lead times are known: there is no spread to fit")


def _depth(family: Family, seen: Observed) -> Callable[[Floats], float]:
    """Minus the log likelihood of (first, second[, lost]), each distinct day worked once."""
    days, parcels, arrived = seen.by_day
    known, times = days[arrived > 0], arrived[arrived > 0]
    open_days, waiting = days[parcels > arrived], (parcels - arrived)[parcels > arrived]

    def depth(values: Floats) -> float:
        lost = values[2] if len(values) > 2 else 0.0
        with np.errstate(all="ignore"):
            total = times @ family.log_density(known, values[0], values[1]) + times.sum() * np.log1p(-lost)
            left = family.log_survival(open_days, values[0], values[1])
            if lost:
                left = np.logaddexp(np.log(lost), np.log1p(-lost) + left)
            total += waiting @ left
        return -float(total) if np.isfinite(total) else np.inf

    return depth


def _with_lost(
    plain: _Found, depth: Callable[[Floats], float], start: Floats, family: Family, still_open: float
) -> tuple[_Found, Sentence | None]:
    """The fit with a share of lost parcels where it is the likelier one, else the plain one, and what to say."""
    chance = min(max(still_open, 0.01), 0.9)
    found = _search(depth, np.append(_moved(family, start, inward=True), np.log(chance / (1 - chance))), family)
    if found.height > plain.height + _GAIN:
        return found, found.note
    return plain, plain.note or Sentence("Nothing says that a parcel is lost for good: all are taken to arrive.")


def _moved(family: Family, point: Floats, *, inward: bool) -> Floats:
    """Positive parameters as logarithms, or back; a share of lost ones, the third, on the logistic scale."""
    moved = np.array(point, dtype=np.float64)
    free = np.array(family.above_zero)
    with np.errstate(over="ignore"):
        moved[:2] = np.where(free, np.log(np.where(free, point[:2], 1.0)) if inward else np.exp(point[:2]), point[:2])
        moved[2:] = 1 / (1 + np.exp(-moved[2:]))
    return moved


def _search(depth: Callable[[Floats], float], start: Floats, family: Family) -> _Found:
    """Where the likelihood is largest, by Nelder and Mead's search, checked by the curvature there."""
    from scipy.optimize import minimize

    size = max(1.0, abs(depth(_moved(family, start, inward=False))))
    options: Any = {"xatol": 1e-8, "fatol": 1e-13, "maxiter": 4000, "maxfev": 4000}

    def each(point: Floats) -> float:
        return depth(_moved(family, point, inward=False)) / size

    found = minimize(each, start, method="Nelder-Mead", options=options)
    values = _moved(family, found.x, inward=False)
    errors = errors_by_curvature(lambda at: -depth(at), values)
    note = None
    if not found.success:
        note = Sentence("The search for the best parameters did not arrive: these numbers are not an estimate.")
    elif not np.isfinite(errors).all():
        note = Sentence("The likelihood has no peak: these parcels do not determine the parameters.")
    return _Found(tuple(map(float, values)), tuple(map(float, errors)), -depth(values), note)


def _ratio(part: Floats, whole: Floats) -> Floats:
    """The part of the whole; 1 where nothing is left of it: a parcel older than any is late, and as good as lost."""
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), np.where(np.isnan(part), np.nan, 1.0))[()]
