"""The five tables of an order history, their columns, and what each family of risk reads from them.

Every table also carries `file_id` (SHA-256 of the uploaded bytes) and `line_no` (first physical line of the record in
that file, counted from 1), so that a number on a page can be traced to a line that a text editor shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "time", "number", "integer"]
FAMILIES = ("legal", "currency", "logistics", "ip", "quality")


@dataclass(frozen=True)
class Column:
    """One column: its name, its kind, what it means, and the families that use it."""

    name: str
    kind: Kind
    meaning: str
    families: tuple[str, ...] = ()


_ORIGIN = (
    Column("file_id", "text", "SHA-256 of the uploaded bytes"),
    Column("line_no", "integer", "first physical line of the record in the file, from 1"),
    Column("platform", "text", "platform and report that the file was recognised as, or 'unknown'"),
)
_ALL = FAMILIES
ORIGIN = tuple(column.name for column in _ORIGIN)

TABLES: dict[str, tuple[Column, ...]] = {
    # One row an order line. Amounts are signed as the seller sees them: sales positive, credit notes negative.
    "lines": (
        *_ORIGIN,
        Column("order_id", "text", "order number as the platform writes it", _ALL),
        Column("line_id", "text", "number of the line within the order, made up where the export has none", _ALL),
        Column(
            "ordered_at",
            "time",
            "when the order was placed, UTC where the export states an offset, else local time",
            _ALL,
        ),
        Column("status", "text", "paid, cancelled, shipped, delivered, refunded or unknown", _ALL),
        Column("sku", "text", "the seller's article number", ("legal", "ip", "quality")),
        Column("product", "text", "title of the article", ("legal", "ip", "quality")),
        Column("category", "text", "product group", ("legal", "ip", "quality")),
        Column("quantity", "number", "units sold; negative on a credit note", ("logistics", "quality")),
        Column("unit_price", "number", "price of one unit before discount", ("legal", "quality")),
        Column("amount", "number", "what the buyer pays for the line: after discount, without shipping", _ALL),
        Column("shipping", "number", "shipping charged to the buyer, this line's share", ("currency", "logistics")),
        Column("tax", "number", "tax charged on top, this line's share", ("legal", "currency")),
        Column("fee", "number", "marketplace and payment fees in the sale currency, positive = cost", ("currency",)),
        Column(
            "refunded",
            "number",
            "money returned on this line that no returns table repeats, positive",
            ("currency", "quality"),
        ),
        Column("currency", "text", "ISO code of the sale amounts; empty = unknown and kept out of sums", _ALL),
        Column("unit_cost", "number", "cost of goods for one unit", ("currency", "logistics", "quality")),
        Column("cost_currency", "text", "ISO code of the unit cost", ("currency",)),
        Column("country", "text", "destination, ISO 3166 alpha-2", ("legal", "logistics", "ip", "quality")),
        Column("channel", "text", "marketplace or shop", _ALL),
    ),
    # One row a parcel.
    "shipments": (
        *_ORIGIN,
        Column("order_id", "text", "order number", ("logistics",)),
        Column("tracking", "text", "tracking number, always text", ("logistics",)),
        Column("carrier", "text", "carrier", ("logistics",)),
        Column("mode", "text", "express, air line, postal, sea, rail, road", ("logistics",)),
        Column("origin", "text", "country of dispatch, ISO 3166 alpha-2", ("legal", "logistics")),
        Column("destination", "text", "country of delivery, ISO 3166 alpha-2", ("legal", "logistics")),
        Column("shipped_at", "time", "handed to the carrier", ("logistics",)),
        Column("promised_at", "time", "date promised to the buyer", ("logistics",)),
        Column("delivered_at", "time", "delivered; empty = still open or lost", ("logistics", "quality")),
        Column("status", "text", "open, delivered, lost, returned or unknown", ("logistics",)),
        Column("hold_days", "number", "days held at customs", ("legal", "logistics")),
        Column(
            "hold_reason",
            "text",
            "policy change, misclassification, missing document, quality standard, inspection",
            ("legal", "logistics"),
        ),
        Column("freight", "number", "what the carrier charged", ("currency", "logistics")),
        Column("freight_currency", "text", "ISO code of the freight", ("currency", "logistics")),
        Column("weight_kg", "number", "weight of the parcel in kilograms", ("logistics",)),
    ),
    # One row a returned line.
    "returns": (
        *_ORIGIN,
        Column("order_id", "text", "order number of the sale; empty = not matched", ("quality",)),
        Column("sku", "text", "article number", ("quality",)),
        Column("returned_at", "time", "when the return was received or the refund booked", ("currency", "quality")),
        Column("quantity", "number", "units that came back, positive", ("quality",)),
        Column("refund", "number", "money returned to the buyer, positive", ("currency", "quality")),
        Column("currency", "text", "ISO code of the refund", ("currency", "quality")),
        Column("reason", "text", "reason as the export gives it", ("quality",)),
        Column("disposition", "text", "what became of the goods: sellable, damaged, destroyed", ("quality",)),
    ),
    # One row a dispute, complaint or claim, by a buyer, a rights holder, a platform or an authority.
    "claims": (
        *_ORIGIN,
        Column("claim_id", "text", "number of the case", ("legal", "logistics", "ip", "quality")),
        Column("order_id", "text", "order number, where the claim has one", ("logistics", "quality")),
        Column("sku", "text", "article number, where the claim has one", ("ip", "quality")),
        Column("claimed_at", "time", "when the claim was made", ("legal", "logistics", "ip", "quality")),
        Column("kind", "text", "chargeback, not received, ip complaint, customs penalty, product safety", _ALL),
        Column("amount", "number", "amount claimed, positive", ("legal", "logistics", "ip", "quality")),
        Column("currency", "text", "ISO code of the amount", _ALL),
        Column("outcome", "text", "open, won, lost, settled", ("legal", "logistics", "ip", "quality")),
    ),
    # One row a movement of money that is not itself an order line: payouts, fees, conversions, costs.
    "cash": (
        *_ORIGIN,
        Column("cash_id", "text", "number of the movement", ("currency",)),
        Column("order_id", "text", "order number, where the movement has one", ("currency",)),
        Column("booked_at", "time", "when the money moved", ("currency",)),
        Column("kind", "text", "payout, fee, conversion, refund, cost, freight, advertising", ("currency",)),
        Column("amount", "number", "signed: money to the seller positive", ("currency",)),
        Column("currency", "text", "ISO code of the amount", ("currency",)),
        Column("counter_amount", "number", "the other side of a conversion, signed", ("currency",)),
        Column("counter_currency", "text", "ISO code of the other side", ("currency",)),
    ),
}


def column_names(table: str) -> tuple[str, ...]:
    """Names of the columns of one table, in order."""
    return tuple(column.name for column in TABLES[table])
