from __future__ import annotations

from collections.abc import Callable
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from streamlit.testing.v1 import AppTest

from dashboard import i18n
from dashboard.i18n import N_, _, ngettext, preferred, spoken
from risk.checks import InputError, Sentence
from scripts.messages import TEMPLATE, collected

Catalogues = Callable[..., None]


def script() -> None:
    import datetime

    import streamlit as st

    from dashboard.formatting import date
    from dashboard.i18n import _, ngettext
    from dashboard.shell import language_switch

    language_switch()
    st.text(_("Table"))
    st.text(ngettext("row", "rows", 2))
    st.text(date(datetime.date(2025, 3, 5)))


def shown(locale: str | None = None, **address: str) -> list[str]:
    at = AppTest.from_function(script)
    at.context = {"locale": locale} if locale else {}
    at.query_params.update(address)
    at.run()
    assert not at.exception
    return [text.value for text in at.text]


def test_english_is_the_source() -> None:
    assert _("Table") == N_("Table") == "Table"
    assert [ngettext("row", "rows", count) for count in (0, 1, 2)] == ["rows", "row", "rows"]


def test_a_language_is_there_as_soon_as_its_catalogue_is(catalogues: Catalogues) -> None:
    assert i18n.languages() == ("en",)
    catalogues("zh_Hant", {"Table": "表格"})
    assert i18n.languages() == ("en", "zh_Hant")
    assert i18n.own_name("zh_Hant") == "繁體中文"


@pytest.mark.parametrize(
    ("browser", "read"),
    [
        ("zh-TW", "zh_Hant"),
        ("zh-HK", "zh_Hant"),
        ("zh-Hant-TW", "zh_Hant"),
        ("zh-CN", "zh_Hans"),
        ("de-AT", "de"),
        ("de", "de"),
        ("fr-CA", "en"),
        ("", "en"),
        ("../../etc", "en"),
        (None, "en"),
    ],
)
def test_a_browser_is_answered_in_the_language_that_fits_best(
    catalogues: Catalogues, browser: str | None, read: str
) -> None:
    for language in ("zh_Hant", "zh_Hans", "de"):
        catalogues(language, {"Table": "-"})
    assert preferred(browser) == read


def test_a_page_speaks_the_browsers_language(catalogues: Catalogues) -> None:
    catalogues("de", {"Table": "Tabelle", "row": ("Zeile", "Zeilen")})
    assert shown("de-DE") == ["Tabelle", "Zeilen", "05.03.2025"]
    assert shown("en-GB") == ["Table", "rows", "5 Mar 2025"]
    assert shown() == ["Table", "rows", "Mar 5, 2025"]


def test_the_address_overrides_the_browser(catalogues: Catalogues) -> None:
    catalogues("de", {"Table": "Tabelle"})
    assert shown("en-US", lang="Deutsch")[0] == "Tabelle"
    assert shown("de-DE", lang="nonsense")[0] == "Tabelle"


def test_the_switch_changes_the_language_and_is_hidden_while_there_is_one(catalogues: Catalogues) -> None:
    assert not AppTest.from_function(script).run().selectbox
    catalogues("de", {"Table": "Tabelle"})
    at = AppTest.from_function(script).run()
    assert at.text[0].value == "Table"
    at.selectbox(i18n.KEY).select("de").run()
    assert at.text[0].value == "Tabelle"


def test_a_sentence_of_the_package_is_translated_before_it_is_filled(
    catalogues: Catalogues, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogues("de", {"{file} is empty": "{file} ist leer"})
    monkeypatch.setattr(i18n, "language", lambda: "de")
    assert spoken(Sentence("{file} is empty", file="{x}.csv")) == "{x}.csv ist leer"
    assert spoken(InputError("{file} is empty", file="a").sentence) == "a ist leer"
    assert spoken(Sentence("50 % of {braces")) == "50 % of {braces"


def test_the_template_for_translators_holds_every_text() -> None:
    with TEMPLATE.open("rb") as file:
        kept = {message.id for message in read_po(file) if message.id}
    found = {message.id for message in collected() if message.id}
    assert found == kept, "run .venv/bin/python scripts/messages.py"
    assert "Methods" in found


def test_translations_have_the_placeholders_of_their_source() -> None:
    for path in i18n.LOCALE.glob("*/LC_MESSAGES/messages.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                sources = message.id if isinstance(message.id, tuple) else (message.id,)
                texts = message.string if isinstance(message.string, tuple) else (message.string,)
                assert all(placeholders(text) <= placeholders(*sources) for text in texts if text), message.id


def placeholders(*texts: str) -> set[str]:
    return {name for text in texts for _literal, name, _spec, _conversion in Formatter().parse(text) if name}
