"""The frame around every page: browser tab, navigation, sidebar, and what the reader sees when a page fails."""

from __future__ import annotations

import logging
import secrets

import streamlit as st

from dashboard import cached, formatting, i18n, rates, workspace
from dashboard.escape import markdown
from dashboard.i18n import _, spoken
from dashboard.registry import PAGES, ROOT, Page
from dashboard.workspace import Workspace
from risk.checks import InputError
from risk.orders import questions

ICON = ROOT / "dashboard" / "assets" / "icon.png"

log = logging.getLogger(__name__)


def main() -> None:
    """Show the frame and, in it, the page at the reader's address."""
    language_switch()  # first: what is chosen there, or in the address, holds for all that follows
    st.set_page_config(page_title=_("Cross-border risk"), page_icon=str(ICON), layout="wide")
    entries = [(page, _entry(page)) for page in PAGES] + [(PAGES[0], _by_name(PAGES[0]))]
    chosen = st.navigation([entry for _page, entry in entries])
    page = next(page for page, entry in entries if entry is chosen)
    st.title(spoken(page.title), anchor=False)
    st.caption(spoken(page.question))
    try:
        sidebar()
        chosen.run()
    except Exception as error:
        report(error)


def _entry(page: Page) -> st.Page:
    icon, default = f":material/{page.icon}:", page == PAGES[0]
    return st.Page(page.path, title=spoken(page.title), icon=icon, url_path=page.url_path, default=default)


def _by_name(page: Page) -> st.Page:
    """The first page, whose address is the root, from its name too."""
    return st.Page(page.path, title=spoken(page.title), url_path=page.key, visibility="hidden")


def sidebar() -> None:
    """What holds for all pages: the reporting currency, and whose data it is."""
    with st.sidebar:
        space = workspace.current()
        currency_switch(space)
        stamp(space)


def language_switch() -> None:
    """The language of the texts, once there is a choice."""
    if len(i18n.languages()) > 1:
        st.sidebar.selectbox(
            "Language",  # in English always, so that a reader lost in another language finds it
            i18n.languages(),
            index=i18n.languages().index(i18n.language()),
            format_func=i18n.own_name,
            key=i18n.KEY,
            bind="query-params",
        )


def currency_switch(space: Workspace) -> None:
    """The reporting currency; the sample has its own, so that nothing is taken over from it unasked."""
    codes = rates.currencies(space)
    chosen = st.selectbox(
        _("Reporting currency"),
        codes,
        index=codes.index(space.chosen) if space.chosen else None,
        placeholder=_("Please choose"),
        key=workspace.SAMPLE_CURRENCY if space.is_sample else workspace.CURRENCY,
        bind="query-params",
        help=_(
            "Every loss is shown in it. For TWD, and others without a reference rate of the European Central Bank, "
            "choose other exchange rates on the tab Rates of the page Currency."
        ),
    )
    if chosen and not space.is_sample:
        space.keep(workspace.CURRENCY, chosen)  # for the next visit


def stamp(space: Workspace) -> None:
    """Whose data it is, and up to when."""
    last = formatting.date(cached.answer(questions.span, space.history).last)
    if space.is_sample:
        st.info(_("**Invented sample shop.** Orders up to {date}. Your own exports replace it.").format(date=last))
    else:
        st.caption(_("Your own order history, up to {date}.").format(date=last))


def report(error: Exception) -> None:
    """Say what the reader can do: the sentence of an InputError, else a reference into the server's log."""
    if isinstance(error, InputError):
        st.error(markdown(spoken(error.sentence)), icon=":material/info:")
        return
    reference = secrets.token_hex(4)
    log.error("reference %s", reference, exc_info=error)
    st.error(
        _(
            "This went wrong on our side, and nothing of yours was changed. Reload the page; if it happens again, "
            "look for {reference} in the log of the program."
        ).format(reference=reference),
        icon=":material/error:",
    )
