"""Charts of the enterprise: rows stay in their order, intervals hold what the table says, losses look different."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from risk.figures import enterprise
from risk.figures.base import Chart

FRAME = pd.DataFrame({"now": [3.0, -1.0], "after": [2.0, -1.0]}, index=["Law", "Currency"])
RANKED = pd.DataFrame({"value": [5.0, -2.0], "low": [1.0, -9.0], "high": [7.0, -2.0]}, index=["watch", "insure"])


@pytest.mark.parametrize("make", [enterprise.side_by_side, enterprise.stacked])
def test_each_column_is_a_bar_of_each_row_and_the_first_row_is_on_top(make: object) -> None:
    chart: Chart = make(FRAME, x_title="")  # type: ignore[operator]
    assert [trace.name for trace in chart.data] == ["now", "after"]
    assert [list(trace.y) for trace in chart.data] == [["Law", "Currency"]] * 2
    assert list(chart.data[1].x) == [2.0, -1.0]
    assert chart.layout.yaxis.autorange == "reversed"


def test_bars_stand_beside_each_other_or_end_to_end() -> None:
    assert enterprise.side_by_side(FRAME, x_title="").layout.barmode == "group"
    assert enterprise.stacked(FRAME, x_title="").layout.barmode == "stack"


def test_a_measure_that_costs_more_than_it_saves_has_another_colour_and_each_its_interval() -> None:
    (bar,) = enterprise.benefits(RANKED, x_title="").data
    assert list(bar.x) == [5.0, -2.0]
    assert bar.marker.color[0] != bar.marker.color[1]
    np.testing.assert_allclose(bar.x + bar.error_x.array, RANKED["high"])
    np.testing.assert_allclose(bar.x - bar.error_x.arrayminus, RANKED["low"])


def test_intervals_are_drawn_around_their_value() -> None:
    (points,) = enterprise.intervals(RANKED, y_title="").data
    assert list(points.x) == ["watch", "insure"]
    np.testing.assert_allclose(points.y + points.error_y.array, RANKED["high"])
    np.testing.assert_allclose(points.y - points.error_y.arrayminus, RANKED["low"])
