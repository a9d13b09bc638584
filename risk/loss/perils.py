"""Perils: named causes of loss with a frequency and a severity, and their simulated years.

Random numbers. A peril has three streams, keyed by its name and a purpose: one uniform number a year for the count,
one an event for its cost, one an event for whether a mitigation lets it happen; all are addressed by year and event.
Hence, with the same generator (common random numbers):

- adding, removing, renaming or changing one peril leaves every year of the others as it is;
- year 7 is the same year whether 10 or a million years are simulated;
- a peril thinned to `keep` has the same events less those whose thinning number is `keep` or more, so a stronger
  mitigation removes those that a weaker one removes, and more;
- a changed severity costs every event at the same place of its distribution;
- a changed rate moves each year's count up or down, never both ways, and the events both have are the same.

Frailty. `rate_factors` multiply the rate of each year (mean 1, drawn once for all perils that share a driver): the
count is then the quantile of that year's distribution at the same uniform number, a mixed Poisson distribution. So a
bad year of a driver adds events to the same year, and mitigations are compared over the same good and bad years.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from types import ModuleType
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, at_least
from risk.loss.compound import Sums, year_losses
from risk.loss.draws import Years
from risk.loss.frequency import Frequency, share
from risk.loss.insurance import Insurance
from risk.loss.kernels import compiled_events
from risk.loss.severity import Capped, Scaled, Severity
from risk.loss.table import YearLossTable

Floats = NDArray[np.float64]

BLOCK = 2**14  # years that a thread simulates at a time
MANY = 500_000  # events from which on compiled kernels are worth having


@dataclass(frozen=True)
class Peril:
    """A named cause of loss: events a year, cost of each, the share that mitigations let happen, and the cover.

    Losses are what is left after `insurance`; its premium is a cost, not a loss. `mean` and `variance` are those of a
    year before insurance.
    """

    name: str
    frequency: Frequency
    severity: Severity
    keep: float = 1.0
    insurance: Insurance | None = None

    def __post_init__(self) -> None:
        share("keep", self.keep)

    @property
    def mean(self) -> float:
        """Expected loss of a year before insurance: E[N] · E[X]."""
        return self.frequency.mean * self.keep * self.severity.mean

    @property
    def variance(self) -> float:
        """Variance of the loss of a year before insurance: E[N] · Var[X] + Var[N] · E[X]²."""
        left = self.frequency.thinned(self.keep)
        return left.mean * self.severity.variance + left.variance * self.severity.mean**2

    def thinned(self, keep: float) -> Peril:
        """The peril when each event is prevented unless its own number lies below `keep`; twice multiplies."""
        return replace(self, keep=self.keep * share("keep", keep))

    def scaled(self, factor: float) -> Peril:
        """The peril when each event costs `factor` times as much."""
        return replace(self, severity=Scaled(self.severity, factor))

    def capped(self, maximum: float) -> Peril:
        """The peril when no event costs more than `maximum`."""
        return replace(self, severity=Capped(self.severity, maximum))

    def insured(self, insurance: Insurance) -> Peril:
        """The peril with this cover in place of any it had."""
        return replace(self, insurance=insurance)

    def simulate(self, years: int, rng: Generator, rate_factors: ArrayLike | None = None) -> Floats:
        """Loss of each simulated year, shape (years,)."""
        factors = None if rate_factors is None else np.asarray(rate_factors, dtype=float).reshape(-1, 1)
        return simulate_years([self], years, rng, factors).losses[:, 0]


class SimulatedYears(NamedTuple):
    """Loss of each year and its largest event, each of shape (years, perils)."""

    losses: Floats
    largest: Floats


def simulate_perils(
    perils: Sequence[Peril], years: int, rng: Generator, currency: str, rate_factors: ArrayLike | None = None
) -> YearLossTable:
    """Year loss table with one driver a peril, and the largest event of each year; see `simulate_years`."""
    found = simulate_years(perils, years, rng, rate_factors)
    return YearLossTable(found.losses, tuple(peril.name for peril in perils), currency, found.largest.max(axis=1))


def simulate_years(
    perils: Sequence[Peril],
    years: int,
    rng: Generator,
    rate_factors: ArrayLike | None = None,
    first_year: int = 0,
) -> SimulatedYears:
    """Losses and largest events of the years from `first_year` on, simulated event by event.

    `rate_factors` has shape (years, perils), multiplies each year's rate and should have mean 1. Blocks of years run
    on a thread a processor; the result does not depend on the blocks, so that other machines may take other
    `first_year`s. Memory is that of the result and of a few events a thread.
    """
    at_least("years", years, 1)
    factors = _factors(rate_factors, years, len(perils))
    sums = SimulatedYears(*(np.empty((years, len(perils)), order="F") for _ in range(2)))
    kernels = compiled_events() if years * sum(peril.frequency.mean for peril in perils) > MANY else None

    streams = [Years.of(rng, peril.name, years, first_year) for peril in perils]

    def run(place: int, start: int) -> None:
        rows = slice(start, start + BLOCK)
        block, rates = streams[place][rows], None if factors is None else factors[rows, place]
        found = _block(perils[place], block, rates, kernels)
        sums.losses[rows, place], sums.largest[rows, place] = found

    _everywhere(run, [(place, start) for place in range(len(perils)) for start in range(0, years, BLOCK)])
    return sums


def _block(peril: Peril, years: Years, factors: Floats | None, kernels: ModuleType | None) -> Sums:
    counts = peril.frequency.counts(years, factors, kernels)
    return year_losses(counts, years, peril.severity, peril.keep, peril.insurance, kernels)


def _everywhere(run: Callable[[int, int], None], tasks: list[tuple[int, int]]) -> None:
    if len(tasks) == 1:
        run(*tasks[0])
        return
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(lambda task: run(*task), tasks))


def _factors(factors: ArrayLike | None, years: int, perils: int) -> Floats | None:
    if factors is None:
        return None
    array = np.asarray(factors, dtype=float)
    if array.shape != (years, perils):
        raise InputError(f"rate_factors has shape {array.shape}, must have a row a year and a column a peril")
    if not (np.isfinite(array).all() and (array >= 0).all()):
        raise InputError("rate_factors holds values that are negative or not finite")
    return array
