"""Methods: how each number is computed, from docs/methods.md."""

from __future__ import annotations

import streamlit as st

from dashboard.registry import ROOT

METHODS = ROOT / "docs" / "methods.md"


def main() -> None:
    st.markdown(METHODS.read_text(encoding="utf-8"))


main()
