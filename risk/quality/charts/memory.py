"""Charts that remember: EWMA and CUSUM, which see a small lasting change sooner than single points do."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from risk.checks import InputError, Sentence, not_negative, positive
from risk.quality.charts.attributes import Baseline, moving_ranges
from risk.quality.charts.chart import Bools, ControlChart, Floats, judged, single_values
from risk.quality.charts.measured import RANGE_OF_TWO


def ewma_chart(
    values: ArrayLike,
    weight: float = 0.2,
    sigmas: float = 3.0,
    baseline: Baseline = None,
    *,
    center: float | None = None,
    deviation: float | None = None,
    settled: bool = False,
) -> ControlChart:
    """Average of all values so far, the newest with this weight, each earlier one with (1 − weight) times the next.

    `center` and `deviation` of the values are those given, else learned from the baseline (mean, moving ranges).
    Limits widen from the start as the average's own deviation does, or are those of the long run (`settled`). A
    missing value leaves the average where it is. Roberts, Technometrics 1 (1959).
    """
    found, learning, notes, middle, spread = _known(values, baseline, center, deviation)
    share = weight_of_newest(weight)
    averages, last = np.empty_like(found), middle
    for place, value in enumerate(found):
        last = last if np.isnan(value) else share * value + (1 - share) * last
        averages[place] = last
    seen = np.cumsum(~np.isnan(found))
    grown = np.ones(found.shape) if settled else 1 - (1 - share) ** (2 * seen)
    return judged(averages, middle, spread * np.sqrt(share / (2 - share) * grown), sigmas, learning, notes)


def weight_of_newest(weight: float) -> float:
    """The weight, which must lie above 0 and be at most 1."""
    if not 0 < weight <= 1:
        raise InputError(
            "The weight of the newest value is {weight}; it must lie above 0 and be at most 1.", weight=weight
        )
    return float(weight)


@dataclass(frozen=True)
class CusumChart(ControlChart):
    """Two cumulative sums in standard deviations from the target; `values` is the one further from 0.

    `high` sums what is above the target, `low`, not above 0, what is below.
    """

    high: Floats = field(default_factory=lambda: np.empty(0))
    low: Floats = field(default_factory=lambda: np.empty(0))


def cusum_chart(
    values: ArrayLike,
    reference: float = 0.5,
    limit: float = 5.0,
    baseline: Baseline = None,
    *,
    center: float | None = None,
    deviation: float | None = None,
    head_start: float = 0.0,
) -> CusumChart:
    """Cumulative sums of what exceeds the target by more than `reference` standard deviations; signals above `limit`.

    `reference` is half the shift to be found. `head_start`, a share of the limit, is where both sums begin: one half
    finds a process that starts out wrong sooner (fast initial response: Lucas and Crosier, Technometrics 24 (1982)).
    `center` and `deviation` as in `ewma_chart`. Sums go on after a signal; missing values change nothing.
    """
    found, learning, notes, middle, spread = _known(values, baseline, center, deviation)
    if spread == 0:
        raise InputError("The values of the baseline do not vary: give their standard deviation.")
    top, slack = positive("limit", limit), not_negative("reference", reference)
    if not 0 <= head_start < 1:
        raise InputError("The head start is {share}; it is a share of the limit from 0 to below 1.", share=head_start)
    steps = np.nan_to_num((found - middle) / spread)
    slack_of = np.where(np.isnan(found), 0.0, slack)
    high = cumulative(steps - slack_of, head_start * top)
    low = 0.0 - cumulative(-steps - slack_of, head_start * top)
    further = np.where(high >= -low, high, low)
    limits = np.full(found.shape, top)
    signals: Bools = ((high > top) | (low < -top)) & ~np.isnan(found)
    return CusumChart(further, 0.0, -limits, limits, signals, further, learning, notes, high, low)


def cumulative(steps: Floats, start: ArrayLike = 0.0) -> Floats:
    """Sums of the steps along the last axis, from `start`, that never fall below 0."""
    sums = np.empty_like(steps)
    last: Floats = np.broadcast_to(np.asarray(start, dtype=np.float64), steps.shape[:-1])
    for place in range(steps.shape[-1]):
        last = np.maximum(last + steps[..., place], 0.0)
        sums[..., place] = last
    return sums


def _known(
    values: ArrayLike, baseline: Baseline, center: float | None, deviation: float | None
) -> tuple[Floats, Bools, tuple[Sentence, ...], float, float]:
    """The values, their baseline and notes, and center and deviation, given or learned."""
    needed = 2 if deviation is None else int(center is None)
    found, learning, notes = single_values(values, baseline, needed)
    middle = float(found[learning].mean()) if center is None else float(center)
    if deviation is not None:
        return found, learning, notes, middle, positive("deviation", deviation)
    return found, learning, notes, middle, float(moving_ranges(found, learning).mean()) / RANGE_OF_TWO
