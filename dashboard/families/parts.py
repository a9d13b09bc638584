"""What the analyses of the families share: columns of tables, amounts in one currency, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import formatting
from dashboard.formatting import number, percent
from dashboard.i18n import _, spoken
from dashboard.links import page_link
from dashboard.orders import names
from risk.checks import Sentence

MOST_ROWS = 12  # of a chart; its table has them all


def missing(sentence: str, *columns: str) -> None:
    """Say what cannot be shown, and which columns (`table.column`) would show it, with the way to add them."""
    lacking = _("Missing: {columns}.").format(columns=names.targets(columns))
    st.info(f"{sentence} {lacking}", icon=":material/info:")
    page_link("orders", _("Add an export that has them"))


def converted(
    frame: pd.DataFrame, currency: str, fx: Mapping[str, float], *amounts: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows with their amounts in the reporting currency, and the rows that are left out for want of a rate."""
    rates = frame["currency"].map({**fx, currency: 1.0}).astype("float64")
    inside = frame.assign(**{name: frame[name].astype("float64") * rates for name in amounts})
    return inside[rates.notna()], frame[rates.isna()]


def currencies(frame: pd.DataFrame) -> str:
    """Currencies of a frame, one after another; a dash where it names none."""
    return ", ".join(sorted(set(frame["currency"].dropna()))) or formatting.MISSING


def interval(row: Any) -> str:
    """A rate with its interval: 9.1% (8.5% to 9.7%)."""
    if pd.isna(row["rate"]):
        return formatting.MISSING
    return _("{rate} ({low} to {high})").format(**{name: percent(row[name]) for name in ("rate", "low", "high")})


def counted(row: Any, events: str, trials: str) -> str:
    """What a rate was counted from: 826 of 9,055."""
    return _("{events} of {trials}").format(events=number(row[events]), trials=number(row[trials]))


def stated(cells: pd.Series[Any]) -> list[str]:
    """Texts of the tables of facts and Sentences of ours, in the reader's language; empty where there is none."""
    return ["" if pd.isna(cell) else spoken(cell) if isinstance(cell, Sentence) else str(cell) for cell in cells]


def countries(codes: Iterable[str]) -> list[str]:
    """Names of countries by their codes; a dash where there is none."""
    return [formatting.MISSING if pd.isna(code) else formatting.country_name(code) for code in codes]


def amount(title: str, help: str | None = None) -> Any:  # noqa: A002  (Streamlit's own name)
    """A column of amounts, in whole units."""
    return st.column_config.NumberColumn(title, format="localized", step=1, help=help)


def exact(title: str, help: str | None = None) -> Any:  # noqa: A002
    """A column of small amounts, such as that of a parcel."""
    return st.column_config.NumberColumn(title, format="localized", step=0.01, help=help)


def share(title: str, help: str | None = None) -> Any:  # noqa: A002
    """A column of fractions, shown as percent."""
    return st.column_config.NumberColumn(title, format="percent", help=help)


def day(title: str) -> Any:
    """A column of days."""
    return st.column_config.DateColumn(title)


def shares() -> dict[str, Any]:
    """The columns of a rate and its interval."""
    return {"rate": share(_("Rate")), "low": share(_("From")), "high": share(_("To"))}


def facts() -> dict[str, Any]:
    """The columns that say where a fact is from."""
    return {"as_of": day(_("As of")), "source": st.column_config.TextColumn(_("Source"), width="medium")}
