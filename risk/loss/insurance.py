"""Insurance against one peril: what it pays of each event and of a whole year."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, not_negative
from risk.loss.aggregate import aggregate
from risk.loss.frequency import Frequency, share
from risk.loss.severity import Layer, Scaled, Severity

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Insurance:
    """Cover of `coinsurance` times the part of each event above `deductible`, at most `limit` of it.

    Over a year it pays what these recoveries exceed `aggregate_deductible` by, at most `aggregate_limit`, in the order
    of the events. `premium` is what it costs a year: an annual cost, not a loss. `coinsurance` is the share that the
    insurer pays, as in Klugman, Panjer and Willmot, Loss Models, 4th ed. (2012), section 8.5.
    """

    deductible: float = 0.0
    limit: float = math.inf
    coinsurance: float = 1.0
    aggregate_deductible: float = 0.0
    aggregate_limit: float = math.inf
    premium: float = 0.0

    def __post_init__(self) -> None:
        for name in ("deductible", "aggregate_deductible", "premium"):
            not_negative(name, getattr(self, name))
        for limit in (self.limit, self.aggregate_limit):
            if not limit > 0:
                raise InputError("the limit of the insurance is {limit:,g}, must be above zero", limit=limit)
        if share("coinsurance", self.coinsurance) == 0:
            raise InputError("an insurer that pays no share of a loss insures nothing")

    @property
    def has_aggregate_terms(self) -> bool:
        """Whether what it pays for an event depends on the events before it in the year."""
        return self.aggregate_deductible > 0 or self.aggregate_limit < math.inf

    def event_recovery(self, losses: ArrayLike) -> Floats:
        """What it pays of each event, the aggregate terms left aside."""
        layer = np.minimum(np.maximum(np.asarray(losses, dtype=float) - self.deductible, 0.0), self.limit)
        return self.coinsurance * layer

    def annual_recovery(self, recoveries: ArrayLike) -> Floats:
        """What it pays in a year, of the sum of its events' recoveries."""
        above = np.maximum(np.asarray(recoveries, dtype=float) - self.aggregate_deductible, 0.0)
        return np.minimum(above, self.aggregate_limit)

    def recoveries(self, losses: Floats, years: NDArray[np.int64]) -> Floats:
        """What it pays of each event in the end; events in order, `years` ascending and saying whose each event is."""
        paid = self.event_recovery(losses)
        if not self.has_aggregate_terms or not len(paid):
            return paid
        running = np.cumsum(paid)
        starts = np.flatnonzero(np.diff(years, prepend=years[0] - 1))
        before = np.repeat(running[starts] - paid[starts], np.diff(starts, append=len(years)))
        reached = np.maximum(running - before, paid)
        return self.annual_recovery(reached) - self.annual_recovery(reached - paid)

    def ceded(self, severity: Severity) -> Severity:
        """What it pays of one event, as a severity; the aggregate terms left aside."""
        layer = Layer(severity, self.deductible, self.limit)
        return layer if self.coinsurance == 1 else Scaled(layer, self.coinsurance)

    def expected_recovery(self, frequency: Frequency, severity: Severity) -> float:
        """Mean of what it pays in a year: in closed form, or with aggregate terms by the distribution of the sum."""
        ceded = self.ceded(severity)
        if not self.has_aggregate_terms:
            return frequency.mean * ceded.mean
        total = aggregate(frequency, ceded)
        top = (
            total.mean
            if math.isinf(self.aggregate_limit)
            else total.limited_mean(self.aggregate_deductible + self.aggregate_limit)
        )
        return float(top - total.limited_mean(self.aggregate_deductible))
