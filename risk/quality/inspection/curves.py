"""What a sampling plan lets pass: operating characteristic, outgoing quality, and a plan for two risks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from risk.checks import InputError, at_least, between
from risk.loss import special
from risk.loss.updating import BetaProbability
from risk.quality.charts.chart import Floats
from risk.quality.inspection.plans import SamplingPlan

LARGEST = 1_000_000  # units of a sample that `find_plan` looks at


def acceptance_probability(sample_size: int, accept: int, fraction: ArrayLike, lot_size: int | None = None) -> Floats:
    """Chance that a lot passes with at most `accept` defectives in the sample: the operating characteristic.

    For one fraction defective a number, for several an array of their shape. Binomial: the lot is large, or what counts
    is the process that it comes from. With `lot_size` hypergeometric, of a lot with that fraction of its units,
    rounded, defective.
    """
    shares = _fractions(fraction)
    at_least("sample_size", sample_size, 1)
    at_least("accept", accept, 0)
    if lot_size is None:
        return np.asarray(special.bdtr(float(min(accept, sample_size)), sample_size, shares))[()]
    if at_least("lot_size", lot_size, 1) < sample_size:
        raise InputError("A sample of {size} is larger than the lot of {lot}.", size=sample_size, lot=lot_size)
    from scipy.stats import hypergeom

    return np.asarray(hypergeom.cdf(accept, lot_size, np.rint(shares * lot_size), sample_size))[()]


def average_outgoing_quality(sample_size: int, accept: int, fraction: ArrayLike, lot_size: int | None = None) -> Floats:
    """Fraction defective that leaves inspection on average, where rejected lots are sorted and defectives replaced.

    Pa p (N − n) / N with a binomial Pa; without `lot_size` the lot is large: Pa p.
    """
    rest = 1.0 if lot_size is None else 1 - sample_size / at_least("lot_size", lot_size, sample_size)
    return acceptance_probability(sample_size, accept, fraction) * _fractions(fraction) * rest


class OutgoingLimit(NamedTuple):
    """The worst average outgoing quality, and the incoming fraction at which it occurs."""

    quality: float
    fraction: float


def average_outgoing_limit(sample_size: int, accept: int, lot_size: int | None = None) -> OutgoingLimit:
    """The limit (AOQL) that the average outgoing quality never exceeds, whatever comes in."""
    from scipy.optimize import minimize_scalar

    def quality(fraction: float) -> float:
        return -float(average_outgoing_quality(sample_size, accept, fraction, lot_size))

    upper = min(1.0, 5 * (accept + 1) / sample_size)  # past it nearly every lot is sorted
    found = minimize_scalar(quality, bounds=(0.0, upper), method="bounded", options={"xatol": 1e-10})
    return OutgoingLimit(-float(found.fun), float(found.x))


def find_plan(p1: float, alpha: float, p2: float, beta: float, lot_size: int | None = None) -> SamplingPlan:
    """The smallest single plan that rejects p1 with at most `alpha` and accepts p2 with at most `beta` probability.

    >>> plan = find_plan(0.05, 0.05, 0.15, 0.075)
    >>> plan.sample_size, plan.accept
    (80, 7)
    """
    good, bad = between("p1", p1, 0.0, 1.0), between("p2", p2, 0.0, 1.0)
    producer, consumer = between("alpha", alpha, 0.0, 1.0), between("beta", beta, 0.0, 1.0)
    if good >= bad:
        raise InputError("The good fraction {good:.2%} must be below the bad one {bad:.2%}.", good=good, bad=bad)
    largest, accept, size = lot_size or LARGEST, 0, 1
    while True:
        size = _smallest(accept, bad, consumer, size, largest, lot_size)
        if acceptance_probability(size, accept, good, lot_size) >= 1 - producer:
            return SamplingPlan(None, size, accept, accept + 1)
        accept += 1


def _smallest(accept: int, bad: float, consumer: float, start: int, largest: int, lot_size: int | None) -> int:
    """The smallest sample that accepts the bad fraction rarely enough; it grows with the acceptance number."""
    low, high = max(start, accept + 1) - 1, max(start, accept + 1)
    while acceptance_probability(high, accept, bad, lot_size) > consumer:
        if high == largest:
            raise InputError("No sample of up to {largest:,} units keeps both risks.", largest=largest)
        low, high = high, min(2 * high, largest)
    while high - low > 1:
        middle = (low + high) // 2
        passes = acceptance_probability(middle, accept, bad, lot_size) > consumer
        low, high = (middle, high) if passes else (low, middle)
    return high


def scheme_acceptance(normal: SamplingPlan, tightened: SamplingPlan, fraction: ArrayLike) -> Floats:
    """Chance in the long run that a lot passes under switching between normal and tightened inspection.

    Stephens and Larson, Journal of Quality Technology 1 (1969): the share of lots in each follows from 2 rejections in
    5 and 5 acceptances in a row. Without the reduced plan and without stopping.
    """
    plain, strict = (
        np.asarray(acceptance_probability(plan.sample_size, plan.accept, fraction)) for plan in (normal, tightened)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        in_normal = (2 - plain**4) / ((1 - plain) * (1 - plain**4))
        in_tightened = (1 - strict**5) / ((1 - strict) * strict**5)
        mixed = (in_normal * plain + in_tightened * strict) / (in_normal + in_tightened)
    found: Floats = np.where(plain >= 1, 1.0, np.where(strict**5 <= 0, strict, mixed))[()]
    return found


class Shipped(NamedTuple):
    """Chance that a lot passes, defectives in the rest of it if it does, and on average per lot; costs of both."""

    accepted: float
    defectives_if_accepted: float
    defectives: float
    cost: float


def shipped_under_belief(plan: SamplingPlan, belief: BetaProbability, lot_size: int, cost: float = 0.0) -> Shipped:
    """What passes a plan when the fraction defective of a lot is known only as our own beta belief about it.

    `cost` is that of one defective unit that reaches a buyer; the result's cost is per lot, over accepted lots only.
    The count in the sample is beta-binomial, and what is found in it updates the belief about the rest.
    """
    at_least("lot_size", lot_size, plan.sample_size)
    from scipy.stats import betabinom

    counts = np.arange(min(plan.reject - 1, plan.sample_size) + 1)
    chance = betabinom.pmf(counts, plan.sample_size, belief.events, belief.others)
    after = (belief.events + counts) / (belief.events + belief.others + plan.sample_size)
    accepted, shipped = float(chance.sum()), float(chance @ after) * (lot_size - plan.sample_size)
    return Shipped(accepted, shipped / accepted if accepted else 0.0, shipped, shipped * cost)


def _fractions(fraction: ArrayLike) -> Floats:
    shares = np.asarray(fraction, dtype=np.float64)
    if not ((shares >= 0) & (shares <= 1)).all():
        raise InputError("A fraction defective lies between 0 and 1.")
    return shares
