"""What item and deals gained, as history has it: before designation by past moves, since then by their values."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from risk.checks import InputError, at_least
from risk.currency.book import Deal, Market, fair_values, value_changes
from risk.currency.effectiveness.regression import USUAL
from risk.currency.effectiveness.terms import HedgedItem, hypothetical_derivative


def prospective_changes(
    item: HedgedItem, deals: Iterable[Deal], rates: pd.DataFrame, market: Market, months: int = 2 * USUAL
) -> pd.DataFrame:
    """What item and deals would gain today by the moves of each of the newest `months`: index the month.

    Columns item (minus the change of its hypothetical derivative), instrument, in the reporting currency. `rates` are
    units of it for 1 unit, a column a currency; a month's move is from its last fixing to the next month's, complete
    months before the market's day, those with a rate of every currency involved. For `effectiveness_regression` and
    `dollar_offset`.
    """
    _same_reporting(item, market)
    book = list(deals)
    involved = {code for deal in book for code in (deal.currency, deal.against)} | {item.currency}
    wanted = [code for code in rates.columns if code in involved]
    complete = rates.loc[rates.index < pd.Timestamp(market.as_of).to_period("M").to_timestamp(), wanted]
    moves = complete.resample("MS").last().pct_change(fill_method=None).dropna().tail(at_least("months", months, 1))
    perfect = value_changes([hypothetical_derivative(item, market)], moves, market)
    return pd.DataFrame({"item": -perfect, "instrument": value_changes(book, moves, market)})


def cumulative_gains(item: HedgedItem, deals: Iterable[Deal], known: Iterable[Market]) -> pd.DataFrame:
    """Gains since designation at each market's day, in the reporting currency; the first market is the designation's.

    Columns instrument, hypothetical: what `lower_of` takes. Their differences, that of the hypothetical derivative with
    its sign turned, are what `dollar_offset` takes. A deal that had a value at designation counts from it.
    """
    every = list(known)
    if not every:
        raise InputError("There is no market of the day of designation.")
    _same_reporting(item, every[0])
    instrument = fair_values(deals, every)
    hypothetical = fair_values([hypothetical_derivative(item, every[0])], every)
    return pd.DataFrame({"instrument": instrument - instrument.iloc[0], "hypothetical": hypothetical})


def _same_reporting(item: HedgedItem, market: Market) -> None:
    if item.reporting != market.reporting:
        raise InputError(
            "The item is measured in {item}, and the market in {market}.", item=item.reporting, market=market.reporting
        )
