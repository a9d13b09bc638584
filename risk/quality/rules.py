"""Run rules: patterns of several points that a single limit does not see, each at the price of more false alarms.

Print the run length of the rules chosen (`risk.quality.run_lengths`) beside them: all four of Western Electric alarm
every 92 points of a process that is as it was, a single limit every 370.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError
from risk.quality.charts.chart import Bools, Floats

Region = Callable[[Floats], Bools]


def _above(limit: float) -> Region:
    return lambda z: z > limit


def _below(limit: float) -> Region:
    return lambda z: z < -limit


def _within(limit: float) -> Region:
    return lambda z: np.abs(z) < limit


def _outside(limit: float) -> Region:
    return lambda z: np.abs(z) > limit


@dataclass(frozen=True)
class ZoneRule:
    """At least `hits` of the last `of` points in one of the regions, the newest among them.

    Regions are unions of zones cut at whole standard deviations, so that the rule's run length is a Markov chain.
    """

    hits: int
    of: int
    regions: tuple[Region, ...]

    def completed(self, z: Floats) -> Bools:
        """Points that complete the pattern, along the last axis; a missing point is in no region."""
        found = np.zeros(z.shape, dtype=np.bool_)
        for region in self.regions:
            inside = region(z)
            found |= inside & (_last(inside, self.of) >= self.hits)
        return found


@dataclass(frozen=True)
class Trend:
    """`points` in a row, each above (or each below) the one before it."""

    points: int

    def completed(self, z: Floats) -> Bools:
        """Points that complete the pattern, along the last axis."""
        steps = np.diff(z, axis=-1, prepend=np.nan)
        needed = self.points - 1
        found: Bools = (_last(steps > 0, needed) == needed) | (_last(steps < 0, needed) == needed)
        return found


@dataclass(frozen=True)
class Alternation:
    """`points` in a row, alternately up and down."""

    points: int

    def completed(self, z: Floats) -> Bools:
        """Points that complete the pattern, along the last axis."""
        steps = np.sign(np.diff(z, axis=-1, prepend=np.nan))
        turned = np.zeros(z.shape, dtype=np.bool_)
        turned[..., 1:] = steps[..., 1:] * steps[..., :-1] < 0
        found: Bools = _last(turned, self.points - 2) == self.points - 2
        return found


Rule = ZoneRule | Trend | Alternation


def _either_side(hits: int, of: int, limit: float) -> ZoneRule:
    return ZoneRule(hits, of, (_above(limit), _below(limit)))


WESTERN_ELECTRIC: Mapping[str, ZoneRule] = {
    "1 beyond 3 sigma": _either_side(1, 1, 3.0),
    "2 of 3 beyond 2 sigma": _either_side(2, 3, 2.0),
    "4 of 5 beyond 1 sigma": _either_side(4, 5, 1.0),
    "8 on one side": _either_side(8, 8, 0.0),
}
NELSON: Mapping[str, Rule] = {
    "1 beyond 3 sigma": _either_side(1, 1, 3.0),
    "9 on one side": _either_side(9, 9, 0.0),
    "6 rising or falling": Trend(6),
    "14 alternating": Alternation(14),
    "2 of 3 beyond 2 sigma": _either_side(2, 3, 2.0),
    "4 of 5 beyond 1 sigma": _either_side(4, 5, 1.0),
    "15 within 1 sigma": ZoneRule(15, 15, (_within(1.0),)),
    "8 outside 1 sigma": ZoneRule(8, 8, (_outside(1.0),)),
}


def western_electric(z: ArrayLike) -> pd.DataFrame:
    """The four rules of Western Electric's handbook (1956), a column a rule, a row a point.

    `z` are points in standard deviations from the center, in time order. Only the point that completes a pattern is
    marked, and only if it lies in the zone itself; a point on a border is not beyond it, a missing one ends a run.

    >>> western_electric([0, 2.5, 1.0, 2.6, 0])["2 of 3 beyond 2 sigma"].tolist()
    [False, False, False, True, False]
    """
    return _table(z, WESTERN_ELECTRIC)


def nelson(z: ArrayLike) -> pd.DataFrame:
    """The eight rules of Nelson, Journal of Quality Technology 16 (1984); as `western_electric`."""
    return _table(z, NELSON)


def completed(z: Floats, rules: Mapping[str, Rule]) -> dict[str, Bools]:
    """Points that complete each rule, along the last axis of `z`."""
    return {name: rule.completed(z) for name, rule in rules.items()}


def _table(z: ArrayLike, rules: Mapping[str, Rule]) -> pd.DataFrame:
    points = np.asarray(z, dtype=np.float64)
    if points.ndim != 1:
        raise InputError("The points of one chart are a list, not {shape}.", shape=points.shape)
    index = z.index if isinstance(z, pd.Series) else None
    return pd.DataFrame(completed(points, rules), index=index)


def _last(inside: Bools, length: int) -> NDArray[np.int32]:
    """How many of the last `length` points, as far as there are so many, are inside."""
    if length == 1:
        return inside.astype(np.int32)
    counts = np.cumsum(inside, axis=-1, dtype=np.int32)
    counts[..., length:] -= counts[..., :-length].copy()
    return counts
