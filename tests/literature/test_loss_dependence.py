"""Values of dependence that others published or computed, each with its source."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from risk.loss.dependence import (
    Driver,
    copula_totals,
    factor_covariance,
    nearest_correlation,
    score_correlation,
    tail_dependence,
)


def test_nearest_correlation_matrix_of_higham() -> None:
    """Higham, IMA Journal of Numerical Analysis 22 (2002), p. 334: distance 0.5278 in the Frobenius norm."""
    asked = np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]])
    repaired = nearest_correlation(asked)
    published = [[1, 0.7607, 0.1573], [0.7607, 1, 0.7607], [0.1573, 0.7607, 1]]
    assert repaired.matrix == pytest.approx(np.array(published), abs=5e-5)
    assert np.linalg.norm(repaired.matrix - asked) == pytest.approx(0.5278, abs=5e-5)
    assert repaired.largest_change == pytest.approx(1 - 0.7607, abs=5e-5)


@pytest.mark.parametrize(
    ("degrees", "published"),
    [(2, [0.06, 0.18, 0.39, 0.72]), (4, [0.01, 0.08, 0.25, 0.63]), (10, [0.00, 0.01, 0.08, 0.46])],
)
def test_tail_dependence_of_embrechts_mcneil_and_straumann(degrees: int, published: list[float]) -> None:
    """Correlation and dependence in risk management (2002), Table 1, correlations -0.5, 0, 0.5, 0.9."""
    computed = [tail_dependence(correlation, degrees) for correlation in (-0.5, 0.0, 0.5, 0.9)]
    assert computed == pytest.approx(published, abs=0.0051)


def test_rank_correlations_of_a_gaussian_copula() -> None:
    """Closed forms of Kruskal, Journal of the American Statistical Association 53 (1958), section 7."""
    assert score_correlation(0.4825837395309974) == pytest.approx(0.5, abs=1e-12)
    assert score_correlation(0.5) == pytest.approx(0.5176380902050415, abs=1e-12)
    assert score_correlation(1 / 3, "kendall") == pytest.approx(0.5, abs=1e-12)


def test_compound_losses_under_a_shared_gamma_factor() -> None:
    """Closed form: Poisson rates 2 and 3, one factor with coefficient of variation 0.6, EX 50 and 80."""
    covariance = factor_covariance([Driver("trade policy", 0.36)], [[1.0], [1.0]])
    means = np.array([2 * 50.0, 3 * 80.0])
    losses = np.outer(means, means) * covariance + np.diag([2 * 5000.0, 3 * 12800.0])
    assert losses == pytest.approx(np.array([[13600.0, 8640.0], [8640.0, 59136.0]]), abs=1e-9)


def test_sum_of_two_lognormals_of_gemact() -> None:
    """gemact 1.3.0, LossAggregation, Gaussian copula 0.5, AEP algorithm; P(sum <= 5, 10, 20) within 4 errors."""
    margins = {"a": lambda p: np.exp(ndtri(p)), "b": lambda p: np.exp(ndtri(p))}
    years = 400_000
    total = copula_totals(margins, [[1, 0.5], [0.5, 1]], years, np.random.default_rng(1))
    for limit, exact in ((5, 0.8199969798875392), (10, 0.9554968469696791), (20, 0.9934714080478185)):
        assert (total <= limit).mean() == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / years))
