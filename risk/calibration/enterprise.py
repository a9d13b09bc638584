"""All families together: the models of a seller in one currency, with the dependence that is assumed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from risk.checks import InputError
from risk.enterprise import Enterprise
from risk.loss.dependence import nearest_correlation, score_correlation
from risk.loss.model import RiskModel

Pairs = Mapping[tuple[str, str], float]

ORDER = ("legal", "currency", "logistics", "ip", "quality")
# Rank correlation of the yearly losses of any two families, beyond the drivers that they share: an expert's choice. No
# public record tells it; the range from independent to comonotonic shows what it could matter.
CORRELATION = 0.1
NO_PAIRS: Pairs = {}


def enterprise(
    models: Iterable[RiskModel], reporting: str, correlation: float = CORRELATION, pairs: Pairs = NO_PAIRS
) -> Enterprise:
    """The families side by side, in the order in which pages name them, with the rank correlations of `elicited`."""
    found = sorted(models, key=lambda model: ORDER.index(model.name))
    matrix = elicited([model.name for model in found], correlation, pairs)
    needed = np.abs(matrix - np.eye(len(found))).any()
    return Enterprise(tuple(found), reporting, rank_correlation=matrix if needed else None)


def elicited(names: Sequence[str], correlation: float = CORRELATION, pairs: Pairs = NO_PAIRS) -> NDArray[np.float64]:
    """Rank correlation of the families: that of their pair, in either order, else `correlation`; others are ignored.

    InputError for a common correlation below 0 or one of a pair that is not above -1 and below 1.
    """
    if not 0.0 <= correlation < 1.0:
        raise InputError(
            "The correlation of two families is {value:g}, it can be 0 or more, below 1.", value=correlation
        )
    matrix = np.full((len(names), len(names)), correlation)
    np.fill_diagonal(matrix, 1.0)
    for (one, other), value in pairs.items():
        if not -1.0 < value < 1.0:
            raise InputError("A correlation lies above -1 and below 1, {value:g} does not.", value=value)
        if one in names and other in names:
            places = names.index(one), names.index(other)
            matrix[places] = matrix[places[::-1]] = value
    return matrix


def holding(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rank correlations nearest to these that can hold together: what `Enterprise` works with."""
    scores = nearest_correlation(score_correlation(matrix)).matrix
    ranks: NDArray[np.float64] = 6 / np.pi * np.arcsin(scores / 2)
    return ranks
