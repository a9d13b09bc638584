"""Perils of logistics: in proportion to the trade, own counts before assumptions, costs by hand and by simulation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from risk.checks import InputError
from risk.enterprise import DRIVERS
from risk.logistics import Hold, LogisticsHistory, LogisticsRisk, logistics_risk
from risk.logistics.border import CAUSES
from risk.logistics.disruption import recorded
from risk.logistics.parcels import late_cost
from risk.loss.register import Entry, FamilyRisk, register_frame
from risk.loss.severity import Lognormal
from risk.trade import Trade

Build = Callable[..., LogisticsRisk]
Entries = Callable[..., dict[str, Entry]]

DAY = dt.date(2026, 11, 23)
NOTHING = LogisticsHistory()
KNOWN = LogisticsHistory(
    parcels=10_000,
    resolved=9_000,
    late=1_200,
    pending=250,
    ended=9_700,
    lost=60,
    holds={"inspection": Hold(100, 100, 400.0, 2_500.0), "policy change": Hold(5, 5, 50.0, 600.0)},
    freight=4.0,
    weight_kg=0.5,
    modes={"air line": 6_000, "sea": 1_000, "postal": 3_000},
)


@pytest.fixture
def risk(trade: Trade) -> Build:
    def build(
        trade: Trade = trade, history: LogisticsHistory = NOTHING, seat: str | None = "CN", **rates: float
    ) -> LogisticsRisk:
        return logistics_risk(trade, history, DAY, rates, seat)

    return build


def test_every_cause_of_a_hold_is_a_peril(entries: Entries) -> None:
    holds = {f"logistics.hold_{cause.replace(' ', '_')}" for cause in CAUSES}
    assert set(entries()) == {"logistics.late_delivery", "logistics.loss", "logistics.disruption", *holds}
    assert len(holds) == 5


def test_without_shipments_all_is_a_starting_assumption_that_grows_with_the_parcels(entries: Entries) -> None:
    for key, entry in entries().items():
        assert entry.basis != "data", key
        assert "tarting assumption" in entry.source, key
        assert entry.peril.mean > 0, key
    late = entries()["logistics.late_delivery"].peril
    parcels = late.mean / late_cost(50.0, 0.3, 0.0778).mean
    assert 0.02 * 10_000 < parcels < 0.30 * 10_000


@pytest.mark.parametrize("history", [NOTHING, KNOWN])
def test_doubling_the_trade_doubles_every_mean(doubled: Trade, entries: Entries, history: LogisticsHistory) -> None:
    once, twice = entries(history=history), entries(doubled, history)
    for key, entry in once.items():
        assert twice[key].peril.mean == pytest.approx(2 * entry.peril.mean), key


def test_nothing_is_held_or_disrupted_where_nothing_crosses_a_border(trade: Trade, entries: Entries) -> None:
    home = entries(replace(trade, destinations=trade.destinations[:1]), seat="FR")
    assert set(home) == {"logistics.late_delivery", "logistics.loss"}


def test_no_parcels_no_perils(trade: Trade, risk: Build) -> None:
    with pytest.raises(InputError, match="none"):
        risk(replace(trade, destinations=()))


def test_own_counts_make_the_rates_and_pending_parcels_are_in_none(entries: Entries) -> None:
    late = entries(history=KNOWN)["logistics.late_delivery"]
    assert late.basis == "data"
    assert "1,200 counted among 9,000" in late.source
    assert "250 parcels under way" in late.source
    parcels = 10_000 * 1_200 / 9_000
    assert late.peril.mean == pytest.approx(parcels * late_cost(50.0, 0.3, 0.0778).mean, rel=0.01)
    more = entries(history=replace(KNOWN, pending=0))["logistics.late_delivery"].peril
    assert more == late.peril


def test_a_late_parcel_by_hand() -> None:
    """5 % of 50 in full, 10 % in part (PERT mean 0.225), and 5 % lose 30 % margin on 1.33 further orders."""
    part, further = (0.05 + 4 * 0.20 + 0.50) / 6, (0 + 4 * 1 + 4) / 6
    expected = 0.05 * 50 + 0.10 * part * 50 + 0.05 * further * 50 * 0.3
    assert late_cost(50.0, 0.3, 0.05).mean == pytest.approx(expected)
    assert late_cost(50.0, 0.0, 0.05).mean == pytest.approx(expected - 0.05 * further * 15)


def test_claims_of_late_parcels_make_the_share_that_is_refunded(entries: Entries) -> None:
    none = entries(history=replace(KNOWN, late_claimed=0))["logistics.late_delivery"].peril.mean
    many = entries(history=replace(KNOWN, late_claimed=600))["logistics.late_delivery"].peril.mean
    unknown = entries(history=KNOWN)["logistics.late_delivery"].peril.mean
    assert none < unknown < many


def test_a_hold_by_hand_where_its_days_are_known(entries: Entries) -> None:
    """4 days on average, cost of a day by Hummels and Schaur, 5 % cancelled; far from the cap of all the value."""
    a_day = Lognormal.from_interval(0.006, 0.021).mean
    peril = entries(history=KNOWN)["logistics.hold_inspection"].peril
    cost = 50 * (4 * a_day + 0.05)
    assert peril.mean == pytest.approx(10_000 * 0.01 * cost, rel=0.02)


def test_days_of_a_hold_are_those_of_the_forwarders_until_own_ones_are_enough(entries: Entries) -> None:
    few = replace(KNOWN, holds={"inspection": Hold(9, 9, 9_000.0, 9e6)})
    assert "1 to 30 days" in entries(history=few)["logistics.hold_inspection"].source
    assert "2 to 30 days" in entries(history=KNOWN)["logistics.hold_policy_change"].source
    assert "4.0 days on average of 100 holds" in entries(history=KNOWN)["logistics.hold_inspection"].source


def test_a_hold_never_costs_more_than_the_parcel_twice(entries: Entries) -> None:
    long = replace(KNOWN, holds={"inspection": Hold(100, 100, 1e6, 2e10)})
    history = replace(long, parcels=1_000_000, resolved=0, late=0, ended=0, lost=0)  # so few that none are bundled
    severity = entries(history=history)["logistics.hold_inspection"].peril.severity
    assert severity.draw(10_000, np.random.default_rng(2)).max() <= 100.0 + 1e-9


def test_a_lost_parcel_by_hand_net_of_what_the_carrier_owes(entries: Entries) -> None:
    """Value 50 and freight 4; by air at most 26, by sea 2 SDR a kilogram, of half a kilogram at EUR 1.20, if paid."""
    peril = entries(history=KNOWN, XDR=1.2)["logistics.loss"].peril
    gross, air, sea = 54.0, 26 * 0.5 * 1.2, 2 * 0.5 * 1.2
    net = gross - 0.5 * (0.6 * air + 0.1 * sea)
    assert peril.mean == pytest.approx(10_000 * 60 / 9_700 * net, rel=0.02)
    without = entries(history=KNOWN)["logistics.loss"]
    assert without.peril.mean == pytest.approx(peril.mean * gross / net)
    assert "no exchange rate from XDR" in without.source


def test_insurance_pays_its_share_of_a_lost_parcel(entries: Entries) -> None:
    half = entries(history=replace(KNOWN, insured=0.5))["logistics.loss"].peril
    assert half.mean == pytest.approx(entries(history=KNOWN)["logistics.loss"].peril.mean / 2)
    assert "logistics.loss" not in entries(history=replace(KNOWN, insured=1.0))


def test_a_disruption_by_hand(entries: Entries) -> None:
    """Means of the lognormals with these 90 % intervals multiply: share x days x cost of a day, share x rise."""

    def mean(low: float, high: float) -> float:
        spread = np.log(high / low) / (2 * 1.6448536269514722)
        return float(np.sqrt(low * high) * np.exp(spread**2 / 2))

    affected = mean(0.01, 0.5)
    expected = affected * (mean(3, 20) * mean(0.006, 0.021) * 500_000 + mean(0.08, 1.868) * 40_000)
    assert entries(history=KNOWN)["logistics.disruption"].peril.severity.mean == pytest.approx(expected)


def test_disruptions_that_hit_firms_are_the_record_of_the_rate() -> None:
    assert recorded(DAY) == (4, 24.0)  # West Coast 2002, Suez 2021, Red Sea 2023, East and Gulf Coasts 2024
    assert recorded(dt.date(2022, 1, 1)) == (2, 20.0)
    assert recorded(dt.date(2001, 1, 1)) == (0, 0.0)


def test_simulated_years_have_the_means_in_closed_form(
    risk: Build, simulates_its_means: Callable[[FamilyRisk], None]
) -> None:
    simulates_its_means(risk(history=KNOWN, XDR=1.2))


def test_entries_load_on_known_drivers_and_fill_a_register(risk: Build, entries: Entries) -> None:
    model = risk(history=KNOWN, XDR=1.2)
    drivers = {driver.name for driver in DRIVERS}
    assert all(set(entry.loadings) <= drivers for entry in model.entries)
    assert entries()["logistics.hold_inspection"].loadings == {"trade policy": 1.0}
    assert entries()["logistics.late_delivery"].loadings == {"season": 1.0}
    assert register_frame([model])["mean"].gt(0).all()


@pytest.mark.parametrize("change", [{"late": 9_001}, {"lost": 9_701}, {"resolved": 10_001}, {"insured": 1.5}])
def test_counts_that_cannot_be_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(InputError):
        replace(KNOWN, **change)
