"""One family's analysis by itself, on the sample shop or on a handful of rows."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from risk.calibration import Answers, ask, calibrate
from risk.orders.sample import open_sample
from risk.orders.schema import TABLES, column_names
from risk.trade import Trade

DAY = dt.date(2026, 11, 1)
FX = {"USD": 0.9, "GBP": 1.15, "JPY": 0.006, "AUD": 0.6, "CNY": 0.125, "BRL": 0.16}
DTYPES = {"text": "str", "time": "datetime64[us]", "number": "float64", "integer": "Int64"}


def page(*asked: object) -> None:
    import importlib

    family, *given = asked
    importlib.import_module(f"dashboard.families.{family}").show(*given)


def framed(table: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows with all columns of the schema in their types."""
    frame = pd.DataFrame(rows, columns=list(column_names(table)))
    return frame.astype({column.name: DTYPES[column.kind] for column in TABLES[table]})


def drawn(family: str, answers: Answers, trade: Trade, seat: str | None = "CN") -> AppTest:
    at = AppTest.from_function(page, default_timeout=60, args=(family, answers, trade, DAY, FX, seat)).run()
    assert not at.exception, [error.message for error in at.exception]
    return at


@pytest.fixture(scope="session")
def sample() -> tuple[Answers, Trade]:
    """What the sample shop answers, and its year of trade in EUR."""
    with open_sample() as history:
        answers = ask(history, DAY)
    return answers, calibrate(answers, "EUR", FX, DAY).trade


@pytest.fixture
def shown(sample: tuple[Answers, Trade]) -> Callable[..., AppTest]:
    """Shows a family on the sample shop: `shown("legal")`."""
    return lambda family, **options: drawn(family, *sample, **options)


@pytest.fixture
def made() -> Callable[..., AppTest]:
    """Shows a family on rows by table: `made("legal", lines=[{...}])`."""

    def show(family: str, seat: str | None = "CN", **rows: list[dict[str, Any]]) -> AppTest:
        answers = ask({table: framed(table, given) for table, given in rows.items()}, DAY)
        return drawn(family, answers, calibrate(answers, "EUR", FX, DAY, seat).trade, seat)

    return show


@pytest.fixture
def line() -> Callable[..., dict[str, Any]]:
    """An order line of EUR 100 to Germany, a year before the day: `line("1", country="US")`."""

    def make(order_id: str, **cells: Any) -> dict[str, Any]:
        at = pd.Timestamp("2025-11-01") + pd.Timedelta(days=len(order_id))
        usual = {"platform": "template", "line_id": "1", "ordered_at": at, "currency": "EUR", "country": "DE"}
        return {"order_id": order_id, "sku": "A", "amount": 100.0, "quantity": 2.0, **usual, **cells}

    return make


@pytest.fixture(scope="session")
def table() -> Callable[[AppTest, str], pd.DataFrame]:
    """The table on a page that has a column."""

    def find(at: AppTest, column: str) -> pd.DataFrame:
        (found,) = [frame.value for frame in at.dataframe if column in frame.value]
        return found

    return find


@pytest.fixture(scope="session")
def charts() -> Callable[[AppTest], list[dict[str, Any]]]:
    """The charts of a page as Plotly reads them."""
    return lambda at: [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]


@pytest.fixture(scope="session")
def words() -> Callable[[AppTest], str]:
    """All that a page says in Markdown."""
    kinds = ("header", "subheader", "markdown", "caption", "info")
    return lambda at: "\n".join(part.value for kind in kinds for part in at.get(kind))


@pytest.fixture(scope="session")
def titles() -> Callable[[AppTest], list[str]]:
    return lambda at: [part.value for part in at.subheader]
