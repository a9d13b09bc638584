"""The register shows what the perils say, takes corrections, and loses nothing to a bad cell."""

from __future__ import annotations

import datetime as dt
import io
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.checks import InputError
from risk.loss.frequency import NegativeBinomial, Poisson
from risk.loss.model import RiskModel
from risk.loss.perils import Peril, simulate_perils
from risk.loss.register import COLUMNS, NUMBERS, Entry, FamilyRisk, edited, read_register, register_frame
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
        ({"cost_low": None}, "cost_low", "is missing"),
        ({"cost_high": 900.0, "maximum": 850.0}, "maximum", "is below the upper bound 900"),
        ({"cost_low": 1.0, "cost_high": 1e6}, "maximum", "so heavy a tail"),
        ({"cost_low": 1e-9, "cost_high": 1e300}, "cost_high", "more than a billion times"),
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


NUMBER = st.one_of(st.none(), st.floats(), st.floats(0, 1e6), st.floats(0, 1e300), st.just("1.5"), st.text(max_size=3))


@given(cells=st.fixed_dictionaries({}, optional=dict.fromkeys(NUMBERS, NUMBER)))
def test_whatever_is_entered_is_taken_or_named(cells: dict[str, object]) -> None:
    families, problems = edited([family()], changed(**cells))
    entry = families[0].entries[1]
    assert {problem.column for problem in problems} <= set(NUMBERS)
    assert entry.peril == family().entries[1].peril if problems else math.isfinite(entry.peril.mean)
    register_frame(families)


def test_a_maximum_tames_a_heavy_tail() -> None:
    families, problems = edited([family()], changed(cost_low=1.0, cost_high=1e6, maximum=2e6))
    assert problems == []
    assert families[0].entries[1].peril.severity.mean < 2e6


@pytest.mark.parametrize(
    ("cells", "column", "sentence"),
    [
        ({"reviewed": "11/1/2026"}, "reviewed", "2026-11-30, not 11/1/2026"),
        ({"owner": "x" * 201}, "owner", "At most 200 characters"),
    ],
)
def test_a_word_that_cannot_be_is_named_and_the_numbers_are_taken(
    cells: dict[str, object], column: str, sentence: str
) -> None:
    families, problems = edited([family()], changed(rate_low=2.0, rate_high=2.0, **cells))
    assert [(problem.key, problem.column) for problem in problems] == [("legal.penalty", column)]
    assert sentence in problems[0].sentence
    assert families[0].entries[1].peril.frequency == Poisson(2.0)


def test_part_of_the_register_leaves_the_other_rows_alone_and_a_second_row_out() -> None:
    rows = changed(rate_low=2.0, rate_high=2.0).iloc[[1, 1]]
    rows.iloc[1, rows.columns.get_loc("rate_high")] = 9.0
    families, problems = edited([family()], rows)
    assert families[0].entries[0] == family().entries[0]
    assert families[0].entries[1].peril.frequency == Poisson(2.0)
    assert "second row" in problems[0].sentence


def test_a_file_with_decimal_commas_is_read_too() -> None:
    text = changed(rate_low=2.5, rate_high=2.5, owner="Mei; Li").to_csv(index=False, sep=";", decimal=",")
    families, problems = read_register([family()], io.BytesIO(text.encode("utf-8-sig")))
    assert problems == []
    assert families[0].entries[1].peril.frequency == Poisson(2.5)
    assert families[0].entries[1].owner == "Mei; Li"
    assert families[0].entries[0].peril == family().perils[0]


def test_an_infinite_mean_needs_a_maximum() -> None:
    heavy = Entry(Peril("legal.penalty", Poisson(3.0), GeneralizedPareto(1.2, 1000.0)), "Penalty", "expert", "Me.")
    wild = family().with_entries({"legal.penalty": heavy})
    with pytest.raises(InputError, match="average cost is infinite"):
        register_frame([wild])


def test_a_row_of_an_unknown_peril_is_named() -> None:
    _, problems = edited([family()], changed(key="legal.unheard_of"))
    assert "legal.unheard_of" in problems[0].sentence


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"key,rate_low\nx,1\n", b"\xff\xfe", b'"', b"a\n1,2,3\n4\n\0"])
def test_a_file_that_is_no_register_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="register"):
        read_register([family()], io.BytesIO(content))


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
