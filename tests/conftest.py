"""Shared by all tests: what CI may not skip, and where the shared reference material lies when it is there."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from risk.loss.register import Entry, FamilyRisk
from risk.trade import Destination, Trade

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


@pytest.fixture(scope="session")
def trade() -> Trade:
    """Two years of sales to Germany and the United States: 500,000 euros, 10,000 parcels, 14,000 units a year."""
    places = Destination("DE", 300_000.0, 6_000.0, 9_000.0), Destination("US", 200_000.0, 4_000.0, 5_000.0)
    return Trade("EUR", 2.0, places, 120, 0.3)


@pytest.fixture(scope="session")
def doubled(trade: Trade) -> Trade:
    """Twice the sales, parcels and units in each destination."""
    places = (
        Destination(place.country, 2 * place.sales, 2 * place.parcels, 2 * place.units) for place in trade.destinations
    )
    return replace(trade, destinations=tuple(places))


@pytest.fixture
def entries(risk: Callable[..., FamilyRisk]) -> Callable[..., dict[str, Entry]]:
    """The entries by key of what a test module's own `risk` fixture builds."""
    return lambda *assumed, **known: {entry.key: entry for entry in risk(*assumed, **known).entries}


@pytest.fixture
def simulates_its_means() -> Callable[[FamilyRisk], None]:
    """Asserts that the simulated means of a family's perils are their closed forms, within four standard errors."""

    def check(model: FamilyRisk) -> None:
        losses = model.simulate(40_000, np.random.default_rng(7)).losses
        error = losses.std(axis=0) / np.sqrt(len(losses))
        closed = np.array([peril.mean for peril in model.perils])
        assert (np.abs(losses.mean(axis=0) - closed) < 4 * error).all()

    return check
