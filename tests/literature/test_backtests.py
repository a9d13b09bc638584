"""Backtests that others published or computed, each with its source."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from risk.currency.backtest import (
    acerbi_szekely,
    christoffersen,
    conditional_coverage,
    duration_test,
    dynamic_quantile,
    kupiec,
    normal_tail,
    quantile_loss,
    shortfall_null,
    student_tail,
    traffic_light,
)


@pytest.fixture(scope="module")
def euro(shared: Path) -> pd.DataFrame:
    """1,500 daily returns of USD per EUR with the historical forecasts of 500 days, as the peers below were given."""
    return -pd.read_csv(shared / "reference" / "backtest_eurusd_hs500.csv").drop(columns="date")


@pytest.mark.parametrize(
    ("exceptions", "observations", "level", "statistic", "p_value"),
    [
        # MathWorks, Risk Management Toolbox, varbacktest.pof: 57 failures in 1,043 days at 95 %.
        (57, 1043, 0.95, 0.46147, 0.49694),
        # MathWorks, risk.validation.proportionOfFailuresTest([0.05, 0.01], 3, 250), which rejects the first alone.
        (3, 250, 0.95, 10.812334163880102, 0.001008261016782048),
        (3, 250, 0.99, 0.09494012266443264, 0.75798832137329),
        # Crouhy, Galai and Mark, question 9.14: 15 exceptions in 1,000 days at 99 %, closed form.
        (15, 1000, 0.99, 2.189248388847858, 0.1389771183180088),
        # GAS 0.3.4 (R): no exception at all, and a count whose likelihood underflows as a product.
        (0, 250, 0.99, 5.02516792675072, 0.0249815030534497),
        (1100, 20000, 0.95, 10.209637157619909, 0.0013970865776699),
    ],
)
def test_kupiec(exceptions: int, observations: int, level: float, statistic: float, p_value: float) -> None:
    found = kupiec(exceptions, observations, level)
    assert found.statistic == pytest.approx(statistic, abs=5e-6)
    assert found.p_value == pytest.approx(p_value, abs=5e-6)


@pytest.mark.parametrize(
    ("level", "accepted"),
    [
        (0.99, [(1, 6), (2, 10), (5, 16)]),
        (0.975, [(3, 11), (7, 20), (16, 35)]),
        (0.95, [(7, 20), (17, 35), (38, 64)]),
        (0.925, [(12, 27), (28, 50), (60, 91)]),
        (0.90, [(17, 35), (39, 64), (82, 119)]),
    ],
)
def test_counts_that_kupiec_does_not_reject(level: float, accepted: list[tuple[int, int]]) -> None:
    """Kupiec (1995), table 1, and Jorion, Value at Risk (2007), table 6-2, which print the open intervals."""
    for days, ends in zip((255, 510, 1000), accepted, strict=True):
        kept = [count for count in range(days + 1) if kupiec(count, days, level).statistic < 3.841459]
        assert (kept[0], kept[-1]) == ends
        assert len(kept) == ends[1] - ends[0] + 1


def test_independence_of_mathworks() -> None:
    """MathWorks, varbacktest.cci: transitions 932, 53, 53 and 4."""
    hits = [False] * 933 + [True, True, False] * 4 + [True, False] * 49
    before, after = np.array(hits[:-1]), np.array(hits[1:])
    counts = [int(np.sum((before == one) & (after == two))) for one in (False, True) for two in (False, True)]
    assert counts == [932, 53, 53, 4]
    found = christoffersen(hits)
    assert (found.statistic, found.p_value) == (pytest.approx(0.25866, abs=5e-6), pytest.approx(0.61104, abs=5e-6))


def test_coverage_without_an_exception() -> None:
    """GAS 0.3.4 (R); rugarch stops with "subscript out of bounds" here."""
    found = conditional_coverage(np.zeros(250, dtype=bool), 0.99)
    assert found.statistic == pytest.approx(5.025167926750725, rel=1e-9)
    assert found.p_value == pytest.approx(0.0810585161621813, rel=1e-9)
    assert christoffersen(np.zeros(250, dtype=bool)).statistic == 0.0


def test_zones_of_the_basel_committee() -> None:
    """Basel Committee (1996), table 1: 250 days at 99 %, cumulative probabilities in percent."""
    percent = [8.11, 28.58, 54.32, 75.81, 89.22, 95.88, 98.63, 99.60, 99.89, 99.97, 99.99]
    found = [traffic_light(count, 250, 0.99) for count in range(11)]
    assert [one.zone for one in found] == ["green"] * 5 + ["yellow"] * 5 + ["red"]
    assert [100 * one.cumulative_probability for one in found] == pytest.approx(percent, abs=0.005)
    # MathWorks, risk.validation.trafficLightVaRTest (R2025b): 40 failures in 250 days at 90 % is zone 2.
    amber = traffic_light(40, 250, 0.90)
    assert (amber.zone, amber.cumulative_probability) == ("yellow", pytest.approx(0.9988685482827294, rel=1e-9))


@pytest.mark.parametrize(
    ("column", "level", "exceptions", "unconditional", "conditional", "shape", "duration"),
    [
        (
            "var95",
            0.95,
            80,
            (0.34372779686915, 0.557685329803226),
            (2.009352825497432, 0.366163101347337),
            0.8678419118438645,
            0.0819925056127472,
        ),
        (
            "var99",
            0.99,
            14,
            (0.0688728479335927, 0.7929850363232667),
            (2.5110810487655266, 0.2849217994148708),
            0.719117195332635,
            0.115103528546046,
        ),
    ],
)
def test_coverage_and_duration_of_rugarch(
    euro: pd.DataFrame,
    column: str,
    level: float,
    exceptions: int,
    unconditional: tuple[float, float],
    conditional: tuple[float, float],
    shape: float,
    duration: float,
) -> None:
    """rugarch 228f67f (R 4.2.2), VaRTest and VaRDurTest."""
    hits = (euro["ret"] > euro[column]).to_numpy()
    assert hits.sum() == exceptions
    number, both = kupiec(exceptions, hits.size, level), conditional_coverage(hits, level)
    assert (number.statistic, number.p_value) == pytest.approx(unconditional, rel=1e-9)
    assert (both.statistic, both.p_value) == pytest.approx(conditional, rel=1e-9)
    found = duration_test(hits, level)
    assert found.shape == pytest.approx(shape, rel=1e-4)
    assert found.p_value == pytest.approx(duration, rel=1e-4)


@pytest.mark.parametrize(
    ("column", "level", "plain", "squared", "score"),
    [
        (
            "var95",
            0.95,
            (14.211616949848036, 0.027359573632265075),
            (14.3389452229591, 0.0454710080142616),
            0.000532211206250214,
        ),
        (
            "var99",
            0.99,
            (14.051068854639206, 0.029070869827119095),
            (14.4990100236962, 0.0429852806781842),
            0.000154510193795664,
        ),
    ],
)
def test_dynamic_quantile_and_score_of_gas(
    euro: pd.DataFrame,
    column: str,
    level: float,
    plain: tuple[float, float],
    squared: tuple[float, float],
    score: float,
) -> None:
    """GAS 0.3.4 (R 4.2.2), BacktestVaR on returns in percent: in decimals it drops a column, ours must not."""
    for unit in (1.0, 100.0):
        lost, limit = unit * euro["ret"], unit * euro[column]
        found = dynamic_quantile(lost, limit, level)
        assert (found.statistic, found.p_value, found.degrees) == pytest.approx((*plain, 6), rel=1e-7)
        more = dynamic_quantile(lost, limit, level, squared_return=True)
        assert (more.statistic, more.p_value, more.degrees) == pytest.approx((*squared, 7), rel=1e-7)
    assert quantile_loss(euro["ret"], euro[column], level) == pytest.approx(score, rel=1e-9)


def test_shortfall_statistics(euro: pd.DataFrame) -> None:
    """Acerbi and Székely (2014), Z1 and Z2 in closed form."""
    found = acerbi_szekely(euro["ret"], euro["var975"], euro["es975"], 0.975)
    assert (found.z1, found.z2) == (
        pytest.approx(-0.009704987594324255, rel=1e-9),
        pytest.approx(-0.07701865343394587, rel=1e-9),
    )


@pytest.mark.parametrize(("degrees", "five", "rare"), [(None, -0.692, -1.87), (3.0, -0.816, -4.5)])
def test_critical_values_of_the_shortfall_test(degrees: float | None, five: float, rare: float) -> None:
    """Simulated by full paths of 250 days at 97.5 %, 40,000 of them; Acerbi and Székely's rule of thumb is -0.70."""
    rng = np.random.default_rng(5)
    tail = normal_tail(0.975, 20_000, rng) if degrees is None else student_tail(0.975, degrees, 200_000, rng)
    null = shortfall_null(tail, 250, 0.975, rng, 40_000)[1]
    assert np.quantile(null, 0.05) == pytest.approx(five, abs=0.03)
    assert np.quantile(null, 0.0001) == pytest.approx(rare, abs=0.6)
