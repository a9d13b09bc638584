"""Intellectual property by economy: the watch list of the US, an index of protection, counterfeits and enforcement."""

from __future__ import annotations

import pandas as pd

from risk.reference.facts import FACTS, Facts


def watch_list(facts: Facts = FACTS) -> pd.DataFrame:
    """Economies on the lists of the Special 301 Report of the US Trade Representative, 2025, index `iso2`.

    `list` is "Priority Watch List" or "Watch List".
    """
    return facts.table("watch_list", "iso2")


def ip_index(facts: Facts = FACTS) -> pd.DataFrame:
    """International IP Index of the US Chamber of Commerce, index `iso2`: `score` as a fraction, rank of 55.

    Only thirteen economies were found; an economy that is missing has no score here, not a bad one.
    """
    scores = facts.table("ip_index", "iso2")
    scores.insert(1, "score", scores.pop("score_pct") / 100)
    return scores


def ip_statistics(facts: Facts = FACTS) -> pd.DataFrame:
    """Counterfeits, seizures and data-protection fines, index `id`: `value` in `unit`, for `region` and `period`."""
    return facts.table("ip_statistics", "id")
