"""Stock against an uncertain lead time, and modes of transport side by side: closed forms and slow searches."""

from __future__ import annotations

from dataclasses import astuple
from math import inf

import numpy as np
import pytest
from scipy.stats import norm

from risk.checks import InputError
from risk.logistics import (
    Mode,
    Parcel,
    breakeven_value_density,
    mode_frontier,
    newsvendor,
    newsvendor_cost,
    reorder_point,
    safety_stock,
)
from risk.logistics.modes import efficient


def test_with_a_certain_lead_time_the_textbook_is_right() -> None:
    found = reorder_point(40, 9, [16.0], 0.97)
    assert found.point == pytest.approx(640 + norm.ppf(0.97) * 36)
    assert found.point == pytest.approx(found.textbook_point)
    assert found.service == pytest.approx(0.97)
    assert found.safety_stock == pytest.approx(safety_stock(40, 9, 16, 0, 0.97))


def test_the_reorder_point_covers_as_many_simulated_cycles_as_asked() -> None:
    rng = np.random.default_rng(11)
    days = rng.gamma(4, 3, 4000)
    found = reorder_point(20, 6, days, 0.9)
    chosen = rng.choice(days, 400_000)
    demand = rng.normal(20 * chosen, 6 * np.sqrt(chosen))
    assert np.mean(demand <= found.point) == pytest.approx(0.9, abs=2.5e-3)
    assert np.mean(demand <= found.textbook_point) == pytest.approx(found.service, abs=2.5e-3)


def test_demand_that_does_not_vary_needs_the_lead_time_that_reaches_the_level() -> None:
    found = reorder_point(10, 0, [5, 6, 7, 20], 0.75)
    assert found.point == 70
    assert found.service == 0.75
    assert reorder_point(10, 0, [5, 20], 0.9, weights=[99, 1]).point == 50


def test_weights_are_repetitions() -> None:
    weighted, repeated = reorder_point(10, 3, [2, 5], 0.8, [3, 1]), reorder_point(10, 3, [2, 2, 2, 5], 0.8)
    assert astuple(weighted) == pytest.approx(astuple(repeated))


@pytest.mark.parametrize(("lead_times", "weights"), [([-1.0, 2.0], None), ([1.0, 2.0], [1.0]), ([1.0], [0.0])])
def test_lead_times_must_be_days(lead_times: list[float], weights: list[float] | None) -> None:
    with pytest.raises(InputError, match="lead time"):
        reorder_point(1, 1, lead_times, 0.9, weights)


def test_no_other_quantity_costs_less_than_the_newsvendors() -> None:
    best = newsvendor(3.0, 1.2, 200, 45)
    costs = [newsvendor_cost(quantity, 3.0, 1.2, 200, 45) for quantity in np.linspace(100, 300, 401)]
    assert newsvendor_cost(best, 3.0, 1.2, 200, 45) <= min(costs)
    demand = np.random.default_rng(2).normal(200, 45, 400_000)
    simulated = 3.0 * np.maximum(demand - best, 0) + 1.2 * np.maximum(best - demand, 0)
    assert simulated.mean() == pytest.approx(newsvendor_cost(best, 3.0, 1.2, 200, 45), rel=0.01)


AIR = Mode("air", 6.0, np.array([4.0, 5.0, 6.0]), 1.0, lost=0.002)
SEA = Mode("sea", 1.0, np.array([30.0, 35.0, 40.0]), 0.5, lost=0.01)


def test_at_the_break_even_density_both_modes_cost_the_same() -> None:
    density = breakeven_value_density(AIR, SEA, 0.01, weight_kg=2.0)
    found = mode_frontier([AIR, SEA], Parcel(2.0 * density, 2.0, 0.01))
    assert found["cost"][0] == pytest.approx(found["cost"][1])
    for factor, cheapest in ((0.9, "sea"), (1.1, "air")):
        assert mode_frontier([AIR, SEA], Parcel(2.0 * density * factor, 2.0, 0.01))["mode"][0] == cheapest


def test_a_mode_that_is_dearer_and_no_faster_never_pays() -> None:
    assert breakeven_value_density(AIR, Mode("other air", 5.0, AIR.days, lost=0.002), 0.01) == inf
    assert breakeven_value_density(AIR, Mode("dear sea", 9.0, SEA.days), 0.01) == 0.0
    assert breakeven_value_density(SEA, AIR, 0.01) == inf


def test_the_frontier_adds_up_and_marks_what_no_other_mode_beats() -> None:
    bad = Mode("detour", 2.0, np.array([50.0, 60.0]))
    found = mode_frontier([bad, SEA, AIR], Parcel(50.0, 1.0, 0.001, promised=34, late_cost=8.0), other_cost=[0, 0, 3.0])
    rows = found.set_index("mode")
    assert rows["efficient"].to_dict() == {"air": True, "sea": True, "detour": False}
    sea = rows.loc["sea"]
    assert sea["late"] == pytest.approx(2 / 3)
    assert sea["q95"] == 40.0
    assert sea["cost"] == pytest.approx(1.5 + 0.001 * 50 * 35 + 0.01 * 51.5 + 8 * 2 / 3)
    assert rows.loc["air", "other"] == 3.0
    assert found["cost"].is_monotonic_increasing


def test_efficient_by_the_slow_loop() -> None:
    rng = np.random.default_rng(1)
    cost, risk = rng.integers(0, 6, (2, 30))
    slow = [
        not any(
            cost[j] <= cost[i] and risk[j] <= risk[i] and (cost[j] < cost[i] or risk[j] < risk[i]) for j in range(30)
        )
        for i in range(30)
    ]
    assert efficient(cost, risk).tolist() == slow


def test_modes_and_parcels_are_checked() -> None:
    with pytest.raises(InputError, match="lost"):
        Mode("air", 1.0, np.array([1.0]), lost=1.0)
    with pytest.raises(InputError, match="below 0"):
        Mode("air", 1.0, np.array([-1.0]))
    with pytest.raises(InputError, match="value"):
        Parcel(0.0, 1.0, 0.01)
    with pytest.raises(InputError, match="no mode"):
        mode_frontier([], Parcel(1.0, 1.0, 0.01))
