"""All five families of the reader's own orders, with what was edited, and their simulated years.

Overview and the pages of the families read one book: the same years, the same measures, the same numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import cached, currency, facts_panel, rates, register, settings
from dashboard.currency import SEED, Position
from dashboard.i18n import N_, _, spoken
from dashboard.links import or_reason
from dashboard.orders.names import FAMILIES
from dashboard.rates import Source
from dashboard.settings import Settings
from dashboard.workspace import Workspace, current
from risk.calibration import Answers, Calibrated, ask, calibrate, conversion, enterprise
from risk.checks import InputError, Sentence
from risk.countermeasures import catalogue, left_out
from risk.currency.model import CurrencyRisk
from risk.enterprise import BestSet, Enterprise, best_set, dependence_range, family_table, rank
from risk.enterprise.ranking import SameYears, with_measures
from risk.ip.recovery import COLUMN as RECOVERY
from risk.loss.countermeasures import Countermeasure
from risk.loss.register import CellProblem, FamilyRisk
from risk.loss.table import YearLossTable
from risk.orders import OrderHistory, questions
from risk.reference import Facts


@dataclass(frozen=True, eq=False)
class Book:
    """What the pages know: orders seen from a day, families as prefilled and as edited, measures, all together.

    `position` is None where no receipt depends on an exchange rate, which one of the `notes` says.
    """

    space: Workspace
    settings: Settings
    facts: Facts
    source: Source
    as_of: dt.date
    fx: Mapping[str, float]
    answers: Answers
    calibrated: Calibrated
    families: tuple[FamilyRisk, ...]
    problems: tuple[CellProblem, ...]
    catalogue: tuple[Countermeasure, ...]
    measures: tuple[Countermeasure, ...]
    position: Position | None
    enterprise: Enterprise
    years: int
    notes: tuple[Sentence, ...]

    @property
    def reporting(self) -> str:
        """The currency of every loss."""
        return self.enterprise.currency

    @property
    def titles(self) -> dict[str, str]:
        """What drivers and families are called on the page."""
        perils = {entry.key: spoken(entry.title) for family in self.families for entry in family.entries}
        money = {
            f"currency.{code}": _("{code} against {reporting}").format(code=code, reporting=self.reporting)
            for code in (self.position.model.currencies if self.position else ())
        }
        names = {name: spoken(title) for name, title in FAMILIES.items()}
        return {**perils, **money, **names, RECOVERY: _("Damages recovered")}

    def family(self, name: str) -> FamilyRisk | None:
        """The family as edited; None where it could not be made."""
        return next((family for family in self.families if family.name == name), None)


def book_or_reason() -> Book | None:
    """The reader's book; None after saying in a sentence why there is nothing to show."""
    return or_reason(lambda: book(current()), _("Reading what the orders say about each family…"))


def book(space: Workspace) -> Book:
    """The book of a workspace; InputError while there are no sales or no reporting currency."""
    said, reporting, history = settings.of(space), space.reporting, space.history
    source = rates.chosen(space)
    fixings = source.against(reporting).index
    last = cached.answer(questions.span, history).last
    if pd.isna(last):
        raise InputError(N_("There is no order with a date: the losses of a year cannot be estimated."))
    as_of = currency.day_of_analysis(fixings, last)
    facts = facts_panel.kept_facts(space)
    calibrated = cached.derived(_calibrated, history, source, reporting, as_of, said.seat, said.margin, facts)
    families, problems = register.edited_families(space, calibrated.families, reporting)
    position, reason = _position(space)
    model = None if position is None else position.model
    fx = cached.small(_conversion, source, reporting, as_of)
    hedge = {} if position is None else currency.ratios(position)
    case = (tuple(families), calibrated.trade, fx, model, calibrated.seat, hedge)
    prefilled = cached.small(catalogue, *case)
    measures, wrong = register.edited_catalogue(space, prefilled, reporting)
    return Book(
        space=space,
        settings=said,
        facts=facts,
        source=source,
        as_of=as_of,
        fx=fx,
        answers=cached.derived(ask, history, as_of),
        calibrated=calibrated,
        families=tuple(families),
        problems=(*problems, *wrong),
        catalogue=prefilled,
        measures=tuple(measures),
        position=position,
        enterprise=cached.small(_enterprise, tuple(families), model, reporting, said.correlation, said.pairs),
        years=currency.assumptions(reporting).years,
        notes=(*currency.behind(fixings, last), *calibrated.notes, *reason, *cached.small(left_out, *case)),
    )


def _calibrated(
    history: OrderHistory,
    source: Source,
    reporting: str,
    as_of: dt.date,
    seat: str | None,
    margin: float | None,
    facts: Facts,
) -> Calibrated:
    fx = cached.small(_conversion, source, reporting, as_of)
    return calibrate(cached.derived(ask, history, as_of), reporting, fx, as_of, seat, margin, facts)


def _conversion(source: Source, reporting: str, as_of: dt.date) -> Mapping[str, float]:
    return conversion(source.against(reporting), reporting, as_of)


def _position(space: Workspace) -> tuple[Position | None, tuple[Sentence, ...]]:
    try:
        return currency.position(space), ()
    except InputError as reason:
        return None, (reason.sentence,)


def _enterprise(
    families: Sequence[FamilyRisk],
    model: CurrencyRisk | None,
    reporting: str,
    correlation: float,
    pairs: tuple[tuple[tuple[str, str], float], ...],
) -> Enterprise:
    return enterprise([*families, *([] if model is None else [model])], reporting, correlation, dict(pairs))


def inherent(book: Book) -> YearLossTable:
    """The simulated years as the company is now."""
    with st.spinner(_("Simulating years of all families…"), show_time=True):
        return cached.shared(_same, book.enterprise, book.years).before


def residual(book: Book, plan: Sequence[str]) -> YearLossTable:
    """The same years with these measures in place."""
    chosen = [measure for measure in book.measures if measure.key in plan]
    if not chosen:
        return inherent(book)
    with st.spinner(_("Simulating the same years with the counter-measures…"), show_time=True):
        return cached.shared(_residual, book.enterprise, chosen, book.years)


def _same(whole: Enterprise, years: int) -> SameYears:
    return SameYears.of(whole, years, np.random.default_rng(SEED))


def _residual(whole: Enterprise, chosen: Sequence[Countermeasure], years: int) -> YearLossTable:
    return cached.shared(_same, whole, years).table(chosen)


def ranking(book: Book, level: float) -> pd.DataFrame:
    """Every measure alone, by net benefit, as `risk.enterprise.rank` gives it."""
    with st.spinner(_("Trying each counter-measure on the same years…"), show_time=True):
        return cached.result(_ranking, book.enterprise, book.measures, book.years, level)


def _ranking(whole: Enterprise, measures: Sequence[Countermeasure], years: int, level: float) -> pd.DataFrame:
    same = cached.shared(_same, whole, years)
    return rank(whole, measures, years, same.rng, level, same=same)


def best(book: Book, level: float) -> BestSet:
    """The measures that save most together within the budget."""
    limit = sum(one.annual_cost for one in book.measures) if book.settings.budget is None else book.settings.budget
    with st.spinner(_("Looking for the best set of counter-measures…"), show_time=True):
        return cached.small(_best, book.enterprise, book.measures, limit, book.years, level)


def _best(whole: Enterprise, measures: Sequence[Countermeasure], limit: float, years: int, level: float) -> BestSet:
    same = cached.shared(_same, whole, years)
    return best_set(whole, measures, limit, years, same.rng, level, same=same)


def plan(book: Book, level: float) -> tuple[str, ...]:
    """Keys of the measures to take: the owner's choice, else the best set."""
    known = {measure.key for measure in book.measures}
    chosen = best(book, level).keys if book.settings.plan is None else book.settings.plan
    return tuple(key for key in chosen if key in known)


def dependence(book: Book, level: float) -> pd.DataFrame:
    """What dependence between the families can do to a bad year, as `risk.enterprise.dependence_range` gives it."""
    return cached.result(_dependence, book.enterprise, book.years, level)


def _dependence(whole: Enterprise, years: int, level: float) -> pd.DataFrame:
    table = cached.shared(_same, whole, years).before
    return dependence_range(table, level, np.random.default_rng(SEED))


def by_family(table: YearLossTable) -> YearLossTable:
    """The years with one column a family."""
    return cached.shared(family_table, table)


def alone(book: Book, name: str, plan: Sequence[str] = ()) -> YearLossTable:
    """The years of one family with these measures in place: those of the enterprise, in another order."""
    chosen = [measure for measure in book.measures if measure.key in plan]
    return cached.shared(_alone, book.enterprise, name, chosen, book.years)


def _alone(whole: Enterprise, name: str, chosen: Sequence[Countermeasure], years: int) -> YearLossTable:
    models = tuple(model for model in with_measures(whole, chosen).models if model.name == name)
    return replace(whole, models=models, rank_correlation=None).simulate(years, np.random.default_rng(SEED))
