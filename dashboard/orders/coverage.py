"""What the history can answer: family by family, and column by column."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import cached, panels
from dashboard.i18n import _, spoken
from dashboard.orders import names
from dashboard.workspace import Workspace
from risk.orders import questions


def show(space: Workspace) -> None:
    """Which questions the orders answer now, and which columns would answer more."""
    panels.section(_("What your orders can tell"))
    st.caption(
        _("Each family of risk reads some columns. Add an export that has the missing ones, and it can say more.")
    )
    said = cached.answer(questions.families, space.history)
    for family, title in names.FAMILIES.items():
        st.markdown(f"**{spoken(title)}**\n\n{answers(said[said['family'] == family])}")
    with st.expander(_("Every column, and how much of it is filled"), icon=":material/view_column:"):
        columns(cached.answer(questions.coverage, space.history))


def answers(family: pd.DataFrame) -> str:
    """What one family can say now, and what it lacks to say more, a line each, in Markdown."""
    lines = []
    for answer, missing in zip(family["answers"], family["missing"], strict=True):
        if not missing:
            lines.append(f"✓ {spoken(answer)}")
            continue
        lacking = names.targets(missing.split(", "))
        lines.append(_("○ {answer}. *Missing: {columns}.*").format(answer=spoken(answer), columns=lacking))
    return "  \n".join(lines)


def columns(held: pd.DataFrame) -> None:
    """Each column of each table."""
    panels.table(
        held.assign(
            table=[names.table(table) for table in held["table"]],
            column=[names.column(column) for column in held["column"]],
            meaning=[_(meaning) for meaning in held["meaning"]],
        ),
        key="orders_coverage",
        alt=_("Every column, and how much of it is filled"),
        columns={
            "table": _("Table"),
            "column": _("Column"),
            "rows": st.column_config.NumberColumn(_("Rows"), format="localized"),
            "filled": st.column_config.ProgressColumn(_("Filled"), format="percent", min_value=0.0, max_value=1.0),
            "meaning": st.column_config.TextColumn(_("Meaning"), width="large"),
        },
    )
