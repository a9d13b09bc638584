"""Forwards: worth nothing at par, no free lunch, quotes against the company, deals valued later, settled and rolled."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.checks import InputError
from risk.currency.forwards import (
    COMPOUNDING,
    DAY_COUNT,
    NON_DELIVERABLE,
    ForwardDeal,
    ForwardQuote,
    QuotedPoints,
    ZeroCurve,
    day_count,
    fixing_date,
    forward_curve,
    forward_points,
    forward_rate,
    forward_value,
    from_known_day,
    growth,
    implied_rate,
    ndf_settlement,
    quote_forward,
    roll_forward,
    spot_date,
)

interest = st.floats(-0.02, 0.6)
spots = st.floats(1e-4, 2e4)


@given(spots, interest, interest, st.floats(0, 800), st.sampled_from(COMPOUNDING))
def test_par_forward_is_worth_nothing(spot: float, quote: float, base: float, days: float, how: str) -> None:
    strike = forward_rate(spot, quote, base, days, 365, 360, how)
    discounts = 1 / growth(base, days / 360, how), 1 / growth(quote, days / 365, how)
    assert forward_value(1e6, strike, spot, *discounts) == pytest.approx(0.0, abs=1e-7 * spot * 1e6)


@given(spots, interest, interest, st.floats(0, 800))
def test_borrowing_buying_and_lending_pays_what_the_forward_costs(
    spot: float, quote: float, base: float, days: float
) -> None:
    """Covered interest parity as the trade it is: borrow quote, buy base at spot, lend base until the value date."""
    owed = spot * (1 + quote * days / 360)
    held = 1 + base * days / 360
    assert owed / held == pytest.approx(forward_rate(spot, quote, base, days))


@given(spots, interest, interest, st.floats(0, 800))
def test_the_inverse_pair_has_the_inverse_forward(spot: float, quote: float, base: float, days: float) -> None:
    there = forward_rate(spot, quote, base, days, 360, 365)
    back = forward_rate(1 / spot, base, quote, days, 365, 360)
    assert there * back == pytest.approx(1.0)


def test_equal_interest_leaves_no_points_and_higher_base_interest_a_discount() -> None:
    assert forward_points(1.1, 0.03, 0.03, 90) == 0.0
    assert forward_points(1.1, 0.02, 0.03, 90) < 0.0
    assert forward_points(1.1, 0.03, 0.02, 90) == forward_rate(1.1, 0.03, 0.02, 90) - 1.1


def test_no_time_no_difference() -> None:
    assert forward_rate(7.2, 0.02, 0.04, 0) == 7.2


def test_the_buyer_gains_what_the_seller_loses() -> None:
    assert forward_value(-5, 1.2, 1.1, 0.9, 0.95) == -forward_value(5, 1.2, 1.1, 0.9, 0.95)


def test_a_curve_has_a_forward_for_each_day_on_each_currencys_own_day_count() -> None:
    curve = forward_curve({"USD": 7.2, "GBP": 9.5}, {"CNY": 0.014, "USD": 0.0375, "GBP": 0.04}, "CNY", [30, 365])
    assert list(curve.index) == [30, 365]
    assert curve.loc[365, "USD"] == 7.2 * (1 + 0.014 * 365 / 360) / (1 + 0.0375 * 365 / 360)
    assert curve.loc[30, "GBP"] == 9.5 * (1 + 0.014 * 30 / 360) / (1 + 0.04 * 30 / 365)


def test_a_curve_takes_series_as_well() -> None:
    spot, rates = pd.Series({"USD": 7.2}), pd.Series({"CNY": 0.014, "USD": 0.0375})
    assert forward_curve(spot, rates, "CNY", [90])["USD"].tolist() == [forward_rate(7.2, 0.014, 0.0375, 90)]


def test_a_currency_without_interest_is_named() -> None:
    with pytest.raises(InputError, match="EUR, USD"):
        forward_curve({"USD": 1.1, "GBP": 1.3}, {"GBP": 0.04, "USD": float("nan")}, "EUR", [30])


def test_every_day_count_is_360_or_365() -> None:
    assert set(DAY_COUNT.values()) == {360, 365}
    assert (day_count("USD"), day_count("GBP")) == (360, 365)


def test_an_unknown_day_count_is_refused() -> None:
    with pytest.raises(InputError, match="XYZ"):
        day_count("XYZ")


@pytest.mark.parametrize("arguments", [(0, 0.1, 0.1, 1), (1, 0.1, 0.1, -1), (1, -2.0, 0.1, 3600), (1, 0.1, 0.1, 30, 0)])
def test_what_has_no_forward_is_refused(arguments: tuple[float, ...]) -> None:
    with pytest.raises(InputError):
        forward_rate(*arguments)


def test_unknown_compounding_is_refused() -> None:
    with pytest.raises(InputError, match="compounding"):
        growth(0.1, 1, "weekly")


@given(spots, interest, interest, st.floats(1, 800))
def test_a_forward_implies_the_interest_it_was_made_of(spot: float, quote: float, base: float, days: float) -> None:
    forward = forward_rate(spot, quote, base, days, 365, 360)
    assert implied_rate(spot, forward, base, days, 365, 360) == pytest.approx(quote, abs=1e-9)


THURSDAY = dt.date(2026, 11, 26)
RATES = {"USD": 0.0375, "EUR": 0.02, "CAD": 0.0225}


@pytest.mark.parametrize(
    ("base", "quote", "settles"),
    [
        ("EUR", "USD", dt.date(2026, 11, 30)),
        ("USD", "CAD", dt.date(2026, 11, 27)),
        ("TRY", "USD", dt.date(2026, 11, 27)),
        ("USD", "PHP", dt.date(2026, 11, 27)),
        ("EUR", "CAD", dt.date(2026, 11, 30)),  # with the slower leg
    ],
)
def test_spot_settles_after_two_business_days_and_some_pairs_after_one(base: str, quote: str, settles: dt.date) -> None:
    assert spot_date(THURSDAY, base, quote) == settles


@given(st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1)))
def test_business_days_are_those_of_pandas(day: dt.date) -> None:
    assert spot_date(day, "EUR", "USD") == (pd.Timestamp(day) + 2 * pd.offsets.BDay()).date()
    assert fixing_date(day, "KRW") == (pd.Timestamp(day) - 2 * pd.offsets.BDay()).date()
    assert fixing_date(day, "PHP") == (pd.Timestamp(day) - pd.offsets.BDay()).date()


def test_a_currency_has_no_rate_for_itself() -> None:
    for pair in (("USD", "USD"), ("EUR", "EUR")):
        with pytest.raises(InputError, match="for itself"):
            spot_date(THURSDAY, *pair)
    with pytest.raises(InputError, match="for itself"):
        ForwardDeal("EUR", "EUR", 1.0, 1.0, THURSDAY)


def test_what_cannot_be_delivered_has_a_day_count_and_a_fixing_and_what_can_has_none() -> None:
    assert set(NON_DELIVERABLE) <= set(DAY_COUNT)
    with pytest.raises(InputError, match="EUR is not known as non-deliverable"):
        fixing_date(THURSDAY, "EUR")


def test_the_company_sells_at_the_bid_and_buys_at_the_ask() -> None:
    """By hand: mid 1.1030, 5 + 20 basis points of it are 0.0027575."""
    quote = ForwardQuote(1.10, 0.0030, half_spread=5, markup=20)
    assert quote.rate("sell") == quote.bid == pytest.approx(1.1002425, rel=1e-12)
    assert quote.rate("buy") == quote.ask == pytest.approx(1.1057575, rel=1e-12)
    assert quote.cost(-1e6) == quote.cost(1e6) == pytest.approx(2757.5, rel=1e-12)
    assert quote.cost(-1e6) == pytest.approx(1e6 * (quote.mid - quote.bid))


def test_a_quote_without_charge_is_its_mid() -> None:
    quote = ForwardQuote(1.10, -0.0030)
    assert quote.bid == quote.ask == quote.mid == 1.10 - 0.0030
    assert quote.cost(1e6) == 0.0


@pytest.mark.parametrize(
    "wrong", [(0.0, 0.1), (1.1, -1.1), (1.1, 0.0, -1.0), (1.1, 0.0, 0.0, -1.0), (1.1, 0.0, 5000, 5000)]
)
def test_a_quote_that_cannot_be_is_refused(wrong: tuple[float, ...]) -> None:
    with pytest.raises(InputError):
        ForwardQuote(*wrong)


def test_only_two_sides_are_dealt() -> None:
    with pytest.raises(InputError, match="side"):
        ForwardQuote(1.1, 0.0).rate("both")


def test_a_quote_by_parity_counts_from_the_settlement_of_spot() -> None:
    """EUR/USD of a Thursday: spot settles on Monday 30 November, 90 days before 28 February."""
    quote = quote_forward(1.16, "EUR", "USD", dt.date(2027, 2, 28), THURSDAY, RATES, half_spread=2, markup=8)
    assert quote.mid == pytest.approx(forward_rate(1.16, 0.0375, 0.02, 90), rel=1e-15)
    assert quote.charge == pytest.approx(0.0010)
    next_day = quote_forward(1.4, "USD", "CAD", dt.date(2027, 2, 25), THURSDAY, RATES)
    assert next_day.mid == pytest.approx(forward_rate(1.4, 0.0225, 0.0375, 90, 365, 360), rel=1e-15)


def test_quoted_points_override_parity_and_need_no_interest() -> None:
    points = QuotedPoints((30, 90), (0.0010, 0.0040))
    quote = quote_forward(1.16, "EUR", "XAU", dt.date(2027, 2, 28), THURSDAY, {}, points=points)
    assert quote.mid == 1.16 + 0.0040


def test_points_between_tenors_lie_on_a_straight_line() -> None:
    points = QuotedPoints((30, 90), (0.0010, 0.0040))
    assert [points.at(days) for days in (0, 15, 30, 60, 90)] == pytest.approx([0, 0.0005, 0.0010, 0.0025, 0.0040])


def test_straight_points_miss_parity_by_less_than_a_pip_within_a_quarter() -> None:
    """Quoted at the tenors by parity, the line between them is parity's curve, nearly: at most 1e-5 here."""
    days = (30, 91, 182, 273, 365)
    quoted = QuotedPoints(days, tuple(forward_points(1.16, 0.0375, 0.02, ahead) for ahead in days))
    missed = [quoted.at(ahead) - forward_points(1.16, 0.0375, 0.02, ahead) for ahead in range(366)]
    assert 1e-7 < np.abs(missed).max() < 1e-5


def test_nothing_is_made_up_beyond_the_last_tenor() -> None:
    with pytest.raises(InputError, match="beyond 90 days"):
        QuotedPoints((30, 90), (0.0010, 0.0040)).at(91)


@pytest.mark.parametrize(("days", "points"), [((0, 30), (0, 1)), ((30, 30), (1, 2)), ((30,), (1, 2)), ((), ())])
def test_points_without_ascending_tenors_are_refused(days: tuple[float, ...], points: tuple[float, ...]) -> None:
    with pytest.raises(InputError):
        QuotedPoints(days, points)


def test_a_maturity_before_the_settlement_of_spot_is_no_forward() -> None:
    for maturity in (dt.date(2026, 11, 25), dt.date(2026, 11, 27)):
        with pytest.raises(InputError, match="spot itself settles later"):
            quote_forward(1.16, "EUR", "USD", maturity, THURSDAY, RATES)


def test_a_quote_without_interest_or_points_names_the_currency() -> None:
    with pytest.raises(InputError, match="JPY"):
        quote_forward(160.0, "EUR", "JPY", dt.date(2027, 2, 28), THURSDAY, RATES)


MATURITY = dt.date(2027, 5, 31)
zero_rates = st.lists(st.floats(-0.02, 0.3), min_size=3, max_size=3).map(tuple)


def curve(rates: tuple[float, ...], basis: float) -> ZeroCurve:
    return ZeroCurve((0, 180, 400), rates, basis)


@given(spots, zero_rates, zero_rates)
def test_a_deal_at_its_fair_rate_is_worth_nothing(
    spot: float, base: tuple[float, ...], quote: tuple[float, ...]
) -> None:
    curves = {"EUR": curve(base, 360), "GBP": curve(quote, 365)}
    fair = ForwardDeal("EUR", "GBP", 1e6, 1.0, MATURITY).fair_rate(spot, curves, THURSDAY)
    value = ForwardDeal("EUR", "GBP", 1e6, fair, MATURITY).value(spot, curves, THURSDAY)
    assert value.in_quote == pytest.approx(0.0, abs=1e-7 * spot * 1e6)
    assert value.in_base == pytest.approx(0.0, abs=1e-7 * 1e6)


def test_curves_from_simple_rates_give_the_forward_of_parity() -> None:
    """Between spot and maturity the discount factors stand to each other as simple interest does."""
    lag = (spot_date(THURSDAY, "EUR", "USD") - THURSDAY).days
    ahead = (MATURITY - THURSDAY).days
    curves = {
        "EUR": ZeroCurve.from_simple((ahead,), (0.02,), 360),
        "USD": ZeroCurve.from_simple((ahead,), (0.03,), 360),
    }
    assert curves["USD"].discount(ahead) == pytest.approx(1 / (1 + 0.03 * ahead / 360), rel=1e-15)
    zero = [math.log(1 + rate * ahead / 360) / (ahead / 360) for rate in (0.03, 0.02)]
    fair = ForwardDeal("EUR", "USD", 1.0, 1.2, MATURITY).fair_rate(1.16, curves, THURSDAY)
    assert fair == pytest.approx(forward_rate(1.16, *zero, ahead - lag, 360, 360, "continuous"), rel=1e-14)


def test_what_a_deal_is_worth_later_can_be_locked_in_by_the_opposite_deal() -> None:
    """Sold at 1.20; selling is undone by buying at the fair rate: the difference is paid at maturity, for certain."""
    curves = {"EUR": curve((0.01, 0.02, 0.03), 360), "USD": curve((0.04, 0.035, 0.03), 360)}
    deal = ForwardDeal("EUR", "USD", -1e6, 1.20, MATURITY)
    locked = 1e6 * (1.20 - deal.fair_rate(1.16, curves, THURSDAY))
    discounted = locked * curves["USD"].discount((MATURITY - THURSDAY).days)
    assert deal.value(1.16, curves, THURSDAY).in_quote == pytest.approx(discounted, rel=1e-12)


def test_a_value_today_is_that_of_forward_value_at_the_spot_of_today() -> None:
    curves = {"EUR": curve((0.01, 0.02, 0.03), 360), "USD": curve((0.04, 0.035, 0.03), 360)}
    ahead = (MATURITY - THURSDAY).days
    value = ForwardDeal("EUR", "USD", 5e5, 1.20, MATURITY).value(1.16, curves, THURSDAY, settles=THURSDAY)
    discounts = curves["EUR"].discount(ahead), curves["USD"].discount(ahead)
    assert value.in_quote == pytest.approx(forward_value(5e5, 1.20, 1.16, *discounts), rel=1e-12)
    assert value.in_base == pytest.approx(value.in_quote / 1.16, rel=1e-12)


def test_on_its_last_day_a_deal_is_worth_its_difference_to_spot() -> None:
    level = {"EUR": ZeroCurve((0,), (0.02,), 360), "USD": ZeroCurve((0,), (0.03,), 360)}
    value = ForwardDeal("EUR", "USD", 100.0, 1.20, MATURITY).value(1.16, level, MATURITY, settles=MATURITY)
    assert value.in_quote == pytest.approx(100 * (1.16 - 1.20), rel=1e-12)


def test_a_deal_that_has_ended_has_no_value() -> None:
    with pytest.raises(InputError, match="settled on 2027-05-31"):
        ForwardDeal("EUR", "USD", 1.0, 1.2, MATURITY).value(1.1, {}, MATURITY + dt.timedelta(days=1))


def test_a_deal_in_a_currency_without_rates_is_named() -> None:
    with pytest.raises(InputError, match="known for USD"):
        ForwardDeal("EUR", "USD", 1.0, 1.2, MATURITY).value(1.1, {"EUR": curve((0, 0, 0), 360)}, THURSDAY)


def test_a_curve_is_linear_between_its_nodes_and_ends_with_the_last() -> None:
    rates = curve((0.01, 0.03, 0.05), 360)
    assert rates.discount(90) == pytest.approx(math.exp(-0.02 * 0.25))
    assert rates.discount(0) == 1.0
    with pytest.raises(InputError, match="ends after 400 days"):
        rates.discount(401)


def test_one_rate_is_a_level_curve() -> None:
    assert ZeroCurve((90,), (0.03,), 360).discount(720) == pytest.approx(math.exp(-0.06))


@pytest.mark.parametrize(("days", "rates"), [((0, 0), (0.1, 0.1)), ((-1, 3), (0.1, 0.1)), ((0, 3), (0.1,))])
def test_a_curve_without_a_rate_a_node_is_refused(days: tuple[float, ...], rates: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match="curve"):
        ZeroCurve(days, rates, 360)


@given(spots, spots, st.floats(-1e6, 1e6))
def test_a_non_deliverable_forward_pays_what_delivery_would_be_worth(
    strike: float, fixing: float, notional: float
) -> None:
    """Delivered: the buyer receives N of base and owes N × strike, worth N × strike / fixing in base."""
    delivered = notional - notional * strike / fixing
    assert ndf_settlement(notional, strike, fixing) == pytest.approx(delivered, abs=1e-6 + 1e-9 * abs(delivered))


def test_the_buyer_of_dollars_receives_when_the_fixing_is_above_the_strike() -> None:
    assert ndf_settlement(1e6, 1320.0, 1375.0) > 0 > ndf_settlement(1e6, 1320.0, 1265.0)
    assert ndf_settlement(-1e6, 1320.0, 1375.0) == -ndf_settlement(1e6, 1320.0, 1375.0)
    assert ndf_settlement(1e6, 1320.0, 1320.0) == 0.0


def test_a_fixing_must_be_a_rate() -> None:
    for strike, fixing in ((0.0, 1.0), (1.0, 0.0), (1.0, math.nan)):
        with pytest.raises(InputError):
            ndf_settlement(1.0, strike, fixing)


@given(
    st.floats(-1e6, 1e6).filter(lambda notional: abs(notional) > 1),
    st.floats(0.5, 2),
    st.floats(0.5, 2),
    st.floats(-0.1, 0.1),
)
def test_a_roll_pays_the_old_deal_out_and_costs_points_and_spread(
    notional: float, strike: float, spot: float, points: float
) -> None:
    """The slow way: close the old deal at spot, deal the far one at the provider's rate, add up all four legs."""
    quote = ForwardQuote(spot, points, half_spread=3, markup=12)
    roll = roll_forward(notional, strike, quote)
    base_at_near, quote_at_near = notional - notional, -notional * strike + notional * roll.near_rate
    assert base_at_near == 0.0
    assert roll.cash == pytest.approx(quote_at_near, abs=1e-6)
    assert roll.cost == pytest.approx(notional * (roll.far_rate - roll.near_rate), abs=1e-6)
    assert roll.spread > 0
    assert roll.near_rate == spot


def test_an_exporter_who_rolls_at_a_premium_of_base_gains_the_points() -> None:
    """Sold 100 at 1.20, spot 1.10: 10 are received now, and the money that comes later fetches 1.11 less spread."""
    roll = roll_forward(-100.0, 1.20, ForwardQuote(1.10, 0.01, half_spread=10))
    assert (roll.cash, roll.points) == (pytest.approx(10.0), pytest.approx(-1.0))
    assert roll.far_rate == pytest.approx(1.11 * 0.999)


def test_a_roll_at_par_moves_no_cash() -> None:
    assert roll_forward(1e6, 1.1, ForwardQuote(1.1, 0.004)).cash == 0.0


def test_an_average_of_a_period_is_known_when_the_period_is_over() -> None:
    first = pd.DatetimeIndex(["2026-01-01", "2026-04-01"])
    by_day = pd.DataFrame({"USD": [0.04, 0.03]}, first)
    after = [pd.Timestamp("2026-04-01"), pd.Timestamp("2026-07-01")]
    assert from_known_day(by_day).index.tolist() == first.tolist()
    assert from_known_day(by_day.rename_axis("quarter")).index.tolist() == after
    assert from_known_day(by_day.set_axis(first.to_period("Q"))).index.tolist() == after
    assert from_known_day(by_day.iloc[::-1].rename_axis("quarter"))["USD"].tolist() == [0.04, 0.03]
