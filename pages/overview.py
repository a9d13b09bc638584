"""Overview: what a bad year costs in all five families, what causes it, and what to do first."""

from __future__ import annotations

import streamlit as st

from dashboard import (
    books,
    causes,
    changes,
    family_page,
    loss_panel,
    measures_panel,
    overview,
    panels,
    register_panel,
    settings,
)
from dashboard.books import Book
from dashboard.formatting import money
from dashboard.i18n import _
from dashboard.links import page_link


def main() -> None:
    book = books.book_or_reason()
    if book is None:
        return
    says = st.container()
    level = loss_panel.level_choice("overview")
    plan = books.plan(book, level)
    inherent, residual = books.inherent(book), books.residual(book, plan)
    with says:
        panels.headline(overview.headline(book, inherent, residual, level))
        family_page.stamp(book)
        changes.show(book, inherent)
    overview.figures(book, inherent, residual, level)
    overview.by_family(book, inherent, residual, level)
    loss_panel.curve(inherent, residual, level=level, key="overview", marks=bearable(book))
    loss_panel.drivers(inherent, level=level, key="overview", titles=book.titles)
    causes.table(book, inherent, level=level, key="overview")
    panels.section(_("What to do first"))
    measures_panel.choose(book, plan)
    measures_panel.together(book, plan)
    measures_panel.ranked(book, level, key="overview")
    panels.section(_("How sure this is"))
    overview.coverage(book, inherent, level)
    overview.dependence(book, level)
    foundations(book)
    next_steps()


def bearable(book: Book) -> dict[str, float]:
    """The limit that the owner has entered, by its name on the chart."""
    limit = book.settings.appetite
    return {} if limit is None else {_("Bearable: {limit}").format(limit=money(limit, book.reporting)): limit}


def foundations(book: Book) -> None:
    """What can be entered, and what the numbers rest on."""
    panels.section(_("Assumptions, register and sources"))
    with st.expander(_("Assumptions")):
        settings.inputs(book.space, book.settings, book.calibrated.seat, book.calibrated.trade.margin)
    register_panel.show(book.space, book.calibrated.families, book.reporting, key="overview")
    register_panel.measures(book.space, book.catalogue, book.reporting, book.titles, key="overview")
    family_page.notes(book)
    family_page.sources(book)


def next_steps() -> None:
    """Where to go from here."""
    panels.section(_("What to do next"))
    with st.container(horizontal=True):
        for key, text in _links().items():
            page_link(key, text)


def _links() -> dict[str, str]:
    return {
        "legal": _("Look into law"),
        "currency": _("Look into currency"),
        "hedging": _("Decide how much to sell forward"),
        "logistics": _("Look into logistics"),
        "ip": _("Look into intellectual property"),
        "quality": _("Look into quality"),
        "orders": _("Add your own orders"),
        "methods": _("Read how each number is computed"),
    }


main()
