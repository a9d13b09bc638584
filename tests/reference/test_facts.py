"""Every fact table is complete, dated and sourced, and reads as it was written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from risk import reference
from risk.reference import tables

TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    "carrier_liability": reference.carrier_liability,
    "currency_episodes": reference.currency_episodes,
    "de_minimis": reference.de_minimis,
    "disruptions": reference.disruptions,
    "fine_severity": reference.fine_severity,
    "fines": reference.fines,
    "hold_times": reference.hold_times,
    "ip_index": reference.ip_index,
    "ip_statistics": reference.ip_statistics,
    "lpi": reference.lpi,
    "marketplace_limits": reference.marketplace_limits,
    "measure_prices": reference.measure_prices,
    "parcel_charges": reference.parcel_charges,
    "policy_rates": reference.policy_rates,
    "return_rates": reference.return_rates,
    "trade_statistics": reference.trade_statistics,
    "transit_times": reference.transit_times,
    "vat": reference.vat,
    "watch_list": reference.watch_list,
}
WITHOUT_ROWS_OF_THEIR_OWN = {"policy_rates_by_quarter"}  # one column a currency: data/catalog.csv names the source
UNIQUE = {
    "carrier_liability": ["id"],
    "currency_episodes": ["id", "currency", "base", "start", "end"],
    "de_minimis": ["iso2", "origin", "effective_from"],
    "disruptions": ["id", "quantity"],
    "fine_severity": ["dataset", "statistic"],
    "fines": ["id"],
    "hold_times": ["exam", "source"],
    "ip_index": ["iso2"],
    "ip_statistics": ["id"],
    "lpi": ["iso2"],
    "marketplace_limits": ["platform", "metric", "window_days"],
    "measure_prices": ["id"],
    "parcel_charges": ["id"],
    "policy_rates": ["currency"],
    "return_rates": ["group", "measure"],
    "trade_statistics": ["id"],
    "transit_times": ["mode"],
    "vat": ["iso2", "effective_to"],
    "watch_list": ["iso2"],
}
WITH_CURRENCY = ["fines", "de_minimis", "hold_times", "carrier_liability"]


@pytest.fixture(params=TABLES)
def table(request: pytest.FixtureRequest) -> tuple[str, pd.DataFrame]:
    return request.param, TABLES[request.param]()


def test_every_file_has_its_function(root: Path) -> None:
    files = {file.stem for file in (root / "data" / "reference").glob("*.csv")}
    assert files == set(TABLES) | WITHOUT_ROWS_OF_THEIR_OWN


def test_every_file_is_read_as_it_was_written(root: Path) -> None:
    """Nothing is lost at a comma or a quotation mark, and no value has blanks around it."""
    for file in (root / "data" / "reference").glob("*.csv"):
        raw = pd.read_csv(file, dtype=str, keep_default_na=False)
        assert raw.notna().all(axis=None), file.name
        assert (raw == raw.apply(lambda column: column.str.strip())).all(axis=None), file.name


def test_every_row_has_source_day_basis_and_confidence(table: tuple[str, pd.DataFrame]) -> None:
    _, facts = table
    assert facts[["source", "as_of", "basis", "confidence"]].notna().all(axis=None)
    assert set(facts["basis"]) <= {"found", "known"}
    assert set(facts["confidence"]) <= {"high", "medium-high", "medium", "medium-low", "low"}


def test_every_date_is_read_and_none_describes_a_day_after_it_was_retrieved(
    table: tuple[str, pd.DataFrame], root: Path
) -> None:
    name, facts = table
    for column in facts.columns.intersection(list(tables.DATES)):
        assert pd.api.types.is_datetime64_any_dtype(facts[column]), column
    catalog = pd.read_csv(root / "data" / "catalog.csv", index_col="file", parse_dates=["retrieved"])
    assert (facts["as_of"] <= catalog.loc[f"reference/{name}.csv", "retrieved"]).all()


def test_no_fact_is_told_twice(table: tuple[str, pd.DataFrame]) -> None:
    name, facts = table
    assert not facts.reset_index().duplicated(UNIQUE[name]).any()


def test_no_rule_ends_before_it_begins(table: tuple[str, pd.DataFrame]) -> None:
    _, facts = table
    if "effective_to" in facts:
        both = facts.dropna(subset=["effective_from", "effective_to"])
        assert (both["effective_from"] <= both["effective_to"]).all()


@pytest.mark.parametrize("name", ["disruptions", "hold_times", "trade_statistics", "transit_times"])
def test_no_range_is_upside_down_or_empty(name: str) -> None:
    facts = TABLES[name]()
    pairs = [("low", "high")] if "low" in facts else [("days_low", "days_high"), ("cost_low", "cost_high")]
    pairs = [pair for pair in pairs if pair[0] in facts]
    for low, high in pairs:
        both = facts.dropna(subset=[low, high])
        assert (both[low] <= both[high]).all()
    assert facts[[column for pair in pairs for column in pair]].notna().any(axis=1).all()


@pytest.mark.parametrize("name", WITH_CURRENCY)
def test_every_amount_names_its_currency(name: str) -> None:
    facts = TABLES[name]()
    amounts = facts.filter(
        regex="^(fixed_cap|per_unit_max|duty_de_minimis|tax_de_minimis|cost_high|per_kg|per_package)$"
    )
    assert facts.loc[amounts.notna().any(axis=1), "currency"].str.fullmatch("[A-Z]{3}").all()


def test_what_is_not_certain_is_kept_and_marked() -> None:
    doubtful = {name: int(facts()["confidence"].isin(["low", "medium"]).sum()) for name, facts in TABLES.items()}
    assert doubtful["lpi"] > 50
    assert doubtful["de_minimis"] >= 10
    assert doubtful["fines"] >= 5


def test_the_document_describes_every_table_and_every_function(root: Path) -> None:
    page = (root / "docs" / "facts.md").read_text(encoding="utf-8")
    described = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `")}
    assert described == {file.stem for file in (root / "data" / "reference").glob("*.csv")}
    assert not [name for name in reference.__all__ if f"`{name}`" not in page and name not in ("EU", "stale")]
    assert "None of it is legal advice" in page
