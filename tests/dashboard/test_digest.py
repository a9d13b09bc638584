from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.digest import digest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Model:
    name: str
    rates: dict[str, float]


@dataclass(frozen=True)
class Other:
    name: str
    rates: dict[str, float]


def frame() -> pd.DataFrame:
    index = pd.date_range("2020-01-01", periods=3, tz="UTC", name="day")
    return pd.DataFrame({"a": [1.0, np.nan, 3.0], "b": ["x", None, "z"], "c": pd.Categorical(["u", "v", "u"])}, index)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary() | st.dates(),
    lambda inner: st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(plain, plain)
def test_values_have_equal_digests_exactly_when_they_are_the_same(one: object, other: object) -> None:
    assert (digest(one) == digest(other)) == (repr(one) == repr(other))


def test_neighbouring_arguments_do_not_run_together() -> None:
    found = {digest("ab", "c"), digest("a", "bc"), digest("abc"), digest(("ab", "c")), digest("ab", "c", "")}
    assert len(found) == 5


@pytest.mark.parametrize("made", [frame, lambda: frame()["a"], lambda: frame().index, lambda: frame()["c"]])
def test_frames_made_twice_have_one_digest(made: object) -> None:
    assert digest(made()) == digest(made())  # type: ignore[operator]


def test_one_changed_cell_of_a_large_frame_changes_the_digest() -> None:
    one = pd.DataFrame({"amount": np.ones(600_000)})
    other = one.copy()
    other.loc[333_333, "amount"] = 1e9
    assert digest(one) != digest(other)


@pytest.mark.parametrize(
    "other",
    [
        frame().rename(columns={"a": "A"}),
        frame().rename_axis(index="date"),
        frame().iloc[::-1],
        frame().assign(b=["x", "y", "z"]),
        frame().tz_localize(None),
        frame()[["b", "a", "c"]],
    ],
)
def test_names_index_order_and_types_of_a_frame_count(other: pd.DataFrame) -> None:
    assert digest(frame()) != digest(other)


def test_a_model_is_its_class_and_its_fields() -> None:
    assert digest(Model("fx", {"USD": 1.0})) == digest(Model("fx", {"USD": 1.0}))
    assert digest(Model("fx", {"USD": 1.0})) != digest(Model("fx", {"USD": 1.5}))
    assert digest(Model("fx", {})) != digest(Other("fx", {}))


def test_types_that_compare_equal_are_told_apart() -> None:
    assert len({digest(1), digest(1.0), digest(True), digest("1"), digest(np.float64(1.0))}) == 5


def test_a_set_has_no_order_and_an_array_no_layout() -> None:
    assert digest({"a", "b", "c"}) == digest({"c", "b", "a"})
    table = np.arange(6.0).reshape(2, 3)
    assert digest(table) == digest(np.asfortranarray(table))
    assert digest(table) != digest(table.reshape(3, 2))


def test_a_digest_is_the_same_in_another_process() -> None:
    code = "from dashboard.digest import digest; print(digest('a', {'b', 'c', 'd'}, 1.5))"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == digest("a", {"b", "c", "d"}, 1.5)


@pytest.mark.parametrize("value", [lambda: 1, object(), iter([1]), open])
def test_what_cannot_be_seen_into_is_refused_or_known_by_name(value: object) -> None:
    if value is open:
        assert digest(open) == digest(open)
    else:
        with pytest.raises(TypeError, match="has no digest"):
            digest(value)


def test_dates_and_missing_values_are_plain() -> None:
    assert digest(date(2025, 1, 1)) != digest(date(2025, 1, 2))
    assert len({digest(None), digest(pd.NaT), digest(pd.NA), digest(np.nan)}) == 4


def test_a_function_with_some_arguments_is_known_by_both() -> None:
    same = digest(partial(divmod, 7)), digest(partial(divmod, 7))
    assert same[0] == same[1]
    assert len({digest(partial(divmod, 7)), digest(partial(divmod, 8)), digest(divmod), digest(partial(pow, 7))}) == 4
    assert digest(partial(int, base=2)) != digest(partial(int, base=8))
