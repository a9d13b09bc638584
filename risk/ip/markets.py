"""Where own rights are copied and foreign ones claimed: destinations, places to register, statutory ranges.

Amounts are in the reporting currency, a year. No legal advice.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from risk.ip.case import IpCase
from risk.ip.own import copied_share
from risk.reference import EU, fines, ip_index, watch_list
from risk.reference.wording import rule_in_words


def destinations(case: IpCase) -> pd.DataFrame:
    """Each destination with its place on the watch list of the US and in the IP Index, largest sales first.

    Columns country, sales, share (of turnover), list ("" where it is on none), score (fraction; NaN where none was
    found), rank, list_as_of, list_source, score_as_of, score_source.
    """
    places = pd.DataFrame(
        [(place.country, place.sales) for place in case.trade.destinations], columns=["country", "sales"]
    )
    share = places["sales"] / (case.trade.turnover or np.nan)
    watched = watch_list(case.facts)[["list", "as_of", "source"]].rename(columns=_prefixed("list"))
    scores = ip_index(case.facts)[["score", "rank", "as_of", "source"]].rename(columns=_prefixed("score"))
    found = places.assign(share=share).join(watched, on="country").join(scores, on="country")
    return found.assign(list=found["list"].fillna(""))


def _prefixed(name: str) -> dict[str, str]:
    return {"as_of": f"{name}_as_of", "source": f"{name}_source"}


def registrations(case: IpCase) -> pd.DataFrame:
    """Where registering a brand or design protects how much, most sales first.

    Rights hold where they are registered: one registration covers the EU, each other country needs its own, and so
    does the seat, which the goods leave. Columns territory, sales, share (of turnover), covered (running share), low
    and high (margin that copies may take a year there, the range of the register), listed (share of its sales that go
    to economies on the watch list), seat (whether it is the seat's).
    """
    if not case.trade.destinations:
        return pd.DataFrame(columns=["territory", "sales", "share", "covered", "low", "high", "listed", "seat"])
    places = destinations(case)
    territory = places["country"].where(~places["country"].isin(EU), "EU")
    sums = (
        places.assign(territory=territory, listed=places["sales"].where(places["list"] != "", 0.0))
        .groupby("territory")[["sales", "listed"]]
        .sum()
    )
    home = "EU" if case.seat in EU else case.seat
    if home is not None and home not in sums.index:
        sums.loc[home] = 0.0
    found = sums.sort_values("sales", ascending=False).reset_index()
    share = found["sales"] / (case.trade.turnover or np.nan)
    low, high = copied_share(case.facts)
    margin = found["sales"] * max(case.trade.margin, 0.0)
    return found.assign(
        share=share,
        covered=share.cumsum(),
        low=margin * low,
        high=margin * high,
        listed=found["listed"] / found["sales"].where(found["sales"] > 0),
        seat=found["territory"] == home,
    )


def claims(case: IpCase) -> pd.DataFrame:
    """What the law of each market served, and of the seat, allows a rights holder to claim.

    Columns market, law, conduct, rule (in words), low and high (of one unit, NaN where a law names no amount or its
    currency has no rate), unit, currency, since, as_of, source.
    """
    table = fines(case.facts)
    served = {place.country for place in case.trade.destinations if place.sales > 0} | {case.seat}
    begun = ~(table["effective_from"] > pd.Timestamp(case.on))
    found = table[(table["family"] == "ip") & table["jurisdiction"].isin(served) & begun]
    rates = {**case.amounts.rates, case.amounts.currency: 1.0}
    rate = found["currency"].map(rates).astype("float64")
    high = found["per_unit_max"].fillna(found["fixed_cap"].where(found["rule"] == "fixed"))
    return pd.DataFrame(
        {
            "market": found["jurisdiction"],
            "law": found["instrument"],
            "conduct": found["conduct"],
            "rule": [rule_in_words(row) for _, row in found.iterrows()],
            "low": found["per_unit_min"].where(high.notna()) * rate,
            "high": high * rate,
            "unit": found["unit"],
            "currency": found["currency"],
            "since": found["effective_from"],
            "as_of": found["as_of"],
            "source": found["source"],
        }
    ).reset_index(drop=True)
