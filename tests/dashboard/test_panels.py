from __future__ import annotations

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import loss_panel, panels
from risk.loss import measures
from risk.loss.table import YearLossTable


def parts() -> None:
    import pandas as pd

    from dashboard import panels
    from risk.figures.base import figure

    data = pd.DataFrame({"x": [1, 2], "y": ["=1", "b"]})
    panels.headline("It **moves**.")
    panels.figures([panels.Figure("Loss", "EUR 1", "How.", change="-EUR 2", against="against last year")])
    panels.chart(figure("x", "y"), title="Over time", how_to_read="Left to right.", data=data, key="test_chart")
    panels.table(data, title="In figures", key="test_table")
    panels.assumptions(data, key="test_assumptions")
    panels.sources(["ECB, 2025-01-02"])


def test_the_parts_of_a_page_stand_in_their_order() -> None:
    at = AppTest.from_function(parts).run()
    assert not at.exception
    assert [part.value for part in at.header] == ["It **moves**."]
    assert [part.value for part in at.subheader] == ["Over time", "In figures"]
    metric = at.metric[0]
    assert (metric.label, metric.value, metric.delta) == ("Loss", "EUR 1", "-EUR 2")
    assert metric.proto.color == metric.proto.MetricColor.GREEN
    assert [part.label for part in at.expander] == ["Assumptions", "Sources"]


def test_a_chart_is_described_follows_the_theme_and_sends_nothing() -> None:
    chart = AppTest.from_function(parts).run().get("plotly_chart")[0].proto
    assert chart.alt == "Over time. Left to right."
    assert chart.theme == "streamlit"
    config = json.loads(chart.config)
    assert config["displayModeBar"] is False
    assert config["showSendToCloud"] is False


def test_every_chart_and_table_offers_its_data() -> None:
    buttons = AppTest.from_function(parts).run().get("download_button")
    assert [button.proto.label for button in buttons] == ["Data as CSV"] * 3


def test_a_page_shows_at_most_five_figures() -> None:
    with pytest.raises(ValueError, match="at most 5"):
        panels.figures([panels.Figure("a", "1")] * 6)


def table() -> YearLossTable:
    losses = np.arange(1.0, 1001.0)
    return YearLossTable.of({"big *bold*": losses * 9, "small": losses}, "EUR")


def test_the_headline_names_amount_years_and_driver() -> None:
    said = loss_panel.sentence(table(), 0.95)
    assert said == (
        "In one year of 20 you lose more than **EUR\u00a09,500**; most of a bad year comes from **big \\*bold\\***."
    )


def test_a_year_that_never_loses_has_no_driver() -> None:
    gains = YearLossTable.of({"gain": -np.arange(1.0, 101.0)}, "EUR")
    assert loss_panel.sentence(gains, 0.9) == "In one year of 10 the result is worse than -EUR\u00a011."


def test_the_measures_are_those_of_the_kernel() -> None:
    measured, total = loss_panel.Measured.of(table(), 0.99), table().total
    assert measured.expected == total.mean() == 5005.0
    assert measured.var == 9900.0
    assert measured.es == pytest.approx(np.mean(np.arange(991, 1001) * 10))
    assert measured.es_error == measures.standard_error(total, "es", 0.99)


@pytest.mark.parametrize(("level", "years"), [(0.9, 10), (0.95, 20), (0.99, 100), (0.995, 200)])
def test_a_level_is_a_return_period(level: float, years: int) -> None:
    assert loss_panel.return_period(level) == years


def loss_page() -> None:
    import numpy as np

    from dashboard import loss_panel
    from risk.loss.table import YearLossTable

    level = loss_panel.level_choice("test")
    before = YearLossTable.of({"a": np.arange(1.0, 1001.0), "b": np.ones(1000)}, "EUR")
    after = YearLossTable(before.losses / 2, before.drivers, "EUR")
    loss_panel.show(before, after, level=level, key="test")


def test_the_panel_shows_a_bad_year_as_it_is_and_what_the_measures_would_change() -> None:
    at = AppTest.from_function(loss_page).run()
    assert not at.exception
    assert [metric.label for metric in at.metric] == [
        "Expected loss a year",
        "Value at risk, 95%",
        "Expected shortfall, 95%",
    ]
    assert [metric.value for metric in at.metric] == ["EUR\u00a0502", "EUR\u00a0951", "EUR\u00a0976"]
    assert [metric.delta for metric in at.metric] == ["-EUR\u00a0251", "-EUR\u00a0476", "-EUR\u00a0488"]
    assert "From 1,000 simulated years." in at.caption[0].value
    curve, drivers = (json.loads(chart.proto.spec)["data"] for chart in at.get("plotly_chart"))
    assert [line["name"] for line in curve] == ["As it is", "With the counter-measures"]
    assert drivers[0]["y"] == ["b", "a"]


def test_the_address_carries_the_level_and_the_figures_follow() -> None:
    at = AppTest.from_function(loss_page)
    at.query_params["test_level"] = "99%"
    at.run()
    assert at.metric[1].label == "Value at risk, 99%"
    assert at.metric[1].value == "EUR\u00a0991"
    at.button_group("test_level").set_value("90%").run()
    assert at.metric[1].label == "Value at risk, 90%"


def test_an_address_with_a_level_that_is_none_falls_back() -> None:
    at = AppTest.from_function(loss_page)
    at.query_params["test_level"] = "<script>"
    at.run()
    assert not at.exception
    assert at.metric[1].label == "Value at risk, 95%"
