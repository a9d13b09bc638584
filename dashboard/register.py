"""What the reader entered into the register and among the counter-measures, kept beside the orders.

Only cells that differ from the prefilled ones are kept, so that newer orders still move all others. Each row is a
document of its own. An amount is kept under its column and currency: entered in one, it says nothing in another.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

import pandas as pd

from dashboard import cached
from dashboard.export import unguarded
from dashboard.i18n import N_
from dashboard.workspace import Workspace
from risk.checks import InputError
from risk.countermeasures import edited_measures, measures_frame
from risk.countermeasures.register import NUMBERS as MEASURE_NUMBERS
from risk.loss import register
from risk.loss.countermeasures import Countermeasure
from risk.loss.register import CellProblem, FamilyRisk, edited, read_cells, register_frame, same_cell

Cells = Mapping[str, Any]  # by column; None is an emptied cell
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Kind(Generic[Thing]):
    """A table that can be edited: how it is made of things and made into things again, and what its columns hold.

    `amounts` are those of `numbers` in the reporting currency. An empty cell of `unlimited` says something by itself,
    elsewhere it stands for the prefilled one.
    """

    table: str
    frame: Callable[[Sequence[Thing]], pd.DataFrame]
    edited: Callable[[Sequence[Thing], pd.DataFrame], tuple[list[Thing], list[CellProblem]]]
    numbers: tuple[str, ...]
    amounts: tuple[str, ...]
    words: tuple[str, ...] = ()
    unlimited: tuple[str, ...] = ()

    @property
    def editable(self) -> tuple[str, ...]:
        """Columns that take an entry."""
        return (*self.numbers, *self.words)


def _register_frame(families: Sequence[FamilyRisk]) -> pd.DataFrame:
    return cached.result(register_frame, tuple(families))  # quantiles of event trees take their time


REGISTER: Kind[FamilyRisk] = Kind(
    "register",
    _register_frame,
    edited,
    register.NUMBERS,
    ("cost_low", "cost_high", "maximum"),
    register.WORDS,
    ("maximum",),
)
MEASURES: Kind[Countermeasure] = Kind("measures", measures_frame, edited_measures, MEASURE_NUMBERS, ("annual_cost",))


def edited_families(
    workspace: Workspace, families: Sequence[FamilyRisk], reporting: str
) -> tuple[list[FamilyRisk], list[CellProblem]]:
    """The prefilled families with what the reader entered, and entries that no longer fit what newer orders prefill.

    A row with such an entry has its prefilled numbers. An entry of a peril that is not there is kept and changes
    nothing: see `Sheet.orphans`.
    """
    return Sheet(workspace, REGISTER, tuple(families), reporting).outcome()


def edited_catalogue(
    workspace: Workspace, measures: Sequence[Countermeasure], reporting: str
) -> tuple[list[Countermeasure], list[CellProblem]]:
    """As `edited_families`, for counter-measures."""
    return Sheet(workspace, MEASURES, tuple(measures), reporting).outcome()


@dataclass(frozen=True, eq=False)
class Sheet(Generic[Thing]):
    """A prefilled table, and what the reader entered into it; read anew at each question, as other tabs may enter too.

    Frames have one row a key of the table, the index.
    """

    workspace: Workspace
    kind: Kind[Thing]
    things: tuple[Thing, ...]
    reporting: str

    @cached_property
    def prefilled(self) -> pd.DataFrame:
        """The table as orders, facts and assumptions fill it."""
        return self.kind.frame(self.things).set_index("key")

    def typed(self) -> dict[str, Cells]:
        """What was entered and holds in the reporting currency, by row; rows without an entry are left out."""
        found = {key: self._here(row) for key, row in self._kept().items()}
        return {key: cells for key, cells in found.items() if cells}

    def outcome(self) -> tuple[list[Thing], list[CellProblem]]:
        """The things as entered, and the entries that cannot be any more."""
        present = set(self.prefilled.index)
        return self._made({key: cells for key, cells in self.typed().items() if key in present})

    def orphans(self) -> list[str]:
        """Keys that have entries, but are not in the table at present."""
        return sorted(set(self.typed()) - set(self.prefilled.index))

    def shown(self) -> pd.DataFrame:
        """The table as it counts."""
        return self.kind.frame(self.outcome()[0]).set_index("key")

    def problems(self, changes: Mapping[str, Cells]) -> list[CellProblem]:
        """Which of these cells cannot be."""
        return self._made(self._rows(changes))[1]

    def put(self, changes: Mapping[str, Cells]) -> list[CellProblem]:
        """Keep these cells, those of a row together or not at all; what cannot be is named and not kept."""
        rows = self._rows(changes)
        problems = self._made(rows)[1]
        wrong = {problem.key for problem in problems}
        self._keep({key: cells for key, cells in rows.items() if key not in wrong})
        return problems

    def take(self, content: bytes) -> tuple[int, list[CellProblem]]:
        """Keep the rows of a file that `csv` wrote and somebody changed: how many changed, and what cannot be.

        A row that cannot be stays as it is. InputError when the file is no such table, or in another currency.
        """
        frame = read_cells(io.BytesIO(content), ("key", "currency", *self.kind.numbers), self.kind.numbers)
        self._same_currency(frame["currency"])
        known = frame[frame["key"].isin(self.prefilled.index)].drop_duplicates("key")
        unknown = self.kind.edited(self.things, frame.drop(index=known.index))[1]
        before = self.typed()
        changes = {str(row["key"]): self._cells(row) for row in known.to_dict("records")}
        problems = self.put(changes)
        now = self.typed()
        return sum(before.get(key) != now.get(key) for key in changes), [*unknown, *problems]

    def csv(self) -> pd.DataFrame:
        """The table for download."""
        return self.shown().reset_index().assign(currency=self.reporting)

    def clear(self) -> None:
        """Back to the prefilled values, which can be undone."""
        kept = self._kept()
        self.workspace.keep_all({self._name(key): {} for key in self.prefilled.index if kept.get(key)})

    def undo(self) -> None:
        """Take the newest change back."""
        self.workspace.undo(*self._names())

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return self.workspace.can_undo(*self._names())

    def _rows(self, changes: Mapping[str, Cells]) -> dict[str, Cells]:
        """What would be kept of each row after these changes."""
        before, typed = self.prefilled, self.typed()
        return {
            key: self._different(before.loc[key], {**typed.get(key, {}), **cells}) for key, cells in changes.items()
        }

    def _made(self, rows: Mapping[str, Cells]) -> tuple[list[Thing], list[CellProblem]]:
        """The things with these cells in place of the prefilled ones."""
        if not rows:
            return list(self.things), []
        frame = self.prefilled.loc[list(rows)].astype(object)
        for key, cells in rows.items():
            for column, value in cells.items():
                frame.loc[key, column] = value
        return self.kind.edited(self.things, frame.reset_index())

    def _different(self, before: pd.Series[Any], cells: Cells) -> Cells:
        """The cells that say something else than the prefilled ones; an emptied one only where it means unlimited."""
        return {
            column: value
            for column, value in cells.items()
            if not _same(before[column], value) and (value is not None or column in self.kind.unlimited)
        }

    def _keep(self, rows: Mapping[str, Cells]) -> None:
        kept = self._kept()
        elsewhere = {key: self._elsewhere(kept.get(key, {})) for key in rows}
        documents = {
            key: {**elsewhere[key], **{self._stored(column): _plain(value) for column, value in cells.items()}}
            for key, cells in rows.items()
        }
        self.workspace.keep_all(
            {self._name(key): document for key, document in documents.items() if document != kept.get(key, {})}
        )

    def _here(self, row: Cells) -> dict[str, Any]:
        """The cells of a kept row that hold in the reporting currency, by column."""
        names = {self._stored(column): column for column in self.kind.editable}
        return {names[name]: value for name, value in row.items() if name in names}

    def _elsewhere(self, row: Cells) -> dict[str, Any]:
        names = {self._stored(column) for column in self.kind.editable}
        return {name: value for name, value in row.items() if name not in names}

    def _stored(self, column: str) -> str:
        return f"{column}/{self.reporting}" if column in self.kind.amounts else column

    def _kept(self) -> dict[str, Cells]:
        return self.workspace.kept_rows(self.kind.table)

    def _name(self, key: str) -> str:
        return f"{self.kind.table}/{key}"

    def _names(self) -> list[str]:
        return [self._name(key) for key in self.prefilled.index]

    def _cells(self, row: Mapping[Any, Any]) -> dict[str, Any]:
        """The cells of a row of a file: numbers where they are some, else the text, to be complained about."""
        return {
            column: _number(row[column]) if column in self.kind.numbers else unguarded(row[column])
            for column in self.kind.editable
            if column in row
        }

    def _same_currency(self, named: pd.Series[Any]) -> None:
        others = sorted(set(named.dropna()) - {self.reporting})
        if others:
            raise InputError(
                N_("The amounts of this file are in {found}, you report in {currency}."),
                found=", ".join(map(str, others)),
                currency=self.reporting,
            )


def _same(before: Any, value: Any) -> bool:
    missing = [one is None or one == "" or pd.isna(one) for one in (before, value)]
    if any(missing):
        return all(missing)
    return same_cell(before, value) or _plain(before) == _plain(value)


def _plain(value: Any) -> Any:
    """A cell as JSON keeps it: days in digits."""
    return value.strftime("%Y-%m-%d") if isinstance(value, dt.date) else value


def _number(cell: Any) -> Any:
    if pd.isna(cell):
        return None
    try:
        return float(cell)
    except ValueError:
        return cell
