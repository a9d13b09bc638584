"""Ways to a hedge ratio beside one another: of a currency's own forward on the simulated years, and of a stand-in."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import cached, currency, panels
from dashboard.currency import SEED, Position
from dashboard.escape import markdown
from dashboard.formatting import money, percent
from dashboard.i18n import N_, _, spoken
from risk.checks import InputError
from risk.currency.hedging import HedgeRatio, least_shortfall, minimum_shortfall_ratio, minimum_variance_ratio
from risk.currency.hedging import tolerance_ratio as within_tolerance
from risk.currency.model import CurrencyRisk
from risk.currency.rates import log_returns
from risk.loss import measures

DAYS = 756  # newest, three years
STAND_INS = ("EUR", "USD")  # dealt everywhere
METHODS = {
    "ols": N_("Least variance, regression"),
    "error-correction": N_("Least variance, error correction"),
    "ewma": N_("Least variance, newer days weigh more"),
    "shortfall": N_("Least expected shortfall"),
}


def show(position: Position, level: float) -> None:
    """One currency's own forward, then one that stands in for another."""
    part = panels.on_demand(_("Other ways to a ratio, and hedging one currency with another"), key="hedging_ways")
    if part.open:
        with part:
            _own(position, level)
            _stand_in(position, level)


def _own(position: Position, level: float) -> None:
    code = st.selectbox(_("Currency"), currency.by_value(position), key="hedging_ways_of", width=200)
    place, model, years = position.model.currencies.index(code), position.model, position.assumptions.years
    least_variance, tail, unhedged = cached.small(_ways, model, years, place, level)
    limit = st.number_input(
        _("Expected shortfall in {currency} that you can bear, {reporting}").format(
            currency=code, reporting=position.reporting
        ),
        min_value=0.0,
        value=float(f"{unhedged / 2:.2g}"),
        step=10_000.0,
        format="%.0f",
        key=f"hedging_tolerance_{code}",
        width=360,
        help=_("At the level above. The smallest share that keeps to it is looked for."),
    )
    st.markdown(
        _(
            "Of the receipts in {currency} alone, unhedged expected shortfall {unhedged}: least variance with "
            "**{variance}** sold, least expected shortfall, {es}, with **{tail}**."
        ).format(
            currency=code,
            unhedged=money(unhedged, position.reporting),
            variance=percent(least_variance, 3),
            es=money(tail[1], position.reporting),
            tail=percent(tail[0], 3),
        )
    )
    try:
        smallest = cached.small(_tolerated, model, years, place, level, float(limit))
    except InputError as reason:
        st.caption(markdown(spoken(reason.sentence)))
        return
    st.markdown(_("The smallest share within what you can bear: **{share}**.").format(share=percent(smallest, 3)))


def _sides(model: CurrencyRisk, years: int, place: int) -> tuple[np.ndarray, np.ndarray]:
    """Losses of one currency without a hedge, and what a full one adds to them."""
    legs = currency.legs_of(model, years)
    return legs.unhedged[:, place], legs.hedge[:, place] + legs.cost[place]


def _ways(model: CurrencyRisk, years: int, place: int, level: float) -> tuple[float, tuple[float, float], float]:
    unhedged, hedge = _sides(model, years, place)
    tail = least_shortfall(unhedged, hedge, level)
    none = measures.expected_shortfall(unhedged, level)
    return minimum_variance_ratio(-unhedged, hedge).ratio, (tail.ratio, tail.es), none


def _tolerated(model: CurrencyRisk, years: int, place: int, level: float, limit: float) -> float:
    return within_tolerance(*_sides(model, years, place), limit, level)


def _stand_in(position: Position, level: float) -> None:
    """What to sell of a currency that is dealt easily, for receipts in one that is not."""
    held = currency.by_value(position)
    known = [code for code in position.rates.columns if position.rates[code].tail(DAYS).notna().sum() > DAYS / 2]
    usual = next((code for code in held if code not in STAND_INS), held[0])
    with st.container(horizontal=True):
        code = st.selectbox(_("Receipts in"), held, index=held.index(usual), key="hedging_proxy_for", width=180)
        others = [one for one in known if one != code]
        nearest = next((one for one in STAND_INS if one in others), others[0])
        other = st.selectbox(_("Sold forward"), others, index=others.index(nearest), key="hedging_proxy", width=180)
    try:
        found = cached.result(_ratios, position.rates[[code, other]].dropna().tail(DAYS + 1), level)
    except InputError as reason:
        st.info(markdown(spoken(reason.sentence)), icon=":material/info:")
        return
    _table({key: found[key] for key in METHODS if key in found})
    st.caption(
        _(
            "Out of daily moves of both rates in {reporting}: value of {other} to sell forward for each value of "
            "{code} that is received. Errors by Newey and West, of the shortfall by drawing days again. What is left "
            "is the risk that the two part ways."
        ).format(reporting=position.reporting, other=other, code=code)
    )
    for note in dict.fromkeys(note for one in found.values() for note in one.notes):
        st.caption(markdown(spoken(note)))


def _table(rows: dict[str, HedgeRatio]) -> None:
    table = pd.DataFrame(
        {
            "method": [_(METHODS[key]) for key in rows],
            "ratio": [one.ratio for one in rows.values()],
            "error": [one.standard_error for one in rows.values()],
            "taken": [one.r_squared for one in rows.values()],
            "days": [one.observations for one in rows.values()],
        }
    )
    panels.table(
        table,
        key="hedging_proxy_table",
        columns={
            "method": st.column_config.TextColumn(_("Method"), pinned=True),
            "ratio": st.column_config.NumberColumn(_("Value sold for 1 received"), format="%.3f"),
            "error": st.column_config.NumberColumn(_("± standard error"), format="%.3f"),
            "taken": st.column_config.NumberColumn(_("Variance taken away"), format="percent"),
            "days": st.column_config.NumberColumn(_("Days"), format="localized"),
        },
        alt=_("Hedging one currency with another"),
    )


def _ratios(rates: pd.DataFrame, level: float) -> dict[str, HedgeRatio]:
    moves = log_returns(rates)
    whole = moves.notna().all(axis=1)
    received, sold = (moves.loc[whole, code].to_numpy() for code in rates.columns)
    rng = np.random.default_rng(SEED)
    found = {
        "ols": minimum_variance_ratio(received, sold),
        "ewma": minimum_variance_ratio(received, sold, "ewma"),
        "shortfall": minimum_shortfall_ratio(received, sold, level, rng=rng),
    }
    if whole.all():  # levels across a gap say nothing of the day before
        levels = np.log(rates.iloc[:, 0].to_numpy()), np.log(rates.iloc[:, 1].to_numpy())
        found["error-correction"] = minimum_variance_ratio(received, sold, "error-correction", levels=levels)
    return found
