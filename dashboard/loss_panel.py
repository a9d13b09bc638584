"""The panel that every family page shares: what a bad year costs, how often, and what drives it.

level = loss_panel.level_choice("currency")
panels.headline(loss_panel.sentence(table, level))
loss_panel.show(table, hedged, level=level, key="currency")
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd
import streamlit as st

from dashboard import panels
from dashboard.escape import markdown
from dashboard.formatting import money, number, percent
from dashboard.i18n import _
from risk.figures import loss as charts
from risk.loss import measures
from risk.loss.table import YearLossTable

LEVELS = {"90%": 0.9, "95%": 0.95, "99%": 0.99, "99.5%": 0.995}  # as the address writes them, in every language
USUAL = "95%"


@dataclass(frozen=True)
class Measured:
    """Measures of one year's total loss at a level, each with its Monte Carlo standard error."""

    expected: float
    var: float
    es: float
    expected_error: float
    var_error: float
    es_error: float

    @classmethod
    def of(cls, table: YearLossTable, level: float) -> Measured:
        """The measures of the table's total."""
        total = table.total
        return cls(
            measures.expected_loss(total),
            measures.value_at_risk(total, level),
            measures.expected_shortfall(total, level),
            measures.standard_error(total, "mean"),
            measures.standard_error(total, "var", level),
            measures.standard_error(total, "es", level),
        )


@lru_cache(maxsize=16)  # by the table itself, not by its content: the unhedged years are the same table at every move
def measured(table: YearLossTable, level: float) -> Measured:
    """The measures of a table, computed once."""
    return Measured.of(table, level)


def level_choice(page: str) -> float:
    """The reader's level, kept in the address as `<page>_level`; show it before what depends on it."""
    chosen = st.segmented_control(
        _("Level"),
        LEVELS,
        default=USUAL,
        required=True,
        key=f"{page}_level",
        bind="query-params",
        help=_("How bad a year you look at: 95% is the worst year of 20, 99% the worst of 100, 99.5% of 200."),
    )
    return LEVELS[chosen]


def return_period(level: float) -> int:
    """Years among which one is worse than the value at risk of this level."""
    return round(1 / (1 - level))


def sentence(table: YearLossTable, level: float) -> str:
    """The page's headline: how much in one year of how many, and the driver of most of it."""
    worst = measures.shortfall_contributions(table, level)
    amount = money(measures.value_at_risk(table.total, level), table.currency)
    years = number(return_period(level))
    if not worst.gt(0).any():
        return _("In one year of {years} the result is worse than {amount}.").format(years=years, amount=amount)
    return _(
        "In one year of {years} you lose more than **{amount}**; most of a bad year comes from **{driver}**."
    ).format(years=years, amount=amount, driver=markdown(worst.idxmax()))


def show(
    inherent: YearLossTable,
    residual: YearLossTable | None = None,
    *,
    level: float,
    key: str,
    names: tuple[str, str] | None = None,
) -> None:
    """Figures, exceedance curve and drivers of one model, or of one before and after its mitigations.

    `residual` has the years and currency of `inherent`, from the same random numbers. `names` replaces "before
    measures" and "after measures"; `key` prefixes the keys of all parts.
    """
    figures(inherent, residual, level=level)
    curve(inherent, residual, level=level, key=key, names=names)
    drivers(residual or inherent, level=level, key=key)


def figures(
    inherent: YearLossTable,
    residual: YearLossTable | None = None,
    *,
    level: float,
    more: Sequence[panels.Figure] = (),
) -> None:
    """Expected loss, value at risk and expected shortfall, after the measures where there are any; then `more`."""
    before, after = measured(inherent, level), measured(residual or inherent, level)
    usual = [_figure(name, before, after, inherent.currency, residual is not None, level) for name in _NAMES]
    panels.figures([*usual, *more])
    st.caption(
        _(
            "From {years} simulated years. Standard errors: expected loss {expected}, value at risk {var}, expected "
            "shortfall {es}."
        ).format(
            years=number(inherent.years),
            expected=_error(after.expected_error, inherent.currency),
            var=_error(after.var_error, inherent.currency),
            es=_error(after.es_error, inherent.currency),
        )
    )


def _figure(name: str, before: Measured, after: Measured, currency: str, compared: bool, level: float) -> panels.Figure:
    change = getattr(after, name) - getattr(before, name)
    return panels.Figure(
        label=_label(name, level),
        value=money(getattr(after, name), currency),
        help=_explained(name, level),
        change=money(change, currency) if compared else None,
        against=_("against doing nothing") if compared else None,
    )


_NAMES = ("expected", "var", "es")


def _label(name: str, level: float) -> str:
    texts = {
        "expected": _("Expected loss a year"),
        "var": _("Value at risk, {level}"),
        "es": _("Expected shortfall, {level}"),
    }
    return texts[name].format(level=percent(level))


def _explained(name: str, level: float) -> str:
    texts = {
        "expected": _("Mean loss over all simulated years."),
        "var": _("The smallest loss that at least {level} of the years do not exceed: always a simulated loss."),
        "es": _("Mean loss of the worst {rest} of the years, after Acerbi and Tasche."),
    }
    return texts[name].format(level=percent(level), rest=percent(1 - level))


def _error(value: float, currency: str) -> str:
    return f"± {money(value, currency, digits=2)}"


def curve(
    inherent: YearLossTable,
    residual: YearLossTable | None = None,
    *,
    level: float,
    key: str,
    names: tuple[str, str] | None = None,
) -> None:
    """The chance of a year worse than each loss, before and after."""
    labels = names or (_("Before measures"), _("After measures"))
    tables = dict(zip(labels, (inherent, residual), strict=False))
    curves = {name: measures.exceedance_curve(table.total) for name, table in tables.items() if table is not None}
    at_risk = {
        _("Value at risk: {name}").format(name=name): measures.value_at_risk(table.total, level)
        for name, table in tables.items()
        if table is not None
    }
    panels.chart(
        charts.exceedance(
            curves,
            x_title=_("Loss in a year, {currency}").format(currency=inherent.currency),
            y_title=_("Chance of a worse year"),
            markers=at_risk,
        ),
        title=_("How often a year is worse"),
        how_to_read=_(
            "Choose a loss on the horizontal axis: the curve says in which share of all years you lose more. The "
            "dotted lines are the values at risk. The vertical axis is logarithmic, so that rare years can be seen."
        ),
        data=pd.concat(curves, names=["curve"]).reset_index(level="curve"),
        key=f"{key}_curve",
    )


def drivers(table: YearLossTable, *, level: float, key: str) -> None:
    """What the expected shortfall is made of."""
    parts = measures.shortfall_contributions(table, level)
    panels.chart(
        charts.drivers(parts, x_title=_("Part of the expected shortfall, {currency}").format(currency=table.currency)),
        title=_("What a bad year is made of"),
        how_to_read=_(
            "Each bar is the mean loss from one cause over the worst {rest} of the years; together they are the "
            "expected shortfall. A bar to the left softens bad years."
        ).format(rest=percent(1 - level)),
        data=parts.rename_axis("driver").reset_index().assign(currency=table.currency),
        key=f"{key}_drivers",
        height=90 + 34 * len(parts),
    )
