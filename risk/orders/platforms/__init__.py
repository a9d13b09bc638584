"""Reports that are recognised by their columns, one small file a platform."""

from __future__ import annotations

from collections.abc import Iterable

from risk.orders.platforms import amazon, ebay, etsy, shopify, template, uci
from risk.orders.platforms.base import Platform
from risk.orders.words import normalise

__all__ = ["PLATFORMS", "UNKNOWN", "Platform", "recognise"]

PLATFORMS = (
    template.TEMPLATE,
    shopify.ORDERS,
    amazon.ALL_ORDERS,
    amazon.FBA_RETURNS,
    ebay.ORDERS,
    ebay.ORDERS_DE,
    ebay.ORDERS_FR,
    etsy.ORDERS,
    etsy.ITEMS,
    uci.ONLINE_RETAIL,
)
UNKNOWN = Platform(name="unknown", signature=(), columns={})


def recognise(header: Iterable[str]) -> Platform:
    """The report whose signature the header has, the longest one first; `UNKNOWN` where none fits."""
    words = frozenset(map(normalise, header))
    fitting = [platform for platform in PLATFORMS if platform.recognises(words)]
    return max(fitting, key=lambda platform: len(platform.signature), default=UNKNOWN)
