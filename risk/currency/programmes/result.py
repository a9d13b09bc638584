"""What a hedge programme brought: rates, losses, costs, over-hedging, margin and regret."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.checks import Sentence
from risk.currency.programmes.known import Programme
from risk.currency.programmes.ledger import COSTS
from risk.currency.programmes.outcome import Outcome, relative
from risk.loss import measures

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ProgrammeResult:
    """Losses positive and gains negative, in the reporting currency; rates are reporting units for 1 unit of each.

    `losses` are what receipts brought less than at their budget rates: (scenarios,) of a simulation, (years,) of a
    history, one for each complete budget period, or one of all months where there are less. `unhedged` and
    `fully_hedged` are the same losses at spot, and with all that is expected sold forward when the budget period is
    set. Means are over scenarios.
    """

    programme: Programme
    currencies: tuple[str, ...]
    losses: Floats
    unhedged: Floats
    fully_hedged: Floats
    monthly: Floats  # (scenarios, months) losses of each month
    rates: pd.DataFrame  # index month, currency; columns budget, spot, forward, achieved: see `_rates`
    smoothness: Floats  # (scenarios, currencies) sd of the month-to-month changes of the achieved rate
    relative_smoothness: Floats  # (scenarios,) as a share of the mean spot rate, currencies weighted by value
    costs: pd.DataFrame  # index currency; columns points, spread, interest, premium, total: gains negative
    amounts: (
        pd.DataFrame
    )  # index currency; columns received, expected, sold, over_hedged, over_hedge_share: see `_amounts`
    over_hedge_share: float  # over-hedged of all that is sold, by value
    hedge_cost: Floats  # (scenarios,) all of them together, over all months
    peak_margin: Floats  # (scenarios,) largest loss on open forwards at any fixing before they settle
    tickets: float  # deals, one a fixing, month and currency
    notes: tuple[Sentence, ...]

    def cash_flow_at_risk(self, level: float = 0.95) -> float:
        """Loss against the budget that is not exceeded with probability `level`: one of the losses."""
        return measures.value_at_risk(self.losses, level)

    def expected_shortfall(self, level: float = 0.95) -> float:
        """Mean of the worst 1 - level of the losses (Acerbi-Tasche)."""
        return measures.expected_shortfall(self.losses, level)

    @property
    def regret(self) -> Floats:
        """Loss beyond that of the better of no hedge and a full hedge, by loss; negative where it beats both."""
        return np.asarray(self.losses - np.minimum(self.unhedged, self.fully_hedged))

    @property
    def relief(self) -> Floats:
        """Loss of the worse of no hedge and a full hedge, less the programme's; negative where that is worse."""
        return np.asarray(np.maximum(self.unhedged, self.fully_hedged) - self.losses)

    def summary(self, level: float = 0.95) -> pd.Series[float]:
        """The figures by which programmes are compared; costs and tickets are of the whole time.

        The smoothness is the median of the scenarios: where next to nothing comes, a unit achieves any rate.
        """
        return pd.Series(
            {
                "expected_loss": measures.expected_loss(self.losses),
                "cash_flow_at_risk": self.cash_flow_at_risk(level),
                "expected_shortfall": self.expected_shortfall(level),
                "smoothness": float(np.median(self.relative_smoothness)),
                **{cost: float(self.costs[cost].sum()) for cost in COSTS},
                "over_hedge_share": self.over_hedge_share,
                "peak_margin": float(self.peak_margin.max()),
                "tickets": self.tickets,
                "regret": float(self.regret.mean()),
                "relief": float(self.relief.mean()),
            }
        )

    @property
    def hedge_rate(self) -> pd.DataFrame:
        """The achieved rate: index month, one column a currency."""
        months = self.rates.index.get_level_values("month").unique()
        values = self.rates["achieved"].to_numpy().reshape(len(months), len(self.currencies))
        return pd.DataFrame(values, months, pd.Index(self.currencies, name="currency"))


def result(
    programme: Programme,
    found: Outcome,
    currencies: tuple[str, ...],
    months: pd.Index,
    years: int | None = None,
    notes: tuple[Sentence, ...] = (),
) -> ProgrammeResult:
    """The result out of an outcome; of a history, losses are those of its `years` of so many months."""
    years = None if years is None else min(years, len(found.lost))

    def losses(monthly: Floats) -> Floats:
        if years is None:
            return np.asarray(monthly.sum(axis=0))
        return np.asarray(monthly[: len(monthly) // years * years, 0].reshape(-1, years).sum(axis=1))

    spot = found.money[0].mean(axis=0)
    received, sold, over = (np.abs(units).sum(axis=0) for units in found.units[[0, 2, 3]])
    costs = pd.DataFrame(found.costs.T, pd.Index(currencies, name="currency"), list(COSTS))
    return ProgrammeResult(
        programme=programme,
        currencies=currencies,
        losses=losses(found.lost),
        unhedged=losses(found.unhedged),
        fully_hedged=losses(found.full),
        monthly=found.lost.T,
        rates=_rates(found, currencies, months),
        smoothness=found.smoothness.T,
        relative_smoothness=relative(found.smoothness, spot[:, None], received[:, None]),
        costs=costs.assign(total=costs.sum(axis=1)),
        amounts=_amounts(found, currencies),
        over_hedge_share=float(over @ spot / (sold @ spot)) if sold.any() else 0.0,
        hedge_cost=found.cost,
        peak_margin=found.margin,
        tickets=found.tickets,
        notes=(*notes, *_notes(found, currencies, years)),
    )


def _rates(found: Outcome, currencies: tuple[str, ...], months: pd.Index) -> pd.DataFrame:
    """Rates by month and currency, means over scenarios.

    budget; spot, at which the receipts would have been converted; forward, the average contract rate of what was sold
    (NaN where nothing was); achieved, what 1 unit received brought after all costs (NaN where nothing came).
    """
    spot, brought, flow, budget = found.money
    received, _, sold, _ = found.units
    columns = {"budget": budget, "spot": spot, "forward": _ratio(brought, sold), "achieved": _ratio(flow, received)}
    index = pd.MultiIndex.from_product([months, currencies], names=["month", "currency"])
    return pd.DataFrame({name: values.ravel() for name, values in columns.items()}, index)


def _amounts(found: Outcome, currencies: tuple[str, ...]) -> pd.DataFrame:
    """Units of each currency over all months, means over scenarios; payments negative, sold below zero is bought.

    over_hedged is what was sold beyond what came, or bought beyond what was paid, without sign, and over_hedge_share
    its share of all that was sold and bought.
    """
    received, expected, sold, over = found.units.sum(axis=1)
    dealt = np.abs(found.units[2]).sum(axis=0)
    columns = {"received": received, "expected": expected, "sold": sold, "over_hedged": over}
    frame = pd.DataFrame(columns, pd.Index(currencies, name="currency"))
    return frame.assign(over_hedge_share=np.nan_to_num(_ratio(over, dealt)))


def _notes(found: Outcome, currencies: tuple[str, ...], years: int | None) -> tuple[Sentence, ...]:
    notes = []
    if beyond := [code for code, ratio in zip(currencies, found.top_ratio, strict=True) if ratio > 1]:
        said = "More is sold forward than is expected of {currencies}: beyond 100 % a hedge is a bet against the rate."
        notes.append(Sentence(said, currencies=", ".join(beyond)))
    if years is not None and (left := len(found.lost) % years):
        said = "The last {months} months are no complete budget period and are in no yearly loss."
        notes.append(Sentence(said, months=left))
    return tuple(notes)


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below != 0)
