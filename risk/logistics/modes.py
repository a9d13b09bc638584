"""Which mode of transport pays: cost of a parcel at its door against how long the slow ones take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, not_negative, positive, vector

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Mode:
    """A way to send parcels: freight, lead times in days (observed or simulated, shape (parcels,)), share lost."""

    name: str
    freight_per_kg: float
    days: Floats
    freight_per_parcel: float = 0.0
    lost: float = 0.0

    def __post_init__(self) -> None:
        not_negative("freight_per_kg", self.freight_per_kg)
        not_negative("freight_per_parcel", self.freight_per_parcel)
        if not 0 <= self.lost < 1:
            raise InputError("the share lost is {lost}: it must be at least 0 and below 1", lost=self.lost)
        days = vector("days", self.days)
        if (days < 0).any():
            raise InputError("a lead time of {name} is below 0 days", name=self.name)
        object.__setattr__(self, "days", days)

    @property
    def mean_days(self) -> float:
        """Mean lead time."""
        return float(self.days.mean())


@dataclass(frozen=True)
class Parcel:
    """What is sent: value and weight of a parcel, and what time costs it.

    `day_cost` is the share of the value that a day in transit costs (0.006 to 0.021: Hummels and Schaur, American
    Economic Review 103 (2013)), in which waiting stock and its finance are; `late_cost` what a parcel costs that comes
    after `promised` days.
    """

    value: float
    weight_kg: float
    day_cost: float
    promised: float = inf
    late_cost: float = 0.0

    def __post_init__(self) -> None:
        positive("value", self.value)
        positive("weight_kg", self.weight_kg)
        not_negative("day_cost", self.day_cost)
        not_negative("late_cost", self.late_cost)


def mode_frontier(modes: Sequence[Mode], parcel: Parcel, other_cost: ArrayLike = 0.0) -> pd.DataFrame:
    """What each mode costs a parcel, in the currency of its value, against its slow tail: cheapest first.

    Columns mode, freight, transit (day_cost · value · mean days), losses (lost · (value + freight)), lateness
    (late · late_cost), other (`other_cost`: duty, fees, storage, one or one a mode), cost (their sum), error (its
    Monte Carlo standard error), days, q95 (the lead time that 95 % keep, inverted_cdf), late (share after the promise),
    efficient: no other mode is both as cheap and as fast, and better in one.
    """
    rows = [_costs(mode, parcel) for mode in modes]
    if not rows:
        raise InputError("there is no mode to compare")
    found = pd.DataFrame(rows).assign(other=np.broadcast_to(np.asarray(other_cost, float), (len(rows),)))
    parts = ["freight", "transit", "losses", "lateness", "other"]
    found.insert(1, "cost", found[parts].sum(axis=1))
    found["efficient"] = efficient(found["cost"], found["q95"])
    return found.sort_values(["cost", "q95"], ignore_index=True, kind="stable")


def efficient(cost: ArrayLike, risk: ArrayLike) -> NDArray[np.bool_]:
    """Which choices no other one beats: as good in both and better in one."""
    first, second = np.asarray(cost, float), np.asarray(risk, float)
    as_good = (first[:, None] <= first) & (second[:, None] <= second)
    better = (first[:, None] < first) | (second[:, None] < second)
    return np.asarray(~(as_good & better).any(axis=0))


def breakeven_value_density(fast: Mode, slow: Mode, day_cost: float, weight_kg: float = 1.0) -> float:
    """Value of a kilogram from which on the faster mode is the cheaper one; 0 where it always is, infinite for none.

    Freight saved by the slow mode, over what its longer days and its losses cost each unit of value:
    (f + l f)_fast − (f + l f)_slow over day_cost · (days_slow − days_fast) + lost_slow − lost_fast, where f is the
    freight of a kilogram; `weight_kg` spreads the freight of a parcel.
    """
    weight = positive("weight_kg", weight_kg)
    extra = _freight_per_kg(fast, weight) - _freight_per_kg(slow, weight)
    saved = not_negative("day_cost", day_cost) * (slow.mean_days - fast.mean_days) + slow.lost - fast.lost
    if saved <= 0:
        return inf if extra > 0 or saved < 0 else 0.0
    return max(0.0, extra / saved)


def _freight_per_kg(mode: Mode, weight: float) -> float:
    return (mode.freight_per_kg + mode.freight_per_parcel / weight) * (1 + mode.lost)


def _costs(mode: Mode, parcel: Parcel) -> dict[str, str | float]:
    freight = mode.freight_per_kg * parcel.weight_kg + mode.freight_per_parcel
    late = mode.days > parcel.promised
    each = parcel.day_cost * parcel.value * mode.days + parcel.late_cost * late
    count = mode.days.size
    return {
        "mode": mode.name,
        "freight": freight,
        "transit": parcel.day_cost * parcel.value * mode.mean_days,
        "losses": mode.lost * (parcel.value + freight),
        "lateness": parcel.late_cost * float(late.mean()),
        "error": float(each.std(ddof=1) / np.sqrt(count)) if count > 1 else np.nan,
        "days": mode.mean_days,
        "q95": float(np.quantile(mode.days, 0.95, method="inverted_cdf")),
        "late": float(late.mean()),
    }
