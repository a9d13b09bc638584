"""What a year of trade amounts to, out of the orders."""

from __future__ import annotations

import pandas as pd

from risk.calibration.answers import Answers
from risk.calibration.conversion import Money
from risk.checks import InputError, Sentence
from risk.trade import Destination, Trade

MARGIN = 0.3  # of sales, where no order line says what its goods cost: a starting assumption
A_YEAR = 0.9  # observed years from which on a season is not missing


def trade_of(answers: Answers, money: Money, margin: float | None = None) -> tuple[Trade, list[Sentence]]:
    """The trade of a year, and what to know of it; `margin` as in `calibrate`. InputError without sales."""
    sales = money.of(answers.destinations, "sales")
    if not answers.years or not sales["sales"].sum() > 0:
        raise InputError("There are no sales with a date and a known currency to learn from.")
    places, unknown = _destinations(sales, answers.years)
    left, assumed = _margin(answers, money) if margin is None else (margin, [])
    trade = Trade(money.reporting, answers.years, places, answers.articles, left, unknown)
    return trade, [*_left_out(sales, money), *_short(answers), *_unplaced(trade), *assumed]


def _destinations(sales: pd.DataFrame, years: float) -> tuple[tuple[Destination, ...], float]:
    """Sales of a year by country, and those whose country is not known."""
    named = sales.dropna(subset="country").groupby("country")[["sales", "orders", "units"]].sum() / years
    known = named[named["sales"] > 0].sort_values("sales", ascending=False)
    places = tuple(
        Destination(str(code), *map(float, row)) for code, row in zip(known.index, known.to_numpy(), strict=True)
    )
    return places, float(sales.loc[sales["country"].isna(), "sales"].sum()) / years


def _left_out(sales: pd.DataFrame, money: Money) -> list[Sentence]:
    return [
        Sentence("Orders in {currency} are left out: there is no exchange rate of the day.", currency=code)
        for code in money.unknown(sales)
    ]


def _short(answers: Answers) -> list[Sentence]:
    if answers.years >= A_YEAR:
        return []
    days = round(answers.years * 365.25)
    said = "The orders cover {days} days only: a year is taken for as many times that, whatever the season."
    return [Sentence(said, days=days)]


def _unplaced(trade: Trade) -> list[Sentence]:
    if not trade.destinations:
        return [Sentence("No order names its destination: what depends on it is left out.")]
    if not trade.unknown_destination:
        return []
    return [
        Sentence("{share:.1%} of sales have no known destination.", share=trade.unknown_destination / trade.turnover)
    ]


def _margin(answers: Answers, money: Money) -> tuple[float, list[Sentence]]:
    """Share of sales left after goods, fees and freight; the starting assumption where no goods have a cost."""
    sums = money.of(answers.margins, "sales", "fees", "costed", "goods", "freight").sum(numeric_only=True)
    if sums["costed"] > 0:
        share = sums["goods"] / sums["costed"] + (sums["fees"] + sums["freight"]) / sums["sales"]
        return float(min(1.0 - share, 1.0)), []
    said = Sentence(
        "No order line says what its goods cost: {margin:.0%} of sales are taken to be left after goods, freight "
        "and fees, a starting assumption. Enter your own among the assumptions.",
        margin=MARGIN,
    )
    return MARGIN, [said]
