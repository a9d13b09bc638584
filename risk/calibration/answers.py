"""What the families of risk ask an order history, asked at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from risk.orders import questions
from risk.orders.questions import Source, Span

RIPE = 60  # days until most returns of goods sent across borders have come back


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers of `risk.orders.questions`, amounts in their own currencies; empty frames where there is nothing.

    `shipments` is that of `shipments_summary` on the day, `returns` that of `returns_summary` without the newest
    `RIPE` days, `reasons` that of `return_reasons`, `claims` that of `claims_summary`,
    `values` that of `order_values`; `orders` and `articles` count.
    """

    as_of: dt.date
    span: Span
    orders: int
    articles: int
    destinations: pd.DataFrame
    margins: pd.DataFrame
    shipments: pd.DataFrame
    holds: pd.DataFrame
    freight: pd.DataFrame
    returns: pd.DataFrame
    reasons: pd.DataFrame
    claims: pd.DataFrame
    values: pd.DataFrame

    @property
    def years(self) -> float:
        """Observed years, from the first order to the last, both days included; 0 without a dated order."""
        days = (self.span.last.normalize() - self.span.first.normalize()).days + 1
        return 0.0 if pd.isna(days) else days / 365.25


def ask(source: Source, as_of: dt.date) -> Answers:
    """All that the families ask of a history, on a day."""
    return Answers(
        as_of,
        questions.span(source),
        questions.order_counts(source).orders,
        questions.articles(source),
        questions.destinations(source),
        questions.margins(source),
        questions.shipments_summary(source, as_of),
        questions.holds(source),
        questions.freight(source),
        questions.returns_summary(source, as_of - dt.timedelta(days=RIPE)),
        questions.return_reasons(source),
        questions.claims_summary(source),
        questions.order_values(source),
    )
