"""Control charts, which say whether this week is like the weeks before it or something has changed.

Limits are learned from a baseline (phase I) and then stay as they are (phase II): limits that are computed anew each
week absorb a drift. Rates of samples of several sizes have limits of several widths.
"""

from risk.quality.charts.attributes import c_chart, laney_p_chart, laney_u_chart, np_chart, p_chart, u_chart
from risk.quality.charts.chart import ControlChart, clean_baseline
from risk.quality.charts.measured import g_chart, individuals_chart, t_chart
from risk.quality.charts.memory import CusumChart, cusum_chart, ewma_chart

__all__ = [
    "ControlChart",
    "CusumChart",
    "c_chart",
    "clean_baseline",
    "cusum_chart",
    "ewma_chart",
    "g_chart",
    "individuals_chart",
    "laney_p_chart",
    "laney_u_chart",
    "np_chart",
    "p_chart",
    "t_chart",
    "u_chart",
]
