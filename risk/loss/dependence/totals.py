"""The yearly total of losses under a copula, from their quantile functions: no table, no ranks, many years a second."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.random import SFC64, Generator
from numpy.typing import ArrayLike, NDArray

from risk.checks import at_least, one_of
from risk.loss.dependence.correlation import triangular_root
from risk.loss.dependence.reordering import COPULAS, chi_scale
from risk.loss.streams import spawn

Floats = NDArray[np.float64]
Quantile = Callable[[Floats], ArrayLike]
Add = Callable[[Floats, Floats, Floats, Floats, float, Floats], None]

POINTS = 4096  # of each quantile table: a lognormal with sigma 2 is then right to 1e-5, relatively
OUTERMOST = 1e-12  # probability beyond either end of a quantile table, where the loss stays that of the end
CHUNK = 1024  # years at a time: scores and sums stay in the processor's first cache


def copula_totals(
    quantiles: Mapping[str, Quantile],
    score_correlation: ArrayLike,
    years: int,
    rng: Generator,
    copula: str = "gaussian",
    degrees: float = 4.0,
    compiled: bool = True,
) -> Floats:
    """Sum over the named losses in each year, shape (years,); a quantile function maps probabilities to losses.

    Each quantile function is tabulated once over the scores of the copula and interpolated, so a year costs no
    distribution function. An atom is smeared over a 4,096th of the scores: where that matters, `reorder` a table.
    `compiled=False` takes the numpy twin of the loop.
    """
    one_of("copula", copula, COPULAS)
    root = triangular_root(score_correlation, tuple(quantiles))
    reach, tables = _tables(list(quantiles.values()), copula, degrees)
    scale = chi_scale(at_least("years", years, 1), rng, degrees) if copula == "t" else np.empty(0)
    streams = [_fast(spawn(rng, "copula totals", name)) for name in quantiles]
    to_normal, add = _compiled() if compiled else (normal_scores, add_year_losses)
    totals = np.zeros(years)
    scores = np.empty((len(streams), CHUNK))
    for first in range(0, years, CHUNK):
        part = slice(first, min(first + CHUNK, years))
        for row, stream in zip(scores, streams, strict=True):
            stream.random(out=row)
        to_normal(scores)
        add(scores[:, : part.stop - first], root, scale[part], tables, reach, totals[part])
    return totals


def normal_scores(uniform: Floats) -> None:
    """Turn uniform numbers of [0, 1) into normal scores in place; the numpy twin, exact where the loop is to 4e-6."""
    from scipy.special import ndtri

    ndtri(np.maximum(uniform, 2.0**-54), out=uniform)


def add_year_losses(normal: Floats, root: Floats, scale: Floats, tables: Floats, reach: float, totals: Floats) -> None:
    """Add to `totals` the losses of correlated scores; the numpy twin of the compiled loop.

    `normal` is (losses, years); `scale` has a factor a year for t scores, none for normal scores; `tables` is (losses,
    points) over the evenly spaced scores from -reach to reach, whose unit is arsinh for t scores.
    """
    scores = root @ normal
    place = np.arcsinh(scores * scale) if scale.size else scores
    grid = np.linspace(-reach, reach, tables.shape[1])
    totals += sum(np.interp(row, grid, table) for row, table in zip(place, tables, strict=True))


def _compiled() -> tuple[Callable[[Floats], None], Add]:
    from risk.loss.dependence import kernel  # numba: half a second of import

    pieces = kernel.normal_pieces()
    return lambda uniform: kernel.to_normal(uniform, *pieces), kernel.add_year_losses


def _fast(stream: Generator) -> Generator:
    """A stream seeded from the first words of this one, under a generator that is a quarter faster."""
    return Generator(SFC64(stream.integers(0, 2**63, size=4)))


def _tables(quantiles: list[Quantile], copula: str, degrees: float) -> tuple[float, Floats]:
    reach, probabilities = _score_probabilities(copula, degrees)
    return reach, np.array([np.asarray(quantile(probabilities), dtype=np.float64) for quantile in quantiles])


def _score_probabilities(copula: str, degrees: float) -> tuple[float, Floats]:
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    outermost = ndtri(OUTERMOST) if copula == "gaussian" else np.arcsinh(stdtrit(degrees, OUTERMOST))
    grid = np.linspace(outermost, -outermost, POINTS)
    probabilities = ndtr(grid) if copula == "gaussian" else stdtr(degrees, np.sinh(grid))
    return float(-outermost), np.asarray(probabilities, dtype=np.float64)
