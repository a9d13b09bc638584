"""Programmes that watch the forward rate: take a profit, stop a loss."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from risk.checks import InputError, at_least, positive
from risk.currency.programmes.known import Known, Programme, Terms
from risk.currency.programmes.ratios import hedge_ratios
from risk.currency.programmes.schedules import NoHedge

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RuleBased:
    """A programme that also sells when the forward moves far from the budget rate.

    At `take_profit` (0.03: the forward brings 3 % more than the budget) the hedge is raised to `profit_ratio`, at
    `stop_loss` (0.03: it brings 3 % less) to `stop_ratio`. For payments more and less are the other way round. The
    rule looks `months` ahead, a budget period when left out. A hedge is only ever raised, and a month without a budget
    rate yet follows `base` alone.
    """

    base: Programme = field(default_factory=NoHedge)
    take_profit: float | None = None
    stop_loss: float | None = None
    profit_ratio: float = 1.0
    stop_ratio: float = 1.0
    months: int | None = None

    def __post_init__(self) -> None:
        if self.take_profit is None and self.stop_loss is None:
            raise InputError("A rule needs a move of the forward at which it takes the profit or stops the loss.")
        for name in ("take_profit", "stop_loss"):
            if getattr(self, name) is not None:
                positive(name, getattr(self, name))
        hedge_ratios([self.profit_ratio, self.stop_ratio], ("profit", "stop"))
        if self.months is not None:
            at_least("months", self.months, 1)

    @property
    def follows_rates(self) -> bool:
        """Each path has its own ratios."""
        return True

    @property
    def sells_orders(self) -> bool:
        """As the programme below."""
        return self.base.sells_orders

    def reach(self, period: int) -> int:
        """The longer of the rule's and that of the programme below."""
        return max(self.months or period, self.base.reach(period))

    def terms(self, lead: int, volatility: Floats, side: Floats) -> Terms | None:
        """As the programme below."""
        return self.base.terms(lead, volatility, side)

    def targets(self, known: Known) -> Floats:
        """The highest of what is held, what the programme below wants, and what the rules do."""
        wanted = np.maximum(known.held, self.base.targets(known))
        forwards, near = known.forwards, (known.leads <= (self.months or known.period))[:, None, None]
        receipt = known.sign > 0
        above, below = (
            _either(receipt, self.take_profit, self.stop_loss),
            _either(receipt, self.stop_loss, self.take_profit),
        )
        # A high forward is a profit on a receipt and a loss on a payment; no comparison holds without a budget rate.
        high = np.where(receipt, self.profit_ratio, self.stop_ratio) * near
        low = np.where(receipt, self.stop_ratio, self.profit_ratio) * near
        np.maximum(wanted, high * (forwards >= known.budget * (1.0 + above)), out=wanted)
        np.maximum(wanted, low * (forwards <= known.budget * (1.0 - below)), out=wanted)
        return wanted


def _either(receipt: NDArray[np.bool_], one: float | None, other: float | None) -> Floats:
    """The move of a receipt, else that of a payment; one that is not set is never reached."""
    return np.where(receipt, np.inf if one is None else one, np.inf if other is None else other)
