"""What the order history is asked: each question returns a small pandas frame or a frozen record.

Every question takes an `OrderHistory`, or a mapping of table names to native frames of the schema (pandas, DuckDB
relations, Spark data frames; a table may be missing). It is worded once, in Narwhals, and computed where the rows are.
"""

from risk.orders.questions.counts import Counts, Span, order_counts, span, totals_by_currency, unknown_currency
from risk.orders.questions.coverage import coverage, families
from risk.orders.questions.exposure import exposure
from risk.orders.questions.flows import flows, payouts, refund_delays
from risk.orders.questions.parcels import freight, holds, shipments_summary, transit_days
from risk.orders.questions.returned import claims_summary, return_reasons, returns_summary
from risk.orders.questions.source import Source
from risk.orders.questions.trade import articles, destinations, margins, order_values

__all__ = [
    "Counts",
    "Source",
    "Span",
    "articles",
    "claims_summary",
    "coverage",
    "destinations",
    "exposure",
    "families",
    "flows",
    "freight",
    "holds",
    "margins",
    "order_counts",
    "order_values",
    "payouts",
    "refund_delays",
    "return_reasons",
    "returns_summary",
    "shipments_summary",
    "span",
    "totals_by_currency",
    "transit_days",
    "unknown_currency",
]
