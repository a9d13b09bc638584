"""Uncertain quantities at uncertain rates: closed forms against simulation and quadrature."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.checks import InputError
from risk.currency.hedging import UncertainReceipt, quantity_hedge

DRAWS = 400_000


def receipt(distribution: str, correlation: float) -> UncertainReceipt:
    return UncertainReceipt(1000.0, 300.0, 1.1, 0.12, correlation, distribution)


CASES = [(law, correlation) for law in ("normal", "lognormal") for correlation in (-0.6, 0.0, 0.5)]


@pytest.mark.parametrize(("law", "correlation"), CASES)
class TestAgainstSimulation:
    def test_draws_have_the_moments_that_were_asked_for(self, law: str, correlation: float) -> None:
        quantity, rate = receipt(law, correlation).draw(DRAWS, np.random.default_rng(1))
        assert quantity.mean() == pytest.approx(1000.0, rel=0.003)
        assert quantity.std() == pytest.approx(300.0, rel=0.01)
        assert rate.mean() == pytest.approx(1.1, rel=0.002)
        assert rate.std() == pytest.approx(0.12, rel=0.01)
        assert np.corrcoef(quantity, rate)[0, 1] == pytest.approx(correlation, abs=0.006)

    def test_deviations_at_any_hedge(self, law: str, correlation: float) -> None:
        model = receipt(law, correlation)
        quantity, rate = model.draw(DRAWS, np.random.default_rng(2))
        for sold in (0.0, 500.0, model.minimum_variance, 1500.0):
            assert model.sd(sold) == pytest.approx((quantity * rate - sold * rate).std(), rel=0.01)

    def test_the_least_variance_is_where_the_covariance_says(self, law: str, correlation: float) -> None:
        model = receipt(law, correlation)
        quantity, rate = model.draw(DRAWS, np.random.default_rng(3))
        slope = np.cov(quantity * rate, rate)[0, 1] / rate.var()
        assert model.minimum_variance == pytest.approx(slope, abs=30.0)
        best = model.minimum_variance
        assert model.sd(best) < min(model.sd(best - 20.0), model.sd(best + 20.0))

    def test_too_much_sold_and_what_it_costs(self, law: str, correlation: float) -> None:
        model = receipt(law, correlation)
        quantity, rate = model.draw(DRAWS, np.random.default_rng(4))
        for sold in (600.0, 1000.0, 1300.0):
            missing = np.maximum(sold - quantity, 0.0)
            assert model.over_hedge_probability(sold) == pytest.approx((quantity < sold).mean(), abs=0.004)
            error = 4 * missing.std() / np.sqrt(DRAWS)
            assert model.expected_over_hedge(sold) == pytest.approx(missing.mean(), abs=error)
            for forward, spread in ((None, 0.0), (1.08, 0.01)):
                costs = missing * ((1 + spread) * rate - (1.1 if forward is None else forward))
                error = 4 * costs.std() / np.sqrt(DRAWS)
                assert model.over_hedge_cost(sold, forward, spread) == pytest.approx(costs.mean(), abs=error)

    def test_the_lower_quantile_is_too_much_as_often_as_it_says(self, law: str, correlation: float) -> None:
        model = receipt(law, correlation)
        sold = model.quantile(0.1)
        assert model.over_hedge_probability(sold) == pytest.approx(0.1)
        quantity = model.draw(DRAWS, np.random.default_rng(5))[0]
        assert (quantity < sold).mean() == pytest.approx(0.1, abs=0.003)


@pytest.mark.parametrize("law", ["normal", "lognormal"])
def test_layers_are_too_much_by_what_is_known_as_often_as_they_say(law: str) -> None:
    """Orders firm in two independent steps: 64 % of the variance is left after the first, 20 % deviation after both."""
    model, rng = receipt(law, 0.0), np.random.default_rng(6)
    left = np.array([1.0, 0.8, 0.2, 0.0])
    layers = model.layers(0.1, left)
    assert layers[0] == pytest.approx(model.quantile(0.1))
    assert layers[-1] == pytest.approx(1000.0)
    assert (np.diff(layers) > 0).all()
    scale = 300.0 if law == "normal" else np.sqrt(np.log1p(0.09))
    for share, sold in zip(left[:-1], layers, strict=False):
        rest = share * scale * rng.standard_normal(DRAWS)
        final = 1000.0 + rest if law == "normal" else 1000.0 * np.exp(rest - (share * scale) ** 2 / 2)
        assert final.mean() == pytest.approx(1000.0, rel=0.003)  # the forecast has not moved
        assert (final < sold).mean() == pytest.approx(0.1, abs=0.003)


def test_the_two_laws_agree_where_little_is_uncertain() -> None:
    normal, lognormal = (UncertainReceipt(1000.0, 10.0, 1.1, 0.004, -0.4, law) for law in ("normal", "lognormal"))
    assert lognormal.minimum_variance == pytest.approx(normal.minimum_variance, rel=0.02)
    assert lognormal.sd(900.0) == pytest.approx(normal.sd(900.0), rel=0.02)
    assert lognormal.over_hedge_cost(1005.0) == pytest.approx(normal.over_hedge_cost(1005.0), rel=0.05)


def test_independent_receipts_are_sold_as_expected() -> None:
    assert quantity_hedge(500.0, 100.0, 2.0, 0.1, 0.0) == 500.0
    assert receipt("lognormal", 0.0).minimum_variance == pytest.approx(1000.0)


def test_a_certain_quantity_is_sold_whole_and_never_too_much() -> None:
    for law in ("normal", "lognormal"):
        certain = UncertainReceipt(1000.0, 0.0, 1.1, 0.1, 0.0, law)
        assert certain.minimum_variance == pytest.approx(1000.0)
        assert certain.sd(1000.0) == pytest.approx(0.0, abs=1e-4)
        assert certain.over_hedge_probability(1000.0) == 0.0
        assert certain.over_hedge_cost(1100.0, spread=0.01) == pytest.approx(100.0 * 1.1 * 0.01)


@given(st.floats(-0.8, 0.8), st.floats(100.0, 2000.0), st.sampled_from(["normal", "lognormal"]))
def test_what_is_sold_too_much_grows_with_the_amount(correlation: float, sold: float, law: str) -> None:
    model = receipt(law, correlation)
    assert model.expected_over_hedge(sold + 1.0) >= model.expected_over_hedge(sold) - 1e-9
    assert model.over_hedge_probability(sold + 1.0) >= model.over_hedge_probability(sold)
    assert model.expected_over_hedge(sold) >= max(0.0, sold - 1000.0) - 1e-9  # Jensen
    step = model.expected_over_hedge(sold + 0.5) - model.expected_over_hedge(sold - 0.5)
    assert step == pytest.approx(model.over_hedge_probability(sold), abs=2e-3)


def test_a_receipt_that_cannot_be_is_refused() -> None:
    with pytest.raises(InputError, match="mean_quantity"):
        UncertainReceipt(-1.0, 1.0, 1.0, 0.1)
    with pytest.raises(InputError, match="between -1 and 1"):
        quantity_hedge(1.0, 1.0, 1.0, 0.1, 1.2)
    with pytest.raises(InputError, match=r"cannot have a correlation of -0\.99"):
        UncertainReceipt(1.0, 2.0, 1.0, 0.9, -0.99, "lognormal")
    with pytest.raises(InputError, match="distribution"):
        UncertainReceipt(1.0, 0.1, 1.0, 0.1, 0.0, "uniform")
    with pytest.raises(InputError, match="between 0 % and 100 %"):
        receipt("normal", 0.0).layers(0.1, [1.0, 1.5])
    assert receipt("lognormal", 0.0).over_hedge_probability(-5.0) == 0.0
