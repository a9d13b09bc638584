"""Overview: what a bad year costs, what causes it, and what to do next."""

from __future__ import annotations

import streamlit as st

from dashboard import currency, currency_panels, loss_panel, panels
from dashboard.currency import Position
from dashboard.escape import markdown
from dashboard.formatting import money, percent
from dashboard.i18n import _
from dashboard.links import page_link
from risk.loss import measures
from risk.loss.table import YearLossTable


def main() -> None:
    position = currency.position_or_reason()
    if position is None:
        return
    says = st.container()
    level = loss_panel.level_choice("overview")
    years, ratios = currency.legs(position), currency.ratios(position)
    unhedged, hedged = currency.unhedged(position), years.table(ratios)
    with says:
        said = currency_panels.bad_year(unhedged, level), driver(unhedged, level), cut(unhedged, hedged, ratios, level)
        panels.headline(" ".join(said))
        currency_panels.stamp(position)
    loss_panel.figures(unhedged, level=level, more=[exposure(position)])
    loss_panel.curve(unhedged, hedged, level=level, key="overview", names=(_("Unhedged"), _("Hedged")))
    loss_panel.drivers(unhedged, level=level, key="overview")
    next_steps()
    currency_panels.notes(position)
    currency_panels.sources(position)


def driver(unhedged: YearLossTable, level: float) -> str:
    """Which currency most of a bad year comes from."""
    worst = measures.shortfall_contributions(unhedged, level)
    name = markdown(worst.idxmax())
    if worst.max() > worst.sum() / 2:
        return _("Most of it is {driver}.").format(driver=name)
    return _("The largest part is {driver}.").format(driver=name)


def cut(unhedged: YearLossTable, hedged: YearLossTable, ratios: dict[str, float], level: float) -> str:
    """What the hedge of the page Hedging would do to it."""
    before, after = (measures.value_at_risk(table.total, level) for table in (unhedged, hedged))
    shares = set(ratios.values())
    said = {"share": percent(max(shares)), "amount": money(after, hedged.currency)}
    if shares == {0.0}:
        return _("Nothing is hedged on the page Hedging.")
    if after >= before:
        return _("The hedge set on the page Hedging would raise that to {amount}.").format(**said)
    if len(shares) == 1:
        return _("Selling {share} of all receipts forward would cut that to **{amount}**.").format(**said)
    return _("The hedge set on the page Hedging would cut that to **{amount}**.").format(**said)


def exposure(position: Position) -> panels.Figure:
    worth = currency.value_at_spot(position, currency.expected(position, 12))
    return panels.Figure(
        _("Net receipts, next 12 months"),
        money(worth.sum(), position.reporting),
        _("Expected in foreign currency after refunds, fees and costs in the same currency, at the rates now."),
    )


def next_steps() -> None:
    panels.section(_("What to do next"))
    page_link("hedging", _("Decide how much to sell forward"))
    page_link("currency", _("See where the exposure comes from"))
    page_link("orders", _("Add your own orders"))
    page_link("methods", _("Read how each number is computed"))
    st.caption(
        _("This page counts currency risk only: law, logistics, intellectual property and quality are not in it yet.")
    )


main()
