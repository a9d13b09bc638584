"""Control charts: limits against scipy and by hand, baselines, what is set aside, and that they alarm as promised."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from risk.checks import InputError
from risk.quality import (
    c_chart,
    clean_baseline,
    cusum_chart,
    ewma_chart,
    g_chart,
    individuals_chart,
    laney_p_chart,
    laney_u_chart,
    np_chart,
    p_chart,
    t_chart,
    u_chart,
    western_electric,
)

TAIL = stats.norm.sf(3)


def said(chart: object) -> str:
    return " ".join(chart.notes)  # type: ignore[attr-defined]


def test_each_sample_has_the_limits_of_its_own_size() -> None:
    sizes = np.array([100, 400, 900, 1600])
    chart = p_chart([20, 80, 180, 320], sizes)
    assert chart.upper.tolist() == pytest.approx((0.2 + 3 * np.sqrt(0.16 / sizes)).tolist())
    assert chart.lower.tolist() == pytest.approx((0.2 - 3 * np.sqrt(0.16 / sizes)).tolist())


@pytest.mark.parametrize(("size", "share"), [(50, 0.01), (20, 0.1), (7, 0.5), (400, 0.002)])
def test_exact_limits_are_the_outermost_counts_of_their_tail(size: int, share: float) -> None:
    """The slow way: try every count."""
    counts = np.arange(size + 1)
    upper = min(k for k in counts if stats.binom.sf(k, size, share) <= TAIL)
    lower = max(k for k in counts if stats.binom.cdf(k - 1, size, share) <= TAIL)
    baseline = np.append(np.ones(1000, dtype=bool), False)
    chart = p_chart(np.append(np.full(1000, share * size), 0), size, baseline=baseline, limits="exact")
    assert (chart.lower[0] * size, chart.upper[0] * size) == pytest.approx((lower, upper))


def test_exact_poisson_limits_of_a_c_chart() -> None:
    chart = c_chart([1, 0, 2, 1])
    upper = min(k for k in range(50) if stats.poisson.sf(k, 1.0) <= TAIL)
    assert chart.upper.tolist() == [upper] * 4
    assert "exact limits: 4" in said(chart)


def test_normal_limits_alarm_every_72_points_on_rare_defects_and_exact_ones_keep_their_promise() -> None:
    rng = np.random.default_rng(5)
    defects = rng.binomial(50, 0.01, 20_000)
    normal, exact = (p_chart(defects, 50, limits=limits).signals.mean() for limits in ("normal", "auto"))
    assert 1 / normal == pytest.approx(72, rel=0.1)  # as promised it would be 370
    assert exact <= 1.5 * TAIL  # no count comes nearer to the tail from below


def test_z_of_an_exact_chart_is_past_three_just_where_it_signals() -> None:
    chart = p_chart(np.random.default_rng(2).binomial(40, 0.06, 3_000), 40)
    assert chart.signals.any()
    assert (np.abs(chart.z) > 3).tolist() == chart.signals.tolist()
    assert (western_electric(chart.z)["1 beyond 3 sigma"] == chart.signals).all()


def test_limits_of_phase_one_stay_in_phase_two() -> None:
    before = [10, 12, 9, 11, 10, 8]
    short, long = p_chart(before, 100), p_chart([*before, 30, 35, 40], 100, baseline=6)
    assert long.center == short.center
    assert long.upper[:6].tolist() == short.upper.tolist()
    assert long.signals.tolist() == [False] * 6 + [True] * 3
    assert long.baseline.tolist() == [True] * 6 + [False] * 3


def test_a_clean_baseline_leaves_out_what_signals_until_nothing_does() -> None:
    counts = [10, 12, 9, 11, 10, 8, 60, 9, 11, 10, 26]
    kept = clean_baseline(lambda chosen: p_chart(counts, 100, baseline=chosen), np.ones(11, dtype=bool))
    assert np.flatnonzero(~kept).tolist() == [6, 10]  # 26 is within the limits as long as 60 is among them
    assert not p_chart(counts, 100).signals[10]


def test_what_cannot_be_is_set_aside_and_counted() -> None:
    chart = p_chart([3, 70, 0, np.nan, 2], [50, 60, 0, 50, 50])
    assert np.isnan(chart.values).tolist() == [False, True, True, True, False]
    assert chart.center == pytest.approx(0.05)
    assert not chart.signals.any()
    assert "more defectives than units: 1" in said(chart)
    assert "without a count: 2" in said(chart)


def test_one_week_of_data_has_loose_limits_and_says_so() -> None:
    chart = p_chart([3], [100])
    assert "1 samples" in said(chart)
    assert not chart.signals.any()
    with pytest.raises(InputError, match="at least 2"):
        individuals_chart([3.0])
    with pytest.raises(InputError, match="neighbouring"):
        laney_p_chart([3], [100])


def test_a_baseline_without_any_event_lets_the_next_one_signal_and_says_so() -> None:
    chart = p_chart([0, 0, 0, 1], 100, baseline=3)
    assert chart.signals.tolist() == [False, False, False, True]
    assert "no event" in said(chart)


def test_no_usable_sample_is_an_error() -> None:
    with pytest.raises(InputError, match="0 usable samples"):
        p_chart([1, 2], [0, 0])
    with pytest.raises(InputError, match="not below 0"):
        p_chart([-1, 2], [10, 10])
    with pytest.raises(InputError, match="baseline"):
        p_chart([1, 2], [10, 10], baseline=[1, 0])


def test_an_np_chart_is_a_p_chart_times_its_size_and_takes_one_size() -> None:
    shares, counts = p_chart([5, 9, 4], 60), np_chart([5, 9, 4], 60)
    assert counts.upper.tolist() == pytest.approx((shares.upper * 60).tolist())
    assert counts.values.tolist() == [5, 9, 4]
    with pytest.raises(InputError, match="use a p chart"):
        np_chart([5, 9], [60, 61])


def test_laney_is_the_p_chart_where_samples_vary_as_counts_do() -> None:
    rng = np.random.default_rng(8)
    defects = rng.binomial(500, 0.1, 4_000)
    plain, laney = p_chart(defects, 500), laney_p_chart(defects, 500)
    assert laney.upper[0] == pytest.approx(plain.upper[0], rel=0.01)
    units = laney_u_chart(rng.poisson(50, 4_000), 100.0)
    assert units.upper[0] == pytest.approx(u_chart(np.full(9, 50), 100.0).upper[0], rel=0.01)


def test_laney_does_not_flag_large_samples_that_vary_more() -> None:
    rng = np.random.default_rng(4)
    share = rng.normal(0.02, 0.002, 60)
    defects = rng.binomial(280_000, share)
    assert p_chart(defects, 280_000).signals.mean() > 0.5
    assert laney_p_chart(defects, 280_000).signals.mean() < 0.05


def test_laney_by_hand() -> None:
    """p = 0.1, n = 100: z = 0, 2, −1 and −1, mean moving range 5/3."""
    chart = laney_p_chart([10, 16, 7, 7], 100)
    assert chart.upper[0] == pytest.approx(0.1 + 3 * (5 / 3 / 1.128) * 0.03)


def test_individuals_by_hand() -> None:
    chart = individuals_chart([10.0, 12.0, 11.0, 15.0])
    assert chart.center == 12.0
    assert chart.upper[0] == pytest.approx(12.0 + 3 * (7 / 3) * np.sqrt(np.pi) / 2)
    gap = individuals_chart([10.0, np.nan, 11.0, 15.0])
    assert gap.upper[0] == pytest.approx(12.0 + 3 * 4.0 * np.sqrt(np.pi) / 2)
    assert "without a value: 1" in said(gap)


def test_exact_limits_of_a_g_chart_see_events_that_crowd() -> None:
    between = np.append(np.full(2_000, 1000.0), [1.0, 1.0])
    normal, exact = (g_chart(between, baseline=2_000, limits=limits) for limits in ("normal", "exact"))
    assert normal.lower[0] == 0
    assert exact.signals.tolist()[-2:] == [True, True]
    law = stats.geom(1 / 1000)
    assert law.sf(exact.upper[0]) <= TAIL < law.sf(exact.upper[0] - 1)
    assert law.cdf(exact.lower[0] - 1) <= TAIL < law.cdf(exact.lower[0])
    with pytest.raises(InputError, match="below 1"):
        g_chart([0, 3, 4])


def test_a_t_chart_is_an_individuals_chart_of_the_root() -> None:
    times = np.random.default_rng(1).exponential(5.0, 50)
    chart, root = t_chart(times), individuals_chart(times ** (1 / 3.6))
    assert chart.center ** (1 / 3.6) == pytest.approx(root.center)
    assert chart.signals.tolist() == root.signals.tolist()
    with pytest.raises(InputError, match="not above 0"):
        t_chart([1.0, 0.0])


def test_an_ewma_of_weight_one_is_the_chart_of_single_values() -> None:
    values = np.random.default_rng(6).normal(5, 2, 80)
    chart, single = ewma_chart(values, 1.0), individuals_chart(values)
    assert chart.values.tolist() == pytest.approx(single.values.tolist())
    assert chart.upper.tolist() == pytest.approx(single.upper.tolist())
    with pytest.raises(InputError, match="at most 1"):
        ewma_chart(values, 1.2)


def test_a_missing_value_leaves_average_and_sums_where_they_are() -> None:
    average = ewma_chart([1.0, np.nan, 2.0], 0.5, center=0.0, deviation=1.0)
    assert average.values.tolist() == [0.5, 0.5, 1.25]
    sums = cusum_chart([1.0, np.nan, 2.0], center=0.0, deviation=1.0)
    assert sums.high.tolist() == [0.5, 0.5, 2.0]


def test_a_cusum_with_a_head_start_finds_sooner_what_was_wrong_from_the_start() -> None:
    shifted = np.full(20, 1.0)
    plain, fast = (cusum_chart(shifted, center=0.0, deviation=1.0, head_start=start) for start in (0.0, 0.5))
    assert (plain.signals.argmax(), fast.signals.argmax()) == (10, 5)
    with pytest.raises(InputError, match="head start"):
        cusum_chart(shifted, center=0.0, deviation=1.0, head_start=1.0)
    with pytest.raises(InputError, match="do not vary"):
        cusum_chart(shifted)


def test_charts_of_memory_see_a_small_shift_before_single_points_do() -> None:
    """Limits for one false alarm in 370 points each: a shift of one deviation is seen after 10 points, not 44."""
    rng = np.random.default_rng(12)
    values = rng.normal(1, 1, (100, 300))
    single = np.mean([np.argmax(np.abs(row) > 3) for row in values])
    sums = np.mean([cusum_chart(row, 0.5, 4.77, center=0.0, deviation=1.0).signals.argmax() for row in values])
    average = np.mean([ewma_chart(row, 0.2, 2.86, center=0.0, deviation=1.0).signals.argmax() for row in values])
    assert max(sums, average) < single / 3
