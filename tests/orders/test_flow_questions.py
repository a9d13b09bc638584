"""Flows by day and channel, payouts and delays of refunds: by hand, by a slow loop, and on other engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from risk.orders import questions
from tests.orders.test_questions import Frame, Rows, ask, line, random_rows, slow_exposure

__all__ = ["ask", "random_rows"]  # fixtures

MONDAY, FRIDAY = pd.Timestamp("2026-03-02 08:00"), pd.Timestamp("2026-03-06 20:00")


def test_a_flow_is_open_until_a_line_or_a_parcel_of_its_order_says_otherwise(ask: Callable[..., Any]) -> None:
    at = {"ordered_at": MONDAY, "channel": "shop"}
    found = ask(
        "flows",
        lines=[
            line("1", status="paid", **at),
            line("2", status="paid", amount=20.0, **at),
            line("3", status="delivered", amount=3.0, **at),
            line("4", status=None, amount=4.0, ordered_at=MONDAY),
            line("5", status="paid", amount=50.0, **at),
            line("5", status="shipped", amount=60.0, line_id="2", **at),
        ],
        shipments=[
            {"order_id": "2", "shipped_at": FRIDAY, "freight": 8.0, "freight_currency": "USD"},
            {"order_id": "1", "shipped_at": pd.NaT},
        ],
        cash=[{"booked_at": FRIDAY, "kind": "fee", "amount": -5.0, "currency": "EUR"}],
    )
    rows = {
        (row.day.day, row.currency, None if pd.isna(row.channel) else row.channel, row.dispatched): row
        for row in found.itertuples()
    }
    assert {key: (row.sales, row.fees, row.costs) for key, row in rows.items()} == {
        (2, "EUR", "shop", False): (100.0, 0.0, 0.0),
        (2, "EUR", "shop", True): (133.0, 0.0, 0.0),
        (2, "EUR", "template", True): (4.0, 0.0, 0.0),
        (6, "USD", "shop", True): (0.0, 0.0, 8.0),
        (6, "EUR", None, True): (0.0, 5.0, 0.0),
    }


def test_flows_add_up_to_the_exposure(ask: Callable[..., Any], random_rows: Rows) -> None:
    found = ask("flows", **random_rows)
    months = found.assign(month=found["day"].dt.strftime("%Y-%m")).groupby(["month", "currency"]).sum(numeric_only=True)
    witness = slow_exposure(random_rows)
    assert len(months) > 20
    for (month, currency), row in months.iterrows():
        for measure in ("sales", "refunds", "fees", "costs"):
            assert row[measure] == pytest.approx(witness.get((month, currency, measure), 0.0), abs=1e-8)


def test_payouts_and_conversions_are_summed_by_day(ask: Callable[..., Any]) -> None:
    out = {"booked_at": MONDAY, "kind": "conversion", "currency": "EUR", "counter_currency": "CNY"}
    found = ask(
        "payouts",
        cash=[
            {"booked_at": MONDAY, "kind": "payout", "amount": 70.0, "currency": "EUR"},
            {"booked_at": MONDAY + pd.Timedelta("3h"), "kind": "payout", "amount": 30.0, "currency": "EUR"},
            {**out, "amount": -40.0, "counter_amount": 300.0},
            {**out, "amount": -10.0, "counter_amount": 80.0},
            {"booked_at": MONDAY, "kind": "fee", "amount": -1.0, "currency": "EUR"},
            {"booked_at": pd.NaT, "kind": "payout", "amount": 9.0, "currency": "EUR"},
        ],
    )
    assert found["kind"].tolist() == ["conversion", "payout"]
    assert found["amount"].tolist() == [-50.0, 100.0]
    assert found["counter_amount"].tolist() == pytest.approx([380.0, np.nan], nan_ok=True)
    assert found["day"].unique().tolist() == [pd.Timestamp("2026-03-02")]


def test_a_refund_is_as_late_as_its_day_is_after_that_of_the_order(ask: Callable[..., Any]) -> None:
    found = ask(
        "refund_delays",
        lines=[line("1", ordered_at=MONDAY), line("2", ordered_at=MONDAY), line("3", ordered_at=FRIDAY, refunded=50.0)],
        returns=[
            {"order_id": "1", "returned_at": MONDAY + pd.Timedelta("10D"), "refund": 30.0, "currency": "EUR"},
            {"order_id": "2", "returned_at": MONDAY + pd.Timedelta("20D"), "refund": 10.0, "currency": "EUR"},
            {"returned_at": MONDAY + pd.Timedelta("90D"), "refund": 99.0, "currency": "EUR"},
        ],
    )
    assert found.to_dict("records") == [{"currency": "EUR", "refunds": 40.0, "days": pytest.approx(12.5)}]


@pytest.mark.parametrize("question", ["flows", "payouts", "refund_delays"])
def test_an_empty_history_has_empty_answers(question: str, frame: Frame) -> None:
    assert getattr(questions, question)({"cash": frame("cash", [])}).empty


@pytest.mark.spark
@pytest.mark.filterwarnings("default")  # pyspark 4.3 warns of pandas 3 and calls what pandas 3 deprecates
def test_spark_gives_the_same_flows(random_rows: Rows, frame: Frame, spark: Any) -> None:
    frames = {name: frame(name, rows) for name, rows in random_rows.items()}
    native = {
        name: spark.createDataFrame(held.astype(object).where(held.notna(), None)) for name, held in frames.items()
    }
    for question in (questions.flows, questions.payouts, questions.refund_delays):
        there, here = question(native), question(frames)
        assert len(here) > 0
        pd.testing.assert_frame_equal(there, here, check_dtype=False)
