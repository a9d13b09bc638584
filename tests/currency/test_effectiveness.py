"""Hedge accounting: offset, regression, the lower of two, critical terms and what standards ask."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import linregress

from risk.checks import InputError
from risk.currency.book import Market, markets
from risk.currency.effectiveness import (
    STANDARDS,
    HedgedItem,
    assess,
    critical_terms,
    cumulative_gains,
    dollar_offset,
    effectiveness_regression,
    hypothetical_derivative,
    lower_of,
    prospective_changes,
    variance_reduction,
)

TODAY = dt.date(2026, 11, 25)
MARKET = Market("CNY", TODAY, {"USD": 7.1, "EUR": 8.2}, {"CNY": 0.014, "USD": 0.0375, "EUR": 0.02})
ITEM = HedgedItem("USD", 100_000.0, dt.date(2027, 1, 29), "CNY")
PERFECT = hypothetical_derivative(ITEM, MARKET)

changes = st.lists(
    st.tuples(st.floats(-1e6, 1e6, allow_subnormal=False), st.floats(-1e6, 1e6, allow_subnormal=False)),
    min_size=1,
    max_size=12,
)


def moves(count: int = 60, noise: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    item = rng.normal(0.0, 100.0, count)
    return item, -0.95 * item + 100.0 * noise * rng.normal(size=count)


# Dollar offset


@settings(max_examples=50, deadline=None)  # time is the machine's
@given(changes)
def test_cumulative_ratios_are_those_of_the_sums(pairs: list[tuple[float, float]]) -> None:
    item, instrument = np.array(pairs).T
    found = dollar_offset(item, instrument, threshold=0.0)
    for end in range(1, len(item) + 1):  # the slow loop
        total = sum(item[:end].tolist())
        ratio = found.cumulative_ratio.iloc[end - 1]
        if abs(total) > 1e-6:
            assert ratio == pytest.approx(-sum(instrument[:end].tolist()) / total, rel=1e-6, abs=1e-9)


@settings(max_examples=50, deadline=None)  # time is the machine's
@given(changes)
def test_the_verdict_does_not_depend_on_which_is_divided_by_which(pairs: list[tuple[float, float]]) -> None:
    """80 % of one is 125 % of the other: IAS 39, AG105."""
    item, instrument = np.array(pairs).T
    there = dollar_offset(item, instrument, threshold=1.0).periods["period"]
    back = dollar_offset(instrument, item, threshold=1.0).periods["period"]
    assert there.tolist() == back.tolist()


def test_small_numbers_are_not_assessed_and_shown() -> None:
    found = dollar_offset([-12_000, 200], [11_400, -600], threshold=600)
    assert found.periods["period"].tolist() == ["within", "not assessed"]
    assert found.period_ratio.tolist() == [0.95, 3.0]
    assert dollar_offset([-12_000, 200], [11_400, -601], threshold=600).periods["period"].iloc[1] == "outside"
    assert dollar_offset([-12_000, 200], [11_400, -600]).threshold == 600
    assert "larger than 600.00 it is not assessed" in found.rule
    assert "from 80% to 125%" in found.rule


def test_an_instrument_that_moves_with_the_item_is_outside() -> None:
    assert dollar_offset([100.0], [100.0]).periods[["period_ratio", "period"]].iloc[0].tolist() == [-1.0, "outside"]


def test_nothing_to_offset_has_no_ratio() -> None:
    found = dollar_offset([0.0, 100.0], [50.0, 0.0], threshold=0.0).periods
    assert np.isnan(found["period_ratio"].iloc[0])
    assert found["period"].tolist() == ["outside", "outside"]
    assert dollar_offset([0.0], [0.0]).periods["period"].tolist() == ["not assessed"]


def test_the_edges_are_within() -> None:
    item = np.array([0.1, 0.3, 0.7, 1.1])
    assert set(dollar_offset(item, -0.8 * item, threshold=0).periods["period"]) == {"within"}
    assert set(dollar_offset(item, -1.25 * item, threshold=0).periods["period"]) == {"within"}
    assert set(dollar_offset(item, -0.799 * item, threshold=0).periods["period"]) == {"outside"}


def test_the_periods_keep_their_dates() -> None:
    item = pd.Series([1.0, 2.0], pd.DatetimeIndex(["2026-10-31", "2026-11-30"]))
    assert dollar_offset(item, -item).periods.index.equals(item.index)


@pytest.mark.parametrize(
    "call",
    [
        lambda: dollar_offset([1.0, 2.0], [1.0]),
        lambda: dollar_offset([], []),
        lambda: dollar_offset([np.nan], [1.0]),
        lambda: dollar_offset([1.0], [1.0], threshold=-1),
        lambda: dollar_offset([1.0], [1.0], limits=(1.1, 1.25)),
        lambda: effectiveness_regression([1.0, 2.0], [1.0, 2.0]),
        lambda: effectiveness_regression([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]),
        lambda: effectiveness_regression([1.0, 2.0, 4.0], [1.0, 2.0, 3.0], coverage=1.0),
        lambda: effectiveness_regression([1.0, 2.0, 4.0], [1.0, 2.0, 3.0], lags=-1),
        lambda: variance_reduction([1.0, 1.0], [2.0, 3.0]),
        lambda: lower_of([1.0, 2.0], [1.0]),
        lambda: HedgedItem("USD", 0.0, TODAY, "CNY"),
        lambda: assess("FRS 102"),
    ],
)
def test_what_cannot_be_assessed_is_refused(call: object) -> None:
    with pytest.raises(InputError):
        call()  # type: ignore[operator]


# Regression


def test_the_regression_is_scipys() -> None:
    item, instrument = moves()
    ours, theirs = effectiveness_regression(item, instrument), linregress(item, -instrument)
    assert ours.slope == pytest.approx(theirs.slope, rel=1e-12)
    assert ours.intercept == pytest.approx(theirs.intercept, rel=1e-9)
    assert ours.standard_error == pytest.approx(theirs.stderr, rel=1e-10)
    assert ours.r_squared == pytest.approx(theirs.rvalue**2, rel=1e-12)
    assert ours.p_value == pytest.approx(theirs.pvalue, rel=1e-6)
    assert ours.f_statistic == pytest.approx((theirs.slope / theirs.stderr) ** 2, rel=1e-9)
    assert ours.low < 0.95 < ours.high
    assert (ours.observations, ours.errors, ours.notes) == (60, "ordinary", ())


def test_newey_and_wests_errors_are_the_slow_sum() -> None:
    item, instrument = moves()
    ours = effectiveness_regression(item, instrument, lags=3)
    design = np.column_stack([np.ones_like(item), item])
    scores = design * (-instrument - design @ np.linalg.lstsq(design, -instrument)[0])[:, None]
    middle = scores.T @ scores
    for lag in range(1, 4):
        later = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / 4) * (later + later.T)
    bread = np.linalg.inv(design.T @ design)
    assert ours.standard_error == pytest.approx(np.sqrt((bread @ middle @ bread)[1, 1]), rel=1e-9)
    assert ours.slope == effectiveness_regression(item, instrument).slope
    assert ours.errors == "Newey-West"


def test_variance_reduction_is_r_squared_only_at_the_fitted_slope() -> None:
    item, instrument = moves()
    fit = effectiveness_regression(item, instrument)
    assert variance_reduction(item, instrument / fit.slope) < 1
    back = linregress(-instrument, item).slope  # the ratio that leaves least variance
    assert variance_reduction(item, back * instrument) == pytest.approx(fit.r_squared, rel=1e-9)
    assert fit.variance_reduction < fit.r_squared


@pytest.mark.filterwarnings("error")
def test_a_perfect_hedge_is_fitted_without_a_warning() -> None:
    item = np.array([1.0, -2.0, 3.0, 5.0])
    fit = effectiveness_regression(item, -item)
    assert (fit.slope, fit.r_squared, fit.variance_reduction) == (pytest.approx(1.0), pytest.approx(1.0), 1.0)
    assert fit.p_value < 1e-12
    assert "4 changes are fewer than the 30" in fit.notes[0]


def test_the_scale_of_money_makes_no_odds() -> None:
    item, instrument = moves()
    cents, millions = (
        effectiveness_regression(100 * item, 100 * instrument),
        effectiveness_regression(item / 1e6, instrument / 1e6),
    )
    for field in ("slope", "standard_error", "r_squared", "p_value", "one_p_value", "variance_reduction"):
        assert getattr(cents, field) == pytest.approx(getattr(millions, field), rel=1e-6)


# The lower of two


def test_the_reserve_through_the_life_of_a_hedge() -> None:
    """Over-hedged, under-hedged, lost, turned round: by hand from IFRS 9, 6.5.11."""
    found = lower_of([100.0, 80.0, -50.0, -70.0], [90.0, 120.0, -60.0, 10.0])
    assert found["reserve"].tolist() == [90.0, 80.0, -50.0, 0.0]
    assert found["ineffectiveness"].tolist() == [10.0, 0.0, 0.0, -70.0]
    assert found["oci"].tolist() == [90.0, -10.0, -130.0, 50.0]
    assert found["profit_or_loss"].tolist() == [10.0, -10.0, 0.0, -70.0]


@settings(max_examples=50, deadline=None)  # time is the machine's
@given(changes)
def test_reserve_and_ineffectiveness_are_the_instruments_gain(pairs: list[tuple[float, float]]) -> None:
    instrument, hypothetical = np.array(pairs).T
    found = lower_of(instrument, hypothetical)
    assert np.allclose(found["reserve"] + found["ineffectiveness"], instrument)
    assert np.allclose((found["oci"] + found["profit_or_loss"]).cumsum(), instrument, atol=1e-6)
    assert (found["reserve"].abs() <= np.minimum(np.abs(instrument), np.abs(hypothetical))).all()
    assert (found["reserve"] * instrument >= 0).all()


def test_one_date_is_enough() -> None:
    assert lower_of(100.0, 90.0)[["reserve", "profit_or_loss"]].iloc[0].tolist() == [90.0, 10.0]


# Terms and the hypothetical derivative


def test_the_hypothetical_derivative_has_the_items_terms_and_is_worth_nothing() -> None:
    assert critical_terms(ITEM, PERFECT) == ()
    assert MARKET.value(PERFECT) == 0.0
    assert (PERFECT.side, PERFECT.trade_date) == ("sell", TODAY)
    owed = replace(ITEM, amount=-5.0)
    assert critical_terms(owed, hypothetical_derivative(owed, MARKET)) == ()


@pytest.mark.parametrize(
    ("deal", "said"),
    [
        (replace(PERFECT, currency="EUR"), "The item is in USD, the deal in EUR."),
        (replace(PERFECT, against="EUR"), "The deal settles against EUR, while CNY is what is reported in."),
        (replace(PERFECT, side="buy"), "The item is a receipt, and the deal buys more of its currency."),
        (replace(PERFECT, amount=125_000.0), "The deal is over 125,000, 1.25 of the 100,000 of the item."),
        (
            replace(PERFECT, value_date=dt.date(2027, 3, 2)),
            "The deal settles on 2027-03-02, the item is expected on 2027-01-29: 32 days apart, more than 31.",
        ),
    ],
)
def test_a_term_that_differs_is_said(deal: object, said: str) -> None:
    assert critical_terms(ITEM, deal) == (said,)  # type: ignore[arg-type]


def test_tolerances_and_the_same_month() -> None:
    assert critical_terms(ITEM, replace(PERFECT, amount=95_000.0), tolerance=0.05) == ()
    assert critical_terms(ITEM, replace(PERFECT, value_date=dt.date(2027, 3, 1))) == ()
    first = replace(ITEM, date=dt.date(2027, 1, 1))
    assert critical_terms(first, PERFECT, days=5) == ()
    assert len(critical_terms(replace(ITEM, amount=-1.0), replace(PERFECT, value_date=dt.date(2027, 6, 1)))) == 3


def test_a_deal_of_the_same_terms_and_an_old_rate_counts_from_its_value_at_designation() -> None:
    """Its value unwinds by the discount of a rate difference of 0.05; the reserve takes the lower of the two."""
    old = replace(PERFECT, rate=PERFECT.rate - 0.05, reference="old")
    days = [TODAY, dt.date(2026, 12, 15), dt.date(2027, 1, 29)]
    rates = pd.DataFrame({"USD": [7.1, 6.9, 7.3]}, pd.DatetimeIndex(days))
    gains = cumulative_gains(ITEM, [old], markets(days, rates, MARKET.interest, "CNY"))
    assert gains.iloc[0].tolist() == [0.0, 0.0]
    assert gains["hypothetical"].iloc[-1] == pytest.approx(100_000 * (PERFECT.rate - 7.3))
    unwound = 100_000 * -0.05 * (1 - MARKET.discount("CNY", ITEM.date))
    assert gains["instrument"].iloc[-1] - gains["hypothetical"].iloc[-1] == pytest.approx(unwound)
    found = lower_of(gains["instrument"], gains["hypothetical"])
    assert found["ineffectiveness"].iloc[-1] == pytest.approx(unwound)
    assert found.index.equals(gains.index)


def month_ends(dollar: np.ndarray, euro: np.ndarray) -> pd.DataFrame:
    """Daily rates that move at the end of each month alone."""
    ends = pd.date_range("2021-12-31", periods=len(dollar) + 1, freq="ME")
    levels = np.cumprod(1 + np.column_stack([dollar, euro]), axis=0)
    table = pd.DataFrame(np.vstack([[7.0, 8.0], [7.0, 8.0] * levels]), ends, ["USD", "EUR"])
    return table.reindex(pd.date_range("2021-12-31", "2026-11-25", freq="D")).ffill()


def test_past_months_move_item_and_deal_as_the_rates_moved() -> None:
    rng = np.random.default_rng(1)
    euro = rng.normal(0.0, 0.02, 58)
    dollar = 0.9 * euro + rng.normal(0.0, 0.01, 58)
    rates = month_ends(dollar, euro)
    same = prospective_changes(ITEM, [PERFECT], rates, MARKET)
    assert len(same) == 58
    assert np.allclose(same["item"], -same["instrument"])
    # A sale of dollars loses amount × forward × move, discounted: the forward moves with spot.
    size = 100_000 * PERFECT.rate * MARKET.discount("CNY", ITEM.date)
    assert np.allclose(same["item"], size * dollar)
    proxy = hypothetical_derivative(replace(ITEM, currency="EUR", amount=80_000.0), MARKET)
    fit = effectiveness_regression(*prospective_changes(ITEM, [proxy], rates, MARKET, 40).to_numpy().T)
    assert fit.r_squared == pytest.approx(np.corrcoef(dollar[-40:], euro[-40:])[0, 1] ** 2, rel=1e-9)


def test_item_and_market_report_in_one_currency() -> None:
    with pytest.raises(InputError, match="measured in EUR, and the market in CNY"):
        prospective_changes(replace(ITEM, reporting="EUR"), [PERFECT], month_ends(np.zeros(2), np.zeros(2)), MARKET)
    with pytest.raises(InputError, match="no market"):
        cumulative_gains(ITEM, [PERFECT], [])


# Standards


def test_practice_draws_lines_and_ifrs_9_none() -> None:
    item, instrument = moves()
    fit, offset = effectiveness_regression(item, instrument), dollar_offset(item + 50.0, instrument - 50.0)
    verdicts = {name: [row.verdict for row in assess(name, fit, offset, mismatches=())] for name in STANDARDS}
    assert verdicts["ASC 815"] == ["met"] * 6
    assert verdicts["IAS 39"] == ["met"] * 5
    assert verdicts["IFRS 9"] == ["met"] + ["to be judged"] * 4


def test_a_hedge_that_fails_fails_each_line() -> None:
    item, _ = moves(20)
    noise = np.random.default_rng(8).normal(0.0, 300.0, 20)
    fit, offset = effectiveness_regression(item, noise), dollar_offset(item, noise)
    rows = assess("ASC 815", fit, offset, mismatches=critical_terms(ITEM, replace(PERFECT, side="buy")))
    assert {row.verdict for row in rows} == {"not met"}
    assert [row.requirement for row in rows] == [
        "Critical terms",
        "Cumulative dollar offset",
        "Slope",
        "R²",
        "F statistic",
        "Changes observed",
    ]
    wrong = effectiveness_regression(item, item)
    assert assess("IFRS 9", wrong)[0].verdict == "not met"


def test_what_was_not_measured_is_not_in_the_answer() -> None:
    assert assess("ASC 815") == ()
    assert [str(row.found) for row in assess("IFRS 9", hedge_ratio=0.85)] == [
        "no figures",
        "not seen in these figures",
        "0.85",
    ]
    small = dollar_offset([100.0, -99.0], [-100.0, 95.0], threshold=10)
    assert assess("IAS 39", offset=small)[0].verdict == "not assessed"
