"""Where the goods go, and what is left of the sales: the measures by which the families of risk grow."""

from __future__ import annotations

import narwhals as nw
import pandas as pd

from risk.orders.questions.source import Lazy, Source, answer, filled, not_cancelled, tables_of

_DESTINATIONS = ["country", "currency", "orders", "lines", "units", "sales"]
_VALUES = ["country", "currency", "step", "orders", "sales"]
STEPS = 50  # of `order_values`, for a factor of ten
_MARGINS = ["currency", "sales", "fees", "costed", "goods", "freight"]


def destinations(source: Source) -> pd.DataFrame:
    """Sales by country of delivery and currency, in units of that currency, largest number of orders first.

    Columns country (missing where the orders do not say), currency, orders, lines, units, sales (`amount` and
    `shipping`). Cancelled lines, credit notes, and lines without a date or a known currency count nothing.
    """
    lines = tables_of(source).get("lines")
    if lines is None:
        return pd.DataFrame(columns=_DESTINATIONS)
    place = ["country", "currency"]
    made = sold(lines).select(*place, "platform", "order_id", units=filled("quantity"), sales=revenue())
    sums = answer(made.group_by(place).agg(nw.len().alias("lines"), nw.col("units", "sales").sum()))
    orders = made.select(*place, "platform", "order_id").unique().group_by(place).agg(nw.len().alias("orders"))
    found = sums.merge(answer(orders), on=place)[_DESTINATIONS]
    return found.sort_values(["orders", *place], ascending=[False, True, True], ignore_index=True)


def order_values(source: Source) -> pd.DataFrame:
    """How many orders are worth how much, by country of delivery and currency: what a rule for small parcels reaches.

    Columns country (missing where the orders do not say), currency, step (orders from 10^(step / 50) up to the next,
    4.7 % apart), orders, sales. Rules as in `destinations`; orders worth nothing are left out.
    """
    lines = tables_of(source).get("lines")
    if lines is None:
        return pd.DataFrame(columns=_VALUES)
    place = ["country", "currency"]
    made = sold(lines).select(*place, "platform", "order_id", sales=revenue())
    worth = made.group_by(*place, "platform", "order_id").agg(nw.col("sales").sum()).filter(nw.col("sales") > 0)
    # Engines differ in the last digit of a logarithm: 1,000 belongs to its own step on each of them.
    steps = worth.with_columns(step=(nw.col("sales").log(10) * STEPS + 1e-9).floor().cast(nw.Int64))
    sums = steps.group_by(*place, "step").agg(nw.len().alias("orders"), nw.col("sales").sum())
    return answer(sums)[_VALUES].sort_values([*place, "step"], ignore_index=True)


def articles(source: Source) -> int:
    """Different articles (`sku`) sold; 0 where the orders name none."""
    lines = tables_of(source).get("lines")
    if lines is None:
        return 0
    named = sold(lines).filter(~nw.col("sku").is_null()).select("sku").unique()
    return int(answer(named.select(nw.len().alias("n")))["n"].iloc[0])


def margins(source: Source) -> pd.DataFrame:
    """What sales bring and what selling costs, each in its own currency, largest sales first.

    Columns currency, sales (as in `destinations`), fees (on those lines), costed (the sales of lines whose unit cost
    and its currency are known), goods (cost of those units, in the currency of the cost), freight (of all shipments).
    The share of goods is goods / costed, that of fees is fees / sales, once all are in one currency.
    """
    tables = tables_of(source)
    frames = [pd.DataFrame(columns=_MARGINS)]
    if "lines" in tables:
        frames += [_income(sold(tables["lines"])), _goods(sold(tables["lines"]))]
    if "shipments" in tables:
        paid = tables["shipments"].filter(~nw.col("freight_currency").is_null())
        frames.append(_sums(paid.select(nw.col("freight_currency").alias("currency"), freight=filled("freight"))))
    found = pd.concat([frame for frame in frames if len(frame)]) if any(map(len, frames)) else frames[0]
    totals = found.reindex(columns=_MARGINS).fillna(0.0).groupby("currency", as_index=False).sum()
    return totals.sort_values(["sales", "currency"], ascending=[False, True], ignore_index=True)


def revenue() -> nw.Expr:
    """What the buyer pays for a line, shipping included."""
    return filled("amount") + filled("shipping")


def sold(lines: Lazy) -> Lazy:
    """Lines that are sales: neither cancelled nor credit notes, with a date and a known currency."""
    known = ~nw.col("currency").is_null() & ~nw.col("ordered_at").is_null()
    return lines.filter(not_cancelled(), known, revenue() >= 0)


def _income(lines: Lazy) -> pd.DataFrame:
    costed = ~nw.col("unit_cost").is_null() & ~nw.col("cost_currency").is_null()
    money = {"sales": revenue(), "fees": filled("fee"), "costed": nw.when(costed).then(revenue()).otherwise(0.0)}
    return _sums(lines.select("currency", **money))


def _goods(lines: Lazy) -> pd.DataFrame:
    costed = lines.filter(~nw.col("unit_cost").is_null(), ~nw.col("cost_currency").is_null())
    cost = filled("unit_cost") * filled("quantity")
    return _sums(costed.select(nw.col("cost_currency").alias("currency"), goods=cost))


def _sums(rows: Lazy) -> pd.DataFrame:
    names = [name for name in rows.collect_schema().names() if name != "currency"]
    return answer(rows.group_by("currency").agg(nw.col(*names).sum()))
