"""Statutory fines, the amount that a law's cap comes to, and how large data-protection fines have been."""

from __future__ import annotations

import numpy as np
import pandas as pd

from risk.checks import InputError, not_negative, one_of
from risk.reference.facts import FACTS, Facts

RULES = ("max", "min", "share", "fixed", "per_unit", "duties", "national")


def fines(facts: Facts = FACTS) -> pd.DataFrame:
    """Statutory maximum fines and damages; no legal advice.

    Index `id`; `rule` says how `cap_amount` reads the row: "max" or "min" of `fixed_cap` and `share_cap` x `share_of`,
    "share" (then `fixed_cap` is for an unknown amount), "fixed", "per_unit", "duties", "national" (no common cap).
    Amounts in `currency`, shares as fractions; `rule_text` is the rule in words. `effective_from` is the first day in
    force, NaT where none is recorded: `next_change` says whether it is law yet. `family` is legal, ip or quality.
    """
    return facts.table("fines", "id")


def cap_amount(fine: pd.Series, base: float | None = None, *, units: float = 1, duties: float = 0) -> float:
    """The most that one row of `fines` allows, in its currency.

    `base` is the amount that the column `share_of` names: a turnover, a value of goods, a profit. `units` counts what
    `unit` names (violations, consumers, marks x types of goods), `duties` is the customs duty that was lost. Not in
    it: what only `rule_text` and `notes` tell, such as multiples of the benefit obtained or of the damage.
    """
    rule, fixed = one_of("rule", fine["rule"], RULES), float(fine["fixed_cap"])
    if rule == "national":
        raise InputError("{law} has no common cap: each member state sets its own.", law=fine["instrument"])
    if rule == "per_unit":
        return float(np.fmin(not_negative("units", units) * fine["per_unit_max"], fixed))
    if rule == "fixed" or (rule == "share" and base is None and np.isfinite(fixed)):
        return fixed
    if base is None:
        raise InputError("The cap of {law} is a share of an amount: give it.", law=fine["instrument"])
    return _share_of(fine, rule, fixed, not_negative("base", base), not_negative("duties", duties))


def _share_of(fine: pd.Series, rule: str, fixed: float, base: float, duties: float) -> float:
    share = float(fine["share_cap"]) * base
    if rule == "duties":  # 19 USC 1592(c): a share of the dutiable value only where no duty was lost
        return min(base, float(fine["duty_multiple"]) * duties) if duties else share
    return {"max": max(fixed, share), "min": min(fixed, share), "share": share}[rule]


def fine_severity(facts: Facts = FACTS) -> pd.DataFrame:
    """Size of 336 (early sample: 182) GDPR fines of 2018 to 2020: quantiles, lognormal fit, generalized Pareto tail.

    Index `dataset`, `statistic`; columns value, unit, as_of, source, basis, confidence, notes. The tail index is above
    one: without the statutory cap the mean is infinite.
    """
    return facts.table("fine_severity", ["dataset", "statistic"])
