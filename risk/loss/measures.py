"""Measures of a loss distribution given by simulated or observed losses; losses positive.

Conventions: value at risk is the lower quantile, never interpolated; expected shortfall is Acerbi–Tasche, which counts
an atom at value at risk only as far as the tail reaches into it. So expected shortfall >= value at risk >= minimum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, at_least, between, one_of, vector
from risk.loss.table import YearLossTable

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

# A level such as 0.07 times 100 is 7.000000000000001: this much, relatively, counts as rounding.
_ROUNDING = 1e-12


def expected_loss(losses: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Mean loss; `weights` are relative frequencies of the losses, equal when left out."""
    values, shares = _weighted(losses, weights)
    return float(values.mean() if shares is None else values @ shares)


def value_at_risk(losses: ArrayLike, level: float, weights: ArrayLike | None = None) -> float:
    """The smallest loss x with P(L <= x) >= level: always one of the losses.

    >>> value_at_risk([1, 2, 3, 4], 0.75)
    3.0
    """
    between("level", level, 0.0, 1.0)
    values, shares = _weighted(losses, weights)
    if shares is None:
        place = rank(level, values.size)
        return float(np.partition(values, place)[place])
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(shares[order]) >= level * (1 - _ROUNDING)
    # The last cumulated share can fall short of 1 by rounding: then the largest loss with weight answers.
    place = int(np.argmax(reached)) if reached.any() else int(np.flatnonzero(shares[order])[-1])
    return float(values[order][place])


def expected_shortfall(losses: ArrayLike, level: float, weights: ArrayLike | None = None) -> float:
    """Mean of the worst 1 - level of the probability, splitting an atom at value at risk.

    Source: Acerbi and Tasche, On the coherence of expected shortfall, Journal of Banking & Finance 26 (2002), eq. 8.

    >>> expected_shortfall([0, 0, 0, 10], 0.5)
    5.0
    """
    values, shares = _weighted(losses, weights)
    at_risk = value_at_risk(values, level, shares)
    excess = np.maximum(values - at_risk, 0.0)
    mean_excess = excess.mean() if shares is None else excess @ shares
    return float(at_risk + mean_excess / (1.0 - level))


def exceedance_curve(losses: ArrayLike, weights: ArrayLike | None = None) -> pd.DataFrame:
    """P(L > loss) at each distinct loss, ascending: columns loss, probability."""
    import pandas as pd

    values, shares = _weighted(losses, weights)
    distinct, place = np.unique(values, return_inverse=True)
    mass = np.bincount(place, weights=shares) / (values.size if shares is None else 1.0)
    # Summed from the largest loss down, so that small probabilities keep their digits.
    beyond = np.append(np.cumsum(mass[::-1])[::-1][1:], 0.0)
    return pd.DataFrame({"loss": distinct, "probability": np.minimum(beyond, 1.0)})


def occurrence_curve(table: YearLossTable) -> pd.DataFrame:
    """P(largest single event of a year > loss), OEP, as `exceedance_curve`, which of the total is the AEP.

    InputError where no loss comes in single events, as in currency.
    """
    if table.largest is None:
        raise InputError("None of these losses comes in single events: there is no largest one to show.")
    return exceedance_curve(table.largest)


def shortfall_contributions(table: YearLossTable, level: float) -> pd.Series[float]:
    """Share of each driver in the expected shortfall of the total; they sum to it (Euler).

    Each is the driver's mean over the years in the tail; years whose total equals value at risk enter with the same
    fraction as in the expected shortfall. Index: driver. Source: Tasche, Risk contributions and performance
    measurement, TU München (1999); Acerbi and Tasche (2002) for the atom.
    """
    import pandas as pd

    weights = _tail_weights(table.total, level)
    return pd.Series(weights @ table.losses, index=pd.Index(table.drivers, name="driver"), name="contribution")


def standard_error(losses: ArrayLike, measure: str, level: float | None = None) -> float:
    """Monte Carlo standard error of the mean, "var" or "es" of independent, equally likely losses.

    Mean: s / √n. Value at risk: Maritz and Jarrett, Journal of the American Statistical Association 73 (1978). Expected
    shortfall: √(Var (L − VaR)⁺ / n) / (1 − level), its asymptotic error; both are too small where the tail index is 1/2
    or more.
    """
    values = vector("losses", losses)
    at_least("number of losses", values.size, 2)
    one_of("measure", measure, ("mean", "var", "es"))
    if measure == "mean":
        return _error_of_mean(values)
    if level is None:
        raise InputError(f"level is missing, the error of {measure!r} needs one")
    between("level", level, 0.0, 1.0)
    if measure == "var":
        return _error_of_quantile(values, level)
    return _error_of_mean(np.maximum(values - value_at_risk(values, level), 0.0)) / (1.0 - level)


def _weighted(losses: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats | None]:
    values = vector("losses", losses)
    if weights is None:
        return values, None
    shares = vector("weights", weights)
    if shares.shape != values.shape:
        raise InputError(f"weights has {shares.size} entries, must have one a loss: {values.size}")
    if (shares < 0).any() or shares.sum() <= 0:
        raise InputError("weights must be >= 0 and not all zero")
    return values, shares / shares.sum()


def rank(level: float, size: int) -> int:
    """Place of value at risk among so many ordered losses."""
    return min(size - 1, max(0, int(np.ceil(level * size * (1 - _ROUNDING))) - 1))


def _tail_weights(losses: Floats, level: float) -> Floats:
    at_risk = value_at_risk(losses, level)
    beyond = losses > at_risk
    atom = losses == at_risk
    left = max(0.0, (1.0 - level) * losses.size - beyond.sum())
    weights: Floats = (beyond + atom * (left / atom.sum())) / ((1.0 - level) * losses.size)
    return weights


def _error_of_mean(values: Floats) -> float:
    return float(values.std(ddof=1) / np.sqrt(values.size))


def _error_of_quantile(values: Floats, level: float) -> float:
    from scipy.special import betainc  # half a second of import that most callers never need

    n, k = values.size, rank(level, values.size) + 1
    reach = int(np.ceil(12 * np.sqrt(n * level * (1 - level)))) + 2
    low, high = max(0, k - reach), min(n, k + reach)
    edges: Floats = betainc(k, n - k + 1, np.arange(low, high + 1) / n)
    nearby = np.partition(values, [low, high - 1])[low:high]
    nearby.sort()
    weight = np.diff(edges)
    return float(np.sqrt(weight @ np.square(nearby - weight @ nearby)))
