"""What each cause of loss rests on: a table in which every number has its basis and its source."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import panels
from dashboard.books import Book
from dashboard.families import parts
from dashboard.i18n import N_, _, spoken
from dashboard.rates import PROVIDERS
from risk.ip.own import STOLEN
from risk.ip.recovery import COLUMN as RECOVERY
from risk.loss import measures
from risk.loss.table import YearLossTable

BASES = {"data": N_("your data"), "facts": N_("sourced facts"), "expert": N_("an assumption")}  # in order of trust


def table(book: Book, years: YearLossTable, *, level: float, key: str) -> None:
    """The causes of these years, the worst first, with what each number rests on."""
    with st.expander(_("What each cause rests on")):
        st.caption(
            _(
                "Expected loss and part of the expected shortfall come from the same simulated years as the figures "
                "above. Every rate and cost behind them stands in the risk register, where it can be changed."
            )
        )
        shown = frame(book, years, level)
        panels.table(shown, key=f"{key}_causes", columns=_columns(book), alt=_("What each cause rests on"))


def frame(book: Book, years: YearLossTable, level: float) -> pd.DataFrame:
    """One row a driver, columns title, family, expected_loss, part, basis, source."""
    part = measures.shortfall_contributions(years, level)
    why = reasons(book)
    rows = [
        {
            "title": book.titles.get(name, name),
            "family": book.titles[name.split(".", 1)[0]],
            "expected_loss": float(years[name].mean()),
            "part": part[name],
            "basis": spoken(BASES[why[name][0]]),
            "source": spoken(why[name][1]),
        }
        for name in years.drivers
    ]
    return pd.DataFrame(rows).sort_values("part", ascending=False, kind="stable")


def reasons(book: Book) -> dict[str, tuple[str, str]]:
    """Basis and source of each driver."""
    why = {entry.key: (entry.basis, entry.source) for family in book.families for entry in family.entries}
    if book.position is not None:
        said = _("Receipts of your orders, exchange rates ({provider}): page Currency.").format(
            provider=spoken(PROVIDERS[book.source.provider])
        )
        why |= {f"currency.{code}": ("data", said) for code in book.position.model.currencies}
    if STOLEN in why:
        why[RECOVERY] = why[STOLEN]
    return why


def _columns(book: Book) -> dict[str, Any]:
    return {
        "title": st.column_config.TextColumn(_("Cause"), pinned=True, width="medium"),
        "family": _("Family"),
        "expected_loss": parts.amount(_("Expected loss a year, {currency}").format(currency=book.reporting)),
        "part": parts.amount(
            _("Part of the expected shortfall, {currency}").format(currency=book.reporting),
            _("Mean of this cause over the worst years; all rows together are the expected shortfall."),
        ),
        "basis": _("Rests on"),
        "source": st.column_config.TextColumn(_("Source"), width="large"),
    }


def bases(book: Book, years: YearLossTable, level: float) -> pd.DataFrame:
    """Expected shortfall by family and what it rests on, softening causes left out: families by bases."""
    part, why = measures.shortfall_contributions(years, level).clip(lower=0.0), reasons(book)
    long = pd.DataFrame(
        {
            "family": [book.titles[name.split(".", 1)[0]] for name in part.index],
            "basis": [why[name][0] for name in part.index],
            "part": part.to_numpy(),
        }
    )
    table = long.pivot_table(index="family", columns="basis", values="part", aggfunc="sum", fill_value=0.0, sort=False)
    return table.reindex(columns=list(BASES), fill_value=0.0)
