"""How long parcels take: against statsmodels and scipy, in limiting cases, and with what a history gets wrong."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from risk.checks import InputError
from risk.logistics import (
    LeadTimeFit,
    counted_lead_times,
    fit_lead_time,
    fit_lead_times,
    forecast_open,
    kaplan_meier,
    lead_time_quantiles,
    lead_times,
    log_rank,
    restricted_mean,
)
from risk.logistics.lead_time_fit import DISTRIBUTIONS
from risk.orders.questions import transit_days

AS_OF = dt.date(2026, 11, 20)


def censored(seed: int, size: int = 120, whole_days: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Lognormal lead times of parcels that were shipped over 30 days and looked at on the last."""
    rng = np.random.default_rng(seed)
    days, watched = rng.lognormal(2.3, 0.5, size), rng.uniform(1, 30, size)
    seen = np.minimum(days, watched)
    return np.ceil(seen) if whole_days else seen, days <= watched


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")  # where their curve is at 0
@pytest.mark.parametrize("seed", range(5))
def test_the_curve_is_that_of_statsmodels_and_scipy(seed: int) -> None:
    days, arrived = censored(seed)
    curve = kaplan_meier(days, arrived)
    theirs = SurvfuncRight(days, arrived.astype(int))
    moments = np.isin(theirs.surv_times, curve["time"])
    assert curve["survival"].to_numpy() == pytest.approx(theirs.surv_prob[moments], abs=1e-12)
    assert curve["at_risk"].tolist() == theirs.n_risk[moments].tolist()
    inner = (curve["survival"] > 0).to_numpy()
    assert curve["error"][inner].to_numpy() == pytest.approx(theirs.surv_prob_se[moments][inner], abs=1e-12)
    other = stats.ecdf(stats.CensoredData.right_censored(days, ~arrived)).sf
    assert curve["survival"].to_numpy() == pytest.approx(other.evaluate(curve["time"]), abs=1e-12)
    ends = other.confidence_interval(0.95, method="log-log")
    assert curve["low"][inner].to_numpy() == pytest.approx(ends.low.evaluate(curve["time"][inner]), abs=1e-10)
    assert curve["high"][inner].to_numpy() == pytest.approx(ends.high.evaluate(curve["time"][inner]), abs=1e-10)


@pytest.mark.filterwarnings("ignore:divide by zero")  # where their curve is at 0
@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("seed", range(5))
def test_quantiles_and_their_intervals_are_those_of_statsmodels(seed: int) -> None:
    days, arrived = censored(seed, whole_days=False)
    found = lead_time_quantiles(kaplan_meier(days, arrived), [0.25, 0.5]).set_index("share")
    theirs = SurvfuncRight(days, arrived.astype(int))
    for share, row in found.iterrows():
        assert row["days"] == theirs.quantile(share)
        assert (row["low"], row["high"]) == pytest.approx(theirs.quantile_ci(share, method="cloglog"))


def test_a_quantile_that_is_not_reached_is_not_invented() -> None:
    found = lead_time_quantiles(kaplan_meier([3, 5, 9, 9, 9], [1, 1, 0, 0, 0]), [0.2, 0.4, 0.5])
    assert found["days"].tolist()[:2] == [3, 5]
    assert np.isnan(found["days"][2])
    assert found["high"].isna().all()


def test_all_open_has_no_curve_and_one_parcel_has_one_step() -> None:
    assert kaplan_meier([3, 8], [0, 0]).empty
    assert lead_time_quantiles(kaplan_meier([3, 8], [0, 0]))["days"].isna().all()
    one = kaplan_meier([4], [1]).iloc[0]
    assert (one["time"], one["at_risk"], one["survival"]) == (4, 1, 0)
    assert np.isnan(one["high"])
    assert restricted_mean([3, 8], [0, 0]).days == 8


def test_without_open_parcels_the_restricted_mean_is_the_mean() -> None:
    days = np.random.default_rng(1).gamma(4, 3, 50)
    found = restricted_mean(days, np.ones(50))
    assert found.days == pytest.approx(days.mean())
    assert found.error == pytest.approx(days.std() / np.sqrt(50))
    assert restricted_mean(days, np.ones(50), 7.0).days == pytest.approx(np.minimum(days, 7).mean())


def test_past_the_longest_parcel_under_way_nothing_is_known() -> None:
    with pytest.raises(InputError, match="more than 9 days"):
        restricted_mean([3, 9], [1, 0], 10)
    assert restricted_mean([3, 9], [0, 1], 10).days == 9


@pytest.mark.parametrize("seed", range(3))
def test_the_log_rank_test_is_that_of_statsmodels(seed: int) -> None:
    days, arrived = censored(seed, 200)
    rng = np.random.default_rng(seed)
    carrier, lane = rng.choice(["A", "B", "C"], 200), rng.choice(["near", "far"], 200)
    for strata in (None, lane):
        found = log_rank(days, arrived, carrier, strata)
        statistic, p_value = survdiff(days, arrived.astype(int), carrier, strata=strata)
        assert (found.statistic, found.p_value) == pytest.approx((statistic, p_value))
        assert found.degrees == 2
        assert found.groups["expected"].sum() == pytest.approx(arrived.sum())


def test_two_groups_are_those_of_scipy_and_a_missing_carrier_is_a_group() -> None:
    days, arrived = censored(9)
    group = np.where(np.arange(120) % 3 == 0, "A", None)
    found = log_rank(days, arrived, group)
    sides = [stats.CensoredData.right_censored(days[side], ~arrived[side]) for side in (group == "A", group != "A")]
    assert found.p_value == pytest.approx(stats.logrank(*sides).pvalue)
    assert found.groups.index.isna().sum() == 1
    with pytest.raises(InputError, match="groups"):
        log_rank(days, arrived, ["A"] * 120)


THEIRS = {"lognormal": stats.lognorm, "weibull": stats.weibull_min, "gamma": stats.gamma}


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
@pytest.mark.parametrize("seed", range(5))
def test_fits_are_those_of_scipy(distribution: str, seed: int) -> None:
    days, arrived = censored(seed)
    found = fit_lead_time(days, arrived, distribution)
    family, data = THEIRS[distribution], stats.CensoredData.right_censored(days, ~arrived)
    shape, location, scale = family.fit(data, floc=0)
    assert found.converged
    theirs = family(shape, location, scale)
    assert found.loglikelihood >= theirs.logpdf(days[arrived]).sum() + theirs.logsf(days[~arrived]).sum() - 1e-6
    ours = list(found.parameters.values())
    expected = (np.log(scale), shape) if distribution == "lognormal" else (shape, scale)
    assert ours == pytest.approx(expected, rel=2e-3)
    assert found.survival([0, 5, 20]) == pytest.approx(theirs.sf([0, 5, 20]), abs=2e-3)
    assert found.quantile([0.5, 0.95]) == pytest.approx(theirs.ppf([0.5, 0.95]), rel=5e-3)
    assert found.mean == pytest.approx(theirs.mean(), rel=5e-3)
    assert found.aic == 4 - 2 * found.loglikelihood


def test_standard_errors_of_a_complete_lognormal_have_a_closed_form() -> None:
    days = np.random.default_rng(4).lognormal(2, 0.4, 400)
    found = fit_lead_time(days, np.ones(400))
    sigma = np.log(days).std()
    assert found.parameters == pytest.approx({"mu": np.log(days).mean(), "sigma": sigma}, rel=1e-6)
    assert found.errors == pytest.approx({"mu": sigma / 20, "sigma": sigma / np.sqrt(800)}, rel=1e-3)


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_watched_for_ever_the_lost_are_the_share_that_is_open(distribution: str) -> None:
    days = np.random.default_rng(6).gamma(6, 2, 95)
    never = np.full(5, 1e5)
    found = fit_lead_time(np.append(days, never), np.append(np.ones(95), np.zeros(5)), distribution, lost=True)
    alone = fit_lead_time(days, np.ones(95), distribution)
    assert found.lost == pytest.approx(0.05, abs=1e-5)
    assert list(found.parameters.values()) == pytest.approx(list(alone.parameters.values()), rel=1e-4)
    assert found.aic == pytest.approx(6 - 2 * found.loglikelihood)
    assert found.errors["lost"] == pytest.approx(np.sqrt(0.05 * 0.95 / 100), rel=1e-2)
    assert found.survival(1e4) == pytest.approx(0.05, abs=1e-5)
    assert found.quantile(0.96) == np.inf
    assert found.quantile(0.5) == pytest.approx(alone.quantile(0.5 / 0.95), rel=1e-4)


def test_where_nothing_is_lost_the_share_is_none_and_that_is_said() -> None:
    days = np.random.default_rng(6).lognormal(2, 0.5, 200)
    found = fit_lead_time(days, np.ones(200), lost=True)
    assert found.lost == 0
    assert found.converged
    assert found.note is not None
    assert "lost for good" in found.note


@pytest.mark.parametrize(
    ("days", "delivered", "words"),
    [
        ([3, 4, 5, 6, 9, 9], [0] * 6, "0 of 6 parcels were delivered"),
        ([5.0], [1], "1 of 1"),
        ([4] * 8, [1] * 8, "different lead times"),
        ([0, 1, 2, 3, 4, 5], [1] * 6, "half a day"),
        ([-1, 1, 2, 3, 4, 5], [1] * 6, "delivered before shipped"),
        ([1, 2], [1], "2 durations, and delivered has 1"),
        ([1, 2], [1, 2], "yes or no"),
        ([1, 2], [True, None], "yes or no"),
    ],
)
def test_what_cannot_be_fitted_is_refused_in_words(days: list[float], delivered: list[object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        fit_lead_time(days, delivered)


def test_the_smallest_aic_comes_first() -> None:
    days, arrived = censored(2, 400, whole_days=False)
    fits = fit_lead_times(days, arrived)
    assert fits[0].distribution == "lognormal"
    assert [fit.aic for fit in fits] == sorted(fit.aic for fit in fits)


FIT = LeadTimeFit("lognormal", {"mu": 2.0, "sigma": 0.5}, {}, 0.0, 0.0, True, 9, 9, lost=0.03)


def test_what_a_parcel_under_way_will_do_is_what_simulated_ones_do() -> None:
    rng = np.random.default_rng(12)
    days = np.where(rng.random(1_000_000) < 0.03, np.inf, rng.lognormal(2.0, 0.5, 1_000_000))
    still = days[days > 9]
    assert FIT.late_probability(9, 14) == pytest.approx((still > 14).mean(), abs=3e-3)
    assert FIT.lost_probability(9) == pytest.approx(np.isinf(still).mean(), abs=3e-3)
    assert FIT.lost_probability(1e6) == pytest.approx(1.0)


def test_the_forecast_of_open_parcels_adds_up() -> None:
    found = forecast_open(FIT, [0, 5, 20, 3], [10, 10, 10, np.nan], refund=[10, 20, 30, 40])
    late = found.parcels["late"]
    assert late[0] == pytest.approx(FIT.survival(10))
    assert late[1] > late[0]
    assert late[2] == 1.0
    assert np.isnan(late[3])
    assert found.late == pytest.approx(late[:3].sum())
    assert found.deviation == pytest.approx(np.sqrt((late * (1 - late)).sum()))
    assert found.reserve == pytest.approx(10 * late[0] + 20 * late[1] + 30)
    with pytest.raises(InputError, match="age"):
        forecast_open(FIT, [-1], [3])


def test_a_parcel_older_than_any_is_late_and_as_good_as_lost() -> None:
    certain = LeadTimeFit("weibull", {"shape": 20.0, "scale": 3.0}, {}, 0.0, 0.0, True, 9, 9)
    assert certain.late_probability(1e6, 2e6) == 1.0
    assert certain.lost_probability(1e6) == 1.0


def test_lead_times_of_shipments_count_what_they_leave_out() -> None:
    rows = [
        ("2026-11-01", "2026-11-05", "delivered"),
        ("2026-11-05", "2026-11-05 18:00", "delivered"),  # same day
        ("2026-11-10", None, "open"),
        ("2026-11-01", None, "lost"),
        ("2026-11-10", "2026-11-25", "delivered"),  # open on the day
        (None, "2026-11-05", "delivered"),
        ("2026-11-06", "2026-11-05", "delivered"),
        ("2026-11-06", None, "delivered"),
        ("2026-11-06", None, "returned"),
        ("2026-11-24", None, "open"),
        ("2026-11-24", None, "delivered"),  # two reasons, counted once
    ]
    shipments = pd.DataFrame(rows, columns=["shipped_at", "delivered_at", "status"])
    found = lead_times(shipments, AS_OF)
    assert found.rows["days"].tolist() == [4, 0.5, 10, 19, 10]
    assert found.rows["delivered"].tolist() == [True, True, False, False, False]
    said = " ".join(found.notes)
    left_out = [note for note in found.notes if "left out" in note]
    assert sum(int(note.split()[0]) for note in left_out) == len(rows) - len(found.rows)
    for words in ("no date of dispatch", "before they were shipped", "not recorded", "went back", "3 of 5 parcels"):
        assert words in said
    with pytest.raises(InputError, match="no column shipped_at"):
        lead_times(pd.DataFrame({"delivered_at": []}), AS_OF)


def test_rows_that_stand_for_many_parcels_are_those_parcels() -> None:
    days, arrived = censored(3, 300)
    carrier = np.where(np.arange(300) % 2 == 0, "A", "B")
    rows = pd.DataFrame({"days": days, "arrived": arrived, "carrier": carrier})
    counted = rows.value_counts().reset_index()
    first = (counted["days"], counted["arrived"])
    count = counted["count"]
    pd.testing.assert_frame_equal(kaplan_meier(*first, parcels=count), kaplan_meier(days, arrived))
    assert restricted_mean(*first, 10, count).error == pytest.approx(restricted_mean(days, arrived, 10).error)
    together, apart = log_rank(*first, counted["carrier"], parcels=count), log_rank(days, arrived, carrier)
    assert together.statistic == pytest.approx(apart.statistic)
    assert together.groups.loc["A"].tolist() == pytest.approx(apart.groups.loc["A"].tolist())
    fit = fit_lead_time(*first, "gamma", parcels=count)
    assert fit.parameters == pytest.approx(fit_lead_time(days, arrived, "gamma").parameters, rel=1e-5)
    assert (fit.observations, fit.events) == (300, arrived.sum())
    with pytest.raises(InputError, match="stand for"):
        kaplan_meier([1, 2], [1, 1], parcels=[0, 0])


def test_the_query_of_the_order_history_gives_the_same_lead_times() -> None:
    rng = np.random.default_rng(2)
    first = pd.Timestamp("2023-12-20")  # over a leap day, up to the day itself

    def dates(missing: float) -> pd.Series:
        days = pd.Series(first + pd.to_timedelta(rng.integers(0, 90, 400), unit="D")).astype("datetime64[us]")
        return days.mask(rng.random(400) < missing)

    rows = pd.DataFrame({"shipped_at": dates(0.1), "delivered_at": dates(0.3)})
    rows["status"] = rng.choice(["open", "lost", "returned", "unknown", "delivered"], 400)
    lane = pd.DataFrame(index=rows.index, columns=["origin", "destination", "carrier", "mode"], dtype="str")
    as_of = dt.date(2024, 3, 10)
    ours = lead_times(rows, as_of)
    theirs = counted_lead_times(transit_days({"shipments": rows.join(lane)}, as_of))
    assert theirs.notes == ours.notes
    assert len(ours.notes) >= 6
    columns = ["days", "delivered"]
    expected = ours.rows.groupby(columns)["parcels"].sum()
    assert theirs.rows.groupby(columns)["parcels"].sum().to_dict() == expected.to_dict()
