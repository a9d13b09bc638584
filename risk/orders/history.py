"""The order history: all files of one workspace in one DuckDB database, in memory or on disk.

Nothing is overwritten. Each row keeps the file that it came from and whether it is current: where two files hold the
same order (parcel, return, claim, movement), the rows of the file added last are current, and removing that file makes
the older ones current again.

Beside the orders lie small documents: what the owner entered, in versions of which the newest counts. They are no part
of the digest.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import threading
import weakref
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from os import fspath
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import narwhals as nw
import pandas as pd

from risk.checks import InputError
from risk.orders import statements
from risk.orders.export import Export
from risk.orders.schema import TABLES, column_names

VERSIONS = 100  # of a document; older ones are let go
_LOCKED = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,
    "enable_external_access": False,
    "lock_configuration": True,  # the last: nothing can be set after it
}


@dataclass(frozen=True)
class Added:
    """What adding a file did: rows by table, and how many rows of older files it replaced."""

    file_id: str
    rows: dict[str, int]
    replaced: int
    already_there: bool = False


class OrderHistory:
    """Files that were added, and their current rows; safe to use from several threads, one cursor a query."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._writing = threading.Lock()
        self._version = 0  # of the content: one more with every change
        self._digest = -1, ""
        with self._transaction() as cursor:
            for statement in statements.tables_and_views():
                cursor.execute(statement)

    @classmethod
    def open(
        cls, path: str | Path = ":memory:", *, memory: str = "2GB", threads: int = 2, spill: str = "8GB"
    ) -> OrderHistory:
        """The history in the file at `path`, which is made when missing; `:memory:` lives until it is closed.

        The database reaches no other file, no network and no extension, and its settings cannot be changed. `memory`
        and `spill` bound what it takes of the machine's memory and, beside the file, of the disk while it works.
        """
        in_memory = fspath(path) == ":memory:"
        scratch = tempfile.mkdtemp(prefix="risk-") if in_memory else f"{fspath(path)}.tmp"
        limits: dict[str, str | int] = {"memory_limit": memory, "threads": threads, "max_temp_directory_size": spill}
        try:
            history = cls(_connected(fspath(path), {**limits, "temp_directory": scratch}))
        except duckdb.Error as error:
            raise InputError(
                "The order history {file} cannot be opened: another program is using it, or it is no order history",
                file=Path(path).name,
            ) from error
        if in_memory:
            weakref.finalize(history, shutil.rmtree, scratch, ignore_errors=True)
        return history

    def add(self, export: Export) -> Added:
        """Add all rows of an export, or none when anything fails; a file with the same bytes is already there."""
        with self._transaction() as cursor:
            if _known(cursor, export.file_id):
                return Added(export.file_id, dict.fromkeys(export.tables, 0), 0, already_there=True)
            seq = _value(cursor, "SELECT coalesce(max(seq), 0) + 1 FROM files")
            replaced = sum(_insert(cursor, table, frame, export, seq) for table, frame in export.tables.items())
            _insert_quarantine(cursor, export)
            _insert_file(cursor, export, seq, replaced)
        rows = {table: len(frame) for table, frame in export.tables.items()}
        return Added(export.file_id, rows, replaced)

    def remove(self, file_id: str) -> None:
        """Take a file out again: its rows and its quarantine go, and what they had replaced is current again."""
        with self._transaction() as cursor:
            if not _known(cursor, file_id):
                raise InputError("The file is not in the order history")
            seq = _value(cursor, "SELECT seq FROM files WHERE file_id = $file_id", file_id=file_id)
            for table in TABLES:
                cursor.execute(statements.delete(table), {"seq": seq})
                cursor.execute(statements.restore(table))
            cursor.execute("DELETE FROM quarantine WHERE file_id = ?", [file_id])
            cursor.execute("DELETE FROM files WHERE file_id = ?", [file_id])

    def files(self) -> pd.DataFrame:
        """The files in the order in which they were added, with how each was read and its counts of records.

        Columns file_id, name, platform, encoding, sheet, decimal, date_order, currency, currency_source, confidence,
        physical_records, rows (accepted records), quarantined, furniture, replaced.
        """
        return self._frame("SELECT * EXCLUDE (seq, content) FROM files ORDER BY seq")

    def quarantine(self, file_id: str | None = None) -> pd.DataFrame:
        """Records set aside: file_id, line_no, reason, detail; of one file or of all.

        The text of a record is not kept: it may hold a buyer's name. The line number finds it in the file.
        """
        return self._frame(statements.QUARANTINED, file_id=file_id)

    def differences(self, file_id: str) -> pd.DataFrame:
        """What a file changed in orders that an older file held too: order_id, line_id, column, before, after.

        One row a changed cell, as text, empty cells as None; a line that only one of the files has is one row of the
        column `line_id`. The older file is the newest one before it that holds the order.
        """
        return self._frame(statements.differences(), file_id=file_id)

    def keep(self, documents: Mapping[str, str]) -> None:
        """Add a version of each document that changed, all in one write: they are undone together."""
        held = self.kept()
        changed = {name: content for name, content in documents.items() if held.get(name) != content}
        if not changed:
            return
        with self._transaction() as cursor:
            seq = _value(cursor, "SELECT coalesce(max(seq), 0) + 1 FROM documents")
            for name, content in changed.items():
                cursor.execute(statements.KEEP, {"seq": seq, "name": name, "content": content})
                cursor.execute(statements.FORGET_OLD, {"name": name, "versions": VERSIONS})

    def kept(self, prefix: str = "") -> dict[str, str]:
        """The newest version of each document whose name starts like this."""
        with self._cursor() as cursor:
            return dict(cursor.execute(statements.KEPT, {"prefix": prefix}).fetchall())

    def undo(self, names: Collection[str]) -> bool:
        """Take back the newest write among these documents, in them alone; whether there was one."""
        with self._transaction() as cursor:
            seq = _value(cursor, statements.NEWEST, names=list(names))
            cursor.execute(statements.UNDO, {"names": list(names), "seq": seq})
        return seq is not None

    def can_undo(self, names: Collection[str]) -> bool:
        """Whether one of these documents has a version."""
        with self._cursor() as cursor:
            return _value(cursor, statements.NEWEST, names=list(names)) is not None

    @property
    def digest(self) -> str:
        """Digest of everything in the history: equal histories have equal digests, whoever holds them."""
        version, (known, text) = self._version, self._digest
        if known != version:
            with self._cursor() as cursor:
                rows = cursor.execute("SELECT file_id, content FROM files ORDER BY seq").fetchall()
            text = hashlib.sha256(repr(rows).encode()).hexdigest()
            self._digest = version, text  # of the version read before: a file added meanwhile is not missed
        return text

    def tables(self) -> dict[str, nw.LazyFrame[Any]]:
        """The current rows of each table of the schema, not yet computed; for use in the thread that asks."""
        cursor = self._cursor()
        return {table: nw.from_native(cursor.table(table)) for table in TABLES}

    def close(self) -> None:
        """Close the database; a file is then free for other programs."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        # A connection shared by threads returns wrong rows.
        return self._connection.cursor()

    def _frame(self, query: str, **values: object) -> pd.DataFrame:
        with self._cursor() as cursor:
            return cursor.execute(query, values or None).df()

    @contextmanager
    def _transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._writing, self._cursor() as cursor:
            cursor.begin()
            try:
                yield cursor
            except BaseException:
                cursor.rollback()
                raise
            cursor.commit()
            self._version += 1


def _connected(path: str, limits: dict[str, str | int]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(path)
    # One process shares one database a file: a second connection to it finds the settings locked already.
    locked = _value(connection, "SELECT current_setting('lock_configuration')")
    for name, value in {} if locked else {**limits, **_LOCKED}.items():
        quoted = str(value).replace("'", "''")
        connection.execute(f"SET {name} = '{quoted}'")
    return connection


def _value(cursor: duckdb.DuckDBPyConnection, query: str, **values: object) -> Any:
    rows = cursor.execute(query, values or None).fetchall()
    return rows[0][0] if rows else None


def _known(cursor: duckdb.DuckDBPyConnection, file_id: str) -> bool:
    return bool(_value(cursor, "SELECT count(*) FROM files WHERE file_id = $file_id", file_id=file_id))


def _insert(cursor: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame, export: Export, seq: int) -> int:
    """Insert the rows of one table as current; how many rows of older files are so no longer."""
    rows = frame.assign(file_id=export.file_id, platform=frame.get("platform", export.profile.platform))
    unknown = set(map(str, rows)) - set(column_names(table))
    if unknown:
        raise ValueError(f"{table} has columns that the schema does not know: {sorted(unknown)}")
    cursor.register("incoming", rows)
    cursor.execute(statements.insert(table, set(map(str, rows))), {"seq": seq})
    cursor.unregister("incoming")
    return int(_value(cursor, statements.replace(table), seq=seq))


def _insert_quarantine(cursor: duckdb.DuckDBPyConnection, export: Export) -> None:
    cursor.register("aside", export.quarantine)
    cursor.execute("INSERT INTO quarantine SELECT ?, line_no, reason, detail FROM aside", [export.file_id])
    cursor.unregister("aside")


def _insert_file(cursor: duckdb.DuckDBPyConnection, export: Export, seq: int, replaced: int) -> None:
    counts = export.counts
    row = {
        **{name: value for name, value in asdict(export.profile).items() if name in statements.FILES},
        "seq": seq, "file_id": export.file_id, "name": export.name, "replaced": replaced,
        "physical_records": counts.physical_records, "rows": counts.accepted,
        "quarantined": counts.quarantined, "furniture": counts.furniture,
        "content": " ".join(f"{table} {_value(cursor, statements.content(table), seq=seq)}" for table in TABLES),
    }  # fmt: skip
    cursor.execute(statements.INSERT_FILE, row)
