"""Day by day what was sold through which channel and what became money: the raw side of a ledger of exposures."""

from __future__ import annotations

import narwhals as nw
import pandas as pd

from risk.orders.questions.exposure import movements
from risk.orders.questions.source import Lazy, Source, answer, tables_of

_MONEY = ("sales", "refunds", "fees", "costs")
_KEYS = ["day", "currency", "channel", "dispatched"]
_ORDERS = ["order_id", "channel", "ordered_at", "dispatched"]
_MOVED = ["day", "kind", "currency", "amount", "counter_amount", "counter_currency"]
_DELAYS = ["currency", "refunds", "days"]
_EPOCH = pd.Timestamp("1970-01-01")


def flows(source: Source) -> pd.DataFrame:
    """What `exposure` counts, by day, currency and channel, and whether the order has been handed over.

    Columns day, currency, channel (the platform where the orders name none; missing for what has no order), dispatched,
    sales, refunds, fees, costs (all positive). An order is open, not dispatched, while its lines are no further than
    paid and no parcel of it was handed to a carrier; one without a status counts as dispatched.
    """
    tables = tables_of(source)
    counted = movements(tables)
    if "lines" in tables:
        counted = counted.join(_orders(tables), on="order_id", how="left")
    else:
        counted = counted.with_columns(nw.lit(None).cast(nw.String).alias("channel"), nw.lit(1).alias("dispatched"))
    days = counted.with_columns(
        nw.col("at").dt.truncate("1d").alias("day"), nw.col("dispatched").fill_null(1).alias("dispatched")
    )
    found = answer(days.group_by(_KEYS).agg(nw.col(*_MONEY).sum()))[[*_KEYS, *_MONEY]]
    found = found.astype({"day": "datetime64[us]", "currency": "str", "channel": "str", "dispatched": "bool"})
    return found.sort_values(_KEYS, ignore_index=True)


def payouts(source: Source) -> pd.DataFrame:
    """Payouts and conversions by day: columns day, kind, currency, amount, counter_amount, counter_currency.

    Signs are those of the table `cash`: a payout is positive, a conversion gives `amount` away for `counter_amount`.
    The counter columns of a payout are missing. What has no date or no known currency stays out.
    """
    cash = tables_of(source).get("cash")
    if cash is None:
        return pd.DataFrame(columns=_MOVED)
    moved = cash.filter(
        nw.col("kind").cast(nw.String).is_in(["payout", "conversion"]),
        ~nw.col("currency").is_null(),
        ~nw.col("booked_at").is_null(),
    ).with_columns(nw.col("booked_at").dt.truncate("1d").alias("day"))
    keys = ["day", "kind", "currency", "counter_currency"]
    sums = moved.group_by(keys).agg(nw.col("amount", "counter_amount").sum())
    kinds = {"day": "datetime64[us]", "amount": "float64", "counter_amount": "float64"}
    found = answer(sums)[_MOVED].astype({**kinds, **dict.fromkeys(("kind", "currency", "counter_currency"), "str")})
    found["counter_amount"] = found["counter_amount"].where(found["counter_currency"].notna())
    return found.sort_values(keys, ignore_index=True)


def refund_delays(source: Source) -> pd.DataFrame:
    """Mean days from an order to its refund, weighted by amount: columns currency, refunds (their sum), days.

    Only refunds with a day of their own, later than the order: one written into the line itself says nothing of when.
    """
    tables = tables_of(source)
    if "lines" not in tables:
        return pd.DataFrame(columns=_DELAYS)
    back = movements(tables).filter(nw.col("refunds") > 0).join(_orders(tables), on="order_id", how="inner")
    later = back.filter(nw.col("at") > nw.col("ordered_at"))
    # Mean of the differences = difference of the means, and no engine has to subtract days.
    found = pd.concat([_mean_day(later, name) for name in ("at", "ordered_at")], axis=1)
    found["days"] = found["at"] - found["ordered_at"]
    return found.loc[:, ~found.columns.duplicated()].reset_index()[_DELAYS]


def _orders(tables: dict[str, Lazy]) -> Lazy:
    """One row an order: channel, when it was placed, 1 where it was dispatched."""
    status = nw.col("status").cast(nw.String).fill_null("unknown")
    lines = tables["lines"].with_columns(
        nw.coalesce(nw.col("channel").cast(nw.String), nw.col("platform").cast(nw.String)).alias("channel"),
        nw.when(status.is_in(["paid", "cancelled"])).then(0).otherwise(1).alias("dispatched"),
    )
    one = lines.group_by("order_id").agg(
        nw.col("channel").max(), nw.col("ordered_at").min(), nw.col("dispatched").max()
    )
    if "shipments" not in tables:
        return one.select(*_ORDERS)
    handed = tables["shipments"].filter(~nw.col("shipped_at").is_null()).select("order_id").unique()
    sent = handed.with_columns(nw.lit(1).alias("handed"))
    both = one.join(sent, on="order_id", how="left").with_columns(
        nw.max_horizontal(nw.col("dispatched"), nw.col("handed").fill_null(0)).alias("dispatched")
    )
    return both.select(*_ORDERS)


def _mean_day(rows: Lazy, column: str) -> pd.DataFrame:
    """Mean day since 1970 by currency, weighted by refunds, and their sum."""
    days = rows.with_columns(nw.col(column).dt.truncate("1d").alias("day")).group_by("currency", "day")
    found = answer(days.agg(nw.col("refunds").sum()))
    since = (pd.to_datetime(found["day"]) - _EPOCH).dt.days
    sums = found.assign(weighted=found["refunds"] * since).groupby("currency")[["refunds", "weighted"]].sum()
    return pd.DataFrame({"refunds": sums["refunds"], column: sums["weighted"] / sums["refunds"]})
