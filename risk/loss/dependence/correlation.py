"""Correlation matrices: checked, repaired, converted, and what a t copula makes of them in the tail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isinf

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, one_of, positive

Floats = NDArray[np.float64]

_ROUNDING = 1e-10  # of an eigenvalue or a cell of a matrix that was typed or computed in double precision
_ITERATIONS = 2000


@dataclass(frozen=True, eq=False)
class Repaired:
    """A correlation matrix close to what was asked for; `largest_change` is the greatest move of one cell, 0 if none.

    `smallest_eigenvalue` is that of the matrix before: below 0, its correlations could not hold together.
    """

    matrix: Floats
    largest_change: float
    smallest_eigenvalue: float


def correlation_matrix(values: ArrayLike, names: Sequence[str] | None = None) -> Floats:
    """The matrix, symmetric with ones on the diagonal and cells in [-1, 1]; `names` are used in what it says if not.

    Whether the correlations can hold together is another question: see `nearest_correlation`.
    """
    matrix = np.array(values, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.size == 0:
        raise InputError("the correlation matrix has shape {shape}, must be square", shape=matrix.shape)
    called = list(names) if names is not None else [f"row {row + 1}" for row in range(len(matrix))]
    if len(called) != len(matrix):
        raise InputError(
            "the correlation matrix has {rows} rows, must have {names}", rows=len(matrix), names=len(called)
        )
    _refuse_cells(matrix, called)
    symmetric: Floats = (matrix + matrix.T) / 2
    np.fill_diagonal(symmetric, 1.0)
    return symmetric


def nearest_correlation(matrix: ArrayLike, names: Sequence[str] | None = None) -> Repaired:
    """The nearest matrix, by the sum of squared changes, whose correlations can hold together.

    Alternating projections with Dykstra's correction: Higham, Computing the nearest correlation matrix, IMA Journal
    of Numerical Analysis 22 (2002), algorithm 3.3.
    """
    asked = correlation_matrix(matrix, names)
    smallest = float(np.linalg.eigvalsh(asked)[0])
    if smallest >= -_ROUNDING:
        return Repaired(asked, 0.0, smallest)
    repaired = _alternate(asked)
    return Repaired(repaired, float(np.abs(repaired - asked).max()), smallest)


def score_correlation(rank_correlation: ArrayLike, kind: str = "spearman") -> Floats:
    """Correlation of normal scores that gives this rank correlation, cell by cell: people elicit ranks, copulas scores.

    Spearman: 2 sin(π ρ / 6), exact for the Gaussian copula, a little high for the t. Kendall: sin(π τ / 2), exact for
    both. The matrix of the results need not hold together: pass it through `nearest_correlation`.
    """
    one_of("kind", kind, ("spearman", "kendall"))
    ranks = np.asarray(rank_correlation, dtype=np.float64)
    if not (np.abs(ranks) <= 1).all():
        raise InputError("a rank correlation must lie between -1 and 1")
    scores: Floats = 2 * np.sin(np.pi * ranks / 6) if kind == "spearman" else np.sin(np.pi * ranks / 2)
    return scores


def tail_dependence(correlation: float, degrees: float) -> float:
    """Chance, in the limit, that one loss is extreme when the other is: 0.253 at correlation 0.5 and 4 degrees.

    That of the t copula, upper and lower alike; infinite `degrees` are the Gaussian copula, which has none below
    correlation 1. Source: Embrechts, McNeil and Straumann, Correlation and dependence in risk management
    (2002), section 4.
    """
    from scipy.special import stdtr

    if not -1 <= correlation <= 1:
        raise InputError("the correlation is {value}: it must lie between -1 and 1", value=correlation)
    if abs(correlation) == 1:
        return float(correlation == 1)
    if isinf(degrees):
        return 0.0
    beyond = positive("degrees", degrees) + 1
    return float(2 * stdtr(beyond, -np.sqrt(beyond * (1 - correlation) / (1 + correlation))))


def triangular_root(matrix: ArrayLike, names: Sequence[str] | None = None) -> Floats:
    """Lower triangular L with L Lᵀ = the correlation matrix, which may be singular (comonotonic losses).

    Row j depends on the first j rows alone, so a driver added at the end moves no score of the others.
    Raises InputError where the correlations cannot hold together.
    """
    asked = correlation_matrix(matrix, names)
    smallest = float(np.linalg.eigvalsh(asked)[0])
    if smallest < -_ROUNDING * len(asked):
        raise InputError(
            "these correlations cannot hold together (smallest eigenvalue {smallest:.3g}, must be >= 0): "
            "take the nearest matrix whose correlations can",
            smallest=smallest,
        )
    return _semidefinite_cholesky(asked)


def _refuse_cells(matrix: Floats, names: list[str]) -> None:
    for bad, template in (
        (~(np.abs(matrix) <= 1), "the correlation of {a} with {b} is {value:.6g}: it must lie between -1 and 1"),
        (
            np.abs(matrix - matrix.T) > _ROUNDING,
            "the correlation of {a} with {b} is {value:.6g}, of {b} with {a} {other:.6g}: they must be the same",
        ),
        (
            np.diag(np.abs(np.diag(matrix) - 1) > _ROUNDING),
            "the correlation of {a} with itself is {value:.6g}: it must be 1",
        ),
    ):
        if bad.any():
            i, j = (int(place[0]) for place in np.nonzero(bad))
            raise InputError(template, a=names[i], b=names[j], value=float(matrix[i, j]), other=float(matrix[j, i]))


def _alternate(asked: Floats) -> Floats:
    unit_diagonal, correction = asked, np.zeros_like(asked)
    for _ in range(_ITERATIONS):
        shifted = unit_diagonal - correction
        semidefinite = _semidefinite_part(shifted)
        correction = semidefinite - shifted
        unit_diagonal = semidefinite.copy()
        np.fill_diagonal(unit_diagonal, 1.0)
        if np.abs(np.diag(semidefinite) - 1).max() < _ROUNDING:
            break
    # The diagonal is 1 to rounding, or to what the last iteration left: scaling keeps the matrix semidefinite.
    scale = 1 / np.sqrt(np.diag(semidefinite))
    return correlation_matrix(np.clip(semidefinite * np.outer(scale, scale), -1, 1))


def _semidefinite_part(matrix: Floats) -> Floats:
    values, vectors = np.linalg.eigh(matrix)
    part: Floats = (vectors * np.maximum(values, 0)) @ vectors.T
    return part


def _semidefinite_cholesky(matrix: Floats) -> Floats:
    root = np.zeros_like(matrix)
    for j in range(len(matrix)):
        rest = matrix[j:, j] - root[j:, :j] @ root[j, :j]
        # A pivot of 0 means that this score is a sum of earlier ones: the rest of its column is 0 too.
        if rest[0] > 1e-9:
            root[j:, j] = rest / np.sqrt(rest[0])
    return root
