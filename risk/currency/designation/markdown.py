"""Blocks as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from risk.currency.designation.blocks import Block, Bullets, Heading, Paragraph, Table, plain

_MARKS = re.compile(r"(^\d+(?=[.)](?:\s|$))|^(?=[-+=])|(?=[\\`*_\[\]<>#|$~&]))")  # at the start of a line, or anywhere


def literal(text: str) -> str:
    """The text as Markdown shows it literally, on one line: names and remarks of users are no markup."""
    return _MARKS.sub(r"\1\\", text)


def to_markdown(
    blocks: Iterable[Block], say: Callable[[str], str] = str, escape: Callable[[str], str] = literal
) -> str:
    """The blocks as Markdown with tables. `say` gives each text in the reader's language, `escape` makes it literal."""

    def line(text: str) -> str:
        return escape(plain(text, say))

    return "\n\n".join(_block(block, line) for block in blocks) + "\n"


def _block(block: Block, line: Callable[[str], str]) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {line(block.text)}"
        case Paragraph():
            return f"**{line(block.text)}**" if block.bold else line(block.text)
        case Bullets():
            return "\n".join(f"- {line(item)}" for item in block.items)
        case Table():
            rows = [block.header, *block.rows]
            written = ["| " + " | ".join(line(cell) for cell in row) + " |" for row in rows]
            return "\n".join([written[0], "|" + "---|" * len(block.header), *written[1:]])
