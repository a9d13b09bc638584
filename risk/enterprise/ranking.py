"""Counter-measures by what they return, and the best set of them under a budget.

All comparisons use common random numbers: the same years, good and bad, with and without a measure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from risk.checks import InputError, not_negative
from risk.enterprise.model import Enterprise
from risk.loss.countermeasures import Countermeasure
from risk.loss.measures import expected_loss, expected_shortfall, standard_error, value_at_risk
from risk.loss.model import RiskModel
from risk.loss.register import FamilyRisk
from risk.loss.streams import spawn
from risk.loss.table import YearLossTable

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

DRAWS = 10_000  # of the effects, for the probability that a measure pays
MOST = 16  # measures of which every set is tried


@dataclass(frozen=True, eq=False)
class SameYears:
    """The years of an enterprise without measures, to set beside the same years with some of them."""

    enterprise: Enterprise
    years: int
    rng: Generator
    orders: Mapping[str, Places]
    before: YearLossTable

    @classmethod
    def of(cls, enterprise: Enterprise, years: int, rng: Generator) -> SameYears:
        """The years as this generator draws them."""
        before, orders = enterprise.simulate_with_orders(years, rng)
        return cls(enterprise, years, rng, orders, before)

    @property
    def means(self) -> dict[str, float]:
        """Expected loss by driver, without measures."""
        return {name: float(mean) for name, mean in zip(self.before.drivers, self.before.losses.mean(0), strict=True)}

    def table(self, measures: Sequence[Countermeasure]) -> YearLossTable:
        """The years with these measures, without their largest events: what is left alone is not simulated again."""
        after = with_measures(self.enterprise, measures).models
        changed = [_changed(old, new) for old, new in zip(self.enterprise.models, after, strict=True) if new is not old]
        if not changed:
            return self.before
        table = replace(self.enterprise, models=tuple(changed)).simulate(self.years, self.rng, self.orders)
        losses = np.array(self.before.losses)  # not copy(), which would change the order of summation
        losses[:, [self.before.drivers.index(driver) for driver in table.drivers]] = table.losses
        return YearLossTable(losses, self.before.drivers, self.before.currency)

    def total(self, measures: Sequence[Countermeasure]) -> Floats:
        """Loss of each year with these measures, shape (years,)."""
        return self.table(measures).total


def _changed(old: RiskModel, new: RiskModel) -> RiskModel:
    """The entries of a family that differ, where nothing else does: each peril has its years for itself."""
    if not (isinstance(old, FamilyRisk) and isinstance(new, FamilyRisk) and replace(new, entries=old.entries) == old):
        return new
    same = {id(entry) for entry in old.entries}
    return replace(new, entries=tuple(entry for entry in new.entries if id(entry) not in same))


def rank(
    enterprise: Enterprise,
    measures: Sequence[Countermeasure],
    years: int,
    rng: Generator,
    level: float = 0.95,
    *,
    same: SameYears | None = None,
) -> pd.DataFrame:
    """One row a measure, best first; index key. Losses are yearly and in the enterprise's currency.

    Columns: title, annual_cost; loss_avoided (expected loss without less with the measure at its expected effect),
    shortfall_avoided (expected shortfall at `level`), and their Monte Carlo standard errors loss_avoided_error and
    shortfall_avoided_error; net_benefit = loss_avoided - annual_cost; shortfall_net_benefit = shortfall_avoided -
    annual_cost; return_on_cost = net_benefit / annual_cost; low, high: 90 % interval of the net benefit over the
    uncertainty of the effects; pays: probability that it is above zero. A change of a whole model (hedge, insurance) is
    taken as certain. `same` are these years, where they have been simulated already.
    """
    import pandas as pd

    same = same or SameYears.of(enterprise, years, rng)
    means = same.means
    rows = [
        _row(measure, same.before.total, same.total([measure]), _surprises(measure, means, rng), level)
        for measure in measures
    ]
    frame = pd.DataFrame(rows, index=pd.Index([measure.key for measure in measures], name="key"))
    return frame.sort_values("net_benefit", ascending=False, kind="stable")


def with_measures(enterprise: Enterprise, measures: Sequence[Countermeasure]) -> Enterprise:
    """The enterprise with all measures in place."""
    models = list(enterprise.models)
    for measure in measures:
        models = [measure.applied(model) for model in models]
    return enterprise.with_models(models)


def _surprises(measure: Countermeasure, means: dict[str, float], rng: Generator) -> Floats:
    """How far drawn effects avoid more or less than the expected effects do, shape (DRAWS,)."""
    drawn = measure.draw_avoided(means, DRAWS, spawn(rng, "effects"))
    return drawn - joint_effect([measure], means)


def _row(measure: Countermeasure, before: Floats, after: Floats, surprises: Floats, level: float) -> dict[str, object]:
    avoided, cost = before - after, measure.annual_cost
    benefit = float(avoided.mean()) - cost
    shortfall, shortfall_error = _shortfall_avoided(before, after, level)
    low, high = np.quantile(benefit + surprises, [0.05, 0.95])
    return {
        "title": str(measure.title),
        "annual_cost": cost,
        "loss_avoided": float(avoided.mean()),
        "loss_avoided_error": standard_error(avoided, "mean"),
        "shortfall_avoided": shortfall,
        "shortfall_avoided_error": shortfall_error,
        "net_benefit": benefit,
        "shortfall_net_benefit": shortfall - cost,
        "return_on_cost": benefit / cost if cost > 0 else np.inf,
        "low": float(low),
        "high": float(high),
        "pays": float((benefit + surprises > 0).mean()),
    }


def _shortfall_avoided(before: Floats, after: Floats, level: float) -> tuple[float, float]:
    """Expected shortfall without less with, and its standard error.

    That is the one of the mean difference of (L - VaR)⁺ / (1 - level) in the same years, as in `standard_error`.
    """
    parts = [np.maximum(losses - value_at_risk(losses, level), 0.0) / (1.0 - level) for losses in (before, after)]
    avoided = expected_shortfall(before, level) - expected_shortfall(after, level)
    return avoided, standard_error(parts[0] - parts[1], "mean")


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
    *,
    same: SameYears | None = None,
) -> BestSet:
    """The set of measures with the highest net benefit on expected loss that costs at most `budget` a year.

    Every affordable set of up to 16 measures is tried. Effects overlap as 1 - Π(1 - e) by peril, which gives the
    expected loss of a set in closed form; changes of whole models (hedge, insurance) add what each avoids alone. What
    is returned is the winner simulated as a whole. `same` as in `rank`.
    """
    not_negative("budget", budget)
    if len(measures) > MOST:
        raise InputError(
            "{count} measures are too many to try every set; choose {most}.", count=len(measures), most=MOST
        )
    same = same or SameYears.of(enterprise, years, rng)
    before, means = same.before.total, same.means
    changes = [
        float((before - same.total([measure])).mean()) - joint_effect([measure], means) if measure.changes else 0.0
        for measure in measures
    ]
    winner = [measures[place] for place in best_places(measures, means, changes, budget)]
    after, cost = same.total(winner), sum(measure.annual_cost for measure in winner)
    avoided = expected_loss(before) - expected_loss(after)
    shortfall = expected_shortfall(before, level) - expected_shortfall(after, level)
    return BestSet(tuple(measure.key for measure in winner), cost, avoided, shortfall, avoided - cost)


def best_places(
    measures: Sequence[Countermeasure], means: Mapping[str, float], changes: Sequence[float], budget: float
) -> list[int]:
    """Places of the affordable set that promises most, of alike ones the smallest; bit k of a set is measure k."""
    kept, cost, changed, size = np.ones((1, len(means))), np.zeros(1), np.zeros(1), np.zeros(1, dtype=np.int64)
    for measure, change in zip(measures, changes, strict=True):
        shares = [measure.effects[key].kept_loss if key in measure.effects else 1.0 for key in means]
        kept = np.vstack([kept, kept * shares])
        cost, changed = np.append(cost, cost + measure.annual_cost), np.append(changed, changed + change)
        size = np.append(size, size + 1)
    promise = (1.0 - kept) @ np.array(list(means.values())) + changed - cost
    promise[cost > budget] = -np.inf
    alike = np.flatnonzero(promise >= promise.max() - 1e-9 * np.abs(list(means.values())).sum())
    best = int(alike[np.argmin(size[alike])])
    return [place for place in range(len(measures)) if best >> place & 1]


def joint_effect(measures: Sequence[Countermeasure], means: Mapping[str, float]) -> float:
    """Expected loss that the effects of all measures together avoid, out of the expected loss by peril key."""
    kept = dict.fromkeys(means, 1.0)
    for measure in measures:
        for key, effect in measure.effects.items():
            if key in kept:
                kept[key] *= effect.kept_loss
    return sum(means[key] * (1.0 - share) for key, share in kept.items())
