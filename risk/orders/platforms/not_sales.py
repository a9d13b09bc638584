"""Reports that look like orders but are not the seller's sales: read as such they would count the same money twice."""

from __future__ import annotations

from risk.checks import InputError
from risk.orders.platforms.base import Platform

_REPORTS = (
    Platform("settlement report of Amazon", ("settlement-id", "amount-type", "amount-description"), {}),
    Platform("transactions report of Amazon", ("date/time", "settlement id", "type"), {}),
    Platform("list of the buyer's own purchases at Amazon", ("Order Date", "ASIN/ISBN", "Item Subtotal"), {}),
    Platform("list of payments of Stripe", ("Amount", "Converted Amount", "Card Issue Country"), {}),
    Platform("list of payments of PayPal", ("Time", "Type", "Gross", "Net", "Transaction ID"), {}),
)


def refuse(words: frozenset[str], name: str) -> None:
    """Raise InputError if the normalised header is one of these."""
    for report in _REPORTS:
        if report.recognises(words):
            raise InputError(
                "{name} is a {report}, not a list of the shop's orders; upload the orders report instead.",
                name=name,
                report=report.name,
            )
