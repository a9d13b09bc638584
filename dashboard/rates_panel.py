"""What the exchange rates have done, and what to know of each before trusting its volatility."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import cached, panels
from dashboard.currency import Position
from dashboard.i18n import _
from risk.currency.rates import rate_notes
from risk.figures import currency as charts

YEARS = {"1y": 1, "5y": 5, "10y": 10, "all": 100}  # as the address writes them, in every language


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
    notes = cached.result(rate_notes, position.rates[codes]).reset_index()
    notes["flags"] = [peculiar(row) for row in notes.to_dict("records")]
    panels.table(
        notes[["currency", "first", "last", "fixings", "volatility", "flags"]],
        key="currency_rate_notes",
        title=_("What to know of the rates"),
        columns={
            "currency": _("Currency"),
            "first": st.column_config.DateColumn(_("First fixing")),
            "last": st.column_config.DateColumn(_("Last fixing")),
            "fixings": st.column_config.NumberColumn(_("Fixings"), format="localized"),
            "volatility": st.column_config.NumberColumn(_("Volatility a year"), format="percent"),
            "flags": st.column_config.TextColumn(
                _("Peculiar"),
                help=_(
                    "What makes a volatility say less than it seems to: a rate that is held, or that repeats itself, "
                    "or that is missing for more than a week."
                ),
            ),
        },
    )


def peculiar(note: dict[str, Any]) -> str:
    """The flags of one rate in words."""
    words = {
        "ended": _("no longer published"),
        "gap": _("more than a week without a fixing"),
        "pegged": _("hardly moves"),
        "stale": _("the same for days"),
    }
    said = [words[flag] for flag in note["flags"].split(", ") if flag in words]
    if note["moves_with"]:
        said.append(_("moves with {currencies}").format(currencies=note["moves_with"]))
    return "; ".join(said)
