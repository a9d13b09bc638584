"""Intellectual property: who is on the list, where to register, what may be claimed, what was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.formatting import percent
from risk.calibration import Answers
from risk.reference import marketplace_limits
from risk.trade import Trade

Made = Callable[..., AppTest]
Line = Callable[..., dict[str, Any]]
Table = Callable[[AppTest, str], pd.DataFrame]
Words = Callable[[AppTest], str]


def test_destinations_on_a_list_are_named_and_their_share_is_said(
    shown: Made, table: Table, words: Words, sample: tuple[Answers, Trade]
) -> None:
    at, trade = shown("ip"), sample[1]
    listed = table(at, "list_as_of").set_index("country")["list"]
    assert listed["Mexico"] == "Priority Watch List"
    assert listed["Brazil"] == "Watch List"
    assert listed["Germany"] == "On no list"
    share = trade.to("MX", "BR").sales / trade.turnover
    assert f"{percent(share)} of your sales go to countries on one of the lists" in words(at)


def test_one_registration_covers_the_union(shown: Made, table: Table, sample: tuple[Answers, Trade]) -> None:
    found = table(shown("ip"), "territory").set_index("territory")
    assert found.loc["European Union", "sales"] == pytest.approx(sample[1].to("DE", "FR", "IT", "ES", "NL").sales)
    assert found["covered"].iloc[-1] == pytest.approx(1.0)
    assert found.index[found["seat"]].tolist() == ["China"]


def test_statutory_ranges_are_converted(shown: Made, table: Table) -> None:
    found = table(shown("ip"), "unit").set_index("law")
    row = found.loc["15 USC 1117(c)(1)"]
    assert (row["low"], row["high"]) == pytest.approx((900.0, 180_000.0))
    assert row["rule"] == "USD 1,000 to 200,000 per mark per type of goods"


def test_complaints_are_counted_with_how_they_ended(shown: Made, words: Words) -> None:
    said = words(shown("ip"))
    assert "One complaint of a rights holder in 2 years (settled: 1), claiming EUR\u00a016,600 together." in said


def test_a_market_without_statutory_damages_says_so(made: Made, line: Line, words: Words) -> None:
    at = made("ip", seat="DE", lines=[line("1"), line("22")])
    assert "no statutory damages are recorded" in words(at)
    assert len(at.get("plotly_chart")) == 1


def test_the_limits_of_marketplaces_are_those_of_the_facts(shown: Made, table: Table) -> None:
    assert table(shown("ip"), "comparison")["limit"].tolist() == marketplace_limits()["limit"].tolist()
