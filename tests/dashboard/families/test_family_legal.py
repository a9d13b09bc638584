"""Law: what the border does to each sale, the caps from the seller's own turnover, and what no facts can say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from risk.calibration import Answers
from risk.trade import Trade

Made = Callable[..., AppTest]
Line = Callable[..., dict[str, Any]]
Table = Callable[[AppTest, str], pd.DataFrame]
Words = Callable[[AppTest], str]


def test_it_says_that_it_is_no_legal_advice(shown: Made, words: Words) -> None:
    assert "**This is no legal advice.**" in words(shown("legal"))


def test_each_destination_has_its_rule_with_source_and_day(
    shown: Made, table: Table, sample: tuple[Answers, Trade]
) -> None:
    places = table(shown("legal"), "tax_a_parcel").set_index("country")
    _answers, trade = sample
    assert len(places) == len(trade.destinations)
    assert places.loc["United Kingdom", "relief"] == "GBP\u00a0135"
    assert places.loc["Germany", "relief"] == places.loc["United States", "relief"] == "Nothing"
    assert places.loc["Germany", "tax_rate"] == 0.19
    german = trade.to("DE")
    assert places.loc["Germany", "tax_a_parcel"] == pytest.approx(german.sales / german.parcels * 0.19)
    assert places["source"].ne("").all()
    assert places["as_of"].notna().all()


def test_caps_are_those_of_the_law_at_the_turnover(shown: Made, table: Table, sample: tuple[Answers, Trade]) -> None:
    caps = table(shown("legal"), "cap").set_index("title")
    _answers, trade = sample
    assert caps.loc["Data-protection fine, European Union (GDPR)", "cap"] == max(20e6, 0.04 * trade.turnover)
    british = caps.loc["Consumer-law fine, United Kingdom"]
    assert british["cap"] == pytest.approx(max(300_000 * 1.15, 0.1 * trade.turnover))
    assert british["rule"] == "The higher of GBP 300,000 and 10% of the global turnover"
    assert caps.loc["Data-protection fine, Brazil (LGPD)", "cap"] == pytest.approx(0.02 * trade.to("BR").sales)


def test_the_seller_at_home_crosses_no_border(made: Made, line: Line, table: Table) -> None:
    at = made("legal", seat="DE", lines=[line("1"), line("22", country="FR"), line("333", country="GB")])
    reliefs = table(at, "tax_a_parcel").set_index("country")["relief"]
    assert reliefs["Germany"] == reliefs["France"] == "No border"
    assert reliefs["United Kingdom"] == "GBP\u00a0135"


def test_a_relief_that_stands_costs_something_when_it_ends(made: Made, line: Line, table: Table, words: Words) -> None:
    at = made("legal", lines=[line("1", country="AU"), line("22", country="AU", amount=5000.0)])
    row = table(at, "said").iloc[0]
    assert row["market"] == "Australia"
    assert row["parcels"] == pytest.approx(365.25 / 2), "one of two orders in two days is worth up to AUD 1,000"
    assert row["low"] == pytest.approx(0.025 * row["sales"])
    assert row["high"] == pytest.approx(0.25 * row["sales"])
    assert "before any of it is passed on" in words(at)


def test_without_a_standing_relief_it_says_so(made: Made, line: Line, words: Words) -> None:
    assert "none can end" in words(made("legal", lines=[line("1", country="US"), line("22", country="US")]))


def test_amounts_without_an_exchange_rate_are_counted(made: Made, line: Line, words: Words, table: Table) -> None:
    at = made("legal", lines=[line("1", country="CA"), line("22", country="CA")])
    assert pd.isna(table(at, "cap").set_index("title").loc["Data-protection fine, Quebec (Law 25)", "cap"])
    assert "there is no exchange rate of the day for CAD" in words(at)
