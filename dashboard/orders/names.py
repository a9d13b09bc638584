"""The tables, columns, families and platforms of `risk.orders` in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dashboard import formatting
from dashboard.escape import markdown
from dashboard.i18n import N_, _, spoken

TABLES = {
    "lines": N_("Order lines"),
    "order": N_("Whole order"),
    "shipments": N_("Parcels"),
    "returns": N_("Returns"),
    "claims": N_("Claims"),
    "cash": N_("Money movements"),
}
# By name alone: a column of this name means the same in each table.
COLUMNS = {
    "line_no": N_("Line in the file"),
    "order_id": N_("Order number"),
    "line_id": N_("Line of the order"),
    "ordered_at": N_("Ordered"),
    "status": N_("State"),
    "sku": N_("Article number"),
    "product": N_("Article"),
    "category": N_("Product group"),
    "quantity": N_("Quantity"),
    "unit_price": N_("Price of one unit"),
    "amount": N_("Amount"),
    "shipping": N_("Shipping charged"),
    "tax": N_("Tax"),
    "fee": N_("Fees"),
    "refunded": N_("Refunded"),
    "discount": N_("Discount"),
    "subtotal": N_("Subtotal"),
    "total": N_("Total"),
    "cancelled_at": N_("Cancelled"),
    "currency": N_("Currency"),
    "unit_cost": N_("Cost of one unit"),
    "cost_currency": N_("Currency of the cost"),
    "country": N_("Country"),
    "channel": N_("Marketplace or shop"),
    "tracking": N_("Tracking number"),
    "carrier": N_("Carrier"),
    "mode": N_("Way of transport"),
    "origin": N_("Sent from"),
    "destination": N_("Sent to"),
    "shipped_at": N_("Shipped"),
    "promised_at": N_("Promised"),
    "delivered_at": N_("Delivered"),
    "hold_days": N_("Days held at customs"),
    "hold_reason": N_("Reason of the hold"),
    "freight": N_("Freight"),
    "freight_currency": N_("Currency of the freight"),
    "weight_kg": N_("Weight, kg"),
    "returned_at": N_("Returned"),
    "refund": N_("Refund"),
    "reason": N_("Reason"),
    "disposition": N_("What became of the goods"),
    "claim_id": N_("Case number"),
    "claimed_at": N_("Claimed"),
    "kind": N_("Kind"),
    "outcome": N_("Outcome"),
    "cash_id": N_("Number of the movement"),
    "booked_at": N_("Booked"),
    "counter_amount": N_("Amount on the other side"),
    "counter_currency": N_("Currency of the other side"),
}
FAMILIES = {
    "currency": N_("Currency"),
    "logistics": N_("Logistics"),
    "quality": N_("Quality"),
    "legal": N_("Law"),
    "ip": N_("Intellectual property"),
}
# Those that are no proper names, or whose own spelling differs; the others are written as risk.orders has them.
PLATFORMS = {
    "unknown": N_("Unknown platform"),
    "template": N_("Our own template"),
    "sample": N_("Sample shop"),
    "shopify orders": N_("Shopify, orders"),
    "amazon all orders": N_("Amazon, all orders"),
    "amazon fba returns": N_("Amazon, FBA returns"),
    "ebay orders": N_("eBay, orders"),
    "etsy orders": N_("Etsy, orders"),
    "etsy items": N_("Etsy, items"),
    "uci online retail": N_("UCI Online Retail"),
}
DELIMITERS = {",": N_("comma"), ";": N_("semicolon"), "\t": N_("tab"), "|": N_("vertical bar")}
DECIMALS = {".": N_("point, as in 1,234.56"), ",": N_("comma, as in 1.234,56")}
DATE_ORDERS = {
    "YMD": N_("year, month, day: 2025-12-31"),
    "MDY": N_("month, day, year: 12/31/2025"),
    "DMY": N_("day, month, year: 31/12/2025"),
}


def table(name: str) -> str:
    """A table: Order lines."""
    return spoken(TABLES[name])


def column(name: str) -> str:
    """A column of any table: Order number."""
    return spoken(COLUMNS[name])


def target(name: str) -> str:
    """A column with its table, given as `lines.order_id`: Order lines: Order number."""
    held_in, what = name.split(".")
    return _("{table}: {column}").format(table=table(held_in), column=column(what))


def targets(names: Iterable[str]) -> str:
    """Several of them, by table: Parcels: Shipped, Delivered; Returns: Reason."""
    held: dict[str, list[str]] = {}
    for name in names:
        held.setdefault(table(name.split(".")[0]), []).append(column(name.split(".")[1]))
    return "; ".join(
        _("{table}: {column}").format(table=title, column=", ".join(columns)) for title, columns in held.items()
    )


def platform(name: str) -> str:
    """A platform and its report: Shopify, orders; plain text, as names of platforms are ours."""
    return spoken(PLATFORMS.get(name, name))


def code(words: Mapping[str, str], value: str | None) -> str:
    """What a code of the importer stands for, or a dash where the file has no such thing."""
    return spoken(words[value]) if value is not None and value in words else formatting.MISSING


def listed(texts: Iterable[str]) -> str:
    """Texts of users one after another, safe in a label."""
    return ", ".join(map(markdown, texts))
