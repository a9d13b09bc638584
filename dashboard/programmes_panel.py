"""Hedge programmes side by side in the months ahead: what a bad year costs, what they cost, and the rate they reach."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import currency, formatting, panels, programmes
from dashboard.currency import Position
from dashboard.escape import markdown
from dashboard.formatting import money, percent
from dashboard.i18n import _, spoken
from dashboard.programmes import NAMES, Choice
from risk.currency.comparison import compare
from risk.currency.programmes import ProgrammeResult
from risk.figures import currency as charts
from risk.figures import enterprise as stacks
from risk.figures import loss as loss_charts

COSTS = ("points", "spread", "interest", "premium")


def show(position: Position, choice: Choice, level: float) -> None:
    """The sentence, the table, and charts of losses, trade-off, costs and rates."""
    found = programmes.results(position, choice)
    table = compare(found, level)
    st.markdown(_sentence(table, choice, position.reporting, level))
    _table(table, position.reporting, level)
    _losses(found, choice, position.reporting)
    _trade_off(position, table, level)
    _costs(table, position.reporting)
    _rates(position, found[choice.chosen], choice)
    notes = dict.fromkeys(note for result in found.values() for note in result.notes)
    for note in notes:
        st.caption(markdown(spoken(note)))


def _sentence(table: pd.DataFrame, choice: Choice, code: str, level: float) -> str:
    best = str(table["expected_shortfall"].idxmin())
    mine, none = table.loc[choice.chosen], table.loc["none"]
    said = _(
        "**{name}** leaves a loss of **{at_risk}** that is exceeded in one year of {years}, where no hedge leaves "
        "{unhedged}, and costs {cost} in points, spread, deposit and premium."
    ).format(
        name=_(NAMES[choice.chosen]),
        at_risk=money(mine["cash_flow_at_risk"], code),
        years=formatting.number(round(1 / (1 - level))),
        unhedged=money(none["cash_flow_at_risk"], code),
        cost=money(mine[list(COSTS)].sum(), code),
    )
    if best == choice.chosen:
        return f"{said} {_('No other of these programmes leaves less in bad years.')}"
    return said + " " + _("Of these programmes, {best} leaves least in bad years.").format(best=_(NAMES[best]))


def _table(table: pd.DataFrame, code: str, level: float) -> None:
    shown = table.rename_axis("key").reset_index()
    shown.insert(0, "programme", [_(NAMES[key]) for key in shown["key"]])
    panels.table(shown.drop(columns="key"), key="hedging_programmes", columns=columns(code, level))
    st.caption(
        _(
            "All on the same futures, begun today without a hedge, against the budget rates of the year ahead. Regret "
            "is what a programme lost against the better of no hedge and a full hedge, relief what it gained on the "
            "worse. Peak margin is the largest loss that open forwards ever show before they settle, over all futures."
        )
    )


def columns(code: str, level: float) -> dict[str, object]:
    """Headings of the figures by which programmes are compared."""

    def whole(title: str, explained: str | None = None) -> object:
        return st.column_config.NumberColumn(f"{title}, {code}", format="localized", step=1, help=explained)

    return {
        "programme": st.column_config.TextColumn(_("Programme"), pinned=True),
        "expected_loss": whole(_("Expected loss")),
        "cash_flow_at_risk": whole(_("Cash flow at risk, {level}").format(level=percent(level))),
        "expected_shortfall": whole(_("Expected shortfall, {level}").format(level=percent(level))),
        "smoothness": st.column_config.NumberColumn(
            _("Monthly change of the rate"),
            format="percent",
            help=_(
                "Standard deviation of the change of the achieved rate from month to month, as a share of spot; of "
                "futures, the median. Where receipts vary more than rates, a fixed amount sold makes the rate of a "
                "unit received less smooth."
            ),
        ),
        "points": whole(_("Points"), _("What forward rates give away against spot; a gain where negative.")),
        "spread": whole(_("Spread")),
        "interest": whole(_("Deposit"), _("What the cash lodged for open forwards costs.")),
        "premium": whole(_("Premium"), _("Of options, as if paid when the receipts come.")),
        "over_hedge_share": st.column_config.NumberColumn(
            _("Over-hedged"),
            format="percent",
            help=_("Share of what was sold forward that was not received in the end, and had to be bought."),
        ),
        "peak_margin": whole(_("Peak margin")),
        "tickets": st.column_config.NumberColumn(_("Deals"), format="localized", step=1),
        "regret": whole(_("Regret")),
        "relief": whole(_("Relief")),
    }


def _losses(found: dict[str, ProgrammeResult], choice: Choice, code: str) -> None:
    shown = [choice.chosen, *(key for key in ("none",) if key != choice.chosen)]
    samples = {_(NAMES[key]): found[key].losses for key in shown}

    def quantiles() -> pd.DataFrame:
        levels = np.linspace(0.001, 0.999, 999)
        every = {key: np.quantile(result.losses, levels) for key, result in found.items()}
        return pd.DataFrame({"quantile": levels, **every})

    panels.chart(
        loss_charts.distribution(
            samples,
            x_title=_("Loss in a year, {currency}; gains are left of zero").format(currency=code),
            y_title=_("Share of years"),
        ),
        title=_("Years with the programme, and without"),
        how_to_read=_(
            "Each bar is the share of futures with a loss of that size. A narrower hill has fewer bad years, and fewer "
            "good ones. The data are the quantiles of all programmes."
        ),
        data=quantiles,
        key="hedging_programme_losses",
        height=320,
    )


def _trade_off(position: Position, table: pd.DataFrame, level: float) -> None:
    points = {
        _(NAMES[key]): (float(row["expected_loss"]), float(row["expected_shortfall"])) for key, row in table.iterrows()
    }
    curve = currency.curve(position, level)
    panels.chart(
        loss_charts.frontier(
            curve[["expected_loss", "es"]],
            points=points,
            x_title=_("Expected loss a year, {currency}").format(currency=position.reporting),
            y_title=_("Expected shortfall, {level}, {currency}").format(
                level=percent(level), currency=position.reporting
            ),
        ),
        title=_("What bad years cost, against an average one"),
        how_to_read=_(
            "The line sells the same share of every month today, from nothing to 150%. A programme below it buys "
            "safety for less than that; one above it pays more, or runs more risk."
        ),
        data=table.reset_index(),
        key="hedging_programme_frontier",
    )


def _costs(table: pd.DataFrame, code: str) -> None:
    titles = {"points": _("Points"), "spread": _("Spread"), "interest": _("Deposit"), "premium": _("Premium")}
    frame = table[list(COSTS)].rename(columns=titles, index={key: _(name) for key, name in NAMES.items()})
    panels.chart(
        stacks.stacked(frame, x_title=_("Cost a year, {currency}").format(currency=code)),
        title=_("What each programme costs"),
        how_to_read=_(
            "Forward points are the difference of interest between two currencies: a cost where yours bears less, a "
            "gain left of zero where it bears more. The spread is the bank's, on every deal."
        ),
        data=frame.reset_index(),
        key="hedging_programme_costs",
        height=360,
    )


def _rates(position: Position, result: ProgrammeResult, choice: Choice) -> None:
    code = st.selectbox(_("Currency"), currency.by_value(position), key="hedging_rate_of", bind="query-params")
    table = result.rates.xs(code, level="currency")
    table = table.set_axis(pd.DatetimeIndex([pd.Timestamp(day) for day in position.model.value_dates]))
    names = {"budget": _("Budget"), "spot": _("Spot"), "forward": _("Sold forward at"), "achieved": _("Achieved")}
    panels.chart(
        charts.lines(
            table[list(names)].rename(columns=names),
            y_title=_("{reporting} for 1 {currency}").format(reporting=position.reporting, currency=code),
        ),
        title=_("The rate that {name} reaches, on average").format(name=_(NAMES[choice.chosen])),
        how_to_read=_(
            "Means over all futures. Achieved is what a unit received brought in the end, after points, spread and "
            "deposit; without a hedge it is spot. Spot stays where it is on average, since nobody knows better."
        ),
        data=table.rename_axis("value_date").reset_index(),
        key="hedging_programme_rates",
        height=300,
    )
