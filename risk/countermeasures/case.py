"""What the measures are made of: the perils of the register, a year of trade, prices in the reporting currency."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from risk.checks import Sentence
from risk.loss.countermeasures import Countermeasure, Effect
from risk.loss.prefill import Amounts
from risk.loss.register import FamilyRisk
from risk.reference import EU, measure_prices
from risk.trade import Trade

ASSUMED = Sentence("How much it prevents and saves is a starting assumption, please review.")


@dataclass(frozen=True)
class Case:
    """One seller: the families as they stand in the register, the trade, and where the seller is established.

    Without a `seat` the seller counts as established in none of its markets, as in the families.
    """

    families: tuple[FamilyRisk, ...]
    trade: Trade
    amounts: Amounts
    seat: str | None = None

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Keys of all perils."""
        return tuple(entry.key for family in self.families for entry in family.entries)

    @cached_property
    def markets(self) -> tuple[str, ...]:
        """Markets whose law the legal family knows and that are served: "EU", "GB", "US", "CN"."""
        served = {"EU" if place.country in EU else place.country for place in self.trade.destinations if place.sales}
        return tuple(market for market in ("EU", "GB", "US", "CN") if market in served)

    @property
    def sales_abroad(self) -> float:
        """Sales across a customs border: not to the seat's own country, nor within the EU."""
        home = EU if self.seat in EU else {self.seat}
        return sum(place.sales for place in self.trade.destinations if place.country not in home)

    def established(self, market: str) -> bool:
        """Whether the seller is established in a market."""
        return self.seat in (EU if market == "EU" else {market})

    def present(self, effects: Mapping[str, Effect]) -> dict[str, Effect]:
        """The effects by the perils that the register has; a key may end in `*`."""
        return {key: effect for pattern, effect in effects.items() for key in self.keys if fnmatchcase(key, pattern)}


class Cost(NamedTuple):
    """What a measure costs a year in the reporting currency, and why."""

    amount: float
    said: Sentence


@dataclass(frozen=True)
class Plan:
    """A measure before it meets a seller: what it does to which perils, and how its cost follows from the trade."""

    key: str
    title: Sentence
    what: Sentence
    effects: Mapping[str, Effect]
    cost: Callable[[Case], Cost | None]

    def made(self, case: Case) -> Iterator[Countermeasure]:
        """The measure for this seller; none where it has no peril to act on or cannot be had."""
        effects, cost = case.present(self.effects), self.cost(case)
        if effects and cost:
            source = Sentence("{what} {cost} {effect}", what=self.what, cost=cost.said, effect=ASSUMED)
            yield Countermeasure(self.key, self.title, cost.amount, effects, source=source)


def price(row: str) -> pd.Series:
    """A row of `risk.reference.measure_prices`."""
    return measure_prices().loc[[row]].iloc[0]


def fixed(usd: float) -> Callable[[Case], Cost]:
    """A fixed amount a year."""

    def cost(case: Case) -> Cost:
        amount = case.amounts.of(usd, "USD")
        said = Sentence(
            "Cost: {fixed:,.0f} {currency} a year, a starting assumption, please review.",
            fixed=amount,
            currency=case.amounts.currency,
        )
        return Cost(amount, said)

    return cost


def of_sales(share: float, usd: float = 0.0, abroad: bool = False) -> Callable[[Case], Cost]:
    """A share of all sales, or of those across a customs border, and a fixed amount a year."""

    def cost(case: Case) -> Cost:
        amount = case.amounts.of(usd, "USD") if usd else 0.0
        sales = case.sales_abroad if abroad else case.trade.turnover
        words: dict[str, object] = {"share": share, "sales": sales, "currency": case.amounts.currency}
        alone = Sentence(
            "Cost: {share:.2%} of {sales:,.0f} {currency} of sales a year, a starting assumption, please review.",
            **words,
        )
        both = Sentence(
            "Cost: {fixed:,.0f} {currency} a year and {share:.2%} of {sales:,.0f} {currency} of sales, a starting "
            "assumption, please review.",
            fixed=amount,
            **words,
        )
        return Cost(amount + share * sales, both if usd else alone)

    return cost


def by_article(usd: float, each: float) -> Callable[[Case], Cost]:
    """A fixed amount a year, and one for each article."""

    def cost(case: Case) -> Cost:
        amount, one, articles = case.amounts.of(usd, "USD"), case.amounts.of(each, "USD"), case.trade.skus
        said = Sentence(
            "Cost: {fixed:,.0f} {currency} a year and {one:,.2f} {currency} for each of {articles:,} articles, a "
            "starting assumption, please review.",
            fixed=amount,
            currency=case.amounts.currency,
            one=one,
            articles=articles,
        )
        return Cost(amount + one * articles, said)

    return cost


def by_market(usd: float, each: float) -> Callable[[Case], Cost]:
    """A fixed amount a year, and one for each market whose law the legal family knows."""

    def cost(case: Case) -> Cost:
        amount, one = case.amounts.of(usd, "USD"), case.amounts.of(each, "USD")
        said = Sentence(
            "Cost: {fixed:,.0f} {currency} a year and {one:,.0f} {currency} for each of {count} markets whose law is "
            "in the register, a starting assumption, please review.",
            fixed=amount,
            currency=case.amounts.currency,
            one=one,
            count=len(case.markets),
        )
        return Cost(amount + one * len(case.markets), said)

    return cost
