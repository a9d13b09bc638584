"""The column dictionary: what the headers of order exports mean, in eight languages.

`words.csv` has one row a target and language. A target is a column of `schema.TABLES`, or one of `ORDER`: values of
the whole order that an export states once, or repeats on every line, and that reading shares out over its lines.
"""

from __future__ import annotations

import csv
import functools
import re
import unicodedata
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

from risk.orders.schema import TABLES

ORDER = ("subtotal", "discount", "shipping", "tax", "total", "refunded", "fee", "cancelled_at")
PERSONAL = "personal"
TARGETS = frozenset(
    [f"{table}.{column.name}" for table, columns in TABLES.items() for column in columns[3:]]
    + [f"order.{name}" for name in ORDER]
    + ["lines.discount"]
)


def normalise(header: str) -> str:
    """The header without case, spaces, punctuation and width: `Order-ID*` and `order id` are one word.

    >>> normalise("Order-ID*"), normalise("　金额（元）")
    ('orderid', '金额元')
    """
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", header).casefold())


@functools.cache
def dictionary() -> Mapping[str, tuple[str, int]]:
    """Normalised header -> (target or `PERSONAL`, rank); of two columns for one target the lower rank is read first."""
    known: dict[str, tuple[str, int]] = {}
    text = (resources.files("risk.orders") / "words.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        for word in row["words"].split("|"):
            known.setdefault(normalise(word), (row["target"], len(known)))
    return MappingProxyType(known)
