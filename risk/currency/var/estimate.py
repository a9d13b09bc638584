"""Value at risk by each of the methods, its error, and what each currency has to do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from risk.checks import InputError, Sentence, at_least, between, one_of
from risk.currency.rates import last_fixing, log_returns, rate_notes
from risk.currency.var import parametric, sampled
from risk.currency.var.sampled import Answer
from risk.currency.volatility import DECAY
from risk.currency.volatility.garch import DISTRIBUTIONS

Floats = NDArray[np.float64]

WINDOW = 1000  # newest days used, four years: better than two in benchmarks/var_backtest.py
PATHS = 20_000
LONGEST = 250  # trading days, a year
FEW = 250
FEW_BEYOND = 4.99  # five, less rounding


@dataclass(frozen=True, eq=False)
class VarEstimate:
    """A value at risk and what belongs to it; losses positive, series indexed by currency.

    `components` sum to `es` and `var_components` to `var` (Euler); `stand_alone` are the values at risk of each
    exposure by itself, `incremental` what value at risk falls by without it. The errors are standard errors,
    `exposures` in units of each currency, `observations` the days of history used.
    """

    var: float
    es: float
    var_error: float
    es_error: float
    components: pd.Series[float]
    var_components: pd.Series[float]
    stand_alone: pd.Series[float]
    incremental: pd.Series[float]
    exposures: pd.Series[float]
    observations: int
    level: float
    horizon: int
    method: str
    notes: tuple[Sentence, ...] = ()

    @property
    def marginal(self) -> pd.Series[float]:
        """What one more unit of each currency adds to value at risk."""
        return self.var_components / self.exposures


class Setting(NamedTuple):
    """What a method needs to know besides returns and values; `codes` are the currencies, column by column."""

    method: str
    level: float
    horizon: int
    window: int
    decay: float
    paths: int
    rng: Generator | None
    distribution: str
    codes: tuple[str, ...]


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
    distribution: str = "t",
) -> VarEstimate:
    """Value at risk and expected shortfall over `horizon` trading days (1 to 250), as of the last day of `rates`.

    `exposures`: by currency, in units of that currency, receipts positive. Methods, each described in its function of
    `risk.currency.var.sampled` and `.parametric`: "historical" and "age-weighted" take the newest `window` returns as
    they were; "filtered" and "garch" divide them by the volatility of their day and multiply by tomorrow's, which is
    exponentially weighted over all days given (`decay`) or of a GARCH(1,1) model (`distribution` "normal" or "t");
    "normal", "student-t" and "cornish-fisher" take the exponentially weighted covariance and the shape of a tail;
    "monte-carlo" simulates Student's t. Those that simulate need `rng`: "monte-carlo" always, "filtered" and "garch"
    for more than a day, "historical" and "age-weighted" when the history holds too few periods.

    Raises InputError for exposures without rates, series that have ended, and a history too short for the level.
    """
    one_of("method", method, METHODS)
    one_of("distribution", distribution, DISTRIBUTIONS)
    between("level", level, 0.0, 1.0)
    if not 1 <= horizon <= LONGEST:
        raise InputError("horizon == {horizon}, must be 1 to {most} trading days", horizon=horizon, most=LONGEST)
    held = _with_rates(exposures, rates)
    known = rates[list(held.index)]
    value = held.to_numpy() * last_fixing(known, rates.index[-1]).to_numpy()
    # Only days on which every currency has a fixing: so a row holds the same stretch of time for all.
    returns = log_returns(known.dropna()).dropna()
    days = min(at_least("window", window, 2), len(returns))
    _refuse_short(days, level, known)
    codes = tuple(str(code) for code in held.index)
    setting = Setting(method, level, horizon, days, decay, paths, rng, distribution, codes)
    answer = _ANSWERS[method](returns.to_numpy(), value, setting)
    return _estimate(answer, held, setting, _notes(known, days))


def _estimate(answer: Answer, held: pd.Series[float], setting: Setting, notes: list[Sentence]) -> VarEstimate:
    components, var_components, stand_alone, incremental = (
        pd.Series(part, held.index, dtype="float64")
        for part in (answer.components, answer.var_components, answer.stand_alone, answer.incremental)
    )
    return VarEstimate(
        answer.var,
        answer.es,
        answer.var_error,
        answer.es_error,
        components,
        var_components,
        stand_alone,
        incremental,
        exposures=held,
        observations=setting.window,
        level=setting.level,
        horizon=setting.horizon,
        method=setting.method,
        notes=(*notes, *answer.notes, *_few_beyond(setting)),
    )


_ANSWERS: dict[str, Callable[[Floats, Floats, Setting], Answer]] = {
    "historical": sampled.historical,
    "age-weighted": sampled.age_weighted,
    "filtered": sampled.filtered,
    "normal": parametric.normal,
    "student-t": parametric.student,
    "cornish-fisher": parametric.expanded,
    "garch": sampled.garch,
    "monte-carlo": sampled.monte_carlo,
}
METHODS = tuple(_ANSWERS)
_COUNTED = ("historical", "age-weighted", "filtered", "garch")  # whose tail is a few days of the past


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


def _refuse_short(days: int, level: float, known: pd.DataFrame) -> None:
    needed = int(np.ceil(1.0 / (1.0 - level) * (1.0 - 1e-12)))
    if days >= needed:
        return
    raise InputError(
        "A level of {level} needs {needed} days with a rate for every currency, and there are {days}: {shortest} has "
        "the fewest.",
        level=f"{level:.4g}",
        needed=needed,
        days=days,
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


def _few_beyond(setting: Setting) -> list[Sentence]:
    beyond = setting.window // setting.horizon * (1.0 - setting.level)
    simulated = setting.method in ("filtered", "garch") and setting.horizon > 1
    if setting.method not in _COUNTED or simulated or not 1.0 <= beyond < FEW_BEYOND:
        return []
    return [
        Sentence(
            "Only {beyond} of the returns lie beyond this value at risk, so the errors shown are rough themselves.",
            beyond=f"{beyond:.3g}",
        )
    ]
