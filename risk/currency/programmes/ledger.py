"""The one loop behind every programme: decide, deal at the forward, settle at spot, month after month.

Arrays run over fixings first, then currencies, then paths; an axis of paths of length 1 holds for all of them. Fixings
are the times 0 ... T - 1; the receipts of M months fall at the last M of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.currency.programmes.known import Known, Programme

Floats = NDArray[np.float64]

COSTS = ("points", "spread", "interest", "premium")


@dataclass(frozen=True, eq=False)
class Market:
    """Rates: the forward dealt at fixing t for k + 1 months ahead is slope[t, k] × spot[t] + points[t, k]."""

    spot: Floats  # (T, currencies, paths) at which receipts settle and forwards are dealt
    seen: Floats  # (T, currencies, paths) the newest rate known when fixing t is decided on
    slope: Floats  # (T, leads, currencies, 1 or paths)
    points: Floats  # (T, leads, currencies, 1 or paths)
    volatility: Floats  # (T, currencies, 1 or paths) of a year, as known at the decision; NaN where none is

    def forward(self, time: int, lead: int) -> Floats:
        """Forward dealt at a fixing for `lead` months ahead, shape (currencies, paths)."""
        return np.asarray(self.slope[time, lead - 1] * self.spot[time] + self.points[time, lead - 1])


@dataclass(frozen=True, eq=False)
class Plan:
    """What comes in, what is expected of it at each decision, and the rates of the budget."""

    currencies: tuple[str, ...]
    receipts: Floats  # (T, currencies, 1 or paths), zero before the first of the M months
    expected: Floats  # (1 or T, T, currencies) by decision, or the same at all of them
    budget: Floats  # (T, currencies, 1 or paths)
    budget_known: NDArray[np.int64]  # (T,) first decision that knows the budget rate of a month
    locks: NDArray[np.int64]  # (T,) decision at which the budget period of a month is set
    first: int  # time of the first receipts
    period: int  # months of a budget period
    spread: float
    deposit_cost: float  # share of an amount dealt that a month of deposit costs

    def amounts(self, time: int, ahead: slice, *, orders: bool) -> Floats:
        """What is to be hedged in the months ahead, as known at the decision: shape (n, currencies, 1 or paths)."""
        return self.receipts[ahead] if orders else self.expected[min(time, len(self.expected) - 1), ahead, :, None]


class Ledger:
    """What one programme has dealt, by the month in which it settles."""

    def __init__(self, market: Market, plan: Plan, ratio_paths: int, amount_paths: int) -> None:
        times, currencies, paths = market.spot.shape
        self.market, self.plan = market, plan
        self.ratio = np.zeros((times, currencies, ratio_paths))
        self.sold = np.zeros((times, currencies, amount_paths))
        self.brought = np.zeros((times, currencies, paths))  # what is sold forward brings at its contract rates
        self.charged = np.zeros((times, currencies, paths))  # all but the points, by the month of settlement
        self.open = np.zeros((currencies, paths))  # contract value of the forwards that have not settled
        self.has_forwards = False
        self.called = np.zeros((times, currencies, paths))  # loss on what is open, before a fixing's deals
        self.dealt = np.zeros((currencies, paths))  # what was sold by forwards, at the spot rates of the deals
        self.charges = np.zeros((len(COSTS) - 1, currencies))  # mean over paths
        self.tickets = 0.0

    def mark(self, time: int, reach: int) -> None:
        """Value what is open at this fixing, before anything is dealt, and settle what is due."""
        market, ahead = self.market, slice(time + 1, time + 1 + reach)
        later = self.sold[ahead]
        if self.has_forwards:
            slope, points = market.slope[time, : len(later)], market.points[time, : len(later)]
            worth = (self.sold[time] + _over_leads(later, slope)) * market.spot[time]
            worth += _over_leads(later, points)
            np.subtract(worth, self.open, out=self.called[time])
            self.open -= self.brought[time]

    def deal(self, time: int, programme: Programme, ratios: Floats, amounts: Floats) -> None:
        """Bring what is sold of the months ahead to `ratios` of `amounts`, at the forwards of this fixing."""
        ahead = slice(time + 1, time + 1 + len(ratios))
        wanted = ratios * amounts
        traded = wanted - self.sold[ahead]
        # One lead at a time: a month's rates stay in the processor's cache.
        for place in np.flatnonzero(traded.any(axis=(1, 2))):
            self._book(time, int(place) + 1, programme, traded[place], wanted[place])
        self.ratio[ahead], self.sold[ahead] = ratios, wanted

    def _book(self, time: int, lead: int, programme: Programme, traded: Floats, wanted: Floats) -> None:
        month, forward = time + lead, self.market.forward(time, lead)
        side = np.sign(wanted + self.sold[month])  # what is bought back frees its deposit
        terms = programme.terms(lead, self.market.volatility[time], side)
        if terms is None:
            value = traded * forward
            self.has_forwards = True
            self.open += value
            self.dealt += traded * self.market.spot[time]
        else:
            # Only the settlement looks at the rate of that month.
            value = traded * np.clip(self.market.spot[month], terms.floor * forward, terms.cap * forward)
            self.dealt += value
            self._charge("premium", month, side * traded * terms.premium, forward)
        self.brought[month] += value
        self.tickets += np.count_nonzero(traded) / traded.shape[1]
        if self.plan.spread:
            self._charge("spread", month, self.plan.spread * np.abs(traded), forward)
        if self.plan.deposit_cost and terms is None:
            self._charge("interest", month, self.plan.deposit_cost * lead * side * traded, forward)

    def _charge(self, cost: str, month: int, units: Floats, forward: Floats) -> None:
        charge = units * forward
        self.charged[month] += charge
        self.charges[COSTS.index(cost) - 1] += charge.mean(axis=-1)

    @property
    def costs(self) -> Floats:
        """`COSTS`, mean over paths: (4, currencies)."""
        return np.vstack([(self.dealt - self.brought.sum(axis=0)).mean(axis=-1), self.charges])

    def cost(self) -> Floats:
        """All of them together on each path: (1, currencies, paths)."""
        return np.asarray(self.dealt - self.brought.sum(axis=0) + self.charged.sum(axis=0))[None]

    def gain(self, months: slice) -> Floats:
        """What the hedge brings more than spot after its charges, (months, currencies, paths)."""
        gain: Floats = self.brought[months] - self.charged[months]
        gain -= self.sold[months] * self.market.spot[months]
        return gain


def play(programme: Programme, market: Market, plan: Plan) -> Ledger:
    """The ledger after the last fixing. A decision sees `Known` and nothing else."""
    times, _, paths = market.spot.shape
    reach = min(programme.reach(plan.period), times - 1)
    ratio_paths = paths if programme.follows_rates else 1
    wide = programme.sells_orders and plan.receipts.shape[2] > 1
    ledger = Ledger(market, plan, ratio_paths, paths if wide else ratio_paths)
    for time in range(times):
        ledger.mark(time, reach)
        ahead = slice(time + 1, min(time + 1 + reach, times))
        if ahead.stop > ahead.start:
            ratios = programme.targets(_known(time, ahead, market, plan, ledger))
            ledger.deal(time, programme, ratios, plan.amounts(time, ahead, orders=programme.sells_orders))
    return ledger


def _over_leads(amounts: Floats, weights: Floats) -> Floats:
    """Sum over the months ahead, (currencies, paths)."""
    return np.asarray(np.einsum("ncs,ncs->cs", amounts, weights))


def path_mean(weights: Floats, values: Floats) -> Floats:
    """Mean over paths of weights × values, both (..., paths); the product is not formed where one is alike for all."""
    if weights.shape[-1] == 1 or values.shape[-1] == 1:
        return np.asarray(weights.mean(axis=-1) * values.mean(axis=-1))
    return np.asarray(np.einsum("...s,...s->...", weights, values) / values.shape[-1])


def _known(time: int, ahead: slice, market: Market, plan: Plan, ledger: Ledger) -> Known:
    n = ahead.stop - ahead.start
    is_set = (plan.budget_known[ahead] <= time)[:, None, None]
    return Known(
        currencies=plan.currencies,
        period=plan.period,
        leads=np.arange(1, n + 1),
        locked=plan.locks[ahead] <= time,
        spot=market.seen[: time + 1],
        slope=market.slope[time, :n],
        points=market.points[time, :n],
        budget=plan.budget[ahead] if is_set.all() else np.where(is_set, plan.budget[ahead], np.nan),
        held=ledger.ratio[ahead],
        sign=np.sign(plan.amounts(time, ahead, orders=False)),
    )
