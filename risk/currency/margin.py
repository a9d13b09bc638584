"""Deposits and margin calls on forwards: the cash that a hedge ties up before the receipts that it protects arrive.

What a forward loses while rates move is made good by the receipt, but later: until then the bank may ask for cash. A
simulated book is marked at the spot rates of each date, its forward rates keeping today's distance to spot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from risk.checks import InputError, not_negative, positive
from risk.currency.model import CurrencyRisk
from risk.currency.programmes import Ratios, hedge_ratios
from risk.loss.measures import value_at_risk

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ForwardBook:
    """Forwards dealt today in n currencies, each settling at one of m dates; rates are in reporting currency for 1.

    `notional`, `strike` and `carry` have shape (m, n), dates equally far apart by `step` years from today. `notional`
    is in units of each currency, bought positive and sold negative. `carry` is forward over spot for 1 to m dates
    ahead, and `discount` (m,) what 1 of the reporting currency in 1 to m dates is worth; both are those of today.
    """

    notional: Floats
    strike: Floats
    carry: Floats
    discount: Floats
    step: float

    def __post_init__(self) -> None:
        positive("step", self.step)
        shape = np.shape(self.notional)
        for field in ("notional", "strike", "carry", "discount"):
            array = np.array(getattr(self, field), dtype=np.float64)
            if len(shape) != 2 or array.shape != shape[: array.ndim] or not np.isfinite(array).all():
                raise InputError(f"{field} has shape {array.shape}, must be finite numbers for the book's {shape}")
            array.flags.writeable = False
            object.__setattr__(self, field, array)

    @property
    def outstanding(self) -> Floats:
        """Amount dealt that has not settled yet, in reporting currency at its strikes: today and after each date."""
        dealt = (np.abs(self.notional) * self.strike).sum(axis=1)
        left: Floats = np.append(dealt[::-1].cumsum()[::-1], 0.0)
        return left

    def mark_to_market(self, spot_paths: Floats) -> Floats:
        """Value of what has not settled yet, a gain positive: shape (m, paths), at dates 1 to m.

        `spot_paths` has shape (m, paths, n), as `Dynamics.walk` orders it. What settles at a date is no longer in it.
        """
        if spot_paths.ndim != 3 or spot_paths.shape[::2] != self.notional.shape:
            raise InputError(
                f"spot_paths has shape {spot_paths.shape}, must be (dates, paths, currencies) of the book's "
                f"{self.notional.shape}"
            )
        dates = len(self.notional)
        value = np.zeros(spot_paths.shape[:2])
        for date in range(1, dates):  # nothing is left after the last
            left, ahead = slice(date, None), slice(None, dates - date)
            worth = self.notional[left] * self.discount[ahead, None]
            held, owed = (worth * self.carry[ahead]).sum(axis=0), (worth * self.strike[left]).sum()
            value[date - 1] = spot_paths[date - 1] @ held - owed
        return value


def forward_book(model: CurrencyRisk, discount_rate: float, ratios: Ratios | None = None) -> ForwardBook:
    """The forwards that sell these shares of the model's expected receipts today, months taken as equally long.

    `discount_rate` is the yearly simple rate of the reporting currency.
    """
    shares = model.ratios if ratios is None else hedge_ratios(ratios, model.currencies)
    ahead = np.arange(1, len(model.value_dates) + 1) / 12.0
    return ForwardBook(
        notional=-model.receipts * shares,
        strike=model.forwards,
        carry=model.forwards / model.spot,
        discount=1.0 / (1.0 + discount_rate * ahead),
        step=1.0 / 12.0,
    )


@dataclass(frozen=True)
class MarginTerms:
    """What the bank asks for: a `deposit` for every deal, and cash once the book has lost more than a `threshold`.

    `deposit` is a share of the amount dealt, returned as deals settle. A bank's credit support leaves the threshold
    uncovered and asks for the loss beyond it; brokers of small companies ask for the `whole_loss` once it is crossed.
    Cash moves, either way, only by `minimum_transfer` or more. Both amounts are in the reporting currency, for the book
    as a whole. `interest` is what a year costs on cash tied up: what the company pays for its credit less what the bank
    pays on it.
    """

    deposit: float
    threshold: float
    minimum_transfer: float
    interest: float
    whole_loss: bool = False

    def __post_init__(self) -> None:
        if not 0.0 <= self.deposit <= 1.0:
            raise InputError("A deposit is a share of the amount dealt, from 0 % to 100 %.")
        for field in ("threshold", "minimum_transfer", "interest"):
            not_negative(field, getattr(self, field))

    def due(self, value: Floats) -> Floats:
        """Cash that a book of this value must be covered by, the deposit left aside."""
        kept = 0.0 if self.whole_loss else self.threshold
        return np.where(-value > self.threshold, -value - kept, 0.0)


@dataclass(frozen=True, eq=False)
class MarginPaths:
    """Cash that a book ties up along simulated paths, in reporting currency.

    `calls` (m, paths) is asked for at dates 1 to m, negative where returned, the deposit left aside. `tied_up`
    (m + 1, paths) is deposit and margin together, today and after each date. `interest` (paths,) is what that costs.
    """

    calls: Floats
    tied_up: Floats
    interest: Floats

    @property
    def peak(self) -> Floats:
        """The most cash tied up at any date, by path: the liquidity that the hedge needs."""
        highest: Floats = self.tied_up.max(axis=0)
        return highest

    def peak_quantile(self, level: float) -> float:
        """Liquidity that is enough on the share `level` of the paths: a lower quantile, never interpolated."""
        return value_at_risk(self.peak, level)

    def by_date(self, level: float) -> pd.DataFrame:
        """Calls and cash by date: index date (1 to m); columns called, mean_call, tied_up, tied_up_quantile.

        called is the share of paths with a call, mean_call what these are asked for on average, 0 where none is.
        """
        asked = np.maximum(self.calls, 0.0)
        called = (asked > 0).mean(axis=1)
        mean = np.divide(asked.mean(axis=1), called, out=np.zeros_like(called), where=called > 0)
        return pd.DataFrame(
            {
                "called": called,
                "mean_call": mean,
                "tied_up": self.tied_up[1:].mean(axis=1),
                "tied_up_quantile": [value_at_risk(row, level) for row in self.tied_up[1:]],
            },
            index=pd.RangeIndex(1, len(self.calls) + 1, name="date"),
        )


def margin_calls(book: ForwardBook, spot_paths: Floats, terms: MarginTerms) -> MarginPaths:
    """Deposits and margin calls of the book along paths of spot rates, shape (m, paths, n).

    With the last deal everything is returned, however little. Interest runs from each date to the next.
    """
    value = book.mark_to_market(spot_paths)
    outstanding = book.outstanding
    calls, tied_up = np.empty_like(value), np.empty((len(value) + 1, value.shape[1]))
    held = np.zeros(value.shape[1])
    tied_up[0] = terms.deposit * outstanding[0]
    for date, (worth, left) in enumerate(zip(value, outstanding[1:], strict=True)):
        wanted = terms.due(worth) - held
        least = terms.minimum_transfer if left > 0 else 0.0
        calls[date] = np.where(np.abs(wanted) >= least, wanted, 0.0)
        held += calls[date]
        tied_up[date + 1] = terms.deposit * left + held
    return MarginPaths(calls, tied_up, tied_up[:-1].sum(axis=0) * terms.interest * book.step)


def simulate_margin(
    model: CurrencyRisk,
    years: int,
    rng: Generator,
    terms: MarginTerms,
    discount_rate: float,
    ratios: Ratios | None = None,
) -> MarginPaths:
    """Margin calls over simulated years of the model, marked at its month ends, for `forward_book` at these ratios.

    The rates are those of `CurrencyRisk.simulate` with the same years and seed.
    """
    book = forward_book(model, discount_rate, ratios)
    blocks = [margin_calls(book, rates, terms) for _, rates, _ in model.months(years, rng)]
    return MarginPaths(
        np.concatenate([block.calls for block in blocks], axis=1),
        np.concatenate([block.tied_up for block in blocks], axis=1),
        np.concatenate([block.interest for block in blocks]),
    )
