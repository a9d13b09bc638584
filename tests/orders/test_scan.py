"""The independent count of records, against the csv module and by hand."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.orders.scan import scan

CELLS = st.text(st.sampled_from('ab, ";\n'), max_size=5)


def written(table: list[list[str]], line_end: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=line_end).writerows(table)
    return text.getvalue().encode()


@settings(deadline=None)  # time is the machine's
@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=30), st.sampled_from(["\n", "\r\n"]))
def test_counts_every_record_that_the_csv_module_writes(table: list[list[str]], line_end: str) -> None:
    data = written(table, line_end)
    counted = scan(data, ",")
    assert counted.regular
    assert len(counted) == len(table)
    for number, cells in enumerate(table):
        assert next(csv.reader(io.StringIO(counted.text(number, data), newline=""))) == cells


@settings(deadline=None)  # time is the machine's
@given(st.lists(st.lists(CELLS, min_size=2, max_size=3), min_size=1, max_size=30))
def test_gives_the_physical_line_on_which_each_record_begins(table: list[list[str]]) -> None:
    data = written(table, "\n")
    reader = csv.reader(io.StringIO(data.decode(), newline=""))
    lines = [0, *[reader.line_num for _ in reader][:-1]]
    np.testing.assert_array_equal(scan(data, ",").lines, lines)


@pytest.mark.parametrize(
    ("text", "regular"),
    [
        ('a,"b",c\n', True),
        ('a,"b ""c""",d\n', True),
        ('a,5" nail\n', False),
        ('a,"b" c\n', False),
        ('a,"never closed\nb,c\n', False),
    ],
)
def test_says_whether_every_quote_stands_where_it_may(text: str, regular: bool) -> None:
    assert scan(text.encode(), ",").regular is regular


def test_blank_lines_and_a_missing_last_newline_are_seen() -> None:
    counted = scan(b"a,b\n\n\r\nc,d", ",")
    assert counted.blank.tolist() == [False, True, True, False]
    assert counted.starts.tolist() == [0, 4, 5, 7]


def test_quotes_that_cross_a_block_keep_their_state() -> None:
    long = 'x,"' + "y\n" * (1 << 20) + '"\nz,1\n'
    counted = scan(long.encode(), ",")
    assert len(counted) == 2
    assert counted.lines.tolist() == [0, (1 << 20) + 1]
    assert counted.spans_lines


def test_without_quoting_a_quotation_mark_is_text() -> None:
    counted = scan(b'a\t"b\nc\td\n', "\t", quoted=False)
    assert counted.regular
    assert len(counted) == 2
