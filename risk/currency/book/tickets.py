"""The deals that would close the gap between the book and a programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.checks import InputError, not_negative, positive
from risk.currency.book.deal import Deal, HedgeBook
from risk.currency.book.exposure import by_month, by_place, net_exposure
from risk.currency.book.market import Market
from risk.currency.programmes import Ratios, hedge_ratios

Sizes = float | Mapping[str, float]  # in units of each currency: one for all, or one by currency


def gaps(
    targets: pd.DataFrame | Ratios,
    receipts: pd.DataFrame,
    book: HedgeBook,
    market: Market,
    *,
    minimum: Sizes = 0.0,
    lot: Sizes = 1.0,
) -> pd.DataFrame:
    """What is missing to the target of each month and currency, and how much of it a deal of whole lots closes.

    `targets`: hedge ratios of the receipts, one for all, by currency, or a frame by month and currency. Columns: those
    of `net_exposure`, then target (ratio), gap (to sell forward; negative: to buy), amount (the gap in whole lots, the
    nearest number of them, 0 where that is below `minimum`), left (gap less amount). A book without receipts has a gap
    back to none.
    """
    known = receipts.drop(columns=market.reporting, errors="ignore")
    table = net_exposure(known, book, market.as_of, market.reporting)
    table["target"] = _targets(targets, known, table)
    table["gap"] = table["target"] * table["receipts"] + table["book"]
    least, step = _sizes(minimum, table["currency"], not_negative), _sizes(lot, table["currency"], positive)
    rounded = np.rint(table["gap"].abs() / step) * step
    table["amount"] = np.sign(table["gap"]) * rounded.where((rounded >= least) & (rounded > 0), 0.0)
    table["left"] = table["gap"] - table["amount"]
    return table


def tickets(
    targets: pd.DataFrame | Ratios,
    receipts: pd.DataFrame,
    book: HedgeBook,
    market: Market,
    *,
    minimum: Sizes = 0.0,
    lot: Sizes = 1.0,
) -> pd.DataFrame:
    """The forwards to deal so that book and tickets together meet the targets within half a lot, or `minimum`.

    Arguments as those of `gaps`. Columns: side, currency, amount (above zero), value_date (last business day of the
    month), forward_rate, reporting_currency, reporting_amount as in `forward_deals`, NaN where no rates are known, and
    action: "add" to the cover, or "take back" where the book covers too much. `ticket_book` makes deals of them.
    """
    table = gaps(targets, receipts, book, market, minimum=minimum, lot=lot)
    table = table[table["amount"] != 0].reset_index(drop=True)
    dates = [_value_date(month, market.as_of) for month in table["month"]]
    rates = np.array([_forward(market, *deal) for deal in zip(table["currency"], dates, strict=True)], dtype=np.float64)
    amount = table["amount"].abs()
    covers_too_much = np.sign(table["amount"]) != np.sign(table["target"] * table["receipts"])
    return pd.DataFrame(
        {
            "side": np.where(table["amount"] > 0, "sell", "buy"),
            "currency": table["currency"],
            "amount": amount,
            "value_date": pd.to_datetime(dates),
            "forward_rate": rates,
            "reporting_currency": market.reporting,
            "reporting_amount": amount * rates,
            "action": np.where(covers_too_much, "take back", "add"),
        }
    )


def ticket_book(proposed: pd.DataFrame, trade_date: dt.date) -> HedgeBook:
    """The tickets as forwards dealt on `trade_date` at their forward rate, to see the book with them."""
    rows = proposed.to_dict(orient="records")
    return HedgeBook(
        tuple(
            Deal(
                kind="forward",
                side=row["side"],
                currency=row["currency"],
                amount=row["amount"],
                rate=row["forward_rate"],
                against=row["reporting_currency"],
                trade_date=trade_date,
                value_date=row["value_date"].date(),
            )
            for row in rows
        )
    )


def _targets(targets: pd.DataFrame | Ratios, receipts: pd.DataFrame, table: pd.DataFrame) -> NDArray[np.float64]:
    """Target ratio of each row of the table; where nothing is to be received there is nothing to cover."""
    if isinstance(targets, pd.DataFrame):
        wanted = by_month(targets)
    else:
        ratios = hedge_ratios(targets, list(receipts.columns))
        wanted = by_month(receipts * 0.0 + ratios)
    places = pd.MultiIndex.from_frame(table[["month", "currency"]])
    found = np.where(table["receipts"] == 0, 0.0, by_place(wanted).reindex(places))
    if np.isnan(found).any():
        month, currency = places[int(np.isnan(found).argmax())]
        raise InputError("There is no target for {currency} in {month}.", currency=currency, month=f"{month:%Y-%m}")
    return hedge_ratios(found, [f"{month:%Y-%m} {currency}" for month, currency in places])


def _sizes(sizes: Sizes, currencies: pd.Series[str], check: Callable[[str, float], float]) -> NDArray[np.float64]:
    if not isinstance(sizes, Mapping):
        return np.full(len(currencies), check("size of a deal", sizes))
    if missing := sorted(set(currencies) - set(sizes)):
        raise InputError("No size of a deal is known for {missing}.", missing=", ".join(missing))
    return np.array([check(f"size of a deal in {code}", sizes[code]) for code in currencies])


def _forward(market: Market, currency: str, day: pd.Timestamp) -> float:
    known = not market.missing(currency, market.reporting)
    return market.forward(currency, market.reporting, day.date()) if known else float("nan")


def _value_date(month: pd.Timestamp, as_of: dt.date) -> pd.Timestamp:
    """The last business day of the month, or the next one where that has passed."""
    day = pd.Timestamp(as_of)
    return max(month + pd.offsets.BMonthEnd(), day + pd.offsets.BDay())
