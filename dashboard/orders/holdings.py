"""What the history holds: totals, its files with undo, what re-uploaded orders changed, and the end of it all."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import cached, formatting, panels, workspace
from dashboard.escape import markdown
from dashboard.i18n import _, ngettext
from dashboard.orders import drop, names, totals
from dashboard.panels import Figure
from dashboard.workspace import Workspace
from risk.orders import OrderHistory, questions
from risk.orders.currency import PER_ROW


def summary(space: Workspace) -> None:
    """A few counts, and the totals by currency."""
    panels.section(_("Totals by currency"))
    orders, lines = cached.answer(questions.order_counts, space.history)
    unknown = cached.answer(questions.unknown_currency, space.history)
    sums = cached.answer(questions.totals_by_currency, space.history)
    panels.figures(
        [
            Figure(_("Orders"), formatting.number(orders), _("Distinct order numbers of each platform.")),
            Figure(_("Order lines"), formatting.number(lines), _("Articles within the orders, cancelled ones too.")),
            Figure(_("Currencies"), formatting.number(len(sums)), _("In which the orders were sold.")),
            Figure(
                _("Without currency"),
                formatting.number(unknown),
                _("Order lines whose currency is unknown: they are in no sum until the currency is known."),
            ),
        ]
    )
    totals.show(sums, _("Totals by currency"))
    st.caption(
        _("In units of each currency. Sales include shipping charged, cancelled lines are left out, fees are costs.")
    )
    panels.download(sums, "orders_totals.csv", key="orders_totals_csv")
    if unknown:
        st.warning(
            ngettext(
                "{count} order line has no known currency and is in no sum.",
                "{count} order lines have no known currency and are in no sum.",
                unknown,
            ).format(count=formatting.number(unknown)),
            icon=":material/money_off:",
        )


def files(space: Workspace, held: pd.DataFrame) -> None:
    """The files, in the order in which they were added; each can be taken out again."""
    panels.section(_("Files in the history"))
    shown = held.assign(
        platform=[names.platform(platform) for platform in held["platform"]],
        currency=[_("several") if currency == PER_ROW else currency for currency in held["currency"]],
    )
    st.dataframe(
        shown,
        hide_index=True,
        column_order=list(_columns()),
        column_config=_columns(),
        alt=_("Files in the history"),
    )
    if space.is_sample:
        st.caption(_("These are the files of the invented sample shop. They go as soon as you add your own."))
        return
    newest = list(held["file_id"])[::-1]
    name = held.set_index("file_id")["name"]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            _("Look at a file, or take it out again"),
            newest,
            format_func=lambda file_id: name[file_id],  # shown as it is, not as Markdown
            key=drop.CHOSEN_FILE,
        )
        st.button(
            _("Take this file out"),
            key="orders_remove",
            icon=":material/undo:",
            on_click=remove,
            args=(space.history, chosen, name[chosen]),
        )
    changed(space, chosen, held)


def _columns() -> dict[str, Any]:
    numbers = {
        "physical_records": _("Records"),
        "rows": _("Accepted"),
        "quarantined": _("Set aside"),
        "furniture": _("Headings"),
        "replaced": _("Replaced"),
    }
    helps = {
        "furniture": _("Headings, blank lines and totals: records without a row of their own."),
        "replaced": _("Rows of older files that this file has newer versions of."),
    }
    return {
        "name": st.column_config.TextColumn(_("File"), width="medium"),
        "platform": st.column_config.TextColumn(_("Read as")),
        "currency": st.column_config.TextColumn(_("Currency"), width="small"),
        **{
            name: st.column_config.NumberColumn(title, format="localized", width="small", help=helps.get(name))
            for name, title in numbers.items()
        },
    }


def remove(history: OrderHistory, file_id: str, name: str) -> None:
    """Take a file out; what it had replaced is current again."""
    history.remove(file_id)
    drop.say([_("{file} was taken out. What it had replaced counts again.").format(file=markdown(name))])


def changed(space: Workspace, file_id: str, held: pd.DataFrame) -> None:
    """What the file changed in orders that an older file held too."""
    if not held.set_index("file_id").loc[file_id, "replaced"]:
        return
    with st.expander(_("What this file changed in orders that you had"), icon=":material/compare_arrows:"):
        cells = cached.answer(differences, space.history, file_id)
        if cells.empty:
            st.caption(_("Nothing: every line of the orders is the same in both files."))
            return
        panels.table(
            cells.assign(column=[names.column(column) for column in cells["column"]]),
            key="orders_changed",
            alt=_("What this file changed in orders that you had"),
            columns={
                "order_id": _("Order number"),
                "line_id": _("Line of the order"),
                "column": _("What"),
                "before": _("Before"),
                "after": _("After"),
            },
        )
        st.caption(_("A line that only one of the files has is shown by its number alone."))


def differences(history: OrderHistory, file_id: str) -> pd.DataFrame:
    """As `OrderHistory.differences`, under a name that a cache key can hold."""
    return history.differences(file_id)


def farewell(space: Workspace) -> None:
    """Delete everything of this reader, who may have entered something about the sample too: two clicks."""
    if space.is_sample and not workspace.begun():
        return
    panels.section(_("Your data"))
    st.caption(
        _(
            "Your orders and what you entered lie in a file on the machine that runs this program, readable through "
            "this browser alone."
        )
    )
    with st.popover(_("Delete all my data"), icon=":material/delete:"):
        st.markdown(_("Every file, order and entry of yours is deleted for good. This cannot be undone."))
        st.button(_("Yes, delete everything"), key="orders_delete", on_click=forget)


def forget() -> None:
    """Delete the reader's history and what was computed from it."""
    workspace.forget()
    cached.forget()
    drop.say([_("All your data was deleted. You see the invented sample shop again.")])
