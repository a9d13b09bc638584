"""What is known of a hedging relationship when it is designated: the input of the memo."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from risk.checks import InputError, Sentence, one_of, positive
from risk.currency.book import Deal
from risk.currency.effectiveness import Finding, HedgedItem, critical_terms

MEMO_STANDARDS = ("IFRS 9", "ASC 815")
ELEMENTS = ("forward", "spot")  # what of the deals is designated


@dataclass(frozen=True)
class Stated:
    """A statement or a figure in words, and where it comes from."""

    text: str
    source: str

    def __post_init__(self) -> None:
        if not self.text.strip() or not self.source.strip():
            raise InputError("Each figure of the memo needs a text and a source.")


@dataclass(frozen=True)
class Designation:
    """A cash flow hedge of one forecast receipt or payment in foreign currency by one deal or more.

    The amount of `item` is what is designated, the first of what comes in; `expected` is all that is expected, of the
    same sign. `amount_source`, `deals_source`, `ratio_source` and `findings_source` say where those figures come from.
    `element` is what of the deals is designated: the whole "forward", or its "spot" element. `findings` are those of
    `assess`. `prepared_on` is the day of the draft.
    """

    entity: str
    standard: str
    prepared_on: dt.date
    designated_on: dt.date
    item: HedgedItem
    expected: float
    amount_source: str
    forecast: Stated  # how the amount was forecast
    probability: Stated  # how probable it is
    deals: tuple[Deal, ...]
    deals_source: str
    objective: str
    strategy: str
    hedge_ratio: float  # units of the deals for one of the item
    ratio_source: str
    method: str  # how effectiveness is assessed and ineffectiveness measured
    ineffectiveness: tuple[str, ...]  # its sources; `usual_sources` has those of most forwards
    findings: tuple[Finding, ...] = ()
    findings_source: str = ""
    element: str = "forward"

    def __post_init__(self) -> None:
        one_of("standard", self.standard, MEMO_STANDARDS)
        one_of("element", self.element, ELEMENTS)
        positive("hedge_ratio", self.hedge_ratio)
        if empty := [name for name in self._needed() if not getattr(self, name)]:
            raise InputError("The memo cannot be written without {empty}.", empty=", ".join(empty))

    @property
    def dealt(self) -> float:
        """Amount of the deals that hedge the item, less that of deals the other way round."""
        return sum(deal.amount if deal.side == self.item.side else -deal.amount for deal in self.deals)

    @property
    def cautions(self) -> tuple[Sentence, ...]:
        """What in the dates and amounts stands against the designation as it is described."""
        said = []
        if self.prepared_on > self.designated_on:
            said.append(
                Sentence(
                    "This draft is of {prepared}, after the designation on {designated}: documentation has to be in "
                    "place when the hedge begins, and cannot be made up for later.",
                    prepared=self.prepared_on.isoformat(),
                    designated=self.designated_on.isoformat(),
                )
            )
        if abs(self.item.amount) > abs(self.expected) or self.item.amount * self.expected < 0:
            said.append(Sentence("More is designated than is expected: what is not expected cannot be hedged."))
        for deal in self.deals:
            if deal.trade_date < self.designated_on:
                said.append(_older(deal))
            if deal.value_date <= self.designated_on or deal.trade_date > self.designated_on:
                said.append(_not_open(deal))
        if abs(self.dealt - self.hedge_ratio * abs(self.item.amount)) > 0.005 * abs(self.item.amount):
            said.append(
                Sentence(
                    "The deals are {dealt} for one unit designated, and the stated hedge ratio is {ratio}.",
                    dealt=f"{self.dealt / abs(self.item.amount):.4g}",
                    ratio=f"{self.hedge_ratio:.4g}",
                )
            )
        return tuple(said)

    def _needed(self) -> tuple[str, ...]:
        texts = ("entity", "amount_source", "deals", "deals_source", "objective", "strategy", "ratio_source", "method")
        return (*texts, "ineffectiveness", *(["findings_source"] if self.findings else []))


def usual_sources(item: HedgedItem, deals: tuple[Deal, ...], designated_on: dt.date) -> tuple[Sentence, ...]:
    """Sources of ineffectiveness that a forward hedge of a forecast amount has, and those that its terms add."""
    said = [
        Sentence("The amount received may be smaller than the amount hedged, or come in another month."),
        Sentence("The credit risk of the bank and of the entity is in the value of the deal, and not in the item."),
    ]
    if any(deal.trade_date < designated_on for deal in deals):
        said.append(Sentence("A deal older than the designation has a value at that date, which unwinds over time."))
    if any(deal.kind == "ndf" for deal in deals):
        said.append(Sentence("A non-deliverable forward settles at a fixing, which can differ from the rate received."))
    whole = [replace(deal, amount=abs(item.amount)) for deal in deals]  # of several deals each covers a part
    said += [difference for deal in whole for difference in critical_terms(item, deal, days=0)]
    return tuple(dict.fromkeys(said))


def _older(deal: Deal) -> Sentence:
    return Sentence(
        "{deal} was dealt on {day}, before the designation: it has to be measured from its value on that date.",
        deal=deal.label,
        day=deal.trade_date.isoformat(),
    )


def _not_open(deal: Deal) -> Sentence:
    return Sentence("{deal} is not open on the day of the designation.", deal=deal.label)
