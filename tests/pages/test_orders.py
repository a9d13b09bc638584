"""The page Orders: drop, look, correct, answer, add, undo; bad files say why and touch nothing."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import streamlit as st
import xlsxwriter
from streamlit.testing.v1 import AppTest

from dashboard import workspace
from dashboard.orders import names
from risk.orders import OrderHistory
from risk.orders.schema import ORIGIN, TABLES
from risk.orders.words import TARGETS

ROOT = Path(__file__).resolve().parents[2]
HEADER = "Order ID,Order Date,SKU,Quantity,Amount,Currency\n"
ONE = f"{HEADER}1,2025-03-14,LAMP,2,45.80,EUR\n2,2025-03-15,DESK,1,120.00,USD\n"
NO_CURRENCY = "Order ID,Order Date,SKU,Quantity,Amount\n1,2025-03-14,LAMP,2,45.80\n"
SAMPLE = "invented sample shop"


@pytest.fixture(autouse=True, scope="module")
def empty_caches() -> Iterator[None]:
    """Answers are kept between the tests, as between visitors: each is keyed by the history that it is about."""
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def at() -> AppTest:
    """The page of a reader who has just come."""
    return visit()


def visit() -> AppTest:
    return sound(AppTest.from_file(str(ROOT / "pages" / "orders.py"), default_timeout=60).run())


def sound(at: AppTest) -> AppTest:
    assert not at.exception, [error.message for error in at.exception]
    return at


def drop(at: AppTest, **files: str | bytes) -> AppTest:
    for name, text in files.items():
        content = text.encode() if isinstance(text, str) else text
        at.file_uploader[0].upload(name.replace("_", "."), content)
    return sound(at.run())


def add(at: AppTest) -> AppTest:
    return sound(at.button(key="orders_add").click().run())


def words(at: AppTest) -> str:
    """All text of the page that is not in a table."""
    kinds = ("header", "subheader", "markdown", "caption", "success", "info", "warning", "error")
    return "\n".join(str(cast("Any", part).value) for kind in kinds for part in at.main.get(kind))


def own(at: AppTest) -> OrderHistory:
    history = at.session_state[workspace.COOKIE]
    assert isinstance(history, OrderHistory)
    return history


def can_add(at: AppTest) -> bool:
    return any(button.key == "orders_add" for button in at.button)


def widget(at: AppTest, kind: str, prefix: str) -> Any:
    (found,) = [part for part in at.get(kind) if (part.key or "").startswith(prefix)]
    return found


def test_the_page_opens_on_the_sample_shop_and_says_that_it_is_invented(at: AppTest) -> None:
    assert SAMPLE in at.header[0].value
    assert not can_add(at)
    assert not [button for button in at.button if button.key in ("orders_remove", "orders_delete")]


def test_a_dropped_file_is_shown_before_anything_is_stored(at: AppTest) -> None:
    drop(at, shop_csv=ONE)
    said = words(at)
    assert "**3** records in the file = **2** accepted + **0** set aside + **1** headings" in said
    assert "**EUR, USD**" in said
    assert "cells separated by comma. Headings in line 1." in said
    assert own(at).files().empty
    assert SAMPLE in at.header[0].value


def test_adding_says_what_happened_empties_the_drop_zone_and_replaces_the_sample(at: AppTest) -> None:
    add(drop(at, shop_csv=ONE))
    assert at.success[0].value == "- shop\\.csv was added: 2 order lines."
    assert not at.file_uploader[0].value
    assert not can_add(at)
    assert at.header[0].value == "Your history holds **2 orders** with 2 lines, from Mar 14, 2025 to Mar 15, 2025."
    assert list(own(at).files()["name"]) == ["shop.csv"]
    assert not at.run().success, "it is said once"


def test_several_files_are_added_at_once(at: AppTest) -> None:
    add(drop(at, a_csv=ONE, b_csv=f"{HEADER}3,2025-04-01,CHAIR,1,80.00,EUR\n"))
    assert at.success[0].value.count("was added") == 2
    assert list(own(at).files()["name"]) == ["a.csv", "b.csv"]


def test_the_same_bytes_count_once_in_the_drop_zone_and_in_the_history(at: AppTest) -> None:
    drop(at, a_csv=ONE, b_csv=ONE)
    assert "the same bytes count once" in words(at)
    add(at)
    assert len(own(at).files()) == 1
    drop(at, c_csv=ONE)
    assert "the same bytes count once" in words(at)
    assert not can_add(at)


def test_a_newer_version_of_an_order_replaces_the_older_and_its_changes_are_shown(at: AppTest) -> None:
    add(drop(at, march_csv=ONE))
    add(drop(at, april_csv=f"{HEADER}1,2025-03-14,LAMP,2,40.00,EUR\n"))
    assert "1 row of older files was replaced by a newer version" in at.success[0].value
    changes = [table.value for table in at.dataframe if list(table.value)[:1] == ["order_id"]]
    assert changes[0].to_dict("records") == [
        {"order_id": "1", "line_id": "1", "column": "Amount", "before": "45.8", "after": "40.0"}
    ]
    sound(at.button(key="orders_remove").click().run())
    assert "april\\.csv was taken out" in at.success[0].value
    amounts = own(at).tables()["lines"].select("amount").collect().to_native().to_pydict()["amount"]
    assert sorted(amounts) == [45.8, 120.0]


def test_taking_the_last_file_out_leads_back_to_the_sample(at: AppTest) -> None:
    add(drop(at, shop_csv=ONE))
    sound(at.button(key="orders_remove").click().run())
    assert SAMPLE in at.header[0].value
    assert own(at).files().empty


def test_an_unknown_currency_is_asked_once_and_never_guessed(at: AppTest) -> None:
    drop(at, shop_csv=NO_CURRENCY)
    assert "does not say in which currency" in words(at)
    assert "1 file waits for an answer" in words(at)
    assert not can_add(at)
    question = widget(at, "selectbox", "orders_ask_currency")
    assert question.value is None
    assert question.options[0] in ("USD: US Dollar", "EUR: Euro")
    sound(question.set_value("GBP").run())
    assert "**GBP**, as you said" in words(at)
    assert widget(at, "selectbox", "orders_ask_currency").value == "GBP", "an answer can be changed again"
    add(at)
    lines = own(at).tables()["lines"].collect().to_native().to_pydict()
    assert lines["currency"] == ["GBP"]


def test_all_that_a_file_leaves_open_is_asked(at: AppTest) -> None:
    drop(at, shop_csv='Order ID,Order Date,SKU,Quantity,Amount\n1,03/04/2025,A,1,"1,234"\n')
    for kind, answer in (("date_order", "DMY"), ("decimal", ","), ("currency", "EUR")):
        assert not can_add(at)
        sound(widget(at, "selectbox", f"orders_ask_{kind}").set_value(answer).run())
    add(at)
    lines = own(at).tables()["lines"].collect().to_native().to_pydict()
    assert lines["amount"] == [1.234]
    assert str(lines["ordered_at"][0]) == "2025-04-03 00:00:00"


def correct(at: AppTest, row: int, target: str) -> AppTest:
    """Choose another meaning for the heading in a row of the editor, as a click in its cell does."""
    editor = widget(at, "dataframe", "orders_columns")
    at.session_state[editor.key] = {"edited_rows": {row: {"target": target}}, "added_rows": [], "deleted_rows": []}
    return sound(at.run())


def test_a_mapping_can_be_corrected_and_taken_back(at: AppTest) -> None:
    drop(at, shop_csv="Order ID,Order Date,SKU,Quantity,Amount,Currency,Mine\n1,2025-03-14,LAMP,2,45.80,EUR,tables\n")
    before = widget(at, "dataframe", "orders_columns").value
    assert list(before["target"])[-1] == "-"
    correct(at, 6, "lines.category")
    after = widget(at, "dataframe", "orders_columns").value
    assert list(after.iloc[-1]) == ["Mine", "lines.category", "your choice"]
    back = widget(at, "button", "orders_back")
    sound(back.click().run())
    assert widget(at, "dataframe", "orders_columns").value.equals(before)
    correct(at, 6, "lines.category")
    add(at)
    assert own(at).tables()["lines"].collect().to_native().to_pydict()["category"] == ["tables"]


def test_a_mapping_that_makes_the_file_unreadable_can_be_taken_back(at: AppTest) -> None:
    drop(at, shop_csv=ONE)
    correct(at, 0, "-")
    assert "no column with an order number" in at.error[0].value
    assert not can_add(at)
    sound(widget(at, "button", "orders_back").click().run())
    assert not at.error
    assert can_add(at)


def test_personal_columns_are_named_and_not_stored(at: AppTest) -> None:
    text = "Order ID,Order Date,SKU,Quantity,Amount,Currency,Email\n1,2025-03-14,A,1,5.00,EUR,ada@example.org\n"
    drop(at, shop_csv=text)
    assert "Personal data in 1 column is not stored: Email." in words(at)
    assert "ada@" not in "".join(table.value.to_csv() for table in at.dataframe)
    add(at)
    assert "ada@" not in str(own(at).tables()["lines"].collect().to_native().to_pydict())


def workbook(*sheets: str) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        for name in sheets:
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, HEADER.strip().split(","))
            sheet.write_row(1, 0, [f"{name}-1", "2025-03-01", "A", 1, 10.5, "EUR"])
    return file.getvalue()


REFUSED = {
    "an empty file": (b"", "is empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "is a picture, a document or a program, not a table"),
    "no order id": (b"SKU,Quantity,Amount,Currency\nLAMP,1,10.50,EUR\n", "no column with an order number"),
    "prose": (b"Dear Sir,\nplease find attached\n", "looks like the header of an order export"),
    "a header alone": (HEADER.encode(), "has a header but no line below it"),
    "a damaged archive": (b"PK\x03\x04" + bytes(60), "is damaged"),
}


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED)
def test_a_bad_file_is_refused_in_a_sentence_and_touches_nothing(at: AppTest, content: bytes, sentence: str) -> None:
    add(drop(at, good_csv=ONE))
    digest = own(at).digest
    drop(at, bad_csv=content)
    assert sentence in at.error[0].value
    assert "what you loaded before is untouched" in at.error[0].value
    assert not can_add(at)
    assert own(at).digest == digest


ASIDE = {
    "a date in 2099": (f"{ONE}3,2099-01-01,A,1,5.00,EUR\n", 4, "The date lies before 1990 or after 2090"),
    "a cut end": (f"{ONE}3,2025-03-1", 4, "The last line is cut off"),
    "a line too long": (f"{ONE}3,2025-03-16,A,1,5.00,EUR,x,y\n4,2025-03-16,A,1,5.00,EUR\n", 4, "more cells than"),
    "an open quote": (
        f'{ONE}3,2025-03-16,"A\n4,2025-03-16,A,1,5.00,EUR\n',
        4,
        "quotation mark on this line is never closed",
    ),
    "no number": (f"{ONE}3,2025-03-16,A,two,5.00,EUR\n", 4, "cannot be read as a number"),
}


@pytest.mark.parametrize(("text", "line", "reason"), ASIDE.values(), ids=ASIDE)
def test_a_bad_record_is_set_aside_with_its_line_and_reason(at: AppTest, text: str, line: int, reason: str) -> None:
    drop(at, shop_csv=text)
    assert reason in words(at)
    add(at)
    (shown,) = [table.value for table in at.dataframe if list(table.value) == ["name", "line_no", "reason", "detail"]]
    assert list(shown["line_no"]) == [line]
    assert reason in shown["reason"].iloc[0]


def test_the_quarantine_of_the_history_is_filtered_by_file_and_reason(at: AppTest) -> None:
    add(
        drop(
            at,
            a_csv=f"{ONE}3,2099-01-01,A,1,5.00,EUR\n",
            b_csv=f"{HEADER}9,2025-03-14,A,two,5.00,EUR\n8,2025-03-14,A,2,5.00,EUR\n",
        )
    )

    def shown() -> list[str]:
        (table,) = [found.value for found in at.dataframe if list(found.value)[:2] == ["name", "line_no"]]
        return list(table["name"])

    assert shown() == ["a.csv", "b.csv"]
    sound(at.selectbox(key="orders_aside_name").set_value("b.csv").run())
    assert shown() == ["b.csv"]
    sound(at.selectbox(key="orders_aside_name").set_value("").run())
    dates = next(option for option in at.selectbox(key="orders_aside_reason").options if "date" in option)
    sound(at.selectbox(key="orders_aside_reason").select(dates).run())
    assert shown() == ["a.csv"]


def test_a_workbook_with_two_sheets_asks_which(at: AppTest) -> None:
    drop(at, book_xlsx=workbook("2024", "2025"))
    assert not can_add(at)
    sound(widget(at, "selectbox", "orders_ask_sheet").set_value("2025").run())
    add(at)
    assert own(at).tables()["lines"].collect().to_native().to_pydict()["order_id"] == ["2025-1"]


def test_one_bad_file_does_not_keep_the_others_out(at: AppTest) -> None:
    drop(at, bad_csv=b"", good_csv=ONE)
    assert len(at.error) == 1
    add(at)
    assert list(own(at).files()["name"]) == ["good.csv"]


def test_an_error_of_ours_in_one_file_is_told_with_a_reference_and_spares_the_rest(
    at: AppTest, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("a secret of the program")

    monkeypatch.setattr("dashboard.orders.reading.read_export", broken)
    drop(at, shop_csv=ONE)
    reference = re.search(r"look for (\w+) in its log", at.error[0].value)
    assert reference
    assert reference.group(1) in caplog.text
    assert "secret" not in words(at)


def test_two_sessions_do_not_see_each_other(at: AppTest) -> None:
    other = visit()
    add(drop(at, mine_csv=ONE))
    drop(other, theirs_csv=NO_CURRENCY)
    assert SAMPLE in other.header[0].value
    assert "mine" not in words(other)
    assert "theirs" not in words(sound(at.run()))
    assert own(other).files().empty


def test_all_data_can_be_deleted(at: AppTest) -> None:
    add(drop(at, shop_csv=ONE))
    drop(at, next_csv=NO_CURRENCY)
    sound(at.button(key="orders_delete").click().run())
    assert SAMPLE in at.header[0].value
    assert "All your data was deleted" in at.success[0].value
    assert own(at).files().empty


HOSTILE = "<img src=x onerror=alert(1)> ![p](https://evil.example/p.png) [l](https://evil.example) $1 **b** =cmd|1"


def test_text_from_a_file_never_becomes_markup(at: AppTest) -> None:
    cell = HOSTILE.replace(",", "")
    text = (
        f"Order ID,Order Date,SKU,Quantity,Amount,Currency,{cell} email\n"
        f"1,2025-03-14,{cell},1,5.00,EUR,x\n2,2025-03-14,{cell},{cell},5.00,EUR,x\n"
    )
    at.file_uploader[0].upload(f"{HOSTILE}.csv", text.encode())
    sound(at.run())
    for said in [words(at), words(add(at)), words(sound(at.button(key="orders_remove").click().run()))]:
        assert not re.search(r"(?<!\\)(<img|!\[|\*\*b|\$1)|[^\\]\]\(", said)
        assert "https://evil" not in said


def test_every_table_and_column_that_can_be_shown_has_a_name() -> None:
    shown = {column.name for columns in TABLES.values() for column in columns} - set(ORIGIN)
    assert shown | {target.split(".")[1] for target in TARGETS} <= set(names.COLUMNS)
    assert {target.split(".")[0] for target in TARGETS} == set(names.TABLES)


def test_every_recognised_platform_has_a_name() -> None:
    from risk.orders.platforms import PLATFORMS

    assert {platform.name for platform in PLATFORMS} <= set(names.PLATFORMS)


def test_a_real_history_is_read_as_published(at: AppTest, shared: Path) -> None:
    """UCI Online Retail, head of the file: no currency column, so it is asked."""
    head = (shared / "exports" / "public_uci" / "OnlineRetail_head.csv").read_bytes()
    drop(at, uci_csv=head)
    assert "UCI Online Retail" in words(at)
    assert not can_add(at)
    sound(widget(at, "selectbox", "orders_ask_currency").set_value("GBP").run())
    assert can_add(at)
