"""Whose exchange rates: one provider at a time, kept for its owner alone, and gone when the owner says so."""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from dashboard import cached, rates, rates_choice, workspace
from dashboard.digest import digest
from dashboard.rates import ECB, Source
from risk.checks import InputError
from risk.currency.forwards import DAY_COUNT
from risk.currency.rates import ecb_rates
from risk.orders import OrderHistory
from risk.reference import policy_rates

pytestmark = pytest.mark.usefixtures("folder")

ALICE, BOB = "a" * 32, "b" * 32
DAY = dt.date(2026, 11, 2)
TAIWAN = pd.DataFrame(
    {"USD": [32.0, 32.1, np.nan], "EUR": [36.0, 36.5, 36.25], "VND": [0.0012, 0.00121, 0.0012000000000000001]},
    index=pd.DatetimeIndex(["2026-10-28", "2026-10-29", "2026-10-30"], name="date"),
)
Visitor = Callable[[str], None]


@pytest.fixture(autouse=True)
def sample(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In place of the sample shop, which takes a second to open and is of no account here."""
    with OrderHistory.open() as history:
        monkeypatch.setattr(workspace, "_sample", lambda: history)
        yield


def choose(provider: str = "csv", table: pd.DataFrame = TAIWAN) -> None:
    rates.choose(workspace.current(), provider, "TWD", table, DAY)


def source() -> Source:
    return rates.chosen(workspace.current())


def new_process() -> None:
    workspace._opened.clear()
    cached.forget()


def test_the_ecb_is_in_use_until_others_are_chosen(visitor: Visitor, folder: Path) -> None:
    visitor(ALICE)
    assert source() == ECB
    pd.testing.assert_frame_equal(source().against("CNY"), ecb_rates("CNY"))
    assert not folder.exists(), "looking begins no workspace"


def test_chosen_rates_are_there_to_the_last_digit_and_in_any_currency_that_they_hold(visitor: Visitor) -> None:
    visitor(ALICE)
    choose()
    new_process()
    assert (source().provider, source().base, source().day) == ("csv", "TWD", "2026-11-02")
    pd.testing.assert_frame_equal(source().against("TWD"), TAIWAN, check_freq=False)
    dollars = source().against("USD")
    assert list(dollars.columns) == ["EUR", "VND", "TWD"]
    assert dollars["EUR"].tolist() == [36.0 / 32.0, 36.5 / 32.1]


def test_what_a_provider_does_not_know_is_never_taken_from_another(visitor: Visitor) -> None:
    visitor(ALICE)
    choose()
    with pytest.raises(InputError, match=r"against TWD and hold no JPY.* on the page Currency"):
        source().against("JPY")
    with pytest.raises(InputError, match=r"no reference rate for TWD.* on the page Currency"):
        ECB.against("TWD")


def test_one_visitor_never_sees_the_rates_of_another(visitor: Visitor) -> None:
    visitor(ALICE)
    choose()
    hers = source()
    visitor(BOB)
    assert source() == ECB
    cached.forget()
    with pytest.raises(InputError, match="no longer kept"):
        hers.against("TWD")
    choose(table=2 * TAIWAN)
    assert source().against("TWD")["USD"].iloc[0] == 64.0
    visitor(ALICE)
    assert source().against("TWD")["USD"].iloc[0] == 32.0


def test_caches_tell_rates_apart_by_their_content(visitor: Visitor) -> None:
    visitor(ALICE)
    choose()
    one = source()
    changed = TAIWAN.copy()
    changed.iloc[0, 0] = np.nextafter(32.0, 33.0)
    choose(table=changed)
    assert source() != one
    assert digest(source()) != digest(one)
    choose()
    assert digest(source()) == digest(one)


def test_the_file_is_plain_text_of_the_owner_alone(visitor: Visitor, folder: Path) -> None:
    visitor(ALICE)
    choose()
    (file,) = folder.glob("*.rates-*.csv")
    assert file.read_text().splitlines()[:2] == ["date,USD,EUR,VND", "2026-10-28,32.0,36.0,0.0012"]
    assert ALICE not in file.name
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_forgetting_deletes_the_rates(visitor: Visitor, folder: Path) -> None:
    visitor(BOB)
    choose()
    others = set(folder.iterdir())
    visitor(ALICE)
    choose(table=2 * TAIWAN)
    workspace.forget()
    assert set(folder.iterdir()) == others
    assert source() == ECB


def test_a_file_that_cannot_be_written_changes_nothing(
    visitor: Visitor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor(ALICE)
    choose()
    before, there = source(), set(folder.iterdir())

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        choose(table=2 * TAIWAN)
    assert source() == before
    assert set(folder.iterdir()) == there


def test_going_back_is_undone_and_so_is_choosing(visitor: Visitor) -> None:
    visitor(ALICE)
    choose()
    own = source()
    rates.back_to_ecb(workspace.current())
    assert source() == ECB
    workspace.current().undo(rates.KEPT)
    assert source() == own
    workspace.current().undo(rates.KEPT)
    assert source() == ECB
    assert not workspace.current().can_undo(rates.KEPT)


def test_a_reporting_currency_is_offered_when_its_interest_or_its_rates_are_known(visitor: Visitor) -> None:
    visitor(ALICE)
    published = set(ecb_rates("EUR", start="2026-10-01").columns) | {"EUR"}
    assert set(workspace.CURRENCIES) == published | (set(policy_rates().index) & set(DAY_COUNT))
    assert "VND" not in rates.currencies(workspace.current())
    choose()
    assert {"VND", "TWD"} <= set(rates.currencies(workspace.current()))


def test_rates_that_were_lost_leave_the_sidebar_working(visitor: Visitor, folder: Path) -> None:
    visitor(ALICE)
    choose()
    next(folder.glob("*.rates-*.csv")).unlink()
    new_process()
    assert rates.currencies(workspace.current()) == sorted(workspace.CURRENCIES)
    with pytest.raises(InputError, match="no longer kept"):
        source().against("TWD")


def upload(content: bytes) -> SimpleNamespace:
    return SimpleNamespace(getvalue=lambda: content)


def test_the_example_is_read_as_it_is() -> None:
    from dashboard.export import csv_bytes

    example = rates_choice._example("CNY")
    read = rates_choice.read(upload(csv_bytes(example)), "CNY")
    assert list(read.columns) == ["USD", "EUR", "JPY"]
    assert read["USD"].tolist() == example["USD"].tolist()


@pytest.mark.parametrize(
    "content", [b"date,USD\n" + b" " * 10_000_001, b"date" + b",USD" * 201 + b"\n", b"date" + b";USD" * 201 + b"\r1"]
)
def test_a_file_beyond_all_rates_of_the_world_is_not_read(content: bytes) -> None:
    with pytest.raises(InputError, match="at most 10 MB and 200 columns"):
        rates_choice.read(upload(content), "EUR")
