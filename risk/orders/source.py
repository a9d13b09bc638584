"""The bytes of an upload: from a path, a file or memory, unpacked from gzip with a limit."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from risk.checks import InputError

Readable = str | Path | bytes | BinaryIO

LARGEST = 1 << 30  # bytes after unpacking; a year of the largest shops fits many times over
RATIO = 200  # times; order exports shrink 5 to 30 times, a bomb a thousand times
_CHUNK = 1 << 20
_CONTENT = re.compile(rb"[^\xef\xbb\xbf\xff\xfe \t\r\n\0]")  # more than marks and white space

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_PICTURES = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"%PDF",
    b"RIFF",
    b"Rar!",
    b"7z\xbc\xaf",
    b"BM6",
    b"\x7fELF",
    b"MZ\x90",
)


@dataclass(frozen=True, eq=False)
class Source:
    """An upload: its name, the digest of the bytes as uploaded, and the bytes unpacked."""

    name: str
    file_id: str
    data: bytes

    @property
    def is_workbook(self) -> bool:
        return self.data.startswith(_WORKBOOKS)


def load(source: Readable, name: str | None) -> Source:
    """The upload, refused when it is empty, too large, or plainly no table."""
    name, data = _read(source, name)
    file_id = hashlib.sha256(data).hexdigest()
    if data.startswith(b"\x1f\x8b"):
        data = _unpack(data, name)
    if not _CONTENT.search(data):
        raise InputError("{name} is empty.", name=name)
    if data.startswith(_PICTURES):
        raise InputError("{name} is a picture, a document or a program, not a table.", name=name)
    if data.startswith(b"PK\x03\x04"):
        _check_zip(data, name)
    return Source(name, file_id, data)


def _read(source: Readable, name: str | None) -> tuple[str, bytes]:
    if isinstance(source, bytes):
        return name or "export", source
    if isinstance(source, (str, Path)):
        path = Path(source)
        return name or path.name, path.read_bytes()
    return name or Path(str(getattr(source, "name", "export"))).name, source.read()


def _unpack(data: bytes, name: str) -> bytes:
    """The content of a gzip file of one or more members, refused past `LARGEST` or `RATIO`."""
    limit = min(LARGEST, max(10 * _CHUNK, RATIO * len(data)))
    parts: list[bytes] = []
    size, rest = 0, data
    try:
        while rest:
            member = zlib.decompressobj(wbits=31)
            pending = rest
            while pending and not member.eof:
                part = member.decompress(pending, _CHUNK)
                size += len(part)
                if size > limit:
                    raise InputError("{name} unpacks to more than can be an order export.", name=name)
                parts.append(part)
                pending = member.unconsumed_tail
            if not member.eof:
                raise InputError("{name} is cut off: the end of the compressed file is missing.", name=name)
            rest = member.unused_data.lstrip(b"\0")
    except zlib.error as error:
        raise InputError("{name} is damaged: it cannot be unpacked.", name=name) from error
    return b"".join(parts)


def _check_zip(data: bytes, name: str) -> None:
    """Refuse a ZIP that is no workbook or unpacks to more than can be one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            is_workbook = any(entry.filename.startswith(("xl/", "content.xml")) for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise InputError("{name} is damaged: it cannot be unpacked.", name=name) from error
    if size > min(LARGEST, max(50 * _CHUNK, RATIO * len(data))):
        raise InputError("{name} unpacks to more than can be an order export.", name=name)
    if not is_workbook:
        raise InputError("{name} is an archive; upload the tables in it one by one.", name=name)
