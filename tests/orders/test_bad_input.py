"""Damaged and wrong files: each gets a sentence, and no line is lost without a word."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.checks import InputError
from risk.orders import Export, read_export, reasons, records

HEADER = "Order ID,Order Date,SKU,Quantity,Unit Price,Currency,Customer Name\n"
GOOD = "1,2025-01-31,A,1,2.50,EUR,Jo Doe\n2,2025-02-28,B,2,3.50,EUR,Al Roe\n"


def read(text: str) -> Export:
    return read_export(text.encode())


def adds_up(export: Export) -> bool:
    counts = export.counts
    rows = {line for frame in export.tables.values() for line in frame["line_no"]}
    return (
        counts.physical_records == counts.accepted + counts.quarantined + counts.furniture
        and counts.accepted == len(rows)
        and counts.quarantined == len(export.quarantine)
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
        (b"Order ID,Order Date\0,SKU\n" * 3, "no text in any known encoding"),
        (b"hello world\n", "No line of"),
        (b"Date,SKU,Quantity,Price,Currency\n2025-01-31,A,1,2.50,EUR\n", "no column with an order number"),
        (HEADER.encode(), "no line below it"),
        (
            b"settlement-id\tamount-type\tamount-description\torder-id\tsku\tquantity\n1\t2\t3\t4\t5\t6\n",
            "settlement report",
        ),
        (gzip.compress(b"Order ID,SKU\n" + b"1" * (40 << 20), mtime=0), "unpacks to more"),
        (gzip.compress(GOOD.encode() * 100, mtime=0)[:-20], "cut off"),
        (b"PK\x03\x04" + bytes(50), "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged"),
    ],
)
def test_what_is_no_order_export_is_refused_in_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as refusal:
        read_export(data, name="shop.csv")
    assert str(refusal.value).endswith(".")


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("orders.csv", HEADER + GOOD)
    with pytest.raises(InputError, match="archive"):
        read_export(packed.getvalue())


def test_a_compressed_file_and_a_path_are_read(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv.gz"
    path.write_bytes(gzip.compress((HEADER + GOOD).encode()))
    export = read_export(path)
    assert (export.name, export.counts.accepted) == ("orders.csv.gz", 2)


def test_a_row_of_66_cells_in_64_columns_is_set_aside_alone() -> None:
    extra = "".join(f",Extra {number}" for number in range(57))
    cells = "," * 57
    text = (
        HEADER.strip()
        + extra
        + "\n"
        + GOOD.replace("\n", cells + "\n")
        + "3,2025-03-01,C,1,9.00,EUR,X"
        + cells
        + ",,\n"
    )
    export = read(text)
    assert export.counts.accepted == 2
    assert export.quarantine[["line_no", "reason", "detail"]].to_numpy().tolist() == [[4, reasons.TOO_LONG, "66 ≠ 64"]]
    assert adds_up(export)


def test_a_last_line_that_is_cut_off_is_set_aside() -> None:
    export = read(HEADER + GOOD + "3,2025-03-01,C,1")
    assert export.quarantine[["line_no", "reason"]].to_numpy().tolist() == [[4, reasons.CUT_OFF]]
    assert export.counts.accepted == 2


def test_a_quote_that_is_never_closed_costs_its_own_line_only() -> None:
    export = read(
        HEADER
        + GOOD
        + '3,2025-03-01,"C,1,9.00,EUR,X\n'
        + GOOD.replace("1,2", "4,2", 1)
        + '5,2025-03-01,"D, x",1,1.00,EUR,X\n'
    )
    assert export.quarantine[["line_no", "reason"]].to_numpy().tolist() == [[4, reasons.OPEN_QUOTE]]
    assert export.tables["lines"]["order_id"].tolist() == ["1", "2", "4", "2", "5"]
    assert adds_up(export)


def test_a_stray_quote_in_a_title_is_text() -> None:
    export = read(HEADER + GOOD + '3,2025-03-01,5" nail,1,9.00,EUR,X\n')
    assert export.tables["lines"]["sku"].tolist() == ["A", "B", '5" nail']
    assert export.counts.quarantined == 0


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",2025-01-31,A,1,2.50,EUR,Jo", reasons.NO_ORDER),
        ("1.23E+17,2025-01-31,A,1,2.50,EUR,Jo", reasons.DAMAGED_ID),
        ("9,,A,1,2.50,EUR,Jo", reasons.NO_DATE),
        ("9,soon,A,1,2.50,EUR,Jo", reasons.NO_DATE),
        ("9,2099-01-01,A,1,2.50,EUR,Jo", reasons.IMPLAUSIBLE_DATE),
        ("9,2025-01-31,A,one,2.50,EUR,Jo", reasons.BAD_NUMBER),
        ('9,2025-01-31,A,1,"2,50",EUR,Jo', reasons.BAD_NUMBER),
        ("9,2025-01-31", reasons.TOO_SHORT),
    ],
)
def test_a_row_that_cannot_be_used_is_set_aside_with_its_line_and_reason(row: str, reason: str) -> None:
    export = read(HEADER + GOOD + row + "\n" + GOOD)
    assert export.quarantine[["line_no", "reason"]].to_numpy().tolist() == [[4, reason]]
    assert export.counts.accepted == 4
    assert adds_up(export)
    assert "Jo" not in export.quarantine["text"].iloc[0]


def test_every_reason_is_a_whole_sentence_that_can_be_translated() -> None:
    assert all(reason.endswith(".") and reason[0].isupper() and not reason.values for reason in reasons.ALL)
    assert len(set(reasons.ALL)) == len(reasons.ALL)


def test_a_repeated_header_blank_lines_and_totals_are_furniture() -> None:
    export = read(HEADER + "\n" + GOOD + HEADER + GOOD + ",,,,,,\nTotal,5\n")
    assert (export.counts.accepted, export.counts.quarantined, export.counts.furniture) == (4, 0, 5)


def test_a_parser_that_loses_a_record_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pair of a fast reader and a count is what keeps lines from vanishing: break one and the import must stop."""
    monkeypatch.setattr(records, "_fast", lambda *_: None)
    monkeypatch.setattr(records, "_parsed", lambda lines, *_: iter([(0, 1, lines[0].split(","), True)]))
    with pytest.raises(InputError, match="could be accounted for"):
        read(HEADER + GOOD)


def test_the_fast_and_the_careful_reader_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEADER + GOOD + '3,2025-03-01,"two\nlines, ""quoted""",1,9.00,EUR,X\n\n4,2025-03-01,C\n' + GOOD
    fast = read(text)
    monkeypatch.setattr(records, "_fast", lambda *_: None)
    careful = read(text)
    assert fast.tables["lines"].to_csv() == careful.tables["lines"].to_csv()
    assert fast.quarantine.to_csv() == careful.quarantine.to_csv()
    assert fast.counts == careful.counts


@settings(deadline=None)  # time is the machine's
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_add_up(data: bytes) -> None:
    try:
        export = read_export(data)
    except InputError:
        return
    assert adds_up(export)


ROW = st.lists(
    st.sampled_from(["1", "#2", "2025-01-31", "14/03/25", "x", '"', '""', "2.50", "1,5", "", "\n", "é", "€"]),
    max_size=9,
)


@settings(deadline=None)  # time is the machine's
@given(
    st.lists(ROW, max_size=12),
    st.sampled_from([",", ";", "\t"]),
    st.integers(0, 400),
    st.sampled_from(["utf-8", "cp1252"]),
)
def test_any_lines_below_a_header_cut_anywhere_are_refused_or_add_up(
    rows: list[list[str]], delimiter: str, cut: int, encoding: str
) -> None:
    text = HEADER.replace(",", delimiter) + "\n".join(delimiter.join(row) for row in rows)
    try:
        export = read_export(text.encode(encoding)[: len(HEADER) + cut])
    except InputError:
        return
    assert adds_up(export)


def workbook(**sheets: list[list[object]]) -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return made.getvalue()


at = dt.datetime.fromisoformat
ORDERS: list[list[object]] = [
    ["Order ID", "Order Date", "SKU", "Quantity", "Unit Price", "Currency"],
    [1001, at("2025-01-31 08:30"), "007", 2, 2.5, "EUR"],
    ["1002", at("2025-02-28"), "B", 1, 3.25, "EUR"],
    [123456789012345678, at("2025-02-28"), "B", 1, 3.25, "EUR"],
]


def test_a_worksheet_is_read_like_a_text_with_its_rows_as_lines() -> None:
    export = read_export(workbook(Orders=[["My shop"], [], *ORDERS]))
    lines = export.tables["lines"]
    assert lines["order_id"].tolist() == ["1001", "1002"]
    assert lines["line_no"].tolist() == [4, 5]
    assert str(lines["ordered_at"].iloc[0]) == "2025-01-31 08:30:00"
    assert (export.profile.delimiter, export.profile.sheet, export.profile.header_line) == (None, "Orders", 3)
    assert export.quarantine["reason"].tolist() == [reasons.DAMAGED_ID]  # a spreadsheet keeps 15 digits
    assert adds_up(export)


def test_of_two_sheets_the_one_with_orders_is_read_when_it_is_clear() -> None:
    export = read_export(workbook(Notes=[["read me"], ["thanks"]], Orders=ORDERS))
    assert (export.profile.sheet, export.questions) == ("Orders", ())


def test_of_two_sheets_with_orders_the_user_is_asked() -> None:
    data = workbook(January=ORDERS[:2], February=[ORDERS[0], ORDERS[2]])
    export = read_export(data)
    assert [(question.kind, question.choices) for question in export.questions] == [("sheet", ("January", "February"))]
    chosen = read_export(data, sheet="February")
    assert chosen.tables["lines"]["order_id"].tolist() == ["1002"]
    assert chosen.questions == ()
    with pytest.raises(InputError, match="sheet"):
        read_export(data, sheet="March")
