"""Random streams keyed by name, so that adding or changing one part of a model moves no other."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.random import Generator, SeedSequence


def spawn(rng: Generator, *names: str) -> Generator:
    """The stream that belongs to these names under this generator.

    It depends on how `rng` was seeded and on the names alone, neither on what was drawn from `rng` nor on the order
    of the calls: the same names twice give the same numbers (common random numbers), other names independent ones.

    >>> rng = np.random.default_rng(1)
    >>> bool(spawn(rng, "currency").random() == spawn(rng, "currency").random())
    True
    """
    parent = rng.bit_generator.seed_seq
    if not isinstance(parent, SeedSequence):
        raise TypeError("rng must come from numpy.random.default_rng or be seeded by a SeedSequence")
    key = tuple(word for name in names for word in _words(name))
    return np.random.default_rng(SeedSequence(parent.entropy, spawn_key=(*parent.spawn_key, *key)))


def _words(name: str) -> tuple[int, ...]:
    digest = hashlib.sha256(name.encode()).digest()[:16]
    return tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))
