"""The hedge book of the reader: deals kept in the workspace, and the market that values them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import pandas as pd

from dashboard import currency
from dashboard.currency import Position
from dashboard.workspace import Workspace
from risk.currency.book import Deal, HedgeBook, Market

NAME = "hedge_book"  # under which the deals are kept
MOST_DEALS = 5_000


def kept(space: Workspace) -> HedgeBook:
    """The deals as entered or uploaded."""
    return HedgeBook(tuple(_deal(row) for row in space.kept(NAME) or []))


def keep(space: Workspace, deals: Iterable[Deal]) -> None:
    """Keep these deals as the newest version of the book."""
    space.keep(NAME, [_row(deal) for deal in deals])


def add(space: Workspace, more: HedgeBook) -> int:
    """Keep the deals that the book does not hold yet, so that a file read twice counts once; how many those are."""
    known = kept(space)
    held = set(known)
    new = [deal for deal in dict.fromkeys(more) if deal not in held]
    if new:
        keep(space, [*known, *new])
    return len(new)


def market(position: Position) -> Market:
    """Spot and interest rates of the day that the pages look from, the reader's own interest among them."""
    known = {**position.interest["rate"].to_dict(), **position.assumptions.interest}
    codes = position.rates.columns
    return Market(position.reporting, position.as_of, currency.spot_of(position, codes).dropna().to_dict(), known)


def receipts(position: Position) -> pd.DataFrame:
    """Net receipts expected: index the first day of each month ahead, a column a currency, in its units."""
    model = position.model
    return pd.DataFrame(model.receipts, model.month_starts, list(model.currencies))


def _row(deal: Deal) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in asdict(deal).items()}


def _deal(row: dict[str, Any]) -> Deal:
    days = {name: dt.date.fromisoformat(row[name]) for name in ("trade_date", "value_date")}
    return Deal(**{**row, **days})
