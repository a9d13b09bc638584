"""The rule of a row of `fines` in words, with its numbers."""

from __future__ import annotations

import pandas as pd

from risk.checks import Sentence

_RULES = {
    "max": Sentence("The higher of {currency} {fixed:,.0f} and {share:.0%} of the {base}"),
    "min": Sentence("The lower of {currency} {fixed:,.0f} and {share:.0%} of the {base}"),
    "share": Sentence("{share:.0%} of the {base}"),
    "fixed": Sentence("{currency} {fixed:,.0f} per {unit}"),
    "per_unit": Sentence("{currency} {most:,.0f} per {unit}"),
    "duties": Sentence("{multiple:g} times the duty lost, at most the {base}"),
    "national": Sentence("Each member state sets its own maximum"),
}
_RANGE = Sentence("{currency} {least:,.0f} to {most:,.0f} per {unit}")
_AT_LEAST = Sentence("The {base}, at least {currency} {least:,.0f} per {unit}")


def rule_in_words(fine: pd.Series) -> Sentence:
    """The most that a law allows; `base` and `unit` are as the table names them, in English."""
    template = _RULES[fine["rule"]]
    if fine["rule"] in ("per_unit", "fixed") and fine["per_unit_min"] > 0:
        template = _RANGE
    elif fine["rule"] == "max" and fine["per_unit_min"] == fine["fixed_cap"]:
        template = _AT_LEAST
    return Sentence(
        template.template,
        currency=fine["currency"],
        fixed=fine["fixed_cap"],
        share=fine["share_cap"],
        base=fine["share_of"],
        multiple=fine["duty_multiple"],
        least=fine["per_unit_min"],
        most=fine["per_unit_max"],
        unit=fine["unit"],
    )
