"""Product-quality risk: returns and refunds, bad batches, recalls, damaged reviews, chargebacks.

`quality_risk` prefills the register out of a year of trade and what came back so far; what the history and the facts in
`data/reference` do not say is a wide interval that says it is a starting assumption. Beside it stand the methods that
see trouble early: control charts and their run rules, sequential tests, inspection of lots, completed returns.
"""

from risk.quality.case import QualityHistory, Returned
from risk.quality.charts import (
    ControlChart,
    CusumChart,
    c_chart,
    clean_baseline,
    cusum_chart,
    ewma_chart,
    g_chart,
    individuals_chart,
    laney_p_chart,
    laney_u_chart,
    np_chart,
    p_chart,
    t_chart,
    u_chart,
)
from risk.quality.inspection import (
    DoublePlan,
    SamplingPlan,
    acceptance_probability,
    average_outgoing_limit,
    average_outgoing_quality,
    double_plan,
    find_plan,
    inspect_lots,
    sampling_plan,
    scheme_acceptance,
    shipped_under_belief,
)
from risk.quality.model import QualityRisk, quality_risk
from risk.quality.portfolio import (
    Portfolio,
    WeeklyCounts,
    alarm_table,
    began,
    chart_portfolio,
    cusum_portfolio,
    false_discovery,
    weekly_counts,
)
from risk.quality.reasons import pareto, pareto_of_cost, reason_drift
from risk.quality.rules import NELSON, WESTERN_ELECTRIC, nelson, western_electric
from risk.quality.run_lengths import cusum_run_length, ewma_run_length, run_length, simulated_run_length
from risk.quality.sequential import BinomialCusum, Sprt, sprt
from risk.quality.triangle import ChainLadder, chain_ladder, completed_returns, lag_triangle

__all__ = [
    "NELSON",
    "WESTERN_ELECTRIC",
    "BinomialCusum",
    "ChainLadder",
    "ControlChart",
    "CusumChart",
    "DoublePlan",
    "Portfolio",
    "QualityHistory",
    "QualityRisk",
    "Returned",
    "SamplingPlan",
    "Sprt",
    "WeeklyCounts",
    "acceptance_probability",
    "alarm_table",
    "average_outgoing_limit",
    "average_outgoing_quality",
    "began",
    "c_chart",
    "chain_ladder",
    "chart_portfolio",
    "clean_baseline",
    "completed_returns",
    "cusum_chart",
    "cusum_portfolio",
    "cusum_run_length",
    "double_plan",
    "ewma_chart",
    "ewma_run_length",
    "false_discovery",
    "find_plan",
    "g_chart",
    "individuals_chart",
    "inspect_lots",
    "lag_triangle",
    "laney_p_chart",
    "laney_u_chart",
    "nelson",
    "np_chart",
    "p_chart",
    "pareto",
    "pareto_of_cost",
    "quality_risk",
    "reason_drift",
    "run_length",
    "sampling_plan",
    "scheme_acceptance",
    "shipped_under_belief",
    "simulated_run_length",
    "sprt",
    "t_chart",
    "u_chart",
    "weekly_counts",
    "western_electric",
]
