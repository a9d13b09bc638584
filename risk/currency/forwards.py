"""Forward exchange rates by covered interest parity; 1 base = x quote throughout."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from risk.checks import InputError, not_negative, one_of, positive

COMPOUNDING = ("simple", "annual", "continuous")

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


def forward_rate(
    spot: float,
    quote_rate: float,
    base_rate: float,
    days: float,
    quote_basis: float = 360,
    base_basis: float = 360,
    compounding: str = "simple",
) -> float:
    """Rate at which base is bought for quote in `days`: spot × growth of quote / growth of base.

    Rates are yearly fractions (0.0375); `days` are counted from the settlement of spot, not from the trade.
    Compounding: "simple" (1 + r t), "annual" (1 + r)^t or "continuous" e^(r t), with t = days / basis.

    >>> round(forward_rate(0.62, 0.07, 0.05, 730, 365, 365, "annual"), 8)  # USD per AUD, two years
    0.64384399
    """
    positive("spot", spot)
    not_negative("days", days)
    quote = growth(quote_rate, days / positive("quote_basis", quote_basis), compounding)
    return spot * quote / growth(base_rate, days / positive("base_basis", base_basis), compounding)


def forward_points(
    spot: float,
    quote_rate: float,
    base_rate: float,
    days: float,
    quote_basis: float = 360,
    base_basis: float = 360,
    compounding: str = "simple",
) -> float:
    """Forward rate minus spot, in quote: negative when base has the higher interest."""
    return forward_rate(spot, quote_rate, base_rate, days, quote_basis, base_basis, compounding) - spot


def forward_value(notional: float, strike: float, spot: float, base_discount: float, quote_discount: float) -> float:
    """Value today, in quote, of buying `notional` of base at `strike`; the seller's is its negative.

    Discount factors run from today to settlement. At the fair forward rate the value is zero.
    """
    discounts = positive("base_discount", base_discount), positive("quote_discount", quote_discount)
    return notional * (discounts[0] * positive("spot", spot) - discounts[1] * strike)


Rates = Mapping[str, float] | pd.Series  # by currency


def forward_curve(spot: Rates, interest: Rates, reporting: str, days: Sequence[float]) -> pd.DataFrame:
    """Forward rates in `reporting` for 1 unit of each currency of `spot`: index days, one column a currency.

    `interest` holds a yearly simple rate by currency (0.0375), each on its own day count. Raises InputError naming the
    currencies without interest, since no forward follows from spot alone.
    """
    spots, rates = dict(spot), dict(interest)
    missing = [code for code in (reporting, *spots) if not math.isfinite(rates.get(code, math.nan))]
    if missing:
        raise InputError("No interest rate is known for {missing}: enter one.", missing=", ".join(missing))
    curve = {
        code: [
            forward_rate(rate, rates[reporting], rates[code], ahead, day_count(reporting), day_count(code))
            for ahead in days
        ]
        for code, rate in spots.items()
    }
    return pd.DataFrame(curve, index=pd.Index(days, name="days"), dtype="float64")


def growth(rate: float, years: float, compounding: str = "simple") -> float:
    """What 1 becomes in `years` at a yearly `rate`; its inverse is the discount factor."""
    one_of("compounding", compounding, COMPOUNDING)
    if compounding == "continuous":
        return math.exp(rate * years)
    # A rate at which 1 would become nothing has no forward.
    grown = 1.0 + rate * years if compounding == "simple" else positive("1 + rate", 1.0 + rate) ** years
    return positive("growth", grown)
