"""What a seller's destinations mean in law on a day: relief for small parcels, taxes, charges, caps. No legal advice.

Each function makes a table for the reader out of the facts and this seller's own numbers. `values` is the answer of
`risk.orders.questions.order_values`; an order stands for a parcel. Amounts are in the reporting currency, a year.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import numpy as np
import pandas as pd

from risk.checks import Sentence
from risk.legal.case import LegalCase, members
from risk.legal.fines import CONSUMER, DATA_PROTECTION, Regime, cap, protects
from risk.legal.policy import annual_cost
from risk.loss.prefill import MissingRateError
from risk.reference import EU, de_minimis, parcel_charges, vat
from risk.reference.wording import rule_in_words

INSIDE, UNRECORDED, NO_RELIEF, NO_LIMIT, RELIEF = "inside", "unrecorded", "no relief", "no limit", "relief"
NO_RULE = (INSIDE, UNRECORDED)

SAFETY = Regime("legal.product_safety_fine", Sentence("Product-safety fine, European Union"), "gpsr_44", "EU")
ELSEWHERE = (
    Regime("lgpd", Sentence("Data-protection fine, Brazil (LGPD)"), "lgpd", "BR", "sales"),
    Regime("app_au", Sentence("Data-protection fine, Australia (Privacy Act)"), "app_au", "AU"),
    Regime("law25_qc", Sentence("Data-protection fine, Quebec (Law 25)"), "law25_qc", "CA"),
    Regime("pipa_kr", Sentence("Data-protection fine, Korea (PIPA)"), "pipa_kr", "KR"),
    Regime("dpdp_in", Sentence("Data-protection fine, India (DPDP)"), "dpdp_in", "IN"),
    Regime("pdpl_vn", Sentence("Data-protection fine, Viet Nam (PDPL)"), "pdpl_vn", "VN"),
    Regime("pdpa_sg", Sentence("Data-protection fine, Singapore (PDPA)"), "pdpa_sg", "SG", "sales"),
    Regime("fadp_ch", Sentence("Data-protection fine, Switzerland (FADP)"), "fadp_ch", "CH"),
)

_STATED = ["since", "ends", "next_change", "as_of", "source"]
DESTINATIONS = [
    *("country", "sales", "share", "parcels", "relief", "duty_limit", "tax_limit", "currency", "exempt_sales"),
    *("exempt_parcels", "rule", "tax_rate", "tax_a_parcel", *_STATED),
]
CHARGES = [
    *("destination", "charge", "currency", "rate", "per", "channel", "up_to", "up_to_currency", "parcels", "cost"),
    *_STATED,
]
REGIMES = ["title", "conduct", "rule", "cap", "currency", "share", "since", "next_change", "as_of", "source"]
ENDS = ["market", "limit", "currency", "ends", "next_change", "sales", "parcels", "low", "high", "said"]


def market_of(country: str) -> str:
    """The market whose customs law a country has: EU for its members."""
    return "EU" if country in EU else country


def destinations(case: LegalCase, values: pd.DataFrame) -> pd.DataFrame:
    """Each destination with the rule for small parcels and the tax of the day, largest sales first.

    Columns country, sales, share (of turnover), parcels, relief (inside: no customs border; unrecorded; no relief; no
    limit recorded; relief: up to `duty_limit`), duty_limit and tax_limit in `currency`, exempt_sales and
    exempt_parcels (up to the limit), since, ends, rule, next_change, tax_rate, tax_a_parcel (on one of average
    value), as_of, source.
    """
    rules = de_minimis(on=case.on, origin=case.seat or "", facts=case.facts).set_index("iso2")
    rates = vat(case.on, case.facts)["rate"]
    make = partial(_destination, case, values, rules, rates)
    return pd.DataFrame([make(place.country) for place in case.trade.destinations], columns=DESTINATIONS)


def _destination(
    case: LegalCase, values: pd.DataFrame, rules: pd.DataFrame, rates: pd.Series, country: str
) -> dict[str, object]:
    sold, market = case.trade.to(country), market_of(country)
    rule = rules.reindex([market]).iloc[0]
    relief, limit, currency = _relief(case, market, rules), float(rule["duty_de_minimis"]), str(rule["currency"])
    exempt = (sold.sales, sold.parcels) if relief == NO_LIMIT else (0.0, 0.0)
    if relief == RELIEF:
        exempt = below(case, values, [country], limit, currency)
    rate = rates.get(country, np.nan)
    return {
        "country": country,
        "sales": sold.sales,
        "share": sold.sales / (case.trade.turnover or np.nan),
        "parcels": sold.parcels,
        "relief": relief,
        "duty_limit": limit,
        "tax_limit": float(rule["tax_de_minimis"]),
        "currency": rule["currency"],
        "exempt_sales": exempt[0],
        "exempt_parcels": exempt[1],
        "since": rule["effective_from"],
        "ends": rule["effective_to"],
        "rule": rule["special_rule"],
        "next_change": rule["next_change"],
        "tax_rate": rate,
        "tax_a_parcel": sold.parcel_value * rate,
        "as_of": rule["as_of"],
        "source": rule["source"],
    }


def _relief(case: LegalCase, market: str, rules: pd.DataFrame) -> str:
    if case.seat in members(market):
        return INSIDE
    if market not in rules.index:
        return UNRECORDED
    limit = float(rules.reindex([market])["duty_de_minimis"].iloc[0])
    return NO_LIMIT if np.isnan(limit) else RELIEF if limit > 0 else NO_RELIEF


def relief_parts(places: pd.DataFrame) -> pd.DataFrame:
    """Sales of `destinations` by what the border does to them: free, due, inside, unknown; index country."""
    exempt, sales, relief = places["exempt_sales"], places["sales"], places["relief"]
    unknown = (relief == UNRECORDED) | exempt.isna()
    abroad = ~unknown & (relief != INSIDE)
    parts = {
        "free": exempt.where(abroad, 0.0),
        "due": (sales - exempt).where(abroad, 0.0),
        "inside": sales.where(relief == INSIDE, 0.0),
        "unknown": sales.where(unknown, 0.0),
    }
    return pd.DataFrame(parts).set_index(places["country"])


def below(
    case: LegalCase, values: pd.DataFrame, countries: Iterable[str], limit: float, currency: str
) -> tuple[float, float]:
    """Sales and parcels a year of the orders to these countries worth no more than a limit.

    NaN where the limit's currency has no rate; orders in a currency without one count nothing.
    """
    try:
        most = case.amounts.of(limit, currency)
    except MissingRateError:
        return np.nan, np.nan
    here = values[values["country"].isin(list(countries))]
    rates = here["currency"].map({**case.amounts.rates, case.amounts.currency: 1.0}).astype("float64")
    sales = here["sales"] * rates
    small = sales / here["orders"] <= most
    return float(sales[small].sum()) / case.trade.years, float(here.loc[small, "orders"].sum()) / case.trade.years


def charges(case: LegalCase, values: pd.DataFrame) -> pd.DataFrame:
    """Flat charges on small parcels in force, and what they come to in a year if each parcel pays each of them once.

    Columns destination, charge in `currency`, rate (of the value), per, channel, up_to in `up_to_currency`, parcels
    (own, up to that value), cost (NaN without a rate), since, ends, next_change, as_of, source.
    """
    table = parcel_charges(on=case.on, origin=case.seat or "", facts=case.facts)
    rows = [_charge(case, values, row) for _, row in table.iterrows()]
    return pd.DataFrame([row for row in rows if row["parcels"] != 0], columns=CHARGES)


def _charge(case: LegalCase, values: pd.DataFrame, row: pd.Series) -> dict[str, object]:
    abroad = [] if case.seat in members(row["destination"]) else list(members(row["destination"]))
    limit = row["value_up_to"]
    everything = case.trade.to(*abroad) if abroad else None
    sales, parcels = (everything.sales, everything.parcels) if everything else (0.0, 0.0)
    if np.isfinite(limit) and abroad:
        sales, parcels = below(case, values, abroad, limit, row["value_currency"])
    rate = case.amounts.rates.get(row["currency"], 1.0 if row["currency"] == case.amounts.currency else np.nan)
    return {
        "destination": row["destination"],
        "charge": row["charge"],
        "currency": row["currency"],
        "rate": row["rate"],
        "per": row["per"],
        "channel": row["channel"],
        "up_to": limit,
        "up_to_currency": row["value_currency"],
        "parcels": parcels,
        "cost": float(np.fmin(row["charge"] * rate * parcels, row["rate"] * sales)),  # the lesser where one may choose
        "since": row["effective_from"],
        "ends": row["effective_to"],
        "next_change": row["next_change"],
        "as_of": row["as_of"],
        "source": row["source"],
    }


def regimes(case: LegalCase) -> pd.DataFrame:
    """Data-protection, consumer and product-safety law of the markets served, and the most that one fine can be.

    Columns title, conduct, rule (in words), cap (NaN where members set their own, or without a rate of `currency`),
    share (of turnover), since, next_change, as_of, source. A cap by the unit counts parcels to the market, the most
    customers there can be.
    """
    known = (*DATA_PROTECTION, *ELSEWHERE, *CONSUMER, SAFETY)
    return pd.DataFrame([row for regime in known for row in _regime(case, regime)], columns=REGIMES)


def _regime(case: LegalCase, regime: Regime) -> list[dict[str, object]]:
    law = case.law(regime.law) if protects(case, regime) else None
    if law is None:
        return []
    try:
        most = np.nan if law["rule"] == "national" else cap(case, regime, law)
    except MissingRateError:
        most = np.nan
    return [
        {
            "title": regime.title,
            "conduct": law["conduct"],
            "rule": rule_in_words(law),
            "cap": most,
            "currency": law["currency"],
            "share": most / (case.trade.turnover or np.nan),
            "since": law["effective_from"],
            "next_change": law["next_change"],
            "as_of": law["as_of"],
            "source": law["source"],
        }
    ]


def end_of_relief(case: LegalCase, values: pd.DataFrame) -> pd.DataFrame:
    """What the end of each standing relief would cost a year on own parcels up to its limit, before passing it on.

    Columns market, limit, currency, ends, next_change, sales, parcels (up to the limit), low, high (90 % of what such
    a change costs, as the register has it), said (where that comes from). Markets with a relief only.
    """
    rules = de_minimis(on=case.on, origin=case.seat or "", facts=case.facts)
    served = {market_of(place.country) for place in case.trade.destinations}
    standing = rules[rules["iso2"].isin(served) & (rules["duty_de_minimis"] > 0)]
    found = (_end(case, values, rule) for _, rule in standing.iterrows() if case.seat not in members(rule["iso2"]))
    return pd.DataFrame(found, columns=ENDS).sort_values("high", ascending=False, ignore_index=True)


def _end(case: LegalCase, values: pd.DataFrame, rule: pd.Series) -> dict[str, object]:
    market, all_sold = rule["iso2"], case.sold_to(rule["iso2"])
    sales, parcels = below(case, values, members(market), rule["duty_de_minimis"], rule["currency"])
    reached = parcels / all_sold.parcels if market == "EU" else sales / all_sold.sales  # by what a change is charged
    try:
        annual, said = annual_cost(case, market)
        low, high = (float(annual.quantile(level)) * reached for level in (0.05, 0.95))
    except MissingRateError as reason:
        low, high, said = np.nan, np.nan, reason.sentence
    return {
        "market": market,
        "limit": rule["duty_de_minimis"],
        "currency": rule["currency"],
        "ends": rule["effective_to"],
        "next_change": rule["next_change"],
        "sales": sales,
        "parcels": parcels,
        "low": low,
        "high": high,
        "said": said,
    }
