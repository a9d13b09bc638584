"""Reading the fact tables, choosing the rows of a day, and telling which ones are old."""

from pathlib import Path

import pandas as pd
import pytest

from risk import reference
from risk.checks import InputError
from risk.reference import tables


def days(*texts: str | None) -> list[pd.Timestamp]:
    return [pd.NaT if text is None else pd.Timestamp(text) for text in texts]


def test_a_copy_without_data_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tables, "DATA", tmp_path)
    with pytest.raises(InputError, match=r"policy_rates\.csv is missing"):
        reference.policy_rates()


def test_the_code_of_namibia_is_not_a_missing_value(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "countries.csv").write_text("iso2,score\nNA,2.9\n,\n", encoding="utf-8")
    monkeypatch.setattr(tables, "DATA", tmp_path)
    assert tables.read("countries")["iso2"].fillna("missing").tolist() == ["NA", "missing"]


def test_the_first_and_the_last_day_of_a_rule_are_in_force() -> None:
    rules = pd.DataFrame(
        {"effective_from": days("2021-07-01", "2026-07-01", None), "effective_to": days("2026-06-30", None, None)}
    )
    chosen = {
        on: tables.valid(rules, on).index.tolist() for on in ("2021-06-30", "2021-07-01", "2026-06-30", "2026-07-01")
    }
    assert chosen == {"2021-06-30": [2], "2021-07-01": [0, 2], "2026-06-30": [0, 2], "2026-07-01": [1, 2]}
    assert tables.valid(rules, None).index.tolist() == [0, 1, 2]


def test_a_row_is_stale_after_its_years_or_when_its_rule_has_ended_or_without_a_date() -> None:
    facts = pd.DataFrame(
        {
            "as_of": days("2025-11-25", "2025-11-20", "2026-11-01", None),
            "effective_to": days(None, None, "2026-11-24", None),
        }
    )
    assert reference.stale(facts, "2026-11-25").tolist() == [False, True, True, True]
    assert reference.stale(facts[["as_of"]], "2026-11-25", years=2).tolist() == [False, False, False, True]
    with pytest.raises(InputError, match="years"):
        reference.stale(facts, "2026-11-25", years=0)
