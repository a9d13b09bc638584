"""What a forward hedge is expected to cost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from risk.currency.model import CurrencyRisk
from risk.currency.programmes import Ratios, hedge_ratios


def hedge_cost(model: CurrencyRisk, ratios: Ratios | None = None) -> pd.DataFrame:
    """Expected cost of the forwards in a year: index currency; columns points, spread, in the reporting currency.

    points = h Σ E[Q] (S - F): what the forward rates give away against today's spot, a gain where negative, as it is
    when the reporting currency bears the higher interest. spread = h c Σ |E[Q]| F. Their sum is what hedging adds to
    the expected loss of the model, since its spot rate is a fair game.
    """
    shares = model.ratios if ratios is None else hedge_ratios(ratios, model.currencies)
    points = shares * (model.receipts * (model.spot - model.forwards)).sum(axis=0)
    spread = shares * model.spread * (np.abs(model.receipts) * model.forwards).sum(axis=0)
    return pd.DataFrame({"points": points, "spread": spread}, index=pd.Index(model.currencies, name="currency"))


def hedged_share(model: CurrencyRisk, ratios: Ratios) -> float:
    """Share of all expected receipts and payments, valued at spot, that the forwards cover; 0 without any."""
    value = np.abs(model.receipts).sum(axis=0) * model.spot
    return float(hedge_ratios(ratios, model.currencies) @ value / value.sum()) if value.any() else 0.0
