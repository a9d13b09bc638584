"""Charts of the families show what they were given, row by row, and every text in them is only text."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from risk.figures import families

HOSTILE = "<b>$x^2$ [a](http://b)"
SHARES = pd.DataFrame({"rate": [0.5, 0.1], "low": [0.4, 0.0], "high": [0.7, 0.3]}, index=["same", "same"])


def test_rows_called_alike_stay_apart_and_the_first_is_on_top() -> None:
    chart = families.rates(SHARES, x_title="", hover=["1 of 2", "1 of 10"])
    assert list(chart.data[0].y) == [0, 1]
    assert list(chart.layout.yaxis.ticktext) == ["same", "same"]
    assert chart.layout.yaxis.range[0] > chart.layout.yaxis.range[1]


def test_an_interval_reaches_from_low_to_high() -> None:
    (dots,) = families.rates(SHARES, x_title="", hover=["", ""]).data
    assert np.add(dots.x, dots.error_x.array) == pytest.approx(SHARES["high"].tolist())
    assert np.subtract(dots.x, dots.error_x.arrayminus) == pytest.approx(SHARES["low"].tolist())


def test_the_rest_of_the_rows_is_one_more_and_nothing_is_lost() -> None:
    parts = pd.DataFrame({"a": np.arange(20.0), "b": 1.0}, index=[f"row {n}" for n in range(20)])
    shown = families.with_others(parts, 5, "Others")
    assert list(shown.index) == ["row 0", "row 1", "row 2", "row 3", "Others"]
    assert shown.sum().tolist() == parts.sum().tolist()
    assert families.with_others(parts, 20, "Others") is parts


def test_stacked_bars_have_a_trace_a_part() -> None:
    parts = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}, index=["x", "y"])
    chart = families.stacked(parts, names=["Free", "Due"], x_title="EUR")
    assert [(bar.name, list(bar.x)) for bar in chart.data] == [("Free", [1.0, 2.0]), ("Due", [3.0, 4.0])]
    assert chart.layout.barmode == "stack"


def test_a_range_without_a_lower_end_begins_at_the_edge() -> None:
    amounts = pd.DataFrame({"low": [10.0, np.nan], "high": [100.0, 1000.0], "group": ["US", "CN"]}, index=["a", "b"])
    american, chinese = families.ranges(amounts, x_title="", groups={"US": "United States", "CN": "China"}).data
    assert list(american.x[:2]) == [10.0, 100.0]
    assert list(chinese.x[:2]) == [10.0, 1000.0]
    assert list(chinese.y[:2]) == [1, 1]


@pytest.mark.parametrize("name", [HOSTILE, f"{'x' * 40}{HOSTILE}"])
def test_names_are_never_markup(name: str) -> None:
    rows = pd.DataFrame({"low": [1.0], "high": [2.0], "rate": [1.5], "group": ["g"]}, index=[name])
    charts = [
        families.rates(rows, x_title=name, hover=[name], limit=(name, 1.0)),
        families.stacked(rows[["rate"]], names=[name], x_title=name),
        families.ranges(rows, x_title=name, groups={"g": name}),
    ]
    assert not [chart for chart in charts if "<b>" in chart.to_json()]


def test_long_names_leave_room_for_the_plot() -> None:
    (text,) = families.named(["y" * 90])["ticktext"]
    assert len(text) == families.LONGEST
