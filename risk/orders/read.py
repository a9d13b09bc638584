"""Reads an order export in one pass that preview and import share: profile, mapping, tables, quarantine."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from risk import checks
from risk.checks import InputError
from risk.orders import currency as currencies
from risk.orders import dialect, mapping, quarantine, records, sheets, source, tables, typed
from risk.orders.export import Counts, Export, Match, Profile, Question
from risk.orders.platforms import PLATFORMS, Platform, not_sales, recognise
from risk.orders.records import Odd, Records
from risk.orders.rows import Rows
from risk.orders.words import dictionary, normalise

DATE_ORDERS = ("YMD", "MDY", "DMY")
DECIMALS = (".", ",")
_FOOTER = re.compile(
    r"record\(s\) downloaded|^\W*seller id|^[#*=-]{3}"
    r"|^\W*(grand )?(total|sum|summe|gesamt|合计|合計|总计|總計|小计|小計)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, eq=False)
class _Text:
    """The header and what stands below it, from a delimited text or a worksheet."""

    header: tuple[str, ...]
    header_line: int
    preamble: tuple[str, ...]
    encoding: str
    delimiter: str | None
    sheet: str | None
    platform: Platform
    matches: tuple[Match, ...]
    positions: dict[str, list[int]]
    records: Records
    questions: tuple[Question, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """Target -> the header that is read for it first."""
        return {target: self.header[where[0]] for target, where in self.positions.items()}

    @property
    def personal(self) -> frozenset[int]:
        return frozenset(place for place, match in enumerate(self.matches) if match.reason == "personal")


def read_export(
    source_: source.Readable,
    *,
    currency: str | None = None,
    name: str | None = None,
    date_order: str | None = None,
    decimal: str | None = None,
    sheet: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
) -> Export:
    """The order export in a path, bytes or binary file.

    `currency`, `date_order` ("YMD", "MDY", "DMY"), `decimal` ("." or ","), `sheet` and `mapping` (header -> target such
    as "lines.sku", None: leave out) are the user's answers; what the file leaves open is in `questions`.
    Raises InputError, in a sentence for the user, for what is no order export.
    """
    if currency is not None:
        checks.currency_code("currency", currency)
    if date_order is not None:
        checks.one_of("date_order", date_order, DATE_ORDERS)
    if decimal is not None:
        checks.one_of("decimal", decimal, DECIMALS)
    upload = source.load(source_, name)
    text = _worksheet(upload, sheet, mapping) if upload.is_workbook else _delimited(upload, mapping)
    return _export(upload, text, currency, typed.Answers(date_order, decimal))


@functools.cache
def _known_words() -> frozenset[str]:
    return frozenset(dictionary()).union(*(platform.targets() for platform in PLATFORMS))


def _mapped(
    header: Sequence[str], chosen: Mapping[str, str | None] | None, name: str
) -> tuple[Platform, tuple[Match, ...], dict[str, list[int]]]:
    not_sales.refuse(frozenset(map(normalise, header)), name)
    platform = recognise(header)
    matches, positions = mapping.match(header, platform, chosen)
    mapping.check_has_orders(positions, name)
    return platform, matches, positions


def _wanted(positions: Mapping[str, Sequence[int]]) -> set[int]:
    return {position for where in positions.values() for position in where}


def _delimited(upload: source.Source, chosen: Mapping[str, str | None] | None) -> _Text:
    found = dialect.find(upload.data, _known_words(), upload.name)
    mapped = _mapped(found.header, chosen, upload.name)
    if not len(found.body):
        raise InputError("{name} has a header but no line below it.", name=upload.name)
    platform, _, positions = mapped
    read, counted = records.read(found, len(found.header), _wanted(positions), platform.quoted)
    records.reconcile(read, counted, upload.name)
    place = (found.header, found.header_line, found.preamble, found.encoding, found.delimiter, None)
    return _Text(*place, *mapped, read)


def _worksheet(upload: source.Source, wanted: str | None, chosen: Mapping[str, str | None] | None) -> _Text:
    found = sheets.sheets(upload.data, _known_words(), upload.name)
    if wanted is not None:
        checks.one_of("sheet", wanted, [sheet.name for sheet in found])
        found = [sheet for sheet in found if sheet.name == wanted]
    best = found[0]
    mapped = _mapped(best.header, chosen, upload.name)
    read = sheets.read(best, _wanted(mapped[2]))
    records.reconcile(read, len(best.rows) - best.header_row - 1, upload.name)
    rivals = [sheet for sheet in found if sheet.known * 10 >= best.known * 8]
    questions = (Question("sheet", tuple(sheet.name for sheet in found)),) if len(rivals) > 1 else ()
    preamble = tuple(" ".join(row) for row in best.rows[: best.header_row])
    return _Text(best.header, best.header_row + 1, preamble, "workbook", None, best.name, *mapped, read, questions)


def _export(upload: source.Source, text: _Text, currency: str | None, answers: typed.Answers) -> Export:
    made = typed.make(text.records, text.positions, text.platform, answers)
    rows = made.rows
    _leave_out_furniture(rows, text.records)
    tables.prepare(rows, text.headers)
    text.platform.adjust(rows)
    tables.check(rows)
    notes = [*made.notes, *tables.translate(rows)]
    found = currencies.find(rows, made.symbols, _stated(text), currency)
    made_tables = tables.build(rows, found, upload.file_id, text.platform.name)
    questions = [*text.questions, *made.questions]
    if _unknown_money(made_tables):
        questions.append(currencies.question(rows))
    odd, footers = _split_footers(text.records.odd)
    set_aside = quarantine.frame(
        rows, text.records, odd, text.personal, text.headers, len(text.header), text.delimiter or "\t"
    )
    return Export(
        upload.name,
        upload.file_id,
        _profile(text, made, found),
        text.matches,
        made_tables,
        set_aside,
        _counts(text, rows, len(odd), footers, upload.name),
        tuple(questions),
        tuple(notes),
    )


def _leave_out_furniture(rows: Rows, read: Records) -> None:
    """Rows of nothing but delimiters, and footers as wide as the header: all cells decide, not only those read."""
    filled = np.zeros(len(rows), np.int64)
    for column in rows.texts.values():
        filled += column.present
    for row in np.flatnonzero(filled <= 1).tolist():
        rows.furniture[row] = _is_footer(read.cells(row))


def _stated(text: _Text) -> list[tuple[str, str]]:
    headers = [text.header[place] for target, where in text.positions.items() for place in where if _is_money(target)]
    return [
        ("header", currencies.in_headers(headers)),
        ("preamble", currencies.in_preamble(text.preamble)),
        ("platform", text.platform.currency),
    ]


def _is_money(target: str) -> bool:
    return typed.kind_of(target) == "number" and not target.endswith("quantity")


def _unknown_money(made: dict[str, pd.DataFrame]) -> bool:
    """True if some amount that counts has no currency."""
    if "lines" not in made:
        return False
    lines = made["lines"]
    return bool((lines["currency"].isna() & lines["amount"].fillna(0).ne(0)).any())


def _split_footers(odd: Sequence[Odd]) -> tuple[list[Odd], int]:
    """Short records that say themselves that they are no data: totals, numbers of records."""
    real = [record for record in odd if not _is_footer(record.cells)]
    return real, len(odd) - len(real)


def _is_footer(cells: Sequence[str]) -> bool:
    said = [cell.strip() for cell in cells if cell.strip()]
    return not said or (len(said) <= 3 and bool(_FOOTER.search(" ".join(said))))


def _profile(text: _Text, made: typed.Typed, found: currencies.Found) -> Profile:
    words = [match for match in text.matches if match.header]
    known = sum(match.reason != "not used" or text.platform.name != "unknown" for match in words)
    return Profile(
        text.platform.name,
        text.encoding,
        text.delimiter,
        text.header_line,
        made.decimal,
        made.date_order,
        found.currency,
        found.source,
        known / len(words),
        text.sheet,
    )


def _counts(text: _Text, rows: Rows, odd: int, footers: int, name: str) -> Counts:
    """Every physical record once; the file is refused if the sum does not come out."""
    above = text.header_line  # the lines above the header and the header itself
    physical = above + text.records.total
    accepted = int(rows.good.sum())
    quarantined = int(((rows.why >= 0) & ~rows.furniture).sum()) + odd
    furniture = above + text.records.blank + footers + int(rows.furniture.sum())
    if physical != accepted + quarantined + furniture:
        raise InputError("The records of {name} do not add up; nothing was read.", name=name)
    return Counts(physical, accepted, quarantined, furniture)
