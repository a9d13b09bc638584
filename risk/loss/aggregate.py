"""The loss of a year as a random number of random costs, without simulation noise: by fast Fourier transform.

The severity is put on a grid, its transform goes through the probability generating function of the frequency, and
back; the grid is padded to twice its length, so that large years do not wrap round to small ones. What lies beyond the
grid is never spread over it. Source: Grübel and Hermesmeier, Computation of compound distributions I: aliasing errors
and exponential tilting, ASTIN Bulletin 29 (1999); Klugman, Panjer and Willmot, Loss Models, 4th ed. (2012), chapter 9.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.checks import Sentence, at_least, between, positive
from risk.loss.frequency import Frequency
from risk.loss.lattice import Lattice, discretize
from risk.loss.severity import Severity

Floats = NDArray[np.float64]

_REACHES = (1e-8, 1e-7, 1e-6, 1e-5)  # chance a year of a single loss beyond the grid: the first that makes it fine
_FINE = 0.02  # of the mean cost of an event, the step of a fine grid
_DEVIATIONS = 16  # standard deviations of the year's loss that the grid covers
_SPARE = 1e-4  # probability beyond the grid that is worth a warning
_COARSE = 1e-3  # relative error of a moment of the severity on the grid that is
_WRAPPED = 1e-6  # probability wrapped round that is


@dataclass(frozen=True, eq=False)
class AggregateDistribution:
    """Distribution of the loss of a year: mean and variance exact, the rest read from the grid.

    `warnings` are sentences about what the grid does not say well: empty when all moments agree.
    """

    frequency: Frequency
    severity: Severity
    lattice: Lattice
    warnings: tuple[Sentence, ...]

    @property
    def mean(self) -> float:
        """Expected loss of a year: E[N] · E[X]. Raises InputError where it is infinite."""
        return self.frequency.mean * self.severity.mean

    @property
    def variance(self) -> float:
        """Variance of the loss of a year: E[N] · Var[X] + Var[N] · E[X]²."""
        return self.frequency.mean * self.severity.variance + self.frequency.variance * self.severity.mean**2

    def cdf(self, x: ArrayLike) -> Floats:
        """P(S <= x)."""
        return self.lattice.cdf(x)

    def survival(self, x: ArrayLike) -> Floats:
        """P(S > x): the exceedance probability of a year's total, AEP."""
        return 1.0 - self.lattice.cdf(x)

    def quantile(self, p: ArrayLike) -> Floats:
        """Value at risk: the smallest loss x with P(S <= x) >= p; raises InputError beyond the grid."""
        return self.lattice.quantile(p)

    def expected_shortfall(self, p: float) -> float:
        """Mean of the worst 1 − p of the probability: the exact mean less what lies below, so no tail is cut off."""
        between("p", p, 0.0, 1.0)
        worst = (self.mean - float(self.lattice.mean_below(p))) / (1 - p)
        return max(worst, float(self.quantile(p)))

    def limited_mean(self, limit: ArrayLike) -> Floats:
        """E[min(S, limit)]; a limit beyond the grid counts as its end."""
        return self.lattice.limited_moment(limit, 1)

    def occurrence_survival(self, x: ArrayLike) -> Floats:
        """P(largest event of a year > x) in closed form, OEP: 1 − pgf(P(X <= x))."""
        return 1.0 - self.frequency.pgf(1.0 - self.severity.survival(x))

    def occurrence_quantile(self, p: float) -> float:
        """The smallest loss x with P(largest event of a year <= x) >= p."""
        low, high = 0.0, 1.0  # chance that one event exceeds x
        if self.frequency.pgf(0.0) >= between("p", p, 0.0, 1.0):
            return 0.0
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if self.frequency.pgf(1.0 - middle) >= p else (low, middle)
        return float(self.severity.exceeded(high))


def aggregate(
    frequency: Frequency,
    severity: Severity,
    buckets: int = 2**16,
    step: float | None = None,
    method: str = "unbiased",
) -> AggregateDistribution:
    """Distribution of the sum of N independent costs on a grid of `buckets` losses.

    The step is chosen so that the grid covers all but about 1e-8 of the years, of heavy tails 1e-5, and is that of the
    losses themselves where they have one (amounts in whole units); give `step` to choose it.
    """
    at_least("buckets", buckets, 16)
    reach = _reach(frequency, severity, buckets)
    exact = severity.span is not None and step is None and severity.span * (buckets - 1) >= reach
    width = (severity.span if exact else None) or positive("step", step or reach / buckets)
    single = discretize(severity, width, buckets, "rounding" if exact else method)
    padded = np.fft.irfft(frequency.pgf(np.fft.rfft(single, 2 * buckets)), 2 * buckets)
    none = float(np.real(frequency.pgf(float(severity.cdf(0.0)))))
    on_grid = exact or _on_grid(severity, width)
    lattice = Lattice(width, np.maximum(padded[:buckets], 0.0), none, on_grid or method == "rounding")
    return AggregateDistribution(
        frequency, severity, lattice, tuple(_warnings(frequency, severity, single, padded, lattice))
    )


def _on_grid(severity: Severity, step: float) -> bool:
    return severity.span is not None and math.isclose(severity.span / step, round(severity.span / step), rel_tol=1e-9)


def _reach(frequency: Frequency, severity: Severity, buckets: int) -> float:
    """The loss up to which the grid goes: far, but not so far that a heavy tail makes its step coarse."""
    for chance in _REACHES:
        largest = float(severity.exceeded(min(chance / max(frequency.mean, 1.0), 0.5)))
        first, second = float(severity.limited_moment(largest, 1)), float(severity.limited_moment(largest, 2))
        variance = frequency.mean * (second - first**2) + frequency.variance * first**2
        reach = frequency.mean * first + largest + _DEVIATIONS * math.sqrt(max(variance, 0.0))
        if reach <= _FINE * first * buckets:
            break
    return reach


def _warnings(
    frequency: Frequency, severity: Severity, single: Floats, padded: Floats, lattice: Lattice
) -> Iterator[Sentence]:
    if lattice.beyond > _SPARE:
        yield Sentence(
            "{beyond:.2g} of the probability lies beyond {end:,.6g}, where the grid ends: levels above {level:.6g} "
            "cannot be read",
            beyond=lattice.beyond,
            end=lattice.end,
            level=1 - lattice.beyond,
        )
    for order, name in ((1, "mean"), (2, "mean square")):
        error = _moment_error(severity, single, lattice.step, order)
        if error > _COARSE:
            yield Sentence(
                "the step of {step:,.6g} is coarse: on the grid the {name} of the cost of one event is off by "
                "{error:.1%}",
                step=lattice.step,
                name=name,
                error=error,
            )
    wrapped = _wrapped(frequency, single, padded)
    if wrapped > _WRAPPED:
        yield Sentence(
            "{wrapped:.2g} of the probability wraps round from beyond {end:,.6g}: take more buckets or a wider step",
            wrapped=wrapped,
            end=2 * len(single) * lattice.step,
        )


def _moment_error(severity: Severity, single: Floats, step: float, order: int) -> float:
    """Relative error of a moment of the severity, of its losses on the grid."""
    end = (len(single) - 0.5) * step
    exact = float(severity.limited_moment(end, order) - end**order * severity.survival(end))
    found = float((step * np.arange(len(single))) ** order @ single)
    return abs(found / exact - 1) if exact > 0 else 0.0


def _wrapped(frequency: Frequency, single: Floats, padded: Floats) -> float:
    """Probability that the transform folded back on the grid, from the mean that the padded grid lacks.

    The mean without wrapping is that of a compound sum of the severity on the grid, pgf'(sum) · mean, the derivative
    by a complex step.
    """
    total, mean = float(single.sum()), float(np.arange(len(single)) @ single)
    slope = float(np.imag(frequency.pgf(complex(total, 1e-20)))) / 1e-20
    lacking = slope * mean - float(np.arange(len(padded)) @ padded)
    return lacking / len(padded)
