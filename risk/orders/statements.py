"""The SQL of the order history: for each table of the schema a table `<name>_all` and a view of its current rows."""

# ruff: noqa: S608 - every name in these statements is the schema's own; values are always bound

from __future__ import annotations

from collections.abc import Iterable, Iterator

from risk.orders.schema import TABLES, column_names

_TYPES = {"text": "VARCHAR", "time": "TIMESTAMP", "number": "DOUBLE", "integer": "BIGINT"}
# What makes rows of two files the same thing. Where the last of them is empty, only an equal row is the same.
_IDENTITY = {
    "lines": ("platform", "order_id"),
    "shipments": ("platform", "coalesce(tracking, 'order ' || order_id)"),
    "returns": ("platform", "sku", "returned_at", "order_id"),
    "claims": ("platform", "claim_id"),
    "cash": ("platform", "cash_id"),
}
# One row a file: its place in the order of adding, how it was read, its counts of records and a digest of its rows.
FILES = {
    "seq": "INTEGER",
    **dict.fromkeys(("file_id", "name", "platform", "encoding", "sheet", "decimal", "date_order"), "VARCHAR"),
    **dict.fromkeys(("currency", "currency_source"), "VARCHAR"),
    "confidence": "DOUBLE",
    **dict.fromkeys(("physical_records", "rows", "quarantined", "furniture", "replaced"), "BIGINT"),
    "content": "VARCHAR",
}
INSERT_FILE = f"INSERT INTO files ({', '.join(FILES)}) VALUES ({', '.join(f'${name}' for name in FILES)})"
# Versions of what the owner entered beside the orders. One number a write, which may hold several documents.
KEPT = """
    SELECT name, content FROM documents WHERE starts_with(name, $prefix)
    QUALIFY row_number() OVER (PARTITION BY name ORDER BY seq DESC) = 1 ORDER BY name"""
KEEP = "INSERT INTO documents VALUES ($seq, $name, $content)"
FORGET_OLD = """
    DELETE FROM documents WHERE name = $name AND seq NOT IN
    (SELECT seq FROM documents WHERE name = $name ORDER BY seq DESC LIMIT $versions)"""
NEWEST = "SELECT max(seq) FROM documents WHERE list_contains($names, name)"
UNDO = "DELETE FROM documents WHERE list_contains($names, name) AND seq = $seq"
QUARANTINED = """
    SELECT quarantine.* FROM quarantine JOIN files USING (file_id)
    WHERE $file_id IS NULL OR file_id = $file_id ORDER BY seq, line_no"""


def tables_and_views() -> Iterator[str]:
    """What a new database is made of; nothing that is there already changes."""
    yield f"CREATE TABLE IF NOT EXISTS files ({', '.join(f'{name} {kind}' for name, kind in FILES.items())})"
    yield "CREATE TABLE IF NOT EXISTS quarantine (file_id VARCHAR, line_no BIGINT, reason VARCHAR, detail VARCHAR)"
    yield "CREATE TABLE IF NOT EXISTS documents (seq BIGINT, name VARCHAR, content VARCHAR)"
    for table, columns in TABLES.items():
        typed = ", ".join(f"{column.name} {_TYPES[column.kind]}" for column in columns)
        yield f"CREATE TABLE IF NOT EXISTS {table}_all (seq INTEGER, current BOOLEAN, key VARCHAR, {typed})"
        names = ", ".join(column_names(table))
        yield f"CREATE OR REPLACE VIEW {table} AS SELECT {names} FROM {table}_all WHERE current"


def insert(table: str, present: set[str]) -> str:
    """Copy the registered frame `incoming`, which has the columns `present`, as current rows of file $seq."""
    cells = ", ".join(f"{_cell(c.name, c.kind, c.name in present)} AS {c.name}" for c in TABLES[table])
    return f"INSERT INTO {table}_all SELECT $seq, true, {_key(table)}, * FROM (SELECT {cells} FROM incoming)"


def _cell(name: str, kind: str, present: bool) -> str:
    if not present:
        return f"NULL::{_TYPES[kind]}"
    return f"nullif({name}::VARCHAR, '')" if kind == "text" else f"{name}::{_TYPES[kind]}"


def _key(table: str) -> str:
    """What a row is compared by: its natural id, or all its cells where it has none."""
    *_, last = ids = _IDENTITY[table]
    content = [name for name in column_names(table) if name not in {"file_id", "line_no"}]
    return f"CASE WHEN {last} IS NULL THEN 'row ' || {_joined(content)} ELSE {_joined(ids)} END"


def _joined(cells: Iterable[str]) -> str:
    filled = ", ".join(f"coalesce({cell}::VARCHAR, '')" for cell in cells)
    return f"concat_ws(chr(31), {filled})"


def replace(table: str) -> str:
    """Make older rows no longer current where the file $seq holds the same thing."""
    newer = f"SELECT key FROM {table}_all WHERE seq = $seq"
    return f"UPDATE {table}_all SET current = false WHERE current AND seq < $seq AND key IN ({newer})"


def delete(table: str) -> str:
    """Delete the rows of file $seq."""
    return f"DELETE FROM {table}_all WHERE seq = $seq"


def restore(table: str) -> str:
    """Make the newest rows current of what has no current row any longer."""
    newest = f"SELECT key, max(seq) FROM {table}_all GROUP BY key HAVING NOT bool_or(current)"
    return f"UPDATE {table}_all SET current = true WHERE NOT current AND (key, seq) IN ({newest})"


def content(table: str) -> str:
    """Sum of the hashes of the rows of file $seq, whatever their order."""
    return f"SELECT sum(hash({', '.join(column_names(table))})) FROM {table}_all WHERE seq = $seq"


def differences() -> str:
    """Cells of `lines` that differ between file $file_id and the newest file before it that holds the same order."""
    compared = [name for name in column_names("lines") if name not in {"file_id", "line_no", "order_id", "line_id"}]
    pairs = ", ".join(f"a.{name}::VARCHAR AS after_{name}, b.{name}::VARCHAR AS before_{name}" for name in compared)
    changed = " UNION ALL ".join(
        f"SELECT order_id, line_id, '{name}', before_{name}, after_{name} FROM pair "
        f"WHERE NOT came AND NOT went AND before_{name} IS DISTINCT FROM after_{name}"
        for name in compared
    )
    return f"""
        WITH mine AS (SELECT * FROM lines_all WHERE seq = (SELECT seq FROM files WHERE file_id = $file_id)),
        before AS (
            SELECT * FROM lines_all WHERE seq < (SELECT max(seq) FROM mine) AND key IN (SELECT key FROM mine)
            QUALIFY seq = max(seq) OVER (PARTITION BY key)),
        after AS (SELECT * FROM mine WHERE key IN (SELECT key FROM before)),
        pair AS (
            SELECT coalesce(a.order_id, b.order_id) AS order_id, coalesce(a.line_id, b.line_id) AS line_id,
                b.key IS NULL AS came, a.key IS NULL AS went, {pairs}
            FROM after a FULL JOIN before b ON a.key = b.key AND a.line_id IS NOT DISTINCT FROM b.line_id)
        SELECT order_id, line_id, 'line_id' AS "column", CASE WHEN went THEN line_id END AS before,
            CASE WHEN came THEN line_id END AS after
        FROM pair WHERE came OR went UNION ALL {changed} ORDER BY ALL"""
