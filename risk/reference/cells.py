"""Which cells of the fact tables can be corrected, and what each may hold."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from risk.checks import InputError, Sentence

Value = float | str | date
CONFIDENCES = ("own", "high", "medium-high", "medium", "medium-low", "low")


class CellError(InputError):
    """An InputError that knows its column."""

    def __init__(self, column: str, template: str, **values: object) -> None:
        super().__init__(template, **values)
        self.column = column


class Bounds(NamedTuple):
    """What a number may be: at `low` or, with `above`, above it, and at most `high`."""

    low: float = 0.0
    high: float = math.inf
    above: bool = False

    def hold(self, value: float) -> bool:
        """Whether the number lies within."""
        return self.low <= value <= self.high and math.isfinite(value) and not (self.above and value == self.low)

    @property
    def template(self) -> str:
        """What to say of a number that does not."""
        if self.high < math.inf:
            return Sentence("Enter a number from {low:g} to {high:g}, not {value}.", low=0, high=0, value=0).template
        if self.above:
            return Sentence("Enter a number above {low:g}, not {value}.", low=0, value=0).template
        return Sentence("Enter a number of {low:g} or more, not {value}.", low=0, value=0).template


AMOUNT, RANGE = Bounds(), Bounds(above=True)  # of a range both ends are above zero: it becomes a lognormal
NUMBERS: Mapping[str, Bounds] = {
    **dict.fromkeys(("fixed_cap", "duty_multiple", "per_unit_min", "per_unit_max", "charge", "value_up_to"), AMOUNT),
    **dict.fromkeys(("duty_de_minimis", "tax_de_minimis", "cost_low", "cost_high", "per_kg", "per_package"), AMOUNT),
    **dict.fromkeys(("low", "high", "days_low", "days_high", "value"), RANGE),
    "share_cap": Bounds(high=3.0),  # a fraction: 4 for 4 % is a slip
    "limit": Bounds(high=1.0, above=True),
    "rate_pct": Bounds(high=1000.0),
    "vat.rate_pct": Bounds(high=100.0),
    "score_pct": Bounds(high=100.0),
    "score": Bounds(1.0, 5.0),
}
DAYS = ("effective_from", "effective_to")
RANGES = (("low", "high"), ("days_low", "days_high"), ("cost_low", "cost_high"), ("per_unit_min", "per_unit_max"), DAYS)


def bounds(table: str, column: str, unit: object = None) -> Bounds:
    """What a number of a column may be in a row with this unit: a share of something ends at 100 %."""
    if isinstance(unit, str) and column in ("low", "high", "value"):
        if unit.startswith("% change"):
            return Bounds(-100.0)
        if unit.startswith("% of"):
            return Bounds(high=100.0, above=True)
    return NUMBERS.get(f"{table}.{column}", NUMBERS[column])


def correctable(columns: Collection[str]) -> list[str]:
    """Those of a table's columns whose cells can be corrected: numbers and days that models read, and confidence."""
    return [column for column in columns if column in NUMBERS or column in (*DAYS, "confidence")]


def checked(table: str, row: Mapping[str, Any], column: str, value: Any) -> Value:
    """A value entered as its column's type; CellError where it cannot stand in this row."""
    if column not in correctable(row):
        raise CellError(column, "The column {name} cannot be changed.", name=column)
    if column in DAYS:
        return _day(column, value)
    if column == "confidence":
        return _confidence(value)
    return _number(column, value, bounds(table, column, row.get("unit")))


def in_order(row: Mapping[str, Value | None], changed: Collection[str]) -> None:
    """CellError where a range in which a cell has changed is upside down."""
    for low, high in RANGES:
        first, last = row.get(low), row.get(high)
        if {low, high} & set(changed) and first is not None and last is not None and first > last:  # type: ignore[operator]
            raise CellError(
                low if low in changed else high,
                "{first} is above {last}, where the range of the row ends.",
                first=_said(first),
                last=_said(last),
            )


def cell(column: str, value: Any) -> Value | None:
    """What a table holds in a column as `checked` gives it; None where it is empty."""
    if missing(value):
        return None
    if column in DAYS:
        day: date = pd.Timestamp(value).date()
        return day
    return float(value) if column in NUMBERS else str(value)


def missing(value: Any) -> bool:
    """Whether a cell is empty."""
    return value is None or bool(pd.isna(value))


def _number(column: str, value: Any, allowed: Bounds) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise CellError(column, "Enter a number, not {value}.", value=value) from error
    if not allowed.hold(number):
        raise CellError(column, allowed.template, low=allowed.low, high=allowed.high, value=_said(number))
    return number


def _day(column: str, value: Any) -> date:
    try:
        return value.date() if isinstance(value, pd.Timestamp) else date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise CellError(column, "Enter a day such as 2026-07-01, not {value}.", value=value) from error


def _confidence(value: Any) -> str:
    if value not in CONFIDENCES:
        choices = ", ".join(CONFIDENCES)
        raise CellError("confidence", "Choose one of {choices}, not {value}.", choices=choices, value=value)
    return str(value)


def _said(value: Value) -> str:
    return f"{value:,.15g}" if isinstance(value, float) else str(value)
