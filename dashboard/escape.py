"""Text of users made safe for Streamlit, which reads every label as Markdown."""

from __future__ import annotations

import re

_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|$~^:=&@/\"'])")
# Backslashes alone leave links that GitHub's Markdown finds by itself, `:streamlit:` and arrows: a word joiner, which
# nobody sees, breaks them.
_FOUND_BY_ITSELF = re.compile(r"(?i)(?:https?|ftp|mailto|xmpp)(?=\\:)|www(?=\\.)|@|:(?=streamlit)|[-<>=](?=\\[-<>=])")


def markdown(text: object) -> str:
    """The text as any Streamlit label shows it literally, on one line: no link, image, formula, icon or colour."""
    printable = "".join(mark if mark.isprintable() else " " for mark in str(text))
    escaped = _MARKS.sub(r"\\\1", " ".join(printable.split()))
    return _FOUND_BY_ITSELF.sub(lambda found: found.group(0) + "\u2060", escaped)
