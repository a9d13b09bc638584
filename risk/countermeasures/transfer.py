"""Measures that change a whole model: forward contracts, and insurance whose premium follows from what it pays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from risk.checks import InputError, Sentence, not_negative
from risk.countermeasures.case import Case, price
from risk.currency.hedging import hedged_share
from risk.currency.model import CurrencyRisk
from risk.loss.countermeasures import Countermeasure
from risk.loss.insurance import Insurance
from risk.loss.model import RiskModel
from risk.loss.perils import Peril
from risk.loss.register import FamilyRisk

SOLD_FORWARD = 0.5  # of the expected receipts of a currency, until its owner says another share
DEALING = 500  # USD a year for the account, the deals and the books
LOADING = 0.5  # of the expected payout, for the insurer's expenses, commission, tax and profit
CARGO = ("logistics.loss",)
BORNE, TIMES = 0.5, 10.0  # of an ordinary year's loss: borne oneself, and the most that is paid
LIABILITY = ("quality.recall", "legal.lawsuit")
EXCESS, MOST = 0.005, 1.0  # of a year's sales: borne of each event, and the most that is paid of it

PREMIUM = Sentence(
    "Cost: the expected payout and {loading:.0%} of it for the insurer; terms and loading are starting assumptions, "
    "please review.",
    loading=LOADING,
)


def forwards(case: Case, currency: CurrencyRisk | None, hedge: Mapping[str, float]) -> Iterator[Countermeasure]:
    """Expected receipts sold forward, by default half of each currency, where the model hedges less.

    Forward points and dealing spread are losses of the model: the annual cost is the work alone.
    """
    if currency is None:
        return
    shares = {code: hedge.get(code, SOLD_FORWARD) for code in currency.currencies}
    if (currency.ratios >= np.array(list(shares.values()))).all():
        return
    source = Sentence(
        "Sells {share:.0%} of the expected receipts forward, as set on the page on hedging, which finds a better "
        "share. Forward points and dealing spread are in the loss with the measure, not in its cost: expected loss may "
        "rise for bad years to fall. Cost: {cost:,.0f} {currency} a year of work, a starting assumption, please "
        "review.",
        share=hedged_share(currency, shares),
        cost=case.amounts.of(DEALING, "USD"),
        currency=case.amounts.currency,
    )
    change = partial(sold_forward, tuple(shares.values()))
    changes: Mapping[str, Callable[[RiskModel], RiskModel]] = {currency.name: change}
    title, cost = Sentence("Forward contracts"), case.amounts.of(DEALING, "USD")
    yield Countermeasure("forwards", title, cost, changes=changes, source=source)


def sold_forward(shares: Sequence[float], model: RiskModel) -> RiskModel:
    """The currency model with at least these shares of its currencies, in their order, sold forward."""
    if not isinstance(model, CurrencyRisk):
        raise InputError(f"only a currency model is hedged, not {model.name}")
    return model.hedged(np.maximum(model.ratios, shares))


def cargo_insurance(case: Case) -> Iterator[Countermeasure]:
    """Cover of a year's parcels lost or damaged, above half of an ordinary year and up to ten of them.

    The deductible is one of the year: an event of the peril may stand for several parcels.
    """
    covers = {
        key: Insurance(aggregate_deductible=BORNE * peril.mean, aggregate_limit=TIMES * peril.mean)
        for key, peril in insurable(case, CARGO).items()
        if peril.mean > 0
    }
    if not covers:
        return
    rate, terms = price("cargo_rate"), next(iter(covers.values()))
    source = Sentence(
        "Pays what losses of a year exceed {deductible:,.0f} {currency} by, at most {limit:,.0f}. {premium} For "
        "comparison: forwarders speak of {low:g} % to {high:g} % of the value insured ({source}, as of "
        "{as_of:%Y-%m-%d}).",
        deductible=terms.aggregate_deductible,
        limit=terms.aggregate_limit,
        currency=case.amounts.currency,
        premium=PREMIUM,
        low=rate["low"],
        high=rate["high"],
        source=rate["source"],
        as_of=rate["as_of"],
    )
    yield _insurance(case, "cargo_insurance", Sentence("Cargo insurance"), covers, source)


def liability_insurance(case: Case) -> Iterator[Countermeasure]:
    """Cover of each recall and each lawsuit, above half a per cent of a year's sales and up to a year's sales."""
    sales = case.trade.turnover
    perils = insurable(case, LIABILITY)
    if not (sales > 0 and perils):
        return
    cover = Insurance(deductible=EXCESS * sales, limit=MOST * sales)
    source = Sentence(
        "Pays what a recall or lawsuit costs above {deductible:,.0f} {currency}, at most {limit:,.0f}. {premium}",
        deductible=cover.deductible,
        limit=cover.limit,
        currency=case.amounts.currency,
        premium=PREMIUM,
    )
    title = Sentence("Product liability and recall insurance")
    yield _insurance(case, "liability_insurance", title, dict.fromkeys(perils, cover), source)


def _insurance(
    case: Case, key: str, title: Sentence, covers: Mapping[str, Insurance], source: Sentence
) -> Countermeasure:
    perils = insurable(case, tuple(covers))
    cost = sum(premium(perils[name], cover) for name, cover in covers.items())
    changes = {
        family.name: partial(insured, covers)
        for family in case.families
        if any(entry.key in covers for entry in family.entries)
    }
    return Countermeasure(key, title, cost, changes=changes, source=source)


def premium(peril: Peril, cover: Insurance, loading: float = LOADING) -> float:
    """Expected payout of a year x (1 + loading)."""
    payout = cover.expected_recovery(peril.frequency.thinned(peril.keep), peril.severity)
    return payout * (1 + not_negative("loading", loading))


def insured(covers: Mapping[str, Insurance], model: RiskModel) -> RiskModel:
    """The family with these covers by peril."""
    if not isinstance(model, FamilyRisk):
        raise InputError(f"only a family of the register is insured, not {model.name}")
    for key, cover in covers.items():
        model = model.changed(partial(Peril.insured, insurance=cover), {key})
    return model


def insurable(case: Case, keys: tuple[str, ...]) -> dict[str, Peril]:
    """Those of the perils that the register has and that are not insured yet."""
    perils = (entry.peril for family in case.families for entry in family.entries)
    return {peril.name: peril for peril in perils if peril.name in keys and peril.insurance is None}
