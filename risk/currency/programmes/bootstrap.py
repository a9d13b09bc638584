"""How sure a comparison of programmes is: one history is one draw, so its months are drawn again, in blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Unpack

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from risk.checks import InputError, at_least, between, one_of
from risk.currency.programmes.backtest import Receipts, Replay, Settings, prepare
from risk.currency.programmes.history import Interest
from risk.currency.programmes.known import Programme
from risk.currency.programmes.ledger import Market, Plan
from risk.currency.programmes.outcome import Outcome, outcome, relative
from risk.loss import measures

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

KINDS = ("stationary", "moving")
BLOCK = 4_000_000  # forwards held at once


@dataclass(frozen=True, eq=False)
class ProgrammeBootstrap:
    """Figures of each programme on the history and on histories drawn from it, the same for all programmes.

    Figures, losses positive: expected_loss, cash_flow_at_risk and expected_shortfall of a budget period, smoothness
    (share of the spot rate), hedge_cost a budget period, peak_margin, regret, relief.
    """

    observed: pd.DataFrame  # index programme; a column a figure
    drawn: dict[str, pd.DataFrame]  # by programme; a row a drawn history

    def intervals(self, coverage: float = 0.9) -> pd.DataFrame:
        """Central intervals: index programme, figure; columns observed, low, high."""
        frames = {name: _interval(self.observed.T[name], drawn, coverage) for name, drawn in self.drawn.items()}
        return pd.concat(frames, names=["programme", "figure"])

    def differences(self, one: str, other: str, coverage: float = 0.9) -> pd.DataFrame:
        """`one` less `other` on the same histories: index figure; columns observed, low, high, probability_lower."""
        for name in (one, other):
            one_of("programme", name, tuple(self.drawn))
        apart = self.drawn[one] - self.drawn[other]
        frame = _interval(self.observed.T[one] - self.observed.T[other], apart, coverage)
        return frame.assign(probability_lower=(apart < 0).mean())


def bootstrap_programmes(
    programmes: Mapping[str, Programme],
    receipts: Receipts,
    rates: pd.DataFrame,
    interest: Interest,
    spread: float,
    rng: Generator,
    *,
    histories: int = 500,
    block: int = 24,
    kind: str = "stationary",
    level: float = 0.95,
    **settings: Unpack[Settings],
) -> ProgrammeBootstrap:
    """Replay the programmes on `histories` put together from blocks of about `block` months of the one there was.

    A month keeps the changes of all rates, its interest and what was known the business day before; receipts and
    forecasts stay in their months. Kind "stationary": lengths of blocks are geometric with mean `block` and the last
    month is followed by the first; "moving": blocks have the one length. A block should be longer than the programmes
    look ahead. `level` is that of the figures at risk; `settings` and the rest are those of `backtest_programme`.
    Sources: Politis and Romano, Journal of the American Statistical Association 89 (1994); Künsch, Annals of
    Statistics 17 (1989).
    """
    if not programmes:
        raise InputError("There is no programme to compare.")
    at_least("histories", histories, 1)
    between("level", level, 0.0, 1.0)
    replay = prepare(programmes.values(), receipts, rates, interest, spread, **settings)
    if len(replay.months) < replay.plan.period:
        raise InputError("The history holds no complete budget period of {period} months.", period=replay.plan.period)
    fixed = settings.get("budget") is not None
    whole = _figures(programmes, replay, np.arange(len(replay.past.months))[None], level, fixed=fixed)
    months = draw_months(len(replay.past.months), histories, block, rng, kind)
    size = max(1, BLOCK // replay.past.growth.size)
    parts = [
        _figures(programmes, replay, months[start : start + size], level, fixed=fixed)
        for start in range(0, histories, size)
    ]
    return ProgrammeBootstrap(
        pd.concat({name: frame.iloc[0] for name, frame in whole.items()}, axis=1).T.rename_axis("programme"),
        {name: pd.concat([part[name] for part in parts], ignore_index=True) for name in programmes},
    )


def draw_months(months: int, histories: int, block: int, rng: Generator, kind: str = "stationary") -> Integers:
    """Which month of the past stands in each place of the drawn histories: (histories, months).

    The first only begins its block: a month is the change to it from the one before.
    """
    one_of("kind", kind, KINDS)
    at_least("block", block, 1)
    moves = at_least("months of history", months, 2) - 1
    if block > moves:
        raise InputError("A block of {block} months is longer than the history of {moves}.", block=block, moves=moves)
    if kind == "moving":
        starts = rng.integers(0, moves - block + 1, (histories, -(-moves // block)))
        moved = (starts[:, :, None] + np.arange(block)).reshape(histories, -1)[:, :moves]
    else:
        place = np.arange(moves)
        opens = rng.random((histories, moves)) < 1.0 / block
        opens[:, 0] = True
        began = np.maximum.accumulate(np.where(opens, place, 0), axis=1)
        starts = np.take_along_axis(rng.integers(0, moves, (histories, moves)), began, axis=1)
        moved = (starts + place - began) % moves
    return np.column_stack([moved[:, 0], moved + 1])


def _figures(
    programmes: Mapping[str, Programme], replay: Replay, months: Integers, level: float, *, fixed: bool
) -> dict[str, pd.DataFrame]:
    """Figures of each programme, a row a history; with `fixed` budget rates, else those set in each history."""
    market = _drawn(replay, months)
    plan = replay.plan if fixed else replace(replay.plan, budget=market.spot[replay.plan.locks])
    return {name: _measured(outcome(one, market, plan), market, plan, level) for name, one in programmes.items()}


def _drawn(replay: Replay, months: Integers) -> Market:
    """The rates of the drawn histories; all begin where the past did."""
    past = replay.past
    change = np.ones_like(past.spot)
    change[1:] = past.spot[1:] / past.spot[:-1]
    moved = change[months]
    moved[:, 0] = past.spot[0]
    spot = np.ascontiguousarray(moved.cumprod(axis=1).transpose(1, 2, 0))
    before = (past.seen / past.spot)[months].transpose(1, 2, 0)
    slope = np.ascontiguousarray(past.growth[months].transpose(1, 2, 3, 0))
    volatility = past.volatility[months].transpose(1, 2, 0)
    return Market(spot, spot * before, slope, np.broadcast_to(0.0, slope.shape), volatility)


def _measured(found: Outcome, market: Market, plan: Plan, level: float) -> pd.DataFrame:
    lost, unhedged, full = (_by_period(monthly, plan.period) for monthly in (found.lost, found.unhedged, found.full))
    spot = market.spot[plan.first :].mean(axis=0)
    received = np.abs(plan.receipts).sum(axis=0)
    return pd.DataFrame(
        {
            "expected_loss": lost.mean(axis=0),
            "cash_flow_at_risk": [measures.value_at_risk(path, level) for path in lost.T],
            "expected_shortfall": [measures.expected_shortfall(path, level) for path in lost.T],
            "smoothness": relative(found.smoothness, spot, received),
            "hedge_cost": found.cost * plan.period / len(found.lost),
            "peak_margin": found.margin,
            "regret": (lost - np.minimum(unhedged, full)).mean(axis=0),
            "relief": (np.maximum(unhedged, full) - lost).mean(axis=0),
        }
    )


def _by_period(monthly: Floats, period: int) -> Floats:
    """Losses of the complete budget periods, (periods, paths)."""
    whole = len(monthly) // period
    return np.asarray(monthly[: whole * period].reshape(whole, period, -1).sum(axis=1))


def _interval(observed: pd.Series[float], drawn: pd.DataFrame, coverage: float) -> pd.DataFrame:
    outside = (1.0 - between("coverage", coverage, 0.0, 1.0)) / 2
    low, high = np.quantile(drawn.to_numpy(), [outside, 1.0 - outside], axis=0, method="inverted_cdf")
    return pd.DataFrame({"observed": observed[drawn.columns], "low": low, "high": high}, drawn.columns)
