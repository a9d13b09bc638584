"""Values of punctuality, lead times and stock that others published or computed, each with its source."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from risk.logistics import (
    fit_lead_time,
    fit_lead_times,
    kaplan_meier,
    lead_time_quantiles,
    limit_probability,
    log_rank,
    newsvendor,
    newsvendor_cost,
    on_time,
    reorder_point,
    restricted_mean,
    safety_stock,
    wilson_interval,
    within_lane,
)
from risk.loss.proportions import fit_common_belief

# Freireich et al., Blood 21 (1963), remission of leukaemia under 6-MP in weeks (1: relapse), and of the controls.
SIX_MP = [10, 7, 32, 23, 22, 6, 16, 34, 32, 25, 11, 20, 19, 6, 17, 35, 6, 13, 9, 6, 10]
RELAPSED = [1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0]
CONTROLS = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
# Miller, Survival analysis (1981), acute myelogenous leukaemia, with and without maintenance.
MAINTAINED = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0]
NOT_MAINTAINED = [5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45], [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1]
# Tarone, Biometrika 69 (1982): tumours in 71 groups of control rats, and the rats of each group.
TUMOURS = (
    "0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 1 1 1 1 1 1 1 2 2 2 2 2 2 2 2 2 1 5 2 5 3 2 7 7 3 3 2 9 10 4 4 4 4 4 4 4 10 4 4 4 5 "
    "11 12 5 5 6 5 6 6 6 6 16 15 15 9 4"
)
RATS = (
    "20 20 20 20 20 20 20 19 19 19 19 18 18 17 20 20 20 20 19 19 18 18 25 24 23 20 20 20 20 20 20 10 49 19 46 27 17 49 "
    "47 20 20 13 48 50 20 20 20 20 20 20 20 48 19 19 19 22 46 49 20 20 23 19 22 20 20 20 52 46 47 24 14"
)
DAYS, ARRIVED = [3, 4, 4, 5, 6, 7, 9, 2, 8, 12], [1, 1, 1, 1, 1, 1, 1, 0, 0, 0]


def test_wilson_intervals() -> None:
    """R 4.2.2, prop.test(correct = FALSE); the first four are the points of Newcombe, Stat. Med. 17 (1998) 857."""
    events, trials = [81, 15, 0, 1, 29, 8, 10, 95], [263, 148, 20, 29, 29, 10, 10, 100]
    low, high = wilson_interval(events, trials)
    assert low == pytest.approx(
        [
            0.255288519878,
            0.06238639953,
            0,
            0.00611321429276,
            0.8830302015,
            0.490162471537,
            0.722467200137,
            0.88824953077,
        ],
        abs=1e-9,
    )
    assert high == pytest.approx(
        [0.366209576983, 0.160487241723, 0.161125158053, 0.171755218793, 1, 0.943317848546, 1, 0.978456320846],
        abs=1e-9,
    )
    assert low[2] == 0.0
    assert high[4] == 1.0


def test_beta_binomial_of_rat_tumours() -> None:
    """scipy 1.17.1, stats.betabinom, maximum by Nelder and Mead, all 71 groups."""
    tumours, rats = (np.array(text.split(), dtype=float) for text in (TUMOURS, RATS))
    found = fit_common_belief(tumours, rats)
    assert (found.events, found.others) == pytest.approx((2.34161464, 14.1148056), abs=1e-4)
    assert found.loglikelihood == pytest.approx(-156.5689298732274, abs=1e-7)
    assert found.shrunk([4, 0], [14, 20]) == pytest.approx([0.20821930446413722, 0.0642305147904577], abs=1e-6)
    assert found.note is None


def test_chance_of_breaking_a_limit() -> None:
    """scipy 1.17.1, beta(8, 172) above 4 %."""
    assert limit_probability(6, 80, 0.04, prior=(2, 98)) == pytest.approx(0.5744172674, abs=1e-9)
    assert limit_probability(6, 80, 0.04, "at least", prior=(2, 98)) == pytest.approx(1 - 0.5744172674, abs=1e-9)


def test_an_airline_that_is_better_at_every_airport_is_worse_overall() -> None:
    """Simpson's paradox in the flights of June 1991: Moore and McCabe, Introduction to the practice of statistics."""
    airports = ["Los Angeles", "Phoenix", "San Diego", "San Francisco", "Seattle"]
    flights = pd.DataFrame(
        {
            "carrier": ["Alaska"] * 5 + ["America West"] * 5,
            "airport": airports * 2,
            "resolved": [559, 233, 232, 605, 2146, 811, 5255, 448, 449, 262],
            "late": [62, 12, 20, 102, 305, 117, 415, 65, 129, 61],
        }
    )
    rates = flights.assign(rate=flights["late"] / flights["resolved"]).pivot(index="airport", columns="carrier")["rate"]
    assert (rates["Alaska"] < rates["America West"]).all()
    found = within_lane(flights, lane=["airport"]).set_index("carrier")
    assert found.loc["Alaska", "rate"] == pytest.approx(0.1327, abs=5e-5)
    assert found.loc["America West", "rate"] == pytest.approx(0.1089, abs=5e-5)
    assert found["ratio"].to_dict() == pytest.approx({"Alaska": 0.865, "America West": 1.110}, abs=5e-4)
    assert found["outside"].to_dict() == {"Alaska": -99.8, "America West": 95.0}
    assert found["expected"].sum() == pytest.approx(found["late"].sum())


def test_kaplan_meier_of_remissions() -> None:
    """R survival 3.5-3, survfit."""
    curve = kaplan_meier(SIX_MP, RELAPSED)
    assert curve["time"].tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve["survival"].to_numpy() == pytest.approx(
        [0.857142857143, 0.806722689076, 0.752941176471, 0.690196078431, 0.627450980392, 0.53781512605, 0.448179271709],
        abs=1e-11,
    )
    assert curve["error"].to_numpy() == pytest.approx(
        [0.0763603548, 0.0869352852, 0.0963496530, 0.1068147078, 0.1140538653, 0.1282337517, 0.1345914568],
        abs=1e-10,
    )
    assert lead_time_quantiles(curve, [0.5])["days"][0] == 23
    assert restricted_mean(SIX_MP, RELAPSED, 35).days == pytest.approx(23.28739495798, abs=1e-10)


def test_fits_of_remissions() -> None:
    """R survival 3.5-3, survreg (Weibull shape is 1 / scale there); gamma: surpyval 0.25, rate 0.0539334."""
    weibull, lognormal, gamma = (fit_lead_time(SIX_MP, RELAPSED, name) for name in ("weibull", "lognormal", "gamma"))
    assert weibull.parameters == pytest.approx({"shape": 1.35373452383, "scale": 33.7651509677}, rel=1e-6)
    assert weibull.loglikelihood == pytest.approx(-41.6586784769, abs=1e-9)
    assert lognormal.parameters == pytest.approx({"mu": 3.20306765231, "sigma": 0.978724792892}, rel=1e-6)
    assert lognormal.loglikelihood == pytest.approx(-40.6801558699, abs=1e-9)
    assert gamma.parameters == pytest.approx({"shape": 1.67700915, "scale": 1 / 0.0539334}, rel=1e-5)
    assert gamma.loglikelihood == pytest.approx(-41.43941616, abs=1e-7)
    assert [fit.distribution for fit in fit_lead_times(SIX_MP, RELAPSED)] == ["lognormal", "gamma", "weibull"]


def test_log_rank_of_two_trials() -> None:
    """R survival 3.5-3, survdiff."""
    gehan = log_rank(SIX_MP + CONTROLS, RELAPSED + [1] * 21, ["6-MP"] * 21 + ["control"] * 21)
    assert (gehan.statistic, gehan.p_value) == pytest.approx((16.792941, 4.16881e-05), rel=1e-6)
    times, events = (list(a) + list(b) for a, b in zip(MAINTAINED, NOT_MAINTAINED, strict=True))
    aml = log_rank(times, events, ["yes"] * 11 + ["no"] * 12)
    assert (aml.statistic, aml.p_value) == pytest.approx((3.3963887, 0.0653393), rel=1e-6)


def test_parcels_in_transit_lengthen_the_mean() -> None:
    """R survival 3.5-3: those delivered took 5.43 days on average, all of them 6.72 up to day 12."""
    curve = kaplan_meier(DAYS, ARRIVED)
    left = dict(zip(curve["time"], curve["survival"], strict=True))
    assert left == pytest.approx({3: 8 / 9, 4: 6 / 9, 5: 5 / 9, 6: 4 / 9, 7: 3 / 9, 9: 1 / 6}, abs=1e-12)
    assert lead_time_quantiles(curve, [0.5])["days"][0] == 6
    assert restricted_mean(DAYS, ARRIVED).days == pytest.approx(6.72222222222, abs=1e-10)
    lognormal, weibull = fit_lead_time(DAYS, ARRIVED), fit_lead_time(DAYS, ARRIVED, "weibull")
    assert list(lognormal.parameters.values()) == pytest.approx([1.841978576385, 0.513988854086], rel=1e-6)
    assert lognormal.loglikelihood == pytest.approx(-18.782454931268, abs=1e-9)
    assert weibull.parameters == pytest.approx({"shape": 1 / 0.472000522206, "scale": np.exp(2.076037513986)}, rel=1e-6)
    assert weibull.loglikelihood == pytest.approx(-19.763339925636, abs=1e-9)


def test_fits_of_ground_beef_servings(shared: Path) -> None:
    """fitdistrplus 1.1-8, fitdist(groundbeef$serving, ...), 254 servings, all of them known."""
    cases = json.loads((shared / "reference" / "logistics_quality.json").read_text(encoding="utf-8"))
    servings = cases["appendix"]["groundbeef_serving"]
    fits = {fit.distribution: fit for fit in fit_lead_times(servings, np.ones(254))}
    assert fits["weibull"].parameters == pytest.approx({"shape": 2.18588486, "scale": 83.34767905}, rel=2e-4)
    assert fits["gamma"].parameters == pytest.approx({"shape": 4.0082525670, "scale": 1 / 0.0544191100}, rel=2e-4)
    assert fits["lognormal"].parameters == pytest.approx({"mu": 4.169370089, "sigma": 0.536609513}, rel=1e-5)
    theirs = {"weibull": -1255.22472337, "gamma": -1253.62512232, "lognormal": -1261.31929868}
    for name, fit in fits.items():
        # Their search stops a little before the top.
        assert theirs[name] - 1e-8 <= fit.loglikelihood == pytest.approx(theirs[name], abs=1e-4)
    assert fits["gamma"].aic == pytest.approx(2511.25024463, abs=1e-4)


def test_safety_stock_against_an_uncertain_lead_time() -> None:
    """Chopra and Meindl, Supply chain management: 2,500 a day, deviation 500, 7 days, 90 % of cycles."""
    found = [safety_stock(2500, 500, 7, deviation, 0.9) for deviation in (7, 6, 5, 4, 3, 2, 1, 0)]
    expected = [22491.14, 19297.89, 16108.85, 12927.17, 9760.01, 6628.24, 3624.78, 1695.33]
    assert found == pytest.approx(expected, abs=0.01)


def test_the_textbook_misses_a_lead_time_with_two_peaks() -> None:
    """Structure of Eppen and Martin, Management Science 34 (1988); scipy 1.17.1, root of the mixture of two normals."""
    found = reorder_point(100, 10, [2, 4], 0.95)
    assert found.textbook_point == pytest.approx(466.9344110037914, abs=1e-8)
    assert found.point == pytest.approx(425.631031310892, abs=1e-8)
    assert found.service > 0.999


def test_newsvendor() -> None:
    """Snyder and Shen, Fundamentals of supply chain theory, example 4.3; Nahmias's newsstand by stockpyl 1.0.2."""
    assert newsvendor(0.7, 0.18, 50, 8) == pytest.approx(56.60395592743389, abs=1e-9)
    assert newsvendor_cost(56.60395592743389, 0.7, 0.18, 50, 8) == pytest.approx(1.997605193176645, abs=1e-9)
    assert newsvendor_cost(40, 0.7, 0.18, 50, 8) == pytest.approx(7.356131552870388, abs=1e-9)
    copies = newsvendor(0.5, 0.15, 11.73, 4.74)
    assert copies == pytest.approx(15.220137448362854, abs=1e-9)
    assert 0.5 * 11.73 - newsvendor_cost(copies, 0.5, 0.15, 11.73, 4.74) == pytest.approx(4.927712186180963, abs=1e-9)


@pytest.fixture(scope="module")
def usaid(shared: Path) -> pd.DataFrame:
    """The 10,324 deliveries of the supply chain management system of USAID, 2006 to 2015."""
    rows = pd.read_csv(shared / "orders" / "usaid_scms_shipments.csv", encoding="utf-8")
    names = {"shipment mode": "mode", "fulfill via": "via"}
    dates = {"promised_at": "scheduled delivery date", "delivered_at": "delivered to client date"}
    parsed = {name: pd.to_datetime(rows[column], format="%d-%b-%y") for name, column in dates.items()}
    return rows.rename(columns=names)[["mode", "via"]].assign(**parsed)


def test_late_deliveries_of_usaid_by_mode(usaid: pd.DataFrame) -> None:
    """R 4.2.2, prop.test; the mode is missing for 360 of them, a group of its own."""
    found = on_time(usaid, "2016-01-01", by=["mode"])
    counts = {mode: (late, of) for mode, late, of in zip(found["mode"], found["late"], found["resolved"], strict=True)}
    assert counts.pop("Air") == (587, 6113)
    assert counts.pop("Truck") == (455, 2830)
    assert counts.pop("Air Charter") == (75, 650)
    assert counts.pop("Ocean") == (65, 371)
    assert list(counts.values()) == [(4, 360)]
    known = found.dropna(subset="mode").set_index("mode")
    assert known.loc["Air", ["low", "high"]].tolist() == pytest.approx([0.0888908403926, 0.103666293342], abs=1e-10)
    assert known.loc["Ocean", ["low", "high"]].tolist() == pytest.approx([0.139904173214, 0.217157340851], abs=1e-10)
    assert on_time(usaid, "2016-01-01")[["late", "resolved"]].to_numpy().tolist() == [[1186, 10324]]


def test_mode_and_fulfilment_of_usaid_are_confounded(usaid: pd.DataFrame) -> None:
    """Air beats truck overall and from the warehouse and loses on direct drop."""
    found = on_time(usaid, "2016-01-01", by=["via", "mode"]).set_index(["via", "mode"])
    assert found.loc[("Direct Drop", "Air"), ["late", "resolved"]].tolist() == [182, 3568]
    assert found.loc[("Direct Drop", "Truck"), ["late", "resolved"]].tolist() == [11, 920]
    assert found.loc[("From RDC", "Air"), ["late", "resolved"]].tolist() == [405, 2545]
    assert found.loc[("From RDC", "Truck"), ["late", "resolved"]].tolist() == [444, 1910]
    modes = within_lane(found.reset_index(), carrier="mode", lane=["via"]).dropna(subset="mode").set_index("mode")
    assert modes.loc["Air", "rate"] < modes.loc["Truck", "rate"]
