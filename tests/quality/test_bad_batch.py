"""The bad batch of the sample shop: CHG-100 ordered from 9 March to 20 April 2026, a defect in a quarter of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from risk.quality import WeeklyCounts, began, chart_portfolio, cusum_portfolio, weekly_counts

YEARLY = 1 / 52  # one false alarm a year over all articles
RATIO = 5.0  # a batch worth finding has five times the odds


@pytest.fixture(scope="module")
def counts(root: Path) -> WeeklyCounts:
    """Lines of the sample shop that came back as defective, by article and week of the order."""
    file = root / "data" / "sample" / "lines.csv.gz"
    lines = pd.read_csv(file, usecols=["order_id", "sku", "ordered_at", "status"], parse_dates=["ordered_at"])
    returns = pd.read_csv(root / "data" / "sample" / "returns.csv.gz")
    sold = lines.loc[lines["status"] != "cancelled", ["sku", "ordered_at"]].assign(units=1)
    ordered = lines.groupby(["order_id", "sku"], as_index=False)["ordered_at"].min()
    defective = returns[returns["reason"] == "defective"].merge(ordered, on=["order_id", "sku"])
    back = defective[["sku", "ordered_at"]].assign(units=1)
    return weekly_counts(*(rows.set_axis(["article", "at", "units"], axis=1) for rows in (sold, back)))


def test_it_is_found_and_nothing_else_is(counts: WeeklyCounts) -> None:
    baseline = np.asarray(counts.weeks < pd.Timestamp("2026-01-01"))
    found = chart_portfolio(counts.defectives, counts.sizes, baseline)
    path = cusum_portfolio(found, counts.defectives, counts.sizes, RATIO, YEARLY)
    article, week = (int(place[0]) for place in np.nonzero(path.signals))
    assert path.signals.sum() == 1
    assert counts.articles[article] == "CHG-100"
    assert counts.weeks[week] == pd.Timestamp("2026-03-30")
    assert counts.weeks[began(path)[article, week]] == pd.Timestamp("2026-03-09")


def test_shops_of_that_size_without_a_bad_batch_alarm_once_a_year_at_most(counts: WeeklyCounts) -> None:
    """The same deliveries, returned at rates that stay as they are; 43 weeks after the baseline."""
    rng = np.random.default_rng(40)
    baseline = np.asarray(counts.weeks < pd.Timestamp("2026-01-01"))
    rates = rng.beta(20, 1_500, (60, len(counts.articles), 1))
    alarms = 0
    for rate in rates:
        clean = rng.binomial(counts.sizes.astype(int), rate)
        found = chart_portfolio(clean, counts.sizes, baseline)
        alarms += int(cusum_portfolio(found, clean, counts.sizes, RATIO, YEARLY).signals.sum())
    assert 0 < alarms / 60 <= YEARLY * (~baseline).sum()
