"""Currency risk of a year: receipts that are uncertain, at rates that are, against the rates of the budget."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from risk.checks import InputError, Sentence, at_least, currency_code, not_negative
from risk.currency.legs import Legs, frontier
from risk.currency.paths import Dynamics
from risk.currency.programmes import Ratios, hedge_ratios
from risk.loss.model import Mitigation
from risk.loss.streams import spawn
from risk.loss.table import YearLossTable

__all__ = ["CurrencyRisk", "Legs", "forward_deals", "frontier", "hedge_mitigation"]

Floats = NDArray[np.float64]

BLOCK = 2500  # years walked together: their state stays in the processor's cache


@dataclass(frozen=True, eq=False)
class CurrencyRisk:
    """Receipts of n currencies in m months ahead, their rates, and a static forward hedge.

    A year's loss in a currency is Σ Q (B - S) - h Σ E[Q] (F - S) + h c Σ |E[Q]| F over the months: receipts Q at the
    spot rate S of their value date instead of the budget rate B, a forward sale of the share h of what is expected at
    F, and a dealing spread c. Q and S are independent. S is a fair game from today's spot: the forward points are then
    the expected gain or cost of a hedge. Rates are reporting-currency units for 1 unit of the currency.
    """

    reporting: str
    currencies: tuple[str, ...]
    receipts: Floats  # (m, n) expected, in units of each currency; payments negative
    covariance: Floats  # (n, m, m) of the forecast errors
    budget: Floats  # (n,) rates
    spot: Floats  # (n,)
    forwards: Floats  # (m, n)
    dynamics: Dynamics
    value_dates: tuple[dt.date, ...]  # (m,)
    fixing_days: tuple[int, ...]  # (m,) trading days until the value dates
    ratios: Floats  # (n,) shares of the expected receipts sold forward
    spread: float = 0.0  # of the amount dealt
    name: str = "currency"
    notes: tuple[Sentence, ...] = ()

    def __post_init__(self) -> None:
        currency_code("reporting", self.reporting)
        not_negative("spread", self.spread)
        months, n = len(self.value_dates), len(self.currencies)
        object.__setattr__(self, "ratios", hedge_ratios(self.ratios, self.currencies))
        shapes = {"budget": (n,), "spot": (n,), "receipts": (months, n), "forwards": (months, n), "ratios": (n,)}
        for field, shape in {**shapes, "covariance": (n, months, months)}.items():
            _freeze(self, field, shape)
        if len(self.fixing_days) != months or list(self.fixing_days) != sorted(self.fixing_days):
            raise InputError(f"fixing_days == {self.fixing_days}, must be one a month, ascending")
        if self.dynamics.rows.shape[1] != n or min(self.fixing_days) < 1:
            raise InputError("dynamics must move each of the currencies, and fixing_days begin at 1")

    @property
    def sd(self) -> Floats:
        """Standard deviation of each month's receipts, shape (m, n)."""
        return np.sqrt(np.diagonal(self.covariance, axis1=1, axis2=2)).T

    @property
    def month_starts(self) -> pd.DatetimeIndex:
        """First day of each month ahead."""
        return pd.DatetimeIndex([day.replace(day=1) for day in self.value_dates], name="month")

    def simulate(self, years: int, rng: Generator) -> YearLossTable:
        """Losses against the budget rates at the model's own hedge ratios, one driver a currency."""
        return self.legs(years, rng).table()

    def legs(self, years: int, rng: Generator) -> Legs:
        """The simulated years before choosing a hedge; more years from the same seed begin with the same ones."""
        at_least("years", years, 1)
        unhedged, hedge = np.empty((years, len(self.currencies))), np.empty((years, len(self.currencies)))
        for year, rates, quantities in self.months(years, rng):
            unhedged[year] = np.einsum("myn,myn->yn", quantities, self.budget - rates)
            hedge[year] = -np.einsum("mn,myn->yn", self.receipts, self.forwards[:, None] - rates)
        cost = self.spread * (np.abs(self.receipts) * self.forwards).sum(axis=0)
        return Legs(unhedged, hedge, cost, self.currencies, self.reporting, self.ratios)

    def months(self, years: int, rng: Generator) -> Iterator[tuple[slice, Floats, Floats]]:
        """A block of years at a time: which, and the spot rates and receipts of its months, shape (m, block, n)."""
        stream = spawn(rng, self.name)
        blocks = range(0, years, BLOCK)
        for first, rates, quantities in zip(
            blocks, self._rates(years, stream), self._quantities(years, stream), strict=True
        ):
            yield slice(first, first + BLOCK), rates, quantities

    def hedged(self, ratios: Ratios) -> CurrencyRisk:
        """The same receipts with these shares of them sold forward."""
        return replace(self, ratios=hedge_ratios(ratios, self.currencies))

    def _rates(self, years: int, stream: Generator) -> Iterator[Floats]:
        """Spot rates at the value dates, a block of years at a time: shape (m, block, n)."""
        rng = spawn(stream, "rates")
        for first in range(0, years, BLOCK):
            size = min(BLOCK, years - first)
            # A full block is drawn whatever is left, so that the years before are the same for any number of years.
            picks = (pick[:size] for pick in self.dynamics.draw(self.fixing_days[-1], BLOCK, rng))
            yield self.spot * np.exp(self.dynamics.walk(picks, self.fixing_days, martingale=True))

    def _quantities(self, years: int, stream: Generator) -> Iterator[Floats]:
        """Receipts, a block of years at a time: shape (m, block, n); each currency draws from a stream of its own."""
        factors = [_root(block) for block in self.covariance]
        streams = [spawn(stream, "receipts", code) for code in self.currencies]
        for first in range(0, years, BLOCK):
            size = (min(BLOCK, years - first), len(self.value_dates))
            errors = [rng.standard_normal(size) @ root.T for rng, root in zip(streams, factors, strict=True)]
            yield self.receipts[:, None] + np.stack(errors, axis=2).swapaxes(0, 1)


def hedge_mitigation(ratios: Ratios, annual_cost: float = 0.0, name: str = "Forward hedge") -> Mitigation[CurrencyRisk]:
    """Selling these shares of the expected receipts forward; points and spread are in the losses, not in the cost."""
    return Mitigation[CurrencyRisk](name, annual_cost, lambda model: model.hedged(ratios))


def forward_deals(model: CurrencyRisk, ratios: Ratios | None = None) -> pd.DataFrame:
    """The forwards to deal today, one a currency and month.

    Columns: side ("sell" a receipt, "buy" a payment), currency, amount (in it), value_date, forward_rate,
    reporting_currency, reporting_amount (without the dealing spread).
    """
    shares = model.ratios if ratios is None else hedge_ratios(ratios, model.currencies)
    amounts = model.receipts * shares
    month, place = np.nonzero(amounts.T)[::-1]
    amount, rate = amounts[month, place], model.forwards[month, place]
    return pd.DataFrame(
        {
            "side": np.where(amount > 0, "sell", "buy"),
            "currency": [model.currencies[one] for one in place],
            "amount": np.abs(amount),
            "value_date": pd.to_datetime([model.value_dates[one] for one in month]),
            "forward_rate": rate,
            "reporting_currency": model.reporting,
            "reporting_amount": np.abs(amount) * rate,
        }
    )


def _freeze(model: CurrencyRisk, field: str, shape: tuple[int, ...]) -> None:
    array = np.array(getattr(model, field), dtype=np.float64)
    if array.shape != shape or not np.isfinite(array).all():
        raise InputError(f"{field} has shape {array.shape}, must be finite numbers of shape {shape}")
    array.flags.writeable = False
    object.__setattr__(model, field, array)


def _root(covariance: Floats) -> Floats:
    """A matrix R with R Rᵀ = covariance, which may be singular; it moves little when the covariance does."""
    size = float(np.diag(covariance).mean())
    if size == 0.0:
        return np.zeros_like(covariance)
    try:
        root = np.linalg.cholesky(covariance + 1e-10 * size * np.eye(len(covariance)))
    except np.linalg.LinAlgError as error:
        raise InputError("covariance is not that of any receipts: it has a negative eigenvalue") from error
    return np.asarray(root, dtype=np.float64)
