"""Errors and intervals of simulated figures against binomial enumeration, closed forms and repeated simulation."""

from __future__ import annotations

from itertools import combinations
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from risk.checks import InputError
from risk.loss.convergence import batch_means, running_estimates, value_at_risk_interval, years_needed
from risk.loss.measures import expected_shortfall, standard_error, value_at_risk


def test_the_interval_of_the_median_of_ten_is_the_textbook_one() -> None:
    """Second to ninth of ten: 97.85 % (David and Nagaraja, Order statistics, 3rd edition (2003), section 7.1)."""
    interval = value_at_risk_interval(range(1, 11), 0.5)
    assert (interval.low, interval.high) == (2, 9)
    assert interval.coverage == pytest.approx(1 - 2 * 11 / 1024)


@given(st.integers(1, 60), st.floats(0.05, 0.95), st.floats(0.5, 0.99))
def test_the_interval_covers_what_it_claims_by_enumeration(years: int, level: float, coverage: float) -> None:
    """P(low-th loss <= VaR < high-th loss): the count below VaR is binomial and must lie in [low, high)."""
    interval = value_at_risk_interval(range(1, years + 1), level, coverage)
    first = 0 if interval.low == -inf else int(interval.low)
    last = years + 1 if interval.high == inf else int(interval.high)
    chance = sum(binom.pmf(count, years, level) for count in range(first, last))
    assert interval.coverage == pytest.approx(chance, abs=1e-9)
    assert interval.coverage >= coverage - 1e-9


def test_no_narrower_interval_with_equal_tails_would_do() -> None:
    years, level, tail = 40, 0.8, 0.05
    interval = value_at_risk_interval(range(1, years + 1), level, 0.9)
    low, high = int(interval.low), int(interval.high)
    assert binom.cdf(low - 1, years, level) <= tail < binom.cdf(low, years, level)
    assert binom.sf(high - 1, years, level) <= tail < binom.sf(high - 2, years, level)


def test_wilks_fifty_nine_years_bound_the_95th_percentile() -> None:
    """Wilks, Annals of Mathematical Statistics 12 (1941): of 59 the largest exceeds it with 95 %, of 58 not quite."""
    assert value_at_risk_interval(range(59), 0.95, coverage=0.9).high == 58
    assert value_at_risk_interval(range(58), 0.95, coverage=0.9).high == inf


def test_the_interval_covers_the_truth_in_repeated_simulation() -> None:
    rng, truth = np.random.default_rng(1), 2.3263478740408408
    found = [value_at_risk_interval(rng.standard_normal(2000), 0.99, 0.9) for _ in range(400)]
    hits = sum(interval.low <= truth <= interval.high for interval in found)
    expected = 400 * found[0].coverage
    assert abs(hits - expected) < 4 * np.sqrt(expected * (1 - found[0].coverage))


@pytest.mark.parametrize("measure", ["mean", "var", "es"])
def test_batch_means_agree_with_the_formula_of_the_error(measure: str) -> None:
    losses = np.random.default_rng(1).gamma(2, size=400_000)
    found = batch_means(losses, measure, None if measure == "mean" else 0.99, batches=100)
    assert found.standard_error == pytest.approx(standard_error(losses, measure, 0.99), rel=0.3)
    assert found.batches == 100


def test_batches_see_dependence_between_years_that_the_formula_does_not() -> None:
    """Each loss a hundred times in a row: the error of the mean is ten times that of independent years."""
    losses = np.repeat(np.random.default_rng(1).gamma(2, size=2000), 100)
    ratio = batch_means(losses, "mean", batches=40).standard_error / standard_error(losses, "mean")
    assert ratio == pytest.approx(10, rel=0.4)


def test_running_estimates_end_with_all_years() -> None:
    losses = np.random.default_rng(1).lognormal(size=5000)
    table = running_estimates(losses, 0.95, steps=10)
    assert table["years"].tolist() == list(range(500, 5001, 500))
    last, middle = table.iloc[-1], table.iloc[4]
    assert (last["var"], last["es"]) == (value_at_risk(losses, 0.95), expected_shortfall(losses, 0.95))
    assert middle["es"] == expected_shortfall(losses[:2500], 0.95)
    assert middle["mean_error"] == standard_error(losses[:2500], "mean")
    assert table["es_error"].iloc[-1] < table["es_error"].iloc[0]


def test_years_needed_for_a_lognormal_shortfall_are_the_closed_form() -> None:
    """Error 0.2601306 at 100,000 years of ES99 15.2279603 (closed forms): 1 % needs 100,000 · 1.70824² = 291,800."""
    losses = np.random.default_rng(1).lognormal(size=1_000_000)
    needed = years_needed(losses, "es", 0.99, relative_error=0.01)
    assert needed.years == pytest.approx(291_800, rel=0.12)
    assert needed.value == pytest.approx(15.228, rel=0.03)


def test_the_years_needed_bring_the_error_that_was_asked_for() -> None:
    rng = np.random.default_rng(2)
    needed = years_needed(rng.gamma(2, size=20_000), "es", 0.95, relative_error=0.02)
    repeated = [expected_shortfall(rng.gamma(2, size=needed.years), 0.95) for _ in range(400)]
    assert np.std(repeated) / np.mean(repeated) == pytest.approx(0.02, rel=0.2)
    assert needed.note is None


def test_a_tail_too_heavy_for_errors_is_said() -> None:
    needed = years_needed(np.random.default_rng(1).pareto(1.5, 50_000), "es", 0.99)
    assert needed.note is not None
    assert "tail of index 0.7" in needed.note


def test_a_tail_with_too_few_years_is_said() -> None:
    needed = years_needed(np.random.default_rng(1).gamma(2, size=1000), "es", 0.995)
    assert needed.note == "Only 5 simulated years lie in the tail: simulate more before the error can be judged."


def test_mostly_empty_years_are_judged_without_a_tail_index() -> None:
    losses = np.zeros(1000)
    losses[:5] = 7.0
    assert years_needed(losses, "mean").note is None


@given(st.sampled_from(list(combinations([0.5, 0.1, 0.02, 0.004], 2))))
def test_half_the_error_needs_four_times_the_years(errors: tuple[float, float]) -> None:
    losses = np.random.default_rng(1).gamma(2, size=5000)
    few, many = (years_needed(losses, "mean", relative_error=error).years for error in errors)
    assert many == pytest.approx(few * (errors[0] / errors[1]) ** 2, rel=0.6 if few < 5 else 0.2)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: value_at_risk_interval([1.0], 1.0), "level == 1.0"),
        (lambda: value_at_risk_interval([1.0], 0.5, 1.0), "coverage == 1.0"),
        (lambda: batch_means([1.0] * 30, "mean"), "number of losses == 30, must be a whole number of at least 40"),
        (lambda: batch_means([1.0] * 50, "es"), "level is missing, 'es' needs one"),
        (lambda: batch_means([1.0] * 50, "median"), "must be one of es, mean, var"),
        (lambda: running_estimates([1.0] * 10), "number of losses == 10"),
        (lambda: years_needed([0.0, 0.0], "mean"), "the figure is 0: a share of it is no aim"),
        (lambda: years_needed([1.0, 2.0], "mean", relative_error=0), "relative_error == 0, must be > 0"),
    ],
)
def test_bad_input_is_named(call: object, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        call()  # type: ignore[operator]
