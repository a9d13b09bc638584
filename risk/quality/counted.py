"""What came back, as shares with an interval: units by article group, reasons, chargebacks.

The frames are answers of `risk.orders.questions`; amounts are already in one currency.
"""

from __future__ import annotations

import pandas as pd

from risk.loss.proportions import with_share

DISPOSITIONS = ("sellable", "damaged", "destroyed")
UNKNOWN = "unknown"


def grouped_by(returns: pd.DataFrame) -> str:
    """The column by which articles are grouped: their category, or the article where no order names a category."""
    return "category" if returns["category"].notna().any() else "sku"


def returned_by(returns: pd.DataFrame, by: str) -> pd.DataFrame:
    """Units that came back by article group, largest sales first.

    Columns `by` (missing where not stated), units, sales, returns, returned (units; a return without a number counts
    one), refunds, refund_a_unit (refunds over units sold), and rate, low, high of returned among units.

    Units of one order come back together, so the interval counts returns, not units: as many independent occasions as
    give the same rate. Where nothing came back, a return is taken to be as large as elsewhere.
    """
    columns = ["units", "sales", "returns", "returned", "refunds"]
    sums = returns.groupby(by, dropna=False, as_index=False)[columns].sum()
    sums["returned"] = sums[["returned", "returns"]].max(axis=1)
    overall = sums["returned"].sum() / max(sums["returns"].sum(), 1)
    together = (sums["returned"] / sums["returns"].where(sums["returns"] > 0)).fillna(max(overall, 1.0))
    shared = with_share(sums.assign(occasions=sums["units"] / together), "returns", "occasions")
    refunds = sums["refunds"] / sums["units"].where(sums["units"] > 0)
    found = shared.drop(columns="occasions").assign(refund_a_unit=refunds)
    return found.sort_values("sales", ascending=False, ignore_index=True)


def reasons_with_share(reasons: pd.DataFrame) -> pd.DataFrame:
    """Returns by reason, most first, and what became of the goods.

    Columns reason (missing where not stated), returns, units, one of returns for each disposition and for the unknown,
    and rate, low, high of the reason among all returns.
    """
    disposition = reasons["disposition"].where(reasons["disposition"].isin(DISPOSITIONS), UNKNOWN)
    parts = {name: reasons["returns"].where(disposition == name, 0) for name in (*DISPOSITIONS, UNKNOWN)}
    columns = ["returns", "units", *parts]
    sums = reasons.assign(**parts).groupby("reason", dropna=False, as_index=False)[columns].sum()
    shared = with_share(sums.assign(all=sums["returns"].sum()), "returns", "all").drop(columns="all")
    return shared.sort_values("returns", ascending=False, ignore_index=True, kind="stable")


def chargebacks(claims: pd.DataFrame, orders: int) -> pd.DataFrame:
    """Chargebacks among all orders, one row: chargebacks, orders, rate, low, high."""
    count = int(claims.loc[claims["kind"] == "chargeback", "claims"].sum())
    return with_share(pd.DataFrame({"chargebacks": [count], "orders": [orders]}), "chargebacks", "orders")
