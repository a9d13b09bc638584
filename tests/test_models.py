"""What every risk model keeps: frozen, named, repeatable, finite, in one currency; one row a year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pandas as pd
import pytest

from risk.calibration import currency_risk
from risk.currency.model import hedge_mitigation
from risk.currency.rates import ecb_rates
from risk.loss.measures import expected_shortfall
from risk.loss.model import Mitigation, RiskModel
from risk.reference import policy_rates


def currency_model() -> RiskModel:
    months = pd.date_range("2024-07-01", periods=24, freq="MS")
    season = 1 + 0.3 * np.sin(np.arange(24) / 6 * np.pi) + np.random.default_rng(0).normal(0, 0.05, 24)
    exposure = pd.concat(
        pd.DataFrame({"month": months, "currency": code, "net": size * season})
        for code, size in {"USD": 500_000.0, "EUR": 200_000.0}.items()
    )
    return currency_risk(
        exposure, ecb_rates("CNY", end="2026-06-30"), policy_rates(), "CNY", "2026-06-30", spread=0.001
    )


MODELS: dict[str, Callable[[], RiskModel]] = {"currency": currency_model}
# By model: a mitigation, and the drivers that it must not touch.
MITIGATIONS: dict[str, tuple[Mitigation, list[str]]] = {"currency": (hedge_mitigation({"USD": 0.9}), ["EUR"])}


@pytest.fixture(scope="module", params=MODELS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def model(name: str) -> RiskModel:
    return MODELS[name]()


def rng(seed: int = 7) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_it_is_a_risk_model_by_its_name(name: str, model: RiskModel) -> None:
    assert isinstance(model, RiskModel)
    assert model.name == name


def test_its_assumptions_are_frozen(model: RiskModel) -> None:
    for field in fields(model):  # type: ignore[arg-type]
        with pytest.raises(FrozenInstanceError):
            setattr(model, field.name, None)


@pytest.mark.parametrize("years", [1, 3, 257])
def test_it_gives_as_many_finite_years_as_asked(model: RiskModel, years: int) -> None:
    table = model.simulate(years, rng())
    assert table.years == years
    assert np.isfinite(table.losses).all()
    assert table.currency == "CNY"


def test_a_seed_fixes_the_table_and_nothing_else_is_drawn_upon(model: RiskModel) -> None:
    used = rng()
    used.random(1000)
    first, again, other = model.simulate(40, rng()), model.simulate(40, used), model.simulate(40, rng(8))
    assert np.array_equal(first.losses, again.losses)
    assert not np.array_equal(first.losses, other.losses)


def test_losses_differ_from_year_to_year(model: RiskModel) -> None:
    assert len(np.unique(model.simulate(200, rng()).total)) > 100


def test_a_mitigation_lowers_the_bad_years_and_touches_no_other_driver(name: str, model: RiskModel) -> None:
    mitigation, untouched = MITIGATIONS[name]
    before, after = model.simulate(3000, rng()), mitigation(model).simulate(3000, rng())
    assert expected_shortfall(after.total, 0.95) < expected_shortfall(before.total, 0.95)
    for driver in untouched:
        assert np.array_equal(after[driver], before[driver])
