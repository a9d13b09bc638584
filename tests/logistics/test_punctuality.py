"""Late or on time: by hand, by local date, with every parcel in one class; carriers within lanes; limits."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, betabinom, binom
from statsmodels.stats.proportion import proportion_confint

from risk.checks import InputError
from risk.logistics import (
    against_limits,
    limit_probability,
    on_time,
    on_time_notes,
    shrunk_rates,
    wilson_interval,
    within_lane,
)
from risk.logistics.carriers import FEWEST, overdispersion
from risk.logistics.counted import late_by
from risk.loss.proportions import fit_common_belief
from risk.orders.questions import shipments_summary
from risk.reference import marketplace_limits

AS_OF = dt.date(2026, 11, 20)
CLASSES = ["resolved", "pending", "ended", "undated", "no_promise", "impossible"]


def parcels(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["carrier", "shipped_at", "promised_at", "delivered_at", "status"])


SHIPMENTS = parcels(
    ("A", "2026-11-01", "2026-11-10", "2026-11-10 23:59", "delivered"),  # on the day promised
    ("A", "2026-11-01", "2026-11-10", "2026-11-11 00:01", "delivered"),  # late
    ("A", "2026-11-01", "2026-11-19", None, "open"),  # past the promise
    ("A", "2026-11-01", "2026-11-20", None, "open"),  # due today
    (None, "2026-11-01", "2026-11-15", "2026-11-22", "delivered"),  # still open on the day
    (None, "2026-11-05", "2026-11-10", "2026-11-04", "delivered"),  # impossible
    (None, "2026-11-05", None, "2026-11-09", "delivered"),  # no promise
    ("B", "2026-11-05", "2026-11-10", None, "lost"),
    ("B", "2026-11-05", "2026-11-10", None, "delivered"),  # nobody wrote down when
    ("B", "2026-11-05", "2026-11-10", None, None),  # no status: still open
)


def test_every_parcel_is_in_one_class_and_the_rate_says_of_how_many() -> None:
    row = on_time(SHIPMENTS, AS_OF).iloc[0]
    assert row[["parcels", "resolved", "late", "overdue", "pending"]].tolist() == [10, 5, 4, 3, 1]
    assert row[["ended", "undated", "no_promise", "impossible"]].tolist() == [1, 1, 1, 1]
    assert row["rate"] == 0.8
    assert (row["low"], row["high"]) == pytest.approx(proportion_confint(4, 5, method="wilson"))
    assert row["shrunk"] == 0.8


def test_a_missing_carrier_is_a_group_of_its_own() -> None:
    found = on_time(SHIPMENTS, AS_OF, by=["carrier"])
    pd.testing.assert_frame_equal(found, on_time(SHIPMENTS, AS_OF, by="carrier"))
    assert found["carrier"].tolist()[0] == "A"
    assert found["parcels"].tolist() == [4, 3, 3]
    assert found["carrier"].isna().sum() == 1
    assert found["late"].sum() == 4


def test_the_notes_count_what_is_in_no_rate() -> None:
    notes = " ".join(on_time_notes(on_time(SHIPMENTS, AS_OF)))
    for words in ("3 parcels are open past", "1 parcels are open and not due", "before they were shipped"):
        assert words in notes
    assert "nothing to draw it towards" in notes


def test_what_was_delivered_later_was_open_on_the_day() -> None:
    later = on_time(SHIPMENTS, "2026-11-30").iloc[0]
    earlier = on_time(SHIPMENTS, "2026-11-02").iloc[0]
    assert later["overdue"] == 3
    assert earlier[["resolved", "pending"]].tolist() == [0, 6]
    assert np.isnan(earlier["rate"])
    assert "there is no rate" in on_time_notes(on_time(SHIPMENTS, "2026-11-02"))[-1]


def test_dates_are_those_of_the_place_in_whatever_zone_they_are_written() -> None:
    """23:30 in Los Angeles is the next day in London, and the promise was made in Los Angeles."""
    mixed = pd.Series(["2026-11-10T23:30-08:00", "2026-11-10T23:30+09:00", dt.date(2026, 11, 11)], dtype=object)
    rows = pd.DataFrame({"promised_at": pd.to_datetime(["2026-11-10"] * 3), "delivered_at": mixed})
    assert on_time(rows, AS_OF)["late"].tolist() == [1]
    stamps = pd.to_datetime(["2026-11-10 23:30"] * 3).tz_localize("America/Los_Angeles")
    assert on_time(rows.assign(delivered_at=stamps), AS_OF)["late"].tolist() == [0]


def test_one_shipment_all_open_and_none_at_all() -> None:
    one = on_time(SHIPMENTS.iloc[[1]], AS_OF).iloc[0]
    assert (one["rate"], one["shrunk"]) == (1.0, 1.0)
    waiting = on_time(SHIPMENTS.iloc[[3, 3, 3]], AS_OF, by=["carrier"])
    assert waiting["pending"].tolist() == [3]
    assert waiting[["rate", "shrunk"]].isna().all(axis=None)
    assert on_time(SHIPMENTS.head(0), AS_OF)["parcels"].tolist() == [0]
    assert on_time(SHIPMENTS.head(0), AS_OF, by=["carrier"]).empty


def test_what_cannot_be_read_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="no column promised_at"):
        on_time(SHIPMENTS.drop(columns="promised_at"), AS_OF)
    with pytest.raises(InputError, match="next week"):
        on_time(SHIPMENTS.assign(promised_at="next week"), AS_OF)


DATES = st.one_of(st.none(), st.dates(dt.date(2026, 11, 1), dt.date(2026, 11, 30)))
STATUS = st.sampled_from(["open", "delivered", "lost", "returned", "unknown", None])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["A", "B", None]), DATES, DATES, DATES, STATUS), min_size=1, max_size=12))
def test_the_classes_add_up_to_the_parcels(rows: list[tuple[object, ...]]) -> None:
    found = on_time(parcels(*rows), AS_OF, by=["carrier"])
    assert (found[CLASSES].sum(axis=1) == found["parcels"]).all()
    assert found["parcels"].sum() == len(rows)
    assert (found["overdue"] <= found["late"]).all()
    assert (found["late"] <= found["resolved"]).all()


def test_wilsons_interval_is_that_of_statsmodels() -> None:
    events, trials = np.array([0, 3, 17, 40]), np.array([9, 11, 1000, 40])
    for coverage in (0.8, 0.95, 0.998):
        theirs = proportion_confint(events, trials, alpha=1 - coverage, method="wilson")
        assert np.array(wilson_interval(events, trials, coverage)) == pytest.approx(np.array(theirs), abs=1e-12)
    assert np.isnan(wilson_interval(0, 0)).all()
    with pytest.raises(InputError, match="no more than"):
        wilson_interval(5, 4)


def test_rates_are_drawn_together_by_the_likeliest_beta() -> None:
    rng = np.random.default_rng(5)
    trials = rng.integers(5, 400, 40)
    events = rng.binomial(trials, rng.beta(3, 27, 40))
    found = fit_common_belief(events, trials)
    here = betabinom.logpmf(events, trials, found.events, found.others).sum()
    assert found.loglikelihood == pytest.approx(here, abs=1e-7)
    for a, b in ((1.01, 1.0), (0.99, 1.0), (1.0, 1.01), (1.0, 0.99)):
        assert here > betabinom.logpmf(events, trials, a * found.events, b * found.others).sum()
    shrunk, raw = found.shrunk(events, trials), events / trials
    assert ((shrunk - found.mean) * (raw - found.mean) >= 0).all()
    assert (abs(shrunk - found.mean) <= abs(raw - found.mean)).all()


@pytest.mark.parametrize(
    ("events", "trials", "words"),
    [
        ([10, 20, 30], [100, 200, 300], "no more than chance"),
        ([4], [20], "nothing to draw it towards"),
        ([0, 0], [10, 30], "same share"),
    ],
)
def test_groups_that_do_not_differ_get_the_pooled_rate(events: list[int], trials: list[int], words: str) -> None:
    found = fit_common_belief(events, trials)
    assert found.shrunk(events, trials) == pytest.approx(sum(events) / sum(trials))
    assert found.note is not None
    assert words in found.note
    counted = pd.DataFrame({"late": events, "resolved": trials})
    assert shrunk_rates(counted)["shrunk"].tolist() == pytest.approx([sum(events) / sum(trials)] * len(events))


def test_a_group_without_trials_gets_the_common_mean() -> None:
    found = shrunk_rates(pd.DataFrame({"late": [1, 60, 0], "resolved": [100, 100, 0]}))
    common = fit_common_belief([1, 60], [100, 100])
    assert found["shrunk"][2] == common.mean
    assert np.isnan(shrunk_rates(pd.DataFrame({"late": [0], "resolved": [0]}))["shrunk"][0])


def lanes() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    cells = [(c, lane) for c in "ABCD" for lane in ("easy", "hard", "only A") if lane != "only A" or c == "A"]
    counts = pd.DataFrame(cells, columns=["carrier", "destination"])
    counts["resolved"] = rng.integers(20, 300, len(counts))
    counts["late"] = rng.binomial(counts["resolved"], np.where(counts["destination"] == "hard", 0.3, 0.05))
    return counts


def test_expected_late_parcels_by_the_slow_loop() -> None:
    counts = lanes()
    found = within_lane(counts, lane=["destination"]).set_index("carrier")
    for name in "ABCD":
        expected = 0.0
        for _, cell in counts[counts["carrier"] == name].iterrows():
            lane = counts[counts["destination"] == cell["destination"]]
            expected += cell["resolved"] * lane["late"].sum() / lane["resolved"].sum()
        assert found.loc[name, "expected"] == pytest.approx(expected)
        share, size = expected / found.loc[name, "resolved"], found.loc[name, "resolved"]
        assert found.loc[name, "low95"] == pytest.approx(binom.ppf(0.025, size, share) / expected)
        assert found.loc[name, "high998"] == pytest.approx(binom.ppf(0.999, size, share) / expected)
    alone = counts.loc[counts["destination"] == "only A", "resolved"].item()
    assert found.loc["A", "compared"] == found.loc["A", "resolved"] - alone
    assert (found["overdispersion"] == 0).all()


def test_few_carriers_have_no_measured_overdispersion_and_many_that_differ_have_some() -> None:
    rng = np.random.default_rng(8)
    variances = np.full(200, 0.01)
    ratios = 1 + rng.normal(0, np.sqrt(0.01 + 0.04), 200)
    assert overdispersion(ratios[: FEWEST - 1], variances[: FEWEST - 1]) == 0.0
    # Winsorising a tenth at either end takes off a third of a normal variance.
    assert 0.01 < overdispersion(ratios, variances) < 0.04
    assert overdispersion(1 + rng.normal(0, 0.1, 200), variances) == 0.0


def test_carriers_that_all_differ_are_not_all_outside_the_funnel() -> None:
    rng = np.random.default_rng(4)
    names = [f"carrier {number}" for number in range(30)]
    counts = pd.DataFrame({"carrier": names, "lane": "one", "resolved": 5000})
    counts["late"] = rng.binomial(5000, rng.beta(20, 180, 30))
    found = within_lane(counts, lane=["lane"])
    assert found["overdispersion"].iloc[0] > 0
    exact = binom.ppf([0.025, 0.975], 5000, counts["late"].sum() / 150_000)
    naive = ((counts["late"] < exact[0]) | (counts["late"] > exact[1])).sum()
    assert (found["outside"] != 0).sum() < naive / 2


def test_a_lane_without_a_late_parcel_judges_nobody() -> None:
    counts = pd.DataFrame({"carrier": ["A", None], "lane": "x", "resolved": [5, 0], "late": [0, 0]})
    found = within_lane(counts, lane=["lane"])
    assert found["carrier"].tolist() == ["A"]
    assert found[["ratio", "low95", "high95"]].isna().all(axis=None)
    assert found["outside"].tolist() == [0]
    with pytest.raises(InputError, match="no column port"):
        within_lane(counts, lane=["port"])


def test_a_limit_is_judged_by_the_chance_that_the_true_rate_breaks_it() -> None:
    """Two defects in 150 orders are 1.33 %, and still say little about a limit of 1 %."""
    measured = pd.DataFrame({"metric": ["order defect rate", "valid tracking rate"], "events": [2, 96]})
    found = against_limits(measured.assign(trials=[150, 100]), marketplace_limits())
    defects = found[found["metric"] == "order defect rate"].iloc[0]
    assert bool(defects["broken"])
    assert defects["chance"] == pytest.approx(beta.sf(0.01, 2.5, 148.5))
    assert (defects["low"], defects["high"]) == pytest.approx((0.0037, 0.0473), abs=5e-5)
    tracking = found[(found["metric"] == "valid tracking rate") & (found["platform"] == "Amazon")].iloc[0]
    assert not bool(tracking["broken"])
    assert tracking["chance"] == pytest.approx(beta.cdf(0.95, 96.5, 4.5))
    other = found[~found["metric"].isin(measured["metric"])]
    assert len(other)
    assert other[["broken", "chance"]].isna().all(axis=None)


def test_a_limit_must_be_a_share() -> None:
    with pytest.raises(InputError, match="limit"):
        limit_probability(1, 10, 4.0)
    with pytest.raises(InputError, match="comparison"):
        limit_probability(1, 10, 0.04, "about")


def test_it_counts_as_the_query_of_the_order_history_does() -> None:
    rng = np.random.default_rng(1)
    first = pd.Timestamp("2026-10-20")

    def dates(missing: float) -> pd.Series:
        days = pd.Series(first + pd.to_timedelta(rng.integers(0, 31, 500), unit="D")).astype("datetime64[us]")
        return days.mask(rng.random(500) < missing)

    rows = pd.DataFrame({"promised_at": dates(0.2), "delivered_at": dates(0.4)})
    rows["status"] = rng.choice(["open", "lost", "returned", "unknown", "delivered"], 500)
    rows["carrier"] = rng.choice(["A", "B", "C"], 500)
    blank = pd.DataFrame(index=rows.index, columns=["origin", "destination", "mode", "hold_reason"], dtype="str")
    numbers = pd.DataFrame(np.nan, rows.index, ["hold_days", "weight_kg"])
    theirs = late_by(shipments_summary({"shipments": rows.join(blank).join(numbers)}, AS_OF), ["carrier"])
    shared = ["carrier", "parcels", "resolved", "late", "overdue", "rate", "low", "high"]
    ours = on_time(rows, AS_OF, by=["carrier"])
    pd.testing.assert_frame_equal(
        ours[shared].sort_values("carrier", ignore_index=True),
        theirs[shared].sort_values("carrier", ignore_index=True),
        check_dtype=False,
    )
    overdue = int(theirs["overdue"].sum())
    assert f"{overdue} parcels are open past the promised date" in on_time_notes(theirs)[0]
