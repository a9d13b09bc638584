"""Severities, elicitation and mitigation as others published or computed them, each with its source."""

from __future__ import annotations

import math

import numpy as np
import pytest

from risk.loss.frequency import Poisson
from risk.loss.lattice import discretize
from risk.loss.perils import Peril
from risk.loss.severity import Gamma, GeneralizedPareto, Layer, LogMetalog, Lognormal, Pert


def test_limited_mean_of_a_pareto() -> None:
    """actuar 3.3-2, levpareto(5000, shape = 5, scale = 3600): a generalized Pareto of shape 1/5 and scale 720."""
    assert GeneralizedPareto(1 / 5, 3600 / 5).limited_mean(5000.0) == pytest.approx(872.365048448272)


def test_value_at_risk_and_shortfall_of_a_pareto() -> None:
    """Closed form of the Pareto II: θ ((1 − p)^(−1/α) − 1), (α VaR + θ) / (α − 1), with α = 3, θ = 2000."""
    severity = GeneralizedPareto(1 / 3, 2000 / 3)
    value_at_risk = float(severity.quantile(0.99))
    assert value_at_risk == pytest.approx(7283.177667225556)
    beyond = severity.mean - float(severity.limited_mean(value_at_risk))
    assert value_at_risk + beyond / 0.01 == pytest.approx(11924.766500838336)


@pytest.mark.parametrize(
    ("level", "score", "worst"),
    [
        (0.95, 1.6448536269514722, 8.55722686679671),
        (0.99, 2.3263478740408408, 15.227960300878117),
        (0.995, 2.5758293035489, 18.971035562845096),
    ],
)
def test_value_at_risk_and_shortfall_of_a_lognormal(level: float, score: float, worst: float) -> None:
    """Closed form exp(μ + σ²/2) Φ(σ − z) / (1 − p)."""
    severity = Lognormal(0.0, 1.0)
    value_at_risk = float(severity.quantile(level))
    assert value_at_risk == pytest.approx(math.exp(score))
    beyond = severity.mean - float(severity.limited_mean(value_at_risk))
    assert value_at_risk + beyond / (1 - level) == pytest.approx(worst)


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("rounding", [0.2441085957856, 0.4133235736996, 0.1628106166191, 0.0746112227957, 0.0388652713506]),
        ("unbiased", [0.2384217081349, 0.409286434566, 0.1691388156919, 0.0765986994718, 0.0396055938172]),
    ],
)
def test_discretised_lognormal(method: str, expected: list[float]) -> None:
    """actuar 3.3-2, discretize(plnorm(x), from = 0, to = 5, method): the last point of "unbiased" is its boundary."""
    assert discretize(Lognormal(0.0, 1.0), 1.0, 5 if method == "rounding" else 6, method)[:5] == pytest.approx(
        expected, abs=1e-12
    )


def test_payments_of_a_layer() -> None:
    """actuar 3.3-2, coverage(dgamma, pgamma, deductible = 1, limit = 7): per payment, gamma of shape 3."""
    severity, layer = Gamma(3.0, 1.0), Layer(Gamma(3.0, 1.0), 1.0, 6.0)
    paid = float(severity.survival(1.0))
    assert (layer.cdf([0.0, 2.0, 6.0, 8.0]) - (1 - paid)) / paid == pytest.approx([0, 0.539860036996, 1, 1], abs=1e-12)
    assert layer.survival(6.0 - 1e-12) / paid == pytest.approx(0.0322237782967, abs=1e-11)  # the atom at the limit


def test_lognormal_from_an_interval() -> None:
    """Netflix riskquant (4b4bfb9), README: 100,000 to 1,000,000 with 90 %, once in ten years: 40,400 a year."""
    severity = Lognormal.from_interval(100_000, 1_000_000)
    assert (severity.mu, severity.sigma) == pytest.approx((12.664218011467252, 0.699936169171963))
    assert severity.mean == pytest.approx(404_001.28269457305)
    assert Peril("a", Poisson.once_in(10), severity).mean == pytest.approx(40_400.128269457266)


def test_lognormal_from_a_wide_interval() -> None:
    """Netflix riskquant (4b4bfb9), tests/test_model_lognormal.py testHardParameters."""
    assert Lognormal.from_interval(635_000, 19_000_000).mean == pytest.approx(5_922_706.83351131, rel=1e-12)


def test_pert_keeps_its_mode() -> None:
    """pyfair 0.1a13, FairBetaPert(5, 20, 50, gamma = 2): mean 23.75; there the mode slips to 15.3, here it stays."""
    severity = Pert(5.0, 20.0, 50.0, 2.0)
    assert severity.mean == pytest.approx(23.75)
    assert severity.shapes == pytest.approx((1.6666666666666665, 2.333333333333333))
    assert severity.variance == pytest.approx(98.4375)
    a, b = severity.shapes
    assert 5 + 45 * (a - 1) / (a + b - 2) == pytest.approx(20.0)


def test_log_metalog_of_three_quantiles() -> None:
    """Keelin, The metalog distributions, Decision Analysis 13 (2016), log form with lower bound 0: closed form."""
    severity = LogMetalog.from_quantiles(100_000, 300_000, 1_500_000)
    assert (severity.a1, severity.a2, severity.a3) == pytest.approx(
        (12.611537753638338, 0.4598584348772697, 0.19276474412362898)
    )
    assert severity.quantile([0.01, 0.5, 0.99, 0.999]) == pytest.approx(
        [55_964.00030622432, 300_000, 3_831_140.724236302, 13_964_447.958613146]
    )


def test_value_at_risk_of_the_danish_fire_losses() -> None:
    """evir 1.7-4 on R 4.2.2, riskmeasures(gpd(danish, 10)): 109 of 2,167 losses above 10, ξ = 0.49699, β = 6.97547."""
    tail = GeneralizedPareto(0.4969857376, 6.975466923, 10.0)
    for level, value, worst in (
        (0.99, 27.28998, 58.24008),
        (0.995, 40.17298, 83.85168),
        (0.999, 94.33932, 191.53519),
        (0.9999, 304.90145, 610.13589),
    ):
        found = float(tail.exceeded((1 - level) * 2167 / 109))
        beyond = (tail.mean - float(tail.limited_mean(found))) / float(tail.survival(found))
        assert (found, found + beyond) == pytest.approx((value, worst), abs=1e-5)


def test_controls_combine_by_what_they_leave() -> None:
    """Controls that prevent 30 % and 50 % leave 35 % of the events; a third takes 20 % off the cost."""
    peril = Peril("a", Poisson(2.0), Gamma(2.0, 50_000.0))
    better = peril.thinned(0.7).thinned(0.5).scaled(0.8)
    assert (peril.mean, better.mean) == pytest.approx((200_000, 56_000))
    assert (peril.mean - better.mean - 60_000) / 60_000 == pytest.approx(1.4)


def test_return_on_a_treatment() -> None:
    """CISO Assistant (f990d7b), quantitative risk methodology: from 161,600.51 to 17,269.42 a year for 30,000."""
    current = 0.4 * Lognormal.from_interval(1e5, 1e6).mean
    residual = 0.1 * Lognormal.from_interval(5e4, 4e5).mean
    assert (current, residual) == pytest.approx((161_600.51307782924, 17_269.41931086804))
    assert (current - residual - 30_000) / 30_000 == pytest.approx(3.8110364588987062)


def test_thinned_years_differ_by_the_removed_events() -> None:
    """Closed form: rate 2, E[X²] = 20,000, a fifth removed: variance of the difference 8,000, not 72,000."""
    peril = Peril("a", Poisson(2.0), Gamma(1.0, 100.0))
    rng = np.random.default_rng(1)
    saved = peril.simulate(300_000, rng) - peril.thinned(0.8).simulate(300_000, rng)
    assert saved.var() == pytest.approx(8000, rel=0.03)
