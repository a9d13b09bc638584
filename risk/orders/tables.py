"""The five tables out of typed rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from risk.checks import Sentence
from risk.orders import currency, places, reasons
from risk.orders.lines import money
from risk.orders.records import Column, constant, nothing
from risk.orders.rows import Mask, Numbers, Rows, Times
from risk.orders.schema import TABLES
from risk.orders.states import ORDER_STATES, PARCEL_STATES, not_understood, states

_SALE = ("ordered_at", "quantity", "unit_price", "amount")
_OF_THE_ORDER = ("lines.currency", "lines.status", "lines.country", "lines.channel")
_COUNTRIES = ("lines.country", "shipments.origin", "shipments.destination")
_CURRENCIES = (
    "lines.cost_currency",
    "shipments.freight_currency",
    "returns.currency",
    "claims.currency",
    "cash.currency",
    "cash.counter_currency",
)
_OWN_DATE = {"returns": "returned_at", "claims": "claimed_at", "cash": "booked_at"}
_TAKEN_FROM = {
    "returns.sku": "lines.sku",
    "returns.currency": "lines.currency",
    "shipments.destination": "lines.country",
}


def prepare(rows: Rows, headers: dict[str, str]) -> None:
    """Leave out furniture, fill in what the first row of an order says for all, set aside rows without an order."""
    _leave_out_headers(rows, headers)
    for target in _OF_THE_ORDER:
        rows.fill_text(target)
    rows.fill_time("lines.ordered_at")
    rows.fill_time("order.cancelled_at")


def _leave_out_headers(rows: Rows, headers: dict[str, str]) -> None:
    """Rows that repeat the header, and a first row that describes the columns in words."""
    for target in ("lines.order_id", "returns.order_id"):
        rows.furniture |= rows.equals(target, headers.get(target, ""))
    if len(rows) and "lines.ordered_at" in rows.texts and "lines.order_id" in rows.texts:
        said = rows.texts["lines.order_id"].at(0) + rows.texts["lines.ordered_at"].at(0)
        if said and not any(letter.isdigit() for letter in said):
            rows.furniture[0] = True


def wants_line(rows: Rows) -> Mask:
    """True where a row says something of a sale, and not only of a parcel, a return, a claim or a payment."""
    sale = np.zeros(len(rows), bool)
    for target in [f"lines.{name}" for name in _SALE] + ["order.total", "order.subtotal"]:
        sale |= rows.present(target)
    has_sales = sale.any() or not any(target.split(".")[0] in _OWN_DATE for target in rows.texts)
    others = np.zeros(len(rows), bool)
    for table, date in _OWN_DATE.items():
        others |= rows.present(f"{table}.{date}")
    others |= rows.present("shipments.tracking") | rows.present("shipments.shipped_at")
    return sale | (~others & bool(has_sales))


def check(rows: Rows) -> None:
    """Set aside rows that cannot be told apart or dated."""
    line = wants_line(rows)
    rows.set_aside(line & ~rows.present("lines.order_id"), reasons.NO_ORDER)
    if "lines.ordered_at" in rows.times:
        rows.set_aside(line & np.isnat(rows.times["lines.ordered_at"]), reasons.NO_DATE)
    if "returns.order_id" in rows.texts:
        rows.set_aside(~line & ~rows.present("returns.order_id"), reasons.NO_ORDER)


def translate(rows: Rows) -> list[Sentence]:
    """States, countries and currencies in the words of the schema; a sentence for what is not understood."""
    strange_states: list[str] = []
    for target, known in (("lines.status", ORDER_STATES), ("shipments.status", PARCEL_STATES)):
        if target in rows.texts:
            strange_states += not_understood(rows.texts[target], known)
            rows.texts[target] = states(rows.texts[target], known)
    strange_countries: list[str] = []
    for target in _COUNTRIES:
        if target in rows.texts:
            rows.texts[target], unknown = _countries(rows.texts[target])
            strange_countries += unknown
    for target in _CURRENCIES:
        if target in rows.texts:
            rows.texts[target] = currency.coded(rows.texts[target])
    notes = []
    if strange_states:
        said = _few(strange_states)
        notes.append(Sentence("These states are not understood and count as unknown: {states}.", states=said))
    if strange_countries:
        said = _few(strange_countries)
        notes.append(Sentence("These countries are not understood and left empty: {countries}.", countries=said))
    return notes


def _countries(column: Column) -> tuple[Column, list[str]]:
    """The column in alpha-2 codes, and what names no country."""
    names = [str(name) for name in column.distinct]
    codes = [places.country_code(name) for name in names]
    unknown = [name for name, code in zip(names, codes, strict=True) if code is None]
    return column.replaced(pa.array(codes, pa.string())), unknown


def _few(texts: list[str]) -> str:
    return ", ".join(texts[:5]) + (", …" if len(texts) > 5 else "")


def build(rows: Rows, money_of: currency.Found, file_id: str, platform: str) -> dict[str, pd.DataFrame]:
    """The tables that have rows."""
    rows.texts["lines.currency"] = money_of.column
    masks = {"lines": wants_line(rows), "shipments": _parcels(rows)}
    masks |= {table: _dated(rows, table) for table in _OWN_DATE}
    masks = {table: mask & rows.good for table, mask in masks.items()}
    rows.set_aside(~np.logical_or.reduce(list(masks.values())), reasons.NOTHING)
    if masks["lines"].any():
        _complete_lines(rows)
    origin = {"file_id": constant(file_id, len(rows)), "platform": constant(platform, len(rows))}
    # The lines come last and take their numbers with them, so that a large file is in memory once.
    made = {table: _table(rows, table, masks[table], origin) for table in reversed(masks) if masks[table].any()}
    return {table: made[table] for table in TABLES if table in made}


def _complete_lines(rows: Rows) -> None:
    found = money(rows)
    for name in ("amount", "shipping", "tax", "fee", "refunded"):
        rows.numbers[f"lines.{name}"] = getattr(found, name)
    if "lines.line_id" not in rows.texts:
        rows.texts["lines.line_id"] = rows.running_number()
    status = rows.texts.get("lines.status", constant("unknown", len(rows)))
    cancelled = ~np.isnat(rows.time("order.cancelled_at"))
    if cancelled.any():
        told = Column(np.where(cancelled, 0, -1).astype(np.int32), pa.array(["cancelled"]))
        status = told.or_else(status)
    rows.texts["lines.status"] = status if status.present.all() else status.or_else(constant("unknown", len(rows)))


def _parcels(rows: Rows) -> Mask:
    """One row a parcel: the first of its order with this tracking number; the cancelled have none."""
    said = np.zeros(len(rows), bool)
    for name in ("tracking", "shipped_at", "delivered_at", "promised_at"):
        said |= rows.present(f"shipments.{name}")
    said &= rows.good
    if not said.any():
        return said
    tracking = rows.texts.get("shipments.tracking", constant("", len(rows))).codes
    parcels = pd.DataFrame({"order": rows.order, "tracking": tracking})[said]
    said[np.flatnonzero(said)[parcels.duplicated().to_numpy()]] = False
    if "shipments.status" not in rows.texts:
        delivered = ~np.isnat(rows.time("shipments.delivered_at"))
        open_or_not = "open" if "shipments.delivered_at" in rows.times else "unknown"
        rows.texts["shipments.status"] = Column(delivered.astype(np.int32), pa.array([open_or_not, "delivered"]))
    return said


def _dated(rows: Rows, table: str) -> Mask:
    return ~np.isnat(rows.time(f"{table}.{_OWN_DATE[table]}"))


def _table(rows: Rows, table: str, mask: Mask, origin: dict[str, Column]) -> pd.DataFrame:
    keep = slice(None) if mask.all() else mask
    columns = {}
    for column in TABLES[table]:
        target = f"{table}.{column.name}"
        if column.name == "line_no":
            columns[column.name] = pd.Series(rows.lines[keep], copy=False)
        elif column.kind in ("number", "integer"):
            columns[column.name] = pd.Series(_kept(rows.number(target), keep), copy=False)
            rows.numbers.pop(target, None)
        elif column.kind == "time":
            columns[column.name] = pd.Series(_kept(rows.time(target), keep), copy=False)
            rows.times.pop(target, None)
        else:
            columns[column.name] = _category(origin.get(column.name) or _text(rows, target), keep)
    return pd.DataFrame(columns, copy=False)


def _kept(values: Numbers | Times, keep: Mask | slice) -> Any:
    """The rows to keep; a column that the file has not still takes no memory."""
    if values.strides == (0,):
        return np.broadcast_to(values[:1], values[keep].shape if isinstance(keep, slice) else (int(keep.sum()),))
    return values[keep]


def _text(rows: Rows, target: str) -> Column:
    if target not in rows.texts:
        target = _TAKEN_FROM.get(target, "lines.order_id" if target.endswith(".order_id") else target)
    return rows.texts.get(target) or nothing(len(rows))


def _category(column: Column, keep: Mask | slice) -> pd.Series:
    categories = pd.Index(column.distinct.to_pandas(), dtype="str")
    return pd.Series(pd.Categorical.from_codes(column.codes[keep], categories), copy=False)
