"""Currency: what is exposed, what a bad stretch of days costs by each method, and what the rates have done."""

from __future__ import annotations

import streamlit as st

from dashboard import currency, currency_panels, exposure_panels, formatting, panels, rates_panel, var_panel
from dashboard.currency import Position
from dashboard.escape import markdown
from dashboard.formatting import money
from dashboard.i18n import _, ngettext, spoken
from risk.checks import Sentence
from risk.currency.var import METHODS, VarEstimate

LEVELS = {"95%": 0.95, "97.5%": 0.975, "99%": 0.99}  # as the address writes them, in every language
HORIZONS = ("1", "5", "10", "21", "63")  # trading days
MONTHS = ("1", "3", "12")
DEFAULT = "filtered"


def main() -> None:
    position = currency.position_or_reason()
    if position is None:
        return
    says = st.container()
    level, horizon, months = choices()
    estimates = {method: currency.estimate(position, months, level, horizon, method) for method in METHODS}
    estimate = estimates[DEFAULT]
    with says:
        panels.headline(sentence(estimate, position, level, horizon, months))
        currency_panels.stamp(position)
    if isinstance(estimate, VarEstimate):
        panels.section(_("What a bad stretch of days costs"))
        var_panel.figures(estimate, position, months)
        var_panel.by_method(estimates, position, level)
        var_panel.components(estimate, position)
    panels.section(_("What is exposed"))
    exposure_panels.by_month(position)
    panels.section(_("What is expected next"))
    exposure_panels.forecast(position)
    panels.section(_("What the rates have done"))
    rates_panel.history(position)
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
                "A rate that moves now reprices everything still to be received: the next 12 months. One month is "
                "about what has been sold and not yet paid out."
            ),
        )
    return LEVELS[level], int(horizon), int(months)


def sentence(estimate: VarEstimate | Sentence, position: Position, level: float, horizon: int, months: int) -> str:
    """What a bad stretch of days costs, and where most of it comes from; or why it cannot be said."""
    if not isinstance(estimate, VarEstimate):
        return markdown(spoken(estimate))
    parts = estimate.components
    costs = _(
        "In one of {periods} periods of {days}, exchange rates take more than **{amount}** off the receipts expected "
        "in the next {months}."
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
