"""The facts that a page's numbers rest on: shown with source, day and confidence, and corrected in place.

facts_panel.show(workspace, facts_panel.TABLES["legal"], on, key="legal")
legal_risk(trade, history, on, fx, seat, facts=facts_panel.kept_facts(workspace))
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import facts_columns, formatting, panels
from dashboard.escape import markdown
from dashboard.facts_columns import heading, laid_out, row_name, title
from dashboard.i18n import _, spoken
from dashboard.workspace import Workspace
from risk.reference import BACKGROUND_TABLES, FAMILY_TABLES, CellError, Facts, row_keys

KEPT = "facts"  # what is entered in a table is kept under facts/<table>
TABLES: Mapping[str, tuple[str, ...]] = {
    family: (*tables, *BACKGROUND_TABLES.get(family, ())) for family, tables in FAMILY_TABLES.items()
}


def kept_facts(space: Workspace) -> Facts:
    """The published facts with all that the owner of the workspace entered."""
    return _kept(space)[0]


def show(space: Workspace, tables: Sequence[str], on: date, *, key: str) -> None:
    """Fact tables, one at a time, to be corrected; `on` tells which are old, and is the day of a correction."""
    with st.expander(_("Facts and sources")):
        st.markdown(_introduction(on))
        table = st.pills(_("Table"), tables, default=tables[0], required=True, format_func=title, key=f"{key}_facts")
        facts, gone = _kept(space)
        _table(space, facts, table, on, key)
        for problem in gone:
            st.warning(markdown(spoken(problem.sentence)))


def _introduction(on: date) -> str:
    return _(
        "Published figures that the numbers of this page rest on where your own orders cannot speak. **None of it is "
        "legal advice.** Correct a number, a day or a confidence in its cell, and the page is computed with it; an "
        "emptied cell is the published one again. A row is marked **look up again** when it describes a day more than "
        "a year before {day}, or a rule that had ended by then."
    ).format(day=formatting.date(on))


def _table(space: Workspace, facts: Facts, table: str, on: date, key: str) -> None:
    shown = laid_out(facts, table, on)
    st.subheader(title(table), anchor=False)
    st.caption(_state(shown, facts, table))
    editor = _editor_key(key, table)
    st.data_editor(
        shown,
        hide_index=True,
        num_rows="fixed",
        key=editor,
        on_change=_enter,
        args=(space, table, on, key),
        disabled=facts_columns.locked(shown),
        column_config=facts_columns.columns(shown),
        placeholder=panels.EMPTY,
        alt=title(table),
    )
    problems = [problem for _facts, problem in _entered(facts, table, editor, on) if problem]
    if problems:
        st.error("\n".join(f"- {markdown(problem)}" for problem in problems), icon=":material/error:")
    _buttons(space, facts, table, shown, key)


def _state(shown: pd.DataFrame, facts: Facts, table: str) -> str:
    said = _("Rows: {rows}. To look up again: {old}. With something entered by you: {entered}.").format(
        rows=len(shown), old=int((shown["look_up"] != "").sum()), entered=len(facts.rows(table))
    )
    if any(table in tables for tables in BACKGROUND_TABLES.values()):
        said += " " + _("For information: no number of this program rests on this table.")
    return said


def _buttons(space: Workspace, facts: Facts, table: str, shown: pd.DataFrame, key: str) -> None:
    start = f"{key}_facts_{table}"
    args = (space, table, key)
    with st.container(horizontal=True):
        if space.can_undo(_name(table)):
            st.button(_("Undo the last change"), key=f"{start}_undo", on_click=_undo, args=args, icon=":material/undo:")
        if facts.rows(table):
            st.button(_("Back to the published facts"), key=f"{start}_reset", on_click=_reset, args=args)
        panels.download(shown.rename(columns=heading), f"{table}.csv", key=f"{start}_csv")


def _enter(space: Workspace, table: str, on: date, key: str) -> None:
    """Keep the rows that can be taken; what cannot stays in its cell, and the page says why."""
    before, _gone = _kept(space)
    facts, emptied, problems = before, False, False
    for facts, problem in _entered(before, table, _editor_key(key, table), on):  # noqa: B007 - the last is wanted
        problems = problems or problem is not None
    if facts != before:
        space.keep(_name(table), facts.cells(table))
    emptied = any(value is None for cells in _edits(_editor_key(key, table)).values() for value in cells.values())
    if emptied and not problems:
        _new_editor(table, key)  # or the cell would stay empty


def _entered(facts: Facts, table: str, editor: str, on: date) -> Iterator[tuple[Facts, str | None]]:
    """The facts after each edited row, and why that row could not be taken."""
    keys = row_keys(table)
    for place, cells in _edits(editor).items():
        row = keys[int(place)]
        try:
            facts = facts.edited(table, row, cells, on)
            yield facts, None
        except CellError as error:
            yield facts, f"{row_name(table, row)}, {heading(error.column)}: {spoken(error.sentence)}"


def _edits(editor: str) -> dict[int, dict[str, Any]]:
    edits: dict[int, dict[str, Any]] = st.session_state.get(editor, {}).get("edited_rows", {})
    return edits


def _undo(space: Workspace, table: str, key: str) -> None:
    space.undo(_name(table))
    _new_editor(table, key)


def _reset(space: Workspace, table: str, key: str) -> None:
    space.keep(_name(table), [])
    _new_editor(table, key)


def _kept(space: Workspace) -> tuple[Facts, list[CellError]]:
    return Facts.of(cell for cells in space.kept_rows(KEPT).values() for cell in cells)


def _name(table: str) -> str:
    return f"{KEPT}/{table}"


def _editor_key(key: str, table: str) -> str:
    """An editor shows what was typed into it until its key changes."""
    return f"{key}_facts_{table}_{st.session_state.get(_version(table, key), 0)}"


def _new_editor(table: str, key: str) -> None:
    st.session_state[_version(table, key)] = st.session_state.get(_version(table, key), 0) + 1


def _version(table: str, key: str) -> str:
    return f"{key}_facts_{table}_version"
