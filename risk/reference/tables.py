"""Reading the fact tables of `data/reference/`, choosing the rows of a day, and telling which ones are old."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

import pandas as pd

from risk.checks import InputError, positive

DATA = Path(__file__).resolve().parents[2] / "data"
DATES = ("as_of", "effective_since", "effective_from", "effective_to", "start", "end")

Day = pd.Timestamp | date | str


def read(name: str, index: str | list[str] | None = None) -> pd.DataFrame:
    """One table of `data/reference/`: text as text (NA is Namibia), numbers as float, days as timestamps."""
    table = _parsed(_file(f"{name}.csv")).copy()
    return table.set_index(index) if index else table


@lru_cache(maxsize=64)
def _parsed(file: Path) -> pd.DataFrame:
    table = pd.read_csv(file, keep_default_na=False, na_values=[""])
    for column in table.columns.intersection(list(DATES)):
        table[column] = pd.to_datetime(table[column], format="%Y-%m-%d")
    return table


def valid(table: pd.DataFrame, on: Day | None) -> pd.DataFrame:
    """The rows in force on a day, its first and last day included; all rows when no day is given.

    A row without `effective_from` is undated: it holds until `effective_to`, and does not claim since when.
    """
    if on is None:
        return table
    day = pd.Timestamp(on)
    begun = table["effective_from"].isna() | (table["effective_from"] <= day)
    not_over = table["effective_to"].isna() | (table["effective_to"] >= day)
    return table[begun & not_over]


def stale(table: pd.DataFrame, as_of: Day, years: float = 1.0) -> pd.Series:
    """Whether to look each row up again: it describes a day over `years` before `as_of`, or has run out by then."""
    day = pd.Timestamp(as_of)
    old = table["as_of"].isna() | (day - table["as_of"] > pd.Timedelta(days=365.25 * positive("years", years)))
    return old | (table["effective_to"] < day) if "effective_to" in table else old


def _file(name: str) -> Path:
    path = DATA / "reference" / name
    if not path.is_file():
        raise InputError(
            "The file data/reference/{name} is missing: run from a complete copy of the repository", name=name
        )
    return path
