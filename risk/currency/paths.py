"""Daily paths of exchange rates: a filtered bootstrap of whole cross-section rows.

Each day draws one day of the past for all currencies together, so that their dependence and fat tails come from the
data; volatility reacts to what was drawn, returns to its long-run level and never exceeds the highest on record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, at_least, between
from risk.currency.volatility import DECAY, ewma_variance, standardised

Floats = NDArray[np.float64]

HALF_LIFE = 60.0  # trading days in which a volatility shock loses half: daily GARCH persistence 0.9885
MIN_ROWS = 250
_DEGREE = 8  # of the polynomial for the log moment generating function: error under 1e-7 a day


@dataclass(frozen=True, eq=False)
class Dynamics:
    """How rates move from day to day; arrays are read-only, columns are currencies, variances are daily.

    A day's log return is √v · z with z a row of `rows`, and then v ← φ (λ v + (1 − λ) r²) + (1 − φ) long_run, at most
    `ceiling`; φ = ½^(1 / half_life), λ = decay, each one number or one a currency. `rows` have mean 0 and mean
    square 1. GARCH(1,1) is the case φ = α + β, λ = β / (α + β), long_run = ω / (1 − φ).
    """

    rows: Floats
    start: Floats
    long_run: Floats
    ceiling: Floats
    decay: float | Floats = DECAY
    half_life: float | Floats = HALF_LIFE

    def __post_init__(self) -> None:
        for value in np.ravel(self.decay):
            between("decay", float(value), 0.0, 1.0)
        if not (np.asarray(self.half_life) > 0).all():
            raise InputError(f"half_life == {self.half_life}, must be > 0")
        _freeze(self, "rows", 2, self.rows)
        for name in ("start", "long_run", "ceiling"):
            _freeze(self, name, 1, getattr(self, name))
            if len(getattr(self, name)) != self.rows.shape[1] or (getattr(self, name) < 0).any():
                raise InputError(
                    f"{name} must hold one variance, zero or more, for each of {self.rows.shape[1]} columns"
                )

    @property
    def persistence(self) -> float | Floats:
        """φ: share of a variance shock left after a day."""
        return 0.5 ** (1.0 / self.half_life)

    def expected_variance(self, days: int) -> Floats:
        """Variance of the log return over `days`, the ceiling left aside: shape (currencies,)."""
        phi = self.persistence
        reach = (1.0 - phi**days) / (1.0 - phi)
        expected: Floats = days * self.long_run + (self.start - self.long_run) * reach
        return expected

    def walk(
        self, picks: Iterable[NDArray[np.integer]], fixings: Sequence[int] = (), *, martingale: bool = False
    ) -> Floats:
        """Log return from the start to each fixing: shape (fixings, paths, currencies).

        `picks` yields for each day the row that each path takes; `fixings` are day counts from 1, ascending, the last
        day when left out. As `martingale`, each day's expected simple return is exactly 0 whatever the volatility.
        """
        days = list(picks)
        marks = list(fixings) or [len(days)]
        variance = np.tile(self.start, (len(days[0]), 1))
        level, taken = np.zeros_like(variance), np.empty((len(marks), *variance.shape))
        expected = _log_moment(self.rows, np.maximum(self.ceiling, self.start)) if martingale else None
        for day, pick in enumerate(days[: marks[-1]], start=1):
            move = np.sqrt(variance)
            if expected is not None:
                level -= _at(expected, move)
            move *= self.rows.take(pick, axis=0)
            level += move
            variance = self._tomorrow(variance, move)
            for place in [place for place, mark in enumerate(marks) if mark == day]:
                taken[place] = level
        return taken

    def draw(self, days: int, paths: int, rng: Generator) -> Iterable[NDArray[np.integer]]:
        """A row for each path and day, drawn with equal chance and replacement."""
        return (rng.integers(0, len(self.rows), paths) for _ in range(days))

    def _tomorrow(self, variance: Floats, move: Floats) -> Floats:
        """Tomorrow's variance, written over today's: this is the innermost loop."""
        phi = self.persistence
        variance *= phi * self.decay
        variance += np.square(move, out=move) * (phi * (1.0 - self.decay))
        variance += (1.0 - phi) * self.long_run
        return np.minimum(variance, np.maximum(self.ceiling, self.start), out=variance)


def calibrate(
    returns: pd.DataFrame | ArrayLike, decay: float = DECAY, half_life: float = HALF_LIFE, window: int | None = None
) -> Dynamics:
    """Dynamics from daily log returns, rows without a gap, oldest first; `rows` are of the newest `window` days.

    Residuals r / σ lose their mean, since the past trend of a rate is no forecast. They are scaled to mean square 1 and
    the variances by what that takes, so that the first day of a path is distributed exactly as residual × tomorrow's σ.
    """
    moves = np.asarray(returns, dtype=np.float64)
    at_least("number of days with a return for every currency", min(len(moves), window or len(moves)), MIN_ROWS)
    variance = ewma_variance(moves, decay)
    newest = slice(-window if window else None, None)
    residuals = standardised(moves, variance)[newest]
    residuals -= residuals.mean(axis=0)
    scale = np.square(residuals).mean(axis=0)
    rows = np.divide(residuals, np.sqrt(scale), out=np.zeros_like(residuals), where=scale > 0)
    highest = variance[:-1][newest].max(axis=0)
    return Dynamics(
        rows,
        scale * variance[-1],
        np.square(moves[newest]).mean(axis=0),
        scale * np.maximum(highest, variance[-1]),
        decay,
        half_life,
    )


def _freeze(model: object, name: str, dimensions: int, values: ArrayLike) -> None:
    array = np.array(values, dtype=np.float64)
    if array.ndim != dimensions or array.size == 0 or not np.isfinite(array).all():
        raise InputError(f"{name} has shape {array.shape}, must be finite numbers in {dimensions} dimension(s)")
    array.flags.writeable = False
    object.__setattr__(model, name, array)


def _log_moment(rows: Floats, ceiling: Floats) -> Floats:
    """Coefficients, by currency, of s ↦ log mean exp(s z) / s² for volatilities s up to the ceiling."""
    return np.column_stack([_fitted(rows[:, place], np.sqrt(top)) for place, top in enumerate(ceiling)])


def _fitted(z: Floats, top: float) -> Floats:
    if top == 0 or not z.any():
        return np.zeros(_DEGREE + 1)
    nodes = top * (1.0 + np.cos(np.pi * (np.arange(4 * _DEGREE) + 0.5) / (4 * _DEGREE))) / 2.0
    values = np.log(np.exp(nodes[:, None] * z).mean(axis=1)) / nodes**2
    fit = np.polynomial.Polynomial.fit(nodes, values, _DEGREE, domain=[0, top], window=[0, top])
    return np.asarray(fit.coef, dtype=np.float64)


def _at(coefficients: Floats, volatility: Floats) -> Floats:
    """Horner's scheme, then × s²."""
    total = np.empty_like(volatility)
    total[:] = coefficients[-1]
    for row in coefficients[-2::-1]:
        total *= volatility
        total += row
    total *= volatility
    total *= volatility
    return total
