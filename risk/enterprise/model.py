"""The enterprise: families of risk side by side, with common drivers first and a copula for what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from risk.checks import InputError, currency_code
from risk.loss.dependence import (
    Driver,
    block_orders,
    comonotonic,
    driver_strata,
    driver_years,
    independent,
    nearest_correlation,
    permuted,
    rate_factors,
    score_correlation,
)
from risk.loss.measures import expected_loss, expected_shortfall, standard_error, value_at_risk
from risk.loss.model import RiskModel
from risk.loss.register import FamilyRisk
from risk.loss.streams import spawn
from risk.loss.table import YearLossTable, largest_events

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

# What makes a bad year bad for several perils at once. Variance 0.25: the rates of a bad year of a driver (one in
# twenty) are about 1.9 times the usual ones. An expert's choice, shown and editable, since no history tells it.
DRIVERS = tuple(
    Driver(name, 0.25)
    for name in ("trade policy", "FX regime", "platform enforcement", "product-safety incident", "season")
)
STRATA = 2  # bins a driver: years change places only among years of alike drivers


@dataclass(frozen=True, eq=False)
class Enterprise:
    """Families in one currency, with their dependence.

    Common drivers move the rates of all perils that load on them in the same year. `rank_correlation`, a row and a
    column a family in the order of `models`, then holds for what the drivers leave, as a Gaussian or t copula; None is
    no further dependence.
    """

    models: tuple[RiskModel, ...]
    currency: str
    drivers: tuple[Driver, ...] = DRIVERS
    rank_correlation: Floats | None = None
    copula: str = "gaussian"
    degrees: float = 4.0
    name: str = "enterprise"

    def __post_init__(self) -> None:
        currency_code("currency", self.currency)
        names = [model.name for model in self.models]
        if not names or len(set(names)) < len(names):
            raise InputError("an enterprise needs families of different names, got: {names}", names=", ".join(names))

    def simulate(self, years: int, rng: Generator, orders: Mapping[str, Places] | None = None) -> YearLossTable:
        """Year loss table of all families, one column a driver of each, named "family.driver".

        `orders`, those of the enterprise without counter-measures, make the same years meet as there: to compare.
        """
        tables = self._tables(years, rng)
        return self._joined(tables, self._orders(tables, rng) if orders is None else orders)

    def simulate_with_orders(self, years: int, rng: Generator) -> tuple[YearLossTable, dict[str, Places]]:
        """`simulate` and the `orders` that it used, for the price of one."""
        tables = self._tables(years, rng)
        orders = self._orders(tables, rng)
        return self._joined(tables, orders), orders

    def _joined(self, tables: Mapping[str, YearLossTable], orders: Mapping[str, Places]) -> YearLossTable:
        met = {name: permuted(table, orders[name]) if orders else table for name, table in tables.items()}
        return joined(met, self.currency)

    def orders(self, years: int, rng: Generator) -> dict[str, Places]:
        """Which simulated year of each family meets in each year of the enterprise; empty where all stay in place."""
        return self._orders(self._tables(years, rng), rng)

    def _orders(self, tables: Mapping[str, YearLossTable], rng: Generator) -> dict[str, Places]:
        if self.rank_correlation is None:
            return {}
        scores = nearest_correlation(score_correlation(self.rank_correlation), tuple(tables)).matrix
        years = next(iter(tables.values())).years
        strata = driver_strata(driver_years(self.drivers, years, rng), STRATA)
        return block_orders(tables, scores, spawn(rng, self.name), self.copula, self.degrees, strata)

    def _tables(self, years: int, rng: Generator) -> dict[str, YearLossTable]:
        tables = {model.name: self._simulated(model, years, rng) for model in self.models}
        foreign = {table.currency for table in tables.values()} - {self.currency}
        if foreign:
            raise InputError(
                "A family is in {found}, the enterprise in {currency}.", found=min(foreign), currency=self.currency
            )
        return tables

    def with_models(self, models: Sequence[RiskModel]) -> Enterprise:
        """The enterprise with the models of the same names replaced."""
        new = {model.name: model for model in models}
        return replace(self, models=tuple(new.get(model.name, model) for model in self.models))

    def _simulated(self, model: RiskModel, years: int, rng: Generator) -> YearLossTable:
        if not isinstance(model, FamilyRisk):
            return model.simulate(years, rng)
        return model.simulate(years, rng, self._factors(model, years, rng))

    def _factors(self, family: FamilyRisk, years: int, rng: Generator) -> Floats | None:
        loadings = np.array(
            [[entry.loadings.get(driver.name, 0.0) for driver in self.drivers] for entry in family.entries]
        )
        return rate_factors(self.drivers, loadings, years, rng) if loadings.any() else None


def joined(tables: Mapping[str, YearLossTable], currency: str) -> YearLossTable:
    """The tables of families side by side, each driver named "family.driver"."""
    drivers = tuple(_full(family, driver) for family, table in tables.items() for driver in table.drivers)
    losses = np.hstack([table.losses for table in tables.values()])
    return YearLossTable(losses, drivers, currency, largest_events(tables.values()))


def _full(family: str, driver: str) -> str:
    return driver if driver.startswith(f"{family}.") else f"{family}.{driver}"


def family_table(table: YearLossTable) -> YearLossTable:
    """The table of an enterprise with one column a family."""
    families = list(dict.fromkeys(driver.split(".", 1)[0] for driver in table.drivers))
    whose = [families.index(driver.split(".", 1)[0]) for driver in table.drivers]
    losses = np.zeros((table.years, len(families)))
    np.add.at(losses.T, whose, table.losses.T)
    return YearLossTable(losses, tuple(families), table.currency, table.largest)


def dependence_range(table: YearLossTable, level: float, rng: Generator) -> pd.DataFrame:
    """What dependence between the families can do: index independent, elicited, comonotonic.

    Columns loss, var, es and their standard errors loss_error, var_error, es_error. The losses of each family are the
    same in all three.
    """
    import pandas as pd

    families = family_table(table)
    cases = {
        "independent": independent(families, rng),
        "elicited": families,
        "comonotonic": comonotonic(families, rng),
    }
    return pd.DataFrame.from_dict({name: _measures(case.total, level) for name, case in cases.items()}, orient="index")


def _measures(losses: Floats, level: float) -> dict[str, float]:
    return {
        "loss": expected_loss(losses),
        "var": value_at_risk(losses, level),
        "es": expected_shortfall(losses, level),
        "loss_error": standard_error(losses, "mean"),
        "var_error": standard_error(losses, "var", level),
        "es_error": standard_error(losses, "es", level),
    }
