"""What a hedge programme is, and all that it may look at when it decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Known:
    """What is known at one decision about the n months ahead, the next first; rates as in `risk.currency.rates`.

    The last axis of every array is the path, of length 1 where all paths are alike. A budget rate that is not set yet
    is NaN.
    """

    currencies: tuple[str, ...]
    period: int  # months of a budget period
    leads: NDArray[np.int64]  # (n,) months until the receipts: 1, 2, ...
    locked: NDArray[np.bool_]  # (n,) the budget period of that month is set
    spot: Floats  # (fixings so far, currencies, paths), the newest last
    slope: Floats  # (n, currencies, 1 or paths), and
    points: Floats  # (n, currencies, 1 or paths): forward = slope × spot + points
    budget: Floats  # (n, currencies, 1 or paths)
    held: Floats  # (n, currencies, 1 or paths) cumulative ratios decided before
    sign: Floats  # (n, currencies, 1): 1 where a receipt is expected, -1 a payment

    @property
    def forwards(self) -> Floats:
        """Forward rates for the months ahead at the newest spot rate, shape (n, currencies, paths)."""
        return np.asarray(self.slope * self.spot[-1] + self.points)


@dataclass(frozen=True, eq=False)
class Terms:
    """What is dealt instead of a forward: the receipts bring spot, but at least `floor` and at most `cap`.

    Shares of the forward rate, (currencies, 1 or paths); `premium` as if it were paid when the receipts come.
    """

    floor: Floats
    cap: Floats
    premium: Floats


class Programme(Protocol):
    """A rule for the cumulative share of each month's receipts that is sold forward, by what is known."""

    @property
    def follows_rates(self) -> bool:
        """Whether what it deals depends on the rates of a path by more than the forward."""

    @property
    def sells_orders(self) -> bool:
        """Whether it sells receipts whose orders are booked, and not what is expected."""

    def reach(self, period: int) -> int:
        """Longest lead in months at which it deals, when the budget period has so many."""

    def targets(self, known: Known) -> Floats:
        """Cumulative ratios after this decision, shape (n, currencies, 1 or paths)."""

    def terms(self, lead: int, volatility: Floats, side: Floats) -> Terms | None:
        """Terms of a deal `lead` months ahead, None for a forward; side 1 for receipts, -1 for payments.

        `volatility` of a year as known at the deal, (currencies, 1 or paths); NaN where none is.
        """
