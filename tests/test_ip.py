"""Perils of intellectual property: in proportion to the trade, within statutory ranges, recovery apart and later."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from risk.checks import InputError
from risk.enterprise import DRIVERS, Enterprise
from risk.ip import IpHistory, IpRisk, Recovery, ip_risk
from risk.ip.against import RELIST, statutory_damages
from risk.ip.case import IpCase
from risk.loss.prefill import Amounts
from risk.loss.register import Entry, register_frame
from risk.loss.severity import Lognormal
from risk.trade import Destination, Trade

DAY = dt.date(2026, 11, 23)
FX = {"USD": 0.9}
GERMANY, AMERICA, MEXICO = (
    Destination("DE", 300_000.0, 6_000.0, 9_000.0),
    Destination("US", 200_000.0, 4_000.0, 5_000.0),
    Destination("MX", 100_000.0, 2_000.0, 2_500.0),
)
TRADE = Trade("EUR", 2.0, (GERMANY, AMERICA), 120, 0.3)


def ip(trade: Trade = TRADE, seat: str | None = "CN", balance: float | None = None, **events: int) -> IpRisk:
    history = IpHistory({f"ip.{key}": count for key, count in events.items()}, balance)
    return ip_risk(trade, history, DAY, FX, seat)


def entries(trade: Trade = TRADE, seat: str | None = "CN", balance: float | None = None) -> dict[str, Entry]:
    return {entry.key: entry for entry in ip(trade, seat, balance).entries}


def means(trade: Trade) -> dict[str, float]:
    return {key: entry.peril.mean for key, entry in entries(trade).items()}


def selling(*destinations: Destination) -> Trade:
    return replace(TRADE, destinations=destinations)


DOUBLE = selling(*(Destination(p.country, 2 * p.sales, 2 * p.parcels, 2 * p.units) for p in TRADE.destinations))


def test_a_market_that_is_not_served_has_no_peril() -> None:
    assert "ip.infringement_claim" in entries(selling(AMERICA))
    assert "ip.infringement_claim" not in entries(selling(GERMANY))


def test_nothing_is_seized_where_nothing_crosses_a_border() -> None:
    assert "ip.seizure" in entries(selling(GERMANY), seat="CN")
    assert "ip.seizure" not in entries(selling(GERMANY), seat="FR")
    assert "ip.seizure" not in entries(selling(AMERICA), seat="US")


def test_doubling_the_trade_doubles_the_loss_that_is_proportional_to_it() -> None:
    once, twice = means(TRADE), means(DOUBLE)
    for key in ("ip.account_freeze", "ip.seizure"):
        assert twice[key] == pytest.approx(2 * once[key]), key
    assert twice["ip.infringement_claim"] == pytest.approx(once["ip.infringement_claim"])


def test_doubling_the_trade_doubles_all_of_a_takedown_but_the_work() -> None:
    rate = entries()["ip.takedown"].peril.frequency.mean
    work = rate * Lognormal.from_interval(*(bound * 0.9 for bound in RELIST)).mean
    assert means(DOUBLE)["ip.takedown"] - work == pytest.approx(2 * (means(TRADE)["ip.takedown"] - work))


def test_what_a_takedown_costs_by_hand() -> None:
    """Listing: 500,000 x 30 % / 365 / 120 a day, stock 60 days of 70 %; PERT means by hand."""
    daily, stock = 500_000 * 0.3 / 365 / 120, 500_000 * 0.7 * 60 / 365 / 120
    days = [(low + 4 * mode + high) / 6 for low, mode, high in ((1, 5, 21), (30, 90, 365), (0.0, 0.3, 1.0))]
    work = Lognormal.from_interval(45.0, 450.0).mean
    expected = work + 0.5 * days[0] * daily + 0.5 * (days[1] * daily + days[2] * stock)
    assert entries()["ip.takedown"].peril.severity.mean == pytest.approx(expected)


def test_more_listings_have_more_complaints_at_the_same_rate_each() -> None:
    more = entries(replace(TRADE, skus=360))["ip.takedown"].peril.frequency.mean
    assert more == pytest.approx(3 * entries()["ip.takedown"].peril.frequency.mean)


def test_what_a_freeze_costs_by_hand() -> None:
    """A mean of 51.2 days at 30 % of daily sales and 15 % a year on the balance, which one in twenty loses."""
    daily = 500_000 * 0.3 / 365 + 40_000 * 0.15 / 365
    expected = (7 + 4 * 30 + 180) / 6 * daily + 0.05 * 40_000
    assert entries(balance=40_000.0)["ip.account_freeze"].peril.severity.mean == pytest.approx(expected)


def test_a_balance_that_is_not_known_is_two_weeks_of_sales() -> None:
    usual = entries()["ip.account_freeze"].peril
    assert entries(balance=500_000 * 14 / 365)["ip.account_freeze"].peril == usual


def test_a_seized_parcel_costs_its_value_where_it_is_destroyed() -> None:
    fees = Lognormal.from_interval(45.0, 450.0).mean
    assert entries()["ip.seizure"].peril.severity.mean == pytest.approx(fees + 0.8 * 50.0)


@pytest.mark.parametrize(
    ("row", "low", "high"), [("lanham_1117c", 1_000, 200_000), ("lanham_1117c_wilful", 1_000, 2_000_000)]
)
def test_statutory_damages_stay_in_the_range_of_the_law(row: str, low: float, high: float) -> None:
    case = IpCase(TRADE, IpHistory(), DAY, Amounts("EUR", FX))
    drawn = statutory_damages(case, row, marks=2, types=3).draw(100_000, np.random.default_rng(4)) / 0.9
    assert drawn.min() >= 6 * low
    assert drawn.max() <= 6 * high


def test_a_seller_without_a_margin_loses_none() -> None:
    without = entries(replace(TRADE, margin=-0.2))
    assert "ip.own_ip_stolen" not in without
    assert without["ip.account_freeze"].peril.severity.mean < entries()["ip.account_freeze"].peril.severity.mean
    assert "ip.recovery" not in ip(replace(TRADE, margin=0.0)).simulate(100, np.random.default_rng(1)).drivers


def test_sales_to_economies_on_the_watch_list_raise_the_rate_of_copies() -> None:
    """A quarter of the sales goes to Mexico: the rate is a quarter higher."""
    usual, exposed = (entries(selling(*places))["ip.own_ip_stolen"] for places in ((GERMANY,), (GERMANY, MEXICO)))
    assert exposed.peril.frequency.mean == pytest.approx(1.25 * usual.peril.frequency.mean)
    assert "25% of sales" in exposed.source


def test_recovery_is_a_later_gain_out_of_the_years_with_a_loss() -> None:
    table = ip().simulate(20_000, np.random.default_rng(2))
    lost, back = table["ip.own_ip_stolen"], table["ip.recovery"]
    assert (back <= 0).all()
    assert (back[lost == 0] == 0).all()
    assert 0 < (back < 0).sum() < (lost > 0).sum()
    assert (-back <= 0.60 / 1.1**2 * lost + 1e-9).all()


def test_the_mean_of_the_recovery_is_probability_times_part_times_discount() -> None:
    recovery, years = Recovery(0.4, (0.1, 0.2, 0.6), delay=3.0, discount=0.05), 400_000
    assert recovery.mean == pytest.approx(0.4 * (0.1 + 0.8 + 0.6) / 6 / 1.05**3)
    back = recovery.of(np.full(years, 1_000.0), np.random.default_rng(6))
    error = back.std() / np.sqrt(years)
    assert abs(back.mean() + 1_000 * recovery.mean) < 5 * error


def test_a_year_recovers_the_same_however_many_are_simulated() -> None:
    short, long = (ip().simulate(years, np.random.default_rng(8))["ip.recovery"] for years in (500, 5_000))
    np.testing.assert_array_equal(short, long[:500])


def test_a_model_without_recovery_has_the_same_perils() -> None:
    some, none = (model.simulate(500, np.random.default_rng(8)) for model in (ip(), replace(ip(), recovery=None)))
    assert set(some.drivers) - set(none.drivers) == {"ip.recovery"}
    for driver in none.drivers:
        np.testing.assert_array_equal(some[driver], none[driver])
    np.testing.assert_array_equal(some.largest, none.largest)


def test_fewer_copies_leave_less_to_recover() -> None:
    model = ip()
    fewer = model.changed(lambda peril: peril.thinned(0.5), {"ip.own_ip_stolen"})
    before, after = (m.simulate(5_000, np.random.default_rng(9))["ip.recovery"] for m in (model, fewer))
    assert (after >= before).all()
    assert after.sum() > before.sum()


def test_the_family_takes_its_place_in_the_enterprise() -> None:
    table = Enterprise((ip(),), "EUR").simulate(1_000, np.random.default_rng(1))
    assert "ip.recovery" in table.drivers
    assert {driver for entry in ip().entries for driver in entry.loadings} <= {driver.name for driver in DRIVERS}


def test_simulated_years_average_to_the_means() -> None:
    """Within five standard errors of the closed form E[N] E[X], peril by peril."""
    model, years = ip(), 200_000
    table = model.simulate(years, np.random.default_rng(12))
    for peril in model.perils:
        error = np.sqrt(peril.variance / years)
        assert abs(float(table[peril.name].mean()) - peril.mean) < 5 * error, peril.name


def test_complaints_of_ones_own_make_the_rate_their_own() -> None:
    """Gamma-Poisson by hand: (shape + 9) / (rate + 2)."""
    prior, seen = ip().entries[0], ip(takedown=9).entries[0]
    count = prior.peril.frequency
    shape = count.mean**2 / (count.variance - count.mean)
    assert seen.peril.frequency.mean == pytest.approx((shape + 9) / (shape / count.mean + 2))
    assert (prior.basis, seen.basis) == ("expert", "data")
    assert "9 counted in 2.0 years of your own" in seen.source


def test_a_currency_without_a_rate_leaves_its_perils_out_and_says_so() -> None:
    model = ip_risk(TRADE, IpHistory(), DAY, {}, "CN")
    assert [entry.key for entry in model.entries] == ["ip.account_freeze"]
    assert len(model.notes) == 1
    assert "USD" in model.notes[0]


def test_every_entry_says_what_is_assumed() -> None:
    for entry in ip().entries:
        assert "please review" in entry.source, entry.key
        assert entry.source.endswith("."), entry.key


def test_the_register_shows_the_family() -> None:
    frame = register_frame([ip()])
    assert set(frame["family"]) == {"ip"}
    assert (frame["cost_low"] < frame["cost_high"]).all()


@pytest.mark.parametrize("said", [{"probability": 1.2}, {"delay": -1.0}, {"part": (0.1, 0.2, 1.5)}])
def test_a_recovery_that_cannot_be_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(InputError):
        Recovery(**said)  # type: ignore[arg-type]


def test_a_negative_balance_is_refused() -> None:
    with pytest.raises(InputError):
        IpHistory({}, -1.0)


def test_without_sales_nothing_is_at_risk() -> None:
    with pytest.raises(InputError, match="Without sales"):
        ip(selling())
