"""All articles at once: which of thousands changed this week, with no more false alarms than somebody can look into.

A chart for each of 5,000 articles alarms hundreds of times a year without a cause. Each week's count is judged against
what the article's baseline and its peers lead to expect; alarms are then the weeks that are too unlikely for the number
of articles that were looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, Sentence, between, positive
from risk.loss import special
from risk.loss.updating import BetaProbability
from risk.quality.charts.attributes import SMALL
from risk.quality.charts.chart import Bools, Floats, phase_one
from risk.quality.priors import beta_prior, predictive_tails
from risk.quality.rules import WESTERN_ELECTRIC, Rule, completed
from risk.quality.sequential import CusumPath


@dataclass(frozen=True)
class Portfolio:
    """Articles (rows) by weeks (columns), judged; NaN where an article sold nothing or its counts cannot be.

    `rates` of shape (articles,) are those of the baseline, drawn towards the peers'; `z` the normal score of each week
    (0: as expected, 3: as unlikely as three standard deviations); `p_values` the chance of as many returns or more;
    `expected` the returns that were to be expected. `baseline` marks the weeks learned from, `prior` is what the peers
    say, `notes` what was set aside.
    """

    rates: Floats
    z: Floats
    p_values: Floats
    expected: Floats
    baseline: Bools
    prior: BetaProbability
    notes: tuple[Sentence, ...] = ()

    def rules(self, rules: Mapping[str, Rule] = WESTERN_ELECTRIC, least: float = SMALL) -> dict[str, Bools]:
        """Weeks that complete each run rule, of shape (articles, weeks).

        Weeks that expect fewer than `least` returns count as missing: where nothing usually comes back, every week lies
        on the same side, and a run of them is no news.
        """
        return completed(np.where(self.expected >= least, self.z, np.nan), rules)

    def within_budget(self, alarms_a_week: float) -> Bools:
        """Weeks too unlikely for so many false alarms a week, over all articles, on average or less.

        Each article that sold in a week has an equal share of the budget (Bonferroni). Baseline weeks are judged too:
        leave them out, or look at them as phase I.
        """
        sold = np.maximum((~np.isnan(self.p_values)).sum(axis=0), 1)
        found: Bools = self.p_values <= np.minimum(positive("alarms_a_week", alarms_a_week) / sold, 1.0)
        return found

    def discoveries(self, share: float = 0.1) -> Bools:
        """Weeks of which no more than this share is expected to be false, week by week: see `false_discovery`."""
        return np.column_stack([false_discovery(week, share) for week in self.p_values.T])


class WeeklyCounts(NamedTuple):
    """Returns and deliveries of articles (rows) by week (columns, named by their Monday), for `chart_portfolio`."""

    articles: pd.Index
    weeks: pd.DatetimeIndex
    defectives: Floats
    sizes: Floats
    notes: tuple[Sentence, ...]


def weekly_counts(sold: pd.DataFrame, returned: pd.DataFrame) -> WeeklyCounts:
    """Counts by article and week out of rows with the columns article, at (timestamps) and units.

    Give returns the date of the order or delivery that they belong to, so that a bad batch stands in its own week, and
    none of the newest weeks, whose returns are still to come. Returns of a week in which the article was not sold, and
    rows without an article or a date, are left out and counted.
    """
    sizes = _by_week(sold)
    if sizes.empty:
        raise InputError("No row of what was sold names an article and a date.")
    weeks = pd.date_range(sizes.columns.min(), sizes.columns.max(), freq="7D")
    sizes, counts = sizes.reindex(columns=weeks, fill_value=0.0), _by_week(returned)
    matched = counts.reindex(index=sizes.index, columns=weeks, fill_value=0.0).where(sizes > 0, 0.0)
    missing = float(returned["units"].sum() - matched.to_numpy().sum())
    said = Sentence("Units returned that match no sale of their article and week: {units:,.0f}.", units=missing)
    notes = (said,) if missing else ()
    return WeeklyCounts(sizes.index, weeks, matched.to_numpy(), sizes.to_numpy(), notes)


def _by_week(rows: pd.DataFrame) -> pd.DataFrame:
    known = rows.dropna(subset=["article", "at"])
    days = known["at"].dt.normalize()
    monday = (days - pd.to_timedelta(days.dt.day_of_week, unit="D")).rename("week")
    sums = known["units"].astype("float64").groupby([known["article"], monday]).sum()
    return sums.reset_index().pivot_table(index="article", columns="week", values="units", fill_value=0.0)


def cusum_portfolio(
    portfolio: Portfolio, defectives: ArrayLike, sizes: ArrayLike, ratio: float = 2.0, alarms_a_week: float = 1.0
) -> CusumPath:
    """Sums of what speaks for odds of a return `ratio` times the usual, an article a row; they remember small changes.

    A step is the log-likelihood ratio of a week; sums never fall below 0, begin after the baseline, and begin again
    after a signal. The limit is log(articles / alarms a week), which all articles together exceed that often or less
    when nothing has changed and the usual rates are right: Lorden, Annals of Mathematical Statistics 42 (1971). Rates
    learned from short baselines bring more.
    """
    counts, units, _, _ = _read(defectives, sizes)
    if counts.shape != portfolio.z.shape:
        raise InputError("The counts are not those of the portfolio: {shape}.", shape=counts.shape)
    odds = 1 + positive("ratio - 1", ratio - 1)
    tilt = np.log1p(portfolio.rates[:, None] * (odds - 1))
    steps = np.where(portfolio.baseline, 0.0, np.nan_to_num(counts * np.log(odds) - units * tilt))
    limit = max(float(np.log(counts.shape[0] / positive("alarms_a_week", alarms_a_week))), 0.0)
    sums, last = np.empty_like(steps), np.zeros(steps.shape[0])
    for week in range(steps.shape[1]):
        last = np.maximum(np.where(last > limit, 0.0, last) + steps[:, week], 0.0)
        sums[:, week] = last
    return CusumPath(sums, (sums > limit) & (steps != 0))


def began(path: CusumPath) -> NDArray[np.int64]:
    """Place of the week in which each sum last began to rise: the likeliest week of the change behind a signal.

    Of the shape of the sums, which are those of `cusum_portfolio`; a sum of 0 begins with the next week.
    """
    weeks = np.arange(path.sums.shape[-1])
    ended = (path.sums == 0) | path.signals
    last = np.maximum.accumulate(np.where(ended, weeks, -1), axis=-1)
    before: NDArray[np.int64] = np.concatenate([np.full_like(last[..., :1], -1), last[..., :-1]], axis=-1)
    return np.where(path.sums == 0, weeks, before) + 1


def chart_portfolio(defectives: ArrayLike, sizes: ArrayLike, baseline: ArrayLike | None = None) -> Portfolio:
    """Weekly counts of many articles against what their baseline and their peers lead to expect.

    `defectives` and `sizes` of shape (articles, weeks); `baseline` as in `p_chart`, of weeks. The count of a week is
    beta-binomial under the article's rate as far as its baseline tells it, so that an article with little history is
    not alarmed about for what is not known of it. A baseline week is judged against a baseline that includes it. At
    least two articles with sales in the baseline.
    """
    counts, units, known, notes = _read(defectives, sizes)
    learning = phase_one(baseline, np.asarray(known.any(axis=0)))
    events = np.where(known, counts, 0.0)[:, learning].sum(axis=1)
    trials = np.where(known, units, 0.0)[:, learning].sum(axis=1)
    fit = beta_prior(events, trials)
    a, b = fit.prior.events + events, fit.prior.others + trials - events
    less, equal = predictive_tails(counts, units, a[:, None], b[:, None])
    z = special.ndtri(np.clip(less + equal / 2, 1e-300, 1 - 1e-16))
    never = int((trials == 0).sum())
    said = (
        Sentence(
            "Articles that sold nothing in the baseline and are judged by their peers alone: {count}.", count=never
        ),
    )
    notes += (said if never else ()) + ((fit.note,) if fit.note else ())
    rates = a / (a + b)
    return Portfolio(rates, z, _tail(less, equal), rates[:, None] * units, learning, fit.prior, notes)


def false_discovery(p_values: ArrayLike, share: float = 0.1) -> Bools:
    """Which of the p-values are discoveries, of which this share at most is expected to be false; NaN never is.

    Benjamini and Hochberg, Journal of the Royal Statistical Society B 57 (1995); discrete p-values only lower it.
    """
    values = np.asarray(p_values, dtype=np.float64)
    wanted = between("share", share, 0.0, 1.0)
    ordered = np.sort(values[~np.isnan(values)])
    passed = np.flatnonzero(ordered <= wanted * np.arange(1, ordered.size + 1) / max(ordered.size, 1))
    return values <= (ordered[passed[-1]] if passed.size else -1.0)


def alarm_table(portfolio: Portfolio, alarms: Bools, articles: ArrayLike, weeks: ArrayLike) -> pd.DataFrame:
    """Alarms as rows article, week, rate (usual), p_value, z; the newest week first, then the least likely."""
    row, column = np.nonzero(alarms)
    names, times = np.asarray(articles)[row], np.asarray(weeks)[column]
    chance, score = portfolio.p_values[row, column], portfolio.z[row, column]
    columns = {"article": names, "week": times, "rate": portfolio.rates[row], "p_value": chance, "z": score}
    return pd.DataFrame(columns).sort_values(["week", "p_value"], ascending=[False, True], ignore_index=True)


def _tail(less: Floats, equal: Floats) -> Floats:
    """P(count >= counts): 1 − P(count < counts), never below what the count itself has."""
    found: Floats = np.maximum(1.0 - less, equal)
    return found


def _read(defectives: ArrayLike, sizes: ArrayLike) -> tuple[Floats, Floats, Bools, tuple[Sentence, ...]]:
    counts, units = (np.asarray(part, dtype=np.float64) for part in (defectives, sizes))
    if counts.ndim != 2 or counts.shape != units.shape or not counts.size:
        raise InputError(
            "Counts and sizes must both be articles by weeks; they are {c} and {s}.", c=counts.shape, s=units.shape
        )
    sold = (units > 0) & ~np.isnan(counts)
    wrong = sold & ((counts > units) | (counts < 0))
    known = sold & ~wrong
    counted = {
        "Articles that never sold anything and are judged in no week: {count}.": int((~sold.any(axis=1)).sum()),
        "Weeks of articles left out, with more returns than deliveries: {count}.": int(wrong.sum()),
    }
    notes = tuple(Sentence(text, count=count) for text, count in counted.items() if count)
    if counts.shape[1] == 1:
        notes += (Sentence("There is one week of data: it is judged against itself and the peers."),)
    return np.where(known, counts, np.nan), np.where(known, units, np.nan), known, notes
