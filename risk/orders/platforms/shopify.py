"""Shopify's orders export: one row a line item, the order's own cells on its first row only.

Source: Shopify help, "Exporting orders" (columns), and exports of 73 to 79 columns from 2021 to 2025: the column set
changes from year to year, so nothing depends on positions.
"""

from __future__ import annotations

import numpy as np

from risk.orders.platforms.base import Platform
from risk.orders.rows import Rows


def _adjust(rows: Rows) -> None:
    """Subtotal is what the buyer pays for the goods after every discount, also where an order was edited later."""
    gross = rows.number("lines.quantity") * rows.number("lines.unit_price")
    after_discount = rows.shared("order.subtotal", gross)
    line_discount = np.nan_to_num(rows.number("lines.discount"))
    rows.numbers["lines.amount"] = np.where(np.isnan(after_discount), gross - line_discount, after_discount)
    rows.numbers.pop("lines.discount", None)
    rows.numbers.pop("order.discount", None)


ORDERS = Platform(
    name="shopify orders",
    signature=("Name", "Financial Status", "Lineitem quantity", "Lineitem name"),
    columns={
        "Name": "lines.order_id",
        "Created at": "lines.ordered_at",
        "Financial Status": "lines.status",
        "Fulfillment Status": None,
        "Currency": "lines.currency",
        "Subtotal": "order.subtotal",
        "Shipping": "order.shipping",
        "Taxes": "order.tax",
        "Total": "order.total",
        "Discount Amount": "order.discount",
        "Refunded Amount": "order.refunded",
        "Cancelled at": "order.cancelled_at",
        "Lineitem quantity": "lines.quantity",
        "Lineitem name": "lines.product",
        "Lineitem price": "lines.unit_price",
        "Lineitem sku": "lines.sku",
        "Lineitem discount": "lines.discount",
        "Fulfilled at": "shipments.shipped_at",
        "Shipping Country": "lines.country",
        "Billing Country": "lines.country",
        "Vendor": None,
        "Id": None,
        "Source": None,
    },
    date_order="YMD",
    decimal=".",
    adjust=_adjust,
)
