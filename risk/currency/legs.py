"""Years simulated once, hedged in any proportion afterwards: the loss is linear in the hedge ratio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.checks import InputError
from risk.currency.programmes import Ratios, hedge_ratios
from risk.currency.sweep import moments_by_ratio, tails_by_ratio
from risk.loss.table import YearLossTable

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Legs:
    """What a year costs unhedged, and what a hedge of the whole expected receipts adds, by currency.

    `unhedged` and `hedge` have shape (years, currencies), losses positive; `cost` (currencies,) is the dealing spread
    on a hedge ratio of 1. `ratios` are those of the model that made them.
    """

    unhedged: Floats
    hedge: Floats
    cost: Floats
    currencies: tuple[str, ...]
    reporting: str
    ratios: Floats

    def __post_init__(self) -> None:
        shape = self.unhedged.shape
        if self.hedge.shape != shape or self.cost.shape != shape[1:] or len(self.currencies) != shape[1]:
            raise InputError(f"legs of shapes {shape}, {self.hedge.shape} and {self.cost.shape} do not belong together")
        for array in (self.unhedged, self.hedge, self.cost, self.ratios):
            array.flags.writeable = False

    def table(self, ratios: Ratios | None = None) -> YearLossTable:
        """The year loss table at these hedge ratios, one driver a currency; the model's own when left out."""
        shares = self.ratios if ratios is None else hedge_ratios(ratios, self.currencies)
        return YearLossTable(self.unhedged + shares * (self.hedge + self.cost), self.currencies, self.reporting)

    def total(self, ratios: Ratios) -> Floats:
        """Loss of each year over all currencies at these hedge ratios, shape (years,)."""
        shares = hedge_ratios(ratios, self.currencies)
        total: Floats = self.unhedged.sum(axis=1) + self.hedge @ shares + self.cost @ shares
        return total


def frontier(legs: Legs, level: float, ratios: Sequence[float]) -> pd.DataFrame:
    """What each hedge ratio, the same for all currencies, does: index ratio, columns expected_loss, var, es, sd.

    All on the same simulated years, so that differences between ratios carry no simulation noise of their own.
    """
    unhedged, hedge = legs.unhedged.sum(axis=1), legs.hedge.sum(axis=1) + legs.cost.sum()
    mean, sd = moments_by_ratio(unhedged, hedge, ratios)
    var, es = tails_by_ratio(unhedged, hedge, level, ratios)
    columns = {"expected_loss": mean, "var": var, "es": es, "sd": sd}
    return pd.DataFrame(columns, index=pd.Index(list(ratios), name="ratio"))
