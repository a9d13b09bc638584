"""What is left to hedge after the book, and what in the book wants a look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from risk.checks import InputError, Sentence
from risk.currency.book.deal import Deal, HedgeBook
from risk.currency.book.market import Market

FAR = 2.0  # a rate that is so many times the market's is upside down or for 100 units


def net_exposure(receipts: pd.DataFrame, book: HedgeBook, as_of: str | dt.date, reporting: str) -> pd.DataFrame:
    """Expected receipts and what the open deals add to them, a row a month and currency with either.

    `receipts`: index the first day of a month, a column a currency, in its units, payments negative; months before that
    of `as_of` are left out, and its own should hold what is still to come. Columns: month, currency, receipts, book
    (bought positive, sold negative; the other side of a deal, if it is not in `reporting`, counts in its own currency),
    net (their sum), ratio (share of the receipts that the book covers, NaN without receipts). InputError where receipts
    are not finite numbers.
    """
    day = pd.Timestamp(as_of).normalize()
    expected = _expected(receipts.drop(columns=reporting, errors="ignore"), day)
    dealt = _positions(book.open_on(day.date()), reporting)
    table = pd.DataFrame({"receipts": expected, "book": dealt}).fillna(0.0).sort_index()
    table = table[(table != 0).any(axis=1)]
    table["net"] = table["receipts"] + table["book"]
    table["ratio"] = -table["book"] / table["receipts"].where(table["receipts"] != 0) + 0.0  # no -0
    return table.rename_axis(["month", "currency"]).reset_index()


def book_notes(book: HedgeBook, market: Market, receipts: pd.DataFrame | None = None) -> tuple[Sentence, ...]:
    """What to look at: deals matured or not dealt yet, without rates, far from the market, twice; hedges too large."""
    notes = [note for deal in book for note in _deal_notes(deal, market)]
    named = [deal.reference for deal in book if deal.reference]
    notes += [
        Sentence("The reference {reference} stands at more than one deal.", reference=reference)
        for reference in dict.fromkeys(named)
        if named.count(reference) > 1
    ]
    if receipts is not None:
        table = net_exposure(receipts, book, market.as_of, market.reporting)
        notes += [note for row in table.to_dict(orient="records") for note in _over_hedge(row)]
    return tuple(notes)


def by_month(table: pd.DataFrame) -> pd.DataFrame:
    """The table with the first day of each month as its index; InputError where a month stands twice."""
    months = pd.DatetimeIndex(table.index).to_period("M").to_timestamp()
    if months.has_duplicates:
        raise InputError("The month {month} stands twice.", month=f"{months[months.duplicated()][0]:%Y-%m}")
    return table.set_axis(pd.DatetimeIndex(months, name="month"))


def by_place(table: pd.DataFrame) -> pd.Series[float]:
    """The cells of a table of months and currencies: index month, currency."""
    cells = table.rename_axis(index="month", columns=None).melt(ignore_index=False, var_name="currency")
    return cells.set_index("currency", append=True)["value"]


def _expected(receipts: pd.DataFrame, day: pd.Timestamp) -> pd.Series[float]:
    table = by_month(receipts).astype("float64")
    if not np.isfinite(table.to_numpy()).all():
        raise InputError("The expected receipts hold months that are not known: leave those currencies out.")
    return by_place(table[table.index >= day.to_period("M").to_timestamp()])


def _positions(book: HedgeBook, reporting: str) -> pd.Series[float]:
    """What the deals bring by month and currency, both sides of them, but for the reporting currency."""
    sides = [
        (pd.Timestamp(deal.value_date).to_period("M").to_timestamp(), code, amount)
        for deal in book
        for code, amount in ((deal.currency, deal.position), (deal.against, -deal.position * deal.rate))
        if code != reporting
    ]
    table = pd.DataFrame(sides, columns=["month", "currency", "book"])
    return table.astype({"month": "datetime64[ns]", "book": "float64"}).groupby(["month", "currency"])["book"].sum()


def _deal_notes(deal: Deal, market: Market) -> list[Sentence]:
    if deal.value_date <= market.as_of:
        day = deal.value_date.isoformat()
        return [Sentence("{deal} has matured on {day} and counts no more.", deal=deal.label, day=day)]
    if deal.trade_date > market.as_of:
        day = deal.trade_date.isoformat()
        return [Sentence("{deal} is dealt on {day} and does not count yet.", deal=deal.label, day=day)]
    if missing := market.missing(deal.currency, deal.against):
        codes = ", ".join(missing)
        return [Sentence("{deal} cannot be valued: no rates are known for {missing}.", deal=deal.label, missing=codes)]
    forward = market.forward(deal.currency, deal.against, deal.value_date)
    if not 1 / FAR <= deal.rate / forward <= FAR:
        return [
            Sentence(
                "{deal} is agreed at {rate} {against} for 1 {currency} where the market has {forward}: is it the other "
                "way round, or for 100 units?",
                deal=deal.label,
                rate=f"{deal.rate:.6g}",
                against=deal.against,
                currency=deal.currency,
                forward=f"{forward:.6g}",
            )
        ]
    return []


def _over_hedge(row: Mapping[Hashable, Any]) -> list[Sentence]:
    """A book that covers more than is expected, or adds to it: allowed, and said."""
    said = {"month": f"{row['month']:%Y-%m}", "currency": row["currency"]}
    amounts = {"book": f"{abs(row['book']):,.0f}", "receipts": f"{abs(row['receipts']):,.0f}"}
    if row["book"] * row["receipts"] > 0:
        return [Sentence("In {month} the book adds {book} {currency} to the exposure.", book=amounts["book"], **said)]
    if abs(row["book"]) > abs(row["receipts"]):
        return [
            Sentence(
                "In {month} the book covers {book} {currency} where {receipts} are expected: more than there is to "
                "hedge.",
                **amounts,
                **said,
            )
        ]
    return []
