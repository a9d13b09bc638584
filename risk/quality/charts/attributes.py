"""Charts of counts: defective units (p, np), defects (u, c), and both with the spread that the data show (Laney)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from risk.checks import InputError, Sentence, one_of, positive
from risk.loss import special
from risk.quality.charts.chart import Bools, ControlChart, Floats, beyond, judged, learned, phase_one
from risk.quality.charts.counts import deviation, exact_limits, middle_probability

Limits = Literal["auto", "normal", "exact"]
Law = Literal["binomial", "poisson"]
Baseline = ArrayLike | None

SMALL = 5.0  # expected counts below which limits are exact
LANEY = 1.128  # mean range of two normal values over their deviation, rounded as in Laney (2002)


def p_chart(
    defectives: ArrayLike, sizes: ArrayLike, sigmas: float = 3.0, baseline: Baseline = None, *, limits: Limits = "auto"
) -> ControlChart:
    """Share of defective units, each sample with the limits of its own size.

    `baseline` is None (all samples), a number of first samples, or a bool a sample. `limits`: "normal" is center ±
    sigmas standard deviations, "exact" the binomial quantiles of the same tail probability, "auto" exact where fewer
    than 5 defectives (or good units) are expected. More defectives than units, and samples without units, are set
    aside and counted in the notes.

    >>> chart = p_chart([12, 15, 8, 30], 50, baseline=3, limits="normal")
    >>> chart.signals.tolist(), round(chart.center, 4)
    ([False, False, False, True], 0.2333)
    """
    return _chart(_samples(defectives, sizes, baseline, "binomial"), sigmas, limits)


def np_chart(
    defectives: ArrayLike, size: ArrayLike, sigmas: float = 3.0, baseline: Baseline = None, *, limits: Limits = "auto"
) -> ControlChart:
    """Number of defective units in samples of one size; samples of several sizes need a p chart.

    Arguments as in `p_chart`.
    """
    sizes = np.unique(np.asarray(size, dtype=np.float64))
    if sizes.size != 1:
        raise InputError("The samples have {sizes} sizes; an np chart needs one: use a p chart.", sizes=sizes.size)
    shares, units = p_chart(defectives, sizes[0], sigmas, baseline, limits=limits), float(sizes[0])
    scaled = {name: getattr(shares, name) * units for name in ("values", "center", "lower", "upper")}
    return replace(shares, **scaled)


def u_chart(
    defects: ArrayLike, units: ArrayLike, sigmas: float = 3.0, baseline: Baseline = None, *, limits: Limits = "auto"
) -> ControlChart:
    """Defects a unit, of which a unit may have several; arguments as in `p_chart`, with Poisson quantiles."""
    return _chart(_samples(defects, units, baseline, "poisson"), sigmas, limits)


def c_chart(
    defects: ArrayLike, sigmas: float = 3.0, baseline: Baseline = None, *, limits: Limits = "auto"
) -> ControlChart:
    """Number of defects, each sample of the same extent; arguments as in `u_chart`."""
    return u_chart(defects, 1.0, sigmas, baseline, limits=limits)


def laney_p_chart(
    defectives: ArrayLike, sizes: ArrayLike, sigmas: float = 3.0, baseline: Baseline = None
) -> ControlChart:
    """p′: the p chart whose standard deviation is multiplied by the one that its z scores show from week to week.

    Large samples vary more than the binomial law allows for, and a p chart flags them all: Laney, Quality Engineering
    14 (2002). Arguments as in `p_chart`; at least two neighbouring baseline samples.
    """
    return _laney(_samples(defectives, sizes, baseline, "binomial"), sigmas)


def laney_u_chart(defects: ArrayLike, units: ArrayLike, sigmas: float = 3.0, baseline: Baseline = None) -> ControlChart:
    """u′: as `laney_p_chart`, for defects a unit."""
    return _laney(_samples(defects, units, baseline, "poisson"), sigmas)


def moving_ranges(values: Floats, baseline: Bools) -> Floats:
    """Distances of neighbouring samples that both belong to the baseline."""
    pairs = baseline[1:] & baseline[:-1]
    if not pairs.any():
        raise InputError("No two neighbouring samples belong to the baseline: their distance cannot be measured.")
    ranges: Floats = np.abs(np.diff(values))[pairs]
    return ranges


@dataclass(frozen=True)
class _Samples:
    """Counts and sizes, NaN where set aside, and the law learned from the baseline."""

    counts: Floats
    sizes: Floats
    law: Law
    center: float
    baseline: Bools
    notes: tuple[Sentence, ...]

    @property
    def ceiling(self) -> float:
        return 1.0 if self.law == "binomial" else np.inf

    @property
    def spread(self) -> Floats:
        return deviation(self.law, self.center, self.sizes)


def _samples(counts: ArrayLike, sizes: ArrayLike, baseline: Baseline, law: Law) -> _Samples:
    found, units = np.broadcast_arrays(np.asarray(counts, dtype=np.float64), np.asarray(sizes, dtype=np.float64))
    if found.ndim != 1 or not found.size:
        raise InputError("The counts must be a list of samples, not {shape}.", shape=found.shape)
    if (found < 0).any() or (units < 0).any() or np.isinf(found).any() or np.isinf(units).any():
        raise InputError("Counts and sizes of samples must be finite and not below 0.")
    empty = ~(units > 0) | np.isnan(found)
    wrong = ~empty & (found > units) & (law == "binomial")
    known = ~(empty | wrong)
    notes = _set_aside(int(empty.sum()), int(wrong.sum()))
    learning = phase_one(baseline, known)
    notes += learned(learning)
    center = float(found[learning].sum() / units[learning].sum())
    sizes_known = np.where(known, units, np.nan)
    return _Samples(np.where(known, found, np.nan), sizes_known, law, center, learning, notes)


def _set_aside(empty: int, wrong: int) -> tuple[Sentence, ...]:
    notes = []
    if empty:
        notes.append(Sentence("Samples left out, without units or without a count: {count}.", count=empty))
    if wrong:
        notes.append(Sentence("Samples left out, with more defectives than units: {count}.", count=wrong))
    return tuple(notes)


def _chart(samples: _Samples, sigmas: float, limits: str) -> ControlChart:
    one_of("limits", limits, ("auto", "normal", "exact"))
    values = samples.counts / samples.sizes
    drawn = judged(
        values,
        samples.center,
        samples.spread,
        sigmas,
        samples.baseline,
        samples.notes,
        floor=0.0,
        ceiling=samples.ceiling,
    )
    expected = samples.sizes * samples.center
    fewest = np.minimum(expected, samples.sizes - expected) if samples.law == "binomial" else expected
    if samples.center == 0:
        return replace(drawn, notes=(*drawn.notes, Sentence("The baseline has no event: any later one signals.")))
    exact = ~np.isnan(values) & (limits != "normal") & ((fewest < SMALL) | (limits == "exact"))
    return _with_exact(drawn, samples, exact, sigmas) if exact.any() and samples.center < samples.ceiling else drawn


def _with_exact(drawn: ControlChart, samples: _Samples, exact: Bools, sigmas: float) -> ControlChart:
    """The chart with exact limits where `exact`; z is there the normal score, beyond `sigmas` just where it signals."""
    counts, sizes = samples.counts[exact], samples.sizes[exact]
    tail = float(special.ndtr(-positive("sigmas", sigmas)))
    low, high = exact_limits(samples.law, sizes, samples.center, tail)
    lower, upper, z = drawn.lower.copy(), drawn.upper.copy(), drawn.z.copy()
    lower[exact], upper[exact] = low / sizes, high / sizes
    signals = beyond(drawn.values, lower, upper)
    scores = special.ndtri(middle_probability(samples.law, counts, sizes, samples.center))
    inside = np.clip(scores, -sigmas, sigmas)
    outside = np.sign(scores) * np.maximum(np.abs(scores), np.nextafter(sigmas, np.inf))
    z[exact] = np.where(signals[exact], outside, inside)
    count = int(exact.sum())
    said = Sentence("Samples with exact limits: {count}.", count=count)
    return replace(drawn, lower=lower, upper=upper, z=z, signals=signals, notes=(*drawn.notes, said))


def _laney(samples: _Samples, sigmas: float) -> ControlChart:
    values = samples.counts / samples.sizes
    if not 0 < samples.center < samples.ceiling:
        raise InputError("The baseline has no events, or nothing else: how much they vary cannot be measured.")
    factor = float(moving_ranges((values - samples.center) / samples.spread, samples.baseline).mean()) / LANEY
    said = Sentence("Samples vary {factor:.2f} times as much as counts alone explain.", factor=factor)
    return judged(
        values,
        samples.center,
        factor * samples.spread,
        sigmas,
        samples.baseline,
        (*samples.notes, said),
        floor=0.0,
        ceiling=samples.ceiling,
    )
