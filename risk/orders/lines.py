"""Amounts of order lines out of what an export states: units, lines or whole orders, discounts, tax, shipping."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from risk.orders.rows import Numbers, Rows


@dataclass(frozen=True, eq=False)
class Money:
    """The money of each line, in the sale currency."""

    amount: Numbers
    shipping: Numbers
    tax: Numbers
    fee: Numbers
    refunded: Numbers


def money(rows: Rows) -> Money:
    """What the buyer pays for each line, and its share of what the order pays as a whole.

    Line total, else units times price, else a share of the order's goods, else of the order's total; less discounts.
    Whether a discount is already taken off, and whether tax comes on top, an order total decides where there is one.
    """
    gross = _gross(rows)
    shipping, tax, discount = (_sum(rows, gross, what) for what in ("shipping", "tax", "discount"))
    goods = gross
    if "order.subtotal" in rows.numbers:
        goods = np.where(np.isnan(gross), rows.shared("order.subtotal", rows.number("lines.quantity")), gross)
    off, on_top = _decide(rows, goods, discount, shipping, tax)
    amount = goods - np.abs(np.nan_to_num(discount)) if off and _stated(discount) else goods
    if "order.total" in rows.numbers:
        rest = rows.shared("order.total", gross) - np.nan_to_num(shipping) - np.nan_to_num(tax)
        amount = np.where(np.isnan(amount), rest, amount)
    return Money(
        amount,
        shipping,
        tax if on_top or not _stated(tax) else np.where(np.isnan(tax), np.nan, 0.0),
        _positive(_sum(rows, gross, "fee")),
        _positive(_sum(rows, gross, "refunded")),
    )


def _stated(values: Numbers) -> bool:
    """True unless the file has no such column."""
    return values.strides != (0,)


def _positive(values: Numbers) -> Numbers:
    return np.abs(values) if _stated(values) else values


def _gross(rows: Rows) -> Numbers:
    amount = rows.number("lines.amount")
    if "lines.unit_price" not in rows.numbers:
        return amount
    quantity = rows.number("lines.quantity")
    product: Numbers = np.where(np.isnan(quantity), 1.0, quantity)
    product *= rows.number("lines.unit_price")
    return np.where(np.isnan(amount), product, amount) if _stated(amount) else product


def _sum(rows: Rows, weights: Numbers, what: str) -> Numbers:
    """The line's own value and its share of the order's; NaN where neither is stated."""
    own = rows.number(f"lines.{what}")
    if f"order.{what}" not in rows.numbers:
        return own
    share = rows.shared(f"order.{what}", weights)
    return np.where(np.isnan(own), share, own + np.nan_to_num(share))


def _decide(rows: Rows, goods: Numbers, discount: Numbers, shipping: Numbers, tax: Numbers) -> tuple[bool, bool]:
    """Whether to take the discount off, and whether tax is on top: what makes most order totals right."""
    if "order.total" not in rows.numbers:
        return True, True
    stated = rows.shared("order.total", goods)
    total = rows.total(stated)
    known = rows.good & ~np.isnan(stated) & ~np.isnan(goods)

    discount = np.abs(np.nan_to_num(discount))

    def right(choice: tuple[bool, bool]) -> int:
        off, on_top = choice
        made = rows.total(goods - discount * off) + rows.total(shipping) + rows.total(tax) * on_top
        return int((known & (np.abs(made - total) < 0.015)).sum())

    return max(((True, True), (True, False), (False, True), (False, False)), key=right)
