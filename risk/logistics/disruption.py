"""A canal blocked, a strike in the ports: parcels that take longer, and freight that costs more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from risk.checks import Sentence
from risk.logistics.case import LogisticsCase, day_cost
from risk.loss.event_trees import EventTree
from risk.loss.prefill import Believed, entry
from risk.loss.register import Entry
from risk.loss.severity import Lognormal
from risk.loss.shares import product
from risk.reference import FACTS, Facts, disruptions

RATE = (0.1, 1.0)  # disruptions of an own lane a year: a starting assumption
AFFECTED = (0.01, 0.50)  # share of a year's parcels, lanes x duration, 90 %: a starting assumption
DELAYS = ("closure", "detour by the Cape", "added transit", "added transit, any lane")
RISES = ("air freight rate", "freight rate, composite")


def disruption(case: LogisticsCase) -> Iterator[Entry]:
    """Parcels affected x added days x cost of a day x value, and the rise of freight on those parcels.

    Delays and rises are those of recorded disruptions that hit firms; the totals of economies enter nowhere. How many
    parcels are affected is drawn for each of the two parts.
    """
    imported = case.imported
    if not imported.parcels or not imported.sales:
        return
    affected, freight = Lognormal.from_interval(*AFFECTED), case.freight * imported.parcels
    (shortest, longest), (least, most) = (
        _range(case.facts, "days", DELAYS),
        _range(case.facts, "% change", RISES, 0.01),
    )
    longer, a_day = Lognormal.from_interval(shortest, longest), day_cost(case.facts)
    delay = product(affected, longer, Lognormal.from_interval(*a_day), scale=imported.sales)
    parts = [delay]
    if freight > 0:
        parts.append(product(affected, Lognormal.from_interval(least, most), scale=freight))
    cost = Sentence(
        "Cost: {shortest:g} to {longest:g} days more for {few:.0%} to {many:.0%} of a year's parcels (a starting "
        "assumption, please review) at {low:.1%} to {high:.1%} of their value a day (Hummels and Schaur 2013), and "
        "freight {least:.0%} to {most:.0%} dearer, as in the disruptions recorded, on {freight:,.0f} {currency} a "
        "year. {origin}",
        shortest=shortest,
        longest=longest,
        few=AFFECTED[0],
        many=AFFECTED[1],
        low=a_day[0],
        high=a_day[1],
        least=least,
        most=most,
        freight=freight,
        currency=case.amounts.currency,
        origin=case.freight_origin,
    )
    events, years = recorded(case.on, case.facts)
    rate = Believed(*RATE, events, years, own=False)
    title = Sentence("Disruption of a trade lane")
    yield entry("logistics.disruption", title, rate, EventTree(tuple(parts)), cost, basis="facts")


def recorded(on: date, facts: Facts = FACTS) -> tuple[int, float]:
    """Disruptions on record that delayed firms before a day, and the years since the first of them began."""
    begun = _firm(facts, "days").groupby("id")["period"].first().str.extract(r"(\d{4})")[0].astype("int64")
    past = begun[begun < on.year]
    return len(past), float(on.year - past.min()) if len(past) else 0.0


def _firm(facts: Facts, unit: str) -> pd.DataFrame:
    rows = disruptions(facts)
    return rows[(rows["scope"] == "firm") & (rows["unit"] == unit)]


def _range(facts: Facts, unit: str, quantities: tuple[str, ...], scale: float = 1.0) -> tuple[float, float]:
    """The smallest and the largest value of these quantities over all disruptions, times `scale`."""
    rows = _firm(facts, unit)
    values = rows.loc[rows["quantity"].isin(quantities), ["low", "high"]]
    return float(values.min().min()) * scale, float(values.max().max()) * scale
