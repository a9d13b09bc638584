"""Facts that their reader may correct: the published tables, and over them the cells that somebody entered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import pandas as pd

from risk.checks import Sentence
from risk.reference.cells import NUMBERS, CellError, Value, cell, checked, correctable, in_order, missing
from risk.reference.tables import read

# The tables that can be corrected, and the columns that tell their rows apart.
KEYS: Mapping[str, tuple[str, ...]] = {
    "carrier_liability": ("id",),
    "de_minimis": ("iso2", "origin", "effective_from"),
    "disruptions": ("id", "quantity"),
    "fine_severity": ("dataset", "statistic"),
    "fines": ("id",),
    "hold_times": ("exam", "source"),
    "ip_index": ("iso2",),
    "ip_statistics": ("id",),
    "lpi": ("iso2", "component"),
    "marketplace_limits": ("platform", "metric", "window_days"),
    "measure_prices": ("id",),
    "parcel_charges": ("id",),
    "return_rates": ("group", "measure"),
    "trade_statistics": ("id",),
    "transit_times": ("mode",),
    "vat": ("iso2", "effective_to"),
    "watch_list": ("iso2",),
}
# What the perils of each family are made of, and what is good to know beside it but in no number.
FAMILY_TABLES: Mapping[str, tuple[str, ...]] = {
    "legal": ("fines", "fine_severity", "vat", "de_minimis", "parcel_charges", "trade_statistics"),
    "logistics": ("hold_times", "trade_statistics", "carrier_liability", "disruptions"),
    "ip": ("fines", "ip_statistics", "watch_list"),
    "quality": ("return_rates", "marketplace_limits"),
}
BACKGROUND_TABLES: Mapping[str, tuple[str, ...]] = {"logistics": ("transit_times", "lpi"), "ip": ("ip_index",)}

ENTERED = Sentence("Entered by you")


class Override(NamedTuple):
    """A cell that somebody entered, and the day on which."""

    table: str
    row: str
    column: str
    value: Value
    on: date


class Refused(NamedTuple):
    """A row of which nothing was taken, and why."""

    table: str
    row: str
    error: CellError


@dataclass(frozen=True)
class Facts:
    """The tables of `data/reference/` with the cells that a user entered in place of the published ones.

    Values are those of the files: percent where a column's name ends in `_pct`. A row with a number or a day of the
    user has the source `ENTERED`, the day of the entry and the user's confidence ("own" unless chosen). Equal facts
    are equal and hash alike, so that caches can be keyed by them.
    """

    overrides: tuple[Override, ...] = ()

    @classmethod
    def of(cls, cells: Iterable[Iterable[Any]]) -> tuple[Facts, list[Refused]]:
        """The facts whose `cells()` were kept, and the rows that the tables no longer take."""
        rows: dict[tuple[str, str], dict[str, tuple[Any, date]]] = {}
        for table, row, column, value, on in cells:
            rows.setdefault((table, row), {})[column] = (value, date.fromisoformat(on))
        facts: Facts = cls()
        refused: list[Refused] = []
        for (table, row), entered in rows.items():  # a row at once: its ends may be in order only together
            try:
                facts = facts._with_row(table, row, entered)
            except CellError as error:
                refused.append(Refused(table, row, error))
        return facts, refused

    def cells(self, table: str | None = None) -> list[list[str | float]]:
        """The overrides, of one table if it is named, as JSON has them: table, row, column, value, day."""
        chosen = (override for override in self.overrides if table in (None, override.table))
        return [[part.isoformat() if isinstance(part, date) else part for part in override] for override in chosen]

    def table(self, name: str, index: str | list[str] | None = None) -> pd.DataFrame:
        """One table as `risk.reference.tables.read` has it, with the user's cells in it."""
        table = read(name)
        keys = row_keys(name) if name in self._tables else ()
        for row in self.rows(name):
            _enter(table, keys.index(row), [override for override in self.overrides if override[:2] == (name, row)])
        return table.set_index(index) if index else table

    def rows(self, table: str) -> list[str]:
        """The rows of a table in which something was entered."""
        return sorted({override.row for override in self.overrides if override.table == table})

    def edited(self, table: str, row: str, cells: Mapping[str, Any], on: date) -> Facts:
        """With these cells of a row, entered on a day; None or the published value takes the published one back.

        CellError names the first cell that cannot be: nothing of the row is then taken.
        """
        return self._with_row(table, row, {column: (entered, on) for column, entered in cells.items()})

    def _with_row(self, table: str, row: str, cells: Mapping[str, tuple[Any, date]]) -> Facts:
        published = _row(table, row)
        mine = {override.column: override for override in self.overrides if override[:2] == (table, row)}
        for column, (entered, on) in cells.items():
            value = None if missing(entered) else checked(table, published, column, entered)
            if value is None or value == cell(column, published[column]):
                mine.pop(column, None)
            elif column not in mine or mine[column].value != value:
                mine[column] = Override(table, row, column, value, on)
        now = {column: cell(column, published[column]) for column in correctable(published)}
        in_order({**now, **{column: override.value for column, override in mine.items()}}, cells)
        others = (override for override in self.overrides if override[:2] != (table, row))
        return Facts(tuple(sorted((*others, *mine.values()), key=lambda override: override[:3])))

    def without(self, table: str) -> Facts:
        """With the published facts of one table."""
        return Facts(tuple(override for override in self.overrides if override.table != table))

    @property
    def _tables(self) -> set[str]:
        return {override.table for override in self.overrides}


FACTS = Facts()


@lru_cache(maxsize=64)
def row_keys(name: str) -> tuple[str, ...]:
    """What names each row of a published table: its key columns, with a stroke between them."""
    columns = read(name)[list(KEYS[name])]
    rows = columns.astype(object).where(columns.notna(), "").itertuples(index=False)
    return tuple(" | ".join(str(part)[:10] if isinstance(part, date) else str(part) for part in row) for row in rows)


def _row(table: str, row: str) -> dict[str, Any]:
    keys = row_keys(table) if table in KEYS else ()
    if row not in keys:
        raise CellError("row", "The table {table} has no row {row} any more.", table=table, row=row)
    return {str(column): value for column, value in read(table).iloc[keys.index(row)].items()}


def _enter(table: pd.DataFrame, place: int, overrides: Iterable[Override]) -> None:
    """Write the overrides of one row into a table, and into the row whose it is."""
    cells = {override.column: override.value for override in overrides}
    days = [override.on for override in overrides if override.column != "confidence"]
    if days:
        said: dict[str, Value] = {"source": str(ENTERED), "as_of": max(days), "basis": "own", "confidence": "own"}
        cells = {**said, **cells}
    for column, value in cells.items():
        if column in NUMBERS:
            table[column] = table[column].astype("float64")
        table.loc[place, column] = pd.Timestamp(value) if isinstance(value, date) else value
