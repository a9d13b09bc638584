"""What comes back: returns with their lag, complaints and claims."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from risk.orders.sample import assumptions as shop

_DAY = pd.Timedelta(days=1)


def returns(sold: pd.DataFrame, sent: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    """One row a returned line that had come back by the end: the newest sales are still incomplete."""
    arrived = sold.merge(sent[["order_id", "delivered_at"]].dropna(), on="order_id")
    trade = (arrived["channel"] == "trade").to_numpy()
    usual = rng.random(len(arrived)) < np.where(trade, shop.TRADE_RETURNED, arrived["returned"])
    broken = _broken(arrived, rng)
    shape, scale = shop.RETURN_LAG
    arrived["returned_at"] = (arrived["delivered_at"] + rng.gamma(shape, scale, len(arrived)) * _DAY).dt.floor("min")
    reason = rng.choice(list(shop.RETURN_REASONS), len(arrived), p=list(shop.RETURN_REASONS.values()))
    arrived["reason"] = np.where(broken, "defective", reason)
    arrived["disposition"] = _dispositions(arrived["reason"], rng)
    part = np.where(trade, rng.uniform(0.05, 0.25, len(arrived)), 1.0)
    units = np.maximum(np.round(arrived["quantity"] * part), 1)
    refund = arrived["amount"] * units / arrived["quantity"]
    arrived["refund"] = np.where(arrived["currency"] == "JPY", refund.round(), refund.round(2))
    arrived["quantity"] = units
    back = arrived[(usual | broken) & (arrived["returned_at"] <= shop.END)]
    return back.sort_values(["returned_at", "order_id"], kind="stable", ignore_index=True)


def _broken(arrived: pd.DataFrame, rng: Generator) -> NDArray[np.bool_]:
    """Lines of the bad batch that show its defect."""
    sku, first, last, chance = shop.BAD_BATCH
    batch = (arrived["sku"] == sku) & arrived["ordered_at"].between(first, last)
    return np.asarray(batch & (rng.random(len(arrived)) < chance), dtype=np.bool_)


def _dispositions(reason: pd.Series, rng: Generator) -> NDArray[np.str_]:
    usual = rng.choice(list(shop.DISPOSITIONS), len(reason), p=list(shop.DISPOSITIONS.values()))
    spoilt = rng.choice(["damaged", "destroyed"], len(reason))
    return np.where(reason.isin(["defective", "damaged in transit"]), spoilt, usual)


def claims(sold: pd.DataFrame, sent: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    """One row a claim: chargebacks, parcels not received, and a few of rights holders and authorities."""
    made = pd.concat([_chargebacks(sold, rng), _not_received(sold, sent, rng), _single()], ignore_index=True)
    made = made[made["claimed_at"] <= shop.END].sort_values("claimed_at", kind="stable", ignore_index=True)
    decided = made["claimed_at"] + shop.DAYS_UNTIL_DECIDED * _DAY <= shop.END
    drawn = pd.Series(rng.choice(list(shop.OUTCOMES), len(made), p=list(shop.OUTCOMES.values())), dtype="str")
    made["outcome"] = made["outcome"].fillna(drawn.where(decided, "open"))
    made.insert(0, "claim_id", [f"CL-{1001 + number}" for number in range(len(made))])
    return made


def _chargebacks(sold: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    disputed = sold[(sold["channel"] != "trade") & ~sold["cancelled"] & (rng.random(len(sold)) < shop.CHARGEBACKS)]
    days = rng.uniform(15, 80, len(disputed))
    made = disputed[["order_id", "sku", "amount", "currency"]]
    return made.assign(claimed_at=(disputed["ordered_at"] + days * _DAY).dt.floor("min"), kind="chargeback")


def _not_received(sold: pd.DataFrame, sent: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    missing = sent.loc[sent["status"] == "lost", ["order_id", "shipped_at"]]
    days = rng.uniform(shop.DAYS_UNTIL_LOST - 15, shop.DAYS_UNTIL_LOST, len(missing))
    money = sold.groupby("order_id", as_index=False).agg(amount=("amount", "sum"), currency=("currency", "first"))
    made = missing.assign(claimed_at=(missing["shipped_at"] + days * _DAY).dt.floor("min")).merge(money, on="order_id")
    return made.drop(columns="shipped_at").assign(kind="not received")


def _single() -> pd.DataFrame:
    made = pd.DataFrame(shop.SINGLE_CLAIMS, columns=["claimed_at", "kind", "sku", "amount", "currency", "outcome"])
    return made.assign(claimed_at=pd.to_datetime(made["claimed_at"]))
