"""What a chart shows is what it was given; text in it is only text."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from risk.figures import base, currency, enterprise, loss
from risk.loss.measures import exceedance_curve

HOSTILE = "<a href='https://example.com'>x</a> & <b>y</b>\n$z$"
MONTHS = pd.date_range("2026-01-01", periods=3, freq="MS")


def test_a_label_cannot_carry_markup() -> None:
    assert "<" not in base.label(HOSTILE)
    assert "\n" not in base.label(HOSTILE)


def charts_with_hostile_names() -> list[object]:
    frame = pd.DataFrame({HOSTILE: [1.0, -2.0, 3.0]}, index=MONTHS)
    series = frame[HOSTILE]
    names = currency.ReceiptNames(HOSTILE, HOSTILE, HOSTILE)
    return [
        loss.exceedance({HOSTILE: exceedance_curve([0, 1, 2])}, x_title=HOSTILE, y_title="", markers={HOSTILE: 1.0}),
        loss.drivers(pd.Series({HOSTILE: 1.0}), x_title=HOSTILE),
        enterprise.stacked(pd.DataFrame({HOSTILE: [1.0]}, index=[HOSTILE]), x_title=HOSTILE),
        enterprise.benefits(pd.DataFrame({"value": 1.0, "low": 0.0, "high": 2.0}, index=[HOSTILE]), x_title=HOSTILE),
        loss.distribution({HOSTILE: [1.0, 2.0]}, x_title=HOSTILE, y_title=""),
        loss.frontier(
            pd.DataFrame({"x": [1.0], HOSTILE: [2.0]}), points={HOSTILE: (1.0, 2.0)}, x_title=HOSTILE, y_title=""
        ),
        currency.exposure_by_month(frame, x_title="", y_title=HOSTILE),
        currency.receipts(series, series, series, names=names, y_title=HOSTILE),
        currency.rate_history(frame, x_title="", y_title=HOSTILE),
        currency.measures_by_method(
            pd.DataFrame({"var": [1.0]}, index=[HOSTILE]), names={"var": HOSTILE}, x_title="", y_title=""
        ),
    ]


@pytest.mark.parametrize("chart", charts_with_hostile_names(), ids=lambda chart: chart.data[0].type)
def test_no_chart_lets_markup_through(chart: object) -> None:
    assert "<a href" not in chart.to_json()  # type: ignore[attr-defined]
    assert "<b>" not in chart.to_json()  # type: ignore[attr-defined]


def test_exceedance_curve_keeps_its_ends_when_thinned() -> None:
    curve = exceedance_curve(np.random.default_rng(1).lognormal(size=50_000))
    shown = loss.tail_points(curve)
    assert len(shown) <= loss.POINTS
    assert shown["probability"].iloc[0] == curve["probability"].iloc[0]
    assert shown["probability"].iloc[-1] == curve["probability"].iloc[-2], "the last point with a probability above 0"


def test_thinned_points_are_points_of_the_curve() -> None:
    curve = exceedance_curve(np.random.default_rng(2).normal(size=20_000))
    shown = loss.tail_points(curve)
    assert curve.merge(shown).shape == shown.shape


def test_distribution_shows_every_year_even_beyond_the_edges() -> None:
    values = np.append(np.zeros(10_000), [1e9, -1e9])
    chart = loss.distribution({"all": values}, x_title="", y_title="")
    assert sum(chart.data[0].y) == pytest.approx(1.0)


def test_largest_driver_is_on_top() -> None:
    chart = loss.drivers(pd.Series({"USD": 1.0, "JPY": 5.0, "EUR": -2.0}), x_title="")
    assert list(chart.data[0].y) == ["EUR", "USD", "JPY"]
    assert list(chart.data[0].x) == [-2.0, 1.0, 5.0]


def test_rates_start_at_a_hundred_where_they_begin() -> None:
    rates = pd.DataFrame({"USD": [np.nan, 2.0, 3.0], "XXX": [np.nan] * 3}, index=MONTHS)
    chart = currency.rate_history(rates, x_title="", y_title="")
    assert [trace.name for trace in chart.data] == ["USD"]
    assert list(chart.data[0].y) == [100.0, 150.0]


def test_forecast_band_is_ninety_percent() -> None:
    mean, sd = pd.Series([10.0, 20.0, 30.0], MONTHS), pd.Series([1.0, 2.0, 3.0], MONTHS)
    names = currency.ReceiptNames("past", "forecast", "band")
    _, high, low, centre = currency.receipts(mean, mean, sd, names=names, y_title="").data
    assert np.asarray(high.y) - np.asarray(low.y) == pytest.approx(2 * 1.6448536269514722 * sd)
    assert list(centre.y) == mean.tolist()


def test_bars_show_the_measures_by_method() -> None:
    measures = pd.DataFrame({"var": [1.0, 2.0], "es": [3.0, 4.0]}, index=["normal", "filtered"])
    chart = currency.measures_by_method(measures, names={"var": "VaR", "es": "ES"}, x_title="", y_title="")
    assert [list(bar.y) for bar in chart.data] == [[1.0, 2.0], [3.0, 4.0]]


def test_more_series_than_colours_begin_again() -> None:
    assert base.colours(len(base.COLOURWAY) + 1)[-1] == base.COLOURWAY[0]


def test_frontier_marks_the_quarters_of_the_ratio_and_the_choice() -> None:
    ratios = np.linspace(0.0, 1.0, 21)
    curve = pd.DataFrame({"cost": 2 * ratios, "es": 10 - 9 * ratios}, index=ratios)
    chart = loss.frontier(curve, points={"Your choice": (0.7, 6.0)}, x_title="", y_title="")
    line, choice = chart.data
    assert [mark for mark in line.text if mark] == ["0%", "25%", "50%", "75%", "100%"]
    assert list(line.y) == pytest.approx(list(curve["es"]))
    assert (choice.name, list(choice.x), list(choice.y)) == ("Your choice", [0.7], [6.0])


def test_more_places_than_colours_differ_in_shape() -> None:
    curve = pd.DataFrame({"cost": [0.0, 1.0], "es": [1.0, 0.0]}, index=[0.0, 1.0])
    places = {str(place): (0.5, 0.5) for place in range(2 * len(base.COLOURWAY))}
    _, *shown = loss.frontier(curve, points=places, x_title="", y_title="").data
    assert len({(one.marker.color, one.marker.symbol) for one in shown}) == len(places)


def test_an_exceedance_chart_opens_on_the_years_that_matter_and_keeps_all() -> None:
    curve = exceedance_curve(np.random.default_rng(3).pareto(1.5, size=20_000))
    chart = loss.exceedance({"a": curve}, x_title="", y_title="", markers={"limit": 90.0}, rarest=0.0025)
    rare = curve.loc[curve["probability"] >= 0.0025, "loss"].max()
    low, high = chart.layout.xaxis.range
    assert low < 0 < max(rare, 90.0) < high < curve["loss"].max()
    assert chart.layout.yaxis.range[0] == pytest.approx(np.log10(0.0025))
    assert chart.data[0].x[-1] == curve["loss"].iloc[-2]  # the last loss that some year exceeds


def test_all_others_stand_below_the_largest_drivers_however_large_they_are() -> None:
    chart = loss.drivers(pd.Series({"a": 1.0, "b": 3.0}), x_title="", rest={"others": 9.0})
    assert list(chart.data[0].y) == ["others", "a", "b"]


def test_a_long_name_goes_over_several_lines_and_stays_text() -> None:
    name = "Data-protection fine <b>of</b> California & others"
    assert base.wrapped(name, 20) == "Data-protection fine<br>&lt;b&gt;of&lt;/b&gt; California<br>&amp; others"
    assert base.wrapped("short") == "short"
