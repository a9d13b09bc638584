"""Currency options: prices, zero-cost protections and what they pay at expiry; 1 base = x quote."""

from risk.currency.options.payoffs import collar_payoff, forward_payoff, participating_payoff, put_payoff
from risk.currency.options.pricing import KINDS, OptionValue, garman_kohlhagen, implied_volatility
from risk.currency.options.structures import (
    Collar,
    ParticipatingForward,
    zero_cost_participation,
    zero_cost_participation_strike,
    zero_cost_strike,
)

__all__ = [
    "KINDS",
    "Collar",
    "OptionValue",
    "ParticipatingForward",
    "collar_payoff",
    "forward_payoff",
    "garman_kohlhagen",
    "implied_volatility",
    "participating_payoff",
    "put_payoff",
    "zero_cost_participation",
    "zero_cost_participation_strike",
    "zero_cost_strike",
]
