"""Transport, marketplaces, property and currencies: anchors from their sources, and the ECB's own rates."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from risk import reference
from risk.currency.rates import ecb_rates


@pytest.mark.parametrize(
    ("day", "limit"),
    [
        ("2009-12-29", 17),  # Montreal Convention 1999, Art 22(3)
        ("2019-12-27", 19),  # first review, end of 2009
        ("2019-12-28", 22),  # second review that changed it
        ("2024-12-27", 22),
        ("2024-12-28", 26),  # ICAO: 28 December 2024
    ],
)
def test_the_limit_of_air_carriers_changes_on_its_day(day: str, limit: float) -> None:
    air = reference.carrier_liability("air", day)
    assert air.loc[air["regime"].str.startswith("Montreal"), "per_kg"].tolist() == [limit]


def test_road_and_sea_have_the_limits_of_their_conventions() -> None:
    limits = reference.carrier_liability()
    assert limits.loc["cmr", ["per_kg", "currency"]].tolist() == [8.33, "XDR"]  # CMR Art 23(3), protocol of 1978
    assert limits.loc["hague_visby", ["per_kg", "per_package"]].tolist() == [2, 666.67]  # Art IV 5(a), protocol of 1979
    assert limits.loc["cogsa_us", ["per_package", "currency"]].tolist() == [500, "USD"]  # COGSA s4(5)
    assert set(reference.carrier_liability("sea").index) == {"hague_visby", "cogsa_us"}


def test_the_range_of_a_hold_spans_all_its_sources() -> None:
    ranges = reference.hold_ranges()
    assert ranges.loc["intensive", ["days_low", "days_high"]].tolist() == [5, 30]
    assert ranges.loc["x-ray", ["cost_low", "cost_high"]].tolist() == [150, 500]
    for _, hold in reference.hold_times().iterrows():
        assert not hold["days_low"] < ranges.loc[hold["exam"], "days_low"]
        assert not hold["cost_high"] > ranges.loc[hold["exam"], "cost_high"]


def test_a_worse_examination_takes_longer_and_costs_more() -> None:
    ranges = reference.hold_ranges()
    order = ["document review", "x-ray", "tailgate", "intensive"]
    assert ranges.index.tolist() == order
    assert ranges["days_high"].is_monotonic_increasing
    assert ranges["cost_low"].is_monotonic_increasing


def test_the_freight_rates_of_the_red_sea_are_what_their_two_prices_give() -> None:
    """Drewry World Container Index: USD 1,382 on 30 November 2023, USD 3,964 on 25 January 2024."""
    facts = reference.disruptions().set_index(["id", "quantity"])
    assert facts.loc[("red_sea_2023", "freight rate, composite"), "low"] == pytest.approx(
        (3964 / 1382 - 1) * 100, abs=0.05
    )


def test_the_cost_of_a_port_stoppage_is_convex_in_its_days() -> None:
    study = reference.disruptions().set_index("id").loc["port_stoppage_study", "low"].tolist()
    five, ten, twenty = study
    assert ten > 2 * five
    assert twenty > 2 * ten


def test_totals_of_the_economy_are_marked_as_such() -> None:
    facts = reference.disruptions()
    assert set(facts["scope"]) == {"firm", "economy"}
    assert (facts.loc[facts["unit"].str.contains("bn"), "scope"] == "economy").all()


def test_the_limits_of_a_marketplace_are_fractions_with_a_direction() -> None:
    limits = reference.marketplace_limits()
    assert set(limits["comparison"]) == {"below", "above", "at least"}
    assert limits["limit"].between(0, 1).all()
    defects = limits[limits["metric"] == "order defect rate"].iloc[0]
    assert (defects["limit"], defects["window_days"]) == (0.01, 60)  # Amazon: under 1 % over 60 days
    assert set(limits.loc[limits["contractual_eu_uk"] == "yes", "metric"]) == {
        "order defect rate",
        "cancellation rate",
        "late dispatch rate",
    }


def test_return_rates_are_those_of_the_nrf() -> None:
    rates = reference.return_rates().set_index("group")
    assert (
        rates.loc["all retail", "value"] == 16.9
    )  # NRF and Happy Returns, 2024 Consumer Returns in the Retail Industry


def test_the_watch_list_has_eight_and_eighteen_economies() -> None:
    """USTR, 2025 Special 301 Report: 8 on the Priority Watch List, 18 on the Watch List."""
    lists = reference.watch_list()
    assert lists["list"].value_counts().to_dict() == {"Priority Watch List": 8, "Watch List": 18}
    assert lists.loc[["CN", "MX"], "list"].eq("Priority Watch List").all()


def test_the_ip_index_ranks_by_score_as_a_fraction() -> None:
    scores = reference.ip_index().dropna(subset=["score"]).sort_values("rank")
    assert scores.index[0] == "US"
    assert scores["score"].between(0, 1).all()
    newest = scores[scores["edition"].str.startswith("12th")]
    assert newest["score"].is_monotonic_decreasing


def test_the_fines_of_a_year_and_their_mean_agree() -> None:
    """CMS GDPR Enforcement Tracker Report 2023: 1,576 fines, EUR 2.77bn, mean EUR 1,755,366."""
    figures = reference.ip_statistics()["value"]
    assert figures["gdpr_count_2023"] * figures["gdpr_mean_2023"] == pytest.approx(2.77e9, rel=2e-3)
    assert figures["gdpr_count_2024"] - figures["gdpr_count_2023"] == figures["gdpr_new_2024"]


def episodes_of_the_ecb() -> list[tuple[str, str, str, str, float]]:
    moves = reference.currency_episodes()
    recent = moves[moves["start"] >= pd.Timestamp("1999-01-04")]
    return [
        (move.currency, move.base, f"{move.start:%Y-%m-%d}", f"{move.end:%Y-%m-%d}", move.change)
        for move in recent.itertuples()
    ]


@pytest.mark.parametrize(("currency", "base", "start", "end", "change"), episodes_of_the_ecb())
def test_a_move_is_what_the_rates_of_the_ecb_give(
    currency: str, base: str, start: str, end: str, change: float
) -> None:
    rate = ecb_rates(base, [currency], start, end)[currency]
    assert (f"{rate.index[0]:%Y-%m-%d}", f"{rate.index[-1]:%Y-%m-%d}") == (start, end), "a day without a fixing"
    assert change == pytest.approx(rate.iloc[-1] / rate.iloc[0] - 1, abs=0.00051)


def test_moves_before_the_euro_are_marked_as_less_certain() -> None:
    moves = reference.currency_episodes()
    old = moves["start"] < pd.Timestamp("1999-01-01")
    assert (moves.loc[old, "confidence"] == "medium").all()
    assert (moves.loc[~old, "confidence"] == "high").all()


def test_the_episodes_are_those_of_the_shared_shocks(shared: Path) -> None:
    """A second computation of the same windows."""
    shocks = pd.read_csv(shared / "reference" / "stress_shocks_ecb.csv").drop_duplicates(
        ["base", "ccy", "start", "end"]
    )
    theirs = shocks.set_index(["base", "ccy", "start", "end"])["pct"] / 100
    both = [
        (move.change, theirs[key])
        for move in reference.currency_episodes().itertuples()
        if (key := (move.base, move.currency, f"{move.start:%Y-%m-%d}", f"{move.end:%Y-%m-%d}")) in theirs.index
    ]
    assert len(both) > 35
    assert all(ours == pytest.approx(value, abs=0.00051) for ours, value in both)
