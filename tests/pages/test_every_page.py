"""What holds for each page of the registry; a page's own numbers are tested beside this file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.panels import MOST_FIGURES
from dashboard.registry import PAGES, Page

ROOT = Path(__file__).resolve().parents[2]

each = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)


@pytest.fixture(autouse=True, scope="module")
def empty_caches() -> Iterator[None]:
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(scope="module")
def shown() -> dict[str, AppTest]:
    """Each page as it stands inside the frame, on the sample shop."""
    # Not app.py, beside which AppTest finds the folder of pages and runs them without the frame.
    script = str(ROOT / "dashboard" / "script.py")
    found = {}
    for page in PAGES:
        at = AppTest.from_file(script, default_timeout=120).run()
        found[page.key] = at if page == PAGES[0] else at.switch_page(f"../pages/{page.key}.py").run()
    return found


@each
def test_a_page_runs_inside_the_frame(page: Page, shown: dict[str, AppTest]) -> None:
    at = shown[page.key]
    assert not at.exception
    assert not at.error, [error.value for error in at.error]
    assert at.title[0].value == page.title
    assert len(at.main) > 2


@each
def test_a_page_runs_alone(page: Page) -> None:
    at = AppTest.from_file(str(page.path), default_timeout=120).run()
    assert not at.exception
    assert not at.error, [error.value for error in at.error]


@each
def test_a_page_shows_at_most_five_figures_at_its_top(page: Page, shown: dict[str, AppTest]) -> None:
    explained = [metric.label for metric in shown[page.key].metric if not metric.help]
    assert not explained, "each figure says how it is computed"
    assert len(shown[page.key].metric) <= 2 * MOST_FIGURES


@each
def test_each_chart_is_described(page: Page, shown: dict[str, AppTest]) -> None:
    assert all(chart.proto.alt for chart in shown[page.key].get("plotly_chart"))


@each
def test_widgets_that_live_in_the_address_are_named_after_their_page(page: Page, shown: dict[str, AppTest]) -> None:
    kinds = ("slider", "selectbox", "number_input", "checkbox", "radio", "multiselect", "button_group", "toggle")
    main = [widget for kind in kinds for widget in shown[page.key].main.get(kind)]
    bound = [widget.key for widget in main if getattr(widget.proto, "query_param_key", "")]
    assert all(key.startswith(f"{page.key}_") for key in bound), bound
