"""The ledger of exposures of the reader's own orders, with what the owner says about payouts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import cached
from dashboard.workspace import Workspace
from risk.currency.ledger import PROBABLE, USUAL_LAG, Terms, channel_lags, exposure_ledger, payout_lags
from risk.orders import OrderHistory, questions

NAME = "exposure_terms"  # under which lags, mark-ups and the highly probable months are kept


def kept(space: Workspace) -> dict[str, Any]:
    """What the owner has said: {"lags": {channel: days}, "markups": {channel: share}, "probable": months}."""
    return {"lags": {}, "markups": {}, "probable": PROBABLE, **(space.kept(NAME) or {})}


def keep(space: Workspace, **said: Any) -> None:
    """Keep some of it as the newest version."""
    space.keep(NAME, {**kept(space), **said})


def shown_lags(history: OrderHistory, as_of: dt.date, spot: Mapping[str, float]) -> pd.Series[float]:
    """Days to payout of each channel as payouts show them, NaN where they do not."""
    return cached.derived(_shown_lags, history, as_of, dict(spot))


def terms(space: Workspace, as_of: dt.date, spot: Mapping[str, float]) -> Terms:
    """When channels pay out: as the owner says, else as payouts show, else after the usual days."""
    said = kept(space)
    shown = shown_lags(space.history, as_of, spot).dropna().to_dict()
    return Terms({**shown, **said["lags"]}, USUAL_LAG, said["probable"])


def rows(space: Workspace, as_of: dt.date, spot: Mapping[str, float]) -> pd.DataFrame:
    """The ledger; not to be changed."""
    found = terms(space, as_of, spot)
    return cached.derived(_rows, space.history, as_of, dict(found.lags), found.usual, found.probable)


def unpaid(space: Workspace, as_of: dt.date, spot: Mapping[str, float]) -> pd.Series[float]:
    """What has been sold and not paid out, by currency in its units: booked and committed."""
    ledger = rows(space, as_of, spot)
    firm = ledger[ledger["exposure_class"].isin(["booked", "committed"])]
    return firm.groupby("currency")["amount"].sum()


def _shown_lags(history: OrderHistory, as_of: dt.date, spot: dict[str, float]) -> pd.Series[float]:
    flows = cached.answer(questions.flows, history)
    lags = payout_lags(flows, cached.answer(questions.payouts, history), as_of)
    return channel_lags(flows, lags, spot)


def _rows(history: OrderHistory, as_of: dt.date, lags: dict[str, float], usual: float, probable: int) -> pd.DataFrame:
    flows, delays = (cached.answer(question, history) for question in (questions.flows, questions.refund_delays))
    return exposure_ledger(flows, delays, as_of, Terms(lags, usual, probable))
