"""Sales, refunds, fees and foreign costs by month and currency, nothing of it counted twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import narwhals as nw
import pandas as pd

from risk.orders.questions.source import Lazy, Source, answer, filled, not_cancelled, tables_of

_MONEY = ("sales", "refunds", "fees", "costs")


def exposure(source: Source) -> pd.DataFrame:
    """What comes in and goes out in each month and currency, in units of that currency.

    Columns month (its first day), currency, sales, refunds, fees, costs (all positive),
    gross = sales - refunds - fees, net = gross - costs: what is left to convert after natural netting. Each amount
    counts in the month of its own date.

    - sales: `amount` and `shipping` of a line. A line that comes to less than nothing (a credit note) is a refund.
    - refunds: `lines.refunded` and credit notes; then, of each order, what its `returns` rows hold beyond that; then
      what refunds in `cash` hold beyond both. A refund in `cash` without an order number is not counted: it pays one
      that a line or a return already holds.
    - fees: `lines.fee`; of each order, what fees in `cash` hold beyond that; fees in `cash` without an order number.
    - costs: cost of the goods sold (goods that came back are not taken for sold again), `shipments.freight`; of each
      order, what freight in `cash` holds beyond that; costs and advertising in `cash`.

    Cancelled lines count nothing, but freight once paid does. What has no date or no known currency stays out.
    """
    month = nw.col("at").dt.truncate("1mo").alias("month")
    sums = movements(source).group_by(month, "currency").agg(nw.col(*_MONEY).sum())
    found = answer(sums).astype({"month": "datetime64[us]", "currency": "str"})
    found["gross"] = found["sales"] - found["refunds"] - found["fees"]
    found["net"] = found["gross"] - found["costs"]
    return found.sort_values(["month", "currency"], ignore_index=True)


def movements(source: Source) -> Lazy:
    """Every counted amount with its date: order_id, at, currency, sales, refunds, fees, costs."""
    return nw.concat(list(_parts(tables_of(source))), how="vertical").filter(~nw.col("at").is_null())


def _parts(tables: dict[str, Lazy]) -> Iterator[Lazy]:
    sold = [_sold(tables["lines"])] if "lines" in tables else []
    back = [_beyond(_returned(tables["returns"]), "refunds", sold)] if "returns" in tables else []
    freight = [_freight(tables["shipments"])] if "shipments" in tables else []
    yield from (*sold, *back, *freight)
    if "lines" in tables:
        yield _goods(tables["lines"])
    if "cash" in tables:
        paid = _cash(tables["cash"], "refunds", "refund").filter(~nw.col("order_id").is_null())
        yield _beyond(paid, "refunds", [*sold, *back])
        yield _beyond(_cash(tables["cash"], "fees", "fee"), "fees", sold)
        yield _beyond(_cash(tables["cash"], "costs", "freight"), "costs", freight)
        yield _cash(tables["cash"], "costs", "cost", "advertising")


def _sold(lines: Lazy) -> Lazy:
    revenue = filled("amount") + filled("shipping")
    credit = nw.when(revenue < 0).then(-revenue).otherwise(0.0)
    sales = nw.when(revenue > 0).then(revenue).otherwise(0.0)
    counted = lines.filter(not_cancelled())
    return _part(counted, "ordered_at", sales=sales, refunds=credit + filled("refunded"), fees=filled("fee"))


def _goods(lines: Lazy) -> Lazy:
    sold = lines.filter(not_cancelled(), nw.col("quantity") > 0)
    return _part(sold, "ordered_at", "cost_currency", costs=filled("unit_cost") * filled("quantity"))


def _returned(returns: Lazy) -> Lazy:
    return _part(returns, "returned_at", refunds=filled("refund"))


def _freight(shipments: Lazy) -> Lazy:
    return _part(shipments, "shipped_at", "freight_currency", costs=filled("freight"))


def _cash(cash: Lazy, measure: str, *kinds: str) -> Lazy:
    # Money to the seller is positive there: what goes out is negative.
    return _part(cash.filter(nw.col("kind").is_in(kinds)), "booked_at", "currency", **{measure: -filled("amount")})


def _part(rows: Lazy, at: str, currency: str = "currency", **money: nw.Expr) -> Lazy:
    amounts = [money.get(name, nw.lit(0.0)).cast(nw.Float64).alias(name) for name in _MONEY]
    known = rows.filter(~nw.col(currency).is_null())
    return known.select("order_id", nw.col(at).alias("at"), nw.col(currency).alias("currency"), *amounts)


def _beyond(rows: Lazy, measure: str, held: Sequence[Lazy]) -> Lazy:
    """The rows of each order and currency, scaled so that they add up to what they hold beyond the rows of `held`."""
    if not held:
        return rows
    order = ["order_id", "currency"]
    others = nw.concat([part.select(*order, measure) for part in held], how="vertical")
    known = others.filter(~nw.col("order_id").is_null()).group_by(order).agg(nw.col(measure).sum().alias("known"))
    total = nw.col(measure).sum().over(order)
    joined = rows.with_columns(total.alias("total")).join(known, on=order, how="left")
    beyond = nw.col("total") - nw.col("known").fill_null(0.0)
    share = nw.when(beyond > 0).then(beyond / nw.col("total")).otherwise(0.0)
    # Without an order number there is nothing to compare with; a negative total is money that came back.
    scaled = nw.when(nw.col("order_id").is_null() | (nw.col("total") <= 0)).then(1.0).otherwise(share)
    return joined.with_columns((nw.col(measure) * scaled).alias(measure)).select("order_id", "at", "currency", *_MONEY)
