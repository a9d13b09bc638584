"""Parcels that customs hold, by cause: days in which their value shrinks, and buyers who do not wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from risk.checks import Sentence
from risk.logistics.case import Hold, LogisticsCase, day_cost
from risk.loss.event_trees import Branch, EventTree
from risk.loss.register import Entry
from risk.loss.severity import Capped, Fixed, Lognormal
from risk.loss.shares import Share, from_sums, product, share_entry
from risk.reference import FACTS, Facts, hold_ranges, hold_times


class Cause(NamedTuple):
    """A cause of holds: its title, share of parcels (90 % interval), share of the held that are cancelled."""

    title: Sentence
    low: float
    high: float
    cancelled: float


# Shares are starting assumptions: customs publish no probability of selection.
CAUSES = {
    "inspection": Cause(Sentence("Customs hold: inspection"), 0.002, 0.03, 0.05),
    "missing document": Cause(Sentence("Customs hold: missing document"), 0.001, 0.02, 0.10),
    "misclassification": Cause(Sentence("Customs hold: misclassification"), 0.0005, 0.01, 0.10),
    "quality standard": Cause(Sentence("Customs hold: quality standard"), 0.0002, 0.005, 0.30),
    "policy change": Cause(Sentence("Customs hold: policy change"), 0.0002, 0.02, 0.20),
}
DAYS = (2.0, 30.0)  # of a hold for another cause than inspection: a starting assumption


def customs_holds(case: LogisticsCase) -> Iterator[Entry]:
    """A peril a cause, of the parcels that cross a customs border.

    Cost of one: min(days x cost of a day, 1) x parcel value, and with the share cancelled all of the value. The fees
    of an examination are those of a whole consignment and are not in it.
    """
    imported, holds = case.imported, case.history.holds
    if not imported.parcels or not imported.sales:
        return
    value, a_day = imported.parcel_value, day_cost(case.facts)
    for name, cause in CAUSES.items():
        hold = Hold(0) if holds is None else holds.get(name, Hold(0))
        counted = None if holds is None else hold.parcels
        share = Share(cause.low, cause.high, counted, case.history.parcels)
        days, said, basis = duration(name, hold, case.facts)
        waiting = Capped(product(days, Lognormal.from_interval(*a_day), scale=value), value)
        severity = EventTree((waiting, Branch(cause.cancelled, Fixed(value))))
        cost = Sentence(
            "Cost: {days} A day costs {least:.1%} to {most:.1%} of the value (Hummels and Schaur 2013); {share:.0%} "
            "of the held parcels are cancelled, a starting assumption, please review; a parcel is worth {value:,.2f} "
            "{currency}.",
            days=said,
            least=a_day[0],
            most=a_day[1],
            share=cause.cancelled,
            value=value,
            currency=case.amounts.currency,
        )
        key = f"logistics.hold_{name.replace(' ', '_')}"
        yield share_entry(key, cause.title, share, imported.parcels, severity, cost, {"trade policy": 1.0}, basis)


def duration(cause: str, hold: Hold, facts: Facts = FACTS) -> tuple[Lognormal, Sentence, str]:
    """Days of a hold, where they come from, and the basis: own ones where there are enough of them."""
    own = from_sums(hold.timed, hold.days, hold.squares)
    if own is not None:
        return own, Sentence("{days:.1f} days on average of {count:,} holds.", days=own.mean, count=hold.timed), "data"
    if cause != "inspection":
        assumed = Sentence("{low:g} to {high:g} days, a starting assumption, please review.", low=DAYS[0], high=DAYS[1])
        return Lognormal.from_interval(*DAYS), assumed, "expert"
    ranges = hold_ranges(facts)
    low, high = float(ranges["days_low"].min()), float(ranges["days_high"].max())
    said = Sentence(
        "{low:g} to {high:g} days, from a review of documents to an intensive examination (guides of freight "
        "forwarders to US customs, as of {as_of:%Y-%m-%d}).",
        low=low,
        high=high,
        as_of=hold_times(facts)["as_of"].max(),
    )
    return Lognormal.from_interval(low, high), said, "facts"
