"""The hedge book and the layers as they are kept: whole or not at all, once each, undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from dashboard import hedge_book, programmes
from dashboard.workspace import Workspace
from risk.checks import InputError
from risk.currency.book import Deal, HedgeBook
from risk.currency.programmes import Layered
from risk.orders.history import OrderHistory


@pytest.fixture
def space(folder: Path, visitor: Callable[[str], None]) -> Iterator[Workspace]:
    visitor("a" * 32)
    assert not folder.exists()
    with OrderHistory.open() as history:
        yield Workspace(history, is_sample=False, digest=history.digest, chosen="EUR")


def deal(code: str = "USD", amount: float = 1000.5, reference: str = "") -> Deal:
    days = (dt.date(2026, 10, 5), dt.date(2027, 1, 29))
    return Deal("ndf", "buy", code, amount, 0.9123456789, "EUR", *days, "A bank", reference)


class TestBook:
    def test_a_book_is_empty_until_something_is_kept_and_looking_begins_no_workspace(
        self, space: Workspace, folder: Path
    ) -> None:
        assert len(hedge_book.kept(space)) == 0
        assert not folder.exists()

    def test_deals_come_back_as_they_were_in_their_order(self, space: Workspace) -> None:
        deals = (deal("USD"), deal("INR", 3.0, "FX-1"))
        hedge_book.keep(space, deals)
        assert hedge_book.kept(space).deals == deals

    def test_what_the_book_holds_is_not_added_again(self, space: Workspace) -> None:
        book = HedgeBook((deal(), deal(), deal("INR")))
        assert hedge_book.add(space, book) == 2
        assert hedge_book.add(space, book) == 0
        assert hedge_book.add(space, HedgeBook((deal(reference="another"),))) == 1
        assert [one.currency for one in hedge_book.kept(space)] == ["USD", "INR", "USD"]

    def test_adding_nothing_new_leaves_nothing_to_undo(self, space: Workspace) -> None:
        hedge_book.add(space, HedgeBook((deal(),)))
        hedge_book.add(space, HedgeBook((deal(),)))
        space.undo(hedge_book.NAME)
        assert len(hedge_book.kept(space)) == 0
        assert not space.can_undo(hedge_book.NAME)


class TestLayers:
    @pytest.fixture
    def edit(self, space: Workspace, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, object]]:
        state: dict[str, object] = {}
        monkeypatch.setattr(programmes, "st", SimpleNamespace(session_state=state))

        def run(rows: dict[int, dict[str, float | None]], codes: tuple[str, ...] = ("USD", "EUR")) -> dict[str, object]:
            state[programmes.EDITOR] = {"edited_rows": rows}
            programmes._keep(space, codes)
            return state

        return run

    def test_an_edited_cell_is_kept_and_the_rest_stays(
        self, space: Workspace, edit: Callable[..., dict[str, object]]
    ) -> None:
        edit({11: {"USD": 10.0}})
        table = programmes.layers(space, ["USD", "EUR"])
        assert table["USD"].tolist() == [*programmes.USUAL_LAYERS[:11], 10.0]
        assert table["EUR"].tolist() == list(programmes.USUAL_LAYERS)
        assert table.index.tolist() == list(range(1, 13))
        edit({11: {"GBP": 5.0}}, ("GBP",))
        assert programmes.layers(space, ["USD"])["USD"].iloc[11] == 10.0, "those of other currencies stay"

    def test_an_emptied_cell_is_the_usual_one(self, space: Workspace, edit: Callable[..., dict[str, object]]) -> None:
        edit({0: {"USD": 100.0}})
        edit({0: {"USD": None}})
        assert programmes.layers(space, ["USD"])["USD"].tolist() == list(programmes.USUAL_LAYERS)

    def test_layers_that_rise_with_the_lead_are_refused_in_words_and_change_nothing(
        self, space: Workspace, edit: Callable[..., dict[str, object]]
    ) -> None:
        edit({11: {"USD": 10.0}})
        before = programmes.layers(space, ["USD", "EUR"])
        rising = before.assign(USD=before["USD"].where(before.index != 12, 95.0))
        with pytest.raises(InputError) as reason:
            Layered(rising / 100)
        state = edit({11: {"USD": 95.0}})
        assert state[programmes._REFUSED] == reason.value.sentence
        pd.testing.assert_frame_equal(programmes.layers(space, ["USD", "EUR"]), before)

    def test_the_next_good_edit_takes_the_refusal_away_and_undo_goes_back(
        self, space: Workspace, edit: Callable[..., dict[str, object]]
    ) -> None:
        assert programmes._REFUSED in edit({11: {"USD": 95.0}})
        assert programmes._REFUSED not in edit({11: {"USD": 0.0}})
        programmes._undo(space)
        assert programmes.layers(space, ["USD"])["USD"].tolist() == list(programmes.USUAL_LAYERS)
