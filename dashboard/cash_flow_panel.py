"""Receipts of the months ahead in the reporting currency: the fan, what is at risk, and the chance of falling short."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import cached, currency, far_tail_panel, formatting, panels
from dashboard.currency import Position
from dashboard.formatting import money, percent
from dashboard.i18n import _
from risk.currency.cash_flow import TOTAL, CashFlows, cash_flow_at_risk, fan, probability_below, simulate_cash_flows
from risk.currency.model import CurrencyRisk
from risk.figures import currency as charts

LONGEST = 24
PATHS = 20_000


def show(position: Position, level: float) -> None:
    """Choices, the sentence, the figures, the fan, the months as a table, and the far tail of the rates."""
    with st.container(horizontal=True):
        months = st.slider(_("Months ahead"), 1, LONGEST, 12, key="currency_ahead", bind="query-params", width=320)
        hedged = st.toggle(
            _("With the forwards of the page Hedging"), value=False, key="currency_with_forwards", bind="query-params"
        )
    model = currency.model_ahead(position, months)
    ratios = currency.ratios(position) if hedged else {}
    shares = tuple(ratios.get(code, 0.0) for code in model.currencies)
    with st.spinner(_("Simulating the months ahead…"), show_time=True):
        flows = cached.shared(_flows, model, shares)
    table = cached.result(cash_flow_at_risk, flows, level)
    total = table.loc[TOTAL]
    st.markdown(_sentence(flows, total, level))
    _figures(flows, total, level)
    _fan(flows)
    _months(table, flows)
    far_tail_panel.show(position, model, shares)


def _flows(model: CurrencyRisk, ratios: tuple[float, ...]) -> CashFlows:
    shares = dict(zip(model.currencies, ratios, strict=True))
    return simulate_cash_flows(model, PATHS, np.random.default_rng(currency.SEED), shares)


def _sentence(flows: CashFlows, total: pd.Series[float], level: float) -> str:
    return _(
        "Of **{budget}** budgeted until {day}, at least **{least}** should come in with a chance of {level}: "
        "**{at_risk}** is at risk."
    ).format(
        budget=money(total["budget"], flows.reporting),
        day=formatting.date(flows.value_dates[-1]),
        least=money(total["budget"] - total["at_risk"], flows.reporting),
        level=percent(level),
        at_risk=money(total["at_risk"], flows.reporting),
    )


def _figures(flows: CashFlows, total: pd.Series[float], level: float) -> None:
    code = flows.reporting
    floor = _floor(code)
    share, error = probability_below(flows, total["budget"] if floor is None else floor)
    panels.figures(
        [
            panels.Figure(
                _("Cash flow at risk, {level}").format(level=percent(level)),
                money(total["at_risk"], code),
                _("Budget less the receipts that are not undercut with this chance, all months together."),
            ),
            panels.Figure(
                _("Expected shortfall, {level}").format(level=percent(level)),
                money(total["es"], code),
                _("Mean of what is missing in the cases beyond that."),
            ),
            panels.Figure(
                _("Expected receipts"),
                money(total["expected"], code),
                _("Mean of the simulation; rates are a fair game from today's, so it lies near the budget."),
            ),
            panels.Figure(
                _("Chance of falling short"),
                percent(share, 2),
                _("Share of the simulated futures in which less comes in than the budget, or than you entered."),
            ),
        ]
    )
    st.caption(
        _(
            "From {paths} simulated futures. Standard errors: cash flow at risk ± {var}, expected shortfall ± {es}, "
            "chance ± {chance}."
        ).format(
            paths=formatting.number(len(flows.flows)),
            var=money(total["at_risk_error"], code, digits=2),
            es=money(total["es_error"], code, digits=2),
            chance=percent(error, 2),
        )
    )


def _floor(code: str) -> float | None:
    """What must come in, as the reader says; None is the budget."""
    floor: float | None = st.number_input(
        _("Least that must come in, {currency}").format(currency=code),
        value=None,
        placeholder=_("the budget"),
        step=1000.0,
        key=f"currency_floor_{code}",
        help=_("For instance what covers your costs. Empty: the chance of missing the budget."),
    )
    return floor


def _fan(flows: CashFlows) -> None:
    kinds = {"month": _("Each month"), "sum": _("All up to the month")}
    kind = st.segmented_control(
        _("Show"),
        list(kinds),
        format_func=kinds.get,
        default="month",
        required=True,
        key="currency_fan",
        bind="query-params",
    )
    whole = kind == "sum"
    quantiles = fan(flows, cumulative=whole)
    budget = pd.Series(flows.budget.cumsum() if whole else flows.budget, quantiles.index)
    names = charts.FanNames(_("90% of outcomes"), _("half of them"), _("Median"), _("Budget"))
    panels.chart(
        charts.fan(quantiles, budget, names=names, y_title=_("Receipts, {currency}").format(currency=flows.reporting)),
        title=_("What the months ahead may bring"),
        how_to_read=_(
            "Half of the simulated futures end in the dark band, nine of ten in the light one. Both the amounts and "
            "the exchange rates are uncertain; the band of all months together widens less than the months' own, since "
            "good and bad months make up for each other."
        ),
        data=quantiles.assign(budget=budget).reset_index(),
        key="currency_fan_chart",
    )


def _months(table: pd.DataFrame, flows: CashFlows) -> None:
    shown = table.reset_index()
    shown["value_date"] = [_("all together") if day == TOTAL else f"{day:%Y-%m-%d}" for day in shown["value_date"]]
    amounts = {
        "budget": _("Budget"),
        "expected": _("Expected"),
        "at_risk": _("At risk"),
        "es": _("Expected shortfall"),
        "at_risk_error": _("± at risk"),
        "es_error": _("± shortfall"),
    }
    panels.table(
        shown,
        key="currency_months_ahead",
        title=_("Month by month, {currency}").format(currency=flows.reporting),
        columns={
            "value_date": _("Value date"),
            **{
                name: st.column_config.NumberColumn(title, format="localized", step=1)
                for name, title in amounts.items()
            },
        },
    )
    st.caption(
        _(
            "What is at risk altogether is less than the months added up: they do not all turn out badly at once. The "
            "budget is what is expected at the budget rates of the page Hedging."
        )
    )
