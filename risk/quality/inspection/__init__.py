"""Inspection of a lot by a sample: plans of the standard, what they let pass, and plans for risks of one's own."""

from risk.quality.inspection.curves import (
    acceptance_probability,
    average_outgoing_limit,
    average_outgoing_quality,
    find_plan,
    scheme_acceptance,
    shipped_under_belief,
)
from risk.quality.inspection.double import DoublePlan, double_plan
from risk.quality.inspection.plans import SamplingPlan, inspect_lots, sampling_plan

__all__ = [
    "DoublePlan",
    "SamplingPlan",
    "acceptance_probability",
    "average_outgoing_limit",
    "average_outgoing_quality",
    "double_plan",
    "find_plan",
    "inspect_lots",
    "sampling_plan",
    "scheme_acceptance",
    "shipped_under_belief",
]
