"""Widgets of the page Hedging: what to sell forward, and what is assumed about the market."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from dashboard import currency, formatting, panels
from dashboard.currency import EDITS, Position
from dashboard.i18n import _
from risk.currency.model import forward_deals

STEP = 5  # percent, of a slider
HIGHEST_RATIO = 150  # percent: more than is expected can be sold, and the page shows what that does
YEARS = (5_000, 20_000, 100_000)
EDITOR = "hedging_rates"
COLUMNS = 4


def ratio_sliders(position: Position) -> dict[str, float]:
    """One slider a currency, each in the address; the ratios as fractions."""
    worth = currency.value_at_spot(position, currency.expected(position, 12))
    for place, code in enumerate(currency.by_value(position)):
        if place % COLUMNS == 0:
            row = st.columns(COLUMNS)  # a row at a time, so that a phone stacks them in order
        row[place % COLUMNS].slider(
            _("{currency}, share hedged").format(currency=code),
            0,
            HIGHEST_RATIO,
            currency.USUAL_RATIO,
            step=STEP,
            format="%d%%",
            key=currency.ratio_key(code),
            bind="query-params",
            help=_("{amount} is expected in the coming twelve months; negative amounts are payments.").format(
                amount=formatting.money(worth[code], position.reporting)
            ),
        )
    return currency.ratios(position)


def set_all(percent: int, codes: tuple[str, ...]) -> None:
    """Move every slider; a callback, because a slider cannot be moved once it is shown."""
    for code in codes:
        st.session_state[currency.ratio_key(code)] = percent


def set_shares(shares: dict[str, float]) -> None:
    """Move each slider to its share, to the next step; a callback."""
    for code, share in shares.items():
        st.session_state[currency.ratio_key(code)] = STEP * round(100 * share / STEP)


def scenario_buttons(position: Position) -> None:
    """All or nothing at a click, and how to hand the scenario on."""
    choices = ((_("Hedge nothing"), 0), (_("Reset to half"), currency.USUAL_RATIO), (_("Hedge everything"), 100))
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, percent in choices:
            args = (percent, position.model.currencies)
            st.button(label, key=f"hedging_set_{percent}", on_click=set_all, args=args)
        st.caption(_("The address of this page holds these shares: copy it to share the scenario."))


def market_inputs() -> None:
    """Dealing spread and number of years, both in the address."""
    left, right = st.columns(2)
    left.number_input(
        _("Dealing spread, basis points"),
        0,
        500,
        currency.USUAL_SPREAD,
        step=5,
        key="hedging_spread",
        bind="query-params",
        help=_(
            "What the bank takes of the amount dealt, one hundredth of a percent each. The number given is an "
            "assumption and no quote: enter what your bank asks."
        ),
    )
    right.selectbox(
        _("Years simulated"),
        YEARS,
        YEARS.index(currency.USUAL_YEARS),
        key="hedging_years",
        bind="query-params",
        help=_("More years make the numbers steadier, as the standard errors show, and the first answer slower."),
    )


def rates_editor(position: Position) -> None:
    """Interest and budget rates, editable; what is typed here holds on every page of this session."""
    st.data_editor(
        rates_table(position),
        hide_index=True,
        num_rows="fixed",
        key=EDITOR,
        on_change=_keep,
        args=(position,),
        disabled=["currency", "spot", "as_of", "source"],
        column_config={
            "currency": _("Currency"),
            "spot": st.column_config.NumberColumn(_("Rate now"), format="%.6g"),
            "budget": st.column_config.NumberColumn(_("Budget rate"), format="%.6g", min_value=0.0),
            "interest": st.column_config.NumberColumn(_("Interest a year, %"), format="%.3f", step=0.001),
            "as_of": st.column_config.DateColumn(_("Interest as of")),
            "source": st.column_config.TextColumn(_("Source of the interest")),
        },
    )
    if currency.edited(position.reporting):
        st.button(_("Back to the rates of the sources"), key="hedging_rates_reset", on_click=_forget)


def rates_table(position: Position) -> pd.DataFrame:
    """Rates of the model's currencies and of the reporting currency, which has only interest."""
    model, said = position.model, position.assumptions
    codes = [*model.currencies, position.reporting]
    interest = position.interest.reindex(codes)
    return pd.DataFrame(
        {
            "currency": codes,
            "spot": [*model.spot, math.nan],
            "budget": [*model.budget, math.nan],
            "interest": [100 * said.interest.get(code, interest.loc[code, "rate"]) for code in codes],
            "as_of": interest["as_of"].where(~interest.index.isin(list(said.interest))).to_numpy(),
            "source": [_("yours") if code in said.interest else interest.loc[code, "source"] for code in codes],
        }
    )


def _keep(position: Position) -> None:
    """Remember the cells that the reader changed; an emptied cell is that of the source again."""
    codes = [*position.model.currencies, position.reporting]
    rates = currency.edited(position.reporting)
    for row, cells in st.session_state[EDITOR]["edited_rows"].items():
        for name, scale in (("interest", 0.01), ("budget", 1.0)):
            if name in cells and not (name == "budget" and codes[int(row)] == position.reporting):
                kept = {code: rate for code, rate in rates.get(name, {}).items() if code != codes[int(row)]}
                value = {} if cells[name] is None else {codes[int(row)]: scale * float(cells[name])}
                rates = {**rates, name: {**kept, **value}}
    st.session_state[EDITS] = {**st.session_state.get(EDITS, {}), position.reporting: rates}


def _forget() -> None:
    st.session_state.pop(EDITS, None)
    st.session_state.pop(EDITOR, None)


def deals(position: Position, ratios: dict[str, float]) -> None:
    """The forwards that the sliders ask for, as a table and a CSV."""
    frame = forward_deals(position.model, ratios)
    st.subheader(_("Forwards to deal"), anchor=False)
    if frame.empty:
        st.caption(_("Nothing is hedged, so there is nothing to deal."))
        return
    frame["side"] = frame["side"].map({"sell": _("sell"), "buy": _("buy")})
    st.caption(
        _(
            "Fair forward rates of {day} by covered interest parity, before the dealing spread; a bank's quote will "
            "differ. Value dates are the last business days of the months, holidays aside."
        ).format(day=formatting.date(position.last_fixing))
    )
    panels.table(frame, key="hedging_deals", columns=deal_columns(), alt=_("Forwards to deal"))


def deal_columns() -> dict[str, object]:
    """Headings of a table of forwards to deal."""
    return {
        "side": _("Side"),
        "currency": _("Currency"),
        "amount": st.column_config.NumberColumn(_("Amount"), format="localized", step=1),
        "value_date": st.column_config.DateColumn(_("Value date")),
        "forward_rate": st.column_config.NumberColumn(_("Forward rate"), format="%.6g"),
        "reporting_currency": _("Against"),
        "reporting_amount": st.column_config.NumberColumn(_("Amount against"), format="localized", step=1),
    }
