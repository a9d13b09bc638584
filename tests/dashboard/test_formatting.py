from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from babel import Locale

from dashboard import formatting
from dashboard.formatting import currency_name, date, money, month, number, percent, significant


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formatting, "locale", lambda: Locale.parse("de_DE"))


def test_counts_have_thousands_separators() -> None:
    assert number(541909) == "541,909"
    assert number(np.int64(12)) == "12"


@pytest.mark.parametrize(
    ("value", "written"),
    [(1_234_567, "1,230,000"), (0.012345, "0.0123"), (-999.9, "-1,000"), (0, "0"), (12.0, "12"), (1e-9, "0.000000001")],
)
def test_three_digits_say_enough(value: float, written: str) -> None:
    assert significant(value) == written


def test_amounts_name_their_currency() -> None:
    assert money(1_234_567.8, "CNY") == "CNY\u00a01,230,000"
    assert money(-12.34, "EUR") == "-EUR\u00a012.3"
    assert money(12_345, "JPY", digits=5) == "JPY\u00a012,345"
    assert money(0, "USD") == "USD\u00a00"


def test_shares_are_percentages() -> None:
    assert percent(0.95) == "95%"
    assert percent(0.995) == "99.5%"
    assert percent(1 - 0.99) == "1%"
    assert percent(0.12345) == "12.3%"


def test_what_is_not_known_is_a_dash() -> None:
    nothing = [number(np.nan), significant(np.inf), money(np.nan, "EUR"), percent(np.nan), date(pd.NaT), month(pd.NaT)]
    assert nothing == ["–"] * 6


def test_days_and_months_are_written_out() -> None:
    assert date(datetime.date(2025, 3, 5)) == "Mar 5, 2025"
    assert month(pd.Timestamp("2025-03-05")) == "Mar 2025"


@pytest.mark.usefixtures("german")
def test_another_language_writes_its_own_way() -> None:
    assert number(541909.5) == "541.909,5"
    assert money(1_234_567, "CNY") == "CNY\u00a01.230.000"
    assert percent(0.1234) == "12,3\u00a0%"
    assert date(datetime.date(2025, 3, 5)) == "05.03.2025"
    assert currency_name("CNY") == "Renminbi Yuan"
