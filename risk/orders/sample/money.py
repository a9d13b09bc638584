"""Movements of money: payouts, conversions into yuan, advertising, platform fees, warehouses and wages."""

from __future__ import annotations

import numpy as np
import pandas as pd

from risk.orders.sample import assumptions as shop


def cash(sold: pd.DataFrame, back: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """One row a movement, in the order of time."""
    paid = _payouts(sold, back)
    parts = [paid, _conversions(paid, rates), _advertising(sold), *map(_monthly, *zip(*_regular(), strict=True))]
    made = pd.concat(parts, ignore_index=True).sort_values(["booked_at", "kind", "currency"], ignore_index=True)
    made = made[made["booked_at"] <= shop.END]
    made.insert(0, "cash_id", [f"B-{50_001 + number}" for number in range(len(made))])
    return made


def _payouts(sold: pd.DataFrame, back: pd.DataFrame) -> pd.DataFrame:
    """Every second Thursday, what the two weeks before brought in a currency after fees and refunds."""
    kept = sold[~sold["cancelled"]]
    took = kept["amount"] + kept["shipping"] - kept["fee"] - kept["refunded"]
    moved = pd.concat(
        [
            pd.DataFrame({"at": kept["ordered_at"], "currency": kept["currency"], "amount": took}),
            pd.DataFrame({"at": back["returned_at"], "currency": back["currency"], "amount": -back["refund"]}),
        ]
    )
    thursday = pd.Timestamp("2024-10-31")
    fortnight = (moved["at"] - thursday).dt.days // 14 + 1
    moved["booked_at"] = thursday + pd.to_timedelta(fortnight * 14, unit="D") + pd.Timedelta(hours=9)
    made = moved.groupby(["booked_at", "currency"], as_index=False)["amount"].sum()
    paid: pd.DataFrame = made[made["booked_at"] <= shop.END].round({"amount": 2})
    return paid.assign(kind="payout")


def _conversions(paid: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Two days after each payout nine tenths of it go into yuan, at the fixing less the bank's spread."""
    made = paid[paid["amount"] > 0].assign(
        kind="conversion", booked_at=lambda rows: rows["booked_at"] + pd.Timedelta("2D")
    )
    fixing = rates.ffill().reindex(made["booked_at"].dt.normalize(), method="ffill")
    rate = fixing.to_numpy()[np.arange(len(made)), fixing.columns.get_indexer(pd.Index(made["currency"]))]
    sold = (made["amount"] * 0.9).round(2)
    made["amount"] = -sold
    made["counter_amount"] = (sold * rate * (1 - shop.CONVERSION_SPREAD)).round(2)
    return made.assign(counter_currency="CNY")


def _advertising(sold: pd.DataFrame) -> pd.DataFrame:
    consumers = sold[(sold["channel"] != "trade") & ~sold["cancelled"]]
    month = (consumers["ordered_at"].dt.to_period("M") + 1).dt.to_timestamp()
    sums = consumers.groupby([month.rename("booked_at"), "currency"])["amount"].sum()
    made = sums.reset_index()
    made["amount"] = (-shop.ADVERTISING * made["amount"]).round(2)
    made["booked_at"] -= pd.Timedelta(hours=8)  # on the last day of its own month
    return made.assign(kind="advertising")


def _regular() -> list[tuple[str, str, float]]:
    costs = [("cost", currency, amount) for currency, amount in shop.MONTHLY_COSTS.items()]
    return [*costs, ("fee", "USD", shop.PLATFORM_FEE)]


def _monthly(kind: str, currency: str, amount: float) -> pd.DataFrame:
    days = pd.date_range(shop.FIRST_MONTH, periods=shop.MONTHS, freq="MS") + pd.Timedelta(days=4, hours=10)
    return pd.DataFrame({"booked_at": days, "kind": kind, "currency": currency, "amount": -amount})
