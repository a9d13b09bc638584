"""Programmes side by side on the same futures of the model, and what each wants sold by now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from risk.checks import InputError, at_least
from risk.currency.model import CurrencyRisk
from risk.currency.programmes import Known, OptionHedge, Programme, ProgrammeResult, simulate_programme
from risk.currency.rates.returns import YEAR

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Futures:
    """Simulated months ahead: `spot_paths` (scenarios, 1 + months, currencies), today first; `receipts` without it."""

    spot_paths: Floats
    receipts: Floats

    def __post_init__(self) -> None:
        for array in (self.spot_paths, self.receipts):
            array.flags.writeable = False


def simulate_futures(model: CurrencyRisk, scenarios: int, rng: Generator) -> Futures:
    """The months of the model's years, as `CurrencyRisk.legs` draws them from the same `rng`, path by path."""
    months, n = model.receipts.shape
    spot = np.empty((at_least("scenarios", scenarios, 1), months + 1, n))
    receipts = np.empty((scenarios, months, n))
    spot[:, 0] = model.spot
    for years, rates, quantities in model.months(scenarios, rng):
        spot[years, 1:], receipts[years] = rates.swapaxes(0, 1), quantities.swapaxes(0, 1)
    return Futures(spot, receipts)


def try_programme(
    programme: Programme,
    model: CurrencyRisk,
    futures: Futures,
    *,
    deposit: float = 0.0,
    deposit_rate: float = 0.0,
) -> ProgrammeResult:
    """What the programme brings in the futures, begun today without a hedge, against the model's budget rates.

    Sold is what is expected today; forward points of each lead stay those of today; the spread is the model's.
    """
    return simulate_programme(
        programme,
        futures.receipts,
        futures.spot_paths,
        model.forwards - model.spot,
        model.spread,
        expected=model.receipts,
        budget=model.budget,
        currencies=model.currencies,
        deposit=deposit,
        deposit_rate=deposit_rate,
        volatility=yearly_volatility(model),
    )


def yearly_volatility(model: CurrencyRisk) -> dict[str, float]:
    """What the model expects of the year ahead, by currency: what options are priced with."""
    return dict(zip(model.currencies, np.sqrt(model.dynamics.expected_variance(YEAR)).tolist(), strict=True))


def compare(results: Mapping[str, ProgrammeResult], level: float) -> pd.DataFrame:
    """The summary of each result: index programme, columns as `ProgrammeResult.summary`."""
    table = pd.DataFrame({name: found.summary(level) for name, found in results.items()}).T
    return table.rename_axis("programme")


def ratios_now(programme: Programme, model: CurrencyRisk) -> pd.DataFrame:
    """The cumulative hedge ratios that the programme wants today of the months ahead: a column a currency.

    Index `month`: its first day. The budget period is taken as set, and no hedge as held.
    """
    months, n = model.receipts.shape
    if programme.reach(months) > months:
        raise InputError(
            "The programme deals {reach} months ahead, but only {months} months are looked at.",
            reach=programme.reach(months),
            months=months,
        )
    known = Known(
        currencies=model.currencies,
        leads=np.arange(1, months + 1),
        period=months,
        locked=np.ones(months, dtype=bool),
        spot=model.spot[None, :, None],
        slope=np.ones((months, n, 1)),
        points=(model.forwards - model.spot)[:, :, None],
        budget=np.broadcast_to(model.budget[:, None], (months, n, 1)),
        held=np.zeros((months, n, 1)),
        sign=np.where(model.receipts < 0, -1.0, 1.0)[:, :, None],
    )
    wanted = np.broadcast_to(programme.targets(known)[:, :, 0], (months, n))
    return pd.DataFrame(np.array(wanted), model.month_starts, list(model.currencies))


def option_deals(programme: OptionHedge, model: CurrencyRisk) -> pd.DataFrame:
    """The options that the programme wants today, one a month and currency.

    Columns currency, amount (above zero), value_date, forward_rate, floor and cap (rates of reporting currency for 1
    unit; NaN where there is none), premium (in the reporting currency, as if paid on the value date).
    """
    ratios = ratios_now(programme, model)
    volatility = np.array(list(yearly_volatility(model).values()))[:, None]
    rows = []
    for place, day in enumerate(model.value_dates):
        amounts = model.receipts[place] * ratios.iloc[place].to_numpy()
        terms = programme.terms(place + 1, volatility, np.sign(model.receipts[place])[:, None])
        floor, cap, premium = (values[:, 0] for values in (terms.floor, terms.cap, terms.premium))
        rows += [
            (code, abs(amount), pd.Timestamp(day), rate, low * rate, high * rate, share * rate * abs(amount))
            for code, amount, rate, low, high, share in zip(
                model.currencies, amounts, model.forwards[place], floor, cap, premium, strict=True
            )
            if amount
        ]
    columns = ["currency", "amount", "value_date", "forward_rate", "floor", "cap", "premium"]
    table = pd.DataFrame(rows, columns=columns)
    table["floor"] = table["floor"].where(table["floor"] > 0)
    table["cap"] = table["cap"].where(np.isfinite(table["cap"]))
    return table
