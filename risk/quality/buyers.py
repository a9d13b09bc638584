"""What dissatisfied buyers do: reviews that cost sales, payments that they have charged back."""

from __future__ import annotations

from collections.abc import Iterator

from risk.checks import Sentence
from risk.loss.event_trees import Branch
from risk.loss.prefill import Believed, entry
from risk.loss.register import Entry
from risk.loss.severity import Capped, Lognormal
from risk.loss.shares import Share, from_sums, product, share_entry
from risk.loss.updating import update_probability
from risk.quality.case import QualityCase
from risk.reference import FACTS, Facts, marketplace_limits

DAMAGED = (0.05, 1.0)  # times a year that reviews fall so far that sales drop, 90 %: starting assumptions, all three
DROP = (0.01, 0.20)  # of all sales
DURATION = (1 / 12, 0.75)  # years
LOADINGS = {"platform enforcement": 1.0}


def review_damage(case: QualityCase) -> Iterator[Entry]:
    """Drop of sales x duration x margin on a year's sales; at most the margin of a year."""
    yearly = case.margin * case.sales
    if not yearly > 0:
        return
    severity = Capped(product(Lognormal.from_interval(*DROP), Lognormal.from_interval(*DURATION), scale=yearly), yearly)
    cost = Sentence(
        "Cost: margin of {margin:,.0f} {currency} a year on {low:.0%} to {high:.0%} of the sales for {short:.0f} to "
        "{long:.0f} months. Starting assumption, please review.",
        margin=yearly,
        currency=case.trade.currency,
        low=DROP[0],
        high=DROP[1],
        short=12 * DURATION[0],
        long=12 * DURATION[1],
    )
    rate = Believed(*DAMAGED)
    yield entry("quality.review_damage", Sentence("Reviews that cost sales"), rate, severity, cost, LOADINGS)


def chargebacks(case: QualityCase) -> Iterator[Entry]:
    """A payment charged back: lost with the share of the own cases that were, as if one of two had been before them."""
    parcels, history = case.trade.parcels, case.history
    if not parcels or not case.sales:
        return
    lost = update_probability(1, 1, history.charged_lost, history.charged_ended).mean
    amount = from_sums(history.chargebacks or 0, history.charged, history.charged_squares)
    size = case.around(case.sales / parcels) if amount is None else amount
    limit = order_defects(case.facts)
    cost = Sentence(
        "The assumed interval ends at the order defect rate that Amazon allows. Cost: {amount:,.2f} {currency}, lost "
        "in {lost:.0%} of the cases. {own}",
        amount=size.mean,
        currency=case.trade.currency,
        own=Sentence("The amount is an average order, a starting assumption, please review.")
        if amount is None
        else Sentence("The amount is the average of {count:,} of your own.", count=history.chargebacks),
        lost=lost,
    )
    share = Share(limit / 20, limit, history.chargebacks, float(history.orders))
    basis = "expert" if amount is None else "data"
    title = Sentence("Chargebacks")
    yield share_entry("quality.chargebacks", title, share, parcels, Branch(lost, size), cost, LOADINGS, basis)


def order_defects(facts: Facts = FACTS) -> float:
    """Share of defective orders from which on Amazon acts against an account."""
    limits = marketplace_limits(facts)
    return float(limits.loc[limits["metric"] == "order defect rate", "limit"].iloc[0])
