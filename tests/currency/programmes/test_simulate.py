"""Programmes on simulated paths: limiting cases, a slow loop over everything, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from risk.checks import InputError
from risk.currency.programmes import (
    Averaging,
    Layered,
    Micro,
    NoHedge,
    Programme,
    Rolling,
    RuleBased,
    Static,
    simulate,
    simulate_programme,
)
from risk.loss import measures

SCENARIOS, MONTHS = 60, 6
CURRENCIES = ("USD", "JPY")
SPOT = np.array([7.0, 0.05])
POINTS = np.outer(np.arange(1, MONTHS + 1), [-0.02, 0.0003])  # (leads, currencies)
RECEIPTS = np.column_stack([np.linspace(80.0, 120.0, MONTHS), np.full(MONTHS, -3000.0)])
BUDGET = np.array([7.1, 0.049])


def paths(run_in: int = 1, scenarios: int = SCENARIOS, seed: int = 3) -> np.ndarray:
    """Fixings from today on, or after some months of run-in: (scenarios, times, 2)."""
    moves = np.random.default_rng(seed).normal(0.0, 0.03, (scenarios, MONTHS + run_in - 1, 2))
    return SPOT * np.exp(np.concatenate([np.zeros((scenarios, 1, 2)), moves.cumsum(axis=1)], axis=1))


def volumes(seed: int = 5) -> np.ndarray:
    """Receipts that miss what was expected: (scenarios, months, 2)."""
    return RECEIPTS * np.random.default_rng(seed).uniform(0.5, 1.4, (SCENARIOS, MONTHS, 2))


PROGRAMMES: list[Programme] = [
    NoHedge(),
    Static(0.8),
    Rolling(1.0, 2),
    Layered((1.0, 0.7, 0.7, 0.2)),
    Averaging(0.9, 5),
    Micro(1.5, 0.8),
    RuleBased(Averaging(0.4, 3), 0.02, 0.03, 0.9, 1.2, months=4),
    RuleBased(take_profit=0.01, months=6),
]


@dataclass
class Deal:
    settles: int
    amount: float
    rate: float
    lead: int


def wanted(
    programme: Programme, lead: int, locked: bool, forward: float, budget: float, sign: float, held: float
) -> float:
    """Cumulative ratio of each kind of programme, for one month, currency and scenario."""
    match programme:
        case Static():
            return float(programme.ratio) if locked else 0.0  # type: ignore[arg-type]
        case Rolling():
            return float(programme.ratio) if lead <= programme.months else 0.0  # type: ignore[arg-type]
        case Layered(ladders=(ladder,)):
            return ladder[lead - 1] if lead <= len(ladder) else 0.0
        case Averaging():
            return float(programme.ratio) * max(0, programme.months + 1 - lead) / programme.months  # type: ignore[arg-type]
        case Micro():
            return float(programme.ratio) * min(1.0, max(0.0, programme.lag + 1 - lead))  # type: ignore[arg-type]
        case RuleBased():
            ratio = max(held, wanted(programme.base, lead, locked, forward, budget, sign, held))
            better = sign * (forward / budget - 1)
            if lead <= programme.months and programme.take_profit is not None and better >= programme.take_profit:
                ratio = max(ratio, programme.profit_ratio)
            if lead <= programme.months and programme.stop_loss is not None and better <= -programme.stop_loss:
                ratio = max(ratio, programme.stop_ratio)
            return ratio
    return 0.0


class Walk:
    """One scenario and currency of a programme, deal by deal; one budget period, receipts (M,) at the last fixings."""

    def __init__(
        self,
        programme: Programme,
        receipts: np.ndarray,
        expected: np.ndarray,
        spot: np.ndarray,
        points: np.ndarray,
        budget: float,
        spread: float,
        deposit: float,
    ) -> None:
        first = len(spot) - len(receipts)
        self.deals: list[Deal] = []
        self.calls: list[float] = []
        self.points = 0.0
        ratios, held = [0.0] * len(spot), [0.0] * len(spot)
        for time in range(len(spot)):
            still = [deal for deal in self.deals if deal.settles >= time]
            now = {ahead: spot[time] + (points[ahead - 1] if ahead else 0.0) for ahead in range(len(spot) - time)}
            self.calls.append(sum(deal.amount * (now[deal.settles - time] - deal.rate) for deal in still))
            for month in range(max(time + 1, first), len(spot)):
                lead, hoped = month - time, expected[month - first]
                ratios[month] = wanted(
                    programme, lead, time >= max(0, first - 1), now[lead], budget, np.sign(hoped), ratios[month]
                )
                amount = receipts[month - first] if programme.sells_orders else hoped
                traded, held[month] = ratios[month] * amount - held[month], ratios[month] * amount
                if traded:
                    self.deals.append(Deal(month, traded, now[lead], lead))
                    self.points += traded * (spot[time] - now[lead])
        self.spread = sum(abs(deal.amount) * deal.rate * spread for deal in self.deals)
        self.interest = sum(abs(deal.amount) * deal.rate * deposit * deal.lead for deal in self.deals)
        self.flows, self.over = [], 0.0
        for month, received in enumerate(receipts, start=first):
            due = [deal for deal in self.deals if deal.settles == month]
            sold = sum(deal.amount for deal in due)
            charges = sum(abs(deal.amount) * deal.rate * (spread + deposit * deal.lead) for deal in due)
            self.flows.append((received - sold) * spot[month] + sum(d.amount * d.rate for d in due) - charges)
            self.over += min(abs(sold), max(0.0, np.sign(sold) * (sold - received))) * np.sign(received)


@pytest.mark.parametrize("programme", PROGRAMMES, ids=repr)
@pytest.mark.parametrize("uncertain", [False, True], ids=["certain", "uncertain"])
@pytest.mark.parametrize("run_in", [1, 3])
def test_it_is_the_slow_loop(
    programme: Programme, uncertain: bool, run_in: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulate, "BLOCK", 25)  # the last block is smaller
    spot, came = paths(run_in), volumes() if uncertain else np.broadcast_to(RECEIPTS, (SCENARIOS, MONTHS, 2))
    points = np.vstack([POINTS, POINTS[-1:] * [[1.2, 1.2], [1.3, 1.3]]])
    found = simulate_programme(
        programme,
        came if uncertain else RECEIPTS,
        spot,
        points,
        0.002,
        expected=RECEIPTS,
        budget=BUDGET,
        currencies=CURRENCIES,
        deposit=0.05,
        deposit_rate=0.12,
    )
    walks = [
        [
            Walk(
                programme,
                came[s, :, c],
                RECEIPTS[:, c],
                spot[s, :, c],
                points[:, c],
                BUDGET[c],
                0.002,
                0.05 * 0.12 / 12,
            )
            for c in range(2)
        ]
        for s in range(SCENARIOS)
    ]
    flows = np.array([[walk.flows for walk in pair] for pair in walks]).transpose(0, 2, 1)
    assert found.losses == pytest.approx((came * BUDGET - flows).sum(axis=(1, 2)), rel=1e-9, abs=1e-9)
    assert found.monthly == pytest.approx((came * BUDGET - flows).sum(axis=2), rel=1e-9, abs=1e-9)
    achieved = flows / came
    assert found.smoothness == pytest.approx(np.diff(achieved, axis=1).std(axis=1, ddof=1), rel=1e-7)
    means = flows.mean(axis=0) / came.mean(axis=0)
    assert found.rates["achieved"].to_numpy() == pytest.approx(means.ravel(), rel=1e-9)
    for cost in ("points", "spread", "interest"):
        slow = np.array([[getattr(walk, cost) for walk in pair] for pair in walks]).mean(axis=0)
        assert found.costs[cost].to_numpy() == pytest.approx(slow, rel=1e-9, abs=1e-9), cost
    paid = np.array([[walk.points + walk.spread + walk.interest for walk in pair] for pair in walks]).sum(axis=1)
    assert found.hedge_cost == pytest.approx(paid, rel=1e-9, abs=1e-9)
    calls = np.array([[walk.calls for walk in pair] for pair in walks]).sum(axis=1)
    assert found.peak_margin == pytest.approx(np.maximum(calls.max(axis=1), 0.0), rel=1e-9, abs=1e-9)
    assert found.tickets == pytest.approx(np.mean([sum(len(walk.deals) for walk in pair) for pair in walks]))
    over = np.array([[walk.over for walk in pair] for pair in walks]).mean(axis=0)
    assert found.amounts["over_hedged"].abs().to_numpy() == pytest.approx(np.abs(over), abs=1e-9)


def test_a_full_hedge_of_certain_receipts_leaves_only_points_and_spread() -> None:
    found = simulate_programme(Static(1.0), RECEIPTS, paths(), POINTS, 0.001, currencies=CURRENCIES)
    forwards = SPOT + POINTS
    left = (RECEIPTS * (SPOT - forwards) + 0.001 * np.abs(RECEIPTS) * forwards).sum()
    assert found.losses == pytest.approx(np.full(SCENARIOS, left))
    assert found.costs["total"].sum() == pytest.approx(left)
    assert found.losses == pytest.approx(found.fully_hedged)
    assert found.amounts["over_hedge_share"].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("programme", [Static(0), Rolling(0, 3), Layered((0, 0)), Averaging(0, 4), Micro(1, 0)])
def test_a_hedge_of_nothing_is_no_hedge(programme: Programme) -> None:
    none, zero = (simulate_programme(one, volumes(), paths(), POINTS, 0.001) for one in (NoHedge(), programme))
    assert np.array_equal(none.losses, none.unhedged)
    assert zero.losses == pytest.approx(none.losses)
    assert zero.tickets == 0
    assert not zero.costs.to_numpy().any()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Layered({3: 0.8}), Rolling(0.8, 3)),
        (Layered(np.arange(6, 0, -1) / 6), Averaging(1.0, 6)),
        (Layered(np.array([[0.9, 0.5], [0.3, 0.5]])), Layered({"USD": (0.9, 0.3), "JPY": {2: 0.5}})),
        (Layered(pd.DataFrame({"USD": [1.0, 0.5]}, index=[1, 2])), Layered({"USD": {2: 0.5, 1: 1.0}, "JPY": 0.0})),
        (Rolling({"USD": 0.5}, 6), Layered({"USD": {6: 0.5}})),
        (Rolling(0.7, MONTHS), Static(0.7)),
        (Micro(2.0), Rolling(1.0, 2)),
        (RuleBased(take_profit=0.01), RuleBased(take_profit=0.01, months=MONTHS)),
    ],
    ids=str,
)
def test_programmes_that_are_the_same(one: Programme, other: Programme) -> None:
    first, second = (
        simulate_programme(each, RECEIPTS, paths(), POINTS, 0.001, currencies=CURRENCIES) for each in (one, other)
    )
    assert first.losses == pytest.approx(second.losses)
    pd.testing.assert_frame_equal(first.rates, second.rates)
    assert first.tickets == second.tickets


def test_orders_sold_at_booking_are_never_over_hedged() -> None:
    booked = simulate_programme(Micro(1.0), volumes(), paths(), POINTS, 0.0)
    forecast = simulate_programme(Rolling(1.0, 1), volumes(), paths(), POINTS, 0.0, expected=RECEIPTS)
    assert not booked.amounts["over_hedge_share"].any()
    assert forecast.amounts["over_hedge_share"].gt(0.05).all()


def test_over_hedged_is_what_was_sold_beyond_what_came() -> None:
    came = np.array([[[100.0], [-10.0], [40.0]]])
    found = simulate_programme(Static(1.0), came, np.ones((1, 4, 1)), 0.0, 0.0, expected=np.full((3, 1), 80.0))
    assert found.amounts["over_hedged"].tolist() == [80.0 + 40.0]
    assert found.amounts["over_hedge_share"].tolist() == [pytest.approx(120 / 240)]
    assert found.summary()["over_hedge_share"] == pytest.approx(120 / 240)


def test_receipts_and_payments_of_a_currency_do_not_cancel_in_shares() -> None:
    came, hoped = np.array([[50.0], [-50.0], [50.0]]), np.array([[100.0], [-100.0], [50.0]])
    found = simulate_programme(Static(1.0), came, np.ones((1, 4, 1)), 0.0, 0.0, expected=hoped)
    assert found.amounts.loc["1", ["received", "sold", "over_hedged"]].tolist() == [50.0, 50.0, 100.0]
    assert found.over_hedge_share == pytest.approx(100 / 250)


def test_a_forecast_that_falls_is_bought_back_at_todays_forward() -> None:
    expected = np.array([[[100.0], [100.0]], [[0.0], [60.0]], [[0.0], [60.0]]])  # by decision
    spot = np.array([[[1.0], [1.1], [1.3]]])
    found = simulate_programme(Static(1.0), [[100.0], [60.0]], spot, 0.0, 0.0, expected=expected, budget=[1.0])
    assert found.losses.tolist() == [pytest.approx(40 * (1.1 - 1.0))]
    assert found.tickets == 3


@pytest.mark.parametrize("copies", [1, 9], ids=["month by month", "in units"])
def test_a_sale_and_a_purchase_of_equal_size_are_still_marked(copies: int) -> None:
    spot = np.tile([1.0, 1.1, 0.8], (copies, 1))
    found = simulate_programme(Static(1.0), [100.0, -100.0], spot, 0.0, 0.0)
    assert found.peak_margin == pytest.approx(np.full(copies, 20.0))
    assert found.losses == pytest.approx(np.zeros(copies))


def test_measures_are_those_of_the_loss_family_and_regret_is_against_both_extremes() -> None:
    found = simulate_programme(Static(0.5), RECEIPTS, paths(), POINTS, 0.001, currencies=CURRENCIES)
    assert found.cash_flow_at_risk(0.9) == measures.value_at_risk(found.losses, 0.9)
    assert found.expected_shortfall(0.9) == measures.expected_shortfall(found.losses, 0.9)
    halfway = (found.unhedged + found.fully_hedged) / 2
    assert found.losses == pytest.approx(halfway)
    gap = np.abs(found.unhedged - found.fully_hedged)
    assert found.regret == pytest.approx(gap / 2)
    assert found.relief == pytest.approx(gap / 2)
    summary = found.summary(0.9)
    assert summary["expected_shortfall"] == found.expected_shortfall(0.9)
    assert summary["regret"] == pytest.approx(gap.mean() / 2)


def test_smoothness_of_the_summary_is_weighted_by_value() -> None:
    found = simulate_programme(NoHedge(), RECEIPTS, paths(), POINTS, 0.0, currencies=CURRENCIES)
    spot = paths()[:, 1:]
    relative = np.diff(spot, axis=1).std(axis=1, ddof=1) / spot.mean(axis=(0, 1))
    weights = np.abs(RECEIPTS).sum(axis=0) * spot.mean(axis=(0, 1))
    assert found.summary()["smoothness"] == pytest.approx(np.median(relative @ weights) / weights.sum())


def test_a_future_of_next_to_no_receipts_does_not_set_the_smoothness() -> None:
    came = np.broadcast_to(RECEIPTS, (len(paths()), *RECEIPTS.shape)).copy()
    as_expected = simulate_programme(Static(0.5), came, paths(), POINTS, 0.0, expected=RECEIPTS)
    came[0, 2] *= 1e-9
    with_one = simulate_programme(Static(0.5), came, paths(), POINTS, 0.0, expected=RECEIPTS)
    assert with_one.relative_smoothness[0] > 1e6
    assert with_one.summary()["smoothness"] == pytest.approx(as_expected.summary()["smoothness"], rel=0.1)


def test_a_month_without_receipts_has_no_rate() -> None:
    came = RECEIPTS * np.array([1, 1, 0, 1, 1, 1])[:, None]
    found = simulate_programme(Static(0.5), came, paths(), POINTS, 0.0, currencies=CURRENCIES)
    assert found.rates["achieved"].isna().to_numpy().nonzero()[0].tolist() == [4, 5]
    there = np.delete(0.5 * (SPOT + POINTS) + 0.5 * paths()[:, 1:], 2, axis=1)
    change = np.delete(np.diff(there, axis=1), 1, axis=1)
    assert found.smoothness == pytest.approx(change.std(axis=1, ddof=1))
    pd.testing.assert_series_equal(found.hedge_rate.stack().rename("achieved"), found.rates["achieved"])


def test_a_currency_without_receipts_weighs_nothing() -> None:
    spot = paths()
    alone = simulate_programme(NoHedge(), RECEIPTS[:, :1], spot[:, :, :1], 0.0, 0.0)
    with_none = simulate_programme(NoHedge(), RECEIPTS * [1.0, 0.0], spot, 0.0, 0.0)
    assert with_none.summary()["smoothness"] == pytest.approx(alone.summary()["smoothness"])
    assert np.isnan(simulate_programme(NoHedge(), RECEIPTS * 0.0, spot, 0.0, 0.0).summary()["smoothness"])


def test_a_second_budget_period_is_locked_at_its_start() -> None:
    spot = np.array([[1.0, 1.1, 1.2, 1.3, 1.4]])
    found = simulate_programme(Static(1.0), np.full(4, 10.0), spot, 0.0, 0.0, period=2)
    assert found.rates["achieved"].tolist() == pytest.approx([1.0, 1.0, 1.2, 1.2])
    assert found.rates["budget"].tolist() == pytest.approx([1.0, 1.0, 1.2, 1.2])
    assert found.losses.tolist() == [pytest.approx(0.0)]


def test_receipts_of_as_many_months_as_fixings_begin_today() -> None:
    found = simulate_programme(Static(1.0), np.full(3, 10.0), np.array([[1.0, 1.1, 1.2]]), 0.01, 0.0)
    assert found.rates["achieved"].tolist() == pytest.approx([1.0, 1.01, 1.01])


def test_todays_rates_may_stand_apart_from_the_paths() -> None:
    for spot, points, came in ((paths(), POINTS, RECEIPTS), (paths()[:, :, 0], POINTS[:, 0], RECEIPTS[:, 0])):
        whole = simulate_programme(Rolling(0.5, 2), came, spot, points, 0.001)
        apart = simulate_programme(Rolling(0.5, 2), came, spot[:, 1:], points, 0.001, today=spot[0, 0])
        assert np.array_equal(whole.losses, apart.losses)
    with pytest.raises(InputError, match="one for each currency"):
        simulate_programme(Static(1.0), RECEIPTS, paths(), POINTS, 0.0, today=[7.0])


def test_one_currency_may_leave_its_axis_out() -> None:
    spot = paths()[:, :, 0]
    flat = simulate_programme(Rolling(0.5, 2), volumes()[:, :, 0], spot, POINTS[:, 0], 0.001)
    full = simulate_programme(Rolling(0.5, 2), volumes()[:, :, :1], spot[:, :, None], POINTS[:, :1], 0.001)
    assert np.array_equal(flat.losses, full.losses)


def test_a_frame_of_receipts_names_months_and_currencies() -> None:
    frame = pd.DataFrame(RECEIPTS, pd.period_range("2026-11", periods=MONTHS, freq="M"), list(CURRENCIES))
    found = simulate_programme(Rolling({"JPY": 1.0}, 2), frame, paths(), POINTS, 0.0)
    assert found.rates.index[3] == (pd.Period("2026-12"), "JPY")
    assert found.amounts["sold"].to_dict() == {"USD": 0.0, "JPY": -3000.0 * MONTHS}


def test_beyond_the_exposure_is_allowed_and_said() -> None:
    found = simulate_programme(Static({"USD": 1.2, "JPY": 1.0}), RECEIPTS, paths(), POINTS, 0.0, currencies=CURRENCIES)
    assert [str(note) for note in found.notes if "USD" in note]
    assert "JPY" not in str(found.notes[0])


def test_negative_points_beyond_a_rate_are_no_obstacle() -> None:
    found = simulate_programme(Static(1.0), [10.0], [[1.0, 1.0]], -0.5, 0.0)
    assert found.losses.tolist() == [pytest.approx(5.0)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"programme": Rolling(1.0, 9)}, "9 months ahead, but only 6 months"),
        ({"programme": Layered(np.linspace(1, 0.1, 8))}, "8 months ahead"),
        ({"forward_points": POINTS[:3]}, "3 months ahead, but 6 are needed"),
        ({"programme": Static({"EUR": 1.0})}, "no exposure in EUR"),
        ({"programme": Layered({"EUR": 1.0})}, "no exposure in EUR"),
        ({"programme": Layered(np.ones((2, 3)))}, "3 currencies, but the receipts are in 2"),
        ({"currencies": ("USD",)}, "exchange rates of 2 currencies"),
        ({"spot_paths": -paths()}, "rates above zero"),
        ({"spot_paths": paths()[0, :, 0]}, "rates above zero"),
        ({"spot_paths": paths() * np.nan}, "not finite"),
        ({"receipts": RECEIPTS[:, 0]}, "receipts has shape"),
        ({"receipts": np.tile(RECEIPTS, (2, 1))}, "receipts has shape"),
        ({"receipts": volumes()[:7]}, "receipts has shape"),
        ({"expected": RECEIPTS[:4]}, "expected has shape"),
        ({"budget": {"USD": 7.0}}, "no budget rate for JPY"),
        ({"budget": [7.0, -1.0]}, "budget"),
        ({"budget": np.ones((2, 2))}, "budget"),
        ({"forward_points": np.zeros((2, 6, 2))}, "forward_points has shape"),
        ({"spread": -0.1}, "spread"),
        ({"deposit": -0.1}, "deposit"),
        ({"period": 0}, "period"),
    ],
    ids=str,
)
def test_what_is_refused(change: dict[str, object], said: str) -> None:
    given: dict[str, object] = {
        "programme": Static(1.0),
        "receipts": RECEIPTS,
        "spot_paths": paths(),
        "forward_points": POINTS,
        "spread": 0.0,
        "currencies": CURRENCIES,
    }
    with pytest.raises(InputError, match=said):
        simulate_programme(**{**given, **change})  # type: ignore[arg-type]
