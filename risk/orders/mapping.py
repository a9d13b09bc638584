"""Which column of the file goes where: the user's choice, the platform's columns, the dictionary, in this order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from risk.checks import InputError, one_of
from risk.orders.export import Match, Reason
from risk.orders.platforms import Platform
from risk.orders.words import PERSONAL, TARGETS, dictionary, normalise

_OF_SALES = frozenset({"lines.ordered_at", "lines.unit_price", "lines.amount", "order.total", "order.subtotal"})
_OF_RETURNS = {
    "lines.order_id": "returns.order_id",
    "lines.sku": "returns.sku",
    "lines.quantity": "returns.quantity",
    "lines.currency": "returns.currency",
    "order.refunded": "returns.refund",
    "lines.refunded": "returns.refund",
}
_UNIQUE_ENOUGH = ("lines.order_id", "returns.order_id", "claims.claim_id", "cash.cash_id")


def match(
    header: Sequence[str], platform: Platform, chosen: Mapping[str, str | None] | None
) -> tuple[tuple[Match, ...], dict[str, list[int]]]:
    """What becomes of each column, and for each target the positions to read, the preferred one first."""
    chosen = chosen or {}
    for word in chosen:
        one_of("mapping", word, header)
    found = [_target(word, platform, chosen) for word in header]
    if _only_returns({target for target, _, _ in found}):
        found = [(_OF_RETURNS.get(target or "", target), rank, reason) for target, rank, reason in found]
    matches = tuple(Match(word, target, reason) for word, (target, _, reason) in zip(header, found, strict=True))
    ranked = sorted((rank, position, target) for position, (target, rank, _) in enumerate(found) if target is not None)
    positions: dict[str, list[int]] = {}
    for _, position, target in ranked:
        positions.setdefault(target, []).append(position)
    return matches, positions


def _only_returns(targets: set[str | None]) -> bool:
    """True for a list of returns: its quantities are units that came back, not units sold."""
    return "returns.returned_at" in targets and not targets & _OF_SALES


def _target(word: str, platform: Platform, chosen: Mapping[str, str | None]) -> tuple[str | None, int, Reason]:
    if word in chosen:
        target = chosen[word]
        return (None if target is None else one_of("mapping", target, TARGETS)), -1, "chosen"
    key = normalise(word)
    if key in platform.targets():
        target, rank = platform.targets()[key]
        return target, rank, "platform" if target else "not used"
    target, rank = dictionary().get(key, (None, 0))
    if target == PERSONAL:
        return None, 0, "personal"
    return target, 10_000 + rank, "dictionary" if target else "not used"


def check_has_orders(positions: Mapping[str, list[int]], name: str) -> None:
    """Refuse a file in which no row can be told from another."""
    if not any(target in positions for target in _UNIQUE_ENOUGH):
        raise InputError("{name} has no column with an order number, so it is not an order export.", name=name)
