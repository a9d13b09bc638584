"""Rolling a forward: an exchange swap that moves its date when the money comes later."""

from __future__ import annotations

from dataclasses import dataclass

from risk.checks import positive
from risk.currency.forwards.quotes import ForwardQuote


@dataclass(frozen=True)
class Roll:
    """The swap that moves a forward from the near to the far date; amounts in quote.

    The near leg undoes the maturing deal at `near_rate`, the far leg deals it anew at `far_rate`. `cash` is received
    (paid: negative) at the near date. `points` and `spread` are what the move costs, a gain where negative, at the far
    date.
    """

    near_rate: float
    far_rate: float
    cash: float
    points: float
    spread: float

    @property
    def cost(self) -> float:
        """Points and spread together: what the new rate gives away against the near one."""
        return self.points + self.spread


def roll_forward(notional: float, strike: float, quote: ForwardQuote) -> Roll:
    """Move a maturing deal, `notional` of base bought (sold: negative) at `strike`, to the date of `quote`.

    `quote` is that of the near date: its spot is the market rate at which the near leg deals, so that the gain or loss
    of the old deal, N (spot - strike), is paid then. Both legs of a swap share that spot; spread and mark-up are paid
    once, in the far rate. A rollover at the historic rate is not offered: the old strike in the near leg would carry
    the gain or loss, and with it a loan between bank and company that no credit line shows, on into the new rate
    (Foreign Exchange Committee, Letter on historical-rate rollovers: a dangerous practice, 1991).
    """
    settled = notional * (quote.spot - positive("strike", strike))
    far = quote.rate("buy" if notional > 0 else "sell")
    return Roll(quote.spot, far, settled, notional * quote.points, quote.cost(notional))
