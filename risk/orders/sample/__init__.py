"""A seller that does not exist, so that the dashboard opens on something: 24 months to October 2026, all invented.

`sample_shop` makes it, `scripts/write_sample.py` wrote it to `data/sample/`, `open_sample` opens what was written.
"""

from __future__ import annotations

import pandas as pd
from numpy.random import Generator

from risk.loss.streams import spawn
from risk.orders.sample.aftermath import claims, returns
from risk.orders.sample.files import open_sample, write_sample
from risk.orders.sample.money import cash
from risk.orders.sample.parcels import shipments
from risk.orders.sample.sales import lines, orders
from risk.orders.schema import ORIGIN, column_names

__all__ = ["open_sample", "sample_shop", "write_sample"]


def sample_shop(rates: pd.DataFrame, rng: Generator) -> dict[str, pd.DataFrame]:
    """The five tables of the sample shop, in the columns of the schema without file_id, line_no and platform.

    `rates`: yuan for one unit of USD, EUR, GBP, JPY and AUD, by day from October 2024 to October 2026. The same rates
    and the same `rng` give the same shop; every part draws from its own stream.
    """
    made = orders(rates, spawn(rng, "orders"))
    sold = lines(made, rates, spawn(rng, "lines"))
    sent = shipments(made, sold, spawn(rng, "shipments"))
    sold = _with_what_became_of_them(sold, sent)
    back = returns(sold, sent, spawn(rng, "returns"))
    tables = {
        "lines": sold,
        "shipments": sent,
        "returns": back,
        "claims": claims(sold, sent, spawn(rng, "claims")),
        "cash": cash(sold, back, rates),
    }
    return {name: table.reindex(columns=_own_columns(name)) for name, table in tables.items()}


def _own_columns(table: str) -> list[str]:
    return [name for name in column_names(table) if name not in ORIGIN]


def _with_what_became_of_them(sold: pd.DataFrame, sent: pd.DataFrame) -> pd.DataFrame:
    """Add status and refunded: what got lost is paid back in full, and no returns table repeats it."""
    found = sold["order_id"].map(sent.set_index("order_id")["status"])
    words = found.map({"delivered": "delivered", "lost": "refunded", "open": "shipped"}).fillna("paid")
    status = words.mask(sold["cancelled"], "cancelled")
    return sold.assign(status=status, refunded=(sold["amount"] + sold["shipping"]).where(status == "refunded", 0.0))
