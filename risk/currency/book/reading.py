"""Reads the hedge book out of a CSV file: good deals, and the rows that are none with line and reason."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from risk.checks import InputError, Sentence
from risk.currency.book.deal import COLUMNS, Deal, HedgeBook

REQUIRED = COLUMNS[:8]  # counterparty and reference may be empty
EXAMPLES = (  # invented
    "forward,sell,USD,250000,7.0512,CNY,2026-10-05,2027-01-29,Example Bank,FX-0001",
    "ndf,buy,INR,8000000,0.0807,CNY,2026-10-05,2026-12-31,Example Bank,FX-0002",
)
_SPACES = re.compile(r"[\s\u00a0\u202f\u2007']+")
_PLAIN = re.compile(r"\d+([.,]\d+)?|[.,]\d+")
_GROUPED = re.compile(r"\d{1,3}(([.,])\d{3})(\2\d{3})*((?!\2)[.,]\d+)?")
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")  # 1,250 is a thousand here and a unit there


@dataclass(frozen=True)
class Quarantined:
    """A row that is no deal: the line in which it begins (the header is line 1), why, and what it says."""

    line: int
    reason: Sentence
    text: str


@dataclass(frozen=True)
class BookReading:
    """What a file holds: rows below the header == deals accepted + rows set aside, always.

    `ignored` are columns whose heading is not known.
    """

    book: HedgeBook
    quarantine: tuple[Quarantined, ...]
    rows: int
    ignored: tuple[str, ...] = ()


def read_book(file: bytes) -> BookReading:
    """The deals of a CSV file with comma, semicolon or tab, in UTF-8 or UTF-16, columns in any order.

    ::

        kind,side,currency,amount,rate,against,trade_date,value_date,counterparty,reference
        forward,sell,USD,250000,7.0512,CNY,2026-10-05,2027-01-29,Example Bank,FX-0001
        ndf,buy,INR,8000000,0.0807,CNY,2026-10-05,2026-12-31,Example Bank,FX-0002

    kind: forward or ndf. side: buy or sell, of `currency`. amount: in `currency`, above zero. rate: units of `against`
    for 1 unit of it. Days as 2026-10-05 or 05.10.2026. A decimal comma is read too; an amount such as 1,250 that can be
    two numbers is set aside. Headings may be in capitals and with spaces. Empty lines are no rows. InputError where the
    file as a whole cannot be read or a column is missing.
    """
    records = list(_records(_text(file)))
    if not records:
        raise InputError("The file of deals is empty: it needs a header and a row a deal.")
    _, header = records[0]
    names = [_heading(cell) for cell in header]
    _check_header(names)
    deals: list[Deal] = []
    aside: list[Quarantined] = []
    for line, cells in records[1:]:
        try:
            deals.append(_deal(names, cells))
        except InputError as error:
            aside.append(Quarantined(line, error.sentence, " | ".join(cells)))
    unknown = tuple(cell for cell, name in zip(header, names, strict=True) if name not in COLUMNS)
    return BookReading(HedgeBook(tuple(deals)), tuple(aside), len(records) - 1, unknown)


def template() -> bytes:
    """The file to fill in, as CSV in UTF-8 with its mark, so that spreadsheets read it: header and two examples."""
    return "\r\n".join([",".join(COLUMNS), *EXAMPLES, ""]).encode("utf-8-sig")


def _text(file: bytes) -> str:
    encoding = "utf-16" if file[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return file.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError("The file of deals is not text in UTF-8 or UTF-16: save it as CSV (UTF-8).") from error


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line in which a record begins, and its cells; records without any text are left out."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    begins = 1
    try:
        for record in reader:
            cells = [cell.strip() for cell in record]
            if any(cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            "The file of deals cannot be read from line {line} on: {error}.", line=begins, error=str(error)
        ) from error


def _heading(cell: str) -> str:
    return re.sub(r"[\s\-_]+", "_", cell.strip().casefold())


def _check_header(names: list[str]) -> None:
    if missing := [name for name in REQUIRED if name not in names]:
        raise InputError("The file of deals has no column {missing}.", missing=", ".join(missing))
    if twice := sorted({name for name in names if name in COLUMNS and names.count(name) > 1}):
        raise InputError("The file of deals has more than one column {twice}.", twice=", ".join(twice))


def _deal(names: list[str], cells: list[str]) -> Deal:
    if len(cells) > len(names) and any(cells[len(names) :]):
        raise InputError("The row has {cells} cells and the header {names}.", cells=len(cells), names=len(names))
    said = {**dict.fromkeys(COLUMNS, ""), **dict(zip(names, cells, strict=False))}
    if empty := [name for name in REQUIRED if not said[name]]:
        raise InputError("There is nothing in {empty}.", empty=", ".join(empty))
    return Deal(
        kind=said["kind"].casefold(),
        side=said["side"].casefold(),
        currency=said["currency"].upper(),
        amount=_number("amount", said["amount"]),
        rate=_number("rate", said["rate"]),
        against=said["against"].upper(),
        trade_date=_day("trade_date", said["trade_date"]),
        value_date=_day("value_date", said["value_date"]),
        counterparty=said["counterparty"],
        reference=said["reference"],
    )


def _number(name: str, cell: str) -> float:
    """The number of a cell; a rate has no thousands, so that its only mark is the decimal one."""
    text = _SPACES.sub("", cell)
    if name == "amount" and _EITHER.fullmatch(text):
        raise InputError(
            "The amount {cell} can be two numbers: write it without a mark for thousands.",
            cell=cell,
        )
    if _PLAIN.fullmatch(text):
        return float(text.replace(",", "."))
    if grouped := _GROUPED.fullmatch(text):
        mark = grouped[2]
        return float(text.replace(mark, "").replace(",", "."))
    raise InputError("Column {name}: {cell} is not a number above zero.", name=name, cell=cell)


def _day(name: str, cell: str) -> dt.date:
    text = cell.split(" ")[0].split("T")[0]  # spreadsheets add a time of midnight
    for written in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return dt.datetime.strptime(text, written).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise InputError("Column {name}: {cell} is not a day such as 2026-10-30.", name=name, cell=cell)
