"""The UCI data set Online Retail (Chen, Sain and Guo 2012): a real web shop, 2010 to 2011.

InvoiceNo `C…` is a credit note with negative quantity; `A…` an entry of the bookkeeping; a negative quantity at price 0
outside credit notes writes off stock. The file has no currency column.
"""

from __future__ import annotations

import numpy as np

from risk.orders import reasons
from risk.orders.platforms.base import Platform
from risk.orders.records import column_of
from risk.orders.rows import Rows


def _adjust(rows: Rows) -> None:
    credit = rows.matches("lines.order_id", "^C")
    quantity, price = rows.number("lines.quantity"), rows.number("lines.unit_price")
    rows.set_aside(rows.matches("lines.order_id", "^A"), reasons.BOOKKEEPING, "lines.product")
    rows.set_aside((quantity < 0) & (price == 0) & ~credit, reasons.STOCK, "lines.product")
    states = column_of(["unknown", "refunded"])
    rows.texts["lines.status"] = type(states)(credit.astype(np.int32), states.distinct)


ONLINE_RETAIL = Platform(
    name="uci online retail",
    signature=("InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "Country"),
    columns={
        "InvoiceNo": "lines.order_id",
        "StockCode": "lines.sku",
        "Description": "lines.product",
        "Quantity": "lines.quantity",
        "InvoiceDate": "lines.ordered_at",
        "UnitPrice": "lines.unit_price",
        "Country": "lines.country",
    },
    date_order="MDY",
    decimal=".",
    adjust=_adjust,
)
