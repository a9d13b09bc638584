"""Dependence between losses: common drivers of the rates first, then a copula for what is left.

1. A `Driver` (trade policy, currency regime, platform enforcement, product-safety incident, season) raises or lowers
   the rates of every peril that loads on it in the same year: `rate_factors`.
2. What the drivers do not explain is a Gaussian or t copula, laid on simulated columns by rank: `reorder` for the
   drivers of one table, `reorder_blocks` for whole families. Where both are used, the copula must not undo the first:
   give `strata`, so that years are exchanged only with years of about the same drivers.
"""

from risk.loss.dependence.correlation import (
    Repaired,
    correlation_matrix,
    nearest_correlation,
    score_correlation,
    tail_dependence,
)
from risk.loss.dependence.drivers import Driver, driver_strata, driver_years, factor_covariance, rate_factors
from risk.loss.dependence.reordering import (
    block_orders,
    comonotonic,
    independent,
    permuted,
    reorder,
    reorder_blocks,
)
from risk.loss.dependence.totals import copula_totals

__all__ = [
    "Driver",
    "Repaired",
    "block_orders",
    "comonotonic",
    "copula_totals",
    "correlation_matrix",
    "driver_strata",
    "driver_years",
    "factor_covariance",
    "independent",
    "nearest_correlation",
    "permuted",
    "rate_factors",
    "reorder",
    "reorder_blocks",
    "score_correlation",
    "tail_dependence",
]
