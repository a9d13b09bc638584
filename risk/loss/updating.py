"""What we believe before the data, and after: conjugate updating with the weight of the data in view.

The credibility Z is the weight of what was observed in the mean that results; 1 - Z is the weight of what was believed
before. No events in ten years are data too.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, at_least, between, not_negative, positive, vector
from risk.loss.frequency import NegativeBinomial
from risk.loss.severity import Lognormal

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class GammaRate:
    """A belief about a yearly rate: gamma with this shape and rate, as if `shape` events in `rate` years were seen.

    `credibility` is the weight of the data in the mean, 0 for an expert's belief before any.
    """

    shape: float
    rate: float
    credibility: float = 0.0

    def __post_init__(self) -> None:
        positive("shape", self.shape)
        positive("rate", self.rate)

    @classmethod
    def from_interval(cls, low: float, high: float, coverage: float = 0.9) -> GammaRate:
        """The belief of an expert who holds the yearly rate between two bounds with that probability."""
        counts = NegativeBinomial.from_rate_interval(low, high, coverage)
        return cls(counts.shape, counts.shape / counts.mean)

    @property
    def mean(self) -> float:
        """Expected events a year."""
        return self.shape / self.rate

    def interval(self, coverage: float = 0.9) -> tuple[float, float]:
        """Bounds that hold the yearly rate with this probability, equal tails."""
        from scipy.special import gammaincinv

        tail = (1 - between("coverage", coverage, 0.0, 1.0)) / 2
        low, high = gammaincinv(self.shape, [tail, 1 - tail]) / self.rate
        return float(low), float(high)

    def updated(self, events: float, years: float) -> GammaRate:
        """The belief after so many events in so many further years."""
        return update_rate(self.shape, self.rate, events, years)

    def predictive(self, years: float = 1.0) -> NegativeBinomial:
        """Count of the next years, with what is not known about the rate in it."""
        mean = self.mean * positive("years", years)
        return NegativeBinomial(mean, mean * (1 + years / self.rate))

    def draw(self, size: int, rng: Generator) -> Floats:
        """Rates that are as likely as believed, shape (size,)."""
        return rng.gamma(self.shape, 1 / self.rate, size)


def update_rate(shape: float, rate: float, events: float, years: float) -> GammaRate:
    """The gamma belief after `events` in `years` of Poisson counts; years may be any exposure, such as orders.

    `shape` and `rate` are the belief before: 0.5 and 0 say nothing (Jeffreys). Its mean is
    Z · events / years + (1 − Z) · shape / rate with credibility Z = years / (rate + years).

    >>> update_rate(2, 4, 1, 4).mean
    0.375
    """
    total = not_negative("shape", shape) + not_negative("events", events)
    exposure = not_negative("rate", rate) + not_negative("years", years)
    if total == 0 or exposure == 0:
        raise InputError("neither an event nor a belief before it: a rate cannot be estimated from nothing")
    return GammaRate(total, exposure, years / exposure)


@dataclass(frozen=True)
class BetaProbability:
    """A belief about a probability: beta, as if `events` events and `others` occasions without one were seen."""

    events: float
    others: float
    credibility: float = 0.0

    def __post_init__(self) -> None:
        positive("events", self.events)
        positive("others", self.others)

    @property
    def mean(self) -> float:
        """Expected probability."""
        return self.events / (self.events + self.others)

    def interval(self, coverage: float = 0.9) -> tuple[float, float]:
        """Bounds that hold the probability with this probability, equal tails."""
        from scipy.special import betaincinv

        tail = (1 - between("coverage", coverage, 0.0, 1.0)) / 2
        low, high = betaincinv(self.events, self.others, [tail, 1 - tail])
        return float(low), float(high)

    def predictive(self, trials: int) -> BetaBinomial:
        """Events among the next trials, with what is not known about the probability in it."""
        return BetaBinomial(trials, self.events, self.others)

    def draw(self, size: int, rng: Generator) -> Floats:
        """Probabilities that are as likely as believed, shape (size,)."""
        return rng.beta(self.events, self.others, size)


@dataclass(frozen=True)
class BetaBinomial:
    """Events among `trials` when their common probability is beta."""

    trials: int
    events: float
    others: float

    def __post_init__(self) -> None:
        at_least("trials", self.trials, 1)

    @property
    def mean(self) -> float:
        """Expected events."""
        return self.trials * self.events / (self.events + self.others)

    @property
    def variance(self) -> float:
        """Variance of the events: that of the binomial times 1 + (trials − 1) / (events + others + 1)."""
        chance, seen = self.events / (self.events + self.others), self.events + self.others
        return self.trials * chance * (1 - chance) * (seen + self.trials) / (seen + 1)

    def probability(self, count: int) -> float:
        """Chance of exactly this many events."""
        if not 0 <= count <= self.trials:
            return 0.0
        ways = lgamma(self.trials + 1) - lgamma(count + 1) - lgamma(self.trials - count + 1)
        after = _log_beta(self.events + count, self.others + self.trials - count)
        return exp(ways + after - _log_beta(self.events, self.others))

    def draw(self, size: int, rng: Generator) -> NDArray[np.int64]:
        """Independent counts, shape (size,)."""
        return rng.binomial(self.trials, rng.beta(self.events, self.others, size))


def update_probability(events_before: float, others_before: float, events: int, trials: int) -> BetaProbability:
    """The beta belief after `events` in `trials`; 0.5 and 0.5 before say nothing (Jeffreys).

    The credibility is trials / (events_before + others_before + trials).
    """
    at_least("trials", trials, 0)
    if not 0 <= events <= trials:
        raise InputError(
            "{events} events in {trials} trials: there cannot be more than trials", events=events, trials=trials
        )
    before = positive("events_before", events_before) + positive("others_before", others_before)
    return BetaProbability(events_before + events, others_before + trials - events, trials / (before + trials))


@dataclass(frozen=True)
class LognormalBelief:
    """A belief about the typical size of a loss: its log mean is normal(mu, error), each loss varies by sigma."""

    mu: float
    error: float
    sigma: float
    credibility: float = 0.0

    def predictive(self) -> Lognormal:
        """The next loss, with what is not known about its typical size in it: σ² grows by the error squared."""
        return Lognormal(self.mu, sqrt(self.error**2 + self.sigma**2))


def update_lognormal(mu: float, error: float, sigma: float, losses: ArrayLike) -> LognormalBelief:
    """The belief about a lognormal loss after these; sigma, the spread of the log of one loss, counts as known.

    `mu` and `error` are the expert's mean of the log loss and its standard error. Z = n / (n + σ² / error²).
    """
    seen = vector("losses", losses)
    if (seen <= 0).any():
        raise InputError("a loss is 0 or below: a lognormal size has none")
    doubt, noise = positive("error", error) ** 2, positive("sigma", sigma) ** 2
    weight = seen.size / (seen.size + noise / doubt)
    mean = weight * float(np.log(seen).mean()) + (1 - weight) * mu
    return LognormalBelief(mean, sqrt(doubt * (1 - weight)), sigma, weight)


def shrink_rates(events: ArrayLike, exposure: ArrayLike) -> pd.DataFrame:
    """Rates of groups drawn towards their common mean, the more the less they have seen.

    A row a group: events, exposure, rate, credibility, shrunk; the index is that of `events` where it has one. Poisson
    counts with the spread between groups from the data (semiparametric empirical Bayes): Klugman, Panjer and Willmot,
    Loss Models, 4th edition (2012), section 19.3. Where groups differ no more than chance, all get the common rate.
    """
    import pandas as pd

    counts, weights = vector("events", events), vector("exposure", exposure)
    at_least("number of groups", counts.size, 2)
    if counts.shape != weights.shape or (weights <= 0).any() or (counts < 0).any():
        raise InputError("each group needs events of 0 or more and an exposure above 0")
    rates, common = counts / weights, counts.sum() / weights.sum()
    credibility = _between_groups(rates, weights, common)
    centre = np.average(rates, weights=credibility) if credibility.any() else common
    columns = {
        "events": counts,
        "exposure": weights,
        "rate": rates,
        "credibility": credibility,
        "shrunk": credibility * rates + (1 - credibility) * centre,
    }
    return pd.DataFrame(columns, index=events.index if isinstance(events, pd.Series) else None)


def _between_groups(rates: Floats, weights: Floats, common: float) -> Floats:
    total = weights.sum()
    excess = weights @ np.square(rates - common) - (len(rates) - 1) * common
    between_variance = max(0.0, excess / (total - np.square(weights).sum() / total))
    spread: Floats = weights * between_variance
    return spread / (spread + common) if common > 0 else np.zeros_like(spread)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
