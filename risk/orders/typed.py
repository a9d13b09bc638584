"""From columns of text to columns of ids, moments and numbers, each decided by all the values of the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk.checks import Sentence
from risk.orders import amounts, dates, reasons
from risk.orders.export import Question
from risk.orders.platforms import Platform
from risk.orders.records import Column, Records
from risk.orders.rows import Numbers, Rows, Times
from risk.orders.schema import TABLES

_KINDS = {f"{table}.{column.name}": column.kind for table, columns in TABLES.items() for column in columns}
_KINDS |= {"order.cancelled_at": "time"}
_IDS = frozenset({"lines.order_id", "lines.line_id", "lines.sku", "returns.order_id", "returns.sku"}) | {
    "shipments.tracking",
    "claims.claim_id",
    "cash.cash_id",
}
_NOTHING = ("", "-", "--", "—", "null", "none", "n/a", "na", "nan", "#n/a", "nat")
_ROUNDED = r"^\d(\.\d+)?E\+?\d+$"
_DATES_THAT_COUNT = frozenset({"lines.ordered_at", "returns.returned_at", "claims.claimed_at", "cash.booked_at"})


def kind_of(target: str) -> str:
    """Kind of a target: text, time, number; values of the whole order are numbers."""
    kind = _KINDS.get(target, "number")
    return "number" if kind == "integer" else kind


@dataclass(frozen=True)
class Answers:
    """What the user has already answered."""

    date_order: str | None
    decimal: str | None


@dataclass(eq=False)
class Typed:
    """The rows, how their dates and amounts are written, and what stayed open."""

    rows: Rows
    date_order: str
    decimal: str
    symbols: dict[str, Column]
    questions: list[Question]
    notes: list[Sentence]


def make(records: Records, positions: Mapping[str, Sequence[int]], platform: Platform, answers: Answers) -> Typed:
    """The typed rows of the records."""
    texts = {target: _text(target, [records.columns[p] for p in where]) for target, where in positions.items()}
    typed = Typed(Rows(records.lines, texts), "", "", {}, [], [])
    _set_aside_damaged(typed.rows)
    _read_dates(typed, platform, answers.date_order)
    _read_numbers(typed, platform, answers.decimal)
    return typed


def _text(target: str, columns: Sequence[Column]) -> Column:
    cleaned = [column.replaced(_clean(column.distinct, target in _IDS)) for column in columns]
    whole = cleaned[0]
    for other in cleaned[1:]:
        whole = whole if whole.present.all() else whole.or_else(other)
    return whole


def _clean(values: pa.StringArray, is_id: bool) -> pa.StringArray:
    """The values without what spreadsheets and consoles wrap around them; null for what says nothing."""
    values = pc.utf8_trim_whitespace(values)
    if is_id and _any(pc.starts_with(values, mark) for mark in ('="', '"', "'", "No:")):
        values = pc.replace_substring_regex(values, r'^=?"(.*)"$', r"\1")
        values = pc.replace_substring_regex(values, r"^'|^No:", "")
    if is_id and _any([pc.ends_with(values, ".0")]):
        values = pc.replace_substring_regex(values, r"^(\d+)\.0$", r"\1")
    return pc.if_else(pc.is_in(pc.utf8_lower(values), pa.array(_NOTHING)), None, values)


def _any(masks: Iterable[pa.BooleanArray]) -> bool:
    return any(pc.any(mask).as_py() for mask in masks)


def _set_aside_damaged(rows: Rows) -> None:
    for target in rows.texts:
        rows.set_aside(rows.contains(target, "\ufffd"), reasons.UNREADABLE, target)
    for target in ("lines.order_id", "returns.order_id"):
        if rows.contains(target, "E").any():
            rows.set_aside(rows.matches(target, _ROUNDED), reasons.DAMAGED_ID, target)


def _of_kind(rows: Rows, kind: str) -> dict[str, Column]:
    return {target: column for target, column in rows.texts.items() if kind_of(target) == kind}


def _read_dates(typed: Typed, platform: Platform, answer: str | None) -> None:
    columns = _of_kind(typed.rows, "time")
    parts = {target: dates.parts(column.distinct) for target, column in columns.items()}
    everything = list(parts.values())
    order = answer or dates.order(everything) or platform.date_order.replace("YMD", "")
    can_be_confused = any(part.numeric.any() for part in everything)
    if can_be_confused and not order:
        typed.questions.append(Question("date_order", ("DMY", "MDY")))
    for target, part in parts.items():
        moments = dates.times(part, answer or dates.order([part]) or order or "DMY")
        _keep_dates(typed, target, dates.spread(moments, columns[target]))
    typed.date_order = order if can_be_confused else dates.named(everything) or ("YMD" if everything else "")


def _keep_dates(typed: Typed, target: str, moments: Times) -> None:
    rows = typed.rows
    wrong = dates.implausible(moments)
    unread = rows.present(target) & np.isnat(moments)
    if target in _DATES_THAT_COUNT:
        rows.set_aside(unread, reasons.NO_DATE, target)
        rows.set_aside(wrong, reasons.IMPLAUSIBLE_DATE, target)
    elif (unread | wrong).any():
        count = int((unread | wrong).sum())
        typed.notes.append(
            Sentence("{count} dates of {column} cannot be read and are left out.", count=count, column=target)
        )
    moments[wrong] = np.datetime64("NaT", "us")
    rows.times[target] = moments


def _read_numbers(typed: Typed, platform: Platform, answer: str | None) -> None:
    columns = _of_kind(typed.rows, "number")
    parts = {target: amounts.parts(column.distinct) for target, column in columns.items()}
    proofs = {target: amounts.evidence(part) for target, part in parts.items()}
    points, commas, unclear = (sum(proof[place] for proof in proofs.values()) for place in range(3))
    fallback = answer or _mark(points, commas) or platform.decimal
    if unclear and not fallback:
        typed.questions.append(Question("decimal", (".", ",")))
    typed.decimal = fallback or ("" if unclear else ".")
    for target, part in parts.items():
        mark = answer or _mark(*proofs[target][:2]) or typed.decimal or "."
        _keep_numbers(typed.rows, target, amounts.numbers(part, mark), columns[target])
        codes = np.array([currency or platform.symbols.get(str(symbol), "") for currency, symbol in _symbols(part)])
        if (codes != "").any():
            named = pa.array([code or None for code in codes.tolist()], pa.string())
            typed.symbols[target] = columns[target].replaced(named)


def _symbols(part: amounts.Parts) -> list[tuple[str, str]]:
    return list(zip(amounts.currencies(part), part.symbol.to_pylist(), strict=True))


def _mark(points: int, commas: int) -> str:
    if points == commas:
        return ""
    return "." if points > commas else ","


def _keep_numbers(rows: Rows, target: str, values: Numbers, column: Column) -> None:
    numbers = np.append(values, np.nan)[column.codes]
    rows.set_aside(column.present & np.isnan(numbers), reasons.BAD_NUMBER, target)
    rows.numbers[target] = numbers
