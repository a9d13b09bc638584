"""Perils that strike a share of many occasions: late parcels, returned units. Rates begin as an expert's and yield.

A rate a parcel is believed as a gamma distribution and updated by what was counted among so many parcels of one's own,
as `risk.loss.updating.update_rate` does with years. Frequent events are drawn in bundles, so that a large shop is
simulated as fast as a small one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from risk.checks import InputError, Sentence, not_negative
from risk.loss.perils import Peril
from risk.loss.prefill import ENOUGH
from risk.loss.register import Entry
from risk.loss.severity import Fixed, Gamma, Lognormal, Severity
from risk.loss.updating import GammaRate

FEW_EVENTS, MOST_EVENTS = 10.0, 40.0  # a year: so many are drawn one by one, at most so many bundles
ENOUGH_LOSSES = 10  # from which on the spread of own losses is taken for theirs


@dataclass(frozen=True)
class Share:
    """Events an occasion that an expert holds between `low` and `high` with 90 %, and those counted in `trials`.

    `events` None says that nobody counted, 0 that there were none.
    """

    low: float
    high: float
    events: int | None = None
    trials: float = 0.0

    def __post_init__(self) -> None:
        not_negative("events", self.events or 0)
        if not_negative("trials", self.trials) < (self.events or 0):
            raise InputError(
                "{events} events in {trials:g} occasions: there cannot be more than occasions",
                events=self.events,
                trials=self.trials,
            )

    @property
    def belief(self) -> GammaRate:
        """Events an occasion with their uncertainty: mean (shape + events) / (rate + trials)."""
        prior = GammaRate.from_interval(self.low, self.high)
        return prior if self.events is None or not self.trials else prior.updated(self.events, self.trials)

    @property
    def mean(self) -> float:
        """Expected events an occasion."""
        return self.belief.mean

    @property
    def counts(self) -> bool:
        """Whether own data dominate what was assumed: by the weight of the occasions or of the events."""
        belief = self.belief
        return max(belief.credibility, (self.events or 0) / belief.shape) >= ENOUGH

    @property
    def sentence(self) -> Sentence:
        """Where the share comes from."""
        if self.events is None or not self.trials:
            return Sentence(
                "Share: {low:.2%} to {high:.2%}. Starting assumption, please review.", low=self.low, high=self.high
            )
        below, above = self.belief.interval()
        return Sentence(
            "Share: {events:,} counted among {trials:,.0f} of your own, so {below:.2%} to {above:.2%} with 90 %; the "
            "data weigh {weight:.0%} against a starting assumption of {low:.2%} to {high:.2%}.",
            events=self.events,
            trials=self.trials,
            below=below,
            above=above,
            weight=self.belief.credibility,
            low=self.low,
            high=self.high,
        )


def share_entry(
    key: str,
    title: Sentence,
    share: Share,
    occasions: float,
    severity: Severity,
    cost: Sentence,
    loadings: dict[str, float] | None = None,
    basis: str = "expert",
) -> Entry:
    """An entry of events that strike a share of `occasions` a year; `basis` is that of the cost.

    Above `FEW_EVENTS` a year one event of the peril stands for two, or as many as leave `MOST_EVENTS`, and costs a
    gamma distributed amount with the mean and the variance of their sum: the mean of a year stays as it is, its spread
    is wider by what a bundle brings at once.
    """
    belief = share.belief
    events = belief.mean * occasions
    together = 1 if events <= FEW_EVENTS else max(2, math.ceil(events / MOST_EVENTS))
    rate = GammaRate(belief.shape, belief.rate * together)
    peril = Peril(key, rate.predictive(occasions), bundled(severity, together))
    source = Sentence("{rate} {cost}", rate=share.sentence, cost=cost)
    if together > 1:
        source = Sentence(
            "{rate} {cost} One event of this row stands for {together:,} that come together.",
            rate=share.sentence,
            cost=cost,
            together=together,
        )
    return Entry(peril, title, "data" if share.counts else basis, source, loadings or {})


def bundled(severity: Severity, together: int) -> Severity:
    """The cost of so many independent events: exact for one or for fixed costs, else gamma with mean and variance."""
    if together == 1:
        return severity
    mean, variance = together * severity.mean, together * severity.variance
    return Gamma(mean**2 / variance, variance / mean) if variance > 0 else Fixed(mean)


def from_sums(count: float, total: float, squares: float) -> Lognormal | None:
    """Lognormal with mean and variance of `count` losses, by their sum and that of their squares; None for too few.

    The variance has the divisor `count`; where all are alike, a spread of one per cent keeps it a lognormal.
    """
    if count < ENOUGH_LOSSES or total <= 0:
        return None
    mean = total / count
    spread = max(squares / count / mean**2 - 1.0, 1e-4)
    return lognormal(mean, math.sqrt(spread))


def lognormal(mean: float, spread: float) -> Lognormal:
    """Lognormal with this mean and coefficient of variation."""
    log_variance = math.log1p(spread**2)
    return Lognormal(math.log(mean) - log_variance / 2, math.sqrt(log_variance))


def product(*factors: Lognormal, scale: float = 1.0) -> Lognormal:
    """The product of independent lognormals, times `scale`: log means add, and so do log variances."""
    mu = math.log(scale) + math.fsum(factor.mu for factor in factors)
    return Lognormal(mu, math.sqrt(math.fsum(factor.sigma**2 for factor in factors)))
