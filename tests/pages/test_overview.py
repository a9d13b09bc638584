"""Overview: its numbers are the library's for all five families; what the owner enters moves them and is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import currency
from dashboard.formatting import money, percent
from risk.calibration import Calibrated, enterprise
from risk.countermeasures import catalogue
from risk.currency.model import CurrencyRisk
from risk.enterprise import BestSet, Enterprise, best_set, dependence_range, family_table, rank
from risk.loss import measures
from risk.loss.countermeasures import Countermeasure
from risk.loss.table import YearLossTable
from risk.orders import OrderHistory

Show = Callable[..., AppTest]
Make = Callable[..., OrderHistory]
Read = Callable[[AppTest, str], str]
Said = Callable[[AppTest], str]

ROOT = Path(__file__).resolve().parents[2]
FAMILIES = {"Law", "Currency", "Logistics", "Intellectual property", "Quality"}


def rng() -> np.random.Generator:
    return np.random.default_rng(currency.SEED)


@pytest.fixture(scope="module")
def offered(calibrated: Calibrated, model: CurrencyRisk, fx: dict[str, float]) -> tuple[Countermeasure, ...]:
    half = dict.fromkeys(model.currencies, 0.5)
    return catalogue(calibrated.families, calibrated.trade, fx, model, calibrated.seat, half)


@pytest.fixture(scope="module")
def best(whole: Enterprise, offered: tuple[Countermeasure, ...]) -> BestSet:
    return best_set(whole, offered, 1e12, currency.USUAL_YEARS, rng())


def shown_frame(at: AppTest, column: str) -> pd.DataFrame:
    """The table of the page that has a column."""
    (found,) = [frame.value for frame in at.dataframe if column in frame.value.columns]
    return found


def bars(at: AppTest, title: str) -> dict[str, dict[str, float]]:
    """What the bars of the chart under a title show, by trace and name."""
    for chart in at.get("plotly_chart"):
        if chart.proto.alt.startswith(title):
            traces = json.loads(chart.proto.spec)["data"]
            return {trace.get("name", ""): dict(zip(trace["y"], values(trace["x"]), strict=True)) for trace in traces}
    raise AssertionError(f"no chart {title}")


def values(numbers: object) -> list[float]:
    """A list out of what Plotly sends, which is bytes in base 64 for an array."""
    if isinstance(numbers, dict):
        import base64

        return np.frombuffer(base64.b64decode(numbers["bdata"]), dtype=numbers["dtype"]).tolist()
    return list(numbers)  # type: ignore[call-overload]


def test_the_figures_are_those_of_the_library(shown: Show, figure: Read, years_of_all: YearLossTable) -> None:
    at, total = shown("overview"), years_of_all.total
    assert figure(at, "Expected loss a year") == money(measures.expected_loss(total), "CNY")
    assert figure(at, "Value at risk, 95%") == money(measures.value_at_risk(total, 0.95), "CNY")
    assert figure(at, "Expected shortfall, 95%") == money(measures.expected_shortfall(total, 0.95), "CNY")
    error = money(measures.standard_error(total, "es", 0.95), "CNY", digits=2)
    assert any(f"expected shortfall ± {error}" in caption.value for caption in at.caption)


def test_the_headline_says_what_a_bad_year_costs_where_it_comes_from_and_what_the_measures_save(
    shown: Show, headline: Said, figure: Read, years_of_all: YearLossTable, best: BestSet
) -> None:
    at = shown("overview")
    said = headline(at)
    assert f"**{money(measures.value_at_risk(years_of_all.total, 0.95), 'CNY')}**" in said
    worst = measures.shortfall_contributions(family_table(years_of_all), 0.95).idxmax()
    assert {"legal": "**Law**", "quality": "**Quality**", "logistics": "**Logistics**"}[worst] in said
    assert "The counter-measures below would cut it to" in said
    assert figure(at, "Cost of the counter-measures a year") == money(best.annual_cost, "CNY")
    (loss,) = [metric for metric in at.metric if metric.label == "Expected loss a year"]
    assert loss.delta == money(-best.loss_avoided, "CNY")


def test_all_five_families_stand_side_by_side_and_add_up(shown: Show, years_of_all: YearLossTable) -> None:
    found = bars(shown("overview"), "Loss by family")
    assert set(found["Expected loss a year"]) == FAMILIES
    assert sum(found["Expected loss a year"].values()) == pytest.approx(years_of_all.total.mean())
    shortfall = measures.expected_shortfall(years_of_all.total, 0.95)
    assert sum(found["Part of the expected shortfall, 95%"].values()) == pytest.approx(shortfall)


def test_every_cause_has_its_basis_and_source_and_they_add_up(shown: Show, years_of_all: YearLossTable) -> None:
    table = shown_frame(shown("overview"), "part")
    assert len(table) == len(years_of_all.drivers)
    assert table["part"].sum() == pytest.approx(measures.expected_shortfall(years_of_all.total, 0.95))
    assert set(table["basis"]) == {"your data", "sourced facts", "an assumption"}
    assert (table["source"].str.len() > 20).all()
    assert not table["title"].str.contains(r"^\w+\.\w+", regex=True).any(), "a driver without a title"


def test_counter_measures_are_ranked_as_the_library_ranks_them(
    shown: Show, whole: Enterprise, offered: tuple[Countermeasure, ...]
) -> None:
    ranked = rank(whole, offered, currency.USUAL_YEARS, rng())
    table = shown_frame(shown("overview"), "Chance that it pays")
    assert list(table["Net benefit"]) == [money(value, "CNY") for value in ranked["net_benefit"]]
    assert list(table["Counter-measure"]) == list(ranked["title"])
    assert table["Basis"].str.contains("Cost").all()


def test_measures_can_be_ranked_by_a_bad_year(
    shown: Show, whole: Enterprise, offered: tuple[Countermeasure, ...]
) -> None:
    ranked = rank(whole, offered, currency.USUAL_YEARS, rng())
    at = shown("overview")
    at.button_group(key="overview_year").set_value("A bad year").run()
    table = shown_frame(at, "Chance that it pays")
    by_bad_year = ranked.sort_values("shortfall_net_benefit", ascending=False, kind="stable")
    assert list(table["Counter-measure"]) == list(by_bad_year["title"])


def test_the_level_lives_in_the_address(shown: Show, figure: Read, headline: Said, years_of_all: YearLossTable) -> None:
    at = shown("overview", address={"overview_level": "99%"})
    assert figure(at, "Value at risk, 99%") == money(measures.value_at_risk(years_of_all.total, 0.99), "CNY")
    assert "In one year of 100" in headline(at)


def test_what_can_be_borne_is_compared_with_a_bad_year(
    shown: Show, figure: Read, headline: Said, years_of_all: YearLossTable
) -> None:
    at = shown("overview")
    at.number_input(key="settings_appetite_CNY").set_value(1_000_000.0).run()
    assert "That is more than the CNY\u00a01,000,000 that you can bear." in headline(at)
    beyond = float((years_of_all.total > 1_000_000).mean())
    assert figure(at, "Chance of a year that you cannot bear") == percent(beyond)
    at.number_input(key="settings_appetite_CNY").set_value(1e9).run()
    assert "That is within the CNY\u00a01,000,000,000 that you can bear." in headline(at)
    at.number_input(key="settings_appetite_CNY").set_value(None).run()
    assert "can bear" not in headline(at)


def test_a_budget_of_nothing_buys_nothing(shown: Show, figure: Read, headline: Said) -> None:
    at = shown("overview")
    at.number_input(key="settings_budget_CNY").set_value(0.0).run()
    assert figure(at, "Cost of the counter-measures a year") == "CNY\u00a00"
    assert "counter-measures" not in headline(at)
    assert "No measure is taken." in [text.value for text in at.markdown]


def test_a_plan_of_ones_own_is_kept_and_can_be_taken_back(
    shown: Show, figure: Read, offered: tuple[Countermeasure, ...], best: BestSet
) -> None:
    at = shown("overview")
    (watch,) = [measure for measure in offered if measure.key == "policy_watch"]
    (taken,) = [group for group in at.button_group if group.label == "Measures to take"]
    taken.set_value([watch.key]).run()
    assert figure(at, "Cost of the counter-measures a year") == money(watch.annual_cost, "CNY")
    again = shown("overview", session={"workspace": at.session_state["workspace"]})
    assert figure(again, "Cost of the counter-measures a year") == money(watch.annual_cost, "CNY")
    (back,) = [button for button in at.button if button.label == "Back to the best set"]
    back.click().run()
    assert figure(at, "Cost of the counter-measures a year") == money(best.annual_cost, "CNY")


def test_a_stronger_correlation_makes_bad_years_worse_and_the_page_says_what_changed(
    shown: Show, figure: Read, calibrated: Calibrated, model: CurrencyRisk
) -> None:
    at = shown("overview")
    at.slider(key="settings_correlation").set_value(0.8).run()
    closer = enterprise([*calibrated.families, model], "CNY", 0.8).simulate(currency.USUAL_YEARS, rng())
    assert figure(at, "Expected shortfall, 95%") == money(measures.expected_shortfall(closer.total, 0.95), "CNY")
    at_risk = money(measures.value_at_risk(closer.total, 0.95), "CNY")
    said = [text.value for text in at.markdown if text.value.startswith("Since your look of")]
    assert len(said) == 1
    assert said[0].endswith(f"to {at_risk}.")
    (button,) = [button for button in at.button if button.label == "Compare with now from here on"]
    button.click().run()
    assert not [text for text in at.markdown if text.value.startswith("Since your look of")]


def test_dependence_goes_from_chance_to_all_at_once(shown: Show, years_of_all: YearLossTable) -> None:
    at = shown("overview")
    (chart,) = [one for one in at.get("plotly_chart") if one.proto.alt.startswith("What dependence can do")]
    (points,) = json.loads(chart.proto.spec)["data"]
    expected = dependence_range(years_of_all, 0.95, rng())["es"]
    assert points["x"] == ["Independent", "As assumed", "All bad at once"]
    np.testing.assert_allclose(values(points["y"]), expected)
    assert expected.is_monotonic_increasing


def test_the_forwards_are_those_set_on_the_page_hedging(
    calibrated: Calibrated, model: CurrencyRisk, whole: Enterprise, fx: dict[str, float]
) -> None:
    at = AppTest.from_file(str(ROOT / "dashboard" / "script.py"), default_timeout=120).run()
    at.switch_page("../pages/hedging.py").run()
    at.slider(key="hedging_EUR").set_value(100).run()
    at.switch_page("../pages/overview.py").run()
    hedge = {**dict.fromkeys(model.currencies, 0.5), "EUR": 1.0}
    offered = catalogue(calibrated.families, calibrated.trade, fx, model, calibrated.seat, hedge)
    ranked = rank(whole, offered, currency.USUAL_YEARS, rng())
    table = shown_frame(at, "Chance that it pays").set_index("Counter-measure")
    expected = money(ranked.loc["forwards", "shortfall_avoided"], "CNY")
    assert table.loc["Forward contracts", "Expected shortfall avoided, 95%"].startswith(f"{expected} ±")


def test_there_is_a_way_on_to_every_page() -> None:
    at = AppTest.from_file(str(ROOT / "dashboard" / "script.py"), default_timeout=120).run()
    linked = {link.proto.page for link in at.main.get("page_link")}
    assert linked >= {"legal", "currency", "hedging", "logistics", "ip", "quality", "orders", "methods"}


def test_orders_in_the_reporting_currency_alone_leave_currency_without_a_loss_and_say_why(
    shown: Show, history: Make
) -> None:
    at = shown("overview", history({"EUR": 5000.0}), "EUR")
    assert bars(at, "Loss by family")["Expected loss a year"]["Currency"] == 0.0
    notes = " ".join(info.value for info in at.info)
    assert "All receipts are in EUR, so no exchange rate can hurt" in notes
    assert "No order names its destination" in notes


def test_orders_without_a_known_currency_are_explained_and_nothing_is_claimed(shown: Show, history: Make) -> None:
    at = shown("overview", history({"": 100.0}, months=12))
    assert "There are no sales with a date and a known currency to learn from" in at.info[0].value.replace("\\", "")
    assert not at.metric
