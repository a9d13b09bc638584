"""Scenarios of receipts: closed forms, the numpy twin, the same bits however the work is shared, and the aimed tail."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import numpy as np
import pytest
from scipy import stats

from risk import compiled
from risk.checks import InputError
from risk.currency import scenarios
from risk.currency.scenarios import simulate_receipts, tail_estimate
from risk.currency.var import student_factors

AMOUNTS = np.array([[100.0, -40.0, 60.0], [80.0, -40.0, 70.0], [120.0, -30.0, 50.0]])
COVARIANCE = np.array([[9.0, 3.0, 1.0], [3.0, 16.0, 2.0], [1.0, 2.0, 4.0]]) * 1e-4


@pytest.fixture(scope="module")
def kernel() -> ModuleType:
    assert compiled.warm([scenarios.KERNEL], wait=True)
    module = compiled.compiled(scenarios.KERNEL)
    assert module is not None
    return module


def test_normal_numbers_are_normal(kernel: ModuleType) -> None:
    state = np.empty((4, kernel.LANES), np.uint32)
    kernel.begin(state, np.uint32(5), np.uint32(7))
    n = 2**21
    drawn = np.empty(n, np.float32)
    kernel.normals(state, np.empty(n, np.uint32), np.empty(n // 2, np.float32), drawn)
    x = drawn.astype(np.float64)
    assert abs(x.mean()) < 4 / np.sqrt(n)
    assert abs(x.var() - 1) < 4 * np.sqrt(2 / n)
    assert abs(stats.kurtosis(x)) < 4 * np.sqrt(24 / n)
    assert abs(np.corrcoef(x[:-1], x[1:])[0, 1]) < 4 / np.sqrt(n)
    assert abs(np.corrcoef(x[: n // 2], x[n // 2 :])[0, 1]) < 6 / np.sqrt(n)
    assert stats.kstest(x[:200_000], "norm").pvalue > 1e-3
    assert np.mean(np.abs(x) > 4) / (2 * stats.norm.sf(4)) == pytest.approx(1.0, abs=0.4)


def test_logarithms_and_exponentials_are_right_to_single_precision(kernel: ModuleType) -> None:
    x = np.linspace(2.0**-32, 1.0, 100_001).astype(np.float32)
    found = x.copy()
    kernel.logarithms(found)
    assert found == pytest.approx(np.log(x.astype(np.float64)), rel=2e-7, abs=2e-7)
    powers, out = np.linspace(-12, 12, 100_001).astype(np.float32), np.empty(100_001, np.float32)
    kernel.exponentials(powers, out)
    assert out == pytest.approx(np.exp(powers.astype(np.float64)), rel=1e-6)


@pytest.mark.parametrize("degrees", [2.5, 5.0, 30.0])
def test_mixing_has_the_distribution_that_makes_student_t(kernel: ModuleType, degrees: float) -> None:
    state = np.empty((4, kernel.LANES), np.uint32)
    kernel.begin(state, np.uint32(1), np.uint32(2))
    spare = (
        np.empty(kernel.SPARE, np.uint32),
        np.empty(kernel.SPARE // 2, np.float32),
        np.empty(kernel.SPARE, np.float32),
    )
    rows = np.empty((200, kernel.BLOCK), np.float32)
    for row in rows:
        kernel.mix(state, np.float32(degrees), *spare, row)
    chi = (degrees - 2) / np.square(rows.ravel().astype(np.float64))
    assert stats.kstest(chi, "chi2", args=(degrees,)).pvalue > 1e-3


def test_plain_python_says_the_same_as_the_compiled_loop(kernel: ModuleType) -> None:
    root = np.linalg.cholesky(COVARIANCE).astype(np.float32)
    z = np.random.default_rng(1).normal(size=(3, kernel.BLOCK)).astype(np.float32)
    fast, slow = z.copy(), z.copy()
    kernel.correlate(root, fast)
    kernel.correlate.py_func(root, slow)
    assert fast == pytest.approx(slow, rel=1e-4, abs=1e-7)
    assert fast == pytest.approx(root @ z, rel=1e-4, abs=1e-7)


@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize("degrees", [5.0, np.inf])
def test_means_and_variances_are_the_closed_forms(degrees: float) -> None:
    found = simulate_receipts(AMOUNTS, COVARIANCE, degrees, 200_000, np.random.default_rng(1))
    error = found.flows.std(axis=0) / np.sqrt(len(found.flows))
    assert (np.abs(found.flows.mean(axis=0) - AMOUNTS.sum(axis=1)) < 4 * error).all()
    reach = AMOUNTS[::-1].cumsum(axis=0)[::-1]
    deviation = np.sqrt(np.einsum("mc,cd,md->", reach, COVARIANCE, reach))
    assert found.losses.std() == pytest.approx(deviation, rel=0.03)
    assert found.losses.mean() == pytest.approx(0.0, abs=4 * deviation / np.sqrt(200_000))


@pytest.mark.usefixtures("kernel")
def test_one_small_month_is_student_t() -> None:
    covariance = COVARIANCE / 100
    found = simulate_receipts(AMOUNTS[:1], covariance, 5.0, 400_000, np.random.default_rng(2))
    deviation = np.sqrt(AMOUNTS[0] @ covariance @ AMOUNTS[0])
    for level in (0.95, 0.99):
        measured = tail_estimate(found, level)
        exact = student_factors(level, 5.0)
        assert measured.var == pytest.approx(exact.var * deviation, abs=4 * measured.var_error + 0.003 * deviation)
        assert measured.es == pytest.approx(exact.es * deviation, abs=4 * measured.es_error + 0.01 * deviation)


def test_the_twin_has_the_same_distribution(kernel: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kernel is not None
    fast = simulate_receipts(AMOUNTS, COVARIANCE, 5.0, 100_000, np.random.default_rng(3))
    monkeypatch.setattr(scenarios, "compiled", lambda _name: None)
    slow = simulate_receipts(AMOUNTS, COVARIANCE, 5.0, 100_000, np.random.default_rng(3))
    assert stats.ks_2samp(fast.losses, slow.losses).pvalue > 1e-3
    for month in range(3):
        assert stats.ks_2samp(fast.flows[:, month], slow.flows[:, month]).pvalue > 1e-3


def test_the_twin_aims_too(kernel: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kernel is not None
    fast = simulate_receipts(AMOUNTS, COVARIANCE, 5.0, 50_000, np.random.default_rng(4), aim=60.0)
    monkeypatch.setattr(scenarios, "compiled", lambda _name: None)
    slow = simulate_receipts(AMOUNTS, COVARIANCE, 5.0, 50_000, np.random.default_rng(4), aim=60.0)
    one, other = tail_estimate(fast, 0.999), tail_estimate(slow, 0.999)
    assert one.var == pytest.approx(other.var, abs=4 * np.hypot(one.var_error, other.var_error))


@pytest.mark.usefixtures("kernel")
def test_threads_and_numbers_of_scenarios_change_no_bit() -> None:
    def flows(count: int, threads: int | None = None) -> np.ndarray:
        rng = np.random.default_rng(5)
        if threads is None:
            return simulate_receipts(AMOUNTS, COVARIANCE, 5.0, count, rng).flows
        with ThreadPoolExecutor(threads) as pool:
            return simulate_receipts(AMOUNTS, COVARIANCE, 5.0, count, rng, executor=pool).flows

    whole = flows(200_000)
    assert (flows(200_000, 2) == whole).all()
    assert (flows(200_000, 5) == whole).all()
    assert (flows(70_001) == whole[:70_001]).all()


@pytest.mark.usefixtures("kernel")
def test_an_aimed_tail_is_the_same_tail_with_less_error() -> None:
    plain = simulate_receipts(AMOUNTS, COVARIANCE, 5.0, 1_000_000, np.random.default_rng(6))
    crude = tail_estimate(plain, 0.999)
    aimed = simulate_receipts(AMOUNTS, COVARIANCE, 5.0, 100_000, np.random.default_rng(7), aim=crude.var)
    found = tail_estimate(aimed, 0.999)
    assert found.var == pytest.approx(crude.var, abs=4 * np.hypot(found.var_error, crude.var_error))
    assert found.es == pytest.approx(crude.es, abs=4 * np.hypot(found.es_error, crude.es_error))
    # Ten times fewer scenarios, and still a smaller error.
    assert found.var_error < crude.var_error
    assert found.effective > 5 * crude.effective / 10


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((AMOUNTS[0], COVARIANCE, 5.0, 10), "do not belong together"),
        ((AMOUNTS, COVARIANCE[:2, :2], 5.0, 10), "do not belong together"),
        ((AMOUNTS * np.nan, COVARIANCE, 5.0, 10), "finite"),
        ((AMOUNTS, COVARIANCE - 0.01, 5.0, 10), "negative eigenvalue"),
        ((AMOUNTS, COVARIANCE, 2.0, 10), "degrees"),
        ((AMOUNTS, COVARIANCE, 5.0, 0), "scenarios"),
    ],
)
def test_what_cannot_be_simulated_is_refused(arguments: tuple, said: str) -> None:
    with pytest.raises(InputError, match=said):
        simulate_receipts(*arguments, np.random.default_rng(1))
    with pytest.raises(InputError, match="aim"):
        simulate_receipts(AMOUNTS, COVARIANCE, 5.0, 10, np.random.default_rng(1), aim=-1.0)
