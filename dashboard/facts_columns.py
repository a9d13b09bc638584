"""What the fact tables and their columns are called on a page, and how a table is laid out there."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st
from pandas.api.types import is_numeric_dtype

from dashboard import formatting
from dashboard.i18n import N_, _, spoken
from risk.reference import ENTERED, Facts, stale
from risk.reference.cells import CONFIDENCES, DAYS, NUMBERS, correctable

TITLES = {
    "fines": N_("Statutory fines and damages"),
    "fine_severity": N_("Size of data-protection fines"),
    "vat": N_("Value added and sales tax"),
    "de_minimis": N_("Relief for small parcels"),
    "parcel_charges": N_("Charges on small parcels"),
    "trade_statistics": N_("Trade figures"),
    "hold_times": N_("Customs examinations"),
    "carrier_liability": N_("Liability of carriers"),
    "disruptions": N_("Past disruptions"),
    "transit_times": N_("Transit times"),
    "lpi": N_("Logistics Performance Index"),
    "ip_statistics": N_("Counterfeits and enforcement"),
    "watch_list": N_("Special 301 watch list"),
    "ip_index": N_("IP Index"),
    "return_rates": N_("Return rates"),
    "marketplace_limits": N_("Limits of marketplaces"),
    "measure_prices": N_("Prices of counter-measures"),
}
# In the order of the page: what a row is about, its values, how far to trust it, where it is from, and the rest.
HEADINGS = {
    "iso2": N_("Country"),
    "destination": N_("Destination"),
    "economy": N_("Country"),
    "instrument": N_("Law"),
    "jurisdiction": N_("Where"),
    "event": N_("Event"),
    "exam": N_("Examination"),
    "regime": N_("Convention or law"),
    "mode": N_("Transport"),
    "platform": N_("Marketplace"),
    "metric": N_("Measure"),
    "comparison": N_("Must be"),
    "group": N_("Goods"),
    "measure": N_("Measure"),
    "what": N_("What"),
    "dataset": N_("Sample"),
    "statistic": N_("Statistic"),
    "id": N_("Figure"),
    "quantity": N_("Quantity"),
    "origin": N_("Only from"),
    "channel": N_("Channel"),
    "list": N_("List"),
    "component": N_("Part"),
    "tax": N_("Tax"),
    "region": N_("Region"),
    "fixed_cap": N_("Fixed cap"),
    "share_cap": N_("Cap as a fraction"),
    "share_of": N_("Fraction of"),
    "duty_multiple": N_("Times the duty lost"),
    "per_unit_min": N_("Least for one"),
    "per_unit_max": N_("Most for one"),
    "duty_de_minimis": N_("Free of duty up to"),
    "tax_de_minimis": N_("Free of tax up to"),
    "charge": N_("Charge"),
    "rate_pct": N_("Rate, %"),
    "value_up_to": N_("For values up to"),
    "value_currency": N_("Currency of the value"),
    "low": N_("From"),
    "high": N_("To"),
    "value": N_("Value"),
    "days_low": N_("Days, from"),
    "days_high": N_("Days, to"),
    "cost_low": N_("Cost, from"),
    "cost_high": N_("Cost, to"),
    "per_kg": N_("For a kilogram"),
    "per_package": N_("For a package"),
    "limit": N_("Limit as a fraction"),
    "window_days": N_("Measured over days"),
    "score": N_("Score, 1 to 5"),
    "score_pct": N_("Score, %"),
    "rank": N_("Rank"),
    "of": N_("Of"),
    "currency": N_("Currency"),
    "unit": N_("Unit"),
    "per": N_("For each"),
    "effective_from": N_("In force from"),
    "effective_to": N_("In force to"),
    "look_up": N_("Look up again"),
    "confidence": N_("Confidence"),
    "as_of": N_("As of"),
    "source": N_("Source"),
    "site": N_("Site"),
    "next_change": N_("Next change"),
    "rule_text": N_("Rule in words"),
    "special_rule": N_("Special rules"),
    "conduct": N_("Conduct"),
    "definition": N_("Definition"),
    "cause": N_("Cause"),
    "scope": N_("Hits"),
    "period": N_("Period"),
    "edition": N_("Edition"),
    "contractual_eu_uk": N_("In contracts of the EU and UK"),
    "notes": N_("Notes"),
}
_NAMES = ("destination", "economy", "instrument", "event", "regime", "what")  # where there is one, a code says no more
_CODES = ("id", "dataset", "statistic")  # words with strokes between them
_UNTOLD = ("look_up", "as_of", "site")  # say nothing of what a row is about
_SITE = re.compile(
    r"(?<![\w.])((?:[a-z0-9-]+\.)+(?:com|org|net|gov|int|info|law|tech|sh|eu|uk|ie|in|lv|ee|ch|id))(?![\w.])"
)


def title(table: str) -> str:
    """What a table is called."""
    return _(TITLES[table])


def heading(column: str) -> str:
    """What a column is called."""
    return _(HEADINGS.get(column, column))


def laid_out(facts: Facts, table: str, on: date) -> pd.DataFrame:
    """A table in the page's columns, one row a fact in the order of the file."""
    frame = facts.table(table)
    frame["look_up"] = look_up(frame, on)
    frame["site"] = [site(source) for source in frame["source"]]
    frame["source"] = [spoken(ENTERED) if source == ENTERED else source for source in frame["source"]]
    named = frame.columns.intersection(list(_NAMES))
    shown = frame.drop(columns=["iso2", "id"] if len(named) else [], errors="ignore")
    if "iso2" in shown:
        shown["iso2"] = [formatting.country_name(code) for code in shown["iso2"]]
    for column in shown.columns.intersection(list(_CODES)):
        shown[column] = shown[column].str.replace("_", " ")
    return _typed(shown[[column for column in HEADINGS if column in shown]])


def look_up(frame: pd.DataFrame, on: date) -> list[str]:
    """Why to look a row up again, in words; nothing where that is not needed."""
    ended = (
        frame["effective_to"] < pd.Timestamp(on)
        if "effective_to" in frame
        else pd.Series(data=False, index=frame.index)
    )
    words = zip(stale(frame, on), ended, strict=True)
    return [(_("no longer in force") if over else _("over a year old")) if old else "" for old, over in words]


def site(source: str) -> str | None:
    """Address of the first site that a source names; the page there may have another address."""
    found = _SITE.search(source)
    return f"https://{found[1]}" if found else None


def row_name(shown: pd.DataFrame, place: int) -> str:
    """What a row of a laid out table is called: its first cell, and as many more as tell it from the others."""
    told = [column for column in locked(shown) if column not in _UNTOLD]
    words, alike = [], shown
    for column in [*told, *shown.columns.intersection(list(DAYS))]:
        cells = alike[column].astype("str").fillna("")
        same = alike[cells == cells[place]]
        if not words or len(same) < len(alike):
            words.append(_in_words(shown.loc[place, column]))
        alike = same
    return ", ".join(filter(None, words))


def _in_words(cell: Any) -> str:
    if pd.isna(cell):
        return ""
    if isinstance(cell, date):
        return formatting.date(cell)
    return formatting.number(cell) if isinstance(cell, float) else str(cell)


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers as floats and the rest but days as text: an editor keeps its state while the types stay the same."""
    kept = {"as_of", *DAYS, "site"}
    return frame.assign(**{column: _cells(cells) for column, cells in frame.items() if column not in kept})


def _cells(cells: pd.Series) -> pd.Series:
    if cells.name in NUMBERS or is_numeric_dtype(cells):
        return cells.astype("float64")
    return cells.astype("object").where(cells.notna(), "").astype("str")


def columns(frame: pd.DataFrame) -> dict[str, Any]:
    """Streamlit's column_config of a laid out table."""
    return {
        column: _column(column, is_numeric_dtype(cells), place == 0)
        for place, (column, cells) in enumerate(frame.items())
    }


def locked(frame: pd.DataFrame) -> list[str]:
    """The columns that cannot be edited."""
    return [column for column in frame if column not in correctable(list(frame))]


def _column(name: str, number: bool, first: bool) -> Any:
    label = heading(name)
    if number:
        return st.column_config.NumberColumn(label, format="localized")
    if name in ("as_of", *DAYS):
        return st.column_config.DateColumn(label)
    if name == "confidence":
        return st.column_config.SelectboxColumn(label, options=CONFIDENCES, format_func=_confidence)
    if name == "site":
        return st.column_config.LinkColumn(label, display_text=r"https://(.*)")
    return st.column_config.TextColumn(label, pinned=first, width="medium" if first or name == "source" else None)


def _confidence(level: str) -> str:
    return {
        "own": _("own"),
        "high": _("high"),
        "medium-high": _("medium to high"),
        "medium": _("medium"),
        "medium-low": _("medium to low"),
        "low": _("low"),
    }[level]
