"""Shared by all tests: what CI may not skip, and where the shared reference material lies when it is there."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that was skipped although RISK_NO_SKIP names its marker: CI has what it needs."""
    report = yield
    required = os.environ.get("RISK_NO_SKIP", "").split()
    if report.skipped and any(item.get_closest_marker(name) for name in required):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where it may not be: {call.excinfo and call.excinfo.value}"
    return report


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the shared reference material; the test is skipped where it is not laid beside the repository."""
    if not SHARED.is_dir():
        pytest.skip("the shared reference material is not beside this repository")
    return SHARED
