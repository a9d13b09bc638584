"""The sample shop on disk: one compressed CSV file a table, in the columns of the schema."""

from __future__ import annotations

import gzip
import hashlib
import io
from pathlib import Path

import pandas as pd

from risk.checks import InputError
from risk.orders.export import Counts, Export, Match, Profile
from risk.orders.history import OrderHistory
from risk.orders.schema import TABLES

FOLDER = Path(__file__).resolve().parents[3] / "data" / "sample"
_PROFILE = Profile("sample", "utf-8", ",", 1, ".", "YMD", "per row", "column", 1.0)
_DTYPES = {"text": "str", "number": "float64", "integer": "Int64"}


def open_sample(path: str | Path = ":memory:") -> OrderHistory:
    """A new order history that holds the sample shop, in memory or in a file."""
    history = OrderHistory.open(path)
    for table in TABLES:
        history.add(_read(table))
    return history


def write_sample(tables: dict[str, pd.DataFrame], folder: Path = FOLDER) -> None:
    """Write each table as `<table>.csv.gz`, the same bytes for the same rows."""
    for name, table in tables.items():
        text = table.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d %H:%M")
        with (folder / f"{name}.csv.gz").open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
            packed.write(text.encode())


def _read(table: str) -> Export:
    path = FOLDER / f"{table}.csv.gz"
    if not path.is_file():
        raise InputError(
            "The file data/sample/{name} is missing: run from a complete copy of the repository", name=path.name
        )
    packed = path.read_bytes()
    rows = pd.read_csv(
        io.BytesIO(gzip.decompress(packed)),
        dtype={column.name: _DTYPES[column.kind] for column in TABLES[table] if column.kind != "time"},
        parse_dates=[column.name for column in TABLES[table] if column.kind == "time"],
        date_format="%Y-%m-%d %H:%M",
    )
    rows.insert(0, "line_no", range(2, len(rows) + 2))
    return Export(
        name=f"{table}.csv.gz",
        file_id=hashlib.sha256(packed).hexdigest(),
        profile=_PROFILE,
        mapping=tuple(Match(name, f"{table}.{name}", "dictionary") for name in rows.columns[1:]),
        tables={table: rows},
        quarantine=pd.DataFrame(columns=["line_no", "reason", "detail", "text"]),
        counts=Counts(len(rows) + 1, len(rows), 0, 1),
        questions=(),
        notes=(),
    )
