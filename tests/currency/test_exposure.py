"""Monthly receipts and their forecast: complete months only, and an error that holds out of sample."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from risk.checks import InputError
from risk.currency import exposure
from risk.currency.exposure import (
    LEAST_SMOOTHING,
    _accumulated,
    _ets,
    _seasonal_smoothing,
    _shrinkage,
    _unsure,
    forecast_receipts,
    monthly_receipts,
)

Z_90 = 1.6448536


def answer(*rows: tuple[str, str | None, float]) -> pd.DataFrame:
    """An exposure answer: month, currency, net."""
    frame = pd.DataFrame(rows, columns=["month", "currency", "net"])
    return frame.assign(month=pd.to_datetime(frame["month"] + "-01"), gross=frame["net"] + 1.0)


def history(values: np.ndarray) -> pd.Series:
    return pd.Series(values, pd.date_range("2024-01-01", periods=len(values), freq="MS"))


class TestMonthlyReceipts:
    def test_the_month_of_today_is_left_out_until_its_last_day(self) -> None:
        exposure = answer(("2026-08", "USD", 1.0), ("2026-09", "USD", 2.0), ("2026-10", "USD", 4.0))
        assert monthly_receipts(exposure, "2026-10-30")["USD"].tolist() == [1.0, 2.0]
        assert monthly_receipts(exposure, "2026-10-31")["USD"].tolist() == [1.0, 2.0, 4.0]
        assert monthly_receipts(exposure, "2026-09-01")["USD"].tolist() == [1.0]

    def test_a_month_without_a_sale_is_zero_and_before_the_first_sale_unknown(self) -> None:
        exposure = answer(("2026-01", "USD", 1.0), ("2026-04", "USD", 2.0), ("2026-03", "EUR", 5.0))
        table = monthly_receipts(exposure, "2026-12-31")
        assert table["USD"].tolist() == [1.0, 0.0, 0.0, 2.0]
        assert table["EUR"].tolist() == pytest.approx([np.nan, np.nan, 5.0, 0.0], nan_ok=True)
        assert table.index.name == "month"

    def test_amounts_of_unknown_currency_are_no_currency(self) -> None:
        exposure = answer(("2026-01", "USD", 1.0), ("2026-01", "", 2.0), ("2026-01", None, 3.0))
        assert list(monthly_receipts(exposure, "2026-12-31").columns) == ["USD"]

    def test_another_column_can_be_asked_for(self) -> None:
        assert monthly_receipts(answer(("2026-01", "USD", 1.0)), "2026-12-31", "gross")["USD"].tolist() == [2.0]

    def test_without_a_complete_month_there_is_nothing_to_say(self) -> None:
        with pytest.raises(InputError, match=r"no complete month .* before 2026-01-15"):
            monthly_receipts(answer(("2026-01", "USD", 1.0)), "2026-01-15")


class TestForecast:
    def test_months_follow_the_history(self) -> None:
        forecast = forecast_receipts(history(np.arange(5.0)), 3)
        assert [f"{month:%Y-%m-%d}" for month in forecast.mean.index] == ["2024-06-01", "2024-07-01", "2024-08-01"]
        assert forecast.sd.index.equals(forecast.mean.index)

    def test_few_months_are_forecast_by_their_mean_whose_error_is_that_of_a_new_observation(self) -> None:
        values = np.array([90.0, 110.0, 95.0, 105.0])
        forecast = forecast_receipts(history(values), 2)
        assert forecast.method == "mean"
        assert forecast.mean.tolist() == [100.0, 100.0]
        band = Z_90 * forecast.sd.iloc[0]
        assert band == pytest.approx(student.ppf(0.95, 3) * values.std(ddof=1) * np.sqrt(1 + 1 / 4), rel=1e-6)
        assert "Only 4 months" in str(forecast.note)

    def test_simple_smoothing_has_the_closed_form_of_its_prediction_variance(self) -> None:
        """σ² (1 + (h - 1) α²): Hyndman et al., Forecasting with Exponential Smoothing (2008), table 6.2."""
        values = 1.0 + np.cumsum(np.random.default_rng(5).normal(0, 0.1, 11))
        fit = _ets(values / np.abs(values).mean(), False)
        assert fit.smoothing_level > LEAST_SMOOTHING
        variance = np.square(fit.resid * np.abs(values).mean()).sum() / (11 - 2)
        forecast = forecast_receipts(history(values))
        assert forecast.sd.to_numpy() == pytest.approx(np.sqrt(variance * (1 + np.arange(12) * fit.smoothing_level**2)))
        assert forecast.mean.to_numpy() == pytest.approx(np.full(12, fit.level[-1] * np.abs(values).mean()))

    @pytest.mark.parametrize(("months", "seasonal"), [(20, False), (60, True)])
    def test_accumulated_shocks_are_those_of_statsmodels(self, months: int, seasonal: bool) -> None:
        t = pd.date_range("2020-01-01", periods=months, freq="MS")
        values = 1 + 0.3 * np.sin(np.arange(months) / 6 * np.pi) + np.random.default_rng(7).normal(0, 0.1, months)
        fit = _ets(pd.Series(values, t), seasonal)
        theirs = fit.get_prediction(start=months, end=months + 14).forecast_variance / fit.scale
        ours = np.diag(_accumulated(15, fit.smoothing_level, _seasonal_smoothing(fit)))
        assert ours == pytest.approx(np.asarray(theirs), rel=1e-6)

    def test_the_covariance_of_errors_is_that_of_simulating_the_model(self) -> None:
        """A slow loop: level += α ε, season[month] += γ ε, observed = level + season + ε."""
        rng, alpha, gamma, paths = np.random.default_rng(12), 0.4, 0.3, 200_000
        level, season, errors = np.zeros(paths), np.zeros((paths, 12)), []
        for month in range(14):
            shock = rng.normal(size=paths)
            errors.append(level + season[:, month % 12] + shock)
            level += alpha * shock
            season[:, month % 12] += gamma * shock
        assert np.cov(errors) == pytest.approx(_accumulated(14, alpha, gamma), abs=0.03)

    def test_the_mean_is_that_of_statsmodels(self) -> None:
        values = 100 + 30 * np.sin(np.arange(36) / 6 * np.pi) + np.random.default_rng(8).normal(0, 10, 36)
        scale = np.abs(values).mean()
        theirs = scale * _ets(values / scale, True).forecast(12)
        ours = forecast_receipts(history(values)).mean.to_numpy()
        kept = (ours - ours.mean()) / (theirs - theirs.mean())
        assert ours.mean() == pytest.approx(theirs.mean(), rel=0.02)
        assert np.ptp(kept) < 0.1
        assert 0.8 < kept.mean() < 1.0, "a season this clear is hardly shrunk"

    def test_a_season_that_is_chance_is_shrunk_and_the_forecast_better_for_it(self) -> None:
        """Against taking the season as it comes, on 40 histories without one: mean square error of the year ahead."""
        ours, theirs = [], []
        for seed in range(40):
            values = np.random.default_rng(seed).normal(100, 20, 36)
            ours.append(np.square(forecast_receipts(history(values[:24])).mean.to_numpy() - values[24:]).mean())
            theirs.append(np.square(100 * _ets(values[:24] / 100, True).forecast(12) - values[24:]).mean())
        assert np.mean(ours) < 0.9 * np.mean(theirs)

    def test_shrinkage_is_that_of_james_and_stein(self) -> None:
        season = np.array([3.0, -1, 2, 0, 1, -2, 1, 0, -3, 1, -1, -1])
        assert _shrinkage(season, 0.5) == pytest.approx(1 - 9 * 0.5 / 32)
        assert _shrinkage(season, 100.0) == 0.0
        assert _shrinkage(np.zeros(12), 0.5) == 0.0

    def test_a_season_is_seen_from_two_years_on(self) -> None:
        season = np.tile([100, 100, 100, 100, 100, 100, 100, 100, 100, 150, 300, 250.0], 2)
        noise = np.random.default_rng(9).normal(0, 5, 24)
        forecast = forecast_receipts(history(season + noise))
        assert forecast.method == "seasonal exponential smoothing"
        assert forecast.mean.to_numpy() == pytest.approx(season[:12], abs=20)
        shorter = forecast_receipts(history((season + noise)[:23]))
        assert shorter.method == "mean of the last twelve months"
        assert "23 months" in str(shorter.note)

    def test_a_first_christmas_is_not_taken_for_the_level_of_the_year_ahead(self) -> None:
        """Twelve or thirteen months that end in their peak: the year ahead is expected like the year past."""
        season = np.array([80, 100, 100, 100, 100, 100, 100, 100, 100, 150, 200, 300, 90.0])
        year = np.roll(season[:12], -1)
        forecast = forecast_receipts(history(np.r_[year, year[0]]))
        assert forecast.mean.sum() == pytest.approx(year.sum())
        peak = forecast_receipts(history(season[:12]))
        assert peak.mean.sum() == pytest.approx(season[:12].sum())

    @pytest.mark.parametrize("months", [4, 12, 24, 36])
    def test_nine_years_of_ten_fall_into_the_band_of_nine_tenths(self, months: int) -> None:
        """Sum of the year ahead, on 60 made-up histories: level that wanders a little, season, noise."""
        inside = 0
        for seed in range(60):
            rng = np.random.default_rng(seed)
            n = months + 12
            level = 100 + np.cumsum(rng.normal(0, 1.5, n))
            season = 20 * np.sin(np.arange(n) / 6 * np.pi) if months >= 24 else 0.0
            values = level + season + rng.normal(0, 8, n)
            forecast = forecast_receipts(history(values[:months]))
            sd = np.sqrt(forecast.covariance.to_numpy().sum())
            inside += abs(values[months:].sum() - forecast.mean.sum()) <= Z_90 * sd
        assert 0.78 <= inside / 60 <= 0.99

    @pytest.mark.parametrize("months", [14, 20])
    def test_growth_goes_on_and_slows_down(self, months: int) -> None:
        values = 100 + 10 * np.arange(months) + np.random.default_rng(3).normal(0, 3, months)
        forecast = forecast_receipts(history(values))
        steps = np.diff([values[-1], *forecast.mean])
        assert forecast.method == "damped trend"
        assert forecast.mean.iloc[-1] > forecast.mean.iloc[0] > values[-6:].mean()
        assert steps[-1] < steps[1]
        assert "go on and to slow down" in str(forecast.note)

    def test_the_error_of_a_damped_trend_is_that_of_statsmodels_when_its_damping_is_certain(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(exposure, "OTHER_DAMPINGS", ())
        values = 100 + 10 * np.arange(20) + np.random.default_rng(8).normal(0, 6, 20).cumsum()
        fit = _ets(history(values / values.mean()), trend="add", damped_trend=True)
        ours = forecast_receipts(history(values))
        theirs = fit.get_prediction(start=20, end=31).forecast_variance * values.mean() ** 2
        assert ours.method == "damped trend"
        assert ours.mean.to_numpy() == pytest.approx(np.asarray(fit.forecast(12)) * values.mean(), rel=1e-6)
        assert fit.smoothing_level >= LEAST_SMOOTHING  # below it ours is wider, on purpose
        assert fit.smoothing_trend > 0.1
        assert ours.sd.to_numpy() ** 2 == pytest.approx(np.asarray(theirs) * 20 / 15, rel=1e-6)

    def test_what_the_damping_adds_is_the_law_of_total_covariance(self) -> None:
        """A slow loop over futures: growth ends, slows down as fitted, or never slows down."""
        ahead, trend, damping = np.arange(1, 7), 3.0, 0.9
        futures = np.zeros((3, 6))
        for place, one in enumerate((0.0, damping, 1.0)):
            level = 0.0
            for month in range(6):
                level += trend * one ** ahead[month]
                futures[place, month] = level
        wanted = np.cov(futures, rowvar=False, ddof=0)
        # Around the fitted path, not around the mean of the three.
        off = futures.mean(axis=0) - futures[1]
        assert _unsure(trend, damping, 6) == pytest.approx(wanted + np.outer(off, off))
        assert _unsure(0.0, damping, 6) == pytest.approx(np.zeros((6, 6)))

    def test_years_after_growth_fall_into_the_band_whether_it_goes_on_or_ends(self) -> None:
        """Sum of the year ahead, on 20 made-up shops that have grown for 20 months."""
        hits = []
        for seed in range(20):
            rng = np.random.default_rng(seed)
            step, noise = rng.uniform(3, 10), rng.normal(0, 8, 32)
            forecast = forecast_receipts(history(100 + step * np.arange(20) + noise[:20]))
            band = Z_90 * np.sqrt(forecast.covariance.to_numpy().sum())
            ahead = 100 + step * np.array([np.arange(20, 32), np.full(12, 19)]) + noise[20:]
            hits.append(np.abs(ahead.sum(axis=1) - forecast.mean.sum()) <= band)
        went_on, ended = np.mean(hits, axis=0)
        assert went_on >= 0.8
        assert ended >= 0.6

    def test_few_months_of_chance_are_no_trend(self) -> None:
        found = [
            forecast_receipts(history(np.random.default_rng(seed).normal(100, 20, 18))).method for seed in range(40)
        ]
        assert found.count("damped trend") <= 4

    def test_payments_and_large_units_are_forecast_alike(self) -> None:
        values = 100 + np.random.default_rng(10).normal(0, 10, 30)
        small, large = forecast_receipts(history(values)), forecast_receipts(history(-1e6 * values))
        assert large.mean.to_numpy() == pytest.approx(-1e6 * small.mean.to_numpy(), rel=1e-4)
        assert large.sd.to_numpy() == pytest.approx(1e6 * small.sd.to_numpy(), rel=1e-3)

    def test_receipts_that_never_vary_are_certain(self) -> None:
        forecast = forecast_receipts(history(np.full(30, 50.0)))
        assert forecast.mean.tolist() == [50.0] * 12
        assert forecast.sd.tolist() == [0.0] * 12

    @pytest.mark.parametrize("months", [2, 9, 24])
    def test_the_covariance_is_one_and_the_same_history_says_the_same(self, months: int) -> None:
        values = np.random.default_rng(11).normal(100, 10, months)
        forecast, again = forecast_receipts(history(values)), forecast_receipts(history(values))
        assert np.linalg.eigvalsh(forecast.covariance).min() > 0
        pd.testing.assert_series_equal(forecast.mean, again.mean)
        pd.testing.assert_frame_equal(forecast.covariance, again.covariance)

    def test_months_before_the_first_sale_do_not_count(self) -> None:
        values = history(np.array([np.nan, np.nan, 10.0, 12.0]))
        assert forecast_receipts(values).observations == 2

    def test_one_month_is_no_history(self) -> None:
        with pytest.raises(InputError, match="2 months of receipts at least, and there is 1"):
            forecast_receipts(history(np.array([1.0])))
