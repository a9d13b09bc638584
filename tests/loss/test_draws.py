"""Random numbers with an address: they look random, and nothing but the address moves them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chisquare, kstest

from risk.loss.draws import Uniforms, Years, event_addresses, mix, uniform

N = 200_000


@pytest.fixture
def years() -> Years:
    return Years.of(np.random.default_rng(11), "late delivery", N)


def of_events(years: Years, count: int) -> np.ndarray:
    """The first numbers of each year, shape (years, count)."""
    counts = np.full(years.count, count)
    return Uniforms(event_addresses(years.words("severities"), counts)).values.reshape(-1, count)


def test_the_generator_is_splitmix64() -> None:
    """First outputs for seed 1234567 of the public domain code by Vigna (2015), splitmix64.c, as Rosetta Code lists."""
    states = np.uint64(1234567) + np.arange(1, 6, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    assert mix(states).tolist() == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


def test_numbers_lie_strictly_between_0_and_1() -> None:
    ends = uniform(np.array([0, 2**64 - 1], dtype=np.uint64))
    assert ends[0] == 2.0**-53
    assert 1 - ends[1] == 2.0**-53


def test_numbers_of_years_events_and_parts_are_uniform(years: Years) -> None:
    events = Uniforms(event_addresses(years.words("severities"), np.ones(N, dtype=np.int64)))
    for numbers in (years("counts"), events.values, events.part(0).values, events.part(3).part(1).values):
        assert kstest(numbers, "uniform").pvalue > 1e-4
        cells = np.bincount((numbers * 1024).astype(int), minlength=1024)
        assert chisquare(cells).pvalue > 1e-4


def test_neighbours_do_not_correlate(years: Years) -> None:
    events = of_events(years, 3)
    part = Uniforms(event_addresses(years.words("severities"), np.ones(N, dtype=np.int64))).part(0).values
    columns = [
        years("counts"), np.roll(years("counts"), 1), years("thinning"), *events.T, np.roll(events[:, 0], 1), part,
        Years.of(np.random.default_rng(11), "customs hold", N)("counts"),
    ]  # fmt: skip
    correlation = np.corrcoef(columns) - np.eye(len(columns))
    assert np.abs(correlation).max() < 5 / np.sqrt(N)


def test_pairs_of_neighbours_fill_the_square(years: Years) -> None:
    events = of_events(years, 2)
    cells = (events * 16).astype(int) @ [16, 1]
    assert chisquare(np.bincount(cells, minlength=256)).pvalue > 1e-4


def test_a_year_is_the_same_alone_and_among_many(years: Years) -> None:
    alone = years[77:78]
    assert alone("counts")[0] == years("counts")[77]
    assert (of_events(alone, 4)[0] == of_events(years, 4)[77]).all()


def test_an_event_is_the_same_whatever_the_counts(years: Years) -> None:
    words = years.words("severities")[:3]
    few = event_addresses(words, np.array([1, 0, 2]))
    many = event_addresses(words, np.array([4, 1, 2]))
    assert few.tolist() == many[[0, 5, 6]].tolist()
