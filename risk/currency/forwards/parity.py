"""Forward exchange rates by covered interest parity; 1 base = x quote throughout."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from risk.checks import InputError, not_negative, one_of, positive
from risk.currency.forwards.conventions import day_count

COMPOUNDING = ("simple", "annual", "continuous")


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


def implied_rate(
    spot: float,
    forward: float,
    base_rate: float,
    days: float,
    quote_basis: float = 360,
    base_basis: float = 360,
) -> float:
    """Yearly simple interest of quote that a forward dealt in the market implies, the inverse of `forward_rate`.

    Where it differs from the deposit rate, the difference is the cross-currency basis, or for a currency that cannot be
    delivered the premium of its forwards.
    """
    grown = growth(base_rate, positive("days", days) / positive("base_basis", base_basis))
    return (
        (positive("forward", forward) / positive("spot", spot) * grown - 1.0)
        * positive("quote_basis", quote_basis)
        / days
    )


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
    spots = dict(spot)
    rates = known_interest(interest, (reporting, *spots))
    curve = {
        code: [
            forward_rate(rate, rates[reporting], rates[code], ahead, day_count(reporting), day_count(code))
            for ahead in days
        ]
        for code, rate in spots.items()
    }
    return pd.DataFrame(curve, index=pd.Index(days, name="days"), dtype="float64")


def known_interest(interest: Rates, currencies: Iterable[str]) -> dict[str, float]:
    """The interest rates by currency, which must hold one for each of these; InputError names those without."""
    rates = {str(code): float(rate) for code, rate in interest.items()}
    if missing := [code for code in currencies if not math.isfinite(rates.get(code, math.nan))]:
        raise InputError("No interest rate is known for {missing}: enter one.", missing=", ".join(missing))
    return rates


def from_known_day(interest: pd.DataFrame) -> pd.DataFrame:
    """Interest by the day from which it was known: an average of a period is known when the period is over.

    That is what an index of periods holds, and one named "quarter" (`risk.reference.policy_rate_history`).
    """
    table = interest.sort_index()
    if isinstance(table.index, pd.PeriodIndex):
        return table.set_axis(table.index.end_time.normalize() + pd.Timedelta(days=1))
    if table.index.name == "quarter":
        return table.set_axis(table.index + pd.offsets.DateOffset(months=3))
    return table


def growth(rate: float, years: float, compounding: str = "simple") -> float:
    """What 1 becomes in `years` at a yearly `rate`; its inverse is the discount factor."""
    one_of("compounding", compounding, COMPOUNDING)
    if compounding == "continuous":
        return math.exp(rate * years)
    # A rate at which 1 would become nothing has no forward.
    grown = 1.0 + rate * years if compounding == "simple" else positive("1 + rate", 1.0 + rate) ** years
    return positive("growth", grown)
