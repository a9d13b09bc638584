"""What turning one currency into another has cost: conversions as booked against the fixing of their day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from risk.checks import InputError
from risk.currency.rates.returns import MAX_GAP_DAYS

_COLUMNS = ["currency", "counter_currency", "days", "amount", "value", "cost", "basis_points", "unknown"]
MOST_MARKUP = 0.25  # beyond it a percent was taken for a fraction


def conversion_costs(payouts: pd.DataFrame, rates: pd.DataFrame, reporting: str) -> pd.DataFrame:
    """What conversions cost against the fixing of their day or the newest before it, at most a week old.

    `payouts`: answer of `risk.orders.questions.payouts`; `rates`: units of `reporting` for 1 unit of each currency.
    Columns currency, counter_currency, days (with a conversion), amount (given away, in units of the currency), value
    (of it at the fixing) and cost (that value less the value of what came back), both in `reporting` and a gain where
    negative, basis_points (cost / value), unknown (days without a fixing or an amount, in no other column).
    """
    made = payouts[(payouts["kind"] == "conversion") & payouts["counter_currency"].notna()]
    fixed = rates.assign(**{reporting: 1.0}).sort_index()
    given, back = (_fixing(fixed, made["day"], made[name]) for name in ("currency", "counter_currency"))
    known = given.notna() & back.notna() & made["counter_amount"].notna() & made["amount"].notna()
    value = (-made["amount"] * given).where(known)
    parts = pd.DataFrame(
        {
            "days": known.astype("int64"),
            "amount": (-made["amount"]).where(known, 0.0),
            "value": value.fillna(0.0),
            "cost": (value - made["counter_amount"] * back).fillna(0.0),
            "unknown": (~known).astype("int64"),
        }
    )
    found = parts.groupby([made["currency"], made["counter_currency"]]).sum().reset_index()
    found["basis_points"] = 10_000 * found["cost"] / found["value"].where(found["value"] > 0)
    return found[_COLUMNS].sort_values("cost", ascending=False, ignore_index=True)


def marketplace_conversion(
    flows: pd.DataFrame,
    markups: Mapping[str, float],
    spot: Mapping[str, float],
    reporting: str,
    as_of: str | dt.date,
) -> pd.DataFrame:
    """What channels take that pay out in the reporting currency: index channel; columns sold, markup, cost.

    `sold` are sales less refunds and fees of the 365 days up to `as_of` in other currencies than `reporting`, at
    `spot`; `markup` is the share that the channel takes of them (0.025), 0 where none is given; `cost` a year.
    """
    if wrong := [name for name, share in markups.items() if not 0 <= share <= MOST_MARKUP]:
        raise InputError(
            "A conversion mark-up must be between 0 % and 25 %, unlike that of {channel}.", channel=wrong[0]
        )
    day = pd.Timestamp(as_of)
    recent = flows[(flows["day"] <= day) & (flows["day"] > day - pd.Timedelta(days=365))]
    foreign = recent[(recent["currency"] != reporting) & recent["channel"].notna()]
    worth = (foreign["sales"] - foreign["refunds"] - foreign["fees"]) * foreign["currency"].map(dict(spot))
    found = worth.groupby(foreign["channel"]).sum().rename("sold").to_frame()
    found["markup"] = [float(markups.get(str(channel), 0.0)) for channel in found.index]
    found["cost"] = found["sold"] * found["markup"]
    return found


def _fixing(rates: pd.DataFrame, days: pd.Series[pd.Timestamp], codes: pd.Series[str]) -> pd.Series[float]:
    """The newest fixing of each row's currency on or before its day; NaN where it is older than a week."""
    found = pd.Series(np.nan, days.index, dtype="float64")
    for code in codes.unique():
        if code in rates.columns:
            here = codes == code
            tolerance = pd.Timedelta(days=MAX_GAP_DAYS)
            fixings = rates[code].dropna()
            found[here] = fixings.reindex(pd.DatetimeIndex(days[here]), method="ffill", tolerance=tolerance).to_numpy()
    return found
