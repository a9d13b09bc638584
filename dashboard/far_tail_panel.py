"""The far tail: what exchange rates alone could take off the receipts of all months ahead, once in so many periods."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import cached, currency, formatting, panels
from dashboard.currency import Position
from dashboard.escape import markdown
from dashboard.formatting import money, percent
from dashboard.i18n import _, spoken
from dashboard.rates import Source
from risk.checks import InputError, Sentence
from risk.compiled import compiled
from risk.currency.far_tail import far_tail, monthly_moves
from risk.currency.model import CurrencyRisk
from risk.currency.scenarios import KERNEL
from risk.figures import currency as charts

MANY, FEW = 100_000, 20_000  # scenarios of the compiled loops, and of numpy until they are compiled
Tail = tuple[pd.DataFrame, float, int]  # measures by level, degrees of freedom, months of history


def show(position: Position, model: CurrencyRisk, shares: tuple[float, ...]) -> None:
    """The sentence, the measures by level as bars and as a table, and what they rest on."""
    panels.section(_("The far tail"))
    scenarios = MANY if compiled(KERNEL) is not None else FEW
    found = cached.result(_tail, position.source, position.as_of, model, shares, scenarios)
    if isinstance(found, Sentence):
        st.info(markdown(spoken(found)))
        return
    table, degrees, months = found
    st.markdown(_sentence(table, model))
    _measures(table, model.reporting)
    st.caption(
        _(
            "From {scenarios} simulated futures, drawn where losses are large and weighted back; ± are standard errors "
            "of the simulation. Moves of a month have Student's t distribution with {degrees} degrees of freedom and "
            "the covariance of {months} months of exchange rates, newer ones weighing more."
        ).format(
            scenarios=formatting.number(scenarios),
            degrees=formatting.significant(degrees),
            months=formatting.number(months),
        )
    )


def _tail(
    source: Source, as_of: dt.date, model: CurrencyRisk, shares: tuple[float, ...], scenarios: int
) -> Tail | Sentence:
    """Measures of what is not sold forward; or why there are none."""
    rates = source.against(model.reporting).loc[: pd.Timestamp(as_of), list(model.currencies)]
    amounts = model.receipts * model.spot * (1.0 - np.array(shares))
    try:
        moves = monthly_moves(rates, amounts.sum(axis=0))
        rng = np.random.default_rng(currency.SEED)
        return far_tail(amounts, moves.covariance, moves.degrees, scenarios, rng), moves.degrees, moves.months
    except InputError as reason:
        return reason.sentence


def _sentence(table: pd.DataFrame, model: CurrencyRisk) -> str:
    rarest = float(table.index[-1])
    return _(
        "Once in {periods} such periods, exchange rates alone take more than **{var}** off the receipts expected until "
        "{day}, and **{es}** on average when they do."
    ).format(
        periods=formatting.number(round(1 / (1 - rarest))),
        var=money(table.loc[rarest, "var"], model.reporting),
        es=money(table.loc[rarest, "es"], model.reporting),
        day=formatting.date(model.value_dates[-1]),
    )


def _measures(table: pd.DataFrame, code: str) -> None:
    shown = table.rename(index=percent)
    panels.chart(
        charts.measures_by_method(
            shown,
            names={"var": _("Value at risk"), "es": _("Expected shortfall")},
            x_title=_("Level"),
            y_title=_("Loss of all months together, {currency}").format(currency=code),
        ),
        title=_("What rates take off the receipts of all months together"),
        how_to_read=_(
            "The amounts are those expected, at today's exchange rates; only the rates are uncertain, and each is "
            "worth today's on average. A bar says what is not exceeded at that level, the other one what is lost on "
            "average beyond it. So rare a loss hardly shows in plain simulation: the futures are therefore drawn where "
            "losses are large, and count less in return. *Equal futures beyond* is how many equally likely futures "
            "beyond value at risk say as much, *plain futures* how many drawn without this aim would be needed. No "
            "level is more certain than the past months that the moves are estimated from."
        ),
        data=table.reset_index(),
        key="currency_far_tail",
        height=300,
    )
    amounts = {
        "var": _("Value at risk"),
        "var_error": _("± standard error"),
        "es": _("Expected shortfall"),
        "es_error": _("± standard error"),
        "effective": _("Equal futures beyond"),
        "plain": _("Plain futures"),
    }
    st.dataframe(
        shown.reset_index()[["level", *amounts]],
        hide_index=True,
        column_config={
            "level": _("Level"),
            **{
                name: st.column_config.NumberColumn(title, format="localized", step=1)
                for name, title in amounts.items()
            },
        },
        alt=_("The far tail"),
    )
