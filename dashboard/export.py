"""Files for download that a spreadsheet opens as they are: no cell of text becomes a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

# Excel also takes the wide forms of Chinese and Japanese keyboards for the start of a formula.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
SHEET_NAME = 31  # Excel's limit


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """The frame as CSV in UTF-8 with a byte order mark, so that Excel reads it right; the index is left out."""
    # With CRLF as the end of a line, as RFC 4180 has it, a lone CR in a text is quoted: it would start a row otherwise.
    return safe(frame).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def xlsx_bytes(sheets: Mapping[str, pd.DataFrame]) -> bytes:
    """A workbook with one sheet a frame, headings frozen, nothing in it a formula or a link."""
    workbook = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with pd.ExcelWriter(workbook, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        for name, frame in sheets.items():
            _without_zone(safe(frame)).to_excel(writer, sheet_name=name[:SHEET_NAME], index=False, freeze_panes=(1, 0))
            writer.sheets[name[:SHEET_NAME]].autofit(400)
    return workbook.getvalue()


def safe(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with an apostrophe before every text that a spreadsheet would calculate; numbers stay numbers."""
    shown = frame.copy()
    for place, dtype in enumerate(frame.dtypes):
        if not pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_datetime64_any_dtype(dtype):
            shown.isetitem(place, frame.iloc[:, place].astype(object).map(_literal))
    shown.columns = [_literal(name) for name in frame.columns]
    return shown


def unguarded(cell: Any) -> Any:
    """A cell of a file that `csv_bytes` wrote as it was before, None where it is empty."""
    if pd.isna(cell):
        return None
    text = str(cell)
    return text[1:] if text[:1] == "'" and _FORMULA.match(text[1:]) else text


def _literal(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _without_zone(frame: pd.DataFrame) -> pd.DataFrame:
    """Times in UTC without a zone, which Excel does not know."""
    zoned = {name: frame[name].dt.tz_convert(None) for name in frame.select_dtypes("datetimetz").columns}
    return frame.assign(**zoned)
