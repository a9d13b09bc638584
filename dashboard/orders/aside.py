"""Records that were set aside: why, on which line, and as a CSV."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import formatting, panels
from dashboard.i18n import _, ngettext, spoken

EVERY = ""  # of a filter: all files, all reasons


def by_reason(aside: pd.DataFrame) -> None:
    """How many records for which reason, the most frequent first; then which."""
    lines = [
        ngettext("- **{count}** record: {reason}", "- **{count}** records: {reason}", count).format(
            count=formatting.number(count), reason=spoken(str(reason))
        )
        for reason, count in aside["reason"].value_counts().to_dict().items()
    ]
    st.markdown("\n".join(lines))


def table(aside: pd.DataFrame, *, key: str) -> None:
    """The records, a row each, and their CSV."""
    shown = aside.assign(reason=[spoken(reason) for reason in aside["reason"]])
    columns = {
        "name": _("File"),
        "line_no": st.column_config.NumberColumn(_("Line"), format="%d", width="small"),
        "reason": st.column_config.TextColumn(_("Why it was set aside"), width="large"),
        "detail": st.column_config.TextColumn(_("What it says"), width="medium"),
        "text": st.column_config.TextColumn(_("The line, personal parts left out"), width="large"),
    }
    panels.table(shown, key=key, columns=columns, alt=_("Records that were set aside"))


def of_history(files: pd.DataFrame, aside: pd.DataFrame) -> None:
    """Everything that was set aside in the history, to be filtered by file and reason."""
    panels.section(_("Set aside"))
    if aside.empty:
        st.caption(_("Nothing was set aside: every record of every file is a row, a heading or a total."))
        return
    st.caption(
        _(
            "These records are in no sum. The line number finds each in the file it came from; correct it there and "
            "drop the file again: newer versions of an order replace older ones."
        )
    )
    named = aside.merge(files[["file_id", "name"]], on="file_id")
    left, right = st.columns(2)
    chosen = _only(named, "name", left, _("File"), lambda name: name or _("All files"))
    chosen = _only(chosen, "reason", right, _("Reason"), lambda reason: spoken(reason) if reason else _("All reasons"))
    st.caption(
        ngettext("{count} record.", "{count} records.", len(chosen)).format(count=formatting.number(len(chosen)))
    )
    table(chosen[["name", "line_no", "reason", "detail"]], key="orders_aside")


def _only(
    aside: pd.DataFrame, column: str, place: DeltaGenerator, label: str, said: Callable[[str], str]
) -> pd.DataFrame:
    """The rows that a filter leaves."""
    values = [EVERY, *aside[column].drop_duplicates()]
    chosen = place.selectbox(label, values, format_func=said, key=f"orders_aside_{column}")
    return aside[aside[column] == chosen] if chosen else aside
