"""What was set aside, with its line, the reason, and what the line says without the personal part."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from risk.orders import reasons
from risk.orders.records import Odd, Records
from risk.orders.rows import Rows

COLUMNS = ("line_no", "reason", "detail", "text")
_CONTACT = re.compile(r"[^\s,;|]+@[^\s,;|]+|\+\d[\d ()-]{6,}\d")  # e-mail, international telephone number
_HIDDEN = "…"


def frame(
    rows: Rows,
    records: Records,
    odd: Sequence[Odd],
    personal: Collection[int],
    headers: Mapping[str, str],
    width: int,
    separator: str,
) -> pd.DataFrame:
    """One row a record that was set aside, by line."""
    entries = [*_rows(rows, records, personal, headers, separator), *_odd(odd, personal, width, separator)]
    table = pd.DataFrame(entries, columns=list(COLUMNS)).astype({"line_no": "int64"})
    return table.sort_values("line_no", kind="stable", ignore_index=True)


def _rows(
    rows: Rows, records: Records, personal: Collection[int], headers: Mapping[str, str], separator: str
) -> Iterator[tuple[int, str, str, str]]:
    for row in np.flatnonzero((rows.why >= 0) & ~rows.furniture).tolist():
        target = rows.where.get(row, "")
        column = rows.texts.get(target)
        detail = f"{headers.get(target, target)}: {column.at(row)}" if column is not None else ""
        cells = [_HIDDEN if place in personal and cell else cell for place, cell in enumerate(records.cells(row))]
        yield int(rows.lines[row]), reasons.ALL[rows.why[row]], detail, separator.join(cells)


def _odd(
    odd: Sequence[Odd], personal: Collection[int], width: int, separator: str
) -> Iterator[tuple[int, str, str, str]]:
    """Cells may have moved by as many places as are missing: from where a personal one may stand on, none is kept."""
    for record in odd:
        shown: Sequence[str] = record.cells
        if personal:
            missing = max(0, width - len(record.cells))
            shown = [*record.cells[: max(0, min(personal) - missing)], _HIDDEN]
        yield record.line_no, record.reason, record.detail, _CONTACT.sub(_HIDDEN, separator.join(shown))
