"""The trade of a year and the families of risk, out of the answers of an order history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from risk.calibration.answers import Answers
from risk.calibration.conversion import Money
from risk.calibration.histories import events_of, logistics_history, quality_history
from risk.calibration.trade import trade_of
from risk.checks import InputError, Sentence, currency_code
from risk.ip import IpHistory, IpRisk, ip_risk
from risk.legal import LegalHistory, LegalRisk, legal_risk
from risk.logistics import LogisticsRisk, logistics_risk
from risk.quality import QualityRisk, quality_risk
from risk.reference import FACTS, Facts
from risk.trade import Trade

NO_SEAT = Sentence(
    "No parcel says where it is sent from, so every delivery is taken to cross a customs border. Choose your country "
    "among the assumptions."
)
Family = LegalRisk | LogisticsRisk | IpRisk | QualityRisk


@dataclass(frozen=True, eq=False)
class Calibrated:
    """The trade of a year, the families of risk that can be made of it, and what was left out or assumed."""

    trade: Trade
    families: tuple[Family, ...]
    notes: tuple[Sentence, ...]
    seat: str | None


def calibrate(
    answers: Answers,
    reporting: str,
    fx: Mapping[str, float],
    on: dt.date,
    seat: str | None = None,
    margin: float | None = None,
    facts: Facts = FACTS,
) -> Calibrated:
    """Trade and families of a history on a day, in the reporting currency.

    `fx`: units of `reporting` for one unit of each currency, as `conversion` gives. `seat`: ISO code of the country
    that the seller is in and ships from, by default where most parcels start. `margin`: share of sales left after
    goods, freight and fees, by default that of the lines whose goods have a cost. `facts`: the published ones, or those
    with cells of the owner. InputError without sales.
    """
    currency_code("reporting", reporting)
    money = Money(reporting, fx)
    trade, notes = trade_of(answers, money, margin)
    seat = seat or shipped_from(answers)
    makers = _makers(answers, money, trade, on, seat, facts)
    made = [_family_or_reason(name, make) for name, make in makers.items()]
    families = tuple(family for family in made if not isinstance(family, Sentence))
    notes += [NO_SEAT] if seat is None else []
    notes += [reason for reason in made if isinstance(reason, Sentence)]
    notes += [note for family in families for note in family.notes]
    return Calibrated(trade, families, tuple(dict.fromkeys(notes)), seat)


def _makers(
    answers: Answers, money: Money, trade: Trade, on: dt.date, seat: str | None, facts: Facts
) -> dict[str, Callable[[], Family]]:
    events, fx = events_of(answers), money.fx
    legal, own = ({key: n for key, n in events.items() if key.startswith(family)} for family in ("legal.", "ip."))
    return {
        "legal": lambda: legal_risk(trade, LegalHistory(legal), on, fx, seat, facts=facts),
        "logistics": lambda: logistics_risk(trade, logistics_history(answers, money), on, fx, seat, facts=facts),
        "ip": lambda: ip_risk(trade, IpHistory(own), on, fx, seat, facts=facts),
        "quality": lambda: quality_risk(trade, quality_history(answers, money), on, fx, facts=facts),
    }


def _family_or_reason(name: str, make: Callable[[], Family]) -> Family | Sentence:
    try:
        return make()
    except InputError as reason:
        return Sentence("The family {family} is left out. {reason}", family=name, reason=reason.sentence)


def shipped_from(answers: Answers) -> str | None:
    """The country that most parcels start in; None where no parcel says."""
    origins = answers.shipments.groupby("origin")["parcels"].sum()
    return str(origins.idxmax()) if len(origins) else None
