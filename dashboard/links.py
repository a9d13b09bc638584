"""Links between pages by their key in the registry."""

from __future__ import annotations

import streamlit as st

from dashboard.i18n import spoken
from dashboard.registry import PAGES


def page_link(key: str, label: str) -> None:
    """A link to a page, which keeps the session; nothing while there is no such page."""
    found = [page for page in PAGES if page.key == key]
    if not found:
        return
    (page,) = found
    icon = f":material/{page.icon}:"
    entry = st.Page(page.path, title=spoken(page.title), url_path=page.url_path, default=page == PAGES[0])
    st.page_link(entry, label=label, icon=icon)
