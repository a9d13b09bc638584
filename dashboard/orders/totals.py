"""Sums by currency, of one file or of the whole history."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.i18n import _


def show(totals: pd.DataFrame, alt: str) -> None:
    """One row a currency, in its own units; `alt` says of what."""
    st.dataframe(totals, hide_index=True, column_config=columns(), alt=alt)


def columns() -> dict[str, Any]:
    """How Streamlit shows each column."""
    titles = {
        "orders": _("Orders"),
        "lines": _("Order lines"),
        "sales": _("Sales"),
        "refunds": _("Refunds"),
        "fees": _("Fees"),
    }
    days = {"first": _("First order"), "last": _("Last order")}
    return {
        "currency": st.column_config.TextColumn(_("Currency"), width="small"),
        **{name: st.column_config.NumberColumn(title, format="localized", step=1) for name, title in titles.items()},
        **{name: st.column_config.DateColumn(title) for name, title in days.items()},
    }
