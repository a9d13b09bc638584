"""Where a question finds its rows: an order history, or frames by table name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import pandas as pd

from risk.orders.history import OrderHistory

Source = OrderHistory | Mapping[str, Any]
Lazy = nw.LazyFrame[Any]


def tables_of(source: Source) -> dict[str, Lazy]:
    """The tables that the source has, none of them computed yet."""
    if isinstance(source, OrderHistory):
        return source.tables()
    return {name: nw.from_native(frame).lazy() for name, frame in source.items()}


def answer(question: Lazy) -> pd.DataFrame:
    """Compute a question where its rows are, and bring the small result here."""
    found: pd.DataFrame = question.collect("pandas").to_native()
    return found


def filled(column: str) -> nw.Expr:
    """An amount as a float, nothing where it is missing."""
    return nw.col(column).cast(nw.Float64).fill_null(0.0)


def not_cancelled() -> nw.Expr:
    """Lines that count: all but the cancelled; a line without a status counts."""
    return nw.col("status").cast(nw.String).fill_null("unknown") != "cancelled"
