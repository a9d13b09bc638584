"""Orders: drop exports, see how each was read, correct it, add it, undo it; what the history holds and can tell."""

from __future__ import annotations

import streamlit as st

from dashboard import cached, formatting, panels
from dashboard.i18n import _
from dashboard.links import page_link
from dashboard.orders import aside, coverage, drop, holdings
from dashboard.workspace import Workspace, current
from risk.orders import questions


def main() -> None:
    space = current()
    panels.headline(headline(space))
    drop.said()
    onward(space)
    drop.zone(space)
    with st.spinner(_("Counting orders"), show_time=True):
        held = space.history.files()
        holdings.summary(space)
        holdings.files(space, held)
        aside.of_history(held, space.history.quarantine())
        coverage.show(space)
    holdings.farewell(space)


def headline(space: Workspace) -> str:
    """What the history holds, in one sentence."""
    orders, lines = cached.answer(questions.order_counts, space.history)
    span = cached.answer(questions.span, space.history)
    said = {
        "orders": formatting.number(orders),
        "lines": formatting.number(lines),
        "first": formatting.date(span.first),
        "last": formatting.date(span.last),
    }
    if space.is_sample:
        return _(
            "This is an **invented sample shop**: {orders} orders with {lines} lines, from {first} to {last}. Your own "
            "exports replace it."
        ).format(**said)
    return _("Your history holds **{orders} orders** with {lines} lines, from {first} to {last}.").format(**said)


def onward(space: Workspace) -> None:
    """Where to go with one's own orders."""
    if space.is_sample:
        return
    if space.chosen is None:
        st.info(
            _("Choose your reporting currency in the sidebar: every loss is shown in it."),
            icon=":material/currency_exchange:",
        )
        return
    with st.container(horizontal=True):
        page_link("overview", _("See what a bad year costs"))
        page_link("currency", _("See your exposure by currency"))


main()
