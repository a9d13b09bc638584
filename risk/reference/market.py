"""Marketplaces and markets: limits on a seller's account, return rates, how far currencies have moved."""

from __future__ import annotations

import pandas as pd

from risk.reference.facts import FACTS, Facts
from risk.reference.tables import read


def marketplace_limits(facts: Facts = FACTS) -> pd.DataFrame:
    """What marketplaces demand of a seller: `metric` must be `comparison` ("below", "above", "at least") `limit`.

    `limit` is a fraction, measured over `window_days` (NaN: not recorded). `contractual_eu_uk` says whether the
    contract of sellers in the EU and UK holds it too. Platforms change them: presets to edit, never rules.
    """
    return facts.table("marketplace_limits")


def return_rates(facts: Facts = FACTS) -> pd.DataFrame:
    """Return rates of retail, `value` in `unit`; no source was found by product group."""
    return facts.table("return_rates")


def currency_episodes() -> pd.DataFrame:
    """Large moves of currencies, a row a currency of an episode (`id`).

    `change` is value of one unit of `currency` in `base` at `end` over `start`, less one: negative is a fall.
    """
    moves = read("currency_episodes")
    moves.insert(6, "change", moves.pop("change_pct") / 100)
    return moves
