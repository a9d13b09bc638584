"""What became of the parcels, as shares with an interval: late, held at customs, lost; and what freight cost.

The frames are answers of `risk.orders.questions`; `shipments` that of `shipments_summary`, whose rule says when a
parcel is late, pending or in no rate.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from risk.loss.proportions import with_share

LANE = ("origin", "destination", "mode")


def late_by(shipments: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Late parcels by carrier or lane, most parcels first.

    Columns `by` (missing where not stated; one row without any), parcels, resolved, late, overdue (in late), pending
    (in no rate), and rate, low, high of late among resolved.
    """
    counts = ["parcels", "resolved", "late", "overdue", "pending"]
    return with_share(_summed(shipments, by, counts), "late", "resolved")


def lost_by(shipments: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Lost parcels by carrier or lane: `by`, parcels, ended (delivered or lost), lost, and rate, low, high of it."""
    counted = _summed(shipments, by, ["parcels", "delivered", "lost"])
    ended = counted.assign(ended=counted["delivered"] + counted["lost"]).drop(columns="delivered")
    return with_share(ended, "lost", "ended")


def held(holds: pd.DataFrame, parcels: float) -> pd.DataFrame:
    """Holds at customs by cause, most first, out of so many parcels.

    Columns reason (missing where not stated), held, timed (those whose days are known), days (their mean), and rate,
    low, high of the held among all parcels.
    """
    known = holds.assign(
        timed=holds["parcels"].where(holds["days"].notna(), 0),
        sum=(holds["days"] * holds["parcels"]).fillna(0.0),
    )
    sums = known.groupby("reason", dropna=False, as_index=False)[["parcels", "timed", "sum"]].sum()
    causes = sums.rename(columns={"parcels": "held"}).sort_values("held", ascending=False, ignore_index=True)
    days = causes.pop("sum") / causes["timed"].where(causes["timed"] > 0)
    return with_share(causes.assign(days=days, parcels=parcels), "held", "parcels").drop(columns="parcels")


def freight_by_mode(freight: pd.DataFrame) -> pd.DataFrame:
    """Freight, already in one currency, by mode, most parcels first: mode, parcels, freight, a_parcel, a_kg.

    `a_kg` counts the weight of all parcels charged: it is missing where none has a weight.
    """
    sums = _summed(freight, ["mode"], ["parcels", "freight", "weight_kg"])
    weight = sums.pop("weight_kg")
    return sums.assign(
        a_parcel=sums["freight"] / sums["parcels"].where(sums["parcels"] > 0),
        a_kg=sums["freight"] / weight.where(weight > 0),
    )


def _summed(frame: pd.DataFrame, by: Sequence[str], columns: list[str]) -> pd.DataFrame:
    if not by:
        return frame[columns].sum().to_frame().T
    sums = frame.groupby(list(by), dropna=False, as_index=False)[columns].sum()
    return sums.sort_values("parcels", ascending=False, ignore_index=True, kind="stable")
