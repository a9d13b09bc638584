"""The page of a family, which reads alike for all of them: what a bad year costs, why, and what to do about it.

family_page.show("legal", legal.show)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import streamlit as st

from dashboard import books, causes, facts_panel, formatting, loss_panel, measures_panel, panels, register_panel
from dashboard.books import Book
from dashboard.escape import markdown
from dashboard.i18n import _, spoken
from dashboard.rates import PROVIDERS
from risk.calibration import Answers
from risk.loss import measures
from risk.loss.register import FamilyRisk
from risk.loss.table import YearLossTable
from risk.reference import Facts
from risk.trade import Trade

Analysis = Callable[[Answers, Trade, date, Mapping[str, float], str | None, Facts], None]


def show(name: str, analysis: Analysis) -> None:
    """The family's page on the reader's own orders; `analysis` is what only this family has to show."""
    book = books.book_or_reason()
    if book is None:
        return
    family = book.family(name)
    if family is None:
        _nothing(book)
        return
    says = st.container()
    level = loss_panel.level_choice(name)
    plan = books.plan(book, level)
    inherent, residual = books.alone(book, name), books.alone(book, name, plan)
    with says:
        panels.headline(headline(book, inherent, residual, level))
        stamp(book)
    loss_panel.show(inherent, residual, level=level, key=name, titles=book.titles)
    causes.table(book, inherent, level=level, key=name)
    panels.section(_("What to do about it"))
    measures_panel.ranked(book, level, key=name, family=name)
    analysis(book.answers, book.calibrated.trade, book.as_of, book.fx, book.calibrated.seat, book.facts)
    panels.section(_("Register, facts and sources"))
    register_panel.show(book.space, _prefilled(book, name), book.reporting, key=name)
    facts_panel.show(book.space, facts_panel.TABLES[name], book.as_of, key=name)
    notes(book, family)
    sources(book)


def headline(book: Book, inherent: YearLossTable, residual: YearLossTable, level: float) -> str:
    """How much in a bad year, most of it from what, and what is left with the measures."""
    said = loss_panel.sentence(inherent, level, book.titles)
    before, after = (measures.value_at_risk(table.total, level) for table in (inherent, residual))
    if not after < before:
        return said
    left = _("The counter-measures that are taken on the page Overview would cut that to **{amount}**.")
    return f"{said} {left.format(amount=formatting.money(after, book.reporting))}"


def stamp(book: Book) -> None:
    """Whose orders, from which day they are seen."""
    day = formatting.date(book.as_of)
    if book.space.is_sample:
        st.caption(_("The orders are those of an **invented sample shop**. Seen from {day}.").format(day=day))
    else:
        st.caption(_("Your orders. Seen from {day}.").format(day=day))


def notes(book: Book, family: FamilyRisk | None = None) -> None:
    """What the numbers leave out or assume, and cells of the register that could not be taken."""
    lines = [markdown(spoken(note)) for note in book.notes]
    keys = None if family is None else {entry.key for entry in family.entries}
    wrong = [problem for problem in book.problems if keys is None or problem.key in keys]
    lines += [markdown(f"{book.titles.get(one.key, one.key)}: {spoken(one.sentence)}") for one in wrong]
    if lines:
        st.info("\n".join(f"- {line}" for line in lines), icon=":material/info:")


def sources(book: Book) -> None:
    """Orders, exchange rates, and how far each basis carries the family."""
    panels.sources(
        [
            _("Orders: {whose}, from {first} to {last}, seen from {day}.").format(
                whose=_("the invented sample shop") if book.space.is_sample else _("the files that you added"),
                first=formatting.date(book.answers.span.first),
                last=formatting.date(book.answers.span.last),
                day=formatting.date(book.as_of),
            ),
            _(
                "Amounts of statutes and of other currencies are converted at the rates of that day ({provider})."
            ).format(provider=spoken(PROVIDERS[book.source.provider])),
            _("How each peril is prefilled, formula by formula: page Methods. This is no legal advice."),
        ]
    )


def _prefilled(book: Book, name: str) -> list[FamilyRisk]:
    return [family for family in book.calibrated.families if family.name == name]


def _nothing(book: Book) -> None:
    st.info(
        "\n".join(f"- {markdown(spoken(note))}" for note in book.notes)
        or _("These orders say nothing about this family."),
        icon=":material/info:",
    )
