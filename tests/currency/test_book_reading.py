"""Reading the hedge book: nothing in a file is lost, and what is no deal is set aside with line and reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.checks import InputError
from risk.currency.book import COLUMNS, Deal, read_book, template

SALE = Deal("forward", "sell", "USD", 100_000.0, 7.05, "CNY", dt.date(2026, 10, 5), dt.date(2027, 1, 29))
HEADER = ",".join(COLUMNS)
ROW = "forward,sell,USD,100000,7.05,CNY,2026-10-05,2027-01-29,A Bank,FX-1"


def file(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def aside(*rows: str, header: str = HEADER) -> list[tuple[int, str]]:
    return [(row.line, str(row.reason)) for row in read_book(file(*rows, header=header)).quarantine]


def test_the_template_reads_as_two_deals() -> None:
    read = read_book(template())
    assert (len(read.book), read.quarantine, read.rows, read.ignored) == (2, (), 2, ())
    assert [deal.position for deal in read.book] == [-250_000.0, 8_000_000.0]


def test_a_row_is_read_field_by_field() -> None:
    (deal,) = read_book(file(ROW)).book
    assert deal == replace(SALE, counterparty="A Bank", reference="FX-1")


def test_columns_come_in_any_order_case_and_delimiter() -> None:
    shuffled = "Value Date;TRADE-DATE;Rate;amount;Currency;Against;SIDE;kind;our dealer"
    read = read_book(file("29.01.2027;05.10.2026;7,05;100 000,00;usd;cny;Sell;Forward;Li", header=shuffled))
    assert read.book.deals == (SALE,)
    assert read.ignored == ("our dealer",)


def test_utf_16_of_a_spreadsheet_is_read() -> None:
    assert (
        len(read_book(file(ROW.replace(",", "\t"), header=HEADER.replace(",", "\t")).decode().encode("utf-16")).book)
        == 1
    )


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1234567.5", 1234567.5),
        ("1234567,5", 1234567.5),
        ("1,234,567.5", 1234567.5),
        ("1.234.567,5", 1234567.5),
        ("1 234 567,5", 1234567.5),
        ("1'234'567", 1234567.0),
        ("1,234,567", 1234567.0),
        ("0,125", 0.125),
    ],
)
def test_amounts_as_they_are_written(cell: str, amount: float) -> None:
    row = ROW.replace("100000", f'"{cell}"')
    assert [deal.amount for deal in read_book(file(row)).book] == [amount]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("100000", '"100,000"', "two numbers"),
        ("100000", "100.000", "two numbers"),
        ("100000", '"1.000,00.0"', "not a number"),
        ("100000", "-100000", "not a number"),
        ("100000", "0", "above zero"),
        ("100000", "1e5", "not a number"),
        ("7.05", "", "nothing in rate"),
        ("7.05", "inf", "not a number"),
        ("USD", "Dollar", "three-letter"),
        ("USD", "CNY", "for itself"),
        ("forward", "swap", "must be forward or ndf"),
        ("sell", "short", "must be buy or sell"),
        ("2026-10-05", "10/05/2026", "not a day"),
        ("2026-10-05", "2026-02-30", "not a day"),
        ("2027-01-29", "2026-10-02", "before the trade date"),
        ("FX-1", "FX-1,more", "11 cells"),
    ],
)
def test_a_bad_row_is_set_aside_with_line_and_reason(old: str, new: str, reason: str) -> None:
    read = read_book(file(ROW, "", ROW.replace(old, new)))
    (bad,) = read.quarantine
    assert len(read.book) == 1
    assert bad.line == 4
    assert reason in bad.reason
    assert "A Bank" in bad.text


def test_the_line_of_a_row_counts_line_breaks_inside_cells() -> None:
    long = ROW.replace("A Bank", '"A\nBank"')
    assert [line for line, _ in aside(long, "nonsense")] == [4]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"kind,side\n", "no column currency, amount"),
        (f"{HEADER},Rate\n".encode(), "more than one column rate"),
        (b"\xff\xfe\x00", "UTF-16"),
        (b"caf\xe9", "UTF-8"),
        (file(ROW, ROW.replace("A Bank", '"A Bank')), "from line 3 on"),
    ],
)
def test_a_file_that_is_no_book_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read_book(data)


def test_a_header_alone_is_an_empty_book() -> None:
    read = read_book(file())
    assert (len(read.book), read.rows, read.quarantine) == (0, 0, ())


cells = st.text(st.characters(codec="utf-8", exclude_characters="\n\r", exclude_categories=("Cs", "Cc")), max_size=12)


@settings(max_examples=50, deadline=None)  # time is the machine's
@given(st.lists(st.one_of(st.just(ROW), st.lists(cells, min_size=1, max_size=12).map(",".join)), max_size=8))
def test_no_row_is_lost(rows: list[str]) -> None:
    kept = [row for row in rows if '"' not in row]
    read = read_book(file(*kept))
    assert len(read.book) + len(read.quarantine) == read.rows
    assert read.rows == sum(bool(row.replace(",", "").strip()) for row in kept)
