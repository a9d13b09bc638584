"""What will be received in each currency: months of the past, and a forecast with its error."""

from __future__ import annotations

import datetime as dt
import warnings
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.checks import InputError, Sentence, at_least

Floats = NDArray[np.float64]

SEASON = 12
SEASONAL_MONTHS = 24  # two of each calendar month, the least that can tell season from chance
SMOOTHED_MONTHS = 8


def monthly_receipts(exposure: pd.DataFrame, as_of: str | dt.date, column: str = "net") -> pd.DataFrame:
    """Receipts of each complete month up to `as_of`: index month (its first day), one column a currency, in its units.

    `exposure` is the answer of `risk.orders.questions.exposure`. A month without a sale counts 0 from the first month
    of its currency on, and is NaN before. The month of `as_of` is left out unless `as_of` is its last day.
    """
    known = exposure[exposure["currency"].fillna("") != ""]
    table = known.pivot_table(index="month", columns="currency", values=column, aggfunc="sum")
    day = pd.Timestamp(as_of)
    after = pd.DatetimeIndex(table.index).shift(1, freq="MS")
    table = table[after <= day.normalize() + pd.Timedelta(days=1)].dropna(axis=1, how="all")
    if table.empty:
        raise InputError(
            "There is no complete month of orders with a known currency before {day}.", day=f"{day:%Y-%m-%d}"
        )
    every = pd.date_range(table.index.min(), table.index.max(), freq="MS", name="month")
    table = table.reindex(every)
    begun = table.notna().cummax()
    return table.fillna(0.0).where(begun).astype("float64").rename_axis(columns=None)


@dataclass(frozen=True, eq=False)
class ReceiptForecast:
    """Expected receipts of the months ahead, and the covariance of their errors, in units of the currency.

    `mean` is indexed by month, `covariance` by month twice. `method` names what made it, `observations` the months
    of history behind it.
    """

    mean: pd.Series[float]
    covariance: pd.DataFrame
    method: str
    observations: int
    note: Sentence | None = None

    @property
    def sd(self) -> pd.Series[float]:
        """Standard deviation of each month's error."""
        return pd.Series(np.sqrt(np.diag(self.covariance)), self.mean.index, name="sd")


def forecast_receipts(history: pd.Series[float], months: int = 12) -> ReceiptForecast:
    """Forecast of the months after `history` (index: first days of months in a row), by exponential smoothing.

    24 months or more: additive seasonality; 8 or more: without; each with a damped trend where the corrected Akaike
    criterion wants it; fewer: mean and standard deviation. Errors of different months hang together as the model says:
    a level that turns out lower stays lower. Raises InputError for fewer than 2 months.
    """
    known = history.dropna()
    if len(known) < 2:
        raise InputError("A forecast needs 2 months of receipts at least, and there is {count}.", count=len(known))
    first = pd.Timestamp(known.index[-1]) + pd.offsets.MonthBegin(1)
    ahead = pd.date_range(first, periods=at_least("months", months, 1), freq="MS", name="month")
    values = np.asarray(known, dtype=np.float64)
    scale = float(np.abs(values).mean())
    if len(values) < SMOOTHED_MONTHS or np.ptp(values) == 0:
        fit = _plain(values, months)
    else:
        fit = _smoothed(np.asarray(values / scale, dtype=np.float64), months).scaled(scale)
    return ReceiptForecast(
        pd.Series(fit.mean, ahead, name="mean"),
        pd.DataFrame(fit.covariance, ahead, ahead),
        fit.method,
        len(values),
        _note(len(values)),
    )


class _Fit(NamedTuple):
    mean: Floats
    covariance: Floats
    method: str

    def scaled(self, scale: float) -> _Fit:
        return self._replace(mean=self.mean * scale, covariance=self.covariance * scale**2)


def _plain(values: Floats, months: int) -> _Fit:
    """Months that scatter independently around one mean, which is itself as uncertain as few months leave it."""
    n = len(values)
    covariance = values.var(ddof=1) * (np.eye(months) + 1.0 / n)
    return _Fit(np.full(months, values.mean()), covariance, "mean")


def _smoothed(values: Floats, months: int) -> _Fit:
    seasonal = len(values) >= SEASONAL_MONTHS
    fits = [_ets(values, seasonal, trend) for trend in (False, True)]
    best = min(fits, key=_corrected_akaike)
    mean = np.asarray(best.forecast(months), dtype=np.float64)
    method = f"{'seasonal ' if seasonal else ''}exponential smoothing{' with damped trend' if best.model.trend else ''}"
    return _Fit(mean, _error_covariance(best, months), method)


def _ets(values: Floats, seasonal: bool, trend: bool) -> Any:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # two seconds of import that few callers need

    model = ETSModel(
        values,
        trend="add" if trend else None,
        damped_trend=trend,
        seasonal="add" if seasonal else None,
        seasonal_periods=SEASON if seasonal else None,
        initialization_method="heuristic" if seasonal else "estimated",
    )
    with warnings.catch_warnings():
        # Flat likelihoods of short histories: the fit is used with the error that its residuals show.
        warnings.simplefilter("ignore")
        return model.fit(disp=False)


def _free(fit: Any) -> int:
    """Numbers taken from the data: smoothing parameters, starting level and trend, and a season's eleven contrasts."""
    trend = 3 if fit.model.trend else 0
    return 2 + trend + (SEASON if fit.model.seasonal else 0)


def _corrected_akaike(fit: Any) -> float:
    n, k = len(fit.resid), _free(fit) + 1
    return (
        float("inf") if n <= k + 1 else n * np.log(np.square(fit.resid).mean()) + 2 * k + 2 * k * (k + 1) / (n - k - 1)
    )


def _error_covariance(fit: Any, months: int) -> Floats:
    """σ² M Mᵀ, where row h of M says how the shocks of months 1 … h add up in the error of month h.

    Source: Hyndman, Koehler, Ord and Snyder, Forecasting with Exponential Smoothing (2008), section 6.1, with the
    degrees of freedom that the starting values cost, and for a season the error of indices out of n / 12 years.
    """
    n = len(fit.resid)
    variance = float(np.square(fit.resid).sum()) / max(1, n - _free(fit))
    lags = np.arange(1, months)
    carried = np.full(months - 1, float(fit.smoothing_level))
    if fit.model.trend:
        phi = float(fit.damping_trend)
        carried += float(fit.smoothing_trend) * phi * (1 - phi**lags) / (1 - phi)
    if fit.model.seasonal:
        carried += float(fit.smoothing_seasonal) * (lags % SEASON == 0)
    weights = np.concatenate([[1.0], carried])
    effect = np.array(
        [[weights[row - column] if row >= column else 0.0 for column in range(months)] for row in range(months)]
    )
    covariance = effect @ effect.T
    if fit.model.seasonal:
        month = np.arange(months) % SEASON
        covariance += (month[:, None] == month) * (SEASON / n)
    return np.asarray(variance * covariance, dtype=np.float64)


def _note(months: int) -> Sentence | None:
    if months < SMOOTHED_MONTHS:
        return Sentence("Only {months} months of receipts: the forecast is their mean.", months=months)
    if months < SEASONAL_MONTHS:
        return Sentence("{months} months of receipts are too few to see a season, which needs 24.", months=months)
    return None
