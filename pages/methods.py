"""Methods: how each number is computed, from docs/methods.md."""

from __future__ import annotations

import streamlit as st

from dashboard.documents import anchor, sections
from dashboard.i18n import _
from dashboard.registry import ROOT

METHODS = ROOT / "docs" / "methods.md"


def main() -> None:
    introduction, parts = sections(METHODS.read_text(encoding="utf-8"))
    st.markdown(introduction)
    with st.expander(_("Contents"), expanded=True):
        st.markdown("\n".join(f"- [{heading}](#{anchor(heading)})" for heading, _body in parts))
    for heading, body in parts:
        st.header(heading, anchor=anchor(heading))
        st.markdown(body)


main()
