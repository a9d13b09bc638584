"""What the exchange rates have done, and what to know of each before trusting its volatility."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import cached, formatting, panels, rates_choice, workspace
from dashboard.currency import Position
from dashboard.i18n import N_, _, spoken
from risk.currency.rates import rate_notes
from risk.figures import currency as charts

YEARS = {"1y": 1, "5y": 5, "10y": 10, "all": 100}  # as the address writes them, in every language


SHOWN = {"exposed": N_("Exposed currencies"), "all": N_("All currencies")}


def show(position: Position) -> None:
    """Whose rates, what they have done, and what to know of each."""
    rates_choice.show(workspace.current())
    history(position)
    quality(position)


def alone() -> None:
    """Whose rates, where these leave nothing else to show."""
    space = workspace.current()
    if space.chosen is not None:
        rates_choice.show(space)


def history(position: Position) -> None:
    """Rates of the exposed currencies, all from 100, over a stretch that the reader chooses."""
    chosen = st.segmented_control(
        _("Years shown"), YEARS, default="5y", required=True, key="currency_range", bind="query-params"
    )
    codes = list(position.model.currencies)
    since = position.rates.index[-1] - pd.DateOffset(years=YEARS[chosen])
    shown = position.rates.loc[since:, codes]
    panels.chart(
        charts.rate_history(
            shown,
            x_title=_("Day"),
            y_title=_("Value in {currency}, first day = 100").format(currency=position.reporting),
        ),
        title=_("What one unit of each currency was worth"),
        how_to_read=_(
            "Each line is the value of one currency in {currency}, set to 100 on the first day shown. A line that "
            "falls to 90 took a tenth off receipts in that currency. Days without a fixing are left out, none is "
            "filled in."
        ).format(currency=position.reporting),
        data=shown.reset_index(),
        key="currency_rates",
    )


def quality(position: Position) -> None:
    """What to know of each series before trusting its volatility."""
    st.subheader(_("What to know of the rates"), anchor=False)
    chosen = st.segmented_control(
        _("Currencies shown"),
        SHOWN,
        default="exposed",
        required=True,
        format_func=lambda name: spoken(SHOWN[name]),
        key="currency_notes",
    )
    notes = cached.result(rate_notes, position.rates)  # of all: a currency is also held against one that is not exposed
    if chosen == "exposed":
        notes = notes.loc[list(position.model.currencies)]
    notes = notes.sort_index().reset_index()
    notes["peculiar"] = [peculiar(row) for row in notes.to_dict("records")]
    shown = notes[list(_columns())]
    panels.table(shown, key="currency_rate_notes", alt=_("What to know of the rates"), columns=_columns())
    st.caption(
        _(
            "Volatility, days without a move, equal prints and what a currency moves with are those of the newest two "
            "years, the rest those of all days. Nothing is dropped or filled for it."
        )
    )


def _columns() -> dict[str, Any]:
    config = st.column_config
    return {
        "currency": config.TextColumn(_("Currency"), pinned=True),
        "peculiar": config.TextColumn(
            _("Peculiar"),
            width="medium",
            help=_(
                "What makes a volatility say less than it seems to: a rate that is held, or that repeats itself, "
                "or that is missing for more than a week, or whose unit was changed."
            ),
        ),
        "volatility": config.NumberColumn(_("Volatility a year"), format="percent"),
        "zero_share": config.NumberColumn(_("Days without a move"), format="percent"),
        "longest_run": config.NumberColumn(_("Equal prints in a row, at most"), format="localized"),
        "moves_with": config.TextColumn(
            _("Moves with"), help=_("Currencies against which it moves by less than 2% a year.")
        ),
        "first": config.DateColumn(_("First fixing")),
        "last": config.DateColumn(_("Last fixing")),
        "fixings": config.NumberColumn(_("Fixings"), format="localized"),
        "gaps": config.NumberColumn(_("Gaps over a week"), format="localized"),
        "longest_gap": config.NumberColumn(_("Longest gap, days"), format="localized"),
        "gap_from": config.DateColumn(_("Gap from")),
        "gap_to": config.DateColumn(_("Gap to")),
        "redenominated": config.DateColumn(_("Unit changed")),
    }


def peculiar(note: dict[str, Any]) -> str:
    """The flags of one rate in words."""
    words = {
        "ended": _("no longer published"),
        "gap": _("{days} days without a fixing").format(days=formatting.number(note["longest_gap"])),
        "pegged": _("hardly moves"),
        "stale": _("the same for days"),
        "redenominated": _("unit changed, the rate by a factor of {factor}").format(
            factor=formatting.significant(note["unit_factor"])
        ),
    }
    said = [words[flag] for flag in note["flags"].split(", ") if flag in words]
    if note["replaced_by"]:
        said.append(_("goes on as {currency} in another unit").format(currency=note["replaced_by"]))
    return "; ".join(said)
