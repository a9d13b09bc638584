"""Compound sums: from the counts of each year to its loss and its largest event, event by event."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk.loss.draws import Integers, Uniforms, Years, event_addresses, mix, uniform
from risk.loss.insurance import Insurance
from risk.loss.severity import Severity

Floats = NDArray[np.float64]

CHUNK = 2**14  # events at a time: their arrays stay in the processor's second cache


class Sums(NamedTuple):
    """Loss of each year and its largest event, each of shape (years,)."""

    losses: Floats
    largest: Floats


def year_losses(
    counts: Integers,
    years: Years,
    severity: Severity,
    keep: float = 1.0,
    insurance: Insurance | None = None,
    kernels: ModuleType | None = None,
) -> Sums:
    """The losses of years with so many events, of which each survives when its thinning number is below `keep`.

    Event k of a year costs the same whatever the counts, the other years and `keep`. With `kernels` (see
    `risk.loss.kernels`) a smooth severity runs compiled, to the same bits; insured perils never do.
    """
    base, clip = severity.unwrapped()
    if kernels is None or insurance is not None or not base.smooth:
        return _in_chunks(counts, years, severity, keep, insurance)
    sums = Sums(np.empty(len(counts)), np.empty(len(counts)))
    keys = years.key("severities"), years.key("thinning")
    kernels.year_losses(counts, years.first, *keys, keep, base.table.cubics, tuple(map(float, clip)), *sums)
    return sums


def _in_chunks(counts: Integers, years: Years, severity: Severity, keep: float, insurance: Insurance | None) -> Sums:
    words = years.words("severities")
    thinning = years.words("thinning") if keep < 1 else None
    sums = Sums(np.zeros(len(counts)), np.zeros(len(counts)))
    for part in _chunks(counts):
        addresses, year = event_addresses(words[part], counts[part]), _whose(counts[part])
        if thinning is not None:
            stays = uniform(mix(event_addresses(thinning[part], counts[part]))) < keep
            addresses, year = addresses[stays], year[stays]
        found = _sums(severity.at(Uniforms(addresses)), year, part.stop - part.start, insurance)
        sums.losses[part], sums.largest[part] = found
    return sums


def _chunks(counts: Integers) -> Iterator[slice]:
    """Runs of years with about `CHUNK` events each, at least one year."""
    reached = np.cumsum(counts)
    start = 0
    while start < len(counts):
        before = reached[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(reached, before + CHUNK, side="right")))
        yield slice(start, stop)
        start = stop


def _whose(counts: Integers) -> Integers:
    """The year of each event, counted from 0."""
    return np.repeat(np.arange(len(counts)), counts)


def _sums(costs: Floats, year: Integers, years: int, insurance: Insurance | None) -> Sums:
    totals = np.bincount(year, weights=costs, minlength=years).astype(np.float64, copy=False)
    if insurance is not None:
        recovered = np.bincount(year, weights=insurance.event_recovery(costs), minlength=years)
        totals = totals - insurance.annual_recovery(recovered)
        costs = costs - insurance.recoveries(costs, year)
    largest = np.zeros(years)
    if len(costs):
        starts = np.flatnonzero(np.diff(year, prepend=-1))
        largest[year[starts]] = np.maximum.reduceat(costs, starts)
    return Sums(totals, largest)
