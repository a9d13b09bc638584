"""Options instead of forwards, priced here by Black's formula and by a sum over a lognormal distribution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

from risk.checks import InputError
from risk.currency.programmes import (
    Averaging,
    Micro,
    NoHedge,
    OptionHedge,
    Rolling,
    RuleBased,
    Static,
    backtest_programme,
    bootstrap_programmes,
    simulate_programme,
)
from risk.currency.programmes.history import read_history

RECEIPTS = np.column_stack([np.full(6, 100.0), np.full(6, -3000.0)])
VOLATILITY = {"USD": 0.10, "JPY": 0.12}
NAMES = ("USD", "JPY")


@dataclass
class Price:
    price: float | np.ndarray


def black(spot: float, strike: float, years: float, volatility: object, quote: float, base: float, kind: str) -> Price:
    """Black (1976) on a forward, without interest."""
    assert (quote, base) == (0.0, 0.0)
    sd = np.asarray(volatility, dtype=float) * np.sqrt(years)
    d1 = np.log(spot / strike) / sd + sd / 2
    side = 1 if kind == "put" else -1
    return Price(side * (strike * norm.cdf(side * (sd - d1)) - spot * norm.cdf(-side * d1)))


def free_strike(
    spot: float, strike: float, years: float, volatility: np.ndarray, quote: float, base: float, kind: str
) -> np.ndarray:
    other, bounds = ("call", (1.0, 3.0)) if kind == "put" else ("put", (0.3, 1.0))

    def free(level: float) -> float:
        premium = black(spot, strike, years, level, quote, base, kind).price
        return float(brentq(lambda at: black(spot, at, years, level, quote, base, other).price - premium, *bounds))

    return np.array([spot if strike == spot else free(level) for level in volatility])


def paths(scenarios: int = 40) -> np.ndarray:
    sd = np.array([0.10, 0.12]) / np.sqrt(12)
    moves = np.random.default_rng(3).normal(-(sd**2) / 2, sd, (scenarios, 6, 2))
    return np.array([7.0, 0.05]) * np.exp(np.pad(moves, ((0, 0), (1, 0), (0, 0))).cumsum(axis=1))


def test_puts_and_calls_pay_as_they_do_by_hand() -> None:
    spot, points = paths(), np.outer(np.arange(1, 7), [0.01, 0.0001])
    hedge = OptionHedge(Rolling(0.8, 2), 0.02, black)
    found = simulate_programme(hedge, RECEIPTS, spot, points, 0.001, currencies=NAMES, volatility=VOLATILITY)
    total = np.zeros(len(spot))
    for month in range(1, 7):
        for code, kind, side in ((0, "put", 1), (1, "call", -1)):
            dealt = max(0, month - 2)
            forward = spot[:, dealt, code] + points[month - dealt - 1, code]
            strike, amount = forward * (1 - side * 0.02), RECEIPTS[month - 1, code]
            sd = list(VOLATILITY.values())[code]
            premium = black(1.0, 1 - side * 0.02, (month - dealt) / 12, sd, 0.0, 0.0, kind).price * forward
            better = np.maximum(side * (strike - spot[:, month, code]), 0.0)
            total += amount * spot[:, month, code] + 0.8 * abs(amount) * (better - premium - 0.001 * forward)
    budget = (RECEIPTS * spot[:, :1]).sum(axis=(1, 2))
    assert found.losses == pytest.approx(budget - total)
    assert found.costs["points"].to_numpy() == pytest.approx([0.0, 0.0], abs=1e-9)
    assert found.costs["premium"].gt(0.0).all()
    assert not found.peak_margin.any()


def test_a_free_collar_at_the_forward_is_a_forward() -> None:
    for base in (Static(0.9), Averaging(1.0, 3), Micro(1.5)):
        collar = OptionHedge(base, 0.0, black, free_strike)
        one, other = (
            simulate_programme(each, RECEIPTS, paths(), 0.0, 0.001, currencies=NAMES, volatility=VOLATILITY)
            for each in (collar, base)
        )
        assert one.losses == pytest.approx(other.losses)
        assert one.tickets == other.tickets


def test_a_fair_premium_costs_on_average_what_the_option_pays() -> None:
    spot = paths(20_000)
    for hedge in (
        OptionHedge(Static(1.0), 0.03, black),
        OptionHedge(Static(1.0), 0.03, black, free_strike),
        OptionHedge(Averaging(1.0, 4), 0.01, black),
    ):
        found = simulate_programme(hedge, RECEIPTS, spot, 0.0, 0.0, currencies=NAMES, volatility=VOLATILITY)
        gain = found.unhedged - found.losses
        assert abs(gain.mean()) < 4 * gain.std() / np.sqrt(len(gain))


def test_the_worst_rate_is_the_floor_less_the_premium_and_the_best_of_a_collar_its_cap() -> None:
    spot = np.array([[[1.0], [x]] for x in (0.5, 0.9, 0.99, 1.05, 1.5)])
    put = simulate_programme(OptionHedge(Static(1.0), 0.02, black), [[10.0]], spot, 0.0, 0.0, volatility=0.1)
    premium = float(black(1.0, 0.98, 1 / 12, 0.1, 0.0, 0.0, "put").price)
    assert put.losses == pytest.approx(10 * (1 + premium - np.array([0.98, 0.98, 0.99, 1.05, 1.5])))
    collar = OptionHedge(Static(1.0), 0.02, black, free_strike)
    cap = float(free_strike(1.0, 0.98, 1 / 12, np.array([0.1]), 0.0, 0.0, "put")[0])
    found = simulate_programme(collar, [[10.0]], spot, 0.0, 0.0, volatility=0.1)
    assert found.losses == pytest.approx(10 * (1 - np.array([0.98, 0.98, 0.99, min(cap, 1.05), cap])))


def test_dearer_volatility_costs_more() -> None:
    def premium(extra: float) -> float:
        hedge = OptionHedge(Static(1.0), 0.02, black, extra_volatility=extra)
        return float(
            simulate_programme(hedge, RECEIPTS, paths(), 0.0, 0.0, currencies=NAMES, volatility=0.1)
            .costs["premium"]
            .sum()
        )

    assert premium(0.02) > premium(0.0) > 0.0


def test_a_rule_may_deal_in_options() -> None:
    rule = RuleBased(OptionHedge(NoHedge(), 0.02, black), stop_loss=0.01, months=6)
    found = simulate_programme(rule, RECEIPTS, paths(), 0.0, 0.0, currencies=NAMES, volatility=0.1)
    assert found.costs["premium"].gt(0.0).all()


DAYS = pd.bdate_range("2018-01-01", "2023-12-29", name="date")
RATES = pd.DataFrame(
    0.9 * np.exp(np.random.default_rng(1).normal(0.0, 0.006, (len(DAYS), 1)).cumsum(axis=0)), DAYS, ["USD"]
)
INTEREST = {"EUR": 0.02, "USD": 0.03}


def test_in_a_history_the_volatility_is_that_of_the_year_before() -> None:
    past = read_history(RATES, INTEREST, ["USD"], 1)
    place = list(past.months).index(pd.Period("2021-06"))
    year = np.diff(np.log(RATES["USD"][:"2021-06-29"].to_numpy()))[-252:]  # type: ignore[misc]
    assert past.volatility[place, 0] == pytest.approx(np.sqrt(np.square(year).mean() * 252))
    short = list(past.months).index(pd.Period("2018-05"))
    few = np.diff(np.log(RATES["USD"][:"2018-05-30"].to_numpy()))  # type: ignore[misc]
    assert past.volatility[short, 0] == pytest.approx(np.sqrt(np.square(few).mean() * 252))
    assert np.isnan(past.volatility[0, 0])


def test_a_history_and_its_draws_are_played_with_options() -> None:
    receipts = pd.DataFrame({"USD": 100.0}, index=pd.period_range("2020-01", "2023-12", freq="M"))
    hedge = OptionHedge(Rolling(1.0, 3), 0.02, black)
    found = backtest_programme(hedge, receipts, RATES, INTEREST, 0.0)
    achieved, forward = (
        backtest_programme(one, receipts, RATES, INTEREST, 0.0).rates["achieved"] for one in (hedge, Rolling(1.0, 3))
    )
    premium = found.costs.loc["USD", "premium"] / receipts["USD"].sum()
    assert (achieved > 0.98 * forward - 3 * premium).all()
    assert (achieved > forward).any()
    drawn = bootstrap_programmes(
        {"put": hedge}, receipts, RATES, INTEREST, 0.0, np.random.default_rng(1), histories=2, kind="moving", block=50
    )
    assert drawn.drawn["put"]["expected_loss"].to_numpy() == pytest.approx(found.losses.mean())


def test_without_a_volatility_there_is_no_price() -> None:
    hedge = OptionHedge(Static(1.0), 0.02, black)
    for volatility in (None, {"USD": 0.1}):
        with pytest.raises(InputError, match="without a volatility"):
            simulate_programme(hedge, RECEIPTS, paths(), 0.0, 0.0, currencies=NAMES, volatility=volatility)
    early = pd.DataFrame({"USD": 100.0}, index=pd.period_range("2018-02", "2019-12", freq="M"))
    with pytest.raises(InputError, match="without a volatility"):
        backtest_programme(hedge, early, RATES, INTEREST, 0.0)


@pytest.mark.parametrize("given", [{"width": -0.1}, {"width": 1.0}, {"width": 0.1, "extra_volatility": -0.1}], ids=str)
def test_what_is_refused(given: dict[str, float]) -> None:
    with pytest.raises(InputError):
        OptionHedge(Static(1.0), pricing=black, **given)
