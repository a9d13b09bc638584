"""Inspection of lots: acceptance against counting by hand, arrows, switching, and what is shipped."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from risk.checks import InputError
from risk.loss.updating import BetaProbability
from risk.quality import (
    DoublePlan,
    SamplingPlan,
    acceptance_probability,
    average_outgoing_limit,
    average_outgoing_quality,
    double_plan,
    find_plan,
    inspect_lots,
    sampling_plan,
    scheme_acceptance,
    shipped_under_belief,
)
from risk.quality.inspection.standard import AQLS, INSPECTIONS, LETTERS, LEVELS, SIZES, looked_up


def test_a_small_lot_is_counted_out() -> None:
    """5 of 20 defective, 6 drawn, at most 1 accepted: ways to draw 0 or 1 of the 5."""
    ways = comb(15, 6) + 5 * comb(15, 5)
    assert acceptance_probability(6, 1, 0.25, lot_size=20) == pytest.approx(ways / comb(20, 6))
    assert acceptance_probability(6, 1, 0.25, lot_size=10_000_000) == pytest.approx(
        acceptance_probability(6, 1, 0.25), rel=1e-5
    )


def test_a_sample_with_as_many_accepted_as_units_passes_everything() -> None:
    assert acceptance_probability(3, 3, [0.0, 0.5, 1.0]).tolist() == [1.0, 1.0, 1.0]


def test_plans_are_refused_that_cannot_be() -> None:
    with pytest.raises(InputError, match="larger than the lot"):
        acceptance_probability(30, 1, 0.1, lot_size=20)
    with pytest.raises(InputError, match="between 0 and 1"):
        acceptance_probability(30, 1, 2.5)
    with pytest.raises(InputError, match=r"nearest is 2\.5"):
        sampling_plan(500, 3.0)
    with pytest.raises(InputError, match="level"):
        sampling_plan(500, 2.5, level="IV")
    with pytest.raises(InputError, match="must be below"):
        find_plan(0.1, 0.05, 0.05, 0.1)
    with pytest.raises(InputError, match="No sample of up to 50"):
        find_plan(0.10, 0.05, 0.105, 0.05, lot_size=50)  # five defectives either way


def test_every_letter_and_aql_leads_to_a_plan_whose_numbers_are_in_order() -> None:
    for inspection in INSPECTIONS:
        for letter in LETTERS[:16]:
            for aql in AQLS:
                used, size, (accept, reject) = looked_up(letter, aql, inspection)
                assert 0 <= accept < reject
                assert size == SIZES[inspection][LETTERS.index(used)]
                assert inspection == "reduced" or reject == accept + 1


def test_the_strictest_tightened_plan_has_a_letter_of_its_own() -> None:
    assert looked_up("R", 0.025, "tightened") == ("S", 3150, (1, 2))
    assert looked_up("R", 0.010, "tightened") == ("R", 2000, (0, 1))


@pytest.mark.parametrize("aql", [0.4, 1.0, 2.5, 4.0])
@pytest.mark.parametrize("lot", [200, 1_000, 5_000, 20_000])
def test_tightened_plans_accept_less_and_reduced_ones_more(aql: float, lot: int) -> None:
    passed = []
    for inspection in ("tightened", "normal", "reduced"):
        plan = sampling_plan(lot, aql, inspection=inspection)
        passed.append(acceptance_probability(plan.sample_size, plan.reject - 1, 3 * aql / 100))
    assert passed == sorted(passed)


def test_normal_plans_seldom_reject_a_lot_at_its_aql() -> None:
    """The standard promises the producer some 88 % (accept 0) to 99 %."""
    for level in LEVELS:
        for aql in (0.65, 1.0, 2.5, 4.0, 6.5):
            plan = sampling_plan(3_000, aql, level)
            assert 0.85 < acceptance_probability(plan.sample_size, plan.accept, aql / 100) < 0.999


def test_a_lot_smaller_than_its_sample_is_inspected_as_a_whole() -> None:
    plan = sampling_plan(6, 0.65)
    assert (plan.code_letter, plan.sample_size, plan.accept) == ("A", 20, 0)
    assert [note.template.split()[0] for note in plan.notes] == ["At", "The"]
    assert not sampling_plan(5_000, 1.5).notes


def test_the_outgoing_limit_is_the_top_of_the_curve() -> None:
    fractions = np.linspace(0, 0.3, 30_001)
    for size, accept, lot in ((89, 2, 10_000), (20, 0, None), (200, 10, None)):
        curve = average_outgoing_quality(size, accept, fractions, lot)
        limit = average_outgoing_limit(size, accept, lot)
        assert limit.quality == pytest.approx(curve.max(), rel=1e-6)
        assert limit.fraction == pytest.approx(fractions[curve.argmax()], abs=1e-4)


@pytest.mark.parametrize("lot", [None, 400])
def test_a_found_plan_is_the_smallest_that_keeps_both_risks(lot: int | None) -> None:
    p1, alpha, p2, beta = 0.02, 0.05, 0.10, 0.10
    found = find_plan(p1, alpha, p2, beta, lot)
    slow = next(
        (size, accept)
        for size in range(1, 400)
        for accept in range(size)
        if acceptance_probability(size, accept, p1, lot) >= 1 - alpha
        and acceptance_probability(size, accept, p2, lot) <= beta
    )
    assert (found.sample_size, found.accept) == slow


def test_two_rejections_in_five_lots_tighten_and_five_acceptances_loosen_again() -> None:
    found = [9, 0, 0, 0, 9, *[0] * 5, 0]
    table = inspect_lots([(5_000, bad) for bad in found], 1.5)
    assert table["accepted"].tolist() == [False, True, True, True, False, *[True] * 6]
    assert table["inspection"].tolist() == ["normal"] * 5 + ["tightened"] * 5 + ["normal"]
    assert table["accept"].tolist() == [7] * 5 + [5] * 5 + [7]
    apart = inspect_lots([(5_000, bad) for bad in (9, 0, 0, 0, 0, 9, 0)], 1.5)
    assert set(apart["inspection"]) == {"normal"}


def test_ten_good_lots_reduce_inspection_and_a_poor_one_ends_that() -> None:
    """3 points a lot that would have passed AQL 1.0 (200, 5) too; in reduced (80, 3, 6) four pass, but no more so."""
    table = inspect_lots([(5_000, bad) for bad in (*[5] * 10, 3, 4, 0)], 1.5)
    assert table["score"].tolist()[:10] == [*range(3, 30, 3), 0]
    assert table["inspection"].tolist() == ["normal"] * 10 + ["reduced"] * 2 + ["normal"]
    assert table["accepted"].all()
    broken = inspect_lots([(5_000, bad) for bad in (5, 5, 6, 5)], 1.5)
    assert broken["score"].tolist() == [3, 6, 0, 3]


def test_small_acceptance_numbers_score_two() -> None:
    table = inspect_lots([(200, 0)] * 16, 1.0)  # (50, 1)
    assert table["score"].tolist()[:15] == [*range(2, 30, 2), 0]
    assert table["inspection"].tolist()[-1] == "reduced"


def test_five_rejected_lots_in_tightened_inspection_stop_it() -> None:
    table = inspect_lots([(5_000, 20)] * 7, 1.5)
    assert table["inspection"].tolist() == ["normal"] * 2 + ["tightened"] * 5
    assert table["stopped"].tolist() == [False] * 6 + [True]
    with pytest.raises(InputError, match="300 defectives"):
        inspect_lots([(5_000, 300)], 1.5)


def test_switching_in_the_long_run_is_what_the_scheme_promises() -> None:
    """Without reduced inspection: 40,000 lots under the rules of tightening and loosening."""
    normal, tightened = SamplingPlan("L", 200, 7, 8), SamplingPlan("L", 200, 5, 6)
    rng = np.random.default_rng(14)
    state, recent, passed = normal, [], 0
    for bad in rng.binomial(200, 0.03, 40_000):
        accepted = bad <= state.accept
        passed += accepted
        recent.append(accepted)
        if state is normal and recent[-5:].count(False) >= 2:
            state, recent = tightened, []
        elif state is tightened and len(recent) >= 5 and all(recent[-5:]):
            state, recent = normal, []
    assert scheme_acceptance(normal, tightened, 0.03) == pytest.approx(passed / 40_000, abs=0.015)
    assert scheme_acceptance(normal, tightened, [0.0, 1.0]).tolist() == [1.0, 0.0]


def test_a_double_plan_by_simulation() -> None:
    plan = double_plan(5_000, 1.5)
    rng = np.random.default_rng(15)
    first, second = rng.binomial(125, 0.03, 100_000), rng.binomial(125, 0.03, 100_000)
    undecided = (first > 3) & (first < 7)
    passed = (first <= 3) | (undecided & (first + second <= 8))
    assert plan.acceptance_probability(0.03) == pytest.approx(passed.mean(), abs=0.006)
    assert plan.average_sample_number(0.03) == pytest.approx(125 + 125 * undecided.mean(), abs=0.8)
    assert plan.acceptance_probability([0.0, 1.0]).tolist() == pytest.approx([1.0, 0.0])


def test_double_plans_pass_about_what_single_ones_do() -> None:
    for lot, aql in ((5_000, 1.5), (1_000, 2.5), (20_000, 1.0), (400, 4.0)):
        single = sampling_plan(lot, aql)
        for fraction in (aql / 100, 2 * aql / 100, 4 * aql / 100):
            assert double_plan(lot, aql).acceptance_probability(fraction) == pytest.approx(
                acceptance_probability(single.sample_size, single.accept, fraction), abs=0.06
            )


def test_double_plans_are_refused_that_cannot_be() -> None:
    with pytest.raises(InputError, match="no double plan"):
        double_plan(100, 0.65)
    with pytest.raises(InputError, match="must rise"):
        DoublePlan(50, 3, 3, 50, 6)


def test_defectives_shipped_by_simulation() -> None:
    plan, belief = sampling_plan(1_000, 2.5), BetaProbability(2.0, 60.0)
    rng = np.random.default_rng(16)
    fraction = rng.beta(2, 60, 200_000)
    accepted = rng.binomial(plan.sample_size, fraction) <= plan.accept
    rest = fraction * (1_000 - plan.sample_size) * accepted
    found = shipped_under_belief(plan, belief, 1_000, cost=30.0)
    assert found.accepted == pytest.approx(accepted.mean(), abs=0.005)
    assert found.defectives == pytest.approx(rest.mean(), rel=0.01)
    assert found.defectives_if_accepted == pytest.approx(rest.mean() / accepted.mean(), rel=0.01)
    assert found.cost == pytest.approx(30 * found.defectives)
