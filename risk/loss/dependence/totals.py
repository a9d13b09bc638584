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
    add = _compiled() if compiled else add_year_losses
    totals = np.zeros(years)
    normal = np.empty((len(streams), CHUNK))
    for first in range(0, years, CHUNK):
        part = slice(first, min(first + CHUNK, years))
        for row, stream in zip(normal, streams, strict=True):
            stream.standard_normal(out=row)
        add(normal[:, : part.stop - first], root, scale[part], tables, reach, totals[part])
    return totals


def add_year_losses(
    normal: Floats, root: Floats, scale: Floats, tables: Floats, reach: float, totals: Floats
) -> None:
    """Add to `totals` the losses of correlated scores; the numpy twin of the compiled loop.

    `normal` is (losses, years); `scale` has a factor a year for t scores, none for normal scores; `tables` is (losses,
    points) over the evenly spaced scores from -reach to reach, whose unit is arsinh for t scores.
    """
    scores = root @ normal
    place = np.arcsinh(scores * scale) if scale.size else scores
    grid = np.linspace(-reach, reach, tables.shape[1])
    totals += sum(np.interp(row, grid, table) for row, table in zip(place, tables, strict=True))


def _compiled() -> Add:
    from risk.loss.dependence.kernel import add_year_losses as loop  # numba: half a second of import

    return loop


def _fast(rng: Generator) -> Generator:
    """The same stream's seed under SFC64, a quarter faster than the default."""
    return Generator(SFC64(rng.bit_generator.seed_seq))  # type: ignore[attr-defined]


def _tables(quantiles: list[Quantile], copula: str, degrees: float) -> tuple[float, Floats]:
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    if copula == "t":
        reach = float(np.arcsinh(-stdtrit(degrees, OUTERMOST)))
        probabilities = stdtr(degrees, np.sinh(np.linspace(-reach, reach, POINTS)))
    else:
        reach = float(-ndtri(OUTERMOST))
        probabilities = ndtr(np.linspace(-reach, reach, POINTS))
    return reach, np.array([np.asarray(quantile(probabilities), dtype=np.float64) for quantile in quantiles])
