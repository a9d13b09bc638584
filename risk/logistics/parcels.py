"""Parcels that come late, get lost or arrive damaged."""

from __future__ import annotations

from collections.abc import Iterator

from risk.checks import Sentence
from risk.logistics.case import LogisticsCase
from risk.loss.event_trees import Branch, Choice, EventTree
from risk.loss.prefill import MissingRateError
from risk.loss.register import Entry
from risk.loss.severity import Fixed, Pert, Scaled, Severity
from risk.loss.shares import Share, share_entry
from risk.reference import carrier_liability

LATE = (0.02, 0.30)  # of the parcels, 90 %: a starting assumption
CLAIMED = (0.01, 0.20)  # of the late parcels that are refunded in full: a starting assumption
PARTLY, PART = 0.10, (0.05, 0.20, 0.50)  # share refunded in part, and which part (PERT): starting assumptions
LEAVING, FURTHER = 0.05, (0.0, 1.0, 4.0)  # share of buyers lost, and the orders they would have made, likewise
LOST = (0.001, 0.02)  # of the parcels, lost or damaged, 90 %: a starting assumption
PAID = 0.50  # of the claims against carriers that are paid: a starting assumption
REGIMES = {"express": "air", "air line": "air", "sea": "sea", "road": "road"}  # others have no recorded limit


def late_delivery(case: LogisticsCase) -> Iterator[Entry]:
    """A parcel that arrives after the promised date; see `late_cost`.

    Late are those that came after it and those open past it, out of the parcels of which that is known; what is open
    and not due yet is left out.
    """
    sent, history = case.sent, case.history
    if not sent.parcels or not sent.sales:
        return
    refunded = Share(*CLAIMED, history.late_claimed, history.late)
    cost = Sentence(
        "{pending:,} parcels under way and not due are in no rate. Cost: {refunded:.1%} of parcels worth {value:,.2f} "
        "{currency} are refunded in full. {words} {partly:.0%} are refunded in part and {leaving:.0%} lose the buyer "
        "and the margin on further orders: starting assumptions, please review.",
        refunded=refunded.mean,
        words=refunded.sentence,
        partly=PARTLY,
        leaving=LEAVING,
        pending=history.pending,
        value=sent.parcel_value,
        currency=case.amounts.currency,
    )
    share = Share(*LATE, history.late if history.resolved else None, history.resolved)
    severity = late_cost(sent.parcel_value, case.margin, min(refunded.mean, 1 - PARTLY))
    title = Sentence("Late delivery")
    yield share_entry("logistics.late_delivery", title, share, sent.parcels, severity, cost, {"season": 1.0})


def late_cost(value: float, margin: float, refunded: float) -> EventTree:
    """Refund in full or in part, and apart from it the margin on the further orders of a buyer who leaves."""
    refund = Choice(((refunded, Fixed(value)), (PARTLY, Scaled(Pert(*PART), value))))
    parts: tuple[Severity, ...] = (refund,)
    if margin > 0:
        parts += (Branch(LEAVING, Scaled(Pert(*FURTHER), value * margin)),)
    return EventTree(parts)


def loss_and_damage(case: LogisticsCase) -> Iterator[Entry]:
    """A parcel lost or damaged: refund and freight, less what the carrier owes where it pays, less own insurance."""
    sent, history = case.sent, case.history
    if not sent.parcels or not sent.sales or history.insured == 1.0:
        return
    gross = sent.parcel_value + case.freight
    limits, said = liability(case)
    options = [(PAID * chance, max(gross - limit, 0.0)) for chance, limit in limits]
    left = 1.0 - PAID * sum(chance for chance, _ in limits)
    paid = [(chance, Fixed(net)) for chance, net in (*options, (left, gross)) if net > 0 and chance > 0]
    cost = Sentence(
        "Cost: refund and freight, {gross:,.2f} {currency} a parcel. {origin} {liability} Own "
        "insurance pays {insured:.0%}.",
        gross=gross,
        currency=case.amounts.currency,
        origin=case.freight_origin,
        liability=said,
        insured=history.insured,
    )
    share = Share(*LOST, history.lost if history.ended else None, history.ended)
    severity = Scaled(Choice(tuple(paid)), 1.0 - history.insured)
    title = Sentence("Parcel lost or damaged")
    basis = "facts" if limits else "expert"
    yield share_entry("logistics.loss", title, share, sent.parcels, severity, cost, {"season": 0.5}, basis)


def liability(case: LogisticsCase) -> tuple[list[tuple[float, float]], Sentence]:
    """Share of the parcels under each limit and the most that a carrier owes for one, and the words for it.

    The limits are those of the conventions on the day, by kilogram; none without weights, modes or a rate for XDR.
    """
    weight, modes = case.history.weight_kg, case.history.modes
    if weight is None or not modes:
        return [], Sentence("Nothing is taken off for the liability of carriers: weights and modes are not known.")
    try:
        drawing_right = case.amounts.rate("XDR")
    except MissingRateError as error:
        return [], Sentence("Nothing is taken off for the liability of carriers. {reason}", reason=error.sentence)
    total = sum(modes.values())
    known = {mode: REGIMES[mode] for mode, parcels in modes.items() if mode in REGIMES and parcels}
    limits = [(modes[mode] / total, per_kg(case, regime) * weight * drawing_right) for mode, regime in known.items()]
    said = Sentence(
        "Carriers owe at most {limits} SDR a kilogram by convention, for {weight:.2f} kg; {paid:.0%} of the claims are "
        "paid, a starting assumption, please review.",
        limits=", ".join(f"{per_kg(case, regime):g}" for regime in sorted(set(known.values()))) or "0",
        weight=weight,
        paid=PAID,
    )
    return limits, said


def per_kg(case: LogisticsCase, regime: str) -> float:
    """The highest limit of a mode of transport that is in force on the day, in special drawing rights a kilogram."""
    limits = carrier_liability(regime, case.on, case.facts)
    return float(limits.loc[limits["currency"] == "XDR", "per_kg"].max())
