"""Forwards and currency options that others published or computed, each with its source."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from risk.currency.forwards import ForwardDeal, ZeroCurve, forward_rate, ndf_settlement
from risk.currency.options import (
    garman_kohlhagen,
    implied_volatility,
    participating_payoff,
    zero_cost_strike,
)


def test_forward_compounded_annually() -> None:
    """Wode Finance, worked answer on covered interest parity: AUD 1 = USD 0.62, 7 % and 5 %, two years."""
    assert forward_rate(0.62, 0.07, 0.05, 2, 1, 1, "annual") == pytest.approx(0.64384399, abs=5e-9)


def test_value_of_a_deal_of_quantlib() -> None:
    """QuantLib 1.44, FxForward with DiscountingFxForwardEngine, set-up of test-suite/fxforward.cpp (2026).

    USD 1m sold for SGD 1.35m; spot settles on a Sunday there, as its calendar has no holidays.
    """
    curves = {"USD": ZeroCurve((0,), (0.05,), 365), "SGD": ZeroCurve((0,), (0.035,), 365)}
    deal = ForwardDeal("USD", "SGD", -1e6, 1.35, dt.date(2024, 9, 15))
    day = dt.date(2024, 3, 15), dt.date(2024, 3, 17)
    assert deal.fair_rate(1.35, curves, *day) == pytest.approx(1.339940406745022, rel=1e-10)
    assert deal.value(1.35, curves, *day).in_base == pytest.approx(7320.6279667120825, rel=1e-9)


def test_legs_of_a_deal_of_strata() -> None:
    """OpenGamma Strata 39c46e342, RatesProviderFxDataSets and the identities of DiscountingFxSingleProductPricerTest.

    Strata takes spot as of the day itself. Its non-deliverable forward has the same value before the fixing.
    """
    years = (0, 180, 360, 720, 1800)
    dollar = ZeroCurve(years, (0.01, 0.012, 0.012, 0.014, 0.014), 360)
    won = ZeroCurve(years, (0.035, 0.0325, 0.035, 0.0375, 0.035), 360)
    assert dollar.discount(56) == pytest.approx(0.9983490186925346, rel=1e-10)
    assert won.discount(56) == pytest.approx(0.9946906876956578, rel=1e-10)
    deal = ForwardDeal("USD", "KRW", 1e8, 1123.45, dt.date(2014, 3, 19))
    day = dt.date(2014, 1, 22)
    value = deal.value(1111.11, {"USD": dollar, "KRW": won}, day, day)
    assert deal.fair_rate(1111.11, {"USD": dollar, "KRW": won}, day, day) == pytest.approx(
        1115.1965046835376, rel=1e-10
    )
    assert value.base_leg == pytest.approx(99834901.86925346, rel=1e-10)
    assert value.quote_leg == pytest.approx(-111748525309.16869, rel=1e-10)
    assert value.in_base == pytest.approx(1e8 * (dollar.discount(56) - won.discount(56) * 1123.45 / 1111.11), rel=1e-9)


def test_settlement_of_a_non_deliverable_forward() -> None:
    """Square 1 Financial, worked example: BRL 3m bought at USD 0.7690, fixed at 0.8000, settle at USD 93,000."""
    assert ndf_settlement(-3e6 * 0.7690, 1 / 0.7690, 1 / 0.8000) == pytest.approx(93_000, rel=1e-12)


# kind, strike, spot, base rate, quote rate, years, volatility, price
HAUG_PRICES = [
    ("call", 1.60, 1.56, 0.08, 0.06, 0.50, 0.12, 0.0291),
    ("put", 95, 100, 0.05, 0.10, 0.50, 0.20, 2.4648),
    ("call", 65, 60, 0.00, 0.08, 0.25, 0.30, 2.1334),
    ("put", 70, 75, 0.05, 0.10, 0.50, 0.35, 4.0870),
    ("call", 100, 90, 0.10, 0.10, 0.10, 0.15, 0.0205),
    ("call", 100, 110, 0.10, 0.10, 0.50, 0.25, 12.7857),
    ("put", 100, 110, 0.10, 0.10, 0.10, 0.15, 0.0408),
    ("put", 100, 90, 0.10, 0.10, 0.50, 0.35, 14.4452),
    ("call", 40, 42, 0.08, 0.04, 0.75, 0.35, 5.0975),
]


@pytest.mark.parametrize(("kind", "strike", "spot", "base", "quote", "years", "volatility", "expected"), HAUG_PRICES)
def test_prices_of_haug(
    kind: str, strike: float, spot: float, base: float, quote: float, years: float, volatility: float, expected: float
) -> None:
    """Haug, The complete guide to option pricing formulas (1998), pages 2-27, as in QuantLib's europeanoption.cpp.

    A dividend yield is the interest of base; where both rates are equal the formula is Black's for futures.
    """
    price = garman_kohlhagen(spot, strike, years, volatility, quote, base, kind).price
    assert price == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "kind", "strike", "spot", "base", "quote", "years", "volatility", "expected"),
    [
        ("delta", "call", 100, 105, 0.10, 0.10, 0.5, 0.36, 0.5946),
        ("delta", "put", 100, 105, 0.10, 0.10, 0.5, 0.36, -0.3566),
        ("gamma", "call", 60, 55, 0.00, 0.10, 0.75, 0.30, 0.0278),
        ("vega", "put", 60, 55, 0.00, 0.10, 0.75, 0.30, 18.9358),
        ("theta", "put", 405, 430, 0.05, 0.07, 1 / 12, 0.20, -31.1924),
        ("rho_quote", "call", 75, 72, 0.00, 0.09, 1.0, 0.19, 38.7325),
        ("rho_base", "put", 490, 500, 0.05, 0.08, 0.25, 0.15, 42.2254),
    ],
)
def test_sensitivities_of_haug(
    name: str,
    kind: str,
    strike: float,
    spot: float,
    base: float,
    quote: float,
    years: float,
    volatility: float,
    expected: float,
) -> None:
    """Haug (1998), pages 11-16, as in QuantLib's europeanoption.cpp."""
    value = garman_kohlhagen(spot, strike, years, volatility, quote, base, kind)
    assert getattr(value, name) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("kind", "spot", "quote_discount", "base_discount", "deviation", "expected", "spot_strike", "adjusted_strike"),
    [
        ("call", 1.421, 0.997306, 0.992266, 0.1180654, 0.15, 1.608080, 1.600545),
        ("call", 122.121, 0.9695434, 0.9872347, 0.0887676, 0.67, 119.8031, 117.7096),
        ("put", 3.4582, 0.99979, 0.9250616, 0.3199034, -0.821, 4.964924, 3.778327),
        ("put", 103.00, 0.99482, 0.98508, 0.07247845, -0.25, 97.47, 97.22),  # Castagna
    ],
)
def test_strikes_have_the_deltas_of_reiswich_and_castagna(
    kind: str,
    spot: float,
    quote_discount: float,
    base_discount: float,
    deviation: float,
    expected: float,
    spot_strike: float,
    adjusted_strike: float,
) -> None:
    """QuantLib, blackdeltacalculator.cpp (Reiswich 2010); USD/JPY of Castagna, FX options and smile risk (2009)."""
    market = (1.0, deviation, -math.log(quote_discount), -math.log(base_discount), kind)
    assert garman_kohlhagen(spot, spot_strike, *market).delta == pytest.approx(expected, abs=1e-3)
    assert garman_kohlhagen(spot, adjusted_strike, *market).premium_adjusted_delta == pytest.approx(expected, abs=1e-3)


def test_implied_volatility_of_hull() -> None:
    """Hull, Options, futures and other derivatives, chapter on currency options: GBP call at 4.3 cents, 14.1 %."""
    assert implied_volatility(0.043, 1.60, 1.60, 4 / 12, 0.08, 0.11) == pytest.approx(0.141, abs=5e-4)


def test_range_forward_of_hull() -> None:
    """Hull, as above: GBP at 1.5200, 14 %, three months, rates equal (5 %): put 1.5000 and call 1.5413 cost 0.0325."""
    market = (0.25, 0.14, 0.05, 0.05)
    assert zero_cost_strike(1.52, 1.50, *market) == pytest.approx(1.5413, abs=5e-5)
    for strike, kind in ((1.5, "put"), (1.5413, "call")):
        assert garman_kohlhagen(1.52, strike, *market, kind).price == pytest.approx(0.0325, abs=5e-5)


@pytest.mark.parametrize("dollar", [0.04, 0.03, -0.02])
def test_range_forward_of_hull_depends_on_the_interest_differential_alone(dollar: float) -> None:
    """Hull, as above, a further problem solved: EUR at 1.3000, 15 %, 5 % against 4 %: 1.2500 goes with 1.3477."""
    market = (0.25, 0.15, dollar, dollar + 0.01)
    assert zero_cost_strike(1.30, 1.25, *market) == pytest.approx(1.3477, abs=5e-5)
    if dollar == 0.04:
        assert garman_kohlhagen(1.30, 1.25, *market, "put").price == pytest.approx(0.019, abs=5e-4)


@pytest.mark.parametrize(("expiry", "achieved"), [(1.29, 1.32), (1.42, 1.37)])
def test_rates_achieved_by_a_participating_forward(expiry: float, achieved: float) -> None:
    """Smart Currency Business, worked example: GBP sold for USD at 1.32 or better by one half."""
    assert expiry + participating_payoff(expiry, 1.32, 0.5) == pytest.approx(achieved, rel=1e-12)
