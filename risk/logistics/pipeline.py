"""A shipment as six stages one after the other: which of them makes parcels late, and by how much.

Days of a stage are drawn for each parcel; stages may be correlated by rank (a Gaussian copula). A typed hold stops some
parcels in a stage; a common shock stops a whole batch, parcels that travel together: a sailing that is skipped, a port
on strike. Everything is drawn from streams keyed by name: a stage that changes moves no other (common random numbers).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, Sentence, at_least, not_negative, one_of
from risk.loss.dependence.correlation import nearest_correlation, score_correlation, triangular_root
from risk.loss.severity import Severity
from risk.loss.special import ndtr
from risk.loss.streams import spawn

Floats = NDArray[np.float64]

BASES = ("fitted", "assumed")
_ASSUMED = Sentence("Starting assumption, please review.")
_INSIDE = 2.0**-53, 1 - 2.0**-53  # no table of quantiles answers at 0 or 1


@dataclass(frozen=True)
class Stage:
    """One leg: its days, whether they were `fitted` or `assumed`, and the words for it.

    `to_door` is False for what follows delivery (after-sales): it is simulated, and makes no parcel late.
    """

    name: str
    days: Severity
    basis: str = "assumed"
    source: Sentence = _ASSUMED
    to_door: bool = True

    def __post_init__(self) -> None:
        one_of("basis", self.basis, BASES)


@dataclass(frozen=True)
class TypedHold:
    """Parcels stopped in a stage for one reason (an examination): which share, for how long, at what cost each.

    Kinds of one stage exclude each other: a parcel is stopped for one reason at most.
    """

    kind: str
    stage: str
    probability: float
    days: Severity
    cost: float = 0.0

    def __post_init__(self) -> None:
        _share(self.kind, self.probability)
        not_negative("cost", self.cost)


@dataclass(frozen=True)
class CommonShock:
    """What delays all parcels of a batch together: with this probability a batch, by the same days for all of it."""

    name: str
    stage: str
    probability: float
    days: Severity

    def __post_init__(self) -> None:
        _share(self.name, self.probability)


@dataclass(frozen=True, eq=False)
class Pipeline:
    """Stages with their holds and shocks; `rank_correlation` is Spearman's between stages, shape (stages, stages).

    `batch` parcels travel together and share the shocks. Correlations that cannot hold together are replaced by the
    nearest that can.
    """

    stages: tuple[Stage, ...]
    holds: tuple[TypedHold, ...] = ()
    shocks: tuple[CommonShock, ...] = ()
    rank_correlation: ArrayLike | None = None
    batch: int = 500

    def __post_init__(self) -> None:
        at_least("number of stages", len(self.stages), 1)
        at_least("batch", self.batch, 1)
        stages = [stage.name for stage in self.stages]
        names = stages + [hold.kind for hold in self.holds] + [shock.name for shock in self.shocks]
        if len(set(names)) < len(names):
            raise InputError("two parts of the pipeline have the same name: {names}", names=", ".join(sorted(names)))
        for place in [hold.stage for hold in self.holds] + [shock.stage for shock in self.shocks]:
            one_of("stage", place, stages)
        for stage in stages:
            total = sum(hold.probability for hold in self.holds if hold.stage == stage)
            if total > 1 + 1e-12:
                raise InputError("{share:.1%} of the parcels are held in {stage}", share=total, stage=stage)

    def simulate(self, parcels: int, rng: Generator) -> Journeys:
        """So many parcels; the same seed gives a changed pipeline the same luck in every part that it shares."""
        at_least("parcels", parcels, 1)
        scores = self._scores(parcels, rng)
        door = {stage.name: stage.to_door for stage in self.stages}
        rows = [
            (stage.name, "stage", door[stage.name], _days(stage.days, ndtr(scores[place])))
            for place, stage in enumerate(self.stages)
        ]
        rows += [(hold.kind, "hold", door[hold.stage], days) for hold, days in self._held(parcels, rng)]
        rows += [(shock.name, "shock", door[shock.stage], self._struck(shock, parcels, rng)) for shock in self.shocks]
        names, kinds, counts, days = zip(*rows, strict=True)
        costs = {hold.kind: hold.cost for hold in self.holds}
        return Journeys(names, kinds, np.array(counts), np.array(days), self.batch, costs)

    def _scores(self, parcels: int, rng: Generator) -> Floats:
        """Standard normal scores, shape (stages, parcels); a row depends on its own stream and those before it."""
        own = np.array([spawn(rng, "stage", stage.name).standard_normal(parcels) for stage in self.stages])
        if self.rank_correlation is None:
            return own
        matrix = nearest_correlation(score_correlation(self.rank_correlation), [stage.name for stage in self.stages])
        return np.asarray(triangular_root(matrix.matrix) @ own)

    def _held(self, parcels: int, rng: Generator) -> list[tuple[TypedHold, Floats]]:
        found = []
        for stage in dict.fromkeys(hold.stage for hold in self.holds):
            luck, start = spawn(rng, "hold", stage).random(parcels), 0.0
            for hold in (hold for hold in self.holds if hold.stage == stage):
                chosen = (luck >= start) & (luck < start + hold.probability)
                start += hold.probability
                length = spawn(rng, "hold", stage, hold.kind).random(parcels)
                days = np.zeros(parcels)
                days[chosen] = _days(hold.days, length[chosen])
                found.append((hold, days))
        return found

    def _struck(self, shock: CommonShock, parcels: int, rng: Generator) -> Floats:
        stream, batches = spawn(rng, "shock", shock.name), -(-parcels // self.batch)
        luck, length = stream.random((2, batches))
        days = np.where(luck < shock.probability, _days(shock.days, length), 0.0)
        return np.repeat(days, self.batch)[:parcels]


@dataclass(frozen=True, eq=False)
class Journeys:
    """Simulated parcels: days of each part, shape (parts, parcels); `kinds` are stage, hold or shock.

    `to_door` says which parts count towards lateness; `costs` are those of one hold by its kind.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    to_door: NDArray[np.bool_]
    days: Floats
    batch: int
    costs: dict[str, float]

    @cached_property
    def total(self) -> Floats:
        """Days to the door, shape (parcels,)."""
        return np.asarray(self.days[self.to_door].sum(axis=0))

    def late(self, promised: float) -> LateShare:
        """Share of parcels that take longer than the promise."""
        return self.mean((self.total > promised).astype(np.float64))

    def by_batch(self, values: Floats) -> Floats:
        """Means of the batches, shape (batches,): parcels that travelled together."""
        starts = np.arange(0, values.size, self.batch)
        return np.asarray(np.add.reduceat(values, starts) / self._sizes)

    @property
    def _sizes(self) -> NDArray[np.int64]:
        parcels = self.days.shape[1]
        return np.diff(np.append(np.arange(0, parcels, self.batch), parcels))

    def mean(self, values: Floats) -> LateShare:
        """Mean over parcels, with the error of the mean of batches: those are independent, parcels in one are not."""
        weights, gaps = self._sizes / values.size, self.by_batch(values) - values.mean()
        count = weights.size
        error = np.sqrt(count / (count - 1) * np.square(weights * gaps).sum()) if count > 1 else np.nan
        return LateShare(float(values.mean()), float(error))

    def quantiles(self, shares: Sequence[float] = (0.5, 0.9, 0.95)) -> Floats:
        """Days within which these shares of parcels arrive, inverted_cdf."""
        return np.asarray(np.quantile(self.total, list(shares), method="inverted_cdf"))

    @property
    def hold_cost(self) -> float:
        """What holds cost a parcel on average, apart from the days."""
        rows = zip(self.names, self.days, strict=True)
        return float(sum(self.costs[name] * np.mean(days > 0) for name, days in rows if name in self.costs))

    def contributions(self, promised: float) -> pd.DataFrame:
        """What each part to the door adds, a row a part.

        Columns part, kind, mean, deviation (of its days), and

        - variance: Cov(days of the part, total) / Var(total); sums to 1;
        - lateness: days of the part above its mean, in late parcels, over those of the total; sums to 1;
        - late_without: share late if the part took its median (a stage), or never happened (hold, shock); `saved` is
          what that takes off, with the same luck in all other parts.

        NaN where nothing varies, or no parcel is late.
        """
        rows = np.flatnonzero(self.to_door)
        days, total = self.days[rows], self.total
        means, late = days.mean(axis=1), total > promised
        spread = total - total.mean()
        covariance = (days @ spread) / total.size
        above = days @ late / late.sum() - means if late.any() else np.full(rows.size, np.nan)
        whole = (covariance.sum(), above.sum())
        shares = [
            part / scale if scale > 0 else np.full(rows.size, np.nan)
            for part, scale in zip((covariance, above), whole, strict=True)
        ]
        typical = [np.median(self.days[row]) if self.kinds[row] == "stage" else 0.0 for row in rows]
        without = [
            float(np.mean(total - self.days[row] + usual > promised)) for row, usual in zip(rows, typical, strict=True)
        ]
        columns = {
            "part": [self.names[row] for row in rows],
            "kind": [self.kinds[row] for row in rows],
            "mean": means,
            "deviation": days.std(axis=1),
            "variance": shares[0],
            "lateness": shares[1],
            "late_without": without,
            "saved": late.mean() - np.array(without),
        }
        return pd.DataFrame(columns)


@dataclass(frozen=True)
class LateShare:
    """A share of late parcels and its Monte Carlo standard error; NaN for a single batch, of which none is known."""

    share: float
    error: float


def late_change(before: Journeys, after: Journeys, promised: float) -> LateShare:
    """How much the share of late parcels rises (below 0: falls) by a change, with common random numbers.

    Both must come from the same seed, so that the error is that of the difference.
    """
    if before.total.size != after.total.size or before.batch != after.batch:
        raise InputError("both pipelines must be simulated for the same parcels in the same batches")
    return before.mean((after.total > promised).astype(np.float64) - (before.total > promised))


def _days(severity: Severity, uniforms: Floats) -> Floats:
    inside = np.clip(uniforms, *_INSIDE)
    return severity.table(inside) if severity.smooth else severity.quantile(inside)


def _share(name: str, value: float) -> float:
    if not 0 <= value <= 1:
        raise InputError("the probability of {name} is {value}: it must lie between 0 and 1", name=name, value=value)
    return value
