"""The panel that every family page shares: what a bad year costs, how often, and what drives it.

level = loss_panel.level_choice("currency")
panels.headline(loss_panel.sentence(table, level))
loss_panel.show(table, hedged, level=level, key="currency")
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
DEEPER = 20  # times rarer than the level are the years down to which a curve is shown at first
MOST_DRIVERS = 12  # of which a chart has a bar; the others together are one more

Titles = Mapping[str, str]
NO_TITLES: Titles = {}


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


def sentence(table: YearLossTable, level: float, titles: Titles = NO_TITLES) -> str:
    """The page's headline: how much in one year of how many, and the driver of most of it.

    `titles` are what drivers are called on the page, for those that are not called by their own names.
    """
    worst = measures.shortfall_contributions(table, level)
    amount = money(measures.value_at_risk(table.total, level), table.currency)
    years = number(return_period(level))
    if not worst.gt(0).any():
        return _("In one year of {years} the result is worse than {amount}.").format(years=years, amount=amount)
    most = worst.max() > worst.sum() / 2
    said = (
        _("In one year of {years} you lose more than **{amount}**; most of a bad year comes from **{driver}**.")
        if most
        else _("In one year of {years} you lose more than **{amount}**; the largest part comes from **{driver}**.")
    )
    return said.format(years=years, amount=amount, driver=markdown(titles.get(worst.idxmax(), worst.idxmax())))


def show(
    inherent: YearLossTable,
    residual: YearLossTable | None = None,
    *,
    level: float,
    key: str,
    titles: Titles = NO_TITLES,
    marks: Mapping[str, float] | None = None,
) -> None:
    """Figures, exceedance curve and drivers of the years as they are, with what the measures would change.

    `residual` has the years and currency of `inherent`, from the same random numbers. `key` prefixes the keys of all
    parts, `titles` and `marks` are those of `sentence` and `curve`.
    """
    figures(inherent, residual, level=level, planned=True)
    curve(inherent, residual, level=level, key=key, marks=marks)
    drivers(inherent, level=level, key=key, titles=titles)


def figures(
    inherent: YearLossTable,
    residual: YearLossTable | None = None,
    *,
    level: float,
    more: Sequence[panels.Figure] = (),
    planned: bool = False,
) -> None:
    """Expected loss, value at risk and expected shortfall, then `more`.

    With measures they are those after them, and the change against doing nothing; while the measures are only
    `planned`, those of doing nothing, and the change that the measures would make.
    """
    before, after = measured(inherent, level), measured(residual or inherent, level)
    said = before if planned else after
    against = _("with the counter-measures") if planned else _("against doing nothing")
    compared = against if residual is not None and residual is not inherent else None
    usual = [_figure(name, said, (before, after), inherent.currency, compared, level) for name in _NAMES]
    panels.figures([*usual, *more])
    st.caption(
        _(
            "From {years} simulated years. Standard errors: expected loss {expected}, value at risk {var}, expected "
            "shortfall {es}."
        ).format(
            years=number(inherent.years),
            expected=_error(said.expected_error, inherent.currency),
            var=_error(said.var_error, inherent.currency),
            es=_error(said.es_error, inherent.currency),
        )
    )


def _figure(
    name: str, said: Measured, compared: tuple[Measured, Measured], currency: str, against: str | None, level: float
) -> panels.Figure:
    before, after = (getattr(one, name) for one in compared)
    return panels.Figure(
        label=_label(name, level),
        value=money(getattr(said, name), currency),
        help=_explained(name, level),
        change=money(after - before, currency) if against else None,
        against=against,
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
    marks: Mapping[str, float] | None = None,
) -> None:
    """The chance of a year worse than each loss, before and after; `marks` are further losses to point out by name."""
    labels = names or (_("As it is"), _("With the counter-measures"))
    compared = None if residual is inherent else residual
    tables = {name: one for name, one in zip(labels, (inherent, compared), strict=True) if one is not None}
    curves = {name: measures.exceedance_curve(one.total) for name, one in tables.items()}
    at_risk = {
        _("Value at risk: {name}").format(name=name): measures.value_at_risk(one.total, level)
        for name, one in tables.items()
    }
    if inherent.largest is not None:
        curves[_("Largest single event, as it is")] = measures.occurrence_curve(inherent)
    panels.chart(
        charts.exceedance(
            curves,
            x_title=_("Loss in a year, {currency}").format(currency=inherent.currency),
            y_title=_("Chance of a worse year"),
            markers={**at_risk, **(marks or {})},
            rarest=(1 - level) / DEEPER,
        ),
        title=_("How often a year is worse"),
        how_to_read=_curve_explained(inherent, level),
        data=lambda: pd.concat(curves, names=["curve"]).reset_index(level="curve"),
        key=f"{key}_curve",
    )


def _curve_explained(table: YearLossTable, level: float) -> str:
    said = _(
        "Choose a loss on the horizontal axis: the curve says in which share of all years you lose more. The "
        "dotted lines are the values at risk. The vertical axis is logarithmic, so that rare years can be seen; the "
        "chart opens on years down to {share}, a double click on it shows them all."
    ).format(share=percent((1 - level) / DEEPER))
    if table.largest is None:
        return said
    event = _(
        "The curve of the largest single event says in which share of the years one event alone costs more: where it "
        "lies close to the curve of the whole year, single blows make the bad years; where it lies far to the left, "
        "many small losses or exchange rates do."
    )
    return f"{said}\n\n{event}"


def drivers(table: YearLossTable, *, level: float, key: str, titles: Titles = NO_TITLES) -> None:
    """What the expected shortfall is made of."""
    parts = measures.shortfall_contributions(table, level)
    shown, others = largest(parts.rename(index=titles))
    panels.chart(
        charts.drivers(
            shown,
            x_title=_("Expected shortfall, {currency}").format(currency=table.currency),
            rest=others,
        ),
        title=_("What a bad year is made of"),
        how_to_read=_(
            "Each bar is the mean loss from one cause over the worst {rest} of the years; together they are the "
            "expected shortfall. A bar to the left softens bad years."
        ).format(rest=percent(1 - level)),
        data=lambda: _parts(table, parts, titles),
        key=f"{key}_drivers",
        height=90 + 36 * (len(shown) + len(others)),
    )


def largest(parts: pd.Series, most: int = MOST_DRIVERS) -> tuple[pd.Series, dict[str, float]]:
    """The largest parts, and all others as one when there are more than one of them."""
    if len(parts) <= most + 1:
        return parts, {}
    places = parts.abs().to_numpy().argsort(kind="stable")[::-1]
    ordered = parts.iloc[places]
    return ordered.iloc[:most], {_("All others"): float(ordered.iloc[most:].sum())}


def _parts(table: YearLossTable, parts: pd.Series, titles: Titles) -> pd.DataFrame:
    frame = parts.rename("part_of_shortfall").rename_axis("driver").reset_index()
    means = pd.Series(table.losses.mean(axis=0), table.drivers)
    return frame.assign(
        title=frame["driver"].map(lambda name: titles.get(name, name)),
        expected_loss=frame["driver"].map(means),
        currency=table.currency,
    )
