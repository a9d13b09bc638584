"""What the market counts by: days to a year, days to settlement, and fixings of what cannot be delivered."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np

from risk.checks import InputError, currency_code

# Calendar days that the money market of each currency counts to a year. BRL counts business days (252) instead: 365
# here is an approximation, as docs/methods.md says.
_360 = ("CHF", "CNY", "CZK", "DKK", "EUR", "HUF", "IDR", "MXN", "NOK", "PHP", "RON", "SEK", "USD")
_365 = ("AUD", "BRL", "CAD", "GBP", "HKD", "ILS", "INR", "ISK", "JPY", "KRW", "MYR", "NZD", "PLN", "SGD", "THB", "TRY")
_365_TOO = ("TWD", "ZAR")
DAY_COUNT = {**dict.fromkeys(_360, 360), **dict.fromkeys(_365 + _365_TOO, 365)}


def day_count(currency: str) -> int:
    """Days to a year in the money market of the currency: 360 or 365."""
    if currency not in DAY_COUNT:
        known = ", ".join(sorted(DAY_COUNT))
        raise InputError(
            "No money-market day count is known for {currency}, only for {known}.", currency=currency, known=known
        )
    return DAY_COUNT[currency]


NEXT_DAY = frozenset({"CAD", "KZT", "PHP", "PKR", "RUB", "TRY"})  # settle against the dollar one business day after


def spot_date(as_of: dt.date, base: str, quote: str) -> dt.date:
    """Settlement of a spot deal of `as_of`: two business days later, one for USD against CAD, TRY, PHP and a few more.

    A cross settles with the slower of its two legs against the dollar. Saturdays and Sundays are no business days;
    holidays of the two countries, which move the date further, are not known here.

    >>> spot_date(dt.date(2026, 11, 26), "EUR", "USD"), spot_date(dt.date(2026, 11, 26), "USD", "CAD")
    (datetime.date(2026, 11, 30), datetime.date(2026, 11, 27))
    """
    legs = {currency_code("base", base), currency_code("quote", quote)} - {"USD"}
    if not legs or base == quote:
        raise InputError("There is no rate of {currency} for itself.", currency=base)
    return _business_days(as_of, 1 if legs <= NEXT_DAY else 2)


class Fixing(NamedTuple):
    """Which published rate settles a non-deliverable forward, and how many business days before settlement."""

    source: str
    days: int


NON_DELIVERABLE = {
    "BRL": Fixing("PTAX, offer (Banco Central do Brasil)", 2),
    "CNY": Fixing("SAEC, central parity of 9:15 (China Foreign Exchange Trade System)", 2),
    "IDR": Fixing("JISDOR (Bank Indonesia)", 2),
    "INR": Fixing("FBIL reference rate (Financial Benchmarks India)", 2),
    "KRW": Fixing("KFTC18, volume-weighted average (Seoul Money Brokerage)", 2),
    "MYR": Fixing("Kuala Lumpur USD/MYR reference rate of 15:30 (Bank Negara Malaysia)", 2),
    "PHP": Fixing("BAP weighted average of the morning (Bankers Association of the Philippines)", 1),
    "TWD": Fixing("TAIFX1, spot of 11:00 (Taipei Forex)", 2),
}
"""Currencies that cannot be delivered abroad: their forwards settle in US dollars against a published fixing.

CNY can be had as CNH, which is deliverable offshore at a rate of its own; the fixing is that of the onshore CNY.
Sources: ISDA, EMTA and the Foreign Exchange Committee, Annex A to the 1998 FX and Currency Option Definitions, with the
amendment on IDR (2014); Citi, Emerging Markets Rates and Currencies Handbook (2021 BRL, 2023 INR, KRW, PHP); Bankers
Association of the Philippines, FX benchmark guidelines; Bank Negara Malaysia, press release 06/16/04 (2016).
"""


def fixing_date(settlement: dt.date, currency: str) -> dt.date:
    """Day whose fixing settles a non-deliverable forward: two business days before `settlement`, one for PHP.

    After it no exchange risk is left. Holidays are not known here. InputError for a currency that is delivered.
    """
    if currency not in NON_DELIVERABLE:
        raise InputError(
            "{currency} is not known as non-deliverable, only {known} are.",
            currency=currency,
            known=", ".join(NON_DELIVERABLE),
        )
    return _business_days(settlement, -NON_DELIVERABLE[currency].days)


def _business_days(start: dt.date, days: int) -> dt.date:
    counted = np.busday_offset(start, days, roll="forward" if days < 0 else "backward")
    return dt.date.fromisoformat(str(counted))
