"""Shares of many occasions: beliefs that yield to counts, bundles that keep mean and variance."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import gamma

from risk.checks import InputError, Sentence
from risk.loss.event_trees import EventTree
from risk.loss.register import Entry
from risk.loss.severity import Fixed, Lognormal
from risk.loss.shares import MOST_EVENTS, Share, bundled, from_sums, lognormal, product, share_entry

COST = Lognormal(3.0, 0.7)


def entry(share: Share, occasions: float) -> Entry:
    return share_entry("x.peril", Sentence("Peril"), share, occasions, COST, Sentence("Cost: known."))


def test_a_share_that_nobody_counted_keeps_the_interval_of_the_expert() -> None:
    low, high = Share(0.01, 0.2).belief.interval()
    assert (low, high) == pytest.approx((0.01, 0.2), rel=1e-6)
    assert not Share(0.01, 0.2).counts
    assert "please review" in Share(0.01, 0.2).sentence


def test_counts_beat_what_was_assumed_by_the_gamma_poisson_mean() -> None:
    prior, counted = Share(0.01, 0.2).belief, Share(0.01, 0.2, 300, 1_000)
    assert counted.mean == pytest.approx((prior.shape + 300) / (prior.rate + 1_000))
    assert counted.counts
    assert counted.belief.interval() == pytest.approx(
        gamma.ppf([0.05, 0.95], prior.shape + 300, scale=1 / (prior.rate + 1_000))
    )
    assert "300 counted among 1,000" in counted.sentence


def test_none_among_many_is_data_too() -> None:
    assert Share(0.01, 0.2, 0, 5_000).mean < 0.0005
    assert entry(Share(0.01, 0.2, 0, 5_000), 1_000).basis == "data"


def test_more_events_than_occasions_are_refused() -> None:
    with pytest.raises(InputError, match="cannot be more than occasions"):
        Share(0.01, 0.2, 11, 10)


@pytest.mark.parametrize("occasions", [50.0, 5_000.0, 5_000_000.0])
def test_bundles_keep_the_mean_of_a_year_and_bound_its_events(occasions: float) -> None:
    share = Share(0.01, 0.2, 100, 1_000)
    peril = entry(share, occasions).peril
    assert peril.mean == pytest.approx(share.mean * occasions * COST.mean)
    assert peril.frequency.mean <= MOST_EVENTS + 1e-9


def test_the_spread_of_a_year_grows_by_no_more_than_bundles_bring() -> None:
    """Var of n bundles of k: n (k v + (k m)²), against n k (v + m²) one by one, both with the rate's uncertainty."""
    share, together = Share(0.0999, 0.1), 25
    peril, events = entry(share, 10_000.0).peril, share.mean * 10_000
    doubt = (events * COST.mean) ** 2 / share.belief.shape
    expected = events * (COST.variance + together * COST.mean**2) + doubt
    assert peril.variance == pytest.approx(expected)


def test_a_bundle_costs_what_its_events_do_together() -> None:
    many = bundled(COST, 12)
    assert (many.mean, many.variance) == pytest.approx((12 * COST.mean, 12 * COST.variance))
    drawn = COST.draw(12 * 100_000, np.random.default_rng(5)).reshape(-1, 12).sum(axis=1)
    assert float(many.quantile(0.99)) == pytest.approx(np.quantile(drawn, 0.99), rel=0.05)
    assert bundled(Fixed(2.0), 12) == Fixed(24.0)
    assert bundled(COST, 1) is COST


def test_what_is_not_known_of_a_rate_is_as_wide_in_bundles_as_without() -> None:
    """Relative variance of the gamma rate, 1 / shape, by the mixed Poisson identity Var N = m + m² / shape."""
    share = Share(0.01, 0.2, 100, 1_000)
    frequency = entry(share, 1e6).peril.frequency
    assert (frequency.variance - frequency.mean) / frequency.mean**2 == pytest.approx(1 / share.belief.shape)


def test_a_lognormal_of_own_losses_has_their_mean_and_variance() -> None:
    losses = np.random.default_rng(1).gamma(2.0, 30.0, 40)
    found = from_sums(40, losses.sum(), np.square(losses).sum())
    assert found is not None
    assert (found.mean, found.variance) == pytest.approx((losses.mean(), losses.var()))
    assert from_sums(9, 90.0, 1_000.0) is None


def test_a_product_of_lognormals_multiplies_means_and_second_moments() -> None:
    one, other = lognormal(4.0, 0.5), lognormal(0.1, 2.0)
    assert product(one, other, scale=50.0).mean == pytest.approx(50 * 4.0 * 0.1)
    second = one.second_moment * other.second_moment * 2_500
    assert product(one, other, scale=50.0).second_moment == pytest.approx(second)


def test_a_bundled_event_says_how_many_it_stands_for() -> None:
    assert "stands for 25 that come together" in entry(Share(0.0999, 0.1), 10_000).source
    assert "stands for" not in entry(Share(0.0999, 0.1), 100).source
    assert EventTree((entry(Share(0.0999, 0.1), 100).peril.severity,)).mean == pytest.approx(COST.mean)
