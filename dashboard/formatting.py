"""Numbers, money, shares and dates as the reader's language writes them."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal

import streamlit as st
from babel import Locale, dates, numbers

from dashboard.i18n import language, parsed

MISSING = "–"
CODE_FIRST = "¤¤\u00a0#,##0.###"


def number(value: float) -> str:
    """A count or a number as it is, with thousands separators and at most three decimals: 541,909."""
    return numbers.format_decimal(value, locale=locale()) if math.isfinite(value) else MISSING


def significant(value: float, digits: int = 3) -> str:
    """A number to so many significant digits: 1,230,000 and 0.0123."""
    if not math.isfinite(value):
        return MISSING
    return numbers.format_decimal(rounded(value, digits), locale=locale(), decimal_quantization=False)


def money(value: float, currency: str, digits: int = 3) -> str:
    """An amount to so many significant digits, after its currency code: CNY 1,230,000."""
    if not math.isfinite(value):
        return MISSING
    return numbers.format_currency(
        rounded(value, digits),
        currency,
        format=CODE_FIRST,
        locale=locale(),
        currency_digits=False,
        decimal_quantization=False,
    )


def percent(value: float, digits: int = 3) -> str:
    """A share to so many significant digits: 0.1234 is 12.3%."""
    if not math.isfinite(value):
        return MISSING
    return numbers.format_percent(rounded(value, digits), locale=locale(), decimal_quantization=False)


def rounded(value: float, digits: int) -> Decimal:
    """The value rounded, half to even, to so many significant digits.

    >>> float(rounded(1234567, 3)), float(rounded(-0.012345, 3)), float(rounded(0, 3))
    (1230000.0, -0.0123, 0.0)
    """
    exact = Decimal(str(value))
    return round(exact, digits - 1 - exact.adjusted()) if exact else exact


def date(value: datetime.date) -> str:
    """A day: Mar 5, 2025."""
    return MISSING if value != value else dates.format_date(value, format="medium", locale=locale())


def month(value: datetime.date) -> str:
    """A month: Mar 2025."""
    return MISSING if value != value else dates.format_skeleton("yMMM", value, locale=locale())


def currency_name(code: str) -> str:
    """The currency in words: Chinese Yuan."""
    return numbers.get_currency_name(code, locale=locale())


def country_name(code: str) -> str:
    """The country or market in words, by its ISO code: Germany, European Union; a code that nobody knows as it is."""
    return str(locale().territories.get(code, code))


def locale() -> Locale:
    """How to write: the language of the texts, in the browser's own country when that speaks it."""
    code = language()
    browser = parsed(st.context.locale)
    spoken_there = browser is not None and code in (browser.language, f"{browser.language}_{browser.script}")
    return browser if browser and spoken_there else Locale.parse(code)
