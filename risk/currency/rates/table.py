"""Exchange rates out of a table that the user has: a CSV file, a frame."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd

from risk.checks import InputError, currency_code
from risk.currency.rates.ecb import ecb_rates

_MISSING = {"", "-", ".", "N/A", "NA", "NaN", "nan", "null"}
_DAY_FIRST = {
    True: ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"),
    False: ("%m/%d/%Y", "%m.%d.%Y", "%m-%d-%Y"),
}
_TOLERANCE = 0.25  # in logarithm from the ECB's rates on the same days, or
_NOISE = 0.02  # between two sources of one rate at different hours of a day
_PIVOTS = ("USD", "EUR", "CNY")  # over which rates in a currency that the ECB does not know are compared
_LATER_TOLERANCE = 2.0  # from its last one, for a file that begins after it


def read_rates_csv(file: str | Path | bytes | BinaryIO, reporting: str, *, inverse: bool = False) -> pd.DataFrame:
    """Rates from a CSV file: units of `reporting` for 1 unit of the column's currency (`inverse`: the other way).

    ::

        date;USD;JPY          first column: the day; then one column a currency, headed by its code
        2026-10-29;0,8985;0,0056843
        2026-10-30;0,8951;    an empty cell is a day without a rate

    Comma, semicolon or tab; decimal point or comma; days as 2026-10-30, 30.10.2026 or, when the days tell which comes
    first, 30/10/2026. Raises InputError naming line and column, and when the rates are upside down or a power of ten
    away from those of the ECB.
    """
    currency_code("reporting", reporting)
    cells = _cells(_text(file))
    dates = _dates(cells.iloc[:, 0])
    values = pd.DataFrame({_code(header): _numbers(cells[header]) for header in cells.columns[1:]})
    rates = values.set_index(dates).rename_axis(index="date").sort_index().drop(columns=reporting, errors="ignore")
    return checked_direction(1.0 / rates if inverse else rates, reporting)


def crossed(rates: pd.DataFrame, base: str, reporting: str) -> pd.DataFrame:
    """The same rates against another currency: from units of `base` to units of `reporting` for 1 unit of each.

    Days without a rate of `reporting` are left out. Raises InputError when there is none at all: rates of one provider
    are never completed by those of another.
    """
    if reporting == currency_code("base", base):
        return rates
    if reporting not in rates.columns or rates[reporting].isna().all():
        raise InputError(
            "These rates are against {base} and hold no {reporting}, so that nothing can be converted into it.",
            base=base,
            reporting=reporting,
        )
    known = rates[rates[reporting].notna()]
    return known.assign(**{base: 1.0}).drop(columns=reporting).div(known[reporting], axis=0)


def checked_direction(rates: pd.DataFrame, reporting: str) -> pd.DataFrame:
    """The rates, once compared with the ECB's: direction, and units of 1 rather than 100.

    Currencies that the ECB does not publish pass unchecked. Where it does not publish the reporting currency, the
    others are compared as crosses over one of them, which tells their direction.
    """
    published = ecb_rates("EUR").assign(EUR=1.0)
    common = [code for code in rates.columns if code in published.columns and rates[code].notna().any()]
    if reporting not in published.columns:
        over = next((code for code in _PIVOTS if code in common), common[0] if common else None)
        if over is None:
            return rates
        _check(crossed(rates[common], reporting, over).drop(columns=reporting), published, over, reporting)
    else:
        _check(rates[common], published, reporting, reporting)
    return rates


def _check(rates: pd.DataFrame, per_euro: pd.DataFrame, quote: str, reporting: str) -> None:
    """Raises InputError at the first column of rates in `quote` that differs from the ECB's."""
    published = crossed(per_euro, "EUR", quote)
    for code in rates.columns.intersection(published.columns):
        _check_level(rates[code].dropna(), published[code].dropna(), str(code), quote, reporting)


def _text(file: str | Path | bytes | BinaryIO) -> str:
    data = Path(file).read_bytes() if isinstance(file, str | Path) else file if isinstance(file, bytes) else file.read()
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError("The file of rates is not text in UTF-8 or UTF-16: save it as CSV (UTF-8).") from error


def _cells(text: str) -> pd.DataFrame:
    header = text.split("\n", 1)[0]
    delimiter = max(";\t,", key=header.count)
    try:
        cells = pd.read_csv(
            io.StringIO(text),
            sep=delimiter,
            dtype=str,
            keep_default_na=False,
            skip_blank_lines=False,
        )
    except ValueError as error:  # pandas names the line
        raise InputError("The file of rates cannot be read as a table: {error}", error=str(error)) from error
    cells = cells[(cells != "").any(axis=1)]
    if cells.shape[1] < 2 or cells.empty:
        raise InputError("The file of rates needs a first column of dates, one column a currency, and a row a day.")
    return cells


def _code(header: str) -> str:
    code = header.strip().upper()
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise InputError(
            "Column {header} of the file of rates is not headed by a three-letter currency code such as USD.",
            header=header,
        )
    return code


def _dates(column: pd.Series[str]) -> pd.DatetimeIndex:
    text = column.str.strip()
    iso = pd.to_datetime(text.str.replace(r"[./]", "-", regex=True), format="%Y-%m-%d", errors="coerce")
    candidates = [iso, pd.to_datetime(text, format="%Y%m%d", errors="coerce")]
    candidates += [pd.to_datetime(text, format=f, errors="coerce") for f in (*_DAY_FIRST[True], *_DAY_FIRST[False])]
    best = max(candidates, key=lambda dates: dates.notna().sum())
    if best.isna().any():
        line, cell = _first(best.isna(), text)
        raise InputError(
            "Line {line} of the file of rates: {cell} is not a date such as 2026-10-30.", line=line, cell=cell
        )
    same = [dates for dates in candidates if dates.notna().all() and not dates.equals(best)]
    if same and "." not in text.iloc[0]:  # 30.10.2026 is written day first everywhere
        raise InputError("The dates of the rates can be day/month or month/day: write them as 2026-10-30.")
    if best.duplicated().any():
        line, cell = _first(best.duplicated(), text)
        raise InputError("Line {line} of the file of rates: {cell} is there twice.", line=line, cell=cell)
    return pd.DatetimeIndex(best)


def _numbers(column: pd.Series[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    text = column.str.strip().where(~column.str.strip().isin(_MISSING))
    if not text.str.contains(".", regex=False).fillna(False).any():
        text = text.str.replace(",", ".", regex=False)
    values = pd.to_numeric(text, errors="coerce")
    wrong = (values.isna() & text.notna()) | (values <= 0) | np.isinf(values)
    if wrong.any():
        line, cell = _first(wrong, column)
        raise InputError(
            "Line {line}, column {column} of the file of rates: {cell} is not a rate above zero.",
            line=line,
            column=column.name,
            cell=cell,
        )
    return values.to_numpy(dtype=np.float64)


def _first(wrong: pd.Series[bool], text: pd.Series[str]) -> tuple[int, str]:
    """Line number, the header being line 1, and cell of the first that is wrong."""
    place = wrong.idxmax()
    return int(place) + 2, str(text.loc[place])  # type: ignore[call-overload]


def _check_level(rate: pd.Series[float], published: pd.Series[float], code: str, quote: str, reporting: str) -> None:
    common = rate.index.intersection(published.index)
    ours, theirs = (rate[common], published[common]) if len(common) else (rate.head(1), published.tail(1))
    if ours.empty or theirs.empty:
        return
    here, there = ours.to_numpy(), theirs.to_numpy()
    off, inverse_off = (float(np.median(np.abs(np.log(ratio)))) for ratio in (here / there, here * there))
    # On the same days an inverted rate near 1 (USD in EUR) is told by fitting better the other way round.
    if off <= (min(_TOLERANCE, inverse_off + _NOISE) if len(common) else _LATER_TOLERANCE):
        return
    found = {"code": code, "quote": quote, "reporting": reporting}
    levels = {"here": f"{np.median(here):.6g}", "there": f"{np.median(there):.6g}"}
    raise _wrong_level({**found, **levels}, upside_down=inverse_off < off)


def _wrong_level(found: dict[str, str], *, upside_down: bool) -> InputError:
    if upside_down:
        return InputError(
            "The rates of {code} are upside down: 1 {code} reads as {here} {quote} where the ECB has {there}. "
            "Say that the file gives {code} for 1 {reporting}.",
            **found,
        )
    return InputError(
        "The rates of {code} are not for 1 {code}: it reads as {here} {quote} where the ECB has {there}. "
        "Are they quoted for 100 units?",
        **found,
    )
