"""Evidence on forecasts: only what was known then, hits as promised, and correlations that are there or not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from risk.checks import InputError
from risk.currency.evidence import hit_rate, past_forecasts, volume_rate_correlation
from risk.currency.exposure import forecast_receipts


def months(values: np.ndarray) -> pd.Series:
    return pd.Series(values, pd.date_range("2024-01-01", periods=len(values), freq="MS"))


def test_a_past_forecast_is_the_one_of_its_day() -> None:
    history = months(np.random.default_rng(1).normal(100, 10, 20))
    found = past_forecasts(history, ahead=2, origins=5)
    assert list(found.index) == list(history.index[-5:])
    made = forecast_receipts(history.iloc[:17], 2)
    row = found.loc[history.index[18]]
    assert row["forecast"] == pytest.approx(made.mean.iloc[-1])
    assert row["high"] - row["forecast"] == pytest.approx(1.6448536 * made.sd.iloc[-1])
    assert row["actual"] == history.iloc[18]


def test_what_came_later_changes_no_past_forecast() -> None:
    history = months(np.random.default_rng(2).normal(100, 10, 18))
    spoilt = history.copy()
    spoilt.iloc[-1] *= 10
    one, other = (past_forecasts(series)[["forecast", "low", "high"]] for series in (history, spoilt))
    pd.testing.assert_frame_equal(one, other)


def test_about_nine_of_ten_steady_months_end_inside_the_band() -> None:
    rng = np.random.default_rng(3)
    shops = [past_forecasts(months(rng.normal(100, 10, 16)), origins=6) for _ in range(60)]
    found = hit_rate(pd.concat(shops))
    assert found.low < found.share < found.high
    assert found.trials == 360
    assert found.share == pytest.approx(0.9, abs=0.06)


def test_the_interval_of_the_hit_rate_is_wilsons() -> None:
    table = pd.DataFrame({"inside": [True] * 9 + [False]})
    found = hit_rate(table)
    # Wilson (1927) for 9 of 10 at 95 %: 0.5958 to 0.9821.
    assert (found.low, found.high) == (pytest.approx(0.5958, abs=5e-5), pytest.approx(0.9821, abs=5e-5))
    with pytest.raises(InputError, match="no past forecast"):
        hit_rate(past_forecasts(months(np.ones(5))))


@pytest.mark.parametrize("true", [-0.8, 0.0, 0.6])
def test_a_correlation_lies_within_its_interval_about_as_often_as_promised(true: float) -> None:
    rng, inside = np.random.default_rng(4), 0
    days = pd.date_range("2020-01-01", "2023-12-31", freq="D")
    for _ in range(100):
        rate_change, noise = rng.normal(0, 0.02, 48), rng.normal(0, 0.02, 48)
        volume_change = 5 * (true * rate_change + np.sqrt(1 - true**2) * noise)
        starts = pd.date_range("2020-01-01", periods=48, freq="MS")
        rate = pd.Series(np.exp(np.cumsum(rate_change)), starts).reindex(days, method="ffill")
        found = volume_rate_correlation(pd.Series(1000 * np.exp(np.cumsum(volume_change)), starts), rate)
        assert found.pairs == 47
        inside += found.low <= true <= found.high
    assert 88 <= inside <= 100


def test_too_few_changes_are_refused() -> None:
    days = pd.Series(1.0, pd.date_range("2024-01-01", "2025-12-31"))
    with pytest.raises(InputError, match="too few"):
        volume_rate_correlation(months(np.arange(1.0, 8.0)), days)
    with pytest.raises(InputError, match="too few"):
        volume_rate_correlation(months(np.arange(1.0, 20.0)), days)
