"""The register on a page: words for every column, what cannot be is named, and buttons that do what they say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import register_panel
from dashboard.register import MEASURES, REGISTER


def page() -> None:
    import streamlit as st

    from dashboard import register_panel, workspace
    from dashboard.register import REGISTER, Sheet
    from risk.loss.frequency import Poisson
    from risk.loss.perils import Peril
    from risk.loss.register import Entry, FamilyRisk
    from risk.loss.severity import Fixed

    fire = Entry(Peril("logistics.fire", Poisson(0.5), Fixed(1000.0)), "Fire", "data", "Counted.")
    theft = Entry(Peril("logistics.theft", Poisson(2.0), Fixed(10.0)), "Theft", "facts", "Known.")
    prefilled = [FamilyRisk((fire, theft), "CNY", "logistics")]
    space = workspace.current()
    sheet = Sheet(space, REGISTER, tuple(prefilled), "CNY")
    for key, cells in st.session_state.pop("typed", {}).items():
        sheet.put({key: cells})
    if content := st.session_state.pop("file", None):
        try:
            st.session_state["t_register_taken"] = sheet.take(content)
        except ValueError as reason:
            st.session_state["t_register_taken"] = str(reason)
    register_panel.show(space, prefilled[: st.session_state.get("families", 1)], "CNY", key="t")


@pytest.fixture
def shown() -> Iterator[Any]:
    def run(**session: object) -> AppTest:
        at = AppTest.from_function(page)
        for name, value in session.items():
            at.session_state[name] = value
        at.run()
        assert not at.exception, [error.message for error in at.exception]
        return at

    yield run
    st.cache_data.clear()
    st.cache_resource.clear()


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def test_nothing_can_be_undone_before_something_is_entered(shown: Any) -> None:
    assert labels(shown()) == []


def test_what_was_entered_can_be_undone_and_taken_back_to_the_prefilled(shown: Any) -> None:
    at = shown(typed={"logistics.fire": {"owner": "Ann"}})
    assert labels(at) == ["Undo the last change", "Back to the prefilled numbers"]
    at.button(key="t_register_reset").click().run()
    assert labels(at) == ["Undo the last change"], "going back can itself be undone"
    at.button(key="t_register_undo").click().run()
    assert labels(at) == ["Undo the last change", "Back to the prefilled numbers"]
    at.button(key="t_register_undo").click().run()
    assert labels(at) == []


def test_a_cell_that_cannot_be_is_named_by_row_and_column(shown: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_panel, "_edits", lambda _table, _rows: {"logistics.fire": {"rate_low": 9.0}})
    (error,) = shown().error
    assert error.value.replace("\\", "") == (
        "- Fire, Events a year, from: The lower bound 9 is above the upper bound 0.5."
    )


def test_a_file_that_came_back_is_summed_up(shown: Any) -> None:
    head = b"key,currency,rate_low,rate_high,cost_low,cost_high,maximum\n"
    at = shown(file=head + b"logistics.fire,CNY,2,2,1000,1000,\nlogistics.theft,CNY,2,2,-1,10,\nx.y,CNY,1,1,1,1,\n")
    assert at.success[0].value == "The file was read. One row was changed."
    said = at.error[0].value.replace("\\", "")
    assert "Theft, Cost of an event, from: Enter a number of 0 or more, not -1.0." in said
    assert "x.y, Key: No peril of the register is called x.y." in said
    assert labels(at) == ["Undo the last change", "Back to the prefilled numbers"]


def test_a_file_of_something_else_is_refused_in_words(shown: Any) -> None:
    at = shown(file=b"a,b\n1,2\n")
    assert at.error[0].value.startswith("This file is no register")
    assert labels(at) == []


def test_every_column_that_can_be_edited_has_a_heading() -> None:
    assert {*REGISTER.editable, *MEASURES.editable} <= set(register_panel.HEADINGS)
    assert set(register_panel.HELP) <= set(register_panel.HEADINGS)
