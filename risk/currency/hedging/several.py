"""Hedge ratios of several currencies together: the least risk that an expected cost of hedging buys.

Risk is convex in the ratios. Each point that is measured gives a plane that lies nowhere above it (Kelley, Journal of
the Society for Industrial and Applied Mathematics 8, 1960); the least of what these planes still allow, a small linear
programme, is a bound on what any ratios can reach. All scenarios are in every plane: the answer is exact to the gap
between the best point measured and that bound, and planes of one budget serve the next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, at_least, between, one_of, positive
from risk.currency.legs import Legs
from risk.currency.programmes import Ratios, hedge_ratios
from risk.loss.measures import rank

Floats = NDArray[np.float64]
Plane = tuple[float, Floats]  # risk at a point, and its slope there

MEASURES = ("es", "sd")
TOLERANCE = 1e-5  # of the risk without a hedge
CURVE_TOLERANCE = 1e-4  # of a point of the frontier; the simulation's own error is some fifty times as large
STEPS = 2000  # planes after which the search gives up
_PRECISION = 1e-10  # of the linear programmes: the finest that the solver takes
_FORWARD = 0.5  # of the way from the best point to the programme's answer: the whole way is further off


@dataclass(frozen=True, eq=False)
class OptimalRatios:
    """Ratios by currency with the least risk for their cost.

    `risk` is expected shortfall or standard deviation, `cost` expected, both in the reporting currency. `shadow_price`
    is by how much the risk falls with 1 more of the budget; 0 where the budget does not bind. No ratios within bounds
    and budget have a risk lower than `risk` by more than `gap`.
    """

    ratios: pd.Series[float]
    cost: float
    risk: float
    shadow_price: float
    gap: float


def optimal_ratios(
    legs: Legs,
    level: float = 0.95,
    *,
    budget: float | None = None,
    measure: str = "es",
    bounds: tuple[Ratios, Ratios] = (0.0, 1.0),
    costs: ArrayLike | None = None,
    tolerance: float = TOLERANCE,
) -> OptimalRatios:
    """The ratios within bounds whose expected cost keeps to the budget, with the least "es" or "sd" of the total loss.

    `costs` of a ratio of 1, in the order of the currencies, are the means of the legs unless given: `hedge_cost` knows
    them without simulation error. No budget: the least risk at any cost. `tolerance` is a share of the unhedged risk.
    """
    search = _Search(_task(legs, level, measure, bounds, costs), tolerance)
    return search.least(budget)


def ratio_frontier(
    legs: Legs,
    level: float = 0.95,
    *,
    points: int = 11,
    measure: str = "es",
    bounds: tuple[Ratios, Ratios] = (0.0, 1.0),
    costs: ArrayLike | None = None,
    tolerance: float = CURVE_TOLERANCE,
) -> pd.DataFrame:
    """Least risk by budget, from the cheapest ratios to those of least risk at any cost.

    Index budget; columns cost, the measure, shadow_price, gap, and the ratio of each currency.
    """
    task = _task(legs, level, measure, bounds, costs)
    search = _Search(task, tolerance)
    dearest = search.least(None)
    budgets = np.linspace(float(task.costs @ task.cheapest), dearest.cost, at_least("points", points, 2))
    found = [search.least(float(budget)) for budget in budgets[:-1]] + [dearest]
    rows = [
        {"cost": one.cost, measure: one.risk, "shadow_price": one.shadow_price, "gap": one.gap, **one.ratios.to_dict()}
        for one in found
    ]
    return pd.DataFrame(rows, index=pd.Index(budgets, name="budget"))


class _Task(NamedTuple):
    plane: Callable[[Floats], Plane]
    low: Floats
    high: Floats
    costs: Floats
    currencies: tuple[str, ...]

    @property
    def cheapest(self) -> Floats:
        """A hedge that costs is left out as far as the bounds allow, one that gains is taken."""
        return np.where(self.costs < 0.0, self.high, self.low)


def _task(legs: Legs, level: float, measure: str, bounds: tuple[Ratios, Ratios], costs: ArrayLike | None) -> _Task:
    low, high = (hedge_ratios(bound, legs.currencies) for bound in bounds)
    if (low > high).any():
        raise InputError("The lower bound of a hedge ratio must not be above the upper one.")
    expected = legs.hedge.mean(axis=0) + legs.cost if costs is None else np.asarray(costs, dtype=np.float64)
    if expected.shape != low.shape or not np.isfinite(expected).all():
        raise InputError(f"costs has shape {expected.shape}, must be a finite number for each of {legs.currencies}")
    between("level", level, 0.0, 1.0)
    planes = {"es": _shortfall, "sd": _deviation}
    return _Task(planes[one_of("measure", measure, MEASURES)](legs, level), low, high, expected, legs.currencies)


def _shortfall(legs: Legs, level: float) -> Callable[[Floats], Plane]:
    base, hedge = legs.unhedged.sum(axis=1), legs.hedge
    place, tail = rank(level, base.size), (1.0 - level) * base.size

    def plane(ratios: Floats) -> Plane:
        losses = base + hedge @ ratios
        at_risk = np.partition(losses, place)[place]
        above, atom = np.flatnonzero(losses > at_risk), np.flatnonzero(losses == at_risk)
        left = tail - above.size
        slope: Floats = (hedge[above].sum(axis=0) + left * hedge[atom].mean(axis=0)) / tail + legs.cost
        value = (losses[above].sum() + left * at_risk) / tail + legs.cost @ ratios
        return float(value), slope

    return plane


def _deviation(legs: Legs, level: float) -> Callable[[Floats], Plane]:  # noqa: ARG001 the other measure has one
    covariance = np.atleast_2d(np.cov(np.column_stack([legs.unhedged.sum(axis=1), legs.hedge]).T, ddof=0))

    def plane(ratios: Floats) -> Plane:
        weights = np.append(1.0, ratios)
        moved = covariance @ weights
        deviation = float(np.sqrt(max(0.0, weights @ moved)))
        return deviation, moved[1:] / deviation if deviation > 0.0 else np.zeros(ratios.size)

    return plane


class _Search:
    """The planes measured so far, each valid for any budget."""

    def __init__(self, task: _Task, tolerance: float) -> None:
        self.task, self.tolerance = task, positive("tolerance", tolerance)
        self.points: list[Floats] = []
        self.values: list[float] = []
        self.slopes: list[Floats] = []
        self.measure(task.cheapest)
        self.measure(np.clip(np.zeros_like(task.low), task.low, task.high))
        self.scale = max(abs(value) for value in self.values) or 1.0

    def measure(self, ratios: Floats) -> None:
        value, slope = self.task.plane(ratios)
        self.points.append(ratios)
        self.values.append(value)
        self.slopes.append(slope)

    def least(self, budget: float | None) -> OptimalRatios:
        """Measure half-way to the programme's answer until the best point is as low as any can be."""
        task = self.task
        cheapest = float(task.costs @ task.cheapest)
        # Rounding must not put the cheapest ratios beyond the budget that was computed from them.
        limit = np.inf if budget is None else budget + 1e-12 * (abs(budget) + float(np.abs(task.costs).sum()))
        if cheapest > limit:
            raise InputError(
                "The cheapest hedge ratios within these bounds cost {cheapest:,.0f}, more than the budget of "
                "{budget:,.0f}.",
                cheapest=cheapest,
                budget=budget,
            )
        for _ in range(STEPS):
            within = [place for place, point in enumerate(self.points) if task.costs @ point <= limit]
            best = min(within, key=self.values.__getitem__)
            ahead, bound, price = self._programme(limit)
            gap = self.values[best] - bound
            if gap <= self.tolerance * self.scale:
                return OptimalRatios(
                    pd.Series(self.points[best], index=pd.Index(task.currencies, name="currency"), name="ratio"),
                    float(task.costs @ self.points[best]),
                    self.values[best],
                    price,
                    max(gap, 0.0),
                )
            self.measure(self.points[best] + _FORWARD * (ahead - self.points[best]))
        raise InputError(
            "The best hedge ratios were not found in {steps:,} steps: ask for less precision.", steps=STEPS
        )

    def _programme(self, limit: float) -> tuple[Floats, float, float]:
        """The point at which the planes allow the least risk, that risk, and the shadow price of the budget."""
        from scipy.optimize import linprog  # half a second of import that most callers never need

        # In units of the unhedged risk and of the largest cost: the solver's tolerances are absolute.
        slopes, count = np.array(self.slopes) / self.scale, self.task.low.size
        planes = np.column_stack([slopes, -np.ones(len(slopes))])
        offsets = np.einsum("pc,pc->p", slopes, np.array(self.points)) - np.array(self.values) / self.scale
        unit = float(np.abs(self.task.costs).max()) or 1.0
        if np.isfinite(limit):
            planes = np.vstack([planes, np.append(self.task.costs / unit, 0.0)])
            offsets = np.append(offsets, limit / unit)
        answer = linprog(
            np.append(np.zeros(count), 1.0),
            A_ub=planes,
            b_ub=offsets,
            bounds=[*zip(self.task.low, self.task.high, strict=True), (None, None)],
            method="highs",
            options={"primal_feasibility_tolerance": _PRECISION, "dual_feasibility_tolerance": _PRECISION},
        )
        if answer.x is None:
            raise InputError("The best hedge ratios were not found: {reason}", reason=answer.message)
        price = -float(answer.ineqlin.marginals[-1]) * self.scale / unit if np.isfinite(limit) else 0.0
        ahead = np.clip(answer.x[:count], self.task.low, self.task.high)
        return ahead, float(answer.x[count]) * self.scale, price
