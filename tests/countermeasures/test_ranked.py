"""The catalogue ranked over all families: what is simulated again is what changed, and nothing else moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from risk.countermeasures import catalogue
from risk.currency.model import CurrencyRisk
from risk.enterprise import Enterprise, best_set, rank
from risk.enterprise.ranking import SameYears, with_measures
from risk.ip import IpRisk
from risk.loss.countermeasures import Countermeasure
from risk.loss.register import FamilyRisk
from risk.trade import Trade

Families = Callable[..., tuple[FamilyRisk, ...]]
YEARS = 1_500


def test_every_measure_meets_the_same_years_as_if_all_families_were_simulated_again(
    families: Families, sold: Trade, fx: Mapping[str, float], currency: CurrencyRisk
) -> None:
    """Bit for bit, for each measure alone and all together; the recovery of stolen sales follows its peril."""
    models = families(sold)
    base, rng = Enterprise((*models, currency), "EUR"), np.random.default_rng(8)
    measures = catalogue(models, sold, fx, currency, "CN")
    same = SameYears.of(base, YEARS, rng)
    for chosen in ([], *([measure] for measure in measures), list(measures)):
        assert (same.total(chosen) == with_measures(base, chosen).simulate(YEARS, rng).total).all()


def without_recovery(model: FamilyRisk) -> FamilyRisk:
    assert isinstance(model, IpRisk)
    return replace(model, recovery=replace(model.recovery, probability=0.0))


def test_a_change_of_the_family_itself_is_simulated_as_a_whole(families: Families, sold: Trade) -> None:
    base, rng = Enterprise(families(sold), "EUR"), np.random.default_rng(8)
    measure = Countermeasure("x", "X", 0.0, changes={"ip": without_recovery})
    same = SameYears.of(base, YEARS, rng)
    assert (same.total([measure]) == with_measures(base, [measure]).simulate(YEARS, rng).total).all()
    assert same.total([measure]).sum() > same.before.total.sum()


def test_the_catalogue_is_ranked_and_a_larger_budget_never_buys_less(
    families: Families, sold: Trade, fx: Mapping[str, float], currency: CurrencyRisk
) -> None:
    models = families(sold)
    measures = catalogue(models, sold, fx, currency, "CN")
    base = Enterprise((*models, currency), "EUR")
    ranked = rank(base, measures, YEARS, np.random.default_rng(8))
    assert set(ranked.index) == {measure.key for measure in measures}
    assert ranked["net_benefit"].is_monotonic_decreasing
    assert (ranked["shortfall_avoided_error"] > 0).all()
    bought = [best_set(base, measures, budget, YEARS, np.random.default_rng(8)) for budget in (2_000.0, 8_000.0, 1e6)]
    assert all(found.annual_cost <= budget for found, budget in zip(bought, (2_000.0, 8_000.0, 1e6), strict=True))
    assert bought[0].net_benefit < bought[1].net_benefit <= bought[2].net_benefit + 1e-6
