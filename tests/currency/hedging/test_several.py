"""Several currencies within a budget, against linear programmes on all scenarios, quadratic ones, and closed forms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, OptimizeResult, linprog, minimize
from scipy.sparse import csr_array, eye_array, hstack, vstack

from risk.checks import InputError
from risk.currency.hedging import least_shortfall, optimal_ratios, ratio_frontier, several
from risk.currency.hedging.several import CURVE_TOLERANCE
from risk.currency.legs import Legs
from risk.loss.measures import expected_shortfall

CODES = ("EUR", "GBP", "JPY", "MXN")


def made(years: int = 2000) -> Legs:
    """Receipts in three currencies and payments in a fourth, of uncertain volume; the peso's hedge is dear."""
    rng = np.random.default_rng(8)
    correlation = 0.5 + 0.5 * np.eye(4)
    rates = (
        rng.standard_normal((years, 4))
        @ np.linalg.cholesky(correlation).T
        * np.sqrt(5 / rng.chisquare(5, years))[:, None]
    )
    amounts = np.array([900.0, 500.0, -300.0, 200.0])
    moves = 0.08 * rates * amounts
    volume = 1 + 0.2 * rng.standard_normal((years, 4))
    points = np.array([-4.0, 2.0, 1.0, 12.0])
    return Legs(-moves * volume, moves + points, 0.002 * np.abs(amounts), CODES, "USD", np.zeros(4))


@pytest.fixture(scope="module")
def legs() -> Legs:
    return made()


def programme(legs: Legs, level: float, costs: np.ndarray, budget: float | None) -> tuple[np.ndarray, float, float]:
    """Ratios, shortfall and shadow price by one linear programme over all years (Rockafellar and Uryasev, 2002)."""
    base, hedge = legs.unhedged.sum(axis=1), legs.hedge + legs.cost
    years, count = hedge.shape
    cost = np.concatenate([np.zeros(count), [1.0], np.full(years, 1 / ((1 - level) * years))])
    rows = hstack([csr_array(np.column_stack([hedge, -np.ones(years)])), -eye_array(years)])
    limits = -base
    if budget is not None:
        rows = vstack([rows, csr_array(np.concatenate([costs, np.zeros(years + 1)])[None])])
        limits = np.append(limits, budget)
    bounds = [(0.0, 1.0)] * count + [(None, None)] + [(0.0, None)] * years
    answer = linprog(cost, A_ub=rows, b_ub=limits, bounds=bounds)
    assert answer.success
    return answer.x[:count], float(answer.fun), 0.0 if budget is None else -float(answer.ineqlin.marginals[-1])


@pytest.mark.parametrize("budget", [None, 2.0, 8.0])
@pytest.mark.parametrize("level", [0.9, 0.975])
def test_the_least_shortfall_is_that_of_one_linear_programme(legs: Legs, level: float, budget: float | None) -> None:
    costs = legs.hedge.mean(axis=0) + legs.cost
    ratios, least, price = programme(legs, level, costs, budget)
    found = optimal_ratios(legs, level, budget=budget, tolerance=1e-8)
    assert found.risk == pytest.approx(least, rel=1e-7)
    assert found.risk == pytest.approx(expected_shortfall(legs.total(found.ratios), level), rel=1e-10)
    assert found.ratios.to_numpy() == pytest.approx(ratios, abs=0.01)
    assert found.cost == pytest.approx(costs @ found.ratios.to_numpy())
    assert found.shadow_price == pytest.approx(price, rel=0.02, abs=1e-9)
    assert budget is None or found.cost <= budget + 1e-9
    assert 0.0 <= found.gap <= 1e-8 * expected_shortfall(legs.total(0.0), level)


@pytest.mark.parametrize("share", [0.3, 0.7, 2.0])
def test_the_least_deviation_is_that_of_a_quadratic_programme(legs: Legs, share: float) -> None:
    base, hedge = legs.unhedged.sum(axis=1), legs.hedge
    costs = hedge.mean(axis=0) + legs.cost
    budget = share * 10.0
    theirs = minimize(
        lambda ratios: (base + hedge @ ratios).std(),
        np.full(4, 0.1),
        bounds=[(0.0, 1.0)] * 4,
        constraints=[LinearConstraint(costs[None], ub=budget)],
        method="SLSQP",
        options={"ftol": 1e-12},
    )
    found = optimal_ratios(legs, measure="sd", budget=budget, tolerance=1e-7)
    assert found.risk == pytest.approx(theirs.fun, rel=1e-5)
    assert found.ratios.to_numpy() == pytest.approx(theirs.x, abs=0.01)


def test_the_shadow_price_is_what_one_more_of_the_budget_takes_away(legs: Legs) -> None:
    less, middle, more = (optimal_ratios(legs, measure="sd", budget=budget, tolerance=1e-8) for budget in (3.9, 4, 4.1))
    assert middle.shadow_price == pytest.approx((less.risk - more.risk) / 0.2, rel=0.01)
    assert middle.shadow_price > 0


def test_independent_hedges_have_the_ratios_of_each_alone() -> None:
    """Cov of the parts 0: the least variance is at -Cov(U, H) / Var(H) for each currency, to the simulation's error."""
    rng = np.random.default_rng(9)
    hedge = rng.standard_normal((50_000, 3))
    unhedged = -hedge * [0.2, 0.5, 0.9] + 0.3 * rng.standard_normal((50_000, 3))
    legs = Legs(unhedged, hedge, np.zeros(3), CODES[:3], "USD", np.zeros(3))
    found = optimal_ratios(legs, measure="sd", tolerance=1e-9)
    assert found.ratios.to_numpy() == pytest.approx([0.2, 0.5, 0.9], abs=0.02)
    assert found.ratios.index.tolist() == list(CODES[:3])


def test_one_currency_is_the_exact_search_along_its_ratio(legs: Legs) -> None:
    one = Legs(legs.unhedged[:, :1], legs.hedge[:, :1], legs.cost[:1], CODES[:1], "USD", np.zeros(1))
    exact = least_shortfall(one.unhedged[:, 0], one.hedge[:, 0] + one.cost[0], 0.95)
    found = optimal_ratios(one, 0.95, bounds=(0.0, 2.0), tolerance=1e-9)
    assert found.risk == pytest.approx(exact.es, rel=1e-8)
    assert found.ratios["EUR"] == pytest.approx(exact.ratio, abs=1e-3)


@pytest.mark.parametrize("measure", ["es", "sd"])
def test_the_frontier_falls_ever_more_slowly(legs: Legs, measure: str) -> None:
    curve = ratio_frontier(legs, 0.95, points=6, measure=measure)
    nothing = legs.total(0.0)
    slack = CURVE_TOLERANCE * max(
        curve[measure].iloc[0], expected_shortfall(nothing, 0.95) if measure == "es" else nothing.std()
    )
    assert curve["cost"].iloc[0] == pytest.approx(curve.index[0])
    assert (curve["cost"] <= curve.index + 1e-9).all()
    assert (np.diff(curve[measure]) < slack).all()
    assert (np.diff(curve[measure], 2) > -4 * slack).all()  # convex
    assert curve["shadow_price"].iloc[-1] == 0.0
    assert (curve["gap"] <= slack).all()
    assert curve[list(CODES)].to_numpy().min() >= 0.0
    assert curve[list(CODES)].to_numpy().max() <= 1.0
    cheapest = curve.iloc[0]
    assert cheapest["EUR"] == 1.0  # its forward points are a gain
    assert cheapest[["GBP", "JPY", "MXN"]].tolist() == pytest.approx([0.0] * 3, abs=1e-9)


def test_costs_known_without_simulation_replace_the_means(legs: Legs) -> None:
    known = np.array([1.0, 1.0, 1.0, 1.0])
    found = optimal_ratios(legs, budget=1.5, costs=known)
    assert found.ratios.sum() == pytest.approx(1.5, abs=1e-3)
    assert found.cost == pytest.approx(found.ratios.sum())


def test_bounds_may_differ_by_currency(legs: Legs) -> None:
    found = optimal_ratios(legs, bounds=({"EUR": 0.5}, {"EUR": 0.6, "GBP": 1.0}))
    assert 0.5 <= found.ratios["EUR"] <= 0.6
    assert found.ratios[["JPY", "MXN"]].tolist() == [0.0, 0.0]


def test_the_answer_does_not_depend_on_the_unit_of_money(legs: Legs) -> None:
    large = replace(legs, unhedged=1e9 * legs.unhedged, hedge=1e9 * legs.hedge, cost=1e9 * legs.cost)
    small, found = optimal_ratios(legs, budget=4.0), optimal_ratios(large, budget=4e9)
    assert found.ratios.to_numpy() == pytest.approx(small.ratios.to_numpy(), abs=1e-6)
    assert found.risk == pytest.approx(1e9 * small.risk)
    assert found.shadow_price == pytest.approx(small.shadow_price)


def test_what_cannot_be_done_is_said(legs: Legs) -> None:
    with pytest.raises(InputError, match="more than the budget of -10"):
        optimal_ratios(legs, budget=-10.0)
    with pytest.raises(InputError, match="must not be above the upper one"):
        optimal_ratios(legs, bounds=(1.0, 0.5))
    with pytest.raises(InputError, match="costs has shape"):
        optimal_ratios(legs, costs=[1.0])
    with pytest.raises(InputError, match="measure"):
        optimal_ratios(legs, measure="var")


def test_a_search_without_an_end_says_so(legs: Legs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(several, "STEPS", 3)
    with pytest.raises(InputError, match="not found in 3 steps: ask for less precision"):
        optimal_ratios(legs, tolerance=1e-9)


def test_a_programme_that_fails_says_why(legs: Legs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scipy.optimize.linprog", lambda *_, **__: OptimizeResult(x=None, message="out of time"))
    with pytest.raises(InputError, match="not found: out of time"):
        optimal_ratios(legs)


def test_nothing_at_stake_needs_no_hedge() -> None:
    nothing = Legs(np.zeros((100, 2)), np.zeros((100, 2)), np.zeros(2), CODES[:2], "USD", np.zeros(2))
    found = optimal_ratios(nothing)
    assert (found.risk, found.cost) == (0.0, 0.0)
