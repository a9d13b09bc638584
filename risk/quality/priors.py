"""What the rates of many articles say of one: a beta belief, and how likely a count is under it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from risk.checks import InputError, Sentence
from risk.loss.updating import BetaProbability
from risk.quality.charts.chart import Bools, Floats

UNDERFLOW = -600.0  # log probability of no event below which adding up from there loses digits
ALIKE = 1e6  # weight of a belief where groups differ no more than chance: as good as the common rate itself


class BetaFit(NamedTuple):
    """A belief learned from groups, and a sentence where their rates do not differ."""

    prior: BetaProbability
    note: Sentence | None


def beta_prior(events: ArrayLike, trials: ArrayLike) -> BetaFit:
    """The beta distribution of the rates of groups, by maximum likelihood of their beta-binomial counts.

    Groups without trials say nothing. Where the rates differ no more than chance, the belief is their common rate with
    the weight of a million trials, and the note says so. Shrinks more than matching moments does.
    """
    counts, numbers = _groups(events, trials)
    pooled = counts.sum() / numbers.sum()
    if not 0 < pooled < 1:
        raise InputError("All groups together have no events, or nothing else: what is usual cannot be learned.")
    found = _most_likely(counts, numbers, pooled)
    if found.sum() < ALIKE:
        return BetaFit(BetaProbability(float(found[0]), float(found[1])), None)
    said = Sentence("Rates of {groups} groups differ no more than chance: all get the common one.", groups=counts.size)
    return BetaFit(BetaProbability(float(ALIKE * pooled), float(ALIKE * (1 - pooled))), said)


def _groups(events: ArrayLike, trials: ArrayLike) -> tuple[Floats, Floats]:
    counts, numbers = np.asarray(events, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    if counts.shape != numbers.shape or counts.ndim != 1:
        raise InputError("Each group needs its events and its trials.")
    kept = numbers > 0
    counts, numbers = counts[kept], numbers[kept]
    if counts.size < 2 or (counts > numbers).any() or (counts < 0).any():
        raise InputError("At least two groups need trials, and events between 0 and their trials.")
    return counts, numbers


def _most_likely(counts: Floats, numbers: Floats, pooled: float) -> Floats:
    from scipy.optimize import minimize
    from scipy.special import betaln, digamma

    def objective(logs: Floats) -> tuple[float, Floats]:
        a, b = np.exp(logs)
        height = betaln(a + counts, b + numbers - counts).sum() - counts.size * betaln(a, b)
        common = digamma(a + b) * counts.size - digamma(a + b + numbers).sum()
        to_a = digamma(a + counts).sum() - counts.size * digamma(a) + common
        to_b = digamma(b + numbers - counts).sum() - counts.size * digamma(b) + common
        return -float(height), -np.array([a * to_a, b * to_b])

    start = np.log([10 * pooled, 10 * (1 - pooled)])
    bounds = [(-20.0, 2 * math.log(ALIKE))] * 2
    # L-BFGS-B hands each step to a threaded LAPACK, which on a busy machine takes a hundred times as long
    fitted = minimize(
        objective,
        start,
        jac=True,
        method="TNC",
        bounds=bounds,
        options={"ftol": 0.0, "xtol": 1e-9, "gtol": 1e-9, "maxfun": 1_000},
    )
    found: Floats = np.exp(fitted.x)
    return found


def predictive_tails(counts: Floats, trials: Floats, events: Floats, others: Floats) -> tuple[Floats, Floats]:
    """P(count < counts) and P(count = counts) of beta-binomial counts, element by element; NaN stays NaN.

    `events` and `others` are the beta belief of each. Adds up the probabilities from 0, all elements at once as long as
    they need it: return counts are small.
    """
    from scipy.special import gammaln
    from scipy.stats import betabinom

    shapes = np.broadcast_arrays(counts, trials, events, others)
    known: Bools = ~np.isnan(shapes[0] + shapes[1])
    count, number, a, b = (part[known] for part in shapes)
    order = np.argsort(-count, kind="stable")
    count, number, a, b = count[order], number[order], a[order], b[order]
    log = gammaln(b + number) - gammaln(b) - gammaln(a + b + number) + gammaln(a + b)  # of no event at all
    below, equal_to = np.zeros_like(log), np.exp(log)
    for step in range(int(count[0]) if count.size else 0):
        some = slice(0, int(np.searchsorted(-count, -step)))  # those with counts above the step
        below[some] += equal_to[some]
        ratio = (number[some] - step) * (a[some] + step) / ((step + 1) * (b[some] + number[some] - step - 1))
        equal_to[some] *= ratio
    hard = log < UNDERFLOW
    below[hard] = betabinom.cdf(count[hard] - 1, number[hard], a[hard], b[hard])
    equal_to[hard] = betabinom.pmf(count[hard], number[hard], a[hard], b[hard])
    back = np.argsort(order)
    less, equal = np.full(known.shape, np.nan), np.full(known.shape, np.nan)
    less[known], equal[known] = np.minimum(below, 1.0)[back], equal_to[back]
    return less, equal
