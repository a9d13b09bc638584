"""Fact tables in words: each table and column has a name, each row one of its own, each number stays a number."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from dashboard import facts_columns, facts_panel
from risk.reference import ENTERED, FACTS, CellError, row_keys
from risk.reference.cells import CONFIDENCES, correctable

DAY = dt.date(2026, 11, 1)
TABLES = sorted({table for tables in facts_panel.TABLES.values() for table in tables})
each = pytest.mark.parametrize("table", TABLES)


@each
def test_a_table_and_its_columns_are_called_by_words(table: str) -> None:
    frame = facts_columns.laid_out(FACTS, table, DAY)
    headings = [facts_columns.heading(column) for column in frame]
    assert facts_columns.title(table) != table
    assert facts_columns.columns(frame).keys() == set(frame) <= facts_columns.HEADINGS.keys()
    assert not {*headings} & {*frame}, "a heading is no name of a column"
    assert len(set(headings)) == len(headings), "no two columns of a table are called alike"


@each
def test_nothing_is_left_out_but_what_another_column_says(table: str) -> None:
    published, frame = FACTS.table(table), facts_columns.laid_out(FACTS, table, DAY)
    assert len(frame) == len(published)
    left = set(published) - set(frame)
    assert left <= {"basis", "iso2", "id", "family", "rule"}
    assert not left & {*correctable(list(published))}


@each
def test_each_row_is_called_by_words_of_its_own(table: str) -> None:
    frame = facts_columns.laid_out(FACTS, table, DAY)
    names = [facts_columns.row_name(frame, place) for place in range(len(frame))]
    assert all(name.strip() for name in names)
    assert len(set(names)) == len(names)


@each
def test_what_can_be_corrected_is_open_and_the_rest_is_locked(table: str) -> None:
    frame = facts_columns.laid_out(FACTS, table, DAY)
    locked = facts_columns.locked(frame)
    row = row_keys(table)[0]
    for column in set(frame) & set(FACTS.table(table)):
        if column in locked:
            with pytest.raises(CellError, match="cannot be changed"):
                FACTS.edited(table, row, {column: "x"}, DAY)
        else:
            FACTS.edited(table, row, {column: frame.loc[0, column]}, DAY)
    assert "confidence" not in locked


@each
def test_types_stay_the_same_whatever_is_entered_or_an_editor_would_forget(table: str) -> None:
    frame = facts_columns.laid_out(FACTS, table, DAY)
    number = next((column for column in frame if column not in facts_columns.locked(frame)), None)
    assert number is not None
    facts = FACTS
    for column in set(frame) - set(facts_columns.locked(frame)):
        value = DAY if column in ("effective_from", "effective_to") else "low" if column == "confidence" else 1.0
        try:
            facts = facts.edited(table, row_keys(table)[0], {column: value}, DAY)
        except CellError:  # not in this row
            continue
    assert facts != FACTS
    assert facts_columns.laid_out(facts, table, DAY).dtypes.to_dict() == frame.dtypes.to_dict()


@each
def test_a_confidence_that_is_published_can_be_chosen(table: str) -> None:
    assert {*FACTS.table(table)["confidence"]} <= {*CONFIDENCES}


def test_ranks_and_days_are_numbers_not_text() -> None:
    assert facts_columns.laid_out(FACTS, "lpi", DAY)["rank"].dtype == "float64"
    assert facts_columns.laid_out(FACTS, "marketplace_limits", DAY)["window_days"].dtype == "float64"


def test_rows_that_begin_alike_are_told_apart_by_as_little_as_it_takes() -> None:
    frame = pd.DataFrame(
        {
            "destination": ["US", "US", "JP"],
            "duty_de_minimis": [1.0, 2.0, 3.0],
            "origin": ["", "CN", ""],
            "notes": ["a", "b", "c"],
        }
    )
    assert [facts_columns.row_name(frame, place) for place in range(3)] == ["US", "US, CN", "JP"]


def test_a_corrected_row_says_whose_it_is() -> None:
    facts = FACTS.edited("fines", "gdpr_83_5", {"share_cap": 0.03}, DAY)
    row = facts_columns.laid_out(facts, "fines", DAY).loc[row_keys("fines").index("gdpr_83_5")]
    assert (row["share_cap"], row["source"], row["confidence"], row["look_up"]) == (0.03, str(ENTERED), "own", "")
    assert pd.isna(row["site"])


def test_a_rule_that_has_ended_and_an_old_figure_are_to_be_looked_up_again() -> None:
    frame = pd.DataFrame(
        {
            "as_of": pd.to_datetime(["2026-10-01", "2026-10-01", "2025-10-30", "2026-10-01"]),
            "effective_to": pd.to_datetime(["2026-11-01", "2026-10-31", None, None]),
        }
    )
    assert facts_columns.look_up(frame, DAY) == ["", "no longer in force", "over a year old", ""]
    assert facts_columns.look_up(frame[["as_of"]], DAY) == ["", "", "over a year old", ""]


def test_the_site_of_a_source_is_linked_and_nothing_else() -> None:
    assert facts_columns.site("eur-lex.europa.eu, Regulation 2016/679") == "https://eur-lex.europa.eu"
    assert facts_columns.site("Javascript: alert(1)") is None
    assert facts_columns.site("OECD and EUIPO 2025") is None
