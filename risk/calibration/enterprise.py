"""All families together: the models of a seller in one currency, with the dependence that is assumed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from risk.checks import InputError
from risk.enterprise import Enterprise
from risk.loss.model import RiskModel

ORDER = ("legal", "currency", "logistics", "ip", "quality")
# Rank correlation of the yearly losses of any two families, beyond the drivers that they share: an expert's choice. No
# public record tells it; the range from independent to comonotonic shows what it could matter.
CORRELATION = 0.1


def enterprise(models: Iterable[RiskModel], reporting: str, correlation: float = CORRELATION) -> Enterprise:
    """The families side by side, in the order in which pages name them; `correlation` is that of any two of them."""
    if not 0.0 <= correlation < 1.0:
        raise InputError(
            "The correlation of two families is {value:g}, it can be 0 or more, below 1.", value=correlation
        )
    found = sorted(models, key=lambda model: ORDER.index(model.name))
    matrix = np.full((len(found), len(found)), correlation)
    np.fill_diagonal(matrix, 1.0)
    needed = correlation > 0 and len(found) > 1
    return Enterprise(tuple(found), reporting, rank_correlation=matrix if needed else None)
