"""GARCH(1,1): volatility that reacts to each return and comes back to its level.

σ²(t+1) = ω + α e²(t) + β σ²(t) with e = r − μ. Source: Bollerslev, Journal of Econometrics 31 (1986); with Student's t
distribution Bollerslev, Review of Economics and Statistics 69 (1987).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, at_least, one_of
from risk.compiled import compiled
from risk.currency.volatility.ewma import DECAY, backcast

Floats = NDArray[np.float64]

KERNEL = "risk.currency.kernels.garch"
DISTRIBUTIONS = ("normal", "t")
FEWEST = 100
LEAST_DEGREES = 2.05  # where the variance of Student's t distribution still exists
STEPS = 60
# Shares of variance that the first guess gives to the newest square and to yesterday's variance.
GUESSES = ((0.05, 0.93), (0.12, 0.85), (0.02, 0.975), (0.25, 0.70))
FIRST_DEGREES = 6.0
FLAT = 0.05  # of the log likelihood per unit of an unknown: below it the top is reached


@dataclass(frozen=True, eq=False)
class GarchFit:
    """Parameters in the unit of the returns; `nu` is None for the normal distribution.

    `variance` is the variance before each return and after the last: one longer than the returns, as of
    `ewma_variance`. `converged` says that the likelihood has no slope left; `message` why not.
    """

    mu: float
    omega: float
    alpha: float
    beta: float
    nu: float | None
    loglikelihood: float
    variance: Floats
    converged: bool
    message: str = ""

    @property
    def persistence(self) -> float:
        """α + β: share of a volatility shock left after a day."""
        return self.alpha + self.beta

    def variance_of(self, returns: ArrayLike) -> Floats:
        """Variance before each return and after the last by these parameters, from the first variance of the fit on."""
        moves = np.asarray(returns, dtype=np.float64)
        inputs = np.append(self.variance[0], self.omega + self.alpha * np.square(moves - self.mu))
        return _filter(self.beta, inputs)


def fit_garch(returns: ArrayLike, distribution: str = "normal") -> GarchFit:
    """Maximum likelihood of GARCH(1,1) with a constant mean, errors "normal" or "t" (standardised, ν > 2).

    `returns`: one row of days without gaps, at least 100. The variance before the first return is the exponentially
    weighted mean of the first 75 squares, as in the package arch. The climb begins at the best of four guesses; where
    it ends without a top, at the second best too.
    """
    one_of("distribution", distribution, DISTRIBUTIONS)
    moves = np.ascontiguousarray(returns, dtype=np.float64)
    at_least("number of returns", moves.size, FEWEST)
    if moves.ndim != 1 or not np.isfinite(moves).all():
        raise InputError("returns must be one row of finite numbers: leave out the days without a return")
    size = float(np.sqrt(np.square(moves - moves.mean()).mean()))
    if size <= 1e-12 * max(1e-12, float(np.abs(moves).max())):
        raise InputError("The returns do not vary: there is no volatility to model.")
    problem = _Problem(moves / size, float(backcast(np.square((moves - moves.mean()) / size), DECAY)[0]), distribution)
    return _fit(problem, _best(problem), size)


class _Problem(NamedTuple):
    returns: Floats  # of mean square about 1
    backcast: float
    distribution: str


class _Top(NamedTuple):
    unknowns: Floats
    value: float
    slope: float


def _best(problem: _Problem) -> _Top:
    kernel = compiled(KERNEL)
    guesses = [_guess(problem, alpha, beta) for alpha, beta in GUESSES]
    heights = [_height(problem, guess, kernel) for guess in guesses]
    order = sorted(range(len(guesses)), key=lambda place: -heights[place])
    tops = [_climb(problem, guesses[order[0]], kernel)]
    if tops[0].slope >= FLAT:
        tops += [_climb(problem, guesses[place], kernel) for place in order[1:2]]
    return max(tops, key=lambda top: top.value)


def _guess(problem: _Problem, alpha: float, beta: float) -> Floats:
    persistence = alpha + beta
    mean = float(problem.returns.mean())
    unknowns = [mean, np.log(1.0 - persistence), _logit(persistence), _logit(alpha / persistence)]
    return np.array([*unknowns, *([np.log(FIRST_DEGREES - LEAST_DEGREES)] if problem.distribution == "t" else [])])


def _fit(problem: _Problem, top: _Top, size: float) -> GarchFit:
    mu, omega, alpha, beta, nu = _parameters(top.unknowns)
    variance = _variance(problem, (mu, omega, alpha, beta)) * size**2
    flat = bool(np.isfinite(top.value)) and top.slope < FLAT
    days = problem.returns.size
    return GarchFit(
        mu * size,
        omega * size**2,
        alpha,
        beta,
        nu if problem.distribution == "t" else None,
        top.value - days * float(np.log(size)),
        variance,
        flat,
        "" if flat else "the likelihood still rises where the search ended",
    )


def _climb(problem: _Problem, start: Floats, kernel: ModuleType | None) -> _Top:
    if kernel is None:
        return _climb_slowly(problem, start)
    unknowns = start.copy()
    value, slope = kernel.climb(problem.returns, problem.backcast, unknowns, STEPS)
    return _Top(unknowns, float(value), float(slope))


def _height(problem: _Problem, unknowns: Floats, kernel: ModuleType | None) -> float:
    if kernel is None:
        return height(problem.returns, problem.backcast, unknowns)[0]
    return float(kernel.height(problem.returns, problem.backcast, unknowns, np.zeros(unknowns.size)))


def _climb_slowly(problem: _Problem, start: Floats) -> _Top:
    from scipy.optimize import minimize

    def depth(unknowns: Floats) -> tuple[float, Floats]:
        value, slope = height(problem.returns, problem.backcast, unknowns)
        return (-value, -slope) if np.isfinite(value) else (1e10, np.zeros_like(slope))

    found = minimize(depth, start, jac=True, method="BFGS", options={"maxiter": STEPS, "gtol": 1e-5})
    value, slope = height(problem.returns, problem.backcast, found.x)
    return _Top(np.asarray(found.x), value, float(np.abs(slope).max()))


def height(returns: Floats, start: float, unknowns: Floats) -> tuple[float, Floats]:
    """Log likelihood at the unknowns of the compiled loop and its derivatives by them: the numpy twin."""
    mu, omega, alpha, beta, nu = _parameters(unknowns)
    with np.errstate(all="ignore"):  # far from the top variances overflow; the search turns back there
        value, by = _likelihood(returns, start, np.array([mu, omega, alpha, beta, nu]))
    persistence = alpha + beta
    share = alpha / persistence
    slope = [
        by[0],
        by[1] * omega,
        (share * by[2] + (1.0 - share) * by[3]) * persistence * (1.0 - persistence),
        (by[2] - by[3]) * persistence * share * (1.0 - share),
    ]
    return value, np.array([*slope, *([by[4] * (nu - LEAST_DEGREES)] if len(unknowns) == 5 else [])])


def _likelihood(returns: Floats, start: float, theta: Floats) -> tuple[float, Floats]:
    from scipy.special import digamma, gammaln

    mu, _omega, alpha, beta, nu = theta
    e = returns - mu
    variance = _recursion(theta, start, np.square(e))
    before = np.concatenate([[start], variance[:-1]])
    squares = np.concatenate([[start], np.square(e[:-1])])
    shocks = np.concatenate([[0.0], -2.0 * alpha * e[:-1]])
    by = [_filter(beta, one) for one in (shocks, np.ones(e.size), squares, before)]
    if np.isinf(nu):
        weight = np.ones(e.size)
        value = -0.5 * (np.log(2 * np.pi) + np.log(variance) + np.square(e) / variance).sum()
        last = 0.0
    else:
        q = np.square(e) / variance / (nu - 2.0)
        weight = (nu + 1.0) / (nu - 2.0) / (1.0 + q)
        constant = gammaln((nu + 1) / 2) - gammaln(nu / 2) - 0.5 * np.log(np.pi * (nu - 2.0))
        value = (constant - 0.5 * np.log(variance) - 0.5 * (nu + 1.0) * np.log1p(q)).sum()
        slope = 0.5 * (digamma((nu + 1) / 2) - digamma(nu / 2)) - 0.5 / (nu - 2.0)
        last = (slope - 0.5 * np.log1p(q) + 0.5 * (nu + 1.0) / (nu - 2.0) * q / (1.0 + q)).sum()
    score = 0.5 / variance * (weight * np.square(e) / variance - 1.0)
    gradient = [float(score @ one) for one in by]
    gradient[0] += float((weight * e / variance).sum())
    return float(value), np.array([*gradient, float(last)])


def _recursion(theta: Floats, start: float, squares: Floats) -> Floats:
    """Variance before each return: one recursion filters the constant, the squares and the first variance together."""
    _mu, omega, alpha, beta, _nu = theta
    inputs = omega + alpha * np.concatenate([[start], squares[:-1]])
    inputs[0] += beta * start
    return _filter(beta, inputs)


def _filter(beta: float, inputs: Floats) -> Floats:
    from scipy.signal import lfilter

    return np.asarray(lfilter([1.0], [1.0, -beta], inputs), dtype=np.float64)


def _variance(problem: _Problem, theta: tuple[float, float, float, float]) -> Floats:
    mu, omega, alpha, beta = theta
    squares = np.append(np.square(problem.returns - mu), 0.0)
    return _recursion(np.array([mu, omega, alpha, beta, np.inf]), problem.backcast, squares)


def _parameters(unknowns: Floats) -> tuple[float, float, float, float, float]:
    persistence, share = (1.0 / (1.0 + np.exp(-unknowns[place])) for place in (2, 3))
    nu = LEAST_DEGREES + float(np.exp(unknowns[4])) if len(unknowns) == 5 else float("inf")
    return (
        float(unknowns[0]),
        float(np.exp(unknowns[1])),
        float(persistence * share),
        float(persistence * (1.0 - share)),
        nu,
    )


def _logit(share: float) -> float:
    return float(np.log(share / (1.0 - share)))
