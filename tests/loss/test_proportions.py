"""Shares with Wilson's interval: against the textbook's numbers, and nothing where there is nothing to share."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from risk.loss.proportions import with_share


def shares(events: list[float], trials: list[float]) -> pd.DataFrame:
    return with_share(pd.DataFrame({"late": events, "resolved": trials}), "late", "resolved")


def test_the_interval_is_wilsons() -> None:
    """Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81/263, 15/148, 0/20 and 1/29."""
    found = shares([81, 15, 0, 1], [263, 148, 20, 29])
    assert found["low"].tolist() == pytest.approx([0.2553, 0.0624, 0.0, 0.0061], abs=5e-5)
    assert found["high"].tolist() == pytest.approx([0.3662, 0.1605, 0.1611, 0.1718], abs=5e-5)
    assert found["rate"].tolist() == pytest.approx([81 / 263, 15 / 148, 0.0, 1 / 29])


def test_the_ends_of_the_interval_are_where_the_score_test_just_rejects() -> None:
    row = shares([7], [50]).iloc[0]
    for bound in (row["low"], row["high"]):
        assert abs(row["rate"] - bound) / np.sqrt(bound * (1 - bound) / 50) == pytest.approx(1.959964, abs=1e-5)


def test_without_trials_or_with_more_events_than_trials_there_is_no_share() -> None:
    found = shares([0, 3, 1], [0, 2, 4])
    assert found["rate"].isna().tolist() == [True, True, False]
    assert found["high"].isna().tolist() == [True, True, False]
    assert list(shares([], [])) == ["late", "resolved", "rate", "low", "high"]
