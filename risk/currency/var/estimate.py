"""Value at risk of foreign-currency exposures: what a bad day, or a few, would cost at today's exposures.

Losses are positive, in the reporting currency, from simple returns: exposure × spot × (1 - e^r). The mean of the past
stays out, value at risk is the lower quantile and expected shortfall Acerbi–Tasche (`risk.loss.measures`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from risk.checks import InputError, Sentence, at_least, between, one_of
from risk.currency.paths import calibrate
from risk.currency.rates import last_fixing, log_returns, rate_notes
from risk.currency.volatility import DECAY, ewma_covariance
from risk.loss import measures
from risk.loss.table import YearLossTable

Floats = NDArray[np.float64]

METHODS = ("historical", "filtered", "normal")
WINDOW = 1000  # newest days used, four years: better than two in benchmarks/var_backtest.py
PATHS = 20_000
FEW = 250
FEW_BEYOND = 4.99  # five, less rounding
NEIGHBOURS = 0.005  # of the losses, on each side of value at risk, average to its components
_NO_CURRENCY = "XXX"  # ISO 4217: rates do not name the currency they are in


@dataclass(frozen=True, eq=False)
class VarEstimate:
    """A value at risk and what belongs to it; losses positive, series indexed by currency.

    `components` sum to `es` and `var_components` to `var` (Euler); `stand_alone` are the values at risk of each
    exposure by itself. The errors are standard errors, `observations` the days of history used.
    """

    var: float
    es: float
    var_error: float
    es_error: float
    components: pd.Series[float]
    var_components: pd.Series[float]
    stand_alone: pd.Series[float]
    observations: int
    level: float
    horizon: int
    method: str
    notes: tuple[Sentence, ...] = ()


class _Setting(NamedTuple):
    level: float
    horizon: int
    decay: float
    paths: int
    rng: Generator | None


class _Answer(NamedTuple):
    total: tuple[float, float]  # value at risk, expected shortfall
    errors: tuple[float, float]
    components: tuple[Floats, Floats]
    stand_alone: Floats


def value_at_risk(
    rates: pd.DataFrame,
    exposures: pd.Series[float],
    level: float = 0.99,
    horizon: int = 1,
    method: str = "filtered",
    *,
    window: int = WINDOW,
    decay: float = DECAY,
    paths: int = PATHS,
    rng: Generator | None = None,
) -> VarEstimate:
    """Value at risk and expected shortfall over `horizon` trading days, as of the last day of `rates`.

    `exposures`: by currency, in units of that currency, receipts positive. "historical": the returns as they were
    (longer horizons: periods that do not overlap); "filtered": standardised by EWMA volatility and scaled to
    tomorrow's (longer horizons: `paths` simulated days after days, which need `rng`); "normal": EWMA covariance
    (longer horizons: times the square root of time). Raises InputError for exposures without rates, series that have
    ended, and a history too short for the level.
    """
    one_of("method", method, METHODS)
    setting = _Setting(between("level", level, 0.0, 1.0), at_least("horizon", horizon, 1), decay, paths, rng)
    held = _with_rates(exposures, rates)
    known = rates[list(held.index)]
    value = held.to_numpy() * last_fixing(known, rates.index[-1]).to_numpy()
    # Only days on which every currency has a fixing: so a row holds the same stretch of time for all.
    returns = log_returns(known.dropna()).dropna().tail(at_least("window", window, 2))
    _refuse_short(returns, level, known)
    answer = _ANSWERS[method](returns.to_numpy(), value, setting)
    series = [pd.Series(x, held.index, dtype="float64") for x in (*answer.components, answer.stand_alone)]
    notes = (*_notes(known, len(returns)), *_method_notes(method, setting, len(returns)))
    return VarEstimate(
        *answer.total, *answer.errors, series[1], series[0], series[2], len(returns), level, horizon, method, notes
    )


def _historical(returns: Floats, value: Floats, setting: _Setting) -> _Answer:
    periods = len(returns) // setting.horizon
    if periods * (1.0 - setting.level) < 1.0:
        raise InputError(
            "{days} days of history hold only {periods} periods of {horizon} days that do not overlap, too few for a "
            "level of {level}: take the filtered method, which simulates them.",
            days=len(returns),
            periods=periods,
            horizon=setting.horizon,
            level=f"{setting.level:.4g}",
        )
    newest = returns[len(returns) - periods * setting.horizon :]
    moves = newest.reshape(periods, setting.horizon, -1).sum(axis=1)
    return _sampled(-np.expm1(moves) * value, setting)


def _filtered(returns: Floats, value: Floats, setting: _Setting) -> _Answer:
    dynamics = calibrate(returns, setting.decay)
    if setting.horizon == 1:
        moves = dynamics.walk([np.arange(len(dynamics.rows))])[-1]
    else:
        if setting.rng is None:
            raise InputError("rng is missing: a horizon of {horizon} days is simulated", horizon=setting.horizon)
        picks = dynamics.draw(setting.horizon, at_least("paths", setting.paths, 1000), setting.rng)
        moves = dynamics.walk(picks, martingale=True)[-1]
    return _sampled(-np.expm1(moves) * value, setting)


def _normal(returns: Floats, value: Floats, setting: _Setting) -> _Answer:
    covariance = ewma_covariance(np.expm1(returns) * value, setting.decay) * setting.horizon
    deviation = math.sqrt(max(0.0, covariance.sum()))  # rounding can leave less than nothing of a perfect hedge
    z = NormalDist().inv_cdf(setting.level)
    factors = z, NormalDist().pdf(z) / (1.0 - setting.level)
    # Relative error of a standard deviation out of as many observations as EWMA weights amount to.
    relative = math.sqrt((1.0 - setting.decay) / (1.0 + setting.decay) / 2.0)
    share = covariance.sum(axis=1) / deviation if deviation > 0 else np.zeros(len(value))
    return _Answer(
        (factors[0] * deviation, factors[1] * deviation),
        (abs(factors[0]) * deviation * relative, factors[1] * deviation * relative),
        (factors[0] * share, factors[1] * share),
        np.asarray(factors[0] * np.sqrt(np.diag(covariance)), dtype=np.float64),
    )


_ANSWERS: dict[str, Callable[[Floats, Floats, _Setting], _Answer]] = {
    "historical": _historical,
    "filtered": _filtered,
    "normal": _normal,
}


def _sampled(losses: Floats, setting: _Setting) -> _Answer:
    """The answer from equally likely losses, shape (draws, currencies)."""
    total, level = losses.sum(axis=1), setting.level
    table = YearLossTable(losses, tuple(str(place) for place in range(losses.shape[1])), _NO_CURRENCY)
    var = measures.value_at_risk(total, level)
    return _Answer(
        (var, measures.expected_shortfall(total, level)),
        (measures.standard_error(total, "var", level), measures.standard_error(total, "es", level)),
        (_at_risk(losses, total, var), np.asarray(measures.shortfall_contributions(table, level))),
        np.array([measures.value_at_risk(column, level) for column in losses.T]),
    )


def _at_risk(losses: Floats, total: Floats, var: float) -> Floats:
    """E[loss of a currency | total = value at risk] from the nearest losses, made to sum to it."""
    reach = int(np.ceil(NEIGHBOURS * total.size))
    nearest = np.argsort(np.abs(total - var), kind="stable")[: 2 * reach + 1]
    mean: Floats = losses[nearest].mean(axis=0)
    # What the average misses is spread by size, not by sign: so no share can explode.
    weight = np.abs(mean)
    shares: Floats = weight / weight.sum() if weight.any() else np.full(mean.size, 1.0 / mean.size)
    return np.asarray(mean + (var - mean.sum()) * shares, dtype=np.float64)


def _with_rates(exposures: pd.Series[float], rates: pd.DataFrame) -> pd.Series[float]:
    held = exposures[exposures != 0].astype("float64")
    missing = [str(code) for code in held.index if code not in rates.columns]
    if missing:
        raise InputError("There are exposures in {missing} and no exchange rates for them.", missing=", ".join(missing))
    if held.empty:
        raise InputError("There is no exposure in a foreign currency, so there is no value at risk.")
    if not (np.isfinite(held).all() and held.index.is_unique):
        raise InputError("Each currency needs one exposure, a finite number.")
    return held


def _refuse_short(returns: pd.DataFrame, level: float, known: pd.DataFrame) -> None:
    needed = int(np.ceil(1.0 / (1.0 - level) * (1.0 - 1e-12)))
    if len(returns) >= needed:
        return
    raise InputError(
        "A level of {level} needs {needed} days with a rate for every currency, and there are {days}: {shortest} has "
        "the fewest.",
        level=f"{level:.4g}",
        needed=needed,
        days=len(returns),
        shortest=known.count().idxmin(),
    )


def _notes(known: pd.DataFrame, days: int) -> list[Sentence]:
    notes = []
    for code, note in rate_notes(known).iterrows():
        flags = str(note["flags"]).split(", ")
        if "pegged" in flags:
            notes.append(
                Sentence(
                    "{currency} hardly moves against the reporting currency ({volatility} a year): a small value at "
                    "risk says nothing about the day a peg breaks.",
                    currency=code,
                    volatility=f"{note['volatility']:.1%}",
                )
            )
        if "stale" in flags:
            notes.append(
                Sentence(
                    "{currency} repeats one rate on {run} days in a row: its source may have hung.",
                    currency=code,
                    run=note["longest_run"],
                )
            )
    if days < FEW:
        notes.append(
            Sentence("Only {days} days have a rate for every currency: a tail out of them is a guess.", days=days)
        )
    return notes


def _method_notes(method: str, setting: _Setting, days: int) -> list[Sentence]:
    if method == "normal":
        notes = [
            Sentence("Normal tails are too thin for exchange rates: losses beyond this are more frequent than said.")
        ]
        if setting.horizon > 1:
            notes.append(
                Sentence(
                    "Scaled from one day by the square root of {horizon}, as if volatility stayed as it is today.",
                    horizon=setting.horizon,
                )
            )
        return notes
    if method == "filtered" and setting.horizon > 1:
        return [
            Sentence(
                "The error is that of {paths} simulated paths, not of the {days} days of history they draw from.",
                paths=setting.paths,
                days=days,
            )
        ]
    beyond = days // setting.horizon * (1.0 - setting.level)
    if beyond < FEW_BEYOND:
        return [
            Sentence(
                "Only {beyond} of the returns lie beyond this value at risk, so the errors shown are rough themselves.",
                beyond=f"{beyond:.3g}",
            )
        ]
    return []
