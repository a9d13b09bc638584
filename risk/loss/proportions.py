"""Shares of counted occasions with their interval: late parcels, returned units, chargebacks."""

from __future__ import annotations

import pandas as pd

COVERAGE = 0.95


def with_share(counted: pd.DataFrame, events: str, trials: str, coverage: float = COVERAGE) -> pd.DataFrame:
    """The frame with `rate` = events / trials and its Wilson interval `low`, `high`, row by row.

    All three are missing where there are no trials, or fewer of them than events. The interval takes the occasions
    for independent; give the number of independent ones as `trials` where events come in clusters.
    """
    from statsmodels.stats.proportion import proportion_confint  # a second of import that few callers need

    count, number = counted[events].astype("float64"), counted[trials].astype("float64")
    known = (number > 0) & (count <= number)
    low, high = proportion_confint(count[known], number[known], alpha=1 - coverage, method="wilson")
    index = counted.index[known]
    shares = {"rate": count[known] / number[known], "low": pd.Series(low, index), "high": pd.Series(high, index)}
    return counted.assign(**{name: share.reindex(counted.index) for name, share in shares.items()})
