"""What holds for each family's analysis: on much, on little, and on cells that would like to be markup."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

FAMILIES = ("legal", "logistics", "ip", "quality")
HOSTILE = "<b>$x^2$ [a](http://b)"
each = pytest.mark.parametrize("family", FAMILIES)

Made = Callable[..., AppTest]
Line = Callable[..., dict[str, Any]]


@each
def test_charts_are_described_and_every_table_can_be_taken_along(family: str, shown: Made) -> None:
    at = shown(family)
    described = at.get("plotly_chart")
    assert 1 <= len(described) <= 3
    assert all(chart.proto.alt for chart in described)
    assert len(at.get("download_button")) == len(described) + len(at.dataframe)
    assert len(at.metric) <= 5
    assert all(metric.help for metric in at.metric)


@each
def test_keys_are_those_of_the_family(family: str, shown: Made) -> None:
    keys = [part.proto.id for kind in ("plotly_chart", "download_button") for part in shown(family).get(kind)]
    assert keys
    assert all(f"{family}_" in key for key in keys), keys


@each
def test_orders_alone_say_what_is_missing_and_where_to_add_it(
    family: str, made: Made, line: Line, words: Callable[[AppTest], str]
) -> None:
    at = made(family, lines=[line("1", country=None), line("22", country=None)])
    assert "Missing: " in words(at)
    assert {link.proto.page for link in at.get("page_link")} == {"orders"}


@each
def test_one_destination_is_enough(family: str, made: Made, line: Line) -> None:
    made(family, lines=[line("1"), line("22")])


@each
@pytest.mark.parametrize("seat", [None, "DE"])
def test_the_seat_may_be_unknown_or_the_only_destination(family: str, seat: str | None, made: Made, line: Line) -> None:
    made(family, seat=seat, lines=[line("1"), line("22")])


@each
def test_cells_of_files_are_never_markup(
    family: str,
    made: Made,
    line: Line,
    words: Callable[[AppTest], str],
    charts: Callable[[AppTest], list[dict[str, Any]]],
) -> None:
    day = pd.Timestamp("2026-01-05")
    sent = {"carrier": HOSTILE, "mode": HOSTILE, "origin": "CN", "destination": HOSTILE, "status": "delivered"}
    held = {"hold_reason": HOSTILE, "hold_days": 2.0, "freight": 3.0, "freight_currency": HOSTILE}
    at = made(
        family,
        lines=[
            line("1", category=HOSTILE, sku=HOSTILE, country=HOSTILE, product=HOSTILE),
            line("22", category=HOSTILE, sku="B", currency="XXX"),
        ],
        shipments=[{"order_id": "1", "shipped_at": day, "promised_at": day, "delivered_at": day, **sent, **held}],
        returns=[
            {"order_id": "1", "sku": HOSTILE, "returned_at": day, "quantity": 1.0, "refund": 5.0, "currency": "EUR"}
            | {"reason": HOSTILE, "disposition": HOSTILE},
            {"order_id": "22", "sku": "B", "returned_at": day, "quantity": 1.0, "refund": 5.0, "currency": HOSTILE},
        ],
        claims=[
            {"claim_id": "1", "kind": kind, "amount": 5.0, "currency": HOSTILE, "outcome": HOSTILE, "claimed_at": day}
            for kind in ("ip complaint", "chargeback", HOSTILE)
        ],
    )
    assert not re.search(r"(?<!\\)(<b|\$x)|[^\\]\]\(", words(at))
    assert "<b>" not in str(charts(at))
