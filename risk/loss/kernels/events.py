"""Compiled: from the counts of each year to its loss, event by event, without an array of events.

Twins: `risk.loss.draws` (mix, uniform), `risk.loss.severity.table` (loss), `risk.loss.compound` (year_losses) and
`risk.loss.counts` (added_up). The
arithmetic is theirs, operation by operation, so that the bits are too. The signatures make the import compile.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

from risk.loss import counts as count_quantiles
from risk.loss import draws
from risk.loss.severity import table

GAMMA, FIRST, SECOND = np.uint64(draws.GAMMA), np.uint64(draws.FIRST), np.uint64(draws.SECOND)
# Plain integers beside 64-bit words would make numba compute in floats.
ZERO, LAST_52, PIECES = np.uint64(0), np.uint64(2**52 - 1), np.uint64(table.PIECES)
TWELVE, TWENTY_SEVEN, THIRTY, THIRTY_ONE, FIFTY_ONE = map(np.uint64, (12, 27, 30, 31, 51))
LEAST, REST, FIRST_PIECE = count_quantiles.LEAST, table.REST, table.FIRST
MASK, UNIT = (1 << table.REST) - 1, 2.0**-table.REST


def _bits_of(typing: Any, number: Any) -> Any:  # noqa: ARG001 - numba's protocol

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        return builder.bitcast(arguments[0], context.get_value_type(types.int64))

    return types.int64(types.float64), generate


bits_of: Any = intrinsic(_bits_of)  # the floating-point form of a number, as an integer


@njit(nogil=True, cache=True, error_model="numpy")
def mix(word: Any) -> Any:
    """One word scrambled."""
    word = (word ^ (word >> THIRTY)) * FIRST
    word = (word ^ (word >> TWENTY_SEVEN)) * SECOND
    return word ^ (word >> THIRTY_ONE)


@njit(nogil=True, cache=True, error_model="numpy")
def uniform(word: Any) -> Any:
    """A number strictly between 0 and 1."""
    return (np.float64(np.int64(word >> TWELVE)) + 0.5) * 2.0**-52


@njit(nogil=True, cache=True, error_model="numpy")
def loss(word: Any, cubics: Any) -> Any:
    """The loss of a random word, from a table of cubics; without a branch, which would guess wrong half the time."""
    number = word >> TWELVE
    upper = number >> FIFTY_ONE
    number ^= (ZERO - upper) & LAST_52  # 1 − u for u in the upper half
    bits = bits_of((np.float64(np.int64(number)) + 0.5) * 2.0**-52)
    cubic = cubics[np.uint64((bits >> REST) - FIRST_PIECE) + upper * PIECES]
    place = np.float64(bits & MASK) * UNIT
    return ((cubic[3] * place + cubic[2]) * place + cubic[1]) * place + cubic[0]


@njit(nogil=True, cache=True, error_model="numpy")
def plain_year(address: Any, count: Any, cubics: Any) -> Any:
    """Sum and largest of the losses after an address, as the table says them."""
    total = most = 0.0
    for _ in range(count):
        address += GAMMA
        cost = loss(mix(address), cubics)
        total += cost
        most = max(most, cost)
    return total, most


@njit(nogil=True, cache=True, error_model="numpy")
def changed_year(address: Any, thinning: Any, count: Any, keep: Any, cubics: Any, clip: Any) -> Any:
    """The same of the events whose thinning number is below `keep`, each loss changed by `clip`."""
    scale, shift, low, high = clip
    total = most = 0.0
    for _ in range(count):
        address += GAMMA
        thinning += GAMMA
        if keep < 1.0 and uniform(mix(thinning)) >= keep:
            continue
        cost = min(max(scale * loss(mix(address), cubics) + shift, low), high)
        total += cost
        most = max(most, cost)
    return total, most


@njit(
    "void(int64[::1],int64,uint64,uint64,float64,float64[:,::1],UniTuple(float64,4),float64[::1],float64[::1])",
    nogil=True,
    cache=True,
    error_model="numpy",
)
def year_losses(
    counts: Any, first: Any, key: Any, thinning_key: Any, keep: Any, cubics: Any, clip: Any, sums: Any, largest: Any
) -> None:
    """Write the sum and the largest of each year's losses."""
    plain = keep >= 1.0 and clip == (1.0, 0.0, -np.inf, np.inf)
    for i in range(counts.size):
        step = np.uint64(first + i + 1) * GAMMA
        address = mix(key + step)
        if plain:
            sums[i], largest[i] = plain_year(address, counts[i], cubics)
        else:
            thinning = mix(thinning_key + step)
            sums[i], largest[i] = changed_year(address, thinning, counts[i], keep, cubics, clip)


@njit("int64[::1](float64[::1],float64[::1],float64[::1],float64[::1])", nogil=True, cache=True, error_model="numpy")
def added_up(uniform: Any, a: Any, b: Any, none: Any) -> Any:
    """The smallest counts at which probabilities added up from that of no event reach each number."""
    counts = np.zeros(uniform.size, dtype=np.int64)
    for i in range(uniform.size):
        chance = reached = none[i]
        while reached < uniform[i] and chance > LEAST:
            counts[i] += 1
            chance *= a[i] + b[i] / counts[i]
            reached += chance
    return counts
