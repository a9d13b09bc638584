"""One-day forecasts for every day of a history, each out of the days before it alone, beside what the day brought."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from numpy.random import Generator
from numpy.typing import NDArray

from risk.checks import InputError, at_least, between, one_of
from risk.currency.backtest.windows import Tails, rolling_historical, tails_of
from risk.currency.paths import MIN_ROWS
from risk.currency.rates import log_returns
from risk.currency.var import METHODS
from risk.currency.var.cornish_fisher import in_domain, standardised
from risk.currency.var.sampled import AGEING, DAILY_BOUNDS, book_degrees, garch_fits, square_root
from risk.currency.var.student import normal_factors, student_factors
from risk.currency.volatility import DECAY, ewma_covariances, ewma_variance
from risk.currency.volatility import standardised as by_volatility

Floats = NDArray[np.float64]

HELD = ("units", "value")
REFIT = 21  # trading days, a month, after which parameters are estimated anew
DRAWS = 5000
BLOCK = 64  # days forecast together: their windows stay in the processor's cache


class Book(NamedTuple):
    """What the forecasts are made from: `returns` (days, currencies) and the value held into each day."""

    returns: Floats
    value: Floats
    window: int
    level: float
    decay: float
    refit: int
    rng: Generator | None

    @property
    def days(self) -> range:
        """The days that are forecast."""
        return range(self.window, len(self.returns))


def rolling_backtest(
    rates: pd.DataFrame,
    exposures: pd.Series[float],
    level: float = 0.99,
    window: int = 500,
    method: str = "filtered",
    *,
    hold: str = "units",
    decay: float = DECAY,
    refit: int = REFIT,
    rng: Generator | None = None,
) -> pd.DataFrame:
    """Loss of each day, and the value at risk and expected shortfall forecast for it: index date.

    Columns loss, var, es, exception (loss above var). A forecast is `value_at_risk` of the rates up to the day before,
    over one day; parameters of GARCH models and of Student's t are estimated anew every `refit` days. `exposures` are
    held in the same "units" all along, or at the same "value" in reporting currency, that of the last day: today's mix
    of currencies, whatever they were worth then. "monte-carlo" needs `rng`.
    """
    one_of("method", method, METHODS)
    known, returns = _known(rates, exposures, at_least("window", window, MIN_ROWS))
    held = exposures[known.columns].to_numpy(dtype=np.float64)
    fixings = known.reindex(returns.index).to_numpy()
    before = fixings / np.exp(returns.to_numpy())  # the fixing that each return starts from
    value = held * (before if one_of("hold", hold, HELD) == "units" else np.broadcast_to(fixings[-1], before.shape))
    between("level", level, 0.0, 1.0)
    book = Book(returns.to_numpy(), value, window, level, decay, at_least("refit", refit, 1), rng)
    forecast = FORECASTS[method](book)
    loss = -(np.expm1(book.returns) * value).sum(axis=1)[window:]
    return pd.DataFrame(
        {"loss": loss, "var": forecast.var, "es": forecast.es, "exception": loss > forecast.var},
        index=pd.Index(returns.index[window:], name="date"),
    )


def _known(rates: pd.DataFrame, exposures: pd.Series[float], window: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rates and returns of the exposed currencies on the days on which all have one."""
    codes = [str(code) for code in exposures.index[exposures != 0]]
    missing = [code for code in codes if code not in rates.columns]
    if missing or not codes:
        raise InputError(
            "A backtest needs exposures in foreign currency and rates for each; without rates: {missing}.",
            missing=", ".join(missing) or "-",
        )
    known = rates[codes].dropna()
    returns = log_returns(known).dropna()
    if len(returns) <= window:
        raise InputError(
            "A backtest with a window of {window} days needs more than as many days with a rate for every currency, "
            "and there are {days}.",
            window=window,
            days=len(returns),
        )
    return known, returns


def _historical(book: Book) -> Tails:
    return _from_past(book, None)


def _age_weighted(book: Book) -> Tails:
    return _from_past(book, AGEING ** np.arange(book.window, dtype=np.float64)[::-1])


def _from_past(book: Book, weights: Floats | None) -> Tails:
    unit = -np.expm1(book.returns)
    if weights is None and (book.value == book.value[0]).all():
        found = rolling_historical(unit @ book.value[0], book.window, book.level)
        return Tails(found.var[:-1], found.es[:-1])
    windows = sliding_window_view(unit, book.window, axis=0)
    blocks = (
        tails_of(np.einsum("bcw,bc->bw", windows[_before(book, days)], book.value[days]), book.level, weights)
        for days in _blocks(book)
    )
    return _joined(blocks)


def _filtered(book: Book) -> Tails:
    return _joined(tails_of(losses, book.level) for losses in _scaled(book))


def _scaled(book: Book) -> Iterator[Floats]:
    """Losses of the newest residuals at the volatility of each day, block by block: shape (days, window)."""
    variance = ewma_variance(book.returns, book.decay)
    windows = sliding_window_view(by_volatility(book.returns, variance), book.window, axis=0)
    volatility = np.sqrt(variance)
    for days in _blocks(book):
        yield _rescaled(windows[_before(book, days)], volatility[days], book.value[days])


def _garch(book: Book) -> Tails:
    blocks: list[Tails] = []
    for first in book.days[:: book.refit]:
        days = slice(first, min(first + book.refit, len(book.returns)))
        past, ahead = (book.returns[first - book.window : end] for end in (first, days.stop - 1))
        fits = garch_fits(past, "t")
        variance = np.column_stack(
            [
                ewma_variance(column, book.decay) if fit is None else fit.variance_of(column)
                for fit, column in zip(fits, ahead.T, strict=True)
            ]
        )
        windows = sliding_window_view(by_volatility(ahead, variance), book.window, axis=0)
        losses = _rescaled(windows, np.sqrt(variance[book.window :]), book.value[days])
        blocks.append(tails_of(losses, book.level))
    return _joined(blocks)


def _rescaled(residuals: Floats, volatility: Floats, value: Floats) -> Floats:
    """Losses by day and residual, from residuals (days, currencies, window) less their mean."""
    moves = residuals - residuals.mean(axis=2, keepdims=True)
    moves *= volatility[:, :, None]
    np.expm1(moves, out=moves)
    losses: Floats = -np.einsum("bcw,bc->bw", moves, value)
    return losses


def _normal(book: Book) -> Tails:
    factors, deviation = normal_factors(book.level), _deviation(book)
    return Tails(factors.var * deviation, factors.es * deviation)


def _student(book: Book) -> Tails:
    factors = np.array([student_factors(book.level, degrees) for degrees in _degrees(book)])
    deviation = _deviation(book)
    return Tails(factors[:, 0] * deviation, factors[:, 1] * deviation)


def _deviation(book: Book) -> Floats:
    """Exponentially weighted standard deviation of each day's gain, as of the day before."""
    covariance = ewma_covariances(np.expm1(book.returns), book.decay)[book.window : -1]
    value = book.value[book.window :]
    variance: Floats = np.einsum("dc,dce,de->d", value, covariance, value)
    return np.sqrt(np.maximum(0.0, variance))


def _degrees(book: Book) -> Floats:
    """Degrees of freedom of each day's residuals, estimated every `refit` days."""
    linear = np.expm1(book.returns)
    days = book.days[:: book.refit]
    found = [book_degrees(linear[:day] @ book.value[day], book.decay, book.window) for day in days]
    return np.repeat(found, book.refit)[: len(book.days)]


def _expanded(book: Book) -> Tails:
    moments = np.concatenate([_moments(losses) for losses in _scaled(book)])
    mean, deviation, skewness, kurtosis = moments.T
    found = standardised(book.level, skewness, kurtosis)
    valid = in_domain(skewness, kurtosis)
    var, es = mean + deviation * found.var, mean + deviation * found.es
    if valid.all():
        return Tails(var, es)
    other = _student(book)
    return Tails(np.where(valid, var, other.var), np.where(valid, es, other.es))


def _moments(losses: Floats) -> Floats:
    mean = losses.mean(axis=1)
    centred = losses - mean[:, None]
    variance = np.square(centred).mean(axis=1)
    size = np.sqrt(np.where(variance > 0, variance, 1.0))
    unit = centred / size[:, None]
    cubes = unit**3
    return np.column_stack([mean, np.sqrt(variance), cubes.mean(axis=1), (cubes * unit).mean(axis=1) - 3.0])


def _monte_carlo(book: Book) -> Tails:
    if book.rng is None:
        raise InputError("rng is missing: the method {method} simulates", method="monte-carlo")
    covariance = ewma_covariances(np.expm1(book.returns), book.decay)[book.window : -1]
    degrees = _degrees(book)
    rows = []
    for day, matrix, value, nu in zip(range(len(degrees)), covariance, book.value[book.window :], degrees, strict=True):
        if day % book.refit == 0:  # the same draws until the next estimate: days differ by what happened, not by chance
            normal = book.rng.standard_normal((DRAWS, len(value)))
            mixing = np.sqrt((nu - 2.0) / book.rng.chisquare(nu, DRAWS))
        moves = np.clip((normal @ square_root(matrix).T) * mixing[:, None], *DAILY_BOUNDS)
        rows.append(tails_of(-(moves @ value)[None, :], book.level))
    return _joined(rows)


def _blocks(book: Book) -> Iterator[slice]:
    for first in book.days[::BLOCK]:
        yield slice(first, min(first + BLOCK, len(book.returns)))


def _before(book: Book, days: slice) -> slice:
    """The windows that end before each of these days."""
    return slice(days.start - book.window, days.stop - book.window)


def _joined(blocks: Iterable[Tails]) -> Tails:
    found = list(blocks)
    return Tails(np.concatenate([one.var for one in found]), np.concatenate([one.es for one in found]))


FORECASTS: dict[str, Callable[[Book], Tails]] = {
    "historical": _historical,
    "age-weighted": _age_weighted,
    "filtered": _filtered,
    "normal": _normal,
    "student-t": _student,
    "cornish-fisher": _expanded,
    "garch": _garch,
    "monte-carlo": _monte_carlo,
}
