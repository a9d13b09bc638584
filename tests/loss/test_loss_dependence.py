"""Dependence against closed forms, the slow way, the compiled loop's twin, and sentences that must hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri
from scipy.stats import kendalltau, kstest, multivariate_t, rankdata, spearmanr

from risk.checks import InputError
from risk.loss.dependence import (
    Driver,
    comonotonic,
    copula_totals,
    driver_strata,
    driver_years,
    factor_covariance,
    independent,
    nearest_correlation,
    rate_factors,
    reorder,
    reorder_blocks,
    score_correlation,
    tail_dependence,
)
from risk.loss.dependence.correlation import triangular_root
from risk.loss.dependence.reordering import ranking
from risk.loss.measures import value_at_risk
from risk.loss.table import YearLossTable

seeds = st.integers(0, 2**32 - 1)
PAIR = np.array([[1.0, 0.5], [0.5, 1.0]])


def table(years: int = 500, drivers: str = "abc", seed: int = 0) -> YearLossTable:
    """Lognormal columns of which a third of the years is free of loss."""
    rng = np.random.default_rng(seed)
    losses = rng.lognormal(size=(years, len(drivers))) * (rng.random((years, len(drivers))) > 1 / 3)
    return YearLossTable(losses, tuple(drivers), "EUR")


def equicorrelated(size: int, correlation: float) -> np.ndarray:
    return np.full((size, size), correlation) + (1 - correlation) * np.eye(size)


@settings(max_examples=40)
@given(seeds, st.floats(-0.45, 1.0), st.sampled_from(["gaussian", "t"]), st.integers(1, 5))
def test_reordering_leaves_every_column_bit_for_bit(seed: int, correlation: float, copula: str, bins: int) -> None:
    before = table(200, seed=seed)
    strata = np.random.default_rng(seed).integers(0, bins, 200)
    after = reorder(before, equicorrelated(3, correlation), np.random.default_rng(seed), copula, strata=strata)
    for driver in before.drivers:
        assert np.sort(after[driver]).tobytes() == np.sort(before[driver]).tobytes()
        for stratum in range(bins):
            here = strata == stratum
            assert np.array_equal(np.sort(after[driver][here]), np.sort(before[driver][here]))


@given(seeds, st.floats(0.05, 0.99))
def test_comonotonic_value_at_risk_is_the_sum_of_the_parts(seed: int, level: float) -> None:
    worst = comonotonic(table(100, seed=seed), np.random.default_rng(seed))
    parts = [value_at_risk(worst[driver], level) for driver in worst.drivers]
    assert value_at_risk(worst.total, level) == pytest.approx(sum(parts), rel=1e-12)


def test_scores_get_the_ranks_that_sorting_gives() -> None:
    """By the slow way: the largest loss goes where the largest score is, and so on down."""
    before, matrix = table(300), equicorrelated(3, 0.4)
    after = reorder(before, matrix, np.random.default_rng(5))
    scores = {name: reorder(table(300, seed=9), matrix, np.random.default_rng(5))[name] for name in "abc"}
    for name in "abc":
        busy = (after[name] > 0) & (scores[name] > 0)
        assert np.array_equal(rankdata(after[name][busy]), rankdata(scores[name][busy]))


@pytest.mark.parametrize("copula", ["gaussian", "t"])
def test_kendalls_tau_of_an_elliptical_copula_is_its_closed_form(copula: str) -> None:
    """2/π · arcsin ρ for both copulas; a sample of 20,000 has an error of about 0.005."""
    losses = YearLossTable(np.random.default_rng(1).gamma(0.5, size=(20_000, 2)), ("a", "b"), "EUR")
    after = reorder(losses, PAIR, np.random.default_rng(2), copula)
    assert kendalltau(after["a"], after["b"]).statistic == pytest.approx(1 / 3, abs=0.02)


def test_spearmans_rho_of_a_gaussian_copula_is_what_was_elicited() -> None:
    losses = YearLossTable(np.random.default_rng(1).gamma(0.5, size=(50_000, 2)), ("a", "b"), "EUR")
    matrix = score_correlation([[1, 0.5], [0.5, 1]])
    after = reorder(losses, matrix, np.random.default_rng(2))
    assert spearmanr(after["a"], after["b"]).statistic == pytest.approx(0.5, abs=0.015)


def test_t_copula_has_bad_years_together_where_the_gaussian_has_not() -> None:
    """P(both in their worst 1 %) / 1 % against the t distribution itself, by scipy's integration."""
    losses = YearLossTable(np.random.default_rng(1).random((400_000, 2)), ("a", "b"), "EUR")
    both = {}
    for copula in ("gaussian", "t"):
        after = reorder(losses, PAIR, np.random.default_rng(3), copula, degrees=4)
        both[copula] = float(((after["a"] > 0.99) & (after["b"] > 0.99)).mean() / 0.01)
    quantile = 3.7469473879791968  # 99 % of t with 4 degrees
    exact = multivariate_t(shape=PAIR, df=4, seed=1).cdf([-quantile, -quantile]) / 0.01
    assert both["t"] == pytest.approx(exact, abs=4 * np.sqrt(exact / 4000))
    assert both["gaussian"] < 0.6 * both["t"]


def test_independent_columns_have_the_variance_of_independent_sums() -> None:
    together = comonotonic(table(50_000), np.random.default_rng(1))
    apart = independent(together, np.random.default_rng(2))
    expected = sum(apart[driver].var() for driver in apart.drivers)
    assert apart.total.var() == pytest.approx(expected, rel=0.05)
    assert together.total.var() > 1.5 * expected


@pytest.mark.parametrize("copula", ["gaussian", "t"])
def test_another_driver_at_the_end_moves_no_loss_of_the_others(copula: str) -> None:
    few, many = table(400, "abc"), table(400, "abc").beside(table(400, "d", seed=1))
    matrix = equicorrelated(4, 0.3)
    before = reorder(few, matrix[:3, :3], np.random.default_rng(4), copula)
    after = reorder(many, matrix, np.random.default_rng(4), copula)
    assert np.array_equal(after.losses[:, :3], before.losses)


def test_ranking_is_argsort_of_distinct_scores() -> None:
    scores = np.random.default_rng(1).standard_t(2, size=5000)
    assert np.array_equal(ranking(scores), np.argsort(scores))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 8])
def test_ranking_is_a_permutation_even_of_equal_scores(size: int) -> None:
    assert np.array_equal(ranking(np.full(size, -1.5)), np.arange(size))


@settings(max_examples=30)
@given(seeds, st.sampled_from(["gaussian", "t"]))
def test_blocks_keep_the_rows_of_a_family_together(seed: int, copula: str) -> None:
    families = {"legal": table(150, "abc", seed), "quality": table(150, "de", seed + 1)}
    after = reorder_blocks(families, PAIR, np.random.default_rng(seed), copula)
    for name, family in families.items():
        assert sorted(map(tuple, after[name].losses)) == sorted(map(tuple, family.losses))


def test_blocks_with_full_dependence_are_comonotonic_in_their_totals() -> None:
    families = {"legal": table(2000, "abc"), "quality": table(2000, "de", 1)}
    after = reorder_blocks(families, np.ones((2, 2)), np.random.default_rng(1))
    total = after["legal"].total + after["quality"].total
    for level in (0.5, 0.9, 0.99):
        parts = sum(value_at_risk(family.total, level) for family in families.values())
        assert value_at_risk(total, level) == pytest.approx(parts, rel=1e-12)


def test_strata_keep_what_common_drivers_explain_and_add_the_rest() -> None:
    """A copula without strata cuts the tie that a driver made; within strata of the driver it comes on top."""
    rng, years = np.random.default_rng(1), 60_000
    factors = driver_years([Driver("season", 1.0)], years, rng)
    tables = {
        name: YearLossTable(factors * rng.gamma(4, size=(years, 1)), (name,), "EUR") for name in ("legal", "quality")
    }

    def correlation(families: dict[str, YearLossTable]) -> float:
        return float(spearmanr(families["legal"].total, families["quality"].total).statistic)

    strata = driver_strata(factors, bins=50)
    kept = reorder_blocks(tables, np.eye(2), rng, strata=strata)
    lost = reorder_blocks(tables, np.eye(2), rng)
    more = reorder_blocks(tables, PAIR, rng, strata=strata)
    assert correlation(kept) == pytest.approx(correlation(tables), abs=0.02)
    assert abs(correlation(lost)) < 0.02
    assert correlation(more) > correlation(tables) + 0.05


def test_strata_are_the_quantile_bins_of_each_driver() -> None:
    factors = np.column_stack([np.arange(8.0), np.array([0, 1] * 4)])
    assert driver_strata(factors, 2).tolist() == [0, 1, 0, 1, 2, 3, 2, 3]


# Common drivers


def test_covariance_of_counts_under_common_drivers_is_the_closed_form() -> None:
    """λ_i λ_j Σ w w Var(G), plus λ on the diagonal, for two drivers and three perils; errors by batches."""
    drivers = [Driver("trade policy", 0.5), Driver("season", 0.2)]
    loadings = np.array([[0.8, 0.1], [0.5, 0.5], [0.0, 0.6]])
    rates = np.array([2.0, 5.0, 1.0])
    rng = np.random.default_rng(7)
    counts = rng.poisson(rates * rate_factors(drivers, loadings, 400_000, rng))
    closed = np.outer(rates, rates) * factor_covariance(drivers, loadings) + np.diag(rates)
    batches = np.array([np.cov(part.T) for part in np.array_split(counts, 40)])
    error = batches.std(axis=0, ddof=1) / np.sqrt(40)
    assert (np.abs(batches.mean(axis=0) - closed) < 4 * error).all()
    assert counts.mean(axis=0) == pytest.approx(rates, rel=0.01)


def test_a_single_driver_alone_is_a_gamma_factor() -> None:
    factor = rate_factors([Driver("season", 0.36)], [[1.0]], 20_000, np.random.default_rng(1))[:, 0]
    assert kstest(factor, "gamma", args=(1 / 0.36, 0, 0.36)).pvalue > 0.01


def test_a_new_driver_moves_no_factor_that_it_does_not_load_on() -> None:
    old, new = Driver("season", 0.3), Driver("platform enforcement", 1.0)
    before = rate_factors([old], [[0.4], [1.0]], 1000, np.random.default_rng(1))
    after = rate_factors([new, old], [[0.6, 0.4], [0.0, 1.0]], 1000, np.random.default_rng(1))
    assert np.array_equal(after[:, 1], before[:, 1])
    assert not np.array_equal(after[:, 0], before[:, 0])


def test_a_driver_without_variance_leaves_every_year_alike() -> None:
    assert (rate_factors([Driver("season", 0.0)], [[1.0]], 10, np.random.default_rng(1)) == 1).all()


# Correlation matrices


@settings(max_examples=60)
@given(seeds, st.integers(2, 6))
def test_a_repaired_matrix_is_a_correlation_matrix_and_no_clipping_is_nearer(seed: int, size: int) -> None:
    cells = np.random.default_rng(seed).uniform(-1, 1, (size, size))
    asked = np.tril(cells, -1) + np.tril(cells, -1).T + np.eye(size)
    repaired = nearest_correlation(asked)
    assert np.linalg.eigvalsh(repaired.matrix)[0] > -1e-9
    assert (np.diag(repaired.matrix) == 1).all()
    assert np.array_equal(repaired.matrix, repaired.matrix.T)
    assert repaired.largest_change == pytest.approx(np.abs(repaired.matrix - asked).max())
    values, vectors = np.linalg.eigh(asked)
    clipped = vectors * np.maximum(values, 0) @ vectors.T
    clipped /= np.sqrt(np.outer(np.diag(clipped), np.diag(clipped)))
    assert np.linalg.norm(repaired.matrix - asked) <= np.linalg.norm(clipped - asked) + 1e-6
    triangular_root(repaired.matrix)


def test_a_matrix_whose_correlations_hold_together_is_left_alone() -> None:
    repaired = nearest_correlation(PAIR)
    assert np.array_equal(repaired.matrix, PAIR)
    assert repaired.largest_change == 0


@given(st.floats(-0.99, 0.99), st.floats(1, 50))
def test_tail_dependence_grows_with_correlation_and_falls_with_degrees(correlation: float, degrees: float) -> None:
    here = tail_dependence(correlation, degrees)
    assert 0 <= here <= 1
    assert tail_dependence(correlation + 0.005, degrees) >= here
    assert tail_dependence(correlation, degrees * 1.5) <= here


def test_tail_dependence_has_its_limits() -> None:
    assert tail_dependence(1.0, 4) == 1
    assert tail_dependence(-1.0, 4) == 0
    assert tail_dependence(0.9, float("inf")) == 0
    assert tail_dependence(0.5, 1e6) < 1e-12


@settings(max_examples=40)
@given(seeds, st.integers(1, 6))
def test_the_triangular_root_is_numpys_where_numpy_has_one(seed: int, size: int) -> None:
    factors = np.random.default_rng(seed).standard_normal((size, size + 2))
    covariance = factors @ factors.T
    matrix = covariance / np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    assert triangular_root(matrix) == pytest.approx(np.linalg.cholesky(matrix), abs=1e-6)


def test_the_triangular_root_of_a_singular_matrix_multiplies_back() -> None:
    matrix = np.array([[1, 1, -0.6, 0], [1, 1, -0.6, 0], [-0.6, -0.6, 1, 0.8], [0, 0, 0.8, 1]])
    root = triangular_root(matrix)
    assert root @ root.T == pytest.approx(matrix, abs=1e-12)


# Totals without a table


def lognormal(sigma: float):  # noqa: ANN201 - a quantile function
    return lambda probability: np.exp(sigma * ndtri(probability))


@pytest.mark.parametrize("copula", ["gaussian", "t"])
def test_the_compiled_totals_are_those_of_the_numpy_twin(copula: str) -> None:
    """Scores agree to 4e-6, so a lognormal with sigma 1.5 to 6e-6, relatively; 3,001 years are no whole chunks."""
    losses = {"a": lognormal(1.0), "b": lognormal(1.5), "c": lognormal(0.5)}
    matrix = equicorrelated(3, 0.4)
    fast = copula_totals(losses, matrix, 3001, np.random.default_rng(1), copula)
    slow = copula_totals(losses, matrix, 3001, np.random.default_rng(1), copula, compiled=False)
    assert fast == pytest.approx(slow, rel=2e-5)


@pytest.mark.parametrize("copula", ["gaussian", "t"])
def test_total_of_one_loss_has_its_own_distribution(copula: str) -> None:
    """Ends included: 4,096 points must not show against the uniform distribution of 200,000 years."""
    total = copula_totals({"a": lambda p: p}, [[1.0]], 200_000, np.random.default_rng(1), copula, degrees=3)
    assert kstest(total, "uniform").pvalue > 0.001
    assert (total > 0.999).mean() == pytest.approx(0.001, abs=4 * np.sqrt(0.001 / 200_000))


def test_totals_under_full_dependence_are_the_sum_of_quantiles() -> None:
    together = copula_totals({"a": lambda p: p, "b": lambda p: 2 * p}, np.ones((2, 2)), 5000, np.random.default_rng(1))
    alone = copula_totals({"a": lambda p: p}, [[1.0]], 5000, np.random.default_rng(1))
    assert together == pytest.approx(3 * alone)


# Bad input


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: nearest_correlation([[1, 0.5]]), "shape .1, 2., must be square"),
        (
            lambda: nearest_correlation([[1, 0.5], [0.4, 1]], ["legal", "ip"]),
            "of legal with ip is 0.5, of ip with legal",
        ),
        (lambda: nearest_correlation([[1, 1.5], [1.5, 1]]), "row 1 with row 2 is 1.5: it must lie between -1 and 1"),
        (lambda: nearest_correlation([[1, np.nan], [np.nan, 1]]), "row 1 with row 2 is nan"),
        (lambda: nearest_correlation([[1, 0], [0, 0.9]]), "row 2 with itself is 0.9: it must be 1"),
        (lambda: nearest_correlation(np.eye(2), ["one"]), "has 2 rows, must have 1"),
        (lambda: score_correlation(1.2), "between -1 and 1"),
        (lambda: tail_dependence(1.2, 4), "the correlation is 1.2"),
        (lambda: reorder(table(), np.eye(2), np.random.default_rng(1)), "for each of a, b, c"),
        (
            lambda: reorder(table(), [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]], np.random.default_rng(1)),
            "cannot hold together .smallest eigenvalue -0.8",
        ),
        (lambda: reorder(table(), np.eye(3), np.random.default_rng(1), "clayton"), "must be one of gaussian, t"),
        (lambda: reorder(table(), np.eye(3), np.random.default_rng(1), "t", 0), "degrees == 0, must be > 0"),
        (lambda: reorder(table(), np.eye(3), np.random.default_rng(1), strata=[1]), "must have a label a year"),
        (
            lambda: reorder_blocks({"a": table(5), "b": table(6)}, np.eye(2), np.random.default_rng(1)),
            "same number of years, got .5, 6.",
        ),
        (lambda: rate_factors([Driver("season", 1)], [[0.5, 0.5]], 5, np.random.default_rng(1)), "each of 1 drivers"),
        (lambda: rate_factors([Driver("season", 1)], [[1.5]], 5, np.random.default_rng(1)), "peril 1 sum to 1.5"),
        (lambda: rate_factors([Driver("season", 1)], [[-0.5]], 5, np.random.default_rng(1)), "below 0"),
        (lambda: driver_years([Driver("season", 1)] * 2, 5, np.random.default_rng(1)), "same name: season, season"),
        (lambda: Driver("season", -1), "variance == -1, must be >= 0"),
    ],
)
def test_bad_input_is_named(call: object, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        call()  # type: ignore[operator]
