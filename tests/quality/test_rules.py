"""Run rules against the slow loop, and their run lengths against closed forms and simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from risk.checks import InputError
from risk.quality import (
    NELSON,
    WESTERN_ELECTRIC,
    cusum_chart,
    cusum_run_length,
    ewma_chart,
    ewma_run_length,
    nelson,
    run_length,
    simulated_run_length,
    western_electric,
)
from risk.quality.rules import Trend, ZoneRule


def slow_nelson(z: np.ndarray) -> dict[str, list[bool]]:
    """One point at a time, as the rules are written."""
    found: dict[str, list[bool]] = {name: [] for name in NELSON}

    def some(points: np.ndarray, now: bool, least: int) -> bool:
        return bool(now and points.sum() >= least)

    for end in range(1, len(z) + 1):
        past, now = z[:end], z[end - 1]
        found["1 beyond 3 sigma"].append(abs(now) > 3)
        nine = past[-9:]
        found["9 on one side"].append(len(nine) == 9 and bool((nine > 0).all() or (nine < 0).all()))
        six = np.diff(past[-6:])
        found["6 rising or falling"].append(len(six) == 5 and bool((six > 0).all() or (six < 0).all()))
        turns = np.sign(np.diff(past[-14:]))
        found["14 alternating"].append(len(turns) == 13 and bool((turns[1:] * turns[:-1] < 0).all()))
        for name, least, of, limit in (("2 of 3 beyond 2 sigma", 2, 3, 2), ("4 of 5 beyond 1 sigma", 4, 5, 1)):
            last = past[-of:]
            found[name].append(some(last > limit, now > limit, least) or some(last < -limit, now < -limit, least))
        found["15 within 1 sigma"].append(end >= 15 and bool((np.abs(past[-15:]) < 1).all()))
        found["8 outside 1 sigma"].append(end >= 8 and bool((np.abs(past[-8:]) > 1).all()))
    return found


@pytest.mark.parametrize("scale", [0.3, 1.0, 2.5])
def test_nelson_rules_are_the_slow_loop(scale: float) -> None:
    rng = np.random.default_rng(3)
    z = rng.normal(0, scale, 1_500) + np.repeat(rng.normal(0, 1, 30), 50)
    z[100:120] = np.linspace(-2, 2, 20)
    z[200:220] = np.tile([0.5, -0.5], 10)
    found = nelson(z)
    assert found.to_dict("list") == slow_nelson(z)
    if scale == 1.0:
        assert found.drop(columns="8 outside 1 sigma").any().all()


def test_rules_keep_the_index_of_the_weeks_and_a_missing_week_ends_a_run() -> None:
    z = pd.Series([1.0] * 7 + [np.nan] + [1.0] * 8, index=[f"w{week}" for week in range(16)])
    found = western_electric(z)["8 on one side"]
    assert found.index.tolist() == z.index.tolist()
    assert np.flatnonzero(found).tolist() == [15]


def test_points_on_a_border_are_not_beyond_it() -> None:
    assert not western_electric([3.0, -3.0]).to_numpy().any()
    assert not western_electric([0.0] * 20).to_numpy().any()


def test_a_table_of_points_is_refused() -> None:
    with pytest.raises(InputError, match="list"):
        nelson(np.zeros((2, 3)))


def test_run_lengths_in_closed_form() -> None:
    """A run of r on one side of two: 2^r − 1 points; r within a zone of chance q: (q^−r − 1) / (1 − q)."""
    nine, fifteen = NELSON["9 on one side"], NELSON["15 within 1 sigma"]
    assert isinstance(nine, ZoneRule)
    assert isinstance(fifteen, ZoneRule)
    assert run_length([nine]) == pytest.approx(2**9 - 1)
    q = 0.6826894921370859
    assert run_length([fifteen]) == pytest.approx((q**-15 - 1) / (1 - q), rel=1e-9)


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_run_lengths_of_rules_are_those_of_simulation(shift: float) -> None:
    zones = {name: rule for name, rule in NELSON.items() if isinstance(rule, ZoneRule)}
    for rules in (WESTERN_ELECTRIC, zones):
        found = simulated_run_length(rules, np.random.default_rng(20), shift, series=1_500)
        assert run_length(list(rules.values()), shift) == pytest.approx(found.mean, abs=3.5 * found.standard_error)  # type: ignore[arg-type]


def test_trend_and_alternation_are_simulated_only() -> None:
    """All eight rules of Nelson together alarm sooner than those of zones alone."""
    with pytest.raises(InputError, match="zones"):
        run_length(list(NELSON.values()))  # type: ignore[arg-type]
    zones = [rule for rule in NELSON.values() if isinstance(rule, ZoneRule)]
    found = simulated_run_length(NELSON, np.random.default_rng(21), series=1_500)
    assert found.mean < run_length(zones) - 3 * found.standard_error
    three = simulated_run_length({"3": Trend(3)}, np.random.default_rng(22), series=4_000)
    assert three.mean == pytest.approx(trend_of_three(), abs=3.5 * three.standard_error)


def trend_of_three() -> float:
    """Mean first point that ends three rising or falling: Σ P(none among n) with 2 E(n) alternating of n! orders."""
    zigzag = [1, 1, 1, 2, 5, 16, 61, 272, 1385, 7936, 50521, 353792, 2702765, 22368256, 199360981, 1903757312]
    factorial, total = 1.0, 2.0  # nothing can end before the third point
    for n in range(2, len(zigzag)):
        factorial *= n
        total += 2 * zigzag[n] / factorial
    return total


def test_run_lengths_of_charts_are_those_of_simulation() -> None:
    rng = np.random.default_rng(30)
    for shift in (0.5, 1.0):
        cusum, ewma = [], []
        for _ in range(300):
            values = rng.normal(shift, 1, 250)
            cusum.append(1 + cusum_chart(values, 0.5, 4.0, center=0.0, deviation=1.0).signals.argmax())
            ewma.append(1 + ewma_chart(values, 0.2, 2.8, center=0.0, deviation=1.0, settled=True).signals.argmax())
        for lengths, exact in ((cusum, cusum_run_length(0.5, 4.0, shift)), (ewma, ewma_run_length(0.2, 2.8, shift))):
            assert exact == pytest.approx(np.mean(lengths), abs=3.5 * np.std(lengths) / np.sqrt(300))


def test_an_ewma_of_weight_one_runs_as_long_as_single_points() -> None:
    assert ewma_run_length(1.0, 3.0) == pytest.approx(run_length([WESTERN_ELECTRIC["1 beyond 3 sigma"]]))
