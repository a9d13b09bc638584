"""Ledger of exposures: what each currency will bring or take, when the money moves, and how firm that is.

A sale is exposed from its day until its channel pays out. `booked`: dispatched and not paid out. `committed`: ordered
and still open. `forecast`: expected in the months that are highly probable. `anticipated`: expected beyond them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from risk.checks import not_negative
from risk.currency.exposure import forecast_receipts, monthly_receipts
from risk.currency.rates.returns import PEG_VOLATILITY, YEAR, log_returns

CLASSES = ("booked", "committed", "forecast", "anticipated")
COLUMNS = ["currency", "cash_date", "exposure_class", "kind", "channel", "amount"]
USUAL_LAG = 14  # days from order to payout, where neither payouts nor the owner say: marketplaces pay every 7 to 14
USUAL_REFUND = 30  # days from order to refund, where no refund of the currency has a day of its own
PROBABLE = 6  # months ahead whose sales count as highly probable
RECONCILED = (0.9, 1.1)  # payouts over net sales, between which they are taken to be the same money
ANCHORS = {"DKK": "EUR", "HKD": "USD"}  # ERM II; Linked Exchange Rate System: held by a central bank, in public
_WINDOW = pd.Timedelta(days=365)


@dataclass(frozen=True)
class Terms:
    """When sales become money: days from order to payout by channel, and months that are highly probable."""

    lags: Mapping[str, float] = field(default_factory=dict)
    usual: float = USUAL_LAG
    probable: int = PROBABLE

    def __post_init__(self) -> None:
        for name, days in {**self.lags, "usual": self.usual, "probable": self.probable}.items():
            not_negative(f"{name}", days)

    def lag(self, channels: pd.Series[str]) -> pd.Series[float]:
        """Days to payout of each row; what has no channel moves on its own day."""
        days = channels.map(dict(self.lags)).fillna(self.usual)
        return days.where(channels.notna(), 0.0).astype("float64")


def exposure_ledger(
    flows: pd.DataFrame,
    delays: pd.DataFrame,
    as_of: str | dt.date,
    terms: Terms | None = None,
    months: int = 12,
) -> pd.DataFrame:
    """What is still to be received (positive) or paid (negative) after `as_of`, in units of each currency.

    `flows` and `delays`: answers of `risk.orders.questions.flows` and `refund_delays`. Columns currency, cash_date,
    exposure_class (see CLASSES), kind (sale, fee, refund, due refund, cost), channel (missing in forecasts and costs),
    amount; one row each, by date. Nothing later than `as_of` is read.

    A sale moves its channel's lag after its order, an open one as if it were dispatched at `as_of`. A refund lowers the
    payout due a lag later. Sales younger than the mean delay of refunds have theirs to come (`due refund`), at the rate
    of the last twelve months. Sales and costs of the months ahead are forecast apart, so that netting can be seen; of
    the current month only the days that are left count.
    """
    day, said = pd.Timestamp(as_of).normalize(), terms or Terms()
    known = flows[flows["day"] <= day]
    if known.empty:
        return pd.DataFrame(columns=COLUMNS)
    habits = _habits(known, delays, said, day)
    parts = [*_sold(known, habits, said, day), *_ahead(known, habits, said, day, months)]
    made = pd.concat([part[part["amount"] != 0] for part in parts], ignore_index=True)
    later = made[made["cash_date"] > day]
    return _summed(later).sort_values(
        ["cash_date", "currency", "exposure_class", "kind", "channel"], ignore_index=True
    )[COLUMNS]


def payout_lags(flows: pd.DataFrame, payouts: pd.DataFrame, as_of: str | dt.date) -> pd.DataFrame:
    """Days from sale to payout as payouts show them: index currency; columns sold, paid, share, days.

    Mean day of the money paid out less mean day of the sales it pays, first sold first paid: `sold` is sales less
    refunds and fees. `days` is NaN unless payouts reconcile with sales (share between 0.9 and 1.1), since what is not
    the same money has no lag.
    """
    day = pd.Timestamp(as_of).normalize()
    net = flows.assign(amount=flows["sales"] - flows["refunds"] - flows["fees"])
    paid = payouts[(payouts["kind"] == "payout") & (payouts["day"] <= day)]
    rows = {
        code: _lag(net.loc[(net["currency"] == code) & (net["day"] <= day)], group)
        for code, group in paid.groupby("currency")
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=_Lag._fields).rename_axis(index="currency")


def channel_lags(flows: pd.DataFrame, lags: pd.DataFrame, spot: Mapping[str, float]) -> pd.Series[float]:
    """Days to payout of each channel: those of its currencies, weighted by sales at `spot`; NaN where none is known.

    Payouts do not name the channel, so channels in one currency share its lag until their owner says otherwise.
    """
    sales = flows.dropna(subset=["channel"]).groupby(["channel", "currency"])["sales"].sum().reset_index()
    days = sales["currency"].map(lags["days"])
    worth = (sales["sales"] * sales["currency"].map(dict(spot))).where(days.notna())
    sums = pd.DataFrame({"worth": worth, "days": worth * days}).groupby(sales["channel"]).sum(min_count=1)
    return (sums["days"] / sums["worth"]).rename("days")


def natural_netting(ledger: pd.DataFrame) -> pd.DataFrame:
    """Gross and net by currency and cash month: columns currency, month, receipts, payments, net, netted.

    `receipts` are sales less fees and refunds, `payments` costs in the same currency (positive); `netted` is what the
    two spare each other: min(receipts, payments), 0 where there are no receipts.
    """
    month = ledger["cash_date"].dt.to_period("M").dt.to_timestamp().rename("month")
    cost = ledger["kind"] == "cost"
    parts = pd.DataFrame(
        {"receipts": ledger["amount"].where(~cost, 0.0), "payments": -ledger["amount"].where(cost, 0.0)}
    )
    found = parts.groupby([ledger["currency"], month]).sum().reset_index()
    found["net"] = found["receipts"] - found["payments"]
    found["netted"] = np.maximum(0.0, np.minimum(found["receipts"], found["payments"]))
    return found


def anchors(rates: pd.DataFrame, currencies: Sequence[str], reporting: str) -> dict[str, str]:
    """Currencies that a central bank holds to another, and that have kept to it in the newest two years of `rates`.

    `rates` are units of `reporting` for 1 unit of each currency. The cross must move less than 2 % a year.
    """
    found = {}
    for code in sorted(set(currencies) & set(ANCHORS) & set(rates.columns)):
        anchor = ANCHORS[code]
        if anchor != reporting and anchor not in rates.columns:
            continue
        cross = rates[[code]] if anchor == reporting else rates[[code]].div(rates[anchor], axis=0)
        moves = log_returns(cross.dropna()).tail(2 * YEAR)[code]
        if len(moves) > YEAR and float(moves.std() * np.sqrt(YEAR)) < PEG_VOLATILITY:
            found[code] = anchor
    return found


def with_anchors(ledger: pd.DataFrame, held: Mapping[str, str], spot: Mapping[str, float]) -> pd.DataFrame:
    """The ledger with the currencies of `held` counted as their anchors, at `spot` (reporting units for 1 unit)."""
    scale = {code: spot[code] / spot[anchor] for code, anchor in held.items()}
    moved = ledger.assign(
        amount=ledger["amount"] * ledger["currency"].map(scale).fillna(1.0).astype("float64"),
        currency=ledger["currency"].replace(dict(held)),
    )
    return _summed(moved)


def _summed(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.groupby(COLUMNS[:-1], dropna=False, sort=False)[["amount"]].sum().reset_index()


class _Habits(NamedTuple):
    """By currency: share of sales refunded, days to a refund, share of sales taken as fees, days to payout."""

    refunded: pd.Series[float]
    delay: pd.Series[float]
    fees: pd.Series[float]
    lag: pd.Series[float]


def _habits(known: pd.DataFrame, delays: pd.DataFrame, terms: Terms, day: pd.Timestamp) -> _Habits:
    recent = known[known["day"] > day - _WINDOW]
    sums = recent.groupby("currency")[["sales", "fees", "refunds"]].sum()
    delay = delays.set_index("currency")["days"].reindex(sums.index).astype("float64").fillna(USUAL_REFUND)
    # The sales that the refunds of a year belong to were made a delay earlier.
    begun = day - _WINDOW - pd.to_timedelta(known["currency"].map(delay), unit="D")
    ripe = known[(known["day"] > begun) & (known["day"] <= begun + _WINDOW)].groupby("currency")["sales"].sum()
    weighted = (recent["sales"] * terms.lag(recent["channel"])).groupby(recent["currency"]).sum()
    sold = sums["sales"].where(sums["sales"] > 0)
    refunded = (sums["refunds"] / ripe.reindex(sums.index).where(lambda total: total > 0)).clip(0.0, 1.0)
    return _Habits(
        refunded.fillna(0.0), delay, (sums["fees"] / sold).fillna(0.0), (weighted / sold).fillna(terms.usual)
    )


def _sold(known: pd.DataFrame, habits: _Habits, terms: Terms, day: pd.Timestamp) -> list[pd.DataFrame]:
    """Sales, fees and refunds of the past whose money has not moved, and the refunds that these sales have to come."""
    rows = known.assign(
        exposure_class=np.where(known["dispatched"], "booked", "committed"),
        start=known["day"].where(known["dispatched"], day),
        lag=pd.to_timedelta(terms.lag(known["channel"]).round(), unit="D"),
    )
    paid = rows["start"] + rows["lag"]
    delay = pd.to_timedelta(rows["currency"].map(habits.delay).fillna(0.0).round(), unit="D")
    back = rows["start"] + delay
    due = (rows["sales"] * rows["currency"].map(habits.refunded).fillna(0.0)).where(back > day, 0.0)
    return [
        _rows(rows, paid, "sale", rows["sales"]),
        _rows(rows, paid, "fee", -rows["fees"]),
        _rows(rows, rows["day"] + rows["lag"], "refund", -rows["refunds"]),
        _rows(rows, back + rows["lag"], "due refund", -due),
    ]


def _rows(rows: pd.DataFrame, date: pd.Series[pd.Timestamp], kind: str, amount: pd.Series[float]) -> pd.DataFrame:
    made = rows[["currency", "exposure_class", "channel"]].assign(cash_date=date, kind=kind, amount=amount)
    return made[COLUMNS]


def _ahead(known: pd.DataFrame, habits: _Habits, terms: Terms, day: pd.Timestamp, months: int) -> list[pd.DataFrame]:
    sales, costs = (_forecasts(known, column, day, months) for column in ("sales", "costs"))
    made = [] if sales is None else _sales_ahead(sales, habits)
    if costs is not None:
        made.append(costs.assign(kind="cost", cash_date=costs["middle"], amount=-costs["amount"]))
    return [_classed(part, terms, day) for part in made]


def _sales_ahead(sales: pd.DataFrame, habits: _Habits) -> list[pd.DataFrame]:
    lag, delay = (pd.to_timedelta(sales["currency"].map(days), unit="D") for days in (habits.lag, habits.delay))
    fees, refunds = (sales["amount"] * sales["currency"].map(share) for share in (habits.fees, habits.refunded))
    paid = sales["middle"] + lag
    return [
        sales.assign(kind="sale", cash_date=paid),
        sales.assign(kind="fee", cash_date=paid, amount=-fees),
        sales.assign(kind="due refund", cash_date=paid + delay, amount=-refunds),
    ]


def _classed(part: pd.DataFrame, terms: Terms, day: pd.Timestamp) -> pd.DataFrame:
    first = day.to_period("M").to_timestamp()
    beyond = (first.to_period("M") + terms.probable).to_timestamp()
    return part.assign(
        exposure_class=np.where(part["month"] < beyond, "forecast", "anticipated"),
        channel=pd.Series(np.nan, part.index, dtype="str"),
        cash_date=part["cash_date"].dt.normalize(),
    )[COLUMNS]


def _forecasts(known: pd.DataFrame, column: str, day: pd.Timestamp, months: int) -> pd.DataFrame | None:
    """Expected amounts of the months after `day`: columns currency, month, middle (of its days that are left), amount.

    Currencies with fewer than two months of history have no forecast; None when no currency has one.
    """
    monthly = known.assign(month=known["day"].dt.to_period("M").dt.to_timestamp())
    held = monthly.groupby(["month", "currency"], as_index=False)[column].sum()
    held = held[held.groupby("currency")[column].transform("any")]
    made: list[pd.DataFrame] = []
    if not held.empty and held["month"].min() + pd.offsets.MonthBegin() <= day + pd.Timedelta(days=1):
        past = monthly_receipts(held, day, column)
        made = [_forecast(past[code], day, months) for code in past.columns if past[code].count() >= 2]
    if not made:
        return None
    found = pd.concat(made, ignore_index=True)
    end = found["month"] + pd.offsets.MonthBegin()
    start = found["month"].where(found["month"] > day, day + pd.Timedelta(days=1))
    share = (end - start) / (end - found["month"])
    return found.assign(middle=start + (end - start) / 2, amount=found["amount"] * share)


def _forecast(history: pd.Series[float], day: pd.Timestamp, months: int) -> pd.DataFrame:
    """The months from the one of the day after `day` on; those between the history and it are passed over."""
    first = (day + pd.Timedelta(days=1)).to_period("M").to_timestamp()
    passed = (first.to_period("M") - pd.Timestamp(history.index[-1]).to_period("M")).n - 1
    mean = forecast_receipts(history, passed + months).mean.iloc[passed:].clip(lower=0.0)
    return pd.DataFrame({"currency": str(history.name), "month": mean.index, "amount": mean.to_numpy()})


class _Lag(NamedTuple):
    sold: float
    paid: float
    share: float
    days: float


def _lag(net: pd.DataFrame, paid: pd.DataFrame) -> _Lag:
    sold, out = float(net["amount"].sum()), float(paid["amount"].sum())
    share = out / sold if sold > 0 else float("nan")
    if not RECONCILED[0] <= share <= RECONCILED[1]:
        return _Lag(sold, out, share, float("nan"))
    both = min(sold, out)
    return _Lag(sold, out, share, _mean_day(paid, both) - _mean_day(net, both))


def _mean_day(rows: pd.DataFrame, total: float) -> float:
    """Mean day since 1970 of the first `total` of the amounts, weighted by them."""
    by_day = rows.groupby("day")["amount"].sum().sort_index()
    days = (pd.DatetimeIndex(by_day.index) - pd.Timestamp("1970-01-01")).days.to_numpy(dtype=np.float64)
    sums = np.minimum(by_day.cumsum().cummax().to_numpy(), total)
    weights = np.diff(sums, prepend=0.0)
    return float(weights @ days / weights.sum())
