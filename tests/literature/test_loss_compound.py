"""Compound losses that others published or computed, each with its source.

"Loss Data Analytics" is the open textbook (OpenActTexts, 32310ad), chapter Aggregate Loss Models; "Loss Models" is
Klugman, Panjer and Willmot, 4th ed. (2012).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import ArrayLike
from scipy import stats
from scipy.special import erf

from risk.loss.aggregate import aggregate
from risk.loss.event_trees import EventTree
from risk.loss.frequency import NegativeBinomial, Poisson
from risk.loss.lattice import Lattice, discretize
from risk.loss.perils import Peril, simulate_perils
from risk.loss.severity import Empirical, Fixed, Gamma, Layer, Lognormal, Pert, Severity

Floats = np.ndarray


@dataclass(frozen=True)
class Counts:
    """A frequency with given probabilities of 0, 1, 2, … events, for the textbooks' own examples."""

    probabilities: tuple[float, ...]

    @property
    def mean(self) -> float:
        return float(np.arange(len(self.probabilities)) @ self.probabilities)

    @property
    def variance(self) -> float:
        return float(np.arange(len(self.probabilities)) ** 2 @ self.probabilities) - self.mean**2

    def pgf(self, z: ArrayLike) -> Floats:
        return np.polynomial.polynomial.polyval(np.asarray(z), self.probabilities)


@dataclass(frozen=True)
class Levy(Severity):
    """The stable law of index 1/2: an infinite mean, and a sum of n is n² times one."""

    def survival(self, x: ArrayLike) -> Floats:
        with np.errstate(divide="ignore"):
            return np.where(np.asarray(x) > 0, erf(1 / np.sqrt(2 * np.maximum(x, 1e-300))), 1.0)

    def quantile(self, p: ArrayLike) -> Floats:
        return stats.levy.ppf(p)

    def limited_moment(self, limit: ArrayLike, order: int) -> Floats:
        raise AssertionError("rounding asks for no moment")

    def draw(self, size: int, rng: np.random.Generator) -> Floats:
        return stats.levy.rvs(size=size, random_state=rng)


def geometric(mean: float) -> NegativeBinomial:
    return NegativeBinomial(mean, mean + mean**2)


def amounts(**shares: int) -> Empirical:
    """Amounts and how often each stands there: amounts(a100=20) is 100 twenty times."""
    return Empirical(np.repeat([float(name[1:]) for name in shares], list(shares.values())))


def test_geometric_count_of_four_equal_costs() -> None:
    """Loss Data Analytics, Examples 5.3.3 and 5.4.1: F(3) = 0.3456, as actuar 3.3-2 has it, recursively."""
    year = aggregate(geometric(4.0), Empirical([1.0, 2.0, 3.0, 4.0]))
    assert year.cdf(3.0) == pytest.approx(0.3456, abs=1e-12)


def test_moments_and_normal_approximation() -> None:
    """Loss Data Analytics, Example 5.3.4: counts 8 ± 3, costs 10,000 ± 3,937; variance 1,023,999,752."""
    shape, scale = (10_000 / 3937) ** 2, 3937**2 / 10_000
    year = aggregate(NegativeBinomial(8.0, 9.0), Gamma(shape, scale))
    assert year.mean == pytest.approx(80_000)
    assert year.variance == pytest.approx(1_023_999_752)
    assert stats.norm.sf(120_000, year.mean, math.sqrt(year.variance)) == pytest.approx(0.1056497460, abs=1e-9)


def test_uniform_costs_and_what_the_normal_approximation_misses() -> None:
    """Loss Data Analytics, Example 5.3.5: Poisson 25, uniform on 5 to 95. A transform with step 0.05: 0.0069824."""
    year = aggregate(Poisson(25.0), Pert(5.0, 50.0, 95.0, 1e-9))  # without weight on its mode it is uniform
    assert year.mean == pytest.approx(1250)
    assert year.variance == pytest.approx(79_375)
    assert year.survival(2000.0) == pytest.approx(0.006982361789275213, abs=2e-6)


def test_a_deductible_thins_a_negative_binomial() -> None:
    """Loss Data Analytics, Example 5.5.3: 0.4 payments above 30 (survival 0.48225) become 0.1075 above 100."""
    above_30 = NegativeBinomial(0.4, 0.4 + 0.4**2 / 4)
    above_100 = above_30.thinned(0.1296 / 0.4822530864197532)
    assert above_100.mean == pytest.approx(0.10749542399999998, abs=1e-12)
    assert above_100.shape == pytest.approx(above_30.shape)


def test_mitigation_by_fewer_events_and_a_deductible() -> None:
    """Loss Data Analytics, Example 5.5.7: 20 % fewer of 20 events, exponential costs above a deductible: 1,941."""
    peril = Peril("claims", Poisson(20.0), Layer(Gamma(1.0, 200.0), 100.0, math.inf)).thinned(0.8)
    assert peril.mean == pytest.approx(1940.898111080427)


def test_convolution_example_of_loss_models() -> None:
    """Loss Models, Example 9.5; actuar 3.3-2 ?aggregateDist, its VaR and CTE = E[S | S > VaR]."""
    counts = Counts((0.05, 0.1, 0.15, 0.2, 0.25, 0.15, 0.06, 0.03, 0.01))
    shares = dict(zip(range(25, 275, 25), (6, 8, 10, 5, 3, 2, 2, 2, 1, 1), strict=True))
    year = aggregate(counts, Empirical(np.repeat(list(shares), list(shares.values()))), 2**10)
    assert year.mean == pytest.approx(314.5)
    assert year.lattice.step == 25
    assert year.lattice.probabilities[:6] == pytest.approx(
        [0.05, 0.015, 0.023375, 0.034675, 0.0325765625, 0.035786390625], abs=1e-12
    )
    assert year.quantile([0.9, 0.95, 0.99]).tolist() == [575, 650, 825]
    for level, value, tail in ((0.9, 575, 700.31726), (0.95, 650, 766.89007), (0.99, 825, 924.78494)):
        # Theirs is the mean strictly beyond; the average over the whole worst 1 − level counts part of the atom at VaR.
        beyond = float(year.survival(value))
        assert (year.expected_shortfall(level) * (1 - level) - value * (1 - level - beyond)) / beyond == pytest.approx(
            tail, abs=1e-4
        )


def test_recursive_example_of_loss_models() -> None:
    """Loss Models, Example 9.10: Poisson 3; actuar 3.3-2 prints these probabilities of 0 to 7."""
    year = aggregate(Poisson(3.0), Empirical(np.repeat([1.0, 2.0, 3.0], [19, 8, 3])))
    assert year.lattice.probabilities[:8] == pytest.approx(
        [
            0.0497870683679, 0.0945954298989, 0.1296953130983, 0.1475273814187,
            0.1432376031405, 0.1249842076051, 0.0999041337919, 0.0741009184570,
        ],
        abs=1e-12,
    )  # fmt: skip


def test_zero_modified_example_of_loss_models() -> None:
    """Loss Models, Example 9.11: zero-modified binomial (3, 0.3) with 0.4 at none; payments 0, 50, 100."""
    plain = stats.binom.pmf(np.arange(4), 3, 0.3)
    counts = Counts((0.4, *(plain[1:] * 0.6 / (1 - plain[0]))))
    year = aggregate(counts, Empirical([0.0] * 3 + [50.0] * 5 + [100.0] * 2), 2**8)
    assert year.lattice.probabilities[:7] == pytest.approx(
        [
            0.537021917808,
            0.256479452055,
            0.151290410959,
            0.042041095890,
            0.011490410959,
            0.001479452055,
            0.000197260274,
        ],
        abs=1e-11,
    )


def test_probability_of_one_amount() -> None:
    """Loss Models, Exercise 9.34: Poisson 5; 100, 500 and 1000 with 0.8, 0.16, 0.04; P(S = 600) = 0.0598929."""
    year = aggregate(Poisson(5.0), amounts(a100=20, a500=4, a1000=1))
    assert year.lattice.probabilities[6] == pytest.approx(0.059892862214093054, abs=1e-12)


def test_a_coarse_grid_is_between_at_least_and_more_than() -> None:
    """Loss Models, Exercise 9.59: Poisson 5, gamma (½, 2500), span 100; actuar 3.3-2: 0.0161320 (>=), 0.0157042 (>).

    The exact series lies between; spreading each point over its step, as we read the grid, meets it.
    """
    lattice = aggregate(Poisson(5.0), Gamma(0.5, 2500.0), 2**12, step=100.0, method="rounding").lattice
    below = np.cumsum(lattice.probabilities)
    assert 1 - below[199] == pytest.approx(0.01613196829986863, abs=2e-8)
    assert 1 - below[200] == pytest.approx(0.01570422909222868, abs=2e-8)
    assert aggregate(Poisson(5.0), Gamma(0.5, 2500.0)).survival(20_000.0) == pytest.approx(
        0.015943371337569068, abs=1e-8
    )


def test_gamma_costs_of_bahnemann() -> None:
    """Bahnemann, Distributions for Actuaries (CAS 2015), Example 4.2; exact by the Poisson mixture of gammas."""
    year = aggregate(Poisson(2.5), Gamma(3.0, 400.0))
    exact = {
        0: 0.0820849986238988, 500: 0.10955001083722471, 1000: 0.18672473239569803, 2000: 0.3755291437638643,
        3000: 0.5612774644661044, 5000: 0.8272834305173064, 10000: 0.9934377332603,
    }  # fmt: skip
    assert year.mean == 3000
    assert math.sqrt(year.variance) == pytest.approx(2190.8902300206646)
    assert year.cdf(list(exact)) == pytest.approx(np.array(list(exact.values())), abs=3e-8)
    assert year.quantile([0.95, 0.99, 0.995]) == pytest.approx([7105.18204050, 9435.32883924, 10356.91609197], rel=1e-7)
    assert [year.expected_shortfall(p) for p in (0.95, 0.99, 0.995)] == pytest.approx(
        [8541.862877814032, 10723.90456219408, 11601.280413422333], rel=1e-6
    )


def test_the_torture_of_an_infinite_mean() -> None:
    """Grübel and Hermesmeier, ASTIN Bulletin 29 (1999), Table 1 "exact": Poisson 20, Lévy; mass of unit buckets.

    The severity has no mean, so nothing may depend on one: rounding, defective at the end of the grid.
    """
    single = discretize(Levy(), 0.25, 2**17, "rounding")
    padded = np.fft.irfft(Poisson(20.0).pgf(np.fft.rfft(single, 2**18)), 2**18)[: 2**17]
    lattice = Lattice(0.25, np.maximum(padded, 0.0), math.exp(-20.0))
    for x, mass in ((10, 3.0753813995042914e-05), (100, 1.1554797347429976e-3), (1000, 2.0129407540306587e-4)):
        found = lattice.cdf(x + 0.5) - lattice.cdf(x - 0.5)
        assert found == pytest.approx(mass, rel=0.02 if x == 10 else 1e-3)


def test_years_without_a_loss_of_a_mixed_poisson() -> None:
    """Negative binomial of mean 0.8 with mixing cv ½, lognormal 250,000 with cv 2: aggregate 0.30.1, its docs' case.

    Its default step reads F(0) = 0.482285; the generating function gives 0.482253.
    """
    sigma = math.sqrt(math.log(5))
    severity = Lognormal(math.log(250_000) - sigma**2 / 2, sigma)
    year = aggregate(NegativeBinomial(0.8, 0.8 + 0.25 * 0.64), severity)
    assert year.cdf(0.0) == pytest.approx(0.4822530864197532, abs=1e-12)
    assert year.mean == pytest.approx(200_000)
    assert math.sqrt(year.variance) == pytest.approx(509_901.95135927846)


def test_a_rare_lognormal_event_at_its_atom() -> None:
    """CISO Assistant (f990d7b) reports an ES99 of 2,041 where p = 0.5 % makes it 204,122: a hundredth of the truth."""
    severity = Lognormal.from_interval(100_000, 1_000_000)
    year = aggregate(Counts((0.995, 0.005)), severity)
    assert year.expected_shortfall(0.99) == pytest.approx(severity.mean * 0.005 / 0.01)


def test_a_shock_that_hits_two_families_at_once() -> None:
    """Closed form of common Poisson shocks: rates 1 and 2 of one's own, 0.5 in common; exponential 100 and 40.

    Means 150 and 100, variances 30,000 and 8,000, covariance λ₀ E[X₁] E[X₂] = 2,000. A shock is one peril here, an
    event tree with both costs, so that the covariance is what the variance of the sum has beyond those of the parts.
    """
    first, second = Gamma(1.0, 100.0), Gamma(1.0, 40.0)
    perils = [
        Peril("first", Poisson(1.0), first),
        Peril("second", Poisson(2.0), second),
        Peril("both", Poisson(0.5), EventTree((first, second))),
    ]
    assert sum(peril.mean for peril in perils) == pytest.approx(150 + 100)
    variance = sum(peril.variance for peril in perils)
    assert (variance - 30_000 - 8_000) / 2 == pytest.approx(2_000)
    assert (variance - 38_000) / 2 / math.sqrt(30_000 * 8_000) == pytest.approx(0.12909944487358055)
    total, years = simulate_perils(perils, 400_000, np.random.default_rng(4), "EUR").total, 400_000
    squares = np.square(total - 250)
    assert total.mean() == pytest.approx(250, abs=4 * math.sqrt(variance / years))
    assert squares.mean() == pytest.approx(variance, abs=4 * squares.std() / math.sqrt(years))


def test_panjer_cannot_start_where_the_transform_can() -> None:
    """exp(−746) is 0 in double precision: actuar 3.3-2 refuses; the sum of 746 fixed costs on average is no problem."""
    assert math.exp(-746.0) == 0.0
    year = aggregate(Poisson(746.0), Fixed(1.0))
    assert year.quantile(0.99) == stats.poisson.ppf(0.99, 746)
