"""Values of estimation that others published or computed, each with its source."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from risk.loss.estimation import (
    dispersion_test,
    fit_frequency,
    fit_severity,
    fit_tail,
    goodness_of_fit,
    hill,
    shrink_rates,
    update_rate,
)
from risk.loss.estimation.families import pareto_by_weighted_moments
from risk.loss.estimation.tails import TailFit


@pytest.fixture(scope="module")
def danish(shared: Path) -> np.ndarray:
    """The 109 Danish fire losses above 10 million kroner, 1980 to 1990, of McNeil (1997)."""
    cases = json.loads((shared / "reference" / "loss.json").read_text(encoding="utf-8"))["cases"]
    return np.array(next(case for case in cases if case["id"] == "evt-danish-u10-ml")["inputs"]["exceedances"])


def test_tail_of_danish_fire_losses(danish: np.ndarray) -> None:
    """McNeil, ASTIN Bulletin 27 (1997): 0.50 (0.14), 7.0 (1.1); digits of evir 1.7-4 at a tight tolerance."""
    fit = fit_tail(danish, 10.0)
    assert (fit.shape, fit.scale) == pytest.approx((0.496985802102088, 6.975468132774626), abs=2e-5)
    assert (fit.shape_error, fit.scale_error) == pytest.approx((0.13628, 1.11349), abs=1e-4)
    assert -fit.loglikelihood == pytest.approx(374.8929902323342, abs=1e-6)
    assert fit.exceedances == 109
    assert fit.converged


def test_severity_fit_of_the_same_losses_is_the_same_tail(danish: np.ndarray) -> None:
    table = fit_severity(danish, ("generalized-pareto",), threshold=10.0)
    assert table["loglikelihood"][0] == pytest.approx(-374.8929902323342, abs=1e-6)
    assert table["aic"][0] == pytest.approx(2 * 2 + 2 * 374.8929902323342, abs=1e-6)
    assert table["parameters"][0]["shape"] == pytest.approx(0.496985802102088, abs=2e-5)


def test_weighted_moments_of_danish_fire_losses(danish: np.ndarray) -> None:
    """evir 1.7-4, gpd(danish, 10, method = "pwm")."""
    assert pareto_by_weighted_moments(danish - 10) == pytest.approx((0.5098093573, 6.9027547083), abs=1e-9)


def test_hills_index_of_danish_fire_losses(danish: np.ndarray) -> None:
    """evir 1.7-4, hill with the 110th largest loss 9.882869692533."""
    found = hill(np.append(danish, 9.882869692533), 109)
    assert found.index == pytest.approx(0.6312180586, abs=1e-9)
    assert found.threshold == 9.882869692533


def test_a_lognormal_is_refused_for_the_tail_that_a_pareto_fits(danish: np.ndarray) -> None:
    rng = np.random.default_rng(1)
    assert goodness_of_fit(danish, "generalized-pareto", rng, 10.0, replications=99).p_value > 0.2
    assert goodness_of_fit(danish, "lognormal", rng, replications=99).p_value < 0.02


@pytest.mark.parametrize(
    ("level", "var", "es"),
    [
        (0.99, 27.28998, 58.24008),
        (0.995, 40.17298, 83.85168),
        (0.999, 94.33932, 191.53519),
        (0.9999, 304.90145, 610.13589),
    ],
)
def test_risk_measures_of_danish_fire_losses(level: float, var: float, es: float) -> None:
    """evir 1.7-4, riskmeasures(gpd(danish, 10)) with 2,167 losses."""
    fit = TailFit(
        10.0, 0.4969857376, 6.975466923, 0.13628, 1.11349, 0.27, 0.82, 0.95, 109, 2167, -374.89299, True, None
    )
    assert fit.value_at_risk(level) == pytest.approx(var, abs=1e-5)
    assert fit.expected_shortfall(level) == pytest.approx(es, abs=1e-5)


OVARIAN = {
    "died": [59, 115, 156, 268, 329, 353, 365, 431, 464, 475, 563, 638],
    "alive": [377, 421, 448, 477, 744, 769, 770, 803, 855, 1040, 1106, 1129, 1206, 1227],
}


def test_weibull_of_censored_times() -> None:
    """R survival, survreg(Surv(futime, fustat) ~ 1, ovarian): intercept 7.111, scale 0.902, log likelihood -98.

    Data: Edmonson et al., Cancer Treatment Reports 63 (1979); days, those alive are known to be longer.
    """
    times = np.array(OVARIAN["died"] + OVARIAN["alive"], dtype=float)
    limits = np.array([np.inf] * 12 + OVARIAN["alive"])
    row = fit_severity(times, ("weibull",), limits=limits).iloc[0]
    assert np.log(row["parameters"]["scale"]) == pytest.approx(7.111, abs=5e-4)
    assert 1 / row["parameters"]["shape"] == pytest.approx(0.902, abs=5e-4)
    assert row["loglikelihood"] == pytest.approx(-98.0, abs=0.05)
    assert (row["observations"], row["censored"]) == (26, 14)


def test_negative_binomial_of_red_mites() -> None:
    """Bliss and Fisher, Biometrics 9 (1953): mites on 150 apple leaves, k = 1.02459, mean 1.14667."""
    mites = np.repeat(np.arange(8), [70, 38, 17, 10, 9, 3, 2, 1])
    best = fit_frequency(mites).iloc[0]
    mean, variance = best["parameters"]["mean"], best["parameters"]["variance"]
    assert best["family"] == "negative-binomial"
    assert mean == pytest.approx(1.14667, abs=5e-6)
    assert mean**2 / (variance - mean) == pytest.approx(1.02459, abs=5e-6)


def test_deaths_by_horse_kick_are_poisson() -> None:
    """von Bortkiewicz, Das Gesetz der kleinen Zahlen (1898): 122 deaths in 200 corps-years, mean 0.61."""
    deaths = np.repeat(np.arange(5), [109, 65, 22, 3, 1])
    best = fit_frequency(deaths).iloc[0]
    assert best["family"] == "poisson"
    assert best["parameters"]["mean"] == pytest.approx(0.61)
    test = dispersion_test(deaths)
    assert test.index == pytest.approx(deaths.var(ddof=1) / 0.61)
    assert test.p_value > 0.3
    assert test.likelihood_ratio_p_value == 1


def test_zero_events_under_jeffreys_prior() -> None:
    """Closed form: gamma(0.5, 5) has mean 0.1 and 95 % quantile 0.38414588; the exact frequentist bound is 0.599."""
    belief = update_rate(0.5, 0, 0, 5)
    assert belief.mean == pytest.approx(0.1, abs=1e-12)
    assert belief.interval(0.9)[1] == pytest.approx(0.3841458820694124, abs=1e-10)


def test_credibility_of_one_policyholder() -> None:
    """Semiparametric estimation in Klugman, Panjer and Willmot, Loss Models: 1,875 policyholders, Z = 0.14."""
    claims = np.repeat(np.arange(5), [1563, 271, 32, 7, 2])
    table = shrink_rates(claims, np.ones(claims.size))
    assert table["credibility"].iloc[0] == pytest.approx(0.14, abs=0.005)
    assert table["shrunk"].iloc[0] == pytest.approx(0.86 * 0.194, abs=0.001)
