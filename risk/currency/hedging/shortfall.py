"""Hedge ratios for the tail: of least expected shortfall, and the smallest that keeps a measure within a tolerance.

Expected shortfall of a + h b is convex in the ratio h and made of straight pieces (Rockafellar and Uryasev), so that
its least value is found exactly and, with `Lines` leaving out what cannot matter any more, in a few passes.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, at_least, between, one_of
from risk.currency.hedging.ratio import HedgeRatio, minimum_variance_ratio
from risk.currency.programmes import MOST
from risk.currency.sweep import Lines, Tangent, paired, tangent_at
from risk.loss.measures import expected_shortfall, rank

Floats = NDArray[np.float64]

DRAWS = 200  # of the bootstrap
_ROUNDING = 8 * float(np.finfo(np.float64).eps)


def minimum_shortfall_ratio(
    exposure_changes: ArrayLike,
    hedge_changes: ArrayLike,
    level: float = 0.95,
    *,
    rng: Generator | None = None,
    draws: int = DRAWS,
) -> HedgeRatio:
    """The ratio with the least expected shortfall of exposure change - ratio × hedge change; exact.

    Changes are gains where positive, their mean counts. With `rng` the standard error is that of `draws` bootstrap
    samples of the pairs, which takes changes of different days for independent; without it, NaN.
    """
    start = minimum_variance_ratio(exposure_changes, hedge_changes)
    losses, hedge = -np.asarray(exposure_changes, dtype=np.float64), np.asarray(hedge_changes, dtype=np.float64)
    best = _unbounded(losses, hedge, between("level", level, 0.0, 1.0), start.ratio)
    error = math.nan
    if rng is not None:
        found = []
        for _ in range(at_least("draws", draws, 2)):
            drawn = rng.integers(losses.size, size=losses.size)
            found.append(_unbounded(losses[drawn], hedge[drawn], level, best.ratio).ratio)
        error = float(np.std(found, ddof=1))
    share = 1.0 - float(np.var(losses + best.ratio * hedge) / np.var(losses))
    before = expected_shortfall(losses, level)
    return HedgeRatio(best.ratio, error, share, before, best.es, losses.size, "shortfall")


def least_shortfall(
    unhedged: ArrayLike, hedge: ArrayLike, level: float = 0.95, bounds: tuple[float, float] = (0.0, MOST)
) -> Tangent:
    """The ratio within bounds with the least expected shortfall of unhedged + ratio × hedge, losses positive.

    Exact on all scenarios. Returns ratio, var, es and the slope of the shortfall there.
    """
    a, b = paired(unhedged, hedge)
    low, high = _interval(bounds)
    return _least(a, b, between("level", level, 0.0, 1.0), low, high)


def tolerance_ratio(
    unhedged: ArrayLike,
    hedge: ArrayLike,
    tolerance: float,
    level: float = 0.95,
    measure: str = "es",
    bounds: tuple[float, float] = (0.0, MOST),
) -> float:
    """The smallest ratio within bounds that keeps "es" or "var" of unhedged + ratio × hedge within the tolerance.

    Losses positive, the tolerance in their units. InputError where no ratio does, saying what the best one reaches.
    """
    a, b = paired(unhedged, hedge)
    one_of("measure", measure, ("es", "var"))
    low, high = _interval(bounds)
    between("level", level, 0.0, 1.0)
    if measure == "var":
        return _first_within(a, b, tolerance, level, low, high)
    best = _least(a, b, level, low, high)
    if best.es > tolerance:
        raise InputError(
            "No hedge ratio keeps expected shortfall within {tolerance:,.0f}: the least is {least:,.0f}, at a ratio of "
            "{ratio:.0%}.",
            tolerance=tolerance,
            ratio=best.ratio,
            least=best.es,
        )
    return _descended(a, b, tolerance, level, low, best.ratio)


def _interval(bounds: tuple[float, float]) -> tuple[float, float]:
    low, high = float(bounds[0]), float(bounds[1])
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise InputError(f"bounds == {bounds}, must be two finite numbers, the lower first")
    return low, high


def _unbounded(losses: Floats, hedge: Floats, level: float, start: float) -> Tangent:
    """The least shortfall over all ratios: an interval about the start that doubles until it holds it."""
    if min(expected_shortfall(hedge, level), expected_shortfall(-hedge, level)) <= 0.0:
        raise InputError(
            "In this history the hedge never loses on one side: no ratio is the best, more is ever better."
        )
    lines = Lines.of(losses, hedge, level)
    tail, width = (1.0 - level) * losses.size, 0.5
    while True:
        low, high = (tangent_at(lines, lines.worst, tail, start + way * width) for way in (-1, 1))
        if low.slope <= 0.0 <= high.slope:
            return _least(losses, hedge, level, low.ratio, high.ratio)
        width *= 2.0


def _least(a: Floats, b: Floats, level: float, low: float, high: float) -> Tangent:
    """Two tangents that fall towards each other cross at a lower bound; it is reached at the least.

    After each crossing the middle is measured too, so that the interval halves at least.
    """
    lines, tail = Lines.of(a, b, level), (1.0 - level) * a.size
    worst = lines.worst
    left, right = tangent_at(lines, worst, tail, low), tangent_at(lines, worst, tail, high)
    best = min(left, right, key=lambda point: point.es)
    while left.slope < 0.0 < right.slope:
        lines = lines.narrowed(left[:2], right[:2])
        step = right.ratio - left.ratio
        crossing = (left.es - right.es + right.slope * step) / (right.slope - left.slope)
        bound = left.es + left.slope * crossing
        for ratio in (left.ratio + crossing, left.ratio + 0.5 * step):
            point = tangent_at(lines, worst, tail, min(max(ratio, left.ratio), right.ratio))
            best = min(best, point, key=lambda point: point.es)
            if point.slope <= 0.0 and point.ratio > left.ratio:
                left = point
            elif point.slope >= 0.0 and point.ratio < right.ratio:
                right = point
        scale = abs(best.es) + abs(left.slope * step)
        if best.es - bound <= _ROUNDING * scale or right.ratio - left.ratio <= _ROUNDING * abs(best.ratio):
            break
    return best


def _descended(a: Floats, b: Floats, tolerance: float, level: float, low: float, high: float) -> float:
    """Where the shortfall, falling from low to high, first meets the tolerance: Newton's steps never overshoot."""
    lines, tail = Lines.of(a, b, level), (1.0 - level) * a.size
    point = tangent_at(lines, lines.worst, tail, low)
    while point.es > tolerance and point.slope < 0.0:
        ahead = min(point.ratio + (tolerance - point.es) / point.slope, high)
        if ahead <= point.ratio:
            break
        point = tangent_at(lines, lines.worst, tail, ahead)
    return point.ratio


def _first_within(a: Floats, b: Floats, tolerance: float, level: float, low: float, high: float) -> float:
    """Value at risk keeps within the tolerance where at most so many losses exceed it: each begins or ends to once."""
    allowed = a.size - rank(level, a.size) - 1
    over = a + low * b > tolerance
    if int(over.sum()) <= allowed:
        return low
    moving = np.flatnonzero(b)
    at = (tolerance - a[moving]) / b[moving]
    falls = b[moving] < 0.0
    crossed = np.where(falls, over[moving], ~over[moving]) & (at >= low) & (at <= high)
    at, falls = at[crossed], falls[crossed]
    # At the same ratio those that end come first: a loss equal to the tolerance does not exceed it.
    order = np.lexsort((~falls, at))
    count = int(over.sum()) + np.cumsum(np.where(falls[order], -1, 1))
    enough = np.flatnonzero(count <= allowed)
    if enough.size == 0:
        raise InputError(
            "No hedge ratio between {low:.0%} and {high:.0%} keeps value at risk within {tolerance:,.0f}.",
            low=low,
            high=high,
            tolerance=tolerance,
        )
    return float(at[order][enough[0]])
