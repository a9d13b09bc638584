"""Charts of single values and of the time between rare events."""

from __future__ import annotations

from dataclasses import replace
from math import pi, sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from risk.checks import InputError, one_of
from risk.loss import special
from risk.quality.charts.attributes import Baseline, moving_ranges
from risk.quality.charts.chart import ControlChart, beyond, judged, single_values

RANGE_OF_TWO = 2 / sqrt(pi)  # mean range of two normal values over their standard deviation
NELSON = 3.6  # the root that makes exponential times nearly normal: Nelson (1994)


def individuals_chart(values: ArrayLike, sigmas: float = 3.0, baseline: Baseline = None) -> ControlChart:
    """Single values, their spread measured by the distances of neighbours, which a slow drift does not widen.

    Missing values are left out and counted. At least two neighbouring baseline samples.
    """
    found, learning, notes = single_values(values, baseline)
    spread = float(moving_ranges(found, learning).mean()) / RANGE_OF_TWO
    return judged(found, float(found[learning].mean()), np.full(found.shape, spread), sigmas, learning, notes)


def g_chart(
    between: ArrayLike,
    sigmas: float = 3.0,
    baseline: Baseline = None,
    *,
    limits: Literal["normal", "exact"] = "normal",
) -> ControlChart:
    """Units (or days) from one rare event to the next, at least one: geometric.

    Short distances are bad news, and normal limits never see them, as their lower one is 0; "exact" ones, quantiles of
    the tail probability of `sigmas`, may: Benneyan, Quality Engineering 14 (2001).
    """
    one_of("limits", limits, ("normal", "exact"))
    found, learning, notes = single_values(between, baseline)
    if (found < 1).any():
        raise InputError("A distance between events is below 1: events at the same place belong in one sample.")
    center = float(found[learning].mean())
    spread = sqrt(center * (center - 1))
    drawn = judged(found, center, np.full(found.shape, spread), sigmas, learning, notes, floor=0.0)
    return _geometric(drawn, sigmas) if limits == "exact" and center > 1 else drawn


def t_chart(times: ArrayLike, sigmas: float = 3.0, baseline: Baseline = None) -> ControlChart:
    """Time between rare events, above 0: an individuals chart of its 3.6th root, in the unit of the times again.

    Nelson, Journal of Quality Technology 26 (1994): the root makes exponential times nearly normal.
    """
    found = np.asarray(times, dtype=np.float64)
    if (found <= 0).any():
        raise InputError("A time between events is not above 0: give the events a finer time, or put them together.")
    drawn = individuals_chart(found ** (1 / NELSON), sigmas, baseline)
    lower, upper = np.maximum(drawn.lower, 0.0) ** NELSON, drawn.upper**NELSON
    return replace(drawn, values=found, center=drawn.center**NELSON, lower=lower, upper=upper)


def _geometric(drawn: ControlChart, sigmas: float) -> ControlChart:
    tail, stay = float(special.ndtr(-sigmas)), np.log1p(-1 / drawn.center)
    upper = np.full(drawn.values.shape, np.ceil(np.log(tail) / stay))  # P(X > k) = (1 - p)^k
    lower = np.full(drawn.values.shape, 1 + np.floor(np.log1p(-tail) / stay))  # P(X < k) = 1 - (1 - p)^(k - 1)
    return replace(drawn, lower=lower, upper=upper, signals=beyond(drawn.values, lower, upper))
