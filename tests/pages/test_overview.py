"""Overview: its numbers are the library's, its hedge that of the page Hedging; it says what it does not count."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from dashboard import currency
from dashboard.formatting import money
from risk.currency.model import CurrencyRisk, Legs
from risk.loss import measures
from risk.orders import OrderHistory

Show = Callable[..., AppTest]
Make = Callable[..., OrderHistory]
Read = Callable[[AppTest, str], str]
Said = Callable[[AppTest], str]


ROOT = Path(__file__).resolve().parents[2]


def test_the_figures_are_those_of_the_library(shown: Show, figure: Read, model: CurrencyRisk, years: Legs) -> None:
    at, unhedged = shown("overview"), years.table(0.0).total
    assert figure(at, "Expected loss a year") == money(measures.expected_loss(unhedged), "CNY")
    assert figure(at, "Value at risk, 95%") == money(measures.value_at_risk(unhedged, 0.95), "CNY")
    assert figure(at, "Expected shortfall, 95%") == money(measures.expected_shortfall(unhedged, 0.95), "CNY")
    receipts = (model.receipts.sum(axis=0) * model.spot).sum()
    assert figure(at, "Net receipts, next 12 months") == money(receipts, "CNY")
    assert any("Exchange rates of Oct 30, 2026" in caption.value for caption in at.caption)


def test_the_headline_says_what_a_bad_year_costs_where_it_comes_from_and_what_half_a_hedge_saves(
    shown: Show, headline: Said, years: Legs
) -> None:
    unhedged, hedged = years.table(0.0), years.table(0.5)
    said = headline(shown("overview"))
    assert f"**{money(measures.value_at_risk(unhedged.total, 0.95), 'CNY')}**" in said
    assert measures.shortfall_contributions(unhedged, 0.95).idxmax() in said
    saved = money(measures.value_at_risk(hedged.total, 0.95), "CNY")
    assert f"Selling 50% of all receipts forward would cut that to **{saved}**." in said


def test_the_level_lives_in_the_address(shown: Show, figure: Read, headline: Said, years: Legs) -> None:
    at = shown("overview", address={"overview_level": "99%"})
    at_risk = money(measures.value_at_risk(years.table(0.0).total, 0.99), "CNY")
    assert figure(at, "Value at risk, 99%") == at_risk
    assert "In one year of 100" in headline(at)


def test_the_hedge_is_the_one_set_on_the_page_hedging(headline: Said, years: Legs) -> None:
    at = AppTest.from_file(str(ROOT / "dashboard" / "script.py"), default_timeout=120).run()
    at.switch_page("../pages/hedging.py").run()
    at.slider(key="hedging_EUR").set_value(100).run()
    at.switch_page("../pages/overview.py").run()
    hedged = years.table({**dict.fromkeys(years.currencies, 0.5), "EUR": 1.0}).total
    saved = money(measures.value_at_risk(hedged, 0.95), "CNY")
    assert f"The hedge set on the page Hedging would cut that to **{saved}**." in headline(at)


def test_it_says_that_only_currency_is_counted_and_that_the_orders_are_invented(shown: Show) -> None:
    said = " ".join(caption.value for caption in shown("overview").caption)
    assert "counts currency risk only" in said
    assert "invented sample shop" in said


def test_there_is_a_way_on_to_every_page() -> None:
    at = AppTest.from_file(str(ROOT / "dashboard" / "script.py"), default_timeout=120).run()
    assert [link.proto.page for link in at.main.get("page_link")] == ["hedging", "currency", "orders", "methods"]


def test_a_gain_in_a_bad_year_is_called_a_gain(shown: Show, headline: Said) -> None:
    budget = dict.fromkeys(("USD", "EUR", "GBP", "AUD", "JPY"), 0.01)
    said = headline(shown("overview", session={currency.EDITS: {"CNY": {"budget": budget}}}))
    assert "currency moves bring you less than" in said
    assert "-CNY" not in said.split(".")[0]


def test_orders_in_the_reporting_currency_alone_are_not_at_risk(shown: Show, history: Make) -> None:
    at = shown("overview", history({"EUR": 5000.0}), "EUR")
    assert [info.value for info in at.info] == ["All receipts are in EUR, so no exchange rate can hurt\\."]
    assert not at.metric


def test_orders_without_a_known_currency_are_counted_and_nothing_is_claimed(shown: Show, history: Make) -> None:
    at = shown("overview", history({"": 100.0}, months=12))
    assert "None of the 12 order lines has a known currency" in at.info[0].value
    assert not at.metric
