"""Value at risk of the expected receipts: figures, methods side by side, currencies that it comes from."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import currency, formatting, panels
from dashboard.currency import Position
from dashboard.escape import markdown
from dashboard.formatting import money, percent
from dashboard.i18n import N_, _, spoken
from dashboard.links import page_link
from risk.checks import Sentence
from risk.currency.var import VarEstimate
from risk.figures import currency as charts
from risk.figures import loss as loss_charts

METHOD_NAMES = {
    "historical": N_("Historical"),
    "age-weighted": N_("Age-weighted"),
    "filtered": N_("Filtered historical"),
    "normal": N_("Normal"),
    "student-t": N_("Student's t"),
    "cornish-fisher": N_("Cornish–Fisher"),
    "garch": N_("GARCH"),
    "monte-carlo": N_("Monte Carlo"),
}
Estimates = dict[str, VarEstimate | Sentence]  # by method; a sentence says why there is none


def figures(estimate: VarEstimate, position: Position, months: int) -> None:
    """The filtered value at risk and what belongs to it, with their errors."""
    worth = currency.value_at_spot(position, currency.expected(position, months))
    level, code = percent(estimate.level), position.reporting
    panels.figures(
        [
            panels.Figure(
                _("Value at risk, {level}").format(level=level),
                money(estimate.var, code),
                _("The smallest loss that at least {level} of the periods do not exceed.").format(level=level),
            ),
            panels.Figure(
                _("Expected shortfall, {level}").format(level=level),
                money(estimate.es, code),
                _("Mean loss of the periods beyond the value at risk, after Acerbi and Tasche."),
            ),
            panels.Figure(
                _("Net receipts at risk"),
                money(worth.sum(), code),
                _("Expected receipts less refunds, fees and costs in the same currency, at the rates now."),
            ),
            panels.Figure(
                _("Each alone, added up"),
                money(estimate.stand_alone.sum(), code),
                _("Values at risk of the currencies one by one, added up: together they are less, by diversification."),
            ),
        ]
    )
    st.caption(
        _(
            "By filtered historical simulation on {days} days of rates. Standard errors: value at risk ± {var}, "
            "expected shortfall ± {es}."
        ).format(
            days=formatting.number(estimate.observations),
            var=money(estimate.var_error, code, digits=2),
            es=money(estimate.es_error, code, digits=2),
        )
    )


def by_method(estimates: Estimates, position: Position, level: float) -> None:
    """Value at risk and expected shortfall by each method, and what to know of each."""
    names = {method: spoken(name) for method, name in METHOD_NAMES.items()}
    table = _measures_table({names[method]: estimate for method, estimate in estimates.items()})
    panels.chart(
        charts.measures_by_method(
            table.set_index("method").dropna(),
            names={"var": _("Value at risk"), "es": _("Expected shortfall")},
            x_title=_("Method"),
            y_title=_("Loss over the horizon, {currency}").format(currency=position.reporting),
        ),
        title=_("Value at risk by method, {level}").format(level=percent(level)),
        how_to_read=_(
            "Historical: past returns as they were; for a longer horizon it looks further back, since its periods must "
            "not overlap. Age-weighted: the same, older days weighing less. Filtered: the newest returns, scaled to "
            "how much rates move today, so that calm times give less and wild times more; longer horizons are "
            "simulated day by day. GARCH: the same with a model of each currency's volatility. Normal: a bell curve "
            "with today's volatility, whose tails are too thin. Student's t and Cornish–Fisher: the same volatility "
            "with thicker tails, the second lopsided where the past was. Monte Carlo: simulated days of Student's t. "
            "Filtered is the one used on this page, because it follows the market and keeps the tails. The page "
            "Methods says how it was tested."
        ),
        data=table,
        key="currency_methods",
        height=300,
    )
    st.dataframe(table, hide_index=True, column_config=_measure_columns(), alt=_("Value at risk by method"))
    with st.expander(_("What to know of each method")):
        _notes({names[method]: estimate for method, estimate in estimates.items()})
    page_link("methods", _("How the methods were tested"))


def _notes(estimates: Estimates) -> None:
    """What to know of the estimates, or why one is missing; each note once, with the methods that it is about."""
    about: dict[str, list[str]] = {}
    for name, estimate in estimates.items():
        for note in estimate.notes if isinstance(estimate, VarEstimate) else [estimate]:
            about.setdefault(spoken(note), []).append(name)
    for note, methods in about.items():
        st.caption(
            markdown(note)
            if len(methods) == len(estimates)
            else _("{methods}: {note}").format(methods=markdown(", ".join(methods)), note=markdown(note))
        )


def _measures_table(estimates: Estimates) -> pd.DataFrame:
    """One row a method, empty where it cannot say."""
    columns = {"var": "var", "var_error": "var_error", "es": "es", "es_error": "es_error", "days": "observations"}
    return pd.DataFrame(
        [
            {"method": name, **{column: getattr(estimate, field, None) for column, field in columns.items()}}
            for name, estimate in estimates.items()
        ]
    )


def _measure_columns() -> dict[str, object]:
    amounts = {
        "var": _("Value at risk"),
        "var_error": _("± standard error"),
        "es": _("Expected shortfall"),
        "es_error": _("± standard error"),
        "days": _("Days of rates used"),
    }
    return {
        "method": _("Method"),
        **{name: st.column_config.NumberColumn(title, format="localized", step=1) for name, title in amounts.items()},
    }


def components(estimate: VarEstimate, position: Position) -> None:
    """What each currency adds to the expected shortfall."""
    parts = estimate.components
    panels.chart(
        loss_charts.drivers(
            parts, x_title=_("Part of the expected shortfall, {currency}").format(currency=position.reporting)
        ),
        title=_("Which currencies a bad stretch comes from"),
        how_to_read=_(
            "Each bar is what the currency loses on average in the worst periods; together they are the expected "
            "shortfall. A bar to the left softens bad periods: it gains when the others lose."
        ),
        data=parts_of(estimate),
        key="currency_components",
        height=90 + 34 * len(parts),
    )
    with st.expander(_("What each currency adds")):
        panels.table(
            parts_of(estimate),
            key="currency_parts",
            alt=_("What each currency adds"),
            columns=_part_columns(position.reporting),
        )


def parts_of(estimate: VarEstimate) -> pd.DataFrame:
    """One row a currency, the largest part of the expected shortfall first."""
    table = pd.DataFrame(
        {
            "part_of_expected_shortfall": estimate.components,
            "part_of_value_at_risk": estimate.var_components,
            "value_at_risk_alone": estimate.stand_alone,
            "falls_without_it": estimate.incremental,
            "per_1000_units": 1000 * estimate.marginal,
        }
    )
    return table.sort_values("part_of_expected_shortfall", ascending=False).rename_axis("currency").reset_index()


def _part_columns(code: str) -> dict[str, object]:
    titles = {
        "part_of_expected_shortfall": (_("Part of the shortfall"), _("Its mean loss beyond; the parts add up.")),
        "part_of_value_at_risk": (_("Part of value at risk"), _("Its mean loss at value at risk; the parts add up.")),
        "value_at_risk_alone": (_("Alone"), _("Value at risk of this currency by itself.")),
        "falls_without_it": (_("Falls without it by"), _("Value at risk less that of all the others.")),
        "per_1000_units": (_("Per 1,000 units"), _("What a thousand more of the currency would add to value at risk.")),
    }
    return {
        "currency": _("Currency"),
        **{
            name: st.column_config.NumberColumn(f"{title}, {code}", help=said, format="localized", step=1)
            for name, (title, said) in titles.items()
        },
    }
