"""The catalogue: what is offered acts on something, costs what its sentence says, and never makes a loss larger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.checks import InputError, Sentence
from risk.countermeasures import catalogue, left_out
from risk.currency.hedging import hedge_cost
from risk.currency.model import CurrencyRisk
from risk.enterprise.ranking import MOST
from risk.loss.countermeasures import Countermeasure
from risk.loss.register import BASES, FamilyRisk
from risk.reference import measure_prices
from risk.trade import Destination, Trade

Families = Callable[..., tuple[FamilyRisk, ...]]
KEYS = {
    "compliance_review",
    "representative",
    "policy_watch",
    "forwards",
    "logistics_partner",
    "overseas_warehouse",
    "document_management",
    "classification",
    "inspection",
    "ip_registration",
    "ip_monitoring",
    "ip_clearance",
    "cargo_insurance",
    "liability_insurance",
}


@pytest.fixture(scope="session")
def measures(
    families: Families, sold: Trade, fx: Mapping[str, float], currency: CurrencyRisk
) -> Mapping[str, Countermeasure]:
    offered = catalogue(families(sold), sold, fx, currency, "CN")
    return {measure.key: measure for measure in offered}


def test_every_measure_is_offered_where_all_perils_are(measures: Mapping[str, Countermeasure]) -> None:
    assert set(measures) == KEYS
    assert len(KEYS) <= MOST


@pytest.mark.parametrize("key", sorted(KEYS))
def test_a_measure_says_what_it_is_and_that_it_is_assumed(key: str, measures: Mapping[str, Countermeasure]) -> None:
    measure = measures[key]
    assert isinstance(measure.title, Sentence)
    assert isinstance(measure.source, Sentence)
    assert measure.basis in BASES
    assert "please review" in measure.source
    assert measure.annual_cost > 0
    assert "Cost: " in measure.source


@pytest.mark.parametrize("key", sorted(KEYS))
def test_a_measure_acts_on_perils_or_models_that_are_there(
    key: str, measures: Mapping[str, Countermeasure], families: Families, sold: Trade
) -> None:
    models = families(sold)
    assert set(measures[key].effects) <= {entry.key for model in models for entry in model.entries}
    assert set(measures[key].changes) <= {"currency", *(model.name for model in models)}
    assert measures[key].effects or measures[key].changes


@pytest.mark.parametrize("key", sorted(KEYS - {"forwards"}))
def test_no_measure_raises_a_loss_in_any_year_and_all_lower_some(
    key: str, measures: Mapping[str, Countermeasure], families: Families, sold: Trade
) -> None:
    """Recovered damages shrink with the loss that is recovered, so the family's total is what is compared."""
    lowered = 0.0
    for family in families(sold):
        before, after = (
            model.simulate(4_000, np.random.default_rng(5)).total for model in (family, measures[key].applied(family))
        )
        assert (after <= before * (1 + 1e-9) + 1e-6).all()
        lowered += (before - after).sum()
    assert lowered > 0


def test_forwards_cost_their_points_and_spread_which_may_raise_the_expected_loss(
    measures: Mapping[str, Countermeasure], currency: CurrencyRisk
) -> None:
    """Half of the USD at 1 % below spot and 0.2 % of spread; the GBP stay at the 80 % that are sold already."""
    after = measures["forwards"].applied(currency)
    assert isinstance(after, CurrencyRisk)
    assert after.ratios.tolist() == [0.5, 0.8]
    points, spread = 0.5 * 2_000 * 0.9 * 0.01, 0.5 * 0.002 * 2_000 * 0.891
    rise = hedge_cost(after).to_numpy().sum() - hedge_cost(currency).to_numpy().sum()
    assert rise == pytest.approx(points + spread)
    losses = [model.simulate(20_000, np.random.default_rng(5)).total for model in (currency, after)]
    assert losses[1].mean() - losses[0].mean() == pytest.approx(points + spread, abs=1.0)
    assert losses[1].std() < 0.8 * losses[0].std()


def test_no_forwards_without_a_currency_model_or_with_as_much_hedged(
    sold: Trade, fx: Mapping[str, float], currency: CurrencyRisk
) -> None:
    assert catalogue((), sold, fx) == ()
    assert catalogue((), sold, fx, currency.hedged(0.5)) == ()
    assert [measure.key for measure in catalogue((), sold, fx, currency)] == ["forwards"]


def test_costs_by_hand(measures: Mapping[str, Countermeasure]) -> None:
    """Sales of 600,000 EUR, all abroad, to three markets; 120 articles; 1 USD is 0.90 EUR, 1 GBP 1.15 EUR."""
    by_hand = {
        "compliance_review": 0.9 * (1_500 + 3 * 1_000),
        "representative": 1_200 + (100 + 600) / 2 + 1_200,
        "policy_watch": 0.9 * 1_200,
        "forwards": 0.9 * 500,
        "logistics_partner": 0.005 * 600_000,
        "overseas_warehouse": 0.9 * 3_000 + 0.015 * 600_000,
        "document_management": 0.9 * 1_000 + 0.0005 * 600_000,
        "classification": 0.9 * (500 + 10 * 120),
        "inspection": (4 + 600_000 / 90_000) * 299 * 0.9,
        "ip_registration": (850 + 205 * 1.15 + 350 * 0.9 + 3 * 1_050) / 10,
        "ip_monitoring": 0.9 * 2_000 + 0.001 * 600_000,
        "ip_clearance": 0.9 * (500 + 10 * 120),
    }
    assert {key: measures[key].annual_cost for key in by_hand} == pytest.approx(by_hand)


def test_effects_by_hand(measures: Mapping[str, Countermeasure], families: Families, sold: Trade) -> None:
    """The mean of PERT(0.2, 0.4, 0.6) is 0.4, that of PERT(0.05, 0.15, 0.3) is 0.95 / 6."""
    legal, ip = families(sold)[:2]
    before, after = (
        {peril.name: peril.mean for peril in model.perils}
        for model in (legal, measures["classification"].applied(legal))
    )
    assert after["legal.customs_debt"] == pytest.approx(0.6 * before["legal.customs_debt"])
    assert after["legal.lawsuit"] == before["legal.lawsuit"]
    stolen = [
        next(peril.mean for peril in model.perils if peril.name == "ip.own_ip_stolen")
        for model in (ip, measures["ip_registration"].applied(ip))
    ]
    assert stolen[1] == pytest.approx((1 - 0.95 / 6) ** 2 * stolen[0])


def test_who_is_established_in_a_market_needs_no_representative_there(
    families: Families, sold: Trade, fx: Mapping[str, float]
) -> None:
    found = {
        seat: next((m for m in catalogue(families(sold, seat), sold, fx, seat=seat) if m.key == "representative"), None)
        for seat in ("FR", "GB", "CN")
    }
    assert found["FR"] is not None
    assert set(found["FR"].effects) == {"legal.uk_gdpr_fine"}
    assert found["FR"].annual_cost == 1_200
    assert found["GB"] is not None
    assert "legal.uk_gdpr_fine" not in found["GB"].effects
    assert found["CN"] is not None
    assert {"legal.uk_gdpr_fine", "legal.gdpr_fine"} <= set(found["CN"].effects)


def test_only_what_touches_a_given_family_is_offered(families: Families, sold: Trade, fx: Mapping[str, float]) -> None:
    quality = families(sold)[3]
    found = {measure.key: measure for measure in catalogue([quality], sold, fx, seat="CN")}
    assert set(found) == {"overseas_warehouse", "document_management", "inspection", "liability_insurance"}
    assert set(found["liability_insurance"].changes) == {"quality"}
    assert set(found["document_management"].effects) == {"quality.chargebacks"}


def test_marks_are_registered_only_where_the_fee_of_a_market_is_known(
    families: Families, sold: Trade, fx: Mapping[str, float]
) -> None:
    japan = replace(sold, destinations=(replace(sold.destinations[0], country="JP"),))
    assert "ip_registration" not in {measure.key for measure in catalogue(families(japan), japan, fx, seat="CN")}


def test_a_price_without_an_exchange_rate_leaves_its_measure_out_and_says_so(families: Families, sold: Trade) -> None:
    models = families(sold)
    found = {measure.key for measure in catalogue(models, sold, {"USD": 0.9}, seat="CN")}
    assert found == KEYS - {"forwards", "ip_registration"}
    assert left_out(models, sold, {"USD": 0.9}) == (
        "Measures whose price needs it are left out. There is no exchange rate from GBP.",
    )
    assert {measure.key for measure in catalogue(models, sold, {})} == {
        "representative",
        "logistics_partner",
        "cargo_insurance",
        "liability_insurance",
    }


def test_models_of_another_currency_are_refused(families: Families, sold: Trade, fx: Mapping[str, float]) -> None:
    with pytest.raises(InputError, match="the trade is in USD, a model in EUR"):
        catalogue(families(sold), replace(sold, currency="USD"), fx)


def test_prices_are_those_of_the_fact_table(measures: Mapping[str, Countermeasure]) -> None:
    prices = measure_prices()
    assert prices.loc["inspection_day", "source"] in measures["inspection"].source
    assert all(
        prices.loc[row, "source"] in measures["ip_registration"].source for row in ("eu_mark", "gb_mark", "us_mark")
    )
    assert "from EUR 1,200 a year" in measures["representative"].source


AMOUNT = st.floats(5_000.0, 5e6)
PARCELS = st.floats(50.0, 1e5)


@settings(max_examples=6, deadline=None)
@given(
    places=st.lists(
        st.tuples(st.sampled_from(["DE", "US", "GB", "JP", "CN"]), AMOUNT, PARCELS),
        min_size=1,
        max_size=3,
        unique_by=lambda place: place[0],
    ),
    skus=st.integers(1, 2_000),
    margin=st.integers(-20, 60).map(lambda percent: percent / 100),
)
def test_twice_the_trade_costs_at_most_twice_and_no_mean_rises(
    places: list[tuple[str, float, float]], skus: int, margin: float, families: Families, fx: Mapping[str, float]
) -> None:
    costs = []
    for factor in (1.0, 2.0):
        sold = (
            Destination(code, factor * sales, factor * parcels, factor * parcels) for code, sales, parcels in places
        )
        trade = Trade("EUR", 1.0, tuple(sold), skus, margin)
        models = families(trade)
        offered = catalogue(models, trade, fx, seat="CN")
        costs.append({measure.key: measure.annual_cost for measure in offered})
        for measure, family in product(offered, models):
            after = measure.applied(family)
            assert isinstance(after, FamilyRisk)
            for old, new in zip(family.perils, after.perils, strict=True):
                assert new.mean <= old.mean * (1 + 1e-9)
    assert set(costs[0]) == set(costs[1])
    assert all(costs[1][key] <= 2 * costs[0][key] * (1 + 1e-6) for key in costs[0])
