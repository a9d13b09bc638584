"""The register shows what the perils say, takes corrections, and loses nothing to a bad cell."""

from __future__ import annotations

import datetime as dt
import io
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from risk.checks import InputError
from risk.loss.frequency import NegativeBinomial, Poisson
from risk.loss.model import RiskModel
from risk.loss.perils import Peril, simulate_perils
from risk.loss.register import COLUMNS, Entry, FamilyRisk, edited, read_register, register_frame
from risk.loss.severity import Capped, Fixed, GeneralizedPareto, Lognormal
from risk.loss.streams import spawn


def family() -> FamilyRisk:
    return FamilyRisk(
        (
            Entry(
                Peril("legal.fine", NegativeBinomial.from_rate_interval(0.02, 0.5), Capped(Lognormal(10, 1.5), 2e6)),
                "Fine",
                "facts",
                "A table.",
            ),
            Entry(Peril("legal.penalty", Poisson(3.0), Fixed(800.0)), "Penalty", "data", "Own entries."),
        ),
        "EUR",
        "legal",
    )


def frame() -> pd.DataFrame:
    return register_frame([family()])


def changed(**cells: object) -> pd.DataFrame:
    """The register with cells of its second row changed."""
    made = frame().astype(object)
    for column, value in cells.items():
        made.loc[1, column] = value
    return made


def test_the_register_shows_intervals_that_make_the_peril_again() -> None:
    row = frame().iloc[0]
    assert (row["rate_low"], row["rate_high"]) == (pytest.approx(0.02), pytest.approx(0.5))
    assert row["cost_low"] == pytest.approx(math.exp(10 - 1.5 * 1.6448536269514722))
    assert row["maximum"] == 2e6
    assert row["mean"] == pytest.approx(family().perils[0].mean)


def test_a_known_rate_and_a_fixed_cost_have_equal_bounds() -> None:
    row = frame().iloc[1]
    assert (row["rate_low"], row["rate_high"], row["cost_low"], row["cost_high"]) == (3.0, 3.0, 800.0, 800.0)
    assert math.isnan(row["maximum"])


def test_what_nobody_changed_stays_bit_for_bit() -> None:
    families, problems = edited([family()], frame())
    assert families == [family()]
    assert problems == []


def test_a_file_that_nobody_changed_changes_nothing() -> None:
    families, problems = read_register([family()], io.BytesIO(frame().to_csv(index=False).encode()))
    assert [entry.peril for entry in families[0].entries] == list(family().perils)
    assert problems == []


def test_an_edited_rate_becomes_an_experts_interval() -> None:
    families, problems = edited([family()], changed(rate_low=1.0, rate_high=4.0))
    entry = families[0].entries[1]
    assert problems == []
    assert entry.basis == "expert"
    assert entry.peril.frequency == NegativeBinomial.from_rate_interval(1.0, 4.0)
    assert entry.peril.severity == Fixed(800.0)
    assert families[0].entries[0] == family().entries[0]


def test_an_edited_cost_becomes_lognormal_up_to_the_maximum() -> None:
    families, _ = edited([family()], changed(cost_low=100.0, cost_high=900.0, maximum=5000.0))
    assert families[0].entries[1].peril.severity == Capped(Lognormal.from_interval(100.0, 900.0), 5000.0)


def test_owner_and_review_leave_the_numbers_alone() -> None:
    families, problems = edited([family()], changed(owner="Mei", reviewed=dt.date(2026, 11, 1)))
    assert problems == []
    expected = replace(family().entries[1], owner="Mei", reviewed=dt.date(2026, 11, 1))
    assert families[0].entries[1] == expected


@pytest.mark.parametrize(
    ("cells", "column", "sentence"),
    [
        ({"rate_low": 5.0, "rate_high": 2.0}, "rate_low", "above the upper bound 2"),
        ({"rate_low": 0.0, "rate_high": 2.0}, "rate_low", "A lower bound of 0 says nothing"),
        ({"cost_low": -1.0}, "cost_low", "0 or more, not -1"),
        ({"cost_high": "many"}, "cost_high", "0 or more, not many"),
        ({"cost_high": math.inf}, "cost_high", "not inf"),
        ({"cost_low": None}, "cost_low", "0 or more, not None"),
        ({"cost_high": 900.0, "maximum": 850.0}, "maximum", "is below the upper bound 900"),
        ({"rate_low": 1e8, "rate_high": 1e8}, "rate_high", "too many to simulate"),
    ],
)
def test_a_cell_that_cannot_be_is_named_and_nothing_is_lost(
    cells: dict[str, object], column: str, sentence: str
) -> None:
    families, problems = edited([family()], changed(owner="Mei", **cells))
    assert [(problem.key, problem.column) for problem in problems] == [("legal.penalty", column)]
    assert sentence in problems[0].sentence
    assert families[0].entries[1].peril == family().entries[1].peril
    assert families[0].entries[1].owner == "Mei"


def test_an_infinite_mean_needs_a_maximum() -> None:
    heavy = Entry(Peril("legal.penalty", Poisson(3.0), GeneralizedPareto(1.2, 1000.0)), "Penalty", "expert", "Me.")
    wild = family().with_entries({"legal.penalty": heavy})
    with pytest.raises(InputError, match="average cost is infinite"):
        register_frame([wild])


def test_a_row_of_an_unknown_peril_is_named() -> None:
    _, problems = edited([family()], changed(key="legal.unheard_of"))
    assert "legal.unheard_of" in problems[0].sentence


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "key,rate_low\nx,1\n"])
def test_a_file_that_is_no_register_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="register"):
        read_register([family()], io.BytesIO(text.encode()))


def test_a_family_simulates_its_perils_and_names_each_once() -> None:
    table = family().simulate(200_000, np.random.default_rng(1))
    assert table.drivers == ("legal.fine", "legal.penalty")
    assert table["legal.penalty"].mean() == pytest.approx(2400.0, rel=0.01)
    with pytest.raises(InputError, match="different names"):
        FamilyRisk(family().entries[:1] * 2, "EUR", "legal")
    with pytest.raises(InputError, match="different names, got: none"):
        FamilyRisk((), "EUR", "legal")


def test_a_family_is_a_risk_model_whose_name_keys_its_streams() -> None:
    legal, quality = family(), replace(family(), name="quality")
    assert isinstance(legal, RiskModel)
    rng = np.random.default_rng(20)
    table = legal.simulate(100, rng)
    assert table.currency == "EUR"
    assert (table.losses == simulate_perils(legal.perils, 100, spawn(rng, "legal"), "EUR").losses).all()
    assert (table.losses != quality.simulate(100, rng).losses).any()


def test_the_columns_are_the_documented_ones() -> None:
    assert tuple(frame().columns) == COLUMNS
