"""Duty and tax at the border by destination and day: de minimis, charges per parcel, value added tax, trade figures."""

from __future__ import annotations

import pandas as pd

from risk.reference.facts import FACTS, Facts
from risk.reference.tables import Day, valid

_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU = frozenset(_MEMBERS.split())


def de_minimis(
    destination: str | None = None, on: Day | None = None, origin: str | None = None, facts: Facts = FACTS
) -> pd.DataFrame:
    """Value up to which a parcel pays no duty (`duty_de_minimis`) and no tax (`tax_de_minimis`), a row a rule.

    Amounts in `currency`, NaN where there is no such limit; `special_rule` and `next_change` belong to the number.
    `destination` and `origin` are ISO codes of countries; the members of the EU share the row EU. `on` chooses the
    rules in force on a day; no row means that none is recorded for it. A rule for some origins only names them in
    `origin` (codes with a space between): with a day and an origin given, it replaces the general one.
    """
    rules = _for_origin(_for_destination(valid(facts.table("de_minimis"), on), destination), origin)
    if on is None or origin is None:
        return rules
    return rules.sort_values("origin").drop_duplicates("iso2").sort_index()  # NaN, the general rule, sorts last


def parcel_charges(
    destination: str | None = None, on: Day | None = None, origin: str | None = None, facts: Facts = FACTS
) -> pd.DataFrame:
    """Flat charges and surcharges on low-value parcels: `charge` in `currency`, `rate` of the value, `per` what.

    Arguments as in `de_minimis`, but a member of the EU has the charges of the EU and its own. They apply up to
    `value_up_to` in `value_currency` (NaN: no limit recorded) and, where named, to one `channel` only.
    """
    charges = facts.table("parcel_charges").rename(columns={"destination": "iso2"})
    charges.insert(5, "rate", charges.pop("rate_pct") / 100)
    found = _for_origin(_for_destination(valid(charges, on), destination, own=True), origin)
    return found.rename(columns={"iso2": "destination"}).set_index("id")


def vat(on: Day | None = None, facts: Facts = FACTS) -> pd.DataFrame:
    """Standard rate of value added or sales tax of 65 economies as a fraction, index `iso2`: unique for a day.

    `tax` names it (none in HK and US); states' and provinces' taxes and reduced rates are not in it. A row without
    `effective_from` is the rate found at `as_of`, not a claim since when.
    """
    rates = facts.table("vat", "iso2")
    rates.insert(0, "rate", rates.pop("rate_pct") / 100)
    return valid(rates, on)


def lpi(component: str = "overall", facts: Facts = FACTS) -> pd.DataFrame:
    """World Bank Logistics Performance Index 2023, index `iso2`: score from 1 to 5 and rank of 139; higher is better.

    Components other than "overall" (customs, infrastructure, international shipments, logistics competence, tracking)
    are recorded for the US only.
    """
    scores = facts.table("lpi", "iso2")
    return scores[scores["component"] == component].drop(columns="component")


def trade_statistics(facts: Facts = FACTS) -> pd.DataFrame:
    """Published figures for single assumptions, index `id`: cost of a day in transit, pass-through, fees, reliability.

    `low` and `high` in `unit`; equal where the source gives one number.
    """
    return facts.table("trade_statistics", "id")


def _for_destination(rules: pd.DataFrame, destination: str | None, own: bool = False) -> pd.DataFrame:
    if destination is None:
        return rules
    wanted = {"EU"} | ({destination} if own else set()) if destination in EU else {destination}
    return rules[rules["iso2"].isin(wanted)]


def _for_origin(rules: pd.DataFrame, origin: str | None) -> pd.DataFrame:
    if origin is None:
        return rules
    return rules.loc[[origin in str(codes).split() or codes != codes for codes in rules["origin"]]]  # NaN: any origin
