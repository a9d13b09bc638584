"""Goods that come back, by article group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from risk.checks import Sentence
from risk.loss.event_trees import EventTree
from risk.loss.register import Entry
from risk.loss.severity import Fixed, Lognormal, Scaled, Severity
from risk.loss.shares import Share, from_sums, share_entry
from risk.quality.case import QualityCase, Returned
from risk.reference import return_rates

LARGEST = 5  # article groups by sales that have a row of their own
RATE = (0.02, 0.25)  # of the units, 90 %: around the rate of all US retail, a starting assumption


def returns(case: QualityCase) -> Iterator[Entry]:
    """Returns of each of the largest article groups, and of all others together.

    Units of a year are those of the trade, shared among groups as they were in the history. One return costs its
    refund less what goods that can be sold again cost, and the freight of the way back.
    """
    if not case.units or not case.sales:
        return
    sold = {name: group for name, group in case.history.groups.items() if group.units > 0}
    groups = largest(sold) or {"": Returned(case.units, case.sales)}
    total = sum(group.units for group in groups.values())
    for name, group in groups.items():
        counted = group.returns if sold and case.history.returns_known else None
        yield _returns(case, name, group, case.units * group.units / total, counted)


def largest(groups: Mapping[str, Returned]) -> dict[str, Returned]:
    """The largest groups by sales, the others added up under "other"; names that spell alike are one group."""
    found = _alike(groups.items())
    ordered = sorted(found, key=lambda name: -found[name].sales)
    return _alike((name if place < LARGEST else "other", found[name]) for place, name in enumerate(ordered))


def _alike(groups: Iterable[tuple[str, Returned]]) -> dict[str, Returned]:
    """Groups added up under the first of the names that spell alike."""
    names: dict[str, str] = {}
    sums: dict[str, Returned] = {}
    for name, group in groups:
        first = names.setdefault(spelled(name), name)
        sums[first] = sums[first] + group if first in sums else group
    return sums


def spelled(name: str) -> str:
    """A group's name as the end of a key: letters and digits of any script, in lower case."""
    return "_".join("".join(sign if sign.isalnum() else " " for sign in name.lower()).split())


def _returns(case: QualityCase, name: str, group: Returned, units: float, counted: int | None) -> Entry:
    ending = spelled(name)
    key = f"quality.returns_{ending}" if ending else "quality.returns"
    title = Sentence("Returns and refunds: {group}", group=name) if ending else Sentence("Returns and refunds")
    refund, said, basis = refunds(case, group)
    rate = return_rates(case.facts)
    usual = rate[(rate["group"] == "all retail") & (rate["measure"] == "return rate")].iloc[0]
    cost = Sentence(
        "{usual:.1%} of the sales of US retail came back in {period} ({source}). Cost: {refund} Lost of it: {lost:.0%} "
        "({fit:.0%} of returns can be sold again) and {freight:,.2f} {currency} of freight.",
        usual=float(usual["value"]) / 100,
        period=usual["period"],
        source=usual["source"],
        refund=said,
        lost=case.lost_share,
        fit=case.fit_for_sale,
        freight=case.way_back,
        currency=case.trade.currency,
    )
    share = Share(*RATE, counted, max(group.units, float(group.returns)))
    parts: tuple[Severity, ...] = (Scaled(refund, case.lost_share), Fixed(case.way_back))
    return share_entry(key, title, share, units, EventTree(parts), cost, basis=basis)


def refunds(case: QualityCase, group: Returned) -> tuple[Lognormal, Sentence, str]:
    """Refund of one return, where it comes from, and the basis: the own refunds where there are enough of them."""
    own = from_sums(group.returns, group.refunds, group.squares)
    if own is not None:
        said = Sentence("{refund:,.2f} on average of {count:,} refunds.", refund=own.mean, count=group.returns)
        return own, said, "data"
    price = group.sales / group.units if group.sales else case.price
    said = Sentence("{price:,.2f}, the average price of a unit, a starting assumption, please review.", price=price)
    return case.around(price), said, "expert"
