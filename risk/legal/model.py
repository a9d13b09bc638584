"""The legal family of the register: its perils out of a year of trade and the law of the day. No legal advice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from risk.checks import Sentence
from risk.legal.border import customs, vat_arrears
from risk.legal.case import LegalCase, LegalHistory
from risk.legal.fines import CONSUMER, DATA_PROTECTION, consumer_law, data_protection, product_safety
from risk.legal.policy import policy_change, watched
from risk.loss.event_trees import Choice, EventTree
from risk.loss.prefill import Amounts, entry, prefilled
from risk.loss.register import Entry, FamilyRisk
from risk.loss.severity import Lognormal
from risk.reference import FACTS, Facts
from risk.reference.entries import Prefilled, on_facts
from risk.trade import Trade

LAWSUITS = (0.01, 0.20)  # a year, and the costs in USD: starting assumptions
FEES, SETTLED, LOST = (3_000, 60_000), (2_000, 100_000), (10_000, 500_000)
OUTCOMES = (0.60, 0.15)  # settled, lost; the rest is won


@dataclass(frozen=True)
class LegalRisk(FamilyRisk):
    """Legal perils as a family of the register; `notes` say what was left out and why."""

    name: str = "legal"
    notes: tuple[Sentence, ...] = ()


def legal_risk(
    trade: Trade,
    history: LegalHistory,
    on: date,
    fx: Mapping[str, float],
    seat: str | None = None,
    *,
    facts: Facts = FACTS,
) -> LegalRisk:
    """The perils of the law that this trade meets, prefilled; no legal advice.

    `fx` are units of the trade's currency for one unit of others; `seat` is the ISO code of the country where the
    seller is established and ships from, None makes every delivery an import. A market that is not served and a law
    that is not in force on the day have no peril. Law is read through `facts`.
    """
    case = LegalCase(trade, history, on, Amounts(trade.currency, fx), seat)
    entries, notes = on_facts(lambda facts: _prefilled(replace(case, facts=facts)), facts)
    return LegalRisk(entries, trade.currency, notes=notes)


def _prefilled(case: LegalCase) -> Prefilled:
    makers: tuple[Callable[[LegalCase], Iterable[Entry]], ...] = (
        *(partial(data_protection, regime=regime) for regime in DATA_PROTECTION),
        *(partial(consumer_law, regime=regime) for regime in CONSUMER),
        *(product_safety, customs, vat_arrears),
        *(partial(policy_change, market=market) for market in watched(case)),
        lawsuit,
    )
    return prefilled(makers, case)


def lawsuit(case: LegalCase) -> Iterator[Entry]:
    """A lawsuit by a customer, supplier or rival: fees in any case, then a settlement, a judgment, or nothing."""
    rate = case.amounts.rate("USD")
    fees, settled, lost = (Lognormal.from_interval(low * rate, high * rate) for low, high in (FEES, SETTLED, LOST))
    outcome = Choice(tuple(zip(OUTCOMES, (settled, lost), strict=True)))
    cost = Sentence(
        "Cost: lawyers in any case, {settled:.0%} settled, {lost:.0%} lost: a starting assumption, please review.",
        settled=OUTCOMES[0],
        lost=OUTCOMES[1],
    )
    key = "legal.lawsuit"
    yield entry(key, Sentence("Lawsuit"), case.believed(key, *LAWSUITS), EventTree((fees, outcome)), cost)
