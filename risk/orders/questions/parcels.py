"""What became of the parcels: late, lost, held at customs, and what their freight cost."""

from __future__ import annotations

import datetime as dt

import narwhals as nw
import pandas as pd

from risk.orders.questions.source import Lazy, Source, answer, filled, tables_of

_LANE = ["origin", "destination", "carrier", "mode"]
_COUNTS = ["parcels", "delivered", "resolved", "late", "overdue", "pending", "lost", "held", "late_claimed"]
_SUMS = ["hold_days", "weighed", "weight_kg"]


def shipments_summary(source: Source, as_of: dt.date) -> pd.DataFrame:
    """Parcels by lane, carrier and mode: origin, destination, carrier, mode, and these counts and sums.

    Dates are compared, not times: a parcel that arrives on the day promised is on time.

    - parcels; delivered (status, or a date of delivery); lost;
    - resolved: with a promised date, and either delivered with its date or overdue; late: those of them that came
      after that day, or are overdue; overdue: open on `as_of` and promised for a day before it; pending: open and not
      overdue, in no rate; late_claimed: late parcels whose order has a claim "not received";
    - held: with a reason or days of a hold at customs; hold_days; weighed: with a weight; weight_kg.
    """
    tables = tables_of(source)
    if "shipments" not in tables:
        return pd.DataFrame(columns=[*_LANE, *_COUNTS, *_SUMS])
    parcels = _claimed(tables["shipments"], tables.get("claims"))
    stated = _counted(parcels, dt.datetime.combine(as_of, dt.time()))
    sums = answer(stated.group_by(_LANE).agg(nw.col(*_COUNTS, *_SUMS).sum()))
    found = sums.astype(dict.fromkeys(_COUNTS, "int64") | {"weighed": "int64"})
    order = ["parcels", *_LANE]
    return found.sort_values(order, ascending=[False, *[True] * len(_LANE)], ignore_index=True)


def transit_days(source: Source, as_of: dt.date) -> pd.DataFrame:
    """How long parcels took by lane, carrier and mode: origin, destination, carrier, mode, state, days, parcels.

    `state` is arrived (days from shipped_at to delivered_at, by dates), open (days up to `as_of`; lost ones too), or
    why there are no days: no dispatch (no date of it), impossible (delivered before shipped), undated (delivered on a
    day that is not recorded), returned (likewise), later (shipped after `as_of`).
    """
    columns = [*_LANE, "state", "days", "parcels"]
    shipments = tables_of(source).get("shipments")
    if shipments is None:
        return pd.DataFrame(columns=columns)
    states = _states(shipments, dt.datetime.combine(as_of, dt.time()))
    found = answer(states.group_by(*_LANE, "state", "days").agg(nw.len().alias("parcels")))
    found = found.astype({"state": "str", "days": "float64", "parcels": "int64"})
    return found[columns].sort_values(columns[:-1], ignore_index=True)


def holds(source: Source) -> pd.DataFrame:
    """Holds at customs by reason and length: reason (missing where not stated), days (missing so too), parcels."""
    shipments = tables_of(source).get("shipments")
    if shipments is None:
        return pd.DataFrame(columns=["reason", "days", "parcels"])
    held = shipments.filter(_held()).select(nw.col("hold_reason").alias("reason"), nw.col("hold_days").alias("days"))
    found = answer(held.group_by("reason", "days").agg(nw.len().alias("parcels")))
    return found.sort_values(["reason", "days"], ignore_index=True)


def freight(source: Source) -> pd.DataFrame:
    """What carriers charged: mode, currency, parcels (with a charge in a known currency), freight, weight_kg."""
    shipments = tables_of(source).get("shipments")
    columns = ["mode", "currency", "parcels", "freight", "weight_kg"]
    if shipments is None:
        return pd.DataFrame(columns=columns)
    charged = shipments.filter(~nw.col("freight").is_null(), ~nw.col("freight_currency").is_null()).select(
        "mode", nw.col("freight_currency").alias("currency"), freight=filled("freight"), weight_kg=filled("weight_kg")
    )
    sums = charged.group_by("mode", "currency").agg(nw.len().alias("parcels"), nw.col("freight", "weight_kg").sum())
    return answer(sums)[columns].sort_values(["mode", "currency"], ignore_index=True)


def _claimed(shipments: Lazy, claims: Lazy | None) -> Lazy:
    """Parcels with `claimed`: 1 where the order has a claim that it was not received."""
    if claims is None:
        return shipments.with_columns(claimed=nw.lit(0))
    missing = claims.filter(nw.col("kind") == "not received", ~nw.col("order_id").is_null())
    named = missing.select("order_id").unique().with_columns(claimed=nw.lit(1))
    return shipments.join(named, on="order_id", how="left").with_columns(nw.col("claimed").fill_null(0))


def _held() -> nw.Expr:
    return ~nw.col("hold_reason").is_null() | (filled("hold_days") > 0)


def _counted(parcels: Lazy, as_of: dt.datetime) -> Lazy:
    """Each parcel with its zeros and ones in the columns to add up."""
    status = nw.col("status").cast(nw.String).fill_null("unknown")
    arrived, due = nw.col("delivered_at").dt.truncate("1d"), nw.col("promised_at").dt.truncate("1d")
    days = parcels.with_columns(arrived=arrived, due=due, status=status, today=nw.lit(as_of).cast(nw.Datetime("us")))
    dated, promised = ~nw.col("arrived").is_null(), ~nw.col("due").is_null()
    waiting = ~dated & nw.col("status").is_in(["open", "unknown"])
    overdue = (waiting & promised & (nw.col("due") < nw.col("today"))).fill_null(False)
    after = (dated & (nw.col("arrived") > nw.col("due"))).fill_null(False)
    flags = {
        "delivered": dated | (nw.col("status") == "delivered"),
        "resolved": (dated & promised) | overdue,
        "late": after | overdue,
        "overdue": overdue,
        "pending": waiting & ~overdue,
        "lost": nw.col("status") == "lost",
        "held": _held(),
        "weighed": ~nw.col("weight_kg").is_null(),
    }
    marked = days.with_columns(nw.lit(1).alias("parcels"), *(_one(flag).alias(name) for name, flag in flags.items()))
    late = nw.col("late") == 1
    return marked.with_columns(
        late_claimed=_one(late & (nw.col("claimed") == 1)),
        hold_days=filled("hold_days"),
        weight_kg=filled("weight_kg"),
    )


def _states(shipments: Lazy, today: dt.datetime) -> Lazy:
    """Each parcel with its state and days as `transit_days` says."""
    status = nw.col("status").cast(nw.String).fill_null("unknown")
    arrived, shipped = nw.col("delivered_at").dt.truncate("1d"), nw.col("shipped_at").dt.truncate("1d")
    dates = shipments.with_columns(
        arrived=arrived, shipped=shipped, status=status, today=nw.lit(today).cast(nw.Datetime("us"))
    )
    unknown, seen = nw.col("arrived").is_null(), (nw.col("arrived") <= nw.col("today")).fill_null(False)
    state = nw.lit("open")
    for name, flag in (
        ("arrived", seen),
        ("later", (nw.col("shipped") > nw.col("today")).fill_null(False)),
        ("returned", unknown & (nw.col("status") == "returned")),
        ("undated", unknown & (nw.col("status") == "delivered")),
        ("impossible", (nw.col("arrived") < nw.col("shipped")).fill_null(False)),
        ("no dispatch", nw.col("shipped").is_null()),
    ):
        state = nw.when(flag).then(nw.lit(name)).otherwise(state)
    marked = dates.with_columns(state=state)
    end = nw.when(nw.col("state") == "arrived").then(_day_number("arrived")).otherwise(_day_number("today"))
    timed = nw.col("state").is_in(["arrived", "open"])
    return marked.with_columns(days=nw.when(timed).then(end - _day_number("shipped")))


def _day_number(column: str) -> nw.Expr:
    """Days since 1970 of a date after it: engines differ in how they subtract dates, but not in whole numbers."""
    year, day = nw.col(column).dt.year(), nw.col(column).dt.ordinal_day()
    leap = (year - 1969) // 4 - (year - 1901) // 100 + (year - 1601) // 400
    return 365 * (year - 1970) + leap + day


def _one(flag: nw.Expr) -> nw.Expr:
    return nw.when(flag).then(1).otherwise(0)
