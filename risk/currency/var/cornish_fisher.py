"""Cornish and Fisher's expansion: quantile and tail mean from four moments, where it is a distribution at all.

Sources: Zangari, RiskMetrics Monitor (1996, second quarter) for value at risk; Boudt, Peterson and Croux, Journal of
Risk 11 (2008) for expected shortfall and the contributions; Maillard, A user's guide to the Cornish Fisher expansion
(2012) for the domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import between

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CornishFisher:
    """Value at risk and expected shortfall of a sum of losses, and the columns' parts, which sum to them (Euler).

    `valid` is False where the expansion is not monotone, so that its quantiles are none.
    """

    var: float
    es: float
    var_parts: Floats
    es_parts: Floats
    skewness: float
    excess_kurtosis: float
    valid: bool


class Standard(NamedTuple):
    """Quantile and tail mean of a loss with mean 0 and deviation 1, with their derivatives by skewness and kurtosis."""

    var: Any
    es: Any
    var_by: tuple[Any, Any]
    es_by: tuple[Any, Any]


def cornish_fisher(losses: ArrayLike, level: float, horizon: int = 1, ddof: int = 0) -> CornishFisher:
    """From the moments of `losses`, shape (days, columns), divided by the number of days, the variance by `ddof` less.

    Over `horizon` independent days the mean and the variance grow with the days, skewness falls with their square root
    and excess kurtosis with their number.
    """
    table = np.asarray(losses, dtype=np.float64)
    size = float(np.abs(table.sum(axis=1) - table.sum(axis=1).mean()).max())
    if size == 0.0:
        certain = horizon * table.mean(axis=0)
        return CornishFisher(float(certain.sum()), float(certain.sum()), certain, certain, 0.0, 0.0, valid=True)
    mean = table.mean(axis=0) / size  # in a unit in which no power underflows
    centred = table / size - mean
    total = centred.sum(axis=1)
    m2, m3, m4 = (float((total**power).mean()) for power in (2, 3, 4))
    # Derivatives of the moments by the size of each column, at size 1: they sum to power × moment.
    by2, by3, by4 = (power * (total ** (power - 1)) @ centred / len(total) for power in (2, 3, 4))
    wider = len(total) / (len(total) - ddof)
    m2, by2 = m2 * wider, by2 * wider
    skewness, kurtosis = m3 / m2**1.5 / horizon**0.5, (m4 / m2**2 - 3.0) / horizon
    deviation = m2**0.5
    by_deviation = by2 / (2.0 * deviation)
    by_skewness = (by3 / m2**1.5 - 1.5 * m3 / m2**2.5 * by2) / horizon**0.5
    by_kurtosis = (by4 / m2**2 - 2.0 * m4 / m2**3 * by2) / horizon
    standard = standardised(level, skewness, kurtosis)
    root = horizon**0.5
    var_parts, es_parts = (
        size * horizon * mean
        + size * root * (value * by_deviation + deviation * (by[0] * by_skewness + by[1] * by_kurtosis))
        for value, by in ((standard.var, standard.var_by), (standard.es, standard.es_by))
    )
    valid = bool(in_domain(skewness, kurtosis))
    return CornishFisher(float(var_parts.sum()), float(es_parts.sum()), var_parts, es_parts, skewness, kurtosis, valid)


def in_domain(skewness: ArrayLike, excess_kurtosis: ArrayLike) -> Any:
    """Whether the expansion is monotone, so that its quantiles are those of a distribution."""
    s, k = np.asarray(skewness, dtype=np.float64), np.asarray(excess_kurtosis, dtype=np.float64)
    # Its derivative is a parabola in z: positive everywhere unless it has two roots.
    lead, constant = k / 8.0 - s**2 / 6.0, 1.0 - k / 8.0 + 5.0 * s**2 / 36.0
    return ((lead > 0) & ((s / 3.0) ** 2 <= 4.0 * lead * constant)) | ((lead == 0.0) & (s == 0.0))


def standardised(level: float, skewness: Any, kurtosis: Any) -> Standard:
    """Of a loss with mean 0 and deviation 1; `kurtosis` is that above the normal distribution's."""
    z = NormalDist().inv_cdf(between("level", level, 0.0, 1.0))
    h = z + (z**2 - 1) * skewness / 6 + (z**3 - 3 * z) * kurtosis / 24 - (2 * z**3 - 5 * z) * skewness**2 / 36
    h_by = (z**2 - 1) / 6 - (2 * z**3 - 5 * z) * skewness / 18, (z**3 - 3 * z) / 24
    tail = 1.0 - level
    # Tail mean of the Edgeworth density beyond h; each integral of z He_k(z) φ(z) from h on is a polynomial times φ.
    density = np.exp(-(h**2) / 2) / np.sqrt(2 * np.pi)
    third = h**3 * density
    fourth = (h**4 - 2 * h**2 - 1) * density
    sixth = (h**6 - 9 * h**4 + 9 * h**2 + 3) * density
    es = (density + skewness / 6 * third + kurtosis / 24 * fourth + skewness**2 / 72 * sixth) / tail
    he3, he4 = h**3 - 3 * h, h**4 - 6 * h**2 + 3
    he6 = h**6 - 15 * h**4 + 45 * h**2 - 15
    by_h = -h * density * (1 + skewness / 6 * he3 + kurtosis / 24 * he4 + skewness**2 / 72 * he6) / tail
    es_by = (third / 6 + skewness / 36 * sixth) / tail + by_h * h_by[0], fourth / 24 / tail + by_h * h_by[1]
    below = es < h  # where the density dips below zero the tail mean can fall below the quantile
    chosen = (np.where(below, quantile, mean) for quantile, mean in zip((h, *h_by), (es, *es_by), strict=True))
    es, *by = (one[()] for one in chosen)
    return Standard(h, es, h_by, (by[0], by[1]))
