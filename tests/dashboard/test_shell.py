from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import registry, shell
from dashboard.registry import PAGES, Page

ROOT = Path(__file__).resolve().parents[2]
SECRET = "/srv/secret password=hunter2"


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], AppTest]:
    """Runs a dashboard whose first page has the given code, and whose second says "second"."""
    pages = tuple(Page(key, key.title(), f"What is {key}?", "home") for key in ("first", "second"))
    monkeypatch.setattr(registry, "ROOT", tmp_path)
    monkeypatch.setattr(registry, "PAGES", pages)
    monkeypatch.setattr(shell, "PAGES", pages)
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "second.py").write_text("import streamlit as st\nst.text('second')\n")

    def run(code: str, script: str = "dashboard/script.py") -> AppTest:
        (tmp_path / "pages" / "first.py").write_text(code)
        return AppTest.from_file(str(ROOT / script), default_timeout=30).run()

    return run


@pytest.mark.parametrize("script", ["app.py", "dashboard/script.py"])
def test_the_first_page_stands_in_its_frame(page: Callable[..., AppTest], script: str) -> None:
    at = page("import streamlit as st\nst.text('first')\n", script)
    assert not at.exception
    assert [at.title[0].value, at.caption[0].value, at.text[0].value] == ["First", "What is first?", "first"]
    assert "Invented sample shop" in at.sidebar.info[0].value


def test_other_pages_are_switched_to(page: Callable[[str], AppTest], tmp_path: Path) -> None:
    at = page("import streamlit as st\nst.text('first')\n").switch_page(str(tmp_path / "pages" / "second.py")).run()
    assert [at.title[0].value, at.text[0].value] == ["Second", "second"]


def test_what_the_reader_can_correct_is_said_in_a_sentence(page: Callable[[str], AppTest]) -> None:
    at = page("from risk.checks import InputError\nraise InputError('{file} is [empty](https://x)', file='a*b')\n")
    assert not at.exception
    assert at.error[0].value == r"a\*b is \[empty\]\(https" + "\u2060" + r"\:\/\/x\)"


def test_an_error_of_ours_shows_a_reference_and_nothing_else(
    page: Callable[[str], AppTest], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="dashboard"):
        at = page(f"raise RuntimeError({SECRET!r})\n")
    assert not at.exception
    assert "hunter2" not in at.error[0].value
    reference = caplog.records[-1].args[0]
    assert reference in at.error[0].value
    assert "hunter2" in caplog.text


def test_a_page_may_stop_or_run_again(page: Callable[[str], AppTest]) -> None:
    at = page(
        "import streamlit as st\nif 'again' not in st.session_state:\n    st.session_state['again'] = 1\n"
        "    st.rerun()\nst.text('before')\nst.stop()\nst.text('after')\n"
    )
    assert not at.exception
    assert not at.error
    assert [text.value for text in at.text] == ["before"]


def test_the_reporting_currency_comes_from_the_address(page: Callable[[str], AppTest]) -> None:
    page("from dashboard import workspace\nimport streamlit as st\nst.text(workspace.current().reporting)\n")
    at = AppTest.from_file(str(ROOT / "dashboard" / "script.py"), default_timeout=30)
    at.query_params["sample_currency"] = "EUR"
    assert at.run().text[0].value == "EUR"
    at.sidebar.selectbox("sample_currency").select("JPY").run()
    assert at.text[0].value == "JPY"


def test_pages_have_each_one_file_one_key_and_one_address() -> None:
    assert all(page.path.is_file() for page in PAGES)
    assert len({page.key for page in PAGES}) == len({page.url_path for page in PAGES}) == len(PAGES)
    assert all(page.key.isidentifier() and page.key.islower() for page in PAGES)
    files = {path.stem for path in (ROOT / "pages").glob("*.py")}
    assert {page.key for page in PAGES} <= files
