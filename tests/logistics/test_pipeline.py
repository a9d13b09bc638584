"""A shipment as stages: moments in closed form, common random numbers, common shocks, holds; stages out of own days."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from risk.checks import InputError
from risk.logistics import (
    CommonShock,
    Pipeline,
    Stage,
    TypedHold,
    examinations,
    fit_lead_time,
    fit_stages,
    late_change,
    starting_stages,
)
from risk.logistics.stages import DECLARATION, ENOUGH, LINE_HAUL, STAGES, severity_of
from risk.loss.severity import Fixed, Gamma, Lognormal

PARCELS = 60_000
PACK, HAUL, MILE = (
    Stage("pack", Lognormal(0.2, 0.5)),
    Stage("haul", Gamma(6.0, 1.5)),
    Stage("mile", Lognormal(0.7, 0.4)),
)
AFTER = Stage("after-sales", Lognormal(2.0, 0.5), to_door=False)
EXAM = TypedHold("exam", "haul", 0.04, Lognormal.from_interval(2, 14), cost=300.0)
PAPER = TypedHold("missing document", "haul", 0.02, Fixed(5.0), cost=40.0)
SAILING = CommonShock("sailing skipped", "haul", 0.1, Fixed(7.0))
WHOLE = Pipeline((PACK, HAUL, MILE, AFTER), (EXAM, PAPER), (SAILING,))
INDEPENDENT = Pipeline((PACK, HAUL, MILE))


def rng(seed: int = 3) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_independent_stages_have_the_mean_and_the_variance_of_their_sum() -> None:
    found = INDEPENDENT.simulate(PARCELS, rng())
    parts = [stage.days for stage in (PACK, HAUL, MILE)]
    variance = sum(part.variance for part in parts)
    assert found.total.mean() == pytest.approx(sum(part.mean for part in parts), abs=4 * np.sqrt(variance / PARCELS))
    assert found.total.var() == pytest.approx(variance, rel=0.03)
    shares = found.contributions(20.0)["variance"]
    assert shares.to_numpy() == pytest.approx([part.variance / variance for part in parts], abs=0.01)


def test_the_share_late_of_normal_logs_is_that_of_the_product_rule() -> None:
    """One lognormal stage: the share late is its survival, within the error that is stated."""
    late = Pipeline((HAUL,)).simulate(PARCELS, rng()).late(15.0)
    expected = stats.gamma(6.0, scale=1.5).sf(15.0)
    assert abs(late.share - expected) < 3 * late.error
    assert late.error == pytest.approx(np.sqrt(expected * (1 - expected) / PARCELS), rel=0.3)


def test_stages_have_the_rank_correlation_asked_for() -> None:
    asked = np.array([[1.0, 0.6, 0.0], [0.6, 1.0, -0.3], [0.0, -0.3, 1.0]])
    days = replace(INDEPENDENT, rank_correlation=asked).simulate(PARCELS, rng()).days
    assert stats.spearmanr(days.T).statistic == pytest.approx(asked, abs=0.015)


def test_shares_of_variance_and_of_lateness_each_sum_to_one() -> None:
    found = WHOLE.simulate(PARCELS, rng()).contributions(22.0)
    assert found["variance"].sum() == pytest.approx(1.0)
    assert found["lateness"].sum() == pytest.approx(1.0)
    assert found["part"].tolist() == ["pack", "haul", "mile", "exam", "missing document", "sailing skipped"]
    assert (found["saved"] > 0).all()


def test_contributions_by_the_slow_way() -> None:
    found = WHOLE.simulate(5_000, rng())
    table = found.contributions(22.0).set_index("part")
    days = dict(zip(found.names, found.days, strict=True))
    assert found.total == pytest.approx(sum(row for name, row in days.items() if name != "after-sales"))
    late = found.total > 22.0
    above = days["exam"][late].mean() - days["exam"].mean()
    assert table.loc["exam", "lateness"] == pytest.approx(above / (found.total[late].mean() - found.total.mean()))
    assert table.loc["exam", "late_without"] == np.mean(found.total - days["exam"] > 22.0)
    usual = found.total - days["mile"] + np.median(days["mile"])
    assert table.loc["mile", "late_without"] == np.mean(usual > 22.0)
    assert table.loc["exam", "saved"] == pytest.approx(late.mean() - table.loc["exam", "late_without"])


def test_nobody_late_has_no_share_of_lateness() -> None:
    found = WHOLE.simulate(1_000, rng()).contributions(1e6)
    assert found["lateness"].isna().all()
    assert (found["saved"] == 0).all()
    assert Pipeline((Stage("fixed", Fixed(2.0)),)).simulate(10, rng()).contributions(1.0)["variance"].isna().all()


def test_holds_strike_their_share_exclude_each_other_and_cost_what_they_cost() -> None:
    found = WHOLE.simulate(PARCELS, rng())
    days = dict(zip(found.names, found.days, strict=True))
    assert np.mean(days["exam"] > 0) == pytest.approx(0.04, abs=0.004)
    assert np.mean(days["missing document"] > 0) == pytest.approx(0.02, abs=0.003)
    assert not ((days["exam"] > 0) & (days["missing document"] > 0)).any()
    assert set(np.unique(days["missing document"])) == {0.0, 5.0}
    assert days["exam"][days["exam"] > 0].mean() == pytest.approx(EXAM.days.mean, rel=0.05)
    expected = 300 * np.mean(days["exam"] > 0) + 40 * np.mean(days["missing document"] > 0)
    assert found.hold_cost == pytest.approx(expected)


def test_a_shock_is_common_to_its_batch_so_that_bad_batches_are_worse_at_the_same_mean() -> None:
    def share(batch: int) -> tuple[float, float, float]:
        found = replace(WHOLE, batch=batch).simulate(PARCELS, rng())
        by_hundred = (found.total > 22.0).reshape(-1, 100).mean(axis=1)
        return found.late(22.0).share, float(np.quantile(by_hundred, 0.95)), found.late(22.0).error

    alone, together = share(1), share(100)
    assert together[0] == pytest.approx(alone[0], abs=4 * together[2])
    assert together[1] > 1.3 * alone[1]
    assert together[2] > 2 * alone[2]
    days = replace(WHOLE, batch=100).simulate(250, rng()).days[-1]
    assert all(len(np.unique(days[start : start + 100])) == 1 for start in (0, 100, 200))


def test_a_change_of_one_part_moves_no_other() -> None:
    before = WHOLE.simulate(2_000, rng())
    slower = replace(WHOLE, stages=(replace(PACK, days=Lognormal(1.0, 0.5)), HAUL, MILE, AFTER), shocks=())
    after = slower.simulate(2_000, rng())
    assert np.array_equal(before.days[1:6], after.days[1:6])
    assert not np.array_equal(before.days[0], after.days[0])


def test_common_random_numbers_make_the_difference_surer_than_its_parts() -> None:
    before = WHOLE.simulate(PARCELS, rng())
    after = replace(WHOLE, holds=(replace(EXAM, probability=0.02), PAPER)).simulate(PARCELS, rng())
    change = late_change(before, after, 22.0)
    assert change.share == pytest.approx(after.late(22.0).share - before.late(22.0).share)
    assert change.share < -3 * change.error
    assert change.error < before.late(22.0).error / 2
    with pytest.raises(InputError, match="same parcels"):
        late_change(before, WHOLE.simulate(100, rng()), 22.0)


def test_a_seed_fixes_the_parcels_and_quantiles_are_observed_days() -> None:
    first, again = WHOLE.simulate(500, rng()), WHOLE.simulate(500, rng())
    assert np.array_equal(first.days, again.days)
    assert not np.array_equal(first.days, WHOLE.simulate(500, rng(4)).days)
    assert np.isin(first.quantiles([0.5, 0.95]), first.total).all()
    assert np.isnan(WHOLE.simulate(3, rng()).late(22.0).error)


def test_the_error_of_the_share_is_the_spread_between_seeds() -> None:
    found = [WHOLE.simulate(10_250, rng(seed)).late(22.0) for seed in range(60)]
    assert np.std([late.share for late in found]) == pytest.approx(np.mean([late.error for late in found]), rel=0.3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stages": ()}, "stages"),
        ({"stages": (PACK, PACK)}, "same name"),
        ({"holds": (replace(EXAM, stage="moon"),)}, "moon"),
        ({"holds": (replace(EXAM, probability=0.7), replace(PAPER, probability=0.4))}, "held in haul"),
        ({"batch": 0}, "batch"),
    ],
)
def test_a_pipeline_that_cannot_be_is_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        replace(WHOLE, **change)


def test_shares_lie_between_0_and_1_and_a_stage_says_where_it_is_from() -> None:
    for broken in (lambda: replace(EXAM, probability=1.2), lambda: replace(SAILING, probability=-0.1)):
        with pytest.raises(InputError, match="probability of"):
            broken()
    with pytest.raises(InputError, match="basis"):
        replace(PACK, basis="guessed")


def test_the_six_stages_start_from_assumptions_that_say_so() -> None:
    stages = starting_stages(warehouse=True)
    assert [stage.name for stage in stages] == list(STAGES)
    assert len(stages) == 6
    assert all(stage.basis == "assumed" and "review" in stage.source for stage in stages)
    assert [stage.name for stage in stages if not stage.to_door] == ["after-sales"]
    assert "overseas warehouse" not in [stage.name for stage in starting_stages()]


def test_the_line_haul_of_a_mode_leaves_the_door_to_door_time_to_the_sum() -> None:
    stages = starting_stages("postal")
    total = Pipeline(stages).simulate(PARCELS, rng()).quantiles([0.05, 0.95])
    assert total == pytest.approx([15, 40], rel=0.15)
    haul = next(stage for stage in stages if stage.name == LINE_HAUL)
    assert "15 to 40 days door to door" in haul.source
    with pytest.raises(InputError, match="pigeon"):
        starting_stages("pigeon")


def test_examinations_are_holds_with_the_days_and_costs_of_the_facts() -> None:
    found = {hold.kind: hold for hold in examinations({"x-ray": 0.02, "intensive": 0.003}, fx=0.5)}
    low, high = found["x-ray"].days.quantile([0.05, 0.95])
    assert (low, high) == pytest.approx((1, 3))
    assert found["x-ray"].cost == pytest.approx((150 + 500) / 2 * 0.5)
    assert found["intensive"].stage == DECLARATION
    assert Pipeline(starting_stages(), tuple(found.values())).simulate(100, rng()).late(20).share >= 0
    with pytest.raises(InputError, match="palm reading"):
        examinations({"palm reading": 0.1})


def own_days(parcels: int = 400) -> pd.DataFrame:
    scores = stats.multivariate_normal([0, 0], [[1, 0.7], [0.7, 1]]).rvs(parcels, random_state=rng(8))
    pack, haul = np.exp(0.3 + 0.4 * scores[:, 0]), np.exp(2.0 + 0.3 * scores[:, 1])
    return pd.DataFrame({"pack": pack, "haul": haul, "mile": np.nan})


def test_own_days_replace_assumptions_and_bring_their_rank_correlation() -> None:
    days = own_days()
    found = fit_stages(days, (PACK, HAUL, MILE, AFTER))
    assert [stage.basis for stage in found.stages] == ["fitted", "fitted", "assumed", "assumed"]
    assert found.stages[2:] == (MILE, AFTER)
    expected = fit_lead_time(days["pack"], np.ones(400)).parameters
    assert found.stages[0].days == Lognormal(**expected)
    assert found.rank_correlation[0, 1] == pytest.approx(stats.spearmanr(days["pack"], days["haul"]).statistic)
    assert found.rank_correlation[0, 2] == 0
    assert found.pairs[0].tolist() == [400, 400, 0, 0]
    Pipeline(found.stages, rank_correlation=found.rank_correlation).simulate(100, rng())


def test_parcels_still_in_a_stage_count_for_the_days_they_have_been_in_it() -> None:
    days = own_days()
    limit = 9.0
    ended = pd.DataFrame({"haul": days["haul"] <= limit})
    found = fit_stages(days.assign(haul=days["haul"].clip(upper=limit)), (PACK, HAUL), ended)
    assert found.stages[1].days.mean == pytest.approx(days["haul"].mean(), rel=0.05)
    assert f"{int((~ended['haul']).sum())} more are still in it" in found.stages[1].source


def test_what_own_days_cannot_say_is_said() -> None:
    days = own_days(ENOUGH + 5)
    days.loc[0, "pack"] = -2.0
    days.loc[1, "haul"] = 0.0
    days["mile"] = 1.0
    short = days.assign(**{"after-sales": [3.0] * 4 + [np.nan] * (ENOUGH + 1)})
    found = fit_stages(short, (PACK, HAUL, MILE, AFTER))
    said = " ".join(found.notes)
    assert "1 parcels left pack before they entered it" in said
    assert "mile: the days of its parcels hardly differ" in said
    assert "after-sales: 4 parcels" in said
    assert [stage.basis for stage in found.stages] == ["fitted", "fitted", "assumed", "assumed"]


def test_a_weibull_fit_is_not_drawn_from() -> None:
    days = own_days()["haul"]
    assert isinstance(severity_of(fit_lead_time(days, np.ones(400), "gamma")), Gamma)
    with pytest.raises(InputError, match="weibull"):
        severity_of(fit_lead_time(days, np.ones(400), "weibull"))
