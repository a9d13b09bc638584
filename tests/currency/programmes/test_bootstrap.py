"""Histories drawn again in blocks: which months, what they bring, and differences on the same ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from risk.checks import InputError
from risk.currency.programmes import (
    Averaging,
    NoHedge,
    Programme,
    ProgrammeBootstrap,
    Rolling,
    RuleBased,
    Static,
    backtest_programme,
    bootstrap_programmes,
    simulate_programme,
)
from risk.currency.programmes.bootstrap import draw_months
from risk.currency.programmes.history import read_history
from risk.loss import measures

DAYS = pd.bdate_range("2016-01-01", "2023-12-29", name="date")
RATES = pd.DataFrame(
    [0.9, 0.2] * np.exp(np.random.default_rng(1).normal(0.0, 0.006, (len(DAYS), 2)).cumsum(axis=0)),
    DAYS,
    ["USD", "PLN"],
)
QUARTERS = pd.date_range("2015-01-01", "2023-10-01", freq="QS", name="quarter")
INTEREST = pd.DataFrame(
    np.random.default_rng(2).uniform(-0.01, 0.06, (len(QUARTERS), 3)), QUARTERS, ["EUR", "USD", "PLN"]
)
MONTHS = pd.period_range("2017-01", "2023-10", freq="M")
RECEIPTS = pd.DataFrame({"USD": np.linspace(90.0, 110.0, len(MONTHS)), "PLN": -400.0}, index=MONTHS)
PROGRAMMES: dict[str, Programme] = {
    "none": NoHedge(),
    "static": Static(1.0),
    "layered": Averaging(0.9, 12),
    "rule": RuleBased(Rolling(0.5, 6), 0.02, 0.02),
}
FIRST = 12  # months before the receipts: as many as the programmes look ahead
MOVES = len(MONTHS) + FIRST - 1


def boot(seed: int = 4, **changed: object) -> ProgrammeBootstrap:
    given = {"programmes": PROGRAMMES, "spread": 0.001, "histories": 30, "block": 20} | changed
    return bootstrap_programmes(
        receipts=RECEIPTS, rates=RATES, interest=INTEREST, rng=np.random.default_rng(seed), **given
    )  # type: ignore[arg-type]


def test_a_moving_block_as_long_as_the_history_is_the_history() -> None:
    found = boot(kind="moving", block=MOVES, histories=3)
    for name, programme in PROGRAMMES.items():
        replayed = backtest_programme(programme, RECEIPTS, RATES, INTEREST, 0.001)
        for drawn in [found.observed.loc[name], *(row for _, row in found.drawn[name].iterrows())]:
            assert drawn["expected_loss"] == pytest.approx(replayed.losses.mean())
            assert drawn["expected_shortfall"] == pytest.approx(replayed.expected_shortfall())
            assert drawn["regret"] == pytest.approx(replayed.regret.mean())
            assert drawn["relief"] == pytest.approx(replayed.relief.mean())
            assert drawn["hedge_cost"] == pytest.approx(replayed.costs["total"].sum() * 12 / len(MONTHS))
            assert drawn["peak_margin"] == pytest.approx(replayed.peak_margin[0])
            assert drawn["smoothness"] == pytest.approx(replayed.summary()["smoothness"])


@pytest.mark.parametrize("name", ["none", "static", "layered"])
@pytest.mark.parametrize("kind", ["stationary", "moving"])
def test_a_drawn_history_is_put_together_month_by_month(name: str, kind: str) -> None:
    found = boot(kind=kind)
    months = draw_months(MOVES + 1, 30, 20, np.random.default_rng(4), kind)[17]
    past = read_history(RATES, INTEREST, ["USD", "PLN"], 12)
    start = list(past.months).index(MONTHS[0]) - FIRST
    spot, growth = past.spot[start : start + MOVES + 1], past.growth[start : start + MOVES + 1]
    path = [spot[0]]
    for month in months[1:]:
        path.append(path[-1] * spot[month] / spot[month - 1])
    points = np.array([rate * (growth[month] - 1.0) for rate, month in zip(path, months, strict=True)])
    again = simulate_programme(PROGRAMMES[name], RECEIPTS, np.array(path)[None], points, 0.001, period=12)
    years = again.monthly[0, :72].reshape(6, 12).sum(axis=1)
    drawn = found.drawn[name].loc[17]
    assert drawn["expected_loss"] == pytest.approx(years.mean())
    assert drawn["cash_flow_at_risk"] == pytest.approx(measures.value_at_risk(years, 0.95))
    assert drawn["peak_margin"] == pytest.approx(again.peak_margin[0])
    assert drawn["hedge_cost"] == pytest.approx(again.hedge_cost[0] * 12 / len(MONTHS))
    assert drawn["smoothness"] == pytest.approx(again.summary()["smoothness"])


def test_blocks_keep_the_order_of_the_past_and_have_their_lengths() -> None:
    rng = np.random.default_rng(6)
    moving = draw_months(61, 200, 10, rng, "moving")
    assert moving.shape == (200, 61)
    assert (np.diff(moving[:, 1:].reshape(200, 6, 10), axis=2) == 1).all()
    stationary = draw_months(61, 4000, 10, rng, "stationary")
    for drawn in (moving, stationary):
        assert (drawn[:, 0] == drawn[:, 1] - 1).all()
        assert drawn[:, 1:].min() == 1
        assert drawn.max() == 60
    follows = (stationary[:, 2:] % 60) == (stationary[:, 1:-1] + 1) % 60
    # A block goes on with probability 0.9, and a new one begins by chance with the month that follows.
    assert follows.mean() == pytest.approx(0.9 + 0.1 / 60, abs=4 * np.sqrt(0.09 / follows.size))
    counts = np.bincount(stationary[:, 1:].ravel(), minlength=61)[1:]
    assert counts / counts.sum() == pytest.approx(np.full(60, 1 / 60), rel=0.1)


def test_differences_are_paired() -> None:
    found = boot()
    assert (found.differences("layered", "layered")[["observed", "low", "high"]] == 0.0).all(axis=None)
    one, other = found.drawn["static"], found.drawn["none"]
    between = found.differences("static", "none", 0.8)
    for figure in one:
        apart = np.sort((one[figure] - other[figure]).to_numpy())
        assert between.loc[figure, ["low", "high"]].tolist() == [apart[2], apart[26]]
    assert found.differences("layered", "none").loc["smoothness", "probability_lower"] == 1.0
    alone = found.intervals(0.8)
    assert alone.loc[("static", "expected_loss"), "low"] == np.sort(one["expected_loss"])[2]


def test_a_dearer_bank_costs_more_in_every_history() -> None:
    cheap, dear = boot(), boot(spread=0.002)
    more = dear.drawn["static"]["hedge_cost"] - cheap.drawn["static"]["hedge_cost"]
    assert more.gt(0.0).all()
    assert dear.drawn["none"]["expected_loss"].equals(cheap.drawn["none"]["expected_loss"])


def test_blocks_of_histories_walked_together_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = boot(histories=5)
    monkeypatch.setattr("risk.currency.programmes.bootstrap.BLOCK", 1)
    for name, drawn in boot(histories=5).drawn.items():
        pd.testing.assert_frame_equal(drawn, whole.drawn[name])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"programmes": {}}, "no programme"),
        ({"histories": 0}, "histories"),
        ({"block": 200}, "longer than the history"),
        ({"block": 0}, "block"),
        ({"kind": "circular"}, "kind"),
        ({"level": 1.0}, "level"),
        ({"period": 120}, "no complete budget period"),
    ],
    ids=str,
)
def test_what_is_refused(changed: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        boot(**changed)


def test_a_programme_that_was_not_played_cannot_be_compared() -> None:
    with pytest.raises(InputError, match="programme"):
        boot(histories=1).differences("static", "micro")
