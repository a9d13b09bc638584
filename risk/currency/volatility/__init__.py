"""Volatility of returns that changes from day to day."""

from risk.currency.volatility.ewma import (
    DECAY,
    backcast,
    ewma_covariance,
    ewma_covariances,
    ewma_variance,
    standardised,
)
from risk.currency.volatility.garch import GarchFit, fit_garch

__all__ = [
    "DECAY",
    "GarchFit",
    "backcast",
    "ewma_covariance",
    "ewma_covariances",
    "ewma_variance",
    "fit_garch",
    "standardised",
]
