"""Stress: recorded moves come back, crosses are exact, estimates are flagged, and the smallest move that hurts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from risk.checks import InputError
from risk.currency import stress
from risk.currency.rates import ecb_rates
from risk.reference import currency_episodes

DOLLARS = ecb_rates("USD", end="2026-10-30")
CODES = ["EUR", "JPY", "GBP", "TRY", "BRL", "HKD"]


def scenarios(reporting: str = "USD", codes: list[str] | None = None) -> list[stress.Scenario]:
    return stress.episodes(currency_episodes(), DOLLARS, reporting, codes or CODES)


def test_every_recorded_move_comes_back() -> None:
    recorded = currency_episodes()
    assert recorded["id"].nunique() >= 16
    for base in ("USD", "EUR"):
        held = recorded[recorded["base"] == base]
        found = scenarios(base, sorted(set(held["currency"])))
        for row in held.to_dict("records"):
            days = pd.Timestamp(row["start"]), pd.Timestamp(row["end"])
            moves = [one.moves[row["currency"]] for one in found if one.start <= days[0] and one.end >= days[1]]
            assert min(abs(move - row["change"]) for move in moves) < 0.0011, row


def test_moves_against_another_currency_are_crosses_of_the_same_days() -> None:
    (brexit,) = [one for one in scenarios("CNY", ["GBP", "USD"]) if one.name == "Brexit vote" and one.end.day == 24]
    yuan = ecb_rates("CNY", ["GBP", "USD"], "2016-06-23", "2016-06-24")
    assert brexit.moves.to_numpy() == pytest.approx((yuan.iloc[-1] / yuan.iloc[0] - 1).to_numpy(), rel=1e-9)
    assert not brexit.estimated


def test_what_had_no_rate_then_is_estimated_and_flagged() -> None:
    sterling, *_rest = scenarios("USD")
    assert sterling.moves["GBP"] == pytest.approx(-0.032)
    assert sterling.estimated is not None
    assert set(sterling.estimated) == {"EUR", "JPY", "TRY", "BRL", "HKD"}
    assert all(0 <= fit <= 1 for fit in sterling.estimated.values())
    # By one regressor the estimate is a slope times the move, a twentieth less for the ridge.
    moves = np.log(DOLLARS[["GBP", "EUR"]].tail(stress.HISTORY)).diff().dropna()
    slope = moves["GBP"] @ moves["EUR"] / (moves["GBP"] @ moves["GBP"]) / (1 + stress.RIDGE)
    assert sterling.moves["EUR"] == pytest.approx(np.expm1(slope * np.log1p(-0.032)), rel=1e-3)


def test_a_currency_that_is_hidden_is_estimated_near_what_it_did() -> None:
    hidden = DOLLARS.copy()
    hidden.loc[:"2010-01-01", "SEK"] = np.nan
    days = currency_episodes().query("id == 'gfc_2008'")
    (known,) = stress.episodes(days, DOLLARS, "USD", ["SEK"])
    (guessed,) = stress.episodes(days, hidden, "USD", ["SEK"])
    assert guessed.estimated is not None
    assert guessed.estimated["SEK"] > 0.7
    assert guessed.moves["SEK"] == pytest.approx(known.moves["SEK"], abs=0.08)


def test_a_currency_of_another_provider_moves_by_its_share_there() -> None:
    """It follows the yen there, and the pound is hidden there: the pound's own moves are those of the first."""
    shares = DOLLARS[["JPY"]].assign(TWD=0.03 * DOLLARS["JPY"])
    days = currency_episodes().query("id == 'brexit_2016'")
    with_twd = stress.episodes(days, DOLLARS, "USD", ["GBP", "TWD"], shares)
    without = stress.episodes(days, DOLLARS, "USD", ["GBP", "JPY"])
    for one, other in zip(with_twd, without, strict=True):
        assert one.moves["GBP"] == other.moves["GBP"]
        assert one.moves["TWD"] == pytest.approx(np.expm1(np.log1p(other.moves["JPY"]) / (1 + stress.RIDGE)), rel=1e-9)
        assert list(one.estimated or {}) == ["TWD"]
    with pytest.raises(InputError, match="TWD has no rates"):
        stress.episodes(days, DOLLARS, "USD", ["TWD"])


def test_losses_are_values_times_moves_and_add_up() -> None:
    values = pd.Series({"EUR": 100.0, "JPY": -50.0})
    found = stress.losses(
        [stress.parallel(values.index, -0.1), stress.shock("peg", {"EUR": -0.3}, values.index)], values
    )
    assert found["loss"].tolist() == pytest.approx([5.0, 30.0])
    assert found[["EUR", "JPY"]].to_numpy().tolist() == [pytest.approx([10.0, -5.0]), pytest.approx([30.0, 0.0])]
    assert found["largest"].tolist() == ["EUR", "EUR"]
    everything = stress.losses(scenarios("CNY"), pd.Series(1.0, CODES))
    assert everything[CODES].sum(axis=1).to_numpy() == pytest.approx(everything["loss"].to_numpy())


def test_moving_all_at_once_is_the_sum_of_each_alone() -> None:
    values, volatility = pd.Series({"EUR": 100.0, "JPY": -50.0}), pd.Series({"EUR": 0.02, "JPY": 0.03})
    found = stress.losses([stress.all_at_once(values, volatility, 2.0)], values)
    assert found["loss"].iloc[0] == pytest.approx(2 * (100 * 0.02 + 50 * 0.03))


@given(st.integers(0, 2**32), st.floats(1.0, 1e6))
def test_the_smallest_move_costs_the_amount_and_scales(seed: int, amount: float) -> None:
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(4, 4))
    values = pd.Series(rng.normal(size=4) * 1e4, list("abcd"))
    found = stress.reverse_stress(values, root @ root.T + 0.1 * np.eye(4), amount)
    assert -(values @ found.moves) == pytest.approx(amount)
    twice = stress.reverse_stress(values, root @ root.T + 0.1 * np.eye(4), 2 * amount)
    assert twice.distance == pytest.approx(2 * found.distance)


def test_no_smaller_move_costs_as_much() -> None:
    covariance = np.array([[4.0, 1.0], [1.0, 2.0]]) * 1e-4
    values = pd.Series({"EUR": 1000.0, "JPY": -400.0})
    found = stress.reverse_stress(values, covariance, 50.0)
    inverse = np.linalg.inv(covariance)
    searched = minimize(
        lambda x: x @ inverse @ x,
        np.array([-0.05, 0.0]),
        constraints={"type": "eq", "fun": lambda x: -(values.to_numpy() @ x) - 50.0},
        options={"ftol": 1e-14},
    )
    assert found.moves.to_numpy() == pytest.approx(searched.x, rel=1e-3)
    assert found.distance == pytest.approx(np.sqrt(searched.fun), rel=1e-6)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: stress.parallel(["EUR"], -1.5), "impossible"),
        (lambda: stress.shock("x", {"EUR": 11.0}, ["EUR"]), "impossible"),
        (lambda: stress.reverse_stress(pd.Series({"EUR": 0.0}), [[1.0]], 5.0), "do not vary"),
        (lambda: stress.reverse_stress(pd.Series({"EUR": 1.0}), [[1.0, 0.0]], 5.0), "shape"),
        (lambda: stress.episodes(currency_episodes(), DOLLARS, "USD", ["VND"]), "VND has no rates"),
        (lambda: stress.episodes(currency_episodes(), DOLLARS.tail(100), "USD", ["EUR"]), "rates"),
    ],
)
def test_what_cannot_be_stressed_is_refused(call: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        call()  # type: ignore[operator]
