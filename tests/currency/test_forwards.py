"""Forward rates: worth nothing at par, no free lunch, and one curve a currency."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.checks import InputError
from risk.currency.forwards import (
    COMPOUNDING,
    DAY_COUNT,
    day_count,
    forward_curve,
    forward_points,
    forward_rate,
    forward_value,
    growth,
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
