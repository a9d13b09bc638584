"""Families together: their losses add up, their dependence is what was asked for, and measures are compared fairly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from risk.checks import InputError
from risk.enterprise import BestSet, Enterprise, best_set, dependence_range, family_table, rank
from risk.enterprise.ranking import SameYears, best_places, joint_effect, with_measures
from risk.loss.countermeasures import Countermeasure, Effect
from risk.loss.dependence import Driver
from risk.loss.frequency import Binomial, Poisson
from risk.loss.insurance import Insurance
from risk.loss.measures import expected_shortfall, value_at_risk
from risk.loss.perils import Peril
from risk.loss.register import Entry, FamilyRisk
from risk.loss.severity import Gamma, Lognormal

YEARS = 40_000


def family(name: str, *perils: Peril, loadings: Mapping[str, float] | None = None) -> FamilyRisk:
    return FamilyRisk(
        tuple(Entry(peril, peril.name, "expert", "A test.", loadings or {}) for peril in perils), "EUR", name
    )


def legal(loadings: Mapping[str, float] | None = None) -> FamilyRisk:
    fine = Peril("legal.fine", Poisson(0.2), Lognormal(11, 1.0))
    return family("legal", fine, Peril("legal.penalty", Poisson(4.0), Gamma(2.0, 900.0)), loadings=loadings)


def quality(loadings: Mapping[str, float] | None = None) -> FamilyRisk:
    return family("quality", Peril("quality.returns", Poisson(50.0), Gamma(1.5, 120.0)), loadings=loadings)


def enterprise(**fields: object) -> Enterprise:
    return Enterprise((legal(), quality()), "EUR", **fields)  # type: ignore[arg-type]


def test_without_dependence_the_enterprise_is_its_families_side_by_side() -> None:
    rng = np.random.default_rng(3)
    table = enterprise().simulate(YEARS, rng)
    assert table.drivers == ("legal.fine", "legal.penalty", "quality.returns")
    assert (table["quality.returns"] == quality().simulate(YEARS, rng)["quality.returns"]).all()


def test_a_copula_leaves_the_losses_of_each_family_as_they_are() -> None:
    loose = family_table(enterprise().simulate(YEARS, np.random.default_rng(3)))
    tied = enterprise(rank_correlation=np.array([[1.0, 0.6], [0.6, 1.0]]), copula="t")
    bound = family_table(tied.simulate(YEARS, np.random.default_rng(3)))
    for name in ("legal", "quality"):
        assert (np.sort(loose[name]) == np.sort(bound[name])).all()
    ranks = pd.DataFrame({name: bound[name] for name in bound.drivers}).corr("spearman").iloc[0, 1]
    assert ranks == pytest.approx(0.6, abs=0.05)


def test_the_largest_event_of_a_year_stays_with_its_year() -> None:
    """One event a year at most: the largest event is then the larger of the two families' losses, whatever meets."""
    once = [family(name, Peril(f"{name}.one", Binomial(1, 0.3), Lognormal(8, 1))) for name in ("legal", "ip")]
    tied = Enterprise(tuple(once), "EUR", rank_correlation=np.array([[1.0, 0.8], [0.8, 1.0]]))
    for model in (tied, replace(tied, rank_correlation=None)):
        table = model.simulate(YEARS, np.random.default_rng(1))
        for largest in (table.largest, family_table(table).largest):
            assert largest is not None
            assert (largest == table.losses.max(axis=1)).all()


def test_a_measure_makes_no_largest_event_larger() -> None:
    base, rng = enterprise(), np.random.default_rng(4)
    before, after = (model.simulate(YEARS, rng).largest for model in (base, with_measures(base, [HALVE, CHECK])))
    assert before is not None
    assert after is not None
    assert (after <= before * (1 + 1e-12)).all()
    assert (after < before).any()


def test_a_common_driver_makes_bad_years_common() -> None:
    """Cov(S_i, S_j) = m_i m_j w_i w_j Var(G) for yearly losses of two perils with a driver in common."""
    loadings = {"season": 0.8}
    both = Enterprise((legal(loadings), quality(loadings)), "EUR", (Driver("season", 0.5),))
    table = both.simulate(400_000, np.random.default_rng(5))
    means = [peril.mean for peril in (legal().perils[1], quality().perils[0])]
    found = np.cov(table["legal.penalty"], table["quality.returns"])[0, 1]
    assert found == pytest.approx(means[0] * means[1] * 0.8 * 0.8 * 0.5, rel=0.03)


def test_comonotonic_value_at_risk_is_the_sum_of_the_families() -> None:
    table = enterprise().simulate(YEARS, np.random.default_rng(7))
    families = family_table(table)
    alone = sum(value_at_risk(families[name], 0.95) for name in families.drivers)
    found = dependence_range(table, 0.95, np.random.default_rng(1))
    assert found.loc["comonotonic", "var"] == pytest.approx(alone, rel=1e-3)
    assert found["loss"].to_numpy() == pytest.approx([table.total.mean()] * 3)
    assert found.loc["independent", "es"] < found.loc["comonotonic", "es"]


def test_families_of_another_currency_or_of_the_same_name_are_refused() -> None:
    with pytest.raises(InputError, match="different names"):
        Enterprise((legal(), legal()), "EUR")
    with pytest.raises(InputError, match="A family is in EUR, the enterprise in USD"):
        Enterprise((legal(),), "USD").simulate(10, np.random.default_rng(0))


CHECK = Countermeasure("check", "Check", 500.0, {"legal.penalty": Effect(frequency=(0.2, 0.4, 0.6))})
HALVE = Countermeasure("halve", "Halve", 100.0, {"quality.returns": Effect(severity=(0.5, 0.5, 0.5))})
USELESS = Countermeasure("useless", "Useless", 50.0, {"quality.returns": Effect()})
COVER = Countermeasure(
    "cover",
    "Cover",
    9_000.0,
    changes={
        "legal": lambda model: model.changed(partial(Peril.insured, insurance=Insurance(limit=1e6)), {"legal.fine"})
    },  # type: ignore[attr-defined]
)


def test_expected_loss_avoided_is_the_closed_form() -> None:
    """Half of λ E[X] = 50 · 180 for a certain halving of the cost; a PERT(0.2, 0.4, 0.6) share of 4 · 1800."""
    found = rank(enterprise(), [CHECK, HALVE], 400_000, np.random.default_rng(11))
    assert found.loc["halve", "loss_avoided"] == pytest.approx(4500.0, rel=0.01)
    assert found.loc["check", "loss_avoided"] == pytest.approx(0.4 * 7200.0, rel=0.01)
    assert found.loc["check", "net_benefit"] == pytest.approx(found.loc["check", "loss_avoided"] - 500.0)


def test_the_error_of_a_certain_effect_is_simulation_alone_and_its_benefit_has_no_spread() -> None:
    found = rank(enterprise(), [HALVE], YEARS, np.random.default_rng(11)).loc["halve"]
    assert found["low"] == found["high"] == pytest.approx(found["net_benefit"])
    assert found["pays"] == 1.0
    assert 0 < found["loss_avoided_error"] < 0.01 * found["loss_avoided"]


def test_an_uncertain_effect_pays_with_the_probability_that_its_share_is_enough() -> None:
    """The check pays where its share exceeds 0.4: by symmetry of the PERT, in half of the cases at cost 0.4 · 7200."""
    dear = Countermeasure("dear", "Dear", 0.4 * 7200.0, CHECK.effects)
    assert rank(enterprise(), [dear], 400_000, np.random.default_rng(2)).loc["dear", "pays"] == pytest.approx(
        0.5, abs=0.06
    )


def test_a_measure_never_raises_a_loss_in_any_year() -> None:
    base = enterprise(rank_correlation=np.array([[1.0, 0.5], [0.5, 1.0]]))
    rng = np.random.default_rng(4)
    orders = base.orders(YEARS, rng)
    before = base.simulate(YEARS, rng, orders).losses
    for measure in (CHECK, HALVE, COVER):
        after = with_measures(base, [measure]).simulate(YEARS, rng, orders).losses
        assert (after <= before + 1e-9 * before).all()
        assert after.sum() < before.sum()


def test_overlapping_effects_never_take_away_more_than_there_is() -> None:
    strong = Effect(frequency=(0.8, 0.8, 0.8))
    twice = [Countermeasure(key, key, 0.0, {"legal.fine": strong}) for key in ("a", "b")]
    assert joint_effect(twice, {"legal.fine": 100.0}) == pytest.approx(100.0 * (1 - 0.2 * 0.2))


@pytest.mark.parametrize(
    ("budget", "keys"),
    [(0.0, ()), (120.0, ("halve",)), (600.0, ("check", "halve")), (1e9, ("check", "halve", "cover"))],
)
def test_the_best_set_under_a_budget(budget: float, keys: tuple[str, ...]) -> None:
    """The cover costs 9,000 and takes the fine's 0.2 · e^11.5 = 19,743 less what exceeds its limit."""
    found = best_set(enterprise(), [CHECK, HALVE, USELESS, COVER], budget, YEARS, np.random.default_rng(6))
    assert found.keys == keys
    assert found.annual_cost <= budget
    assert found.net_benefit >= 0.0


def test_nothing_is_the_best_set_where_nothing_pays() -> None:
    found = best_set(enterprise(), [USELESS], 1e6, 1000, np.random.default_rng(6))
    assert found == BestSet((), 0, 0.0, 0.0, 0.0)


def test_shortfall_avoided_is_what_the_simulated_years_say() -> None:
    base, rng = enterprise(), np.random.default_rng(9)
    found = rank(base, [HALVE], YEARS, rng, 0.99).loc["halve", "shortfall_avoided"]
    totals = [model.simulate(YEARS, rng).total for model in (base, with_measures(base, [HALVE]))]
    assert found == pytest.approx(expected_shortfall(totals[0], 0.99) - expected_shortfall(totals[1], 0.99))


def test_measures_are_simulated_as_if_everything_were_simulated_again() -> None:
    """Bit for bit, with drivers and a copula, whether a measure changes entries, a whole model or nothing."""
    drivers, tied = (Driver("season", 0.5),), np.array([[1.0, 0.6], [0.6, 1.0]])
    base = Enterprise((legal({"season": 0.8}), quality({"season": 1.0})), "EUR", drivers, tied)
    rng = np.random.default_rng(12)
    same = SameYears.of(base, 5_000, rng)
    for measures in ([CHECK], [HALVE], [COVER], [CHECK, HALVE, COVER], [USELESS], []):
        again = with_measures(base, measures).simulate(5_000, rng, base.orders(5_000, rng))
        assert (same.total(measures) == again.total).all()


def test_the_error_of_the_shortfall_avoided_is_that_of_batches() -> None:
    """The standard deviation of the estimate over 60 independent batches of 4,000 years."""
    before, after = (
        with_measures(enterprise(), measures).simulate(240_000, np.random.default_rng(14)).total.reshape(60, -1)
        for measures in ([], [CHECK, HALVE])
    )
    avoided = [expected_shortfall(x, 0.95) - expected_shortfall(y, 0.95) for x, y in zip(before, after, strict=True)]
    both = Countermeasure("both", "Both", 700.0, {**CHECK.effects, **HALVE.effects})
    row = rank(enterprise(), [both], 4_000, np.random.default_rng(14)).loc["both"]
    assert row["shortfall_avoided_error"] == pytest.approx(np.std(avoided, ddof=1), rel=0.35)
    assert row["shortfall_net_benefit"] == row["shortfall_avoided"] - 700.0


def test_the_best_set_is_the_one_that_a_slow_loop_over_all_sets_finds() -> None:
    rng = np.random.default_rng(21)
    means = {"legal.fine": 20_000.0, "legal.penalty": 7_000.0, "quality.returns": 9_000.0, "other": -50.0}
    for _ in range(20):
        measures = [
            Countermeasure(
                str(place),
                "A",
                float(rng.uniform(0, 4_000)),
                {
                    key: Effect(frequency=(share, share, share))
                    for key, share in zip(means, rng.random(3), strict=False)
                },
            )
            for place in range(7)
        ]
        changes, budget = rng.normal(0, 500, 7).tolist(), float(rng.uniform(0, 9_000))
        sets = [chosen for size in range(8) for chosen in combinations(range(7), size)]

        def promise(chosen: tuple[int, ...]) -> float:
            taken = [measures[place] for place in chosen]  # noqa: B023 - called in this round
            added = sum(changes[place] for place in chosen)  # noqa: B023
            return joint_effect(taken, means) + added - sum(measure.annual_cost for measure in taken)

        affordable = [chosen for chosen in sets if sum(measures[place].annual_cost for place in chosen) <= budget]
        assert tuple(best_places(measures, means, changes, budget)) == max(affordable, key=promise)


def test_of_sets_that_promise_alike_the_smallest_is_taken() -> None:
    free = [Countermeasure(key, key, 0.0, {"quality.returns": Effect()}) for key in "ab"]
    assert best_set(enterprise(), [*free, HALVE], 1e6, 1_000, np.random.default_rng(6)).keys == ("halve",)


def test_more_than_sixteen_measures_are_refused_and_sixteen_are_not() -> None:
    many = [replace(HALVE, key=str(place)) for place in range(17)]
    with pytest.raises(InputError, match="17 measures are too many"):
        best_set(enterprise(), many, 1e6, 100, np.random.default_rng(6))
    assert best_set(enterprise(), many[:16], 1e6, 100, np.random.default_rng(6)).net_benefit > 0


@pytest.mark.parametrize("share", [(0.5, 0.4, 0.6), (-0.1, 0.0, 0.1), (0.2, 0.5, 1.2)])
def test_shares_that_cannot_be_are_refused(share: tuple[float, float, float]) -> None:
    with pytest.raises(InputError, match="must rise and lie between 0 and 1"):
        Effect(frequency=share)
