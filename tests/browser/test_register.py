"""The risk register in a real browser: edited in its cells, refused in words, kept over a refresh, undone."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as WaitedTooLongError

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROW = 35  # pixels, of a table of Streamlit, its heading among them


def figure(page: Any, label: str) -> str:
    shown = page.get_by_test_id("stMetric").filter(has_text=label).first
    return str(shown.get_by_test_id("stMetricValue").inner_text())


def register(page: Any) -> Any:
    """The table, its section opened."""
    section = page.get_by_test_id("stExpander").filter(has=page.get_by_text("Risk register", exact=True)).first
    if not section.locator("canvas").first.is_visible():
        section.locator("summary").click()
    grid = section.locator("canvas").first
    grid.wait_for()
    place = None
    while place != (now := resting(page, grid)):  # the section opens, the table draws itself
        place = now
    return grid


def resting(page: Any, grid: Any) -> Any:
    """Where the table is now, nothing being worked out that could move it."""
    page.wait_for_timeout(500)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=120_000)
    grid.scroll_into_view_if_needed()
    return grid.bounding_box()


def enter(page: Any, row: int, x: int, text: str, shows: Any, state: Any = "visible") -> None:
    """Type into the cell of a row at a place from the left edge of the table, until the page shows it."""
    for _ in range(8):  # a table that is still being drawn does not hear the keys
        if type_into(page, row, x, text):
            break
    # Heard once, it is not typed again: the selection has moved on to the row below.
    for _ in range(8):
        register(page)  # on a busy machine a key meant for the table can close its section
        try:
            shows.wait_for(state=state, timeout=15_000)
        except WaitedTooLongError:
            continue
        return
    shows.wait_for(state=state, timeout=1_000)


def type_into(page: Any, row: int, x: int, text: str) -> bool:
    """Whether the cell opened, so that the text is in it."""
    box = register(page).bounding_box()
    page.keyboard.press("Escape")
    page.mouse.click(box["x"] + x, box["y"] + ROW * (row + 1) + ROW / 2)
    page.keyboard.press("Enter")
    field = page.locator("#portal input")  # where an open cell is edited
    try:
        field.fill(text, timeout=5_000)
    except WaitedTooLongError:
        return False
    field.press("Enter")
    return True


FROM, TO = 250, 400  # where the columns of the yearly rate lie


def test_a_cell_is_checked_kept_over_a_refresh_taken_away_and_undone(server: Any, visit: Any, tmp_path: Path) -> None:
    seen = visit(height=1400)
    page, main = seen.page, seen.page.get_by_test_id("stMain")
    seen.open(f"{server.url}/legal")
    before = figure(page, "Expected loss a year")

    refused = main.get_by_text("The lower bound 0.9 is above the upper bound 0.05.")
    enter(page, 0, FROM, "0.9", refused)
    assert figure(page, "Expected loss a year") == before, "what cannot be changes nothing"

    enter(page, 0, TO, "2", refused, "detached")
    main.get_by_role("button", name="Undo the last change").first.wait_for()
    seen.settle()
    after = figure(page, "Expected loss a year")
    assert after != before

    seen.open(f"{server.url}/legal")
    assert figure(page, "Expected loss a year") == after, "a refresh loses nothing"
    register(page)
    with page.expect_download() as begun:
        main.get_by_role("button", name="Take away as CSV").first.click()
    file = tmp_path / "register.csv"
    begun.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as text:
        row = next(row for row in csv.DictReader(text) if row["key"] == "legal.gdpr_fine")
    assert (float(row["rate_low"]), float(row["rate_high"])) == (pytest.approx(0.9, rel=1e-6), pytest.approx(2.0))

    main.get_by_role("button", name="Undo the last change").first.click()
    main.get_by_role("button", name="Undo the last change").first.wait_for(state="detached")
    seen.settle()
    assert figure(page, "Expected loss a year") == before

    register(page)
    main.get_by_role("button", name="Bring back a CSV").first.click()
    page.locator("input[type=file]").first.set_input_files(file)
    main.get_by_text("The file was read. One row was changed.").wait_for()
    seen.settle()
    assert figure(page, "Expected loss a year") == after


def test_what_can_be_borne_is_there_after_a_refresh_and_what_changed_is_said(server: Any, visit: Any) -> None:
    seen = visit(height=1400)
    page, main = seen.page, seen.page.get_by_test_id("stMain")
    seen.open(server.url)
    main.get_by_test_id("stExpander").filter(has=page.get_by_text("Assumptions", exact=True)).first.locator(
        "summary"
    ).click()
    field = main.locator(".st-key-settings_appetite_CNY input")
    field.fill("1000000")
    field.press("Enter")
    main.get_by_text("that you can bear. The counter-measures").wait_for()
    margin = main.locator(".st-key-settings_margin input")
    margin.fill("10")
    margin.press("Enter")
    main.get_by_text("Since your look of").wait_for()
    seen.open(server.url)
    main.get_by_text("that you can bear. The counter-measures").wait_for()
    assert figure(page, "Chance of a year that you cannot bear").endswith("%")
