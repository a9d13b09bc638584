"""What the cap of each law comes to, against the texts of the laws; and the sizes of fines against each other."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from scipy import stats

from risk import reference
from risk.checks import InputError

FINES = reference.fines()

# law, amount that the cap is a share of, what the text of the law then allows
CAPS = [
    ("gdpr_83_5", 100e6, 20e6, "GDPR Art 83(5): up to EUR 20,000,000 or 4 % of turnover, whichever is higher"),
    ("gdpr_83_5", 500e6, 20e6, "GDPR Art 83(5): both are equal"),
    ("gdpr_83_5", 1e9, 40e6, "GDPR Art 83(5): 4 % of a billion"),
    ("gdpr_83_4", 1e9, 20e6, "GDPR Art 83(4): EUR 10,000,000 or 2 %"),
    ("ukgdpr_higher", 100e6, 17.5e6, "DPA 2018 s157(5): GBP 17,500,000 or 4 %"),
    ("ukgdpr_standard", 1e9, 20e6, "DPA 2018 s157(6): GBP 8,700,000 or 2 %"),
    ("lgpd", 1e9, 20e6, "LGPD Art 52 II: 2 % of revenue in Brazil, at most BRL 50,000,000"),
    ("lgpd", 10e9, 50e6, "LGPD Art 52 II: the limit"),
    ("pipl_66_serious", 10e9, 500e6, "PIPL Art 66: CNY 50,000,000 or 5 % of last year's turnover"),
    ("pipl_66_serious", 1e6, 50e6, "PIPL Art 66: the regulator may choose the fixed amount"),
    ("dsa_52", 1e9, 60e6, "DSA Art 52(3): 6 % of worldwide turnover"),
    ("omnibus_4pct", 1e6, 40e3, "Directive 2019/2161: 4 % of turnover in the member states concerned"),
    ("us_1526f", 5e4, 5e4, "19 USC 1526(f)(2): first seizure, not more than the price of genuine goods"),
    ("us_1526f_repeat", 5e4, 1e5, "19 USC 1526(f)(3): later seizures, not more than twice"),
    ("us_1509_records", 1e6, 1e5, "19 USC 1509(g)(2)(A): wilful, USD 100,000 or 75 %, whichever is less"),
    ("us_1509_records", 1e5, 75e3, "19 USC 1509(g)(2)(A)"),
    ("us_1509_records_negl", 1e5, 1e4, "19 USC 1509(g)(2)(B): negligent, USD 10,000 or 40 %, whichever is less"),
    ("us_1509_records_negl", 1e4, 4e3, "19 USC 1509(g)(2)(B)"),
    ("design_289", 1000, 1000, "35 USC 289: total profit"),
    ("design_289", 10, 250, "35 USC 289: not less than USD 250"),
]
# law, units, cap
PER_UNIT = [
    ("lanham_1117c", 2 * 3, 1_200_000, "15 USC 1117(c)(1): 2 marks, 3 types of goods, USD 200,000 each"),
    ("lanham_1117c_wilful", 2 * 3, 12_000_000, "15 USC 1117(c)(2): USD 2,000,000 each"),
    ("us_504c_wilful", 4, 600_000, "17 USC 504(c)(2): USD 150,000 a work"),
    ("ccpa_violation", 1000, 2_663_000, "CPPA adjustment of January 2025: USD 2,663"),
    ("cpsa_pen", 10, 1_200_000, "16 CFR 1119: USD 120,000 a violation"),
    ("cpsa_pen", 1000, 17_150_000, "16 CFR 1119: USD 17,150,000 for a related series"),
]


@pytest.mark.parametrize(("law", "base", "cap", "text"), CAPS)
def test_a_cap_from_an_amount(law: str, base: float, cap: float, text: str) -> None:
    assert reference.cap_amount(FINES.loc[law], base) == pytest.approx(cap, rel=1e-12), text


@pytest.mark.parametrize(("law", "units", "cap", "text"), PER_UNIT)
def test_a_cap_from_a_count(law: str, units: float, cap: float, text: str) -> None:
    assert reference.cap_amount(FINES.loc[law], units=units) == cap, text


def test_the_floor_of_counterfeit_damages() -> None:
    """15 USC 1117(c)(1): not less than USD 1,000 for each mark and type of goods: 2 marks, 3 types."""
    assert FINES.loc["lanham_1117c", "per_unit_min"] * 2 * 3 == 6000


@pytest.mark.parametrize(
    ("law", "value", "duties", "cap"),
    [
        ("us_1592_negl", 100_000, 5_000, 10_000),  # (c)(3)(A): twice the duties lost,
        ("us_1592_negl", 8_000, 5_000, 8_000),  # but not above the domestic value
        ("us_1592_negl", 100_000, 0, 20_000),  # (c)(3)(B): 20 % of the dutiable value where no duty was lost
        ("us_1592_gross", 100_000, 5_000, 20_000),  # (c)(2)(A): four times
        ("us_1592_gross", 100_000, 0, 40_000),  # (c)(2)(B): 40 %
        ("us_1592_fraud", 100_000, 5_000, 100_000),  # (c)(1): the domestic value
    ],
)
def test_the_penalties_of_19_usc_1592(law: str, value: float, duties: float, cap: float) -> None:
    assert reference.cap_amount(FINES.loc[law], value, duties=duties) == cap


def test_a_fixed_amount_needs_nothing_and_replaces_an_unknown_turnover_where_the_law_says_so() -> None:
    assert reference.cap_amount(FINES.loc["ecl_cn"]) == 2e6
    assert reference.cap_amount(FINES.loc["omnibus_4pct"]) == 2e6
    assert reference.cap_amount(FINES.loc["pipa_kr"]) == 2e9


@pytest.mark.parametrize("law", ["gdpr_83_5", "dsa_52", "lgpd", "us_1592_negl"])
def test_a_share_of_an_unknown_amount_is_asked_for(law: str) -> None:
    with pytest.raises(InputError, match="give it"):
        reference.cap_amount(FINES.loc[law])


def test_what_cannot_be_a_cap_is_refused() -> None:
    with pytest.raises(InputError, match="no common cap"):
        reference.cap_amount(FINES.loc["gpsr_44"], 1e6)
    with pytest.raises(InputError, match="base"):
        reference.cap_amount(FINES.loc["gdpr_83_5"], -1)
    with pytest.raises(InputError, match="rule"):
        reference.cap_amount(FINES.loc["gdpr_83_5"].replace("max", "most"), 1e6)


def test_every_law_has_a_cap_once_everything_is_known() -> None:
    common = FINES[FINES["rule"] != "national"]
    caps = [reference.cap_amount(fine, 1e6, units=1, duties=1e4) for _, fine in common.iterrows()]
    assert all(0 < cap < math.inf for cap in caps)
    assert all(
        reference.cap_amount(fine, 1e9, units=9, duties=1e6) >= cap
        for (_, fine), cap in zip(common.iterrows(), caps, strict=True)
    )


def test_the_statistics_of_fines_agree_with_each_other() -> None:
    """Mean, quantiles and fits were computed apart: the identities between them hold."""
    late = reference.fine_severity().loc["tidytuesday_2020", "value"]
    early = reference.fine_severity().loc["tidytuesday_2020_early", "value"]
    assert late["sum_eur"] / late["n_positive"] == pytest.approx(late["mean_eur"], rel=1e-7)
    assert late["n_positive"] + late["n_zero_or_withheld"] == 347
    fitted = stats.lognorm(late["lognormal_sigma"], scale=math.exp(late["lognormal_mu"]))
    assert fitted.mean() == pytest.approx(late["lognormal_implied_mean"], rel=1e-3)
    assert late["lognormal_implied_mean"] < late["mean_eur"] / 3, "a lognormal alone is too thin"
    assert late["gpd_xi"] > 1, "infinite mean without the statutory cap"
    assert late["gpd_n_exceed"] / late["n_positive"] == pytest.approx(0.1458, abs=1e-3)
    quantiles = late[["q05", "q25", "median_eur", "q75", "q90", "q95", "q99"]]
    assert quantiles.is_monotonic_increasing
    for cap, name in ((1e6, "lognormal_mean_capped_at_1m"), (20e6, "lognormal_mean_capped_at_20m")):
        assert capped_mean(early["lognormal_mu"], early["lognormal_sigma"], cap) == pytest.approx(early[name], rel=1e-4)


def capped_mean(mu: float, sigma: float, cap: float) -> float:
    """E[min(X, cap)] of a lognormal, closed form (Klugman, Panjer and Willmot, appendix A.5.1.1)."""
    below = math.exp(mu + sigma**2 / 2) * stats.norm.cdf((math.log(cap) - mu - sigma**2) / sigma)
    return float(below + cap * stats.norm.sf((math.log(cap) - mu) / sigma))


def test_gdpr_caps_are_far_above_the_usual_fine() -> None:
    cap = reference.cap_amount(FINES.loc["gdpr_83_5"], 1e6)
    assert cap > reference.fine_severity().loc[("tidytuesday_2020", "q99"), "value"]


def test_rules_that_are_not_law_yet_have_no_first_day() -> None:
    pending = FINES.loc["eu_customs_systemic"]
    assert pd.isna(pending["effective_from"])
    assert "pending" in pending["next_change"]
    assert pending["confidence"] == "medium"
