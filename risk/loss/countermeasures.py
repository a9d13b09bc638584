"""Counter-measures: what each costs, what it takes away from which perils, and how sure that is.

A counter-measure prevents a share of the events of a peril and saves a share of the cost of those that happen. Shares
of several measures combine as 1 - Π(1 - e), so that they never take away more than there is. Each share is PERT
distributed between what its owner holds possible: the estimate itself has an error, and the ranking shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from risk.checks import InputError, not_negative, one_of
from risk.loss.model import Mitigation, RiskModel
from risk.loss.perils import Peril
from risk.loss.register import BASES, FamilyRisk
from risk.loss.severity import Pert
from risk.loss.streams import spawn

Floats = NDArray[np.float64]
Share = tuple[float, float, float]  # least, most likely, most

NOTHING: Share = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Effect:
    """Shares of the events prevented and of the cost saved, each as (low, mode, high)."""

    frequency: Share = NOTHING
    severity: Share = NOTHING

    def __post_init__(self) -> None:
        for low, mode, high in (self.frequency, self.severity):
            if not 0.0 <= low <= mode <= high <= 1.0:
                raise InputError(
                    "The shares {low:g}, {mode:g}, {high:g} must rise and lie between 0 and 1.",
                    low=low,
                    mode=mode,
                    high=high,
                )

    @property
    def kept(self) -> tuple[float, float]:
        """Expected shares of the events and of the cost that are left."""
        return 1.0 - mean_share(self.frequency), 1.0 - mean_share(self.severity)

    @property
    def kept_loss(self) -> float:
        """Expected share of a peril's expected loss that is left."""
        return self.kept[0] * self.kept[1]

    def draw_kept(self, size: int, rng: Generator) -> Floats:
        """Drawn shares of a peril's expected loss that are left, shape (size,)."""
        shares = (draw_share(share, size, rng) for share in (self.frequency, self.severity))
        kept: Floats = np.prod([1.0 - taken for taken in shares], axis=0)
        return kept


@dataclass(frozen=True)
class Countermeasure:
    """A measure with its annual cost in the reporting currency and its effects by peril key.

    `changes` are changes of whole models by the name of the model, for what is no share: a hedge, an insurance.
    `basis` and `source` say whose numbers these are, as in the register.
    """

    key: str
    title: str
    annual_cost: float
    effects: Mapping[str, Effect] = field(default_factory=dict)
    changes: Mapping[str, Callable[[RiskModel], RiskModel]] = field(default_factory=dict)
    basis: str = "expert"
    source: str = ""

    def __post_init__(self) -> None:
        not_negative("annual_cost", self.annual_cost)
        one_of("basis", self.basis, BASES)

    def applied(self, model: RiskModel) -> RiskModel:
        """The model with the measure in place at its expected effect, itself where it is left alone.

        The surviving events are the same ones.
        """
        if isinstance(model, FamilyRisk):
            for entry in model.entries:
                if effect := self.effects.get(entry.key):
                    model = model.changed(partial(weakened, effect=effect), {entry.key})
        change = self.changes.get(model.name)
        return model if change is None else change(model)

    @property
    def mitigation(self) -> Mitigation[RiskModel]:
        """The measure as a function from model to model with its cost."""
        return Mitigation[RiskModel](str(self.title), self.annual_cost, self.applied)

    def draw_avoided(self, means: Mapping[str, float], size: int, rng: Generator) -> Floats:
        """Drawn expected losses that its effects avoid, out of the expected loss by peril key: shape (size,)."""
        avoided = np.zeros(size)
        for key, effect in self.effects.items():
            if key in means:
                avoided += means[key] * (1.0 - effect.draw_kept(size, spawn(rng, self.key, key)))
        return avoided


def weakened(peril: Peril, effect: Effect) -> Peril:
    """The peril with the expected effect of a measure: fewer events, each cheaper."""
    events, cost = effect.kept
    peril = peril.thinned(events) if events < 1.0 else peril
    return peril.scaled(max(cost, 1e-9)) if cost < 1.0 else peril


def mean_share(share: Share) -> float:
    """Expected value of a PERT distributed share."""
    low, mode, high = share
    return low if low == high else Pert(low, mode, high).mean


def draw_share(share: Share, size: int, rng: Generator) -> Floats:
    """Independent draws of a PERT distributed share, shape (size,)."""
    low, mode, high = share
    return np.full(size, low) if low == high else Pert(low, mode, high).draw(size, rng)
