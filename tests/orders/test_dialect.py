"""Encoding, delimiter and header line, whatever the file is saved as."""

from __future__ import annotations

import codecs

import pandas as pd
import pytest

from risk.orders import Export, read_export

GERMAN = [
    ["Bestellnummer", "Bestelldatum", "Artikelnummer", "Artikelbezeichnung", "Menge", "Einzelpreis", "Währung", "Land"],
    ["0012-1", "2025-03-14", "LÄ-1", "Schöne Tasse, groß", "2", "9.50", "EUR", "Österreich"],
    ["0012-1", "2025-03-14", "LÄ-2", "Löffel", "1", "3.25", "EUR", "Österreich"],
    ["0013-1", "2025-03-15", "LÄ-1", "Schöne Tasse, groß", "4", "9.50", "CHF", "Schweiz"],
]
CHINESE = [
    ["订单编号", "订单创建时间", "商家编码", "宝贝标题", "购买数量", "价格", "币种"],
    ["20930001", "2025-03-14 08:00:00", "HB-1", "保温杯不锈钢", "2", "129.00", "CNY"],
    ["20930002", "2025-03-15 09:00:00", "HB-2", "手机壳透明", "1", "59.00", "CNY"],
]
TRADITIONAL = [
    ["訂單編號", "訂單成立日期", "商品選項貨號", "商品名稱", "數量", "單價", "幣別"],
    ["25030101", "2025-03-14", "TW-1", "保溫杯", "2", "129.00", "TWD"],
    ["25030102", "2025-03-15", "TW-2", "手機殼", "1", "59.00", "TWD"],
]
JAPANESE = [
    ["注文番号", "注文日時", "商品管理番号", "商品名", "個数", "単価", "通貨"],
    ["436667-1", "2025/03/14 08:00:00", "JP-1", "水筒ステンレス", "2", "1290", "JPY"],
    ["436667-2", "2025/03/15 09:00:00", "JP-2", "スマホケース", "1", "590", "JPY"],
]


def text(table: list[list[str]], delimiter: str, line_end: str = "\n") -> str:
    quoted = [[f'"{cell}"' if delimiter in cell else cell for cell in row] for row in table]
    return "".join(delimiter.join(row) + line_end for row in quoted)


def lines(export: Export) -> pd.DataFrame:
    return export.tables["lines"].drop(columns=["file_id", "line_no"]).astype({"currency": "str"})


def same_lines(one: Export, other: Export) -> None:
    pd.testing.assert_frame_equal(lines(one), lines(other), check_categorical=False)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_german_file_says_the_same_however_it_is_saved(encoding: str, delimiter: str, line_end: str) -> None:
    export = read_export(text(GERMAN, delimiter, line_end).encode(encoding))
    assert export.profile.delimiter == delimiter
    assert export.profile.header_line == 1
    same_lines(export, read_export(text(GERMAN, ",").encode()))
    assert export.tables["lines"]["product"].tolist() == [row[3] for row in GERMAN[1:]]
    assert export.tables["lines"]["country"].tolist() == ["AT", "AT", "CH"]


@pytest.mark.parametrize(
    ("table", "encoding"), [(CHINESE, "gb18030"), (TRADITIONAL, "big5"), (JAPANESE, "cp932")], ids=["zh", "tw", "ja"]
)
def test_east_asian_encodings_are_told_apart_by_their_headers(table: list[list[str]], encoding: str) -> None:
    export = read_export(text(table, ",").encode(encoding))
    assert export.profile.encoding == encoding
    assert export.tables["lines"]["product"].tolist() == [row[3] for row in table[1:]]
    same_lines(export, read_export(text(table, "\t").encode()))


def test_the_header_is_found_below_a_preamble_and_lines_are_counted_from_the_top() -> None:
    preamble = 'Export of "My shop"\nAll amounts in USD, unless specified\n\n'
    export = read_export((preamble + "Order ID,Order Date,SKU,Quantity,Unit Price\n7,2025-01-31,A,2,4.50\n").encode())
    assert export.profile.header_line == 4
    assert export.tables["lines"]["line_no"].tolist() == [5]
    assert (export.profile.currency, export.profile.currency_source) == ("USD", "preamble")
    assert (export.counts.physical_records, export.counts.furniture) == (5, 4)


def test_a_few_damaged_bytes_do_not_change_the_encoding_of_the_file() -> None:
    damaged = text(GERMAN * 20, ",").encode().replace("Löffel".encode(), b"L\xf6ffel", 1)
    export = read_export(damaged)
    assert export.profile.encoding == "utf-8"
    assert export.quarantine["reason"].tolist() == ["Some characters on this line are damaged."]
    assert export.quarantine["line_no"].tolist() == [3]


def test_a_byte_order_mark_is_not_part_of_the_first_header() -> None:
    export = read_export(codecs.BOM_UTF8 + text(GERMAN, ";").encode())
    assert export.mapping[0].header == "Bestellnummer"
    assert export.profile.encoding == "utf-8-sig"
