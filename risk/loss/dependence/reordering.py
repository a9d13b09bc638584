"""A copula laid on simulated losses by rank: who is bad together changes, what each loses does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, one_of, positive
from risk.loss.dependence.correlation import triangular_root
from risk.loss.streams import spawn
from risk.loss.table import YearLossTable

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

COPULAS = ("gaussian", "t")


def reorder(
    table: YearLossTable,
    score_correlation: ArrayLike,
    rng: Generator,
    copula: str = "gaussian",
    degrees: float = 4.0,
    strata: ArrayLike | None = None,
) -> YearLossTable:
    """The table with each column permuted so that its ranks follow the copula; no loss of a column changes.

    `score_correlation` is the copula's matrix in the order of the drivers (`score_correlation()` makes it from rank
    correlations); `degrees` counts for "t" only. Whatever depended between columns before is gone, except across
    `strata`, a label a year: losses are exchanged only within years of the same label. Scores are drawn per driver by
    its name. Which events meet in a year is then not known, so that `largest` is None. Source of the method: Iman and
    Conover, Communications in Statistics B 11 (1982).
    """
    losses = np.empty(table.losses.shape, order="F")
    for place, scores in enumerate(_scores(table.drivers, score_correlation, table.years, rng, copula, degrees)):
        column = table.losses[:, place]
        ascending = np.sort(column) if strata is None else column[_within(np.argsort(column, kind="stable"), strata)]
        losses[_within(ranking(scores), strata), place] = ascending
    return YearLossTable(losses, table.drivers, table.currency)


def reorder_blocks(
    tables: Mapping[str, YearLossTable],
    score_correlation: ArrayLike,
    rng: Generator,
    copula: str = "gaussian",
    degrees: float = 4.0,
    strata: ArrayLike | None = None,
) -> dict[str, YearLossTable]:
    """The tables with the years of each permuted as whole rows, so that the ranks of their totals follow the copula.

    For families: what depends within a family stays. The key of a table names its stream; the rest is as in `reorder`.
    """
    orders = block_orders(tables, score_correlation, rng, copula, degrees, strata)
    return {name: permuted(table, orders[name]) for name, table in tables.items()}


def block_orders(
    tables: Mapping[str, YearLossTable],
    score_correlation: ArrayLike,
    rng: Generator,
    copula: str = "gaussian",
    degrees: float = 4.0,
    strata: ArrayLike | None = None,
) -> dict[str, Places]:
    """The simulated year that each year of a reordered table is taken from: what `reorder_blocks` does, by table.

    To compare a table before and after a change, give both the order of the first: the same years meet.
    """
    years = {table.years for table in tables.values()}
    if len(years) != 1:
        raise InputError("tables must have the same number of years, got {years}", years=sorted(years))
    scores = _scores(tuple(tables), score_correlation, years.pop(), rng, copula, degrees)
    return {name: _order(table, ranks, strata) for (name, table), ranks in zip(tables.items(), scores, strict=True)}


def permuted(table: YearLossTable, order: Places) -> YearLossTable:
    """The table whose year i is year order[i] of this one."""
    largest = None if table.largest is None else table.largest[order]
    return YearLossTable(table.losses[order], table.drivers, table.currency, largest)


def independent(table: YearLossTable, rng: Generator) -> YearLossTable:
    """The table with its columns shuffled independently: the lower end of what dependence can do."""
    return reorder(table, np.eye(len(table.drivers)), rng)


def comonotonic(table: YearLossTable, rng: Generator) -> YearLossTable:
    """The table with the worst years of all columns together: value at risk of the total is the sum of theirs."""
    return reorder(table, np.ones((len(table.drivers),) * 2), rng)


def ranking(scores: Floats) -> Places:
    """The order that sorts the scores, as numpy.argsort; scores equal in their leading 44 bits keep their order.

    Sorts integers made of the leading bits of a score and its place, at half the time of numpy.argsort. Copula scores
    are drawn, so that which of two such scores comes first is as good as drawn too.
    """
    keys = np.array(scores, dtype=np.float64).view(np.int64)
    keys ^= (keys >> 63) & np.int64(2**63 - 1)  # negative floats sort backwards as integers
    low = np.int64((1 << int(keys.size).bit_length()) - 1)
    keys &= ~low
    keys |= np.arange(keys.size)
    keys.sort()
    return keys & low


def chi_scale(years: int, rng: Generator, degrees: float) -> Floats:
    """What multiplies normal scores to t scores, one a year: √(degrees / χ²)."""
    chi_square = spawn(rng, "copula mixing").chisquare(positive("degrees", degrees), years)
    scale: Floats = np.sqrt(degrees / chi_square)
    return scale


def _scores(
    names: tuple[str, ...], correlation: ArrayLike, years: int, rng: Generator, copula: str, degrees: float
) -> Sequence[Floats]:
    one_of("copula", copula, COPULAS)
    root = triangular_root(_of_size(correlation, names), names)
    normal = [spawn(rng, "copula", name).standard_normal(years) for name in names]
    scale = chi_scale(years, rng, degrees) if copula == "t" else 1.0
    # Summed in the order of the drivers, so that one added at the end leaves every bit of the others.
    return [sum(root[j, k] * normal[k] for k in range(j + 1) if root[j, k]) * scale for j in range(len(names))]


def _of_size(correlation: ArrayLike, names: tuple[str, ...]) -> ArrayLike:
    if np.shape(correlation) != (len(names), len(names)):
        raise InputError(
            "the correlation matrix has shape {shape}, must have one row and one column for each of {names}",
            shape=np.shape(correlation),
            names=", ".join(names),
        )
    return correlation


def _order(table: YearLossTable, scores: Floats, strata: ArrayLike | None) -> Places:
    order = np.empty(table.years, dtype=np.int64)
    order[_within(ranking(scores), strata)] = _within(np.argsort(table.total, kind="stable"), strata)
    return order


def _within(order: Places, strata: ArrayLike | None) -> Places:
    if strata is None:
        return order
    labels = np.asarray(strata)
    if labels.shape != order.shape:
        raise InputError("strata has shape {shape}, must have a label a year", shape=labels.shape)
    return order[np.argsort(labels[order], kind="stable")]
