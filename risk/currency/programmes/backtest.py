"""A hedge programme replayed on the rates of the past, month by month, with nothing known later."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TypedDict

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, Sentence, at_least, not_negative
from risk.currency.programmes.history import History, Interest, read_history
from risk.currency.programmes.known import Programme
from risk.currency.programmes.ledger import Market, Plan
from risk.currency.programmes.outcome import outcome
from risk.currency.programmes.result import ProgrammeResult, result
from risk.currency.programmes.simulate import budget_rates, from_first, lock_times

Floats = NDArray[np.float64]
EVERY_MONTH = "every month"
Receipts = pd.DataFrame | pd.Series | Mapping[str, float] | ArrayLike


def backtest_programme(
    programme: Programme,
    receipts: Receipts,
    rates: pd.DataFrame,
    interest: Interest,
    spread: float,
    *,
    expected: pd.DataFrame | None = None,
    budget: ArrayLike | Mapping[str, float] | None = None,
    reporting: str | None = None,
    period: int = 12,
    fixing: str = "last",
    deposit: float = 0.0,
    deposit_rate: float = 0.0,
) -> ProgrammeResult:
    """What the programme would have brought; `losses` are those of the budget periods of `period` months.

    `receipts`: a row a month and a column a currency, in its units; an array (months, currencies) in the order of the
    rates falls in their last months. By currency, every month brings the same, from the second month on for which rates
    and interest are known. `rates` and `interest` as `read_history` takes them.

    A month's deals are decided on the rates of the business day before, and dealt at the forward of its fixing ("first"
    or "last" of the month) by covered parity with the interest then known, less `spread`; its receipts settle at the
    same fixing. Hedged is `expected`, a frame as `receipts`, or with an index of (month of the forecast, month) where
    forecasts change, of which a decision takes the newest; left out, the receipts are taken for certain. The budget
    rate, where `budget` gives none, is the spot rate at the fixing before the period; `deposit` and `deposit_rate` as
    in `simulate_programme`.
    """
    replay = prepare(
        [programme],
        receipts,
        rates,
        interest,
        spread,
        expected=expected,
        budget=budget,
        reporting=reporting,
        period=period,
        fixing=fixing,
        deposit=deposit,
        deposit_rate=deposit_rate,
    )
    found = outcome(programme, market_of(replay.past), replay.plan)
    notes = _late(programme.reach(period), replay.plan.first)
    return result(programme, found, replay.past.currencies, replay.months, period, notes)


@dataclass(frozen=True, eq=False)
class Replay:
    """Past rates from the run-in to the last receipts, and the plan of what comes in."""

    past: History
    plan: Plan
    months: pd.PeriodIndex  # of the receipts


class Settings(TypedDict, total=False):
    """Keywords that `backtest_programme` and the functions beside it share."""

    expected: pd.DataFrame | None
    budget: ArrayLike | Mapping[str, float] | None
    reporting: str | None
    period: int
    fixing: str
    deposit: float
    deposit_rate: float


def prepare(
    programmes: Collection[Programme],
    receipts: Receipts,
    rates: pd.DataFrame,
    interest: Interest,
    spread: float,
    *,
    expected: pd.DataFrame | None = None,
    budget: ArrayLike | Mapping[str, float] | None = None,
    reporting: str | None = None,
    period: int = 12,
    fixing: str = "last",
    deposit: float = 0.0,
    deposit_rate: float = 0.0,
) -> Replay:
    """Arguments of `backtest_programme` as arrays, beginning as long before the receipts as the programmes look."""
    reach = max(programme.reach(at_least("period", period, 1)) for programme in programmes)
    receipts = _named(receipts, rates)
    currencies = [str(code) for code in receipts.columns]
    past = read_history(rates, interest, currencies, max(reach, period), reporting=reporting, fixing=fixing)
    came = _by_month(receipts, past)
    past = _run_in(past, came, reach)
    hoped = came if expected is None else expected
    first = len(past.months) - len(came)
    locks = lock_times(first, len(past.months), period)
    plan = Plan(
        currencies=past.currencies,
        receipts=from_first(came.to_numpy(dtype=np.float64)[:, :, None], first),
        expected=_forecasts(hoped, came, past) if hoped.index.nlevels == 2 else _forecast(hoped, came, first),
        budget=past.spot[locks][:, :, None] if budget is None else _given(budget, past, first, len(came)),
        # A budget set at a fixing is known to the decisions after it.
        budget_known=locks + 1 if budget is None else np.zeros_like(locks),
        locks=locks,
        first=first,
        period=period,
        spread=not_negative("spread", spread),
        deposit_cost=not_negative("deposit", deposit) * deposit_rate / 12,
    )
    return Replay(past, plan, pd.PeriodIndex(came.index))


def _late(reach: int, first: int) -> tuple[Sentence, ...]:
    if first >= reach:
        return ()
    said = (
        "Rates and interest are known in only {first} of the {reach} months that the programme looks ahead of the "
        "first receipts: what it would have sold earlier is sold then."
    )
    return (Sentence(said, reach=reach, first=first),)


def market_of(past: History) -> Market:
    """The past as a market of one path."""
    growth = past.growth[..., None]
    spot, seen, volatility = (values[:, :, None] for values in (past.spot, past.seen, past.volatility))
    return Market(spot, seen, growth, np.zeros_like(growth), volatility)


def _given(budget: ArrayLike | Mapping[str, float], past: History, first: int, months: int) -> Floats:
    return from_first(budget_rates(budget, past.currencies, months)[:, :, None], first, np.nan)


def _named(receipts: Receipts, rates: pd.DataFrame) -> pd.DataFrame:
    """Receipts as a frame with a column a currency; its index tells the months, or numbers them, or is one row."""
    if isinstance(receipts, pd.DataFrame):
        return receipts
    if isinstance(receipts, Mapping | pd.Series):
        return pd.DataFrame({str(code): [float(amount)] for code, amount in receipts.items()}, index=[EVERY_MONTH])
    table = np.asarray(receipts, dtype=np.float64)
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2 or table.shape[1] != rates.shape[1]:
        raise InputError(
            "receipts has shape {shape}, must be by month and currency, for {currencies} currencies with rates.",
            shape=table.shape,
            currencies=rates.shape[1],
        )
    return pd.DataFrame(table, columns=rates.columns)


def _by_month(receipts: pd.DataFrame, past: History) -> pd.DataFrame:
    """Receipts with a row for each month that the history holds, index of periods."""
    if list(receipts.index) == [EVERY_MONTH]:
        receipts = receipts.loc[[EVERY_MONTH] * (len(past.months) - 1)].set_axis(past.months[1:], axis=0)
    elif isinstance(receipts.index, pd.RangeIndex):
        months = pd.period_range(end=past.months[-1], periods=len(receipts), freq="M")
        receipts = receipts.set_axis(months, axis=0)
    if receipts.empty:
        raise InputError("There is no month with receipts and one before it for which rates and interest are known.")
    table = _monthly(receipts, "receipts")
    if table.index[0] <= past.months[0] or table.index[-1] > past.months[-1]:
        raise InputError(
            "Receipts run from {first} to {last}, but rates and interest of {currencies} are known without a gap only "
            "from {known} to {end}, and the first month has to be decided on before.",
            first=str(table.index[0]),
            last=str(table.index[-1]),
            currencies=", ".join(past.currencies),
            known=str(past.months[0]),
            end=str(past.months[-1]),
        )
    return table


def _monthly(table: pd.DataFrame, name: str) -> pd.DataFrame:
    index = table.index if isinstance(table.index, pd.PeriodIndex) else pd.DatetimeIndex(table.index)
    table = table.set_axis(pd.PeriodIndex(index, freq="M"), axis=0).sort_index()
    whole = pd.period_range(table.index[0], table.index[-1], freq="M")
    if not table.index.equals(whole) or not np.isfinite(table.to_numpy(dtype=np.float64)).all():
        raise InputError("{name} must hold an amount for each month in a row, and each month once.", name=name)
    return table


def _forecast(expected: pd.DataFrame, receipts: pd.DataFrame, first: int) -> Floats:
    """The one forecast of each month: (1, T, currencies)."""
    table = _monthly(expected, "expected")
    if not table.index.equals(receipts.index) or set(table.columns) != set(receipts.columns):
        raise InputError("What is expected must be given once for the same months and currencies as the receipts.")
    return from_first(table[receipts.columns].to_numpy(dtype=np.float64)[:, :, None], first)[None, :, :, 0]


def _forecasts(expected: pd.DataFrame, receipts: pd.DataFrame, past: History) -> Floats:
    """The newest forecast of each month at each decision, nothing before the first: (T, T, currencies)."""
    made, ahead = (pd.PeriodIndex(expected.index.get_level_values(level), freq="M") for level in (0, 1))
    absent = set(receipts.columns) - set(expected.columns) or set(receipts.index) - set(ahead)
    if absent or expected.isna().to_numpy().any() or expected.index.has_duplicates:
        raise InputError("What is expected must be given once for the same months and currencies as the receipts.")
    found = np.zeros((len(past.months), len(past.months), len(receipts.columns)))
    for place, code in enumerate(receipts.columns):
        table = pd.DataFrame({"made": made, "month": ahead, "amount": expected[code].to_numpy(dtype=np.float64)})
        table = table.pivot_table("amount", "made", "month")
        known = table.reindex(table.index.union(past.months)).ffill().reindex(past.months, columns=receipts.index)
        found[:, -len(receipts) :, place] = known.fillna(0.0)
    return found


def _run_in(past: History, receipts: pd.DataFrame, reach: int) -> History:
    """The months of the receipts, and before them as many as the programme looks ahead, where there are so many."""
    end = list(past.months).index(receipts.index[-1]) + 1
    start = max(0, end - len(receipts) - max(reach, 1))
    kept = slice(start, end)
    return replace(
        past,
        months=past.months[kept],
        spot=past.spot[kept],
        seen=past.seen[kept],
        growth=past.growth[kept],
        volatility=past.volatility[kept],
    )
