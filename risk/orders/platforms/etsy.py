"""Etsy's two reports of sales: EtsySoldOrders (one row an order) and EtsySoldOrderItems (one row a line).

Source: Etsy help, "How to download your shop data". In the items report shipping, tax and discount of the order stand
on each of its lines, and Item Total is before discount.
"""

from __future__ import annotations

import numpy as np

from risk.orders.platforms.base import Platform
from risk.orders.rows import Rows


def _adjust_orders(rows: Rows) -> None:
    """Fees are costs of the order; an adjusted total below the total is a refund."""
    total, adjusted = rows.number("order.total"), rows.number("lines.refunded")
    # Reports without adjustments write 0, which therefore says nothing.
    rows.numbers["lines.refunded"] = np.where((adjusted > 0) & (adjusted < total), total - adjusted, np.nan)


ORDERS = Platform(
    name="etsy orders",
    signature=("Sale Date", "Order ID", "Number of Items", "Order Value"),
    columns={
        "Sale Date": "lines.ordered_at",
        "Order ID": "lines.order_id",
        "Number of Items": "lines.quantity",
        "SKU": "lines.sku",
        "Order Value": "lines.amount",
        "Discount Amount": "order.discount",
        "Shipping": "order.shipping",
        "Sales Tax": "order.tax",
        "Order Total": "order.total",
        "Adjusted Order Total": "lines.refunded",
        "Card Processing Fees": "order.fee",
        "Currency": "lines.currency",
        "Ship Country": "lines.country",
        "Date Shipped": "shipments.shipped_at",
        "Date Posted": "shipments.shipped_at",
        "Status": "lines.status",
    },
    date_order="MDY",
    decimal=".",
    adjust=_adjust_orders,
)

ITEMS = Platform(
    name="etsy items",
    signature=("Sale Date", "Item Name", "Transaction ID", "Listing ID"),
    columns={
        "Sale Date": "lines.ordered_at",
        "Order ID": "lines.order_id",
        "Transaction ID": "lines.line_id",
        "Item Name": "lines.product",
        "SKU": "lines.sku",
        "Listing ID": "lines.sku",
        "Quantity": "lines.quantity",
        "Price": "lines.unit_price",
        "Item Total": "lines.amount",
        "Discount Amount": "order.discount",
        "Order Shipping": "order.shipping",
        "Order Sales Tax": "order.tax",
        "Currency": "lines.currency",
        "Ship Country": "lines.country",
        "Date Shipped": "shipments.shipped_at",
        "Date Posted": "shipments.shipped_at",
    },
    date_order="MDY",
    decimal=".",
)
