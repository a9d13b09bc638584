"""Links between pages by their key in the registry, and where to go when there is nothing to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import streamlit as st

from dashboard.escape import markdown
from dashboard.i18n import _, spoken
from dashboard.registry import PAGES
from risk.checks import InputError

T = TypeVar("T")


def or_reason(make: Callable[[], T], doing: str, *pages: str) -> T | None:
    """What was made; None after saying in a sentence why there is nothing to show. `doing` is said meanwhile.

    `pages` are those that can help, by default the orders and the exchange rates.
    """
    try:
        with st.spinner(doing, show_time=True):
            return make()
    except InputError as reason:
        st.info(markdown(spoken(reason.sentence)), icon=":material/info:")
        for page in pages or ("orders", "currency"):
            _help(page)
        return None


def _help(page: str) -> None:
    if page == "currency":
        page_link(page, _("See the exchange rates"), {"currency_tab": _("Rates")})
    else:
        page_link(page, _("See the orders that were read"))


def page_link(key: str, label: str, address: Mapping[str, str] | None = None) -> None:
    """A link to a page, which keeps the session, with more in its address; nothing while there is no such page."""
    found = [page for page in PAGES if page.key == key]
    if not found:
        return
    (page,) = found
    icon = f":material/{page.icon}:"
    entry = st.Page(page.path, title=spoken(page.title), url_path=page.url_path, default=page == PAGES[0])
    st.page_link(entry, label=label, icon=icon, query_params=address)
