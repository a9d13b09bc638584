"""Currency options: parity, symmetry and the equation that all prices obey; protections that cost nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from risk.checks import InputError
from risk.currency.forwards import forward_rate
from risk.currency.options import (
    Collar,
    ParticipatingForward,
    collar_payoff,
    forward_payoff,
    garman_kohlhagen,
    implied_volatility,
    participating_payoff,
    put_payoff,
    zero_cost_participation,
    zero_cost_participation_strike,
    zero_cost_strike,
)

MARKET = (0.5, 0.09, 0.015, -0.005)  # years, volatility, rate of quote, rate of base: below zero
kinds = st.sampled_from(("call", "put"))
markets = st.tuples(st.floats(0.02, 3), st.floats(0.02, 0.6), st.floats(-0.02, 0.4), st.floats(-0.02, 0.4))
moneyness = st.floats(0.6, 1.6)
spots = st.floats(0.01, 200)


def price(spot: float, strike: float, market: tuple[float, ...], kind: str) -> float:
    return float(garman_kohlhagen(spot, strike, *market, kind).price)


def forward_of(spot: float, market: tuple[float, ...]) -> float:
    return forward_rate(spot, market[2], market[3], market[0], 1, 1, "continuous")


@pytest.mark.parametrize("kind", ["call", "put"])
@pytest.mark.parametrize("strike", [0.9, 1.1, 1.3])
def test_a_price_is_the_discounted_mean_of_a_lognormal_payoff(kind: str, strike: float) -> None:
    """The integral over the normal distribution of the log rate, without the formula."""
    years, volatility, quote, base = MARKET
    deviation, side = volatility * math.sqrt(years), 1 if kind == "call" else -1

    def paid(z: float) -> float:
        rate = 1.1 * math.exp((quote - base - volatility**2 / 2) * years + deviation * z)
        return max(side * (rate - strike), 0.0) * norm.pdf(z)

    kink = (math.log(strike / 1.1) - (quote - base - volatility**2 / 2) * years) / deviation
    mean = sum(quad(paid, *ends, epsabs=1e-14)[0] for ends in ((-10, kink), (kink, 10)))
    assert price(1.1, strike, MARKET, kind) == pytest.approx(math.exp(-quote * years) * mean, rel=1e-9, abs=1e-13)


@given(spots, moneyness, markets)
def test_a_call_less_a_put_is_a_forward(spot: float, ratio: float, market: tuple[float, ...]) -> None:
    strike, years = spot * ratio, market[0]
    parity = spot * math.exp(-market[3] * years) - strike * math.exp(-market[2] * years)
    difference = price(spot, strike, market, "call") - price(spot, strike, market, "put")
    assert difference == pytest.approx(parity, abs=1e-12 * spot)


@given(spots, moneyness, markets)
def test_the_right_to_buy_base_is_the_right_to_sell_quote(spot: float, ratio: float, market: tuple[float, ...]) -> None:
    """A call on 1 base at K is K puts on quote at 1/K, worth their price in base times spot."""
    strike, (years, volatility, quote, base) = spot * ratio, market
    other = spot * strike * price(1 / spot, 1 / strike, (years, volatility, base, quote), "put")
    assert price(spot, strike, market, "call") == pytest.approx(other, rel=1e-9, abs=1e-13 * spot)


@given(spots, moneyness, markets, kinds)
def test_a_price_lies_between_its_bounds(spot: float, ratio: float, market: tuple[float, ...], kind: str) -> None:
    held, paid = spot * math.exp(-market[3] * market[0]), spot * ratio * math.exp(-market[2] * market[0])
    least, most = (held - paid, held) if kind == "call" else (paid - held, paid)
    assert max(least, 0.0) * (1 - 1e-12) <= price(spot, spot * ratio, market, kind) <= most


@given(spots, moneyness, markets, kinds)
def test_time_decay_pays_for_curvature(spot: float, ratio: float, market: tuple[float, ...], kind: str) -> None:
    """The equation of Black and Scholes with interest on both currencies: no hedged book earns more than interest."""
    value = garman_kohlhagen(spot, spot * ratio, *market, kind)
    _, volatility, quote, base = market
    carried = (quote - base) * spot * value.delta + 0.5 * (volatility * spot) ** 2 * value.gamma
    assert value.theta + carried == pytest.approx(quote * value.price, abs=1e-11 * spot)


@given(spots, moneyness, markets, kinds)
def test_vega_is_gamma_times_variance(spot: float, ratio: float, market: tuple[float, ...], kind: str) -> None:
    value = garman_kohlhagen(spot, spot * ratio, *market, kind)
    assert value.vega == pytest.approx(value.gamma * spot**2 * market[0] * market[1], rel=1e-11, abs=1e-13 * spot)


@given(spots, moneyness, markets)
def test_delta_of_a_call_less_that_of_a_put_is_the_discounted_base(
    spot: float, ratio: float, market: tuple[float, ...]
) -> None:
    call, put = (garman_kohlhagen(spot, spot * ratio, *market, kind) for kind in ("call", "put"))
    assert call.delta - put.delta == pytest.approx(math.exp(-market[3] * market[0]))
    assert (call.gamma, call.vega) == (pytest.approx(put.gamma), pytest.approx(put.vega))


SENSITIVITIES = {"delta": 0, "theta": 2, "vega": 3, "rho_quote": 4, "rho_base": 5}


@pytest.mark.parametrize("kind", ["call", "put"])
@pytest.mark.parametrize("strike", [0.95, 1.1, 1.25])
@pytest.mark.parametrize("name", SENSITIVITIES)
def test_sensitivities_are_what_small_moves_do(kind: str, strike: float, name: str) -> None:
    place, point, step = SENSITIVITIES[name], [1.1, strike, *MARKET], 1e-5
    up, down = ([*point[:place], point[place] + move, *point[place + 1 :]] for move in (step, -step))
    moved = (garman_kohlhagen(*up, kind).price - garman_kohlhagen(*down, kind).price) / (2 * step)
    value = getattr(garman_kohlhagen(*point, kind), name)
    assert value == pytest.approx(-moved if name == "theta" else moved, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("strike", [0.95, 1.1, 1.25])
def test_gamma_is_what_a_small_move_does_to_delta(strike: float) -> None:
    up, down = (garman_kohlhagen(spot, strike, *MARKET) for spot in (1.1 + 1e-5, 1.1 - 1e-5))
    assert garman_kohlhagen(1.1, strike, *MARKET).gamma == pytest.approx((up.delta - down.delta) / 2e-5, rel=1e-6)


def test_premium_adjusted_delta_is_what_a_holder_in_base_hedges() -> None:
    """The price in base is V / S: its move per relative move of the rate, S d(V/S)/dS, is delta less the premium."""
    up, down = (garman_kohlhagen(spot, 1.1, *MARKET).price / spot for spot in (1.1 + 1e-5, 1.1 - 1e-5))
    adjusted = garman_kohlhagen(1.1, 1.1, *MARKET).premium_adjusted_delta
    assert adjusted == pytest.approx(1.1 * (up - down) / 2e-5, rel=1e-6)


@pytest.mark.parametrize("kind", ["call", "put"])
@pytest.mark.parametrize("strike", [0.9, 1.3])
@pytest.mark.parametrize("shrunk", [(1e-9, 0.1, 0.03, 0.01), (0.5, 1e-9, 0.03, 0.01)])
def test_without_time_or_volatility_it_is_the_limit(kind: str, strike: float, shrunk: tuple[float, ...]) -> None:
    none = tuple(0.0 if value == 1e-9 else value for value in shrunk)
    near, at = (garman_kohlhagen(1.1, strike, *market, kind) for market in (shrunk, none))
    for name in ("price", "delta", "gamma", "vega", "theta", "rho_quote", "rho_base", "premium_adjusted_delta"):
        assert getattr(at, name) == pytest.approx(getattr(near, name), abs=1e-8)
    held, paid = 1.1 * math.exp(-none[3] * none[0]), strike * math.exp(-none[2] * none[0])
    assert at.price == pytest.approx(max(held - paid if kind == "call" else paid - held, 0.0), abs=1e-15)


def test_at_the_strike_without_time_delta_is_one_half_and_curvature_infinite() -> None:
    value = garman_kohlhagen(1.1, 1.1, 0.0, 0.1, 0.03, 0.01, "put")
    assert (value.price, value.delta, value.gamma, value.vega, value.theta) == (0.0, -0.5, math.inf, 0.0, -math.inf)


def test_a_vanishing_volatility_makes_no_noise() -> None:
    value = garman_kohlhagen(1.1, 1.2, 0.5, 1e-300, 0.0, 0.0)
    assert (value.price, value.delta, value.gamma) == (0.0, 0.0, 0.0)


def test_arrays_are_priced_as_their_elements_are() -> None:
    strikes, volatilities = np.array([0.9, 1.1, 1.3]), np.array([[0.0], [0.1]])
    values = garman_kohlhagen(1.1, strikes, 0.5, volatilities, 0.03, -0.01, "put")
    for name in ("price", "delta", "gamma", "vega", "theta", "rho_quote", "rho_base", "premium_adjusted_delta"):
        table = getattr(values, name)
        assert table.shape == (2, 3)
        single = [
            [getattr(garman_kohlhagen(1.1, strike, 0.5, sigma, 0.03, -0.01, "put"), name) for strike in strikes]
            for sigma in volatilities[:, 0]
        ]
        np.testing.assert_array_equal(table, single)
    assert isinstance(garman_kohlhagen(1.1, 1.2, 0.5, 0.1, 0.0, 0.0).price, float)


@pytest.mark.parametrize(
    "wrong",
    [(0, 1, 1, 0.1), (1, 0, 1, 0.1), (1, 1, -1, 0.1), (1, 1, 1, -0.1), (1, 1, math.nan, 0.1), (math.inf, 1, 1, 1)],
)
def test_what_is_no_option_is_refused(wrong: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match="must be"):
        garman_kohlhagen(*wrong, 0.0, 0.0)


def test_a_rate_that_is_not_known_is_refused_and_not_passed_on() -> None:
    for price_of in (zero_cost_strike, zero_cost_participation, garman_kohlhagen):
        with pytest.raises(InputError, match="quote_rate"):
            price_of(1.1, 1.1, 0.5, 0.1, math.nan, 0.0)
    with pytest.raises(InputError, match="base_rate"):
        zero_cost_participation_strike(1.1, 0.5, 0.5, 0.1, 0.0, math.nan)


def test_one_bad_element_spoils_the_array() -> None:
    with pytest.raises(InputError, match="strike"):
        garman_kohlhagen(1.1, [1.0, 0.0], 0.5, 0.1, 0.0, 0.0)


def test_there_are_two_kinds_of_option() -> None:
    with pytest.raises(InputError, match="kind"):
        garman_kohlhagen(1, 1, 1, 0.1, 0, 0, "straddle")
    with pytest.raises(InputError, match="kind"):
        zero_cost_strike(1, 1, 1, 0.1, 0, 0, "straddle")


@given(spots, st.floats(0.8, 1.25), markets, kinds)
def test_implied_volatility_gives_the_price_back(
    spot: float, ratio: float, market: tuple[float, ...], kind: str
) -> None:
    paid = price(spot, spot * ratio, market, kind)
    implied = implied_volatility(paid, spot, spot * ratio, market[0], *market[2:], kind)
    assert price(spot, spot * ratio, (market[0], implied, *market[2:]), kind) == pytest.approx(paid, abs=1e-12 * spot)


def test_implied_volatility_is_the_one_that_went_in() -> None:
    for kind in ("call", "put"):
        paid = price(1.1, 1.15, MARKET, kind)
        assert implied_volatility(paid, 1.1, 1.15, 0.5, *MARKET[2:], kind) == pytest.approx(0.09, abs=1e-10)


@pytest.mark.parametrize("paid", [0.09, 1.2, -0.1])
def test_a_price_that_no_volatility_gives_is_refused(paid: float) -> None:
    with pytest.raises(InputError, match="No volatility gives the option a price"):
        implied_volatility(paid, 1.1, 1.0, 0.5, 0.0, 0.0)


def test_no_volatility_can_be_read_off_an_expired_option() -> None:
    with pytest.raises(InputError, match="years"):
        implied_volatility(0.1, 1.1, 1.0, 0.0, 0.0, 0.0)


@given(spots, st.floats(0.8, 1.0), markets)
def test_both_legs_of_a_free_collar_cost_the_same(spot: float, ratio: float, market: tuple[float, ...]) -> None:
    forward = forward_of(spot, market)
    for kind, other, strike in (("put", "call", forward * ratio), ("call", "put", forward / ratio)):
        bought = price(spot, strike, market, kind)
        if bought < 1e-9 * spot:
            continue
        sold = zero_cost_strike(spot, strike, *market, kind)
        assert price(spot, sold, market, other) == pytest.approx(bought, abs=1e-12 * spot)
        assert min(strike, sold) <= forward * (1 + 1e-9)
        assert max(strike, sold) >= forward * (1 - 1e-9)


def test_the_other_leg_of_the_other_leg_is_the_first() -> None:
    cap = zero_cost_strike(1.1, 1.05, *MARKET)
    assert zero_cost_strike(1.1, cap, *MARKET, kind="call") == pytest.approx(1.05, rel=1e-12)


def test_many_volatilities_have_each_its_strike() -> None:
    levels = np.array([0.03, 0.2, 0.08, 1.5])
    for kind, strike in (("put", 1.05), ("call", 1.2)):
        found = zero_cost_strike(1.1, strike, 0.5, levels, 0.02, 0.01, kind)
        one_by_one = [zero_cost_strike(1.1, strike, 0.5, float(level), 0.02, 0.01, kind) for level in levels]
        assert found.tolist() == pytest.approx(one_by_one, rel=1e-13)
    assert zero_cost_strike(1.1, forward_of(1.1, MARKET), 0.5, levels, *MARKET[2:]).shape == levels.shape


def test_a_collar_without_room_is_a_forward() -> None:
    forward = forward_of(1.1, MARKET)
    for kind in ("put", "call"):
        assert zero_cost_strike(1.1, forward, *MARKET, kind=kind) == pytest.approx(forward, rel=1e-12)
        assert zero_cost_strike(1.1, forward, 0.5, 0.0, *MARKET[2:], kind=kind) == pytest.approx(forward, rel=1e-12)


def test_a_lower_floor_lets_the_cap_rise() -> None:
    caps = [zero_cost_strike(1.1, floor, *MARKET) for floor in (1.10, 1.05, 1.0, 0.95)]
    assert caps == sorted(caps)


@pytest.mark.parametrize(
    ("strike", "kind", "said"), [(1.2, "put", "floor of 1.2 lies"), (1.0, "call", "cap of 1 lies")]
)
def test_no_collar_is_free_on_the_wrong_side_of_the_forward(strike: float, kind: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        zero_cost_strike(1.1, strike, *MARKET, kind=kind)


def test_nothing_pays_for_an_option_that_is_worth_nothing() -> None:
    with pytest.raises(InputError, match="worth nothing"):
        zero_cost_strike(1.1, 1.0, 0.5, 0.0, 0.0, 0.0)


def test_a_free_collar_is_worth_nothing_and_gains_value_as_the_rate_falls() -> None:
    collar = Collar.zero_cost(1e6, 1.05, 1.1, *MARKET)
    assert collar.value(1.1, *MARKET) == pytest.approx(0.0, abs=1e-6)
    assert collar.value(1.05, *MARKET) > 0 > collar.value(1.15, *MARKET)
    assert collar.value(1.0, 0.0, *MARKET[1:]) == pytest.approx(collar.payoff(1.0))


@given(st.floats(0.1, 10), st.floats(0.5, 1), st.floats(1, 2))
def test_a_collared_rate_stays_between_floor_and_cap(rate: float, floor: float, cap: float) -> None:
    achieved = rate + collar_payoff(rate, floor, cap)
    assert achieved == pytest.approx(min(max(rate, floor), cap))
    legs = put_payoff(rate, floor) - max(rate - cap, 0.0)
    assert collar_payoff(rate, floor, cap) == pytest.approx(legs, abs=1e-12)


def test_a_floor_above_its_cap_is_no_collar() -> None:
    with pytest.raises(InputError, match="at or below its cap"):
        Collar(1.0, 1.2, 1.1)


@given(spots, st.floats(0.7, 1.0), markets)
def test_a_free_participating_forward_is_worth_nothing(spot: float, ratio: float, market: tuple[float, ...]) -> None:
    strike = forward_of(spot, market) * ratio
    deal = ParticipatingForward.zero_cost(1.0, strike, spot, *market)
    assert 0.0 <= deal.participation <= 1.0
    assert deal.value(spot, *market) == pytest.approx(0.0, abs=1e-12 * spot)


@given(st.floats(0.0, 0.95), markets)
def test_the_strike_of_a_participation_gives_it_back(participation: float, market: tuple[float, ...]) -> None:
    strike = zero_cost_participation_strike(1.1, participation, *market)
    assert strike <= forward_of(1.1, market) * (1 + 1e-12)
    assert zero_cost_participation(1.1, strike, *market) == pytest.approx(participation, abs=1e-9)


def test_at_the_forward_rate_nothing_is_kept_and_a_lower_floor_keeps_more() -> None:
    forward = forward_of(1.1, MARKET)
    kept = [zero_cost_participation(1.1, forward * below, *MARKET) for below in (1.0, 0.98, 0.95, 0.9)]
    assert kept[0] == pytest.approx(0.0, abs=1e-9)
    assert kept == sorted(kept)
    assert kept[-1] > 0.9


def test_no_participating_forward_is_free_above_the_forward_rate() -> None:
    with pytest.raises(InputError, match="above the forward rate"):
        zero_cost_participation(1.1, 1.2, *MARKET)
    with pytest.raises(InputError, match="gives nothing up"):
        zero_cost_participation_strike(1.1, 1.0, *MARKET)
    with pytest.raises(InputError, match="participation"):
        ParticipatingForward(1.0, 1.1, 1.1)


def test_payoffs_by_hand() -> None:
    """An exporter with 1 base at strike 1.10, floor 1.05, cap 1.15: what is added to spot at expiry."""
    rates = np.array([1.00, 1.08, 1.10, 1.20])
    assert forward_payoff(rates, 1.10) == pytest.approx([0.10, 0.02, 0.0, -0.10])
    assert put_payoff(rates, 1.10) == pytest.approx([0.10, 0.02, 0.0, 0.0])
    assert collar_payoff(rates, 1.05, 1.15) == pytest.approx([0.05, 0.0, 0.0, -0.05])
    assert participating_payoff(rates, 1.10, 0.6) == pytest.approx([0.10, 0.02, 0.0, -0.04])


@given(st.floats(0.1, 10), st.floats(0.5, 2))
def test_a_participating_forward_lies_between_a_forward_and_a_put(rate: float, strike: float) -> None:
    assert participating_payoff(rate, strike, 0.0) == pytest.approx(forward_payoff(rate, strike))
    assert participating_payoff(rate, strike, 1.0) == put_payoff(rate, strike)


def test_what_protections_are_worth_is_the_discounted_mean_of_what_they_pay() -> None:
    """Over 200,000 equally likely quantiles of the lognormal rate."""
    years, volatility, quote, base = MARKET
    z = norm.ppf((np.arange(200_000) + 0.5) / 200_000)
    rates = 1.1 * np.exp((quote - base - volatility**2 / 2) * years + volatility * math.sqrt(years) * z)
    for deal in (Collar(100.0, 1.05, 1.18), ParticipatingForward(100.0, 1.07, 0.4)):
        mean = math.exp(-quote * years) * deal.payoff(rates).mean()
        assert deal.value(1.1, *MARKET) == pytest.approx(mean, abs=1e-4)
