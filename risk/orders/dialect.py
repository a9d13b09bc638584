"""Finds encoding, delimiter and header line together: the combination whose header the dictionary knows best."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from charset_normalizer import from_bytes

from risk.checks import InputError
from risk.orders.words import normalise

DELIMITERS = (",", ";", "\t", "|")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_EAST_AND_WEST = ("gb18030", "big5", "cp932", "cp1252")
_DAMAGED_UTF8 = "utf8"  # the codec's other name
_HEAD = 1 << 16  # bytes looked at
_LINES = 60  # lines in which the header must stand
_FEWEST = 2  # known cells that make a header, if they are a quarter of it
_ENOUGH = 5  # known cells that make a header of any width
_BLOCK = 1 << 22


@dataclass(frozen=True, eq=False)
class Dialect:
    """How the text is written, and the text itself as UTF-8 with LF or CRLF."""

    encoding: str
    delimiter: str
    header_line: int  # from 1
    header: tuple[str, ...]
    preamble: tuple[str, ...]
    body: memoryview  # what follows the header
    body_line: int  # its first physical line, from 1


@dataclass(frozen=True)
class Header:
    """A candidate for the header: how many of its cells are known, where it stands, what it says."""

    known: int
    delimiter: str
    first: int  # physical lines, from 0
    last: int
    cells: tuple[str, ...]


def find(data: bytes, known: Collection[str], name: str) -> Dialect:
    """The dialect of the text, refused when no line looks like the header of an order export."""
    best: tuple[int, str, Header] | None = None
    candidates = list(_encodings(data))
    if not candidates:
        raise InputError("{name} holds bytes that are no text in any known encoding.", name=name)
    for encoding in candidates:
        head = _decoded_head(data, encoding)
        header = best_header(head, known)
        if header and (best is None or header.known > best[0]):
            best = header.known, encoding, header
    if best is None:
        raise InputError(
            "No line of {name} looks like the header of an order export: none names columns such as order number, "
            "date, quantity or price.",
            name=name,
        )
    return _dialect(data, best[1], best[2])


def best_header(text: str, known: Collection[str]) -> Header | None:
    """The line, split by the delimiter, with most cells that the dictionary knows."""
    found = [header for delimiter in DELIMITERS for header in _headers(text, delimiter, known)]
    return max(found, key=lambda header: (header.known, -header.first), default=None)


def _headers(text: str, delimiter: str, known: Collection[str]) -> Iterator[Header]:
    lines = list(itertools.islice(io.StringIO(text, newline="\n"), _LINES))
    for first, last, cells in _rows(lines, delimiter):
        count = count_known(cells, known)
        if count >= _FEWEST:
            yield Header(count, delimiter, first, last, tuple(cell.strip() for cell in cells))


def _rows(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, int, list[str]]]:
    """Cells of each record with its first and last physical line; a stray quote costs one line, not the rest."""
    first = 0
    while first < len(lines):
        reader = csv.reader(itertools.islice(lines, first, None), delimiter=delimiter, strict=True)
        try:
            cells = next(reader)
            spans = reader.line_num
        except (csv.Error, StopIteration):
            cells, spans = lines[first].rstrip("\r\n").split(delimiter), 1
        yield first, first + spans - 1, cells
        first += spans


def count_known(cells: Sequence[str], known: Collection[str]) -> int:
    """How many different cells are known column names; none where they are lost among others."""
    words = [word for word in map(normalise, cells) if word]
    count = len({word for word in words if word in known})
    return count if count >= _ENOUGH or count * 4 >= len(words) else 0


def _encodings(data: bytes) -> Iterator[str]:
    """Encodings that can hold the bytes, likely ones first."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            yield encoding
            return
    if wide := _utf16(data):
        yield wide
    elif b"\0" in data:
        return
    elif _decodes(data, "utf-8", to_the_end=True):
        yield "utf-8"
    elif _decodes(data, "utf-8") or _nearly_utf8(data):
        yield _DAMAGED_UTF8
    else:
        possible = [encoding for encoding in _EAST_AND_WEST if _decodes(data, encoding)]
        opinion = from_bytes(data[:_HEAD], cp_isolation=possible or None).best()
        yield from sorted(possible, key=lambda encoding: opinion is None or encoding != opinion.encoding)


def _utf16(data: bytes) -> str | None:
    """UTF-16 without its mark: delimiters and digits put a zero byte at every other place."""
    head = data[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 8 < len(head) or min(even, odd) * 8 > max(even, odd):
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    return encoding if _decodes(data, encoding) else None


def _decodes(data: bytes, encoding: str, to_the_end: bool = False) -> bool:
    """True if the bytes are text in this encoding; a character cut off at the very end is forgiven unless asked for."""
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(data)
    try:
        for begin in range(0, len(data), _BLOCK):
            decoder.decode(bytes(view[begin : begin + _BLOCK]))
        decoder.decode(b"", final=to_the_end)
    except UnicodeDecodeError:
        return False
    return True


def _nearly_utf8(data: bytes) -> bool:
    """True if letters beyond ASCII are UTF-8 twenty times as often as not: a few damaged lines, no other encoding."""
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    letters = sum(map(len, _beyond_ascii(text))) - wrong
    return letters > 20 * wrong


def _beyond_ascii(text: str) -> Iterator[str]:
    return (run for run in "".join(letter if letter > "\x7f" else " " for letter in text).split())


def _decoded_head(data: bytes, encoding: str) -> str:
    return data[:_HEAD].decode(encoding, "replace").replace("\r\n", "\n").replace("\r", "\n")


def _dialect(data: bytes, encoding: str, header: Header) -> Dialect:
    text = _as_utf8(data, encoding)
    body_start, preamble = 0, []
    for line in range(header.last + 1):
        end = text.find(b"\n", body_start)
        end = len(text) if end < 0 else end + 1
        if line < header.first:
            preamble.append(text[body_start:end].decode("utf-8", "replace").strip("\r\n\ufeff"))
        body_start = end
    return Dialect(
        "utf-8" if encoding == _DAMAGED_UTF8 else encoding,
        header.delimiter,
        header.first + 1,
        header.cells,
        tuple(preamble),
        memoryview(text)[body_start:],
        header.last + 2,
    )


def _as_utf8(data: bytes, encoding: str) -> bytes:
    """The text as UTF-8 with LF or CRLF; the bytes themselves where they already are."""
    if encoding != "utf-8" and not (encoding == "utf-8-sig" and _decodes(data, "utf-8", to_the_end=True)):
        data = data.decode(encoding, "replace").encode()
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data
