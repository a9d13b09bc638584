from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import workspace
from risk.checks import InputError
from risk.orders.export import Counts, Export, Profile
from risk.orders.history import OrderHistory

ALICE, BOB = "a" * 32, "b" * 32

pytestmark = pytest.mark.usefixtures("folder")


def export(order: str, currency: str = "EUR") -> Export:
    line = {"order_id": order, "line_id": "1", "amount": 10.0, "quantity": 1.0, "currency": currency}
    lines = pd.DataFrame([line | {"ordered_at": pd.Timestamp("2025-03-05")}])
    aside = pd.DataFrame(columns=["line_no", "reason", "detail", "text"])
    profile = Profile("test", "utf-8", ",", 1, ".", "YMD", currency, "column", 1.0)
    return Export(f"{order}.csv", order * 64, profile, (), {"lines": lines}, aside, Counts(1, 1, 0, 0), (), ())


@pytest.fixture(autouse=True)
def sample(monkeypatch: pytest.MonkeyPatch) -> Iterator[OrderHistory]:
    with OrderHistory.open() as history:
        history.add(export("s", "USD"))
        monkeypatch.setattr(workspace, "_sample", lambda: history)
        yield history


def test_an_empty_workspace_shows_the_sample(visitor: Callable[[str], None], sample: OrderHistory) -> None:
    visitor(ALICE)
    space = workspace.current()
    assert space.is_sample
    assert space.history is sample
    assert space.reporting == "CNY"


def test_what_is_added_replaces_the_sample_and_is_there_after_a_restart(
    visitor: Callable[[str], None], sample: OrderHistory
) -> None:
    visitor(ALICE)
    empty = workspace.current()
    empty.history_to_write().add(export("1"))
    space = workspace.current()
    assert not space.is_sample
    assert space.digest != empty.digest
    assert list(space.history.files()["name"]) == ["1.csv"]
    assert len(sample.files()) == 1
    workspace._opened.clear()  # as a new process would begin
    assert list(workspace.current().history.files()["name"]) == ["1.csv"]


def test_one_visitor_never_sees_what_another_added(visitor: Callable[[str], None]) -> None:
    visitor(ALICE)
    workspace.current().history_to_write().add(export("1"))
    visitor(BOB)
    assert workspace.current().is_sample
    workspace.current().history_to_write().add(export("2"))
    assert list(workspace.current().history.files()["name"]) == ["2.csv"]
    visitor(ALICE)
    assert list(workspace.current().history.files()["name"]) == ["1.csv"]


def test_a_visit_that_adds_nothing_leaves_no_file(visitor: Callable[[str], None], folder: Path) -> None:
    visitor(ALICE)
    assert workspace.current().is_sample
    workspace.forget()
    assert not folder.exists()


def test_two_tabs_of_one_visitor_share_one_open_history(visitor: Callable[[str], None]) -> None:
    visitor(ALICE)
    assert workspace.current().history_to_write() is workspace.current().history_to_write()


def test_files_are_the_owners_alone_and_do_not_name_the_token(visitor: Callable[[str], None], folder: Path) -> None:
    visitor(ALICE)
    workspace.current().history_to_write().add(export("1"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(folder.iterdir())
    assert not [path for path in folder.rglob("*") if ALICE in path.name]


def test_a_reporting_currency_is_never_assumed_for_ones_own_data(visitor: Callable[[str], None]) -> None:
    visitor(ALICE)
    workspace.current().history_to_write().add(export("1"))
    with pytest.raises(InputError, match="Choose your reporting currency"):
        _ = workspace.current().reporting


def test_the_chosen_currency_is_remembered_for_this_visitor_alone(visitor: Callable[[str], None]) -> None:
    visitor(BOB)
    workspace.current().history_to_write().add(export("2"))
    visitor(ALICE)
    workspace.current().history_to_write().add(export("1"))
    workspace.current().keep(workspace.CURRENCY, "EUR")
    assert workspace.current().reporting == "EUR"
    visitor(BOB)
    assert workspace.current().chosen is None


def test_forgetting_deletes_the_visitors_files_and_no_others(visitor: Callable[[str], None], folder: Path) -> None:
    visitor(BOB)
    workspace.current().history_to_write().add(export("2"))
    others = set(folder.iterdir())
    visitor(ALICE)
    workspace.current().history_to_write().add(export("1"))
    workspace.current().keep(workspace.CURRENCY, "EUR")
    workspace.forget()
    assert set(folder.iterdir()) == others
    assert workspace.current().is_sample
    assert workspace.current().reporting == "CNY"


def test_what_is_kept_is_there_after_a_restart_and_for_both_tabs(visitor: Callable[[str], None]) -> None:
    visitor(ALICE)
    workspace.current().history_to_write().add(export("1"))
    first, second = workspace.current(), workspace.current()
    first.keep("a", {"low": 1.5})
    second.keep("b", ["x", None])
    assert (second.kept("a"), first.kept("b")) == ({"low": 1.5}, ["x", None])
    workspace._opened.clear()  # as a new process would begin
    assert workspace.current().kept("a") == {"low": 1.5}
    assert workspace.current().kept("nothing") is None


def test_a_kept_value_is_undone_to_the_one_before_and_then_to_nothing(visitor: Callable[[str], None]) -> None:
    visitor(ALICE)
    space = workspace.current()
    assert not space.can_undo("a")
    assert not space.undo("a")
    space.keep("a", 1)
    space.keep("a", 2)
    space.keep("a", 2)  # the same again is no change
    space.keep("other", 3)
    assert space.undo("a")
    assert space.kept("a") == 1
    assert space.undo("a")
    assert space.kept("a") is None
    assert not space.can_undo("a")
    assert space.kept("other") == 3


def test_what_is_kept_at_once_is_undone_at_once_among_the_names_asked_for(visitor: Callable[[str], None]) -> None:
    visitor(ALICE)
    space = workspace.current()
    space.keep_all({"row/a": 1, "row/b": 1, "row/c": 1})
    space.keep_all({"row/a": 2, "row/b": 2, "row/c": 2})
    space.undo("row/a", "row/b")
    assert space.kept_rows("row") == {"a": 1, "b": 1, "c": 2}


def test_what_is_said_about_the_sample_is_apart_from_what_holds_for_the_own(
    visitor: Callable[[str], None], sample: OrderHistory
) -> None:
    visitor(ALICE)
    digest = sample.digest
    workspace.current().keep("a", "sample")
    assert workspace.current().is_sample
    workspace.current().history_to_write().add(export("1"))
    own = workspace.current()
    assert own.kept("a") is None
    assert not own.can_undo("a")
    own.keep("a", "own")
    own.history.remove("1" * 64)
    assert workspace.current().kept("a") == "sample"
    assert sample.kept() == {}
    assert sample.digest == digest


def test_what_is_kept_is_the_visitors_alone(visitor: Callable[[str], None]) -> None:
    visitor(ALICE)
    workspace.current().keep("a", 1)
    visitor(BOB)
    assert workspace.current().kept("a") is None


def test_looking_at_what_is_kept_leaves_no_file(visitor: Callable[[str], None], folder: Path) -> None:
    visitor(ALICE)
    space = workspace.current()
    assert (space.kept("a"), space.kept_rows("a"), space.can_undo("a"), space.undo("a")) == (None, {}, False, False)
    assert not folder.exists()


def test_keeping_leaves_the_digest_of_the_orders_alone(visitor: Callable[[str], None]) -> None:
    visitor(ALICE)
    workspace.current().history_to_write().add(export("1"))
    before = workspace.current().digest
    workspace.current().keep("a", 1)
    assert workspace.current().digest == before


def test_forgetting_forgets_what_was_kept_too(visitor: Callable[[str], None], folder: Path) -> None:
    visitor(ALICE)
    workspace.current().keep("a", 1)
    workspace.forget()
    assert workspace.current().kept("a") is None
    assert not list(folder.iterdir())


def session() -> None:
    import streamlit as st

    from dashboard import workspace

    if st.button("forget"):
        workspace.forget()
    if st.button("begin"):
        workspace.current().history_to_write()
    space = workspace.current()
    st.text(len(space.history.files()))
    st.text(space.is_sample)
    if st.button("keep"):
        space.keep("a", "kept")
    st.text(space.kept("a"))


def test_without_a_cookie_a_history_lives_in_its_session(folder: Path) -> None:
    one, other = AppTest.from_function(session).run(), AppTest.from_function(session).run()
    one.button[1].click().run()
    for order in ("1", "2"):
        one.session_state[workspace.COOKIE].add(export(order))
    assert [text.value for text in one.run().text] == ["2", "False", "None"]
    assert [text.value for text in other.run().text] == ["1", "True", "None"]
    one.button[2].click().run()
    assert [text.value for text in one.run().text] == ["2", "False", "kept"]
    one.button[0].click().run()
    assert [text.value for text in one.run().text] == ["1", "True", "None"]
    assert not folder.exists()


@pytest.mark.parametrize("text", ["", "a" * 31, "A" * 32, "a" * 33, "../" + "a" * 29, "a" * 32 + "\n"])
def test_only_our_own_tokens_name_a_workspace(text: str) -> None:
    assert workspace.is_token(ALICE)
    assert not workspace.is_token(text)
