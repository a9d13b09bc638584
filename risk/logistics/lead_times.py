"""How long parcels take, with those still under way counted for what is known of them: at least so many days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, Sentence, at_least, between, positive, vector
from risk.logistics.punctuality import Day, local_dates, local_day
from risk.loss.special import ndtri

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

COVERAGE = 0.95
SAME_DAY = 0.5  # days of a parcel that arrives on the day it was shipped: between 0 and 1, and a fit needs above 0


LEFT_OUT = {
    "no dispatch": "{count:,} parcels have no date of dispatch: they are left out.",
    "impossible": "{count:,} parcels were delivered before they were shipped: they are left out, please check.",
    "undated": "{count:,} parcels were delivered on a day that is not recorded: they are left out.",
    "returned": "{count:,} parcels went back on a day that is not recorded: they are left out.",
    "later": "{count:,} parcels were shipped after the day: they are left out.",
}


@dataclass(frozen=True)
class LeadTimes:
    """`rows`: columns days, delivered (False: at least so many), parcels (how many) and those that came with them.

    `notes` say what is not in them.
    """

    rows: pd.DataFrame
    notes: tuple[Sentence, ...]


def lead_times(shipments: pd.DataFrame, as_of: Day) -> LeadTimes:
    """Days from shipped_at to delivered_at, or to `as_of` for a parcel that was still open then, by local dates.

    A lost parcel stays open: it has been away at least that long. Left out, and counted in the notes, are parcels
    without a date of dispatch, delivered or returned on a day that is not recorded, delivered before they were shipped,
    or shipped after `as_of`. The rows keep the index of the shipments.
    """
    missing = [name for name in ("shipped_at", "delivered_at") if name not in shipments]
    if missing:
        raise InputError("the shipments have no column {names}", names=", ".join(missing))
    today = local_day(as_of)
    shipped, recorded = local_dates(shipments["shipped_at"]), local_dates(shipments["delivered_at"])
    status = shipments.get("status", pd.Series("unknown", shipments.index)).astype("object")
    states = {
        "no dispatch": shipped.isna(),
        "impossible": recorded < shipped,
        "undated": recorded.isna() & (status == "delivered"),
        "returned": recorded.isna() & (status == "returned"),
        "later": shipped > today,
        "arrived": recorded <= today,
    }
    days = (recorded.where(recorded <= today, today) - shipped).dt.days.astype("float64")
    codes = np.select(list(states.values()), list(range(len(states))), default=len(states)).astype(np.int64)
    state = pd.Categorical.from_codes(codes, categories=pd.Index([*states, "open"]))
    return counted_lead_times(pd.DataFrame({"days": days, "state": state, "parcels": 1}, index=shipments.index))


def counted_lead_times(counted: pd.DataFrame) -> LeadTimes:
    """The same out of the answer of `risk.orders.questions.transit_days`: columns days, state, parcels and any others.

    `state` is arrived, open, or a key of `LEFT_OUT`.
    """
    totals = counted.groupby("state", observed=True)["parcels"].sum()
    notes = [Sentence(words, count=int(totals[name])) for name, words in LEFT_OUT.items() if totals.get(name, 0)]
    known = counted[~counted["state"].isin(list(LEFT_OUT))]
    notes += _about(rows := known.assign(delivered=known["state"] == "arrived").drop(columns="state"))
    return LeadTimes(rows.assign(days=rows["days"].where(rows["days"] > 0, SAME_DAY)), tuple(notes))


def _about(rows: pd.DataFrame) -> list[Sentence]:
    notes = []
    same_day, waiting = (int(rows.loc[chosen, "parcels"].sum()) for chosen in (rows["days"] == 0, ~rows["delivered"]))
    if same_day:
        words = "{count:,} parcels are in their first day: they count as {days} days."
        notes.append(Sentence(words, count=same_day, days=SAME_DAY))
    if waiting:
        words = "{count:,} of {parcels:,} parcels are still under way: each counts for the days it has taken so far."
        notes.append(Sentence(words, count=waiting, parcels=int(rows["parcels"].sum())))
    return notes


@dataclass(frozen=True, eq=False)
class Observed:
    """Days, whether the parcel arrived, and how many parcels each row stands for; arrays of one length."""

    days: Floats
    arrived: Flags
    parcels: Floats

    @classmethod
    def of(cls, durations: ArrayLike, delivered: ArrayLike, parcels: ArrayLike | None = None) -> Observed:
        """The three, checked: no days below 0 or unknown, yes or no for each; rows that stand for none fall away."""
        days, arrived = vector("durations", durations), np.asarray(delivered)
        count = np.ones_like(days) if parcels is None else vector("parcels", parcels)
        for name, column in (("delivered", arrived), ("parcels", count)):
            if column.shape != days.shape:
                raise InputError(
                    "there are {days} durations, and {name} has {size}", days=days.size, name=name, size=column.size
                )
        if (days < 0).any():
            raise InputError(
                "{count} durations are below 0: delivered before shipped, please check", count=int((days < 0).sum())
            )
        if arrived.dtype != bool and (pd.isna(arrived).any() or not np.isin(arrived, (0, 1)).all()):
            raise InputError("delivered must say yes or no for each parcel")
        if (count < 0).any() or not count.any():
            raise InputError("each row must stand for 0 or more parcels, and one of them for some")
        seen = cls(days, arrived.astype(bool), count)
        return seen if (count > 0).all() else seen.where(count > 0)

    @cached_property
    def by_day(self) -> tuple[Floats, Floats, Floats]:
        """The distinct days ascending, and how many parcels and arrivals each has."""
        codes, days = pd.factorize(self.days)  # with few distinct days far cheaper than to sort the parcels
        order = np.argsort(days)
        here, gone = (
            np.bincount(codes, part, days.size)[order] for part in (self.parcels, self.parcels * self.arrived)
        )
        return days[order], here.astype(np.float64), gone.astype(np.float64)

    def at_risk(self, times: Floats) -> Floats:
        """Parcels not gone before each of these days."""
        days, parcels, _ = self.by_day
        return _from_here_on(parcels)[np.searchsorted(days, times)]

    def where(self, chosen: Flags) -> Observed:
        """The chosen rows only."""
        return Observed(self.days[chosen], self.arrived[chosen], self.parcels[chosen])


@dataclass(frozen=True, eq=False)
class Counts:
    """Parcels by distinct days on which one arrived: at risk just before, and arrivals; all arrays of one length."""

    time: Floats
    at_risk: Floats
    events: Floats

    @classmethod
    def of(cls, seen: Observed) -> Counts:
        """Counts on the days of arrival; one that leaves on the day of an arrival is still at risk on it."""
        days, parcels, arrived = seen.by_day
        some = arrived > 0
        return cls(days[some], _from_here_on(parcels)[:-1][some], arrived[some])

    @property
    def survival(self) -> Floats:
        """Share of parcels that take longer than each time."""
        return np.asarray(np.cumprod(1 - self.events / self.at_risk), dtype=np.float64)

    @property
    def hazard_variance(self) -> Floats:
        """Greenwood's sum, Σ d / (n (n − d)); infinite once all have arrived."""
        with np.errstate(divide="ignore"):
            return np.cumsum(self.events / (self.at_risk * (self.at_risk - self.events)))


def _from_here_on(parcels: Floats) -> Floats:
    """Sums from each place to the end, and 0 past it."""
    return np.append(np.cumsum(parcels[::-1])[::-1], 0.0)


def kaplan_meier(
    durations: ArrayLike, delivered: ArrayLike, coverage: float = COVERAGE, parcels: ArrayLike | None = None
) -> pd.DataFrame:
    """Share of parcels that take longer than each number of days: time, at_risk, events, survival, error, low, high.

    `parcels` is how many each row stands for, 1 where left out. A row a distinct day of arrival; none where all parcels
    are open. `error` is Greenwood's standard error; low and
    high are the log-log interval, which stays within 0 and 1 (R's default is the log one). After the last arrival of
    all, survival is 0 and has neither. Source: Kaplan and Meier, Journal of the American Statistical Association 53
    (1958); Kalbfleisch and Prentice, The statistical analysis of failure time data, 2nd edition (2002), 1.4.
    """
    counts = Counts.of(Observed.of(durations, delivered, parcels))
    survival, hazard = counts.survival, counts.hazard_variance
    score = -float(ndtri((1 - between("coverage", coverage, 0.0, 1.0)) / 2))
    inner = (survival > 0) & (survival < 1)
    error, low, high = (np.full(survival.shape, np.nan) for _ in range(3))
    error[inner] = survival[inner] * np.sqrt(hazard[inner])
    width = np.exp(score * np.sqrt(hazard[inner]) / -np.log(survival[inner]))
    low[inner], high[inner] = survival[inner] ** width, survival[inner] ** (1 / width)
    columns = {"time": counts.time, "at_risk": counts.at_risk.astype(int), "events": counts.events.astype(int)}
    return pd.DataFrame({**columns, "survival": survival, "error": error, "low": low, "high": high})


def lead_time_quantiles(curve: pd.DataFrame, shares: Sequence[float] = (0.5, 0.8, 0.9, 0.95)) -> pd.DataFrame:
    """Days within which these shares of parcels arrive, of a `kaplan_meier`: share, days, low, high.

    NaN where the curve, or the end of its interval, is not reached: too many parcels are still under way to say.
    Source: Brookmeyer and Crowley, Biometrics 38 (1982).
    """
    # The interval of a quantile is where that of the curve crosses it: the lower end of the curve gives its lower end.
    columns = {"days": "survival", "low": "low", "high": "high"}
    rows = [{name: _first_below(curve, source, share) for name, source in columns.items()} for share in shares]
    return pd.DataFrame(rows).assign(share=list(shares))[["share", *columns]]


def _first_below(curve: pd.DataFrame, column: str, share: float) -> float:
    left = 1 - between("share", share, 0.0, 1.0)
    # 1 − 0.9 is not 0.1 in binary, and a curve of tenths would miss its own step.
    reached = curve.loc[curve[column] <= left + 1e-12, "time"]
    return float(reached.iloc[0]) if len(reached) else np.nan


@dataclass(frozen=True)
class RestrictedMean:
    """Mean days of a parcel, each counted for at most `horizon`, with its standard error."""

    days: float
    error: float
    horizon: float


def restricted_mean(
    durations: ArrayLike, delivered: ArrayLike, horizon: float | None = None, parcels: ArrayLike | None = None
) -> RestrictedMean:
    """Area under the curve up to `horizon`, by default the longest observed; past it nothing is known and is refused.

    Source: Klein and Moeschberger, Survival analysis, 2nd edition (2003), section 4.5.
    """
    seen = Observed.of(durations, delivered, parcels)
    longest = float(seen.days.max())
    end = longest if horizon is None else positive("horizon", horizon)
    if end > longest and not seen.arrived[seen.days == longest].all():
        raise InputError(
            "no parcel was observed for more than {longest:g} days: the mean up to {horizon:g} is not known",
            longest=longest,
            horizon=end,
        )
    counts = Counts.of(seen)
    inside = counts.time < end
    times, left = np.append(counts.time[inside], end), np.append(1.0, counts.survival[inside])
    areas = np.diff(times, prepend=0.0) * left
    beyond = areas.sum() - np.cumsum(areas)[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.square(beyond) * (counts.events / (counts.at_risk * (counts.at_risk - counts.events)))[inside]
    return RestrictedMean(float(areas.sum()), float(np.sqrt(np.nan_to_num(parts).sum())), end)


@dataclass(frozen=True)
class LogRank:
    """Do groups take equally long? `p_value` is the chance of a statistic at least this large if they do.

    `groups`: index the group; parcels, delivered (observed), expected if all groups were alike.
    """

    statistic: float
    degrees: int
    p_value: float
    groups: pd.DataFrame


def log_rank(
    durations: ArrayLike,
    delivered: ArrayLike,
    group: ArrayLike,
    strata: ArrayLike | None = None,
    parcels: ArrayLike | None = None,
) -> LogRank:
    """The log-rank test of carriers or modes, within `strata` (lanes) where given; a missing group is one of its own.

    Source: Mantel, Cancer Chemotherapy Reports 50 (1966); Kalbfleisch and Prentice (2002), section 1.5.
    """
    from scipy.special import chdtrc

    number = np.size(durations)
    each = np.ones(number) if parcels is None else np.asarray(parcels, dtype=np.float64)
    codes, names = pd.factorize(pd.Series(np.asarray(group)), use_na_sentinel=False)
    layers = np.zeros(number, int) if strata is None else pd.factorize(np.asarray(strata), use_na_sentinel=False)[0]
    if codes.size != number or layers.size != number:
        raise InputError("each parcel needs one group and one stratum")
    at_least("number of groups", len(names), 2)
    seen, kept = Observed.of(durations, delivered, each), each > 0
    codes, layers = codes[kept], layers[kept]
    expected, covariance = np.zeros(len(names)), np.zeros((len(names), len(names)))
    for layer in np.unique(layers):
        inside = layers == layer
        more, spread = _expected(seen.where(inside), codes[inside], len(names))
        expected, covariance = expected + more, covariance + spread
    total, arrived = (np.bincount(codes, seen.parcels * part, len(names)) for part in (1, seen.arrived))
    # A group that is never at risk beside another has no variance: it adds neither to the statistic nor to the degrees.
    degrees = int(np.linalg.matrix_rank(covariance))
    gap = arrived - expected
    statistic = float(gap @ np.linalg.pinv(covariance, hermitian=True) @ gap)
    columns = {"parcels": total.astype(int), "delivered": arrived.astype(int), "expected": expected}
    p_value = float(chdtrc(degrees, statistic)) if degrees else np.nan
    return LogRank(statistic, degrees, p_value, pd.DataFrame(columns, index=pd.Index(names, name="group")))


def _expected(seen: Observed, codes: NDArray[np.int64], groups: int) -> tuple[Floats, Floats]:
    """Arrivals expected of each group if all were alike, shape (groups,), and their covariance."""
    whole = Counts.of(seen)
    at_risk = np.array([seen.where(codes == group).at_risk(whole.time) for group in range(groups)])
    share = at_risk / whole.at_risk
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(whole.at_risk > 1, whole.events * (whole.at_risk - whole.events) / (whole.at_risk - 1), 0.0)
    covariance = np.diag(share @ weight) - (share * weight) @ share.T
    return share @ whole.events, covariance
