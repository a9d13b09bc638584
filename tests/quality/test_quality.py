"""Perils of quality: in proportion to the trade, own counts before assumptions, costs by hand and by simulation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from risk.checks import InputError
from risk.enterprise import DRIVERS
from risk.loss.register import Entry, FamilyRisk, register_frame
from risk.loss.severity import Lognormal
from risk.quality import QualityHistory, QualityRisk, Returned, quality_risk
from risk.quality.returns import largest
from risk.trade import Trade

Build = Callable[..., QualityRisk]
Entries = Callable[..., dict[str, Entry]]

DAY = dt.date(2026, 11, 23)
NOTHING = QualityHistory()
TOYS = Returned(20_000.0, 600_000.0, 1_000, 1_100.0, 33_000.0, 33.0**2 * 1_000 * 1.25)
LAMPS = Returned(8_000.0, 400_000.0, 5, 5.0, 250.0, 12_500.0)
KNOWN = QualityHistory(
    {"toys": TOYS, "LED lamps": LAMPS},
    returns_known=True,
    sellable=238,
    judged=996,
    orders=20_000,
    chargebacks=40,
    charged=1_800.0,
    charged_squares=90_000.0,
    charged_lost=29,
    charged_ended=38,
    recalls=0,
    freight=4.0,
)


@pytest.fixture
def risk(trade: Trade) -> Build:
    def build(trade: Trade = trade, history: QualityHistory = NOTHING) -> QualityRisk:
        return quality_risk(trade, history, DAY, {})

    return build


OTHERS = {"quality.bad_batch", "quality.recall", "quality.review_damage", "quality.chargebacks"}


def test_without_returns_all_is_a_starting_assumption(entries: Entries) -> None:
    found = entries()
    assert set(found) == {"quality.returns", *OTHERS}
    for key, entry in found.items():
        assert entry.basis == "expert", key
        assert "tarting assumption" in entry.source, key
        assert entry.peril.mean > 0, key


def test_each_article_group_has_its_own_returns(entries: Entries) -> None:
    assert set(entries(history=KNOWN)) == {"quality.returns_toys", "quality.returns_led_lamps", *OTHERS}


@pytest.mark.parametrize("history", [NOTHING, KNOWN])
def test_doubling_the_trade_doubles_every_mean(doubled: Trade, entries: Entries, history: QualityHistory) -> None:
    once, twice = entries(history=history), entries(doubled, history)
    for key, entry in once.items():
        assert twice[key].peril.mean == pytest.approx(2 * entry.peril.mean), key


def test_returns_of_a_group_by_hand(entries: Entries) -> None:
    """10,000 of 14,000 units a year, one return in 20; 33 less 70 % for the 24 % sellable, freight 4."""
    peril = entries(history=KNOWN)["quality.returns_toys"].peril
    lost = 33 * (1 - 0.24 * 0.7) + 4
    assert peril.mean == pytest.approx(10_000 * 0.05 * lost, rel=0.005)
    assert entries(history=KNOWN)["quality.returns_toys"].basis == "data"


def test_too_few_refunds_leave_the_price_of_a_unit(entries: Entries) -> None:
    lamps = entries(history=KNOWN)["quality.returns_led_lamps"]
    assert "50.00, the average price of a unit" in lamps.source
    assert lamps.peril.severity.mean == pytest.approx(50 * (1 - 0.24 * 0.7) + 4)


def test_no_returns_are_data_only_where_returns_are_recorded(entries: Entries) -> None:
    groups = {"toys": Returned(20_000.0, 600_000.0)}
    recorded = entries(history=QualityHistory(groups, returns_known=True))["quality.returns_toys"]
    silent = entries(history=QualityHistory(groups))["quality.returns_toys"]
    assert (recorded.basis, silent.basis) == ("data", "expert")
    assert recorded.peril.mean < silent.peril.mean / 100


def test_small_groups_are_added_up_and_alike_names_are_one() -> None:
    groups = {f"g{at}": Returned(10.0, 100.0 * at, at) for at in range(1, 9)}
    found = largest({**groups, "other": Returned(1.0, 50.0, 1), "G8!": Returned(5.0, 1.0, 2)})
    assert list(found) == ["g8", "g7", "g6", "g5", "g4", "other"]
    assert found["g8"] == Returned(15.0, 801.0, 10)
    assert found["other"] == Returned(31.0, 650.0, 7)


def test_a_group_of_the_seller_that_is_called_other_takes_the_small_ones_in(entries: Entries) -> None:
    groups = {"Other": Returned(10.0, 9_000.0)} | {f"g{at}": Returned(1.0, 100.0 * at) for at in range(1, 8)}
    assert largest(groups)["Other"] == Returned(13.0, 9_600.0)
    assert len(entries(history=QualityHistory(groups))) == 5 + len(OTHERS)


def test_a_history_too_young_for_its_returns_leaves_the_assumption(entries: Entries) -> None:
    young = QualityHistory({"toys": Returned(0.0, 0.0)}, returns_known=True)
    assert entries(history=young)["quality.returns"] == entries()["quality.returns"]


def test_groups_in_any_script_have_keys(entries: Entries) -> None:
    history = QualityHistory({"蓝牙耳机": TOYS, "Küche & Bad": LAMPS})
    assert {"quality.returns_蓝牙耳机", "quality.returns_küche_bad"} <= set(entries(history=history))


def test_a_bad_batch_by_hand_stays_below_a_year_of_the_article(trade: Trade, entries: Entries) -> None:
    """700 units a year of an article at 500,000 / 14,000 and 4 of freight; lognormal means multiply but for the cap."""
    peril = entries(replace(trade, skus=20), KNOWN)["quality.bad_batch"].peril
    most = 700 * (500 / 14 + 4)
    product = Lognormal.from_interval(0.05, 0.5).mean * Lognormal.from_interval(0.05, 0.6).mean
    assert peril.severity.mean == pytest.approx(most * product, rel=0.01)
    assert peril.severity.mean < most * product
    assert peril.severity.draw(20_000, np.random.default_rng(3)).max() <= most


def test_two_years_without_a_recall_lower_its_rate(entries: Entries) -> None:
    assert entries(history=KNOWN)["quality.recall"].peril.mean < entries()["quality.recall"].peril.mean


def test_reviews_cost_the_margin_and_nothing_where_there_is_none(trade: Trade, entries: Entries) -> None:
    peril = entries()["quality.review_damage"].peril
    product = Lognormal.from_interval(0.01, 0.2).mean * Lognormal.from_interval(1 / 12, 0.75).mean
    assert peril.severity.mean == pytest.approx(150_000 * product, rel=0.001)
    assert "quality.review_damage" not in entries(replace(trade, margin=-0.1))


def test_chargebacks_by_hand(entries: Entries) -> None:
    """One in 500 of 10,000 parcels a year, 45 on average, 30 of 40 lost with one of two added before."""
    peril = entries(history=KNOWN)["quality.chargebacks"].peril
    assert peril.severity.mean == pytest.approx(2 * 45 * 30 / 40)  # two of about twenty at a time
    assert peril.mean == pytest.approx(10_000 * 0.002 * 45 * 0.75, rel=0.03)
    assert (
        "45.00 EUR, lost in 75% of the cases. The amount is the average of 40"
        in entries(history=KNOWN)["quality.chargebacks"].source
    )


def test_simulated_years_have_the_means_in_closed_form(
    risk: Build, simulates_its_means: Callable[[FamilyRisk], None]
) -> None:
    simulates_its_means(risk(history=KNOWN))


def test_entries_load_on_known_drivers_and_fill_a_register(risk: Build, entries: Entries) -> None:
    found, drivers = entries(history=KNOWN), {driver.name for driver in DRIVERS}
    assert all(set(entry.loadings) <= drivers for entry in found.values())
    assert found["quality.recall"].loadings == {"product-safety incident": 1.0}
    assert found["quality.chargebacks"].loadings == {"platform enforcement": 1.0}
    assert register_frame([risk(history=KNOWN)])["mean"].gt(0).all()


def test_what_cannot_be_is_refused(trade: Trade, risk: Build) -> None:
    with pytest.raises(InputError, match="none"):
        risk(replace(trade, destinations=()))
    with pytest.raises(InputError, match="sellable"):
        replace(KNOWN, sellable=1_000)
    with pytest.raises(InputError, match="refunds"):
        Returned(1.0, 1.0, refunds=-1.0)
