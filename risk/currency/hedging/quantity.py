"""What to sell forward when the amount to come is as uncertain as its rate: too much sold is a bet of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Protocol

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from risk.checks import InputError, between, not_negative, one_of, positive

Floats = NDArray[np.float64]

DISTRIBUTIONS = ("normal", "lognormal")
_STANDARD = NormalDist()


def quantity_hedge(
    mean_quantity: float, sd_quantity: float, mean_rate: float, sd_rate: float, correlation: float
) -> float:
    """The amount to sell forward for the least variance of quantity × rate: E[Q] + E[S] ρ sd(Q) / sd(S).

    In units of the quantity, for Q and S normal together (Rolfo, Journal of Political Economy 88, 1980). Below zero it
    is to be bought: a quantity that grows when the rate falls hedges itself.
    """
    return UncertainReceipt(mean_quantity, sd_quantity, mean_rate, sd_rate, correlation).minimum_variance


@dataclass(frozen=True)
class UncertainReceipt:
    """A receipt of quantity Q at the rate S of its value date, together normal or lognormal with this correlation.

    Means and standard deviations are of Q, in its currency, and of S, reporting-currency units for 1 of it;
    `correlation` is that of Q and S themselves, in the lognormal case too.
    """

    mean_quantity: float
    sd_quantity: float
    mean_rate: float
    sd_rate: float
    correlation: float = 0.0
    distribution: str = "normal"

    def __post_init__(self) -> None:
        positive("mean_quantity", self.mean_quantity)
        positive("mean_rate", self.mean_rate)
        positive("sd_rate", self.sd_rate)
        not_negative("sd_quantity", self.sd_quantity)
        one_of("distribution", self.distribution, DISTRIBUTIONS)
        if not -1.0 <= self.correlation <= 1.0:
            raise InputError(f"correlation == {self.correlation}, must be between -1 and 1")
        if self.distribution == "lognormal" and abs(_Lognormal.of(self).rho) > 1.0:
            raise InputError(
                "Two lognormal amounts this uncertain cannot have a correlation of {correlation:.2f}.",
                correlation=self.correlation,
            )

    @property
    def minimum_variance(self) -> float:
        """The amount to sell forward for the least variance: Cov(QS, S) / Var(S)."""
        return self._law.covariance / self.sd_rate**2

    def sd(self, sold: float = 0.0) -> float:
        """Standard deviation of Q S + sold (F - S), the receipt with that amount sold forward at any F."""
        law = self._law
        return float(np.sqrt(max(0.0, law.variance + sold * (sold * self.sd_rate**2 - 2.0 * law.covariance))))

    def quantile(self, probability: float) -> float:
        """The quantity that is not reached with this probability: sold forward, it is too much that often."""
        between("probability", probability, 0.0, 1.0)
        return self._law.quantile(probability, 1.0)

    def over_hedge_probability(self, sold: float) -> float:
        """P(Q < sold): the chance that more is sold forward than arrives."""
        return self._law.shortfall(sold)[0]

    def expected_over_hedge(self, sold: float) -> float:
        """E[max(sold - Q, 0)]: how much too much is sold, on average over all outcomes."""
        return self._law.shortfall(sold)[1]

    def over_hedge_cost(self, sold: float, forward: float | None = None, spread: float = 0.0) -> float:
        """Expected cost of buying back what was sold too much: E[max(sold - Q, 0) ((1 + spread) S - F)].

        In the reporting currency; a gain where negative. The forward rate is the mean rate unless given. With a
        negative correlation it costs even without a spread: what is missing is bought when the rate is high.
        """
        rate = self.mean_rate if forward is None else positive("forward", forward)
        _, missing, at_spot = self._law.shortfall(sold)
        return (1.0 + not_negative("spread", spread)) * at_spot - rate * missing

    def layers(self, probability: float, uncertain: Sequence[float]) -> Floats:
        """Cumulative amounts to have sold as orders firm, each too much with this probability by what is known then.

        `uncertain` are the shares of today's uncertainty, that of Q or of log Q as a standard deviation, which are left
        at each date, from 1 now to 0 when all is known. The amounts hold while the forecast stays what it is; when it
        moves, they move with it.
        """
        between("probability", probability, 0.0, 1.0)
        shares = np.asarray(uncertain, dtype=np.float64)
        if shares.ndim != 1 or shares.size == 0 or not ((shares >= 0.0) & (shares <= 1.0)).all():
            raise InputError("The shares of uncertainty left must each be between 0 % and 100 %.")
        return np.array([self._law.quantile(probability, float(share)) for share in shares])

    def draw(self, size: int, rng: Generator) -> tuple[Floats, Floats]:
        """Simulated quantities and rates."""
        return self._law.draw(size, rng)

    @property
    def _law(self) -> _Law:
        laws: dict[str, type[_Normal] | type[_Lognormal]] = {"normal": _Normal, "lognormal": _Lognormal}
        return laws[self.distribution].of(self)


class _Law(Protocol):
    """What a joint distribution of quantity and rate has to say."""

    @property
    def covariance(self) -> float:
        """Cov(QS, S)."""

    @property
    def variance(self) -> float:
        """Var(QS)."""

    def quantile(self, probability: float, uncertain: float) -> float:
        """Of Q, when this share of its uncertainty is left and the forecast has not moved."""

    def shortfall(self, sold: float) -> tuple[float, float, float]:
        """P(Q < sold), E[max(sold - Q, 0)] and E[max(sold - Q, 0) S]."""

    def draw(self, size: int, rng: Generator) -> tuple[Floats, Floats]:
        """Quantities and rates."""


@dataclass(frozen=True)
class _Normal:
    q: float
    s: float
    sd_q: float
    sd_s: float
    rho: float

    @classmethod
    def of(cls, receipt: UncertainReceipt) -> _Normal:
        return cls(receipt.mean_quantity, receipt.mean_rate, receipt.sd_quantity, receipt.sd_rate, receipt.correlation)

    @property
    def covariance(self) -> float:
        return self.q * self.sd_s**2 + self.s * self.rho * self.sd_q * self.sd_s

    @property
    def variance(self) -> float:
        both = self.rho * self.sd_q * self.sd_s
        linear = (self.q * self.sd_s) ** 2 + (self.s * self.sd_q) ** 2 + 2.0 * self.q * self.s * both
        return linear + (self.sd_q * self.sd_s) ** 2 + both**2

    def quantile(self, probability: float, uncertain: float) -> float:
        return self.q + uncertain * self.sd_q * _STANDARD.inv_cdf(probability)

    def shortfall(self, sold: float) -> tuple[float, float, float]:
        if self.sd_q == 0.0:
            return _certain(sold, self.q, self.s)
        far = (sold - self.q) / self.sd_q
        below, density = _STANDARD.cdf(far), _STANDARD.pdf(far)
        missing = self.sd_q * (far * below + density)
        # Stein's lemma: max(sold - Q, 0) falls by 1 with each unit of Q below the amount sold.
        return below, missing, self.s * missing - self.rho * self.sd_q * self.sd_s * below

    def draw(self, size: int, rng: Generator) -> tuple[Floats, Floats]:
        quantity, rate = _correlated(self.rho, size, rng)
        return self.q + self.sd_q * quantity, self.s + self.sd_s * rate


@dataclass(frozen=True)
class _Lognormal:
    q: float
    s: float
    sd_q: float  # this and the next two of the logarithms
    sd_s: float
    rho: float

    @classmethod
    def of(cls, receipt: UncertainReceipt) -> _Lognormal:
        wide_q, wide_s = receipt.sd_quantity / receipt.mean_quantity, receipt.sd_rate / receipt.mean_rate
        sd_q, sd_s = (float(np.sqrt(np.log1p(wide**2))) for wide in (wide_q, wide_s))
        together = receipt.correlation * wide_q * wide_s
        if together <= -1.0:
            return cls(receipt.mean_quantity, receipt.mean_rate, sd_q, sd_s, -np.inf)
        rho = float(np.log1p(together)) / (sd_q * sd_s) if sd_q > 0.0 else 0.0
        return cls(receipt.mean_quantity, receipt.mean_rate, sd_q, sd_s, rho)

    @property
    def _growth(self) -> float:
        """E[QS] / (E[Q] E[S])."""
        return float(np.exp(self.rho * self.sd_q * self.sd_s))

    @property
    def covariance(self) -> float:
        return self.q * self.s**2 * self._growth * (float(np.exp(self.sd_s**2)) * self._growth - 1.0)

    @property
    def variance(self) -> float:
        log_variance = self.sd_q**2 + self.sd_s**2 + 2.0 * self.rho * self.sd_q * self.sd_s
        return float((self.q * self.s * self._growth) ** 2 * np.expm1(log_variance))

    def quantile(self, probability: float, uncertain: float) -> float:
        left = uncertain * self.sd_q
        return float(self.q * np.exp(left * _STANDARD.inv_cdf(probability) - 0.5 * left**2))

    def shortfall(self, sold: float) -> tuple[float, float, float]:
        if self.sd_q == 0.0:
            return _certain(sold, self.q, self.s)
        if sold <= 0.0:
            return 0.0, 0.0, 0.0
        below, missing = self._put(sold, self.q)
        # Weighted by the rate, the quantity is lognormal about a mean that is larger by the growth.
        return below, missing, self.s * self._put(sold, self.q * self._growth)[1]

    def _put(self, sold: float, mean: float) -> tuple[float, float]:
        far = float(np.log(sold / mean)) / self.sd_q + 0.5 * self.sd_q
        return _STANDARD.cdf(far), sold * _STANDARD.cdf(far) - mean * _STANDARD.cdf(far - self.sd_q)

    def draw(self, size: int, rng: Generator) -> tuple[Floats, Floats]:
        quantity, rate = _correlated(self.rho, size, rng)
        return (
            self.q * np.exp(self.sd_q * quantity - 0.5 * self.sd_q**2),
            self.s * np.exp(self.sd_s * rate - 0.5 * self.sd_s**2),
        )


def _certain(sold: float, quantity: float, rate: float) -> tuple[float, float, float]:
    missing = max(sold - quantity, 0.0)
    return float(sold > quantity), missing, missing * rate


def _correlated(rho: float, size: int, rng: Generator) -> tuple[Floats, Floats]:
    one, other = rng.standard_normal((2, size))
    return one, rho * one + np.sqrt(1.0 - rho**2) * other
