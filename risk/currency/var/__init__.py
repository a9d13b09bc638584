"""Value at risk of foreign-currency exposures: what a bad day, or a few, would cost at today's exposures.

Losses are positive, in the reporting currency, from simple returns: exposure × spot × (1 - e^r). The mean of the past
stays out, value at risk is the lower quantile and expected shortfall Acerbi–Tasche (`risk.loss.measures`).
"""

from risk.currency.var.cornish_fisher import CornishFisher, cornish_fisher
from risk.currency.var.estimate import METHODS, PATHS, WINDOW, VarEstimate, value_at_risk
from risk.currency.var.student import fit_degrees, student_factors

__all__ = [
    "METHODS",
    "PATHS",
    "WINDOW",
    "CornishFisher",
    "VarEstimate",
    "cornish_fisher",
    "fit_degrees",
    "student_factors",
    "value_at_risk",
]
