"""Completing returns: chain ladder by hand and by simulation, the young cohorts, and triangles that cannot be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from risk.checks import InputError
from risk.quality import chain_ladder, completed_returns, lag_triangle

SHARES = np.array([0.5, 0.3, 0.15, 0.05])  # of the returns, by months since delivery


def cohorts(delivered: np.ndarray, rates: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Cumulative returns of a cohort a row as seen today, and what came in the end."""
    chances = np.column_stack([rates[:, None] * SHARES, 1 - rates])
    counts = np.array([rng.multinomial(n, chance)[:-1] for n, chance in zip(delivered, chances, strict=True)])
    whole = counts.cumsum(axis=1)
    ahead = np.arange(4)[None, :] + np.arange(len(delivered))[:, None] >= len(delivered)
    return np.where(ahead, np.nan, whole), whole[:, -1]


def test_three_cohorts_by_hand() -> None:
    """f = 330/200 and 180/150; Mack's s² of the first lag is [100 (1.5 − 1.65)² + 100 (1.8 − 1.65)²] / 1."""
    found = chain_ladder([[100, 150, 180], [100, 180], [120]])
    assert found.factors.tolist() == pytest.approx([1.65, 1.2])
    assert found.ultimate.tolist() == pytest.approx([180, 216, 237.6])
    assert found.outstanding.tolist() == pytest.approx([0, 36, 117.6])
    assert found.developed.tolist() == pytest.approx([1, 1 / 1.2, 1 / 1.98])
    assert found.sigma[0] ** 2 == pytest.approx(4.5)
    assert np.isnan(found.standard_error[1:]).all()  # a single cohort says nothing about the spread of the last lag
    assert found.standard_error[0] == 0


def test_a_frame_an_array_and_rows_are_one_triangle() -> None:
    rows = [[10, 14, 15, 15], [12, 18, 20], [9, 12], [11]]
    array = np.array([row + [np.nan] * (4 - len(row)) for row in rows])
    for other in (array, pd.DataFrame(array)):
        assert chain_ladder(other).ultimate.tolist() == chain_ladder(rows).ultimate.tolist()


def test_macks_error_is_the_spread_of_what_comes() -> None:
    """Over-dispersed cohorts drawn from Mack's own model: three quarters of truths are within 1.15 errors."""
    rng = np.random.default_rng(3)
    inside = []
    for _ in range(300):
        rows = np.empty((12, 6))
        rows[:, 0] = rng.uniform(800, 1_200, 12)
        for lag, factor in enumerate((1.5, 1.2, 1.1, 1.05, 1.02)):
            rows[:, lag + 1] = factor * rows[:, lag] + rng.normal(0, 2.0 * np.sqrt(rows[:, lag]))
        seen = np.where(np.arange(6)[None, :] + np.arange(12)[:, None] >= 12, np.nan, rows)
        found = chain_ladder(seen)
        inside.append(np.abs(found.ultimate[-1] - rows[-1, -1]) < 1.15 * found.standard_error[-1])
    assert np.mean(inside) == pytest.approx(0.75, abs=0.08)


def test_a_triangle_out_of_returns() -> None:
    found = lag_triangle([0, 0, 1, 0], [0, 1, 0, 1], [3, 1, 2, 1], 2)
    assert found.tolist()[0] == [3.0, 5.0]
    assert found[1, 0] == 2.0
    assert np.isnan(found[1, 1])
    with pytest.raises(InputError, match="before its delivery"):
        lag_triangle([1], [1], [1], 2)


def test_intervals_of_completed_rates_hold_what_comes() -> None:
    rng = np.random.default_rng(5)
    held, nearer = [], []
    for _ in range(100):
        delivered = rng.integers(60, 200, 20)
        seen, ends = cohorts(delivered, rng.beta(20, 180, 20), rng)
        found = completed_returns(seen, delivered)
        truth = ends / delivered
        young = found.iloc[-2:]
        held += ((young["low"] <= truth[-2:] + 1e-9) & (truth[-2:] <= young["high"] + 1e-9)).tolist()
        nearer.append([abs(found[name].iloc[-1] - truth[-1]) for name in ("rate", "chain_ladder", "raw")])
    assert np.mean(held) == pytest.approx(0.92, abs=0.05)  # counts are whole: a little more than the 90 % asked for
    rate, ladder, raw = np.mean(nearer, axis=0)
    assert rate < ladder < raw


def test_a_mature_cohort_is_what_it_is_and_a_young_one_is_held_back_by_the_usual() -> None:
    rng = np.random.default_rng(6)
    delivered = np.full(12, 2_000)
    seen, _ = cohorts(delivered, rng.beta(10, 90, 12), rng)
    seen[-1, 0] = 200  # twice the usual number in its first month
    found = completed_returns(pd.DataFrame(seen, index=[f"m{month}" for month in range(12)]), delivered)
    assert found.index[0] == "m0"
    first, last = found.iloc[0], found.iloc[-1]
    assert first["rate"] == first["raw"] == first["low"] == first["high"] == first["chain_ladder"]
    assert last["bornhuetter_ferguson"] < last["rate"] <= last["chain_ladder"]
    assert last["bornhuetter_ferguson"] == pytest.approx(0.1 + 0.1 * (1 - last["developed"]), abs=0.01)
    assert last["low"] < last["rate"] < last["high"]


def test_what_cannot_be_has_no_rate_and_says_why() -> None:
    seen, _ = cohorts(np.full(10, 500), np.full(10, 0.1), np.random.default_rng(7))
    delivered = np.full(10, 500.0)
    delivered[2], delivered[4] = 0, 3
    found = completed_returns(seen, delivered)
    assert found["status"].tolist()[2:5] == ["nothing delivered", "ok", "more returned than delivered"]
    assert found["rate"].isna().tolist() == [place in (2, 4) for place in range(10)]


@pytest.mark.parametrize(
    ("triangle", "said"),
    [
        ([[5]], "one period"),
        ([[5, 6]], "two cohorts"),
        ([[5, 6, 7], [np.nan, 3]], "without a gap"),
        ([[-5, 6], [3]], "not below 0"),
        ([[0, 0], [3]], "Nothing had come back by lag 0"),
    ],
)
def test_triangles_that_cannot_be_completed(triangle: list[list[float]], said: str) -> None:
    with pytest.raises(InputError, match=said):
        chain_ladder(triangle)


def test_too_few_mature_cohorts_or_a_wrong_number_of_deliveries_are_said() -> None:
    with pytest.raises(InputError, match="Only 1 cohorts"):
        completed_returns([[10, 40], [12]], [100, 100])
    with pytest.raises(InputError, match="for each cohort"):
        completed_returns([[10, 40], [12]], [100])


def test_amounts_that_fall_are_counted() -> None:
    assert "1 cumulative" in chain_ladder([[10, 9], [12]]).notes[0]
    assert not chain_ladder([[10, 12], [12]]).notes
