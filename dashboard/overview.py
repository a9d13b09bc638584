"""What the Overview says of all families together, and how sure that is."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import books, cached, causes, formatting, loss_panel, panels
from dashboard.books import Book
from dashboard.escape import markdown
from dashboard.formatting import money, percent
from dashboard.i18n import N_, _, spoken
from dashboard.links import page_link
from dashboard.orders import names
from dashboard.orders.names import FAMILIES
from risk.checks import InputError
from risk.figures import enterprise as charts
from risk.loss import measures
from risk.loss.convergence import years_needed
from risk.loss.table import YearLossTable
from risk.orders import questions

WANTED = 0.02  # relative standard error of a value at risk that is good enough to decide on
CASES = {
    "independent": N_("Independent"),
    "elicited": N_("As assumed"),
    "comonotonic": N_("All bad at once"),
}


def headline(book: Book, inherent: YearLossTable, residual: YearLossTable, level: float) -> str:
    """What a bad year costs and where from, how that stands to what can be borne, and what the measures would do."""
    said = [loss_panel.sentence(books.by_family(inherent), level, book.titles), limit(book, inherent, level)]
    before, after = (measures.value_at_risk(table.total, level) for table in (inherent, residual))
    if after < before:
        cut = _("The counter-measures below would cut it to **{amount}**.")
        said.append(cut.format(amount=money(after, book.reporting)))
    return " ".join(part for part in said if part)


def limit(book: Book, years: YearLossTable, level: float) -> str:
    """How a bad year stands to what the owner can bear; nothing while that is not entered."""
    bearable = book.settings.appetite
    if bearable is None:
        return ""
    within = measures.value_at_risk(years.total, level) <= bearable
    said = (
        _("That is within the {limit} that you can bear.")
        if within
        else _("That is more than the {limit} that you can bear.")
    )
    return said.format(limit=money(bearable, book.reporting))


def figures(book: Book, inherent: YearLossTable, residual: YearLossTable, level: float) -> None:
    """The three figures of a loss, the chance of a year that cannot be borne, and what the measures cost."""
    plan = books.plan(book, level)
    cost = sum(measure.annual_cost for measure in book.measures if measure.key in plan)
    more = [] if book.settings.appetite is None else [_beyond(book, inherent, residual, book.settings.appetite)]
    price = panels.Figure(
        _("Cost of the counter-measures a year"),
        money(cost, book.reporting),
        _("Of those that are taken further down. It is not in the losses: the net benefit sets it off."),
    )
    loss_panel.figures(inherent, residual, level=level, more=[*more, price], planned=True)
    converged(inherent, level)


def _beyond(book: Book, inherent: YearLossTable, residual: YearLossTable, bearable: float) -> panels.Figure:
    now, then = (float((table.total > bearable).mean()) for table in (inherent, residual))
    return panels.Figure(
        _("Chance of a year that you cannot bear"),
        percent(now),
        _("Share of the simulated years with a loss above {limit}, which you entered as what you can bear.").format(
            limit=money(bearable, book.reporting)
        ),
        change=None if residual is inherent else percent(then - now),
        against=None if residual is inherent else _("with the counter-measures"),
    )


def converged(years: YearLossTable, level: float) -> None:
    """Whether there are years enough for the value at risk."""
    try:
        needed = cached.result(years_needed, years.total, "var", level, WANTED)
    except InputError:
        return  # without a loss at this level there is nothing to be sure of
    said = (
        _("Value at risk is known to ±{error}, good enough to decide on.")
        if needed.relative_error <= WANTED
        else _("Value at risk is known to ±{error}; about {years} years would make that ±{wanted}: page Hedging.")
    )
    text = said.format(
        error=percent(needed.relative_error, digits=2),
        years=formatting.significant(needed.years, 2),
        wanted=percent(WANTED),
    )
    doubt = f" {markdown(spoken(needed.note))}" if needed.note else ""
    st.caption(text + doubt)


def by_family(book: Book, inherent: YearLossTable, residual: YearLossTable, level: float) -> None:
    """Expected loss and part of the expected shortfall of each family, before and after."""
    frame = pd.concat(
        {name: _of_families(book, table, level) for name, table in (("now", inherent), ("after", residual))}, axis=1
    )
    frame.columns = [f"{part}_{name}" for name, part in frame.columns]
    frame = frame.reindex([book.titles[name] for name in FAMILIES], fill_value=0.0)  # also a family without a loss
    order = frame["shortfall_now"].sort_values(ascending=False, kind="stable").index
    shown = frame.loc[order, ["expected_now", "shortfall_now", "shortfall_after"]].set_axis(
        [
            _("Expected loss a year"),
            _("Part of the expected shortfall, {level}").format(level=percent(level)),
            _("The same with the counter-measures"),
        ],
        axis=1,
    )
    panels.chart(
        charts.side_by_side(shown, x_title=_("Loss in a year, {currency}").format(currency=book.reporting)),
        title=_("Loss by family"),
        how_to_read=_(
            "The first bar is what a family costs in an average year. The second is what it costs in the worst {rest} "
            "of all years, which together are the expected shortfall: a family whose second bar is much longer comes "
            "in blows. The third bar is the second with the counter-measures in place. A bar to the left is a gain."
        ).format(rest=percent(1 - level)),
        data=frame.loc[order].rename_axis("family").reset_index().assign(currency=book.reporting),
        key="overview_families",
        height=140 + 62 * len(shown),
    )


def _of_families(book: Book, table: YearLossTable, level: float) -> pd.DataFrame:
    families = books.by_family(table)
    part = measures.shortfall_contributions(families, level)
    expected = pd.Series(families.losses.mean(axis=0), families.drivers)
    return pd.DataFrame({"expected": expected, "shortfall": part}).rename(index=book.titles)


def dependence(book: Book, level: float) -> None:
    """What could be if the families' bad years fell together, or never did."""
    found = books.dependence(book, level)
    shown = pd.DataFrame(
        {
            "value": found["es"],
            "low": found["es"] - 1.645 * found["es_error"],
            "high": found["es"] + 1.645 * found["es_error"],
        }
    ).rename(index={case: spoken(title) for case, title in CASES.items()})
    panels.chart(
        charts.intervals(
            shown,
            y_title=_("Expected shortfall, {level}, {currency}").format(level=percent(level), currency=book.reporting),
        ),
        title=_("What dependence can do to a bad year"),
        how_to_read=_(
            "The same losses of each family, put together in three ways. Independent: bad years of the families fall "
            "together by chance alone. As assumed: with the common drivers and the correlation entered among the "
            "assumptions. All bad at once: each family's worst year is the same year, the most that is possible. The "
            "thin lines hold 90% of the simulation error. Nothing in the orders tells which is right."
        ),
        data=found.rename_axis("dependence").reset_index().assign(currency=book.reporting),
        key="overview_dependence",
        height=320,
    )


def coverage(book: Book, inherent: YearLossTable, level: float) -> None:
    """What the numbers rest on, and which columns of the orders would make them surer."""
    held = causes.bases(book, inherent, level)
    total = held.to_numpy().sum() or float("nan")
    panels.chart(
        charts.stacked(
            held.rename(columns={name: spoken(title) for name, title in causes.BASES.items()}),
            x_title=_("Expected shortfall, {currency}").format(currency=book.reporting),
        ),
        title=_("What the numbers rest on"),
        how_to_read=_(
            "Each bar is a family's part of the expected shortfall, split by what its numbers rest on: your own "
            "orders, facts from a named source, or an assumption that you can correct in the register. What softens a "
            "bad year is left out."
        ),
        data=held.reset_index().assign(currency=book.reporting),
        key="overview_coverage",
        height=120 + 40 * len(held),
    )
    st.markdown(
        _(
            "Of a bad year **{data}** rests on your data, **{facts}** on sourced facts and **{expert}** on assumptions."
        ).format(**{name: percent(held[name].sum() / total, digits=2) for name in causes.BASES})
    )
    _missing(book)


def _missing(book: Book) -> None:
    asked = cached.answer(questions.families, book.space.history)
    lacking = asked[asked["missing"] != ""]
    if lacking.empty:
        return
    with st.expander(_("Columns that would make it surer")):
        shown = {
            _("Family"): [spoken(names.FAMILIES[family]) for family in lacking["family"]],
            _("It could tell"): [spoken(answer) for answer in lacking["answers"]],
            _("Missing in your orders"): [names.targets(missing.split(", ")) for missing in lacking["missing"]],
        }
        panels.table(pd.DataFrame(shown), key="overview_missing", alt=_("Columns that would make it surer"))
        page_link("orders", _("Add an export that has them"))
