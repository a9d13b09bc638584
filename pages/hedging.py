"""Hedging: how much of each currency to sell forward, what that costs and what it saves in a bad year."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import (
    book_panel,
    currency,
    currency_panels,
    designation_panel,
    effectiveness_panel,
    hedging,
    loss_panel,
    margin_panel,
    panels,
    programmes,
    programmes_panel,
    proxy_panel,
    quote_panel,
    ratios_panel,
    replay_panel,
    tickets_panel,
)
from dashboard.currency import Position
from dashboard.formatting import money, percent
from dashboard.i18n import _
from dashboard.programmes import NAMES, Choice
from risk.currency.hedging import hedge_cost, hedged_share
from risk.figures import loss as charts
from risk.loss import measures
from risk.loss.table import YearLossTable


def main() -> None:
    # The inputs at the foot of the page are read first: what stands above them depends on them.
    top, foot = st.container(), st.container()
    with foot, st.expander(_("Assumptions"), expanded=False):
        hedging.market_inputs()
        editor = st.container()
    with top:
        position = currency.position_or_reason()
        if position is None:
            return
        says = st.container()
        ratios = hedging.ratio_sliders(position)
        hedging.scenario_buttons(position)
        level = loss_panel.level_choice("hedging")
        years = currency.legs(position)
        unhedged, hedged = currency.unhedged(position), years.table(ratios)
        with says:
            panels.headline(f"{currency_panels.bad_year(unhedged, level)} {effect(unhedged, hedged, level)}")
            currency_panels.stamp(position)
        figures(position, unhedged, hedged, ratios, level)
        choice = programmes.choose(position, ratios)
        parts(position, unhedged, hedged, ratios, choice, level)
        currency_panels.notes(position)
    with editor:
        st.caption(_("Every loss is measured against the budget rate; until you enter yours, it is the rate now."))
        hedging.rates_editor(position)
    with foot:
        currency_panels.sources(position)


def parts(
    position: Position,
    unhedged: YearLossTable,
    hedged: YearLossTable,
    ratios: dict[str, float],
    choice: Choice,
    level: float,
) -> None:
    """The tabs, of which only the open one is worked out."""
    names = [_("Your shares"), _("Programmes"), _("On past rates"), _("Effectiveness"), _("Book and tickets")]
    shares, side_by_side, past, effectiveness, book = st.tabs(names, key="hedging_tab", bind="query-params")
    if shares.open:
        with shares:
            distribution(unhedged, hedged)
            trade_off(position, hedged, level)
            ratios_panel.show(position, level)
            proxy_panel.show(position, level)
            margin_panel.show(position, ratios, choice, level)
            hedging.deals(position, ratios)
    if side_by_side.open:
        with side_by_side:
            programmes_panel.show(position, choice, level)
    if past.open:
        with past:
            replay_panel.show(position, choice, level)
    if effectiveness.open:
        with effectiveness:
            name = _(NAMES[choice.chosen])
            wanted = programmes.targets(position, choice)
            if choice.chosen in programmes.OPTIONS:
                st.caption(_("Hedge accounting of options is not worked out here: only deals of the book are."))
                wanted = wanted * 0.0
            found = effectiveness_panel.show(position, wanted, name)
            if found is not None:
                designation_panel.show(position, found, name)
    if book.open:
        with book:
            book_panel.show(position)
            wanted, options = programmes.targets(position, choice), programmes.options(position, choice)
            tickets_panel.show(position, wanted, _(NAMES[choice.chosen]), options)
            quote_panel.show(position)


def effect(unhedged: YearLossTable, hedged: YearLossTable, level: float) -> str:
    """What the hedge does to a bad year."""
    before, after = (measures.value_at_risk(table.total, level) for table in (unhedged, hedged))
    if after == before:
        return _("Nothing is hedged.")
    said = (
        _("This hedge cuts that to **{amount}**.") if after < before else _("This hedge raises that to **{amount}**.")
    )
    return said.format(amount=money(after, hedged.currency))


def figures(
    position: Position, unhedged: YearLossTable, hedged: YearLossTable, ratios: dict[str, float], level: float
) -> None:
    cost = hedge_cost(position.model, ratios).sum()
    share = hedged_share(position.model, ratios)
    more = [
        panels.Figure(
            _("Cost of the hedge"),
            money(cost.sum(), position.reporting),
            _(
                "Expected, for the year: {points} of forward points against the rate now, and {spread} of dealing "
                "spread. It is part of the expected loss. A negative number is a gain."
            ).format(
                points=money(cost["points"], position.reporting), spread=money(cost["spread"], position.reporting)
            ),
        ),
        panels.Figure(
            _("Hedged"),
            percent(share),
            _("Share of all expected receipts and payments of the year, at the rates now, that the forwards cover."),
        ),
    ]
    loss_panel.figures(unhedged, hedged, level=level, more=more)


def distribution(unhedged: YearLossTable, hedged: YearLossTable) -> None:
    samples = {_("Unhedged"): unhedged.total, _("Hedged"): hedged.total}

    def quantiles() -> pd.DataFrame:
        levels = np.linspace(0.001, 0.999, 999)
        return pd.DataFrame(
            {"quantile": levels, **{name: np.quantile(losses, levels) for name, losses in samples.items()}}
        )

    panels.chart(
        charts.distribution(
            samples,
            x_title=_("Loss in a year, {currency}; gains are left of zero").format(currency=unhedged.currency),
            y_title=_("Share of years"),
        ),
        title=_("What the hedge does to the years"),
        how_to_read=_(
            "Each bar is the share of simulated years with a loss of that size; years beyond the edges are in the "
            "outermost bars. A hedge makes the hill narrower: fewer bad years, and fewer good ones. The data are the "
            "quantiles of both."
        ),
        data=quantiles,
        key="hedging_distribution",
    )


def trade_off(position: Position, hedged: YearLossTable, level: float) -> None:
    curve = currency.curve(position, level)
    chosen = (measures.expected_loss(hedged.total), measures.expected_shortfall(hedged.total, level))
    panels.chart(
        charts.frontier(
            curve[["expected_loss", "es"]],
            points={_("Your shares"): chosen},
            x_title=_("Expected loss a year, {currency}").format(currency=position.reporting),
            y_title=_("Expected shortfall, {level}, {currency}").format(
                level=percent(level), currency=position.reporting
            ),
        ),
        title=_("What a bad year costs, against what the hedge costs"),
        how_to_read=_(
            "Along the line the same share of every currency is hedged, from nothing to 150%. To the right costs more "
            "in an average year, further down costs less in a bad one. The diamond is what the sliders say: below the "
            "line it beats hedging all currencies alike."
        ),
        data=curve.reset_index(),
        key="hedging_frontier",
    )


main()
