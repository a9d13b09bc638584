"""How sure a simulated figure is, and how many years would make it sure enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, inf
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, Sentence, at_least, between, one_of, positive, vector
from risk.loss.measures import expected_loss, expected_shortfall, standard_error, value_at_risk

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

MEASURES = ("mean", "var", "es")
_FEWEST_TAIL_YEARS = 20  # below that the error of a tail is itself not known


@dataclass(frozen=True)
class Interval:
    """Bounds of a figure; `coverage` is what they really reach, at least what was asked for."""

    low: float
    high: float
    coverage: float


@dataclass(frozen=True)
class Estimate:
    """A figure with the standard error that the spread between batches of years gives it."""

    value: float
    standard_error: float
    batches: int


@dataclass(frozen=True)
class YearsNeeded:
    """Years that bring a figure to a relative error, from the error that it has now.

    `note` says when the answer is not to be trusted: too few years in the tail, or a tail so heavy that errors do not
    fall with the root of the years.
    """

    years: int
    value: float
    relative_error: float
    note: Sentence | None


def value_at_risk_interval(losses: ArrayLike, level: float, coverage: float = 0.95) -> Interval:
    """Two of the losses between which value at risk lies with at least this probability, whatever the distribution.

    From the binomial count of years below it; a bound that the years cannot give is infinite. Source: Conover,
    Practical nonparametric statistics, 3rd edition (1999), section 3.2.
    """
    from scipy.special import bdtr

    values = vector("losses", losses)
    between("level", level, 0.0, 1.0)
    tail = (1 - between("coverage", coverage, 0.0, 1.0)) / 2
    n = values.size
    reached = bdtr(np.arange(n, dtype=np.float64), n, level)  # P(at most k of n years below value at risk), k < n
    low = int(np.searchsorted(reached, tail, side="right"))  # years surely below: P(fewer) <= tail
    high = int(np.searchsorted(reached, 1 - tail)) + 1
    missed = (reached[low - 1] if low > 0 else 0.0) + (1 - reached[high - 1] if high <= n else 0.0)
    ranks = sorted({max(low - 1, 0), min(high - 1, n - 1)})
    ordered = np.partition(values, ranks)
    lowest = float(ordered[low - 1]) if low > 0 else -inf
    highest = float(ordered[high - 1]) if high <= n else inf
    return Interval(lowest, highest, float(1 - missed))


def batch_means(losses: ArrayLike, measure: str, level: float | None = None, batches: int = 20) -> Estimate:
    """The figure over all years, with an error from the same figure over batches of them in their order.

    Assumes no formula for the error, so it checks `standard_error` and serves where years of a batch depend on each
    other. `measure` is "mean", "var" or "es".
    """
    values = vector("losses", losses)
    count = at_least("batches", batches, 2)
    at_least("number of losses", values.size, 2 * count)
    figure = _figure(measure, level)
    parts = [figure(part) for part in np.array_split(values, count)]
    return Estimate(figure(values), float(np.std(parts, ddof=1) / np.sqrt(count)), count)


def running_estimates(losses: ArrayLike, level: float = 0.99, steps: int = 20) -> pd.DataFrame:
    """The figures after more and more of the years: years, and mean, var, es each with its error.

    Columns: years, mean, mean_error, var, var_error, es, es_error; the last row is all years.
    """
    import pandas as pd

    values = vector("losses", losses)
    between("level", level, 0.0, 1.0)
    at_least("number of losses", values.size, 2 * at_least("steps", steps, 1))
    ends = np.unique(np.linspace(values.size / steps, values.size, steps).astype(int))
    rows = [{"years": end} | _with_errors(values[:end], level) for end in ends]
    return pd.DataFrame(rows)


def years_needed(
    losses: ArrayLike, measure: str, level: float | None = None, relative_error: float = 0.02
) -> YearsNeeded:
    """Years of simulation that bring the standard error of a figure to this share of it: n · (error now / wanted)².

    Source: the error falls with the root of the years where the variance of what is averaged is finite.
    """
    values = vector("losses", losses)
    wanted = positive("relative_error", relative_error)
    value = _figure(measure, level)(values)
    if value <= 0:
        raise InputError("the figure is {value:.3g}: a share of it is no aim, look further into the tail", value=value)
    now = standard_error(values, measure, level) / value
    years = max(ceil(values.size * (now / wanted) ** 2), 1)
    return YearsNeeded(years, value, now, _doubt(values, level))


def _figure(measure: str, level: float | None) -> Callable[[Floats], float]:
    if one_of("measure", measure, MEASURES) == "mean":
        return expected_loss
    if level is None:
        raise InputError(f"level is missing, {measure!r} needs one")
    place = between("level", level, 0.0, 1.0)
    tail = value_at_risk if measure == "var" else expected_shortfall
    return lambda losses: tail(losses, place)


def _with_errors(losses: Floats, level: float) -> dict[str, float]:
    figures: dict[str, float] = {}
    for measure in MEASURES:
        figures[measure] = _figure(measure, level)(losses)
        figures[f"{measure}_error"] = standard_error(losses, measure, level)
    return figures


def _doubt(losses: Floats, level: float | None) -> Sentence | None:
    from risk.loss.estimation.tails import hill

    years = losses.size if level is None else int(losses.size * (1 - level))
    if years < _FEWEST_TAIL_YEARS:
        return Sentence(
            "Only {years} simulated years lie in the tail: simulate more before the error can be judged.", years=years
        )
    largest = min(max(_FEWEST_TAIL_YEARS, losses.size // 1000), 500)
    if np.partition(losses, -largest - 1)[-largest - 1] <= 0:
        return None
    index = hill(losses, largest).index
    if index < 0.5:
        return None
    return Sentence(
        "The largest losses look like a tail of index {index:.2f}: from 0.5 on the error falls more slowly than this, "
        "so take the years as a lower bound or cap the losses.",
        index=index,
    )
