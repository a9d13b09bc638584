"""Facts on a page: corrected cells count and are kept, what cannot be is named and loses nothing, all can be undone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from dashboard import facts_columns, facts_panel, workspace
from dashboard.escape import markdown
from risk.orders import read_export
from risk.reference import FACTS, FAMILY_TABLES, row_keys

DAY = dt.date(2026, 11, 1)
Edits = dict[int, dict[str, Any]]
Edit = Callable[[AppTest, Edits], AppTest]


def page() -> None:
    import datetime as dt

    import streamlit as st

    from dashboard import facts_panel, workspace

    space = workspace.current()
    facts_panel.show(space, st.session_state["tables"], dt.date(2026, 11, 1), key="t")
    st.session_state["facts"] = facts_panel.kept_facts(space)


@pytest.fixture(autouse=True)
def owner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(workspace.FOLDER, str(tmp_path))
    monkeypatch.setattr(workspace, "_token", lambda: "a" * 32)


@pytest.fixture
def shown() -> Callable[..., AppTest]:
    """The panel of some tables in a new browser session of the same owner."""

    def run(*tables: str) -> AppTest:
        at = AppTest.from_function(page)
        at.session_state["tables"] = tables
        at.run()
        assert not at.exception, [error.message for error in at.exception]
        return at

    return run


@pytest.fixture
def edit() -> Edit:
    """Has the editor send all that now stands typed in it, as a browser does after each cell."""

    def send(at: AppTest, edits: Edits) -> AppTest:
        (editor,) = at.dataframe
        sent = {"edited_rows": edits, "added_rows": [], "deleted_rows": []}
        states = at._tree.get_widget_states()
        states.widgets.append(WidgetState(id=editor.proto.id, string_value=json.dumps(sent)))
        at._run(states)
        assert not at.exception, [error.message for error in at.exception]
        return at

    return send


@pytest.fixture
def own_orders() -> Callable[[], None]:
    """Gives the owner orders, in place of the sample."""

    def add() -> None:
        text = "order_id,ordered_at,amount,currency\n1,2026-10-15 10:00:00,20.00,EUR\n"
        workspace.current().history_to_write().add(read_export(text.encode(), name="orders.csv"))

    return add


GDPR, LESSER = row_keys("fines").index("gdpr_83_5"), row_keys("fines").index("gdpr_83_4")


GDPR_CAP = "GDPR Reg 2016/679 Art 83(5), Cap as a fraction"


def listed(line: str) -> str:
    return f"- {markdown(line)}"


def cap(at: AppTest, row: str = "gdpr_83_5") -> float:
    return float(at.session_state["facts"].table("fines", "id").loc[row, "share_cap"])


def buttons(at: AppTest) -> set[str]:
    return {button.label for button in at.button}


@pytest.mark.parametrize("family", FAMILY_TABLES)
def test_a_family_shows_what_its_perils_are_made_of(family: str, shown: Callable[..., AppTest]) -> None:
    at = shown(*facts_panel.TABLES[family])
    (choice,) = at.button_group
    assert choice.options == [facts_columns.title(table) for table in facts_panel.TABLES[family]]
    assert set(FAMILY_TABLES[family]) <= set(facts_panel.TABLES[family])
    assert at.subheader[0].value == choice.options[0]
    assert "legal advice" in at.markdown[0].value
    assert buttons(at) == set()


def test_another_table_is_chosen_and_one_that_no_number_rests_on_says_so(shown: Callable[..., AppTest]) -> None:
    at = shown(*facts_panel.TABLES["logistics"])
    assert "For information" not in at.caption[0].value
    at.button_group[0].set_value("lpi").run()
    assert at.subheader[0].value == "Logistics Performance Index"
    assert at.caption[0].value.endswith("For information: no number of this program rests on this table.")


def test_a_corrected_cell_counts_at_once_and_is_there_in_another_session(
    shown: Callable[..., AppTest], edit: Edit
) -> None:
    at = edit(shown("fines"), {GDPR: {"share_cap": 0.03}})
    assert cap(at) == 0.03
    assert "With something entered by you: 1." in at.caption[0].value
    assert buttons(at) == {"Undo the last change", "Back to the published facts"}
    edit(at, {GDPR: {"share_cap": 0.03}, LESSER: {"share_cap": 0.01}})
    again = shown("fines")
    assert (cap(again), cap(again, "gdpr_83_4")) == (0.03, 0.01)
    row = again.dataframe[0].value.loc[GDPR]
    assert (row["share_cap"], row["source"], row["as_of"]) == (0.03, "Entered by you", pd.Timestamp(DAY))


def test_what_cannot_be_is_named_by_row_and_column_and_nothing_else_is_lost(
    shown: Callable[..., AppTest], edit: Edit
) -> None:
    at = edit(shown("fines"), {GDPR: {"share_cap": 0.03}})
    typed: Edits = {GDPR: {"share_cap": 4.0}, LESSER: {"share_cap": 0.01}}
    edit(at, typed)
    (error,) = at.error
    assert error.value == listed(f"{GDPR_CAP}: Enter a number from 0 to 3, not 4.")
    assert (cap(at), cap(at, "gdpr_83_4")) == (0.03, 0.01)
    edit(at, {**typed, GDPR: {"share_cap": 0.05}})
    assert not at.error
    assert cap(at) == 0.05


def test_two_ends_of_a_range_may_be_typed_one_after_the_other(shown: Callable[..., AppTest], edit: Edit) -> None:
    at = edit(shown("hold_times"), {0: {"days_low": 8.0}})
    assert at.error[0].value == listed("document review, Days, from: 8 is above 2, where the range of the row ends.")
    edit(at, {0: {"days_low": 8.0, "days_high": 9.0}})
    assert not at.error
    again = shown("hold_times")
    assert again.session_state["facts"].table("hold_times").loc[0, ["days_low", "days_high"]].tolist() == [8.0, 9.0]


def test_days_and_confidence_are_entered_as_a_browser_sends_them(shown: Callable[..., AppTest], edit: Edit) -> None:
    at = edit(shown("fines"), {GDPR: {"effective_from": "2027-01-01", "confidence": "low"}})
    row = at.session_state["facts"].table("fines", "id").loc["gdpr_83_5"]
    assert (row["effective_from"], row["confidence"]) == (pd.Timestamp("2027-01-01"), "low")


def test_an_emptied_cell_is_the_published_one_again_and_shows_it(shown: Callable[..., AppTest], edit: Edit) -> None:
    at = edit(shown("fines"), {GDPR: {"share_cap": 0.03}})
    editor = at.dataframe[0].proto.id
    edit(at, {GDPR: {"share_cap": None}})
    assert at.session_state["facts"] == FACTS
    assert at.dataframe[0].proto.id != editor, "an editor shows what was typed until its key changes"
    assert at.dataframe[0].value.loc[GDPR, "share_cap"] == 0.04


def test_undone_step_by_step_and_back_to_the_published_facts(shown: Callable[..., AppTest], edit: Edit) -> None:
    at = edit(shown("fines"), {GDPR: {"share_cap": 0.03}})
    edit(at, {GDPR: {"share_cap": 0.02}})
    at.button(key="t_facts_fines_reset").click().run()
    assert at.session_state["facts"] == FACTS
    assert buttons(at) == {"Undo the last change"}
    found = [cap(at.button(key="t_facts_fines_undo").click().run()) for _time in range(3)]
    assert found == [0.02, 0.03, 0.04]
    assert at.dataframe[0].value.loc[GDPR, "share_cap"] == 0.04
    assert buttons(at) == set()


def test_one_table_is_undone_without_the_others(shown: Callable[..., AppTest], edit: Edit) -> None:
    edit(shown("fines"), {GDPR: {"share_cap": 0.03}})
    at = edit(shown("vat"), {0: {"rate_pct": 19.0}})
    at.button(key="t_facts_vat_undo").click().run()
    assert at.session_state["facts"].rows("vat") == []
    assert cap(at) == 0.03


def test_sample_and_own_orders_have_facts_of_their_own(
    shown: Callable[..., AppTest], edit: Edit, own_orders: Callable[[], None]
) -> None:
    edit(shown("fines"), {GDPR: {"share_cap": 0.03}})
    own_orders()
    at = shown("fines")
    assert at.session_state["facts"] == FACTS
    assert buttons(at) == set()
    edit(at, {GDPR: {"share_cap": 0.01}})
    workspace.current().history_to_write().remove(workspace.current().history.files()["file_id"].iloc[0])
    assert cap(shown("fines")) == 0.03


def test_looking_begins_no_workspace(shown: Callable[..., AppTest]) -> None:
    shown("fines")
    assert not workspace.begun()


def test_entries_that_the_tables_no_longer_take_are_named(shown: Callable[..., AppTest]) -> None:
    cells = [
        ["fines", "no_such_law", "share_cap", 0.1, "2026-10-01"],
        ["fines", "gdpr_83_5", "share_cap", 9, "2026-10-01"],
    ]
    workspace.current().keep("facts/fines", cells)
    at = shown("fines")
    assert at.session_state["facts"] == FACTS
    assert [warning.value for warning in at.warning] == [
        markdown("The table fines has no row no_such_law any more."),
        markdown(f"{GDPR_CAP}: Enter a number from 0 to 3, not 9."),
    ]


def test_looking_up_facts_begins_no_workspace_either() -> None:
    assert facts_panel.kept_facts(workspace.current()) == FACTS
    assert not workspace.begun()
