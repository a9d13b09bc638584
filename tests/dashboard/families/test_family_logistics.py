"""Logistics: rates as the parcels say, with what they count, and what is left out of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint
from streamlit.testing.v1 import AppTest

from dashboard.formatting import percent
from risk.calibration import Answers
from risk.trade import Trade

Made = Callable[..., AppTest]
Line = Callable[..., dict[str, Any]]
Table = Callable[[AppTest, str], pd.DataFrame]
Words = Callable[[AppTest], str]


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(f"2026-{text}")


def parcel(order_id: str, delivered: str | None = "03-18", **cells: Any) -> dict[str, Any]:
    dates = {"shipped_at": day("03-11"), "promised_at": day("03-20"), "delivered_at": delivered and day(delivered)}
    usual = {"origin": "CN", "destination": "DE", "carrier": "Fast", "mode": "express", "status": "delivered"}
    return {"order_id": order_id, **dates, **usual, **cells}


def test_the_late_rate_is_that_of_the_parcels_with_its_interval(
    shown: Made, sample: tuple[Answers, Trade], words: Words
) -> None:
    at, sums = shown("logistics"), sample[0].shipments.sum(numeric_only=True)
    rate = sums["late"] / sums["resolved"]
    assert at.metric[0].value == percent(rate)
    low, high = proportion_confint(sums["late"], sums["resolved"], method="wilson")
    assert f"{percent(rate)} ({percent(low)} to {percent(high)})" in words(at)
    assert f"{int(sums['pending'])} parcels under way and not yet due are in no rate" in words(at)


def test_lanes_add_up_to_all_parcels(shown: Made, table: Table, sample: tuple[Answers, Trade]) -> None:
    lanes = table(shown("logistics"), "lane")
    assert lanes["parcels"].sum() == sample[0].shipments["parcels"].sum()
    assert lanes["lane"][0] == "CN → US, Air line"


def test_holds_have_their_cause_share_and_days(shown: Made, table: Table, sample: tuple[Answers, Trade]) -> None:
    causes = table(shown("logistics"), "held").set_index("name")
    holds = sample[0].holds
    inspected = holds[holds["reason"] == "inspection"]
    assert causes.loc["Inspection", "held"] == inspected["parcels"].sum()
    mean = (inspected["days"] * inspected["parcels"]).sum() / inspected["parcels"].sum()
    assert causes.loc["Inspection", "days"] == pytest.approx(mean)


def test_freight_without_an_exchange_rate_is_counted_and_in_no_mean(
    made: Made, line: Line, table: Table, words: Words
) -> None:
    parcels = [
        parcel("1", freight=10.0, freight_currency="USD"),
        parcel("2", freight=30.0, freight_currency="USD"),
        parcel("3", freight=7.0, freight_currency="TWD"),
    ]
    at = made("logistics", lines=[line("1"), line("22")], shipments=parcels)
    assert table(at, "a_parcel")["a_parcel"].tolist() == pytest.approx([18.0])
    assert "The freight of one parcel in TWD is left out" in words(at)


def test_parcels_without_a_promised_day_have_no_late_rate_but_are_counted_as_lost(
    made: Made, line: Line, words: Words, table: Table
) -> None:
    parcels = [parcel("1", promised_at=None), parcel("2", None, promised_at=None, status="lost", carrier=None)]
    at = made("logistics", lines=[line("1"), line("22")], shipments=parcels)
    assert at.metric[0].value == "–"
    assert "No parcel has both a promised day and an end. Missing: Parcels: Promised, Delivered." in words(at)
    lost = table(at, "ended").set_index("carrier")["lost"]
    assert lost.to_dict() == {"Fast": 0, "Not stated": 1}
