"""Damages recovered for own rights infringed: a gain that comes later, and only perhaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from risk.checks import Sentence, not_negative
from risk.loss.draws import Years
from risk.loss.frequency import share
from risk.loss.severity import Pert

COLUMN = "ip.recovery"
SOURCE = Sentence("What is recovered, how likely and how late are starting assumptions, please review.")


@dataclass(frozen=True)
class Recovery:
    """With a `probability`, a PERT distributed `part` of a year's loss comes back after `delay` years.

    Worth in the year of the loss: part / (1 + `discount`)^delay. Costs of enforcement are in the peril, not here.
    """

    probability: float = 0.25
    part: tuple[float, float, float] = (0.05, 0.20, 0.60)
    delay: float = 2.0
    discount: float = 0.10
    source: Sentence = SOURCE

    def __post_init__(self) -> None:
        share("probability", self.probability)
        not_negative("delay", self.delay)
        not_negative("discount", self.discount)
        for part in self.part:
            share("part", part)

    @property
    def mean(self) -> float:
        """Expected share of a loss that comes back, in money of the year of the loss."""
        return self.probability * Pert(*self.part).mean * self._worth

    def of(self, losses: ArrayLike, rng: Generator) -> NDArray[np.float64]:
        """What comes back of each year's loss, as a negative loss, shape (years,).

        Its random numbers are addressed by the year, as those of perils are.
        """
        losses = np.asarray(losses, dtype=float)
        uniform = Years.of(rng, COLUMN, len(losses))
        part = Pert(*self.part).table(uniform("part"))
        return -losses * np.where(uniform("success") < self.probability, part * self._worth, 0.0)

    @property
    def _worth(self) -> float:
        return float((1 + self.discount) ** -self.delay)
