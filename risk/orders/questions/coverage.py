"""What the history holds, and what each family of risk can therefore say."""

from __future__ import annotations

from dataclasses import dataclass

import narwhals as nw
import pandas as pd

from risk.checks import Sentence
from risk.orders.questions.source import Lazy, Source, answer, tables_of
from risk.orders.schema import ORIGIN, TABLES


@dataclass(frozen=True)
class _Ability:
    family: str
    says: Sentence
    needs: tuple[str, ...]  # table.column


_ABILITIES = (
    _Ability(
        "currency",
        Sentence("Sales and refunds by month and currency: how much of the income depends on exchange rates"),
        ("lines.ordered_at", "lines.amount", "lines.currency"),
    ),
    _Ability("currency", Sentence("Marketplace and payment fees in the sale currency"), ("lines.fee",)),
    _Ability(
        "currency",
        Sentence("Costs of goods in their own currency, which net against sales in it"),
        ("lines.quantity", "lines.unit_cost", "lines.cost_currency"),
    ),
    _Ability(
        "currency",
        Sentence("Freight in its own currency, which nets against sales in it"),
        ("shipments.shipped_at", "shipments.freight", "shipments.freight_currency"),
    ),
    _Ability(
        "currency",
        Sentence("Payouts and conversions: when the money really arrives, and at which rate"),
        ("cash.booked_at", "cash.kind", "cash.amount", "cash.currency"),
    ),
    _Ability(
        "logistics",
        Sentence("How many parcels arrive late, and how many are still under way"),
        ("shipments.shipped_at", "shipments.promised_at", "shipments.delivered_at"),
    ),
    _Ability(
        "logistics",
        Sentence("Lead times and lost parcels by carrier, service and destination"),
        (
            *("shipments.carrier", "shipments.mode", "shipments.destination"),
            *("shipments.shipped_at", "shipments.delivered_at", "shipments.status"),
        ),
    ),
    _Ability(
        "logistics",
        Sentence("How often and how long customs hold parcels, and why"),
        ("shipments.destination", "shipments.hold_days", "shipments.hold_reason"),
    ),
    _Ability(
        "logistics",
        Sentence("What freight costs by kilogram and service"),
        ("shipments.mode", "shipments.freight", "shipments.freight_currency", "shipments.weight_kg"),
    ),
    _Ability(
        "quality",
        Sentence("Return rates by article and month of sale, completed for returns still to come"),
        ("lines.ordered_at", "lines.sku", "lines.quantity", "returns.order_id", "returns.returned_at"),
    ),
    _Ability("quality", Sentence("Why buyers send goods back"), ("returns.sku", "returns.reason")),
    _Ability(
        "quality",
        Sentence("What returns cost: refunds, and goods that cannot be sold again"),
        ("returns.refund", "returns.currency", "returns.disposition", "lines.unit_cost"),
    ),
    _Ability(
        "legal",
        Sentence("Sales by destination: which duties, taxes and product rules apply, and to how much"),
        ("lines.amount", "lines.currency", "lines.country", "lines.category"),
    ),
    _Ability("legal", Sentence("Tax that was charged to buyers by destination"), ("lines.tax", "lines.country")),
    _Ability(
        "legal",
        Sentence("Penalties of customs and other authorities so far"),
        ("claims.claimed_at", "claims.kind", "claims.amount", "claims.currency"),
    ),
    _Ability(
        "legal",
        Sentence("Goods held at customs for their papers or their classification"),
        ("shipments.destination", "shipments.hold_reason"),
    ),
    _Ability(
        "ip",
        Sentence("Sales by article and destination: what a claim of infringement could reach"),
        ("lines.sku", "lines.product", "lines.amount", "lines.currency", "lines.country"),
    ),
    _Ability(
        "ip",
        Sentence("Complaints of rights holders so far, by article, and how they ended"),
        ("claims.claimed_at", "claims.kind", "claims.sku", "claims.outcome"),
    ),
)


def coverage(source: Source) -> pd.DataFrame:
    """Each column of each table: table, column, rows of the table, filled (share of them, 0..1), meaning."""
    tables = tables_of(source)
    columns = [(table, column) for table in TABLES for column in TABLES[table] if column.name not in ORIGIN]
    counts = {table: _filled(tables[table], table) if table in tables else {} for table in TABLES}
    rows = [counts[table].get("rows", 0) for table, _ in columns]
    held = [counts[table].get(column.name, 0) for table, column in columns]
    return pd.DataFrame(
        {
            "table": [table for table, _ in columns],
            "column": [column.name for _, column in columns],
            "rows": rows,
            "filled": [some / of if of else 0.0 for some, of in zip(held, rows, strict=True)],
            "meaning": [column.meaning for _, column in columns],
        }
    )


def families(source: Source) -> pd.DataFrame:
    """What each family can say from this history, one row an answer: family, answers, missing.

    `answers` is a Sentence. `missing` names the columns that are empty, as table.column separated by commas: empty
    text means that the family can give the answer now.
    """
    held = coverage(source)
    there = set(held.loc[held["filled"] > 0, "table"] + "." + held.loc[held["filled"] > 0, "column"])
    return pd.DataFrame(
        {
            "family": [ability.family for ability in _ABILITIES],
            "answers": pd.Series([ability.says for ability in _ABILITIES], dtype=object),
            "missing": [", ".join(need for need in ability.needs if need not in there) for ability in _ABILITIES],
        }
    )


def _filled(rows: Lazy, table: str) -> dict[str, int]:
    """Rows of a table, and cells of each of its columns that are not empty."""
    cells = [nw.col(column.name).count() for column in TABLES[table] if column.name not in ORIGIN]
    counts = answer(rows.select(nw.len().alias("rows"), *cells))
    return {str(name): int(value) for name, value in counts.iloc[0].items()}
