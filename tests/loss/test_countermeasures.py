"""A counter-measure changes the perils that it names, to the same random numbers, and nothing else."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from risk.loss.countermeasures import Countermeasure, Effect
from risk.loss.frequency import Poisson
from risk.loss.insurance import Insurance
from risk.loss.model import RiskModel
from risk.loss.perils import Peril
from risk.loss.register import Entry, FamilyRisk
from risk.loss.severity import Fixed, Gamma
from risk.loss.table import YearLossTable

CARGO = FamilyRisk(
    tuple(
        Entry(peril, peril.name, "expert", "A test.")
        for peril in (
            Peril("cargo.theft", Poisson(1.0), Fixed(100.0)),
            Peril("cargo.delay", Poisson(6.0), Gamma(0.8, 40.0)),
        )
    ),
    "EUR",
    "cargo",
)
COVER = Insurance(deductible=20.0, premium=55.0)


def insured(model: RiskModel) -> RiskModel:
    assert isinstance(model, FamilyRisk)
    return model.changed(partial(Peril.insured, insurance=COVER), {"cargo.theft"})


def compared(measure: Countermeasure) -> tuple[YearLossTable, YearLossTable]:
    before, after = (model.simulate(2000, np.random.default_rng(1)) for model in (CARGO, measure.mitigation(CARGO)))
    return before, after


def test_a_measure_changes_the_named_perils_only() -> None:
    half = Effect(frequency=(0.5, 0.5, 0.5), severity=(0.2, 0.2, 0.2))
    before, after = compared(Countermeasure("partner", "Partner", 500.0, {"cargo.delay": half}))
    assert after["cargo.delay"].mean() == pytest.approx(0.4 * before["cargo.delay"].mean(), rel=0.1)
    assert (after["cargo.theft"] == before["cargo.theft"]).all()


def test_a_measure_against_perils_of_other_families_leaves_this_one_as_it_is() -> None:
    assert Countermeasure("filing", "Filing", 1.0, {"legal.fine": Effect((0.5, 0.5, 0.5))}).applied(CARGO) == CARGO


def test_insurance_is_a_measure_whose_cost_is_the_premium() -> None:
    measure = Countermeasure("cover", "Cargo cover", COVER.premium, changes={"cargo": insured})
    before, after = compared(measure)
    assert measure.mitigation.annual_cost == 55
    assert after["cargo.theft"] == pytest.approx(0.2 * before["cargo.theft"])
    assert (after["cargo.delay"] == before["cargo.delay"]).all()
