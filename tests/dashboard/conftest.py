from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import streamlit as st
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from dashboard import i18n, workspace


@pytest.fixture(autouse=True)
def empty_caches() -> Iterator[None]:
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where workspaces are kept: nobody's but the test's."""
    monkeypatch.setenv(workspace.FOLDER, str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes whoever asks next the browser with this cookie."""
    return lambda token: monkeypatch.setattr(workspace, "_token", lambda: token)


@pytest.fixture
def catalogues(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Adds a catalogue of a language, given its translations, to none but English."""
    monkeypatch.setattr(i18n, "LOCALE", tmp_path)
    i18n.catalogue.cache_clear()

    def add(language: str, texts: Mapping[str, str | tuple[str, ...]]) -> None:
        catalog = Catalog(locale=language)
        for message, text in texts.items():
            many = isinstance(text, tuple)
            catalog.add((message, f"{message}s") if many else message, text)
        path = tmp_path / language / "LC_MESSAGES" / "messages.po"
        path.parent.mkdir(parents=True)
        with path.open("wb") as file:
            write_po(file, catalog)

    yield add
    i18n.catalogue.cache_clear()
