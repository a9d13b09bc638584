"""The family of logistics: its perils, prefilled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from risk.checks import Sentence
from risk.logistics.border import customs_holds
from risk.logistics.case import LogisticsCase, LogisticsHistory
from risk.logistics.disruption import disruption
from risk.logistics.parcels import late_delivery, loss_and_damage
from risk.loss.prefill import Amounts, prefilled
from risk.loss.register import FamilyRisk
from risk.reference import FACTS, Facts
from risk.reference.entries import on_facts
from risk.trade import Trade


@dataclass(frozen=True)
class LogisticsRisk(FamilyRisk):
    """Perils of logistics as a family of the register; `notes` say what was left out and why."""

    name: str = "logistics"
    notes: tuple[Sentence, ...] = ()


def logistics_risk(
    trade: Trade,
    history: LogisticsHistory,
    on: date,
    fx: Mapping[str, float],
    seat: str | None = None,
    *,
    facts: Facts = FACTS,
) -> LogisticsRisk:
    """The perils of logistics that this trade meets, prefilled.

    `fx` are units of the trade's currency for one unit of others (XDR for the liability of carriers); `seat` is the
    ISO code of the country that the seller ships from, None makes every delivery cross a customs border.
    """
    case = LogisticsCase(trade, history, on, Amounts(trade.currency, fx), seat)
    makers = (late_delivery, customs_holds, loss_and_damage, disruption)
    entries, notes = on_facts(lambda facts: prefilled(makers, replace(case, facts=facts)), facts)
    return LogisticsRisk(entries, trade.currency, notes=notes)
