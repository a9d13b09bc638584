"""Backtests: their size under a right model by simulation, their invariants, and what they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.checks import InputError
from risk.currency.backtest import (
    acerbi_szekely,
    christoffersen,
    conditional_coverage,
    duration_test,
    dynamic_quantile,
    fissler_ziegel_loss,
    kupiec,
    normal_tail,
    power,
    quantile_loss,
    shortfall_null,
    traffic_light,
)


@pytest.mark.parametrize(
    ("test", "level"),
    [
        (lambda hits: kupiec(int(hits.sum()), hits.size, 0.95).p_value, 0.95),
        (lambda hits: conditional_coverage(hits, 0.95).p_value, 0.95),
        (lambda hits: duration_test(hits, 0.99).p_value, 0.99),
        (lambda hits: duration_test(hits, 0.99).coverage_p_value, 0.99),
        (lambda hits: dynamic_quantile(hits.astype(float), np.full(hits.size, 0.5), 0.95).p_value, 0.95),
    ],
    ids=["kupiec", "conditional", "duration", "duration and number", "dynamic"],
)
def test_a_right_model_is_rejected_about_as_often_as_the_test_says(test: Any, level: float) -> None:
    rng = np.random.default_rng(11)
    rejected = np.mean([test(rng.random(1500) > level) < 0.05 for _ in range(400)])
    assert rejected == pytest.approx(0.05, abs=0.035)


def test_exceptions_that_come_together_are_found_by_the_tests_of_clustering() -> None:
    hits = np.zeros(1500, dtype=bool)
    for first in range(0, 1500, 100):
        hits[first : first + 5] = True
    assert kupiec(int(hits.sum()), hits.size, 0.95).p_value == pytest.approx(1.0)
    assert christoffersen(hits).p_value < 1e-6
    assert duration_test(hits, 0.95).p_value < 1e-3
    assert duration_test(hits, 0.95).shape < 1
    assert dynamic_quantile(hits.astype(float), np.full(hits.size, 0.5), 0.95).p_value < 1e-6


@given(st.integers(1, 600).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.999))
def test_kupiec_is_a_probability_and_zero_at_the_promised_share(counts: tuple[int, int], level: float) -> None:
    found = kupiec(*counts, level)
    assert 0 <= found.p_value <= 1
    assert found.exact is not None
    assert 0 <= found.exact <= 1
    assert found.statistic >= 0


def test_the_exact_p_value_is_the_sum_over_all_counts_that_are_as_unlikely() -> None:
    from scipy.stats import binomtest

    for count in (0, 1, 3, 9):
        assert kupiec(count, 250, 0.99).exact == pytest.approx(binomtest(count, 250, 0.01).pvalue, rel=1e-9)


def test_power_is_how_often_simulated_counts_are_rejected() -> None:
    counts = np.random.default_rng(3).binomial(250, 0.02, 40_000)
    rejects = np.array([kupiec(count, 250, 0.99).p_value < 0.05 for count in range(251)])
    assert power(250, 0.99, 0.98) == pytest.approx(rejects[counts].mean(), abs=0.01)
    assert power(2500, 0.99, 0.98) > 0.95
    assert power(250, 0.99, 0.99) < 0.1  # the size of the test


@given(st.floats(1e-6, 1e6), st.integers(0, 2**32))
@settings(deadline=None)
def test_units_do_not_matter_to_a_test_and_shift_a_score_alike(unit: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    lost, limit = rng.standard_t(4, 400), np.abs(rng.normal(2.0, 0.2, 400))
    one, other = (dynamic_quantile(size * lost, size * limit, 0.95) for size in (1.0, unit))
    assert other.statistic == pytest.approx(one.statistic, rel=1e-6)
    assert quantile_loss(unit * lost, unit * limit, 0.95) == pytest.approx(unit * quantile_loss(lost, limit, 0.95))
    shifted = fissler_ziegel_loss(unit * lost, unit * limit, unit * limit * 1.3, 0.95)
    assert shifted - np.log(unit) == pytest.approx(fissler_ziegel_loss(lost, limit, 1.3 * limit, 0.95), abs=1e-9)


def test_a_constant_value_at_risk_costs_a_degree_of_freedom() -> None:
    lost = np.random.default_rng(4).standard_normal(500)
    assert dynamic_quantile(lost, np.full(500, 1.645), 0.95).degrees == 5
    assert dynamic_quantile(lost, np.linspace(1.6, 1.7, 500), 0.95).degrees == 6


def test_the_right_forecast_has_the_lowest_scores() -> None:
    lost = np.random.default_rng(5).standard_normal(200_000)
    right, shortfall = 1.6448536, 2.0627128
    for factor in (0.8, 0.9, 1.1, 1.25):
        assert quantile_loss(lost, np.full(lost.size, right), 0.95) < quantile_loss(
            lost, np.full(lost.size, factor * right), 0.95
        )
        assert fissler_ziegel_loss(lost, np.full(lost.size, right), np.full(lost.size, shortfall), 0.95) < (
            fissler_ziegel_loss(lost, np.full(lost.size, factor * right), np.full(lost.size, factor * shortfall), 0.95)
        )


def test_the_shortfall_test_finds_losses_a_third_larger_than_said() -> None:
    rng = np.random.default_rng(6)
    null = shortfall_null(normal_tail(0.975, 20_000, rng), 1000, 0.975, rng)[1]
    var, es = np.full(1000, 1.959964), np.full(1000, 2.337803)
    fair, bad = rng.standard_normal(1000), 1.33 * rng.standard_normal(1000)
    assert np.mean(null <= acerbi_szekely(fair, var, es, 0.975).z2) > 0.05
    assert np.mean(null <= acerbi_szekely(bad, var, es, 0.975).z2) < 0.01


def test_without_an_exception_nothing_is_divided_by_nothing() -> None:
    calm = np.zeros(300)
    found = acerbi_szekely(calm, np.ones(300), np.ones(300), 0.99)
    assert np.isnan(found.z1)
    assert found.z2 == 1.0
    assert duration_test(np.zeros(300, dtype=bool), 0.99).p_value == 1.0
    assert duration_test(np.arange(300) == 7, 0.99).p_value == 1.0
    assert traffic_light(0, 300, 0.99).zone == "green"
    assert dynamic_quantile(calm, np.ones(300), 0.99).statistic == pytest.approx(296 * 0.01 / 0.99)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: kupiec(5, 4, 0.99), "exceptions == 5, must be 0 to 4"),
        (lambda: kupiec(0, 0, 0.99), "observations"),
        (lambda: kupiec(1, 4, 1.0), "level"),
        (lambda: christoffersen([]), "one row of days"),
        (lambda: christoffersen([0.2, 1.0]), "true or false"),
        (lambda: quantile_loss([1.0, 2.0], [1.0], 0.95), "rows of the same days"),
        (lambda: quantile_loss([1.0, np.nan], [1.0, 1.0], 0.95), "finite"),
        (lambda: acerbi_szekely([1.0], [1.0], [0.0], 0.95), "above zero"),
        (lambda: dynamic_quantile([1.0] * 9, [1.0] * 9, 0.95), "too few for 4 lags"),
        (lambda: shortfall_null([], 250, 0.99, np.random.default_rng(1)), "tail"),
    ],
)
def test_what_cannot_be_tested_is_refused(call: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        call()
