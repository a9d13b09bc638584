"""What platforms call the state of an order or a parcel, in the few words of the schema."""

from __future__ import annotations

from types import MappingProxyType

import pyarrow as pa

from risk.orders.records import Column
from risk.orders.words import normalise

_ORDERS = {
    "paid": "paid|authorized|partially paid|partially refunded|unshipped|processing|ready to ship|to ship|买家已付款|"
    "待发货|等待卖家发货|待出貨|已付款|bezahlt|payé|pagado|pagato|発送待ち",
    "cancelled": "cancelled|canceled|cancel|voided|cancelled by buyer|交易关闭|已取消|已关闭|取消|不成立|キャンセル|"
    "storniert|abgebrochen|annulé|annulée|cancelado|annullato|900|800",
    "shipped": "shipped|fulfilled|partially shipped|in transit|sent|已发货|卖家已发货,等待买家确认|已出貨|運送中|"
    "発送済|発送済み|versendet|expédié|enviado|spedito|500|shipped - picked up|shipped - out for delivery",
    "delivered": "delivered|completed|complete|closed|交易成功|已签收|已妥投|已完成|完成|完了|zugestellt|abgeschlossen|"
    "livré|entregado|consegnato|700|shipped - delivered to buyer",
    "refunded": "refunded|refund|returned|退款成功|已退款|已全额退款|返金|erstattet|remboursé|reembolsado|rimborsato|"
    "shipped - returned to seller|rejected",
    # A sale that may still fail.
    "unknown": "unknown|pending|on hold|unpaid|new|待付款|待买家付款|尚未付款|offen|en attente|pendiente",
}
_PARCELS = {
    "unknown": "unknown",
    "delivered": "delivered|delivered to buyer|已签收|已妥投|送達|zugestellt|livré|entregado|consegnato|配達完了",
    "lost": "lost|lost by third party|missing|丢件|遺失|verloren|perdu|perdido",
    "returned": "returned|returned to seller|returned to sender|退回|退件|retourniert|renvoyé|devuelto",
    "open": "open|in transit|out for delivery|shipped|info received|运输中|配送中|運送中|unterwegs|en transit",
}


def _inverted(words: dict[str, str]) -> MappingProxyType[str, str]:
    return MappingProxyType({normalise(word): state for state, all_ in words.items() for word in all_.split("|")})


ORDER_STATES, PARCEL_STATES = _inverted(_ORDERS), _inverted(_PARCELS)


def states(column: Column, known: MappingProxyType[str, str]) -> Column:
    """The column in the words of the schema; `unknown` for what is not understood."""
    return column.replaced(pa.array([known.get(normalise(str(v)), "unknown") for v in column.distinct], pa.string()))


def not_understood(column: Column, known: MappingProxyType[str, str]) -> list[str]:
    """The texts that name no state of the schema."""
    return [str(value) for value in column.distinct if normalise(str(value)) not in known]
