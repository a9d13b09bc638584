"""Why goods come back: the few reasons that make most of the returns or of their cost, and whether they change."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from risk.checks import InputError, between
from risk.loss import special
from risk.loss.proportions import COVERAGE, with_share
from risk.quality.charts.chart import Floats

LEAST = 5.0  # returns expected of a reason in a period, below which it is compared together with the other rare ones


def pareto(counts: pd.Series, coverage: float = COVERAGE) -> pd.DataFrame:
    """Reasons by number of returns, most first: columns count, share, low, high (Wilson) and cumulative share.

    `counts` by reason. An interval is that of one share alone, not of the order of all.

    >>> pareto(pd.Series({"size": 60, "broken": 40}))["cumulative"].tolist()
    [0.6, 1.0]
    """
    known = _amounts(counts)
    ordered = known.sort_values(ascending=False, kind="stable").rename("count").to_frame()
    shared = with_share(ordered.assign(all=ordered["count"].sum()), "count", "all", coverage).drop(columns="all")
    return shared.rename(columns={"rate": "share"}).assign(cumulative=shared["rate"].cumsum())


def pareto_of_cost(costs: pd.Series, squares: pd.Series, coverage: float = COVERAGE) -> pd.DataFrame:
    """Reasons by cost, dearest first: columns cost, share, low, high and cumulative share.

    `costs` and `squares` by reason: sums of the costs of single returns and of their squares. The interval is that of a
    ratio of sums of independent returns (delta method), within 0 and 1: few dear returns make it wide.
    """
    money = _amounts(costs).sort_values(ascending=False, kind="stable").rename("cost")
    square, total = squares.reindex(money.index).astype("float64"), money.sum()
    share = money / total
    error = np.sqrt((1 - 2 * share) * square + share**2 * square.sum()) / total
    reach = float(special.ndtri(np.array((1 + between("coverage", coverage, 0.0, 1.0)) / 2))) * error
    low, high = (share - reach).clip(lower=0.0), (share + reach).clip(upper=1.0)
    return pd.DataFrame({"cost": money, "share": share, "low": low, "high": high, "cumulative": share.cumsum()})


class Drift(NamedTuple):
    """Chi-square test of two mixes of reasons, and each reason's share before and after with its own z."""

    statistic: float
    degrees: int
    p_value: float
    reasons: pd.DataFrame


def reason_drift(before: pd.Series, after: pd.Series) -> Drift:
    """Whether the mix of reasons differs between two periods; `reasons` holds before, after and z, largest move first.

    Reasons with fewer than 5 returns expected in either period are tested together as one. z is the adjusted residual:
    beyond 2 or so a reason has grown or shrunk among the others.
    """
    names = before.index.union(after.index, sort=False)
    table = np.array([before.reindex(names, fill_value=0), after.reindex(names, fill_value=0)], dtype=np.float64)
    if (table < 0).any() or not (table.sum(axis=1) > 0).all():
        raise InputError("Both periods need returns, and no reason fewer than none.")
    expected = _expected(table)
    rare = (expected < LEAST).any(axis=0)
    joined = np.column_stack([table[:, ~rare], table[:, rare].sum(axis=1)]) if rare.any() else table
    joined = joined[:, joined.sum(axis=0) > 0]
    statistic = float((np.square(joined - _expected(joined)) / _expected(joined)).sum())
    degrees = joined.shape[1] - 1
    chance = float(special.gammaincc(degrees / 2, statistic / 2)) if degrees else 1.0
    shares = table / table.sum(axis=1, keepdims=True)
    scale = np.sqrt(expected[1] * (1 - table.sum(axis=0) / table.sum()) * table[0].sum() / table.sum())
    z = np.divide(table[1] - expected[1], scale, out=np.zeros_like(scale), where=scale > 0)
    found = pd.DataFrame({"before": shares[0], "after": shares[1], "z": z}, index=names)
    return Drift(statistic, degrees, chance, found.sort_values("z", key=np.abs, ascending=False, kind="stable"))


def _expected(table: Floats) -> Floats:
    found: Floats = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return found


def _amounts(values: pd.Series) -> pd.Series:
    known = values.astype("float64")
    if known.isna().any() or (known < 0).any() or not known.sum() > 0:
        raise InputError("Each reason needs an amount of 0 or more, and one of them more than 0.")
    return known
