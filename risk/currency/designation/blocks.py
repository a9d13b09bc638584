"""Parts of a document, before it is Markdown or a Word file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from risk.checks import InputError


@dataclass(frozen=True)
class Heading:
    """A heading; the title of the document has level 1."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of text, all of it bold or none."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list without numbers."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Rows of text under a header; each row has a cell a column."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.header) for row in self.rows):
            raise InputError(f"each row must have {len(self.header)} cells")


def plain(text: str, say: Callable[[str], str]) -> str:
    """The text in the reader's language on one line; an empty one, which a catalogue answers with its header, stays."""
    return " ".join(say(text).split()) if text else ""


Block = Heading | Paragraph | Bullets | Table
