"""The frame around every page: browser tab, navigation, sidebar, and what the reader sees when a page fails."""

from __future__ import annotations

import logging
import secrets

import streamlit as st

from dashboard import i18n
from dashboard.escape import markdown
from dashboard.i18n import _, spoken
from dashboard.registry import PAGES, ROOT, Page
from risk.checks import InputError

ICON = ROOT / "dashboard" / "assets" / "icon.png"

log = logging.getLogger(__name__)


def main() -> None:
    """Show the frame and, in it, the page at the reader's address."""
    sidebar()  # first: what is chosen there, or in the address, holds for all that follows
    st.set_page_config(page_title=_("Cross-border risk"), page_icon=str(ICON), layout="wide")
    shown = {page.key: _entry(page) for page in PAGES}
    chosen = st.navigation(list(shown.values()))
    page = next(page for page in PAGES if shown[page.key] is chosen)
    st.title(spoken(page.title), anchor=False)
    st.caption(spoken(page.question))
    try:
        chosen.run()
    except Exception as error:
        report(error)


def _entry(page: Page) -> st.Page:
    icon = f":material/{page.icon}:"
    default = page == PAGES[0]
    return st.Page(page.path, title=spoken(page.title), icon=icon, url_path=page.url_path, default=default)


def sidebar() -> None:
    """What holds for all pages."""
    with st.sidebar:
        language_switch()


def language_switch() -> None:
    """The language of the texts, once there is a choice."""
    if len(i18n.languages()) > 1:
        st.selectbox(
            "Language",  # in English always, so that a reader lost in another language finds it
            i18n.languages(),
            index=i18n.languages().index(i18n.language()),
            format_func=i18n.own_name,
            key=i18n.KEY,
            bind="query-params",
        )


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
