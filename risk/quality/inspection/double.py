"""Double sampling: a small sample decides clear cases, a second one the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from risk.checks import InputError, at_least, one_of
from risk.quality.charts.chart import Floats
from risk.quality.inspection.standard import DOUBLE, LETTERS, SIZES, code_letter, looked_up


@dataclass(frozen=True)
class DoublePlan:
    """Accept with up to `accept_first` defectives in the first sample, reject from `reject_first` on.

    Between them draw the second: accept with up to `accept` in both samples together, else reject.
    """

    first: int
    accept_first: int
    reject_first: int
    second: int
    accept: int

    def __post_init__(self) -> None:
        at_least("first", self.first, 1)
        at_least("second", self.second, 1)
        if not 0 <= self.accept_first < self.reject_first <= self.accept + 1:
            raise InputError("The numbers of a double plan must rise: accept first, reject first, accept together.")

    def acceptance_probability(self, fraction: ArrayLike) -> Floats:
        """Chance that a lot passes, by the fraction defective of the process that it comes from."""
        from scipy.stats import binom

        share = np.asarray(fraction, dtype=np.float64)
        between = np.arange(self.accept_first + 1, self.reject_first)
        undecided = binom.pmf(between, self.first, share[..., None])
        later = binom.cdf(self.accept - between, self.second, share[..., None])
        at_once = binom.cdf(self.accept_first, self.first, share)
        return np.asarray(at_once + np.sum(undecided * later, axis=-1))[()]

    def average_sample_number(self, fraction: ArrayLike) -> Floats:
        """Units inspected on average, the second sample always to its end."""
        from scipy.stats import binom

        share = np.asarray(fraction, dtype=np.float64)
        again = binom.cdf(self.reject_first - 1, self.first, share) - binom.cdf(self.accept_first, self.first, share)
        return np.asarray(self.first + self.second * again)[()]


def double_plan(lot_size: int, aql: float, level: str = "II", inspection: str = "normal") -> DoublePlan:
    """The double plan of the standard beside `sampling_plan`, for normal and tightened inspection.

    Both samples are those of the letter before; where the single plan accepts none, or is one of the largest
    acceptance numbers, the standard has no double plan.
    """
    one_of("inspection", inspection, tuple(DOUBLE))
    letter, _, (accept, _) = looked_up(code_letter(lot_size, level), aql, inspection)
    numbers = DOUBLE[inspection].get(accept)
    if numbers is None:
        raise InputError("The single plan accepts up to {accept}: there is no double plan beside it.", accept=accept)
    size = SIZES[inspection][LETTERS.index(letter) - 1]
    (accept_first, reject_first), (together, _) = numbers
    return DoublePlan(size, accept_first, reject_first, size, together)
