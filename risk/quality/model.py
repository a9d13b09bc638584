"""The family of quality: its perils, prefilled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from risk.checks import Sentence
from risk.loss.prefill import prefilled
from risk.loss.register import FamilyRisk
from risk.quality.batches import bad_batch, recall
from risk.quality.buyers import chargebacks, review_damage
from risk.quality.case import QualityCase, QualityHistory
from risk.quality.returns import returns
from risk.reference import FACTS, Facts
from risk.reference.entries import on_facts
from risk.trade import Trade


@dataclass(frozen=True)
class QualityRisk(FamilyRisk):
    """Perils of product quality as a family of the register; `notes` say what was left out and why."""

    name: str = "quality"
    notes: tuple[Sentence, ...] = ()


def quality_risk(
    trade: Trade,
    history: QualityHistory,
    on: date,  # noqa: ARG001 - families are called alike; no fact of this one depends on the day
    fx: Mapping[str, float],  # noqa: ARG001 - likewise, all amounts are the seller's own
    *,
    facts: Facts = FACTS,
) -> QualityRisk:
    """The perils of product quality that this trade meets, prefilled."""
    makers = (returns, bad_batch, recall, review_damage, chargebacks)
    entries, notes = on_facts(lambda facts: prefilled(makers, QualityCase(trade, history, facts)), facts)
    return QualityRisk(entries, trade.currency, notes=notes)
