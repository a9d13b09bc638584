"""Rolling forecasts: the slow loop over value_at_risk, no look-ahead, numpy's own quantile, and refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from risk import compiled
from risk.checks import InputError
from risk.currency.backtest import kupiec, rolling_backtest, rolling_filtered, rolling_historical, windows
from risk.currency.rates import ecb_rates
from risk.currency.var import METHODS, value_at_risk
from risk.loss import measures

RATES = ecb_rates("CNY", ["USD", "EUR", "JPY"], "2022-01-03", "2026-06-30")
BOOK = pd.Series({"USD": 1e6, "EUR": -4e5, "JPY": 1e7})


def backtest(method: str, rates: pd.DataFrame = RATES, **options: object) -> pd.DataFrame:
    return rolling_backtest(rates, BOOK, 0.99, 500, method, rng=np.random.default_rng(1), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("method", [method for method in METHODS if method != "monte-carlo"])
def test_a_forecast_is_value_at_risk_of_the_days_before(method: str) -> None:
    found = backtest(method, refit=1 if method in ("student-t", "cornish-fisher") else 21)
    days = RATES.index
    for place in (0, 21, 210):  # days on which models are estimated anew
        day = found.index[place]
        before = RATES.loc[: days[days.get_loc(day) - 1]]
        slow = value_at_risk(before, BOOK, 0.99, 1, method, window=500)
        near = 1e-4 if method == "garch" else 1e-9
        assert found.loc[day, "var"] == pytest.approx(slow.var, rel=near)
        assert found.loc[day, "es"] == pytest.approx(slow.es, rel=near)


def test_simulated_forecasts_are_about_those_of_student_t() -> None:
    drawn, closed = backtest("monte-carlo"), backtest("student-t")
    assert drawn["var"].to_numpy() == pytest.approx(closed["var"].to_numpy(), rel=0.15)
    assert np.mean(drawn["var"] / closed["var"]) == pytest.approx(1.0, abs=0.03)


def test_the_loss_of_a_day_is_what_the_units_lost() -> None:
    found = backtest("historical")
    change = -(RATES[list(BOOK.index)].diff() @ BOOK)
    assert found["loss"].to_numpy() == pytest.approx(change[found.index].to_numpy())
    assert (found["exception"] == (found["loss"] > found["var"])).all()
    assert len(found) == len(RATES) - 501


def test_todays_mix_is_held_at_its_value() -> None:
    found = backtest("historical", hold="value")
    moves = RATES[list(BOOK.index)].pct_change().iloc[1:]
    lost = -(moves * (BOOK * RATES[list(BOOK.index)].iloc[-1])).sum(axis=1)
    assert found["loss"].to_numpy() == pytest.approx(lost[found.index].to_numpy())
    place = 100
    assert found["var"].iloc[place] == pytest.approx(measures.value_at_risk(lost.iloc[place : place + 500], 0.99))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("hold", ["units", "value"])
def test_a_spoilt_future_changes_no_forecast_before_it(method: str, hold: str) -> None:
    spoilt = RATES.copy()
    spoilt.loc["2025-07-01":"2026-06-26"] *= 1.5
    one, other = (backtest(method, rates, hold=hold)["var"][:"2025-07-01"] for rates in (RATES, spoilt))
    assert len(one) > 300
    pd.testing.assert_series_equal(one, other)


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=5, max_size=80),
    st.integers(2, 40),
    st.sampled_from([0.07, 0.5, 0.9, 0.95, 0.99]),
)
@settings(max_examples=60, deadline=None)
def test_rolling_measures_are_those_of_every_window(losses: list[float], window: int, level: float) -> None:
    window = min(window, len(losses))
    found = rolling_historical(losses, window, level)
    rows = sliding_window_view(np.array(losses), window)
    assert (found.var == np.quantile(rows, level, axis=1, method="inverted_cdf")).all()
    assert found.es == pytest.approx([measures.expected_shortfall(row, level) for row in rows], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("side", [1, -1])
def test_compiled_and_numpy_windows_agree(side: int) -> None:
    assert compiled.warm([windows.KERNEL], wait=True)
    moves = 0.01 * np.random.default_rng(2).standard_t(4, 1500)
    fast = rolling_filtered(moves, 250, 0.975, side)
    kernel = compiled.compiled(windows.KERNEL)
    assert kernel is not None
    scale = np.sqrt(windows.ewma_variance(moves))
    slow = windows.tails_slowly(-side * moves / scale[:-1], 250, 0.975, scale, side)
    assert fast.var == pytest.approx(slow.var, rel=1e-10)
    assert fast.es == pytest.approx(slow.es, rel=1e-10)
    plain = np.empty(1251), np.empty(1251)
    kernel.tails.py_func(-side * moves / scale[:-1], 250, windows.rank(0.975, 250), 0.975, scale, side, *plain)
    assert plain[0] == pytest.approx(slow.var, rel=1e-10)


def test_a_filtered_forecast_of_one_currency_is_the_rolling_one() -> None:
    rates = RATES[["USD"]]
    found = rolling_backtest(rates, 1.0 / rates.iloc[-1], 0.99, 500, "filtered", hold="value")
    moves = np.diff(np.log(rates["USD"].to_numpy()))
    assert found["var"].to_numpy() == pytest.approx(rolling_filtered(moves, 500, 0.99).var[:-1], rel=1e-9)


def test_filtered_simulation_holds_where_the_normal_distribution_does_not() -> None:
    """A hand-made portfolio of EUR, JPY, TRY and HKD against the dollar, 2,000 days each."""
    rates = ecb_rates("USD", ["EUR", "JPY", "TRY", "HKD"], "2016-01-04", "2026-10-30")
    book = pd.Series({"EUR": 1.0, "JPY": 1.0, "TRY": 0.5, "HKD": 1.0}) / rates.iloc[-1]
    p_values = {}
    for method in ("filtered", "normal"):
        found = rolling_backtest(rates, book, 0.99, 500, method, hold="value")
        p_values[method] = kupiec(int(found["exception"].sum()), len(found), 0.99).p_value
    assert p_values["filtered"] > 0.05
    assert p_values["normal"] < 0.01


@pytest.mark.parametrize(
    ("book", "options", "said"),
    [
        ({"USD": 1.0, "VND": 1.0}, {}, "without rates: VND"),
        ({"USD": 0.0}, {}, "without rates: -"),
        ({"USD": 1.0}, {"window": 249}, "window"),
        ({"USD": 1.0}, {"window": 5000}, "more than as many days"),
        ({"USD": 1.0}, {"method": "guess"}, "method"),
        ({"USD": 1.0}, {"hold": "weight"}, "hold"),
        ({"USD": 1.0}, {"method": "monte-carlo"}, "rng is missing"),
        ({"USD": 1.0}, {"level": 1.5}, "level"),
    ],
)
def test_what_cannot_be_backtested_is_refused(book: dict[str, float], options: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        rolling_backtest(RATES, pd.Series(book), **options)
    with pytest.raises(InputError, match="window == 9"):
        rolling_historical([1.0, 2.0], 9, 0.9)
    with pytest.raises(InputError, match="side == 2"):
        rolling_filtered([1.0, 2.0], 2, 0.9, side=2)
