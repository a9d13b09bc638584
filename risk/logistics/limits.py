"""Limits that marketplaces set: how likely it is that the true rate breaks them, not only which colour the week has."""

from __future__ import annotations

import pandas as pd

from risk.checks import InputError, one_of
from risk.loss.proportions import with_share
from risk.loss.updating import update_probability

BELOW, ABOVE = ("below", "at most"), ("above", "at least")


def limit_probability(
    events: int, trials: int, limit: float, comparison: str = "below", prior: tuple[float, float] = (0.5, 0.5)
) -> float:
    """Chance that the true rate breaks a limit: that it is above one it must stay below, or below one it must reach.

    `prior` are the events and the others of a beta belief before (Jeffreys where nothing is known; the common belief
    of other carriers where it is).
    """
    from scipy.special import betainc, betaincc

    one_of("comparison", comparison, (*BELOW, *ABOVE))
    if not 0 <= limit <= 1:
        raise InputError("the limit is {limit}: it must be a share between 0 and 1", limit=limit)
    belief = update_probability(*prior, events, trials)
    tail = betaincc if comparison in BELOW else betainc
    return float(tail(belief.events, belief.others, limit))


def against_limits(measured: pd.DataFrame, limits: pd.DataFrame) -> pd.DataFrame:
    """Own rates beside the limits of `risk.reference.marketplace_limits`, edited or not, a row a limit.

    `measured` has metric, events, trials and, where it is told apart, window_days. Columns of the limits, then events,
    trials, rate, low, high (Wilson, 95 %), broken (the rate as it is), chance (that the true rate breaks the limit);
    missing where nothing was measured: no trials are no good rate.
    """
    keys = [name for name in ("metric", "window_days") if name in measured]
    found = with_share(limits.merge(measured, on=keys, how="left"), "events", "trials")
    known = found["trials"] > 0
    rows = found[known]
    counts = rows["events"].astype(int), rows["trials"].astype(int)
    chances = list(map(limit_probability, *counts, rows["limit"], rows["comparison"]))
    broken = list(map(_broken, rows["rate"], rows["limit"], rows["comparison"]))
    return found.assign(
        broken=pd.Series(broken, rows.index, dtype="boolean").reindex(found.index),
        chance=pd.Series(chances, rows.index, dtype="float64").reindex(found.index),
    )


def _broken(rate: float, limit: float, comparison: str) -> bool:
    kept = {"below": rate < limit, "at most": rate <= limit, "above": rate > limit, "at least": rate >= limit}
    return not kept[one_of("comparison", comparison, kept)]
