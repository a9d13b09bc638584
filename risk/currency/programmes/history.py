"""Monthly fixings and forwards of the past, each with nothing in it that was known later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.checks import InputError, at_least, one_of
from risk.currency.forwards import day_count, from_known_day, growth
from risk.currency.rates import ecb_rates
from risk.currency.rates.returns import MAX_GAP_DAYS, YEAR, log_returns

Floats = NDArray[np.float64]
Interest = pd.DataFrame | pd.Series | Mapping[str, float]

FEWEST = 60  # returns out of which a volatility is estimated
FIXINGS = ("first", "last")


@dataclass(frozen=True, eq=False)
class History:
    """One fixing a month at which receipts settle and forwards are dealt, T months without a gap.

    `spot` and `seen`, the fixing of the business day before, at which the deal is decided: (T, currencies). A forward
    dealt in month t for k + 1 months ahead is spot[t] × growth[t, k], growth (T, leads, currencies). `volatility`, of
    the year before the decision, (T, currencies); NaN with less than `FEWEST` returns.
    """

    currencies: tuple[str, ...]
    months: pd.PeriodIndex
    spot: Floats
    seen: Floats
    growth: Floats
    volatility: Floats


def read_history(
    rates: pd.DataFrame,
    interest: Interest,
    currencies: Sequence[str],
    leads: int,
    *,
    reporting: str | None = None,
    fixing: str = "last",
) -> History:
    """The newest months in a row for which rates and interest of all currencies are known.

    `rates`: daily, units of the reporting currency for 1 unit of each. `interest`: yearly simple rates with a column
    for each currency and the reporting currency, by the day on which they were known, or by currency where they do
    not change. Where its index is a period or named "quarter" (`risk.reference.policy_rate_history`) a row is an
    average, known when the period is over. `reporting` may be left out where `interest` or the ECB's rates tell it.
    The fixing is the first or last of a month on which all currencies have one.
    """
    at_least("leads", leads, 1)
    one_of("fixing", fixing, FIXINGS)
    _refuse_unknown(rates, currencies)
    home = reporting or _reporting(rates, interest)
    daily = rates[list(currencies)].dropna().sort_index()
    days = pd.DatetimeIndex(daily.index)
    months, place = _places(days, fixing)
    yearly = _as_of(interest, [home, *currencies], days[place - 1])
    start = _start(months, yearly)
    months, place, yearly = months[start:], place[start:], yearly.iloc[start:]
    dealt, values = days[place], daily.to_numpy(dtype=np.float64)
    ahead = _days_ahead(dealt, months, leads, fixing)
    volatility = _volatility(daily)[place - 1]
    return History(tuple(currencies), months, values[place], values[place - 1], _growth(yearly, ahead), volatility)


def _refuse_unknown(rates: pd.DataFrame, currencies: Sequence[str]) -> None:
    missing = [code for code in currencies if code not in rates.columns or rates[code].isna().all()]
    if missing or not len(currencies):
        raise InputError("There are no exchange rates for {missing}.", missing=", ".join(missing) or "any currency")
    for code in currencies:
        day_count(code)


def _places(days: pd.DatetimeIndex, fixing: str) -> tuple[pd.PeriodIndex, NDArray[np.int64]]:
    """Months and the row of the fixing of each, without those that begin late, end early or follow upon a gap."""
    rows = pd.Series(np.arange(len(days)), days.to_period("M")).iloc[1:]  # the first has no day before
    last = rows.groupby(level=0).agg(fixing)
    months, place = pd.PeriodIndex(last.index), last.to_numpy()
    day = days.to_numpy().astype("datetime64[D]")
    apart = np.maximum(np.abs(day[place] - _scheduled(_number(months), fixing)), day[place] - day[place - 1])
    near = apart <= np.timedelta64(MAX_GAP_DAYS, "D")
    return months[near], place[near]


def _number(months: pd.Index) -> NDArray[np.int64]:
    """Months since January 1970."""
    return np.array([month.ordinal for month in months], dtype=np.int64)


def _scheduled(months: NDArray[np.int64], fixing: str) -> NDArray[np.datetime64]:
    """Business day on which the fixing of each month (since January 1970) falls by the calendar."""
    if fixing == "first":
        return np.busday_offset(months.astype("datetime64[M]").astype("datetime64[D]"), 0, roll="forward")
    end = (months + 1).astype("datetime64[M]").astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.busday_offset(end, 0, roll="backward")


def _as_of(interest: Interest, codes: list[str], days: pd.DatetimeIndex) -> pd.DataFrame:
    """Interest of each currency as known on the days; NaN where none was."""
    if not isinstance(interest, pd.DataFrame):
        constant = dict(interest)
        return pd.DataFrame({code: np.full(len(days), constant.get(code, np.nan)) for code in codes}, days)
    if absent := [code for code in codes if code not in interest.columns]:
        raise InputError("No interest rate is known for {missing}: enter one.", missing=", ".join(absent))
    table = from_known_day(interest[codes])
    row = table.index.searchsorted(days, side="right") - 1
    known = table.to_numpy(dtype=np.float64)[np.maximum(row, 0)]
    known[row < 0] = np.nan
    return pd.DataFrame(known, days, codes)


def _start(months: pd.Index, yearly: pd.DataFrame) -> int:
    """First of the newest months without a gap in rates or interest."""
    number = _number(months)
    known = np.isfinite(yearly.to_numpy()).all(axis=1)
    if not known.size or not known[-1]:
        lacking = [code for code in yearly.columns if not known.size or not np.isfinite(yearly[code].iloc[-1])]
        raise InputError("No rates and interest of the last month are known for {missing}.", missing=", ".join(lacking))
    broken = np.flatnonzero(~known | (np.diff(number, prepend=number[0] - 1) != 1))
    # A month after a gap can begin the history; one without interest cannot.
    return 0 if not broken.size else int(broken[-1] + (not known[broken[-1]]))


def _days_ahead(dealt: pd.DatetimeIndex, months: pd.PeriodIndex, leads: int, fixing: str) -> NDArray[np.int64]:
    """Calendar days from each deal to the fixings 1 ... `leads` months later: (T, leads)."""
    later = _scheduled(_number(months)[:, None] + np.arange(1, leads + 1), fixing)
    return np.asarray((later - dealt.to_numpy().astype("datetime64[D]")[:, None]).astype(np.int64))


def _growth(yearly: pd.DataFrame, days: NDArray[np.int64]) -> Floats:
    """Forward over spot by covered parity, (T, leads, currencies); `yearly` begins with the reporting one."""
    grown = [
        [[growth(rate, ahead / day_count(str(code))) for ahead in row] for rate, row in zip(rates, days, strict=True)]
        for code, rates in yearly.items()
    ]
    home, *others = np.array(grown)
    return np.stack([home / other for other in others], axis=2)


def _volatility(daily: pd.DataFrame) -> Floats:
    """Volatility of a year, out of the returns of the year up to each day: the shape of `daily`."""
    square = np.square(log_returns(daily).to_numpy())
    there = np.isfinite(square)
    sums = [np.pad(one.cumsum(axis=0), ((1 + YEAR, 0), (0, 0))) for one in (np.where(there, square, 0.0), there)]
    total, count = (one[YEAR:] - one[:-YEAR] for one in sums)
    mean = np.divide(total, count, out=np.full_like(total, np.nan), where=count >= FEWEST)
    return np.asarray(np.sqrt(mean * YEAR))


def _reporting(rates: pd.DataFrame, interest: Interest) -> str:
    """The reporting currency: the only one with interest and no rate, else the one in which the ECB has these rates."""
    left = [str(code) for code in dict(interest) if code not in rates.columns]
    fits = left if len(left) == 1 else _quoted_in(rates, left)
    if len(fits) != 1:
        raise InputError("Say in which reporting currency the rates are: it cannot be told from them.")
    return fits[0]


def _quoted_in(rates: pd.DataFrame, candidates: list[str]) -> list[str]:
    """Those of the candidates in which 1 unit of the first currency costs what the ECB says, in the median."""
    code = str(rates.columns[0])
    try:
        published = ecb_rates(code, start=rates.index.min(), end=rates.index.max())
    except InputError:  # the ECB does not know the currency, or not in that time
        return []
    known = published.columns.intersection(candidates)
    product = published[known].mul(rates[code], axis=0).dropna(how="all")
    return [str(other) for other in known if abs(product[other].median() - 1.0) < 0.01]
