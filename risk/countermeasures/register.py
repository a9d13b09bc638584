"""The measures as a table that people read, correct and keep: what each costs, and which shares it takes away.

A measure has a row with its cost, whose key is the measure's, and one for each peril it acts on, with the shares and
the key "measure:peril". A measure that changes a whole model, a hedge or an insurance, has its cost alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd

from risk.checks import Sentence
from risk.loss.countermeasures import Countermeasure, Effect, Share
from risk.loss.register import CellError, CellProblem, number_cell, read_cells, same_cell

FREQUENCY = ("frequency_low", "frequency_mode", "frequency_high")
SEVERITY = ("severity_low", "severity_mode", "severity_high")
NUMBERS = ("annual_cost", *FREQUENCY, *SEVERITY)
COLUMNS = ("key", "title", "peril", *NUMBERS, "basis", "source")


class Line(NamedTuple):
    """A row of the table: the cost of a measure, or its effect on a peril."""

    measure: Countermeasure
    peril: str = ""

    @property
    def key(self) -> str:
        """Key of the row."""
        return f"{self.measure.key}:{self.peril}" if self.peril else self.measure.key

    @property
    def cells(self) -> dict[str, object]:
        """The row as it is shown."""
        measure, effect = self.measure, self.measure.effects.get(self.peril)
        numbers: tuple[float, ...] = (measure.annual_cost, *(math.nan,) * 6)
        if effect is not None:
            numbers = (math.nan, *effect.frequency, *effect.severity)
        words = (self.key, str(measure.title), self.peril, *numbers, measure.basis, str(measure.source))
        return dict(zip(COLUMNS, words, strict=True))


def measures_frame(measures: Sequence[Countermeasure]) -> pd.DataFrame:
    """The measures as a table, columns `COLUMNS`; costs a year in the reporting currency, shares between 0 and 1.

    `frequency_*` are the least, most likely and most share of the events prevented, `severity_*` of the cost saved.
    """
    frame = pd.DataFrame([line.cells for line in _lines(measures)], columns=list(COLUMNS))
    return frame.astype(dict.fromkeys(NUMBERS, "float64"))


def edited_measures(
    measures: Sequence[Countermeasure], frame: pd.DataFrame
) -> tuple[list[Countermeasure], list[CellProblem]]:
    """The measures with the rows of an edited table, and the cells that cannot be.

    Only cells that differ from `measures_frame` change anything; the basis is then an expert's. A row with a problem
    keeps its former numbers. A measure that is not in the table stays as it is.
    """
    lines = {line.key: line for line in _lines(measures)}
    edited = {measure.key: measure for measure in measures}
    problems: list[CellProblem] = []
    for row in frame.to_dict("records"):
        key = str(row["key"])
        line = lines.pop(key, None)
        if line is None:
            said = Sentence("No measure of the table is called {key}, or it has another row.", key=key)
            problems.append(CellProblem(key, "key", said))
            continue
        try:
            edited[line.measure.key] = _edited(edited[line.measure.key], line, row)
        except CellError as error:
            problems.append(CellProblem(key, error.column, error.sentence))
    return [edited[measure.key] for measure in measures], problems


def read_measures(measures: Sequence[Countermeasure], file: Any) -> tuple[list[Countermeasure], list[CellProblem]]:
    """As `edited_measures`, out of a CSV file that `measures_frame(...).to_csv` wrote and somebody changed."""
    return edited_measures(measures, read_cells(file, ("key", *NUMBERS), NUMBERS))


def _lines(measures: Sequence[Countermeasure]) -> Iterator[Line]:
    for measure in measures:
        yield Line(measure)
        yield from (Line(measure, peril) for peril in measure.effects)


def _edited(measure: Countermeasure, line: Line, row: Mapping[Any, Any]) -> Countermeasure:
    """The measure with what the row changes; CellError at the cell that cannot be."""
    before = line.cells
    changed = [column for column in NUMBERS if not same_cell(before[column], row[column])]
    if not changed:
        return measure
    if line.peril:
        measure = replace(measure, effects={**measure.effects, line.peril: _effect(line, row, changed)})
    else:
        measure = replace(measure, annual_cost=_cost(row, changed))
    return replace(measure, basis="expert", source=Sentence("Entered in the register."))


def _cost(row: Mapping[Any, Any], changed: Sequence[str]) -> float:
    if changed != ["annual_cost"]:
        raise CellError(changed[-1], "The shares of a measure stand in the rows of its perils, not beside its cost.")
    return number_cell(row, "annual_cost")


def _effect(line: Line, row: Mapping[Any, Any], changed: Sequence[str]) -> Effect:
    if "annual_cost" in changed:
        raise CellError("annual_cost", "The cost of a measure stands in the row {key}.", key=line.measure.key)
    return Effect(_share(row, FREQUENCY), _share(row, SEVERITY))


def _share(row: Mapping[Any, Any], columns: tuple[str, str, str]) -> Share:
    low, mode, high = (_part(row, column) for column in columns)
    for column, one, next_one in ((columns[0], low, mode), (columns[1], mode, high)):
        if one > next_one:
            raise CellError(
                column,
                "The share {one:g} is above the next one, {next:g}: the three must rise.",
                one=one,
                next=next_one,
            )
    return low, mode, high


def _part(row: Mapping[Any, Any], column: str) -> float:
    part = number_cell(row, column)
    if part > 1.0:
        raise CellError(column, "A share is at most 1, which is all of it; {part:g} is more.", part=part)
    return part
