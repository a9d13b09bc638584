"""Sensitivities against closed forms: a tornado of a model that is linear, and the indices of known functions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.random import Generator

from risk.checks import InputError
from risk.loss.sensitivity import sobol_indices, tornado
from risk.loss.streams import spawn
from risk.loss.table import YearLossTable


@dataclass(frozen=True)
class Linear:
    """A loss of level + slope · exponential, drawn from a stream of its own."""

    level: float = 10.0
    slope: float = 2.0
    name: str = "linear"

    def simulate(self, years: int, rng: Generator) -> YearLossTable:
        noise = spawn(rng, self.name).exponential(size=years)
        return YearLossTable((self.level + self.slope * noise)[:, None], (self.name,), "EUR")


def test_a_tornado_of_a_linear_model_is_exact_thanks_to_common_random_numbers() -> None:
    table = tornado(Linear(), {"level": (9.0, 12.0), "slope": (1.0, 4.0)}, 2000, np.random.default_rng(1))
    assert table["assumption"].tolist() == ["slope", "level"]
    mean, es = table.attrs["mean"], table.attrs["es"]
    level, slope = table.set_index("assumption").loc["level"], table.set_index("assumption").loc["slope"]
    assert (level["mean_low"], level["mean_high"]) == pytest.approx((mean - 1, mean + 2))
    assert (level["es_low"], level["es_high"], level["swing"]) == pytest.approx((es - 1, es + 2, 3))
    assert slope["es_high"] == pytest.approx(10 + 2 * (es - 10))
    assert slope["swing"] == pytest.approx((es - 10) * 1.5)


def test_an_assumption_that_does_not_matter_has_no_swing() -> None:
    table = tornado(Linear(), {"level": (10.0, 10.0)}, 100, np.random.default_rng(1))
    assert table["swing"].tolist() == [0.0]


@pytest.mark.parametrize(
    ("ranges", "sentence"), [({"size": (1, 2)}, "size is no assumption of linear"), ({}, "no assum")]
)
def test_unknown_assumptions_are_named(ranges: dict[str, tuple[float, float]], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        tornado(Linear(), ranges, 100, np.random.default_rng(1))


def test_indices_of_the_ishigami_function() -> None:
    """Ishigami and Homma (1990), a = 7, b = 0.1: 0.3139, 0.4424, 0 and 0.5576, 0.4424, 0.2437, within 4 errors."""

    def ishigami(uniform: np.ndarray) -> np.ndarray:
        x = np.pi * (2 * uniform - 1)
        return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])

    found = sobol_indices(ishigami, 3, 200_000, np.random.default_rng(1))
    first = np.array([0.31390519114781146, 0.4424111447900409, 0.0])
    total = np.array([0.5575888552099592, 0.4424111447900409, 0.2436836640621477])
    assert (np.abs(found["first"] - first) < 4 * found["first_error"]).all()
    assert (np.abs(found["total"] - total) < 4 * found["total_error"]).all()
    assert found[["first_error", "total_error"]].max(axis=None) < 0.005


def test_shares_of_a_sum_are_those_of_its_variances() -> None:
    found = sobol_indices(lambda u: 3 * u[:, 0] + 4 * u[:, 1], 2, 100_000, np.random.default_rng(1))
    assert found["first"].to_numpy() == pytest.approx([9 / 25, 16 / 25], abs=0.02)
    assert found["total"].to_numpy() == pytest.approx([9 / 25, 16 / 25], abs=0.02)


def test_a_constant_explains_nothing() -> None:
    with pytest.raises(InputError, match="no input explains anything"):
        sobol_indices(lambda u: np.ones(len(u)), 2, 100, np.random.default_rng(1))
