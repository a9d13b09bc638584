"""Programmes on the model's futures: a static one is the model's own hedge, and each wants by now what it says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from risk.checks import InputError
from risk.currency.comparison import Futures, compare, ratios_now, simulate_futures, try_programme
from risk.currency.model import CurrencyRisk
from risk.currency.programmes import Averaging, Layered, Micro, NoHedge, Rolling, RuleBased, Static

SCENARIOS = 3000


@pytest.fixture
def futures(model: CurrencyRisk) -> Futures:
    return simulate_futures(model, SCENARIOS, np.random.default_rng(4))


def test_a_static_programme_is_the_models_own_hedge(model: CurrencyRisk, futures: Futures) -> None:
    legs = model.legs(SCENARIOS, np.random.default_rng(4))
    for ratio in (0.0, 0.6, 1.3):
        found = try_programme(Static(ratio), model, futures)
        assert found.losses == pytest.approx(legs.table(ratio).total, rel=1e-9, abs=1e-6)
    assert try_programme(NoHedge(), model, futures).losses == pytest.approx(found.unhedged)


def test_a_full_hedge_of_certain_receipts_leaves_points_and_spread(model: CurrencyRisk, futures: Futures) -> None:
    certain = Futures(futures.spot_paths, np.broadcast_to(model.receipts, futures.receipts.shape).copy())
    found = try_programme(Static(1.0), model, certain)
    points = (model.receipts * (model.budget - model.forwards)).sum()
    spread = model.spread * (np.abs(model.receipts) * model.forwards).sum()
    assert found.losses == pytest.approx(np.full(SCENARIOS, points + spread))


def test_the_table_has_a_row_a_programme(model: CurrencyRisk, futures: Futures) -> None:
    results = {name: try_programme(one, model, futures) for name, one in {"a": NoHedge(), "b": Static(0.5)}.items()}
    table = compare(results, 0.9)
    assert list(table.index) == ["a", "b"]
    assert table.loc["b", "expected_shortfall"] == pytest.approx(results["b"].expected_shortfall(0.9))
    assert table.loc["a", ["points", "spread", "interest", "tickets"]].tolist() == [0, 0, 0, 0]


def test_a_deposit_costs_what_is_open_times_its_rate(model: CurrencyRisk, futures: Futures) -> None:
    free, lodged = (
        try_programme(Static(0.5), model, futures, deposit=share, deposit_rate=0.06) for share in (0.0, 0.1)
    )
    months = np.arange(1, len(model.receipts) + 1)[:, None]
    wanted = (0.1 * 0.06 * months / 12 * 0.5 * np.abs(model.receipts) * model.forwards).sum()
    assert lodged.costs["interest"].sum() == pytest.approx(wanted)
    assert (lodged.losses - free.losses) == pytest.approx(np.full(SCENARIOS, wanted))


class TestRatiosNow:
    def test_each_lead_has_its_layer(self, model: CurrencyRisk) -> None:
        months = len(model.receipts)
        ladder = np.linspace(0.9, 0.1, months)
        found = ratios_now(Layered(ladder), model)
        assert found.shape == model.receipts.shape
        for code in model.currencies:
            assert found[code].tolist() == pytest.approx(ladder.tolist())
        assert found.index[0] == pd.Timestamp(model.value_dates[0]).replace(day=1)

    def test_static_sells_all_months_and_rolling_the_near_ones(self, model: CurrencyRisk) -> None:
        assert (ratios_now(Static({model.currencies[0]: 0.4}), model).iloc[:, 0] == 0.4).all()
        rolling = ratios_now(Rolling(0.8, 2), model).iloc[:, 0]
        assert rolling.tolist() == [0.8, 0.8, *[0.0] * (len(rolling) - 2)]

    def test_orders_of_half_a_month_are_half_of_the_next(self, model: CurrencyRisk) -> None:
        assert ratios_now(Micro(0.5), model).iloc[:2, 0].tolist() == [0.5, 0.0]

    def test_a_rule_looks_at_the_forward_and_the_budget(self, model: CurrencyRisk) -> None:
        months = len(model.receipts)
        better = CurrencyRisk(**{**vars(model), "budget": model.spot * 0.8})
        rule = RuleBased(NoHedge(), take_profit=0.1, profit_ratio=0.7, months=months)
        found = ratios_now(rule, better)
        assert (found["USD"] == 0.7).all(), "receipts that bring more than the budget are sold"
        assert (found["EUR"] == 0.0).all(), "payments that cost more are not bought"
        assert (ratios_now(rule, model).to_numpy() == 0.0).all()

    def test_further_ahead_than_the_model_looks_is_refused(self, model: CurrencyRisk) -> None:
        with pytest.raises(InputError, match="months ahead"):
            ratios_now(Averaging(1.0, len(model.receipts) + 1), model)
