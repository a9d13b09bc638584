from __future__ import annotations

import threading
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from numpy.random import Generator

from dashboard import cached
from risk.loss.model import RiskModel
from risk.loss.table import YearLossTable

CALLS: list[object] = []


@dataclass(frozen=True)
class Dice:
    """A fake model: each year loses its throw times the stake."""

    name: str = "dice"
    stake: float = 1.0

    def simulate(self, years: int, rng: Generator) -> YearLossTable:
        CALLS.append(self)
        return YearLossTable.of({"throw": rng.integers(1, 7, years) * self.stake}, "EUR")


@dataclass
class History:
    """A fake history that counts how often it is asked."""

    digest: str
    asked: int = 0


def rows(history: History, factor: int = 1) -> pd.DataFrame:
    history.asked += 1
    return pd.DataFrame({"rows": [factor]})


def simulated(model: RiskModel, years: int, seed: int) -> YearLossTable:
    return model.simulate(years, np.random.default_rng(seed))


@pytest.fixture(autouse=True)
def no_calls() -> None:
    CALLS.clear()


def test_the_same_assumptions_are_simulated_once() -> None:
    assert isinstance(Dice(), RiskModel)
    one, again = cached.shared(simulated, Dice(), 100, 1), cached.shared(simulated, Dice(), 100, 1)
    assert one is again
    assert len(CALLS) == 1
    assert np.array_equal(one.losses, Dice().simulate(100, np.random.default_rng(1)).losses)


@pytest.mark.parametrize(("model", "years", "seed"), [(Dice(stake=2.0), 100, 1), (Dice(), 101, 1), (Dice(), 100, 2)])
def test_other_assumptions_years_or_seeds_are_simulated_anew(model: Dice, years: int, seed: int) -> None:
    cached.shared(simulated, Dice(), 100, 1)
    other = cached.shared(simulated, model, years, seed)
    assert np.array_equal(other.losses, model.simulate(years, np.random.default_rng(seed)).losses)


def test_a_mitigated_model_sees_the_same_years() -> None:
    before = cached.shared(simulated, Dice(), 50, 7)
    after = cached.shared(simulated, replace(Dice(), stake=0.5), 50, 7)
    assert np.array_equal(after.losses, before.losses * 0.5)


def test_sessions_that_ask_at_once_wait_for_one_simulation() -> None:
    sessions = [threading.Thread(target=cached.shared, args=(simulated, Dice(), 1000, 3)) for _ in range(4)]
    for session in sessions:
        session.start()
    for session in sessions:
        session.join()
    assert len(CALLS) == 1


def test_what_is_shared_cannot_be_changed() -> None:
    table = cached.shared(simulated, Dice(), 10, 1)
    with pytest.raises(ValueError, match="read-only"):
        table.losses[0, 0] = 0.0


def test_a_question_is_asked_again_when_the_history_has_changed() -> None:
    history = History("one")
    assert cached.answer(rows, history, 2)["rows"].tolist() == [2]
    cached.answer(rows, history, 2)
    assert history.asked == 1
    history.digest = "two"
    cached.answer(rows, history, 2)
    cached.answer(rows, history, 3)
    assert history.asked == 3


def total(frame: pd.DataFrame, factor: float = 1.0) -> pd.Series:
    CALLS.append(factor)
    return frame.sum() * factor


def test_a_result_is_computed_again_when_one_cell_changes() -> None:
    frame = pd.DataFrame({"amount": np.ones(60_000)})
    assert cached.result(total, frame)["amount"] == 60_000
    assert cached.result(total, frame)["amount"] == 60_000
    frame.loc[31_234, "amount"] = 2.0
    assert cached.result(total, frame)["amount"] == 60_001
    assert cached.result(total, frame, factor=2.0)["amount"] == 120_002
    assert len(CALLS) == 3


def test_a_page_may_change_a_result_but_not_that_of_the_next_reader() -> None:
    frame = pd.DataFrame({"amount": [1.0]})
    mine = cached.result(total, frame)
    mine["amount"] = 99.0
    assert cached.result(total, frame)["amount"] == 1.0


def test_a_shared_result_is_the_same_object() -> None:
    frame = pd.DataFrame({"amount": [1.0]})
    assert cached.shared(total, frame) is cached.shared(total, frame)
