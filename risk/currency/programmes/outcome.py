"""What a block of paths brought under a programme, and the blocks put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from risk.currency.programmes.known import Programme
from risk.currency.programmes.ledger import Ledger, Market, Plan, path_mean, play
from risk.currency.programmes.schedules import Static

Floats = NDArray[np.float64]

FULL = Static(1.0)


@dataclass(frozen=True, eq=False)
class Outcome:
    """Months M, currencies and paths as in `ledger`; losses positive, in the reporting currency."""

    lost: Floats  # (M, paths) against the budget
    unhedged: Floats  # (M, paths) the same without a hedge
    full: Floats  # (M, paths) the same with all that is expected sold when the budget is set
    smoothness: Floats  # (currencies, paths)
    margin: Floats  # (paths,)
    cost: Floats  # (paths,) all costs over all months
    money: Floats  # (4, M, currencies) mean over paths of: spot rate, what forwards bring, flow, budget rate
    units: Floats  # (4, M, currencies) mean over paths of: received, expected when settled, sold forward, over-hedged
    costs: Floats  # (4, currencies) mean over paths
    top_ratio: Floats  # (currencies,) highest cumulative ratio decided
    tickets: float


@dataclass(frozen=True, eq=False)
class Units:
    """A programme whose gains are affine in the rates: played once, applied to any number of paths."""

    gain: Floats  # (M, currencies, T + 1) where one rate is 1 and the others 0; last, where all are 0
    called: Floats  # (T, currencies, T + 1)
    cost: Floats  # (1, currencies, T + 1)
    middle: Ledger  # on the mean path


@dataclass(frozen=True, eq=False)
class _Hedge:
    """What the forwards of one programme do on the paths of a block."""

    gain: Floats  # (M, paths) over all currencies
    margin: Floats  # (paths,)
    cost: Floats  # (paths,)
    smoothness: Floats  # (currencies, paths)
    ledger: Ledger  # of the paths, or of their mean


def in_units(programme: Programme, market: Market, plan: Plan, middle: Floats) -> Units | None:
    """The programme in units for the paths with this mean (T, currencies, 1), or None where each path needs its own."""
    times, currencies, _ = market.spot.shape
    uncertain = programme.sells_orders and plan.receipts.shape[2] > 1
    if programme.follows_rates or uncertain or market.points.shape[3] > 1:
        return None
    rates = np.zeros((times, currencies, times + 1))
    rates[np.arange(times), :, np.arange(times)] = 1.0
    unit = play(programme, replace(market, spot=rates, seen=rates), plan)
    mean = play(programme, replace(market, spot=middle, seen=middle), plan)
    return Units(unit.gain(slice(plan.first, None)), unit.called, unit.cost(), mean)


def outcome(
    programme: Programme, market: Market, plan: Plan, units: Units | None = None, full: Units | None = None
) -> Outcome:
    """Settle each month: receipts at spot, what is sold forward at its contract rates.

    `units` of the programme and of a full hedge spare playing them month by month.
    """
    hedge = _hedge(programme, market, plan, units)
    months = slice(plan.first, None)
    receipts, budget, spot = plan.receipts[months], plan.budget[months], market.spot[months]
    unhedged = _missed(receipts, budget, spot)
    ledger, sold = hedge.ledger, hedge.ledger.sold[months]
    over, brought = _over(sold, receipts), ledger.brought[months].mean(-1)
    flow = path_mean(receipts, spot) + ledger.gain(months).mean(-1)
    rows = [receipts.mean(-1), _expected(plan), sold.mean(-1), over.mean(-1)]
    return Outcome(
        lost=unhedged - hedge.gain,
        unhedged=unhedged,
        full=unhedged - (_apply(full.gain, market.spot) if full else play(FULL, market, plan).gain(months).sum(axis=1)),
        smoothness=hedge.smoothness,
        margin=hedge.margin,
        cost=hedge.cost,
        money=np.stack([spot.mean(-1), brought, flow, budget.mean(-1)]),
        units=np.stack(rows),
        costs=ledger.costs,
        top_ratio=ledger.ratio.max(axis=(0, 2)),
        tickets=ledger.tickets,
    )


def joined(outcomes: Iterable[Outcome]) -> Outcome:
    """One outcome of all their paths."""
    parts = list(outcomes)
    weights = np.array([part.margin.size for part in parts], dtype=np.float64)
    weights /= weights.sum()

    def mean(name: str) -> Floats:
        return np.asarray(sum(weight * getattr(part, name) for weight, part in zip(weights, parts, strict=True)))

    def all_of(name: str) -> Floats:
        return np.concatenate([getattr(part, name) for part in parts], axis=-1)

    paths = {name: all_of(name) for name in ("lost", "unhedged", "full", "smoothness", "margin", "cost")}
    means = {name: mean(name) for name in ("money", "units", "costs")}
    top = np.max([part.top_ratio for part in parts], axis=0)
    return Outcome(**paths, **means, top_ratio=top, tickets=float(mean("tickets")))


def _hedge(programme: Programme, market: Market, plan: Plan, units: Units | None) -> _Hedge:
    months = slice(plan.first, None)
    receipts = plan.receipts[months]
    if units is not None:
        margin = np.maximum(_apply(units.called, market.spot).max(axis=0), 0.0)
        smoothness = _smoothness_in_units(units.gain, receipts, market.spot)
        cost = _apply(units.cost, market.spot)[0]
        return _Hedge(_apply(units.gain, market.spot), margin, cost, smoothness, units.middle)
    ledger = play(programme, market, plan)
    gain = ledger.gain(months)
    margin = np.maximum(ledger.called.sum(axis=1).max(axis=0), 0.0)
    smoothness = _smoothness(gain, receipts, market.spot[months])
    return _Hedge(gain.sum(axis=1), margin, ledger.cost()[0].sum(axis=0), smoothness, ledger)


def _apply(unit: Floats, spot: Floats) -> Floats:
    """Sum over currencies of what has these values (k, currencies, T + 1) in units: (k, paths)."""
    return np.asarray(_by_currency(unit, spot).sum(axis=0))


def _by_currency(unit: Floats, spot: Floats) -> Floats:
    """On the paths: (currencies, k, paths)."""
    constant = unit[:, :, -1:]
    # A product for each currency is small enough that no threads are woken for it.
    product = np.matmul((unit[:, :, :-1] - constant).transpose(1, 0, 2), spot.transpose(1, 0, 2))
    product += constant.transpose(1, 0, 2)
    return np.asarray(product)


def _missed(receipts: Floats, budget: Floats, spot: Floats) -> Floats:
    """What receipts at spot miss the budget by, over all currencies: (M, paths)."""
    if receipts.shape[2] == 1:
        return np.asarray(np.einsum("mc,mcs->ms", receipts[:, :, 0], budget - spot))
    return np.asarray(np.einsum("mcs,mcs->ms", receipts, budget - spot))


def _expected(plan: Plan) -> Floats:
    """What was expected of each month at the last decision before it, (M, currencies)."""
    months = np.arange(plan.first, plan.expected.shape[1])
    return plan.expected[np.clip(months - 1, 0, len(plan.expected) - 1), months]


def _over(sold: Floats, receipts: Floats) -> Floats:
    """Units sold beyond what was received; all of them where what came has the other sign."""
    return np.clip(np.sign(sold) * (sold - receipts), 0.0, np.abs(sold))


def relative(smoothness: Floats, spot: Floats, received: Floats) -> Floats:
    """Smoothness as a share of spot, currencies weighted by the value received: (paths,); NaN without any."""
    weights = np.where(np.isfinite(smoothness), received * spot, 0.0)
    total, share = weights.sum(axis=0), np.einsum("cs,cs->s", np.nan_to_num(smoothness) / spot, weights)
    return np.asarray(np.divide(share, total, out=np.full_like(share, np.nan), where=total > 0))


def _smoothness(gain: Floats, receipts: Floats, spot: Floats) -> Floats:
    """Standard deviation of the month-to-month changes of what one unit brought, by currency and path.

    Months without receipts have no rate and no change; NaN with fewer than two changes.
    """
    rate = np.divide(gain, receipts, out=np.full_like(gain, np.nan), where=receipts != 0)
    rate += spot
    change = np.diff(rate, axis=0)
    there = np.isfinite(change)
    count = there.sum(axis=0)
    change[~there] = 0.0
    change -= change.sum(axis=0) / np.maximum(count, 1)
    change[~there] = 0.0
    return _deviation(np.einsum("mcs,mcs->cs", change, change), count)


def _smoothness_in_units(gain: Floats, receipts: Floats, spot: Floats) -> Floats:
    """The same where the gain is given in units (M, currencies, T + 1)."""
    months = len(gain)
    if receipts.shape[2] > 1 or not receipts.all():
        return _smoothness(_by_currency(gain, spot).transpose(1, 0, 2), receipts, spot[-months:])
    rate = gain / receipts
    rate[np.arange(months), :, np.arange(len(spot) - months, len(spot))] += 1.0
    change = np.diff(rate, axis=0)
    # The deviations from the mean change are affine in the rates as well.
    moved = _by_currency(change - change.sum(axis=0) / max(months - 1, 1), spot)
    return _deviation(np.einsum("cms,cms->cs", moved, moved), np.full(moved.shape[::2], months - 1))


def _deviation(square: Floats, count: NDArray[np.int64]) -> Floats:
    return np.sqrt(np.divide(square, count - 1, out=np.full_like(square, np.nan), where=count > 1))
