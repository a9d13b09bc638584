"""Sales, refunds, fees and foreign costs by month and currency, nothing of it counted twice."""

from __future__ import annotations

from collections.abc import Iterator

import narwhals as nw
import pandas as pd

from risk.orders.questions.source import Lazy, Source, answer, filled, not_cancelled, tables_of

_MONEY = ("sales", "refunds", "fees", "costs")
_AMOUNTS = ("sales", "refunds", "fees", "freight", "other")
_COMPARED = ("refunds", "fees", "freight")  # that more than one table may hold
_STAGES = (0, 1, 2)  # lines and shipments first, then returns, then cash
_ORDER = ["order_id", "currency"]


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
    rows = nw.concat(list(_written(tables_of(source))), how="vertical")
    # Narwhals 2.29 on pandas sums the bare column where an aggregation holds a when/then: columns first, then sums.
    staged = rows.with_columns(*(_at(stage, name) for name in _COMPARED for stage in _STAGES))
    sums = [nw.col(f"{name}_{stage}").sum() for name in _COMPARED for stage in _STAGES]
    held = staged.filter(~nw.col("order_id").is_null()).group_by(_ORDER).agg(*sums)
    costs = (_counted("freight") + nw.col("other")).alias("costs")
    counted = rows.join(held, on=_ORDER, how="left").select(
        *(*_ORDER, "at", "sales"), _counted("refunds"), _counted("fees"), costs
    )
    return counted.filter(~nw.col("at").is_null())


def _written(tables: dict[str, Lazy]) -> Iterator[Lazy]:
    """All amounts as the tables hold them, with the stage at which an amount that others hold too is compared."""
    makers = {"lines": (_sold, _goods), "shipments": (_freight,), "returns": (_returned,), "cash": (_cash,)}
    yield from (make(tables[name]) for name, parts in makers.items() if name in tables for make in parts)


def _sold(lines: Lazy) -> Lazy:
    revenue = filled("amount") + filled("shipping")
    credit = nw.when(revenue < 0).then(-revenue).otherwise(0.0)
    sales = nw.when(revenue > 0).then(revenue).otherwise(0.0)
    counted = lines.filter(not_cancelled())
    return _part(counted, 0, "ordered_at", sales=sales, refunds=credit + filled("refunded"), fees=filled("fee"))


def _goods(lines: Lazy) -> Lazy:
    sold = lines.filter(not_cancelled(), nw.col("quantity") > 0)
    return _part(sold, 0, "ordered_at", "cost_currency", other=filled("unit_cost") * filled("quantity"))


def _freight(shipments: Lazy) -> Lazy:
    return _part(shipments, 0, "shipped_at", "freight_currency", freight=filled("freight"))


def _returned(returns: Lazy) -> Lazy:
    return _part(returns, 1, "returned_at", refunds=filled("refund"))


def _cash(cash: Lazy) -> Lazy:
    kind = nw.col("kind").cast(nw.String).fill_null("")
    paid = -filled("amount")  # money to the seller is positive there

    def of(which: nw.Expr) -> nw.Expr:
        return nw.when(which).then(paid).otherwise(0.0)

    refunds = of((kind == "refund") & ~nw.col("order_id").is_null())
    other = of(kind.is_in(["cost", "advertising"]))
    return _part(
        cash, 2, "booked_at", refunds=refunds, fees=of(kind == "fee"), freight=of(kind == "freight"), other=other
    )


def _part(rows: Lazy, stage: int, at: str, currency: str = "currency", **amounts: nw.Expr) -> Lazy:
    money = [amounts.get(name, nw.lit(0.0)).cast(nw.Float64).alias(name) for name in _AMOUNTS]
    known = rows.filter(~nw.col(currency).is_null())
    dated = (nw.col(at).alias("at"), nw.col(currency).alias("currency"))
    return known.select("order_id", *dated, nw.lit(stage).alias("stage"), *money)


def _at(stage: int, name: str) -> nw.Expr:
    return nw.when(nw.col("stage") == stage).then(nw.col(name)).otherwise(0.0).alias(f"{name}_{stage}")


def _counted(name: str) -> nw.Expr:
    """An amount, scaled so that the rows of its order and stage add up to what they hold beyond earlier stages."""
    written = [nw.col(f"{name}_{stage}").fill_null(0.0) for stage in _STAGES]
    second = _beyond(written[1], written[0])
    third = _beyond(written[2], written[0] + second)
    share = nw.when(nw.col("stage") == 1).then(_share(second, written[1])).otherwise(_share(third, written[2]))
    whole = nw.col("order_id").is_null() | (nw.col("stage") == 0)
    return (nw.col(name) * nw.when(whole).then(1.0).otherwise(share)).alias(name)


def _beyond(written: nw.Expr, held: nw.Expr) -> nw.Expr:
    # A total below zero is money that came back: nothing holds that already.
    more = nw.when(written > held).then(written - held).otherwise(0.0)
    return nw.when(written > 0).then(more).otherwise(written)


def _share(counted: nw.Expr, written: nw.Expr) -> nw.Expr:
    return nw.when(written > 0).then(counted / written).otherwise(1.0)
