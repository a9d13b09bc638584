"""Duty and tax at the border: arrears that an audit finds, with interest and penalty. No legal advice."""

from __future__ import annotations

from collections.abc import Iterator

from risk.checks import Sentence
from risk.legal.case import LegalCase, law
from risk.loss.event_trees import Choice
from risk.loss.prefill import entry
from risk.loss.register import Entry
from risk.loss.severity import Capped, Lognormal, Scaled, Severity
from risk.reference import EU, FACTS, Facts, cap_amount, vat

INTEREST = 0.07  # a year on arrears: a starting assumption
UNDERSTATED = 0.10  # duty not paid on goods declared wrongly, as a share of their value: a starting assumption
WRONG = (0.005, 0.30)  # share of the goods that an audit finds declared wrongly: a starting assumption
WRONG_VAT = (0.005, 0.50)  # share of the tax that an audit finds unpaid: a starting assumption
AUDITS, VAT_AUDITS = (0.005, 0.10), (0.02, 0.30)  # that find something, a year: starting assumptions

# What an audit in the US concludes, as probabilities: starting assumptions; prior disclosure leaves interest only
DISCLOSED, CULPABILITY = 0.50, {"us_1592_negl": 0.40, "us_1592_gross": 0.08, "us_1592_fraud": 0.02}
# Elsewhere, as (probability, penalty as a share of the arrears): starting assumptions
PENALTIES = ((0.70, 0.0), (0.25, 0.5), (0.05, 1.0))


def arrears(value: float, wrong: tuple[float, float]) -> Severity:
    """The part of an amount that an audit finds wrong: lognormal between two shares of it, never more than all."""
    return Capped(Lognormal.from_interval(value * wrong[0], value * wrong[1]), value)


def owed(years: float) -> float:
    """Arrears with interest on arrears of 1: on average they are half of the years looked back on old."""
    return 1 + INTEREST * years / 2


def culpability(goods: Severity, facts: Facts = FACTS) -> Choice:
    """Duty with interest, and the penalty of 19 USC 1592 at its cap, for goods declared wrongly.

    All is a multiple of their value v: duties lost are d = UNDERSTATED · v, the caps min(v, 2d) for negligence,
    min(v, 4d) for gross negligence, v for fraud, nothing after prior disclosure.
    """
    duty = UNDERSTATED * owed(5)
    caps = {row: cap_amount(law(row, facts), 1.0, duties=UNDERSTATED) for row in CULPABILITY}
    options = [(chance, Scaled(goods, duty + caps[row])) for row, chance in CULPABILITY.items()]
    return Choice(((DISCLOSED, Scaled(goods, duty)), *options))


def penalised(unpaid: Severity, years: float) -> Choice:
    """Arrears with interest and one of the penalties that are a share of them."""
    return Choice(tuple((chance, Scaled(unpaid, owed(years) + penalty)) for chance, penalty in PENALTIES))


def customs(case: LegalCase) -> Iterator[Entry]:
    """Back duty and penalty after an audit: of five years in the US (19 USC 1621), of three in the EU (UCC Art 103).

    Goods of the years looked back on are those of this year, each year; their value is what they were sold for.
    """
    american, european = case.imported_to("US").sales, case.imported_to("EU").sales
    if american > 0:
        negligence = law("us_1592_negl", case.facts)
        cost = Sentence(
            "Cost: duty of five years with interest and the cap of {law} ({rule}, as of {as_of:%Y-%m-%d}) on your "
            "sales there; the shares declared wrongly and the culpability are starting assumptions, please review.",
            law=negligence["instrument"],
            rule=negligence["rule_text"],
            as_of=negligence["as_of"],
        )
        title = Sentence("Customs back duty and penalty, United States")
        penalty = culpability(arrears(5 * american, WRONG), case.facts)
        yield _audit(case, "legal.customs_penalty", title, penalty, cost, "facts")
    if european > 0:
        unpaid = Scaled(arrears(3 * european, WRONG), UNDERSTATED)
        cost = Sentence(
            "Cost: duty of three years with interest on your sales there, and a national penalty; shares declared "
            "wrongly and penalties are starting assumptions, please review."
        )
        title = Sentence("Customs back duty and penalty, European Union")
        yield _audit(case, "legal.customs_debt", title, penalised(unpaid, 3), cost, "expert")


def _audit(case: LegalCase, key: str, title: Sentence, severity: Severity, cost: Sentence, basis: str) -> Entry:
    return entry(key, title, case.believed(key, *AUDITS), severity, cost, {"trade policy": 1.0}, basis)


def yearly_vat(case: LegalCase) -> float:
    """Value added tax on a year's sales to the EU and the United Kingdom, at the standard rates of the day."""
    rates = vat(case.on, case.facts)["rate"].to_dict()
    taxed = (place for place in case.trade.destinations if place.country in {"GB", *EU})
    return sum(place.sales * float(rates.get(place.country, 0.0)) for place in taxed)


def vat_arrears(case: LegalCase) -> Iterator[Entry]:
    """Value added tax of three years that an audit finds unpaid, with interest and a penalty."""
    tax = yearly_vat(case)
    if tax > 0:
        key = "legal.vat_arrears"
        cost = Sentence(
            "Cost: part of three years of value added tax, {tax:,.0f} {currency} a year at the standard rates of "
            "{on:%Y-%m-%d}; the part unpaid and the penalty are starting assumptions, please review.",
            tax=tax,
            currency=case.amounts.currency,
            on=case.on,
        )
        severity = penalised(arrears(3 * tax, WRONG_VAT), 3)
        rate = case.believed(key, *VAT_AUDITS)
        yield entry(key, Sentence("Arrears of value added tax (IOSS, OSS, VAT)"), rate, severity, cost, basis="facts")
