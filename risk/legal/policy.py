"""Changes of trade policy: a relief for small parcels that ends, a charge that rises. No legal advice."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from risk.checks import Sentence
from risk.legal.case import LegalCase
from risk.loss.event_trees import Choice
from risk.loss.prefill import Believed, entry
from risk.loss.register import Entry
from risk.loss.severity import Fixed, Lognormal, Scaled, Severity
from risk.reference import EU, FACTS, Facts, de_minimis, parcel_charges, trade_statistics

WATCHED = 3  # markets abroad, by sales
RECORD = 10  # years of recorded changes that speak about the rate
CHANGES = (0.05, 0.50)  # changes of a market's rules a year, before the record speaks: a starting assumption
SHARES = (0.025, 0.25)  # cost of a change as a share of the goods' value where none is recorded, likewise
QUARTERS = (0.875, 0.625, 0.375, 0.125)  # of the year that are left at the middle of each


def policy_change(case: LegalCase, market: str) -> Iterator[Entry]:
    """A change of the rules of a market abroad.

    Cost: of a change for all of a year's parcels x the part of the year left x the part not passed on to customers.
    Orders that the higher price loses are not in it.
    """
    title = Sentence("Change of duty or de minimis rules, {market}", market=ruled(case)[market])
    rate = Believed(*CHANGES, recorded(case, market), RECORD, own=False)
    annual, cost = annual_cost(case, market)
    basis = "facts" if market in {"EU", "US"} else "expert"
    key = f"legal.policy_change_{market.lower()}"
    yield entry(key, title, rate, left_of_the_year(annual, case.facts), cost, {"trade policy": 1.0}, basis)


def left_of_the_year(annual: Severity, facts: Facts = FACTS) -> Choice:
    """What a yearly cost is in its first year: it begins in any quarter, and 25 % or 95 % of it are passed on.

    The two shares are those of `trade_statistics` for goods priced in dollars and not, of a move of the exchange rate;
    each is as likely.
    """
    passed = trade_statistics(facts).loc[["pass_through_dollar_priced", "pass_through_other_priced"], "low"] / 100
    left = [Scaled(annual, part * (1 - share)) if share < 1 else Fixed(0.0) for part in QUARTERS for share in passed]
    return Choice(tuple((1 / 8, cost) for cost in left))


def recorded(case: LegalCase, market: str) -> int:
    """Days in the last ten years on which a recorded rule or charge of the market began."""
    origin, day = case.seat or "", pd.Timestamp(case.on)
    begun = pd.concat(
        [rules(market, origin=origin, facts=case.facts)["effective_from"] for rules in (de_minimis, parcel_charges)]
    )
    return int(begun[(begun > day - pd.DateOffset(years=RECORD)) & (begun <= day)].nunique())


def ruled(case: LegalCase) -> dict[str, str]:
    """Names of the markets with a rule for small parcels in force, by code."""
    rules = de_minimis(on=case.on, origin=case.seat or "", facts=case.facts)
    return dict(zip(rules["iso2"], rules["destination"], strict=True))


def watched(case: LegalCase) -> list[str]:
    """The largest markets abroad with a rule; the EU only where parcels are known, for it charges by these."""
    markets = ruled(case)
    served = sorted({"EU" if place.country in EU else place.country for place in case.trade.destinations})
    sold = {market: case.imported_to(market) for market in served if market in markets}
    known = [market for market, to in sold.items() if (to.parcels if market == "EU" else to.sales) > 0]
    return sorted(known, key=lambda market: -sold[market].sales)[:WATCHED]


def annual_cost(case: LegalCase, market: str) -> tuple[Severity, Sentence]:
    """Cost of a change for all parcels of a whole year, before any of it is passed on, and where it comes from."""
    if market == "EU":
        return _by_the_parcel(case)
    low, high = _american(case.facts) if market == "US" else SHARES
    sales = case.imported_to(market).sales
    words = {"low": low, "high": high}
    american = Sentence(
        "Cost: {low:.1%} to {high:.1%} of the parcel's value, the surcharge of 2026 and the duty on post from China of "
        "May 2025, for the rest of the year, less 25 % or 95 % passed on.",
        **words,
    )
    elsewhere = Sentence(
        "Cost: {low:.1%} to {high:.1%} of the parcel's value is a starting assumption, please review; for the rest of "
        "the year, less 25 % or 95 % passed on.",
        **words,
    )
    return Lognormal.from_interval(sales * low, sales * high), american if market == "US" else elsewhere


def _by_the_parcel(case: LegalCase) -> tuple[Severity, Sentence]:
    """The European charges: from the handling fee alone to it and the flat duty on two kinds of goods."""
    charges, parcels = parcel_charges(facts=case.facts)["charge"], case.imported_to("EU").parcels
    fee, duty = float(charges["eu_handling_fee"]), float(charges["eu_flat_duty"])
    low, high = fee or duty, fee + 2 * duty
    cost = Sentence(
        "Cost: EUR {low:g} to {high:g} a parcel, the handling fee alone to a fee and duty on two kinds of goods "
        "(recorded 2026-06-01), for the rest of the year, less 25 % or 95 % passed on.",
        low=low,
        high=high,
    )
    return Lognormal.from_interval(*(parcels * case.amounts.of(bound, "EUR") for bound in (low, high))), cost


def _american(facts: Facts) -> tuple[float, float]:
    rates = parcel_charges(facts=facts)["rate"]
    return float(rates["us_section_122"]), float(rates["us_cn_postal_may_14"])
