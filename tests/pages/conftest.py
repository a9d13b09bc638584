from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import currency
from risk.calibration import Calibrated, ask, calibrate, conversion, currency_risk, enterprise
from risk.currency.model import CurrencyRisk, Legs
from risk.currency.rates import ecb_rates
from risk.enterprise import Enterprise
from risk.loss.table import YearLossTable
from risk.orders import OrderHistory, questions, read_export
from risk.orders.sample import open_sample
from risk.reference import policy_rates

PAGES = Path(__file__).resolve().parents[2] / "pages"
DAY = dt.date(2026, 10, 31)  # that the sample shop is seen from


@pytest.fixture(scope="module", autouse=True)
def caches_of_a_module() -> Iterator[None]:
    # Not after each test: the sample shop's forecast and years take seconds, and their keys hold all they depend on.
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def shown() -> Callable[..., AppTest]:
    """Runs one page by itself, with an address and on a history and reporting currency when they are given."""

    def run(
        page: str,
        history: OrderHistory | None = None,
        reporting: str = "CNY",
        address: Mapping[str, str] | None = None,
        session: Mapping[str, object] | None = None,
    ) -> AppTest:
        at = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=120)
        if history is not None:
            at.session_state["workspace"] = history
            at.session_state["currency"] = reporting
        for name, value in (session or {}).items():
            at.session_state[name] = value
        for name, value in (address or {}).items():
            at.query_params[name] = value
        at.run()
        assert not at.exception, [error.message for error in at.exception]
        return at

    return run


@pytest.fixture
def history() -> Iterator[Callable[..., OrderHistory]]:
    """Makes a history of one order a month and currency, up to a month."""
    made = []

    def make(monthly: Mapping[str, float], months: int = 26, last: str = "2026-10") -> OrderHistory:
        periods = pd.period_range(end=last, periods=months, freq="M")
        rows = [
            f"{code}-{place},{month}-15 10:00:00,{amount * (1 + place % 5 / 10):.2f},{code}"
            for place, month in enumerate(periods)
            for code, amount in monthly.items()
        ]
        text = "\n".join(["order_id,ordered_at,amount,currency", *rows, ""])
        made.append(OrderHistory.open())
        made[-1].add(read_export(text.encode(), name="orders.csv"))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def figure() -> Callable[[AppTest, str], str]:
    """Value of the figure with a label."""

    def value(at: AppTest, label: str) -> str:
        (found,) = [metric for metric in at.metric if metric.label == label]
        return found.value

    return value


@pytest.fixture(scope="session")
def headline() -> Callable[[AppTest], str]:
    """The sentence that a page opens with."""
    return lambda at: at.main.header[0].value


@pytest.fixture(scope="session")
def exposure() -> pd.DataFrame:
    """What the sample shop receives, by month and currency."""
    with open_sample() as sample:
        return questions.exposure(sample)


@pytest.fixture(scope="session")
def model(exposure: pd.DataFrame) -> CurrencyRisk:
    """The sample shop's model in CNY, made without the dashboard; its rates end the day before its orders."""
    spread = currency.USUAL_SPREAD / 10_000
    return currency_risk(exposure, ecb_rates("CNY"), policy_rates(), "CNY", DAY, spread=spread)


@pytest.fixture(scope="session")
def years(model: CurrencyRisk) -> Legs:
    """Its simulated years."""
    return model.legs(currency.USUAL_YEARS, np.random.default_rng(currency.SEED))


@pytest.fixture(scope="session")
def fx() -> dict[str, float]:
    """Renminbi for one unit of each currency on the day that the sample shop is seen from."""
    return dict(conversion(ecb_rates("CNY"), "CNY", DAY))


@pytest.fixture(scope="session")
def calibrated(fx: dict[str, float]) -> Calibrated:
    """The sample shop's trade and families, made without the dashboard."""
    with open_sample() as sample:
        return calibrate(ask(sample, DAY), "CNY", fx, DAY)


@pytest.fixture(scope="session")
def whole(calibrated: Calibrated, model: CurrencyRisk) -> Enterprise:
    """All five families of the sample shop."""
    return enterprise([*calibrated.families, model], "CNY")


@pytest.fixture(scope="session")
def years_of_all(whole: Enterprise) -> YearLossTable:
    """Their simulated years."""
    return whole.simulate(currency.USUAL_YEARS, np.random.default_rng(currency.SEED))
