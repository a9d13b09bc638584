"""Returns that have not come back yet: cohorts of deliveries by the time since, completed with their error.

An uncompleted return rate always improves in the newest months. Rows of a triangle are cohorts (months of delivery),
the oldest first; columns are lags (months since), cumulative counts or money; what lies ahead is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from risk.checks import InputError, Sentence
from risk.loss.updating import BetaProbability
from risk.quality.charts.chart import Floats
from risk.quality.priors import beta_prior

Triangle = ArrayLike | Sequence[Sequence[float]] | pd.DataFrame

MATURE = 0.9  # share of the returns of a cohort that have come, from which it says what is usual
FINE = 2_000  # points of the grid on which a return rate is believed


@dataclass(frozen=True)
class ChainLadder:
    """A completed triangle: `factors` from lag to lag, and of each cohort the others, Mack's error with them.

    `ultimate` is what will have come in the end, `outstanding` what of it has not come yet, `standard_error` that of
    both (NaN where too few cohorts are old enough to say). `developed` is the share of the ultimate that has come.
    `total_error` is that of the sum of all cohorts, which move together.
    """

    factors: Floats
    ultimate: Floats
    outstanding: Floats
    standard_error: Floats
    developed: Floats
    sigma: Floats
    total_error: float
    notes: tuple[Sentence, ...] = ()


def chain_ladder(triangle: Triangle) -> ChainLadder:
    """Each cohort carried on by what older ones did from lag to lag, weighted by volume; Mack's standard error.

    The triangle is an array or frame of shape (cohorts, lags) with NaN for what is ahead, or rows that end where the
    present is. No tail factor: what comes after the last lag is not in it. Mack, ASTIN Bulletin 23 (1993), the last
    variance by his rule min(σ⁴ₖ₋₁ / σ²ₖ₋₂, σ²ₖ₋₂, σ²ₖ₋₁); some programs extrapolate it instead and differ by a little.

    >>> chain_ladder([[10, 20], [30]]).ultimate.tolist()
    [20.0, 60.0]
    """
    amounts, notes = _read(triangle)
    factors, sigma = _development(amounts)
    known = (~np.isnan(amounts)).sum(axis=1)
    latest = amounts[np.arange(known.size), known - 1]
    ahead = np.append(np.cumprod(factors[::-1])[::-1], 1.0)  # from each lag to the last
    ultimate = latest * ahead[known - 1]
    error, total = _mack(amounts, factors, sigma, known, ultimate)
    return ChainLadder(factors, ultimate, ultimate - latest, error, 1 / ahead[known - 1], sigma, total, notes)


def lag_triangle(cohorts: ArrayLike, lags: ArrayLike, counts: ArrayLike, periods: int) -> Floats:
    """Cumulative counts by cohort and lag, both numbered from 0, as seen at the end of the last of so many periods.

    Counts of a cohort and lag that come in several rows are added up; one that lies before its cohort or after the
    present is refused.
    """
    rows, columns = np.asarray(cohorts, dtype=np.int64), np.asarray(lags, dtype=np.int64)
    if ((rows < 0) | (columns < 0) | (rows + columns >= periods)).any():
        raise InputError("A return lies before its delivery, or after the present.")
    amounts = np.zeros((periods, periods))
    np.add.at(amounts, (rows, columns), np.asarray(counts, dtype=np.float64))
    place = np.arange(periods)
    return np.where(place[:, None] + place[None, :] < periods, amounts.cumsum(axis=1), np.nan)


def completed_returns(triangle: Triangle, delivered: ArrayLike, coverage: float = 0.90) -> pd.DataFrame:
    """Return rates of cohorts as they will be in the end, the youngest ones held back by what is usual.

    `triangle` holds cumulative units returned, `delivered` the units delivered in each cohort. A row a cohort:
    delivered, returned so far, developed (share of the returns that have come, by `chain_ladder`), raw (returned /
    delivered), chain_ladder (rate), bornhuetter_ferguson (returned plus the usual rate of what is yet to come), rate
    (the mean of the belief), low, high, status ("ok", "nothing delivered", "more returned than delivered").

    The belief about a cohort's rate p starts as the beta distribution of mature cohorts; so far a unit has come back
    with probability p times developed. Developed counts as known: its own error is in `chain_ladder`'s.
    """
    ladder = chain_ladder(triangle)
    units = np.asarray(delivered, dtype=np.float64)
    if units.shape != ladder.ultimate.shape:
        raise InputError("There must be one number of units delivered for each cohort.")
    returned = ladder.ultimate - ladder.outstanding
    usable = (units > 0) & (returned <= units)
    status = np.where(usable, "ok", np.where(units > 0, "more returned than delivered", "nothing delivered"))
    prior = _usual(ladder, units, returned, usable)
    safe = np.where(usable, units, np.nan)
    usual = returned + safe * prior.mean * (1 - ladder.developed)
    believed = np.full((units.size, 3), np.nan)
    for place in np.flatnonzero(usable):
        believed[place] = _believed(prior, returned[place], units[place], ladder.developed[place], coverage)
    columns = {
        "delivered": units,
        "returned": returned,
        "developed": ladder.developed,
        "raw": returned / safe,
        "chain_ladder": ladder.ultimate / safe,
        "bornhuetter_ferguson": usual / safe,
        **dict(zip(("rate", "low", "high"), believed.T, strict=True)),
        "status": status,
    }
    return pd.DataFrame(columns, index=triangle.index if isinstance(triangle, pd.DataFrame) else None)


def _usual(ladder: ChainLadder, units: Floats, returned: Floats, usable: np.ndarray) -> BetaProbability:
    mature = usable & (ladder.developed >= MATURE)
    if int(mature.sum()) < 2:
        raise InputError(
            "Only {count} cohorts have most of their returns back; two are needed to say what is usual.",
            count=int(mature.sum()),
        )
    grown = np.minimum(returned / ladder.developed, units)
    return beta_prior(grown[mature], units[mature]).prior


def _believed(
    prior: BetaProbability, returned: float, units: float, developed: float, coverage: float
) -> tuple[float, float, float]:
    """Mean and equal-tailed interval of the share of the units that will have come back in the end.

    The belief about p on a grid; of the units still out each comes back with probability p (1 − developed) /
    (1 − p developed), and their number is taken for the beta-binomial with its mean and variance.
    """
    from scipy.special import betaincinv
    from scipy.stats import betabinom

    exposed = max(units * developed - returned, 0.0)
    low, high = betaincinv(prior.events + returned, prior.others + exposed, [1e-10, 1 - 1e-10])
    share = np.linspace(low, high, FINE + 2)[1:-1]
    log = (prior.events - 1 + returned) * np.log(share) + (prior.others - 1) * np.log1p(-share)
    log += (units - returned) * np.log1p(-share * developed)
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    later, out = share * (1 - developed) / (1 - share * developed), units - returned
    mean = float(weight @ later)
    variance = float(weight @ np.square(later - mean))
    if variance <= 0 or out < 1:
        return returned / units, returned / units, returned / units
    size = mean * (1 - mean) / variance - 1
    tail = (1 - coverage) / 2
    chance = betabinom.pmf(np.arange(round(out) + 1), round(out), mean * size, (1 - mean) * size)
    least, most = (returned + np.searchsorted(chance.cumsum(), [tail, 1 - tail])) / units
    return (returned + out * mean) / units, float(least), float(most)


def _read(triangle: Triangle) -> tuple[Floats, tuple[Sentence, ...]]:
    if isinstance(triangle, pd.DataFrame | np.ndarray):
        amounts = np.asarray(triangle, dtype=np.float64)
    else:
        rows = [np.asarray(row, dtype=np.float64) for row in triangle]  # type: ignore[union-attr]
        amounts = np.full((len(rows), max((row.size for row in rows), default=0)), np.nan)
        for place, row in enumerate(rows):
            amounts[place, : row.size] = row
    known = ~np.isnan(amounts)
    if amounts.ndim != 2 or amounts.shape[1] < 2 or len(amounts) < 2:
        raise InputError("A triangle needs at least two cohorts and two lags; one period cannot be completed.")
    if not known[:, 0].all() or (np.diff(known.astype(int), axis=1) > 0).any():
        raise InputError("Each cohort needs its amounts from the first lag to the present, without a gap.")
    if (amounts < 0).any() or np.isinf(amounts).any():
        raise InputError("Cumulative amounts of a triangle must be finite and not below 0.")
    falling = int((np.diff(amounts, axis=1) < 0).sum())
    said = Sentence("{count} cumulative amounts are below the one before: something was taken back.", count=falling)
    return amounts, (said,) if falling else ()


def _development(amounts: Floats) -> tuple[Floats, Floats]:
    """Factors from lag to lag and Mack's σ of each, NaN where a single cohort tells nothing of it."""
    lags = amounts.shape[1]
    factors, sigma = np.empty(lags - 1), np.full(lags - 1, np.nan)
    for lag in range(lags - 1):
        here, there = amounts[:, lag], amounts[:, lag + 1]
        both = ~np.isnan(there)
        if not both.any() or here[both].sum() <= 0:
            raise InputError(
                "Nothing had come back by lag {lag} in any cohort old enough: pool more articles.", lag=lag
            )
        factors[lag] = there[both].sum() / here[both].sum()
        used = both & (here > 0)
        if used.sum() > 1:
            spread = here[used] * np.square(there[used] / here[used] - factors[lag])
            sigma[lag] = np.sqrt(spread.sum() / (used.sum() - 1))
    if np.isnan(sigma[-1]) and lags > 3 and not np.isnan(sigma[-3:-1]).any():
        before, last = np.square(sigma[-3:-1])
        sigma[-1] = np.sqrt(min(last**2 / before if before > 0 else 0.0, before, last))
    return factors, sigma


def _mack(amounts: Floats, factors: Floats, sigma: Floats, known: np.ndarray, ultimate: Floats) -> tuple[Floats, float]:
    """Standard errors of the cohorts' ultimates, and of their sum: Mack (1993), theorem 3 and its corollary."""
    lags = amounts.shape[1]
    process = np.square(sigma / factors)
    totals = np.array([np.nansum(amounts[~np.isnan(amounts[:, lag + 1]), lag]) for lag in range(lags - 1)])
    squares, shared = np.zeros(known.size), np.zeros(known.size)
    for place, seen in enumerate(known):
        grown = amounts[place, seen - 1]
        for lag in range(seen - 1, lags - 1):
            if ultimate[place] > 0:
                squares[place] += process[lag] * (1 / grown + 1 / totals[lag])
                shared[place] += process[lag] / totals[lag]
            grown *= factors[lag]
    variance = np.square(ultimate) * squares
    later = [ultimate[(known <= seen) & (np.arange(known.size) > place)].sum() for place, seen in enumerate(known)]
    total = variance.sum() + (2 * ultimate * np.array(later) * shared).sum()
    return np.sqrt(variance), float(np.sqrt(total))
