"""The main road in a real browser: from two exports to the deals that hedge them."""

from __future__ import annotations

import contextlib
import csv
import io
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as WaitedTooLongError

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MONTHS = [f"2025-{month:02d}" for month in range(1, 10)]
DAYS = ("03", "11", "19", "27")
ROW, HEADER_ROW = 35, 35  # pixels, of a table of Streamlit


def shopify() -> bytes:
    """An invented shop's orders in euros, as Shopify writes them: an order's own cells on its first row only."""
    heading = [
        *("Name", "Vendor", "Email", "Financial Status", "Currency", "Subtotal", "Shipping", "Total", "Created at"),
        *("Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku", "Shipping Country"),
    ]
    rows = []
    for number, (month, day) in enumerate(((month, day) for month in MONTHS for day in DAYS), start=1001):
        price = 900 + 40 * (number % 7)
        at = f"{month}-{day} 09:30:00 +0100"
        order = ["paid", "EUR", f"{price + 60}.00", "5.00", f"{price + 65}.00", at]
        rows.append(
            [f"#{number}", "Lighting", "buyer@example.org", *order, 1, "Desk lamp", f"{price}.00", "LAMP", "DE"]
        )
        rows.append([f"#{number}", "Furniture", "buyer@example.org", *[""] * 5, at, 2, "Shelf", "30.00", "SHELF", ""])
    text = io.StringIO(newline="")
    csv.writer(text).writerows([heading, *rows])
    return text.getvalue().encode()


def amazon() -> bytes:
    """The same invented shop's orders in pounds, as Amazon's report of all orders writes them: tabs, no quotes."""
    heading = [
        *("amazon-order-id", "purchase-date", "order-status", "sales-channel", "product-name", "sku", "quantity"),
        *("currency", "item-price", "shipping-price", "ship-city", "ship-country"),
    ]
    rows = [
        [
            *(f"202-{number:07d}-{number:07d}", f"{month}-{day}T14:05:00+00:00", "Shipped", "Amazon.co.uk"),
            *("Desk lamp", "LAMP", "1", "GBP", f"{700 + 30 * (number % 5)}.00", "4.99", "Leeds", "GB"),
        ]
        for number, (month, day) in enumerate(((month, day) for month in MONTHS for day in DAYS), start=1)
    ]
    return "".join("\t".join(row) + "\r\n" for row in [heading, *rows]).encode()


def choose(page: Any, box: Any, text: str) -> None:
    """Choose an option of a selectbox by typing."""
    box.click()
    box.fill(text)
    page.keyboard.press("Enter")


def correct(page: Any, grid: Any, row: int, meaning: str) -> None:
    """Choose what the heading of a row stands for, in the middle of the three columns."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    grid.scroll_into_view_if_needed()
    size = grid.bounding_box()
    page.keyboard.press("Escape")
    page.mouse.click(size["x"] + size["width"] / 2, size["y"] + HEADER_ROW + ROW * row + ROW / 2)
    page.keyboard.press("Enter")
    with contextlib.suppress(WaitedTooLongError):  # the list of meanings opens before it hears the keys
        page.locator("#portal input").first.wait_for(timeout=5_000)
    page.keyboard.type(meaning)
    page.wait_for_timeout(300)
    page.keyboard.press("Enter")


def figure(page: Any, label: str) -> str:
    """A figure of the page by its name."""
    shown = page.get_by_test_id("stMetric").filter(has_text=label).first
    return str(shown.get_by_test_id("stMetricValue").inner_text())


def test_from_two_exports_to_the_deals_that_hedge_them(server: Any, visit: Any, tmp_path: Path) -> None:
    seen = visit(height=1400)
    page = seen.page
    seen.open(f"{server.url}/orders")
    main = page.get_by_test_id("stMain")

    page.locator("input[type=file]").set_input_files(
        [
            {"name": "orders_export.csv", "mimeType": "text/csv", "buffer": shopify()},
            {"name": "all_orders.txt", "mimeType": "text/plain", "buffer": amazon()},
        ]
    )
    main.get_by_text("Recognised: Shopify, orders.").wait_for()
    main.get_by_text("Recognised: Amazon, all orders.").wait_for()
    main.get_by_text("73 records in the file = 72 accepted + 0 set aside + 1 headings").wait_for()
    main.get_by_text("37 records in the file = 36 accepted + 0 set aside + 1 headings").wait_for()
    main.get_by_text("Personal data in 1 column is not stored: Email.").wait_for()

    main.get_by_text("Columns: what each heading stands for").first.click()
    grid = main.locator("[class*=st-key-orders_columns] canvas").first
    grid.wait_for()
    page.wait_for_timeout(500)  # the table draws itself
    corrected = main.get_by_role("button", name="Back to what was recognised")
    for _ in range(5):  # a table that is still being drawn does not hear the keys
        correct(page, grid, 1, "Product group")
        with contextlib.suppress(WaitedTooLongError):
            corrected.wait_for(timeout=15_000)
            break
    corrected.wait_for()

    main.get_by_role("button", name="Add 2 files to the history").click()
    main.get_by_text("orders_export.csv was added: 72 order lines.").wait_for()
    main.get_by_text("all_orders.txt was added: 36 order lines.").wait_for()
    main.get_by_role("heading", name="Your history holds 72 orders with 108 lines").wait_for()
    assert main.get_by_text("Missing: Order lines: Product group").count() == 0, "the corrected column was stored"

    choose(page, page.get_by_test_id("stSidebar").get_by_role("combobox").last, "CNY")
    main.get_by_text("See your exposure by currency").click()
    page.get_by_role("heading", level=1, name="Currency").wait_for()
    main.get_by_text("Your orders.").first.wait_for()
    seen.settle()
    assert figure(page, "Value at risk").startswith("CNY")
    main.get_by_role("tab", name="Exposure").click()
    seen.page.locator(".st-key-currency_exposure .main-svg").first.wait_for()
    legend = " ".join(page.locator(".st-key-currency_exposure .legendtext").all_text_contents())
    assert "EUR" in legend
    assert "GBP" in legend

    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Hedging").click()
    page.get_by_role("heading", level=1, name="Hedging").wait_for()
    main.get_by_text("Forwards to deal").first.wait_for()
    seen.settle()
    before, deals_before = figure(page, "Value at risk"), deals(page, tmp_path)
    slider = page.locator(".st-key-hedging_EUR input[type=range]")
    slider.focus()
    page.keyboard.press("End")
    seen.settle()
    page.wait_for_function(
        "before => !document.querySelector('[data-testid=stMain]').innerText.includes(before)", arg=before
    )
    seen.settle()
    after, deals_after = figure(page, "Value at risk"), deals(page, tmp_path)
    assert after != before
    assert {row["currency"] for row in deals_after} == {"EUR", "GBP"}
    assert sold(deals_after, "EUR") == pytest.approx(3 * sold(deals_before, "EUR"), rel=1e-3), "150% after 50%"
    assert sold(deals_after, "GBP") == pytest.approx(sold(deals_before, "GBP"))


def deals(page: Any, folder: Path) -> list[dict[str, str]]:
    """The forwards as the page hands them out."""
    with page.expect_download() as begun:
        page.locator(".st-key-hedging_deals_csv button").click()
    file = folder / begun.value.suggested_filename
    begun.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text))


def sold(rows: list[dict[str, str]], currency: str) -> float:
    return sum(float(row["amount"]) for row in rows if row["currency"] == currency)


HOSTILE = "<img src=x onerror=alert(1)> ![p](https://evil.example/p.png) [l](https://evil.example) $1$ **b** =cmd"


def test_names_headings_and_cells_stay_text(server: Any, visit: Any) -> None:
    seen = visit()
    seen.open(f"{server.url}/orders")
    text = (
        f"Order ID,Order Date,SKU,Quantity,Amount,{HOSTILE} email,{HOSTILE}\n"
        f"1,2025-03-04,{HOSTILE},1,5.00,x,{HOSTILE}\n2,2025-03-04,{HOSTILE},{HOSTILE},5.00,x,\n"
    )
    name = HOSTILE.replace("/", "_")  # no file can hold it
    seen.page.locator("input[type=file]").set_input_files(
        [{"name": f"{name}.csv", "mimeType": "text/csv", "buffer": text.encode()}]
    )
    main = seen.page.get_by_test_id("stMain")
    main.get_by_text("In which currency are the amounts?").wait_for()
    for closed in main.get_by_test_id("stExpander").all():
        closed.locator("summary").click()
    choose(seen.page, main.locator("[class*=st-key-orders_ask_currency] input"), "GBP")
    assert markup(main) == []
    main.get_by_role("button", name="Add 1 file to the history").click()
    main.get_by_text("was added: 1 order line.").wait_for()
    seen.settle()
    assert markup(main) == []
    assert not [address for address in seen.requests if "evil.example" in address]


def markup(main: Any) -> list[Any]:
    """Links, pictures, formulas and bold letters that can only come from the file."""
    return list(main.locator("a:not([data-testid=stPageLink-NavLink]), img, .katex, strong:text-is('b')").all())


def test_half_a_million_real_lines_are_read_asked_stored_and_hedged(server: Any, visit: Any, shared: Path) -> None:
    """UCI Online Retail, 2010 to 2011: 541,909 rows and a header, pounds that the file does not mention."""
    seen = visit()
    page, main = seen.page, seen.page.get_by_test_id("stMain")
    page.set_default_timeout(120_000)
    seen.open(f"{server.url}/orders")
    page.locator("input[type=file]").set_input_files(shared / "orders" / "uci_online_retail_2010_2011.csv.gz")
    main.get_by_text("541,910 records in the file = 540,570 accepted + 1,339 set aside + 1 headings").wait_for()
    choose(page, main.locator("[class*=st-key-orders_ask_currency] input"), "GBP")
    main.get_by_text("Currency: GBP, as you said.").wait_for()
    main.get_by_role("button", name="Add 1 file to the history").click()
    main.get_by_text("was added: 540,570 order lines.").wait_for()
    main.get_by_text("1,339 records.").wait_for()
    choose(page, page.get_by_test_id("stSidebar").get_by_role("combobox").last, "EUR")
    main.get_by_text("See your exposure by currency").click()
    page.get_by_role("heading", level=1, name="Currency").wait_for()
    main.get_by_text("Your orders.").first.wait_for()
    assert figure(page, "Value at risk").startswith("EUR")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Overview").click()
    page.get_by_role("heading", level=1, name="Overview").wait_for()
    main.get_by_text("What dependence can do to a bad year").wait_for()
    seen.settle()
    assert figure(page, "Expected shortfall").startswith("EUR")
    names = " ".join(page.locator(".st-key-overview_families .ytick").all_text_contents())
    assert all(family in names for family in ("Law", "Currency", "Logistics", "Intellectual", "Quality"))
    for key in ("drivers", "benefits", "coverage"):
        assert page.locator(f".st-key-overview_{key} .point").count() > 2, f"no bars: {key}"
