"""Counter-measures on a page: what each returns, which to take, and what remains then."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from dashboard import books, panels, settings
from dashboard.books import Book
from dashboard.formatting import money, number, percent
from dashboard.i18n import _, spoken
from risk.figures import enterprise as charts

MOST = 16  # measures that a chart shows


def ranked(book: Book, level: float, *, key: str, family: str | None = None) -> None:
    """The measures by net benefit: all, or those that touch one family."""
    found = books.ranking(book, level)
    if family is not None:
        found = found.loc[[name for name in found.index if family in touched(book, name)]]
    if found.empty:
        st.info(_("No counter-measure of the catalogue touches a peril of these orders."), icon=":material/info:")
        return
    usual, bad = _("An average year"), _("A bad year")
    year = st.segmented_control(
        _("Ranked by what they save in"), (usual, bad), default=usual, required=True, key=f"{key}_year"
    )
    shown = _average(found) if year == usual else _bad(found)
    shown = shown.sort_values("value", ascending=False, kind="stable")
    titles = _titles(book)
    names = found.index.map(titles)
    panels.chart(
        charts.benefits(
            shown.head(MOST).rename(index=titles),
            x_title=_("Net benefit a year, {currency}").format(currency=book.reporting),
        ),
        title=_("Which counter-measures pay"),
        how_to_read=_explained(level) if year == bad else _explained(None),
        data=lambda: found.assign(title=names, currency=book.reporting).reset_index(),
        key=f"{key}_benefits",
        height=90 + 40 * min(len(shown), MOST),
    )
    with st.expander(_("Cost, effect and basis of each")):
        st.dataframe(
            _table(found.loc[shown.index], book, level),
            hide_index=True,
            key=f"{key}_measures",
            column_config=_columns(),
        )


def _average(found: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"value": found["net_benefit"], "low": found["low"], "high": found["high"]})


def _bad(found: pd.DataFrame) -> pd.DataFrame:
    value, error = found["shortfall_net_benefit"], 1.645 * found["shortfall_avoided_error"]
    return pd.DataFrame({"value": value, "low": value - error, "high": value + error})


def _explained(level: float | None) -> str:
    if level is None:
        return _(
            "Each bar is the expected loss that a measure avoids in all families, less what it costs a year, when it "
            "is taken alone. The thin line holds 90% of what its own uncertain effect leaves possible. Left of zero it "
            "costs more than it saves in an average year; it may still pay in a bad one."
        )
    return _(
        "Each bar is what a measure takes off the expected shortfall, the mean of the worst {rest} of all years, less "
        "what it costs a year, when it is taken alone. The thin line holds 90% of the simulation error."
    ).format(rest=percent(1 - level))


def _titles(book: Book) -> dict[str, str]:
    return {measure.key: spoken(measure.title) for measure in book.measures}


def touched(book: Book, key: str) -> set[str]:
    """Names of the families whose losses a measure changes."""
    (measure,) = [measure for measure in book.measures if measure.key == key]
    return {*measure.changes, *(peril.split(".", 1)[0] for peril in measure.effects)}


def _table(found: pd.DataFrame, book: Book, level: float) -> pd.DataFrame:
    def amounts(column: str) -> list[str]:
        return [money(value, book.reporting) for value in found[column]]

    def sure(column: str) -> list[str]:
        errors = (money(error, book.reporting, digits=2) for error in found[f"{column}_error"])
        return [f"{value} ± {error}" for value, error in zip(amounts(column), errors, strict=True)]

    return pd.DataFrame(
        {
            _("Counter-measure"): [_titles(book)[key] for key in found.index],
            _("Cost a year"): amounts("annual_cost"),
            _("Expected loss avoided"): sure("loss_avoided"),
            _("Net benefit"): amounts("net_benefit"),
            _("Chance that it pays"): [percent(value, digits=2) for value in found["pays"]],
            _("Expected shortfall avoided, {level}").format(level=percent(level)): sure("shortfall_avoided"),
            _("Basis"): [basis(book, key) for key in found.index],
        }
    )


def _columns() -> dict[str, object]:
    return {_("Counter-measure"): st.column_config.TextColumn(pinned=True, width="medium")}


def basis(book: Book, key: str) -> str:
    """Whose numbers a measure's cost and effect are, in a sentence."""
    (measure,) = [measure for measure in book.measures if measure.key == key]
    return spoken(measure.source)


def choose(book: Book, plan: tuple[str, ...]) -> None:
    """Which measures to take: the best set within a budget until the owner chooses; and what they do together."""
    settings.budget(book.space, book.settings)
    titles = _titles(book)
    st.pills(
        _("Measures to take"),
        list(titles),
        selection_mode="multi",
        default=list(plan),
        format_func=titles.__getitem__,
        key=_plan_key(book, plan),
        on_change=_keep_plan(book, _plan_key(book, plan)),
        help=_("Until you change it, the set that saves most within the budget. All pages then count with it."),
    )
    if book.settings.plan is not None and st.button(_("Back to the best set"), icon=":material/undo:"):
        book.space.keep("plan", None)
        st.rerun()


def _plan_key(book: Book, plan: tuple[str, ...]) -> str:
    # Another set is another widget: its default holds only at its first appearance.
    return f"measures_plan_{book.reporting}_{'-'.join(plan) if book.settings.plan is None else 'own'}"


def _keep_plan(book: Book, key: str) -> Callable[[], None]:
    return lambda: book.space.keep("plan", list(st.session_state[key]))


def together(book: Book, plan: tuple[str, ...]) -> None:
    """What the chosen measures do together: cost, and the losses before and after."""
    before, after = books.inherent(book), books.residual(book, plan)
    cost = sum(measure.annual_cost for measure in book.measures if measure.key in plan)
    saved = float(before.total.mean() - after.total.mean())
    said = (
        _("{count} measures together cost {cost} a year and avoid {saved} of expected loss: net {net}.")
        if plan
        else _("No measure is taken.")
    )
    st.markdown(
        said.format(
            count=number(len(plan)),
            cost=money(cost, book.reporting),
            saved=money(saved, book.reporting),
            net=money(saved - cost, book.reporting),
        )
    )
