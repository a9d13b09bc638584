"""Programmes on the rates of the past: nothing known later, forwards by parity, months without a gap."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from risk.checks import InputError
from risk.currency.forwards import forward_rate
from risk.currency.programmes import (
    Averaging,
    Known,
    Layered,
    Micro,
    NoHedge,
    Programme,
    Rolling,
    RuleBased,
    Static,
    Terms,
    backtest_programme,
    simulate_programme,
)
from risk.currency.programmes.history import read_history
from risk.currency.rates import ecb_rates
from risk.reference import policy_rate_history

DAYS = pd.bdate_range("2020-01-01", "2023-12-29", name="date")


def invented(seed: int = 1) -> pd.DataFrame:
    """Four years of daily rates in EUR."""
    moves = np.random.default_rng(seed).normal(0.0, 0.006, (len(DAYS), 2)).cumsum(axis=0)
    return pd.DataFrame([0.9, 0.2] * np.exp(moves), DAYS, ["USD", "PLN"])


def quarterly(seed: int = 2) -> pd.DataFrame:
    """Average interest by quarter, some of it negative."""
    quarters = pd.date_range("2019-01-01", "2023-10-01", freq="QS", name="quarter")
    levels = np.random.default_rng(seed).uniform(-0.01, 0.06, (len(quarters), 3))
    return pd.DataFrame(levels, quarters, ["EUR", "USD", "PLN"])


def amounts(start: str = "2021-01", end: str = "2023-12") -> pd.DataFrame:
    months = pd.period_range(start, end, freq="M")
    return pd.DataFrame({"USD": np.linspace(90.0, 110.0, len(months)), "PLN": -400.0}, index=months)


RULES = RuleBased(Averaging(0.4, 6), take_profit=0.01, stop_loss=0.02)
PROGRAMMES: list[Programme] = [Static(0.8), Rolling(1.0, 6), Layered({9: 0.3, 3: 0.9}), Micro(1.5), RULES]


class Watched:
    """A programme that writes down what it was shown and what it decided."""

    follows_rates = True
    sells_orders = False

    def __init__(self, inner: Programme) -> None:
        self.inner = inner
        self.seen: list[np.ndarray] = []
        self.decided: list[np.ndarray] = []

    def reach(self, period: int) -> int:
        return self.inner.reach(period)

    def terms(self, lead: int, volatility: np.ndarray, side: np.ndarray) -> Terms | None:
        self.seen[-1] = np.concatenate([self.seen[-1], volatility.ravel()])
        return self.inner.terms(lead, volatility, side)

    def targets(self, known: Known) -> np.ndarray:
        ratios = self.inner.targets(known)
        self.seen.append(np.concatenate([known.spot.ravel(), known.forwards.ravel(), np.ravel(known.budget)]))
        self.decided.append(np.broadcast_to(ratios, (*ratios.shape[:2], 1)).copy())
        return ratios


@pytest.mark.parametrize("programme", PROGRAMMES, ids=repr)
@pytest.mark.parametrize(("fixing", "day"), [("first", "2022-07-29"), ("last", "2022-08-30")])
def test_a_corrupted_future_changes_no_earlier_decision_and_no_earlier_rate(
    programme: Programme, fixing: str, day: str
) -> None:
    cut = pd.Timestamp(day)  # August is decided on, and dealt at the next fixing
    rates, interest = invented(), quarterly()
    wrong_rates, wrong_interest = rates.copy(), interest.copy()
    wrong_rates.loc[rates.index > cut] *= 3.0
    # An average is known when its quarter is over: that of the running quarter is already the future.
    wrong_interest.loc[interest.index + pd.offsets.DateOffset(months=3) > cut] += 0.5
    right, wrong = Watched(programme), Watched(programme)
    true = backtest_programme(right, amounts(), rates, interest, 0.001, fixing=fixing)
    false = backtest_programme(wrong, amounts(), wrong_rates, wrong_interest, 0.001, fixing=fixing)
    last = pd.Period("2022-07")
    known = len(pd.period_range(pd.Period("2021-01") - programme.reach(12), last + 1, freq="M"))
    for now, then in zip(right.seen[:known], wrong.seen[:known], strict=True):
        assert np.array_equal(now, then, equal_nan=True)
    for now, then in zip(right.decided[:known], wrong.decided[:known], strict=True):
        assert np.array_equal(now, then)
    assert not np.array_equal(right.seen[known], wrong.seen[known])
    months = true.rates.index.get_level_values("month")
    pd.testing.assert_frame_equal(true.rates[months <= last], false.rates[months <= last])
    assert (true.rates["spot"] != false.rates["spot"])[months > last].all()


@pytest.mark.parametrize("programme", [*PROGRAMMES[:-1], NoHedge()], ids=repr)
def test_history_is_a_simulation_of_one_path_with_its_points(programme: Programme) -> None:
    found = backtest_programme(programme, amounts(), invented(), quarterly(), 0.001, budget={"USD": 0.9, "PLN": 0.2})
    past = read_history(invented(), quarterly(), ["USD", "PLN"], 12)
    kept = slice(list(past.months).index(pd.Period("2021-01")) - max(1, programme.reach(12)), None)
    points = past.spot[kept][:, None] * (past.growth[kept] - 1.0)
    again = simulate_programme(programme, amounts(), past.spot[kept][None], points, 0.001, budget=[0.9, 0.2], period=12)
    assert found.monthly == pytest.approx(again.monthly)
    assert found.costs.to_numpy() == pytest.approx(again.costs.to_numpy())
    assert found.losses == pytest.approx(again.monthly.reshape(3, 12).sum(axis=1))


def test_forwards_are_by_parity_with_the_interest_of_the_last_full_quarter() -> None:
    rates, interest = invented(), quarterly()
    past = read_history(rates, interest, ["USD", "PLN"], 3)
    place = list(past.months).index(pd.Period("2022-02"))
    day, known = pd.Timestamp("2022-02-28"), interest.loc["2021-10-01"]
    assert past.spot[place].tolist() == rates.loc[day].tolist()
    assert past.seen[place].tolist() == rates.loc["2022-02-25"].tolist()
    days = (pd.Timestamp("2022-05-31") - day).days
    expected = forward_rate(rates.loc[day, "PLN"], known["EUR"], known["PLN"], days, 360, 365)
    assert past.spot[place, 1] * past.growth[place, 2, 1] == pytest.approx(expected, rel=1e-14)


def test_interest_of_dated_rows_is_known_from_the_day_and_constant_interest_always() -> None:
    days = pd.DatetimeIndex(["2020-01-01", "2022-02-25", "2022-02-28"])
    dated = pd.DataFrame({"EUR": [0.0, 0.0, 0.0], "USD": [0.01, 0.02, 0.9], "PLN": 0.05}, index=days)
    past = read_history(invented(), dated, ["USD", "PLN"], 1)
    ahead = (pd.Timestamp("2022-03-31") - pd.Timestamp("2022-02-28")).days
    place = list(past.months).index(pd.Period("2022-02"))
    assert past.growth[place, 0, 0] == pytest.approx(1 / (1 + 0.02 * ahead / 360))
    flat = read_history(invented(), {"EUR": 0.0, "USD": 0.02, "PLN": 0.0}, ["USD", "PLN"], 1)
    assert flat.growth[list(flat.months).index(pd.Period("2022-02")), 0].tolist() == [past.growth[place, 0, 0], 1.0]
    periods = read_history(invented(), quarterly().to_period("Q"), ["USD", "PLN"], 2)
    assert np.array_equal(periods.growth, read_history(invented(), quarterly(), ["USD", "PLN"], 2).growth)


def test_a_lock_is_dealt_at_the_fixing_before_the_year() -> None:
    found = backtest_programme(Static(1.0), amounts(), invented(), {"EUR": 0.0, "USD": 0.0, "PLN": 0.0}, 0.0)
    rates = found.rates["achieved"].xs("USD", level="currency")
    for year in (2021, 2022, 2023):
        december = invented()["USD"][f"{year - 1}-12"].iloc[-1]
        assert rates[rates.index.year == year].to_numpy() == pytest.approx(np.full(12, december))  # type: ignore[attr-defined]
    assert found.losses == pytest.approx(np.zeros(3), abs=1e-9)


def test_what_is_expected_is_hedged_and_what_comes_is_paid() -> None:
    hoped = amounts() * 1.25
    found = backtest_programme(Rolling(1.0, 3), amounts(), invented(), quarterly(), 0.0, expected=hoped)
    assert found.amounts["sold"].to_numpy() == pytest.approx(hoped.sum().to_numpy())
    assert found.amounts["over_hedge_share"].to_numpy() == pytest.approx([0.2, 0.2])


def test_of_forecasts_that_change_a_decision_takes_the_newest() -> None:
    months = pd.period_range("2021-01", "2021-03", freq="M")
    came = pd.DataFrame({"USD": 100.0}, index=months)
    index = pd.MultiIndex.from_tuples(
        [
            ("2020-11", "2021-01"),
            ("2020-11", "2021-02"),
            ("2020-12", "2021-01"),
            ("2021-01", "2021-03"),
            ("2021-02", "2021-03"),
        ]
    )
    forecasts = pd.DataFrame({"USD": [80.0, 90.0, 120.0, 50.0, 70.0]}, index)
    free = {"EUR": 0.0, "USD": 0.0}
    found = backtest_programme(Rolling(1.0, 3), came, invented(), free, 0.0, expected=forecasts, period=3)
    rate = invented()["USD"].groupby(DAYS.to_period("M")).last()
    brought = [
        80 * rate["2020-11"] + 40 * rate["2020-12"] - 20 * rate["2021-01"],
        90 * rate["2020-11"] + 10 * rate["2021-02"],
        50 * rate["2021-01"] + 20 * rate["2021-02"] + 30 * rate["2021-03"],
    ]
    assert found.hedge_rate["USD"].to_numpy() * 100 == pytest.approx(brought)
    assert found.amounts.loc["USD", ["expected", "sold", "over_hedged"]].tolist() == [280.0, 280.0, 20.0]
    for wrong in (forecasts.iloc[:3], pd.concat([forecasts, forecasts])):
        with pytest.raises(InputError, match="once for the same months"):
            backtest_programme(Rolling(1.0, 3), came, invented(), free, 0.0, expected=wrong, period=3)


def test_a_year_that_is_not_complete_is_said() -> None:
    found = backtest_programme(Static(1.0), amounts(end="2023-03"), invented(), quarterly(), 0.0)
    assert found.monthly.shape == (1, 27)
    assert found.losses.shape == (2,)
    assert "last 3 months" in found.notes[-1]


def test_a_history_shorter_than_a_budget_period_is_one() -> None:
    found = backtest_programme(Static(1.0), amounts(start="2023-06"), invented(), quarterly(), 0.0)
    assert found.losses.tolist() == [pytest.approx(found.monthly.sum())]
    assert not found.notes


def test_a_history_that_begins_late_is_said() -> None:
    found = backtest_programme(Rolling(1.0, 6), amounts(start="2020-05"), invented(), quarterly(), 0.0)
    assert "in only 4 of the 6 months" in found.notes[0]
    assert not backtest_programme(
        Rolling(1.0, 4), amounts(start="2020-05"), invented(), quarterly(), 0.0, period=4
    ).notes


def test_the_same_amount_every_month_begins_when_all_is_known() -> None:
    found = backtest_programme(NoHedge(), {"USD": 1.0}, invented(), quarterly(), 0.0)
    months = found.rates.index.get_level_values("month")
    assert (str(months[0]), str(months[-1])) == ("2020-02", "2023-12")
    assert found.rates["achieved"].to_numpy() == pytest.approx(found.rates["spot"].to_numpy())


def test_an_array_falls_in_the_last_months_of_the_rates() -> None:
    frame = amounts(start="2022-01")
    named = backtest_programme(Rolling(1.0, 3), frame, invented(), quarterly(), 0.001)
    plain = backtest_programme(Rolling(1.0, 3), frame.to_numpy(), invented(), quarterly(), 0.001)
    assert np.array_equal(named.monthly, plain.monthly)
    pd.testing.assert_frame_equal(named.rates, plain.rates)
    alone = backtest_programme(Static(1.0), np.full(24, 5.0), invented()[["USD"]], quarterly(), 0.0, reporting="EUR")
    assert alone.amounts.loc["USD", "received"] == 120.0


@pytest.fixture(scope="module")
def real() -> pd.DataFrame:
    return ecb_rates("EUR", ["USD", "PLN", "SEK"], "2004-12-01", "2026-10-30")


def test_real_rates_tell_the_reporting_currency_and_run_since_2005(real: pd.DataFrame) -> None:
    found = backtest_programme(Averaging(1.0, 12), {"USD": 1.0, "PLN": 1.0}, real, policy_rate_history(), 0.001)
    months = found.rates.index.get_level_values("month")
    # The first average is that of the first quarter of 2005, known in April.
    assert (str(months[0]), str(months[-1])) == ("2005-05", "2026-10")
    assert len(found.losses) == 21
    spot = backtest_programme(NoHedge(), {"USD": 1.0, "PLN": 1.0}, real, policy_rate_history(), 0.001)
    assert found.smoothness.mean() < spot.smoothness.mean() / 2


def test_the_last_fixing_is_found_only_in_months_that_are_over(real: pd.DataFrame) -> None:
    early = read_history(real[:"2026-10-14"], policy_rate_history(), ["USD"], 1)  # type: ignore[misc]
    assert str(early.months[-1]) == "2026-09"
    assert (
        str(read_history(real[:"2026-10-14"], policy_rate_history(), ["USD"], 1, fixing="first").months[-1])
        == "2026-10"
    )  # type: ignore[misc]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"receipts": {"GBP": 1.0}}, "no exchange rates for GBP"),
        ({"receipts": {}}, "no exchange rates"),
        ({"receipts": np.ones((12, 3))}, "receipts has shape"),
        ({"receipts": np.ones((99, 2))}, "first month has to be decided on before"),
        ({"receipts": {"USD": 1.0}, "rates": invented()["2023-12":]}, "no month with receipts"),
        ({"receipts": amounts(start="2020-01")}, "first month has to be decided on before"),
        ({"receipts": amounts().drop(pd.Period("2022-05"))}, "each month in a row"),
        ({"receipts": amounts() * np.nan}, "each month in a row"),
        ({"expected": amounts(start="2021-02")}, "same months and currencies"),
        ({"interest": quarterly().drop(columns="PLN"), "reporting": "EUR"}, "PLN: enter one"),
        ({"interest": quarterly().assign(CHF=0.0)}, "reporting currency"),
        ({"interest": quarterly().assign(PLN=np.nan)}, "known for PLN"),
        ({"interest": {"EUR": 0.0, "USD": 0.0, "XXX": 0.0}, "reporting": "EUR"}, "known for PLN"),
        ({"fixing": "middle"}, "fixing"),
        ({"period": 0}, "period"),
        ({"spread": -1.0}, "spread"),
    ],
    ids=str,
)
def test_what_is_refused(change: dict[str, object], said: str) -> None:
    given: dict[str, object] = {
        "programme": Static(1.0),
        "receipts": amounts(),
        "rates": invented(),
        "interest": quarterly(),
        "spread": 0.0,
    }
    with pytest.raises(InputError, match=said):
        backtest_programme(**{**given, **change})  # type: ignore[arg-type]


def gap(rates: pd.DataFrame, interest: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    holed = rates.copy()
    holed.loc["2021-11-08":"2022-02-18", "PLN"] = np.nan  # type: ignore[misc]
    return holed, interest


def silence(rates: pd.DataFrame, interest: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    holed = interest.copy()
    holed.loc["2021-07-01":"2021-10-01", "PLN"] = np.nan  # type: ignore[misc]
    return rates, holed


def test_a_fixing_after_a_gap_has_no_day_before_to_decide_on() -> None:
    rates = invented()
    rates.loc["2021-11-08":"2022-01-31", "PLN"] = np.nan  # type: ignore[misc]
    assert str(read_history(rates, quarterly(), ["PLN"], 1, fixing="first").months[0]) == "2022-03"


@pytest.mark.parametrize(("hole", "first"), [(gap, "2022-02"), (silence, "2022-04")])
def test_nothing_is_filled_over_a_gap(hole: Callable[..., tuple[pd.DataFrame, pd.DataFrame]], first: str) -> None:
    rates, interest = hole(invented(), quarterly())
    assert str(read_history(rates, interest, ["USD", "PLN"], 1).months[0]) == first
    with pytest.raises(InputError, match="without a gap only from"):
        backtest_programme(Static(1.0), amounts(), rates, interest, 0.0)
