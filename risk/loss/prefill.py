"""Prefilling a register: rates that begin as an expert's and yield to what was counted, amounts in one currency.

A family's module is then its formulas: functions that make an entry out of the family's exposure, or none where it
does not apply. One that lacks an exchange rate is left out, with a note for the reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from risk.checks import InputError, Sentence, currency_code, not_negative, positive
from risk.loss.frequency import NegativeBinomial
from risk.loss.perils import Peril
from risk.loss.register import Entry
from risk.loss.severity import Severity
from risk.loss.updating import GammaRate

ENOUGH = 0.5  # share of a rate's mean from which on the data are said to make it

Case = TypeVar("Case")


class MissingRateError(InputError):
    """An amount in a currency that has no exchange rate."""


@dataclass(frozen=True)
class Amounts:
    """Amounts of other currencies in the reporting currency: `rates` are its units for one unit of each other."""

    currency: str
    rates: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        currency_code("currency", self.currency)
        for code, rate in self.rates.items():
            positive(code, rate)

    def rate(self, currency: str) -> float:
        """Units of the reporting currency for one unit of this one; MissingRateError where none is known."""
        if currency == self.currency:
            return 1.0
        if currency not in self.rates:
            raise MissingRateError("There is no exchange rate from {currency}.", currency=currency)
        return float(self.rates[currency])

    def of(self, amount: float, currency: str) -> float:
        """An amount of another currency in the reporting currency."""
        return float(amount) * self.rate(currency)


@dataclass(frozen=True)
class Believed:
    """A yearly rate that an expert holds between `low` and `high` with 90 %, and events counted since, if anybody did.

    `events` None says that nobody counted, 0 that there were none. Their mean is the gamma-Poisson posterior's,
    (shape + events) / (rate + years), of `risk.loss.updating`.
    """

    low: float
    high: float
    events: int | None = None
    years: float = 0.0
    own: bool = True  # whether the events are our own, or recorded facts about the market

    def __post_init__(self) -> None:
        not_negative("events", self.events or 0)
        not_negative("years", self.years)

    @property
    def belief(self) -> GammaRate:
        """The rate with its uncertainty, after the events."""
        prior = GammaRate.from_interval(self.low, self.high)
        return prior if self.events is None else prior.updated(self.events, self.years)

    @property
    def frequency(self) -> NegativeBinomial:
        """Count of a year, with what is not known about the rate in it."""
        return self.belief.predictive()

    @property
    def weight(self) -> float:
        """How far the data make the rate: credibility of the years, or the share of the events in it if larger."""
        if self.events is None:
            return 0.0
        return max(self.belief.credibility, self.events / self.belief.shape)

    @property
    def counts(self) -> bool:
        """Whether own data dominate what was assumed."""
        return self.own and self.weight >= ENOUGH

    @property
    def sentence(self) -> Sentence:
        """Where the rate comes from."""
        if self.events is None:
            return Sentence(
                "Rate: {low:g} to {high:g} a year is a starting assumption, please review.",
                low=round(self.low, 6),
                high=round(self.high, 6),
            )
        words: dict[str, object] = {
            "events": self.events,
            "years": self.years,
            "weight": self.belief.credibility,
            "low": round(self.low, 6),
            "high": round(self.high, 6),
        }
        if self.own:
            return Sentence(
                "Rate: {events} counted in {years:.1f} years of your own, with {weight:.0%} weight against a starting "
                "assumption of {low:g} to {high:g} a year.",
                **words,
            )
        return Sentence(
            "Rate: {events} recorded in {years:.0f} years, with {weight:.0%} weight against a starting assumption of "
            "{low:g} to {high:g} a year.",
            **words,
        )


def entry(
    key: str,
    title: Sentence,
    rate: Believed,
    severity: Severity,
    cost: Sentence,
    loadings: Mapping[str, float] | None = None,
    basis: str = "expert",
) -> Entry:
    """An entry whose source says where its rate and then where its cost come from; `basis` is that of the cost.

    Once own data dominate the rate, the basis is "data".
    """
    source = Sentence("{rate} {cost}", rate=rate.sentence, cost=cost)
    peril = Peril(key, rate.frequency, severity)
    return Entry(peril, title, "data" if rate.counts else basis, source, dict(loadings or {}))


def prefilled(
    makers: Iterable[Callable[[Case], Iterable[Entry]]], case: Case
) -> tuple[tuple[Entry, ...], tuple[Sentence, ...]]:
    """The entries of a family, and what is left out for want of an exchange rate; each reason once.

    What a maker would have made after the missing rate is left out too: one maker, one currency.
    """
    entries: list[Entry] = []
    notes: dict[Sentence, None] = {}
    for maker in makers:
        try:
            entries.extend(maker(case))
        except MissingRateError as error:
            notes[Sentence("Perils whose amounts need it are left out. {reason}", reason=error.sentence)] = None
    return tuple(entries), tuple(notes)
