"""GARCH(1,1): the package arch as witness, the numpy twin, the loop in plain Python, and what is refused."""

from __future__ import annotations

import warnings
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from risk import compiled
from risk.checks import InputError
from risk.currency.rates import ecb_rates, log_returns
from risk.currency.volatility import fit_garch, garch

TEN = ["USD", "JPY", "GBP", "SEK", "TRY", "AUD", "CNY", "INR", "MXN", "ZAR"]


@pytest.fixture(scope="module")
def kernel() -> ModuleType:
    assert compiled.warm([garch.KERNEL], wait=True)
    module = compiled.compiled(garch.KERNEL)
    assert module is not None
    return module


@pytest.fixture(scope="module")
def returns() -> pd.DataFrame:
    return log_returns(ecb_rates("EUR", TEN, end="2026-10-30"))


@pytest.mark.parametrize("distribution", ["normal", "t"])
@pytest.mark.parametrize("code", TEN)
@pytest.mark.usefixtures("kernel")
def test_parameters_and_likelihood_are_those_of_arch(returns: pd.DataFrame, code: str, distribution: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # arch's imports and its remarks on scale
        from arch import arch_model

        moves = returns[code].dropna().to_numpy()
        size = moves.std()
        model = arch_model(moves / size, mean="Constant", vol="GARCH", p=1, q=1, dist=distribution, rescale=False)
        theirs = model.fit(disp="off", show_warning=False, tol=1e-10)
    ours = fit_garch(moves, distribution)
    assert ours.converged
    assert ours.loglikelihood == pytest.approx(theirs.loglikelihood - len(moves) * np.log(size), abs=1e-3)
    found = [ours.mu / size, ours.omega / size**2, ours.alpha, ours.beta, *([] if ours.nu is None else [ours.nu])]
    assert found == pytest.approx(theirs.params.to_numpy(), rel=5e-3, abs=5e-4)
    assert np.sqrt(ours.variance[:-1]) == pytest.approx(theirs.conditional_volatility * size, rel=2e-3)
    tomorrow = theirs.forecast(horizon=1).variance.to_numpy()[-1, 0]
    assert ours.variance[-1] == pytest.approx(tomorrow * size**2, rel=4e-3)


@pytest.mark.parametrize("distribution", ["normal", "t"])
def test_compiled_and_numpy_find_the_same(
    kernel: ModuleType, returns: pd.DataFrame, distribution: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kernel is not None
    moves = returns["USD"].dropna().to_numpy()[-1500:]
    fast = fit_garch(moves, distribution)
    monkeypatch.setattr(garch, "compiled", lambda _name: None)
    slow = fit_garch(moves, distribution)
    assert slow.loglikelihood == pytest.approx(fast.loglikelihood, abs=1e-5)
    assert slow.persistence == pytest.approx(fast.persistence, abs=1e-4)


@pytest.mark.parametrize("size", [4, 5])
def test_loop_twin_and_plain_python_agree_on_height_and_slope(kernel: ModuleType, size: int) -> None:
    moves = np.random.default_rng(1).standard_t(5, 403)
    for unknowns in ([0.05, -2.0, 2.0, -1.0, 1.0], [-0.3, -4.0, 7.0, -3.0, -2.0], [0.0, 0.5, -1.0, 0.5, 3.0]):
        x = np.array(unknowns[:size])
        value, slope = garch.height(moves, 1.3, x)
        loop, plain = np.zeros(size), np.zeros(size)
        assert kernel.height(moves, 1.3, x, loop) == pytest.approx(value, rel=1e-11)
        assert kernel.height.py_func(moves, 1.3, x, plain) == pytest.approx(value, rel=1e-11)
        assert loop == pytest.approx(slope, rel=1e-8, abs=1e-8)
        assert plain == pytest.approx(slope, rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("size", [4, 5])
def test_the_slope_is_that_of_the_height(size: int) -> None:
    moves, step = np.random.default_rng(2).standard_t(4, 300), 1e-6
    x = np.array([0.1, -2.5, 2.5, -1.5, 0.5][:size])
    slope = garch.height(moves, 0.8, x)[1]
    for place in range(size):
        shift = step * (np.arange(size) == place)
        rise = garch.height(moves, 0.8, x + shift)[0] - garch.height(moves, 0.8, x - shift)[0]
        assert slope[place] == pytest.approx(rise / (2 * step), rel=1e-5, abs=1e-4)


def test_volatility_of_quantlib() -> None:
    """QuantLib, test-suite/garch.cpp, testCalculation: ω 0.2, α 0.2, β 0.3, ten returns of 0.1."""
    published = [0.452769, 0.513323, 0.530141, 0.5350841, 0.536558, 0.536999, 0.537132, 0.537171, 0.537183, 0.537187]
    variance = garch._recursion(np.array([0.0, 0.2, 0.2, 0.3, np.inf]), 0.01, np.full(11, 0.01))
    assert np.sqrt(variance[:10]) == pytest.approx(published, abs=1e-6)


def test_simulated_parameters_come_back() -> None:
    rng, variance, moves = np.random.default_rng(7), 1e-4, np.empty(20_000)
    for day in range(moves.size):
        moves[day] = np.sqrt(variance) * rng.standard_t(6) * np.sqrt(4 / 6)
        variance = 2e-6 + 0.08 * moves[day] ** 2 + 0.90 * variance
    fit = fit_garch(moves, "t")
    assert (fit.alpha, fit.beta) == (pytest.approx(0.08, abs=0.015), pytest.approx(0.90, abs=0.02))
    assert fit.nu == pytest.approx(6.0, abs=0.7)
    assert fit.omega == pytest.approx(2e-6, rel=0.3)


def test_a_fit_scales_with_its_returns() -> None:
    moves = 0.01 * np.random.default_rng(8).standard_t(5, 2000)
    one, big = fit_garch(moves, "t"), fit_garch(100 * moves, "t")
    assert big.variance == pytest.approx(1e4 * one.variance, rel=1e-6)
    assert big.loglikelihood == pytest.approx(one.loglikelihood - 2000 * np.log(100), abs=1e-6)
    assert one.variance_of(moves) == pytest.approx(one.variance, rel=1e-12)
    assert one.variance_of(moves[:500]) == pytest.approx(one.variance[:501], rel=1e-12)


def test_a_peg_is_flagged_not_believed() -> None:
    fit = fit_garch(log_returns(ecb_rates("EUR", ["BGN"], end="2025-06-30"))["BGN"].dropna(), "t")
    assert not fit.converged
    assert "still rises" in fit.message


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        (np.zeros(99), "number of returns"),
        (np.zeros(500), "do not vary"),
        (np.full((200, 2), 0.1), "one row"),
        (np.append(np.ones(200), np.nan), "finite"),
    ],
)
def test_what_has_no_volatility_is_refused(moves: np.ndarray, said: str) -> None:
    with pytest.raises(InputError, match=said):
        fit_garch(moves)
    with pytest.raises(InputError, match="distribution"):
        fit_garch(np.random.default_rng(1).normal(size=200), "cauchy")
