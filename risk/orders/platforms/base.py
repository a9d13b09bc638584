"""What reading needs to know of one report of one platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from risk.orders.rows import Rows
from risk.orders.words import normalise


def _nothing(rows: Rows) -> None:
    """Most reports need no more than their columns."""


@dataclass(frozen=True)
class Platform:
    """One report: how to recognise it, what its columns are, and what its rows mean beyond them.

    `columns` (header -> target, None: leave out) goes before the dictionary; of two columns for one target the
    one named first here is read first. `adjust` works on typed rows before they become tables.
    """

    name: str
    signature: tuple[str, ...]
    columns: Mapping[str, str | None]
    quoted: bool = True
    date_order: str = ""
    decimal: str = ""
    currency: str = ""
    symbols: Mapping[str, str] = field(default_factory=dict)
    adjust: Callable[[Rows], None] = _nothing

    def recognises(self, header: frozenset[str]) -> bool:
        """True if the normalised header has every column of the signature."""
        return all(normalise(word) in header for word in self.signature)

    def targets(self) -> dict[str, tuple[str | None, int]]:
        """Normalised header -> target and rank."""
        return {normalise(header): (target, rank) for rank, (header, target) in enumerate(self.columns.items())}
