"""The far tail of receipts: closed form, a plain run of many scenarios, and months that the rates have seen."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from risk import compiled
from risk.checks import InputError
from risk.currency import scenarios
from risk.currency.far_tail import LEVELS, MONTH, MONTHLY_DECAY, far_tail, monthly_moves
from risk.currency.scenarios import simulate_receipts, tail_estimate
from risk.currency.var import fit_degrees
from risk.currency.volatility import ewma_variance

AMOUNTS = np.array([[100.0, -40.0, 60.0], [80.0, -40.0, 70.0], [120.0, -30.0, 50.0]])
COVARIANCE = np.array([[9.0, 3.0, 1.0], [3.0, 16.0, 2.0], [1.0, 2.0, 4.0]]) * 1e-4


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    assert compiled.warm([scenarios.KERNEL], wait=True)


def test_one_currency_in_one_normal_month_has_the_closed_form() -> None:
    """A lognormal rate worth today's on average: the loss beyond a level, and its mean beyond."""
    amount, deviation = 1000.0, 0.05
    found = far_tail([[amount]], [[deviation**2]], np.inf, 200_000, np.random.default_rng(1))
    assert tuple(found.index) == LEVELS
    for level, row in found.iterrows():
        z = NormalDist().inv_cdf(1 - level)
        var = amount * -np.expm1(z * deviation - deviation**2 / 2)
        es = amount * (1 - NormalDist().cdf(z - deviation) / (1 - level))
        assert row["var"] == pytest.approx(var, abs=4 * row["var_error"])
        assert row["es"] == pytest.approx(es, abs=4 * row["es_error"])
        assert row["var_error"] < 0.003 * var


def test_an_aimed_run_agrees_with_a_plain_one_of_as_many_scenarios_as_it_is_worth() -> None:
    aimed = far_tail(AMOUNTS, COVARIANCE, 5.0, 50_000, np.random.default_rng(2))
    plain = simulate_receipts(AMOUNTS, COVARIANCE, 5.0, 1_000_000, np.random.default_rng(3))
    for level, row in aimed.iterrows():
        crude = tail_estimate(plain, level)
        assert row["var"] == pytest.approx(crude.var, abs=4 * np.hypot(row["var_error"], crude.var_error))
        assert row["es"] == pytest.approx(crude.es, abs=4 * np.hypot(row["es_error"], crude.es_error))
        # The error of value at risk falls with the root of the scenarios, and twenty batches know it to a sixth.
        assert row["var_error"] * np.sqrt(row["plain"] / 1e6) == pytest.approx(crude.var_error, rel=0.7)
        assert row["plain"] > 3 * 50_000


def test_scenarios_without_an_aim_are_worth_their_own_number() -> None:
    found = tail_estimate(simulate_receipts(AMOUNTS, COVARIANCE, 5.0, 30_000, np.random.default_rng(4)), 0.99)
    assert found.effective == pytest.approx(300, rel=0.01)
    assert found.plain == pytest.approx(30_000)


def test_errors_are_those_between_repeated_runs() -> None:
    runs = [far_tail(AMOUNTS, COVARIANCE, 5.0, 20_000, np.random.default_rng(seed)) for seed in range(40)]
    var = np.array([run["var"] for run in runs])
    said = np.sqrt(np.mean([np.square(run["var_error"]) for run in runs], axis=0))
    assert var.std(axis=0, ddof=1) == pytest.approx(said, rel=0.4)


def test_nothing_at_risk_has_no_tail() -> None:
    with pytest.raises(InputError, match="no far tail"):
        far_tail(0.0 * AMOUNTS, COVARIANCE, 5.0, 5000, np.random.default_rng(5))


def rates_of(days: np.ndarray) -> pd.DataFrame:
    table = np.exp(np.vstack([np.zeros(days.shape[1]), days.cumsum(axis=0)]))
    return pd.DataFrame(table, pd.bdate_range("2000-01-03", periods=len(table)), ["USD", "EUR"])


def test_moves_of_a_month_are_those_of_months_that_end_today() -> None:
    days = np.random.default_rng(6).standard_t(4, (60 * MONTH + 5, 2)) * 0.005
    worth = np.array([100.0, -30.0])
    found = monthly_moves(rates_of(days), worth)
    months = np.array([days[5 + MONTH * place : 5 + MONTH * (place + 1)].sum(axis=0) for place in range(60)])
    assert found.months == 60
    for place in range(2):
        tomorrow = ewma_variance(months[:, place], MONTHLY_DECAY)[-1]
        assert found.covariance[place, place] == pytest.approx(tomorrow)
    book = months @ worth
    assert worth @ found.covariance @ worth == pytest.approx(ewma_variance(book, MONTHLY_DECAY)[-1])
    assert found.degrees == pytest.approx(fit_degrees(book / np.sqrt(ewma_variance(book, MONTHLY_DECAY)[:-1])))


def test_days_without_a_rate_for_every_currency_count_nothing() -> None:
    days = np.random.default_rng(7).normal(0, 0.005, (2 * MONTH, 2))
    rates = rates_of(days)
    later = rates.copy()
    later.iloc[:MONTH, 1] = np.nan
    assert monthly_moves(rates, [1.0, 1.0]).months == 2
    with pytest.raises(InputError, match="42 days"):
        monthly_moves(later, [1.0, 1.0])
