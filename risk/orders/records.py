"""The records below the header as columns of text, each with its line; what is not a record of that header apart.

pyarrow reads the columns that are needed, each distinct text once. It is believed only where it accounts for every
record that `scan` counted; otherwise a careful reader goes record by record, so that no line is lost without a word.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from risk.checks import InputError
from risk.orders import reasons
from risk.orders.dialect import Dialect
from risk.orders.scan import Scan, scan

_LONGEST = 500  # physical lines that one quoted record may cover
_MISSING = -1


@dataclass(frozen=True, eq=False)
class Column:
    """A column of text: each distinct value once, and for every row its number; -1 where the row has none."""

    codes: NDArray[np.signedinteger]
    distinct: pa.StringArray

    def replaced(self, values: pa.StringArray) -> Column:
        """The column with each distinct value exchanged for another; null: no value."""
        encoded = pa.compute.dictionary_encode(values)
        if len(encoded.dictionary) == len(values):  # all different, none missing: their numbers stay
            return Column(self.codes, encoded.dictionary)
        table = np.append(encoded.indices.fill_null(_MISSING).to_numpy(zero_copy_only=False), _MISSING)
        return Column(table.astype(np.int32)[self.codes], encoded.dictionary)

    @property
    def present(self) -> NDArray[np.bool_]:
        return self.codes >= 0

    def or_else(self, other: Column) -> Column:
        """This column, and the other one's value where this one has none."""
        shifted = np.where(other.codes >= 0, other.codes + len(self.distinct), _MISSING)
        both = pa.concat_arrays([self.distinct, other.distinct])
        return Column(np.where(self.present, self.codes, shifted).astype(np.int32), both).replaced(both)

    def at(self, row: int) -> str:
        return str(self.distinct[int(self.codes[row])]) if self.codes[row] >= 0 else ""


def column_of(texts: Sequence[str | None]) -> Column:
    """The column of these texts."""
    whole = pa.array(texts, pa.string())
    return Column(np.arange(len(texts), dtype=np.int32), whole).replaced(whole)


def constant(text: str, rows: int) -> Column:
    """The same text in every row."""
    return Column(np.zeros(rows, np.int8), pa.array([text]))


def nothing(rows: int) -> Column:
    """No text in any row."""
    return Column(np.full(rows, _MISSING, np.int8), pa.array([], pa.string()))


@dataclass(frozen=True)
class Odd:
    """A record that does not fit the header: why, and its cells as far as they are known."""

    line_no: int
    reason: str
    detail: str
    cells: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Records:
    """All that stands below a header. Records = rows of `lines` + `odd` + `blank`, checked by whoever reads them."""

    columns: dict[int, Column]  # by position in the header
    lines: NDArray[np.int64]  # first physical line of each row, from 1
    odd: tuple[Odd, ...]
    blank: int
    cells: Callable[[int], Sequence[str]]  # of one row, for what is shown of it in the quarantine

    @property
    def total(self) -> int:
        return len(self.lines) + len(self.odd) + self.blank


def read(dialect: Dialect, width: int, wanted: Collection[int], quoted: bool) -> tuple[Records, int]:
    """The records and how many of them an independent count found."""
    counted = scan(dialect.body, dialect.delimiter, quoted)
    if not counted.regular and dialect.delimiter == "\t":
        quoted, counted = False, scan(dialect.body, "\t", quoted=False)
    if counted.regular:
        records = _fast(dialect, width, wanted, quoted, counted)
        if records is not None and records.total == len(counted):
            return records, len(counted)
    records, physical_lines = _careful(dialect, width, wanted, quoted)
    return records, len(counted) if counted.regular else records.total if physical_lines else -1


def _split_by_arrow(
    dialect: Dialect, width: int, wanted: Collection[int], quoted: bool, counted: Scan
) -> tuple[pa.Table, list[pa.csv.InvalidRow]] | None:
    """The wanted columns and the rows of another width, by pyarrow; None where it stumbles."""
    ragged: list[pa.csv.InvalidRow] = []

    def set_aside(row: pa.csv.InvalidRow) -> str:
        ragged.append(row)
        return "skip"

    names = [str(position) for position in range(width)]
    text = pa.dictionary(pa.int32(), pa.string())
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(pa.py_buffer(dialect.body)),
            # One thread, because only then an invalid row knows its number.
            pa.csv.ReadOptions(use_threads=False, column_names=names),
            pa.csv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char='"' if quoted else False,
                newlines_in_values=counted.spans_lines,
                invalid_row_handler=set_aside,
            ),
            pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, text),
                include_columns=[str(position) for position in sorted(wanted)],
                strings_can_be_null=False,
                check_utf8=False,  # `dialect` has made sure
            ),
        )
    except pa.ArrowInvalid:
        return None
    return table, ragged


def _fast(dialect: Dialect, width: int, wanted: Collection[int], quoted: bool, counted: Scan) -> Records | None:
    """All columns by pyarrow; None where it stumbles or disagrees with the count."""
    parsed = _split_by_arrow(dialect, width, wanted, quoted, counted)
    if parsed is None:
        return None
    table, ragged = parsed
    del parsed  # each column is given back as soon as it has been taken over
    filled = np.flatnonzero(~counted.blank)
    bad = np.array([row.number - 1 for row in ragged], np.int64)
    if len(filled) != table.num_rows + len(ragged) or (bad >= len(filled)).any():
        return None
    good = np.delete(filled, bad)

    def cells(row: int) -> Sequence[str]:
        return split(counted.text(int(good[row]), dialect.body), dialect.delimiter, quoted)

    last_is_open = bytes(dialect.body[-1:]) not in (b"\n", b"\r")
    odd = tuple(
        _ragged(
            int(counted.lines[record]) + dialect.body_line,
            split(counted.text(int(record), dialect.body), dialect.delimiter, quoted),
            width,
            last_is_open and record == len(counted) - 1,
        )
        for record in filled[bad]
    )
    columns = {}
    for name in table.column_names:  # one after the other: what has been taken over is given back
        columns[int(name)] = _column(table[name])
        table = table.drop_columns(name)
    pa.default_memory_pool().release_unused()
    return Records(columns, counted.lines[good] + dialect.body_line, odd, int(counted.blank.sum()), cells)


def _column(chunked: pa.ChunkedArray) -> Column:
    if chunked.num_chunks == 0:
        return column_of([])
    chunks = chunked.unify_dictionaries().chunks
    codes = np.concatenate([chunk.indices.to_numpy() for chunk in chunks])
    return Column(codes, chunks[0].dictionary)


def _ragged(line_no: int, cells: Sequence[str], width: int, cut_off: bool) -> Odd:
    too_short = reasons.CUT_OFF if cut_off else reasons.TOO_SHORT
    reason = reasons.TOO_LONG if len(cells) > width else too_short
    return Odd(line_no, reason, f"{len(cells)} ≠ {width}", tuple(cells))


def split(text: str, delimiter: str, quoted: bool) -> list[str]:
    """The cells of one record."""
    if not quoted:
        return text.split(delimiter)
    return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])


def _careful(dialect: Dialect, width: int, wanted: Collection[int], quoted: bool) -> tuple[Records, bool]:
    """Record by record; True with them if together they cover each physical line once."""
    lines = io.StringIO(bytes(dialect.body).decode("utf-8", "replace"), newline="\n").readlines()
    good: list[list[str]] = []
    where: list[int] = []
    odd: list[Odd] = []
    blank = covered = 0
    for first, spans, cells, closed in _parsed(lines, dialect.delimiter, width, quoted):
        covered += spans
        line_no = first + dialect.body_line
        if cells == []:
            blank += 1
        elif not closed:
            odd.append(Odd(line_no, reasons.OPEN_QUOTE, "", tuple(cells)))
        elif len(cells) != width:
            cut_off = first + spans == len(lines) and not lines[-1].endswith("\n")
            odd.append(_ragged(line_no, cells, width, cut_off))
        else:
            good.append(cells)
            where.append(line_no)
    columns = {position: column_of([cells[position] for cells in good]) for position in wanted}
    records = Records(columns, np.array(where, np.int64), tuple(odd), blank, lambda row: good[row])
    return records, covered == len(lines)


def _parsed(
    lines: Sequence[str], delimiter: str, width: int, quoted: bool
) -> Iterator[tuple[int, int, list[str], bool]]:
    """First line, lines covered, cells, and whether the quotes are closed, of each record.

    A record that breaks the rules of quoting is read as one line, its stray quotes as text, if that gives all cells:
    titles such as 5" nails are common. Otherwise its line alone is given up and reading goes on below it.
    """
    first = 0
    while first < len(lines):
        if not lines[first].strip("\r\n"):
            yield first, 1, [], True
        elif not quoted:
            yield first, 1, lines[first].rstrip("\r\n").split(delimiter), True
        else:
            cells, spans = _strict(lines, first, delimiter)
            if cells and (spans == 1 or len(cells) == width):
                yield first, spans, cells, True
                first += spans
                continue
            cells = _lenient(lines[first], delimiter)
            yield first, 1, cells, len(cells) == width and not any(map(_opens, cells))
        first += 1


def _strict(lines: Sequence[str], first: int, delimiter: str) -> tuple[list[str], int]:
    reader = csv.reader(itertools.islice(lines, first, first + _LONGEST), delimiter=delimiter, strict=True)
    try:
        return next(reader), reader.line_num
    except (csv.Error, StopIteration):
        return [], 0


def _lenient(line: str, delimiter: str) -> list[str]:
    """The cells of one line: quotes that wrap a whole cell are taken off, others are text."""
    cells = line.rstrip("\r\n").split(delimiter)
    if line.count('"') > 1 and not _wraps_whole_cells(cells):
        try:
            cells = next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])
        except csv.Error:
            return cells
    return [cell[1:-1].replace('""', '"') if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell for cell in cells]


def _opens(cell: str) -> bool:
    return cell.startswith('"') and cell.count('"') % 2 == 1


def _wraps_whole_cells(cells: Sequence[str]) -> bool:
    return all((cell[:1] == '"') == (cell[-1:] == '"' and len(cell) > 1) for cell in cells)


def reconcile(records: Records, counted: int, name: str) -> None:
    """Refuse the file if the parser and the independent count differ: lines would be lost without a word."""
    if records.total != counted:
        raise InputError(
            "{name} has {counted} records below its header, but only {read} could be accounted for; nothing was read.",
            name=name,
            counted=counted,
            read=records.total,
        )
