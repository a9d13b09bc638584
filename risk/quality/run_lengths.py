"""How long until an alarm: the average run length of rules and charts, in points (weeks), exact where it can be.

At no shift it is the distance between false alarms; at a shift, how late a change is seen on average. Points are
independent and normal, and the process is already shifted when the chart begins.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from risk.checks import InputError, at_least, not_negative, positive
from risk.loss import special
from risk.quality.charts.chart import Floats
from risk.quality.charts.memory import weight_of_newest
from risk.quality.rules import Rule, ZoneRule, completed

NODES = 80  # of the Gauss–Legendre rule in the integral equations; 160 change no figure by more than 1e-6 of it
CUTS = (-np.inf, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, np.inf)
ZONES = np.array([-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5])  # one point of each


def run_length(rules: Collection[ZoneRule], shift: float = 0.0) -> float:
    """Average number of points until one of the rules is completed, `shift` in standard deviations.

    The exact Markov chain of Champ and Woodall, Technometrics 29 (1987): a state is what the rules remember of the
    zones of the last points. Trend and alternation are no zone rules: `simulated_run_length` takes any.
    """
    if not rules or not all(isinstance(rule, ZoneRule) for rule in rules):
        raise InputError("The exact run length needs one or more rules of zones; others can be simulated.")
    chance = np.diff(special.ndtr(np.array(CUTS) - shift))
    return float(_expected_steps(_chain(tuple(rules)), chance))


class Simulated(NamedTuple):
    """A mean with its standard error."""

    mean: float
    standard_error: float


def simulated_run_length(
    rules: Mapping[str, Rule], rng: Generator, shift: float = 0.0, series: int = 2_000, block: int = 500
) -> Simulated:
    """Average number of points until one of the rules is completed, over so many series of normal points."""
    remaining, found = at_least("series", series, 2), []
    overlap = 20  # more than any rule remembers
    seen, past = 0, np.empty((remaining, 0))
    while remaining:
        z = np.concatenate([past, rng.normal(shift, 1.0, (remaining, block))], axis=1)
        alarms = np.any(list(completed(z, rules).values()), axis=0)[:, past.shape[1] :]
        hit = alarms.any(axis=1)
        found.append(seen + 1 + alarms[hit].argmax(axis=1))
        past, seen, remaining = z[~hit, -overlap:], seen + block, int((~hit).sum())
    lengths = np.concatenate(found)
    return Simulated(float(lengths.mean()), float(lengths.std(ddof=1) / sqrt(lengths.size)))


def cusum_run_length(reference: float, limit: float, shift: float = 0.0, head_start: float = 0.0) -> float:
    """Average run length of the two-sided `cusum_chart`, by the integral equation of each side.

    Both sides together as in Lucas and Crosier, Technometrics 24 (1982): exact while they cannot signal at once.
    """
    slack, top = not_negative("reference", reference), positive("limit", limit)
    start = head_start * top
    (high, high_start), (low, low_start) = (_one_side(slack, top, way * shift, start) for way in (1, -1))
    return (high_start * low + high * low_start - high * low) / (high + low)


def ewma_run_length(weight: float, sigmas: float, shift: float = 0.0) -> float:
    """Average run length of `ewma_chart` with settled limits: Crowder, Technometrics 29 (1987)."""
    share = weight_of_newest(weight)
    top = positive("sigmas", sigmas) * sqrt(share / (2 - share))
    nodes, weights = _legendre(-top, top)
    kernel = _density((nodes[None, :] - (1 - share) * nodes[:, None]) / share - shift) / share
    lengths = np.linalg.solve(np.eye(NODES) - kernel * weights, np.ones(NODES))
    start = _density(nodes / share - shift) / share
    return float(1 + (start * weights) @ lengths)


def _one_side(slack: float, top: float, shift: float, start: float) -> tuple[float, float]:
    """Run lengths of the upper sum from 0 and from `start`: L(u) = 1 + L(0) Φ(k − u) + ∫ L(y) φ(y + k − u) dy."""
    nodes, weights = _legendre(0.0, top)
    places = np.concatenate([[0.0, start], nodes])
    system = np.zeros((places.size, places.size))
    system[:, 0] = special.ndtr(slack - places - shift)
    system[:, 2:] = _density(nodes[None, :] + slack - places[:, None] - shift) * weights
    lengths = np.linalg.solve(np.eye(places.size) - system, np.ones(places.size))
    return float(lengths[0]), float(lengths[1])


def _legendre(low: float, high: float) -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    half = (high - low) / 2
    return low + half * (nodes + 1), half * weights


def _density(z: Floats) -> Floats:
    found: Floats = np.exp(-np.square(z) / 2) / sqrt(2 * np.pi)
    return found


State = tuple[int, ...]


def _chain(rules: tuple[ZoneRule, ...]) -> NDArray[np.int64]:
    """State after each zone, shape (states, zones), −1 for an alarm; the first state has seen nothing."""
    windows = [(rule.hits, rule.of, region(ZONES)) for rule in rules for region in rule.regions]
    start: State = (0,) * len(windows)
    numbers: dict[State, int] = {start: 0}
    rows: list[list[int]] = []
    for state in _growing(numbers):
        row = []
        for zone in range(len(ZONES)):
            after = _after(state, zone, windows)
            row.append(-1 if after is None else numbers.setdefault(after, len(numbers)))
        rows.append(row)
    return np.array(rows)


def _growing(numbers: dict[State, int]) -> Iterator[State]:
    """The states in the order of their numbers, those that are added meanwhile too."""
    states = list(numbers)
    done = 0
    while done < len(numbers):
        if done >= len(states):
            states = list(numbers)
        yield states[done]
        done += 1


def _after(state: State, zone: int, windows: list[tuple[int, int, NDArray[np.bool_]]]) -> State | None:
    """What each window remembers after a point in the zone: a bit a point, the newest lowest; None for an alarm."""
    after = []
    for bits, (hits, of, inside) in zip(state, windows, strict=True):
        found = bits << 1 | int(inside[zone])
        if inside[zone] and found.bit_count() >= hits:
            return None
        after.append(_needed(found & (1 << (of - 1)) - 1, hits, of))
    return tuple(after)


def _needed(bits: int, hits: int, of: int) -> int:
    """The bits without those too old to be among `hits` of `of`, even if all points to come were inside."""
    for age in range(of - 2, -1, -1):
        newer = (bits & (1 << age) - 1).bit_count()
        room = of - 1 - age  # points to come before this one leaves the window
        if bits >> age & 1 and newer + 1 + room < hits:
            bits ^= 1 << age
    return bits


def _expected_steps(chain: NDArray[np.int64], chance: Floats) -> float:
    from scipy.sparse import coo_array, eye_array
    from scipy.sparse.linalg import spsolve

    states, zones = chain.shape
    rows = np.repeat(np.arange(states), zones)
    stays = chain.ravel() >= 0
    weights = np.tile(chance, states)[stays]
    moves = coo_array((weights, (rows[stays], chain.ravel()[stays])), shape=(states, states))
    return float(spsolve((eye_array(states) - moves).tocsc(), np.ones(states))[0])
