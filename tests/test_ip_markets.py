"""Where rights are copied and claimed: lists and ranges from the facts, territories and margins by hand."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from risk.ip import markets
from risk.ip.case import IpCase, IpHistory
from risk.loss.prefill import Amounts
from risk.trade import Destination, Trade

PLACES = (
    Destination("DE", 300_000.0, 6_000.0, 9_000.0),
    Destination("FR", 100_000.0, 2_000.0, 2_500.0),
    Destination("MX", 80_000.0, 1_000.0, 1_000.0),
    Destination("BG", 20_000.0, 1_000.0, 1_000.0),
)


def case(seat: str | None = "CN", places: tuple[Destination, ...] = PLACES, margin: float = 0.3) -> IpCase:
    amounts = Amounts("EUR", {"USD": 0.9, "CNY": 0.125})
    return IpCase(Trade("EUR", 2.0, places, 10, margin), IpHistory(), dt.date(2026, 11, 23), amounts, seat)


def test_a_country_that_no_table_names_is_on_no_list_and_has_no_score() -> None:
    found = markets.destinations(case()).set_index("country")
    assert found["list"].to_dict() == {"DE": "", "FR": "", "MX": "Priority Watch List", "BG": "Watch List"}
    assert pd.isna(found.loc["MX", "score"])
    assert found.loc["DE", "score"] == pytest.approx(0.9246)
    assert found["share"].sum() == pytest.approx(1.0)


def test_territories_cover_the_turnover_and_the_union_is_one() -> None:
    found = markets.registrations(case()).set_index("territory")
    assert found["sales"].to_dict() == {"EU": 420_000.0, "MX": 80_000.0, "CN": 0.0}
    assert found["covered"].tolist() == pytest.approx([0.84, 1.0, 1.0])
    assert found.loc["EU", "listed"] == pytest.approx(20_000 / 420_000)
    assert (found.loc["MX", "low"], found.loc["MX", "high"]) == pytest.approx((24_000 * 0.0023, 24_000 * 0.094))


def test_a_seat_within_the_union_is_no_territory_of_its_own() -> None:
    found = markets.registrations(case("DE")).set_index("territory")["seat"]
    assert found.to_dict() == {"EU": True, "MX": False}


def test_without_a_margin_copies_take_nothing() -> None:
    assert markets.registrations(case(margin=-0.2))[["low", "high"]].to_numpy().sum() == 0.0


def test_claims_are_those_of_the_markets_served_and_of_the_seat() -> None:
    assert set(markets.claims(case())["market"]) == {"CN"}
    assert markets.claims(case(None)).empty
    american = markets.claims(case(None, (Destination("US", 1.0, 1.0, 1.0),))).set_index("law")
    assert american.loc["17 USC 504(c)", ["low", "high"]].tolist() == pytest.approx([675.0, 27_000.0])
    assert american.loc["35 USC 289", ["low", "high"]].isna().all(), "a profit, and no amount in the law"


def test_nothing_served_is_nothing_to_show() -> None:
    assert markets.destinations(case(places=())).empty
    assert markets.registrations(case(places=())).empty
