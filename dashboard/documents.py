"""Documents of the repository as pages."""

from __future__ import annotations

import re

_SECTION = re.compile(r"^## +(.+?)\s*$", flags=re.MULTILINE)


def sections(text: str) -> tuple[str, list[tuple[str, str]]]:
    r"""A Markdown document as its introduction, without the title, and its sections: heading, body.

    >>> sections("# Title\n\nIntro.\n\n## First\n\nBody.\n")
    ('Intro.', [('First', 'Body.')])
    """
    introduction, *parts = _SECTION.split(text)
    bodies = [part.strip() for part in parts[1::2]]
    return re.sub(r"\A# .*\n", "", introduction).strip(), list(zip(parts[::2], bodies, strict=True))


def anchor(heading: str) -> str:
    """The heading as the name of a place in the page, as GitHub makes it.

    >>> anchor("Value at risk (FX)")
    'value-at-risk-fx'
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
