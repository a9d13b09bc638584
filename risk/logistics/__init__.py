"""Logistics risk of selling abroad: late parcels, customs holds, loss and damage, disruptions of trade lanes.

`logistics_risk` prefills the register out of a year of trade, what became of the parcels so far, and the tables of
transport in `data/reference`; what neither says is a wide interval that says it is a starting assumption.

Beside it the family's own analysis: punctuality (`on_time`, `within_lane`, `against_limits`), lead times
(`kaplan_meier`, `fit_lead_time`, `forecast_open`), the pipeline of stages (`Pipeline`), stock and modes.
"""

from risk.logistics.carriers import within_lane
from risk.logistics.case import Hold, LogisticsHistory
from risk.logistics.lead_time_fit import LeadTimeFit, OpenForecast, fit_lead_time, fit_lead_times, forecast_open
from risk.logistics.lead_times import (
    LeadTimes,
    LogRank,
    RestrictedMean,
    counted_lead_times,
    kaplan_meier,
    lead_time_quantiles,
    lead_times,
    log_rank,
    restricted_mean,
)
from risk.logistics.limits import against_limits, limit_probability
from risk.logistics.model import LogisticsRisk, logistics_risk
from risk.logistics.modes import Mode, Parcel, breakeven_value_density, mode_frontier
from risk.logistics.pipeline import CommonShock, Journeys, LateShare, Pipeline, Stage, TypedHold, late_change
from risk.logistics.punctuality import on_time, on_time_notes, shrunk_rates
from risk.logistics.stages import FittedStages, examinations, fit_stages, starting_stages
from risk.logistics.stock import ReorderPoint, newsvendor, newsvendor_cost, reorder_point, safety_stock
from risk.loss.proportions import wilson_interval

__all__ = [
    "CommonShock",
    "FittedStages",
    "Hold",
    "Journeys",
    "LateShare",
    "LeadTimeFit",
    "LeadTimes",
    "LogRank",
    "LogisticsHistory",
    "LogisticsRisk",
    "Mode",
    "OpenForecast",
    "Parcel",
    "Pipeline",
    "ReorderPoint",
    "RestrictedMean",
    "Stage",
    "TypedHold",
    "against_limits",
    "breakeven_value_density",
    "counted_lead_times",
    "examinations",
    "fit_lead_time",
    "fit_lead_times",
    "fit_stages",
    "forecast_open",
    "kaplan_meier",
    "late_change",
    "lead_time_quantiles",
    "lead_times",
    "limit_probability",
    "log_rank",
    "logistics_risk",
    "mode_frontier",
    "newsvendor",
    "newsvendor_cost",
    "on_time",
    "on_time_notes",
    "reorder_point",
    "restricted_mean",
    "safety_stock",
    "shrunk_rates",
    "starting_stages",
    "wilson_interval",
    "within_lane",
]
