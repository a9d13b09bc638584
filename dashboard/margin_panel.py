"""The cash that forwards can tie up before the receipts arrive: deposit and margin calls."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import cached, panels, programmes
from dashboard.currency import Position
from dashboard.formatting import money, percent
from dashboard.i18n import _
from dashboard.programmes import Choice
from risk.currency.margin import MarginPaths, MarginTerms, forward_book, margin_calls
from risk.currency.model import CurrencyRisk
from risk.figures import currency as charts


def show(position: Position, ratios: dict[str, float], choice: Choice, level: float) -> None:
    """Terms of the bank, the liquidity that is enough, and the cash tied up month by month."""
    part = panels.on_demand(_("Cash that the bank may ask for"), key="hedging_cash_needed")
    if part.open:
        with part:
            _needed(position, ratios, choice, level)


def _needed(position: Position, ratios: dict[str, float], choice: Choice, level: float) -> None:
    terms = _terms(position, choice)
    if not any(ratios.values()):
        st.caption(_("Nothing is hedged, so no bank asks for anything."))
        return
    with st.spinner(_("Marking the forwards on each future…"), show_time=True):
        found = cached.result(
            _figures,
            position.model,
            position.assumptions.years,
            terms,
            _discount(position),
            tuple(ratios[code] for code in position.model.currencies),
            level,
        )
    peak, interest, table = found
    st.markdown(
        _(
            "With **{peak}** at hand the hedge is safe in {level} of the futures: so much deposit and margin is "
            "tied up at most. On average that costs {interest} a year."
        ).format(
            peak=money(peak, position.reporting),
            level=percent(level),
            interest=money(interest, position.reporting),
        )
    )
    _by_month(position, table, level)


def _terms(position: Position, choice: Choice) -> MarginTerms:
    st.caption(
        _(
            "Forwards that lose value are made good by the receipts, but later: until then the bank may want cash. "
            "Deposit and the cost of your cash are those of the programmes above."
        )
    )
    code = position.reporting
    with st.container(horizontal=True, vertical_alignment="bottom"):
        threshold = st.number_input(
            _("Loss that the bank lets stand, {currency}").format(currency=code),
            min_value=0.0,
            value=0.0,
            step=10_000.0,
            format="%.0f",
            key="hedging_threshold",
            bind="query-params",
            width=280,
            help=_("Your credit line for forwards. 0: every loss has to be covered."),
        )
        least = st.number_input(
            _("Smallest transfer, {currency}").format(currency=code),
            min_value=0.0,
            value=0.0,
            step=1_000.0,
            format="%.0f",
            key="hedging_transfer",
            bind="query-params",
            width=280,
        )
        whole = st.toggle(
            _("Beyond it the whole loss"),
            key="hedging_whole",
            bind="query-params",
            help=_("As brokers of small companies ask; a bank's credit support asks only for what is beyond."),
        )
    return MarginTerms(choice.deposit, threshold, least, choice.deposit_rate, whole)


def _discount(position: Position) -> float:
    said = position.assumptions.interest.get(position.reporting)
    return float(position.interest["rate"].get(position.reporting, 0.0) if said is None else said)


def _figures(
    model: CurrencyRisk, years: int, terms: MarginTerms, discount: float, ratios: tuple[float, ...], level: float
) -> tuple[float, float, pd.DataFrame]:
    book = forward_book(model, discount, np.array(ratios))
    paths: MarginPaths = margin_calls(book, programmes.futures(model, years).spot_paths[:, 1:].swapaxes(0, 1), terms)
    return paths.peak_quantile(level), float(paths.interest.mean()), paths.by_date(level)


def _by_month(position: Position, table: pd.DataFrame, level: float) -> None:
    names = {
        "tied_up": _("On average"),
        "tied_up_quantile": _("Enough in {level} of the futures").format(level=percent(level)),
    }
    shown = table.set_axis([f"{day:%Y-%m}" for day in position.model.value_dates])
    panels.chart(
        charts.measures_by_method(
            shown,
            names=names,
            x_title=_("End of month"),
            y_title=_("Cash tied up, {currency}").format(currency=position.reporting),
        ),
        title=_("Deposit and margin, month by month"),
        how_to_read=_(
            "What lies with the bank at the end of each month, the month's own forwards settled. Marked at month ends: "
            "within a month the need can be higher. The data also say how often, and how much, the bank asks."
        ),
        data=table.assign(value_date=list(position.model.value_dates)).reset_index(drop=True),
        key="hedging_margin",
        height=280,
    )
