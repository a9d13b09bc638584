"""Random numbers with an address: peril, purpose, year and place of the event in the year.

A number depends on its address and the seed alone, so that a year stays what it is whatever other years, events and
perils are simulated beside it, in chunks of any size and on any number of threads. The generator is SplitMix64
(Steele, Lea and Flood, Fast splittable pseudorandom number generators, OOPSLA 2014): the k-th output of a stream is
mix(key + k · GAMMA). The first level runs over years, the second over the events of a year, the third over the parts
of an event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, partial

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from risk.loss.streams import spawn

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Words = NDArray[np.uint64]

GAMMA = 0x9E3779B97F4A7C15  # golden ratio, step of SplitMix64
PART_GAMMA = 0xD1342543DE82EF95  # another odd step, so that parts of an event never meet its neighbours
FIRST, SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB  # multipliers of the mixer


def mix(words: Words) -> Words:
    """The words scrambled, a bijection of 64 bits: variant 13 of Stafford's mixers."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(FIRST)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(SECOND)
    return words ^ (words >> np.uint64(31))


def uniform(words: Words) -> Floats:
    """Numbers strictly between 0 and 1, from the upper 52 bits: u and 1 − u are both exact."""
    return ((words >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


@dataclass(frozen=True, eq=False)
class Uniforms:
    """One uniform number for each of many events, and as many more for its parts as are asked for."""

    addresses: Words

    @cached_property
    def words(self) -> Words:
        """The scrambled addresses."""
        return mix(self.addresses)

    @cached_property
    def values(self) -> Floats:
        """The uniform numbers themselves."""
        return uniform(self.words)

    def part(self, place: int) -> Uniforms:
        """Independent numbers for one part of each event, counted from 0."""
        step = (place + 1) * PART_GAMMA % 2**64
        return Uniforms(mix(self.words + np.uint64(step)))

    def where(self, chosen: NDArray[np.bool_]) -> Uniforms:
        """The numbers of the chosen events only."""
        return Uniforms(self.addresses[chosen])


def stream_key(rng: Generator, name: str, purpose: str) -> np.uint64:
    """Where the stream of a peril and a purpose starts."""
    return np.uint64(spawn(rng, name, purpose).integers(2**64, dtype=np.uint64))


@dataclass(frozen=True, eq=False)
class Years:
    """The streams of one peril over the years `first`, `first` + 1, …; a purpose ("counts") names a stream.

    Calling it with a purpose gives one uniform number a year, shape (count,).
    """

    key: Callable[[str], np.uint64]
    count: int
    first: int = 0

    @classmethod
    def of(cls, rng: Generator, name: str, count: int, first: int = 0) -> Years:
        """The streams that belong to a peril's name under this generator."""
        return cls(cache(partial(stream_key, rng, name)), count, first)

    def __getitem__(self, rows: slice) -> Years:
        """The same streams over some of these years."""
        start, stop, _ = rows.indices(self.count)
        return Years(self.key, stop - start, self.first + start)

    def words(self, purpose: str) -> Words:
        """One scrambled word a year."""
        places = np.arange(self.first + 1, self.first + self.count + 1, dtype=np.uint64)
        return mix(self.key(purpose) + places * np.uint64(GAMMA))

    def __call__(self, purpose: str) -> Floats:
        """One uniform number a year, shape (count,)."""
        return uniform(self.words(purpose))


def event_addresses(words: Words, counts: Integers) -> Words:
    """Addresses of events 1, 2, … of each year, year after year, shape (sum of counts,)."""
    total = int(counts.sum())
    before = np.cumsum(counts) - counts
    places = np.arange(1, total + 1, dtype=np.uint64) - np.repeat(before.astype(np.uint64), counts)
    return np.repeat(words, counts) + places * np.uint64(GAMMA)
