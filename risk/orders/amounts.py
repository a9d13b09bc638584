"""Reads amounts as shops write them: signs, symbols, thousands, decimal commas, decided by whole columns."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from babel import Locale
from babel.numbers import get_territory_currencies
from numpy.typing import NDArray

_SHAPE = (
    r"^(?P<open>\()?(?P<s1>[-+])?(?P<prefix>[^\d.,()+-]*?)(?P<s2>[-+])?"
    r"(?P<core>\d[\d.,']*(?:[eE][+-]?\d+)?|[.,]\d+)(?P<suffix>[^\d.,()+-]*?)(?P<s3>-)?(?P<close>\))?$"
)
_SYMBOLS = MappingProxyType(
    {"€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₫": "VND", "฿": "THB", "zł": "PLN", "r$": "BRL", "元": "CNY"}
    | {"rmb": "CNY", "円": "JPY", "us$": "USD", "au$": "AUD", "a$": "AUD", "c$": "CAD", "ca$": "CAD", "nz$": "NZD"}
    | {"hk$": "HKD", "nt$": "TWD", "s$": "SGD", "mx$": "MXN", "mex$": "MXN", "cn¥": "CNY", "jp¥": "JPY", "euro": "EUR"}
)  # "$" and "¥" alone name more than one currency


@dataclass(frozen=True, eq=False)
class Parts:
    """What the distinct values of one column say: digits with their marks, sign, what stands around them."""

    core: pa.StringArray
    negative: NDArray[np.bool_]
    symbol: pa.StringArray
    matched: NDArray[np.bool_]


def parts(values: pa.StringArray) -> Parts:
    """The distinct values taken apart; what has not the shape of an amount is not matched."""
    plain = pc.replace_substring_regex(values, r"[\s\x{00A0}\x{202F}\x{2007}]+", "")
    plain = pc.replace_substring_regex(plain, "[−–]", "-")
    found = pc.extract_regex(plain, _SHAPE)
    fields = {name: pc.struct_field(found, name).fill_null("") for name in ("open", "s1", "s2", "s3", "core")}
    negative = np.zeros(len(values), bool)
    for name, sign in (("open", "("), ("s1", "-"), ("s2", "-"), ("s3", "-")):
        negative |= pc.equal(fields[name], sign).to_numpy(zero_copy_only=False)
    around = pc.binary_join_element_wise(pc.struct_field(found, "prefix"), pc.struct_field(found, "suffix"), "")
    matched = pc.is_valid(found).to_numpy(zero_copy_only=False)
    return Parts(fields["core"], negative, pc.utf8_lower(around.fill_null("")), matched)


def evidence(part: Parts) -> tuple[int, int, int]:
    """How many values prove a decimal point, prove a decimal comma, leave it open."""
    marked = part.core.filter(pc.match_substring_regex(part.core, "[.,]"))
    point = pc.or_(
        pc.match_substring_regex(marked, r",.*\.|,\d*,"),
        pc.match_substring_regex(marked, r"^(\d*|\d{4,}|0)\.(\d{0,2}|\d{4,})$|^(\d{4,}|0|)\.\d+$"),
    )
    comma = pc.or_(
        pc.match_substring_regex(marked, r"\..*,|\.\d*\."),
        pc.match_substring_regex(marked, r"^(\d*|\d{4,}|0),(\d{0,2}|\d{4,})$|^(\d{4,}|0|),\d+$"),
    )
    points, commas = pc.sum(point).as_py() or 0, pc.sum(comma).as_py() or 0
    return points, commas, len(marked) - points - commas


def numbers(part: Parts, decimal: str) -> NDArray[np.float64]:
    """The distinct values as numbers, NaN where they are none under this decimal mark."""
    point, thousands = (",", "[.']") if decimal == "," else ("[.]", "[,']")
    # 90,00 is no number where the comma marks thousands; India groups by two: 1,00,000.
    valid = pc.match_substring_regex(
        part.core, rf"^(\d+|\d{{1,3}}({thousands}\d{{2,3}})*{thousands}\d{{3}}|)({point}\d*)?([eE][+-]?\d+)?$"
    )
    valid = pc.and_(valid, pc.match_substring_regex(part.core, r"\d"))
    core = pc.replace_substring(pc.replace_substring_regex(part.core, thousands, ""), ",", ".")
    value = pc.if_else(valid, core, None).cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False)
    value = np.where(part.matched & np.isfinite(value), value, np.nan)
    return np.where(part.negative, -value, value)


def currencies(part: Parts) -> tuple[str, ...]:
    """The currency that each distinct value states by symbol or code, empty where it states none."""
    encoded = pc.dictionary_encode(part.symbol)
    known = [symbol_currency(str(symbol)) for symbol in encoded.dictionary]
    return tuple(known[code] for code in encoded.indices.to_numpy())


def symbol_currency(symbol: str) -> str:
    """The ISO code that a symbol or code next to an amount names, empty where it names none or several."""
    text = re.sub(r"[\s.:]", "", symbol).casefold()
    if text in _SYMBOLS:
        return _SYMBOLS[text]
    return iso_code(text)


def iso_code(text: str) -> str:
    """The text as an ISO 4217 code, empty where it is none."""
    code = text.strip().upper()
    return code if code in iso_codes() else ""


@functools.cache
def iso_codes() -> frozenset[str]:
    """The ISO 4217 codes of the money in use today."""
    countries = Locale("en").territories
    return frozenset(code for country in countries for code in get_territory_currencies(str(country)))
