"""Currency risk of a year: exact where nothing is random, analytic where the formula is known, linear in the hedge."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from risk.checks import InputError
from risk.currency.legs import Legs
from risk.currency.model import BLOCK, CurrencyRisk, forward_deals, frontier, hedge_mitigation
from risk.currency.paths import Dynamics
from risk.loss.measures import expected_loss, expected_shortfall, standard_error, value_at_risk


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def certain(model: CurrencyRisk) -> CurrencyRisk:
    return replace(model, covariance=np.zeros_like(model.covariance))


def covariance_of_rates(model: CurrencyRisk, place: int) -> np.ndarray:
    """Of a lognormal martingale at the value dates: spot² (exp(σ² min(s, t)) - 1)."""
    days = np.array(model.fixing_days)
    variance = float(model.dynamics.long_run[place])
    return model.spot[place] ** 2 * np.expm1(variance * np.minimum.outer(days, days))


def test_a_full_hedge_of_certain_receipts_leaves_exactly_the_forward_points(model: CurrencyRisk) -> None:
    table = certain(model).hedged(1.0).simulate(500, rng())
    points = -(model.receipts * (model.forwards - model.budget)).sum(axis=0)
    assert table.losses == pytest.approx(np.tile(points, (500, 1)), rel=1e-9)


def test_a_full_hedge_fixes_the_loss_against_any_budget(model: CurrencyRisk) -> None:
    budgeted = replace(certain(model), budget=model.spot * 1.05)
    expected = (model.receipts * (model.spot * 1.05 - model.forwards)).sum(axis=0)
    assert budgeted.hedged(1.0).simulate(10, rng()).losses[0] == pytest.approx(expected)


def test_certain_receipts_have_the_standard_deviation_of_the_formula(model: CurrencyRisk) -> None:
    losses = certain(model).simulate(40_000, rng()).losses
    for place in range(2):
        q = model.receipts[:, place]
        expected = np.sqrt(q @ covariance_of_rates(model, place) @ q)
        assert losses[:, place].std() == pytest.approx(expected, rel=0.02)


def test_uncertain_receipts_have_the_standard_deviation_of_the_formula(model: CurrencyRisk) -> None:
    """Var Σ Q (B - S) = Σ Σ (E[Q] E[Q]' + Cov Q) Cov S when B = E[S] and Q is independent of S."""
    losses = model.simulate(40_000, rng()).losses
    for place in range(2):
        q = np.outer(model.receipts[:, place], model.receipts[:, place]) + model.covariance[place]
        assert losses[:, place].std() == pytest.approx(
            np.sqrt((q * covariance_of_rates(model, place)).sum()), rel=0.025
        )


def test_at_spot_a_budget_at_spot_is_a_fair_game_and_a_hedge_costs_its_points(model: CurrencyRisk) -> None:
    unhedged, hedged = (model.hedged(ratio).simulate(40_000, rng()) for ratio in (0.0, 1.0))
    points = -(model.receipts * (model.forwards - model.spot)).sum(axis=0)
    for place in range(2):
        assert abs(unhedged.losses[:, place].mean()) < 4 * standard_error(unhedged.losses[:, place], "mean")
        gap = hedged.losses[:, place].mean() - points[place]
        assert abs(gap) < 4 * standard_error(hedged.losses[:, place], "mean")


def test_one_year_by_hand(model: CurrencyRisk) -> None:
    """Rates that stay: the loss is receipts times what the budget was above spot."""
    still = Dynamics(np.ones((10, 2)), np.zeros(2), np.zeros(2), np.zeros(2))
    frozen = replace(
        certain(model), dynamics=still, budget=np.array([7.5, 8.25]), spread=0.001, ratios=np.array([0.5, 0])
    )
    usd = 1200 * 0.5 - 0.5 * (model.receipts[:, 0] * (model.forwards[:, 0] - 7.0)).sum()
    usd += 0.5 * 0.001 * (model.receipts[:, 0] * model.forwards[:, 0]).sum()
    assert frozen.simulate(1, rng()).losses[0] == pytest.approx([usd, -360 * 0.25])


def test_the_spread_costs_the_same_to_buy_as_to_sell(model: CurrencyRisk) -> None:
    dear = replace(model, spread=0.01)
    extra = dear.hedged(1.0).simulate(50, rng()).losses - model.hedged(1.0).simulate(50, rng()).losses
    expected = 0.01 * (np.abs(model.receipts) * model.forwards).sum(axis=0)
    assert extra == pytest.approx(np.tile(expected, (50, 1)))
    assert (expected > 0).all()


@pytest.mark.parametrize("ratios", [0.0, 0.7, {"USD": 1.2, "EUR": 0.3}])
def test_the_legs_are_the_model_at_any_ratio(model: CurrencyRisk, ratios: object) -> None:
    dear = replace(model, spread=0.002)
    legs = dear.legs(300, rng())
    table = legs.table(ratios)  # type: ignore[arg-type]
    assert table.losses == pytest.approx(dear.hedged(ratios).simulate(300, rng()).losses)  # type: ignore[arg-type]
    assert legs.total(ratios) == pytest.approx(table.total)  # type: ignore[arg-type]


def test_the_table_of_the_legs_is_the_models_own_when_no_ratio_is_said(model: CurrencyRisk) -> None:
    hedged = model.hedged(0.4)
    assert np.array_equal(hedged.legs(20, rng()).table().losses, hedged.simulate(20, rng()).losses)


def test_more_years_begin_with_the_same_years(model: CurrencyRisk) -> None:
    few, many = model.simulate(BLOCK + 7, rng()), model.simulate(2 * BLOCK + 1, rng())
    assert np.array_equal(many.losses[: BLOCK + 7], few.losses)


def test_years_of_different_blocks_differ(model: CurrencyRisk) -> None:
    losses = model.simulate(2 * BLOCK, rng()).losses
    assert not np.isclose(losses[:BLOCK], losses[BLOCK:]).any()


def test_the_same_seed_gives_the_same_years_and_another_seed_others(model: CurrencyRisk) -> None:
    assert np.array_equal(model.simulate(50, rng()).losses, model.simulate(50, rng()).losses)
    assert not np.isclose(model.simulate(50, rng()).losses, model.simulate(50, rng(2)).losses).any()


def test_another_currency_moves_no_others_receipts(model: CurrencyRisk) -> None:
    """With rates that stay, a loss is nothing but receipts."""
    still = Dynamics(np.ones((10, 2)), np.zeros(2), np.zeros(2), np.zeros(2))
    both = replace(model, dynamics=still, budget=model.spot + 1)
    columns = {name: getattr(both, name)[..., 1:] for name in ("receipts", "forwards", "budget", "spot", "ratios")}
    alone = replace(
        both,
        currencies=("EUR",),
        covariance=both.covariance[1:],
        dynamics=Dynamics(np.ones((10, 1)), np.zeros(1), np.zeros(1), np.zeros(1)),
        **columns,
    )
    assert alone.simulate(100, rng())["EUR"] == pytest.approx(both.simulate(100, rng())["EUR"])


def test_hedging_one_currency_leaves_the_other_untouched(model: CurrencyRisk) -> None:
    better = hedge_mitigation({"USD": 0.8}, annual_cost=12.0)
    before, after = model.simulate(2000, rng()), better(model).simulate(2000, rng())
    assert better.annual_cost == 12.0
    assert np.array_equal(before["EUR"], after["EUR"])
    assert expected_shortfall(after["USD"], 0.95) < 0.5 * expected_shortfall(before["USD"], 0.95)


def test_too_much_hedge_is_a_risk_again(model: CurrencyRisk) -> None:
    curve = frontier(model.legs(5000, rng()), 0.95, [0.0, 1.0, 2.0])
    assert curve.loc[1.0, "es"] < curve.loc[0.0, "es"]
    assert curve.loc[1.0, "es"] < curve.loc[2.0, "es"]


def test_the_frontier_is_what_each_ratio_measures(model: CurrencyRisk) -> None:
    legs = replace(model, spread=0.002).legs(3000, rng())
    curve = frontier(legs, 0.975, [0.0, 0.35, 1.5])
    for ratio in curve.index:
        total = legs.table(ratio).total
        expected = [expected_loss(total), value_at_risk(total, 0.975), expected_shortfall(total, 0.975)]
        assert curve.loc[ratio, ["expected_loss", "var", "es"]].tolist() == pytest.approx(expected)
        assert curve.loc[ratio, "sd"] == pytest.approx(total.std())


def test_deals_sell_receipts_and_buy_payments_at_the_forward(model: CurrencyRisk) -> None:
    deals = forward_deals(model, {"USD": 0.5, "EUR": 1.0})
    assert len(deals) == 24
    first, last = deals.iloc[0], deals.iloc[-1]
    assert (first["side"], first["currency"], first["amount"]) == ("sell", "USD", 40.0)
    assert (last["side"], last["currency"], last["amount"]) == ("buy", "EUR", 30.0)
    assert first["forward_rate"] == model.forwards[0, 0]
    assert first["reporting_amount"] == 40.0 * model.forwards[0, 0]
    assert first["value_date"] == pd.Timestamp("2026-01-31")
    assert set(deals["reporting_currency"]) == {"CNY"}


def test_without_a_hedge_there_is_nothing_to_deal(model: CurrencyRisk) -> None:
    assert forward_deals(model).empty
    assert len(forward_deals(model.hedged({"EUR": 0.1}))) == 12


def test_the_standard_deviation_is_that_of_the_covariance(model: CurrencyRisk) -> None:
    assert model.sd == pytest.approx(np.tile([10.0, 3.0], (12, 1)))


def test_its_arrays_cannot_be_written(model: CurrencyRisk) -> None:
    legs = model.legs(3, rng())
    for array in (model.receipts, model.ratios, legs.unhedged, legs.hedge):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"receipts": np.zeros((11, 2))}, "receipts has shape"),
        ({"budget": np.array([np.nan, 1.0])}, "budget"),
        ({"covariance": np.zeros((2, 2, 2))}, "covariance"),
        ({"spread": -0.1}, "spread"),
        ({"reporting": "yuan"}, "reporting"),
        ({"ratios": np.array([0.5, 3.0])}, "hedge ratio"),
        ({"fixing_days": (1, 2)}, "fixing_days"),
        ({"fixing_days": tuple(range(12))}, "fixing_days begin at 1"),
    ],
)
def test_assumptions_that_do_not_fit_together_are_refused(model: CurrencyRisk, changes: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        replace(model, **changes)


def test_a_covariance_that_is_none_is_refused(model: CurrencyRisk) -> None:
    wrong = model.covariance - 80.0 * np.eye(12)
    with pytest.raises(InputError, match="negative eigenvalue"):
        replace(model, covariance=wrong).simulate(1, rng())


def test_no_years_are_refused(model: CurrencyRisk) -> None:
    with pytest.raises(InputError, match="years"):
        model.simulate(0, rng())


def test_legs_of_different_shapes_are_refused() -> None:
    with pytest.raises(InputError, match="do not belong together"):
        Legs(np.zeros((3, 2)), np.zeros((3, 1)), np.zeros(2), ("USD", "EUR"), "CNY", np.zeros(2))
