"""The register as it is kept: only what differs, by row and currency, valid or not at all; undone, taken away, back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard import workspace
from dashboard.export import csv_bytes
from dashboard.register import MEASURES, REGISTER, Sheet, edited_catalogue, edited_families
from dashboard.workspace import Workspace
from risk.checks import InputError
from risk.loss.countermeasures import Countermeasure, Effect
from risk.loss.frequency import Poisson
from risk.loss.perils import Peril
from risk.loss.register import Entry, FamilyRisk
from risk.loss.severity import Capped, Fixed, Lognormal
from risk.orders.history import OrderHistory

FIRE, THEFT = "logistics.fire", "logistics.theft"


def family(rate: float = 0.5, cost: float = 1000.0) -> FamilyRisk:
    entries = (
        Entry(Peril(FIRE, Poisson(rate), Fixed(cost)), "Fire", "data", "counted"),
        Entry(
            Peril(THEFT, Poisson(2.0), Capped(Lognormal.from_interval(10.0, 90.0), 500.0)), "Theft", "facts", "known"
        ),
    )
    return FamilyRisk(entries, "EUR", "logistics")


@pytest.fixture(autouse=True)
def owner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(workspace.FOLDER, str(tmp_path))
    monkeypatch.setattr(workspace, "_token", lambda: "a" * 32)


@pytest.fixture
def space() -> Iterator[Workspace]:
    with OrderHistory.open() as history:
        yield Workspace(history, is_sample=False, digest=history.digest, chosen="EUR")


@pytest.fixture
def sheet(space: Workspace) -> Callable[..., Sheet[FamilyRisk]]:
    def made(*families: FamilyRisk, reporting: str = "EUR") -> Sheet[FamilyRisk]:
        return Sheet(space, REGISTER, families or (family(),), reporting)

    return made


Make = Callable[..., Sheet[FamilyRisk]]


def peril(sheet: Sheet[FamilyRisk], key: str = FIRE) -> Entry:
    return next(entry for one in sheet.outcome()[0] for entry in one.entries if entry.key == key)


def test_a_number_that_was_entered_counts_and_the_basis_is_then_an_assumption(sheet: Make, space: Workspace) -> None:
    assert sheet().put({FIRE: {"rate_low": 3.0, "rate_high": 3.0, "owner": "Ann"}}) == []
    (mine,), problems = edited_families(space, [family()], "EUR")
    assert problems == []
    entry = mine.entries[0]
    assert (entry.peril.mean, entry.basis, entry.owner) == (3000.0, "expert", "Ann")
    assert mine.entries[1] == family().entries[1]


def test_newer_orders_still_move_what_was_not_entered(sheet: Make) -> None:
    sheet().put({FIRE: {"cost_low": 20.0, "cost_high": 20.0}})
    newer = sheet(family(rate=4.0, cost=9999.0))
    assert peril(newer).peril.mean == 4.0 * 20.0


def test_only_what_differs_is_kept_and_an_emptied_cell_is_prefilled_again(sheet: Make) -> None:
    sheet().put({FIRE: {"rate_low": 0.5, "rate_high": 0.5, "owner": ""}})
    assert sheet().typed() == {}
    sheet().put({FIRE: {"rate_low": 3.0, "rate_high": 3.0}, THEFT: {"owner": "Bo"}})
    sheet().put({FIRE: {"rate_low": None, "rate_high": None}})
    assert sheet().typed() == {THEFT: {"owner": "Bo"}}
    assert peril(sheet()).basis == "data"


def test_an_emptied_maximum_is_no_limit(sheet: Make) -> None:
    sheet().put({THEFT: {"maximum": None}})
    assert pd.isna(sheet().shown().loc[THEFT, "maximum"])
    sheet().put({THEFT: {"maximum": 500.0}})
    assert sheet().typed() == {}


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"rate_low": 9.0}, "rate_low", "The lower bound 9 is above the upper bound 0.5."),
        ({"cost_low": -1.0}, "cost_low", "Enter a number of 0 or more, not -1.0."),
        ({"cost_low": 1.0, "cost_high": 1e8}, "maximum", "heavy a tail"),
        ({"cost_high": "much"}, "cost_high", "Enter a number of 0 or more, not much."),
        ({"reviewed": "soon"}, "reviewed", "Write the day as 2026-11-30, not soon."),
        ({"owner": "x" * 300}, "owner", "At most 200 characters fit here."),
    ],
)
def test_what_cannot_be_is_named_and_nothing_else_is_lost(
    cells: dict[str, Any], column: str, reason: str, sheet: Make
) -> None:
    sheet().put({FIRE: {"rate_low": 0.25, "rate_high": 0.5}, THEFT: {"owner": "Bo"}})
    before = sheet().typed()
    problems = sheet().put({FIRE: cells, THEFT: {"owner": "Cy"}})
    assert [(problem.key, problem.column) for problem in problems] == [(FIRE, column)]
    assert reason in problems[0].sentence
    assert sheet().problems({FIRE: cells}) == problems, "the page can say it again without keeping anything"
    assert sheet().typed() == {FIRE: before[FIRE], THEFT: {"owner": "Cy"}}


def test_two_cells_that_only_together_make_sense_may_come_one_after_the_other(sheet: Make) -> None:
    assert sheet().put({FIRE: {"rate_low": 2.0}}) != []
    assert sheet().put({FIRE: {"rate_low": 2.0, "rate_high": 4.0}}) == []
    assert sheet().typed() == {FIRE: {"rate_low": 2.0, "rate_high": 4.0}}


def test_an_entry_that_newer_orders_make_impossible_is_named_and_the_row_is_prefilled(
    sheet: Make, space: Workspace
) -> None:
    sheet().put({FIRE: {"rate_high": 0.8}})
    newer = family(rate=4.0)
    (mine,), problems = edited_families(space, [newer], "EUR")
    assert mine == newer
    assert [(problem.key, problem.column) for problem in problems] == [(FIRE, "rate_low")]


def test_an_amount_says_nothing_in_another_currency_and_is_there_again(sheet: Make) -> None:
    sheet().put({FIRE: {"cost_low": 7.0, "cost_high": 7.0, "rate_low": 1.0, "rate_high": 1.0}})
    yuan = sheet(replace(family(), currency="CNY"), reporting="CNY")
    assert peril(yuan).peril.mean == 1000.0
    yuan.put({FIRE: {"cost_low": 70.0, "cost_high": 70.0}})
    assert peril(sheet()).peril.mean == 7.0
    assert peril(yuan).peril.mean == 70.0


def test_what_is_entered_is_undone_step_by_step(sheet: Make) -> None:
    assert not sheet().can_undo
    sheet().put({FIRE: {"owner": "Ann"}})
    sheet().put({FIRE: {"owner": "Bo"}, THEFT: {"owner": "Bo"}})
    sheet().clear()
    assert sheet().typed() == {}
    sheet().undo()
    assert sheet().typed() == {FIRE: {"owner": "Bo"}, THEFT: {"owner": "Bo"}}
    sheet().undo()
    assert sheet().typed() == {FIRE: {"owner": "Ann"}}
    sheet().undo()
    assert sheet().typed() == {}


def test_the_sample_and_the_own_orders_have_registers_of_their_own(sheet: Make, space: Workspace) -> None:
    sheet().put({FIRE: {"owner": "Ann"}})
    sample = Sheet(replace(space, is_sample=True), REGISTER, (family(),), "EUR")
    assert sample.typed() == {}


def test_a_table_that_was_taken_away_comes_back_as_it_was_changed(sheet: Make) -> None:
    sheet().put({FIRE: {"rate_low": 3.0, "rate_high": 3.0, "owner": "=Ann", "reviewed": dt.date(2026, 11, 2)}})
    content = csv_bytes(sheet().csv())
    sheet().clear()
    assert sheet().take(content) == (1, [])
    entry = peril(sheet())
    assert (entry.peril.mean, entry.owner, entry.reviewed) == (3000.0, "=Ann", dt.date(2026, 11, 2))
    assert sheet().take(content) == (0, [])
    sheet().undo()
    assert sheet().typed() == {}, "a file is undone in one step"


def test_a_spreadsheet_of_a_country_with_decimal_commas_is_read(sheet: Make) -> None:
    frame = sheet().csv()
    frame.loc[frame["key"] == FIRE, ["rate_low", "rate_high"]] = 0.25
    content = frame.to_csv(index=False, sep=";", decimal=",").encode()
    assert sheet().take(content) == (1, [])
    assert peril(sheet()).peril.frequency.mean == 0.25


def test_rows_of_a_file_that_cannot_be_are_named_and_the_others_taken(sheet: Make) -> None:
    frame = sheet().csv().astype(object)
    frame.loc[0, "cost_high"], frame.loc[1, "owner"] = "lots", "Bo"
    unknown = {**frame.loc[0].to_dict(), "key": "logistics.flood"}
    changed, problems = sheet().take(csv_bytes(pd.concat([frame, pd.DataFrame([unknown])])))
    assert changed == 1
    assert [(problem.key, problem.column) for problem in problems] == [("logistics.flood", "key"), (FIRE, "cost_high")]
    assert sheet().typed() == {THEFT: {"owner": "Bo"}}


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b"key\nlogistics.fire\n"])
def test_a_file_that_is_no_register_is_refused(content: bytes, sheet: Make) -> None:
    with pytest.raises(InputError, match="This file is no register"):
        sheet().take(content)
    assert sheet().typed() == {}


def test_a_file_in_another_currency_is_refused(sheet: Make) -> None:
    content = csv_bytes(sheet().csv().assign(currency="USD"))
    with pytest.raises(InputError, match="The amounts of this file are in USD, you report in EUR"):
        sheet().take(content)


def test_entries_of_perils_that_are_not_there_are_kept_and_named(sheet: Make) -> None:
    sheet().put({THEFT: {"owner": "Bo"}})
    less = FamilyRisk(family().entries[:1], "EUR", "logistics")
    assert sheet(less).orphans() == [THEFT]
    assert sheet(less).outcome() == ([less], [])
    sheet(less).put({FIRE: {"owner": "Ann"}})
    assert sheet().typed() == {FIRE: {"owner": "Ann"}, THEFT: {"owner": "Bo"}}


def measures() -> tuple[Countermeasure, ...]:
    return (Countermeasure("watch", "Watch", 100.0, {FIRE: Effect(frequency=(0.1, 0.2, 0.3))}, source="guessed"),)


def test_costs_and_effects_of_measures_are_entered_alike(space: Workspace) -> None:
    sheet = Sheet(space, MEASURES, measures(), "EUR")
    assert sheet.put({"watch": {"annual_cost": 50.0}, f"watch:{FIRE}": {"frequency_high": 0.9}}) == []
    (mine,), problems = edited_catalogue(space, measures(), "EUR")
    assert problems == []
    assert mine.annual_cost == 50.0
    assert mine.effects[FIRE].frequency == (0.1, 0.2, 0.9)
    (wrong,) = sheet.put({f"watch:{FIRE}": {"frequency_low": 0.5}})
    assert (wrong.key, wrong.column) == (f"watch:{FIRE}", "frequency_low")
    in_yuan = Sheet(space, MEASURES, measures(), "CNY").outcome()[0][0]
    assert in_yuan.annual_cost == 100.0
    assert in_yuan.effects[FIRE].frequency == (0.1, 0.2, 0.9)
