"""Hedge accounting: whether a hedge does what it was designated for, and what of its gain goes into the reserve.

Changes and values are gains of the hedged item and of the instrument, positive each; a hedge that works has them of
opposite sign, and a hypothetical derivative has the instrument's sign.
"""

from risk.currency.effectiveness.history import cumulative_gains, prospective_changes
from risk.currency.effectiveness.offset import DollarOffset, dollar_offset
from risk.currency.effectiveness.regression import (
    EffectivenessRegression,
    effectiveness_regression,
    variance_reduction,
)
from risk.currency.effectiveness.reserve import lower_of
from risk.currency.effectiveness.standards import STANDARDS, Finding, Lines, Standard, assess
from risk.currency.effectiveness.terms import HedgedItem, critical_terms, hypothetical_derivative

__all__ = [
    "STANDARDS",
    "DollarOffset",
    "EffectivenessRegression",
    "Finding",
    "HedgedItem",
    "Lines",
    "Standard",
    "assess",
    "critical_terms",
    "cumulative_gains",
    "dollar_offset",
    "effectiveness_regression",
    "hypothetical_derivative",
    "lower_of",
    "prospective_changes",
    "variance_reduction",
]
