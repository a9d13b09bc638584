"""Texts in the reader's language: gettext catalogues under `dashboard/locale`, English being the source.

A language is there as soon as `locale/<language>/LC_MESSAGES/messages.po` is: catalogues are compiled in memory at
their first use, so that no build step stands between a translator and the page.
"""

from __future__ import annotations

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

import streamlit as st
from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from streamlit.runtime.scriptrunner import get_script_run_ctx

from risk.checks import Sentence

LOCALE = Path(__file__).parent / "locale"
SOURCE = "en"
KEY = "lang"  # of the switch in the sidebar, and its name in the address


def N_(message: str) -> str:  # noqa: N802  (gettext's own name for it)
    """The message itself, marked for extraction: for texts written down before the reader is known."""
    return message


def _(message: str) -> str:
    """The message in the reader's language; fill its placeholders with `.format(...)` afterwards."""
    return catalogue(language()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The message whose grammatical number fits the count, in the reader's language."""
    return catalogue(language()).ngettext(one, many, count)


def spoken(text: str) -> str:
    """A Sentence of `risk` (its template translated, then filled) or any marked message in the reader's language."""
    if isinstance(text, Sentence):
        values = {name: spoken(value) if isinstance(value, Sentence) else value for name, value in text.values.items()}
        return _(text.template).format(**values) if values else _(text.template)
    return _(text)


def language() -> str:
    """The reader's language: as switched in the sidebar, else the browser's, else English; English outside a page."""
    if languages() == (SOURCE,) or get_script_run_ctx(suppress_warning=True) is None:
        return SOURCE
    chosen = st.session_state.get(KEY)
    return chosen if chosen in languages() else preferred(st.context.locale)


def languages() -> tuple[str, ...]:
    """English and every language that has a catalogue, as Babel writes them: en, zh_Hans, zh_Hant."""
    return _found(LOCALE, LOCALE.stat().st_mtime_ns)  # asked for every text: the folder is read when it has changed


@cache
def _found(folder: Path, changed: int) -> tuple[str, ...]:  # noqa: ARG001
    return (SOURCE, *sorted(path.parts[-3] for path in folder.glob("*/LC_MESSAGES/messages.po")))


def preferred(browser: str | None) -> str:
    """The language we have that fits the browser's locale best: zh-TW is read in zh_Hant, de-AT in de.

    >>> preferred("fr-CA"), preferred("not a locale"), preferred(None)
    ('en', 'en', 'en')
    """
    wanted = parsed(browser)
    if wanted is None:
        return SOURCE
    names = (f"{wanted.language}_{wanted.script}", wanted.language)
    return next((name for name in names if name in languages()), SOURCE)


def parsed(browser: str | None) -> Locale | None:
    """The browser's locale with its script filled in, or None when Babel does not know it."""
    try:
        return Locale.parse(browser, sep="-") if browser else None
    except (UnknownLocaleError, ValueError):
        return None


@cache
def catalogue(code: str) -> NullTranslations:
    """The catalogue of one language; English says every message as written."""
    if code == SOURCE:
        return NullTranslations()
    compiled = io.BytesIO()
    with (LOCALE / code / "LC_MESSAGES" / "messages.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=code))
    compiled.seek(0)
    return GNUTranslations(compiled)


def own_name(code: str) -> str:
    """The language's name in the language itself: 繁體中文."""
    locale = Locale.parse(code)
    return str(locale.languages.get(code) or locale.get_display_name(locale)).capitalize()
