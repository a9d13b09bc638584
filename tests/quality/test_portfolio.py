"""Many articles at once: their scores against scipy, alarms within their budget, and what is set aside."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from risk.checks import InputError
from risk.quality import NELSON, chart_portfolio, false_discovery, nelson
from risk.quality.portfolio import alarm_table
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
    rules = found.rules(NELSON)
    assert all(rules[name][3].tolist() == column.tolist() for name, column in nelson(found.z[3]).items())


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
