"""How much to hedge: ratios out of a history or of simulated years, for one currency or several, and what they cost.

Ratios out of a history take changes, gains where positive; those of simulated years take losses. Amounts to sell when
the quantity itself is uncertain are in `quantity`.
"""

from risk.currency.hedging.cost import hedge_cost, hedged_share
from risk.currency.hedging.quantity import UncertainReceipt, quantity_hedge
from risk.currency.hedging.ratio import HedgeRatio, minimum_variance_ratio, utility_ratio
from risk.currency.hedging.several import OptimalRatios, optimal_ratios, ratio_frontier
from risk.currency.hedging.shortfall import least_shortfall, minimum_shortfall_ratio, tolerance_ratio

__all__ = [
    "HedgeRatio",
    "OptimalRatios",
    "UncertainReceipt",
    "hedge_cost",
    "hedged_share",
    "least_shortfall",
    "minimum_shortfall_ratio",
    "minimum_variance_ratio",
    "optimal_ratios",
    "quantity_hedge",
    "ratio_frontier",
    "tolerance_ratio",
    "utility_ratio",
]
