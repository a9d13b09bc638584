"""Losses that are a straight line in the hedge ratio, measured at many ratios at once, exactly.

The loss of scenario i at ratio h is a_i + h b_i: forwards, layers and options alike are linear in what is dealt. Value
at risk is the lower quantile and expected shortfall Acerbi–Tasche, as in `risk.loss.measures`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, between, vector
from risk.loss.measures import rank

Floats = NDArray[np.float64]

FEW = 8  # ratios left between two that are known: measuring them at once is faster than looking for what they share
BLOCK = 2**14  # scenarios
SAMPLE = 20_000  # scenarios that say how far out value at risk is likely to be
_ROUNDING = 16 * float(np.finfo(np.float64).eps)


class Moments(NamedTuple):
    """Mean and standard deviation of the loss, one of each ratio."""

    mean: Floats
    sd: Floats


class Tails(NamedTuple):
    """Value at risk and expected shortfall, one of each ratio."""

    var: Floats
    es: Floats


class Tangent(NamedTuple):
    """Measures at one ratio and the slope of expected shortfall there: the curve lies nowhere below this line."""

    ratio: float
    var: float
    es: float
    slope: float


class Lines(NamedTuple):
    """Losses a + h b that may be among the worst, and the sums of those that surely are, for ratios in an interval."""

    a: Floats
    b: Floats
    worst: int  # how many of these are among the worst: value at risk is the least of them
    sum_a: float = 0.0  # of those that surely are among the worst, and no longer here
    sum_b: float = 0.0

    @classmethod
    def of(cls, unhedged: Floats, hedge: Floats, level: float) -> Lines:
        """All scenarios: any of them may be among the worst."""
        return cls(unhedged, hedge, unhedged.size - rank(level, unhedged.size))

    def at(self, ratio: float) -> tuple[float, float]:
        """Value at risk, and the sum of the worst losses down to it."""
        losses = ratio * self.b
        losses += self.a
        place = losses.size - self.worst
        losses.partition(place)
        return float(losses[place]), self.sum_a + ratio * self.sum_b + float(losses[place:].sum())

    def narrowed(self, low: tuple[float, float], high: tuple[float, float]) -> Lines:
        """Those still undecided between two ratios, each given with its value at risk.

        Less the chord between both values at risk, a loss lies between what it is at the two ends. One that is nowhere
        above what the worst are everywhere cannot be among them; one that is everywhere above it surely is.
        """
        near, far = self._beyond(low), self._beyond(high)
        least, most = np.minimum(near, far), np.maximum(near, far, out=near)
        np.copyto(far, least)
        rounding = _ROUNDING * (_size(self.a) + max(abs(low[0]), abs(high[0])) * _size(self.b))
        far.partition(far.size - self.worst)
        reach = np.flatnonzero(most >= far[far.size - self.worst] - rounding)
        a, b, least, most = self.a.take(reach), self.b.take(reach), least.take(reach), most.take(reach)
        most.partition(most.size - self.worst)
        surely = least > most[most.size - self.worst] + rounding
        inside, open_ = np.flatnonzero(surely), np.flatnonzero(~surely)
        sums = self.sum_a + float(a.take(inside).sum()), self.sum_b + float(b.take(inside).sum())
        return Lines(a.take(open_), b.take(open_), self.worst - inside.size, *sums)

    def _beyond(self, end: tuple[float, float]) -> Floats:
        ratio, at_risk = end
        losses: Floats = ratio * self.b
        losses += self.a
        losses -= at_risk
        return losses


def moments_by_ratio(unhedged: ArrayLike, hedge: ArrayLike, ratios: ArrayLike) -> Moments:
    """Mean and standard deviation (that of the population) of unhedged + ratio × hedge, out of five sums."""
    a, b = paired(unhedged, hedge)
    return _Cloud.of(a, b).moments(vector("ratios", ratios))


def tails_by_ratio(unhedged: ArrayLike, hedge: ArrayLike, level: float, ratios: ArrayLike) -> Tails:
    """Value at risk and expected shortfall of unhedged + ratio × hedge at each ratio; exact, losses positive.

    `unhedged` and `hedge` are of the same scenarios, 1-d. Value at risk is to the bit what measuring each ratio by
    itself gives, expected shortfall to rounding; the time is that of a few ratios.
    """
    a, b = paired(unhedged, hedge)
    between("level", level, 0.0, 1.0)
    asked, place = np.unique(vector("ratios", ratios), return_inverse=True)
    lines = Lines.of(a, b, level)
    worst, tail = lines.worst, (1.0 - level) * a.size
    outer, radius, cloud = _outer(lines, level, asked)
    var, total = _measured(outer, asked)
    if radius > 0.0:
        mean, sd = cloud.moments(asked)
        for doubtful in np.flatnonzero(var < mean + radius * sd):
            var[doubtful], total[doubtful] = lines.at(float(asked[doubtful]))
    es = var + (total - worst * var) / tail
    return Tails(var[place], es[place])


def tangent_at(lines: Lines, worst: int, tail: float, ratio: float) -> Tangent:
    """Measures and slope at a ratio inside the interval of the lines.

    `worst` counts all of the worst losses, `tail` is (1 - level) × scenarios; losses equal to value at risk share its
    part of the tail.
    """
    losses = lines.a + ratio * lines.b
    place = losses.size - lines.worst
    at_risk = float(np.partition(losses, place)[place])
    above, atom = losses > at_risk, losses == at_risk
    count = worst - lines.worst + int(above.sum())
    total = lines.sum_a + ratio * lines.sum_b + float(losses[above].sum())
    left = tail - count
    slope = (lines.sum_b + float(lines.b[above].sum()) + left * float(lines.b[atom].mean())) / tail
    return Tangent(ratio, at_risk, (total + left * at_risk) / tail, slope)


def paired(unhedged: ArrayLike, hedge: ArrayLike) -> tuple[Floats, Floats]:
    """Both as finite 1-d arrays of the same length, each contiguous."""
    a, b = np.ascontiguousarray(vector("unhedged", unhedged)), np.ascontiguousarray(vector("hedge", hedge))
    if a.shape != b.shape:
        raise InputError(f"{a.size} unhedged and {b.size} hedge losses are not of the same scenarios")
    return a, b


def _size(values: Floats) -> float:
    return max(float(values.max()), -float(values.min())) if values.size else 0.0


class _Cloud(NamedTuple):
    """Mean and covariance of the pairs (a, b)."""

    mean_a: float
    mean_b: float
    aa: float
    ab: float
    bb: float

    @classmethod
    def of(cls, a: Floats, b: Floats) -> _Cloud:
        # A block at a time, which stays in the processor's cache; about the mean of the first, so that digits are kept.
        near_a, near_b = float(a[:BLOCK].mean()), float(b[:BLOCK].mean())
        sums, products = np.zeros(2), np.zeros(3)
        for first in range(0, a.size, BLOCK):
            x, y = a[first : first + BLOCK] - near_a, b[first : first + BLOCK] - near_b
            sums += x.sum(), y.sum()
            # einsum and not a dot product: it keeps to one thread, and a page has more to do.
            products += [np.einsum("i,i->", one, two) for one, two in ((x, x), (x, y), (y, y))]
        (mean_x, mean_y), (xx, xy, yy) = (sums / a.size).tolist(), (products / a.size).tolist()
        return cls(near_a + mean_x, near_b + mean_y, xx - mean_x**2, xy - mean_x * mean_y, yy - mean_y**2)

    @property
    def rest(self) -> float:
        """Variance of a that b does not explain: that of the loss is nowhere less."""
        return self.aa - self.ab**2 / self.bb if self.bb > 0.0 else self.aa

    def round_at(self, ratio: float) -> bool:
        """Whether distances from the centre, up to a ratio, are known to nine digits: not where pairs lie on a line."""
        size = abs(self.mean_a) + np.sqrt(self.aa) + ratio * (abs(self.mean_b) + np.sqrt(self.bb))
        return self.bb > (1e-6 * self.mean_b) ** 2 and self.rest > (1e-6 * size) ** 2

    def moments(self, ratios: Floats) -> Moments:
        variance = np.maximum(self.aa + ratios * (2.0 * self.ab + ratios * self.bb), 0.0)
        return Moments(self.mean_a + ratios * self.mean_b, np.sqrt(variance))


def _measured(lines: Lines, ratios: Floats) -> tuple[Floats, Floats]:
    """Value at risk and the sum of the worst losses at ascending ratios: the ends, the middle, each half again."""
    var, total = np.empty(ratios.size), np.empty(ratios.size)

    def measure(place: int, among: Lines) -> None:
        var[place], total[place] = among.at(float(ratios[place]))

    def halve(low: int, high: int, among: Lines) -> None:
        if high - low <= FEW:
            for place in range(low + 1, high):
                measure(place, among)
            return
        among = among.narrowed((ratios[low], var[low]), (ratios[high], var[high]))
        middle = (low + high) // 2
        measure(middle, among)
        halve(low, middle, among)
        halve(middle, high, among)

    for end in {0, ratios.size - 1}:
        measure(end, lines)
    halve(0, ratios.size - 1, lines)
    return var, total


def _outer(lines: Lines, level: float, ratios: Floats) -> tuple[Lines, float, _Cloud]:
    """Only scenarios outside an ellipse about the mean of the pairs, its radius, and the moments of all.

    At no ratio is a loss further from the mean, in standard deviations, than its pair is from the centre, so that a
    value at risk outside the radius has all of the worst losses outside too. The radius is a guess from a sample: who
    measures compares it with the value at risk found. Radius 0: nothing is left out.
    """
    cloud, size = _Cloud.of(lines.a, lines.b), lines.a.size
    if size <= SAMPLE or not cloud.round_at(float(np.abs(ratios).max())):
        return lines, 0.0, cloud
    step = size // SAMPLE
    a, b = lines.a[::step] - cloud.mean_a, lines.b[::step] - cloud.mean_b
    some = ratios[:: max(1, ratios.size // 10)]
    far = [np.partition(a + ratio * b, place := rank(level, a.size))[place] for ratio in some]
    radius = 0.95 * float((far / cloud.moments(some).sd).min())
    if radius <= 0.0:
        return lines, 0.0, cloud
    along = lines.b - cloud.mean_b
    across = lines.a - cloud.mean_a
    across -= (cloud.ab / cloud.bb) * along
    distance = np.square(across, out=across) / cloud.rest
    distance += np.square(along, out=along) / cloud.bb
    keep = np.flatnonzero(distance >= (radius * (1.0 - 1e-8)) ** 2)
    if keep.size < lines.worst:
        return lines, 0.0, cloud
    return lines._replace(a=lines.a.take(keep), b=lines.b.take(keep)), radius, cloud
