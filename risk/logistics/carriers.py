"""Carriers compared within lanes: who drives the hard lanes must not lose by it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.checks import InputError
from risk.logistics.counted import LANE
from risk.loss.special import ndtri

Floats = NDArray[np.float64]

FEWEST = 10  # carriers from which it is estimated how much they differ beyond chance
COVERAGES = (0.95, 0.998)  # of the two funnels


def within_lane(counted: pd.DataFrame, carrier: str = "carrier", lane: Sequence[str] = LANE) -> pd.DataFrame:
    """Late parcels of each carrier against those expected if every carrier of a lane were late as often.

    `counted` has `carrier` (or another column to compare, such as the mode), the columns of the lane, resolved and
    late, as `on_time` and `late_by` give them. Indirect standardisation: expected adds up, over lanes, the carrier's
    resolved parcels times the lane's late rate.

    Columns, most parcels first: carrier (missing where not stated), resolved, late, rate; compared (resolved in lanes
    with another carrier: elsewhere observed is expected by construction); expected; ratio = late / expected; adjusted =
    ratio times the rate of all; low95, high95, low998, high998, the funnel of the ratio if the carrier were like the
    others; outside: 0 within both, 95 or 99.8 beyond it, negative where it is late less often; overdispersion.

    The funnel is the exact binomial one. From `FEWEST` carriers on, the variance between them beyond chance is
    estimated with a tenth winsorised at either end (DerSimonian and Laird); where there is some, the funnel is a normal
    one that is wider by it. Source: Spiegelhalter, Statistics in Medicine 24 (2005) 1185.
    """
    keys = [name for name in lane if name != carrier]
    missing = [name for name in (carrier, *keys, "resolved", "late") if name not in counted]
    if missing:
        raise InputError("the counts have no column {names}", names=", ".join(missing))
    cells = counted.groupby([carrier, *keys], dropna=False, as_index=False)[["resolved", "late"]].sum()
    cells = cells[cells["resolved"] > 0]
    lanes = cells.groupby(keys, dropna=False)[["resolved", "late"]].transform("sum")
    rate = lanes["late"] / lanes["resolved"]
    cells = cells.assign(
        compared=cells["resolved"].where(lanes["resolved"] > cells["resolved"], 0),
        expected=cells["resolved"] * rate,
        variance=cells["resolved"] * rate * (1 - rate),
    )
    columns = ["resolved", "late", "compared", "expected", "variance"]
    found = cells.groupby(carrier, dropna=False, as_index=False)[columns].sum()
    return _judged(found.sort_values("resolved", ascending=False, ignore_index=True, kind="stable"))


def _judged(found: pd.DataFrame) -> pd.DataFrame:
    expected = found["expected"].where(found["expected"] > 0)
    ratio = found["late"] / expected
    variance = (found.pop("variance") / expected**2).to_numpy()
    between = overdispersion(ratio.to_numpy(), variance)
    found.insert(2, "rate", found["late"] / found["resolved"])
    overall = found["late"].sum() / found["resolved"].sum() if len(found) else np.nan
    found = found.assign(ratio=ratio, adjusted=ratio * overall)
    outside = np.zeros(len(found))
    for coverage in COVERAGES:
        low, high = _funnel(found, variance, between, coverage)
        name = f"{coverage * 100:g}".replace(".", "")
        found[f"low{name}"], found[f"high{name}"] = low, high
        outside = np.where(ratio > high, coverage * 100, np.where(ratio < low, -coverage * 100, outside))
    return found.assign(outside=outside, overdispersion=between)


def overdispersion(ratios: Floats, variances: Floats) -> float:
    """Variance between carriers beyond chance, 0 where there is none or carriers are fewer than `FEWEST`."""
    known = np.isfinite(ratios) & (variances > 0)
    ratios, variances = ratios[known], variances[known]
    if ratios.size < FEWEST:
        return 0.0
    scores = (ratios - 1) / np.sqrt(variances)
    scores = np.clip(scores, *np.quantile(scores, [0.1, 0.9]))
    weights = 1 / variances
    excess = np.square(scores).sum() - (scores.size - 1)
    return float(max(0.0, excess / (weights.sum() - np.square(weights).sum() / weights.sum())))


def _funnel(found: pd.DataFrame, variance: Floats, between: float, coverage: float) -> tuple[Floats, Floats]:
    """Ratios between which a carrier lies with this probability if it is like the others."""
    tail = (1 - coverage) / 2
    if between > 0:
        half = -float(ndtri(tail)) * np.sqrt(variance + between)
        return np.maximum(1 - half, 0.0), 1 + half
    from scipy.stats import binom

    expected, resolved = found["expected"].to_numpy(), found["resolved"].to_numpy()
    with np.errstate(invalid="ignore"):
        low, high = (
            binom.ppf(level, resolved, expected / resolved) / np.where(expected > 0, expected, np.nan)
            for level in (tail, 1 - tail)
        )
    return low, high
