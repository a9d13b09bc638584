"""What reading one export gives: the tables, what was set aside and why, and what only the user can know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from risk.checks import Sentence

Reason = Literal["dictionary", "platform", "chosen", "personal", "not used"]
Kind = Literal["currency", "date_order", "decimal", "sheet"]


@dataclass(frozen=True)
class Profile:
    """How the file is written. Empty text: the file does not say, or has no such thing."""

    platform: str  # platform and report, such as "shopify orders", or "unknown"
    encoding: str
    delimiter: str | None  # None: a worksheet
    header_line: int  # physical line, from 1
    decimal: str
    date_order: str  # "YMD", "MDY" or "DMY"
    currency: str  # ISO code, or "per row"
    currency_source: str  # "column", "symbol", "header", "preamble", "platform", "chosen", or empty: unknown
    confidence: float  # 0..1
    sheet: str | None = None


@dataclass(frozen=True)
class Match:
    """Where one column of the file went: `lines.order_id`, or nowhere and why."""

    header: str
    target: str | None
    reason: Reason


@dataclass(frozen=True)
class Counts:
    """Physical records of the file; every one is accepted, quarantined or furniture."""

    physical_records: int
    accepted: int
    quarantined: int
    furniture: int


@dataclass(frozen=True)
class Question:
    """What only the user can know, with the answers that the file leaves open, likely ones first."""

    kind: Kind
    choices: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Export:
    """One file, read once: what a preview shows is what an import adds."""

    name: str
    file_id: str  # SHA-256 of the bytes
    profile: Profile
    mapping: tuple[Match, ...]
    tables: dict[str, pd.DataFrame]  # columns of schema.TABLES; only tables that have rows
    quarantine: pd.DataFrame  # line_no, reason, detail, text
    counts: Counts
    questions: tuple[Question, ...]
    notes: tuple[Sentence, ...]
