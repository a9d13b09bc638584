"""Our own template: the columns of `schema.TABLES` under their own names.

A column of the order lines has its name (`order_id`, `amount`), one of another table the table's in front
(`shipment_tracking`, `return_reason`, `claim_kind`, `cash_amount`). A row may hold a line, its parcel, its return, a
claim and a movement of money together, or any one of them.
"""

from __future__ import annotations

from risk.orders.platforms.base import Platform
from risk.orders.schema import TABLES

_PREFIXES = {"lines": "", "shipments": "shipment_", "returns": "return_", "claims": "claim_", "cash": "cash_"}
_OWN = ("file_id", "line_no", "platform")  # known from the upload, not from its columns


def header(table: str, column: str) -> str:
    """The header of a column in the template."""
    prefix = _PREFIXES[table]
    return column if column.startswith(prefix) else prefix + column


COLUMNS = {
    header(table, column.name): f"{table}.{column.name}"
    for table, columns in TABLES.items()
    for column in columns
    if column.name not in _OWN and (table == "lines" or column.name != "order_id")
}

TEMPLATE = Platform(
    name="template",
    signature=("order_id", "ordered_at", "unit_price", "amount", "shipment_tracking", "return_reason"),
    columns=COLUMNS,
    date_order="YMD",
    decimal=".",
)
