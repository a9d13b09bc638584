"""Exports made by hand, so that tests of the history and its questions do not depend on a reader."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest

from risk.orders.export import Counts, Export, Profile
from risk.orders.schema import TABLES, column_names

_DTYPES = {"text": "str", "time": "datetime64[us]", "number": "float64", "integer": "Int64"}


def made_frame(table: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a frame with all columns of the schema in their types, as `read_export` hands it over."""
    frame = pd.DataFrame(rows, columns=list(column_names(table)))
    return frame.astype({column.name: _DTYPES[column.kind] for column in TABLES[table]})


def made_export(name: str, *, platform: str = "template", **tables: list[dict[str, Any]]) -> Export:
    """An export of which the bytes are its name and rows."""
    file_id = hashlib.sha256(repr((name, tables)).encode()).hexdigest()
    stamped = {
        table: [{"file_id": file_id, "line_no": 2 + at, "platform": platform, **row} for at, row in enumerate(rows)]
        for table, rows in tables.items()
    }
    accepted = sum(len(rows) for rows in tables.values())
    return Export(
        name=name,
        file_id=file_id,
        profile=Profile(platform, "utf-8", ",", 1, ".", "YMD", "per row", "column", 1.0),
        mapping=(),
        tables={table: made_frame(table, rows) for table, rows in stamped.items()},
        quarantine=pd.DataFrame(
            {"line_no": [accepted + 2], "reason": ["no date"], "detail": ["ordered_at"], "text": ["9;Ms Example"]}
        ),
        counts=Counts(accepted + 2, accepted, 1, 1),
        questions=(),
        notes=(),
    )


@pytest.fixture
def export() -> Callable[..., Export]:
    """Make an export: `export("name", lines=[{...}], returns=[{...}])`."""
    return made_export


@pytest.fixture
def frame() -> Callable[[str, list[dict[str, Any]]], pd.DataFrame]:
    """Make a frame of one table: `frame("lines", [{...}])`."""
    return made_frame


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A Spark session on this machine; the test is skipped where pyspark is not installed."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed (extra [spark])")
    from pyspark.sql import SparkSession

    few = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2"}
    session = SparkSession.builder.master("local[1]").config(map=few).getOrCreate()
    yield session
    session.stop()
