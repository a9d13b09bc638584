"""Backtests: whether value at risk and expected shortfall kept what they promised.

An exception is a loss strictly above value at risk. Losses are positive.
"""

from risk.currency.backtest.coverage import (
    TestResult,
    TrafficLight,
    christoffersen,
    conditional_coverage,
    kupiec,
    power,
    traffic_light,
)
from risk.currency.backtest.rolling import rolling_backtest
from risk.currency.backtest.shortfall import (
    AcerbiSzekely,
    acerbi_szekely,
    fissler_ziegel_loss,
    normal_tail,
    quantile_loss,
    shortfall_null,
    student_tail,
)
from risk.currency.backtest.timing import DurationResult, duration_test, dynamic_quantile
from risk.currency.backtest.verdict import Verdict, implied_degrees, judge, most_trusted
from risk.currency.backtest.windows import rolling_filtered, rolling_historical

__all__ = [
    "AcerbiSzekely",
    "DurationResult",
    "TestResult",
    "TrafficLight",
    "Verdict",
    "acerbi_szekely",
    "christoffersen",
    "conditional_coverage",
    "duration_test",
    "dynamic_quantile",
    "fissler_ziegel_loss",
    "implied_degrees",
    "judge",
    "kupiec",
    "most_trusted",
    "normal_tail",
    "power",
    "quantile_loss",
    "rolling_backtest",
    "rolling_filtered",
    "rolling_historical",
    "shortfall_null",
    "student_tail",
    "traffic_light",
]
