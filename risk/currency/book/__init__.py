"""The hedge book: deals with banks, what they are worth, what they leave open, and the deals that are missing.

A deal buys or sells an amount of its currency; values are gains, positive where the deal is worth something.
"""

from risk.currency.book.deal import COLUMNS, KINDS, SIDES, Deal, HedgeBook
from risk.currency.book.exposure import book_notes, net_exposure
from risk.currency.book.market import Market, fair_values, mark_to_market, markets, value_changes
from risk.currency.book.reading import BookReading, Quarantined, read_book, template
from risk.currency.book.tickets import gaps, ticket_book, tickets

__all__ = [
    "COLUMNS",
    "KINDS",
    "SIDES",
    "BookReading",
    "Deal",
    "HedgeBook",
    "Market",
    "Quarantined",
    "book_notes",
    "fair_values",
    "gaps",
    "mark_to_market",
    "markets",
    "net_exposure",
    "read_book",
    "template",
    "ticket_book",
    "tickets",
    "value_changes",
]
