"""The year loss table: what every model hands over and every measure takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, currency_code

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class YearLossTable:
    """Simulated years by drivers, in one currency; losses positive, gains negative.

    `losses` has shape (years, drivers) and is made read-only; `drivers` names its columns, each once. `largest` is the
    cost of the largest single event of each year among the drivers that have events, shape (years,), read-only; None
    where none has, as in currency, or where it is not known. Raises InputError when a shape does not fit or a number is
    not finite.
    """

    losses: NDArray[np.float64]
    drivers: tuple[str, ...]
    currency: str
    largest: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "losses", _loss_array(self.losses, self.drivers))
        if self.largest is not None:
            object.__setattr__(self, "largest", _event_array(self.largest, self.years))
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
        import pandas as pd

        return pd.DataFrame(self.losses, columns=list(self.drivers)).rename_axis(index="year")

    def beside(self, *others: YearLossTable) -> YearLossTable:
        """This table and others of the same years and currency as one, year by year."""
        tables = (self, *others)
        if len({(table.years, table.currency) for table in tables}) > 1:
            found = ", ".join(f"{table.years} years in {table.currency}" for table in tables)
            raise InputError(f"tables side by side need the same years and currency, got {found}")
        drivers = tuple(driver for table in tables for driver in table.drivers)
        return YearLossTable(
            np.hstack([table.losses for table in tables]), drivers, self.currency, largest_events(tables)
        )


def largest_events(tables: Iterable[YearLossTable]) -> NDArray[np.float64] | None:
    """The largest single event of each year over tables of the same years; None where none of them has events."""
    known = [table.largest for table in tables if table.largest is not None]
    return np.maximum.reduce(known) if known else None


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


def _event_array(largest: ArrayLike, years: int) -> NDArray[np.float64]:
    array = np.array(largest, dtype=np.float64)
    if array.shape != (years,) or not np.isfinite(array).all():
        raise InputError(f"largest has shape {array.shape}, must hold a finite number for each of {years} years")
    array.flags.writeable = False
    return array
