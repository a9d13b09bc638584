"""Statutory amounts as the laws and their official examples state them, through the perils that use them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from risk.ip import IpHistory
from risk.ip.against import statutory_damages
from risk.ip.case import IpCase
from risk.legal.border import UNDERSTATED, culpability
from risk.loss.prefill import Amounts, Believed
from risk.loss.severity import Fixed
from risk.loss.updating import update_rate
from risk.reference import cap_amount, fines, parcel_charges
from risk.trade import Destination, Trade

CASE = IpCase(
    Trade("USD", 1.0, (Destination("US", 1e5, 1e3, 1e3),), 10, 0.2), IpHistory(), dt.date(2026, 11, 23), Amounts("USD")
)


def test_statutory_damages_of_two_marks_on_three_types_of_goods() -> None:
    """15 USC 1117(c): USD 1,000 to 200,000 a mark and type of goods, up to 2,000,000 where wilful."""
    usual, wilful = (statutory_damages(CASE, row, 2, 3) for row in ("lanham_1117c", "lanham_1117c_wilful"))
    assert (usual.low, usual.high) == (6_000, 1_200_000)
    assert (wilful.low, wilful.high) == (6_000, 12_000_000)


def test_the_award_of_emoji_against_a_schedule_of_sellers_is_the_likeliest() -> None:
    """Emoji Co. v. Individuals, N.D. Ill., 26 September 2022: USD 25,000 a defendant."""
    assert statutory_damages(CASE, "lanham_1117c").mode == 25_000


@pytest.mark.parametrize(
    ("row", "multiple"), [("us_1592_negl", 2.0), ("us_1592_gross", 4.0), ("us_1592_fraud", 1 / UNDERSTATED)]
)
def test_penalties_of_the_customs_law_are_multiples_of_the_duty_lost(row: str, multiple: float) -> None:
    """19 USC 1592(c): two and four times the duties lost, and for fraud the domestic value of the goods."""
    options = culpability(Fixed(1.0)).options
    place = ["us_1592_negl", "us_1592_gross", "us_1592_fraud"].index(row) + 1
    penalty = options[place][1].mean - options[0][1].mean
    assert penalty == pytest.approx(multiple * UNDERSTATED)


def test_duty_on_one_silk_and_two_wool_blouses() -> None:
    """Council of the EU: EUR 3 for each tariff subheading in the parcel, not for each blouse: EUR 6."""
    parcel = {"silk blouse": 1, "wool blouse": 2}
    charge = parcel_charges("EU", dt.date(2026, 7, 1)).loc["eu_flat_duty"]
    assert charge["charge"] * len(parcel) == 6


@pytest.mark.parametrize(
    ("row", "turnover", "cap"),
    [
        ("gdpr_83_5", 100e6, 20e6),  # 4 % are 4m: the fixed amount is the higher
        ("gdpr_83_5", 1e9, 40e6),  # Art 83(5): up to 4 % of the worldwide turnover
        ("ukgdpr_higher", 1e9, 40e6),
        ("pipl_66_serious", 2e9, 100e6),  # Art 66: CNY 50m or 5 % of the turnover of the year before
        ("dmcc_consumer", 2e6, 300e3),  # GBP 300,000 or 10 %
    ],
)
def test_caps_from_the_turnover(row: str, turnover: float, cap: float) -> None:
    assert cap_amount(fines().loc[[row]].iloc[0], turnover) == pytest.approx(cap)


def test_no_events_are_data_too() -> None:
    """Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), section 2.6: posterior Gamma(α + Σy, β + n)."""
    rate = Believed(0.02, 0.5, events=0, years=5.0)
    prior = Believed(0.02, 0.5).belief
    assert rate.belief.mean == pytest.approx(prior.shape / (prior.rate + 5))
    assert rate.belief == update_rate(prior.shape, prior.rate, 0, 5)


def test_the_cases_of_the_shared_reference(shared: Path) -> None:
    found = json.loads((shared / "reference" / "loss.json").read_text(encoding="utf-8"))
    cases = {case["id"]: case for case in (found["cases"] if isinstance(found, dict) else found)}
    expected = cases["fine-lanham-1117c"]["expected"]
    usual, wilful = (statutory_damages(CASE, row, 2, 3) for row in ("lanham_1117c", "lanham_1117c_wilful"))
    assert (usual.low, usual.high, wilful.high) == tuple(
        expected[key] for key in ("min", "max_nonwilful", "max_wilful")
    )
    given = cases["duty-eu-3eur"]
    charge = parcel_charges("EU", given["inputs"]["date"]).loc["eu_flat_duty", "charge"]
    kinds = {item["subheading"] for item in given["inputs"]["parcel_items"]}
    assert charge * len(kinds) == given["expected"]["customs_duty_eur"]
