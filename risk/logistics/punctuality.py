"""Late or on time: each parcel against the date promised for it, as things stood on one day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from risk.checks import InputError, Sentence
from risk.loss.proportions import fit_common_belief, with_share

Day = dt.date | str

_ENDED = ("lost", "returned")
_COUNTS = ("parcels", "resolved", "late", "overdue", "pending", "ended", "undated", "no_promise", "impossible")


def on_time(shipments: pd.DataFrame, as_of: Day, by: Sequence[str] | str = ()) -> pd.DataFrame:
    """Late parcels out of those of which that is known on a day, by carrier, lane or any other columns of the frame.

    `shipments` has promised_at and delivered_at, and where known shipped_at and status, a row a parcel. Dates are
    compared as the place of each writes them, never times: a parcel that comes on the day promised is on time. What
    was delivered after `as_of` was still open then.

    Columns `by` (missing where not stated: a group of its own), then parcels, each in exactly one of:

    - resolved: promised, and delivered or open past the promise; of them late, and of the late overdue (still open);
    - pending: open and not due;
    - ended: lost or returned without a delivery; undated: delivered on a day that nobody wrote down;
    - no_promise; impossible: delivered before it was shipped;

    then rate = late / resolved, low, high (Wilson, 95 %) and shrunk (see `shrunk_rates`); missing without any resolved.
    Raises InputError for a missing column or a date that cannot be read.
    """
    keys = [by] if isinstance(by, str) else list(by)
    missing = [name for name in ("promised_at", "delivered_at", *keys) if name not in shipments]
    if missing:
        raise InputError("the shipments have no column {names}", names=", ".join(missing))
    marked = _classes(shipments, local_day(as_of))
    if keys:
        marked[keys] = shipments[keys]
        sums = marked.groupby(keys, dropna=False, as_index=False, observed=True)[list(_COUNTS)].sum()
        counted = sums.sort_values("parcels", ascending=False, ignore_index=True, kind="stable")
    else:
        counted = marked[list(_COUNTS)].sum().to_frame().T
    return shrunk_rates(with_share(counted, "late", "resolved"))


def shrunk_rates(counted: pd.DataFrame) -> pd.DataFrame:
    """The frame, one of `on_time` or `late_by`, with `shrunk`: each rate drawn towards what its rows have in common.

    Beta-binomial by maximum likelihood. Rows that differ no more than chance all get the pooled rate: see
    `on_time_notes`. A row without a resolved parcel gets the mean of the others.
    """
    if not counted["resolved"].sum():
        return counted.assign(shrunk=np.nan)
    common = fit_common_belief(counted["late"], counted["resolved"])
    return counted.assign(shrunk=common.shrunk(counted["late"], counted["resolved"]))


def on_time_notes(found: pd.DataFrame) -> tuple[Sentence, ...]:
    """What to say beside an answer of `on_time` or `late_by`: what is in no rate and why, what `shrunk` did."""
    totals = found[[name for name in _COUNTS if name in found]].sum()
    said = {
        "overdue": "{count:,} parcels are open past the promised date: they count as late.",
        "pending": "{count:,} parcels are open and not due: they are in no rate.",
        "ended": "{count:,} parcels were lost or returned without a delivery: they are in no rate of lateness.",
        "undated": "{count:,} parcels were delivered on a day that is not recorded: they are in no rate.",
        "no_promise": "{count:,} parcels have no promised date: they are in no rate.",
        "impossible": "{count:,} parcels were delivered before they were shipped: they are in no rate, please check.",
    }
    notes = [Sentence(words, count=int(totals[name])) for name, words in said.items() if totals.get(name, 0)]
    if not totals["resolved"]:
        return (*notes, Sentence("Of no parcel is it known whether it was late: there is no rate."))
    common = fit_common_belief(found["late"], found["resolved"]).note
    return tuple(notes) if common is None else (*notes, common)


def local_day(value: Any) -> pd.Timestamp:
    """Midnight of the day as written, in whatever zone: promises are made in local dates."""
    try:
        moment = pd.Timestamp(value)
    except (ValueError, TypeError) as error:
        raise InputError("{value} is not a date", value=repr(value)) from error
    return moment.tz_localize(None).normalize()


def local_dates(column: pd.Series) -> pd.Series:
    """Dates as their place writes them; a column may mix zones, texts, dates and times. Missing stays missing."""
    if isinstance(column.dtype, pd.DatetimeTZDtype) or pd.api.types.is_datetime64_dtype(column.dtype):
        local: pd.Series = column.dt.tz_localize(None).dt.normalize().astype("datetime64[us]")
        return local
    days = {value: local_day(value) for value in column.dropna().unique()}
    return column.map(days).astype("datetime64[us]")


def _classes(shipments: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    """Zeros and ones of each parcel, with the index of the shipments."""
    index = shipments.index
    status = shipments.get("status", pd.Series("unknown", index)).astype("object")
    shipped = local_dates(shipments.get("shipped_at", pd.Series(pd.NaT, index)))
    due, recorded = local_dates(shipments["promised_at"]), local_dates(shipments["delivered_at"])
    arrived = recorded.where(recorded <= today)
    dated = arrived.notna()
    impossible, promised = recorded < shipped, due.notna() & ~(recorded < shipped)
    undated = promised & recorded.isna() & (status == "delivered")
    ended = promised & recorded.isna() & status.isin(_ENDED)
    waiting = promised & ~dated & ~undated & ~ended
    overdue = waiting & (due < today)
    flags = {
        "parcels": pd.Series(True, index),
        "resolved": (promised & dated) | overdue,
        "late": (promised & dated & (arrived > due)) | overdue,
        "overdue": overdue,
        "pending": waiting & ~overdue,
        "ended": ended,
        "undated": undated,
        "no_promise": due.isna() & ~impossible,
        "impossible": impossible,
    }
    return pd.DataFrame(flags).astype("int64")
