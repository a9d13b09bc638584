"""The table of measures takes corrections cell by cell and loses nothing to a bad one."""

from __future__ import annotations

import io
import math
from functools import partial

import pandas as pd
import pytest

from risk.checks import InputError, Sentence
from risk.countermeasures import edited_measures, measures_frame, read_measures
from risk.countermeasures.register import COLUMNS
from risk.loss.countermeasures import Countermeasure, Effect
from risk.loss.insurance import Insurance
from risk.loss.perils import Peril

CHECK = Countermeasure(
    "check",
    Sentence("Check"),
    500.0,
    {"legal.fine": Effect((0.1, 0.2, 0.4)), "legal.debt": Effect(severity=(0.0, 0.1, 0.3))},
    basis="facts",
    source=Sentence("A table."),
)
COVER = Countermeasure(
    "cover",
    Sentence("Cover"),
    90.0,
    changes={"legal": lambda model: model.changed(partial(Peril.insured, insurance=Insurance()), {"legal.fine"})},  # type: ignore[attr-defined]
)
MEASURES = [CHECK, COVER]


def changed(key: str, **cells: object) -> pd.DataFrame:
    made = measures_frame(MEASURES).astype(object).set_index("key")
    for column, value in cells.items():
        made.loc[key, column] = value
    return made.reset_index()


def test_a_measure_has_a_row_with_its_cost_and_one_for_each_peril() -> None:
    frame = measures_frame(MEASURES)
    assert tuple(frame) == COLUMNS
    assert frame["key"].tolist() == ["check", "check:legal.fine", "check:legal.debt", "cover"]
    assert frame["peril"].tolist() == ["", "legal.fine", "legal.debt", ""]
    assert frame["annual_cost"].fillna(-1).tolist() == [500.0, -1, -1, 90.0]
    shares = frame.loc[1, ["frequency_low", "frequency_mode", "frequency_high", "severity_high"]]
    assert shares.tolist() == [0.1, 0.2, 0.4, 0.0]
    assert frame.loc[[0, 3], "severity_low"].isna().all()


def test_a_table_as_it_was_changes_nothing() -> None:
    measures, problems = edited_measures(MEASURES, measures_frame(MEASURES))
    assert not problems
    assert all(new is old for new, old in zip(measures, MEASURES, strict=True))


def test_a_corrected_cost_and_a_corrected_share_are_an_experts() -> None:
    (cheap, cover), problems = edited_measures(MEASURES, changed("check", annual_cost=400.0))
    assert not problems
    assert (cheap.annual_cost, cheap.effects, cheap.basis) == (400.0, CHECK.effects, "expert")
    assert str(cheap.source) == "Entered in the register."
    assert cover is COVER
    (strong, _), problems = edited_measures(
        MEASURES, changed("check:legal.debt", severity_mode=0.3, frequency_high=0.2)
    )
    assert not problems
    assert strong.effects == {
        "legal.fine": CHECK.effects["legal.fine"],
        "legal.debt": Effect((0.0, 0.0, 0.2), (0.0, 0.3, 0.3)),
    }
    assert strong.annual_cost == 500.0


@pytest.mark.parametrize(
    ("key", "column", "value", "said"),
    [
        ("check", "annual_cost", -1.0, "0 or more"),
        ("check", "annual_cost", math.nan, "0 or more"),
        ("check", "annual_cost", "much", "much"),
        ("check", "annual_cost", math.inf, "0 or more"),
        ("check", "frequency_low", 0.1, "stand in the rows of its perils"),
        ("cover", "severity_high", 0.1, "stand in the rows of its perils"),
        ("check:legal.fine", "annual_cost", 7.0, "stands in the row check"),
        ("check:legal.fine", "frequency_low", 0.3, "0.3 is above the next one, 0.2"),
        ("check:legal.fine", "frequency_mode", 0.5, "0.5 is above the next one, 0.4"),
        ("check:legal.fine", "frequency_high", 1.2, "at most 1"),
        ("check:legal.debt", "severity_low", -0.1, "0 or more"),
        ("check:legal.debt", "severity_mode", None, "0 or more"),
    ],
)
def test_a_cell_that_cannot_be_is_named_and_its_row_keeps_its_numbers(
    key: str, column: str, value: object, said: str
) -> None:
    measures, (problem,) = edited_measures(MEASURES, changed(key, **{column: value}))
    assert (problem.key, problem.column) == (key, column)
    assert said in problem.sentence
    assert all(new is old for new, old in zip(measures, MEASURES, strict=True))


def test_a_bad_row_does_not_stop_the_good_rows_of_the_same_measure() -> None:
    frame = changed("check", annual_cost=-5.0).set_index("key")
    frame.loc["check:legal.fine", "frequency_high"] = 0.9
    (check, _), problems = edited_measures(MEASURES, frame.reset_index())
    assert [problem.key for problem in problems] == ["check"]
    assert check.annual_cost == 500.0
    assert check.effects["legal.fine"].frequency == (0.1, 0.2, 0.9)


def test_an_unknown_and_a_second_row_are_named_and_a_missing_row_stays_as_it_was() -> None:
    frame = measures_frame(MEASURES)
    frame.loc[0, "annual_cost"] = 300.0
    again = pd.concat([frame.iloc[:1], frame.iloc[:1].assign(annual_cost=1.0), frame.iloc[:1].assign(key="other")])
    measures, problems = edited_measures(MEASURES, again)
    assert [(problem.key, problem.column) for problem in problems] == [("check", "key"), ("other", "key")]
    assert [measure.annual_cost for measure in measures] == [300.0, 90.0]


def test_what_was_written_as_csv_is_read_again() -> None:
    edited, _ = edited_measures(MEASURES, changed("check:legal.fine", frequency_mode=0.3))
    file = io.BytesIO(measures_frame(edited).to_csv(index=False).encode("utf-8-sig"))
    measures, problems = read_measures(MEASURES, file)
    assert not problems
    assert measures[0].effects == edited[0].effects
    assert measures[1] is COVER


def test_a_file_that_is_no_table_of_measures_is_refused() -> None:
    with pytest.raises(InputError, match="annual_cost"):
        read_measures(MEASURES, io.BytesIO(b"key,title\ncheck,Check\n"))
