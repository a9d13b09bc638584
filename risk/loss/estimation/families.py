"""The severity families that can be fitted: log density, log survival, its inverse, and where a search starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Function = Callable[[Floats, float, float], Floats]


@dataclass(frozen=True)
class Family:
    """Two parameters, named as those of the class in `risk.loss.severity`; losses count from the location, mostly 0."""

    parameters: tuple[str, str]
    above_zero: tuple[bool, bool]
    log_density: Function
    log_survival: Function
    quantile: Function  # of a survival probability
    start: Callable[[Floats], tuple[float, float]]
    mean: Callable[[float, float], float]


def _lognormal_density(x: Floats, mu: float, sigma: float) -> Floats:
    z = (np.log(x) - mu) / sigma
    return np.asarray(-0.5 * z * z - np.log(x) - np.log(sigma * np.sqrt(2 * np.pi)))


def _lognormal_survival(x: Floats, mu: float, sigma: float) -> Floats:
    from scipy.special import log_ndtr

    return np.asarray(log_ndtr((mu - _log(x)) / sigma))


def _lognormal_quantile(survival: Floats, mu: float, sigma: float) -> Floats:
    from scipy.special import ndtri

    return np.exp(mu - sigma * ndtri(survival))


def _lognormal_start(x: Floats) -> tuple[float, float]:
    logs = np.log(x)
    return float(logs.mean()), float(logs.std())


def _gamma_density(x: Floats, shape: float, scale: float) -> Floats:
    from scipy.special import gammaln

    return np.asarray((shape - 1) * np.log(x) - x / scale - shape * np.log(scale) - gammaln(shape))


def _gamma_survival(x: Floats, shape: float, scale: float) -> Floats:
    from scipy.special import gammaincc

    return _log(np.asarray(gammaincc(shape, x / scale), dtype=np.float64))


def _gamma_quantile(survival: Floats, shape: float, scale: float) -> Floats:
    from scipy.special import gammainccinv

    return np.asarray(scale * gammainccinv(shape, survival), dtype=np.float64)


def _gamma_start(x: Floats) -> tuple[float, float]:
    # Thom's approximation, right to 1.5 % for any shape.
    gap = np.log(x.mean()) - np.log(x).mean()
    shape = (1 + np.sqrt(1 + 4 * gap / 3)) / (4 * gap)
    return float(shape), float(x.mean() / shape)


def _weibull_density(x: Floats, shape: float, scale: float) -> Floats:
    ratio = np.log(x / scale)
    return np.asarray(np.log(shape) - np.log(x) + shape * ratio - np.exp(shape * ratio))


def _weibull_survival(x: Floats, shape: float, scale: float) -> Floats:
    return -((x / scale) ** shape)


def _weibull_quantile(survival: Floats, shape: float, scale: float) -> Floats:
    return scale * (-np.log(survival)) ** (1 / shape)


def _weibull_start(x: Floats) -> tuple[float, float]:
    # The log of a Weibull loss has standard deviation π / (√6 · shape) and mean log scale − γ / shape.
    shape = np.pi / np.sqrt(6) / np.log(x).std()
    return float(shape), float(np.exp(np.log(x).mean() + np.euler_gamma / shape))


def _weibull_mean(shape: float, scale: float) -> float:
    from scipy.special import gamma

    return float(scale * gamma(1 + 1 / shape))


def _pareto_density(x: Floats, shape: float, scale: float) -> Floats:
    return np.asarray((1 + shape) * _pareto_survival(x, shape, scale) - np.log(scale))


def _pareto_survival(x: Floats, shape: float, scale: float) -> Floats:
    if abs(shape) < 1e-9:
        return -x / scale
    return -_log1p(shape * x / scale) / shape


def _pareto_quantile(survival: Floats, shape: float, scale: float) -> Floats:
    if abs(shape) < 1e-9:
        return -scale * np.log(survival)
    return scale * np.expm1(-shape * np.log(survival)) / shape


def pareto_by_weighted_moments(x: Floats) -> tuple[float, float]:
    """Shape and scale of a generalized Pareto by probability-weighted moments.

    Source: Hosking and Wallis, Parameter and quantile estimation for the generalized Pareto distribution,
    Technometrics 29 (1987), plotting positions (i − 0.35) / n.
    """
    positions = (np.arange(1, x.size + 1) - 0.35) / x.size
    first, second = x.mean(), np.sort(x) @ (1 - positions) / x.size
    return float(2 - first / (first - 2 * second)), float(2 * first * second / (first - 2 * second))


def _pareto_start(x: Floats) -> tuple[float, float]:
    shape, scale = pareto_by_weighted_moments(x)
    # Outside its support the likelihood is 0 and a search has nowhere to go.
    inside = scale > 0 and (shape >= 0 or x.max() < -0.99 * scale / shape)
    return (shape, scale) if inside else (0.1, float(x.mean()))


def _log(values: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.log(values)


def _log1p(values: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > -1, np.log1p(values), np.nan)


FAMILIES = {
    "lognormal": Family(
        ("mu", "sigma"),
        (False, True),
        _lognormal_density,
        _lognormal_survival,
        _lognormal_quantile,
        _lognormal_start,
        lambda mu, sigma: float(np.exp(mu + sigma**2 / 2)),
    ),
    "gamma": Family(
        ("shape", "scale"),
        (True, True),
        _gamma_density,
        _gamma_survival,
        _gamma_quantile,
        _gamma_start,
        lambda shape, scale: shape * scale,
    ),
    "weibull": Family(
        ("shape", "scale"),
        (True, True),
        _weibull_density,
        _weibull_survival,
        _weibull_quantile,
        _weibull_start,
        _weibull_mean,
    ),
    "generalized-pareto": Family(
        ("shape", "scale"),
        (False, True),
        _pareto_density,
        _pareto_survival,
        _pareto_quantile,
        _pareto_start,
        lambda shape, scale: scale / (1 - shape) if shape < 1 else np.inf,
    ),
}
