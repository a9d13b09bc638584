"""The risk register and the counter-measures as tables that are edited in place, taken away and brought back.

register_panel.show(workspace, prefilled, "EUR", key="legal")
families, problems = register.edited_families(workspace, prefilled, "EUR")

What is typed counts at once. A cell that cannot be stays as typed, with the reason below the table, and changes
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import panels
from dashboard.causes import BASES
from dashboard.escape import markdown
from dashboard.i18n import N_, _, ngettext, spoken
from dashboard.register import MEASURES, REGISTER, Sheet
from dashboard.workspace import Workspace
from risk.checks import InputError
from risk.loss.countermeasures import Countermeasure
from risk.loss.register import CellProblem, FamilyRisk

MOST_BYTES = 1_000_000  # of a table that is brought back
HEADINGS = {
    "title": "",  # says what a row is
    "peril": N_("Acts on"),
    "rate_low": N_("Events a year, from"),
    "rate_high": N_("Events a year, to"),
    "cost_low": N_("Cost of an event, from"),
    "cost_high": N_("Cost of an event, to"),
    "maximum": N_("Most that one can cost"),
    "mean": N_("Expected loss a year"),
    "annual_cost": N_("Cost a year"),
    "frequency_low": N_("Events prevented, least"),
    "frequency_mode": N_("Events prevented, likely"),
    "frequency_high": N_("Events prevented, most"),
    "severity_low": N_("Cost saved, least"),
    "severity_mode": N_("Cost saved, likely"),
    "severity_high": N_("Cost saved, most"),
    "owner": N_("Owner"),
    "reviewed": N_("Last review"),
    "key": N_("Key"),
    "basis": N_("Rests on"),
    "source": N_("Source"),
}
HELP = {
    "rate_low": N_("The yearly rate lies between these two with 90%; both alike when it is known."),
    "cost_low": N_("5% of the events cost less than this."),
    "cost_high": N_("5% of the events cost more than this."),
    "maximum": N_("Empty: no limit. A heavy tail needs one: a statutory maximum, or the value of the goods."),
    "mean": N_("Events a year times the cost of an event."),
    "frequency_mode": N_("Share of the events that the measure prevents."),
    "severity_mode": N_("Share of the cost of an event that the measure saves."),
    "owner": N_("Who answers for this row."),
    "basis": N_("A row with a number of your own rests on your assumption."),
}


@dataclass(frozen=True)
class Table:
    """A sheet as a page shows it: `names` are what its rows are called, `texts` its columns in words, by row."""

    sheet: Sheet[Any]
    key: str
    names: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]]
    title: str
    row: str  # what a row is

    @property
    def editor(self) -> str:
        """Key of the editor, which shows what was typed into it until its key changes."""
        return f"{self.key}_{self.sheet.kind.table}_{st.session_state.get(self.version, 0)}"

    @property
    def version(self) -> str:
        """Session key of the number of the editor."""
        return f"{self.key}_{self.sheet.kind.table}_version"

    @property
    def taken(self) -> str:
        """Session key of what became of the file that was brought back."""
        return f"{self.key}_{self.sheet.kind.table}_taken"


def show(workspace: Workspace, prefilled: Sequence[FamilyRisk], reporting: str, *, key: str) -> None:
    """The register of these families."""
    sheet = Sheet(workspace, REGISTER, tuple(prefilled), reporting)
    entries = {entry.key: entry for family in sheet.outcome()[0] for entry in family.entries}
    names = {name: spoken(entry.title) for name, entry in entries.items()}
    texts = {
        name: {"title": names[name], "basis": spoken(BASES[entry.basis]), "source": spoken(entry.source)}
        for name, entry in entries.items()
    }
    with st.expander(_("Risk register")):
        st.markdown(
            _(
                "Each row is a peril: how often it happens, what one event costs, and what these numbers rest on. "
                "Write your own numbers into the cells, with who answers for them, and every page counts with them. "
                "An emptied cell is the prefilled number again."
            )
        )
        _table(Table(sheet, key, names, texts, _("Risk register"), _("Peril")))


def measures(
    workspace: Workspace,
    catalogue: Sequence[Countermeasure],
    reporting: str,
    titles: Mapping[str, str],
    *,
    key: str,
) -> None:
    """What counter-measures cost, and what each takes away from which perils; `titles` are what perils are called."""
    sheet = Sheet(workspace, MEASURES, tuple(catalogue), reporting)
    texts = {
        name: {
            "title": spoken(one.title),
            "peril": titles.get(peril, peril),
            "basis": spoken(BASES[one.basis]),
            "source": spoken(one.source),
        }
        for one in sheet.outcome()[0]
        for name, peril in ((one.key, ""), *((f"{one.key}:{peril}", peril) for peril in one.effects))
    }
    names = {name: " · ".join(filter(None, [said["title"], said["peril"]])) for name, said in texts.items()}
    with st.expander(_("Costs and effects of the counter-measures")):
        st.markdown(
            _(
                "The first row of a measure holds what it costs a year, each further one which share of the events of "
                "a peril it prevents, and which share of the cost of the others it saves: least, most likely, most. "
                "A share is a number between 0 and 1. An emptied cell is the prefilled number again."
            )
        )
        _table(Table(sheet, key, names, texts, _("Costs and effects of the counter-measures"), _("Counter-measure")))


def _table(table: Table) -> None:
    shown = _laid_out(table)
    st.data_editor(
        shown,
        hide_index=True,
        num_rows="fixed",
        key=table.editor,
        on_change=_enter,
        args=(table, tuple(shown.index)),
        disabled=[column for column in shown if column not in table.sheet.kind.editable],
        column_config={column: _column(column, table) for column in shown},
        placeholder=panels.EMPTY,
        alt=table.title,
    )
    problems = table.sheet.problems(_edits(table, tuple(shown.index)))
    _said(table, problems)
    _buttons(table)


def _laid_out(table: Table) -> pd.DataFrame:
    """The table in the page's columns, words in the reader's language."""
    frame = table.sheet.shown()
    for column in next(iter(table.texts.values()), {}):
        frame[column] = [table.texts[key][column] for key in frame.index]
    return frame[[column for column in HEADINGS if column in frame]]


def _column(name: str, table: Table) -> Any:
    label, explained = _heading(name, table), _(HELP[name]) if name in HELP else None
    if name in (*table.sheet.kind.amounts, "mean"):
        label = _("{what}, {currency}").format(what=label, currency=table.sheet.reporting)
        return st.column_config.NumberColumn(label, help=explained, format="localized", step=0.01)
    if name in table.sheet.kind.numbers:
        return st.column_config.NumberColumn(label, help=explained, format="%.4g")
    if name == "reviewed":
        return st.column_config.DateColumn(label)
    wide = {"title": "medium", "source": "large"}.get(name)
    return st.column_config.TextColumn(label, help=explained, pinned=name == "title", width=wide)  # type: ignore[arg-type]


def _heading(name: str, table: Table) -> str:
    return table.row if name == "title" else _(HEADINGS.get(name, name))


def _said(table: Table, problems: Sequence[CellProblem]) -> None:
    """Cells that cannot be, what became of a file, and entries that wait for their peril."""
    if problems:
        st.error(_listed(table, problems), icon=":material/error:")
    taken = st.session_state.get(table.taken)
    if isinstance(taken, str):
        st.error(markdown(taken), icon=":material/error:")
    elif taken is not None:
        changed, wrong = taken
        count = ngettext("One row was changed.", "{count} rows were changed.", changed).format(count=changed)
        st.success(_("The file was read. {changed}").format(changed=count), icon=":material/check:")
        if wrong:
            st.error(_listed(table, wrong), icon=":material/error:")
    waiting = [name for name in table.sheet.orphans() if name.split(".")[0] in _families(table)]
    if waiting:
        st.caption(
            _("Kept for when the orders speak of them again: {names}.").format(names=markdown(", ".join(waiting)))
        )


def _families(table: Table) -> set[str]:
    return {name.split(".")[0] for name in table.names}


def _listed(table: Table, problems: Sequence[CellProblem]) -> str:
    lines = [
        _("{row}, {column}: {reason}").format(
            row=table.names.get(problem.key, problem.key),
            column=_heading(problem.column, table),
            reason=spoken(problem.sentence),
        )
        for problem in problems
    ]
    return "\n".join(f"- {markdown(line)}" for line in lines)


def _buttons(table: Table) -> None:
    sheet, start = table.sheet, f"{table.key}_{table.sheet.kind.table}"
    with st.container(horizontal=True):
        if sheet.can_undo:
            st.button(
                _("Undo the last change"),
                key=f"{start}_undo",
                on_click=_anew,
                args=(table, sheet.undo),
                icon=":material/undo:",
            )
        if sheet.typed():
            st.button(
                _("Back to the prefilled numbers"), key=f"{start}_reset", on_click=_anew, args=(table, sheet.clear)
            )
        panels.download(sheet.csv(), f"{sheet.kind.table}.csv", key=f"{start}_csv", label=_("Take away as CSV"))
        with st.popover(_("Bring back a CSV"), icon=":material/upload:"):
            _upload(table)


def _upload(table: Table) -> None:
    st.caption(_("A table that was taken away here and changed. Rows and columns may be in another order."))
    field = f"{table.editor}_file"
    st.file_uploader(
        _("Table as CSV"), type=["csv"], key=field, on_change=_take, args=(table, field), label_visibility="collapsed"
    )


def _edits(table: Table, rows: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What stands in the editor, by key of the row."""
    edited = st.session_state.get(table.editor, {}).get("edited_rows", {})
    return {rows[int(place)]: cells for place, cells in edited.items() if int(place) < len(rows)}


def _enter(table: Table, rows: Sequence[str]) -> None:
    """Keep the rows that can be; what cannot stays in its cell, and the page says why."""
    st.session_state.pop(table.taken, None)
    edits = _edits(table, rows)
    problems = table.sheet.put(edits)
    kind = table.sheet.kind
    emptied = any(
        value is None and column not in kind.unlimited for cells in edits.values() for column, value in cells.items()
    )
    if emptied and not problems:
        _new_editor(table)  # or the cell would stay empty


def _take(table: Table, field: str) -> None:
    file = st.session_state.get(field)
    if file is None:
        return
    try:
        if file.size > MOST_BYTES:
            raise InputError(N_("This file is larger than such a table can be."))
        st.session_state[table.taken] = table.sheet.take(file.getvalue())
    except InputError as reason:
        st.session_state[table.taken] = spoken(reason.sentence)
    _new_editor(table)


def _anew(table: Table, change: partial[None] | Any) -> None:
    """Change what is kept, and show it."""
    st.session_state.pop(table.taken, None)
    change()
    _new_editor(table)


def _new_editor(table: Table) -> None:
    st.session_state[table.version] = st.session_state.get(table.version, 0) + 1
