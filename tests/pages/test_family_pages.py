"""Legal, Logistics, IP and Quality read alike: a bad year, its causes, the measures, the orders, the register."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import currency
from dashboard.formatting import money
from risk.enterprise import Enterprise
from risk.loss import measures
from risk.loss.table import YearLossTable
from risk.orders import OrderHistory

Show = Callable[..., AppTest]
Make = Callable[..., OrderHistory]
Read = Callable[[AppTest, str], str]
Said = Callable[[AppTest], str]

FAMILIES = ("legal", "logistics", "ip", "quality")
each = pytest.mark.parametrize("name", FAMILIES)


@pytest.fixture(scope="module")
def alone(whole: Enterprise) -> Callable[[str], YearLossTable]:
    """The years of one family, without the others."""

    def simulated(name: str) -> YearLossTable:
        models = tuple(model for model in whole.models if model.name == name)
        one = dataclasses.replace(whole, models=models, rank_correlation=None)
        return one.simulate(currency.USUAL_YEARS, np.random.default_rng(currency.SEED))

    return simulated


@each
def test_the_figures_are_those_of_the_library(
    name: str, shown: Show, figure: Read, headline: Said, alone: Callable[[str], YearLossTable]
) -> None:
    at, total = shown(name), alone(name).total
    assert figure(at, "Expected loss a year") == money(measures.expected_loss(total), "CNY")
    assert figure(at, "Value at risk, 95%") == money(measures.value_at_risk(total, 0.95), "CNY")
    assert figure(at, "Expected shortfall, 95%") == money(measures.expected_shortfall(total, 0.95), "CNY")
    assert f"**{money(measures.value_at_risk(total, 0.95), 'CNY')}**" in headline(at)


@each
def test_the_years_of_a_family_are_those_that_it_has_in_the_enterprise(
    name: str, alone: Callable[[str], YearLossTable], years_of_all: YearLossTable
) -> None:
    here = np.sort(alone(name).losses, axis=0)
    columns = [place for place, driver in enumerate(years_of_all.drivers) if driver.startswith(f"{name}.")]
    np.testing.assert_allclose(here, np.sort(years_of_all.losses[:, columns], axis=0))


@each
def test_the_parts_come_in_one_order(name: str, shown: Show) -> None:
    at = shown(name)
    titles = [header.value for header in at.main.header][1:]
    assert titles[0] == "What to do about it"
    assert titles[-1] == "Register, facts and sources"
    assert len(titles) == 3, "between them what the orders say about this family"
    charts = [chart.proto.alt.split(".")[0] for chart in at.get("plotly_chart")]
    assert charts[:3] == ["How often a year is worse", "What a bad year is made of", "Which counter-measures pay"]
    assert [expander.label for expander in at.expander][-1] == "Sources"


@each
def test_causes_are_those_of_the_family_alone(name: str, shown: Show, alone: Callable[[str], YearLossTable]) -> None:
    (table,) = [frame.value for frame in shown(name).dataframe if "part" in frame.value.columns]
    years = alone(name)
    assert len(table) == len(years.drivers)
    assert table["part"].sum() == pytest.approx(measures.expected_shortfall(years.total, 0.95))
    assert table["family"].nunique() == 1


@each
def test_the_level_lives_in_the_address(
    name: str, shown: Show, figure: Read, alone: Callable[[str], YearLossTable]
) -> None:
    at = shown(name, address={f"{name}_level": "99%"})
    assert figure(at, "Value at risk, 99%") == money(measures.value_at_risk(alone(name).total, 0.99), "CNY")


@each
def test_orders_that_hold_little_still_get_a_page_and_are_told_what_is_missing(
    name: str, shown: Show, history: Make
) -> None:
    at = shown(name, history({"EUR": 5000.0, "USD": 100.0}), "EUR")
    said = " ".join(info.value for info in at.info)
    assert "No order names its destination" in said
    assert at.metric or "left out" in said


@each
def test_orders_without_a_known_currency_are_explained_and_nothing_is_claimed(
    name: str, shown: Show, history: Make
) -> None:
    at = shown(name, history({"": 100.0}, months=12))
    assert "There are no sales with a date and a known currency to learn from" in at.info[0].value
    assert not at.metric
