"""Our own CSV template, for histories that no platform exports."""

from __future__ import annotations

import csv
import io
from types import MappingProxyType

from risk.orders.platforms.template import COLUMNS

# Invented. Targets that are not named stay empty: the parcel was neither held nor is a claim open.
EXAMPLE = MappingProxyType(
    {
        "lines.order_id": "1001",
        "lines.line_id": "1",
        "lines.ordered_at": "2025-03-14 09:30:00",
        "lines.status": "delivered",
        "lines.sku": "LAMP-01-EU",
        "lines.product": "Desk lamp, warm white",
        "lines.category": "Lighting",
        "lines.quantity": "2",
        "lines.unit_price": "24.90",
        "lines.amount": "45.80",
        "lines.shipping": "4.99",
        "lines.tax": "0.00",
        "lines.fee": "6.87",
        "lines.refunded": "0.00",
        "lines.currency": "EUR",
        "lines.unit_cost": "61.50",
        "lines.cost_currency": "CNY",
        "lines.country": "DE",
        "lines.channel": "own shop",
        "shipments.tracking": "00340434161094000001",
        "shipments.carrier": "DHL",
        "shipments.mode": "air line",
        "shipments.origin": "CN",
        "shipments.destination": "DE",
        "shipments.shipped_at": "2025-03-15 18:00:00",
        "shipments.promised_at": "2025-03-28 00:00:00",
        "shipments.delivered_at": "2025-03-27 11:20:00",
        "shipments.status": "delivered",
        "shipments.hold_days": "0",
        "shipments.freight": "7.40",
        "shipments.freight_currency": "USD",
        "shipments.weight_kg": "1.2",
        "returns.sku": "LAMP-01-EU",
        "returns.returned_at": "2025-04-09 00:00:00",
        "returns.quantity": "1",
        "returns.refund": "22.90",
        "returns.currency": "EUR",
        "returns.reason": "does not fit",
        "returns.disposition": "sellable",
        "cash.cash_id": "P-0412",
        "cash.booked_at": "2025-04-12 00:00:00",
        "cash.kind": "payout",
        "cash.amount": "21.02",
        "cash.currency": "EUR",
    }
)


def template() -> bytes:
    """The template as CSV in UTF-8 with its mark, so that spreadsheet programs read it: the header and one example."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerow([EXAMPLE.get(target, "") for target in COLUMNS.values()])
    return text.getvalue().encode("utf-8-sig")
