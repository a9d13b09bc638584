"""Many articles at once: their scores against scipy, alarms within their budget, and what is set aside."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from risk.checks import InputError
from risk.quality import (
    NELSON,
    alarm_table,
    began,
    chart_portfolio,
    cusum_portfolio,
    false_discovery,
    nelson,
    weekly_counts,
)
from risk.quality.priors import beta_prior, predictive_tails


def clean(articles: int, weeks: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns and deliveries of articles that stay as they are, each at its own rate."""
    rng = np.random.default_rng(seed)
    rates, volume = rng.beta(2, 30, articles), rng.gamma(1, 30, articles)
    sizes = rng.poisson(volume[:, None], (articles, weeks))
    return rng.binomial(sizes, rates[:, None]), sizes


def test_tails_are_those_of_scipy() -> None:
    rng = np.random.default_rng(1)
    trials = rng.integers(0, 300, 400).astype(float)
    counts = np.minimum(rng.integers(0, 60, 400), trials).astype(float)
    a, b = rng.uniform(0.5, 30, 400), rng.uniform(0.5, 90, 400)
    less, equal = predictive_tails(counts, trials, a, b)
    assert equal == pytest.approx(stats.betabinom.pmf(counts, trials, a, b), rel=1e-9, abs=1e-300)
    assert less == pytest.approx(stats.betabinom.cdf(counts - 1, trials, a, b), rel=1e-8, abs=1e-12)


def test_tails_of_large_counts_do_not_vanish() -> None:
    less, equal = predictive_tails(np.array([3_000.0]), np.array([10_000.0]), np.array([3e4]), np.array([7e4]))
    assert (less[0], equal[0]) == pytest.approx(
        (stats.betabinom.cdf(2_999, 10_000, 3e4, 7e4), stats.betabinom.pmf(3_000, 10_000, 3e4, 7e4))
    )
    assert less[0] == pytest.approx(0.5, abs=0.01)


def test_a_week_that_is_missing_stays_missing() -> None:
    less, equal = predictive_tails(np.array([np.nan, 1.0]), np.array([3.0, 3.0]), np.ones(2), np.ones(2))
    assert np.isnan(less).tolist() == np.isnan(equal).tolist() == [True, False]
    assert (less[1], equal[1]) == pytest.approx((0.25, 0.25))


def test_scores_of_one_article_by_hand() -> None:
    counts, sizes = clean(40, 30, 2)
    found = chart_portfolio(counts, sizes, baseline=20)
    prior = beta_prior(counts[:, :20].sum(axis=1), sizes[:, :20].sum(axis=1)).prior
    a = prior.events + counts[3, :20].sum()
    b = prior.others + sizes[3, :20].sum() - counts[3, :20].sum()
    law = stats.betabinom(sizes[3], a, b)
    middle = law.cdf(counts[3] - 1) + law.pmf(counts[3]) / 2
    assert found.z[3] == pytest.approx(stats.norm.ppf(middle), abs=1e-9)
    assert found.p_values[3] == pytest.approx(law.sf(counts[3] - 1), rel=1e-6)
    assert found.rates[3] == pytest.approx(a / (a + b))
    assert found.expected[3] == pytest.approx(found.rates[3] * sizes[3])
    rules = found.rules(NELSON, least=0.0)
    assert all(rules[name][3].tolist() == column.tolist() for name, column in nelson(found.z[3]).items())


def test_weeks_in_which_nothing_is_to_be_expected_are_no_run() -> None:
    sizes = np.full((30, 40), 4)
    counts = np.zeros((30, 40), dtype=int)
    counts[::3, 5] = 1
    found = chart_portfolio(counts, sizes)
    assert not any(alarms.any() for alarms in found.rules().values())
    assert found.rules(least=0.0)["8 on one side"].mean() > 0.5


def test_false_alarms_keep_to_their_budget() -> None:
    counts, sizes = clean(800, 104, 3)
    found = chart_portfolio(counts, sizes, baseline=52)
    assert 0.1 < found.within_budget(2.0)[:, 52:].sum() / 52 <= 2.0
    assert found.discoveries(0.1)[:, 52:].any(axis=0).mean() <= 0.1  # with nothing to find, each is false


def test_a_bad_batch_is_found_in_its_week() -> None:
    counts, sizes = clean(800, 104, 4)
    rng = np.random.default_rng(5)
    article = int(np.argsort(sizes.sum(axis=1))[600])
    counts[article, 80:84] = rng.binomial(sizes[article, 80:84], 0.4)
    found = chart_portfolio(counts, sizes, baseline=52)
    alarms = found.within_budget(0.5)
    assert alarms[article, 80]
    assert not alarms[article, 52:80].any()
    table = alarm_table(found, found.discoveries(0.05), np.arange(800), np.arange(104))
    first = table[table["article"] == article].sort_values("week").iloc[0]
    assert first["week"] == 80
    assert first["p_value"] < 1e-4


def test_sums_of_articles_keep_to_their_budget_where_the_usual_rates_are_known() -> None:
    counts, sizes = clean(400, 1_100, 9)
    found = chart_portfolio(counts, sizes, baseline=1_000)
    for budget in (0.5, 4.0):
        alarms = cusum_portfolio(found, counts, sizes, 2.0, budget).signals
        assert not alarms[:, :1_000].any()
        assert 0 < alarms.sum() / 100 <= budget


def test_sums_of_articles_are_the_slow_loop_and_begin_again_after_a_signal() -> None:
    counts, sizes = clean(20, 60, 10)
    counts[4, 40:] = np.minimum(sizes[4, 40:], counts[4, 40:] * 3 + 2)
    found = chart_portfolio(counts, sizes, baseline=30)
    path = cusum_portfolio(found, counts, sizes, 2.0, 0.5)
    p, limit, last = found.rates[4], np.log(20 / 0.5), 0.0
    better = 2 * p / (1 + p)  # twice the odds
    for week in range(30, 60):
        x, n = counts[4, week], sizes[4, week]
        step = x * np.log(better / p) + (n - x) * np.log((1 - better) / (1 - p))
        last = max(0.0, (0.0 if last > limit else last) + step)
        assert path.sums[4, week] == pytest.approx(last, abs=1e-9)
        assert path.signals[4, week] == (last > limit)
    assert path.signals[4].sum() > 1
    first = int(path.signals[4].argmax())
    start = first
    while start > 0 and path.sums[4, start - 1] > 0:
        start -= 1
    assert began(path)[4, first] == start
    assert began(path)[4, first + 1] == first + 1
    with pytest.raises(InputError, match="not those of the portfolio"):
        cusum_portfolio(found, counts[:, :5], sizes[:, :5])


def test_sums_find_a_small_lasting_change_sooner_than_single_weeks_do() -> None:
    counts, sizes = clean(300, 200, 11)
    worse = np.random.default_rng(12).binomial(sizes, 0.11)
    large = np.flatnonzero(sizes[:, :100].mean(axis=1) > 30)
    usual = np.random.default_rng(13).binomial(sizes, 0.06)
    counts[large, :100], counts[large, 100:] = usual[large, :100], worse[large, 100:]
    found = chart_portfolio(counts, sizes, baseline=100)
    sums = cusum_portfolio(found, counts, sizes, 2.0, 1.0).signals[large, 100:].argmax(axis=1)
    weeks = found.within_budget(1.0)[large, 100:]
    single = np.where(weeks.any(axis=1), weeks.argmax(axis=1), 100)
    assert sums.mean() < single.mean() / 1.5


def test_false_discovery_is_that_of_statsmodels() -> None:
    rng = np.random.default_rng(6)
    for share in (0.05, 0.2):
        values = np.concatenate([rng.uniform(size=300), rng.beta(0.1, 20, 40)])
        assert false_discovery(values, share).tolist() == multipletests(values, share, "fdr_bh")[0].tolist()
    assert false_discovery([0.001, np.nan, 0.9], 0.05).tolist() == [True, False, False]
    assert not false_discovery([np.nan, np.nan]).any()


def test_what_cannot_be_is_set_aside_and_counted() -> None:
    counts, sizes = clean(30, 12, 7)
    sizes[0], counts[0] = 0, 0
    counts[1, 3] = sizes[1, 3] + 5
    sizes[2, :6], counts[2, :6] = 0, 0
    sizes[2, 6:] = 20
    found = chart_portfolio(counts, sizes, baseline=6)
    assert np.isnan(found.z[0]).all()
    assert np.isnan(found.p_values[1, 3])
    assert found.rates[2] == pytest.approx(found.prior.mean)
    said = " ".join(found.notes)
    assert "never sold anything and are judged in no week: 1" in said
    assert "more returns than deliveries: 1" in said
    assert "judged by their peers alone: 2" in said
    assert not found.within_budget(5.0)[0].any()
    assert not found.discoveries()[0].any()


def test_one_week_of_data_is_said() -> None:
    counts, sizes = clean(50, 1, 8)
    assert "one week of data" in " ".join(chart_portfolio(counts, sizes).notes)


def test_shapes_must_agree() -> None:
    with pytest.raises(InputError, match="articles by weeks"):
        chart_portfolio([[1, 2]], [[10, 10, 10]])
    with pytest.raises(InputError, match="what is usual"):
        chart_portfolio([[0, 0], [0, 0]], [[10, 10], [10, 10]])
    with pytest.raises(InputError, match="two groups"):
        chart_portfolio([[1, 0]], [[10, 10]])


def test_articles_that_do_not_differ_share_one_rate_and_it_is_said() -> None:
    fit = beta_prior([10, 10, 10, 10], [100, 100, 100, 100])
    assert fit.prior.mean == pytest.approx(0.1)
    assert fit.note is not None
    assert "4 groups" in fit.note


def test_rows_become_weeks_that_begin_on_monday() -> None:
    sold = pd.DataFrame(
        [("A", "2026-03-02", 3), ("A", "2026-03-08 23:59", 2), ("B", "2026-03-20", 4), ("A", None, 9)],
        columns=["article", "at", "units"],
    )
    back = pd.DataFrame([("A", "2026-03-05", 1), ("B", "2026-03-02", 1), ("C", "2026-03-20", 2)], columns=sold.columns)
    for rows in (sold, back):
        rows["at"] = pd.to_datetime(rows["at"], format="ISO8601")
    found = weekly_counts(sold, back)
    assert found.articles.tolist() == ["A", "B"]
    assert found.weeks.strftime("%Y-%m-%d").tolist() == ["2026-03-02", "2026-03-09", "2026-03-16"]
    assert found.sizes.tolist() == [[5, 0, 0], [0, 0, 4]]
    assert found.defectives.tolist() == [[1, 0, 0], [0, 0, 0]]
    assert found.notes[0].endswith("week: 3.")
    assert not weekly_counts(sold, back.iloc[:1]).notes
    with pytest.raises(InputError, match="No row"):
        weekly_counts(sold.iloc[3:], back)
