"""The rules of the border on the days around each change, typed here from the notices independently of the table."""

from __future__ import annotations

import pandas as pd
import pytest

from risk import reference

# destination, day, origin, value free of duty, its source
CHANGES = [
    ("US", "2025-05-01", "CN", 800, "Section 321: USD 800 since 2016-03-10"),
    ("US", "2025-05-02", "CN", 0, "China and Hong Kong lose it on 2025-05-02 (EO 14256)"),
    ("US", "2025-05-02", "DE", 800, "other origins keep it"),
    ("US", "2025-08-28", "DE", 800, "the last day"),
    ("US", "2025-08-28", "HK", 0, "China and Hong Kong"),
    ("US", "2025-08-29", "DE", 0, "EO 14324: suspended for all origins on 2025-08-29"),
    ("US", "2025-08-29", "CN", 0, "EO 14324"),
    ("EU", "2026-06-30", "CN", 150, "Regulation 1186/2009 Art 23: EUR 150"),
    ("EU", "2026-07-01", "CN", 0, "Council decision: relief ends on 2026-07-01"),
    ("DE", "2026-06-30", "CN", 150, "a member of the EU"),
    ("DE", "2026-07-01", "CN", 0, "a member of the EU"),
    ("GB", "2021-01-01", "CN", 135, "GBP 135 since 2021-01-01"),
    ("GB", "2026-11-25", "CN", 135, "to be removed by March 2029"),
    ("TH", "2026-01-01", "CN", 0, "Customs Announcement 219/2568"),
    ("TR", "2026-02-05", "CN", 30, "EUR 30"),
    ("TR", "2026-02-06", "CN", 0, "abolished on 2026-02-06"),
]


@pytest.mark.parametrize(("destination", "day", "origin", "free", "source"), CHANGES)
def test_the_day_selects_the_rule(destination: str, day: str, origin: str, free: float, source: str) -> None:
    rules = reference.de_minimis(destination, day, origin)
    assert rules["duty_de_minimis"].tolist() == [free], source


@pytest.mark.parametrize(("destination", "day"), [("TH", "2025-12-31"), ("GB", "2020-12-31"), ("EU", "2021-06-30")])
def test_a_day_for_which_no_rule_is_recorded_has_no_row(destination: str, day: str) -> None:
    assert reference.de_minimis(destination, day).empty


def test_without_an_origin_the_general_and_the_special_rule_are_both_shown() -> None:
    rules = reference.de_minimis("US", "2025-06-01")
    assert rules["duty_de_minimis"].tolist() == [800, 0]
    assert rules["origin"].fillna("any").tolist() == ["any", "CN HK"]


def test_without_a_day_an_origin_keeps_the_whole_history() -> None:
    assert reference.de_minimis("US", origin="CN")["duty_de_minimis"].tolist() == [800, 0, 0]
    assert reference.de_minimis("US", origin="DE")["duty_de_minimis"].tolist() == [800, 0]


def test_on_every_day_each_destination_has_one_rule_for_an_origin() -> None:
    for day in pd.date_range("2016-01-01", "2027-12-31", freq="MS"):
        assert reference.de_minimis(on=day, origin="CN")["iso2"].is_unique


def test_tax_is_due_from_the_first_cent_in_the_eu_and_the_uk() -> None:
    assert reference.de_minimis("EU", "2025-01-01")["tax_de_minimis"].tolist() == [0]
    assert reference.de_minimis("GB", "2025-01-01")["tax_de_minimis"].tolist() == [0]


def test_three_euros_for_each_tariff_subheading() -> None:
    """Council of the EU, example: 1 silk and 2 wool blouses in one parcel of at most EUR 150 owe EUR 6."""
    charge = reference.parcel_charges("EU", "2026-07-01").loc["eu_flat_duty"]
    subheadings = {"silk blouse": 1, "wool blouse": 2}
    assert (charge["charge"] * len(subheadings), charge["currency"]) == (6, "EUR")
    assert charge["value_up_to"] == 150
    assert "eu_flat_duty" not in reference.parcel_charges("EU", "2026-06-30").index


def test_a_member_of_the_eu_has_the_charges_of_the_eu_and_its_own() -> None:
    assert set(reference.parcel_charges("FR", "2026-07-01").index) == {"eu_flat_duty", "fr_national_fee"}
    assert set(reference.parcel_charges("DE", "2026-07-01").index) == {"eu_flat_duty"}
    assert set(reference.parcel_charges("RO", "2026-01-01").index) == {"ro_national_fee"}


def test_the_us_postal_charge_of_chinese_parcels_changed_after_twelve_days() -> None:
    def owed(day: str, origin: str) -> list[tuple[float, float]]:
        charges = reference.parcel_charges("US", day, origin)
        return list(zip(charges["charge"], charges["rate"], strict=True))

    assert owed("2025-05-13", "CN") == [(100, 1.20)]
    assert owed("2025-05-14", "CN") == [(100, 0.54)]
    assert owed("2025-05-14", "DE") == []
    assert reference.parcel_charges("US", "2025-08-29")["charge"].tolist() == [80, 160, 200]
    assert reference.parcel_charges("US", "2026-03-01")["rate"].tolist() == [pytest.approx(0.10)]
    assert reference.parcel_charges("US", "2026-07-25").empty  # what follows was not found, and is not made up


def test_charges_that_are_expected_or_disputed_are_marked_low() -> None:
    charges = reference.parcel_charges()
    assert set(charges.index[charges["confidence"] == "low"]) == {"eu_handling_fee", "it_national_fee"}


def test_value_added_tax_is_a_fraction_and_changes_on_its_day() -> None:
    def rate(iso2: str, day: str) -> float:
        return reference.vat(day).loc[iso2, "rate"]

    assert rate("DE", "2026-11-25") == pytest.approx(0.19)  # § 12 (1) UStG
    assert rate("GB", "2026-11-25") == pytest.approx(0.20)  # VATA 1994 s2
    assert rate("HU", "2026-11-25") == pytest.approx(0.27)  # the highest of the EU
    assert (rate("EE", "2025-06-30"), rate("EE", "2025-07-01")) == (pytest.approx(0.22), pytest.approx(0.24))
    assert (rate("RO", "2025-07-31"), rate("RO", "2025-08-01")) == (pytest.approx(0.19), pytest.approx(0.21))


def test_every_member_of_the_eu_has_one_rate_of_at_least_the_legal_minimum() -> None:
    """Directive 2006/112/EC Art 97: not below 15 %."""
    rates = reference.vat("2026-11-25")
    assert rates.index.is_unique
    members = rates.loc[sorted(reference.EU), "rate"]
    assert len(members) == 27
    assert members.between(0.15, 0.27).all()


def test_the_logistics_index_ranks_by_score() -> None:
    scores = reference.lpi()
    assert scores["score"].idxmax() == "SG"
    assert scores.loc["SG", "score"] == 4.3  # World Bank, LPI 2023: Singapore first
    assert scores.sort_values("rank")["score"].is_monotonic_decreasing
    assert (scores.groupby("rank")["score"].nunique() == 1).all()


def test_the_components_of_the_us_are_all_five_that_were_found() -> None:
    assert reference.lpi("customs").loc["US", "score"] == 3.7
    assert reference.lpi("tracking").loc["US", "score"] == 4.2
    assert reference.lpi("timeliness").empty


def test_a_day_in_transit_costs_what_hummels_and_schaur_found() -> None:
    """Hummels and Schaur 2013, Time as a Trade Barrier, abstract: 0.6 to 2.1 percent."""
    cost = reference.trade_statistics().loc["transit_day_cost"]
    assert (cost["low"], cost["high"]) == (0.6, 2.1)


def test_the_notices_are_stale_a_year_later() -> None:
    rules = reference.de_minimis("US")
    assert reference.stale(rules, "2026-11-25").tolist() == [True, True, False]
    assert reference.stale(rules, "2027-11-25").all()
