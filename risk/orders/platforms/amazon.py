"""Amazon's flat files: tabs, no quoting (a quotation mark is text), ISO dates in UTC, decimal point.

Source: Amazon SP-API report types GET_FLAT_FILE_ALL_ORDERS_DATA_BY_* and GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA.
"""

from __future__ import annotations

import numpy as np

from risk.orders.platforms.base import Platform
from risk.orders.rows import Rows

_TAX_ON_TOP = r"^amazon\.(com|ca|us)$"


def _adjust(rows: Rows) -> None:
    """`item-price` is the total of the line: with tax in most countries, before it in the United States and Canada."""
    for target in ("lines.tax", "order.tax"):
        if target in rows.numbers:
            rows.numbers[target] = np.where(rows.matches("lines.channel", _TAX_ON_TOP), rows.numbers[target], np.nan)


ALL_ORDERS = Platform(
    name="amazon all orders",
    signature=("amazon-order-id", "purchase-date", "order-status", "item-price"),
    columns={
        "amazon-order-id": "lines.order_id",
        "merchant-order-id": None,
        "purchase-date": "lines.ordered_at",
        "order-status": "lines.status",
        "sales-channel": "lines.channel",
        "product-name": "lines.product",
        "sku": "lines.sku",
        "quantity": "lines.quantity",
        "currency": "lines.currency",
        "item-price": "lines.amount",
        "item-tax": "lines.tax",
        "shipping-price": "lines.shipping",
        "item-promotion-discount": "lines.discount",
        "ship-country": "lines.country",
    },
    quoted=False,
    date_order="YMD",
    decimal=".",
    adjust=_adjust,
)

FBA_RETURNS = Platform(
    name="amazon fba returns",
    signature=("return-date", "order-id", "detailed-disposition"),
    columns={
        "return-date": "returns.returned_at",
        "order-id": "returns.order_id",
        "sku": "returns.sku",
        "quantity": "returns.quantity",
        "detailed-disposition": "returns.disposition",
        "reason": "returns.reason",
        "status": None,
        "product-name": None,
        "license-plate-number": None,
    },
    quoted=False,
    date_order="YMD",
    decimal=".",
)
