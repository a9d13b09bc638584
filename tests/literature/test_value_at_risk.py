"""Value at risk and expected shortfall that others published or computed, each with its source."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from risk.currency.rates import ecb_rates, last_fixing, log_returns
from risk.currency.var import cornish_fisher, student_factors
from risk.currency.var.estimate import Setting
from risk.currency.var.parametric import linear
from risk.currency.var.sampled import AGEING, Answer, measured
from risk.currency.var.student import Factors, normal_factors
from risk.currency.volatility.garch import GarchFit
from risk.loss import measures

FUNDS, WEIGHTS = ["Convertible Arbitrage", "CTA Global", "Distressed Securities"], np.array([0.3, 0.4, 0.3])


@pytest.fixture(scope="module")
def funds(shared: Path) -> np.ndarray:
    """The first 100 months of three indices, as losses by their weight in a portfolio."""
    table = pd.read_csv(shared / "reference" / "edhec.csv", index_col=0).iloc[:100]
    return -(table[FUNDS] * WEIGHTS).to_numpy()


@pytest.fixture(scope="module")
def euro(shared: Path) -> pd.Series:
    table = pd.read_csv(
        shared / "reference" / "usd_per_ccy_daily_2016_2026.csv",
        index_col="date",
        parse_dates=True,
        usecols=["date", "EUR"],
    )
    return log_returns(table)["EUR"]


@pytest.mark.parametrize(
    ("level", "var", "es"),
    [(0.95, 0.0073855188824012, 0.0105747852533067), (0.99, 0.0146113787752381, 0.0185267234860978)],
)
def test_expansion_of_performance_analytics(euro: pd.Series, level: float, var: float, es: float) -> None:
    """PerformanceAnalytics 2.1.0 (R), VaR and ES with method "modified" of USD per EUR, 2020 to 2024."""
    found = cornish_fisher(-euro["2020":"2024"].to_numpy()[:, None], level)
    assert (found.var, found.es) == (pytest.approx(var, rel=1e-8), pytest.approx(es, rel=1e-8))


def test_shortfall_of_a_fund(funds: np.ndarray) -> None:
    """PerformanceAnalytics 2.1.0, ES(method = "modified", p = 0.95) of Convertible Arbitrage."""
    found = cornish_fisher(funds[:, [0]] / WEIGHTS[0], 0.95)
    assert found.es == pytest.approx(0.0233573665537793, rel=1e-8)


@pytest.mark.parametrize(
    ("level", "var", "var_parts", "es", "es_parts"),
    [
        (
            0.95,
            0.01335148676204309,
            [0.000920286770869413, 0.012169480693216725, 0.000261719297956949],
            0.0181862829269961,
            [0.00227843304307226, 0.0158607253978164, 4.71244861074471e-05],
        ),
        (
            0.99,
            0.0214693775773711,
            [0.00318892913675094, 0.0182456531558572, 3.47952847629348e-05],
            0.0252246569594463,
            [0.00410475119073395, 0.021064912052167, 5.49937165453415e-05],
        ),
    ],
)
def test_contributions_to_the_expansion(
    funds: np.ndarray, level: float, var: float, var_parts: list[float], es: float, es_parts: list[float]
) -> None:
    """PerformanceAnalytics 2.1.0, portfolio_method "component" (Boudt, Peterson and Croux, 2008).

    For a portfolio it divides the variance by n - 1, for one series by n.
    """
    found = cornish_fisher(funds, level, ddof=1)
    assert (found.var, found.es) == (pytest.approx(var, rel=1e-8), pytest.approx(es, rel=1e-8))
    assert found.var_parts == pytest.approx(var_parts, rel=1e-8)
    assert found.es_parts == pytest.approx(es_parts, rel=1e-6)


@pytest.mark.parametrize(
    ("degrees", "level", "var", "es"),
    [
        (3, 0.95, 1.358715012583855, 2.2368093942678597),
        (3, 0.99, 2.621576017704414, 4.043231298781413),
        (4, 0.975, 1.9632431614775572, 2.8238712518154157),
        (5, 0.99, 2.606463569384279, 3.4488367600480156),
        (6, 0.95, 1.5866000551669255, 2.2133087672373324),
        (10, 0.975, 1.9929079745398603, 2.52138809636503),
    ],
)
def test_student_t_with_variance_one(degrees: float, level: float, var: float, es: float) -> None:
    """McNeil, Frey and Embrechts (2015), examples 2.12 and 2.15, by scipy 1.17.

    Dobrev, Nesmith and Oh (Journal of Risk and Financial Management 10, 2017) show that a widely copied formula for
    the shortfall is too low by a factor of 4 and more.
    """
    assert student_factors(level, degrees) == (pytest.approx(var, rel=1e-9), pytest.approx(es, rel=1e-9))


def test_student_t_against_normal_in_a_stock_portfolio() -> None:
    """McNeil, Frey and Embrechts (2015), example 2.12: 10,000 at 20 % a year, 250 days, t(4) of the same variance."""
    day = 10_000 * 0.2 / np.sqrt(250)
    levels = [0.9, 0.95, 0.975, 0.99, 0.995]
    var = [137.13413809299885, 190.67817327363431, 248.33279964075285, 335.1371627054704, 411.80276428786925]
    es = [223.5477922362386, 286.4734376882489, 357.19459899230424, 466.9432456458233, 565.7100553599618]
    assert [day * student_factors(level, 4).var for level in levels] == pytest.approx(var, rel=1e-9)
    assert [day * student_factors(level, 4).es for level in levels] == pytest.approx(es, rel=1e-9)


def test_weights_of_age_and_the_loss_they_choose() -> None:
    """Boudoukh, Richardson and Whitelaw (1998), worked as in the FRM reading: 100 days, λ = 0.98, the six lowest.

    The reading interpolates between 2.8 % and 2.6 %; the lower quantile is the observed loss of 2.8 %.
    """
    ages, lowest = [4, 2, 45, 54, 3, 31], [0.034, 0.032, 0.028, 0.026, 0.024, 0.020]
    weights = 0.98 ** (np.arange(1, 101) - 1) * 0.02 / (1 - 0.98**100)
    assert weights[np.array(ages) - 1] == pytest.approx([0.0217, 0.0226, 0.0095, 0.0079, 0.0221, 0.0126], abs=5e-5)
    losses = np.zeros(100)
    losses[np.array(ages) - 1] = lowest
    assert measures.value_at_risk(losses, 0.95, weights) == 0.028


@pytest.mark.parametrize(("level", "interpolated"), [(0.975, 0.00687783251221783), (0.99, 0.00825164782968867)])
def test_age_weighted_simulation_of_quarks(euro: pd.Series, level: float, interpolated: float) -> None:
    """quarks 1.1.4 (R), hs(method = "age", lambda = 0.99), which interpolates between two losses: ours is the upper."""
    newest = -euro.to_numpy()[-500:]
    weights = AGEING ** np.arange(500)[::-1]
    found = measured(newest[:, None], level, weights).var
    ordered = np.sort(newest)
    place = int(np.searchsorted(ordered, found))
    assert ordered[place - 1] <= interpolated <= ordered[place + 1]


def of_one_day(covariance: np.ndarray, factors: Factors) -> Answer:
    """A book of this covariance over one day."""
    codes = tuple(str(place) for place in range(len(covariance)))
    return linear(covariance, factors, Setting("normal", 0.95, 1, 500, 0.94, 1, None, "normal", codes))


@pytest.mark.parametrize(
    ("level", "var_parts", "es_parts"),
    [
        (
            0.95,
            [0.000472355591451705, 0.011889028651442618, 0.000554255975753401],
            [0.00116752571013942, 0.01554604829226749, 0.00145100720471272],
        ),
        (
            0.99,
            [0.00160612136393943, 0.01785332945584062, 0.00201678410016362],
            [0.00216987530101142, 0.02081901967330341, 0.0027440118999636],
        ),
    ],
)
def test_contributions_under_the_normal_distribution(
    funds: np.ndarray, level: float, var_parts: list[float], es_parts: list[float]
) -> None:
    """PerformanceAnalytics 2.1.0, method "gaussian", portfolio_method "component"; it counts the mean, ours never does.

    The archived test of the package (tests/testthat/test-VaR_archive_baseline.R) has 0.012916 for the total at 95 %.
    """
    found = of_one_day(np.cov(funds, rowvar=False), normal_factors(level))
    mean = funds.mean(axis=0)
    assert found.var_components + mean == pytest.approx(var_parts, rel=1e-8)
    assert found.components + mean == pytest.approx(es_parts, rel=1e-8)
    if level == 0.95:
        assert found.var + mean.sum() == pytest.approx(0.012916, abs=5e-7)


def test_two_currencies_of_jorion() -> None:
    """Jorion, Value at Risk (2007), chapter 7: 2 m in CAD and 1 m in EUR, 5 % and 12 % a year, no correlation."""
    found = of_one_day(np.diag([2e6 * 0.05, 1e6 * 0.12]) ** 2, Factors(1.65, np.nan))
    assert found.var == pytest.approx(257_738, abs=1)
    assert found.stand_alone == pytest.approx([165_000, 198_000])
    assert found.incremental[1] == pytest.approx(92_738, abs=1)
    assert found.var_components == pytest.approx(np.array([165_000, 198_000]) ** 2 / 257_738.24, abs=1)


def test_two_positions_of_bionic_turtle() -> None:
    """Bionic Turtle forum, thread 5733: 6 m and 4 m, 10 % and 20 % a year, no correlation, at 95 %; rounded there."""
    found = of_one_day(np.diag([6e6 * 0.1, 4e6 * 0.2]) ** 2, normal_factors(0.95))
    assert found.var == pytest.approx(1_645_000, abs=500)
    assert (found.stand_alone[0], found.var_components[0]) == pytest.approx((986_910, 592_147), abs=500)
    assert found.incremental[0] == pytest.approx(329_000, abs=500)


@pytest.mark.parametrize(
    ("level", "loss"),
    [(0.99, 884_244.095663), (0.95, 636_898.798448), (0.05, -534_980.406779), (0.01, -806_008.993809)],
)
def test_historical_simulation_of_ore(shared: Path, level: float, loss: float) -> None:
    """Open Source Risk Engine, Examples/MarketRisk, HistSimVar: 715 past results of a portfolio of currencies."""
    results = pd.read_csv(shared / "reference" / "ore_histsim_fx_pnl.csv")["PLAmount"].to_numpy()
    assert measures.value_at_risk(-results, level) == pytest.approx(loss, abs=1e-5)


def test_variance_recursion_of_quantlib() -> None:
    """QuantLib, test-suite/garch.cpp, testCalculation: ten returns of 0.1 before which the variance is 0.01."""
    fit = GarchFit(0.0, 0.2, 0.2, 0.3, None, np.nan, np.array([0.01]), True)
    volatility = [0.452769, 0.513323, 0.530141, 0.5350841, 0.536558, 0.536999, 0.537132, 0.537171, 0.537183, 0.537187]
    assert np.sqrt(fit.variance_of(np.full(10, 0.1))[1:]) == pytest.approx(volatility, abs=1e-6)


@pytest.mark.parametrize(
    ("day", "dollars"),
    [("2016-06-24", 137.04024767801857), ("2016-06-26", 137.04024767801857), ("2016-06-27", 131.87050359712234)],
)
def test_a_weekend_knows_nothing_of_monday(day: str, dollars: float) -> None:
    """CurrencyConverter 0.18.23, "last_known": 100 GBP in USD around the vote of 2016; its default looks ahead."""
    assert 100 * last_fixing(ecb_rates("USD", ["GBP"]), day)["GBP"] == pytest.approx(dollars, rel=1e-9)
