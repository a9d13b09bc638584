"""Defects that strike many units at once: a bad batch, a recall."""

from __future__ import annotations

from collections.abc import Iterator

from risk.checks import Sentence
from risk.loss.prefill import Believed, entry
from risk.loss.register import Entry
from risk.loss.severity import Capped, Lognormal
from risk.loss.shares import product
from risk.quality.case import QualityCase

BAD = (0.001, 0.02)  # bad batches a year and article, 90 %; this and all that follows are starting assumptions
BATCH = (0.05, 0.50)  # units of a batch, as a share of the article's year
DEFECT = (0.05, 0.60)  # of them that come back beyond what is usual
RECALLED = (0.0001, 0.003)  # recalls a year and article
FIELD = (0.5, 3.0)  # years of sales of the article that are in use
ANSWER = (0.05, 0.90)  # of them that come back
HANDLING = 0.5  # cost of a recalled unit beyond its price and its way back, as a share of the price
LOADINGS = {"product-safety incident": 1.0}


def bad_batch(case: QualityCase) -> Iterator[Entry]:
    """Units of a batch x share that is defective x (price + freight back); at most a year of the article."""
    if not case.article_units or not case.sales:
        return
    unit = case.price + case.way_back
    most = case.article_units * unit
    severity = Capped(product(Lognormal.from_interval(*BATCH), Lognormal.from_interval(*DEFECT), scale=most), most)
    cost = Sentence(
        "Cost: {few:.0%} to {many:.0%} of the {units:,.0f} units a year of an article, {least:.0%} to {worst:.0%} of "
        "which come back at {unit:,.2f} {currency}, price and freight. Starting assumption, please review.",
        few=BATCH[0],
        many=BATCH[1],
        units=case.article_units,
        least=DEFECT[0],
        worst=DEFECT[1],
        unit=unit,
        currency=case.trade.currency,
    )
    yield entry("quality.bad_batch", Sentence("Bad batch"), _rate(case, BAD, None), severity, cost, LOADINGS)


def recall(case: QualityCase) -> Iterator[Entry]:
    """Units of an article in use x share that comes back x (price + freight back + handling)."""
    if not case.article_units or not case.sales:
        return
    unit = case.price * (1 + HANDLING) + case.way_back
    yearly = case.article_units * unit
    field, answer = Lognormal.from_interval(*FIELD), Lognormal.from_interval(*ANSWER)
    cost = Sentence(
        "Cost: {answer:.0%} to {all:.0%} of the units of {short:g} to {long:g} years, {units:,.0f} a year of an "
        "article, come back at {unit:,.2f} {currency}: price, freight and handling. Starting assumption, please "
        "review.",
        answer=ANSWER[0],
        all=ANSWER[1],
        short=FIELD[0],
        long=FIELD[1],
        units=case.article_units,
        unit=unit,
        currency=case.trade.currency,
    )
    severity = Capped(product(field, answer, scale=yearly), FIELD[1] * yearly)
    rate = _rate(case, RECALLED, case.history.recalls)
    yield entry("quality.recall", Sentence("Recall of a product"), rate, severity, cost, LOADINGS)


def _rate(case: QualityCase, an_article: tuple[float, float], events: int | None) -> Believed:
    articles = max(case.trade.skus, 1)
    return Believed(an_article[0] * articles, an_article[1] * articles, events, case.trade.years)
