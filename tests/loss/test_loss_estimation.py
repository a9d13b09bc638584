"""Fits against scipy and statsmodels, closed forms, the definition, and samples whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.stats import CensoredData

from risk.checks import InputError, Sentence
from risk.loss import severity
from risk.loss.estimation import (
    dispersion_test,
    fit_frequency,
    fit_severity,
    fit_tail,
    goodness_of_fit,
    hill,
    mean_excess,
    tail_stability,
)
from risk.loss.estimation.families import FAMILIES
from risk.loss.estimation.goodness import anderson_darling
from risk.loss.estimation.likelihood import Sample, loglikelihood
from risk.loss.frequency import NegativeBinomial, Poisson

SCIPYS = {
    "lognormal": lambda mu, sigma: stats.lognorm(sigma, scale=np.exp(mu)),
    "gamma": lambda shape, scale: stats.gamma(shape, scale=scale),
    "weibull": lambda shape, scale: stats.weibull_min(shape, scale=scale),
    "generalized-pareto": lambda shape, scale: stats.genpareto(shape, scale=scale),
}
SOME = {"lognormal": (9.0, 1.3), "gamma": (0.8, 500.0), "weibull": (0.7, 90.0), "generalized-pareto": (0.4, 20.0)}


def draw(family: str, size: int, seed: int = 1) -> np.ndarray:
    uniform = np.random.default_rng(seed).random(size)
    return np.asarray(SCIPYS[family](*SOME[family]).ppf(uniform))


@pytest.mark.parametrize("family", FAMILIES)
def test_density_survival_and_quantile_are_scipys(family: str) -> None:
    law, scipys = FAMILIES[family], SCIPYS[family](*SOME[family])
    losses = scipys.ppf([0.001, 0.3, 0.9, 0.99999])
    assert law.log_density(losses, *SOME[family]) == pytest.approx(scipys.logpdf(losses), rel=1e-10)
    assert law.log_survival(losses, *SOME[family]) == pytest.approx(scipys.logsf(losses), rel=1e-8, abs=1e-12)
    assert law.quantile(scipys.sf(losses), *SOME[family]) == pytest.approx(losses, rel=1e-8)
    assert law.mean(*SOME[family]) == pytest.approx(scipys.mean(), rel=1e-10)


def test_a_pareto_of_shape_zero_is_the_exponential() -> None:
    law, losses = FAMILIES["generalized-pareto"], np.array([0.5, 3.0])
    assert law.log_density(losses, 0.0, 2.0) == pytest.approx(stats.expon(scale=2).logpdf(losses))
    assert law.quantile(np.array([0.1]), 0.0, 2.0) == pytest.approx(stats.expon(scale=2).isf(0.1))


@pytest.mark.parametrize("family", FAMILIES)
def test_the_likelihood_is_at_least_scipys_best(family: str) -> None:
    losses = draw(family, 400)
    fitters = {
        "lognormal": lambda: stats.lognorm.fit(losses, floc=0),
        "gamma": lambda: stats.gamma.fit(losses, floc=0),
        "weibull": lambda: stats.weibull_min.fit(losses, floc=0),
        "generalized-pareto": lambda: stats.genpareto.fit(losses, 0.4, floc=0, scale=20.0),
    }
    scipys = {"lognormal": stats.lognorm, "gamma": stats.gamma, "weibull": stats.weibull_min}
    theirs = scipys.get(family, stats.genpareto).logpdf(losses, *fitters[family]()).sum()
    row = fit_severity(losses, (family,)).iloc[0]
    assert row["loglikelihood"] == pytest.approx(theirs, abs=2e-4)
    assert row["loglikelihood"] >= theirs - 1e-6
    assert row["converged"]


def test_a_lognormal_without_thresholds_has_the_closed_form() -> None:
    losses = draw("lognormal", 300)
    row = fit_severity(losses, ("lognormal",)).iloc[0]
    logs = np.log(losses)
    assert row["parameters"] == pytest.approx({"mu": logs.mean(), "sigma": logs.std()}, rel=1e-6)
    assert row["errors"] == pytest.approx(
        {"mu": logs.std() / np.sqrt(300), "sigma": logs.std() / np.sqrt(600)}, rel=1e-4
    )
    assert row["aic"] == pytest.approx(4 - 2 * row["loglikelihood"])
    assert row["bic"] == pytest.approx(2 * np.log(300) - 2 * row["loglikelihood"])


def test_parameters_are_those_of_the_severity_classes() -> None:
    table = fit_severity(draw("gamma", 200)).set_index("family")
    fitted = severity.Gamma(**table.loc["gamma", "parameters"])
    assert fitted.mean == pytest.approx(table.loc["gamma", "mean"])
    assert severity.Lognormal(**table.loc["lognormal", "parameters"]).mean == pytest.approx(
        table.loc["lognormal", "mean"]
    )
    tail = fit_severity(draw("generalized-pareto", 300) + 5, ("generalized-pareto",), threshold=5).iloc[0]
    assert severity.GeneralizedPareto(**tail["parameters"]).mean == pytest.approx(tail["mean"])


def test_the_smallest_aic_comes_first_and_is_the_family_that_was_drawn() -> None:
    table = fit_severity(draw("lognormal", 2000))
    assert table["family"][0] == "lognormal"
    assert table["aic"].is_monotonic_increasing


@pytest.mark.parametrize("family", ["lognormal", "weibull"])
def test_right_censoring_is_scipys(family: str) -> None:
    losses, limits = draw(family, 300), np.random.default_rng(2).permutation(draw(family, 300, seed=3) * 2)
    seen, censored = np.minimum(losses, limits), losses >= limits
    scipys = stats.lognorm if family == "lognormal" else stats.weibull_min
    shape, _, scale = scipys.fit(CensoredData.right_censored(seen, censored), floc=0)
    row = fit_severity(seen, (family,), limits=limits).iloc[0]
    expected = {"mu": np.log(scale), "sigma": shape} if family == "lognormal" else {"shape": shape, "scale": scale}
    assert row["parameters"] == pytest.approx(expected, rel=2e-4)
    assert row["censored"] == censored.sum()


def test_censored_and_truncated_exponential_losses_have_the_closed_form() -> None:
    """Weibull at shape 1: Σ (loss − threshold) / events is where the derivative by scale is zero."""
    rng = np.random.default_rng(1)
    floors = rng.choice([0.0, 10.0, 50.0], 400)
    losses = floors + rng.exponential(100, 400)
    sample = Sample.of(np.minimum(losses, 180.0), floors, 180.0)
    scale = (sample.losses - sample.thresholds).sum() / (~sample.censored).sum()
    law = FAMILIES["weibull"]
    slope = loglikelihood(law, sample, (1.0, scale * 1.0001)) - loglikelihood(law, sample, (1.0, scale * 0.9999))
    assert slope == pytest.approx(0, abs=1e-6)
    exact = stats.expon(scale=scale)
    by_hand = (
        exact.logpdf(sample.known).sum() + exact.logsf(sample.limited).sum() - exact.logsf(sample.thresholds).sum()
    )
    assert loglikelihood(law, sample, (1.0, scale)) == pytest.approx(by_hand)


def test_losses_below_the_threshold_are_left_out_and_their_absence_is_allowed_for() -> None:
    losses = draw("lognormal", 20_000)
    row = fit_severity(losses, ("lognormal",), threshold=8000.0).iloc[0]
    assert row["left_out"] == (losses <= 8000).sum()
    assert row["observations"] + row["left_out"] == 20_000
    for name, truth in zip(("mu", "sigma"), SOME["lognormal"], strict=True):
        assert abs(row["parameters"][name] - truth) < 4 * row["errors"][name]
    blind = fit_severity(losses[losses > 8000], ("lognormal",)).iloc[0]
    assert blind["parameters"]["mu"] > 9.5


@settings(max_examples=15, deadline=None)
@given(st.floats(0.01, 1000), st.sampled_from(sorted(FAMILIES)))
def test_the_unit_of_money_changes_nothing_but_the_scale(unit: float, family: str) -> None:
    losses = draw(family, 120)
    here, there = (fit_severity(amounts, (family,)).iloc[0] for amounts in (losses, losses * unit))
    assert there["loglikelihood"] == pytest.approx(here["loglikelihood"] - 120 * np.log(unit), abs=1e-3)


def test_what_does_not_converge_is_said_and_comes_last() -> None:
    """Above a threshold a Pareto tail with index 1 looks to the gamma like shape 0: no peak."""
    tail = 1 / np.linspace(0.002, 0.998, 400)
    table = fit_severity(tail, ("gamma", "generalized-pareto"), threshold=1.0)
    assert table["family"].tolist() == ["generalized-pareto", "gamma"]
    assert table["converged"].tolist() == [True, False]
    note = table["note"][1]
    assert isinstance(note, Sentence)
    assert "no peak" in note


def test_an_infinite_mean_is_said() -> None:
    losses = stats.genpareto(1.6).ppf(np.linspace(0.001, 0.999, 300))
    row = fit_severity(losses, ("generalized-pareto",)).iloc[0]
    assert row["mean"] == np.inf
    assert "mean is infinite" in row["note"]


def test_a_tail_that_ends_is_said() -> None:
    losses = stats.genpareto(-0.7, scale=7).ppf(np.linspace(0.001, 0.995, 300))
    assert "The tail ends at" in fit_severity(losses, ("generalized-pareto",)).iloc[0]["note"]


# Goodness of fit


def test_anderson_darling_is_statsmodels() -> None:
    losses = draw("gamma", 80)
    row = fit_severity(losses, ("lognormal",)).iloc[0]
    mu, sigma = row["parameters"].values()
    from statsmodels.stats.diagnostic import anderson_statistic

    theirs = anderson_statistic((np.log(losses) - mu) / sigma, dist=stats.norm, fit=False)
    ours = anderson_darling(FAMILIES["lognormal"], Sample.of(losses, None, None), (mu, sigma))
    assert ours == pytest.approx(theirs, rel=1e-8)


def test_the_bootstrap_agrees_with_the_table_for_the_normal() -> None:
    """D'Agostino and Stephens (1986), Table 4.7, case 3: A²(1 + 0.75/n + 2.25/n²) = 0.752 has p = 5 %, 0.631 10 %.

    The table's formula of p serves for the sample's own statistic; 199 replications have an error of 3 points.
    """
    losses = np.exp(stats.gamma(6).ppf((np.arange(60) + 0.5) / 60) * 0.4)
    found = goodness_of_fit(losses, "lognormal", np.random.default_rng(1), replications=199)
    starred = found.statistic * (1 + 0.75 / 60 + 2.25 / 60**2)
    table = np.exp(0.9177 - 4.279 * starred - 1.38 * starred**2) if starred < 0.6 else np.exp(1.2937 - 5.709 * starred)
    assert found.replications == 199
    assert found.note is None
    assert found.p_value == pytest.approx(table, abs=0.08)


def test_the_wrong_family_is_refused_and_the_right_one_is_not() -> None:
    losses = draw("lognormal", 400)
    rng = np.random.default_rng(1)
    assert goodness_of_fit(losses, "gamma", rng, replications=39).p_value <= 0.025
    assert goodness_of_fit(losses, "lognormal", rng, replications=39).p_value > 0.05


def test_truncated_losses_are_judged_above_their_threshold() -> None:
    losses = draw("lognormal", 800)
    found = goodness_of_fit(losses, "lognormal", np.random.default_rng(1), threshold=6000.0, replications=39)
    assert found.p_value > 0.05


def test_the_test_is_the_same_for_the_same_seed() -> None:
    losses = draw("weibull", 60)
    first, second = (goodness_of_fit(losses, "weibull", np.random.default_rng(3), replications=19) for _ in range(2))
    assert first == second


# Tails


def test_the_profile_interval_covers_the_truth_as_often_as_it_says() -> None:
    """60 samples of 150 at coverage 0.9: between 48 and 60 hits, four errors of the binomial around 54."""
    hits = 0
    for seed in range(60):
        fit = fit_tail(draw("generalized-pareto", 150, seed), 0.0, coverage=0.9)
        hits += fit.low < 0.4 < fit.high
    assert 45 <= hits <= 60


def test_a_larger_coverage_gives_a_wider_interval_around_the_estimate() -> None:
    losses = draw("generalized-pareto", 200)
    narrow, wide = (fit_tail(losses, 0.0, coverage) for coverage in (0.5, 0.99))
    assert wide.low < narrow.low < narrow.shape < narrow.high < wide.high


def test_the_interval_of_many_losses_is_that_of_the_standard_error() -> None:
    fit = fit_tail(draw("generalized-pareto", 20_000), 0.0)
    assert (fit.low, fit.high) == pytest.approx(
        (fit.shape - 1.96 * fit.shape_error, fit.shape + 1.96 * fit.shape_error), abs=0.002
    )


def test_the_error_of_the_shape_is_its_asymptotic_form() -> None:
    """(1 + ξ) / √n of Smith, Annals of Statistics 15 (1987)."""
    fit = fit_tail(draw("generalized-pareto", 20_000), 0.0)
    assert fit.shape_error == pytest.approx((1 + fit.shape) / np.sqrt(20_000), rel=0.03)


@pytest.mark.parametrize(
    ("shape", "said"), [(1.5, "mean is infinite"), (0.9, "cannot be ruled out"), (0.65, "variance is infinite")]
)
def test_what_a_heavy_tail_means_is_said(shape: float, said: str) -> None:
    size = 4000 if shape == 0.65 else 200
    fit = fit_tail(stats.genpareto(shape).ppf((np.arange(size) + 0.5) / size), 0.0)
    assert fit.note is not None
    assert said in fit.note


def test_a_light_tail_needs_no_note() -> None:
    assert fit_tail(stats.genpareto(0.1).ppf((np.arange(2000) + 0.5) / 2000), 0.0).note is None


def test_hills_index_of_a_pareto_is_its_index_within_its_error() -> None:
    found = hill(np.random.default_rng(1).pareto(2, 50_000) + 1, 2000)
    assert abs(found.index - 0.5) < 4 * found.standard_error
    assert found.standard_error == pytest.approx(found.index / np.sqrt(2000))
    assert found.high - found.index == pytest.approx(1.959964 * found.standard_error, rel=1e-6)


def test_mean_excess_is_the_definition() -> None:
    losses = draw("gamma", 50)
    table = mean_excess(losses)
    assert len(table) == 47
    for row in table.itertuples():
        above = [loss - row.threshold for loss in losses if loss > row.threshold]
        assert (row.exceedances, row.mean_excess) == pytest.approx((len(above), np.mean(above)))
        assert row.standard_error == pytest.approx(np.std(above, ddof=1) / np.sqrt(len(above)))


def test_mean_excess_of_a_pareto_rises_by_its_index() -> None:
    """(σ + ξ u) / (1 − ξ): slope 0.25 at ξ = 0.2."""
    losses = stats.genpareto(0.2).ppf((np.arange(200_000) + 0.5) / 200_000)
    table = mean_excess(losses, [0.0, 2.0, 4.0])
    assert np.diff(table["mean_excess"]) / 2 == pytest.approx([0.25, 0.25], abs=0.01)


def test_mean_excess_beyond_the_largest_loss_is_unknown() -> None:
    table = mean_excess([1.0, 2.0, 3.0], [2.5, 5.0])
    assert table["exceedances"].tolist() == [1, 0]
    assert np.isnan(table["standard_error"]).all()
    assert np.isnan(table["mean_excess"][1])


def test_stability_is_the_tail_at_each_threshold() -> None:
    losses = draw("generalized-pareto", 400)
    table = tail_stability(losses, [0.0, 20.0])
    assert table["shape"].tolist() == [fit_tail(losses, cut).shape for cut in (0.0, 20.0)]
    assert table["exceedances"].tolist() == [400, (losses > 20).sum()]


# Counts


def test_the_negative_binomial_is_statsmodels() -> None:
    counts = np.random.default_rng(1).negative_binomial(2, 0.4, 200)
    theirs = sm.NegativeBinomial(counts, np.ones(200), loglike_method="nb2").fit(disp=0)
    row = fit_frequency(counts).set_index("family").loc["negative-binomial"]
    mean, variance = row["parameters"]["mean"], row["parameters"]["variance"]
    assert row["loglikelihood"] == pytest.approx(theirs.llf, abs=1e-5)
    assert (variance - mean) / mean**2 == pytest.approx(theirs.params[1], rel=1e-3)
    assert row["errors"]["mean"] / mean == pytest.approx(theirs.bse[0], rel=1e-3)
    assert NegativeBinomial(**row["parameters"]).mean == pytest.approx(counts.mean())


def test_poisson_with_exposure_is_statsmodels() -> None:
    rng = np.random.default_rng(1)
    exposure = rng.uniform(1, 20, 80)
    counts = rng.poisson(0.7 * exposure)
    theirs = sm.GLM(counts, np.ones(80), family=sm.families.Poisson(), exposure=exposure).fit()
    row = fit_frequency(counts, exposure).set_index("family").loc["poisson"]
    assert row["parameters"]["mean"] == pytest.approx(np.exp(theirs.params[0]), rel=1e-8)
    assert row["loglikelihood"] == pytest.approx(theirs.llf)
    assert row["errors"]["mean"] / row["parameters"]["mean"] == pytest.approx(theirs.bse[0], rel=1e-6)
    assert Poisson(**row["parameters"]).mean == row["parameters"]["mean"]
    test = dispersion_test(counts, exposure)
    assert test.statistic == pytest.approx(theirs.pearson_chi2)
    assert test.p_value == pytest.approx(stats.chi2.sf(theirs.pearson_chi2, 79))


def test_counts_with_a_gamma_rate_are_told_from_poisson() -> None:
    rng = np.random.default_rng(1)
    mixed = dispersion_test(rng.poisson(rng.gamma(2, 2, 100)))
    assert mixed.index > 1.5
    assert mixed.p_value < 0.01
    assert mixed.likelihood_ratio_p_value < 0.01


def test_poisson_counts_are_refused_as_often_as_the_test_says() -> None:
    rng = np.random.default_rng(1)
    refused = sum(dispersion_test(rng.poisson(4, 30)).p_value < 0.1 for _ in range(300))
    assert 300 * 0.1 - 4 * np.sqrt(27) < refused < 300 * 0.1 + 4 * np.sqrt(27)


def test_counts_that_scatter_less_than_chance_have_no_negative_binomial() -> None:
    table = fit_frequency([2, 2, 2, 2, 3, 2])
    assert table["family"].tolist() == ["poisson", "negative-binomial"]
    assert table["converged"].tolist() == [True, False]
    assert "adds nothing" in table["note"][1]
    assert dispersion_test([2, 2, 2, 2, 3, 2]).likelihood_ratio_p_value == 1


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: fit_severity([1.0, 2.0, 0.0, 4.0, 5.0]), "1 losses are 0 or below"),
        (lambda: fit_severity([1.0, 2.0]), "number of losses above the threshold == 2, must be .* at least 5"),
        (lambda: fit_severity([3.0] * 10), "no spread to fit"),
        (lambda: fit_severity([1.0, 2, 3, 4, 5, 6], limits=2.0), "fewer than three different losses"),
        (lambda: fit_severity([1.0, 2, 3, 4, 5], ("burr",)), "family == 'burr'"),
        (lambda: fit_severity([1.0, 2, 3, 4, 5], threshold=[1.0, 2.0]), "one for each of the 5 losses"),
        (lambda: fit_severity([1.0, 2, 3, 4, 5], threshold=-1.0), "one number of 0 or more"),
        (lambda: goodness_of_fit([1.0, 2, 3, 4, 5], "gamma", np.random.default_rng(1), replications=5), "at least 19"),
        (
            lambda: goodness_of_fit(1 / np.linspace(0.002, 0.998, 400), "gamma", np.random.default_rng(1), 1.0),
            "the gamma family could not be fitted",
        ),
        (lambda: fit_tail([1.0, 2, 3, 4, 5, 6], 1.0).value_at_risk(0.05), "below the threshold"),
        (
            lambda: fit_tail(stats.genpareto(1.5).ppf(np.linspace(0.01, 0.99, 99)), 0.0).expected_shortfall(0.99),
            "infinite",
        ),
        (lambda: hill([1.0, 2.0, 3.0], 3), "the 3 largest losses need one more"),
        (lambda: fit_frequency([1.5, 2]), "whole numbers of 0 or more"),
        (lambda: fit_frequency([0, 0, 0]), "no event was counted"),
        (lambda: fit_frequency([1, 2], [1.0]), "an exposure above 0"),
        (lambda: dispersion_test([1]), "number of counts == 1"),
    ],
)
def test_bad_input_is_named(call: object, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        call()  # type: ignore[operator]
