"""The interest rates: re-typed right, in the unit that they promise, and complete about their source."""

from pathlib import Path

import pandas as pd
import pytest

from risk import reference

# Central-bank announcements, known without the file (quarters of the history, percent).
PUBLISHED = {
    ("2008-01-01", "GBP", 0.0533): "Bank of England: 5.5 % until 6 February 2008, 5.25 % after",
    ("2012-07-01", "EUR", 0.0075): "ECB main refinancing rate: 0.75 % from 11 July 2012",
    ("2021-01-01", "GBP", 0.0010): "Bank of England: 0.1 % from March 2020 to December 2021",
    ("2023-10-01", "EUR", 0.0450): "ECB main refinancing rate: 4.5 % from 20 September 2023",
    ("2025-07-01", "EUR", 0.0200): "ECB deposit facility: 2 % from 11 June 2025",
    ("2023-10-01", "USD", 0.05375): "Federal Reserve: 5.25 to 5.50 % from July 2023",
    ("2024-01-01", "TRY", 0.4500): "CBRT: 45 % from 25 January 2024, 50 % from 21 March",
}


def test_rates_are_fractions_and_every_row_names_its_source() -> None:
    rates = reference.policy_rates()
    assert rates.index.name == "currency"
    assert len(rates) == 30
    assert rates.index.is_unique
    assert rates["rate"].between(-0.01, 0.5).all()
    assert rates.loc["USD", "rate"] == pytest.approx(0.03875)
    assert rates.loc["TRY", "rate"] == pytest.approx(0.37)
    assert rates[["instrument", "as_of", "source", "basis", "confidence"]].notna().all(axis=None)
    assert rates["as_of"].between(pd.Timestamp("2026-03-01"), pd.Timestamp("2026-09-30")).all()
    assert (rates["effective_since"].isna() | (rates["effective_since"] <= rates["as_of"])).all()


def test_the_history_has_every_quarter_once_and_the_same_currencies() -> None:
    history = reference.policy_rate_history()
    assert list(history.index) == list(pd.date_range("2005-01-01", "2026-07-01", freq="QS"))
    assert set(history) == set(reference.policy_rates().index)
    assert history.stack().dropna().between(-0.01, 0.6).all()


@pytest.mark.parametrize(("quarter", "currency", "rate"), PUBLISHED, ids=str)
def test_the_history_is_what_the_central_banks_announced(quarter: str, currency: str, rate: float) -> None:
    assert reference.policy_rate_history().loc[quarter, currency] == pytest.approx(
        rate, abs=0.0026 if currency != "TRY" else 0.03
    )


def test_the_newest_quarter_is_within_half_a_point_of_the_newest_rate() -> None:
    newest = reference.policy_rate_history().ffill().iloc[-1]
    assert (newest - reference.policy_rates()["rate"]).abs().max() < 0.005


def test_the_docstring_tells_every_gap() -> None:
    history = reference.policy_rate_history()
    gaps = {currency: int(history[currency].isna().sum()) for currency in history if history[currency].isna().any()}
    assert gaps == {"CNY": 43, "IDR": 2, "JPY": 16, "SGD": 4}


def test_the_values_are_those_of_the_shared_facts(shared: Path) -> None:
    theirs = pd.read_csv(shared / "facts" / "policy_rates.csv", index_col="currency")
    pd.testing.assert_series_equal(reference.policy_rates()["rate"], theirs["rate_pct"] / 100, check_names=False)
    quarters = pd.read_csv(shared / "facts" / "policy_rates_by_quarter.csv", index_col="quarter")
    assert (quarters / 100).equals(reference.policy_rate_history().set_axis(quarters.index))
