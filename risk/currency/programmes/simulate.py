"""A hedge programme on simulated paths of exchange rates, with receipts that are certain or simulated as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, at_least, not_negative
from risk.currency.programmes.known import Programme
from risk.currency.programmes.ledger import Market, Plan
from risk.currency.programmes.outcome import FULL, Outcome, in_units, joined, outcome
from risk.currency.programmes.result import ProgrammeResult, result

Floats = NDArray[np.float64]

BLOCK = 1600  # scenarios walked together: their arrays stay in the processor's cache
RATES = 2_000_000  # and at most so many rates, which bounds the memory of long paths


def simulate_programme(
    programme: Programme,
    receipts: ArrayLike | pd.DataFrame,
    spot_paths: ArrayLike,
    forward_points: ArrayLike,
    spread: float,
    *,
    expected: ArrayLike | None = None,
    budget: ArrayLike | Mapping[str, float] | None = None,
    currencies: Sequence[str] | None = None,
    period: int | None = None,
    deposit: float = 0.0,
    deposit_rate: float = 0.0,
    volatility: float | Mapping[str, float] | None = None,
    today: ArrayLike | None = None,
) -> ProgrammeResult:
    """What the programme brings on every path; rates are reporting-currency units for 1 unit of each currency.

    `spot_paths` (scenarios, times, currencies) holds the monthly fixings. The first is that of today, at which the
    first decision is dealt; the receipts of M months fall at the last M. So M + 1 fixings begin with no hedge, and
    more let hedges build up before the first receipts. Where the paths begin after it, `today` holds its rates, by
    currency. `receipts` (months, currencies), or (scenarios, months, currencies) where volumes are uncertain, are in
    units of each currency, payments negative. With one currency its axis may be left out: paths (scenarios, times),
    receipts (months,) or (scenarios, months).

    `forward_points` are added to spot for a forward 1, 2, ... months ahead: one number, (leads,), (leads, currencies)
    or (times, leads, currencies). `spread` is lost on what is dealt, as a share of it. Hedged is `expected`, (months,
    currencies) or by decision (times, months, currencies); left out: the receipts, their mean where they are
    scenarios. `budget` is (currencies,), (months, currencies) or by currency; left out: the spot rate when the budget
    period of `period` months (all of them when left out) is set, the fixing before its first month. `deposit` is the
    share of open forwards lodged with the bank, which costs `deposit_rate` a year. `volatility` of a year, by currency
    or one for all, is what options are priced with.
    """
    inputs = _inputs(receipts, _from_today(spot_paths, today), forward_points, expected, budget, currencies)
    length = inputs.months if period is None else at_least("period", period, 1)
    check_reach(programme, inputs, length)
    cost = not_negative("deposit", deposit) * deposit_rate / 12
    known = _volatility(volatility, inputs.currencies)
    blocks = _blocks(inputs, length, not_negative("spread", spread), cost, known)
    return result(programme, _played(programme, blocks, inputs.spot), inputs.currencies, inputs.labels)


def _from_today(spot_paths: ArrayLike, today: ArrayLike | None) -> Floats:
    """The paths with today's rates before them."""
    spot = _finite("spot_paths", spot_paths)
    if today is None:
        return spot
    rates = _finite("today", today)
    if spot.ndim < 2 or rates.size != spot[0, 0].size:
        raise InputError("today holds {count} rates, must be one for each currency.", count=rates.size)
    return np.concatenate([np.broadcast_to(rates.reshape(spot[0, 0].shape), spot[:, :1].shape), spot], axis=1)


@dataclass(frozen=True, eq=False)
class _Inputs:
    spot: Floats  # (scenarios, T, currencies)
    points: Floats  # (1 or T, leads, currencies)
    receipts: Floats  # (1 or scenarios, M, currencies)
    expected: Floats  # (1 or T, M, currencies)
    budget: Floats | None  # (M, currencies)
    currencies: tuple[str, ...]
    labels: pd.Index

    @property
    def months(self) -> int:
        return int(self.receipts.shape[1])

    @property
    def times(self) -> int:
        return int(self.spot.shape[1])


def _inputs(
    receipts: ArrayLike | pd.DataFrame,
    spot: Floats,
    forward_points: ArrayLike,
    expected: ArrayLike | None,
    budget: ArrayLike | Mapping[str, float] | None,
    currencies: Sequence[str] | None,
) -> _Inputs:
    one = spot.ndim == 2
    spot = spot[:, :, None] if one else spot
    if spot.ndim != 3 or not (spot > 0).all():
        raise InputError(
            "spot_paths has shape {shape}, must hold rates above zero by scenario, time and currency.", shape=spot.shape
        )
    names = _names(currencies, receipts, spot.shape[2])
    came = _receipts(_finite("receipts", receipts), spot, one=one)
    months = came.shape[1]
    ahead = came.mean(axis=0) if expected is None else _finite("expected", expected)
    ahead = ahead[:, None] if one and ahead.ndim == 1 else ahead
    return _Inputs(
        spot=spot,
        points=_points(_finite("forward_points", forward_points), spot.shape[1], spot.shape[2]),
        receipts=came,
        expected=_shaped("expected", ahead if ahead.ndim == 3 else ahead[None], (spot.shape[1], months, spot.shape[2])),
        budget=None if budget is None else budget_rates(budget, names, months),
        currencies=names,
        labels=receipts.index if isinstance(receipts, pd.DataFrame) else pd.RangeIndex(1, months + 1),
    )


def _played(programme: Programme, blocks: Iterator[tuple[Market, Plan]], spot: Floats) -> Outcome:
    """The programme on all blocks; what is alike for them is played once."""
    middle = spot.mean(axis=0)[:, :, None]
    parts = []
    for number, (market, plan) in enumerate(blocks):
        if number == 0:
            units, full = (in_units(one, market, plan, middle) for one in (programme, FULL))
        parts.append(outcome(programme, market, plan, units, full))
    return joined(parts)


def _blocks(
    inputs: _Inputs, period: int, spread: float, cost: float, volatility: Floats
) -> Iterator[tuple[Market, Plan]]:
    """Markets and plans of some scenarios at a time, paths last."""
    scenarios, times, n = inputs.spot.shape
    size = max(1, min(BLOCK, RATES // (times * n)))
    first = times - inputs.months
    locks = lock_times(first, times, period)
    points = np.broadcast_to(inputs.points, (times, *inputs.points.shape[1:]))[..., None]
    known = np.broadcast_to(volatility, (times, len(volatility)))[:, :, None]
    for start in range(0, scenarios, size):
        spot = np.ascontiguousarray(inputs.spot[start : start + size].transpose(1, 2, 0))
        given = inputs.budget
        budget = _alike(spot, locks) if given is None else from_first(given[:, :, None], first, np.nan)
        came = inputs.receipts if len(inputs.receipts) == 1 else inputs.receipts[start : start + size]
        plan = Plan(
            currencies=inputs.currencies,
            receipts=from_first(np.ascontiguousarray(came.transpose(1, 2, 0)), first),
            expected=np.pad(inputs.expected, ((0, 0), (first, 0), (0, 0))),
            budget=budget,
            budget_known=locks if given is None else np.zeros_like(locks),
            locks=locks,
            first=first,
            period=period,
            spread=spread,
            deposit_cost=cost,
        )
        yield Market(spot, spot, np.ones_like(points), points, known), plan


def _alike(spot: Floats, locks: NDArray[np.int64]) -> Floats:
    """Rates at these times, on one path where all paths are alike there."""
    times = spot[np.unique(locks)]
    return spot[locks, :, :1] if (times == times[:, :, :1]).all() else spot[locks]


def lock_times(first: int, times: int, period: int) -> NDArray[np.int64]:
    """For each month the fixing before its budget period, at which that is set: (times,), 0 before the first month."""
    periods = np.maximum(np.arange(times) - first, 0) // period
    return np.asarray(np.maximum(first + periods * period - 1, 0))


def from_first(values: Floats, first: int, before: float = 0.0) -> Floats:
    """The values (months, currencies, paths) on the times, with `before` ahead of the first month."""
    return np.pad(values, ((first, 0), (0, 0), (0, 0)), constant_values=before)


def check_reach(programme: Programme, inputs: _Inputs, period: int) -> None:
    """Refuse a programme that deals further ahead than there are months, or forward points."""
    reach, most = programme.reach(period), max(inputs.times - 1, inputs.months)
    if reach > most:
        raise InputError(
            "The programme deals {reach} months ahead, but only {months} months are looked at.",
            reach=reach,
            months=most,
        )
    if inputs.points.shape[1] < min(max(reach, period), inputs.times - 1):
        raise InputError(
            "Forward points are known for {known} months ahead, but {needed} are needed: beside the programme stands a "
            "hedge of the whole budget period.",
            known=inputs.points.shape[1],
            needed=min(max(reach, period), inputs.times - 1),
        )


def _names(currencies: Sequence[str] | None, receipts: object, n: int) -> tuple[str, ...]:
    columns = receipts.columns if isinstance(receipts, pd.DataFrame) else range(1, n + 1)
    names = tuple(str(code) for code in (columns if currencies is None else currencies))
    if len(names) != n:
        raise InputError(
            "The receipts are in {names}, but there are exchange rates of {rates} currencies.",
            names=", ".join(names),
            rates=n,
        )
    return names


def _receipts(receipts: Floats, spot: Floats, *, one: bool) -> Floats:
    """Receipts as (1 or scenarios, months, currencies)."""
    scenarios, times, n = spot.shape
    if one and receipts.ndim == 2 and (receipts.shape[1] != 1 or len(receipts) == scenarios):
        receipts = receipts[:, :, None]
    elif receipts.ndim == 1 and n == 1:
        receipts = receipts[:, None]
    receipts = receipts[None] if receipts.ndim == 2 else receipts
    wrong = receipts.ndim != 3 or receipts.shape[0] not in (1, scenarios) or receipts.shape[2] != n
    if wrong or not 1 <= receipts.shape[1] <= times:
        raise InputError(
            "receipts has shape {shape}, must be by month and currency, or by scenario, month and currency, "
            "for {times} fixings of {currencies} currencies in {scenarios} scenarios.",
            shape=receipts.shape,
            times=times,
            currencies=n,
            scenarios=scenarios,
        )
    return receipts


def _points(points: Floats, times: int, n: int) -> Floats:
    """Points as (1 or times, leads, currencies)."""
    if points.ndim == 0:
        return np.full((1, times, n), float(points))
    if points.ndim == 1:
        points = points[:, None]
    points = points[None] if points.ndim == 2 else points
    return _shaped("forward_points", np.broadcast_to(points, (*points.shape[:2], n)), (times, points.shape[1], n))


def budget_rates(budget: ArrayLike | Mapping[str, float], names: tuple[str, ...], months: int) -> Floats:
    """Budget rates given by currency, or by month and currency: (months, currencies)."""
    if isinstance(budget, Mapping | pd.Series):
        if missing := [code for code in names if code not in budget]:
            raise InputError("There is no budget rate for {missing}.", missing=", ".join(missing))
        budget = [float(budget[code]) for code in names]
    rates = _finite("budget", budget)
    if not (rates > 0).all() or rates.shape not in ((), (len(names),), (months, len(names))):
        raise InputError(
            "budget has shape {shape}, must hold rates above zero by currency, or by month and currency.",
            shape=rates.shape,
        )
    return np.asarray(np.broadcast_to(rates, (months, len(names))))


def _volatility(volatility: float | Mapping[str, float] | None, names: tuple[str, ...]) -> Floats:
    """Volatility of each currency, NaN where none is given."""
    if isinstance(volatility, Mapping | pd.Series):
        return np.array([float(volatility.get(code, np.nan)) for code in names])
    return np.full(len(names), np.nan if volatility is None else not_negative("volatility", volatility))


def _shaped(name: str, values: Floats, shape: tuple[int, int, int]) -> Floats:
    """The values, whose first axis may have length 1 instead."""
    if values.shape not in (shape, (1, *shape[1:])):
        raise InputError(
            "{name} has shape {found}, must be {shape} or without its first axis.",
            name=name,
            found=values.shape,
            shape=shape,
        )
    return values


def _finite(name: str, values: object) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if not np.isfinite(array).all():
        raise InputError("{name} holds numbers that are not finite.", name=name)
    return array
