"""Which measures a seller is offered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from risk.checks import InputError, Sentence
from risk.countermeasures import plans
from risk.countermeasures.case import Case
from risk.countermeasures.transfer import cargo_insurance, forwards, liability_insurance
from risk.currency.model import CurrencyRisk
from risk.loss.countermeasures import Countermeasure
from risk.loss.prefill import Amounts, MissingRateError
from risk.loss.register import FamilyRisk
from risk.trade import Trade

NO_SHARES: Mapping[str, float] = {}


def catalogue(
    families: Sequence[FamilyRisk],
    trade: Trade,
    fx: Mapping[str, float],
    currency: CurrencyRisk | None = None,
    seat: str | None = None,
    hedge: Mapping[str, float] = NO_SHARES,
) -> tuple[Countermeasure, ...]:
    """The measures that touch a peril of these families or the currency model, at most 16, prefilled.

    `fx` are units of the trade's currency for one unit of others; a measure whose price is in a currency without a
    rate is left out, `left_out` says which. `seat` as in the families: who is established in a market needs no
    representative there. `hedge`: share of the expected receipts to sell forward by currency, half where it is silent.
    """
    return tuple(_made(families, trade, fx, currency, seat, hedge)[0])


def left_out(
    families: Sequence[FamilyRisk],
    trade: Trade,
    fx: Mapping[str, float],
    currency: CurrencyRisk | None = None,
    seat: str | None = None,
    hedge: Mapping[str, float] = NO_SHARES,
) -> tuple[Sentence, ...]:
    """What the catalogue lacks for want of an exchange rate; each reason once."""
    return tuple(dict.fromkeys(_made(families, trade, fx, currency, seat, hedge)[1]))


def _made(
    families: Sequence[FamilyRisk],
    trade: Trade,
    fx: Mapping[str, float],
    currency: CurrencyRisk | None,
    seat: str | None,
    hedge: Mapping[str, float],
) -> tuple[list[Countermeasure], list[Sentence]]:
    case = Case(tuple(families), trade, Amounts(trade.currency, fx), seat)
    models = {model.currency for model in families} | ({currency.reporting} if currency else set())
    if foreign := models - {trade.currency}:
        raise InputError(f"the trade is in {trade.currency}, a model in {min(foreign)}")
    measures: list[Countermeasure] = []
    reasons: list[Sentence] = []
    for maker in _makers(currency, hedge):
        try:
            measures.extend(maker(case))
        except MissingRateError as error:
            reasons.append(Sentence("Measures whose price needs it are left out. {reason}", reason=error.sentence))
    return measures, reasons


def _makers(
    currency: CurrencyRisk | None, hedge: Mapping[str, float]
) -> tuple[Callable[[Case], Iterable[Countermeasure]], ...]:
    return (
        plans.COMPLIANCE_REVIEW.made,
        plans.representatives,
        plans.POLICY_WATCH.made,
        partial(forwards, currency=currency, hedge=hedge),
        plans.LOGISTICS_PARTNER.made,
        plans.OVERSEAS_WAREHOUSE.made,
        plans.DOCUMENT_MANAGEMENT.made,
        plans.CLASSIFICATION.made,
        plans.INSPECTION.made,
        plans.IP_REGISTRATION.made,
        plans.IP_MONITORING.made,
        plans.IP_CLEARANCE.made,
        cargo_insurance,
        liability_insurance,
    )
