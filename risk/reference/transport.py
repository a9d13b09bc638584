"""Transport: customs holds, transit times, what a carrier owes for a loss, what disruptions did."""

from __future__ import annotations

import pandas as pd

from risk.reference.facts import FACTS, Facts
from risk.reference.tables import Day, valid


def hold_times(facts: Facts = FACTS) -> pd.DataFrame:
    """Duration in days and cost to the importer of US customs examinations, a row a source; sources disagree.

    NaN where a source says nothing. Durations of holds for another `cause` than inspection were found nowhere.
    """
    return facts.table("hold_times")


def hold_ranges(facts: Facts = FACTS) -> pd.DataFrame:
    """The widest range over all sources of `hold_times`, index `exam`: days_low, days_high, cost_low, cost_high.

    Costs in USD; that of an intensive examination can be higher.
    """
    ranges = {"days_low": "min", "days_high": "max", "cost_low": "min", "cost_high": "max"}
    return hold_times(facts).groupby("exam", sort=False).agg(ranges)


def transit_times(facts: Facts = FACTS) -> pd.DataFrame:
    """Typical days door to door, index `mode`: starting values until shipments of one's own speak."""
    return facts.table("transit_times", "mode")


def carrier_liability(mode: str | None = None, on: Day | None = None, facts: Facts = FACTS) -> pd.DataFrame:
    """The most that a carrier owes for lost or damaged goods without a declared value, index `id`; no legal advice.

    `per_kg` of gross weight and `per_package`, in `currency` (XDR is the special drawing right of the IMF); NaN where
    the regime has no such limit. `mode` is "air", "road" or "sea"; `on` chooses what is in force on a day.
    """
    limits = valid(facts.table("carrier_liability", "id"), on)
    return limits if mode is None else limits[limits["mode"] == mode]


def disruptions(facts: Facts = FACTS) -> pd.DataFrame:
    """What past disruptions of trade did, a row a `quantity` of an event (`id`): `low` to `high` in `unit`.

    One of the two is NaN where the source says "up to" or "more than". Only the scope "firm" may enter a model: an
    "economy" total is no firm's loss.
    """
    return facts.table("disruptions")
