"""Dates and amounts as shops write them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.orders import amounts, dates
from risk.orders.places import country_code


def moment(text: str, order: str = "") -> np.datetime64:
    return dates.times(dates.parts(pa.array([text])), order)[0]


@pytest.mark.parametrize(
    ("text", "order", "iso"),
    [
        ("2025-12-06 10:37:33 -0500", "", "2025-12-06T15:37:33"),
        ("2025-03-02T22:41:10+00:00", "", "2025-03-02T22:41:10"),
        ("2026-04-10T09:15:00Z", "", "2026-04-10T09:15:00"),
        ("2025-03-01 10:05", "", "2025-03-01T10:05:00"),
        ("2012/3/22", "", "2012-03-22"),
        ("2025年3月1日", "", "2025-03-01"),
        ("12/1/10 8:26", "MDY", "2010-12-01T08:26:00"),
        ("12/1/10 8:26", "DMY", "2010-01-12T08:26:00"),
        ("01.03.2025 00:14:25 UTC", "DMY", "2025-03-01T00:14:25"),
        ("05-06-21", "YMD", "2005-06-21"),
        ("Sep-18-26", "", "2026-09-18"),
        ("26-May-26", "", "2026-05-26"),
        ("10-Dez-25", "", "2025-12-10"),
        ("3-Mär-25", "", "2025-03-03"),
        ("05-oct.-26".replace(".", ""), "", "2026-10-05"),
        ("15. July 2025", "", "2025-07-15"),
        ("Jan 15, 2025, 10:30 pm EST(UTC-5)", "", "2025-01-16T03:30:00"),
        ("09/22/2026 12:15:30 AM", "MDY", "2026-09-22T00:15:30"),
    ],
)
def test_dates_are_read_as_each_platform_writes_them(text: str, order: str, iso: str) -> None:
    assert moment(text, order) == np.datetime64(iso, "us")


@pytest.mark.parametrize("text", ["30/02/2025", "2025-13-01", "Pre-PQ Process", "12", "1/2", "00-May-26"])
def test_what_is_no_date_stays_empty(text: str) -> None:
    assert np.isnat(moment(text, "DMY"))


@settings(deadline=None)  # time is the machine's
@given(st.dates(dt.date(1971, 1, 1), dt.date(2069, 12, 31)), st.sampled_from(["DMY", "MDY"]), st.booleans())
def test_any_day_written_in_a_known_order_is_read_back(day: dt.date, order: str, short: bool) -> None:
    year = "%y" if short else "%Y"
    text = day.strftime(f"%d/%m/{year}" if order == "DMY" else f"%m/%d/{year}")
    assert moment(text, order) == np.datetime64(day, "us")


def test_one_value_above_twelve_decides_the_order_for_its_column() -> None:
    assert dates.order([dates.parts(pa.array(["01/02/2025", "03/14/2025"]))]) == "MDY"
    assert dates.order([dates.parts(pa.array(["01/02/2025", "14/03/2025"]))]) == "DMY"
    assert dates.order([dates.parts(pa.array(["01/02/2025", "03/04/2025"]))]) == ""
    assert dates.order([dates.parts(pa.array(["99-02-03"]))]) == "YMD"


def test_2099_and_1970_are_not_plausible() -> None:
    days = np.array(["1970-01-01", "1990-01-01", "2090-12-31", "2099-01-01"], "M8[us]")
    assert dates.implausible(days).tolist() == [True, False, False, True]


def number(text: str, decimal: str) -> float:
    return float(amounts.numbers(amounts.parts(pa.array([text])), decimal)[0])


@pytest.mark.parametrize(
    ("text", "decimal", "value", "currency"),
    [
        ("AU $3,000.00", ".", 3000.0, "AUD"),
        ("EUR 90,00", ",", 90.0, "EUR"),
        ("116,99 €", ",", 116.99, "EUR"),
        ("1\u202f234,50\u00a0€", ",", 1234.5, "EUR"),
        ("-€0.23", ".", -0.23, "EUR"),
        ("(12.50)", ".", -12.5, ""),
        ("12.50-", ".", -12.5, ""),
        ("−3,5", ",", -3.5, ""),
        ("0.00元", ".", 0.0, "CNY"),
        ("₹1,00,000.50", ".", 100000.5, "INR"),
        ("1'234.50", ".", 1234.5, ""),
        ("$5", ".", 5.0, ""),
        (".5", ".", 0.5, ""),
        ("1.5E+02", ".", 150.0, ""),
    ],
)
def test_amounts_are_read_as_shops_write_them(text: str, decimal: str, value: float, currency: str) -> None:
    assert number(text, decimal) == value
    assert amounts.currencies(amounts.parts(pa.array([text]))) == (currency,)


@pytest.mark.parametrize(
    ("text", "decimal"), [("90,00", "."), ("1.50", ","), ("1.2.3", "."), ("12,34,5", "."), ("abc", ".")]
)
def test_an_amount_against_its_decimal_mark_is_no_number(text: str, decimal: str) -> None:
    assert np.isnan(number(text, decimal))


@pytest.mark.parametrize(
    ("values", "proof"),
    [
        (["1.50"], (1, 0, 0)),
        (["1,50"], (0, 1, 0)),
        (["1.234"], (0, 0, 1)),
        (["1,234"], (0, 0, 1)),
        (["1,234.5", "7"], (1, 0, 0)),
        (["1.234.567"], (0, 1, 0)),
        (["1234.567"], (1, 0, 0)),
        (["0.123"], (1, 0, 0)),
        (["7", "8"], (0, 0, 0)),
    ],
)
def test_only_clear_values_prove_a_decimal_mark(values: list[str], proof: tuple[int, int, int]) -> None:
    assert amounts.evidence(amounts.parts(pa.array(values))) == proof


@settings(deadline=None)  # time is the machine's
@given(st.decimals(-99_999_999, 99_999_999, places=2), st.sampled_from([(".", ","), (",", ".")]))
def test_any_amount_with_thousands_is_read_back(value: object, marks: tuple[str, str]) -> None:
    decimal, thousands = marks
    text = f"{value:,.2f}".translate(str.maketrans({".": decimal, ",": thousands}))
    assert number(text, decimal) == pytest.approx(float(str(value)), abs=1e-9)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("US", "US"),
        ("Deutschland", "DE"),
        ("Vereinigtes Königreich", "GB"),
        ("日本", "JP"),
        ("EIRE", "IE"),
        ("Unspecified", None),
    ],
)
def test_countries_are_understood_in_the_languages_of_the_platforms(text: str, code: str | None) -> None:
    assert country_code(text) == code
