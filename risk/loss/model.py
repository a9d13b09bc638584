"""What a risk model and a mitigation are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, runtime_checkable

from numpy.random import Generator

from risk.checks import not_negative
from risk.loss.table import YearLossTable


@runtime_checkable
class RiskModel(Protocol):
    """Assumptions that can be simulated: a frozen dataclass whose fields are the assumptions."""

    @property
    def name(self) -> str:
        """Name of the model; keys its random streams."""
        ...

    def simulate(self, years: int, rng: Generator) -> YearLossTable:
        """Year loss table of `years` rows; the same `rng` seed gives the same table."""
        ...


M = TypeVar("M", bound=RiskModel)


@dataclass(frozen=True)
class Mitigation(Generic[M]):
    """A counter-measure: a function from a model to a better model, and what it costs a year.

    `annual_cost` is in the reporting currency and not part of the losses that the better model simulates.
    """

    name: str
    annual_cost: float
    apply: Callable[[M], M]

    def __post_init__(self) -> None:
        not_negative("annual_cost", self.annual_cost)

    def __call__(self, model: M) -> M:
        """The model with the counter-measure in place."""
        return self.apply(model)
