"""Fines for data protection, consumer law and product safety, each below the cap of its law. No legal advice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from risk.checks import Sentence
from risk.legal.case import LegalCase
from risk.loss.prefill import entry
from risk.loss.register import Entry
from risk.loss.severity import Capped, GeneralizedPareto, Lognormal, Scaled, Spliced
from risk.reference import FACTS, Facts, cap_amount, fine_severity

SAMPLE = "tidytuesday_2020"
RATE = (0.002, 0.05)  # a fine once in 500 to once in 20 years


@dataclass(frozen=True)
class Regime:
    """A law that fines: its row of `fines`, the market whose customers it protects, and what its cap depends on.

    `base` is what the share in the cap is of: "turnover" or "sales" to the market; a cap by the unit counts parcels
    to the market, the most customers there can be.
    """

    key: str
    title: Sentence
    law: str
    market: str
    base: str = "turnover"


DATA_PROTECTION = (
    Regime("legal.gdpr_fine", Sentence("Data-protection fine, European Union (GDPR)"), "gdpr_83_5", "EU"),
    Regime("legal.uk_gdpr_fine", Sentence("Data-protection fine, United Kingdom (UK GDPR)"), "ukgdpr_higher", "GB"),
    Regime("legal.pipl_fine", Sentence("Data-protection fine, China (PIPL)"), "pipl_66_serious", "CN"),
    Regime("legal.ccpa_fine", Sentence("Data-protection fine, California (CCPA)"), "ccpa_intentional", "US"),
)
CONSUMER = (
    Regime("legal.consumer_fine_eu", Sentence("Consumer-law fine, European Union"), "omnibus_4pct", "EU", "sales"),
    Regime("legal.consumer_fine_gb", Sentence("Consumer-law fine, United Kingdom"), "dmcc_consumer", "GB"),
    Regime("legal.consumer_fine_us", Sentence("Consumer-law fine, United States"), "ftc_pen", "US"),
)
CONSUMER_RATE, CONSUMER_COST = (0.005, 0.1), (1_000, 100_000)  # EUR
SAFETY_RATE, SAFETY_COST = (0.01, 0.2), (500, 50_000)  # EUR


@lru_cache(maxsize=64)
def gdpr_fines(facts: Facts = FACTS) -> Spliced:
    """Size of a GDPR fine in EUR: lognormal body, generalized Pareto tail; its mean is infinite without a cap."""
    value = fine_severity(facts).loc[SAMPLE]["value"]
    body = Lognormal(value["lognormal_mu"], value["lognormal_sigma"])
    tail = GeneralizedPareto(value["gpd_xi"], value["gpd_beta"], value["gpd_u"])
    return Spliced(body, tail, value["gpd_u"], value["gpd_n_exceed"] / value["n_positive"])


def cap(case: LegalCase, regime: Regime, law: pd.Series) -> float:
    """The most that one fine can be, in the reporting currency."""
    sold, rate = case.sold_to(regime.market), case.amounts.rate(law["currency"])
    base = case.trade.turnover if regime.base == "turnover" else sold.sales
    return cap_amount(law, base / rate, units=sold.parcels) * rate


def data_protection(case: LegalCase, regime: Regime) -> Iterator[Entry]:
    """The fine of a regime that protects customers served, sized as GDPR fines have been: min(cap, body | tail)."""
    law = case.law(regime.law) if protects(case, regime) else None
    if law is not None and (most := cap(case, regime, law)) > 0:
        severity = Capped(Scaled(gdpr_fines(case.facts), case.amounts.rate("EUR")), most)
        cost = Sentence(
            "Cost: as 336 GDPR fines of 2018 to 2020, of large companies too, for want of fines on shops "
            "like yours; at most {cap:,.0f} {currency} by {law} ({rule}, as of {as_of:%Y-%m-%d}; check with "
            "counsel whether it applies to you).",
            **_cap_words(case, law, most),
        )
        yield entry(regime.key, regime.title, case.believed(regime.key, *RATE), severity, cost, basis="facts")


def consumer_law(case: LegalCase, regime: Regime) -> Iterator[Entry]:
    """The fine for unfair practices where customers are: min(cap, lognormal)."""
    law = case.law(regime.law) if case.sold_to(regime.market).sales > 0 else None
    if law is not None and (most := cap(case, regime, law)) > 0:
        low, high = (case.amounts.of(bound, "EUR") for bound in CONSUMER_COST)
        cost = Sentence(
            "Cost: a starting assumption, please review; at most {cap:,.0f} {currency} by {law} ({rule}, as of "
            "{as_of:%Y-%m-%d}).",
            **_cap_words(case, law, most),
        )
        rate = case.believed(regime.key, *CONSUMER_RATE)
        yield entry(regime.key, regime.title, rate, Capped(Lognormal.from_interval(low, high), most), cost)


def product_safety(case: LegalCase) -> Iterator[Entry]:
    """Fines of EU members for unsafe or untraceable products: lognormal, since their laws have no common cap."""
    law = case.law("gpsr_44")
    if law is None or not case.sold_to("EU").sales > 0:
        return
    low, high = (case.amounts.of(bound, "EUR") for bound in SAFETY_COST)
    cost = Sentence(
        "Cost: a starting assumption, please review; {law} leaves the maximum to each member state (as of "
        "{as_of:%Y-%m-%d}).",
        law=law["instrument"],
        as_of=law["as_of"],
    )
    key = "legal.product_safety_fine"
    yield entry(
        key,
        Sentence("Product-safety fine, European Union"),
        case.believed(key, *SAFETY_RATE),
        Lognormal.from_interval(low, high),
        cost,
        {"product-safety incident": 1.0},
    )


def protects(case: LegalCase, regime: Regime) -> bool:
    """Whether customers are there; China's law also binds who handles data in China, wherever the customers are."""
    return case.sold_to(regime.market).sales > 0 or (regime.market == "CN" and case.seat == "CN")


def _cap_words(case: LegalCase, law: pd.Series, most: float) -> dict[str, object]:
    return {
        "cap": most,
        "currency": case.amounts.currency,
        "law": law["instrument"],
        "rule": law["rule_text"],
        "as_of": law["as_of"],
    }
