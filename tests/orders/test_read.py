"""What each platform's export becomes. Every file here is invented; the amounts are worked out by hand beside it."""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd
import pytest

from risk.checks import InputError
from risk.orders import Export, read_export, template
from risk.orders.platforms import PLATFORMS
from risk.orders.platforms.template import COLUMNS
from risk.orders.schema import TABLES, column_names
from risk.orders.words import PERSONAL, TARGETS, dictionary, normalise

SHOPIFY = """\
Name,Email,Financial Status,Paid at,Fulfilled at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,\
Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Shipping Country,Notes,Cancelled at,Refunded Amount,\
Lineitem discount
#1001,jo@example.com,partially_refunded,x,2025-03-03 10:00:00 -0500,EUR,90.00,6.00,18.24,114.24,10.00,\
2025-03-02 23:30:00 -0500,2,Cup,40.00,CUP,DE,"ring twice
please",,30.00,0.00
#1001,jo@example.com,,,,,,,,,,2025-03-02 23:30:00 -0500,1,Plate,20.00,PLATE,,,,,0.00
#1002,al@example.com,paid,x,,EUR,20.00,0.00,3.33,20.00,0.00,2025-07-01 12:00:00 -0400,1,Plate,20.00,PLATE,FR,,,0.00,0.00
#1003,al@example.com,voided,x,,EUR,40.00,0.00,0.00,40.00,0.00,2025-07-02 12:00:00 -0400,1,Cup,40.00,CUP,FR,,\
2025-07-02 13:00:00 -0400,0.00,0.00
"""


def read(text: str, **answers: str) -> Export:
    return read_export(text.encode(), **answers)  # type: ignore[arg-type]


def kinds(export: Export) -> list[str]:
    return [question.kind for question in export.questions]


def test_shopify_shares_the_money_of_an_order_over_its_lines() -> None:
    export = read(SHOPIFY)
    lines = export.tables["lines"]
    assert export.profile.platform == "shopify orders"
    # 2 x 40 + 20 = 100, of which 10 discount: 72 + 18; shipping 6, tax 18.24 on top and refund 30 in the same shares.
    np.testing.assert_allclose(lines["amount"][:2], [72.0, 18.0])
    np.testing.assert_allclose(lines["shipping"][:2], [4.8, 1.2])
    np.testing.assert_allclose(lines["tax"][:2], [14.592, 3.648])
    np.testing.assert_allclose(lines["refunded"][:2], [24.0, 6.0])
    assert lines["currency"].tolist() == ["EUR"] * 4
    assert lines["country"].tolist() == ["DE", "DE", "FR", "FR"]


def test_shopify_dates_are_utc_and_lines_are_those_of_the_file() -> None:
    lines = read(SHOPIFY).tables["lines"]
    assert lines["ordered_at"].tolist()[:3] == [
        pd.Timestamp("2025-03-03 04:30"),
        pd.Timestamp("2025-03-03 04:30"),
        pd.Timestamp("2025-07-01 16:00"),
    ]
    assert lines["line_no"].tolist() == [2, 4, 5, 6]  # the first record covers two lines
    assert lines["line_id"].tolist() == ["1", "2", "1", "1"]


def test_shopify_cancelled_lines_say_so_and_parcels_are_one_an_order() -> None:
    export = read(SHOPIFY)
    assert export.tables["lines"]["status"].tolist() == ["paid", "paid", "paid", "cancelled"]
    assert export.tables["shipments"]["order_id"].tolist() == ["#1001"]
    assert export.tables["shipments"]["destination"].tolist() == ["DE"]


def test_tax_that_is_in_the_prices_is_not_on_top() -> None:
    included = SHOPIFY.replace("18.24,114.24", "15.33,96.00")
    assert np.nan_to_num(read(included).tables["lines"]["tax"]).sum() == 0


def test_amazon_reads_line_totals_without_quoting_and_leaves_multi_channel_orders_without_money() -> None:
    header = (
        "amazon-order-id purchase-date order-status sales-channel product-name sku quantity currency item-price "
        "item-tax shipping-price item-promotion-discount ship-city ship-country"
    ).replace(" ", "\t")
    rows = [
        '305-1\t2025-03-02T22:41:10Z\tShipped\tAmazon.de\tJug "0,75\tB-75\t2\tEUR\t39.98\t6.38\t4.99\t4.00\tKöln\tDE',
        "305-2\t2025-03-03T09:00:00+00:00\tCancelled\tAmazon.fr\tBottle\tB-75\t0\t\t\t\t\t\tLyon\tFR",
        "305-3\t2025-03-03T09:00:00+00:00\tShipped\tAmazon.com\tBottle\tB-75\t1\tUSD\t21.00\t1.50\t\t\tOmaha\tUS",
        "S02-4\t2025-03-05T11:11:11+00:00\tShipped\tNon-Amazon\tParcel\tB-75\t1\t\t\t\t\t\tWien\tAT",
    ]
    export = read("\n".join([header, *rows]))
    lines = export.tables["lines"]
    assert export.profile.platform == "amazon all orders"
    assert lines["product"].tolist()[0] == 'Jug "0,75'
    np.testing.assert_allclose(lines["amount"], [35.98, np.nan, 21.0, np.nan])
    np.testing.assert_allclose(
        lines["tax"].fillna(0), [0.0, 0.0, 1.5, 0.0]
    )  # in the price in Germany, on top in Nebraska
    assert lines["status"].tolist() == ["shipped", "cancelled", "shipped", "shipped"]
    assert (export.profile.currency, kinds(export)) == ("per row", [])


def test_amazon_returns_become_returns_and_no_sales() -> None:
    header = "return-date\torder-id\tsku\tasin\tquantity\tdetailed-disposition\treason\tstatus\tcustomer-comments\n"
    export = read(header + '2025-06-05T15:31:40+00:00\t114-1\tPAD\tB0\t1\tDEFECTIVE\tNOT_COMPATIBLE\tdone\tsee "me"\n')
    assert list(export.tables) == ["returns"]
    row = export.tables["returns"].iloc[0]
    assert (row.order_id, row.sku, row.quantity, row.reason, row.disposition) == (
        "114-1",
        "PAD",
        1.0,
        "NOT_COMPATIBLE",
        "DEFECTIVE",
    )


EBAY = """\

"Sales Record Number","Order Number","Buyer Username","Item Number","Item Title","Custom Label","Quantity","Sold For",\
"Postage And Handling","Total Price","Sale Date","Tracking Number"
"","","","","","","","","","","",""
"12","16-1","b1","405","Card","C-1","3","AU $1,000.00","AU $13.00","AU $3,013.00","26-May-26","00123"
"13","01-2","b2","","","","2","AU $60.00","AU $9.00","AU $69.00","25-May-26",""
"13","01-2","b2","406","Stamp","S-1","1","AU $40.00","","","25-May-26","LK1"
"13","01-2","b2","407","Coin","","1","AU $20.00","","","25-May-26","LK1"
"14","","b3","408","Medal","M-1","1","AU $5.00","AU $0.00","AU $5.00","25-May-26",""

"5","record(s) downloaded",,,,,,,,,,
"Seller ID : someone",,,,,,,,,,,
"""


def test_ebay_counts_summary_rows_once_and_furniture_apart() -> None:
    export = read(EBAY)
    lines = export.tables["lines"]
    assert lines["order_id"].tolist() == ["16-1", "01-2", "01-2", "14"]
    np.testing.assert_allclose(lines["amount"], [3000.0, 40.0, 20.0, 5.0])
    np.testing.assert_allclose(lines["shipping"], [13.0, 6.0, 3.0, 0.0])
    assert lines["sku"].tolist() == ["C-1", "S-1", "407", "M-1"]
    assert (export.profile.currency, export.profile.currency_source) == ("AUD", "symbol")
    # Blank line, header, padding row, summary row, blank line, two footers.
    assert (export.counts.furniture, export.counts.accepted, export.counts.quarantined) == (7, 4, 0)


def test_ebay_parcels_are_one_a_tracking_number_with_its_zeros() -> None:
    assert read(EBAY).tables["shipments"]["tracking"].tolist() == ["00123", "LK1"]


def test_ebay_writes_euros_with_a_decimal_comma_inside_a_comma_file() -> None:
    euros = EBAY.replace(".00", ";00").replace("$1,000", "$1.000").replace("$3,013", "$3.013").replace(";00", ",00")
    euros = euros.replace("AU $", "EUR ")
    export = read(euros)
    assert (export.profile.decimal, export.profile.currency) == (",", "EUR")
    np.testing.assert_allclose(export.tables["lines"]["amount"], [3000.0, 40.0, 20.0, 5.0])


def test_ebay_germany_has_localised_months_and_euro_signs() -> None:
    header = "Verkaufsprotokollnummer;Bestellnummer;Gesamtbetrag;Verkauft am;Name des Käufers\n"
    text = header + "1;23-1;1.116,99 €;10-Dez-25;--\n"
    lines = read(text).tables["lines"]
    assert lines["amount"].tolist() == [1116.99]
    assert lines["ordered_at"].tolist() == [pd.Timestamp("2025-12-10")]
    assert lines["currency"].tolist() == ["EUR"]


def test_etsy_items_repeat_the_orders_money_on_each_line() -> None:
    text = (
        "Sale Date,Item Name,Buyer,Quantity,Price,Discount Amount,Order Shipping,Order Sales Tax,Item Total,Currency,"
        "Transaction ID,Listing ID,Order ID,Ship Country\n"
        "08/14/25,Card,cool,2,5.00,2.00,4.50,0.60,10.00,USD,4001,9001,31,United States\n"
        "08/14/25,Sticker,cool,1,10.00,2.00,4.50,0.60,10.00,USD,4002,9002,31,United States\n"
    )
    lines = read(text).tables["lines"]
    np.testing.assert_allclose(lines["amount"], [9.0, 9.0])
    np.testing.assert_allclose(lines["shipping"], [2.25, 2.25])
    np.testing.assert_allclose(lines["tax"], [0.3, 0.3])


def test_etsy_orders_take_fees_and_refunds_from_the_adjusted_total() -> None:
    text = (
        "Sale Date,Order ID,Full Name,Number of Items,Currency,Order Value,Discount Amount,Shipping,Sales Tax,"
        "Order Total,Card Processing Fees,Adjusted Order Total,Ship Country\n"
        "12/31/2023,31,Jo Doe,2,USD,17,4.25,4.13,0,16.88,0.76,0,United States\n"
        "12/30/2023,32,Jo Doe,1,USD,20,0,0,0,20,0.90,15,United States\n"
    )
    export = read(text)
    lines = export.tables["lines"]
    np.testing.assert_allclose(lines["amount"], [12.75, 20.0])
    np.testing.assert_allclose(lines["fee"], [0.76, 0.9])
    np.testing.assert_allclose(lines["refunded"].fillna(0), [0.0, 5.0])
    assert export.profile.date_order == "MDY"


UCI = """\
InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,LANTERN,6,12/1/10 8:26,2.55,17850,United Kingdom
C536379,D,Discount,-1,12/1/10 9:41,27.50,14527,United Kingdom
536589,21777,,-10,12/1/10 16:50,0,,United Kingdom
A563185,B,Adjust bad debt,1,8/12/11 14:50,11062.06,,United Kingdom
536592,22502,BASKET,1,12/1/10 17:06,4.25,,EIRE
"""


def test_uci_credit_notes_are_negative_and_what_is_no_sale_is_set_aside() -> None:
    export = read(UCI)
    lines = export.tables["lines"]
    np.testing.assert_allclose(lines["amount"], [15.3, -27.5, 4.25])
    np.testing.assert_allclose(lines["quantity"], [6, -1, 1])
    assert lines["country"].tolist() == ["GB", "GB", "IE"]
    assert export.quarantine["line_no"].tolist() == [4, 5]
    assert export.quarantine["reason"].str.contains("not a sale").all()


def test_an_unknown_currency_is_asked_with_likely_answers_first_and_never_defaulted() -> None:
    export = read(UCI)
    assert export.tables["lines"]["currency"].isna().all()
    assert (export.profile.currency, export.profile.currency_source) == ("", "")
    assert kinds(export) == ["currency"]
    assert export.questions[0].choices[:2] == ("GBP", "EUR")
    answered = read(UCI, currency="GBP")
    assert answered.tables["lines"]["currency"].tolist() == ["GBP"] * 3
    assert (answered.profile.currency_source, answered.questions) == ("chosen", ())


def test_each_row_keeps_its_own_currency() -> None:
    header = "Order ID,Order Date,SKU,Quantity,Unit Price,Currency\n"
    export = read(header + "1,2025-01-31,A,1,2.50,EUR\n2,2025-01-31,A,1,3.50,usd\n3,2025-01-31,A,1,3.50,\n")
    assert export.tables["lines"]["currency"].tolist()[:2] == ["EUR", "USD"]
    assert export.tables["lines"]["currency"].isna().tolist() == [False, False, True]
    assert (export.profile.currency, kinds(export)) == ("per row", ["currency"])


def test_a_currency_in_the_header_of_an_amount_counts() -> None:
    export = read("订单编号,订单创建时间,货品标题,数量,单价(元),实付款(元)\n7,2025-03-01 10:00:00,杯,2,5.00,10.00\n")
    assert (export.profile.currency, export.profile.currency_source) == ("CNY", "header")


AMBIGUOUS = "Order ID,Order Date,SKU,Quantity,Unit Price,Currency\n1,03/04/2025,A,1,1.234,EUR\n"


def test_what_whole_columns_leave_open_is_asked_and_the_answer_is_taken() -> None:
    assert kinds(read(AMBIGUOUS)) == ["date_order", "decimal"]
    answered = read(AMBIGUOUS, date_order="MDY", decimal=",")
    assert answered.questions == ()
    line = answered.tables["lines"].iloc[0]
    assert (line.ordered_at, line.unit_price) == (pd.Timestamp("2025-03-04"), 1234.0)
    assert read(AMBIGUOUS, date_order="DMY", decimal=".").tables["lines"].unit_price.tolist() == [1.234]


def test_one_clear_value_decides_for_its_whole_column() -> None:
    export = read(AMBIGUOUS + "2,03/14/2025,A,1,2.5,EUR\n")
    assert (export.profile.date_order, export.profile.decimal, export.questions) == ("MDY", ".", ())


@pytest.mark.parametrize(
    ("written", "id_"),
    [
        ('"=""2093000000000001"""', "2093000000000001"),
        ("'0012", "0012"),
        ("0012", "0012"),
        ("#1001", "#1001"),
        ("17.0", "17"),
    ],
)
def test_order_numbers_stay_text_and_lose_their_wrapping(written: str, id_: str) -> None:
    export = read(f"Order ID,Order Date,SKU,Quantity,Unit Price,Currency\n{written},2025-01-31,007,1,2.50,EUR\n")
    assert export.tables["lines"]["order_id"].tolist() == [id_]
    assert export.tables["lines"]["sku"].tolist() == ["007"]


def test_personal_data_is_recognised_and_never_stored() -> None:
    export = read(SHOPIFY.replace("90.00,6.00", "ninety,6.00"))
    reasons = {match.header: match.reason for match in export.mapping}
    assert (reasons["Email"], reasons["Notes"], reasons["Name"]) == ("personal", "personal", "platform")
    everything = " ".join(frame.to_csv() for frame in [*export.tables.values(), export.quarantine])
    assert len(export.quarantine) == 1
    assert "example.com" not in everything
    assert "ring twice" not in everything


def test_the_user_can_move_a_column_or_leave_it_out() -> None:
    text = "Order ID,Order Date,Code,SKU,Quantity,Unit Price,Currency\n1,2025-01-31,X9,A,1,2.50,EUR\n"
    export = read_export(text.encode(), mapping={"Code": "lines.sku", "SKU": None})
    assert export.tables["lines"]["sku"].tolist() == ["X9"]
    assert [match.reason for match in export.mapping[2:4]] == ["chosen", "chosen"]
    with pytest.raises(InputError, match="mapping"):
        read_export(text.encode(), mapping={"Nope": "lines.sku"})
    with pytest.raises(InputError, match="mapping"):
        read_export(text.encode(), mapping={"SKU": "lines.nope"})


def test_the_template_reads_back_as_it_was_written() -> None:
    written = next(csv.DictReader(io.StringIO(template().decode("utf-8-sig"))))
    export = read_export(template())
    assert export.profile.platform == "template"
    for header, target in COLUMNS.items():
        table, column = target.split(".")
        value = export.tables[table][column].iloc[0] if table in export.tables else None
        if written[header] == "":
            assert pd.isna(value)
        elif isinstance(value, str):
            assert value == written[header]
        elif isinstance(value, pd.Timestamp):
            assert str(value) == written[header]
        else:
            assert value == float(written[header])


def test_the_template_has_every_column_that_the_schema_has() -> None:
    told = set(COLUMNS.values()) | {f"{table}.order_id" for table in TABLES}
    own = {"file_id", "line_no", "platform"}
    assert {f"{table}.{name}" for table in TABLES for name in column_names(table) if name not in own} <= told


@pytest.mark.parametrize("text", [SHOPIFY, EBAY, UCI, template().decode()], ids=["shopify", "ebay", "uci", "template"])
def test_tables_have_the_columns_and_kinds_of_the_schema(text: str) -> None:
    kind = {"text": "category", "time": "datetime64[us]", "number": "float64", "integer": "int64"}
    for table, frame in read(text).tables.items():
        assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
            column.name: kind[column.kind] for column in TABLES[table]
        }


def test_every_word_of_the_dictionary_has_a_target_that_exists() -> None:
    assert {target for target, _ in dictionary().values()} <= TARGETS | {PERSONAL}
    assert dictionary()[normalise("BESTELL-NR.")][0] == "lines.order_id"
    assert dictionary()[normalise("收货人姓名")][0] == PERSONAL


def test_every_column_of_every_platform_has_a_target_that_exists() -> None:
    assert {target for platform in PLATFORMS for target, _ in platform.targets().values()} <= TARGETS | {None}


def test_the_same_bytes_have_the_same_digest_and_a_name_changes_nothing() -> None:
    one, other = read_export(UCI.encode()), read_export(io.BytesIO(UCI.encode()), name="shop.csv")
    assert (one.file_id, other.name) == (other.file_id, "shop.csv")
    pd.testing.assert_frame_equal(one.tables["lines"], other.tables["lines"])


def test_two_orders_of_one_number_in_a_file_keep_their_own_totals() -> None:
    twice = SHOPIFY + SHOPIFY.split("\n", 1)[1].replace("90.00,6.00,18.24,114.24", "80.00,6.00,18.24,104.24")
    lines = read(twice).tables["lines"]
    np.testing.assert_allclose(lines["amount"][lines["order_id"] == "#1001"], [72.0, 18.0, 64.0, 16.0])


def test_a_list_of_returns_is_no_list_of_sales() -> None:
    export = read(
        "Order ID,SKU,Quantity,Return Date,Return Reason,Refund Amount,Currency\n7,A,2,2025-06-14,broken,9.50,eur\n"
    )
    assert list(export.tables) == ["returns"]
    row = export.tables["returns"].iloc[0]
    assert (row.order_id, row.sku, row.quantity, row.refund, row.currency, row.reason) == (
        "7",
        "A",
        2,
        9.5,
        "EUR",
        "broken",
    )


def test_countries_and_currencies_of_parcels_are_codes_too() -> None:
    text = template().decode("utf-8-sig").replace(",CN,DE,", ",China,Germany,").replace(",USD,", ",usd,")
    parcel = read(text).tables["shipments"].iloc[0]
    assert (parcel.origin, parcel.destination, parcel.freight_currency) == ("CN", "DE", "USD")
