"""Forward exchange deals: fair rates, quotes, values, settlement without delivery, and rolling; 1 base = x quote."""

from risk.currency.forwards.conventions import (
    DAY_COUNT,
    NEXT_DAY,
    NON_DELIVERABLE,
    Fixing,
    day_count,
    fixing_date,
    spot_date,
)
from risk.currency.forwards.deals import DealValue, ForwardDeal, ZeroCurve, ndf_settlement
from risk.currency.forwards.parity import (
    COMPOUNDING,
    Rates,
    forward_curve,
    forward_points,
    forward_rate,
    forward_value,
    from_known_day,
    growth,
    implied_rate,
)
from risk.currency.forwards.quotes import SIDES, ForwardQuote, QuotedPoints, quote_forward
from risk.currency.forwards.swaps import Roll, roll_forward

__all__ = [
    "COMPOUNDING",
    "DAY_COUNT",
    "NEXT_DAY",
    "NON_DELIVERABLE",
    "SIDES",
    "DealValue",
    "Fixing",
    "ForwardDeal",
    "ForwardQuote",
    "QuotedPoints",
    "Rates",
    "Roll",
    "ZeroCurve",
    "day_count",
    "fixing_date",
    "forward_curve",
    "forward_points",
    "forward_rate",
    "forward_value",
    "from_known_day",
    "growth",
    "implied_rate",
    "ndf_settlement",
    "quote_forward",
    "roll_forward",
    "spot_date",
]
