"""Models from an order history and the facts: what is estimated, and what is left out with the reason.

`ask` puts all questions to a history at once; `calibrate` makes the trade of a year and the families of risk out of the
answers, `currency_risk` the model of the currencies, and `enterprise` puts them side by side.
"""

from risk.calibration.answers import Answers, ask
from risk.calibration.conversion import conversion
from risk.calibration.currency import currency_risk
from risk.calibration.enterprise import CORRELATION, ORDER, elicited, enterprise, holding
from risk.calibration.families import Calibrated, calibrate

__all__ = [
    "CORRELATION",
    "ORDER",
    "Answers",
    "Calibrated",
    "ask",
    "calibrate",
    "conversion",
    "currency_risk",
    "elicited",
    "enterprise",
    "holding",
]
