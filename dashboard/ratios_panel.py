"""Which shares to hedge: those of least shortfall for what they may cost, and how sure the amounts themselves are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import cached, currency, panels
from dashboard.currency import Position
from dashboard.escape import markdown
from dashboard.formatting import money, number, percent, significant
from dashboard.hedging import STEP, set_shares
from dashboard.i18n import _, spoken
from risk.checks import InputError
from risk.currency.evidence import Correlation, volume_rate_correlation
from risk.currency.hedging import OptimalRatios, UncertainReceipt, optimal_ratios, ratio_frontier
from risk.currency.model import CurrencyRisk

TOO_MUCH = 0.1  # chance of over-hedging that the layers keep to
LEFT = (1.0, 0.75, 0.5, 0.25, 0.0)  # share of today's uncertainty as orders firm
POINTS = 9


def show(position: Position, level: float) -> None:
    """The best shares within a limit of cost, their frontier, and one currency's quantity risk."""
    st.subheader(_("Which shares leave least in bad years"), anchor=False)
    limit = st.number_input(
        _("Most that hedging may cost a year, {currency}").format(currency=position.reporting),
        value=None,
        step=1000.0,
        format="%.0f",
        placeholder=_("no limit"),
        key="hedging_limit",
        bind="query-params",
        width=320,
        help=_("Expected points and spread together. Below zero: hedging has to bring in at least that much."),
    )
    try:
        best = _best(position, level, limit)
    except InputError as reason:
        st.info(markdown(spoken(reason.sentence)), icon=":material/info:")
    else:
        _said(position, best, level)
        _frontier(position, level)
    _quantities(position)


def _best(position: Position, level: float, limit: float | None) -> OptimalRatios:
    with st.spinner(_("Looking for the best shares…"), show_time=True):
        return cached.small(_optimal, position.model, position.assumptions.years, level, limit)


def _optimal(model: CurrencyRisk, years: int, level: float, limit: float | None) -> OptimalRatios:
    return optimal_ratios(currency.legs_of(model, years), level, budget=limit)


def _said(position: Position, best: OptimalRatios, level: float) -> None:
    shares = ", ".join(f"{code} {percent(best.ratios[code], 2)}" for code in currency.by_value(position))
    said = _("Expected shortfall at {level} is least, **{risk}**, with {shares}; that costs {cost} a year.").format(
        level=percent(level),
        risk=money(best.risk, position.reporting),
        shares=shares,
        cost=money(best.cost, position.reporting),
    )
    if best.shadow_price > 0:
        said += " " + _("Each {one} more of cost would take {price} off it.").format(
            one=f"{position.reporting} 1", price=money(best.shadow_price, position.reporting, 2)
        )
    st.markdown(said)
    st.button(
        _("Set the sliders to these shares"),
        key="hedging_best",
        on_click=set_shares,
        args=({code: float(best.ratios[code]) for code in position.model.currencies},),
        help=_("To the next {step}%.").format(step=STEP),
    )


def _frontier(position: Position, level: float) -> None:
    part = panels.on_demand(_("Best shares for each cost"), key="hedging_best_curve")
    if part.open:
        with part:
            _frontier_table(position, level)


def _frontier_table(position: Position, level: float) -> None:
    with st.spinner(_("Looking for the best shares…"), show_time=True):
        table = cached.result(_curve, position.model, position.assumptions.years, level)
    columns: dict[str, object] = {
        "cost": st.column_config.NumberColumn(
            _("Cost a year, {currency}").format(currency=position.reporting), format="localized", step=1
        ),
        "es": st.column_config.NumberColumn(
            _("Expected shortfall, {level}, {currency}").format(level=percent(level), currency=position.reporting),
            format="localized",
            step=1,
        ),
        "shadow_price": st.column_config.NumberColumn(_("Saved by 1 more of cost"), format="%.2f"),
    }
    for code in position.model.currencies:
        columns[code] = st.column_config.NumberColumn(code, format="percent")
    shown = table.reset_index(drop=True)[list(columns)]
    panels.table(shown, key="hedging_best_shares", columns=columns, alt=_("Best shares for each cost"))
    st.caption(
        _(
            "From the cheapest shares to those of least shortfall, none below 0% or above 100%, on the simulated "
            "years above. Shares of the newest futures are no more certain than the futures: look at how flat the "
            "shortfall is before you pay for the last percent."
        )
    )


def _curve(model: CurrencyRisk, years: int, level: float) -> pd.DataFrame:
    return ratio_frontier(currency.legs_of(model, years), level, points=POINTS)


def _quantities(position: Position) -> None:
    """One currency's amount is as uncertain as its rate: what that means for the share."""
    st.subheader(_("When the amount itself is uncertain"), anchor=False)
    code = st.selectbox(_("Currency"), currency.by_value(position), key="hedging_quantity_of", bind="query-params")
    place = position.model.currencies.index(code)
    if position.model.receipts[:, place].sum() <= 0:
        st.caption(_("More is paid than received in {currency}: this looks at receipts.").format(currency=code))
        return
    try:
        together = volume_rate_correlation(position.past[code], position.rates[code])
    except InputError as reason:
        st.caption(markdown(spoken(reason.sentence)))
        together = None
    told = together is not None and (together.low > 0 or together.high < 0)
    mine = _receipt(position.model, place, together.correlation if together is not None and told else 0.0)
    st.markdown(f"{_least(mine, together, code, told=told)} {_too_much(position, mine, code)}")
    _layers(mine, code)


def _least(receipt: UncertainReceipt, together: Correlation | None, code: str, *, told: bool) -> str:
    """How uncertain the amount is, and the share that leaves least variance."""
    said = _("In twelve months {expected} is expected, give or take {sd}.").format(
        expected=money(receipt.mean_quantity, code), sd=money(receipt.sd_quantity, code)
    )
    if together is None:
        return said
    known = {
        "rho": significant(together.correlation, 2),
        "low": significant(together.low, 2),
        "high": significant(together.high, 2),
        "pairs": number(together.pairs),
        "least": percent(receipt.minimum_variance / receipt.mean_quantity, 2),
    }
    if told:
        more = _(
            "Amount and rate move together (correlation {rho}, {low} to {high} by {pairs} months): selling **{least}** "
            "of it leaves least variance."
        )
    else:
        more = _(
            "That amount and rate move together cannot be told from {pairs} months (correlation {rho}, {low} to "
            "{high}). If they do not, selling **{least}** of it leaves least variance."
        )
    return f"{said} {more.format(**known)}"


def _too_much(position: Position, receipt: UncertainReceipt, code: str) -> str:
    share = currency.ratios(position)[code]
    sold = share * receipt.mean_quantity
    return _(
        "At your share of {share} the chance to have sold too much is {chance}: by {missing} on average over all years."
    ).format(
        share=percent(share),
        chance=percent(receipt.over_hedge_probability(sold), 2),
        missing=money(receipt.expected_over_hedge(sold), code),
    )


def _layers(receipt: UncertainReceipt, code: str) -> None:
    amounts = receipt.layers(TOO_MUCH, LEFT)
    table = pd.DataFrame({"left": LEFT, "sold": amounts, "share": amounts / receipt.mean_quantity})
    with st.expander(_("A lower quantile first, more as orders firm")):
        panels.table(
            table,
            key="hedging_quantity_layers",
            columns={
                "left": st.column_config.NumberColumn(_("Uncertainty left"), format="percent"),
                "sold": st.column_config.NumberColumn(
                    _("Sold in all, {currency}").format(currency=code), format="localized", step=1
                ),
                "share": st.column_config.NumberColumn(_("Of what is expected"), format="percent"),
            },
            alt=_("A lower quantile first, more as orders firm"),
        )
        st.caption(
            _(
                "Each amount is too much with a chance of {chance} by what is known when so much of today's "
                "uncertainty is left. It holds while the forecast stays what it is, and moves with it."
            ).format(chance=percent(TOO_MUCH))
        )


def _receipt(model: CurrencyRisk, place: int, correlation: float) -> UncertainReceipt:
    """The year's amount of a currency, and its rate on the average value date, by amount."""
    weights = np.abs(model.receipts[:, place])
    days = max(1, round(float(weights @ np.array(model.fixing_days) / weights.sum())))
    return UncertainReceipt(
        mean_quantity=float(model.receipts[:, place].sum()),
        sd_quantity=float(np.sqrt(model.covariance[place].sum())),
        mean_rate=float(model.spot[place]),
        sd_rate=float(model.spot[place] * np.sqrt(model.dynamics.expected_variance(days)[place])),
        correlation=correlation,
    )
