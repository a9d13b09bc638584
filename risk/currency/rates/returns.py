"""Returns, the newest fixing as of a day, and what is peculiar about a rate."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.checks import InputError, at_least

Floats = NDArray[np.float64]

MAX_GAP_DAYS = 7
PEG_VOLATILITY = 0.02  # a year: below it lie fixed rates and narrow bands
PEG_ZERO_SHARE = 0.10  # of daily returns: a floating rate of four digits repeats itself on 1 or 2 days of a hundred
STALE_PRINTS = 3
REDENOMINATION = 10.0  # times as much, or as little, from one fixing to the next: no market moves so
# Currencies whose unit was changed under another code: the new code, and how many old units one new unit was.
REPLACED = {"TRL": ("TRY", 1_000_000.0), "ROL": ("RON", 10_000.0)}
YEAR = 252


def log_returns(rates: pd.DataFrame, max_gap_days: int = MAX_GAP_DAYS) -> pd.DataFrame:
    """Log return of each currency since its previous fixing, at the later date; first row of `rates` left out.

    NaN where there is no fixing, or where the previous one is more than `max_gap_days` calendar days old: the nine
    years without ISK are a gap, not a return of -84 %.
    """
    at_least("max_gap_days", max_gap_days, 1)
    days = _days(ascending(rates))
    values = rates.to_numpy(dtype=np.float64)
    moves = [_log_return(values[:, place], days, max_gap_days) for place in range(values.shape[1])]
    table = np.column_stack(moves) if moves else np.empty((len(days), 0))
    return pd.DataFrame(table[1:], index=rates.index[1:], columns=rates.columns)


def last_fixing(
    rates: pd.DataFrame,
    as_of: str | dt.date | pd.Timestamp,
    max_age_days: int = MAX_GAP_DAYS,
) -> pd.Series[float]:
    """The newest rate of each currency on or before `as_of`; index: currency.

    Raises InputError naming the currencies whose newest fixing is more than `max_age_days` calendar days old: a series
    that has ended has no latest rate.
    """
    day = pd.Timestamp(as_of)
    known = ascending(rates)[rates.index <= day]
    values = known.to_numpy(dtype=np.float64)
    there = np.isfinite(values)
    newest = [int(np.flatnonzero(column)[-1]) if column.any() else None for column in there.T]
    oldest = int(day.to_datetime64().astype("datetime64[D]").astype(np.int64)) - max_age_days
    days = _days(known)
    old = [
        _age(str(code), None if row is None else days[row])
        for code, row in zip(known.columns, newest, strict=True)
        if row is None or days[row] < oldest
    ]
    if old:
        raise InputError(
            "No rate within {days} days of {day}: {which}.",
            days=max_age_days,
            day=f"{day:%Y-%m-%d}",
            which="; ".join(old),
        )
    return pd.Series(
        [values[row, place] for place, row in enumerate(newest)],
        known.columns,
        dtype="float64",
        name="rate",
    )


@dataclass(frozen=True)
class RateNote:
    """What to know of one series before trusting its volatility.

    Volatility, share of zero returns, longest run and partners describe the newest returns only, the rest all fixings.
    """

    first: pd.Timestamp
    last: pd.Timestamp
    fixings: int
    gaps: int  # longer than MAX_GAP_DAYS
    longest_gap: int  # calendar days
    gap_from: pd.Timestamp  # last fixing before the longest gap; NaT when there is one fixing in all
    gap_to: pd.Timestamp  # first fixing after it
    volatility: float  # a year
    zero_share: float  # of the returns
    longest_run: int  # equal prints in a row
    moves_with: str  # currencies against which it is as good as fixed
    redenominated: pd.Timestamp  # first fixing after the largest change of unit; NaT without one
    unit_factor: float  # that fixing by the one before; NaN without one
    replaced_by: str  # code under which it goes on in another unit
    flags: str


def rate_notes(rates: pd.DataFrame, window: int = 2 * YEAR) -> pd.DataFrame:
    """What to know of each series before trusting its volatility: one row a currency, columns of RateNote.

    Volatility, share of zero returns, longest run and partners come from the last `window` returns. Flags, joined by
    ", ": "ended", "gap", "pegged", "pegged to …", "stale", "redenominated", "replaced by …". A move by a factor of
    REDENOMINATION between two fixings is taken for a change of unit, which nobody gained or lost by. A series without
    any fixing has no row.
    """
    returns = log_returns(rates, max_gap_days=10_000).tail(at_least("window", window, 2))
    partners = _partners(returns)
    known = {str(code): rates[code].dropna() for code in rates.columns}
    notes = {
        code: asdict(_note(rate, returns[code], partners[code], rates.index))
        for code, rate in known.items()
        if len(rate)
    }
    return pd.DataFrame.from_dict(notes, orient="index").rename_axis(index="currency")


def ascending(rates: pd.DataFrame) -> pd.DataFrame:
    """The rates, which must have distinct dates in order and values above zero."""
    if not (
        isinstance(rates.index, pd.DatetimeIndex) and rates.index.is_monotonic_increasing and rates.index.is_unique
    ):
        raise InputError("rates must have dates as index, ascending, each once")
    if rates.empty:
        raise InputError("rates is empty: there is no day or no currency in it")
    if (rates.to_numpy(dtype=np.float64) <= 0).any():
        raise InputError("rates holds a value of zero or less: a rate is above zero")
    return rates


def _days(rates: pd.DataFrame) -> NDArray[np.int64]:
    return rates.index.to_numpy().astype("datetime64[D]").astype(np.int64)


def _log_return(values: Floats, days: NDArray[np.int64], max_gap_days: int) -> Floats:
    moves = np.full(values.size, np.nan)
    known = np.flatnonzero(np.isfinite(values))
    near = np.diff(days[known]) <= max_gap_days
    moves[known[1:][near]] = np.diff(np.log(values[known]))[near]
    return moves


def _age(code: str, day: np.int64 | None) -> str:
    return f"{code} has none before" if day is None else f"{code} ended on {np.datetime64(int(day), 'D')}"


def _partners(returns: pd.DataFrame) -> dict[str, list[str]]:
    partners: dict[str, list[str]] = {str(code): [] for code in returns.columns}
    moves = returns.to_numpy()
    for one, other in combinations(range(len(partners)), 2):
        apart = moves[:, one] - moves[:, other]
        apart = apart[np.isfinite(apart)]
        if apart.size and np.square(apart).mean() < PEG_VOLATILITY**2 / YEAR:
            partners[str(returns.columns[one])].append(str(returns.columns[other]))
            partners[str(returns.columns[other])].append(str(returns.columns[one]))
    return partners


def _note(
    rate: pd.Series[float],
    moves: pd.Series[float],
    partners: list[str],
    dates: pd.Index,
) -> RateNote:
    known = moves.dropna().to_numpy()
    volatility = float(np.sqrt(np.square(known).mean() * YEAR)) if known.size else float("nan")
    zero_share = float((known == 0).mean()) if known.size else float("nan")
    run = _longest_run(known == 0)
    gaps, longest_gap, gap_from, gap_to = _gaps(rate)
    redenominated, factor = _redenomination(rate)
    replaced_by = REPLACED.get(str(rate.name), ("", 1.0))[0]
    pegged = volatility < PEG_VOLATILITY or zero_share > PEG_ZERO_SHARE
    flags = {
        "ended": (dates.max() - rate.index.max()).days > MAX_GAP_DAYS,
        "gap": gaps > 0,
        "pegged": pegged,
        f"pegged to {' and '.join(partners)}": bool(partners),
        "stale": run > STALE_PRINTS and not pegged,
        "redenominated": bool(factor == factor),
        f"replaced by {replaced_by}": bool(replaced_by),
    }
    return RateNote(
        first=rate.index.min(),
        last=rate.index.max(),
        fixings=len(rate),
        gaps=gaps,
        longest_gap=longest_gap,
        gap_from=gap_from,
        gap_to=gap_to,
        volatility=volatility,
        zero_share=zero_share,
        longest_run=run,
        moves_with=", ".join(partners),
        redenominated=redenominated,
        unit_factor=factor,
        replaced_by=replaced_by,
        flags=", ".join(flag for flag, holds in flags.items() if holds),
    )


def _gaps(rate: pd.Series[float]) -> tuple[int, int, pd.Timestamp, pd.Timestamp]:
    """Gaps of more than a week, days of the longest, and the fixings around it."""
    days = np.diff(rate.index.to_numpy().astype("datetime64[D]").astype(np.int64))
    if not days.size:
        return 0, 0, pd.NaT, pd.NaT  # type: ignore[return-value]
    place = int(days.argmax())
    return int((days > MAX_GAP_DAYS).sum()), int(days[place]), rate.index[place], rate.index[place + 1]


def _redenomination(rate: pd.Series[float]) -> tuple[pd.Timestamp, float]:
    """Day and factor of the largest change of unit."""
    moves = np.diff(np.log(rate.to_numpy()))
    place = int(np.abs(moves).argmax()) if moves.size else 0
    if not moves.size or abs(moves[place]) < np.log(REDENOMINATION):
        return pd.NaT, float("nan")  # type: ignore[return-value]
    return rate.index[place + 1], float(np.exp(moves[place]))


def _longest_run(unchanged: NDArray[np.bool_]) -> int:
    """Equal prints in a row: one more than the zero returns between them."""
    moved = np.flatnonzero(np.concatenate([[True], ~unchanged, [True]]))
    return int(np.diff(moved).max())
