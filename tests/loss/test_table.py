"""The year loss table keeps what it is given and refuses what does not fit."""

from __future__ import annotations

import numpy as np
import pytest

from risk.checks import InputError
from risk.loss.table import YearLossTable


def table() -> YearLossTable:
    return YearLossTable.of({"USD": [1.0, -2.0], "GBP": [3.0, 4.0]}, "EUR")


def test_total_is_the_sum_over_drivers() -> None:
    assert table().total.tolist() == [4.0, 2.0]


def test_a_driver_is_read_by_name() -> None:
    assert table()["GBP"].tolist() == [3.0, 4.0]


def test_frame_has_one_column_a_driver() -> None:
    assert table().frame().to_dict("list") == {"USD": [1.0, -2.0], "GBP": [3.0, 4.0]}


def test_tables_side_by_side_add_up_year_by_year() -> None:
    both = table().beside(YearLossTable.of({"returns": [10.0, 20.0]}, "EUR"))
    assert both.drivers == ("USD", "GBP", "returns")
    assert both.total.tolist() == [14.0, 22.0]


def test_the_largest_event_of_a_year_is_that_of_all_tables_that_have_events() -> None:
    held = YearLossTable(np.array([[9.0], [7.0]]), ("holds",), "EUR", np.array([5.0, 7.0]))
    lost = YearLossTable(np.array([[6.0], [2.0]]), ("lost",), "EUR", np.array([6.0, 1.0]))
    assert table().largest is None
    both = table().beside(held, lost).largest
    assert both is not None
    assert both.tolist() == [6.0, 7.0]
    with pytest.raises(ValueError, match="read-only"):
        both[0] = 1.0


def test_losses_cannot_be_changed_behind_the_table() -> None:
    losses = np.ones((2, 1))
    made = YearLossTable(losses, ("USD",), "EUR")
    losses[0, 0] = 99.0
    assert made.total.tolist() == [1.0, 1.0]
    with pytest.raises(ValueError, match="read-only"):
        made.losses[0, 0] = 99.0


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (lambda: YearLossTable(np.ones((2, 2)), ("USD",), "EUR"), r"must be \(years, 1\)"),
        (lambda: YearLossTable(np.ones((0, 1)), ("USD",), "EUR"), "at least one year"),
        (lambda: YearLossTable(np.ones((2, 2)), ("USD", "USD"), "EUR"), "must differ"),
        (lambda: YearLossTable(np.full((2, 1), np.inf), ("USD",), "EUR"), "not finite"),
        (lambda: YearLossTable(np.ones((2, 1)), ("USD",), "euro"), "three-letter"),
        (lambda: YearLossTable(np.ones((2, 1)), ("USD",), "EUR", np.ones(3)), "each of 2 years"),
        (lambda: YearLossTable(np.ones((2, 1)), ("USD",), "EUR", np.array([1.0, np.nan])), "finite number for each"),
        (lambda: YearLossTable.of({}, "EUR"), "at least one driver"),
        (lambda: table()["CNY"], "must be one of USD, GBP"),
        (lambda: table().beside(YearLossTable.of({"x": [1.0, 2.0]}, "USD")), "same years and currency"),
        (lambda: table().beside(YearLossTable.of({"x": [1.0]}, "EUR")), "same years and currency"),
        (lambda: table().beside(table()), "must differ"),
    ],
)
def test_what_does_not_fit_is_refused(build: object, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        build()  # type: ignore[operator]
