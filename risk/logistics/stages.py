"""The six stages of a cross-border shipment: starting assumptions, and what own days put in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.checks import InputError, Sentence
from risk.logistics.lead_time_fit import LeadTimeFit, fit_lead_time
from risk.logistics.lead_times import SAME_DAY
from risk.logistics.pipeline import Stage, TypedHold
from risk.loss.severity import Gamma, Lognormal
from risk.reference import FACTS, Facts, hold_ranges, transit_times

ENOUGH = 30  # parcels whose days in a stage are known, from which own data speak; so too for a pair of stages

LINE_HAUL, DECLARATION = "line-haul", "export and import declaration"
# Days, 90 %, and whether they pass before delivery: starting assumptions but for the line-haul, see `starting_stages`.
STAGES: Mapping[str, tuple[float, float, bool]] = {
    "mode choice and dispatch": (0.25, 2.0, True),
    "overseas warehouse": (0.25, 2.0, True),
    DECLARATION: (0.1, 1.5, True),
    LINE_HAUL: (2.0, 10.0, True),
    "last mile": (0.5, 4.0, True),
    "after-sales": (3.0, 30.0, False),
}


def starting_stages(mode: str | None = None, warehouse: bool = False, facts: Facts = FACTS) -> tuple[Stage, ...]:
    """The six stages before any own data; without an overseas `warehouse` that stage takes no days and is left out.

    With a mode of `transit_times` the line-haul is what its typical days door to door leave after the medians of the
    other stages, at least half a day.
    """
    names = [name for name in STAGES if warehouse or name != "overseas warehouse"]
    ranges = {name: STAGES[name][:2] for name in names}
    said = Sentence("Starting assumption, please review.")
    words = dict.fromkeys(names, said)
    if mode is not None:
        typical = transit_times(facts)
        if mode not in typical.index:
            raise InputError("{mode} is not one of {modes}", mode=mode, modes=", ".join(typical.index))
        row = typical.loc[[mode]].iloc[0]
        low, high = float(row["days_low"]), float(row["days_high"])
        others = sum(np.sqrt(a * b) for name, (a, b) in ranges.items() if STAGES[name][2] and name != LINE_HAUL)
        ranges[LINE_HAUL] = max(low - others, 0.5), max(high - others, 1.0)
        words[LINE_HAUL] = Sentence(
            "{low:g} to {high:g} days door to door ({source}), less the other stages.",
            low=low,
            high=high,
            source=row["source"],
        )
    return tuple(
        Stage(name, Lognormal.from_interval(*ranges[name]), "assumed", words[name], STAGES[name][2]) for name in names
    )


def examinations(
    shares: Mapping[str, float], fx: float = 1.0, stage: str = DECLARATION, facts: Facts = FACTS
) -> tuple[TypedHold, ...]:
    """Examinations by customs as typed holds: `shares` of all parcels by kind, of `risk.reference.hold_ranges`.

    Days lie between the lowest and the highest of the sources with 90 %; cost is the middle of theirs, times `fx`
    (units of the reporting currency for 1 USD), and is one of a consignment: give `fx` divided by its parcels. Customs
    publish no shares: take the mean of a belief updated by own entries.
    """
    known = hold_ranges(facts)
    unknown = sorted(set(shares) - set(known.index))
    if unknown:
        raise InputError("{kinds}: not one of {known}", kinds=", ".join(unknown), known=", ".join(known.index))
    holds = []
    for kind, share in shares.items():
        row = known.loc[[kind]].iloc[0]
        cost = float(np.nan_to_num(row["cost_low"] + row["cost_high"])) / 2 * fx
        days = Lognormal.from_interval(float(row["days_low"]), float(row["days_high"]))
        holds.append(TypedHold(kind, stage, share, days, cost))
    return tuple(holds)


@dataclass(frozen=True, eq=False)
class FittedStages:
    """Stages with own days where there are enough, Spearman's correlation between them, and what was left aside.

    `rank_correlation` has shape (stages, stages), 0 where fewer than `ENOUGH` parcels have both; `pairs` says how many.
    """

    stages: tuple[Stage, ...]
    rank_correlation: NDArray[np.float64]
    pairs: NDArray[np.int64]
    notes: tuple[Sentence, ...]


def fit_stages(days: pd.DataFrame, assumed: Sequence[Stage], ended: pd.DataFrame | None = None) -> FittedStages:
    """Lognormal or gamma, by AIC, for each assumed stage of which `days` has a column with enough parcels.

    A row a parcel, NaN where it is not known; `ended` (same shape) is False where a parcel is still in the stage, so
    that its days are at least those. Days below 0 are counted and left out; 0 counts as half a day. A fit that did not
    converge leaves the assumption, and says so.
    """
    notes: list[Sentence] = []
    known = days.reindex(columns=[stage.name for stage in assumed]).astype("float64")
    stated = pd.DataFrame(index=known.index) if ended is None else ended
    over = stated.reindex_like(known).astype("boolean").fillna(True).astype(bool)
    wrong = known < 0
    for name, count in wrong.sum()[wrong.any()].items():
        notes.append(
            Sentence(
                "{count:,} parcels left {stage} before they entered it: left out, please check.",
                count=int(count),
                stage=name,
            )
        )
    known = known.mask(wrong).replace(0.0, SAME_DAY)
    stages = tuple(_fitted(stage, known[stage.name].dropna(), over[stage.name], notes) for stage in assumed)
    complete = known.where(over)
    there = complete.notna().to_numpy().astype(np.int64)
    pairs = there.T @ there
    ranks = complete.corr(method="spearman", min_periods=ENOUGH).fillna(0.0).to_numpy().copy()
    np.fill_diagonal(ranks, 1.0)
    return FittedStages(stages, ranks, pairs, tuple(notes))


def _fitted(stage: Stage, days: pd.Series, over: pd.Series, notes: list[Sentence]) -> Stage:
    ended = over.loc[days.index]
    if ended.sum() < ENOUGH:
        if len(days):
            notes.append(
                Sentence(
                    "{stage}: {count:,} parcels with known days are too few, the assumption stays.",
                    stage=stage.name,
                    count=int(ended.sum()),
                )
            )
        return stage
    if days[ended].nunique() < 3:
        notes.append(
            Sentence("{stage}: the days of its parcels hardly differ, the assumption stays.", stage=stage.name)
        )
        return stage
    best = min((fit_lead_time(days, ended, name) for name in ("lognormal", "gamma")), key=_order)
    if not best.converged:
        notes.append(Sentence("{stage}: the fit did not converge, the assumption stays.", stage=stage.name))
        return stage
    said = Sentence(
        "{name} fitted to {events:,} parcels, {open:,} more are still in it.",
        name=best.distribution,
        events=best.events,
        open=best.observations - best.events,
    )
    return replace(stage, days=severity_of(best), basis="fitted", source=said)


def severity_of(fit: LeadTimeFit) -> Lognormal | Gamma:
    """The fitted days as a distribution to draw from; Weibull has none here."""
    first, second = fit.parameters.values()
    if fit.distribution == "lognormal":
        return Lognormal(first, second)
    if fit.distribution == "gamma":
        return Gamma(first, second)
    raise InputError("days cannot be drawn from a {name} fit: take lognormal or gamma", name=fit.distribution)


def _order(fit: LeadTimeFit) -> tuple[bool, float]:
    return not fit.converged, fit.aic
