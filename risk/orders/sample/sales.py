"""Orders and their lines: when, where, what, at which price."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from risk.orders.sample import assumptions as shop

Array = NDArray[np.float64]


def orders(rates: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    """One row an order, in the order of time: order_id, ordered_at, country, currency, channel."""
    made = pd.concat([_orders_of(market, rates, rng) for market in shop.MARKETS], ignore_index=True)
    made = made.sort_values("ordered_at", kind="stable", ignore_index=True)
    at = _choose([channel.share for channel in shop.CHANNELS], len(made), rng)
    made["channel"] = np.array([channel.name for channel in shop.CHANNELS])[at]
    codes = np.array([channel.code for channel in shop.CHANNELS])[at]
    made.insert(0, "order_id", [f"{code}-{100_001 + number}" for number, code in enumerate(codes)])
    made["cancelled"] = rng.random(len(made)) < shop.CANCELLED
    return made


def lines(made: pd.DataFrame, rates: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    """One row an order line, without what happens later (status, refunded), in the order of the orders."""
    sold = made.loc[made.index.repeat(1 + rng.binomial(2, 0.15, len(made)))].reset_index(drop=True)
    sold["line_id"] = (sold.groupby("order_id").cumcount() + 1).astype("str")
    products = pd.DataFrame(shop.PRODUCTS).loc[_products(sold["ordered_at"], rng)].reset_index(drop=True)
    channel = pd.DataFrame(shop.CHANNELS).set_index("name").loc[sold["channel"]].reset_index(drop=True)
    trade = (sold["channel"] == "trade").to_numpy()
    sold = sold.assign(sku=products["sku"], product=products["title"], category=products["category"])
    sold["quantity"] = _quantities(trade, rng)
    sold["unit_price"] = _prices(products["price"] * channel["price"], sold, rates)
    sold["amount"] = _rounded(sold["unit_price"] * sold["quantity"] * (1 - _discounts(sold, trade, rng)), sold)
    dollar = _per_dollar(rates, sold)
    first = (sold["line_id"] == "1").to_numpy()
    charged = first & ~trade & (rng.random(len(sold)) < 0.2)
    sold["shipping"] = _rounded(np.where(charged, 4.99, 0.0) * dollar, sold)
    tax = sold["country"].map({market.country: market.tax for market in shop.MARKETS})
    sold["tax"] = _rounded(np.where(trade, 0.0, tax) * (sold["amount"] + sold["shipping"]), sold)
    sold["fee"] = _rounded(channel["fee"] * (sold["amount"] + sold["shipping"]) + channel["fee_each"] * dollar, sold)
    years = (sold["ordered_at"] - shop.FIRST_MONTH).dt.days / 365.25
    sold["unit_cost"] = (products["cost"] * (1 + shop.COST_INFLATION) ** years).round(2)
    return sold.assign(cost_currency="CNY", weight=products["weight"] * sold["quantity"], returned=products["returned"])


def _orders_of(market: shop.Market, rates: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    months = pd.date_range(shop.FIRST_MONTH, periods=shop.MONTHS, freq="MS")
    season = np.array(shop.SEASON)[months.month - 1]
    growth = (1 + shop.GROWTH) ** (np.arange(shop.MONTHS) / 12)
    noise = np.exp(rng.normal(0, shop.MONTH_NOISE, shop.MONTHS))
    mean = shop.ORDERS_A_MONTH * market.share * season * growth * noise * _volume(rates[market.currency], months)
    month = months.repeat(rng.poisson(mean))
    minutes = (rng.random(len(month)) * month.days_in_month * 1440).astype("int64")
    at = month + pd.to_timedelta(minutes, unit="min")
    return pd.DataFrame({"ordered_at": at, "country": market.country, "currency": market.currency})


def _volume(rate: pd.Series, months: pd.DatetimeIndex) -> Array:
    """Factor on the orders of each month: the currency's rate against its own mean, to the power of the elasticity."""
    monthly = rate.resample("MS").mean().reindex(months)
    return np.asarray((monthly / monthly.mean()) ** shop.FX_ELASTICITY, dtype=np.float64)


def _products(ordered_at: pd.Series, rng: Generator) -> NDArray[np.int64]:
    popularity = np.array([product.popularity for product in shop.PRODUCTS], dtype=np.float64)
    toys = np.array([product.category == "toys" for product in shop.PRODUCTS])
    festive = ordered_at.dt.month.isin([11, 12]).to_numpy()
    usual = _choose(popularity, len(ordered_at), rng)
    before_christmas = _choose(np.where(toys, popularity * shop.TOY_SEASON, popularity), len(ordered_at), rng)
    return np.where(festive, before_christmas, usual)


def _quantities(trade: NDArray[np.bool_], rng: Generator) -> Array:
    pieces = rng.geometric(0.83, len(trade))
    cartons = np.clip(6 * np.round(rng.lognormal(np.log(12.5), 0.65, len(trade))), 6, 600)
    return np.where(trade, cartons, pieces).astype("float64")


def _prices(dollars: pd.Series, sold: pd.DataFrame, rates: pd.DataFrame) -> Array:
    """Local list prices: the dollar price at the exchange rate of the day when the list was made."""
    days = pd.DatetimeIndex(shop.LIST_RATES_FROM)
    at = days[days.searchsorted(sold["ordered_at"].to_numpy(), side="right") - 1]
    local = dollars.to_numpy() * _crossed(rates, pd.Series(at), sold["currency"])
    yen = (sold["currency"] == "JPY").to_numpy()
    return np.where(yen, np.ceil(local / 10) * 10, np.ceil(local) - 0.01)


def _discounts(sold: pd.DataFrame, trade: NDArray[np.bool_], rng: Generator) -> Array:
    november = (sold["ordered_at"].dt.month == 11).to_numpy()
    reduced = rng.random(len(sold)) < np.where(november, 0.28, 0.10)
    return np.where(reduced & ~trade, np.where(november, 0.20, 0.10), 0.0)


def _per_dollar(rates: pd.DataFrame, sold: pd.DataFrame) -> Array:
    """Units of the sale currency for one US dollar when the first price list was made: small charges keep it."""
    return _crossed(rates, pd.Series(pd.Timestamp(shop.LIST_RATES_FROM[0]), index=sold.index), sold["currency"])


def _crossed(rates: pd.DataFrame, days: pd.Series, currencies: pd.Series) -> Array:
    known = rates.loc[: shop.END].ffill()
    at = known.index.searchsorted(days.to_numpy(), side="right") - 1
    rows = known.to_numpy()[at]
    columns = known.columns.get_indexer(pd.Index(currencies))
    dollar = rows[:, known.columns.get_loc("USD")]
    return np.asarray(dollar / rows[np.arange(len(rows)), columns], dtype=np.float64)


def _rounded(amount: pd.Series | Array, sold: pd.DataFrame) -> Array:
    """To the smallest coin: whole yen, cents of the others."""
    values = np.asarray(amount, dtype=np.float64)
    return np.where(sold["currency"] == "JPY", np.round(values), np.round(values, 2))


def _choose(weights: list[float] | Array, size: int, rng: Generator) -> NDArray[np.int64]:
    shares = np.asarray(weights, dtype=np.float64)
    return rng.choice(len(shares), size=size, p=shares / shares.sum())
