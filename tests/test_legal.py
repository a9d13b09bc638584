"""Legal perils: only where the seller sells, below the caps of the law, in proportion to the trade."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from risk.checks import InputError
from risk.enterprise import DRIVERS
from risk.legal import LegalHistory, LegalRisk, legal_risk
from risk.legal.border import culpability, owed
from risk.legal.fines import gdpr_fines
from risk.loss.register import Entry, register_frame
from risk.loss.severity import Fixed, Severity
from risk.reference import fine_severity
from risk.trade import Destination, Trade

DAY = dt.date(2026, 11, 23)
FX = {"USD": 0.9, "GBP": 1.15, "CNY": 0.13}
GERMANY, AMERICA, BRITAIN = (
    Destination("DE", 300_000.0, 6_000.0, 9_000.0),
    Destination("US", 200_000.0, 4_000.0, 5_000.0),
    Destination("GB", 100_000.0, 2_000.0, 2_500.0),
)
TRADE = Trade("EUR", 2.0, (GERMANY, AMERICA, BRITAIN), 120, 0.3)
# What a year costs of these is proportional to what is sold; a fine depends on the law, a lawsuit on neither.
PROPORTIONAL = {
    "legal.customs_penalty",
    "legal.customs_debt",
    "legal.vat_arrears",
    "legal.policy_change_eu",
    "legal.policy_change_us",
    "legal.policy_change_gb",
}


def legal(trade: Trade = TRADE, seat: str | None = "CN", on: dt.date = DAY, **events: int) -> LegalRisk:
    history = LegalHistory({f"legal.{key}": count for key, count in events.items()})
    return legal_risk(trade, history, on, FX, seat)


def entries(*destinations: Destination, seat: str | None = "CN", on: dt.date = DAY) -> dict[str, Entry]:
    model = legal(replace(TRADE, destinations=destinations), seat, on)
    return {entry.key: entry for entry in model.entries}


def severity(key: str, *destinations: Destination) -> Severity:
    return entries(*(destinations or TRADE.destinations))[key].peril.severity


def larger(trade: Trade, factor: float) -> Trade:
    places = (Destination(p.country, *(factor * x for x in (p.sales, p.parcels, p.units))) for p in trade.destinations)
    return replace(trade, destinations=tuple(places))


def test_a_market_that_is_not_served_has_no_peril() -> None:
    assert set(entries(GERMANY, seat="DE")) == {
        "legal.gdpr_fine",
        "legal.consumer_fine_eu",
        "legal.product_safety_fine",
        "legal.vat_arrears",
        "legal.lawsuit",
    }
    american = {"legal.ccpa_fine", "legal.consumer_fine_us", "legal.customs_penalty", "legal.policy_change_us"}
    assert set(entries(AMERICA, seat="DE")) == {*american, "legal.lawsuit"}


def test_the_law_of_china_binds_who_is_there_and_who_sells_there() -> None:
    assert "legal.pipl_fine" in entries(AMERICA, seat="CN")
    assert "legal.pipl_fine" in entries(Destination("CN", 1.0, 1.0, 1.0), seat="DE")
    assert "legal.pipl_fine" not in entries(AMERICA, seat="DE")


def test_nothing_crosses_a_customs_border_within_the_union_or_at_home() -> None:
    abroad = {"legal.customs_debt", "legal.policy_change_eu"}
    assert abroad <= set(entries(GERMANY, seat="CN"))
    assert abroad <= set(entries(GERMANY, seat=None))
    assert not abroad & set(entries(GERMANY, seat="FR"))
    assert "legal.customs_penalty" not in entries(AMERICA, seat="US")


def test_a_law_that_is_not_in_force_yet_has_no_peril() -> None:
    assert "legal.consumer_fine_gb" in entries(BRITAIN, on=dt.date(2025, 4, 6))
    assert "legal.consumer_fine_gb" not in entries(BRITAIN, on=dt.date(2025, 4, 5))


@pytest.mark.parametrize(
    ("key", "cap"),
    [
        ("legal.gdpr_fine", 20_000_000),  # the higher of EUR 20m and 4 % of 600,000
        ("legal.uk_gdpr_fine", 17_500_000 * 1.15),
        ("legal.pipl_fine", 50_000_000 * 0.13),
        ("legal.ccpa_fine", 7_988 * 4_000 * 0.9),  # as if every parcel were another consumer
        ("legal.consumer_fine_eu", 0.04 * 300_000),  # of the turnover in the members
        ("legal.consumer_fine_gb", 300_000 * 1.15),
    ],
)
def test_no_fine_lies_above_its_cap(key: str, cap: float) -> None:
    size = severity(key)
    assert size.unwrapped()[1].high == pytest.approx(cap)
    assert float(size.quantile(1 - 1e-12)) <= cap * (1 + 1e-12)
    assert size.draw(100_000, np.random.default_rng(3)).max() <= cap * (1 + 1e-12)


def test_a_cap_grows_with_the_turnover_once_its_share_is_the_higher_part() -> None:
    huge = {entry.key: entry for entry in legal(larger(TRADE, 2_000)).entries}  # 1.2 bn: 4 % are 48m
    assert huge["legal.gdpr_fine"].peril.severity.unwrapped()[1].high == pytest.approx(48_000_000)
    assert huge["legal.pipl_fine"].peril.severity.unwrapped()[1].high == pytest.approx(60_000_000)


def test_fines_are_as_large_as_those_of_the_sample() -> None:
    """Quantiles of the 336 fines themselves against the body and tail fitted to them: within a factor of two."""
    seen = fine_severity().loc["tidytuesday_2020"]["value"]
    for level, name in ((0.5, "median_eur"), (0.9, "q90"), (0.95, "q95")):
        assert 0.5 < float(gdpr_fines().quantile(level)) / seen[name] < 2
    with pytest.raises(InputError, match="infinite"):
        gdpr_fines().mean  # noqa: B018 - raises


def test_the_mean_of_a_capped_fine_is_that_of_its_body_and_tail() -> None:
    """By hand: the integral of P(X > x) up to the cap, lognormal below EUR 100,000, generalized Pareto above."""
    seen = fine_severity().loc["tidytuesday_2020"]["value"]
    cap, start, scale, shape = 20_000_000.0, seen["gpd_u"], seen["gpd_beta"], seen["gpd_xi"]
    beyond = seen["gpd_n_exceed"] / seen["n_positive"]
    tail = scale / (1 - shape) * (1 - (1 + shape * (cap - start) / scale) ** (1 - 1 / shape))
    x = np.linspace(0.0, start, 400_001)
    body = np.trapezoid(1 - gdpr_fines().cdf(x), x)
    assert severity("legal.gdpr_fine").mean == pytest.approx(float(body) + beyond * tail, rel=1e-5)


def test_doubling_the_trade_doubles_what_is_proportional_to_it() -> None:
    once, twice = ({e.key: e.peril.mean for e in legal(trade).entries} for trade in (TRADE, larger(TRADE, 2)))
    assert {key for key in once if twice[key] == pytest.approx(2 * once[key])} == PROPORTIONAL
    assert all(twice[key] >= once[key] * (1 - 1e-12) for key in once)


def test_back_duty_and_penalty_are_multiples_of_the_goods_declared_wrongly() -> None:
    """Goods of 1,000 at 10 points of duty: 100 lost; penalties 200, 400, 1,000 by 19 USC 1592(c), interest 17.5."""
    goods = culpability(Fixed(1_000.0))
    costs = [float(severity.mean) for _, severity in goods.options]
    assert costs == pytest.approx([117.5, 117.5 + 200, 117.5 + 400, 117.5 + 1_000])
    assert goods.mean == pytest.approx(117.5 + 0.40 * 200 + 0.08 * 400 + 0.02 * 1_000)
    assert owed(5) == pytest.approx(1.175)


def test_an_audit_never_costs_more_than_duty_interest_and_the_domestic_value_of_five_years() -> None:
    most = 5 * AMERICA.sales * (1 + 0.1175)
    assert severity("legal.customs_penalty").draw(200_000, np.random.default_rng(5)).max() <= most * (1 + 1e-12)


def test_tax_arrears_are_part_of_three_years_of_tax_at_the_rates_of_the_day() -> None:
    """19 % of 300,000 and 20 % of 100,000 are 77,000 a year; at most all of it, doubled, with interest of 10.5 %."""
    size = severity("legal.vat_arrears")
    assert float(size.quantile(1 - 1e-12)) == pytest.approx(3 * 77_000 * (1 + 0.105 + 1.0))
    assert "77,000 EUR" in entries(*TRADE.destinations)["legal.vat_arrears"].source


def test_a_change_of_policy_costs_the_parcels_of_the_rest_of_the_year() -> None:
    """EUR 2 to 8 a parcel, half a year left on average, 40 % kept on average of 25 % and 95 % passed on."""
    z, low, high = 1.6448536269514722, 2.0 * 6_000, 8.0 * 6_000
    annual = np.sqrt(low * high) * np.exp((np.log(high / low) / (2 * z)) ** 2 / 2)
    assert severity("legal.policy_change_eu").mean == pytest.approx(annual * 0.5 * (0.75 + 0.05) / 2)


def test_recorded_changes_raise_the_rate_of_the_next() -> None:
    rates = {key: entry.peril.frequency.mean for key, entry in entries(*TRADE.destinations).items()}
    assert rates["legal.policy_change_us"] > rates["legal.policy_change_eu"] > rates["legal.policy_change_gb"]
    early = entries(AMERICA, on=dt.date(2025, 1, 1))["legal.policy_change_us"]
    assert early.peril.frequency.mean < rates["legal.policy_change_us"]


def test_a_seller_from_elsewhere_does_not_count_changes_for_china() -> None:
    """2025-05-02 and 2025-05-14 for goods of China; 2025-08-29 and 2026-02-24 for all."""
    recorded = [
        entries(AMERICA, seat=seat)["legal.policy_change_us"].source.split(" recorded")[0] for seat in ("CN", "DE")
    ]
    assert recorded == ["Rate: 4", "Rate: 2"]


def test_events_of_ones_own_move_the_rate_by_their_weight() -> None:
    """Gamma-Poisson by hand: (shape + 3) / (rate + 2)."""
    prior, none, three = (
        legal(**events).entries[-1].peril.frequency for events in ({}, {"lawsuit": 0}, {"lawsuit": 3})
    )
    rate = prior.mean / (prior.variance - prior.mean) * prior.mean  # shape
    per = rate / prior.mean
    assert none.mean == pytest.approx(rate / (per + 2))
    assert three.mean == pytest.approx((rate + 3) / (per + 2))


def test_the_basis_is_data_once_own_events_dominate() -> None:
    assumed, none, three = (legal(**events).entries[-1] for events in ({}, {"lawsuit": 0}, {"lawsuit": 3}))
    assert (assumed.basis, none.basis, three.basis) == ("expert", "expert", "data")
    assert "starting assumption, please review" in assumed.source
    assert "3 counted in 2.0 years of your own" in three.source
    assert "weight" in three.source


def test_a_currency_without_a_rate_leaves_its_perils_out_and_says_so() -> None:
    model = legal_risk(TRADE, LegalHistory(), DAY, {"USD": 0.9, "GBP": 1.15}, "CN")
    assert {entry.key for entry in legal().entries} - {entry.key for entry in model.entries} == {"legal.pipl_fine"}
    assert len(model.notes) == 1
    assert "CNY" in model.notes[0]


def test_every_entry_names_its_law_or_says_that_it_is_assumed() -> None:
    for entry in legal().entries:
        assert "please review" in entry.source or "as of" in entry.source or "recorded" in entry.source, entry.key
        assert entry.source.endswith("."), entry.key


def test_loadings_are_on_known_drivers_and_at_most_one() -> None:
    known = {driver.name for driver in DRIVERS}
    for entry, total in ((e, sum(e.loadings.values())) for e in legal().entries):
        assert set(entry.loadings) <= known
        assert total <= 1.0


def test_simulated_years_average_to_the_means() -> None:
    """Within five standard errors of the closed form E[N] E[X], peril by peril."""
    model, years = legal(), 200_000
    table = model.simulate(years, np.random.default_rng(11))
    for peril in model.perils:
        error = np.sqrt(peril.variance / years)
        assert abs(float(table[peril.name].mean()) - peril.mean) < 5 * error, peril.name


def test_one_more_market_leaves_the_years_of_the_others_as_they_are() -> None:
    before = legal(replace(TRADE, destinations=(GERMANY,))).simulate(2_000, np.random.default_rng(1))
    after = legal(replace(TRADE, destinations=(GERMANY, AMERICA))).simulate(2_000, np.random.default_rng(1))
    for key in ("legal.customs_debt", "legal.vat_arrears", "legal.lawsuit"):
        np.testing.assert_array_equal(before[key], after[key])


def test_the_register_shows_the_family() -> None:
    frame = register_frame([legal()])
    assert set(frame["family"]) == {"legal"}
    assert (frame["cost_low"] < frame["cost_high"]).all()
    assert np.isfinite(frame["mean"]).all()


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(InputError):
        LegalHistory({"legal.gdpr_fine": -1})
