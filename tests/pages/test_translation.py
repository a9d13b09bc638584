"""Every heading and label of every page can be translated: a made-up language marks what went through a catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from streamlit.testing.v1 import AppTest

from dashboard import i18n
from dashboard.registry import PAGES, Page
from scripts.messages import collected

ROOT = Path(__file__).resolve().parents[2]
MARK = "⟦"
LABELLED = ("button", "metric", "expander", "selectbox", "slider", "number_input", "checkbox", "toggle", "button_group")
DOCUMENTS = {"methods"}  # their headings are a document's, in English


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A browser's language in which each text is its English between brackets."""
    catalog = Catalog(locale="de")
    for message in collected():
        if message.id:
            marked = tuple(f"{MARK}{text}⟧" for text in ([message.id] if isinstance(message.id, str) else message.id))
            catalog.add(message.id, marked[0] if isinstance(message.id, str) else marked)
    path = tmp_path / "de" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, catalog)
    monkeypatch.setattr(i18n, "LOCALE", tmp_path)
    i18n.catalogue.cache_clear()
    yield
    i18n.catalogue.cache_clear()


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
def test_headings_and_labels_go_through_the_catalogue(page: Page) -> None:
    at = AppTest.from_file(str(ROOT / "dashboard" / "script.py"), default_timeout=120)
    at.context = {"locale": "de-DE"}
    at.run()
    if page != PAGES[0]:
        at.switch_page(f"../pages/{page.key}.py").run()
    assert not at.exception
    headings = [] if page.key in DOCUMENTS else [*at.header, *at.subheader]
    texts = [part.value for part in [*at.title, *headings, *at.sidebar.info]]
    texts += [part.label for kind in LABELLED for part in [*at.main.get(kind), *at.sidebar.get(kind)]]
    spoken = [text for text in texts if any(mark.islower() for mark in text) and text != "Language"]
    assert spoken
    assert not [text for text in spoken if MARK not in text]
