"""Quality: returns by group or article, reasons, chargebacks against the limit, and the rule of completeness."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.formatting import percent
from risk.calibration import Answers
from risk.trade import Trade

Made = Callable[..., AppTest]
Line = Callable[..., dict[str, Any]]
Table = Callable[[AppTest, str], pd.DataFrame]
Words = Callable[[AppTest], str]


def test_groups_have_their_rate_and_refund_a_unit(shown: Made, table: Table, sample: tuple[Answers, Trade]) -> None:
    found = table(shown("quality"), "refund_a_unit").set_index("name")
    toys = sample[0].returns[sample[0].returns["category"] == "toys"]
    rates = toys["currency"].map({"USD": 0.9, "GBP": 1.15, "JPY": 0.006, "AUD": 0.6, "EUR": 1.0})
    assert found.loc["toys", "rate"] == pytest.approx(toys["returned"].sum() / toys["units"].sum())
    assert found.loc["toys", "refund_a_unit"] == pytest.approx((toys["refunds"] * rates).sum() / toys["units"].sum())
    assert (found["low"] < found["rate"]).all()
    assert (found["rate"] < found["high"]).all()


def test_the_newest_orders_are_left_out_and_it_says_since_when(shown: Made, words: Words) -> None:
    assert "orders of the newest 60 days, from Sep 2, 2026 on, are left out" in words(shown("quality"))


def test_reasons_add_up_to_all_returns(shown: Made, table: Table, sample: tuple[Answers, Trade]) -> None:
    found = table(shown("quality"), "sellable")
    assert found["returns"].sum() == sample[0].reasons["returns"].sum()
    assert found[["sellable", "damaged", "destroyed"]].to_numpy().sum() == found["returns"].sum()


def test_chargebacks_stand_against_the_limit_with_their_interval(
    shown: Made, words: Words, sample: tuple[Answers, Trade]
) -> None:
    answers, _trade = sample
    count = answers.claims.loc[answers.claims["kind"] == "chargeback", "claims"].sum()
    said = words(shown("quality"))
    assert f"{count} of {answers.orders:,} orders, {percent(count / answers.orders)} (" in said
    assert "below 1% over 60 days" in said


def test_credit_notes_alone_give_rates_by_article(made: Made, line: Line, table: Table, words: Words) -> None:
    lines = [line("1", sku="A", quantity=10.0), line("22", sku="B"), line("C1", sku="A", quantity=-4.0, amount=-40.0)]
    at = made("quality", lines=lines)
    found = table(at, "refund_a_unit").set_index("name")
    assert found["rate"].to_dict() == {"A": 0.4, "B": 0.0}
    assert "Returns by article" in [part.value for part in at.subheader]
    assert "No reason of a return is recorded." in words(at)


def test_more_back_than_sold_has_no_rate_and_says_why(made: Made, line: Line, table: Table, words: Words) -> None:
    lines = [line("1", quantity=2.0), line("22", sku="B"), line("C1", quantity=-5.0, amount=-50.0)]
    at = made("quality", lines=lines)
    assert table(at, "refund_a_unit").set_index("name")["rate"].isna().to_dict() == {"A": True, "B": False}
    assert "more units back than sold" in words(at)


def test_currencies_without_a_rate_are_counted(made: Made, line: Line, words: Words) -> None:
    lines = [line("1", refunded=5.0), line("22", currency="TWD", quantity=7.0)]
    assert "7 units sold in TWD are left out" in words(made("quality", lines=lines))
