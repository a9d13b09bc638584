"""A bank's quote against the fair forward: what it takes, how the deal settles, and what a roll costs."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from dashboard import currency, formatting, hedge_book, panels
from dashboard.book_panel import WORDS
from dashboard.currency import Position
from dashboard.escape import markdown
from dashboard.formatting import money, percent, significant
from dashboard.i18n import _, spoken
from risk.checks import InputError
from risk.currency.book import SIDES, Market
from risk.currency.forwards import (
    NON_DELIVERABLE,
    ForwardQuote,
    fixing_date,
    quote_forward,
    roll_forward,
    spot_date,
)


def show(position: Position) -> None:
    """Currency, side, date, and the rate that the bank asks."""
    with st.expander(_("Check a bank's quote, or the cost of rolling a deal")):
        market = hedge_book.market(position)
        codes = [code for code in currency.by_value(position) if not market.missing(code)]
        code, side, day, amount = _asked(position, codes)
        try:
            fair = _fair(position, market, code, day)
        except InputError as reason:
            st.info(markdown(spoken(reason.sentence)), icon=":material/info:")
            return
        left, right = st.columns(2)
        quoted = left.number_input(
            _("Rate that the bank quotes"), min_value=0.0, value=None, format="%.6f", key="hedging_quote_rate"
        )
        strike = right.number_input(
            _("To roll: rate of the deal that matures now"),
            min_value=0.0,
            value=None,
            format="%.6f",
            key="hedging_quote_strike",
        )
        _figures(position, fair, side, amount, quoted)
        _settles(position, code, day)
        if strike:
            _roll(position, fair, side, amount, strike, code)


def _asked(position: Position, codes: list[str]) -> tuple[str, str, dt.date, float]:
    with st.container(horizontal=True):
        code = st.selectbox(_("Currency"), codes, key="hedging_quote_currency", width=140)
        side = st.selectbox(
            _("Side"),
            SIDES,
            index=SIDES.index("sell"),
            format_func=lambda one: _(WORDS[one]),
            key="hedging_quote_side",
            width=140,
        )
        day = st.date_input(_("Value date"), position.model.value_dates[2], key="hedging_quote_day", width=180)
        amount = st.number_input(
            _("Amount"), min_value=0.0, value=100_000.0, step=10_000.0, format="%.0f", key="hedging_quote_amount"
        )
    return code, side, day, float(amount)


def _fair(position: Position, market: Market, code: str, day: dt.date) -> ForwardQuote:
    return quote_forward(
        market.spot_rate(code, position.reporting),
        code,
        position.reporting,
        day,
        position.as_of,
        dict(market.interest),
    )


def _figures(position: Position, fair: ForwardQuote, side: str, amount: float, quoted: float | None) -> None:
    shown = [
        panels.Figure(
            _("Fair forward rate"),
            significant(fair.mid, 6),
            _("Covered interest parity from the settlement of spot, with the interest of the assumptions below."),
        ),
        panels.Figure(
            _("Forward points"),
            significant(fair.points, 4),
            _("Forward less spot: what the difference of interest makes of it."),
        ),
    ]
    if quoted:
        against = (fair.mid - quoted) if side == "sell" else (quoted - fair.mid)
        shown += [
            panels.Figure(
                _("The bank takes, basis points"),
                significant(10_000 * against / fair.mid, 3),
                _("Half the spread and its mark-up together, of the fair forward. Below zero: better than fair."),
            ),
            panels.Figure(
                _("That costs"), money(against * amount, position.reporting), _("On the amount, at the value date.")
            ),
        ]
    panels.figures(shown)
    if quoted and abs(quoted / fair.mid - 1) > 0.1:
        st.warning(
            _("The quote is {share} away from the fair rate: is it the other way round, or for 100 units?").format(
                share=percent(abs(quoted / fair.mid - 1), 2)
            ),
            icon=":material/warning:",
        )


def _settles(position: Position, code: str, day: dt.date) -> None:
    spot = formatting.date(spot_date(position.as_of, code, position.reporting))
    said = _("Spot dealt on {day} settles on {spot}; holidays are not known here.").format(
        day=formatting.date(position.as_of), spot=spot
    )
    for one in (code, position.reporting):
        if one in NON_DELIVERABLE:
            said += " " + _(
                "Where {currency} cannot be delivered, the deal is a non-deliverable forward: it settles in US dollars "
                "against {source}, fixed on {fixing}."
            ).format(
                currency=one,
                source=NON_DELIVERABLE[one].source,
                fixing=formatting.date(fixing_date(day, one)),
            )
    st.caption(markdown(said))


def _roll(position: Position, fair: ForwardQuote, side: str, amount: float, strike: float, code: str) -> None:
    """The swap that moves a maturing deal to the value date."""
    spread = ForwardQuote(fair.spot, fair.points, half_spread=10_000 * position.assumptions.spread)
    roll = roll_forward(amount if side == "buy" else -amount, strike, spread)
    st.markdown(
        _(
            "Rolling {amount} from now to then: the old deal settles at {near} and brings **{cash}** now; the new rate "
            "is {far}, which gives away {cost} against it in points and spread."
        ).format(
            amount=money(amount, code),
            near=significant(roll.near_rate, 6),
            cash=money(roll.cash, position.reporting),
            far=significant(roll.far_rate, 6),
            cost=money(roll.cost, position.reporting),
        )
    )
