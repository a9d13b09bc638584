"""Facts that a user corrects: checked at the cell, recognisable in their row, and read by the families."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pandas as pd
import pytest

from risk import reference
from risk.checks import Sentence
from risk.ip import IpHistory, ip_risk
from risk.legal import LegalHistory, legal_risk
from risk.logistics import LogisticsHistory, logistics_risk
from risk.loss.register import Entry, FamilyRisk
from risk.quality import QualityHistory, quality_risk
from risk.reference import ENTERED, FACTS, CellError, Facts
from risk.reference.cells import correctable
from risk.reference.facts import KEYS
from risk.reference.tables import read
from risk.trade import Destination, Trade

DAY = dt.date(2026, 11, 25)
LATER = dt.date(2026, 11, 30)
FX = {"USD": 0.9, "GBP": 1.15, "CNY": 0.13, "XDR": 1.2}
TRADE = Trade(
    "EUR",
    2.0,
    (
        Destination("DE", 300_000.0, 6_000.0, 9_000.0),
        Destination("US", 200_000.0, 4_000.0, 5_000.0),
        Destination("GB", 100_000.0, 2_000.0, 2_500.0),
    ),
    120,
    0.3,
)
SENT = LogisticsHistory(parcels=900, weight_kg=1.2, modes={"express": 10})
FAMILIES: dict[str, Callable[..., FamilyRisk]] = {
    "legal": lambda **given: legal_risk(TRADE, LegalHistory(), DAY, FX, "CN", **given),
    "ip": lambda **given: ip_risk(TRADE, IpHistory(), DAY, FX, "CN", **given),
    "logistics": lambda **given: logistics_risk(TRADE, SENT, DAY, FX, "CN", **given),
    "quality": lambda **given: quality_risk(TRADE, QualityHistory(), DAY, FX, **given),
}
FAMILY = pytest.mark.parametrize("family", FAMILIES)
HANDLING_FEE = ("parcel_charges", "eu_handling_fee")


def entries(family: str, facts: Facts = FACTS) -> dict[str, Entry]:
    return {entry.key: entry for entry in FAMILIES[family](facts=facts).entries}


def changed(family: str, facts: Facts) -> set[str]:
    """Entries that are others than with the published facts."""
    before, after = entries(family), entries(family, facts)
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def test_a_corrected_row_shows_the_value_and_whose_it_is() -> None:
    facts = FACTS.edited("fines", "gdpr_83_5", {"share_cap": 0.03}, DAY)
    row, other = reference.fines(facts).loc["gdpr_83_5"], reference.fines(facts).loc["gdpr_83_4"]
    assert row["share_cap"] == 0.03
    assert (row["source"], row["as_of"], row["confidence"]) == (ENTERED, pd.Timestamp(DAY), "own")
    assert reference.cap_amount(row, 1e9) == 30e6
    pd.testing.assert_series_equal(other, reference.fines().loc["gdpr_83_4"])
    assert reference.fines().loc["gdpr_83_5", "share_cap"] == 0.04  # nobody else's facts change


@pytest.mark.parametrize("table", KEYS)
def test_each_row_of_a_table_has_a_name_of_its_own(table: str) -> None:
    assert len(set(reference.row_keys(table))) == len(read(table)) > 0


@pytest.mark.parametrize("table", KEYS)
def test_without_corrections_a_table_is_the_published_one(table: str) -> None:
    pd.testing.assert_frame_equal(Facts().table(table), read(table))


@pytest.mark.parametrize("table", KEYS)
def test_every_published_value_may_be_entered_and_changes_nothing(table: str) -> None:
    frame = read(table)
    for row, values in zip(reference.row_keys(table), frame.to_dict("records"), strict=True):
        cells = {column: values[column] for column in correctable(list(frame))}
        assert FACTS.edited(table, row, cells, DAY) == FACTS


def test_days_and_numbers_in_percent_are_corrected_as_the_files_hold_them() -> None:
    row = "us_section_122"
    facts = FACTS.edited("parcel_charges", row, {"rate_pct": 15.0, "effective_to": "2026-12-31"}, DAY)
    charge = reference.parcel_charges(facts=facts).loc[row]
    assert charge["rate"] == pytest.approx(0.15)
    assert charge["effective_to"] == pd.Timestamp("2026-12-31")
    assert row in reference.parcel_charges("US", DAY, facts=facts).index
    assert row not in reference.parcel_charges("US", DAY).index


def test_a_rule_corrected_not_to_be_in_force_yet_is_not_read_on_the_day() -> None:
    (row,) = [key for key in reference.row_keys("de_minimis") if key.startswith("AU")]
    limit = FACTS.edited("de_minimis", row, {"duty_de_minimis": 0}, DAY)
    assert reference.de_minimis("AU", DAY, facts=limit)["duty_de_minimis"].tolist() == [0.0]
    assert reference.de_minimis("AU", DAY)["duty_de_minimis"].tolist() == [1000.0]
    later = FACTS.edited("de_minimis", row, {"effective_from": LATER}, DAY)
    assert reference.de_minimis("AU", DAY, facts=later).empty


def test_a_confidence_may_be_chosen_with_and_without_a_value() -> None:
    sure = FACTS.edited(*HANDLING_FEE, {"charge": 4, "confidence": "high"}, DAY)
    assert reference.parcel_charges(facts=sure).loc["eu_handling_fee", ["source", "confidence"]].tolist() == [
        ENTERED,
        "high",
    ]
    doubted = FACTS.edited(*HANDLING_FEE, {"confidence": "medium"}, DAY)
    published, row = (reference.parcel_charges(facts=facts).loc["eu_handling_fee"] for facts in (FACTS, doubted))
    assert row["confidence"] == "medium"
    assert row.drop("confidence").equals(published.drop("confidence"))


def test_the_date_of_a_row_is_that_of_its_newest_entry_and_is_stale_in_its_turn() -> None:
    facts = FACTS.edited("hold_times", hold(), {"days_low": 2}, DAY).edited(
        "hold_times", hold(), {"days_high": 9}, LATER
    )
    table = facts.table("hold_times")
    assert table.loc[0, "as_of"] == pd.Timestamp(LATER)
    assert not reference.stale(table, "2027-11-29").loc[0]
    assert reference.stale(table, "2027-12-02").loc[0]
    again = facts.edited("hold_times", hold(), {"days_high": 9.0}, dt.date(2027, 1, 1))
    assert again == facts  # the same value entered again is no new look-up


def test_an_emptied_cell_and_the_published_value_take_the_correction_back() -> None:
    facts = FACTS.edited(*HANDLING_FEE, {"charge": 4, "value_up_to": 200}, DAY)
    assert facts.edited(*HANDLING_FEE, {"charge": None, "value_up_to": 150}, DAY) == FACTS
    assert facts.without("fines") == facts
    assert facts.without("parcel_charges") == FACTS
    assert facts.rows("parcel_charges") == ["eu_handling_fee"]


def hold() -> str:
    return reference.row_keys("hold_times")[0]


def australia() -> str:
    return next(key for key in reference.row_keys("vat") if key.startswith("AU"))


@pytest.mark.parametrize(
    ("table", "row", "cells", "column", "said"),
    [
        ("fines", "gdpr_83_5", {"fixed_cap": -1}, "fixed_cap", "Enter a number of 0 or more, not -1."),
        ("fines", "gdpr_83_5", {"share_cap": 4}, "share_cap", "Enter a number from 0 to 3, not 4."),
        ("fines", "gdpr_83_5", {"fixed_cap": "much"}, "fixed_cap", "Enter a number, not much."),
        ("fines", "gdpr_83_5", {"fixed_cap": float("inf")}, "fixed_cap", "Enter a number of 0 or more, not inf."),
        (
            "fines",
            "gdpr_83_5",
            {"effective_from": "soon"},
            "effective_from",
            "Enter a day such as 2026-07-01, not soon.",
        ),
        ("fines", "gdpr_83_5", {"rule": "none"}, "rule", "The column rule cannot be changed."),
        ("fines", "gdpr_83_5", {"confidence": "sure"}, "confidence", "not sure."),
        ("fines", "no_such_law", {"fixed_cap": 1}, "row", "The table fines has no row no_such_law any more."),
        ("policy_rates", "USD", {"rate_pct": 1}, "row", "The table policy_rates has no row USD any more."),
        ("vat", "australia", {"rate_pct": 101}, "rate_pct", "Enter a number from 0 to 100, not 101."),
        ("hold_times", "hold", {"days_low": 0}, "days_low", "Enter a number above 0, not 0."),
        ("hold_times", "hold", {"days_low": 40}, "days_low", "40 is above 2, where the range of the row ends."),
        ("marketplace_limits", "limit", {"limit": 1.5}, "limit", "Enter a number from 0 to 1, not 1.5."),
        ("ip_statistics", "oecd_fakes_share", {"value": 230}, "value", "Enter a number from 0 to 100, not 230."),
        (
            *("parcel_charges", "us_section_122", {"effective_to": "2020-01-01"}, "effective_to"),
            "2026-02-24 is above 2020-01-01, where the range of the row ends.",
        ),
    ],
)
def test_what_a_cell_cannot_hold_is_said_at_the_cell(
    table: str, row: str, cells: dict[str, object], column: str, said: str
) -> None:
    named = {"australia": australia, "hold": hold, "limit": lambda: reference.row_keys("marketplace_limits")[0]}
    with pytest.raises(CellError) as error:
        FACTS.edited(table, named[row]() if row in named else row, cells, DAY)
    assert error.value.column == column
    assert str(error.value).endswith(said)
    assert isinstance(error.value.sentence, Sentence)


def test_a_fall_of_freight_rates_may_be_negative_but_not_below_nothing() -> None:
    row = next(
        key
        for key, (quantity, unit) in zip(
            reference.row_keys("disruptions"),
            read("disruptions")[["quantity", "unit"]].itertuples(index=False),
            strict=True,
        )
        if unit == "% change"
    )
    assert FACTS.edited("disruptions", row, {"low": -20.0}, DAY).rows("disruptions") == [row]
    with pytest.raises(CellError, match="-100"):
        FACTS.edited("disruptions", row, {"low": -101.0}, DAY)


def test_nothing_of_a_row_is_taken_when_one_of_its_cells_cannot_be() -> None:
    kept = FACTS.edited(*HANDLING_FEE, {"charge": 4}, DAY)
    with pytest.raises(CellError):
        kept.edited(*HANDLING_FEE, {"charge": 5, "value_up_to": -1}, DAY)
    assert kept.table("parcel_charges", "id").loc["eu_handling_fee", "charge"] == 4


def test_corrections_survive_json_and_those_of_rows_that_are_gone_are_named() -> None:
    facts = FACTS.edited("vat", australia(), {"rate_pct": 12.5}, DAY).edited(
        "parcel_charges", "us_section_122", {"effective_to": "2026-12-31", "confidence": "low"}, LATER
    )
    written = json.loads(json.dumps(facts.cells()))
    assert Facts.of(written) == (facts, [])
    assert Facts.of(facts.cells("vat"))[0] == facts.without("parcel_charges")
    again, ((table, row, error),) = Facts.of([*written, ["vat", "XX | ", "rate_pct", 3, "2026-11-25"]])
    assert again == facts
    assert (table, row, str(error)) == ("vat", "XX | ", "The table vat has no row XX |  any more.")


def test_a_range_that_moved_as_a_whole_survives_although_its_ends_would_not_one_by_one() -> None:
    shorter = FACTS.edited("hold_times", hold(), {"days_low": 0.1, "days_high": 0.2}, DAY)
    longer = FACTS.edited("hold_times", hold(), {"days_low": 50, "days_high": 60}, DAY)
    later = shorter.edited("hold_times", hold(), {"days_high": 0.3}, LATER)
    for facts in (shorter, longer, later):
        assert Facts.of(facts.cells()) == (facts, [])


def test_equal_corrections_are_one_key_in_whatever_order_they_were_made() -> None:
    one = FACTS.edited(*HANDLING_FEE, {"charge": 4}, DAY).edited("fines", "gdpr_83_5", {"share_cap": 0.03}, DAY)
    other = FACTS.edited("fines", "gdpr_83_5", {"share_cap": 0.03}, DAY).edited(*HANDLING_FEE, {"charge": 4.0}, DAY)
    assert one == other
    assert hash(one) == hash(other)


@FAMILY
def test_without_corrections_a_family_is_the_same(family: str) -> None:
    assert list(entries(family).values()) == list(FAMILIES[family]().entries)
    assert [repr(entry) for entry in entries(family, Facts()).values()] == [
        repr(entry) for entry in FAMILIES[family]().entries
    ]


@pytest.mark.parametrize(
    ("family", "table", "row", "cells", "touched"),
    [
        ("legal", "fines", "gdpr_83_5", {"fixed_cap": 1_000_000}, {"legal.gdpr_fine"}),
        ("legal", "fines", "ukgdpr_higher", {"effective_from": "2030-01-01"}, {"legal.uk_gdpr_fine"}),
        ("legal", "parcel_charges", "eu_flat_duty", {"charge": 6}, {"legal.policy_change_eu"}),
        ("ip", "ip_statistics", "eu_2024_destroyed", {"value": 50}, {"ip.seizure"}),
        ("ip", "fines", "lanham_1117c", {"per_unit_max": 300_000}, {"ip.infringement_claim"}),
        ("ip", "ip_statistics", "oecd_fakes_eu", {"value": 6}, {"ip.own_ip_stolen"}),
        ("logistics", "hold_times", "last", {"days_high": 60}, {"logistics.hold_inspection"}),
        ("logistics", "carrier_liability", "air", {"per_kg": 30}, {"logistics.loss"}),
        ("quality", "marketplace_limits", "first", {"limit": 0.02}, {"quality.chargebacks"}),
        ("quality", "return_rates", "first", {"value": 20}, {"quality.returns"}),
    ],
)
def test_a_correction_changes_the_entries_that_rest_on_it_and_they_say_so(
    family: str, table: str, row: str, cells: dict[str, object], touched: set[str]
) -> None:
    keys = reference.row_keys(table)
    longest = read(table)["days_high"].idxmax() if table == "hold_times" else -1
    air = reference.carrier_liability("air", DAY).index[0]
    row = {"first": keys[0], "last": keys[longest], "air": air}.get(row, row)
    facts = FACTS.edited(table, row, cells, DAY)
    assert changed(family, facts) == touched
    after = entries(family, facts)
    own = {key for key, entry in after.items() if "It rests on facts that you entered." in entry.source}
    assert own == touched & after.keys()


def test_a_lower_cap_is_the_most_that_the_fine_costs() -> None:
    facts = FACTS.edited("fines", "gdpr_83_5", {"fixed_cap": 1_000_000}, DAY)
    before, after = (entries("legal", facts)["legal.gdpr_fine"].peril for facts in (FACTS, facts))
    assert after.severity.quantile(1.0) == 1e6 < before.severity.quantile(1.0) == 20e6
    assert after.mean < before.mean


def test_a_border_rule_in_another_year_changes_how_often_rules_are_believed_to_change() -> None:
    row = "US |  | 2016-03-10"
    facts = FACTS.edited("de_minimis", row, {"effective_from": "2017-03-10"}, DAY)  # within the ten years
    before, after = (entries("legal", facts)["legal.policy_change_us"].peril for facts in (FACTS, facts))
    assert after.frequency.mean > before.frequency.mean


def test_a_charge_that_is_not_levied_leaves_the_other_one() -> None:
    only_duty = FACTS.edited(*HANDLING_FEE, {"charge": 0}, DAY)
    assert "EUR 3 to 6 a parcel" in entries("legal", only_duty)["legal.policy_change_eu"].source


def test_a_price_rise_that_is_passed_on_in_full_costs_nothing() -> None:
    facts = FACTS
    for row in ("pass_through_dollar_priced", "pass_through_other_priced"):
        facts = facts.edited("trade_statistics", row, {"low": 100, "high": 100}, DAY)
    assert entries("legal", facts)["legal.policy_change_eu"].peril.mean == 0.0


def test_corrections_that_only_together_make_no_peril_are_left_aside_with_a_note() -> None:
    facts = FACTS.edited("trade_statistics", "transit_day_cost", {"low": 2.1}, DAY)
    model = FAMILIES["logistics"](facts=facts)
    assert list(model.entries) == list(entries("logistics").values())
    (note,) = getattr(model, "notes")  # noqa: B009 - FamilyRisk itself has none
    assert note.startswith("The facts that you entered do not fit together, so the published ones are used.")


class Watched(Facts):
    """Facts that remember which tables were read."""

    seen: set[str]

    def table(self, name: str, index: str | list[str] | None = None) -> pd.DataFrame:
        self.seen.add(name)
        return super().table(name, index)


@pytest.fixture
def watched() -> Watched:
    # A day of Canada's rules: one correction that these trades do not touch, so that no table is the published one.
    facts = Watched(FACTS.edited("fines", "law25_qc", {"fixed_cap": 1}, DAY).overrides)
    object.__setattr__(facts, "seen", set())
    return facts


@FAMILY
def test_a_family_reads_exactly_the_tables_named_for_it(family: str, watched: Watched) -> None:
    FAMILIES[family](facts=watched)
    assert watched.seen == set(reference.FAMILY_TABLES[family])


def test_every_table_that_a_page_names_can_be_corrected_once_a_page() -> None:
    shown = {
        family: (*reference.FAMILY_TABLES[family], *reference.BACKGROUND_TABLES.get(family, ())) for family in FAMILIES
    }
    assert reference.FAMILY_TABLES.keys() == FAMILIES.keys()
    for tables in shown.values():
        assert set(tables) <= KEYS.keys()
        assert len(set(tables)) == len(tables)
