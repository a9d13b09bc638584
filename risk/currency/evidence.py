"""How far a forecast of receipts has been right before, and whether volume moves with the rate."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from risk.checks import InputError, at_least, between
from risk.currency.exposure import forecast_receipts

LEAST_HISTORY = 6  # months before the first forecast that is judged
LEAST_PAIRS = 8  # changes of receipts and rate: an interval out of fewer says nothing


@dataclass(frozen=True)
class Share:
    """A share of so many trials with its interval."""

    share: float
    low: float
    high: float
    trials: int


@dataclass(frozen=True)
class Correlation:
    """Pearson's correlation of so many pairs with its interval."""

    correlation: float
    low: float
    high: float
    pairs: int


def past_forecasts(history: pd.Series[float], ahead: int = 1, origins: int = 12, coverage: float = 0.9) -> pd.DataFrame:
    """What would have been forecast for each of the newest months, `ahead` months before, out of what was known then.

    Index month; columns forecast, low, high (the interval that should hold with probability `coverage`), actual,
    inside. No rows where the history is shorter than six months and `ahead`.
    """
    known = history.dropna()
    at_least("ahead", ahead, 1)
    reach = NormalDist().inv_cdf(0.5 + between("coverage", coverage, 0.0, 1.0) / 2.0)
    first = max(LEAST_HISTORY, len(known) - at_least("origins", origins, 1) - ahead + 1)
    rows = {}
    for end in range(first, len(known) - ahead + 1):
        made = forecast_receipts(known.iloc[:end], ahead)
        mean, deviation = float(made.mean.iloc[-1]), float(made.sd.iloc[-1])
        rows[known.index[end + ahead - 1]] = (mean, mean - reach * deviation, mean + reach * deviation)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["forecast", "low", "high"], dtype="float64")
    table["actual"] = known.reindex(table.index)
    table["inside"] = table["actual"].between(table["low"], table["high"])
    return table.rename_axis("month")


def hit_rate(forecasts: pd.DataFrame, coverage: float = 0.95) -> Share:
    """Share of forecasts of `past_forecasts` whose interval held, with Wilson's interval."""
    from statsmodels.stats.proportion import proportion_confint

    if forecasts.empty:
        raise InputError("There is no past forecast to judge: the history is too short.")
    found, trials = int(forecasts["inside"].sum()), len(forecasts)
    low, high = proportion_confint(found, trials, 1.0 - between("coverage", coverage, 0.0, 1.0), method="wilson")
    return Share(found / trials, float(low), float(high), trials)


def volume_rate_correlation(receipts: pd.Series[float], rate: pd.Series[float], coverage: float = 0.95) -> Correlation:
    """Correlation of monthly log changes: receipts of a currency in its units, and the month's mean rate.

    Months without receipts above zero are left out with the change after them. The interval is Fisher's, for normal
    changes. A hedge of expected receipts is too large where it is negative: Rolfo, Journal of Political Economy 88
    (1980). InputError for fewer than eight pairs.
    """
    from scipy.stats import pearsonr

    monthly = rate.dropna().resample("MS").mean().reindex(receipts.index)
    logs = pd.DataFrame(np.log(pd.DataFrame({"volume": receipts.where(receipts > 0), "rate": monthly})))
    changes = logs.diff().dropna()
    if len(changes) < LEAST_PAIRS or changes["rate"].nunique() < 2 or changes["volume"].nunique() < 2:
        raise InputError(
            "{count} monthly changes are too few to see whether volume moves with the rate.", count=len(changes)
        )
    found = pearsonr(changes["volume"], changes["rate"])
    ends = found.confidence_interval(between("coverage", coverage, 0.0, 1.0))
    return Correlation(float(found.statistic), float(ends.low), float(ends.high), len(changes))
