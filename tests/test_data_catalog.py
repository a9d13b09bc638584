"""data/catalog.csv lists every file of data/, and nothing that is not there."""

from pathlib import Path

import pandas as pd
import pytest


@pytest.fixture
def catalog(root: Path) -> pd.DataFrame:
    return pd.read_csv(root / "data" / "catalog.csv", dtype=str)


def present(root: Path) -> set[str]:
    data = root / "data"
    return {path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()}


def test_every_data_file_is_listed(root: Path, catalog: pd.DataFrame) -> None:
    assert not present(root) - set(catalog["file"])


def test_every_listed_file_is_there(root: Path, catalog: pd.DataFrame) -> None:
    assert not set(catalog["file"]) - present(root)


def test_no_file_is_listed_twice_and_every_cell_is_filled(catalog: pd.DataFrame) -> None:
    assert list(catalog) == ["file", "what", "source", "licence", "retrieved"]
    assert catalog["file"].is_unique
    assert catalog.notna().all(axis=None)
    assert pd.to_datetime(catalog["retrieved"], format="%Y-%m-%d").notna().all()


def test_what_is_invented_says_so(catalog: pd.DataFrame) -> None:
    sample = catalog[catalog["file"].str.startswith("sample/")]
    assert sample["what"].str.contains("invented").all()


def test_no_data_file_is_large(root: Path) -> None:
    assert not [name for name in present(root) if (root / "data" / name).stat().st_size > 1_000_000]
