"""What will be received in each currency: months of the past, and a forecast with its error."""

from __future__ import annotations

import datetime as dt
import warnings
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.checks import InputError, Sentence, at_least

Floats = NDArray[np.float64]

SEASON = 12
SEASONAL_MONTHS = 24  # two of each calendar month, the least that can tell season from chance
SMOOTHED_MONTHS = 8
# Share of a month's surprise that stays, at least, in the error of the months after it. Short histories often estimate
# 0, as if levels never wandered, and then every third year falls outside a band of 90 % (tests/currency).
LEAST_SMOOTHING = 0.2
# Of a trend, besides the fitted one and as likely: growth ends at once, growth never slows down. Less than two years do
# not tell, and with the fitted damping alone hardly every sixth year falls into a band of 90 % (docs/methods.md).
OTHER_DAMPINGS = (0.0, 1.0)


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

    24 months or more: with additive seasonality; 8 to 23: with a damped trend where that explains them better than a
    level alone (corrected information criterion). Else, from 12 months on, the mean of the last twelve: they hold each
    calendar month once, so that the season of the last months is not taken for a level; and for fewer than 8, mean and
    standard deviation. Errors of different months hang together: a level that turns out lower stays lower. Raises
    InputError for fewer than 2 months.
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
        fit = _modelled(np.asarray(values / scale, dtype=np.float64), months)
        fit = fit._replace(mean=fit.mean * scale, covariance=fit.covariance * scale**2)
    return ReceiptForecast(
        pd.Series(fit.mean, ahead, name="mean"),
        pd.DataFrame(fit.covariance, ahead, ahead),
        fit.method,
        len(values),
        _note(len(values), fit.method),
    )


class _Fit(NamedTuple):
    mean: Floats
    covariance: Floats
    method: str


def _plain(values: Floats, months: int) -> _Fit:
    """Months that scatter around one mean, which is itself as uncertain as few months leave it."""
    from scipy.special import stdtrit

    n = len(values)
    # A normal error whose central 90 % are as wide as those of the t distribution, which few months call for.
    wider = float(stdtrit(n - 1, 0.95)) / NormalDist().inv_cdf(0.95)
    shape = _accumulated(months, LEAST_SMOOTHING) + 1.0 / n
    return _Fit(np.full(months, values.mean()), values.var(ddof=1) * wider**2 * shape, "mean")


def _modelled(values: Floats, months: int) -> _Fit:
    """The model that so many months bear, of values of size 1."""
    if len(values) >= SEASONAL_MONTHS:
        return _smoothed(_ets(values, seasonal=True), months)
    level, trend = _ets(values), _ets(values, trend="add", damped_trend=True)
    if trend.aicc < level.aicc:
        return _damped(trend, months)
    if len(values) >= SEASON:
        return _plain(values[-SEASON:], months)._replace(method="mean of the last twelve months")
    return _smoothed(level, months)


def _damped(fit: Any, months: int) -> _Fit:
    """Exponential smoothing with a damped trend."""
    variance = float(np.square(fit.resid).sum()) / (len(fit.resid) - 5)  # level, trend, their smoothing, damping
    damping, level = float(fit.damping_trend), max(LEAST_SMOOTHING, float(fit.smoothing_level))
    weights = level + float(fit.smoothing_trend) * np.cumsum(damping ** np.arange(1, months))
    mean = np.asarray(fit.forecast(months), dtype=np.float64)
    covariance = variance * _spread(np.concatenate([[1.0], weights]))
    return _Fit(mean, covariance + _unsure(float(fit.slope[-1]), damping, months), "damped trend")


def _unsure(trend: float, damping: float, months: int) -> Floats:
    """What is added to the covariance of a damped trend by not knowing its damping: the law of total covariance."""
    fitted, *others = (np.cumsum(one ** np.arange(1.0, months + 1.0)) for one in (damping, *OTHER_DAMPINGS))
    gaps = trend * np.array([other - fitted for other in others]).reshape(-1, months)
    return np.asarray(gaps.T @ gaps / (1 + len(others)), dtype=np.float64)


def _smoothed(fit: Any, months: int) -> _Fit:
    """Exponential smoothing of a level, with or without a season; docs/methods.md has the formulas."""
    n, seasonal = len(fit.resid), bool(fit.model.seasonal)
    mean, level = np.asarray(fit.forecast(months), dtype=np.float64), float(fit.level[-1])
    free = 2 + (SEASON if seasonal else 0)  # level and its smoothing; eleven contrasts of a season and its smoothing
    variance = float(np.square(fit.resid).sum()) / (n - free)
    shape = _accumulated(months, max(LEAST_SMOOTHING, float(fit.smoothing_level)), _seasonal_smoothing(fit))
    if not seasonal:
        return _Fit(mean, variance * shape, "exponential smoothing")
    error = variance * SEASON / n  # of an index that is estimated out of n / 12 years
    kept = _shrinkage(np.asarray(fit.forecast(SEASON)) - level, error)
    month = np.arange(months) % SEASON
    covariance = variance * shape + (month[:, None] == month) * kept * error
    return _Fit(level + kept * (mean - level), covariance, "seasonal exponential smoothing")


def _shrinkage(season: Floats, error: float) -> float:
    """Share of seasonal indices that is season and not chance, by James and Stein.

    Source: Miller and Williams, Shrinkage estimators of time series seasonal factors and their effect on forecasting
    accuracy, International Journal of Forecasting 19 (2003).
    """
    size = float(np.square(season).sum())
    return max(0.0, 1.0 - (SEASON - 3) * error / size) if size > 0 else 0.0


def _ets(values: Floats, seasonal: bool = False, **trend: Any) -> Any:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # two seconds of import that few callers need

    season = {"seasonal": "add", "seasonal_periods": SEASON, "initialization_method": "heuristic"} if seasonal else {}
    with warnings.catch_warnings():
        # Flat likelihoods of short histories: the fit is used with the error that its residuals show.
        warnings.simplefilter("ignore")
        return ETSModel(values, **season, **trend).fit(disp=False)


def _seasonal_smoothing(fit: Any) -> float:
    return float(fit.smoothing_seasonal) if fit.model.seasonal else 0.0


def _accumulated(months: int, level: float, season: float = 0.0) -> Floats:
    """Covariance of the errors of the months ahead, in units of the variance of a month's shock."""
    lags = np.arange(months)
    return _spread(np.where(lags == 0, 1.0, level + season * (lags % SEASON == 0)))


def _spread(weights: Floats) -> Floats:
    """M Mᵀ, where row h of M says how much of each month's shock is in the error of month h: its weight by lag.

    Source: Hyndman, Koehler, Ord and Snyder, Forecasting with Exponential Smoothing (2008), section 6.1.
    """
    lags = np.arange(len(weights))
    effect = np.array([[weights[row - shock] if row >= shock else 0.0 for shock in lags] for row in lags])
    return np.asarray(effect @ effect.T, dtype=np.float64)


def _note(months: int, method: str) -> Sentence | None:
    if months < SMOOTHED_MONTHS:
        return Sentence("Only {months} months of receipts: the forecast is their mean.", months=months)
    if method == "damped trend":
        return Sentence(
            "{months} months of receipts are too few to see a season, which needs 24: their trend is expected to go on "
            "and to slow down.",
            months=months,
        )
    if months < SEASONAL_MONTHS:
        return Sentence(
            "{months} months of receipts are too few to see a season, which needs 24: each month ahead is expected to "
            "be average.",
            months=months,
        )
    return None
