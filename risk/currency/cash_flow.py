"""Cash-flow-at-risk: how far receipts may fall short of the budget, month by month and altogether."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from risk.checks import InputError, at_least, between
from risk.currency.model import CurrencyRisk
from risk.currency.programmes import Ratios, hedge_ratios
from risk.loss import measures

Floats = NDArray[np.float64]

FAN = (0.05, 0.25, 0.5, 0.75, 0.95)  # probabilities of the lines of a fan chart
TOTAL = "total"


@dataclass(frozen=True, eq=False)
class CashFlows:
    """Receipts of the months ahead in the reporting currency: `flows` (paths, months), `budget` (months,).

    The budget is what is expected at the budget rates. Hedged flows hold the gain or loss of the forwards and their
    dealing cost in the month of their value date.
    """

    flows: Floats
    budget: Floats
    value_dates: tuple[dt.date, ...]
    reporting: str

    @property
    def shortfall(self) -> Floats:
        """What each month brings less than its budget, shape (paths, months): losses positive."""
        return self.budget - self.flows

    @property
    def total(self) -> Floats:
        """What all months together bring less than their budget, shape (paths,)."""
        return np.asarray(self.shortfall.sum(axis=1), dtype=np.float64)


def simulate_cash_flows(model: CurrencyRisk, paths: int, rng: Generator, ratios: Ratios | None = None) -> CashFlows:
    """Receipts at the spot rate of their value date, and of forwards on `ratios` of them (the model's own if left out).

    The sum of a path's shortfalls is the loss of that year in `CurrencyRisk.simulate`, and what its receipts differ
    from the expected ones at the budget rates: there only rates can lose, here smaller receipts do too.
    """
    shares = model.ratios if ratios is None else hedge_ratios(ratios, model.currencies)
    at_least("paths", paths, 1)
    settled = model.receipts * shares  # (months, currencies) sold forward
    cost = model.spread * (np.abs(settled) * model.forwards).sum(axis=1)
    flows = np.empty((paths, len(model.value_dates)))
    for year, rates, quantities in model.months(paths, rng):
        at_spot = np.einsum("myn,myn->ym", quantities, rates)
        forward = np.einsum("mn,myn->ym", settled, model.forwards[:, None] - rates)
        flows[year] = at_spot + forward - cost
    budget = np.asarray(model.receipts @ model.budget, dtype=np.float64)
    return CashFlows(flows, budget, model.value_dates, model.reporting)


def cash_flow_at_risk(flows: CashFlows, level: float) -> pd.DataFrame:
    """Budget less the receipts that are not undercut with probability `level`: index value date, last "total".

    Columns: budget, expected (mean receipts), at_risk, es (mean shortfall beyond), at_risk_error, es_error (standard
    errors of the simulation). The total is that of all months together, not the sum: months that fall short make up
    for each other only as far as they do in the simulation.
    Source: CorporateMetrics Technical Document, RiskMetrics Group (1999), chapter 2.
    """
    between("level", level, 0.0, 1.0)
    columns = [*flows.shortfall.T, flows.total]
    budgets = [*flows.budget, flows.budget.sum()]
    rows = [_measured(lost, budget, level) for lost, budget in zip(columns, budgets, strict=True)]
    index = pd.Index([*(pd.Timestamp(day) for day in flows.value_dates), TOTAL], name="value_date")
    return pd.DataFrame(rows, index=index)


def fan(flows: CashFlows, probabilities: tuple[float, ...] = FAN, *, cumulative: bool = False) -> pd.DataFrame:
    """Quantiles of each month's receipts, or of all up to it: index value date, one column a probability."""
    table = flows.flows.cumsum(axis=1) if cumulative else flows.flows
    quantiles = np.quantile(table, probabilities, axis=0, method="inverted_cdf").T
    return pd.DataFrame(quantiles, pd.DatetimeIndex(flows.value_dates, name="value_date"), list(probabilities))


def probability_below(flows: CashFlows, floor: float) -> tuple[float, float]:
    """Chance that all months together bring less than `floor`, and its standard error."""
    if not np.isfinite(floor):
        raise InputError("floor == {floor}, must be a finite amount", floor=floor)
    share = float((flows.flows.sum(axis=1) < floor).mean())
    return share, float(np.sqrt(share * (1.0 - share) / len(flows.flows)))


def _measured(lost: Floats, budget: float, level: float) -> dict[str, float]:
    enough = lost.size > 1
    return {
        "budget": float(budget),
        "expected": float(budget - lost.mean()),
        "at_risk": measures.value_at_risk(lost, level),
        "es": measures.expected_shortfall(lost, level),
        "at_risk_error": measures.standard_error(lost, "var", level) if enough else float("nan"),
        "es_error": measures.standard_error(lost, "es", level) if enough else float("nan"),
    }
