"""Value at risk from a sample of losses: days of the past, residuals scaled to tomorrow, or simulated days."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from risk.checks import InputError, Sentence, at_least
from risk.currency.paths import Dynamics, calibrate
from risk.currency.var.student import fit_degrees
from risk.currency.volatility import GarchFit, ewma_covariance, ewma_variance, fit_garch, standardised
from risk.loss import measures

if TYPE_CHECKING:
    from risk.currency.var.estimate import Setting

Floats = NDArray[np.float64]

AGEING = 0.99  # a day's weight relative to that of the day after it
NEIGHBOURS = 0.005  # of the losses, on each side of value at risk, average to its components
MOST_PERSISTENT, LEAST_DEGREES = 0.9995, 2.5  # beyond these a GARCH fit says nothing about next year's volatility
DAILY_BOUNDS = -0.9, 1.7  # of a simulated day's return: Student's tails would else pay more than there is


class Answer(NamedTuple):
    """What a method says; arrays by currency. `components` sum to expected shortfall, `var_components` to VaR."""

    var: float
    es: float
    var_error: float
    es_error: float
    components: Floats
    var_components: Floats
    stand_alone: Floats
    incremental: Floats
    notes: tuple[Sentence, ...] = ()


def historical(returns: Floats, value: Floats, setting: Setting) -> Answer:
    """The newest days as they were; over more days, periods that do not overlap, else days drawn at random."""
    newest = returns[-setting.window :]
    return _from_past(newest, np.full(len(newest), 1.0), value, setting)


def age_weighted(returns: Floats, value: Floats, setting: Setting) -> Answer:
    """The same, each day weighing 1 % less than the day after it.

    Source: Boudoukh, Richardson and Whitelaw, The best of both worlds, Risk 11 (May 1998).
    """
    newest = returns[-setting.window :]
    weights: Floats = AGEING ** np.arange(len(newest), dtype=np.float64)[::-1]
    younger = Sentence(
        "Older days weigh less: the {days} days count as much as {equal} equal ones.",
        days=len(newest),
        equal=f"{effective(weights):.0f}",
    )
    answer = _from_past(newest, weights, value, setting)
    return answer._replace(notes=(younger, *answer.notes))


def filtered(returns: Floats, value: Floats, setting: Setting) -> Answer:
    """Returns divided by the volatility of their day and multiplied by tomorrow's; more days are simulated."""
    return _walked(calibrate(returns, setting.decay, window=setting.window), value, setting)


def garch(returns: Floats, value: Floats, setting: Setting) -> Answer:
    """As `filtered`, with the volatility of a GARCH(1,1) model of each currency; notes say where none was found."""
    dynamics, failed = garch_dynamics(returns[-setting.window :], setting.decay, setting.distribution)
    notes = tuple(
        Sentence(
            "No GARCH model holds for {currency}: its volatility is exponentially weighted.",
            currency=setting.codes[place],
        )
        for place in failed
    )
    answer = _walked(dynamics, value, setting)
    return answer._replace(notes=(*notes, *answer.notes))


def monte_carlo(returns: Floats, value: Floats, setting: Setting) -> Answer:
    """Days drawn from a multivariate t distribution with tomorrow's exponentially weighted covariance."""
    rng = _needed(setting.rng, "monte-carlo")
    linear = np.expm1(returns)
    covariance = ewma_covariance(linear, setting.decay)
    degrees = book_degrees(linear @ value, setting.decay, setting.window)
    paths = at_least("paths", setting.paths, 1000)
    grown = np.ones((paths, len(value)))
    for _ in range(setting.horizon):
        grown *= 1.0 + student_days(covariance, degrees, paths, rng)
    note = Sentence("Student's t distribution with {degrees} degrees of freedom.", degrees=f"{degrees:.3g}")
    answer = measured((1.0 - grown) * value, setting.level)
    return answer._replace(notes=(note, _simulated(setting, len(returns[-setting.window :]))))


def effective(weights: Floats) -> float:
    """Number of equally weighted observations that say as much: (Σ w)² / Σ w²."""
    return float(weights.sum() ** 2 / np.square(weights).sum()) if weights.size else 0.0


def student_days(covariance: Floats, degrees: float, paths: int, rng: Generator) -> Floats:
    """Simple returns of one day, shape (paths, currencies): multivariate t with this covariance, bounded."""
    mixing = np.sqrt((degrees - 2.0) / rng.chisquare(degrees, paths))
    normal = rng.standard_normal((paths, len(covariance)))
    days: Floats = np.clip((normal @ square_root(covariance).T) * mixing[:, None], *DAILY_BOUNDS)
    return days


def square_root(covariance: Floats) -> Floats:
    """A matrix R with R Rᵀ = covariance, which a currency that never moved does not stop."""
    values, vectors = np.linalg.eigh(covariance)
    root: Floats = vectors * np.sqrt(np.maximum(values, 0.0))
    return root


def book_degrees(gains: Floats, decay: float, window: int) -> float:
    """Most likely degrees of freedom of the book's gains on the newest days, by the volatility before each day."""
    residuals = standardised(gains, ewma_variance(gains, decay))[-window:]
    return fit_degrees(residuals if residuals.any() else np.ones(len(residuals)))


def garch_dynamics(returns: Floats, decay: float, distribution: str) -> tuple[Dynamics, list[int]]:
    """Paths by GARCH(1,1), and the columns without one, which keep the exponentially weighted volatility."""
    plain = calibrate(returns, decay)
    columns = [
        None if fit is None else _garch_column(column, fit)
        for column, fit in zip(returns.T, garch_fits(returns, distribution), strict=True)
    ]
    failed = [place for place, column in enumerate(columns) if column is None]
    rows, start, ceiling = plain.rows.copy(), plain.start.copy(), plain.ceiling.copy()
    long_run, decays, phi = (
        plain.long_run.copy(),
        np.full(len(columns), decay),
        np.full(len(columns), plain.persistence),
    )
    for place, column in enumerate(columns):
        if column is not None:
            rows[:, place], start[place], ceiling[place], long_run[place], decays[place], phi[place] = column
    with np.errstate(divide="ignore"):
        half_life = np.log(0.5) / np.log(phi)
    return Dynamics(rows, start, long_run, ceiling, decays, half_life), failed


def garch_fits(returns: Floats, distribution: str) -> list[GarchFit | None]:
    """A model of each column, None where none can be believed."""
    fits = [None if np.ptp(column) == 0.0 else fit_garch(column, distribution) for column in returns.T]
    return [fit if fit is not None and _believable(fit) else None for fit in fits]


def _believable(fit: GarchFit) -> bool:
    thick = fit.nu is not None and fit.nu < LEAST_DEGREES
    return fit.converged and not thick and fit.persistence <= MOST_PERSISTENT


def _garch_column(returns: Floats, fit: GarchFit) -> tuple[Floats, float, float, float, float, float]:
    residuals = returns / np.sqrt(fit.variance[:-1])
    residuals -= residuals.mean()
    scale = float(np.square(residuals).mean())
    persistence = fit.persistence
    return (
        residuals / np.sqrt(scale),
        scale * fit.variance[-1],
        scale * fit.variance.max(),
        scale * fit.omega / (1.0 - persistence),
        fit.beta / persistence,
        persistence,
    )


def _walked(dynamics: Dynamics, value: Floats, setting: Setting) -> Answer:
    if setting.horizon == 1:
        moves = dynamics.walk([np.arange(len(dynamics.rows))])[-1]
        return measured(-np.expm1(moves) * value, setting.level)
    rng = _needed(setting.rng, setting.method, setting.horizon)
    picks = dynamics.draw(setting.horizon, at_least("paths", setting.paths, 1000), rng)
    moves = dynamics.walk(picks, martingale=True)[-1]
    answer = measured(-np.expm1(moves) * value, setting.level)
    return answer._replace(notes=(_simulated(setting, len(dynamics.rows)),))


def _from_past(newest: Floats, weights: Floats, value: Floats, setting: Setting) -> Answer:
    horizon = setting.horizon
    periods = len(newest) // horizon
    kept = slice(len(newest) - periods * horizon, None)
    shares = weights[kept].reshape(periods, horizon).mean(axis=1)
    enough = horizon == 1 or effective(shares) * (1.0 - setting.level) >= 1.0
    if periods and enough:
        moves = newest[kept].reshape(periods, horizon, -1).sum(axis=1)
        return measured(-np.expm1(moves) * value, setting.level, None if np.ptp(shares) == 0 else shares)
    rng = _needed(setting.rng, setting.method, horizon)
    paths = at_least("paths", setting.paths, 1000)
    moves = np.zeros((paths, newest.shape[1]))
    for _ in range(horizon):
        moves += newest[rng.choice(len(newest), paths, p=weights / weights.sum())]
    centre = horizon * (weights @ newest) / weights.sum()
    drawn = Sentence(
        "{days} days hold only {periods} periods of {horizon} days that do not overlap: days are drawn at random "
        "instead, without their trend and as if a calm day told nothing about the next.",
        days=len(newest),
        periods=periods,
        horizon=horizon,
    )
    answer = measured(-np.expm1(moves - centre) * value, setting.level)
    return answer._replace(notes=(drawn, _simulated(setting, len(newest))))


def measured(losses: Floats, level: float, weights: Floats | None = None) -> Answer:
    """The answer from losses of shape (draws, currencies), equally likely unless weighted."""
    total = losses.sum(axis=1)
    shares = np.full(total.size, 1.0 / total.size) if weights is None else weights / weights.sum()
    var = measures.value_at_risk(total, level, weights)
    at_risk = [measures.value_at_risk(column, level, weights) for column in losses.T]
    without = [measures.value_at_risk(total - column, level, weights) for column in losses.T]
    return Answer(
        var,
        measures.expected_shortfall(total, level, weights),
        *_errors(total, level, shares, weights is None),
        _in_tail(losses, total, var, level, shares),
        _at_risk(losses, total, var, shares),
        np.array(at_risk),
        var - np.array(without),
    )


def _errors(total: Floats, level: float, shares: Floats, equal: bool) -> tuple[float, float]:
    if equal:
        return measures.standard_error(total, "var", level), measures.standard_error(total, "es", level)
    # Drawn back to as many equally likely losses as the weights amount to.
    size = max(2, round(effective(shares)))
    order = np.argsort(total, kind="stable")
    places = np.searchsorted(np.cumsum(shares[order]), (np.arange(size) + 0.5) / size)
    even = total[order][np.minimum(places, total.size - 1)]
    return measures.standard_error(even, "var", level), measures.standard_error(even, "es", level)


def _in_tail(losses: Floats, total: Floats, var: float, level: float, shares: Floats) -> Floats:
    """Each column's mean in the tail; an atom at value at risk counts as far as the tail reaches into it."""
    beyond = shares * (total > var)
    atom = shares * (total == var)
    left = max(0.0, 1.0 - level - float(beyond.sum()))
    return np.asarray((beyond + atom * (left / atom.sum())) @ losses / (1.0 - level), dtype=np.float64)


def _at_risk(losses: Floats, total: Floats, var: float, shares: Floats) -> Floats:
    """E[loss of a currency | total = value at risk] from the nearest losses, made to sum to it."""
    reach = int(np.ceil(NEIGHBOURS * total.size))
    nearest = np.argsort(np.abs(total - var), kind="stable")[: 2 * reach + 1]
    weight = (
        shares[nearest] / shares[nearest].sum() if shares[nearest].any() else np.full(nearest.size, 1 / nearest.size)
    )
    mean: Floats = weight @ losses[nearest]
    # What the average misses is spread by size, not by sign: so no share can explode.
    size = np.abs(mean)
    spread: Floats = size / size.sum() if size.any() else np.full(mean.size, 1.0 / mean.size)
    return np.asarray(mean + (var - mean.sum()) * spread, dtype=np.float64)


def _simulated(setting: Setting, days: int) -> Sentence:
    return Sentence(
        "The error is that of {paths} simulated paths, not of the {days} days of history they draw from.",
        paths=setting.paths,
        days=days,
    )


def _needed(rng: Generator | None, method: str, horizon: int = 1) -> Generator:
    if rng is None:
        raise InputError("rng is missing: the method {method} simulates {horizon} days", method=method, horizon=horizon)
    return rng
