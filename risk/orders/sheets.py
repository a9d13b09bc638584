"""Worksheets of XLSX and XLS files as records of text."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from python_calamine import CalamineError, CalamineWorkbook

from risk.checks import InputError
from risk.orders import reasons
from risk.orders.dialect import count_known
from risk.orders.records import Odd, Records, column_of

_LINES = 60  # rows in which the header must stand
_EXACT = 1e15  # a spreadsheet keeps 15 digits: longer numbers have lost their end


@dataclass(frozen=True, eq=False)
class Sheet:
    """One worksheet as text: its rows, where its header stands, and how many of its cells are known."""

    name: str
    rows: Sequence[Sequence[str]]
    header_row: int  # from 0, -1: none
    known: int

    @property
    def header(self) -> tuple[str, ...]:
        cells = [cell.strip() for cell in self.rows[self.header_row]]
        while cells and not cells[-1]:
            cells.pop()
        return tuple(cells)


def sheets(data: bytes, known: Collection[str], name: str) -> list[Sheet]:
    """The visible worksheets, the one whose header is known best first; refused when none has a header."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = [_sheet(workbook, sheet, known) for sheet in workbook.sheet_names]
    except CalamineError as error:
        raise InputError("{name} is damaged or protected: its worksheets cannot be read.", name=name) from error
    usable = sorted((sheet for sheet in found if sheet.known), key=lambda sheet: -sheet.known)
    if not usable:
        raise InputError("No worksheet of {name} has the header of an order export.", name=name)
    return usable


def _sheet(workbook: CalamineWorkbook, name: str, known: Collection[str]) -> Sheet:
    table = workbook.get_sheet_by_name(name)
    rows = [[_text(cell) for cell in row] for row in table.to_python(skip_empty_area=False)]
    counts = [count_known(row, known) for row in rows[:_LINES]]
    best = int(np.argmax(counts)) if counts else -1
    return Sheet(name, rows, best, counts[best] if counts and counts[best] > 1 else 0)


def _text(cell: object) -> str:
    """The cell as a text file would have it."""
    if isinstance(cell, float):
        if abs(cell) >= _EXACT:
            return f"{cell:.5E}"
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ", "seconds")
    return str(cell)


def read(sheet: Sheet, wanted: Collection[int]) -> Records:
    """The records below the header."""
    width = len(sheet.header)
    good: list[Sequence[str]] = []
    lines: list[int] = []
    odd: list[Odd] = []
    blank = 0
    for number, row in enumerate(sheet.rows[sheet.header_row + 1 :], start=sheet.header_row + 2):
        if not any(row):
            blank += 1
        elif any(row[width:]):
            odd.append(Odd(number, reasons.TOO_LONG, f"{len(row)} ≠ {width}", tuple(row)))
        else:
            good.append(row)
            lines.append(number)
    columns = {position: column_of([row[position] for row in good]) for position in wanted}
    return Records(columns, np.array(lines, np.int64), tuple(odd), blank, lambda row: good[row])
