"""One parcel an order: who carries it, what customs do, when it arrives, what it costs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from risk.orders.sample import assumptions as shop

_DAY = pd.Timedelta(days=1)


def shipments(made: pd.DataFrame, sold: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    """One row a parcel handed over until the end of the sample, in the order of dispatch."""
    sent = made[~made["cancelled"]].reset_index(drop=True)
    trade = (sent["channel"] == "trade").to_numpy()
    market = pd.DataFrame(shop.MARKETS).set_index("country").loc[sent["country"]].reset_index()
    service = pd.DataFrame(shop.SERVICES).loc[_services(trade, rng)].reset_index(drop=True)
    handling = np.where(trade, rng.gamma(4, 1.0, len(sent)), rng.gamma(2, 0.6, len(sent)))
    sent["shipped_at"] = (sent["ordered_at"] + handling * _DAY).dt.floor("min")
    sent["promised_at"] = (sent["shipped_at"] + (service["promised"] + market["extra_days"]) * _DAY).dt.normalize()
    sent["hold_days"], sent["hold_reason"] = _holds(sent, market, rng)
    days = service["days"] * np.exp(rng.normal(0, 1, len(sent)) * service["spread"]) + market["extra_days"]
    days = np.maximum(days, 2) + sent["hold_days"].fillna(0) + _jam(sent["shipped_at"], service["mode"])
    lost = rng.random(len(sent)) < market["lost"]
    sent["delivered_at"] = (sent["shipped_at"] + days * _DAY).dt.floor("min").where(~lost)
    sent["weight_kg"] = (sent["order_id"].map(sold.groupby("order_id")["weight"].sum()) * 1.08 + 0.05).round(2)
    freight = (service["base"] + service["per_kg"] * sent["weight_kg"]) * rng.normal(1, 0.05, len(sent)).clip(0.8, 1.2)
    sent = sent.assign(carrier=service["carrier"], mode=service["mode"], origin="CN", destination=sent["country"])
    sent = sent.assign(freight=freight.round(2), freight_currency="USD")
    return _known_at_the_end(sent.sort_values("shipped_at", kind="stable", ignore_index=True))


def _known_at_the_end(sent: pd.DataFrame) -> pd.DataFrame:
    """What an export made at the end shows: parcels handed over, deliveries and losses known by then."""
    sent = sent[sent["shipped_at"] <= shop.END].reset_index(drop=True)
    lost = sent["delivered_at"].isna() & (sent["shipped_at"] + shop.DAYS_UNTIL_LOST * _DAY <= shop.END)
    sent["delivered_at"] = sent["delivered_at"].where(sent["delivered_at"] <= shop.END)
    sent["status"] = np.select([sent["delivered_at"].notna(), lost], ["delivered", "lost"], "open")
    sent["tracking"] = [f"IV{7_000_001 + number}CN" for number in range(len(sent))]
    return sent


def _services(trade: NDArray[np.bool_], rng: Generator) -> NDArray[np.int64]:
    pieces = rng.choice(len(shop.SERVICES), len(trade), p=[service.share for service in shop.SERVICES])
    cartons = rng.choice(len(shop.SERVICES), len(trade), p=[service.trade_share for service in shop.SERVICES])
    return np.where(trade, cartons, pieces)


def _holds(sent: pd.DataFrame, market: pd.DataFrame, rng: Generator) -> tuple[pd.Series, pd.Series]:
    country, since, factor = shop.POLICY_CHANGE
    changed = ((sent["country"] == country) & (sent["shipped_at"] >= since)).to_numpy()
    held = rng.random(len(sent)) < market["held"] * np.where(changed, factor, 1.0)
    median, spread = shop.HOLD_DAYS
    days = np.round(rng.lognormal(np.log(median), spread, len(sent)), 1)
    reasons = np.array(list(shop.HOLD_REASONS))
    reason = rng.choice(reasons, len(sent), p=list(shop.HOLD_REASONS.values()))
    # Two of three holds more than before have the new rule as their reason.
    reason = np.where(changed & (rng.random(len(sent)) < 1 - 1 / factor), "policy change", reason)
    return pd.Series(days).where(held), pd.Series(reason, dtype="str").where(held)


def _jam(shipped_at: pd.Series, mode: pd.Series) -> NDArray[np.float64]:
    first, last, days = shop.PORT_JAM
    return np.where((mode == "sea") & shipped_at.between(first, last), days, 0.0)
