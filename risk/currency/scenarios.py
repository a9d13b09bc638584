"""A great many futures of monthly receipts under Student's t moves of all rates together, and their far tail.

Rates are a fair game: each is worth today's rate on average. Moves of different months are independent, those of one
month share their mixing, so that currencies crash together. A month moves a rate by a factor e at most.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.random import SFC64, Generator
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, at_least, between
from risk.compiled import compiled

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

KERNEL = "risk.currency.kernels.scenarios"
BLOCK = 256  # scenarios that share a random stream
TASK = 256  # blocks of one task of an executor
BOUND = 1.0  # of a log rate in a month
GRID = 20_001
CHUNK = 8192
BATCHES = 20


@dataclass(frozen=True, eq=False)
class Scenarios:
    """`flows` (scenarios, months) in the unit of the amounts; `expected` (months,); `weights` are None when equal.

    Weights are likelihood ratios with mean 1: scenarios were drawn where losses are large.
    """

    flows: Singles
    expected: Floats
    weights: Floats | None = None

    @property
    def losses(self) -> Floats:
        """What all months together bring less than expected, shape (scenarios,)."""
        return np.asarray(self.expected.sum() - self.flows.sum(axis=1, dtype=np.float64), dtype=np.float64)


@dataclass(frozen=True)
class TailEstimate:
    """Measures of the far tail with their standard errors.

    `effective` is the number of equal scenarios beyond VaR, `plain` that of all scenarios drawn without an aim that
    know the chance of a loss beyond VaR as well.
    """

    var: float
    es: float
    var_error: float
    es_error: float
    effective: float
    plain: float


class _Task(NamedTuple):
    seed: int
    root: Singles
    drift: Singles
    degrees: float
    book: tuple[Singles, Singles, Singles]
    aim: float


def simulate_receipts(
    amounts: ArrayLike,
    covariance: ArrayLike,
    degrees: float,
    scenarios: int,
    rng: Generator,
    *,
    aim: float | None = None,
    executor: Executor | None = None,
) -> Scenarios:
    """Receipts of each month; `amounts` (months, currencies) at today's rates, `covariance` of monthly log moves.

    `degrees` of freedom above 2, infinite for the normal distribution. `aim` is a loss that is made usual by shifting
    moves towards it, conditionally on their mixing: for levels of 99.5 % and more. Source: Glasserman, Heidelberger and
    Shahabuddin, Mathematical Finance 12 (2002). Blocks of scenarios are tasks for the `executor`; the numbers do not
    depend on it. Until the loops are compiled numpy answers, with other draws of the same distribution.
    """
    task = _task(amounts, covariance, degrees, aim, int(rng.integers(2**32)))
    blocks = -(-at_least("scenarios", scenarios, 1) // BLOCK)
    months = task.book[0].shape[0]
    flows = np.empty((scenarios, months), np.float32)
    weights = np.empty(scenarios) if aim else None
    for first, (part, logs) in zip(range(0, blocks, TASK), _parts(task, blocks, executor), strict=True):
        place = slice(first * BLOCK, min((first + TASK) * BLOCK, scenarios))
        flows[place] = part[: place.stop - place.start]
        if weights is not None:
            weights[place] = np.exp(logs[: place.stop - place.start])
    return Scenarios(flows, np.asarray(task.book[0].sum(axis=1), dtype=np.float64), weights)


def tail_estimate(scenarios: Scenarios, level: float) -> TailEstimate:
    """Value at risk and expected shortfall of all months together, at levels that weights were aimed at.

    Probabilities are means of the weights, not shares of their sum, whose error would be that of all scenarios. Errors
    are from twenty batches.
    """
    between("level", level, 0.0, 1.0)
    losses = scenarios.losses
    weights = np.ones(losses.size) if scenarios.weights is None else scenarios.weights
    var, es = _tail(losses, weights, level)
    batches = [
        _tail(losses[place::BATCHES], weights[place::BATCHES], level)
        for place in range(BATCHES)
        if losses.size >= 50 * BATCHES
    ]
    errors = np.std(batches, axis=0, ddof=1) / np.sqrt(BATCHES) if batches else np.full(2, np.nan)
    beyond = weights[losses >= var]
    effective = float(beyond.sum() ** 2 / np.square(beyond).sum())
    # Of n scenarios a share p beyond is known to p²(1/effective − 1/n), and to p(1 − p)/n when all weigh the same.
    chance = float(beyond.sum()) / losses.size
    surplus = 1.0 / effective - 1.0 / losses.size
    plain = (1.0 - chance) / chance / surplus if surplus > 0.0 else np.inf
    return TailEstimate(var, es, float(errors[0]), float(errors[1]), effective, plain)


def _tail(losses: Floats, weights: Floats, level: float) -> tuple[float, float]:
    order = np.argsort(-losses, kind="stable")
    beyond = np.cumsum(weights[order]) / losses.size
    place = int(np.searchsorted(beyond, 1.0 - level))
    if place >= losses.size:
        raise InputError("The weights do not reach a tail of {share:.2%}: aim at a smaller loss.", share=1.0 - level)
    var = float(losses[order[place]])
    excess = np.maximum(losses[order[: place + 1]] - var, 0.0) @ weights[order[: place + 1]] / losses.size
    return var, var + float(excess) / (1.0 - level)


def _task(amounts: ArrayLike, covariance: ArrayLike, degrees: float, aim: float | None, seed: int) -> _Task:
    table, matrix = np.asarray(amounts, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    if table.ndim != 2 or matrix.shape != (table.shape[1], table.shape[1]):
        raise InputError(f"amounts {table.shape} and covariance {matrix.shape} do not belong together")
    if not (np.isfinite(table).all() and np.isfinite(matrix).all()):
        raise InputError("amounts and covariance must be finite numbers")
    if not degrees > 2.0:
        raise InputError("degrees == {degrees}, must be above 2", degrees=degrees)
    if aim is not None and not 0.0 < aim < np.inf:
        raise InputError("aim == {aim}, must be a loss above 0", aim=aim)
    reach = table[::-1].cumsum(axis=0)[::-1]
    book = tuple(np.ascontiguousarray(one, dtype=np.float32) for one in (table, reach, reach @ matrix))
    root = _root(matrix)
    drift = _drift(np.sqrt(np.diag(matrix)), degrees)
    return _Task(seed, root, drift, degrees, (book[0], book[1], book[2]), float(aim or 0.0))


def _root(covariance: Floats) -> Singles:
    size = float(np.diag(covariance).max(initial=0.0))
    try:
        root = np.linalg.cholesky(covariance + 1e-12 * max(size, 1e-300) * np.eye(len(covariance)))
    except np.linalg.LinAlgError as error:
        raise InputError("covariance has a negative eigenvalue: no moves have it") from error
    return np.ascontiguousarray(root, dtype=np.float32)


def _drift(deviation: Floats, degrees: float) -> Singles:
    """Log of the mean of e to the bounded move of a month: taken off, a rate is worth today's on average."""
    from scipy.special import ndtri, stdtrit

    chance = (np.arange(GRID) + 0.5) / GRID
    unit = ndtri(chance) if np.isinf(degrees) else stdtrit(degrees, chance) * np.sqrt((degrees - 2.0) / degrees)
    return np.array([np.log(np.exp(np.clip(one * unit, -BOUND, BOUND)).mean()) for one in deviation], np.float32)


def _parts(task: _Task, blocks: int, executor: Executor | None) -> Iterator[tuple[Singles, Floats]]:
    run = part if compiled(KERNEL) is not None else part_slowly
    ranges = [(task, first, min(first + TASK, blocks)) for first in range(0, blocks, TASK)]
    yield from (executor.map if executor is not None else map)(run, *zip(*ranges, strict=True))


def part(task: _Task, first: int, last: int) -> tuple[Singles, Floats]:
    """Receipts and log weights of some blocks: a task that can run in any thread or process."""
    kernel: Any = compiled(KERNEL)
    if kernel is None:  # a process of its own compiles first
        from risk.currency.kernels import scenarios as kernel
    flows = np.empty(((last - first) * BLOCK, task.book[0].shape[0]), np.float32)
    weights = np.zeros(len(flows))
    market = task.root, task.drift, np.float32(0.0 if np.isinf(task.degrees) else task.degrees), np.float32(BOUND)
    kernel.receipts(np.uint32(task.seed), first, last, market, task.book, task.aim, flows, weights)
    return flows, weights


def part_slowly(task: _Task, first: int, last: int) -> tuple[Singles, Floats]:
    """The numpy twin: the same distribution in double precision, from draws of its own."""
    rng = Generator(SFC64([task.seed, first]))
    size = (last - first) * BLOCK
    parts = [_futures(task, min(CHUNK, size - start), rng) for start in range(0, size, CHUNK)]
    return np.concatenate([one[0] for one in parts]), np.concatenate([one[1] for one in parts])


def _futures(task: _Task, size: int, rng: Generator) -> tuple[Singles, Floats]:
    amounts, reach, pull = (one.astype(np.float64) for one in task.book)
    months, n = amounts.shape
    mixing = np.ones((months, size))
    if np.isfinite(task.degrees):
        mixing = np.sqrt((task.degrees - 2.0) / rng.chisquare(task.degrees, (months, size)))
    spread = np.einsum("mc,mc->m", reach, pull)
    shift = task.aim / (spread @ np.square(mixing)) if task.aim else np.zeros(size)
    weights = -0.5 * task.aim * shift
    level, flows = np.zeros((size, n)), np.empty((size, months), np.float32)
    for m in range(months):
        move = rng.standard_normal((size, n)) @ task.root.T
        w = mixing[m][:, None]
        weights += shift * mixing[m] * (move @ reach[m])
        level += np.clip(w * (move - shift[:, None] * w * pull[m]), -BOUND, BOUND) - task.drift
        flows[:, m] = np.exp(level) @ amounts[m]
    return flows, weights
