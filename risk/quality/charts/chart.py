"""What every control chart hands over: points, limits, signals, and the samples that the limits were learned from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, Sentence, at_least, positive

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FEW = 20  # samples below which limits learned from them are said to be loose


@dataclass(frozen=True)
class ControlChart:
    """Points in time order against their limits, all of shape (samples,) but `center`, in the unit of `values`.

    A point signals strictly beyond a limit; one below `lower` is good news where defects are counted. `values`, and the
    limits where they depend on it, are NaN for a sample that says nothing (no units); it never signals. `z` is the
    distance from the center in standard deviations, for `western_electric` and `nelson`. `baseline` marks the samples
    that center and limits were learned from (phase I); the others are only judged (phase II). `notes` say what was set
    aside.
    """

    values: Floats
    center: float
    lower: Floats
    upper: Floats
    signals: Bools
    z: Floats
    baseline: Bools
    notes: tuple[Sentence, ...] = ()

    @property
    def frame(self) -> pd.DataFrame:
        """Columns value, center, lower, upper, signal, z, baseline, a row a sample."""
        columns = {"value": self.values, "center": self.center, "lower": self.lower, "upper": self.upper}
        return pd.DataFrame({**columns, "signal": self.signals, "z": self.z, "baseline": self.baseline})


def judged(
    values: Floats,
    center: float,
    spread: Floats,
    sigmas: float,
    baseline: Bools,
    notes: tuple[Sentence, ...] = (),
    *,
    floor: float = -np.inf,
    ceiling: float = np.inf,
) -> ControlChart:
    """The chart of limits `sigmas` standard deviations (`spread`, one a sample) from the center, within its range."""
    reach = positive("sigmas", sigmas) * spread
    lower, upper = np.maximum(center - reach, floor), np.minimum(center + reach, ceiling)
    away = values - center
    endless = np.where(away > 0, np.inf, np.where(away < 0, -np.inf, away))  # where points cannot vary
    z = np.divide(away, spread, out=endless, where=spread > 0)
    return ControlChart(values, center, lower, upper, beyond(values, lower, upper), z, baseline, notes)


def beyond(values: Floats, lower: Floats, upper: Floats) -> Bools:
    """Points strictly outside their limits; a missing one is inside."""
    return (values < lower) | (values > upper)


def phase_one(baseline: ArrayLike | None, known: Bools) -> Bools:
    """The samples to learn from, of those that are known: all (None), the first so many, or those that are marked."""
    if baseline is None:
        return known.copy()
    given = np.asarray(baseline)
    if given.ndim == 0:
        first = at_least("baseline", int(given), 1)
        return known & (np.arange(known.size) < first)
    if given.shape != known.shape or given.dtype != np.bool_:
        raise InputError("The baseline must be a number of samples, or one true or false a sample.")
    marked: Bools = known & given
    return marked


def learned(baseline: Bools, needed: int = 1) -> tuple[Sentence, ...]:
    """What to say of a baseline; an error where it has fewer samples than the limits need."""
    count = int(baseline.sum())
    if count < needed:
        raise InputError(
            "The baseline has {count} usable samples; the limits need at least {needed}.", count=count, needed=needed
        )
    if count >= FEW:
        return ()
    return (Sentence("The limits rest on {count} samples; below {few} they are loose.", count=count, few=FEW),)


def single_values(
    values: ArrayLike, baseline: ArrayLike | None, needed: int = 2
) -> tuple[Floats, Bools, tuple[Sentence, ...]]:
    """The values, those among them that limits are learned from, and what is to be said; missing ones are counted."""
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1 or not found.size or np.isinf(found).any():
        raise InputError("The values must be a list of finite numbers, not {shape}.", shape=found.shape)
    known = ~np.isnan(found)
    learning = phase_one(baseline, known)
    notes = learned(learning, needed) if needed else ()
    missing = int((~known).sum())
    said = (Sentence("Samples left out, without a value: {count}.", count=missing),) if missing else ()
    return found, learning, (*said, *notes)


def clean_baseline(chart: Callable[[Bools], ControlChart], baseline: ArrayLike) -> Bools:
    """The baseline without the samples that signal against limits learned from the others: phase I, until none does.

    `chart` draws the chart for a baseline of shape (samples,); what the result leaves out of the baseline given is to
    be listed, and looked into.
    """
    kept = np.asarray(baseline, dtype=np.bool_)
    while True:
        left = kept & ~chart(kept).signals
        if (left == kept).all():
            return kept
        kept = left
