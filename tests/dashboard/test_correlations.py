"""Correlations of pairs: kept by pair, emptied, undone; what cannot hold together is said and repaired."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import correlations


def page() -> None:
    import streamlit as st

    from dashboard import correlations, workspace

    space = workspace.current()
    if st.session_state.pop("enter", False):
        correlations._enter(space)
    correlations.show(space, 0.1)
    st.session_state["pairs"] = correlations.kept(space)


@pytest.fixture
def entered(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    def run(*steps: dict[str, float | None]) -> AppTest:
        """The page after each of these entries."""
        at = AppTest.from_function(page)
        for cells in steps:
            monkeypatch.setattr(correlations, "_edits", lambda cells=cells: cells)
            at.session_state["enter"] = True
            at.run()
            assert not at.exception, [error.message for error in at.exception]
        return at

    yield run
    st.cache_data.clear()
    st.cache_resource.clear()


def test_a_pair_is_kept_until_its_cell_is_emptied(entered: Any) -> None:
    assert entered({"legal quality": 0.5}).session_state["pairs"] == ((("legal", "quality"), 0.5),)
    assert entered({"legal quality": 0.5}, {"legal quality": None}).session_state["pairs"] == ()


def test_what_no_editor_lets_in_is_not_kept(entered: Any) -> None:
    assert entered({"legal quality": 1.5}).session_state["pairs"] == ()


def test_a_change_is_undone(entered: Any) -> None:
    at = entered({"legal quality": 0.5}, {"legal quality": 0.7})
    at.button(key="settings_pairs_undo").click().run()
    assert at.session_state["pairs"] == ((("legal", "quality"), 0.5),)


def test_correlations_that_cannot_hold_together_are_repaired_and_named(entered: Any) -> None:
    at = entered({"legal quality": 0.9, "legal ip": -0.9, "ip quality": 0.9})
    (warning,) = at.warning
    assert "These correlations cannot all hold together." in warning.value
    assert "Law and Quality: " in warning.value
    assert " instead of 0.9" in warning.value
    assert not entered({"legal quality": 0.9, "legal ip": 0.9, "ip quality": 0.9}).warning
