"""Hostile text stays text. What a browser makes of it is shown in tests/browser."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.escape import markdown

HOSTILE = [
    "![pixel](https://evil.example/p.png)",
    "[click](https://evil.example)",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "https://evil.example",
    "www.evil.example",
    "mailto:a@evil.example",
    "someone@evil.example",
    "$5 to $10",
    "$$x^2$$",
    ":streamlit:",
    ":red[red]",
    ":material/home:",
    "a -> b <- c",
    "`code`",
    "**bold** _it_ ~~no~~",
    "# heading",
    "1. list",
    "- item",
    "> quote",
    "| a | b |",
    "a\n\n# heading",
    "a\u2028b\u0000c",
    "back\\slash",
    "&amp; &#60;",
]


def read_back(escaped: str) -> str:
    """What a Markdown reader shows: backslash before punctuation vanishes, the joiner has no width."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped).replace("\u2060", "")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_reads_as_it_was_on_one_line(text: str) -> None:
    one_line = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    assert read_back(markdown(text)) == one_line


@given(st.text())
def test_no_mark_of_markdown_is_left_without_its_backslash(text: str) -> None:
    unescaped = re.sub(r"\\.", "", markdown(text))
    assert not re.search(r"[\\`*_{}\[\]()<>#|$~^:!&]", unescaped)
    assert "\n" not in unescaped


def test_what_is_no_text_is_written_out() -> None:
    assert markdown(3) == "3"
    assert markdown(None) == "None"
