"""Real exports of ../shared/exports against labels made by hand, and a real shop's half a million lines."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from risk.checks import InputError
from risk.orders import read_export, reasons

LABELS = "exports/GROUND_TRUTH.csv"
# File -> platform, date order, currency, accepted, quarantined; dates and currencies as in GROUND_TRUTH.csv.
EXPECTED = {
    "shopify/orders_export_devstore_INR_multiline_minus0500.csv": ("shopify orders", "YMD", "INR", 121, 0),
    "shopify/orders_export_BDT_small.csv": ("shopify orders", "YMD", "BDT", 3, 0),
    "shopify/orders_export_BDT_noteattributes_newlines.csv": ("shopify orders", "YMD", "BDT", 55, 0),
    "amazon/all_orders_by_order_date_short.txt": ("amazon all orders", "YMD", "EUR", 2, 0),
    "amazon/all_orders_flat_file_32col.txt": ("amazon all orders", "YMD", "EUR", 3, 0),
    "amazon/fba_customer_returns.txt": ("amazon fba returns", "YMD", "", 2, 0),
    "amazon/unshipped_orders_mfn.txt": ("unknown", "YMD", "", 2, 1),
    "amazon/fba_fulfilled_shipments_48col.txt": ("unknown", "YMD", "EUR", 1, 0),
    "amazon/kaggle_amazon_sale_report_IN_sample.csv": ("unknown", "MDY", "INR", 9, 0),
    "ebay/orders_report_AU_multi_item.csv": ("ebay orders", "DMY", "AUD", 4, 0),
    "ebay/orders_report_US_comma_line_padding_row_footer.csv": ("ebay orders", "MDY", "USD", 5, 0),
    "ebay/orders_report_DE_semicolon.csv": ("ebay orders", "DMY", "EUR", 1, 0),
    "etsy/EtsySoldOrders2023_excel_resaved_tab_mojibake.csv": ("etsy orders", "MDY", "USD", 120, 0),
    "etsy/EtsySoldOrderItems_dollar_signs.csv": ("etsy items", "MDY", "USD", 3, 0),
    "etsy/EtsySoldOrders_dollar_signs.csv": ("etsy orders", "MDY", "USD", 2, 0),
    "temu/temu_seller_orders_37col.csv": ("unknown", "YMD", "", 2, 0),
    "shopee/orders_all_57col.csv": ("unknown", "YMD", "", 2, 0),
    "taobao/ExportOrderList_gb18030.csv": ("unknown", "YMD", "CNY", 2, 0),
    "public_uci/OnlineRetail_head.csv": ("uci online retail", "MDY", "", 179, 4),
    "public_dataco/DataCoSupplyChainDataset_head300.csv": ("unknown", "MDY", "", 299, 0),
}
REFUSED = (
    "amazon/settlement_v2_sample.txt",
    "amazon/date_range_transactions_US_preamble.csv",
    "amazon/buyer_order_history_items.csv",
    "stripe/payments_semicolon_decimalpoint.csv",
    "paypal/paypal_activity_legacy_space_after_comma.csv",
    "taobao/taobao_assistant_listing_version_line.csv",
    "public_dataco/DataCo_corrupted_header_variant.csv",
    "alipay/example-alipay-records.csv",
)


@pytest.fixture(scope="module")
def labels(shared: Path) -> dict[str, dict[str, str]]:
    path = shared / LABELS
    with path.open(encoding="utf-8", newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("file", EXPECTED)
def test_a_real_export_is_read_as_a_person_reads_it(shared: Path, labels: dict[str, dict[str, str]], file: str) -> None:
    export, label = read_export(shared / "exports" / file), labels[file]
    profile, counts = export.profile, export.counts
    platform, date_order, currency, accepted, quarantined = EXPECTED[file]
    assert (profile.platform, profile.date_order, profile.currency) == (platform, date_order, currency)
    assert (counts.accepted, counts.quarantined) == (accepted, quarantined)
    assert profile.delimiter == {"TAB": "\t"}.get(label["delimiter"], label["delimiter"])
    assert profile.header_line == int(label["header_line"])
    assert profile.decimal == label["decimal"]
    # The labels leave a blank line out, which is a physical record too: line 11 of this file.
    blank = 1 if "padding_row" in file else 0
    assert counts.physical_records - profile.header_line == int(label["records_below_header"]) + blank


@pytest.mark.parametrize("file", REFUSED)
def test_a_real_file_that_holds_no_sales_is_refused(shared: Path, file: str) -> None:
    with pytest.raises(InputError):
        read_export(shared / "exports" / file)


@pytest.mark.parametrize("file", [file for file in EXPECTED if file.startswith("shopify")])
def test_the_lines_of_a_shopify_order_add_up_to_its_total(shared: Path, file: str) -> None:
    """Witness: the file's own Total, read by the csv module."""
    with (shared / "exports" / file).open(encoding="utf-8", newline="") as text:
        totals: Counter[str] = Counter()  # three names stand for two orders each: they were made anonymous
        for row in csv.DictReader(text):
            totals[row["Name"]] += float(row["Total"] or 0)
    lines = read_export(shared / "exports" / file).tables["lines"]
    paid = lines[["amount", "shipping", "tax"]].fillna(0).sum(axis=1).groupby(lines["order_id"].astype("str")).sum()
    assert paid.to_dict() == pytest.approx(dict(totals), abs=0.01)


def test_half_a_million_real_lines_are_accounted_for_one_by_one(shared: Path) -> None:
    """Witness: pandas on the same bytes, with the rules of the platform written out once more."""
    data = gzip.decompress((shared / "orders/uci_online_retail_2010_2011.csv.gz").read_bytes())
    export = read_export(data, currency="GBP")
    lines, counts = export.tables["lines"], export.counts
    assert (counts.physical_records, counts.accepted, counts.quarantined, counts.furniture) == (
        541_910,
        540_570,
        1_339,
        1,
    )
    assert export.quarantine["reason"].value_counts().to_dict() == {reasons.STOCK: 1_336, reasons.BOOKKEEPING: 3}
    raw = pd.read_csv(io.BytesIO(data), dtype={"InvoiceNo": "str", "StockCode": "str"}, parse_dates=["InvoiceDate"])
    write_off = (raw["Quantity"] < 0) & (raw["UnitPrice"] == 0) & ~raw["InvoiceNo"].str.startswith("C")
    sales = raw[~write_off & ~raw["InvoiceNo"].str.startswith("A")]
    np.testing.assert_array_equal(lines["line_no"], sales.index + 2)
    np.testing.assert_array_equal(lines["ordered_at"], sales["InvoiceDate"])
    np.testing.assert_allclose(lines["amount"], sales["Quantity"] * sales["UnitPrice"])
    assert lines["order_id"].astype("str").tolist() == sales["InvoiceNo"].tolist()
    credit_notes = lines["order_id"].str.startswith("C")
    assert (credit_notes.sum(), bool((lines["amount"][credit_notes] < 0).all())) == (9_288, True)
