"""The families out of an order history: sums by hand, what is left out is said, and both real shapes of history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from risk.calibration import Answers, Calibrated, ask, calibrate, conversion, elicited, enterprise, holding
from risk.calibration.conversion import Money
from risk.calibration.families import shipped_from
from risk.calibration.histories import logistics_history, quality_history
from risk.calibration.trade import MARGIN
from risk.checks import InputError
from risk.currency.rates import ecb_rates
from risk.enterprise import family_table
from risk.loss.register import Entry, register_frame
from risk.orders import OrderHistory, read_export
from risk.orders.sample import open_sample
from risk.reference import FACTS

DAY = dt.date(2026, 10, 31)
FX = {"EUR": 1.0, "USD": 0.9, "GBP": 1.15, "JPY": 0.006, "CNY": 0.125, "AUD": 0.6, "XDR": 1.2}
LINES = """order_id,ordered_at,amount,currency,country,quantity,sku,category
1,2025-11-03,100.00,EUR,DE,2,A,toys
2,2026-02-03,50.00,USD,US,1,B,toys
3,2026-05-03,30.00,RUB,RU,1,B,toys
4,2026-10-30,20.00,EUR,,1,A,lamps
"""


def history(text: str = LINES) -> OrderHistory:
    kept = OrderHistory.open()
    kept.add(read_export(text.encode(), name="orders.csv"))
    return kept


@pytest.fixture(scope="module")
def sample() -> Iterator[Answers]:
    with open_sample() as shop:
        yield ask(shop, DAY)


@pytest.fixture(scope="module")
def shop(sample: Answers) -> Calibrated:
    return calibrate(sample, "CNY", conversion(ecb_rates("CNY"), "CNY", DAY), DAY)


def entries(made: Calibrated) -> dict[str, Entry]:
    return {entry.key: entry for family in made.families for entry in family.entries}


def test_the_trade_of_a_year_is_the_sum_of_its_orders_by_hand() -> None:
    with history() as kept:
        answers = ask(kept, DAY)
    made = calibrate(answers, "EUR", FX, DAY)
    years = 362 / 365.25
    assert answers.years == pytest.approx(years)
    trade = made.trade
    assert {place.country: place.sales for place in trade.destinations} == pytest.approx(
        {"DE": 100.0 / years, "US": 45.0 / years}
    )
    assert (trade.unknown_destination, trade.skus) == (pytest.approx(20.0 / years), 2)
    assert trade.turnover == pytest.approx(165.0 / years)
    said = " ".join(map(str, made.notes))
    assert "Orders in RUB are left out" in said
    assert "12.1% of sales have no known destination" in said
    assert f"{MARGIN:.0%} of sales" in said
    assert "cross a customs border" in said


def test_what_the_owner_says_beats_the_assumption() -> None:
    with history() as kept:
        answers = ask(kept, DAY)
    made = calibrate(answers, "EUR", FX, DAY, seat="DE", margin=0.5)
    assert (made.trade.margin, made.seat) == (0.5, "DE")
    assert not any("starting assumption" in str(note) or "border" in str(note) for note in made.notes)


def test_a_history_without_sales_or_destinations_is_said_not_guessed() -> None:
    with history() as kept:
        answers = ask(kept, DAY)
    with pytest.raises(InputError, match="no sales"):
        calibrate(replace(answers, destinations=answers.destinations.head(0)), "EUR", FX, DAY)
    nowhere = calibrate(replace(answers, destinations=answers.destinations.assign(country=None)), "EUR", FX, DAY)
    assert "No order names its destination" in str(nowhere.notes[1])
    assert {family.name for family in nowhere.families} >= {"legal", "ip"}
    assert any("family logistics is left out" in str(note) for note in nowhere.notes)


def test_a_short_history_says_that_a_season_may_be_missing() -> None:
    with history("\n".join(LINES.splitlines()[:2])) as kept:
        made = calibrate(ask(kept, DAY), "EUR", FX, DAY)
    assert made.trade.turnover == pytest.approx(100.0 * 365.25)
    assert any("cover 1 days only" in str(note) for note in made.notes)


def test_the_sample_shop_has_all_families_and_its_own_counts(sample: Answers, shop: Calibrated) -> None:
    assert [family.name for family in shop.families] == ["legal", "logistics", "ip", "quality"]
    assert shipped_from(sample) == shop.seat == "CN"
    late = entries(shop)["logistics.late_delivery"]
    share = sample.shipments["late"].sum() / sample.shipments["resolved"].sum()
    events = late.peril.frequency.mean * late.peril.severity.mean  # bundled events keep the mean of a year
    assert late.basis == "data"
    assert events > 0
    assert 0.02 < share < 0.4
    assert f"{int(sample.shipments['pending'].sum()):,} parcels under way" in str(late.source)
    found = entries(shop)
    assert found["legal.customs_penalty"].peril.frequency.mean > 0.05  # one in two years, against 0.005 to 0.1
    assert not shop.notes


def test_logistics_and_quality_count_what_the_answers_hold(sample: Answers) -> None:
    money = Money("CNY", conversion(ecb_rates("CNY"), "CNY", DAY))
    parcels = logistics_history(sample, money)
    assert parcels.parcels == sample.shipments["parcels"].sum()
    assert sum(parcels.modes.values()) == parcels.parcels
    assert parcels.holds is not None
    held = sample.holds.dropna(subset="reason")
    assert sum(hold.parcels for hold in parcels.holds.values()) == held["parcels"].sum()
    days = sum(hold.days for hold in parcels.holds.values())
    assert days == pytest.approx((held["days"] * held["parcels"]).sum())
    squares = sum(hold.squares for hold in parcels.holds.values())
    assert squares == pytest.approx(float(np.sum(held["days"] ** 2 * held["parcels"])))
    goods = quality_history(sample, money)
    assert sum(group.returns for group in goods.groups.values()) == sample.returns["returns"].sum()
    assert goods.chargebacks == sample.claims.loc[sample.claims["kind"] == "chargeback", "claims"].sum()
    assert goods.recalls == 1


def test_a_kind_of_claim_that_occurs_nowhere_was_not_counted(sample: Answers) -> None:
    money = Money("CNY", FX)
    only = replace(sample, claims=sample.claims[sample.claims["kind"] == "chargeback"])
    assert logistics_history(only, money).late_claimed is None
    assert quality_history(only, money).recalls is None
    none = replace(sample, claims=sample.claims.head(0))
    assert quality_history(none, money).chargebacks is None


def test_doubling_the_orders_doubles_what_a_year_costs(sample: Answers, shop: Calibrated) -> None:
    fx = conversion(ecb_rates("CNY"), "CNY", DAY)
    larger = sample.destinations.assign(
        **{name: sample.destinations[name] * 2 for name in ("sales", "orders", "units")}
    )
    twice = entries(calibrate(replace(sample, destinations=larger), "CNY", fx, DAY))
    once = entries(shop)
    for key in ("logistics.loss", "logistics.hold_inspection", "quality.returns_toys", "quality.chargebacks"):
        assert twice[key].peril.mean == pytest.approx(2 * once[key].peril.mean, rel=1e-6), key


def test_a_corrected_fact_moves_the_perils_that_rest_on_it_and_no_other(sample: Answers, shop: Calibrated) -> None:
    fx = conversion(ecb_rates("CNY"), "CNY", DAY)
    facts = FACTS.edited("fines", "gdpr_83_5", {"fixed_cap": 1_000_000.0, "share_cap": 0.01}, DAY)
    mine, theirs = entries(calibrate(sample, "CNY", fx, DAY, facts=facts)), entries(shop)
    assert {key for key in mine if mine[key].peril != theirs[key].peril} == {"legal.gdpr_fine"}
    assert mine["legal.gdpr_fine"].peril.severity.quantile([0.9999])[0] == pytest.approx(1_000_000 * fx["EUR"])


def test_all_families_add_up_to_the_enterprise(shop: Calibrated) -> None:
    whole = enterprise(shop.families, "CNY", 0.2)
    table = whole.simulate(2_000, np.random.default_rng(1))
    assert family_table(table).drivers == ("legal", "logistics", "ip", "quality")
    assert len(register_frame(shop.families)) == len([name for name in table.drivers if name != "ip.recovery"])
    alone = enterprise(shop.families, "CNY", 0.0).simulate(2_000, np.random.default_rng(1))
    assert table.total.mean() == pytest.approx(alone.total.mean())
    with pytest.raises(InputError):
        enterprise(shop.families, "CNY", 1.0)


def test_pairs_of_families_have_correlations_of_their_own_and_those_that_cannot_hold_together_are_repaired() -> None:
    names = ["legal", "quality", "ip"]
    matrix = elicited(names, 0.1, {("legal", "quality"): 0.5, ("ip", "currency"): 0.9})
    np.testing.assert_array_equal(matrix, [[1.0, 0.5, 0.1], [0.5, 1.0, 0.1], [0.1, 0.1, 1.0]])
    np.testing.assert_allclose(holding(matrix), matrix)
    never = elicited(names, 0.0, {("legal", "quality"): 0.9, ("quality", "ip"): 0.9, ("ip", "legal"): -0.9})
    assert np.linalg.eigvalsh(never)[0] < -0.5
    used = holding(never)
    scores = 2 * np.sin(np.pi * used / 6)
    assert np.linalg.eigvalsh(scores)[0] > -1e-8
    np.testing.assert_allclose(np.abs(used[np.triu_indices(3, 1)]), np.abs(used[0, 1]), atol=1e-6)
    for value in (1.0, -1.0, np.nan):
        with pytest.raises(InputError, match="A correlation lies above -1 and below 1"):
            elicited(names, 0.1, {("legal", "ip"): value})


def test_the_years_of_a_pair_meet_as_their_correlation_says(shop: Calibrated) -> None:
    pairs = {("legal", "quality"): 0.8}
    years = family_table(enterprise(shop.families, "CNY", 0.0, pairs).simulate(20_000, np.random.default_rng(2)))
    apart = family_table(enterprise(shop.families, "CNY", 0.0).simulate(20_000, np.random.default_rng(2)))
    together, before = (pd.DataFrame(one.losses, columns=one.drivers).corr("spearman") for one in (years, apart))
    assert together.loc["legal", "quality"] > before.loc["legal", "quality"] + 0.5
    assert abs(together.loc["legal", "logistics"] - before.loc["legal", "logistics"]) < 0.05


def test_amounts_convert_at_the_day_and_drawing_rights_are_their_basket() -> None:
    # International Monetary Fund, SDR valuation of 29 November 2022: rates against the dollar, and 1.314251.
    rates = pd.DataFrame(
        {"CNY": [1 / 7.16950], "EUR": [1.03815], "JPY": [1 / 137.96], "GBP": [1.20235], "RUB": [np.nan]},
        index=pd.DatetimeIndex(["2022-11-29"], name="date"),
    )
    found = conversion(rates, "USD", dt.date(2022, 11, 30))
    assert found["XDR"] == pytest.approx(1.314251, abs=2e-6)
    assert found["USD"] == 1.0
    assert "RUB" not in found
    assert conversion(rates, "USD", dt.date(2022, 12, 30)) == {"USD": 1.0}  # the newest rate is too old
    assert conversion(rates, "USD", dt.date(2022, 11, 1)) == {"USD": 1.0}  # nothing later is used


def test_drawing_rights_agree_with_the_funds_rates_of_another_day() -> None:
    # IMF, 17 January 2025: SDR 0.793461 for one euro; ECB rates are of another hour.
    found = conversion(ecb_rates("EUR"), "EUR", dt.date(2025, 1, 17))
    assert 1 / found["XDR"] == pytest.approx(0.793461, rel=2e-3)
    assert "XDR" not in conversion(ecb_rates("EUR"), "EUR", dt.date(2011, 12, 9))
