"""Compiled: receipts of the months ahead under multivariate t moves, a block of scenarios at a time.

Twin: `part_slowly` in `risk.currency.scenarios`, of the same distribution from other draws. All in single precision; a
block draws from a stream keyed by seed and block alone, so that nothing depends on how blocks are shared out. Rows of a
block stay in the processor's first cache, and every inner loop runs over scenarios, so that it is vectorised: 32-bit
integers only, no branch, polynomials for logarithm, sine and exponential. The signatures make the import compile.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import float32, int32, njit, uint32

LANES = 16
BLOCK = 256
SPARE = 320  # candidates for the mixing of a block: one in twenty is thrown away at most

ONE = float32(1.0)


@njit("uint32(uint32)", nogil=True, cache=True, error_model="numpy")
def scrambled(word: Any) -> Any:
    """One word scrambled, as MurmurHash3 ends."""
    word = uint32((word ^ (word >> uint32(16))) * uint32(0x85EBCA6B))
    word = uint32((word ^ (word >> uint32(13))) * uint32(0xC2B2AE35))
    return uint32(word ^ (word >> uint32(16)))


@njit("void(uint32[:,::1],uint32,uint32)", nogil=True, cache=True, error_model="numpy")
def begin(state: Any, seed: Any, block: Any) -> None:
    """Set the streams of all lanes to those of a block."""
    word = scrambled(uint32(seed ^ scrambled(uint32(block + uint32(0x9E3779B9)))))
    for row in range(4):
        for lane in range(LANES):
            word = uint32(word + uint32(0x9E3779B9))
            state[row, lane] = scrambled(word)


@njit("void(uint32[:,::1],uint32[::1])", nogil=True, cache=True, error_model="numpy", fastmath=True)
def words(state: Any, out: Any) -> None:
    """Write random words: xoshiro128++ of Blackman and Vigna (2021), sixteen streams side by side."""
    a, b, c, d = state[0], state[1], state[2], state[3]
    for first in range(0, out.size, LANES):
        for i in range(LANES):
            total = uint32(a[i] + d[i])
            out[first + i] = uint32(uint32((total << uint32(7)) | (total >> uint32(25))) + a[i])
            shifted = uint32(b[i] << uint32(9))
            c[i] ^= a[i]
            d[i] ^= b[i]
            b[i] ^= c[i]
            a[i] ^= d[i]
            c[i] ^= shifted
            d[i] = uint32((d[i] << uint32(11)) | (d[i] >> uint32(21)))


@njit("void(float32[::1])", nogil=True, cache=True, error_model="numpy", fastmath=True)
def logarithms(x: Any) -> None:
    """Turn positive numbers into their logarithms: coefficients of Moshier, Cephes library (logf), error 1e-7."""
    bits = x.view(np.int32)
    for i in range(x.size):
        exponent = int32((bits[i] - int32(0x3F3504F3)) >> int32(23))
        bits[i] -= exponent << int32(23)
        f = x[i] - ONE
        p = float32(7.0376836292e-2) * f - float32(1.1514610310e-1)
        p = p * f + float32(1.1676998740e-1)
        p = p * f - float32(1.2420140846e-1)
        p = p * f + float32(1.4249322787e-1)
        p = p * f - float32(1.6668057665e-1)
        p = p * f + float32(2.0000714765e-1)
        p = p * f - float32(2.4999993993e-1)
        p = p * f + float32(3.3333331174e-1)
        x[i] = f + f * f * (f * p - float32(0.5)) + float32(exponent) * float32(0.6931471805599453)


@njit("void(float32[::1],float32[::1])", nogil=True, cache=True, error_model="numpy", fastmath=True)
def exponentials(x: Any, out: Any) -> None:
    """Write the exponentials of numbers between −80 and 80: coefficients of Moshier, Cephes (expf), error 3e-7."""
    bits = out.view(np.int32)
    for i in range(x.size):
        whole = np.floor(x[i] * float32(1.4426950408889634) + float32(0.5))
        f = x[i] - whole * float32(0.6931471805599453)
        p = float32(1.9875691500e-4) * f + float32(1.3981999507e-3)
        p = p * f + float32(8.3334519073e-3)
        p = p * f + float32(4.1665795894e-2)
        p = p * f + float32(1.6666665459e-1)
        p = p * f + float32(5.0000001201e-1)
        out[i] = p * f * f + f + ONE
        bits[i] += int32(whole) << int32(23)


@njit(
    "void(uint32[:,::1],uint32[::1],float32[::1],float32[::1])",
    nogil=True,
    cache=True,
    error_model="numpy",
    fastmath=True,
)
def normals(state: Any, raw: Any, radius: Any, out: Any) -> None:
    """Write normal numbers by Box and Muller (1958), up to 6.56 in size; `radius` holds half as many."""
    half = out.size // 2
    words(state, raw)
    for i in range(half):
        radius[i] = float32(raw[i] >> uint32(1)) * float32(2.0**-31) + float32(2.0**-32)
    logarithms(radius)
    for i in range(half):
        length = np.sqrt(float32(-2.0) * radius[i])
        word = raw[half + i]
        quarter = word >> uint32(30)
        # The place within a quarter turn, from −π/4 to π/4.
        f = float32(int32(word & uint32(0x3FFFFFFF)) - int32(0x20000000)) * float32(np.pi / 4 * 2.0**-29)
        s = f * f
        sine = f * (
            ONE + s * (float32(-1.6666654611e-1) + s * (float32(8.3321608736e-3) - s * float32(1.9515295891e-4)))
        )
        cosine = float32(-1.388731625493765e-3) + s * float32(2.443315711809948e-5)
        cosine = ONE + s * (float32(-0.5) + s * (float32(4.166664568298827e-2) + s * cosine))
        odd = (quarter & uint32(1)) != uint32(0)
        across, along = (sine, cosine) if odd else (cosine, sine)
        out[i] = -length * across if quarter == uint32(1) or quarter == uint32(2) else length * across
        out[half + i] = -length * along if quarter >= uint32(2) else length * along


@njit(
    "void(uint32[:,::1],float32,uint32[::1],float32[::1],float32[::1],float32[::1])",
    nogil=True,
    cache=True,
    error_model="numpy",
    fastmath=True,
)
def mix(state: Any, degrees: Any, raw: Any, radius: Any, spare: Any, out: Any) -> None:
    """Write √((ν − 2) / χ²) of each scenario, whose square has mean 1.

    Gamma numbers after Marsaglia and Tsang, ACM Transactions on Mathematical Software 26 (2000).
    """
    shape = degrees * float32(0.5) - float32(1.0 / 3.0)
    step = ONE / np.sqrt(float32(9.0) * shape)
    filled = 0
    while filled < out.size:
        normals(state, raw, radius, spare)
        words(state, raw)
        for i in range(spare.size):
            x = spare[i]
            v = ONE + step * x
            cube = v * v * v
            u = float32(raw[i] >> uint32(8)) * float32(2.0**-24) + float32(2.0**-25)
            if v <= float32(0.0):
                continue
            near = u < ONE - float32(0.0331) * x * x * x * x
            if near or np.log(u) < float32(0.5) * x * x + shape * (ONE - cube + np.log(cube)):
                out[filled] = np.sqrt((degrees - float32(2.0)) / (float32(2.0) * shape * cube))
                filled += 1
                if filled == out.size:
                    break


@njit("void(float32[:,::1],float32[:,::1])", nogil=True, cache=True, error_model="numpy", fastmath=True)
def correlate(root: Any, z: Any) -> None:
    """Turn independent rows into correlated ones in place, the last first."""
    n, size = z.shape
    for c in range(n - 1, -1, -1):
        row, own = z[c], root[c, c]
        for i in range(size):
            row[i] *= own
        k = 0
        while k + 4 <= c:
            one, two, three, four = z[k], z[k + 1], z[k + 2], z[k + 3]
            r1, r2, r3, r4 = root[c, k], root[c, k + 1], root[c, k + 2], root[c, k + 3]
            for i in range(size):
                row[i] += r1 * one[i] + r2 * two[i] + r3 * three[i] + r4 * four[i]
            k += 4
        while k < c:
            one, r1 = z[k], root[c, k]
            for i in range(size):
                row[i] += r1 * one[i]
            k += 1


@njit(
    "void(float32[:,::1],float32[:,::1],float32[::1],float32[::1],float32[::1],float32,UniTuple(float32[::1],3),"
    "float32[::1],float32[::1],float32[::1])",
    nogil=True,
    cache=True,
    error_model="numpy",
    fastmath=True,
)
def month(
    z: Any, level: Any, mixing: Any, shift: Any, drift: Any, bound: Any, book: Any, rates: Any, total: Any, towards: Any
) -> None:
    """Move the log rates of a block by a month, and write what the amounts of the month bring at them."""
    amounts, reach, pull = book
    total[:] = float32(0.0)
    for c in range(z.shape[0]):
        move, height, own, far, way, amount = z[c], level[c], drift[c], reach[c], pull[c], amounts[c]
        for i in range(BLOCK):
            towards[i] += mixing[i] * far * move[i]
            x = mixing[i] * (move[i] - shift[i] * mixing[i] * way)
            height[i] += min(max(x, -bound), bound) - own
        exponentials(height, rates)
        for i in range(BLOCK):
            total[i] += amount * rates[i]


@njit(
    "void(float32[:,::1],float32[::1],float64,float32[::1],float64[::1])",
    nogil=True,
    cache=True,
    error_model="numpy",
    fastmath=True,
)
def steer(mixing: Any, spread: Any, aim: float, shift: Any, weights: Any) -> None:
    """Write how far to shift each scenario so that a loss of `aim` is its mean, and the start of its log weight."""
    for i in range(BLOCK):
        variance = float32(0.0)
        for m in range(spread.size):
            variance += mixing[m, i] * mixing[m, i] * spread[m]
        shift[i] = float32(aim) / variance
        weights[i] = -0.5 * aim * shift[i]


@njit(
    "void(uint32,int64,int64,Tuple((float32[:,::1],float32[::1],float32,float32)),UniTuple(float32[:,::1],3),float64,"
    "float32[:,::1],float64[::1])",
    nogil=True,
    cache=True,
    error_model="numpy",
    fastmath=True,
)
def receipts(seed: Any, first: int, last: int, market: Any, book: Any, aim: float, out: Any, weights: Any) -> None:
    """Write the receipts of each month, (scenarios, months), of blocks `first` to `last`, and their log weights.

    `market`: root of the monthly covariance, drift, degrees of freedom (0: normal), most that a log rate moves in a
    month. `book`, each (months, currencies): amounts worth what they are at today's rates, their sums from each month
    on, and the covariance of those with each currency. With an `aim`, moves are shifted towards a loss of that size by
    what the mixing leaves to go, and the weight is the likelihood ratio.
    """
    root, drift, degrees, bound = market
    amounts, reach, pull = book
    months, n = amounts.shape
    state = np.empty((4, LANES), np.uint32)
    z, level = np.empty((n, BLOCK), np.float32), np.empty((n, BLOCK), np.float32)
    raw, radius = np.empty(n * BLOCK, np.uint32), np.empty(n * BLOCK // 2, np.float32)
    few, short, spare = np.empty(SPARE, np.uint32), np.empty(SPARE // 2, np.float32), np.empty(SPARE, np.float32)
    mixing, rows = np.ones((months, BLOCK), np.float32), np.zeros((4, BLOCK), np.float32)
    shift, rates, total, towards = rows[0], rows[1], rows[2], rows[3]
    spread = np.empty(months, np.float32)
    for m in range(months):
        spread[m] = (reach[m] * pull[m]).sum()
    for block in range(first, last):
        at = (block - first) * BLOCK
        begin(state, seed, uint32(block))
        level[:, :] = float32(0.0)
        towards[:] = float32(0.0)
        for m in range(months if degrees > float32(0.0) else 0):
            mix(state, degrees, few, short, spare, mixing[m])
        if aim > 0.0:
            steer(mixing, spread, aim, shift, weights[at : at + BLOCK])
        for m in range(months):
            normals(state, raw, radius, z.reshape(n * BLOCK))
            correlate(root, z)
            month(z, level, mixing[m], shift, drift, bound, (amounts[m], reach[m], pull[m]), rates, total, towards)
            for i in range(BLOCK):
                out[at + i, m] = total[i]
        for i in range(BLOCK if aim > 0.0 else 0):
            weights[at + i] += shift[i] * towards[i]
