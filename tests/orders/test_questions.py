"""Each question against a sum by hand, a slow loop, and itself on another engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from risk.checks import Sentence
from risk.orders import questions
from risk.orders.export import Export
from risk.orders.history import OrderHistory
from risk.orders.schema import FAMILIES, TABLES

Rows = dict[str, list[dict[str, Any]]]
Frame = Callable[[str, list[dict[str, Any]]], pd.DataFrame]

MARCH, APRIL = pd.Timestamp("2026-03-01"), pd.Timestamp("2026-04-01")


def line(order_id: str, **cells: Any) -> dict[str, Any]:
    given = {"platform": "template", "line_id": "1", "ordered_at": pd.Timestamp("2026-03-31 23:59"), "currency": "EUR"}
    return {"order_id": order_id, "amount": 100.0, "quantity": 1.0, **given, **cells}


@pytest.fixture(params=["duckdb", "pandas", "relations"])
def ask(request: pytest.FixtureRequest, export: Callable[..., Export], frame: Frame) -> Callable[..., Any]:
    """Ask a question about rows by table: in an order history, in pandas frames, in DuckDB relations."""

    def asked(question: str, **tables: list[dict[str, Any]]) -> Any:
        if request.param == "pandas":
            return getattr(questions, question)({name: frame(name, rows) for name, rows in tables.items()})
        with OrderHistory.open() as history:
            history.add(export("made.csv", **tables))
            source = history if request.param == "duckdb" else {n: t.to_native() for n, t in history.tables().items()}
            return getattr(questions, question)(source)

    return asked


def cells(found: pd.DataFrame, month: pd.Timestamp, currency: str) -> dict[str, float]:
    row = found[(found["month"] == month) & (found["currency"] == currency)]
    assert len(row) == 1, found
    return {name: float(row[name].iloc[0]) for name in ("sales", "refunds", "fees", "costs", "gross", "net")}


def test_exposure_of_a_history_that_was_added_up_by_hand(ask: Callable[..., Any]) -> None:
    found = ask(
        "exposure",
        lines=[
            line(
                "1", amount=90.0, shipping=10.0, tax=19.0, fee=15.0, unit_cost=200.0, cost_currency="CNY", quantity=2.0
            ),
            line("2", amount=50.0, refunded=20.0, unit_cost=4.0, cost_currency="EUR", quantity=3.0),
            line("3", amount=70.0, ordered_at=APRIL),
            line("C1", amount=-30.0, quantity=-1.0, unit_cost=4.0, cost_currency="EUR"),
            line("4", status="cancelled", amount=1000.0, unit_cost=9.0, cost_currency="EUR", fee=9.0, refunded=9.0),
            line("5", currency=None, amount=500.0),
            line("6", ordered_at=pd.NaT, amount=600.0),
        ],
        returns=[{"order_id": "3", "returned_at": APRIL, "refund": 25.0, "currency": "EUR"}],
        shipments=[{"order_id": "1", "shipped_at": APRIL, "freight": 8.0, "freight_currency": "USD"}],
        cash=[
            {"booked_at": APRIL, "kind": "advertising", "amount": -40.0, "currency": "EUR"},
            {"booked_at": APRIL, "kind": "cost", "amount": -60.0, "currency": "USD"},
            {"booked_at": APRIL, "kind": "payout", "amount": 999.0, "currency": "EUR"},
            {"booked_at": APRIL, "kind": "conversion", "amount": -999.0, "currency": "EUR"},
        ],
    )
    assert list(found) == ["month", "currency", "sales", "refunds", "fees", "costs", "gross", "net"]
    assert list(zip(found["month"], found["currency"], strict=True)) == [
        *[(MARCH, "CNY"), (MARCH, "EUR"), (APRIL, "EUR"), (APRIL, "USD")]
    ]
    march, april = cells(found, MARCH, "EUR"), cells(found, APRIL, "EUR")
    assert march == {"sales": 150, "refunds": 50, "fees": 15, "costs": 12, "gross": 85, "net": 73}
    assert april == {"sales": 70, "refunds": 25, "fees": 0, "costs": 40, "gross": 45, "net": 5}
    assert cells(found, MARCH, "CNY")["net"] == -400
    assert cells(found, APRIL, "USD")["costs"] == 68


REFUNDS = [
    ("the line alone holds it", 30.0, None, None, 30.0),
    ("the return alone holds it", 0.0, 30.0, None, 30.0),
    ("both hold the same refund", 30.0, 30.0, None, 30.0),
    ("the return holds more of it", 10.0, 30.0, None, 30.0),
    ("the return holds less of it", 30.0, 10.0, None, 30.0),
    ("all three hold it", 30.0, 30.0, -30.0, 30.0),
    ("the payment alone holds it", 0.0, None, -30.0, 30.0),
    ("the payment holds more than the return", 0.0, 30.0, -35.0, 35.0),
]


@pytest.mark.parametrize(("case", "held", "returned", "paid", "expected"), REFUNDS, ids=[case[0] for case in REFUNDS])
def test_one_refund_counts_once_wherever_it_is_written(
    ask: Callable[..., Any], case: str, held: float, returned: float | None, paid: float | None, expected: float
) -> None:
    money = {"order_id": "1", "currency": "EUR"}
    tables: Rows = {"lines": [line("1", refunded=held), line("2")]}
    if returned is not None:  # two parcels came back: the order's refund in two halves
        tables["returns"] = [{**money, "returned_at": APRIL, "refund": returned / 2, "sku": sku} for sku in "AB"]
    if paid is not None:
        tables["cash"] = [{**money, "booked_at": APRIL, "kind": "refund", "amount": paid}]
    assert ask("exposure", **tables)["refunds"].sum() == pytest.approx(expected)


def test_a_refund_payment_without_an_order_number_pays_one_that_is_held_already(ask: Callable[..., Any]) -> None:
    paid = {"booked_at": APRIL, "kind": "refund", "amount": -30.0, "currency": "EUR"}
    assert ask("exposure", lines=[line("1", refunded=30.0)], cash=[paid])["refunds"].sum() == 30


def test_a_return_without_an_order_number_counts_in_full(ask: Callable[..., Any]) -> None:
    back = {"returned_at": APRIL, "refund": 30.0, "currency": "EUR"}
    assert ask("exposure", lines=[line("1", refunded=30.0)], returns=[back, back])["refunds"].sum() == 90


@pytest.mark.parametrize(("order", "expected"), [("1", 15.0), ("2", 30.0), (None, 30.0)])
def test_a_fee_that_line_and_payment_both_hold_counts_once(
    ask: Callable[..., Any], order: str | None, expected: float
) -> None:
    paid = {"order_id": order, "booked_at": APRIL, "kind": "fee", "amount": -15.0, "currency": "EUR"}
    found = ask("exposure", lines=[line("1", fee=15.0), line("2")], cash=[paid])
    assert found["fees"].sum() == pytest.approx(expected)


def test_freight_that_parcel_and_payment_both_hold_counts_once(ask: Callable[..., Any]) -> None:
    parcel = {"order_id": "1", "shipped_at": APRIL, "freight": 8.0, "freight_currency": "USD"}
    paid = {"order_id": "1", "booked_at": APRIL, "kind": "freight", "amount": -11.0, "currency": "USD"}
    other = {**paid, "order_id": None, "amount": -100.0}
    assert ask("exposure", lines=[line("1")], shipments=[parcel], cash=[paid, other])["costs"].sum() == 111


def test_orders_lines_and_days_are_what_the_files_hold(ask: Callable[..., Any]) -> None:
    lines = [
        *(line("1"), line("1", line_id="2"), line("1", platform="other"), line("2", status="cancelled")),
        *(line("3", currency=None), line("4", ordered_at=APRIL, currency="USD", amount=7.0, fee=2.0)),
    ]
    orders, rows = ask("order_counts", lines=lines)
    assert (orders, rows) == (5, 6)
    assert ask("span", lines=lines) == (pd.Timestamp("2026-03-31 23:59"), APRIL)
    assert ask("unknown_currency", lines=lines) == 1
    totals = ask("totals_by_currency", lines=lines)
    assert list(totals) == ["currency", "orders", "lines", "sales", "refunds", "fees", "first", "last"]
    assert totals.to_numpy().tolist() == [
        ["EUR", 2, 3, 300.0, 0.0, 0.0, pd.Timestamp("2026-03-31 23:59"), pd.Timestamp("2026-03-31 23:59")],
        ["USD", 1, 1, 7.0, 0.0, 2.0, APRIL, APRIL],
    ]


def test_totals_are_the_exposures_of_all_months(ask: Callable[..., Any], random_rows: Rows) -> None:
    totals = ask("totals_by_currency", **random_rows).set_index("currency")
    months = ask("exposure", **random_rows).groupby("currency")[["sales", "refunds", "fees"]].sum()
    pd.testing.assert_frame_equal(totals[["sales", "refunds", "fees"]].sort_index(), months.loc[sorted(totals.index)])


@pytest.fixture
def random_rows() -> Rows:
    """A history with every awkward case many times over."""
    rng = np.random.default_rng(20261031)
    choose = rng.choice

    def day() -> pd.Timestamp:
        return pd.NaT if rng.random() < 0.03 else pd.Timestamp("2026-01-01") + pd.Timedelta(int(rng.integers(200)), "D")

    def money(scale: float) -> float:
        return float("nan") if rng.random() < 0.3 else round(float(rng.uniform(0, scale)), 2)

    def order() -> str | None:
        return None if rng.random() < 0.1 else str(rng.integers(60))

    def code() -> str | None:
        return choose(["EUR", "USD", "JPY", None])

    lines = [
        line(
            str(rng.integers(60)),
            line_id=str(at),
            ordered_at=day(),
            currency=code(),
            amount=money(100) * choose([1, 1, 1, -1]),
            quantity=float(rng.integers(-1, 4)),
            shipping=money(9),
            fee=money(9),
            refunded=money(20),
            unit_cost=money(30),
            cost_currency=choose(["CNY", "USD", None]),
            status=choose(["paid", "cancelled", None]),
        )
        for at in range(300)
    ]
    returns = [{"order_id": order(), "returned_at": day(), "refund": money(60), "currency": code()} for _ in range(150)]
    shipments = [
        {"order_id": order(), "shipped_at": day(), "freight": money(20), "freight_currency": code()} for _ in range(150)
    ]
    kinds = ["payout", "fee", "conversion", "refund", "cost", "freight", "advertising"]
    cash = [
        {"order_id": order(), "booked_at": day(), "kind": choose(kinds), "amount": -money(50), "currency": code()}
        for _ in range(300)
    ]
    return {"lines": lines, "returns": returns, "shipments": shipments, "cash": cash}


def known(value: Any) -> float:
    return 0.0 if value is None or pd.isna(value) else float(value)


def slow_exposure(tables: Rows) -> dict[tuple[str, str, str], float]:
    """Exposure by plain loops over the rules, the witness: (month, currency, measure) -> amount."""
    booked: dict[tuple[str, str, str], float] = defaultdict(float)
    by_order: dict[str, dict[tuple[str, str], float]] = {m: defaultdict(float) for m in ("refunds", "fees", "costs")}

    def book(at: pd.Timestamp, currency: str | None, measure: str, amount: float) -> None:
        if not pd.isna(at) and currency is not None:
            booked[f"{at:%Y-%m}", currency, measure] += amount

    def book_beyond(
        rows: list[dict[str, Any]], measure: str, at: str, value: Callable[[dict[str, Any]], float]
    ) -> None:
        before = dict(by_order[measure])
        totals: dict[tuple[str, str], float] = defaultdict(float)
        for row in rows:
            totals[row["order_id"], row["currency"]] += value(row)
        for row in rows:
            order = (row["order_id"], row["currency"])
            share = 1.0
            if row["order_id"] is not None and totals[order] > 0:
                share = max(totals[order] - before.get(order, 0.0), 0.0) / totals[order]
            book(row[at], row["currency"], measure, value(row) * share)
            if row["order_id"] is not None and row["currency"] is not None:
                by_order[measure][order] += value(row) * share

    for row in tables["lines"]:
        if row["status"] == "cancelled":
            continue
        revenue = known(row["amount"]) + known(row["shipping"])
        refund = known(row["refunded"]) + max(-revenue, 0.0)
        book(row["ordered_at"], row["currency"], "sales", max(revenue, 0.0))
        book(row["ordered_at"], row["currency"], "refunds", refund)
        book(row["ordered_at"], row["currency"], "fees", known(row["fee"]))
        by_order["refunds"][row["order_id"], row["currency"]] += refund
        by_order["fees"][row["order_id"], row["currency"]] += known(row["fee"])
        if row["quantity"] > 0:
            book(row["ordered_at"], row["cost_currency"], "costs", known(row["unit_cost"]) * row["quantity"])
    for row in tables["shipments"]:
        book(row["shipped_at"], row["freight_currency"], "costs", known(row["freight"]))
        by_order["costs"][row["order_id"], row["freight_currency"]] += known(row["freight"])
    book_beyond(tables["returns"], "refunds", "returned_at", lambda row: known(row["refund"]))
    out = {kind: [row for row in tables["cash"] if row["kind"] == kind] for kind in ("refund", "fee", "freight")}
    numbered = [row for row in out["refund"] if row["order_id"] is not None]
    for rows, measure in ((numbered, "refunds"), (out["fee"], "fees"), (out["freight"], "costs")):
        book_beyond(rows, measure, "booked_at", lambda row: -known(row["amount"]))
    for row in tables["cash"]:
        if row["kind"] in {"cost", "advertising"}:
            book(row["booked_at"], row["currency"], "costs", -known(row["amount"]))
    return booked


def test_exposure_agrees_with_a_slow_loop_over_the_rules(ask: Callable[..., Any], random_rows: Rows) -> None:
    found = ask("exposure", **random_rows)
    witness = slow_exposure(random_rows)
    assert len(found) == len({(month, currency) for month, currency, _ in witness}) > 20
    for row in found.itertuples():
        for measure in ("sales", "refunds", "fees", "costs"):
            expected = witness.get((f"{row.month:%Y-%m}", row.currency, measure), 0.0)
            assert getattr(row, measure) == pytest.approx(expected, abs=1e-8), (row, measure)
    assert (found["net"] - (found["sales"] - found["refunds"] - found["fees"] - found["costs"])).abs().max() < 1e-8


def test_an_empty_history_has_empty_answers() -> None:
    with OrderHistory.open() as history:
        assert questions.exposure(history).empty
        assert questions.totals_by_currency(history).empty
        assert questions.order_counts(history) == (0, 0)
        assert all(pd.isna(end) for end in questions.span(history))
        assert questions.unknown_currency(history) == 0
        assert (questions.coverage(history)["filled"] == 0).all()
        assert (questions.families(history)["missing"] != "").all()


def test_coverage_counts_filled_cells_and_explains_every_column(ask: Callable[..., Any]) -> None:
    held = ask("coverage", lines=[line("1", sku="A"), line("2"), line("3", sku="B"), line("4")])
    assert list(held) == ["table", "column", "rows", "filled", "meaning"]
    columns = [
        (table, c.name) for table in TABLES for c in TABLES[table] if c.name not in {"file_id", "line_no", "platform"}
    ]
    assert list(zip(held["table"], held["column"], strict=True)) == columns
    lines = held[held["table"] == "lines"].set_index("column")
    assert (lines["rows"] == 4).all()
    assert lines.loc[["order_id", "sku", "fee"], "filled"].tolist() == [1.0, 0.5, 0.0]
    assert held["meaning"].str.len().min() > 5


def test_each_family_says_what_it_can_and_which_columns_would_let_it_say_more(ask: Callable[..., Any]) -> None:
    said = ask("families", lines=[line("1", fee=1.0)])
    assert list(said) == ["family", "answers", "missing"]
    assert set(said["family"]) == set(FAMILIES)
    assert all(isinstance(answer, Sentence) for answer in said["answers"])
    missing = dict(zip(said["answers"], said["missing"], strict=True))
    assert missing["Marketplace and payment fees in the sale currency"] == ""
    goods = missing["Costs of goods in their own currency, which net against sales in it"]
    assert goods == "lines.unit_cost, lines.cost_currency"


def test_families_ask_only_for_columns_of_the_schema(ask: Callable[..., Any]) -> None:
    asked = {
        need for text in ask("families", claims=[{"claim_id": "1"}])["missing"] for need in text.split(", ") if need
    }
    assert asked <= {f"{table}.{column.name}" for table in TABLES for column in TABLES[table]}


def test_the_uci_file_comes_to_the_total_of_its_rows(shared: Path, frame: Frame) -> None:
    """UCI Online Retail: quantity x price over all 541,909 rows, credit notes and corrections included."""
    raw = pd.read_csv(shared / "orders" / "uci_online_retail_2010_2011.csv.gz", encoding="utf-8")
    raw.columns = raw.columns.str.strip()
    lines = pd.DataFrame(
        {
            "platform": "uci",
            "order_id": raw["InvoiceNo"].astype("str"),
            "ordered_at": pd.to_datetime(raw["InvoiceDate"]),
            "quantity": raw["Quantity"].astype("float64"),
            "amount": raw["Quantity"] * raw["UnitPrice"],
            "currency": "GBP",
        }
    )
    found = questions.exposure({"lines": lines.reindex(columns=list(frame("lines", [])))})
    assert found["gross"].sum() == pytest.approx(9_747_747.934, abs=0.001)
    assert found["refunds"].sum() == pytest.approx(-lines.loc[lines["amount"] < 0, "amount"].sum())
    assert len(found) == 13


@pytest.mark.spark
@pytest.mark.filterwarnings("default")  # pyspark 4.3 warns of pandas 3 and calls what pandas 3 deprecates
def test_spark_gives_the_same_exposure(random_rows: Rows, frame: Frame, spark: Any) -> None:
    frames = {name: frame(name, rows) for name, rows in random_rows.items()}
    native = {
        name: spark.createDataFrame(held.astype(object).where(held.notna(), None)) for name, held in frames.items()
    }
    pd.testing.assert_frame_equal(questions.exposure(native), questions.exposure(frames), check_dtype=False)
