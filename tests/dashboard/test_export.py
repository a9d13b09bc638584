from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from dashboard.export import csv_bytes, safe, xlsx_bytes

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=x", "  =HYPERLINK(1)", "＝1+1", "\n=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_a_spreadsheet_would_calculate_gets_an_apostrophe(text: str) -> None:
    frame = pd.DataFrame({text: [text]})
    rows = list(csv.reader(io.StringIO(csv_bytes(frame).decode("utf-8-sig"), newline="")))
    assert rows == [[f"'{text}"], [f"'{text}"]]


@given(st.lists(st.text(), min_size=1))
def test_no_cell_of_text_starts_a_formula(texts: list[str]) -> None:
    for shown in safe(pd.DataFrame({"text": texts}))["text"]:
        assert not shown.lstrip().startswith(("=", "+", "-", "@"))


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1))
def test_a_csv_reads_back_as_the_cells_it_was_written_from(texts: list[str]) -> None:
    rows = list(csv.reader(io.StringIO(csv_bytes(pd.DataFrame({"text": texts})).decode("utf-8-sig"), newline="")))
    assert rows[1:] == [[shown] for shown in safe(pd.DataFrame({"text": texts}))["text"]]


def test_numbers_stay_numbers_and_dates_dates() -> None:
    frame = pd.DataFrame({"amount": [-12.5], "count": [-3], "day": [pd.Timestamp("2025-01-02")]})
    assert csv_bytes(frame).decode("utf-8-sig").splitlines() == ["amount,count,day", "-12.5,-3,2025-01-02"]


def test_numbers_within_a_column_of_mixed_values_stay_numbers() -> None:
    assert safe(pd.DataFrame({"mixed": [-1, "-1", None]}))["mixed"].tolist()[:2] == [-1, "'-1"]


def test_two_columns_of_the_same_name_are_both_made_safe() -> None:
    frame = pd.DataFrame([["=1", "=2"]], columns=["same", "same"])
    assert safe(frame).iloc[0].tolist() == ["'=1", "'=2"]


def test_categories_are_text_too() -> None:
    assert safe(pd.DataFrame({"kind": pd.Categorical(["=1", "a"])}))["kind"].tolist() == ["'=1", "a"]


def test_a_csv_says_that_it_is_utf_8() -> None:
    assert csv_bytes(pd.DataFrame({"品名": ["杯子"]})) == "﻿品名\r\n杯子\r\n".encode()


def test_the_frame_itself_is_not_touched() -> None:
    frame = pd.DataFrame({"text": ["=1"]})
    csv_bytes(frame)
    assert frame["text"].tolist() == ["=1"]


def test_a_workbook_holds_each_frame_without_formulas_or_links() -> None:
    frame = pd.DataFrame({"text": ["=1+1", "https://example.com"], "amount": [-1.5, 2.0]})
    written = xlsx_bytes({"first": frame, "second sheet with a name that is too long for Excel": frame})
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(written))
    assert workbook.sheet_names == ["first", "second sheet with a name that i"]
    assert workbook.get_sheet_by_name("first").to_python() == [
        ["text", "amount"],
        ["'=1+1", -1.5],
        ["https://example.com", 2.0],
    ]


def test_a_workbook_takes_times_with_a_zone() -> None:
    frame = pd.DataFrame({"at": pd.to_datetime(["2025-01-02T03:00:00+08:00"])})
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(xlsx_bytes({"times": frame})))
    assert str(workbook.get_sheet_by_name("times").to_python()[1][0]) == "2025-01-01 19:00:00"
