"""The family of intellectual property: its perils and what is recovered of them. No legal advice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from risk.checks import InputError, Sentence
from risk.ip.against import account_freeze, infringement_claim, seizure, takedown
from risk.ip.case import IpCase, IpHistory
from risk.ip.own import STOLEN, own_rights_infringed
from risk.ip.recovery import COLUMN, Recovery
from risk.loss.prefill import Amounts, prefilled
from risk.loss.register import FamilyRisk
from risk.loss.streams import spawn
from risk.loss.table import YearLossTable
from risk.reference import FACTS, Facts
from risk.reference.entries import on_facts
from risk.trade import Trade


@dataclass(frozen=True)
class IpRisk(FamilyRisk):
    """Perils of intellectual property as a family of the register, and what of stolen sales comes back.

    The year loss table has the column "ip.recovery" beside the perils where own rights are at stake: zero or a gain.
    A counter-measure that lowers the loss thereby lowers what there is to recover. `notes` say
    what was left out and why.
    """

    name: str = "ip"
    recovery: Recovery | None = field(default_factory=Recovery)
    notes: tuple[Sentence, ...] = ()

    def simulate(self, years: int, rng: Generator, rate_factors: ArrayLike | None = None) -> YearLossTable:
        """Year loss table with one driver a peril, and the recovery; `rate_factors` have a column a peril."""
        table = super().simulate(years, rng, rate_factors)
        if self.recovery is None or STOLEN not in table.drivers:
            return table
        back = self.recovery.of(table[STOLEN], spawn(rng, self.name))
        return replace(table, losses=np.column_stack([table.losses, back]), drivers=(*table.drivers, COLUMN))


def ip_risk(
    trade: Trade,
    history: IpHistory,
    on: date,
    fx: Mapping[str, float],
    seat: str | None = None,
    *,
    facts: Facts = FACTS,
) -> IpRisk:
    """The perils of intellectual property that this trade meets, prefilled; no legal advice.

    `fx` are units of the trade's currency for one unit of others; `seat` is the ISO code of the country where the
    seller is established and ships from, None makes every delivery an import. A market that is not served has no
    peril; InputError where there are no sales at all.
    """
    if not trade.turnover > 0:
        raise InputError(Sentence("Without sales no intellectual property is at risk."))
    case = IpCase(trade, history, on, Amounts(trade.currency, fx), seat)
    makers = (takedown, infringement_claim, account_freeze, seizure, own_rights_infringed)
    entries, notes = on_facts(lambda facts: prefilled(makers, replace(case, facts=facts)), facts)
    return IpRisk(entries, trade.currency, notes=notes)
