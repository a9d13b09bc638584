"""The year loss table: what every model hands over and every measure takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, currency_code


@dataclass(frozen=True, eq=False)
class YearLossTable:
    """Simulated years by drivers, in one currency; losses positive, gains negative.

    `losses` has shape (years, drivers) and is made read-only; `drivers` names its columns, each once.
    Raises InputError when the shape does not fit the names or a loss is not a finite number.
    """

    losses: NDArray[np.float64]
    drivers: tuple[str, ...]
    currency: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "losses", _loss_array(self.losses, self.drivers))
        object.__setattr__(self, "currency", currency_code("currency", self.currency))

    @classmethod
    def of(cls, columns: Mapping[str, ArrayLike], currency: str) -> YearLossTable:
        """The table with one column a driver, from arrays of equal length."""
        if not columns:
            raise InputError("columns is empty, must name at least one driver")
        return cls(np.column_stack([np.asarray(column) for column in columns.values()]), tuple(columns), currency)

    @property
    def years(self) -> int:
        """Number of simulated years."""
        return int(self.losses.shape[0])

    @cached_property
    def total(self) -> NDArray[np.float64]:
        """Loss of each year over all drivers, shape (years,)."""
        total: NDArray[np.float64] = self.losses.sum(axis=1)
        total.flags.writeable = False
        return total

    def __getitem__(self, driver: str) -> NDArray[np.float64]:
        """Losses of one driver, shape (years,)."""
        if driver not in self.drivers:
            raise InputError(f"driver == {driver!r}, must be one of {', '.join(self.drivers)}")
        return self.losses[:, self.drivers.index(driver)]

    def frame(self) -> pd.DataFrame:
        """The table as a frame, one column a driver, index = year of the simulation."""
        return pd.DataFrame(self.losses, columns=list(self.drivers)).rename_axis(index="year")

    def beside(self, *others: YearLossTable) -> YearLossTable:
        """This table and others of the same years and currency as one, year by year."""
        tables = (self, *others)
        if len({(table.years, table.currency) for table in tables}) > 1:
            found = ", ".join(f"{table.years} years in {table.currency}" for table in tables)
            raise InputError(f"tables side by side need the same years and currency, got {found}")
        drivers = tuple(driver for table in tables for driver in table.drivers)
        return YearLossTable(np.hstack([table.losses for table in tables]), drivers, self.currency)


def _loss_array(losses: ArrayLike, drivers: tuple[str, ...]) -> NDArray[np.float64]:
    array = np.array(losses, dtype=np.float64)
    if array.ndim != 2 or array.shape[0] == 0 or array.shape[1] != len(drivers):
        raise InputError(f"losses has shape {array.shape}, must be (years, {len(drivers)}) with at least one year")
    if len(set(drivers)) != len(drivers):
        raise InputError(f"drivers == {drivers}, must differ from each other")
    if not np.isfinite(array).all():
        raise InputError("losses holds values that are not finite numbers")
    array.flags.writeable = False
    return array
