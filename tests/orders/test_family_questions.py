"""What logistics, quality and the size of the trade ask: counts and sums by hand, on every engine alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from risk.orders import questions
from risk.orders.export import Export
from risk.orders.history import OrderHistory
from risk.orders.sample import open_sample

Rows = dict[str, list[dict[str, Any]]]
Frame = Callable[[str, list[dict[str, Any]]], pd.DataFrame]

TODAY = dt.date(2026, 4, 20)
QUESTIONS = (
    *(
        ("destinations", ()),
        ("order_values", ()),
        ("margins", ()),
        ("holds", ()),
        ("freight", ()),
        ("return_reasons", ()),
    ),
    *(("claims_summary", ()), ("shipments_summary", (TODAY,)), ("returns_summary", (dt.date(2026, 4, 1),))),
    ("transit_days", (TODAY,)),
)


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(f"2026-{text}")


def line(order_id: str, **cells: Any) -> dict[str, Any]:
    given = {"platform": "template", "line_id": "1", "ordered_at": day("03-10"), "currency": "EUR", "country": "DE"}
    return {"order_id": order_id, "sku": "A", "category": "toys", "amount": 100.0, "quantity": 2.0, **given, **cells}


def parcel(order_id: str, promised: str | None = "03-20", delivered: str | None = None, **cells: Any) -> dict[str, Any]:
    given = {"origin": "CN", "destination": "DE", "carrier": "Fast", "mode": "express", "shipped_at": day("03-11")}
    dates = {"promised_at": promised and day(promised), "delivered_at": delivered and day(delivered)}
    return {"order_id": order_id, "tracking": order_id, "status": "delivered", **given, **dates, **cells}


ROWS: Rows = {
    "lines": [
        line("1", shipping=10.0, fee=11.0, unit_cost=200.0, cost_currency="CNY"),
        line("1", line_id="2", sku="B", category="lamps", amount=40.0, quantity=1.0),
        line("2", country="US", currency="USD", amount=60.0, unit_cost=30.0, cost_currency="CNY", fee=6.0),
        line("3", country=None, refunded=25.0, quantity=1.0),
        line("4", status="cancelled", amount=999.0),
        line("5", currency=None, amount=999.0),
        line("6", ordered_at=pd.NaT, amount=999.0),
        line("C7", amount=-50.0, quantity=-1.0, ordered_at=day("03-15")),
        line("8", ordered_at=day("04-10"), sku="B", category="lamps", amount=80.0),
        line("9", refunded=100.0, country="US", sku="B", category="lamps"),
    ],
    "shipments": [
        parcel("1", delivered="03-20 18:00", hold_days=2.0, hold_reason="inspection", weight_kg=0.5),
        parcel("2", delivered="03-23 01:00", freight=8.0, freight_currency="USD", weight_kg=1.5),
        parcel("3", promised=None, delivered="03-30", freight=9.0),
        parcel("8", promised="04-18", status="open"),
        parcel("x", promised="04-20", status="open", hold_reason="missing document"),
        parcel("9", status="lost", freight=4.0, freight_currency="USD"),
        parcel("y", status="returned"),
        parcel("z", mode="sea", status="delivered"),
    ],
    "returns": [
        {"order_id": "1", "sku": "A", "returned_at": day("04-12"), "quantity": 1.0, "refund": 50.0, "currency": "EUR"},
        {"order_id": "8", "sku": "B", "returned_at": day("04-15"), "quantity": 1.0, "refund": 40.0, "currency": "EUR"},
        {"sku": "A", "returned_at": day("03-02"), "quantity": 3.0, "refund": 30.0, "currency": "EUR", "reason": "late"},
    ],
    "claims": [
        {"claim_id": "a", "order_id": "2", "kind": "not received", "amount": 60.0, "currency": "USD", "outcome": "won"},
        {"claim_id": "b", "order_id": "2", "kind": "chargeback", "amount": 3.0, "currency": "USD", "outcome": "lost"},
        {"claim_id": "c", "order_id": "9", "kind": "chargeback", "amount": 4.0, "currency": "USD", "outcome": "lost"},
    ],
}


@pytest.fixture(params=["duckdb", "pandas", "relations"])
def ask(request: pytest.FixtureRequest, export: Callable[..., Export], frame: Frame) -> Callable[..., Any]:
    """Ask about the rows above: in an order history, in pandas frames, in DuckDB relations."""

    def asked(question: str, *arguments: Any) -> Any:
        if request.param == "pandas":
            return getattr(questions, question)({name: frame(name, ROWS[name]) for name in ROWS}, *arguments)
        with OrderHistory.open() as history:
            history.add(export("made.csv", **ROWS))
            source = history if request.param == "duckdb" else {n: t.to_native() for n, t in history.tables().items()}
            return getattr(questions, question)(source, *arguments)

    return asked


def told(found: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """Rows of a frame with None where a cell is missing."""
    chosen = found[list(columns)] if columns else found
    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in chosen.itertuples(index=False)]


def test_destinations_are_sales_by_country_and_currency(ask: Callable[..., Any]) -> None:
    found = ask("destinations")
    assert list(found) == ["country", "currency", "orders", "lines", "units", "sales"]
    assert told(found) == [
        ("DE", "EUR", 2, 3, 5.0, 230.0),
        ("US", "EUR", 1, 1, 2.0, 100.0),
        ("US", "USD", 1, 1, 2.0, 60.0),
        (None, "EUR", 1, 1, 1.0, 100.0),
    ]


def test_orders_are_counted_by_what_they_are_worth(ask: Callable[..., Any]) -> None:
    found = ask("order_values")
    assert list(found) == ["country", "currency", "step", "orders", "sales"]
    assert told(found) == [
        ("DE", "EUR", 95, 1, 80.0),  # 10^(95 / 50) = 79.4, the next step begins at 83.2
        ("DE", "EUR", 108, 1, 150.0),  # two lines of one order, shipping included
        ("US", "EUR", 100, 1, 100.0),
        ("US", "USD", 88, 1, 60.0),
        (None, "EUR", 100, 1, 100.0),
    ]


def test_articles_are_counted_once(ask: Callable[..., Any]) -> None:
    assert ask("articles") == 2


def test_margins_keep_every_currency_apart(ask: Callable[..., Any]) -> None:
    found = ask("margins")
    assert list(found) == ["currency", "sales", "fees", "costed", "goods", "freight"]
    assert told(found) == [
        ("EUR", 430.0, 11.0, 110.0, 0.0, 0.0),
        ("USD", 60.0, 6.0, 60.0, 0.0, 12.0),
        ("CNY", 0.0, 0.0, 0.0, 460.0, 0.0),
    ]


def test_a_parcel_is_late_by_dates_and_open_ones_are_late_once_the_promise_is_past(ask: Callable[..., Any]) -> None:
    found = ask("shipments_summary", TODAY).set_index("mode")
    assert found.loc["express"].drop(["origin", "destination", "carrier"]).to_dict() == {
        "parcels": 7,
        "delivered": 3,
        "resolved": 3,  # 1 on the day, 2 late, 8 overdue; 3 has no promise
        "late": 2,
        "overdue": 1,
        "pending": 1,  # due today
        "lost": 1,
        "held": 2,
        "late_claimed": 1,
        "hold_days": 2.0,
        "weighed": 2,
        "weight_kg": 2.0,
    }
    assert (found.loc["sea", "delivered"], found.loc["sea", "resolved"]) == (1, 0)


def test_days_in_transit_by_dates_with_what_has_none(ask: Callable[..., Any]) -> None:
    found = ask("transit_days", dt.date(2026, 3, 25))
    assert list(found) == ["origin", "destination", "carrier", "mode", "state", "days", "parcels"]
    assert told(found, "mode", "state", "days", "parcels") == [
        ("express", "arrived", 9.0, 1),
        ("express", "arrived", 12.0, 1),
        ("express", "open", 14.0, 4),  # 3 arrives later, 8 and x are under way, 9 is lost
        ("express", "returned", None, 1),
        ("sea", "undated", None, 1),
    ]
    assert told(ask("transit_days", dt.date(2026, 3, 10)), "state", "parcels") == [
        ("later", 6),
        ("returned", 1),
        ("undated", 1),
    ]


def test_holds_by_reason_and_length(ask: Callable[..., Any]) -> None:
    assert told(ask("holds")) == [("inspection", 2.0, 1), ("missing document", None, 1)]


def test_freight_counts_only_charges_in_a_known_currency(ask: Callable[..., Any]) -> None:
    assert told(ask("freight")) == [("express", "USD", 2, 12.0, 1.5)]


def test_returns_by_article_count_each_refund_once(ask: Callable[..., Any]) -> None:
    """Article A: order 1 and one of no order from `returns`, C7 a credit note, 3 paid back; 9 got lost."""
    found = ask("returns_summary")
    columns = ("sku", "currency", "units", "sales", "returns", "returned", "refunds", "squares")
    assert told(found, "category", *columns) == [
        ("lamps", "B", "EUR", 5.0, 220.0, 1.0, 1.0, 40.0, 1600.0),
        ("toys", "A", "EUR", 3.0, 210.0, 4.0, 6.0, 155.0, 50.0**2 + 30**2 + 50**2 + 25**2),
        ("toys", "A", "USD", 2.0, 60.0, 0.0, 0.0, 0.0, 0.0),
    ]


def test_orders_too_new_for_their_returns_are_left_out_with_their_returns(ask: Callable[..., Any]) -> None:
    found = ask("returns_summary", dt.date(2026, 4, 1)).set_index(["sku", "currency"])
    assert found.loc[("B", "EUR"), ["units", "returns"]].tolist() == [3.0, 0.0]
    assert found.loc[("A", "EUR"), ["units", "returns"]].tolist() == [3.0, 4.0]


def test_reasons_of_returns(ask: Callable[..., Any]) -> None:
    assert told(ask("return_reasons")) == [(None, None, 2, 2.0), ("late", None, 1, 3.0)]


def test_claims_by_kind_outcome_and_currency(ask: Callable[..., Any]) -> None:
    assert told(ask("claims_summary")) == [
        ("chargeback", "lost", "USD", 2, 7.0, 25.0),
        ("not received", "won", "USD", 1, 60.0, 3600.0),
    ]


@pytest.mark.parametrize(("question", "arguments"), QUESTIONS, ids=[question for question, _ in QUESTIONS])
def test_nothing_is_known_of_an_empty_history(question: str, arguments: tuple[Any, ...]) -> None:
    with OrderHistory.open() as history:
        empty = getattr(questions, question)(history, *arguments)
        assert empty.empty
        assert list(empty) == list(getattr(questions, question)({}, *arguments))
        assert questions.articles(history) == 0


@pytest.mark.parametrize(("question", "arguments"), QUESTIONS, ids=[question for question, _ in QUESTIONS])
def test_the_sample_gives_the_same_answers_in_duckdb_and_in_pandas(question: str, arguments: tuple[Any, ...]) -> None:
    with open_sample() as history:
        frames = {name: table.collect("pandas").to_native() for name, table in history.tables().items()}
        found = getattr(questions, question)(history, *arguments)
    pd.testing.assert_frame_equal(found, getattr(questions, question)(frames, *arguments), check_dtype=False)
    assert len(found) >= 3


@pytest.mark.spark
@pytest.mark.filterwarnings("default")  # pyspark 4.3 warns of pandas 3 and calls what pandas 3 deprecates
def test_spark_gives_the_same_answers(frame: Frame, spark: Any) -> None:
    frames = {name: frame(name, rows) for name, rows in ROWS.items()}
    native = {
        name: spark.createDataFrame(held.astype(object).where(held.notna(), None), schema=_spark_schema(held))
        for name, held in frames.items()
    }
    for question, arguments in QUESTIONS:
        found = getattr(questions, question)(native, *arguments)
        expected = getattr(questions, question)(frames, *arguments)
        pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def _spark_schema(frame: pd.DataFrame) -> str:
    """Types of the columns for Spark, which cannot infer those of empty ones."""
    kinds = {"float64": "double", "Int64": "long", "datetime64[us]": "timestamp"}
    return ", ".join(f"`{name}` {kinds.get(str(kind), 'string')}" for name, kind in frame.dtypes.items())
