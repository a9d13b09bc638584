"""Amounts of order lines out of what an export states: units, lines or whole orders, discounts, tax, shipping."""

from __future__ import annotations

import itertools
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
    shipping = _sum(rows, gross, "shipping")
    tax = _sum(rows, gross, "tax")
    discount = np.abs(np.nan_to_num(_sum(rows, gross, "discount")))
    goods = np.where(np.isnan(gross), rows.shared("order.subtotal", rows.number("lines.quantity")), gross)
    off, on_top = _decide(rows, goods, discount, shipping, tax)
    amount = goods - discount * off
    rest = rows.shared("order.total", gross) - np.nan_to_num(shipping) - np.nan_to_num(tax)
    return Money(
        np.where(np.isnan(amount), rest, amount),
        shipping,
        tax if on_top else np.where(np.isnan(tax), np.nan, 0.0),
        np.abs(_sum(rows, gross, "fee")),
        np.abs(_sum(rows, gross, "refunded")),
    )


def _gross(rows: Rows) -> Numbers:
    if "lines.unit_price" not in rows.numbers:
        return rows.number("lines.amount")
    quantity = rows.number("lines.quantity")
    product = np.where(np.isnan(quantity), 1.0, quantity) * rows.number("lines.unit_price")
    return np.where(np.isnan(rows.number("lines.amount")), product, rows.number("lines.amount"))


def _sum(rows: Rows, weights: Numbers, what: str) -> Numbers:
    """The line's own value and its share of the order's; NaN where neither is stated."""
    own, share = rows.number(f"lines.{what}"), rows.shared(f"order.{what}", weights)
    return np.where(np.isnan(own), share, own + np.nan_to_num(share))


def _decide(
    rows: Rows, goods: Numbers, discount: Numbers, shipping: Numbers, tax: Numbers
) -> tuple[bool, bool]:
    """Whether to take the discount off, and whether tax is on top: what makes most order totals right."""
    if "order.total" not in rows.numbers:
        return True, True
    stated = rows.shared("order.total", goods)
    total = rows.total(stated)
    known = rows.good & ~np.isnan(stated) & ~np.isnan(goods)

    def right(choice: tuple[bool, bool]) -> int:
        off, on_top = choice
        made = rows.total(goods - discount * off) + rows.total(shipping) + rows.total(tax) * on_top
        return int((known & (np.abs(made - total) < 0.015)).sum())

    return max(itertools.product((True, False), repeat=2), key=right)
