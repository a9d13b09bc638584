"""Sequential test and binomial CUSUM: lines by hand, risks and run lengths by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from risk.checks import InputError
from risk.quality import BinomialCusum, Sprt, sprt
from risk.quality.sequential import reference_value

PLAN = sprt(0.02, 0.10, 0.05, 0.10)


def walked(plan: Sprt, fraction: float, seed: int, runs: int = 4_000) -> tuple[float, float]:
    """Share accepted and mean units inspected, unit by unit."""
    units = np.random.default_rng(seed).random((runs, 1_500)) < fraction
    bad, line = units.cumsum(axis=1), plan.s * np.arange(1, 1_501)
    accepted, rejected = bad <= line - plan.h1, bad >= line + plan.h2
    ended = (accepted | rejected).argmax(axis=1)
    assert (accepted | rejected).any(axis=1).all()
    return float(accepted[np.arange(runs), ended].mean()), float(ended.mean() + 1)


def test_a_decision_is_where_the_likelihood_ratio_passes_walds_bounds() -> None:
    for inspected in (10, 40, 80, 150):
        for bad in range(min(inspected, 20)):
            ratio = bad * np.log(0.10 / 0.02) + (inspected - bad) * np.log(0.90 / 0.98)
            expected = (
                "reject" if ratio >= np.log(0.9 / 0.05) else "accept" if ratio <= np.log(0.1 / 0.95) else "continue"
            )
            assert PLAN.decide(bad, inspected) == expected
    lines = PLAN.lines([10, 80])
    assert lines["accept"].tolist() == [-1, max(bad for bad in range(80) if PLAN.decide(bad, 80) == "accept")]
    assert lines["reject"][1] == min(bad for bad in range(80) if PLAN.decide(bad, 80) == "reject")


def test_least_accepted_is_the_first_clean_sample_that_passes() -> None:
    assert PLAN.decide(0, PLAN.least_accepted) == "accept"
    assert PLAN.decide(0, PLAN.least_accepted - 1) == "continue"


def test_risks_are_kept() -> None:
    assert walked(PLAN, 0.02, 1)[0] >= 0.95 - 0.01
    assert walked(PLAN, 0.10, 2)[0] <= 0.10 + 0.01


@pytest.mark.parametrize("fraction", [0.02, 0.04, 0.10, 0.30])
def test_how_a_test_ends_is_what_simulation_says(fraction: float) -> None:
    accepted, inspected = walked(PLAN, fraction, 3)
    found = PLAN.operating(fraction)
    assert found.accepted == pytest.approx(accepted, abs=3.5 * 0.5 / np.sqrt(4_000))
    assert found.inspected == pytest.approx(inspected, rel=0.05)


def test_walds_approximation_is_near_where_the_fractions_are_close() -> None:
    """Without the overshoot, at p1: [α h2 − (1 − α) h1] / (p1 − s) units; overshoot matters less for a long test."""
    plan = sprt(0.10, 0.12, 0.05, 0.05)
    found = plan.operating(0.10)
    assert found.accepted == pytest.approx(0.95, abs=0.006)
    assert found.inspected == pytest.approx((0.05 * plan.h2 - 0.95 * plan.h1) / (0.10 - plan.s), rel=0.05)


def test_a_test_needs_a_good_below_a_bad_fraction() -> None:
    with pytest.raises(InputError, match="must be below"):
        sprt(0.1, 0.1)
    with pytest.raises(InputError, match="sum to less"):
        sprt(0.01, 0.1, 0.6, 0.5)
    with pytest.raises(InputError, match="cannot be"):
        PLAN.decide(5, 4)


def test_the_reference_is_where_good_and_bad_are_equally_likely() -> None:
    k = reference_value(0.02, 0.06)
    assert 0.02 < k < 0.06
    assert k * np.log(3) + (1 - k) * np.log(0.94 / 0.98) == pytest.approx(0.0, abs=1e-12)


def test_sums_of_several_articles_are_the_slow_loop() -> None:
    rng = np.random.default_rng(9)
    sizes = rng.integers(0, 40, (5, 60))
    counts = rng.binomial(sizes, 0.05)
    chart = BinomialCusum(0.02, 0.06, 3.0, head_start=0.5)
    path = chart.path(counts, sizes)
    for article in range(5):
        last = 1.5
        for week in range(60):
            last = max(0.0, last + counts[article, week] - chart.reference * sizes[article, week])
            assert path.sums[article, week] == pytest.approx(last)
            assert path.signals[article, week] == (path.sums[article, week] > 3.0 and sizes[article, week] > 0)


@pytest.mark.parametrize("fraction", [0.02, 0.06])
@pytest.mark.parametrize("head_start", [0.0, 0.5])
def test_run_lengths_are_those_of_simulation(fraction: float, head_start: float) -> None:
    chart = BinomialCusum.with_run_length(0.02, 0.06, 20, 60, head_start)
    counts = np.random.default_rng(10).binomial(20, fraction, (2_000, 900))
    lengths = 1 + chart.path(counts, 20).signals.argmax(axis=1)
    assert chart.run_length(fraction, 20) == pytest.approx(lengths.mean(), abs=3.5 * lengths.std() / np.sqrt(2_000))


def test_the_limit_is_the_smallest_that_keeps_the_run_length() -> None:
    chart = BinomialCusum.with_run_length(0.02, 0.06, 20, 100)
    assert chart.run_length(0.02, 20) >= 100
    assert BinomialCusum(0.02, 0.06, chart.limit - 1 / 26).run_length(0.02, 20) < 100  # its lattice is of 26ths
    assert chart.run_length(0.06, 20) < 8


def test_more_defectives_than_units_are_said() -> None:
    with pytest.raises(InputError, match="1 samples"):
        BinomialCusum(0.02, 0.06, 3.0).path([3, 1], [2, 2])
