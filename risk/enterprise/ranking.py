"""Counter-measures by what they return, and the best set of them under a budget.

All comparisons use common random numbers: the same years, good and bad, with and without a measure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from risk.checks import InputError, not_negative
from risk.enterprise.model import Enterprise
from risk.loss.countermeasures import Countermeasure
from risk.loss.measures import expected_loss, expected_shortfall, standard_error
from risk.loss.streams import spawn

Floats = NDArray[np.float64]

DRAWS = 10_000  # of the effects, for the probability that a measure pays
MOST = 16  # measures of which every set is tried


def rank(
    enterprise: Enterprise, measures: Sequence[Countermeasure], years: int, rng: Generator, level: float = 0.95
) -> pd.DataFrame:
    """One row a measure, best first; index key. Losses are yearly and in the enterprise's currency.

    Columns: title, annual_cost; loss_avoided and its Monte Carlo standard error loss_avoided_error (expected loss
    without less with the measure at its expected effect); shortfall_avoided (expected shortfall at `level`);
    net_benefit = loss_avoided - annual_cost; return_on_cost = net_benefit / annual_cost; low, high: 90 % interval of
    the net benefit over the uncertainty of the effects; pays: probability that it is above zero. A change of a whole
    model (hedge, insurance) is taken as certain.
    """
    orders = enterprise.orders(years, rng)
    before = enterprise.simulate(years, rng, orders)
    means = {driver: float(mean) for driver, mean in zip(before.drivers, before.losses.mean(axis=0), strict=True)}
    rows = []
    for measure in measures:
        after = with_measures(enterprise, [measure]).simulate(years, rng, orders)
        benefits = _benefits(measure, means, rng)
        rows.append(_row(measure, before.total, after.total, benefits, level))
    frame = pd.DataFrame(rows, index=pd.Index([measure.key for measure in measures], name="key"))
    return frame.sort_values("net_benefit", ascending=False, kind="stable")


def with_measures(enterprise: Enterprise, measures: Sequence[Countermeasure]) -> Enterprise:
    """The enterprise with all measures in place."""
    models = list(enterprise.models)
    for measure in measures:
        models = [measure.applied(model) for model in models]
    return enterprise.with_models(models)


def _benefits(measure: Countermeasure, means: dict[str, float], rng: Generator) -> Floats:
    """How far drawn effects avoid more or less than the expected effects do, shape (DRAWS,)."""
    drawn = measure.draw_avoided(means, DRAWS, spawn(rng, "effects"))
    return drawn - joint_effect([measure], means)


def _row(measure: Countermeasure, before: Floats, after: Floats, surprises: Floats, level: float) -> dict[str, object]:
    avoided, cost = before - after, measure.annual_cost
    benefit = float(avoided.mean()) - cost
    low, high = np.quantile(benefit + surprises, [0.05, 0.95])
    return {
        "title": str(measure.title),
        "annual_cost": cost,
        "loss_avoided": float(avoided.mean()),
        "loss_avoided_error": standard_error(avoided, "mean"),
        "shortfall_avoided": expected_shortfall(before, level) - expected_shortfall(after, level),
        "net_benefit": benefit,
        "return_on_cost": benefit / cost if cost > 0 else np.inf,
        "low": float(low),
        "high": float(high),
        "pays": float((benefit + surprises > 0).mean()),
    }


@dataclass(frozen=True)
class BestSet:
    """The measures to take together: keys, their annual cost, and what they avoid jointly, simulated."""

    keys: tuple[str, ...]
    annual_cost: float
    loss_avoided: float
    shortfall_avoided: float
    net_benefit: float


def best_set(
    enterprise: Enterprise,
    measures: Sequence[Countermeasure],
    budget: float,
    years: int,
    rng: Generator,
    level: float = 0.95,
) -> BestSet:
    """The set of measures with the highest net benefit on expected loss that costs at most `budget` a year.

    Every affordable set of up to 16 measures is tried. Effects overlap as 1 - Π(1 - e) by peril, which gives the
    expected loss of a set in closed form; changes of whole models (hedge, insurance) add what each avoids alone. What
    is returned is the winner simulated as a whole.
    """
    not_negative("budget", budget)
    if len(measures) > MOST:
        raise InputError(
            "{count} measures are too many to try every set; choose {most}.", count=len(measures), most=MOST
        )
    orders = enterprise.orders(years, rng)
    before = enterprise.simulate(years, rng, orders)

    def simulated(chosen: Sequence[Countermeasure]) -> Floats:
        return with_measures(enterprise, chosen).simulate(years, rng, orders).total

    means = {driver: float(mean) for driver, mean in zip(before.drivers, before.losses.mean(axis=0), strict=True)}
    changes = {
        measure.key: float((before.total - simulated([measure])).mean()) - joint_effect([measure], means)
        for measure in measures
        if measure.changes
    }

    def promise(chosen: Sequence[Countermeasure]) -> float:
        changed = sum(changes.get(measure.key, 0.0) for measure in chosen)
        return joint_effect(chosen, means) + changed - _cost(chosen)

    sets = (chosen for size in range(len(measures) + 1) for chosen in combinations(measures, size))
    winner = max((chosen for chosen in sets if _cost(chosen) <= budget), key=promise)
    after = simulated(winner)
    avoided = expected_loss(before.total) - expected_loss(after)
    shortfall = expected_shortfall(before.total, level) - expected_shortfall(after, level)
    keys = tuple(measure.key for measure in winner)
    return BestSet(keys, _cost(winner), avoided, shortfall, avoided - _cost(winner))


def joint_effect(measures: Sequence[Countermeasure], means: Mapping[str, float]) -> float:
    """Expected loss that the effects of all measures together avoid, out of the expected loss by peril key."""
    kept = dict.fromkeys(means, 1.0)
    for measure in measures:
        for key, effect in measure.effects.items():
            if key in kept:
                kept[key] *= effect.kept_loss
    return sum(means[key] * (1.0 - share) for key, share in kept.items())


def _cost(measures: Sequence[Countermeasure]) -> float:
    return sum(measure.annual_cost for measure in measures)
