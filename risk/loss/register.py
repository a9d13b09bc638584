"""The risk register: perils with the reasons for their numbers, as a table that people read, correct and keep.

An entry is a peril and why it is believed; a family of risk is a model made of entries. `register_frame` shows the
entries of all families in numbers that people think in: 90 % intervals of events a year and of the cost of one event.
`edited` takes the corrected table back, cell by cell: what cannot be is named and keeps its former value.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from risk.checks import InputError, Sentence, currency_code, not_negative, one_of
from risk.loss.frequency import Frequency, NegativeBinomial, Poisson
from risk.loss.perils import Peril, simulate_perils
from risk.loss.severity import Capped, Fixed, Lognormal, Severity
from risk.loss.streams import spawn
from risk.loss.table import YearLossTable

if TYPE_CHECKING:
    import pandas as pd

BASES = ("data", "facts", "expert")
COVERAGE = 0.9
NUMBERS = ("rate_low", "rate_high", "cost_low", "cost_high", "maximum")
WORDS = ("owner", "reviewed")
WIDEST = 1e9  # between the bounds of a cost: beyond it moments leave the range of numbers
LONGEST = 200  # characters of a word
COLUMNS = ("family", "key", "title", *NUMBERS, "mean", "basis", "source", *WORDS)
_TAILS = ((1 - COVERAGE) / 2, (1 + COVERAGE) / 2)


@dataclass(frozen=True)
class Entry:
    """A peril with its title, the basis of its numbers, who answers for them, and the drivers it shares with others.

    `basis` is "data" (the own order history), "facts" (a sourced table) or "expert" (somebody's estimate); `source`
    says which in a sentence. `loadings` are those of `risk.loss.dependence.rate_factors`, by driver.
    """

    peril: Peril
    title: str
    basis: str
    source: str
    loadings: Mapping[str, float] = field(default_factory=dict)
    owner: str = ""
    reviewed: dt.date | None = None

    def __post_init__(self) -> None:
        one_of("basis", self.basis, BASES)

    @property
    def key(self) -> str:
        """Name of the peril: the driver of its column, and the name of its random streams."""
        return self.peril.name


@dataclass(frozen=True)
class FamilyRisk:
    """A family of risk as a model: its entries' perils side by side, one driver a peril.

    Families subclass it with a name and a constructor that knows their formulas.
    """

    entries: tuple[Entry, ...]
    currency: str
    name: str

    def __post_init__(self) -> None:
        currency_code("currency", self.currency)
        keys = [entry.key for entry in self.entries]
        if not keys or len(set(keys)) < len(keys):
            raise InputError("a family needs perils of different names, got: {names}", names=", ".join(keys) or "none")

    @property
    def perils(self) -> tuple[Peril, ...]:
        """The perils, in the order of the entries."""
        return tuple(entry.peril for entry in self.entries)

    def simulate(self, years: int, rng: Generator, rate_factors: ArrayLike | None = None) -> YearLossTable:
        """Year loss table with one driver a peril; `rate_factors` as in `risk.loss.perils.simulate_years`."""
        return simulate_perils(self.perils, years, spawn(rng, self.name), self.currency, rate_factors)

    def changed(self, change: Callable[[Peril], Peril], names: Collection[str]) -> Self:
        """The family with the named perils changed; names of other families are left to them."""
        entries = (replace(entry, peril=change(entry.peril)) if entry.key in names else entry for entry in self.entries)
        return replace(self, entries=tuple(entries))

    def with_entries(self, entries: Mapping[str, Entry]) -> Self:
        """The family with the entries of these keys replaced."""
        return replace(self, entries=tuple(entries.get(entry.key, entry) for entry in self.entries))


@dataclass(frozen=True)
class CellProblem:
    """A cell of an edited register that cannot be, and why; the row keeps its former numbers."""

    key: str
    column: str
    sentence: Sentence


def register_frame(families: Sequence[FamilyRisk]) -> pd.DataFrame:
    """The register of these families, one row an entry, columns `COLUMNS`; `mean` is the expected loss of a year.

    rate_low, rate_high: where the yearly rate lies with 90 %, equal where it is taken as known; cost_low, cost_high:
    5 % and 95 % quantile of the cost of one event; maximum: most that one event can cost, missing where unlimited.
    """
    return _frame((family.name, entry) for family in families for entry in family.entries)


def _frame(entries: Iterable[tuple[str, Entry]]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame([_row(family, entry) for family, entry in entries], columns=list(COLUMNS))
    frame["reviewed"] = pd.to_datetime(frame["reviewed"])
    return frame.astype(dict.fromkeys((*NUMBERS, "mean"), "float64"))


def edited(families: Sequence[FamilyRisk], frame: pd.DataFrame) -> tuple[list[FamilyRisk], list[CellProblem]]:
    """The families with the rows of an edited register, and the cells that cannot be.

    Only cells that differ from `register_frame` change anything: a changed rate becomes Poisson (equal bounds) or
    negative binomial, a changed cost fixed (equal bounds) or lognormal, capped at the maximum; the basis is then an
    expert's. A row with a problem keeps its former numbers, a word that cannot be its former word; a peril that is not
    in the frame stays as it is.
    """
    found = {entry.key: (family.name, entry) for family in families for entry in family.entries}
    rows, problems = _known(frame, found)
    before = _frame(found[key] for key in rows).set_index("key").to_dict("index")
    entries = {key: _edited_entry(found[key][1], before[key], row, problems) for key, row in rows.items()}
    return [family.with_entries(entries) for family in families], problems


def _known(frame: pd.DataFrame, found: Collection[str]) -> tuple[dict[str, dict[Any, Any]], list[CellProblem]]:
    """The rows by key, and those that belong to no entry or to one that had a row already."""
    rows: dict[str, dict[Any, Any]] = {}
    problems = []
    for row in frame.to_dict("records"):
        key = str(row["key"])
        if key not in found:
            problems.append(CellProblem(key, "key", Sentence("No peril of the register is called {key}.", key=key)))
        elif key in rows:
            problems.append(CellProblem(key, "key", Sentence("{key} has a second row, which was left out.", key=key)))
        else:
            rows[key] = row
    return rows, problems


def read_register(families: Sequence[FamilyRisk], file: Any) -> tuple[list[FamilyRisk], list[CellProblem]]:
    """As `edited`, out of a CSV file that `register_frame(...).to_csv` wrote and somebody changed."""
    return edited(families, read_cells(file, ("key", *NUMBERS), NUMBERS))


def read_cells(file: Any, required: Sequence[str], numbers: Collection[str]) -> pd.DataFrame:
    """The cells of a CSV file, a path or a binary file, as text; missing where empty. InputError where it is no such.

    A spreadsheet of a country that writes decimal commas puts semicolons between the cells: it is read too.
    """
    import pandas as pd

    content = file.read() if hasattr(file, "read") else Path(file).read_bytes()
    try:
        text = content.decode("utf-8-sig")
        comma = text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",")
        frame = pd.read_csv(
            io.StringIO(text), sep=";" if comma else ",", dtype="str", keep_default_na=False, na_values=[""]
        )
    except (ValueError, csv.Error) as error:
        raise InputError("This file is no register in CSV and UTF-8, or it is empty.") from error
    missing = [column for column in required if column not in frame]
    if missing:
        raise InputError("This file is no register: it lacks the columns {columns}.", columns=", ".join(missing))
    for column in numbers if comma else ():
        frame[column] = frame[column].str.replace(",", ".")
    return frame


def _row(family: str, entry: Entry) -> tuple[object, ...]:
    peril = entry.peril
    rate, cost = rate_interval(peril.frequency), peril.severity.quantile(list(_TAILS))
    numbers = (*rate, float(cost[0]), float(cost[1]), _maximum(peril.severity), peril.mean)
    words = (entry.basis, str(entry.source), entry.owner, entry.reviewed)
    return family, entry.key, str(entry.title), *numbers, *words


def rate_interval(frequency: Frequency) -> tuple[float, float]:
    """Where the yearly rate lies with 90 %: gamma quantiles for a negative binomial, its mean twice otherwise."""
    if not isinstance(frequency, NegativeBinomial):
        return frequency.mean, frequency.mean
    from scipy.special import gammaincinv

    low, high = gammaincinv(frequency.shape, np.array(_TAILS)) * (frequency.mean / frequency.shape)
    return float(low), float(high)


def _maximum(severity: Severity) -> float:
    high = severity.unwrapped()[1].high
    return high if math.isfinite(high) else math.nan


def _edited_entry(
    entry: Entry, before: Mapping[Any, Any], row: Mapping[Any, Any], problems: list[CellProblem]
) -> Entry:
    said = _reworded(entry, row, problems)
    changed = [column for column in NUMBERS if not same_cell(before[column], row[column])]
    if not changed:
        return said
    try:
        peril = _edited_peril(entry.peril, row, changed)
    except CellError as error:
        problems.append(CellProblem(entry.key, error.column, error.sentence))
        return said
    return replace(said, peril=peril, basis="expert", source=Sentence("Entered in the register."))


def _reworded(entry: Entry, row: Mapping[Any, Any], problems: list[CellProblem]) -> Entry:
    try:
        entry = replace(entry, owner=_text(row.get("owner", entry.owner)))
        return replace(entry, reviewed=_day(row.get("reviewed", entry.reviewed)))
    except CellError as error:
        problems.append(CellProblem(entry.key, error.column, error.sentence))
        return entry


class CellError(InputError):
    """An InputError that knows its column."""

    def __init__(self, column: str, template: str, **values: object) -> None:
        super().__init__(template, **values)
        self.column = column


def _edited_peril(peril: Peril, row: Mapping[Any, Any], changed: Collection[str]) -> Peril:
    if {"rate_low", "rate_high"} & set(changed):
        peril = replace(peril, frequency=_frequency(*_interval(row, "rate_low", "rate_high")))
    if {"cost_low", "cost_high", "maximum"} & set(changed):
        peril = replace(peril, severity=_severity(*_interval(row, "cost_low", "cost_high"), row["maximum"]))
    return peril


def _interval(row: Mapping[Any, Any], low: str, high: str) -> tuple[float, float]:
    bounds = [number_cell(row, column) for column in (low, high)]
    if bounds[0] > bounds[1]:
        raise CellError(
            low, "The lower bound {low:,g} is above the upper bound {high:,g}.", low=bounds[0], high=bounds[1]
        )
    if 0.0 == bounds[0] < bounds[1]:
        raise CellError(low, "A lower bound of 0 says nothing: enter the smallest number that you hold possible.")
    return bounds[0], bounds[1]


def number_cell(row: Mapping[Any, Any], column: str) -> float:
    """The number of a cell, zero or more; CellError where it is none."""
    if _missing(row[column]):
        raise CellError(column, "A number of 0 or more is missing here.")
    try:
        return not_negative(column, float(row[column]))
    except (InputError, TypeError, ValueError) as error:
        raise CellError(column, "Enter a number of 0 or more, not {value}.", value=row[column]) from error


def _frequency(low: float, high: float) -> Frequency:
    try:
        return Poisson(low) if low == high else NegativeBinomial.from_rate_interval(low, high, COVERAGE)
    except InputError as error:
        raise CellError("rate_high", error.sentence.template, **error.sentence.values) from error


def _severity(low: float, high: float, maximum: Any) -> Severity:
    if high > WIDEST * low:
        raise CellError("cost_high", "{high:,g} is more than a billion times {low:,g}.", low=low, high=high)
    severity = Fixed(low) if low == high else Lognormal.from_interval(low, high, COVERAGE)
    if _missing(maximum):
        return _known_tail(severity, high) if isinstance(severity, Lognormal) else severity
    cap = number_cell({"maximum": maximum}, "maximum")
    if cap < high:
        raise CellError(
            "maximum",
            "The most that one event can cost, {cap:,g}, is below the upper bound {high:,g}.",
            cap=cap,
            high=high,
        )
    return Capped(severity, cap) if cap > 0 else severity


def _known_tail(severity: Lognormal, high: float) -> Lognormal:
    """The cost, whose average must not be made of what lies beyond all that its owner holds possible."""
    if severity.mean > high:
        raise CellError(
            "maximum",
            "The cost has so heavy a tail that its average lies above the upper bound: enter the most that one event "
            "can cost, such as a statutory maximum or the value of the goods.",
        )
    return severity


def same_cell(one: Any, other: Any) -> bool:
    """Whether two cells are the same number, up to the digits that a CSV keeps; missing equals missing."""
    left, right = (math.nan if value is None else value for value in (one, other))
    try:
        left, right = float(left), float(right)
    except (TypeError, ValueError):
        return False
    return (math.isnan(left) and math.isnan(right)) or math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-12)


def _missing(value: Any) -> bool:
    import pandas as pd

    return value is None or pd.isna(value) or value == ""


def _text(value: Any) -> str:
    text = "" if _missing(value) else str(value)
    if len(text) > LONGEST:
        raise CellError("owner", "At most {most} characters fit here.", most=LONGEST)
    return text


def _day(value: Any) -> dt.date | None:
    try:
        return None if _missing(value) else dt.date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise CellError("reviewed", "Write the day as 2026-11-30, not {value}.", value=value) from error
