"""Quality methods on published figures: control charts, run rules, inspection, sequential tests, chain ladder."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from risk.quality import (
    NELSON,
    WESTERN_ELECTRIC,
    SamplingPlan,
    acceptance_probability,
    average_outgoing_limit,
    average_outgoing_quality,
    c_chart,
    chain_ladder,
    cusum_chart,
    cusum_run_length,
    double_plan,
    ewma_chart,
    ewma_run_length,
    find_plan,
    g_chart,
    np_chart,
    p_chart,
    pareto,
    run_length,
    sampling_plan,
    scheme_acceptance,
    sprt,
    u_chart,
    western_electric,
)
from risk.quality.inspection.standard import LEVELS, LOTS, SIZES, code_letter, looked_up
from risk.quality.priors import beta_prior
from risk.quality.rules import ZoneRule

# Montgomery, Introduction to Statistical Quality Control: orange-juice cans, samples of 50; limits by R qcc 2.7
JUICE = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
JUICE_LATER = [9, 6, 12, 5, 6, 4, 6, 3, 7, 6, 2, 4, 3, 6, 5, 4, 8, 5, 6, 7, 5, 6, 3, 5]
BOARDS = [21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15]


def signalled(signals: np.ndarray) -> list[int]:
    """Numbers of the points that signal, from 1."""
    return (np.flatnonzero(signals) + 1).tolist()


def test_p_and_np_chart_of_orange_juice() -> None:
    chart = p_chart(JUICE, 50)
    assert (chart.center, chart.lower[0], chart.upper[0]) == pytest.approx(
        (0.231333333333, 0.0524275480719, 0.410239118595), abs=1e-11
    )
    assert signalled(chart.signals) == [15, 23]
    cans = np_chart(JUICE, 50)
    assert (cans.center, cans.upper[0]) == pytest.approx((50 * 0.231333333333, 50 * 0.410239118595), abs=1e-9)
    assert signalled(cans.signals) == [15, 23]


def test_a_lower_limit_below_zero_is_zero() -> None:
    chart = p_chart(JUICE_LATER, 50)
    assert (chart.center, chart.lower[0], chart.upper[0]) == pytest.approx(
        (0.110833333333, 0, 0.244020701353), abs=1e-11
    )
    assert not chart.signals.any()


def test_c_and_u_chart_of_circuit_boards() -> None:
    """Montgomery; limits by R qcc 2.7."""
    chart = c_chart(BOARDS)
    expected = (19.8461538462, 6.48144716717, 33.2108605251)
    assert (chart.center, chart.lower[0], chart.upper[0]) == pytest.approx(expected, abs=1e-9)
    assert signalled(chart.signals) == [6, 20]
    units = u_chart(BOARDS, 100)
    assert (units.center, units.lower[0], units.upper[0]) == pytest.approx([each / 100 for each in expected], abs=1e-11)


def test_ewma_chart_of_the_nist_handbook() -> None:
    """NIST/SEMATECH e-Handbook 6.3.2.4; it prints the averages to two decimals and the limits with 3 s."""
    x = [52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5]
    x += [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
    printed = [50.6, 49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33]
    printed += [50.11, 49.36, 49.52, 50.05, 49.38, 49.92, 50.73, 51.23, 51.94, 51.99]
    chart = ewma_chart(x, 0.3, center=50, deviation=2.0539, settled=True)
    assert chart.values.tolist() == pytest.approx(printed, abs=0.005)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((47.4115, 52.5884), abs=1e-4)
    assert not chart.signals.any()
    widening = ewma_chart(x, 0.3, center=50, deviation=2.0539)
    assert (widening.lower[0], widening.upper[0]) == pytest.approx((48.15149, 51.84851), abs=1e-5)


def test_cusum_chart_of_qcc() -> None:
    """Tests of R qcc 3.0: a sum equal to the limit does not signal."""
    chart = cusum_chart([1.5, 0.5, 0.6, -1.5, -0.5, -0.8], 0.5, 1.0, center=0.0, deviation=1.0)
    assert chart.high.tolist() == pytest.approx([1.0, 1.0, 1.1, 0, 0, 0], abs=1e-12)
    assert chart.low.tolist() == pytest.approx([0, 0, 0, -1.0, -1.0, -1.3], abs=1e-12)
    assert signalled(chart.signals) == [3, 6]


def test_g_chart_of_days_between_defects() -> None:
    """R qcc 2.7, whose own advice is to use probability limits."""
    chart = g_chart([8, 12, 5, 30, 2, 17, 25, 9, 14, 3])
    assert (chart.center, chart.lower[0], chart.upper[0]) == pytest.approx((12.5, 0, 48.4687364248), abs=1e-8)


@pytest.mark.parametrize(
    ("rule", "z", "expected"),
    [
        ("1 beyond 3 sigma", [0, 3.2, -3.5, 2.9], [2, 3]),
        ("2 of 3 beyond 2 sigma", [0, 2.5, 1.0, 2.6, 0], [4]),
        ("4 of 5 beyond 1 sigma", [0, 1.2, 1.3, 0.2, 1.4, 1.5], [6]),
        ("8 on one side", [-1, -1, -1, -1, -1, -1, -1, -1, 1], [8]),
    ],
)
def test_western_electric_rules_of_qcc(rule: str, z: list[float], expected: list[int]) -> None:
    """Tests of R qcc 3.0: only the point that completes the pattern is flagged, and only within the zone."""
    assert signalled(western_electric(z)[rule].to_numpy()) == expected


ARL = {  # Champ and Woodall, Technometrics 29 (1987), in control to two decimals; recomputed to four at the shifts
    (0,): [370.3983, 200.0753, 43.8947, 6.303, 2.0],
    (0, 1): [225.4384, 104.4559, 20.005, 3.6464, 1.6758],
    (0, 2): [166.0545, 63.8846, 12.6644, 3.6801, 1.8865],
    (0, 3): [152.7301, 59.7597, 14.5781, 4.8907, 1.9923],
    (0, 1, 2, 3): [91.7508, 36.606, 9.2219, 3.1276, 1.6666],
}


@pytest.mark.parametrize("chosen", ARL)
def test_run_lengths_of_champ_and_woodall(chosen: tuple[int, ...]) -> None:
    rules = [list(WESTERN_ELECTRIC.values())[place] for place in chosen]
    found = [run_length(rules, shift) for shift in (0.0, 0.4, 1.0, 2.0, 3.0)]
    assert found == pytest.approx(ARL[chosen], abs=1e-3)


def test_nine_on_one_side_is_run_every_217_points_beside_the_limit() -> None:
    nine, limit = NELSON["9 on one side"], NELSON["1 beyond 3 sigma"]
    assert isinstance(nine, ZoneRule)
    assert isinstance(limit, ZoneRule)
    assert [run_length([limit, nine], shift) for shift in (0.0, 0.4, 1.0)] == pytest.approx(
        [216.6955, 79.9433, 17.0527], abs=1e-3
    )


@pytest.mark.parametrize(
    ("limit", "shift", "head_start", "printed"),
    [
        (4.0, 0.0, 0.0, 168.0),
        (4.0, 1.0, 0.0, 8.38),
        (5.0, 0.0, 0.0, 465.0),
        (5.0, 1.0, 0.0, 10.4),
        (4.0, 0.0, 0.5, 149.0),
        (4.0, 1.0, 0.5, 5.29),
        (5.0, 0.0, 0.5, 430.0),
        (5.0, 1.0, 0.5, 6.35),
    ],
)
def test_cusum_run_lengths_of_lucas_and_crosier(limit: float, shift: float, head_start: float, printed: float) -> None:
    """Technometrics 24 (1982), k = 0.5, printed to three digits."""
    assert cusum_run_length(0.5, limit, shift, head_start) == pytest.approx(printed, rel=3e-3)


@pytest.mark.parametrize(
    ("weight", "sigmas", "shift", "printed"),
    [(0.1, 2.814, 0.0, 500.0), (0.1, 2.814, 1.0, 10.3), (0.25, 2.998, 0.0, 500.0), (0.25, 2.998, 1.0, 11.1)],
)
def test_ewma_run_lengths_of_lucas_and_saccucci(weight: float, sigmas: float, shift: float, printed: float) -> None:
    """Technometrics 32 (1990), printed to three digits."""
    assert ewma_run_length(weight, sigmas, shift) == pytest.approx(printed, rel=4e-3)


LETTERS = (  # table I of MIL-STD-105E, a row a class of lots, levels S-1 to S-4 and I to III
    *("AAAAAAB", "AAAAABC", "AABBBCD", "ABBCCDE", "BBCCCEF", "BBCDDFG", "BCDEEGH", "BCDEFHJ", "CCEFGJK"),
    *("CDEGHKL", "CDFGJLM", "CDFHKMN", "DEGJLNP", "DEGJMPQ", "DEHKNQR"),
)
PLANS = {  # normal inspection, level II, n/Ac at AQL 0.25 to 10, arrows followed: R AQLSchemes 1.7-2
    2: "50/0 32/0 20/0 13/0 8/0 5/0 3/0 2/0 5/1",
    9: "50/0 32/0 20/0 13/0 8/0 5/0 3/0 2/0 5/1",
    16: "50/0 32/0 20/0 13/0 8/0 5/0 3/0 8/1 5/1",
    26: "50/0 32/0 20/0 13/0 8/0 5/0 13/1 8/1 8/2",
    51: "50/0 32/0 20/0 13/0 8/0 20/1 13/1 13/2 13/3",
    91: "50/0 32/0 20/0 13/0 32/1 20/1 20/2 20/3 20/5",
    151: "50/0 32/0 20/0 50/1 32/1 32/2 32/3 32/5 32/7",
    281: "50/0 32/0 80/1 50/1 50/2 50/3 50/5 50/7 50/10",
    501: "50/0 125/1 80/1 80/2 80/3 80/5 80/7 80/10 80/14",
    1201: "200/1 125/1 125/2 125/3 125/5 125/7 125/10 125/14 125/21",
    3201: "200/1 200/2 200/3 200/5 200/7 200/10 200/14 200/21 125/21",
    10001: "315/2 315/3 315/5 315/7 315/10 315/14 315/21 200/21 125/21",
    35001: "500/3 500/5 500/7 500/10 500/14 500/21 315/21 200/21 125/21",
    150001: "800/5 800/7 800/10 800/14 800/21 500/21 315/21 200/21 125/21",
}


def test_code_letters_of_the_standard() -> None:
    assert tuple("".join(code_letter(lot, level) for level in LEVELS) for lot in LOTS) == LETTERS
    assert code_letter(3200) == "K"  # the last of its class


@pytest.mark.parametrize("lot", PLANS)
def test_normal_single_plans_of_the_standard(lot: int) -> None:
    aqls = (0.25, 0.4, 0.65, 1.0, 1.5, 2.5, 4.0, 6.5, 10.0)
    found = [sampling_plan(lot, aql) for aql in aqls]
    assert " ".join(f"{plan.sample_size}/{plan.accept}" for plan in found) == PLANS[lot]
    assert all(plan.reject == plan.accept + 1 for plan in found)
    assert {plan.code_letter for plan in found} == {code_letter(lot)}


@pytest.mark.parametrize(
    ("lot", "aql", "inspection", "expected"),
    [
        (2000, 0.65, "normal", (125, 2, 3)),  # Montgomery, chapter 15: N = 2000, AQL 0.65, letter K
        (2000, 0.65, "tightened", (125, 1, 2)),
        (2000, 0.65, "reduced", (50, 1, 3)),
        (5000, 1.5, "tightened", (200, 5, 6)),  # vignette of AQLSchemes
    ],
)
def test_plans_of_the_other_inspections(lot: int, aql: float, inspection: str, expected: tuple[int, int, int]) -> None:
    plan = sampling_plan(lot, aql, inspection=inspection)
    assert (plan.sample_size, plan.accept, plan.reject) == expected


TIGHTENED = {  # rejection numbers at AQL 0.65 to 15, . an arrow down: MIL-STD-105E in the tables of the NIBS, table 1-B
    "A": ". . . . . . . .",
    "B": ". . . . . 1 . .",
    "C": ". . . . 1 . . 2",
    "D": ". . . 1 . . 2 3",
    "E": ". . 1 . . 2 3 4",
    "F": ". 1 . . 2 3 4 6",
    "G": "1 . . 2 3 4 6 9",
    "H": ". . 2 3 4 6 9 13",
    "J": ". 2 3 4 6 9 13 19",
}


def test_tightened_single_plans_of_the_standard() -> None:
    aqls = (0.65, 1.0, 1.5, 2.5, 4.0, 6.5, 10.0, 15.0)
    for letter, row in TIGHTENED.items():
        for aql, printed in zip(aqls, row.split(), strict=True):
            used, _, (accept, reject) = looked_up(letter, aql, "tightened")
            assert reject == accept + 1
            assert (str(reject) if used == letter else ".") == printed, (letter, aql)
            assert used >= letter


def test_double_plan_of_the_standard() -> None:
    """Vignette of AQLSchemes: 125/3/7, then 125/8/9."""
    plan = double_plan(5000, 1.5)
    assert (plan.first, plan.accept_first, plan.reject_first, plan.second, plan.accept) == (125, 3, 7, 125, 8)


def test_sample_sizes_of_the_letters() -> None:
    assert SIZES["normal"] == (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000)


def test_operating_characteristics() -> None:
    """R AcceptanceSampling 1.0.11: OC2c(10, 3) of its manual, (89, 2) of Montgomery, plans of letters H to L."""
    fractions = [0, 0.1, 0.2, 0.3, 0.4, 0.5]
    expected = [1, 0.9872048016, 0.8791261184, 0.6496107184, 0.3822806016, 0.171875]
    assert acceptance_probability(10, 3, fractions).tolist() == pytest.approx(expected, abs=1e-9)
    assert acceptance_probability(200, 10, 0.05) == pytest.approx(0.5830671820812, abs=1e-9)
    assert acceptance_probability(80, 5, 0.08) == pytest.approx(0.375020543606, abs=1e-9)
    assert acceptance_probability(20, 0, [0.05, 0.15]).tolist() == pytest.approx([0.3584859224085, 0.0387595310845])


def test_average_outgoing_quality_of_montgomery() -> None:
    fractions = [0.005, 0.01, 0.02, 0.03, 0.05, 0.09]
    passed = [0.9896875501933, 0.9396899183136, 0.7365775756967, 0.4984828379386, 0.1720768642287, 0.0108864323262]
    left = [
        0.004904396654983,
        0.009313266780406,
        0.014600440705459,
        0.01482139022043,
        0.008527269006855,
        0.000971058877068,
    ]
    assert acceptance_probability(89, 2, fractions).tolist() == pytest.approx(passed, abs=1e-10)
    assert average_outgoing_quality(89, 2, fractions, 10_000).tolist() == pytest.approx(left, abs=1e-10)
    assert average_outgoing_limit(89, 2, 10_000).quality == pytest.approx(0.0155, abs=5e-4)  # "about 1.55 %"


def test_plans_for_two_risks() -> None:
    """R AcceptanceSampling 1.0.11, find.plan(PRP = c(.05, .95), CRP = c(.15, .075)), binomial and a lot of 100."""
    assert (found := find_plan(0.05, 0.05, 0.15, 0.075)) == SamplingPlan(None, 80, 7, 8), found
    assert find_plan(0.05, 0.05, 0.15, 0.075, lot_size=100) == SamplingPlan(None, 47, 4, 5)


def test_switching_scheme_of_stephens_and_larson() -> None:
    """Normal (200, 7) with tightened (200, 5): the vignette of AQLSchemes prints the two points of risk."""
    scheme = SamplingPlan("L", 200, 7, 8), SamplingPlan("L", 200, 5, 6)
    found = scheme_acceptance(*scheme, [0.019296, 0.045884])
    assert found.tolist() == pytest.approx([0.950537840848, 0.0999461627398], abs=1e-9)


def test_sequential_plan_of_the_nist_handbook() -> None:
    """Parameters of e-Handbook 6.2.6."""
    plan = sprt(0.01, 0.10, 0.05, 0.10)
    assert (plan.h1, plan.h2, plan.s) == pytest.approx(
        (0.93886160256666, 1.20537864630054, 0.03974743221087), abs=1e-12
    )
    assert plan.least_accepted == 24


# Taylor and Ashe (1983), as in Mack, ASTIN Bulletin 23 (1993)
TAYLOR_ASHE = [
    [357848, 1124788, 1735330, 2218270, 2745596, 3319994, 3466336, 3606286, 3833515, 3901463],
    [352118, 1236139, 2170033, 3353322, 3799067, 4120063, 4647867, 4914039, 5339085],
    [290507, 1292306, 2218525, 3235179, 3985995, 4132918, 4628910, 4909315],
    [310608, 1418858, 2195047, 3757447, 4029929, 4381982, 4588268],
    [443160, 1136350, 2128333, 2897821, 3402672, 3873311],
    [396132, 1333217, 2180715, 2985752, 3691712],
    [440832, 1288463, 2419861, 3483130],
    [359480, 1421128, 2864498],
    [376686, 1363294],
    [344014],
]


def test_chain_ladder_of_taylor_and_ashe() -> None:
    """Mack prints reserves of 18,681 thousand with an error of 2,447 thousand; errors by year: chainladder 0.10.1."""
    found = chain_ladder(TAYLOR_ASHE)
    assert found.outstanding.sum() == pytest.approx(18_680_856, abs=1)
    assert found.total_error == pytest.approx(2_447_095, abs=1)
    by_year = [0, 75535.04075748847, 121698.56164542316, 133548.85301207818, 261406.44934268497]
    by_year += [411009.7038810533, 558316.8580711902, 875327.5119113588, 971257.8064699423, 1363154.9117323074]
    assert found.standard_error.tolist() == pytest.approx(by_year, abs=1e-3)


# UCI Online Retail, returns by month of sale and months since, December 2010 to November 2011
UCI = [
    [304, 490, 526, 536, 554, 559, 566, 567, 567, 573, 574, 580],
    [308, 417, 438, 453, 460, 464, 495, 497, 500, 509, 512],
    [174, 330, 379, 399, 404, 414, 421, 446, 450, 457],
    [357, 504, 542, 562, 589, 594, 615, 628, 637],
    [263, 358, 386, 400, 417, 440, 456, 461],
    [365, 545, 578, 594, 621, 636, 655],
    [360, 528, 563, 595, 636, 644],
    [301, 478, 547, 584, 603],
    [336, 483, 526, 554],
    [356, 707, 769],
    [501, 824],
    [477],
]


def test_the_newest_month_of_uci_shows_half_of_its_returns() -> None:
    """477 returns so far, 973 in the end; factors and ultimates by chainladder 0.10.1."""
    found = chain_ladder(UCI)
    factors = [1.5624827586206897, 1.0855371900826447, 1.042809364548495, 1.0390492359932089, 1.0190165715838087]
    factors += [1.0325072417122627, 1.018018018018018, 1.0074836295603367, 1.014502307185234]
    factors += [1.0036968576709797, 1.0104529616724738]
    assert found.factors.tolist() == pytest.approx(factors, abs=1e-12)
    ends = [580, 517.35191638, 463.48412734, 655.40709285, 477.87094759, 691.20435767]
    ends += [701.68814823, 669.509637, 639.12442149, 925.13883138, 1076.09964699, 973.32726718]
    assert found.ultimate.tolist() == pytest.approx(ends, abs=1e-6)
    assert found.outstanding.sum() == pytest.approx(1197.2063940925436, abs=1e-6)


def test_pareto_of_qcc() -> None:
    """Documentation of R qcc, pareto.chart()."""
    counts = {"price code": 80, "schedule date": 27, "supplier code": 66, "contact num.": 94, "part num.": 33}
    found = pareto(pd.Series(counts))
    assert found.index.tolist() == ["contact num.", "price code", "supplier code", "part num.", "schedule date"]
    assert (100 * found["share"]).tolist() == pytest.approx([31.3333333333, 26.6666666667, 22.0, 11.0, 9.0])
    assert (100 * found["cumulative"]).tolist() == pytest.approx([31.3333333333, 58.0, 80.0, 91.0, 100.0])


def test_beta_prior_of_the_rat_tumours() -> None:
    """Tarone (1982), 71 groups; maximum likelihood by scipy's betabinom and Nelder–Mead."""
    zeros = "20*7 19*4 18*2 17"
    events = (
        [0] * 14 + [1] * 8 + [2] * 9 + [1, 5, 2, 5, 3, 2, 7, 7, 3, 3, 2, 9, 10, 4, 4, 4, 4, 4, 4, 4, 10, 4, 4, 4, 5]
    )
    events += [11, 12, 5, 5, 6, 5, 6, 6, 6, 6, 16, 15, 15, 9, 4]
    trials = [int(size) for part in zeros.split() for size in [part.split("*")[0]] * int((part + "*1").split("*")[1])]
    trials += [20, 20, 20, 20, 19, 19, 18, 18, 25, 24, 23, 20, 20, 20, 20, 20, 20, 10, 49, 19, 46, 27, 17, 49, 47, 20]
    trials += [20, 13, 48, 50, 20, 20, 20, 20, 20, 20, 20, 48, 19, 19, 19, 22, 46, 49, 20, 20, 23, 19, 22, 20, 20, 20]
    trials += [52, 46, 47, 24, 14]
    prior = beta_prior(events, trials).prior
    assert (prior.events, prior.others) == pytest.approx((2.34161464, 14.1148056), abs=1e-5)
    assert (prior.events + 4) / (prior.events + prior.others + 14) == pytest.approx(0.20821930446413722, abs=1e-6)
