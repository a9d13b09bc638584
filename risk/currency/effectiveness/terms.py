"""The hedged item, the derivative that would hedge it perfectly, and where a deal differs from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from risk.checks import InputError, Sentence, currency_code, not_negative
from risk.currency.book import Deal, Market

DAYS = 31  # between forecast and deal: ASC 815-20-25-84A


@dataclass(frozen=True)
class HedgedItem:
    """A forecast receipt (`amount` above zero) or payment (below) in `currency` on `date`, measured in `reporting`."""

    currency: str
    amount: float
    date: dt.date
    reporting: str

    def __post_init__(self) -> None:
        currency_code("currency", self.currency)
        currency_code("reporting", self.reporting)
        if not 0 < abs(self.amount) < float("inf"):
            raise InputError("The hedged amount is {amount}: there is nothing to hedge.", amount=f"{self.amount:g}")

    @property
    def side(self) -> str:
        """What a deal that hedges it does: "sell" a receipt, "buy" a payment."""
        return "sell" if self.amount > 0 else "buy"


def hypothetical_derivative(item: HedgedItem, market: Market) -> Deal:
    """The forward whose terms are the item's, at the market's forward on the day of designation: it is worth nothing.

    Its changes in value are minus those of the item, measured at forward rates. Source: IFRS 9, B6.5.5 and B6.5.6.
    """
    return Deal(
        kind="forward",
        side=item.side,
        currency=item.currency,
        amount=abs(item.amount),
        rate=market.forward(item.currency, item.reporting, item.date),
        against=item.reporting,
        trade_date=market.as_of,
        value_date=item.date,
        reference="hypothetical",
    )


def critical_terms(item: HedgedItem, deal: Deal, *, days: int = DAYS, tolerance: float = 0.0) -> tuple[Sentence, ...]:
    """Where the deal's critical terms differ from the item's, in words; none where they match.

    Compared: currency, the currency against it, direction, amount (`tolerance` is a share of the item's) and date,
    which may lie `days` apart or in the same month. Whether the deal was worth nothing when it was designated (ASC
    815-20-25-84 b) is not seen here. Sources: IFRS 9, B6.4.14; ASC 815-20-25-84 and 25-84A, whose 31 days are for
    groups of forecast transactions.
    """
    checks = (
        _currency(item, deal),
        _against(item, deal),
        _direction(item, deal),
        _amount(item, deal, not_negative("tolerance", tolerance)),
        _date(item, deal, days),
    )
    return tuple(said for said in checks if said is not None)


def _currency(item: HedgedItem, deal: Deal) -> Sentence | None:
    if deal.currency == item.currency:
        return None
    return Sentence("The item is in {item}, the deal in {deal}.", item=item.currency, deal=deal.currency)


def _against(item: HedgedItem, deal: Deal) -> Sentence | None:
    if deal.against == item.reporting:
        return None
    return Sentence(
        "The deal settles against {deal}, while {reporting} is what is reported in.",
        deal=deal.against,
        reporting=item.reporting,
    )


def _direction(item: HedgedItem, deal: Deal) -> Sentence | None:
    if deal.side == item.side:
        return None
    if item.side == "sell":
        return Sentence("The item is a receipt, and the deal buys more of its currency.")
    return Sentence("The item is a payment, and the deal sells its currency.")


def _amount(item: HedgedItem, deal: Deal, tolerance: float) -> Sentence | None:
    expected = abs(item.amount)
    if abs(deal.amount - expected) <= tolerance * expected + 1e-9 * expected:
        return None
    return Sentence(
        "The deal is over {deal}, {share} of the {item} of the item.",
        deal=f"{deal.amount:,.15g}",
        share=f"{deal.amount / expected:.4g}",
        item=f"{expected:,.15g}",
    )


def _date(item: HedgedItem, deal: Deal, days: int) -> Sentence | None:
    apart = (deal.value_date - item.date).days
    same_month = (deal.value_date.year, deal.value_date.month) == (item.date.year, item.date.month)
    if same_month or abs(apart) <= days:
        return None
    return Sentence(
        "The deal settles on {deal}, the item is expected on {item}: {apart} days apart, more than {days}.",
        deal=deal.value_date.isoformat(),
        item=item.date.isoformat(),
        apart=abs(apart),
        days=days,
    )
