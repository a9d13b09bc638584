"""Insurance in the catalogue costs what it is expected to pay and the insurer's part, against a slow loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pytest

from risk.checks import InputError
from risk.countermeasures import catalogue
from risk.countermeasures.transfer import LOADING, insured, premium, sold_forward
from risk.currency.model import CurrencyRisk
from risk.loss.countermeasures import Countermeasure
from risk.loss.frequency import Poisson
from risk.loss.insurance import Insurance
from risk.loss.perils import Peril
from risk.loss.register import FamilyRisk
from risk.loss.severity import Fixed
from risk.trade import Trade

Families = Callable[..., tuple[FamilyRisk, ...]]


@pytest.fixture(scope="session")
def perils(families: Families, sold: Trade) -> Mapping[str, Peril]:
    return {peril.name: peril for family in families(sold) for peril in family.perils}


@pytest.fixture(scope="session")
def covers(families: Families, sold: Trade, fx: Mapping[str, float]) -> Mapping[str, Countermeasure]:
    return {measure.key: measure for measure in catalogue(families(sold), sold, fx) if "insurance" in measure.key}


def paid(peril: Peril, cover: Insurance, years: int) -> list[float]:
    """What the cover pays in each year, event by event in plain Python."""
    rng = np.random.default_rng(17)
    recovered = []
    for count in peril.frequency.draw(years, rng):
        year = sum(min(max(loss - cover.deductible, 0.0), cover.limit) for loss in peril.severity.draw(int(count), rng))
        recovered.append(min(max(year - cover.aggregate_deductible, 0.0), cover.aggregate_limit))
    return recovered


def test_the_premium_of_a_certain_event_is_by_hand() -> None:
    """Two events a year of 100 above a deductible of 30, kept by half: 1 · 70 · 1.25."""
    peril = Peril("x", Poisson(2.0), Fixed(100.0), keep=0.5)
    assert premium(peril, Insurance(deductible=30.0), 0.25) == pytest.approx(87.5)
    with pytest.raises(InputError, match="loading"):
        premium(peril, Insurance(), -0.1)


def test_the_premium_of_cargo_is_the_mean_payout_and_the_loading(
    covers: Mapping[str, Countermeasure], perils: Mapping[str, Peril]
) -> None:
    """Above half of an ordinary year's loss, up to ten times it."""
    loss = perils["logistics.loss"]
    years = paid(loss, Insurance(aggregate_deductible=0.5 * loss.mean, aggregate_limit=10 * loss.mean), 20_000)
    error = np.std(years) / np.sqrt(len(years))
    assert abs(covers["cargo_insurance"].annual_cost / (1 + LOADING) - np.mean(years)) < 4 * error


def test_the_premium_of_liability_is_the_mean_payout_and_the_loading(
    covers: Mapping[str, Countermeasure], perils: Mapping[str, Peril]
) -> None:
    """Each recall and each lawsuit above 0.5 % of 600,000 euros of sales, up to all of them."""
    both = [paid(perils[key], Insurance(3_000.0, 600_000.0), 60_000) for key in ("quality.recall", "legal.lawsuit")]
    error = np.sqrt(sum(np.var(years) / len(years) for years in both))
    found = covers["liability_insurance"].annual_cost / (1 + LOADING)
    assert abs(found - sum(np.mean(years) for years in both)) < 4 * error


@pytest.mark.parametrize("key", ["cargo_insurance", "liability_insurance"])
def test_what_is_insured_lowers_the_loss_by_the_premium_without_its_loading(
    key: str, covers: Mapping[str, Countermeasure], families: Families, sold: Trade
) -> None:
    avoided = np.zeros(60_000)
    for family in families(sold):
        before, after = (
            model.simulate(60_000, np.random.default_rng(2)).total for model in (family, covers[key].applied(family))
        )
        avoided += before - after
    error = avoided.std() / np.sqrt(len(avoided))
    assert abs(avoided.mean() - covers[key].annual_cost / (1 + LOADING)) < 4 * error


def test_a_peril_that_is_insured_already_gets_no_second_cover(
    families: Families, sold: Trade, fx: Mapping[str, float]
) -> None:
    logistics = families(sold)[2].changed(partial(Peril.insured, insurance=Insurance(limit=10.0)), {"logistics.loss"})
    assert "cargo_insurance" not in {measure.key for measure in catalogue([logistics], sold, fx)}


def test_cover_and_hedge_refuse_the_wrong_kind_of_model(
    families: Families, sold: Trade, currency: CurrencyRisk
) -> None:
    with pytest.raises(InputError, match="only a family of the register is insured, not currency"):
        insured({"x": Insurance()}, currency)
    with pytest.raises(InputError, match="only a currency model is hedged, not legal"):
        sold_forward((0.5,), families(sold)[0])


def test_forwards_sell_the_shares_that_were_chosen_and_never_less_than_is_sold(
    families: Families, sold: Trade, fx: Mapping[str, float], currency: CurrencyRisk
) -> None:
    legal = families(sold)[:1]
    chosen = {one.key: one for one in catalogue(legal, sold, fx, currency, hedge={"USD": 0.25, "GBP": 0.1})}
    hedged = chosen["forwards"].applied(currency)
    assert isinstance(hedged, CurrencyRisk)
    np.testing.assert_array_equal(hedged.ratios, [0.25, 0.8])
    nothing = catalogue(legal, sold, fx, currency, hedge={"USD": 0.0, "GBP": 0.0})
    assert "forwards" not in {measure.key for measure in nothing}
