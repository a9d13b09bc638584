"""The currency of each row: column, symbol, header, preamble, platform, the user's answer; never a default."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from risk.orders import amounts, places
from risk.orders.export import Question
from risk.orders.records import Column, constant, nothing
from risk.orders.rows import Rows

PER_ROW = "per row"
_LIKELY = ("USD", "EUR", "GBP", "CNY", "JPY", "AUD", "CAD", "BRL", "MXN", "INR")
_IN_BRACKETS = re.compile(r"[(（\[]\s*([^)）\]]{1,5})\s*[)）\]]")
_IN_SENTENCE = re.compile(r"(?:amounts?|beträge|montants|importes|importi)\b.*?\b(?:in|en)\s+(\w+)", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Found:
    """The currency of each row, what is true of the whole file, and how it is known."""

    column: Column
    currency: str
    source: str


def find(rows: Rows, symbols: Mapping[str, Column], stated: Sequence[tuple[str, str]], answer: str | None) -> Found:
    """The currency of each row by the strongest evidence it has.

    `symbols`: currencies that amounts carry, by target. `stated`: (source, currency) that hold for the whole file.
    """
    column = nothing(len(rows))
    sources: list[str] = []
    for source, evidence in _evidence(rows, symbols, stated, answer):
        new = ~column.present & evidence.present
        if new.any():
            column = column.or_else(evidence)
            sources.append(source)
    codes = [str(column.distinct[int(code)]) for code in np.unique(column.codes[column.present])]
    currency = codes[0] if len(codes) == 1 else PER_ROW if codes else ""
    return Found(column, currency, sources[0] if sources else "")


def _evidence(
    rows: Rows, symbols: Mapping[str, Column], stated: Sequence[tuple[str, str]], answer: str | None
) -> Iterable[tuple[str, Column]]:
    if "lines.currency" in rows.texts:
        yield "column", coded(rows.texts["lines.currency"])
    for column in symbols.values():
        yield "symbol", _over_orders(rows, column)
    for source, currency in [*stated, ("chosen", answer or "")]:
        if currency:
            yield source, constant(currency, len(rows))


def coded(column: Column) -> Column:
    """The column with what its texts name as ISO codes; what names none is missing."""
    return column.replaced(pa.array([amounts.symbol_currency(str(v)) or None for v in column.distinct], pa.string()))


def _over_orders(rows: Rows, column: Column) -> Column:
    first = rows.first_of_order(column.present)
    return Column(np.where(column.present | (first < 0), column.codes, column.codes[first]), column.distinct)


def in_headers(headers: Iterable[str]) -> str:
    """The currency in the brackets of the headers of amounts, empty where they name none or several."""
    return _only({amounts.symbol_currency(text) for header in headers for text in _IN_BRACKETS.findall(header)})


def in_preamble(lines: Iterable[str]) -> str:
    """The currency that a sentence above the header states: `All amounts in USD, unless specified`."""
    return _only({amounts.symbol_currency(text) for line in lines for text in _IN_SENTENCE.findall(line)})


def _only(found: set[str]) -> str:
    found.discard("")
    return found.pop() if len(found) == 1 else ""


def question(rows: Rows) -> Question:
    """Which currency, those of the countries that most lines went to first."""
    countries = rows.texts.get("lines.country")
    counted: Counter[str] = Counter()
    if countries is not None:
        for code, count in zip(*np.unique(countries.codes[countries.present], return_counts=True), strict=True):
            counted[places.currency_of(str(countries.distinct[int(code)]))] += int(count)
    likely = [currency for currency, _ in counted.most_common(3) if currency]
    return Question("currency", tuple(dict.fromkeys([*likely, *_LIKELY, *sorted(amounts.iso_codes())])))
