"""Reads dates as shops write them; the order of day and month is decided by whole columns, never by one value."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from babel import Locale
from numpy.typing import NDArray

from risk.orders.records import Column

EARLIEST, LATEST = 1990, 2090  # years: no order export is older, and 2099 stands for "never"

_SHAPE = (
    r"^\s*(?P<a>\d{1,4}|[\pL]+)[-/.,\s年]+(?P<b>\d{1,2}|[\pL]+)[-/.,\s月]+(?P<c>\d{1,4})日?"
    r"(?:[T,\s]+(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|[A-Z]{2,4}|[+-]\d{2}:?\d{2})?(?:\(.*\))?)?\s*$"
)
_ZONES = MappingProxyType(
    {"Z": 0, "UTC": 0, "GMT": 0, "BST": 60, "CET": 60, "CEST": 120, "MEZ": 60, "MESZ": 120, "EST": -300, "EDT": -240}
    | {"CDT": -300, "PST": -480, "PDT": -420, "JST": 540, "AEST": 600, "AEDT": 660}
)  # minutes; letters that name more than one zone (CST, IST) are left out


@dataclass(frozen=True, eq=False)
class Parts:
    """What the distinct values of one column say: three numbers, the month where it is named, seconds, zone."""

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    c: NDArray[np.int64]
    month: NDArray[np.int64]  # 0: not named
    month_first: NDArray[np.bool_]
    seconds: NDArray[np.int64]  # of the day, UTC where the zone is stated
    matched: NDArray[np.bool_]
    exact: NDArray[np.datetime64] | None = None  # the moments themselves, where all values are ISO 8601

    @property
    def numeric(self) -> NDArray[np.bool_]:
        """Neither a named month nor a year of four digits in front: day and month can be confused."""
        numeric: NDArray[np.bool_] = self.matched & (self.month == 0) & (self.a < 100) & (self.exact is None)
        return numeric


@functools.cache
def _months() -> Mapping[str, int]:
    """Month names of the languages of the platforms -> 1..12, short and long, with and without accents."""
    names = {"mrz": 3, "sept": 9}
    for language in ("it", "es", "fr", "de", "en"):
        for style in ("abbreviated", "wide"):
            for number, name in Locale(language).months["format"][style].items():
                names[name.casefold().strip(".")] = names[_plain(name)] = number
    return MappingProxyType(names)


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold().strip("."))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def parts(values: pa.StringArray) -> Parts:
    """The distinct values taken apart; what has not the shape of a date is not matched."""
    exact = _iso(values)
    if exact is not None:
        none = np.broadcast_to(0, len(values))
        return Parts(none, none, none, none, none > 0, none, none == 0, exact)
    found = pc.extract_regex(values, _SHAPE)
    matched = pc.is_valid(found).to_numpy(zero_copy_only=False)
    a, month_a = _number_or_month(found, "a")
    b, month_b = _number_or_month(found, "b")
    c, _ = _number_or_month(found, "c")
    words = (a < 0) | (b < 0)
    matched = matched & (~words | (month_a + month_b > 0))
    return Parts(a, b, c, month_a + month_b, month_a > 0, _seconds(found), matched)


def _iso(values: pa.StringArray) -> NDArray[np.datetime64] | None:
    """The moments if every value is ISO 8601, all with a zone (then UTC) or all without."""
    for kind in (pa.timestamp("us"), pa.timestamp("us", "UTC")):
        try:
            moments: NDArray[np.datetime64] = values.cast(kind).cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
        except pa.ArrowInvalid:
            continue
        return moments
    return None


def _field(found: pa.StructArray, name: str) -> pa.StringArray:
    return pc.struct_field(found, name).fill_null("")


def _integers(texts: pa.StringArray) -> NDArray[np.int64]:
    """The numbers; -1 where the text is none."""
    digits = pc.match_substring_regex(texts, r"^\d+$")
    numbers: NDArray[np.int64] = pc.if_else(digits, texts, "-1").cast(pa.int64()).to_numpy(zero_copy_only=False)
    return numbers


def _number_or_month(found: pa.StructArray, name: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    texts = _field(found, name)
    encoded = pc.dictionary_encode(texts)
    months = [_months().get(str(text).casefold(), _months().get(_plain(str(text)), 0)) for text in encoded.dictionary]
    return _integers(texts), np.array(months, np.int64)[encoded.indices.to_numpy()]


def _seconds(found: pa.StructArray) -> NDArray[np.int64]:
    hours, minutes, seconds = (np.maximum(_integers(_field(found, name)), 0) for name in ("h", "m", "s"))
    half = pc.utf8_lower(pc.utf8_slice_codeunits(_field(found, "half"), 0, 1)).to_numpy(zero_copy_only=False)
    hours = np.where(half == "a", hours % 12, np.where(half == "p", hours % 12 + 12, hours))
    zones = pc.dictionary_encode(_field(found, "zone"))
    offsets = np.array([_offset(str(zone)) for zone in zones.dictionary], np.int64)[zones.indices.to_numpy()]
    total: NDArray[np.int64] = hours * 3600 + (minutes - offsets) * 60 + seconds
    return total


def _offset(zone: str) -> int:
    """Minutes east of UTC; none where the zone is not stated or its letters are not known."""
    if zone[:1] not in ("+", "-"):
        return _ZONES.get(zone, 0)
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return -minutes if zone[0] == "-" else minutes


def order(columns: Sequence[Parts]) -> str:
    """Order of dates of three numbers with a short year or the year last, as the values prove it; empty: left open."""
    numeric = [(part.a[part.numeric], part.b[part.numeric]) for part in columns]
    votes = {
        "YMD": sum(int((a > 31).sum()) for a, _ in numeric),
        "DMY": sum(int(((a > 12) & (a < 32)).sum()) for a, _ in numeric),
        "MDY": sum(int((b > 12).sum()) for _, b in numeric),
    }
    best = max(votes, key=votes.__getitem__)
    return best if votes[best] else ""


def named(columns: Sequence[Parts]) -> str:
    """The order of dates with named months, which need no decision; empty where there are none."""
    months = [part.month_first[part.matched & (part.month > 0)] for part in columns]
    if not any(map(len, months)):
        return ""
    return "MDY" if np.concatenate(months).mean() > 0.5 else "DMY"


def times(part: Parts, order: str) -> NDArray[np.datetime64]:
    """The moments of the distinct values, NaT where they are no date in this order."""
    if part.exact is not None:
        return part.exact
    year_first = (part.a > 99) | ((order == "YMD") & (part.month == 0))
    named_month = part.month > 0
    day_at_a = ~part.month_first if order != "MDY" else named_month & ~part.month_first
    day = np.where(year_first, part.c, np.where(day_at_a, part.a, part.b))
    month = np.where(named_month, part.month, np.where(year_first | day_at_a, part.b, part.a))
    year = np.where(year_first, part.a, part.c)
    year = np.where(year < 70, year + 2000, np.where(year < 100, year + 1900, year))
    first = (np.clip(year, 1, 9999) - 1970).astype("M8[Y]").astype("M8[M]") + (np.clip(month, 1, 12) - 1)
    date = first.astype("M8[D]") + (day - 1)
    valid = part.matched & (month >= 1) & (month <= 12) & (day >= 1) & (date.astype("M8[M]") == first)
    moments = date.astype("M8[us]") + (part.seconds * 1_000_000).astype("m8[us]")
    return np.where(valid, moments, np.datetime64("NaT", "us"))


def spread(moments: NDArray[np.datetime64], column: Column) -> NDArray[np.datetime64]:
    """The moments of the distinct values laid out over the rows."""
    laid_out: NDArray[np.datetime64] = np.append(moments, np.datetime64("NaT", "us"))[column.codes]
    return laid_out


def implausible(moments: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    """True where a date lies outside the years that an order can have."""
    low, high = np.datetime64(f"{EARLIEST}-01-01", "us"), np.datetime64(f"{LATEST + 1}-01-01", "us")
    return (moments < low) | (moments >= high)
