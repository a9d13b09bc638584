"""Reasons of returns: shares with intervals, by count and by cost, and whether their mix drifts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency
from statsmodels.stats.proportion import proportion_confint

from risk.checks import InputError
from risk.quality import pareto, pareto_of_cost, reason_drift


def test_intervals_are_wilsons() -> None:
    found = pareto(pd.Series({"size": 30, "broken": 60, "late": 10}))
    assert found.index.tolist() == ["broken", "size", "late"]
    assert (found.loc["late", "low"], found.loc["late", "high"]) == pytest.approx(
        proportion_confint(10, 100, method="wilson")
    )


def test_the_interval_of_a_share_of_cost_is_its_bootstrap() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"reason": rng.choice(["a", "b", "c"], 800, p=[0.6, 0.3, 0.1])})
    frame["cost"] = rng.lognormal(3, 1, 800) * frame["reason"].map({"a": 1.0, "b": 1.0, "c": 5.0})
    frame["square"] = frame["cost"] ** 2
    sums = frame.groupby("reason")[["cost", "square"]].sum()
    found = pareto_of_cost(sums["cost"], sums["square"])
    drawn = rng.integers(0, 800, (4_000, 800))
    cost, dear = frame["cost"].to_numpy()[drawn], (frame["reason"] == "c").to_numpy()[drawn]
    share = (cost * dear).sum(axis=1) / cost.sum(axis=1)
    assert found.loc["c", "share"] == pytest.approx(sums.loc["c", "cost"] / sums["cost"].sum())
    assert (found.loc["c", "high"] - found.loc["c", "low"]) / 2 == pytest.approx(1.96 * share.std(), rel=0.06)
    assert found["cumulative"].iloc[-1] == pytest.approx(1.0)


def test_a_reason_that_costs_all_has_no_interval() -> None:
    found = pareto_of_cost(pd.Series({"a": 10.0, "b": 0.0}), pd.Series({"a": 60.0, "b": 0.0}))
    assert found.loc["a", ["share", "low", "high"]].tolist() == [1.0, 1.0, 1.0]


def test_drift_is_the_chi_square_test_of_scipy() -> None:
    before, after = pd.Series({"size": 50, "broken": 30, "late": 20}), pd.Series({"size": 45, "broken": 60, "late": 15})
    found = reason_drift(before, after)
    statistic, p_value, degrees, _ = chi2_contingency([before, after], correction=False)
    assert (found.statistic, found.degrees, found.p_value) == pytest.approx((statistic, degrees, p_value))
    assert found.reasons.index[0] == "broken"
    assert found.reasons.loc["broken", ["before", "after"]].tolist() == pytest.approx([0.3, 0.5])


def test_z_of_two_reasons_is_the_root_of_their_chi_square() -> None:
    found = reason_drift(pd.Series({"a": 40, "b": 60}), pd.Series({"a": 55, "b": 45}))
    assert found.reasons["z"].abs().tolist() == pytest.approx([np.sqrt(found.statistic)] * 2)


def test_rare_and_new_reasons_are_tested_together() -> None:
    found = reason_drift(pd.Series({"a": 100, "b": 2}), pd.Series({"a": 100, "c": 1, "d": 9}))
    statistic = chi2_contingency([[100, 2], [100, 10]], correction=False).statistic
    assert (found.statistic, found.degrees) == pytest.approx((statistic, 1))
    assert set(found.reasons.index) == {"a", "b", "c", "d"}


def test_no_returns_are_no_shares() -> None:
    with pytest.raises(InputError, match="more than 0"):
        pareto(pd.Series({"a": 0}))
    with pytest.raises(InputError, match="Both periods"):
        reason_drift(pd.Series({"a": 3}), pd.Series({"a": 0}))
    same = reason_drift(pd.Series({"a": 3}), pd.Series({"a": 5}))
    assert (same.degrees, same.p_value) == (0, 1.0)
