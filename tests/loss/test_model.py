"""A mitigation turns a model into a better one and has a cost."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from risk.checks import InputError
from risk.loss.model import Mitigation, RiskModel
from risk.loss.table import YearLossTable


@dataclass(frozen=True)
class Fixed:
    """A model whose every year costs the same."""

    loss: float
    name: str = "fixed"

    def simulate(self, years: int, rng: np.random.Generator) -> YearLossTable:
        return YearLossTable(np.full((years, 1), self.loss), (self.name,), "EUR")


def test_a_mitigation_is_applied_by_calling_it() -> None:
    halving = Mitigation[Fixed]("halving", 10.0, lambda model: replace(model, loss=model.loss / 2))
    assert halving(Fixed(8.0)).simulate(2, np.random.default_rng(0)).total.tolist() == [4.0, 4.0]


def test_a_dataclass_with_name_and_simulate_is_a_risk_model() -> None:
    assert isinstance(Fixed(1.0), RiskModel)


def test_a_negative_cost_is_refused() -> None:
    with pytest.raises(InputError, match="annual_cost == -1"):
        Mitigation[Fixed]("gift", -1.0, lambda model: model)
