"""Facts on a page: every table and column in words, corrected cells kept, what cannot be named, all of it undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import facts_columns, facts_panel
from risk.reference import FACTS, row_keys

DAY = dt.date(2026, 11, 1)
TABLES = sorted({table for tables in facts_panel.TABLES.values() for table in tables})


def page() -> None:
    import datetime as dt

    import streamlit as st

    from dashboard import facts_panel, workspace

    space = workspace.current()
    if table := st.session_state.pop("enter", None):
        facts_panel._enter(space, table, dt.date(2026, 11, 1), "t")
    facts_panel.show(space, ["fines", "lpi"], dt.date(2026, 11, 1), key="t")
    st.session_state["facts"] = facts_panel.kept_facts(space)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    def run(edits: dict[int, dict[str, Any]]) -> AppTest:
        """The page after the cells were typed into the first table."""
        monkeypatch.setattr(facts_panel, "_edits", lambda editor: edits if editor.startswith("t_facts_fines_") else {})
        at = AppTest.from_function(page)
        if edits:
            at.session_state["enter"] = "fines"
        at.run()
        assert not at.exception, [error.message for error in at.exception]
        return at

    yield run
    st.cache_data.clear()
    st.cache_resource.clear()


def place() -> int:
    return row_keys("fines").index("gdpr_83_5")


@pytest.mark.parametrize("table", TABLES)
def test_every_table_and_column_is_called_by_words(table: str) -> None:
    frame = facts_columns.laid_out(FACTS, table, DAY)
    assert len(frame) == len(FACTS.table(table))
    assert facts_columns.title(table) != table
    assert not [column for column in frame if column not in facts_columns.HEADINGS]
    assert {"source", "as_of", "confidence"} <= set(frame)
    assert facts_columns.columns(frame).keys() == set(frame)


@pytest.mark.parametrize("table", TABLES)
def test_what_a_row_is_called_tells_it_from_a_blank(table: str) -> None:
    assert all(facts_columns.row_name(table, row) for row in row_keys(table))


def test_a_rule_that_has_ended_and_an_old_figure_are_to_be_looked_up_again() -> None:
    frame = FACTS.table("fines")
    said = facts_columns.look_up(frame, DAY)
    assert set(said) <= {"", "no longer in force", "over a year old"}
    assert "over a year old" in said
    assert set(facts_columns.look_up(frame, frame["as_of"].min().date())) <= {"", "no longer in force"}


def test_the_site_of_a_source_is_linked_and_nothing_else() -> None:
    assert facts_columns.site("eur-lex.europa.eu, Regulation 2016/679") == "https://eur-lex.europa.eu"
    assert facts_columns.site("Javascript: alert(1)") is None
    assert facts_columns.site("OECD and EUIPO 2025") is None


def test_a_corrected_cell_is_kept_and_counted(shown: Any) -> None:
    at = shown({place(): {"share_cap": 0.03}})
    facts = at.session_state["facts"]
    assert facts.table("fines", "id").loc["gdpr_83_5", "share_cap"] == 0.03
    assert any("With something entered by you: 1." in caption.value for caption in at.caption)
    assert {button.label for button in at.button} == {"Undo the last change", "Back to the published facts"}


def test_what_cannot_be_is_named_and_changes_nothing(shown: Any) -> None:
    at = shown({place(): {"share_cap": 30.0}})
    (error,) = at.error
    assert "Cap as a fraction" in error.value
    assert at.session_state["facts"] == FACTS


def test_undo_and_back_to_the_published_facts(shown: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    at = shown({place(): {"share_cap": 0.03}})
    monkeypatch.setattr(facts_panel, "_edits", lambda _editor: {})
    at.button(key="t_facts_fines_reset").click().run()
    assert at.session_state["facts"] == FACTS
    at.button(key="t_facts_fines_undo").click().run()
    assert at.session_state["facts"] != FACTS
    at.button(key="t_facts_fines_undo").click().run()
    assert at.session_state["facts"] == FACTS
