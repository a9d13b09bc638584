"""The frame in a real browser: addresses, privacy, accessibility, phones, dark and light."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from dashboard.registry import PAGES, Page
from dashboard.workspace import COOKIE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
WAYS = {
    "python": [sys.executable, str(ROOT / "app.py")],
    "uvicorn": [sys.executable, "-m", "uvicorn", "app:app", "--host=127.0.0.1", "--port={port}"],
}
# Violations that are in Streamlit's own markup, whatever a page does.
STREAMLITS_OWN = {"svg-img-alt", "empty-table-header", "presentation-role-conflict"}


def every_page(test: Callable[..., None]) -> Callable[..., None]:
    return pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)(test)


def stands(visit: Any, page: Page) -> None:
    """The page is there inside its frame, and nothing went wrong."""
    heading = visit.page.get_by_role("heading", level=1)
    assert heading.inner_text() == page.title
    assert visit.page.get_by_test_id("stSidebarNavLink").count() == (len(PAGES) if len(PAGES) > 1 else 0)
    assert visit.page.get_by_role("dialog").count() == 0
    assert visit.page.get_by_test_id("stException").count() == 0
    assert "went wrong on our side" not in visit.page.content()


@every_page
def test_a_page_opens_from_its_own_address_on_a_fresh_server(page: Page, fresh_server: Any, visit: Any) -> None:
    with fresh_server() as server:
        first = visit()
        first.open(f"{server.url}/{page.url_path}")
        stands(first, page)
        assert re.fullmatch(rf"{server.url}/{page.url_path}(\?.*)?", first.page.url)


@pytest.mark.parametrize("way", WAYS)
def test_the_other_ways_to_start_show_the_same(way: str, fresh_server: Any, visit: Any) -> None:
    with fresh_server(WAYS[way], inside=ROOT if way == "uvicorn" else None) as server:
        first = visit()
        first.open(f"{server.url}/{PAGES[-1].url_path}")
        stands(first, PAGES[-1])
        assert first.complaints == []


def test_the_first_page_also_opens_from_its_name(server: Any, visit: Any) -> None:
    first = visit()
    first.open(f"{server.url}/{PAGES[0].key}")
    stands(first, PAGES[0])


@every_page
def test_a_page_is_accessible_asks_no_other_machine_and_the_browser_has_no_complaint(
    page: Page, server: Any, visit: Any
) -> None:
    seen = visit()
    seen.open(f"{server.url}/{page.url_path}")
    seen.show_all()
    assert violations(seen) == {}
    assert {urlsplit(address).hostname for address in seen.requests if not address.startswith(("data:", "blob:"))} == {
        "127.0.0.1"
    }
    assert seen.complaints == []


@every_page
def test_a_page_fits_a_phone_and_is_accessible_there_in_the_dark(page: Page, server: Any, visit: Any) -> None:
    seen = visit(width=390, height=844, dark=True)
    seen.open(f"{server.url}/{page.url_path}")
    seen.show_all()
    widths = seen.page.evaluate(
        "['stApp', 'stMain', 'stMainBlockContainer'].map(id => document.querySelector(`[data-testid=${id}]`))"
        ".map(part => [part.scrollWidth, part.clientWidth])"
    )
    assert all(content <= window for content, window in widths)
    assert violations(seen) == {}


def violations(seen: Any) -> dict[str, list[str]]:
    """Serious violations of accessibility by rule, without those in Streamlit's own markup."""
    parts = {"exclude": [["[data-testid=stCode] .token"]]}  # the colours of code are Streamlit's own
    found = Axe().run(seen.page, context=parts, options={"resultTypes": ["violations"]}).response["violations"]
    serious = {entry["id"]: entry["nodes"] for entry in found if entry["impact"] in ("serious", "critical")}
    return {
        name: [node["html"][:200] for node in nodes] for name, nodes in serious.items() if name not in STREAMLITS_OWN
    }


def test_light_and_dark_follow_the_reader(server: Any, visit: Any) -> None:
    def background(dark: bool) -> str:
        seen = visit(dark=dark)
        seen.open(server.url)
        return str(
            seen.page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
        )

    assert background(dark=False) == "rgb(255, 255, 255)"
    assert background(dark=True) == "rgb(16, 21, 29)"


def token(visit: Any) -> str:
    return next(str(cookie["value"]) for cookie in visit.page.context.cookies() if cookie["name"] == COOKIE)


def test_a_browser_keeps_its_workspace_also_when_it_comes_from_another_site(server: Any, visit: Any) -> None:
    one, other = visit(), visit()
    one.open(server.url)
    mine = token(one)
    one.page.goto(f"data:text/html,<a href='{server.url}/{PAGES[-1].key}'>shared with you</a>")
    one.page.get_by_role("link").click()
    one.settle()
    assert token(one) == mine
    other.page.goto(f"data:text/html,<a href='{server.url}'>shared with you</a>")
    other.page.get_by_role("link").click()
    other.settle()
    assert token(other) != mine
    assert one.complaints == other.complaints == []


def test_the_address_carries_what_was_chosen_to_another_reader(server: Any, visit: Any) -> None:
    one, other = visit(), visit()
    one.open(f"{server.url}/{PAGES[-1].key}")
    one.page.get_by_label("Reporting currency", exact=True).fill("EUR")
    one.page.keyboard.press("Enter")
    one.page.wait_for_url("**sample_currency=EUR*")
    other.open(one.page.url)
    assert other.page.get_by_label("Reporting currency", exact=True).input_value() == "EUR"
    other.page.reload()
    other.settle()
    assert other.page.get_by_label("Reporting currency", exact=True).input_value() == "EUR"
