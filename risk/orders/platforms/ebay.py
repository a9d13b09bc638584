"""eBay's orders report: a summary row and item rows for an order of several items, one row for an order of one.

Source: eBay help, "Orders report"; header lists published with open importers of US, UK, AU and DE reports. Sold For is
the price of one unit; amounts carry their currency (`AU $3,000.00`, `EUR 90,00`); "$" alone is the US dollar, since
the other dollars are written with their country.
"""

from __future__ import annotations

from risk.orders.platforms.base import Platform
from risk.orders.rows import Rows


def _adjust(rows: Rows) -> None:
    """Take the money of the order from its summary row, and leave the row out."""
    item = rows.present("lines.sku") | rows.present("lines.product")
    has_items = rows.first_of_order(item) >= 0
    rows.furniture |= rows.good & ~item & has_items & rows.present("order.total")


_COLUMNS = {
    "Order Number": "lines.order_id",
    "Bestellnummer": "lines.order_id",
    "Numéro de commande": "lines.order_id",
    "Sales Record Number": "lines.order_id",
    "Verkaufsprotokollnummer": "lines.order_id",
    "Numéro de vente": "lines.order_id",
    "Custom Label": "lines.sku",
    "Item Number": "lines.sku",
    "Item Title": "lines.product",
    "Quantity": "lines.quantity",
    "Sold For": "lines.unit_price",
    "Shipping And Handling": "order.shipping",
    "Postage And Handling": "order.shipping",
    "Seller Collected Tax": "order.tax",
    "Total Price": "order.total",
    "Sale Date": "lines.ordered_at",
    "Shipped On Date": "shipments.shipped_at",
    "Maximum Estimated Delivery Date": "shipments.promised_at",
    "Tracking Number": "shipments.tracking",
    "Transaction ID": "lines.line_id",
    "Ship To Country": "lines.country",
    "Buyer Country": "lines.country",
    "Item Location": None,
}

ORDERS = Platform(
    name="ebay orders",
    signature=("Sales Record Number", "Order Number", "Sale Date"),
    columns=_COLUMNS,
    date_order="MDY",
    symbols={"$": "USD"},
    adjust=_adjust,
)

ORDERS_DE = Platform(
    name="ebay orders",
    signature=("Verkaufsprotokollnummer", "Bestellnummer"),
    columns=_COLUMNS,
    date_order="DMY",
    decimal=",",
    adjust=_adjust,
)

ORDERS_FR = Platform(
    name="ebay orders",
    signature=("Numéro de vente", "Numéro de commande"),
    columns=_COLUMNS,
    date_order="DMY",
    decimal=",",
    adjust=_adjust,
)
