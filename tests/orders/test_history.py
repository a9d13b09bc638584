"""What the order history keeps, what it forgets, and what it refuses."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import pytest

from risk.checks import InputError
from risk.orders.export import Export
from risk.orders.history import OrderHistory
from risk.orders.schema import TABLES, column_names

Make = Callable[..., Export]


@pytest.fixture
def history() -> Iterator[OrderHistory]:
    with OrderHistory.open() as opened:
        yield opened


def line(order_id: str, line_id: str = "1", amount: float = 10.0, **cells: Any) -> dict[str, Any]:
    return {"order_id": order_id, "line_id": line_id, "amount": amount, "currency": "EUR", **cells}


def rows(history: OrderHistory, table: str = "lines") -> pd.DataFrame:
    return history.tables()[table].collect("pandas").to_native()


def amounts(history: OrderHistory) -> dict[tuple[str, str], float]:
    held = rows(history)
    return dict(zip(zip(held["order_id"], held["line_id"], strict=True), held["amount"], strict=True))


def test_what_was_added_comes_back_in_the_columns_of_the_schema(history: OrderHistory, export: Make) -> None:
    ordered = pd.Timestamp("2026-01-31 23:59:59")
    sent = export("a.csv", lines=[line("007", ordered_at=ordered, sku="=1+1", product="")])
    added = history.add(sent)
    assert added.rows == {"lines": 1}
    assert (added.replaced, added.already_there) == (0, False)
    held = rows(history)
    assert tuple(held) == column_names("lines")
    assert held.loc[0, ["order_id", "sku", "ordered_at", "file_id", "line_no"]].tolist() == [
        "007",
        "=1+1",
        ordered,
        sent.file_id,
        2,
    ]
    assert held.loc[0, ["product", "quantity"]].isna().all()  # empty text is missing, not text
    assert set(history.tables()) == set(TABLES)


def test_the_same_bytes_count_once(history: OrderHistory, export: Make) -> None:
    history.add(export("a.csv", lines=[line("1")]))
    digest = history.digest
    again = history.add(export("a.csv", lines=[line("1")]))
    assert again.already_there
    assert (len(rows(history)), len(history.files()), history.digest) == (1, 1, digest)


def test_the_newest_file_wins_an_order_and_removing_it_brings_the_older_back(
    history: OrderHistory, export: Make
) -> None:
    old = export("old.csv", lines=[line("1", "1", 10), line("1", "2", 5), line("2", "1", 7)])
    new = export("new.csv", lines=[line("1", "1", 8), line("3", "1", 1)])
    history.add(old)
    before = history.digest
    assert history.add(new).replaced == 2
    assert amounts(history) == {("1", "1"): 8, ("2", "1"): 7, ("3", "1"): 1}
    history.remove(new.file_id)
    assert amounts(history) == {("1", "1"): 10, ("1", "2"): 5, ("2", "1"): 7}
    assert history.digest == before


def test_removing_the_middle_of_three_files_changes_nothing_current(history: OrderHistory, export: Make) -> None:
    files = [export(f"{amount}.csv", lines=[line("1", amount=amount)]) for amount in (1, 2, 3)]
    for file in files:
        history.add(file)
    history.remove(files[1].file_id)
    assert amounts(history) == {("1", "1"): 3}
    history.remove(files[2].file_id)
    assert amounts(history) == {("1", "1"): 1}


def test_orders_of_two_platforms_with_one_number_are_two_orders(history: OrderHistory, export: Make) -> None:
    history.add(export("a.csv", platform="etsy sold items", lines=[line("1001")]))
    assert history.add(export("b.csv", platform="shopify orders", lines=[line("1001")])).replaced == 0
    assert len(rows(history)) == 2


@pytest.mark.parametrize(
    ("table", "first", "second", "left"),
    [
        (
            "shipments",
            {"order_id": "1", "tracking": "T1"},
            {"order_id": "1", "tracking": "T1", "status": "delivered"},
            1,
        ),
        ("shipments", {"order_id": "1", "tracking": "T1"}, {"order_id": "1", "tracking": "T2"}, 2),
        ("shipments", {"order_id": "1"}, {"order_id": "1", "status": "delivered"}, 1),
        ("returns", {"order_id": "1", "sku": "A"}, {"order_id": "1", "sku": "A", "refund": 3.0}, 1),
        ("returns", {"order_id": "1", "sku": "A"}, {"order_id": "1", "sku": "B"}, 2),
        ("returns", {"sku": "A", "refund": 3.0}, {"sku": "A", "refund": 4.0}, 2),
        ("returns", {"sku": "A", "refund": 3.0}, {"sku": "A", "refund": 3.0}, 1),
        ("claims", {"claim_id": "C1", "outcome": "open"}, {"claim_id": "C1", "outcome": "lost"}, 1),
        ("cash", {"cash_id": "P1", "amount": 3.0}, {"cash_id": "P1", "amount": 3.5}, 1),
        ("cash", {"amount": 3.0}, {"amount": 3.5}, 2),
    ],
)
def test_other_tables_go_by_their_own_ids(
    history: OrderHistory, export: Make, table: str, first: dict[str, Any], second: dict[str, Any], left: int
) -> None:
    history.add(export("a.csv", **{table: [first]}))
    assert history.add(export("b.csv", **{table: [second]})).replaced == 2 - left
    assert len(rows(history, table)) == left


def test_rows_of_one_file_never_replace_each_other(history: OrderHistory, export: Make) -> None:
    history.add(export("a.csv", cash=[{"cash_id": "P1", "amount": 3.0}, {"cash_id": "P1", "amount": 3.0}]))
    assert len(rows(history, "cash")) == 2


def test_a_failing_add_leaves_nothing(history: OrderHistory, export: Make) -> None:
    history.add(export("a.csv", lines=[line("1")]))
    before, files = history.digest, history.files()
    broken = export("b.csv", lines=[line("1", amount=99), line("2")])
    del broken.quarantine["reason"]  # fails after the lines were inserted
    with pytest.raises(duckdb.Error):
        history.add(broken)
    assert amounts(history) == {("1", "1"): 10}
    assert history.digest == before
    pd.testing.assert_frame_equal(history.files(), files)


def test_a_column_outside_the_schema_is_never_stored(history: OrderHistory, export: Make) -> None:
    nosy = export("a.csv", lines=[line("1")])
    nosy.tables["lines"]["buyer_email"] = "someone@example.com"
    with pytest.raises(ValueError, match="buyer_email"):
        history.add(nosy)
    assert history.files().empty


def test_the_text_of_a_quarantined_record_is_not_kept(tmp_path: Path, export: Make) -> None:
    with OrderHistory.open(tmp_path / "shop.duckdb") as history:
        history.add(export("a.csv", lines=[line("1")]))
    assert b"Ms Example" not in (tmp_path / "shop.duckdb").read_bytes()


def test_quarantine_is_listed_by_file_and_goes_with_it(history: OrderHistory, export: Make) -> None:
    first, second = export("a.csv", lines=[line("1")]), export("b.csv", lines=[line("2"), line("3")])
    history.add(first)
    history.add(second)
    listed = history.quarantine()
    assert list(listed) == ["file_id", "line_no", "reason", "detail"]
    assert listed["line_no"].tolist() == [3, 4]
    assert history.quarantine(second.file_id)["line_no"].tolist() == [4]
    history.remove(first.file_id)
    assert history.quarantine()["file_id"].tolist() == [second.file_id]


def test_files_tell_how_each_was_read_and_what_it_held(history: OrderHistory, export: Make) -> None:
    history.add(export("a.csv", lines=[line("1")]))
    history.add(export("b.csv", lines=[line("1"), line("2")]))
    files = history.files()
    assert files["name"].tolist() == ["a.csv", "b.csv"]
    assert files["rows"].tolist() == [1, 2]
    assert files["replaced"].tolist() == [0, 1]
    assert (files["rows"] + files["quarantined"] + files["furniture"] == files["physical_records"]).all()
    assert files.loc[0, ["platform", "encoding", "currency"]].tolist() == ["template", "utf-8", "per row"]


def test_differences_show_each_changed_cell_and_each_line_that_came_or_went(
    history: OrderHistory, export: Make
) -> None:
    history.add(export("a.csv", lines=[line("1", "1", 10, status="paid"), line("1", "2", 5), line("2")]))
    new = export(
        "b.csv", lines=[line("1", "1", 8, status="refunded", sku="A"), line("1", "3", 4), line("2"), line("9")]
    )
    history.add(new)
    changes = history.differences(new.file_id)
    assert list(changes) == ["order_id", "line_id", "column", "before", "after"]
    assert changes.astype(object).where(changes.notna(), None).to_numpy().tolist() == [
        ["1", "1", "amount", "10.0", "8.0"],
        ["1", "1", "sku", None, "A"],
        ["1", "1", "status", "paid", "refunded"],
        ["1", "2", "line_id", "2", None],
        ["1", "3", "line_id", None, "3"],
    ]


def test_digest_is_of_the_content_not_of_the_name_or_the_holder(export: Make) -> None:
    with OrderHistory.open() as one, OrderHistory.open() as two:
        assert one.digest == two.digest
        one.add(export("a.csv", lines=[line("1"), line("2")]))
        assert one.digest != two.digest
        two.add(export("a.csv", lines=[line("1"), line("2")]))
        assert one.digest == two.digest


def test_the_same_bytes_read_with_another_answer_have_another_digest(history: OrderHistory, export: Make) -> None:
    asked = export("a.csv", lines=[line("1")])
    history.add(asked)
    pounds = history.digest
    history.remove(asked.file_id)
    asked.tables["lines"]["currency"] = "GBP"
    history.add(asked)
    assert history.digest != pounds


def test_a_history_on_disk_survives_being_closed(tmp_path: Path, export: Make) -> None:
    path = tmp_path / "a shop's orders.duckdb"
    with OrderHistory.open(path) as history:
        history.add(export("a.csv", lines=[line("1")]))
        digest = history.digest
        with OrderHistory.open(path) as second:  # of another session of the same process
            assert second.digest == digest
    with OrderHistory.open(path) as history:
        assert history.digest == digest
        assert amounts(history) == {("1", "1"): 10}
        assert history.add(export("a.csv", lines=[line("1")])).already_there
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_documents_lie_beside_the_orders_in_versions(tmp_path: Path, export: Make) -> None:
    path = tmp_path / "shop.duckdb"
    with OrderHistory.open(path) as history:
        history.add(export("a.csv", lines=[line("1")]))
        digest = history.digest
        history.keep({"a": "1", "b": "1"})
        history.keep({"a": "2", "b": "1", "c%": "it's"})
    with OrderHistory.open(path) as history:
        assert history.kept() == {"a": "2", "b": "1", "c%": "it's"}
        assert history.kept("c%") == {"c%": "it's"}
        assert history.undo(["a", "b"])
        assert history.kept() == {"a": "1", "b": "1", "c%": "it's"}
        assert history.undo(["b"])
        assert not history.can_undo(["b"])
        assert not history.undo(["b"])
        assert history.can_undo(["a"])
        assert history.digest == digest


def test_only_the_newest_hundred_versions_of_a_document_are_held(history: OrderHistory) -> None:
    history.keep({"other": "x"})
    for version in range(105):
        history.keep({"a": str(version)})
    undone = 0
    while history.undo(["a"]):
        undone += 1
    assert undone == 100
    assert history.kept() == {"other": "x"}


def test_a_database_of_before_there_were_documents_opens_with_its_orders(tmp_path: Path, export: Make) -> None:
    path = tmp_path / "old.duckdb"
    with OrderHistory.open(path) as history:
        history.add(export("a.csv", lines=[line("1")]))
    with duckdb.connect(path) as old:
        old.execute("DROP TABLE documents")
    with OrderHistory.open(path) as history:
        assert history.kept() == {}
        history.keep({"a": "1"})
        assert (history.kept(), amounts(history)) == ({"a": "1"}, {("1", "1"): 10})


def test_what_is_no_order_history_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "x.duckdb").write_bytes(b"PNG" * 5000)
    with pytest.raises(InputError, match=r"x\.duckdb cannot be opened"):
        OrderHistory.open(tmp_path / "x.duckdb")


def test_a_database_of_something_else_is_refused_in_words(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "other.duckdb") as other:
        other.execute("CREATE TABLE lines (text VARCHAR)")
    with pytest.raises(InputError, match=r"other\.duckdb cannot be opened"):
        OrderHistory.open(tmp_path / "other.duckdb")


def test_a_history_that_another_program_holds_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    hold = f"import duckdb; held = duckdb.connect({str(path)!r}); print('held', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(InputError, match="another program is using it"):
            OrderHistory.open(path)
        other.communicate(b"\n")
    OrderHistory.open(path).close()


def test_removing_an_unknown_file_is_refused(history: OrderHistory) -> None:
    with pytest.raises(InputError, match="not in the order history"):
        history.remove("0" * 64)


@pytest.mark.parametrize("where", [":memory:", "shop.duckdb"])
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('{outside}')",
        "SELECT * FROM read_text('{outside}')",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "ATTACH '{folder}/other.duckdb'",
        "INSTALL httpfs",
        "LOAD '{folder}/evil.duckdb_extension'",
        "SELECT * FROM read_csv('https://example.com/a.csv')",
        "EXPORT DATABASE '{folder}/dump'",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
        "SET temp_directory = '{folder}'",
        "RESET lock_configuration",
        "SELECT * FROM visible_frame",
    ],
)
def test_the_database_reaches_nothing_outside(tmp_path: Path, where: str, statement: str) -> None:
    outside = tmp_path / "secret.csv"
    outside.write_text("a\n1\n")
    visible_frame = pd.DataFrame({"a": [1]})
    opened = OrderHistory.open(where if where == ":memory:" else tmp_path / where)
    with opened as history, history._cursor() as cursor, pytest.raises(duckdb.Error):
        cursor.execute(statement.format(outside=outside, folder=tmp_path)).fetchall()
    assert len(visible_frame) == 1


def test_memory_threads_and_disk_are_bounded(tmp_path: Path) -> None:
    names = ("memory_limit", "threads", "max_temp_directory_size", "temp_directory")
    opened = OrderHistory.open(tmp_path / "a.duckdb", memory="300MB", threads=1, spill="1GB")
    with opened as history, history._cursor() as cursor:
        held = [cursor.execute(f"SELECT current_setting('{name}')").fetchall()[0][0] for name in names]
    assert held == ["286.1 MiB", 1, "953.6 MiB", f"{tmp_path / 'a.duckdb'}.tmp"]


def test_eight_threads_each_get_their_own_answer(history: OrderHistory, export: Make) -> None:
    history.add(export("a.csv", lines=[line(str(at), amount=float(at)) for at in range(2000)]))

    def ask(limit: int) -> bool:
        held = history.tables()["lines"]
        found = held.filter(nw.col("amount") < limit).select(nw.len().alias("n")).collect("pandas").to_native()
        return int(found["n"].iloc[0]) == limit

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, [at % 1999 for at in range(480)]))


def test_reading_goes_on_while_files_are_added(history: OrderHistory, export: Make) -> None:
    history.add(export("0.csv", lines=[line(str(at)) for at in range(10)]))
    stop, wrong = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            if (held := len(rows(history))) % 10:
                wrong.append(held)  # a reader saw half a file

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    with ThreadPoolExecutor(3) as pool:  # and three sessions add at once
        batches = [export(f"{at}.csv", lines=[line(f"{at}-{n}") for n in range(10)]) for at in range(1, 13)]
        list(pool.map(history.add, batches))
    stop.set()
    for reader in readers:
        reader.join()
    assert not wrong
    assert len(rows(history)) == 130
