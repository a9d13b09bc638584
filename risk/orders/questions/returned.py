"""What came back: units, refunds and reasons by article, and what was claimed."""

from __future__ import annotations

import datetime as dt

import narwhals as nw
import pandas as pd

from risk.orders.questions.source import Lazy, Source, answer, filled, not_cancelled, tables_of
from risk.orders.questions.trade import revenue, sold

_ARTICLE = ["category", "sku", "currency"]
_SUMS = ["units", "sales", "returns", "returned", "refunds", "squares"]


def returns_summary(source: Source, until: dt.date | None = None) -> pd.DataFrame:
    """Units sold and what came back of them, by article and currency of the sale or refund.

    Columns category, sku (missing where not stated), currency, units, sales, returns, returned (units), refunds,
    squares (sum of the squares of single refunds: their spread).

    With `until`, only of orders placed before that day: returns come late, and the newest orders would look better
    than they are. A return whose order is not in the history counts by its own date.

    A return is a row of `returns`; where that table has none for the order, a credit note, or a line that was paid
    back and whose parcel did not get lost.
    """
    tables = tables_of(source)
    if "lines" not in tables:
        return pd.DataFrame(columns=[*_ARTICLE, *_SUMS])
    lines, end = tables["lines"], None if until is None else dt.datetime.combine(until, dt.time())
    before = [] if end is None else [nw.col("at") < nw.lit(end).cast(nw.Datetime("us"))]
    rows = nw.concat([_sold(lines), *_came_back(tables)], how="vertical").filter(~nw.col("at").is_null(), *before)
    categories = lines.filter(~nw.col("sku").is_null()).group_by("sku").agg(nw.col("category").max())
    found = answer(rows.group_by("sku", "currency").agg(nw.col(*_SUMS).sum()))
    named = found.merge(answer(categories), on="sku", how="left")[[*_ARTICLE, *_SUMS]]
    return named.sort_values(["sales", *_ARTICLE], ascending=[False, True, True, True], ignore_index=True)


def return_reasons(source: Source) -> pd.DataFrame:
    """Rows of `returns` by reason and what became of the goods: reason, disposition, returns, units."""
    returns = tables_of(source).get("returns")
    columns = ["reason", "disposition", "returns", "units"]
    if returns is None:
        return pd.DataFrame(columns=columns)
    units = returns.select("reason", "disposition", units=filled("quantity"))
    sums = units.group_by("reason", "disposition").agg(nw.len().alias("returns"), nw.col("units").sum())
    return answer(sums)[columns].sort_values(
        ["returns", "reason", "disposition"], ascending=[False, True, True], ignore_index=True
    )


def claims_summary(source: Source) -> pd.DataFrame:
    """Claims by kind, outcome and currency: kind, outcome, currency, claims, amount, squares (of single amounts)."""
    claims = tables_of(source).get("claims")
    columns = ["kind", "outcome", "currency", "claims", "amount", "squares"]
    if claims is None:
        return pd.DataFrame(columns=columns)
    keys, amount = ["kind", "outcome", "currency"], filled("amount")
    money = claims.select(*keys, amount=amount, squares=amount * amount)
    found = answer(money.group_by(keys).agg(nw.len().alias("claims"), nw.col("amount", "squares").sum()))
    return found[columns].sort_values(keys, ignore_index=True)


def _sold(lines: Lazy) -> Lazy:
    return _part(sold(lines), "ordered_at", units=filled("quantity"), sales=revenue())


def _came_back(tables: dict[str, Lazy]) -> list[Lazy]:
    lines, returns = tables["lines"], tables.get("returns")
    credit = lines.filter(not_cancelled(), revenue() < 0, filled("quantity") < 0)
    paid_back = lines.filter(not_cancelled(), revenue() >= 0, filled("refunded") > 0)
    if "shipments" in tables:
        paid_back = _without(paid_back, tables["shipments"].filter(nw.col("status") == "lost"))
    if returns is not None:
        credit, paid_back = _without(credit, returns), _without(paid_back, returns)
    parts = [
        _part(credit, "ordered_at", returned=-filled("quantity"), refunds=-revenue()),
        _part(paid_back, "ordered_at", returned=filled("quantity"), refunds=filled("refunded")),
    ]
    if returns is not None:
        ordered = lines.group_by("order_id").agg(nw.col("ordered_at").min())
        dated = returns.join(ordered, on="order_id", how="left")
        at = nw.coalesce(nw.col("ordered_at"), nw.col("returned_at"))
        rows = dated.with_columns(at=at)
        parts.append(_part(rows, "at", returned=filled("quantity"), refunds=filled("refund")))
    return parts


def _without(lines: Lazy, others: Lazy) -> Lazy:
    """Lines whose order is not among the others."""
    orders = others.filter(~nw.col("order_id").is_null()).select("order_id").unique()
    return lines.join(orders, on="order_id", how="anti")


def _part(rows: Lazy, at: str, **amounts: nw.Expr) -> Lazy:
    if "refunds" in amounts:
        amounts |= {"returns": nw.lit(1.0), "squares": amounts["refunds"] * amounts["refunds"]}
    money = [amounts.get(name, nw.lit(0.0)).cast(nw.Float64).alias(name) for name in _SUMS]
    known = rows.filter(~nw.col("currency").is_null())
    return known.select("sku", "currency", nw.col(at).alias("at"), *money)
