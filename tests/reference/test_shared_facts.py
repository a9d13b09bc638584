"""Our tables say what the shared facts say, cell by cell, but for the differences that are named with their reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest

from risk import reference


@dataclass(frozen=True)
class Pair:
    """One of their files beside our table of the same facts."""

    file: str
    ours: pd.DataFrame
    key: tuple[str, ...] = ("iso2",)
    renamed: dict[str, str] = field(default_factory=dict)
    percent: tuple[str, ...] = ()  # theirs is in percent, ours a fraction
    not_here: frozenset[str] = frozenset()  # keys that are another table's, or say what was not found
    worded_anew: frozenset[tuple[str, str]] = frozenset()  # key and column


VAT = reference.vat()
PAIRS = [
    Pair(
        "facts_de_minimis",
        reference.de_minimis(),
        key=("iso2", "effective_from"),
        not_here=frozenset({"FR 2026-03-01", "IT 2026-07-01", "RO 2026-01-01"}),  # parcel_charges holds them
    ),
    Pair(
        "facts_fines",
        reference.fines(),
        key=("id",),
        renamed={"pct_cap": "share_cap", "pct_base": "share_of", "basis": ""},  # their basis is our rule
        not_here=frozenset({"redpoints_recovery"}),  # no fine, but advertising: ip_statistics
        worded_anew=frozenset(
            {
                *(("us_1592_negl", column) for column in ("pct_cap", "pct_base")),  # 20 % and 40 %: from their rule
                *(("us_1592_gross", column) for column in ("pct_cap", "pct_base")),
                ("us_1526f", "pct_base"),  # the later seizures are a row of their own
                ("us_1509_records", "conduct"),  # wilful: negligent is a row of its own
                ("design_289", "fixed_cap"),  # the floor, from their rule
            }
        ),
    ),
    Pair("facts_gdpr_fine_severity", reference.fine_severity(), key=("dataset", "statistic")),
    Pair("facts_ip_index", reference.ip_index(), percent=("score_pct",), renamed={"score_pct": "score"}),
    Pair("facts_ip_privacy_stats", reference.ip_statistics(), key=("id",)),
    Pair("facts_lpi2023", reference.lpi(), renamed={"lpi_score": "score"}, not_here=frozenset({"US-sub"})),
    Pair("facts_special301", reference.watch_list(), worded_anew=frozenset({("MX", "economy")})),
    Pair(
        "facts_vat",
        VAT[VAT["effective_to"].isna()],  # theirs has the newest rate only
        percent=("standard_rate_pct",),
        renamed={"standard_rate_pct": "rate"},
    ),
]
TELLING = {"source", "notes", "as_of", "edition", "unit", "rule"}  # worded anew everywhere, or split into columns
SAME_WORDS = {"found (rank only)": "found", "computed here": "found", "high for the sample": "high"}


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.file)
def test_our_tables_say_what_the_shared_facts_say(pair: Pair, shared: Path) -> None:
    ours = keyed(pair.ours.reset_index(), pair.key)
    theirs = keyed(pd.read_csv(shared / "facts" / f"{pair.file}.csv", dtype=str, keep_default_na=False), pair.key)
    theirs = theirs.drop(index=[key for key in theirs.index if key in pair.not_here or key == ""])
    assert not set(theirs.index) - set(ours.index), "these are missing here"
    for key, row in theirs.iterrows():
        for column, text in row.items():
            name = pair.renamed.get(column, {"basis_of_knowledge": "basis"}.get(column, column))
            if name and column not in TELLING and (key, column) not in pair.worded_anew:
                value = ours.loc[key, name]
                assert same(text, value, 0.01 if column in pair.percent else 1.0), f"{key} {column}: {text} is {value}"


def keyed(table: pd.DataFrame, key: tuple[str, ...]) -> pd.DataFrame:
    """The table with its key as text: its columns with a space between, days as written, nothing for a missing one."""
    parts = [[written(value) for value in table[column]] for column in key]
    return table.set_index(pd.Index([" ".join(part).strip() for part in zip(*parts, strict=True)]))


def written(value: object) -> str:
    if pd.isna(value):
        return ""
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)


def same(text: str, value: object, factor: float) -> bool:
    if isinstance(value, float | int) and not pd.isna(value):
        return text != "" and float(text) * factor == pytest.approx(value, rel=1e-12)
    return SAME_WORDS.get(text, text) == written(value)
