"""Currency: what a bad stretch of days costs, what is exposed and expected, backtests, stress, and the rates."""

from __future__ import annotations

import streamlit as st

from dashboard import (
    backtest_panel,
    cash_flow_panel,
    currency,
    currency_panels,
    exposure_panels,
    formatting,
    ledger_panel,
    panels,
    rates_panel,
    stress_panel,
    var_panel,
)
from dashboard.currency import Position
from dashboard.escape import markdown
from dashboard.formatting import money
from dashboard.i18n import _, ngettext, spoken
from risk.checks import Sentence
from risk.currency.var import METHODS, VarEstimate

LEVELS = {"95%": 0.95, "97.5%": 0.975, "99%": 0.99}  # as the address writes them, in every language
HORIZONS = ("1", "5", "10", "21", "63")  # trading days
MONTHS = ("0", "1", "3", "12")
DEFAULT = "filtered"


def main() -> None:
    position = currency.position_or_reason("orders")
    if position is None:
        rates_panel.alone()
        return
    says = st.container()
    level, horizon, months = choices()
    estimate = currency.estimate(position, months, level, horizon, DEFAULT)
    with says:
        panels.headline(sentence(estimate, position, level, horizon, months))
        currency_panels.stamp(position)
    names = [_("Value at risk"), _("Exposure"), _("Cash flow"), _("Backtests"), _("Stress"), _("Rates")]
    risk, exposure, flow, backtests, stress, rates = st.tabs(names, key="currency_tab", bind="query-params")
    # Only the open one is worked out.
    if risk.open and isinstance(estimate, VarEstimate):
        with risk:
            var_panel.figures(estimate, position, months)
            methods = {name: currency.estimate(position, months, level, horizon, name) for name in METHODS}
            var_panel.by_method(methods, position, level)
            var_panel.components(estimate, position)
    if exposure.open:
        with exposure:
            exposure_panels.by_month(position)
            ledger_panel.show(position)
            exposure_panels.forecast(position)
    if flow.open:
        with flow:
            cash_flow_panel.show(position, level)
    if backtests.open:
        with backtests:
            backtest_panel.show(position, months, level)
    if stress.open:
        with stress:
            stress_panel.show(position, months, horizon)
    if rates.open:
        with rates:
            rates_panel.show(position)
    currency_panels.notes(position)
    currency_panels.sources(position)


def choices() -> tuple[float, int, int]:
    """Level, horizon in trading days, and months of receipts at risk: all in the address."""
    with st.container(horizontal=True):
        level = st.segmented_control(
            _("Level"),
            LEVELS,
            default="99%",
            required=True,
            key="currency_level",
            bind="query-params",
            help=_("How bad a stretch of days you look at: at 99%, one of a hundred is worse."),
        )
        horizon = st.segmented_control(
            _("Horizon, trading days"),
            HORIZONS,
            default="21",
            required=True,
            key="currency_horizon",
            bind="query-params",
            help=_("How long the exposure stays open: 21 trading days are a month, 63 a quarter."),
        )
        months = st.segmented_control(
            _("Receipts at risk, months ahead"),
            MONTHS,
            default="12",
            required=True,
            key="currency_months",
            bind="query-params",
            help=_(
                "A rate that moves now reprices everything still to be received: the next 12 months. 0 is what has "
                "been sold and not yet paid out."
            ),
        )
    return LEVELS[level], int(horizon), int(months)


def sentence(estimate: VarEstimate | Sentence, position: Position, level: float, horizon: int, months: int) -> str:
    """What a bad stretch of days costs, and where most of it comes from; or why it cannot be said."""
    if not isinstance(estimate, VarEstimate):
        return markdown(spoken(estimate))
    parts = estimate.components
    costs = (
        _(
            "In one of {periods} periods of {days}, exchange rates take more than **{amount}** off the receipts "
            "expected in the next {months}."
        )
        if months
        else _(
            "In one of {periods} periods of {days}, exchange rates take more than **{amount}** off what has been sold "
            "and not yet paid out."
        )
    ).format(
        periods=formatting.number(round(1 / (1 - level))),
        days=ngettext("one trading day", "{days} trading days", horizon).format(days=formatting.number(horizon)),
        amount=money(estimate.var, position.reporting),
        months=ngettext("month", "{months} months", months).format(months=formatting.number(months)),
    )
    most = parts.max() > parts.sum() / 2
    said = _("Most of it comes from {driver}.") if most else _("The largest part comes from {driver}.")
    return f"{costs} {said.format(driver=markdown(parts.idxmax()))}"


main()
