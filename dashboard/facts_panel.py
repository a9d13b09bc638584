"""The facts that a page's numbers rest on: shown with source, day and confidence, and corrected in place.

facts_panel.show(workspace, facts_panel.TABLES["legal"], on, key="legal")
legal_risk(trade, history, on, fx, seat, facts=facts_panel.kept_facts(workspace))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import facts_columns, formatting, panels
from dashboard.escape import markdown
from dashboard.facts_columns import heading, laid_out, row_name, title
from dashboard.i18n import _, spoken
from dashboard.workspace import Workspace
from risk.reference import BACKGROUND_TABLES, FAMILY_TABLES, CellError, Facts, Refused, row_keys

Edits = dict[int, dict[str, Any]]  # what stands in an editor: cells by column, by place of the row
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
        _gone(gone, on)


def _introduction(on: date) -> str:
    return _(
        "Published figures that the numbers of this page rest on where your own orders cannot speak. **None of it is "
        "legal advice.** Correct a number, a day or a confidence in its cell, and the page is computed with it; an "
        "emptied cell is the published one again. A row is marked **look up again** when it describes a day more than "
        "a year before {day}, or a rule that had ended by then."
    ).format(day=formatting.date(on))


def _gone(rows: Sequence[Refused], on: date) -> None:
    """What had been entered in rows that an update of the published tables took away or made impossible."""
    for table, row, error in rows:
        there = error.column != "row"
        said = _said(laid_out(Facts(), table, on), table, row, error) if there else spoken(error.sentence)
        st.warning(markdown(said), icon=":material/warning:")


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
    _facts, refused = _entered(facts, table, _edits(editor), on)
    if refused:
        lines = [_said(shown, *one) for one in refused]
        st.error("\n".join(f"- {markdown(line)}" for line in lines), icon=":material/error:")
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
    edits = _edits(_editor_key(key, table))
    before, _gone = _kept(space)
    facts, refused = _entered(before, table, edits, on)
    if facts != before:
        space.keep(_name(table), facts.cells(table))
    emptied = any(value is None for cells in edits.values() for value in cells.values())
    if emptied and not refused:
        _new_editor(table, key)  # or the cell would stay empty


def _entered(facts: Facts, table: str, edits: Edits, on: date) -> tuple[Facts, list[Refused]]:
    """The facts with the edited rows that can be taken, and the others."""
    keys, refused = row_keys(table), []
    for place, cells in edits.items():
        row = keys[int(place)]
        try:
            facts = facts.edited(table, row, cells, on)
        except CellError as error:
            refused.append(Refused(table, row, error))
    return facts, refused


def _said(shown: pd.DataFrame, table: str, row: str, error: CellError) -> str:
    return _("{row}, {column}: {reason}").format(
        row=row_name(shown, row_keys(table).index(row)), column=heading(error.column), reason=spoken(error.sentence)
    )


def _edits(editor: str) -> Edits:
    edits: Edits = st.session_state.get(editor, {}).get("edited_rows", {})
    return edits


def _undo(space: Workspace, table: str, key: str) -> None:
    space.undo(_name(table))
    _new_editor(table, key)


def _reset(space: Workspace, table: str, key: str) -> None:
    space.keep(_name(table), [])
    _new_editor(table, key)


def _kept(space: Workspace) -> tuple[Facts, list[Refused]]:
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
