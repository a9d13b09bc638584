"""How many orders there are, from when to when, in which currencies."""

from __future__ import annotations

from typing import NamedTuple

import narwhals as nw
import pandas as pd

from risk.orders.questions.exposure import movements
from risk.orders.questions.source import Source, answer, not_cancelled, tables_of


class Counts(NamedTuple):
    """Orders and their lines."""

    orders: int
    lines: int


class Span(NamedTuple):
    """First and last moment at which an order was placed; NaT without any."""

    first: pd.Timestamp
    last: pd.Timestamp


def order_counts(source: Source) -> Counts:
    """Orders and lines that the history holds, cancelled ones and credit notes included: what the files hold."""
    lines = tables_of(source).get("lines")
    if lines is None:
        return Counts(0, 0)
    orders = answer(lines.select("platform", "order_id").unique().select(nw.len().alias("n")))
    return Counts(int(orders["n"].iloc[0]), int(answer(lines.select(nw.len().alias("n")))["n"].iloc[0]))


def span(source: Source) -> Span:
    """First and last moment at which an order was placed."""
    lines = tables_of(source).get("lines")
    if lines is None:
        return Span(pd.NaT, pd.NaT)  # type: ignore[arg-type]
    at = nw.col("ordered_at")
    ends = answer(lines.select(at.min().alias("first"), at.max().alias("last")))
    return Span(*(pd.Timestamp(value) for value in ends.iloc[0]))


def totals_by_currency(source: Source) -> pd.DataFrame:
    """Sums of each sale currency, in its own units and by the rules of `exposure`.

    Columns currency, orders, lines (both without the cancelled), sales, refunds, fees, first, last (of ordered_at);
    the currency with the most lines first.
    """
    lines = tables_of(source).get("lines")
    if lines is None:
        return pd.DataFrame(columns=["currency", "orders", "lines", "sales", "refunds", "fees", "first", "last"])
    counted = lines.filter(not_cancelled(), ~nw.col("currency").is_null())
    orders = (
        counted.select("currency", "platform", "order_id").unique().group_by("currency").agg(nw.len().alias("orders"))
    )
    at = nw.col("ordered_at")
    size = counted.group_by("currency").agg(nw.len().alias("lines"), at.min().alias("first"), at.max().alias("last"))
    money = movements(source).group_by("currency").agg(nw.col("sales", "refunds", "fees").sum())
    totals = answer(orders).merge(answer(size), on="currency").merge(answer(money), on="currency", how="left")
    ordered = totals.sort_values(["lines", "currency"], ascending=[False, True], ignore_index=True)
    return ordered[["currency", "orders", "lines", "sales", "refunds", "fees", "first", "last"]]


def unknown_currency(source: Source) -> int:
    """Lines that stay out of every sum because their currency is unknown; cancelled lines do not matter."""
    lines = tables_of(source).get("lines")
    if lines is None:
        return 0
    unknown = lines.filter(not_cancelled(), nw.col("currency").is_null())
    return int(answer(unknown.select(nw.len().alias("n")))["n"].iloc[0])
