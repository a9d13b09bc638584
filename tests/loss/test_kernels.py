"""The compiled loops and their numpy twins: the same bits; and numpy answers while there is nothing compiled."""

from __future__ import annotations

import logging
import subprocess
import sys
from types import ModuleType

import numpy as np
import pytest

from risk import compiled as compilation
from risk.loss import kernels, perils
from risk.loss.compound import year_losses
from risk.loss.counts import added_up, binomial_quantile, poisson_quantile
from risk.loss.draws import Years
from risk.loss.frequency import Poisson
from risk.loss.perils import Peril, simulate_years
from risk.loss.severity import Capped, Gamma, GeneralizedPareto, Layer, LogMetalog, Lognormal, Pert, Scaled, Severity


@pytest.fixture(scope="module")
def compiled() -> ModuleType:
    assert kernels.warm(wait=True)
    module = kernels.compiled_events()
    assert module is not None
    return module


@pytest.mark.parametrize("keep", [1.0, 0.4, 0.0])
@pytest.mark.parametrize(
    "severity",
    [
        Lognormal(0.0, 1.5),
        Gamma(0.3, 100.0),
        Pert(1.0, 2.0, 9.0),
        LogMetalog.from_quantiles(1.0, 4.0, 30.0),
        Capped(GeneralizedPareto(1.4, 3.0), 500.0),
        Capped(Layer(Scaled(Lognormal(0.0, 1.0), 3.0), 1.0, 8.0), 6.0),
    ],
    ids=lambda severity: repr(severity)[:30],
)
def test_losses_of_years_are_the_same_bits(compiled: ModuleType, severity: Severity, keep: float) -> None:
    years = Years.of(np.random.default_rng(1), "a", 20_000, first=3)
    counts = Poisson(3.0).counts(years)
    fast = year_losses(counts, years, severity, keep, kernels=compiled)
    slow = year_losses(counts, years, severity, keep)
    assert (fast.losses == slow.losses).all()
    assert (fast.largest == slow.largest).all()
    assert (fast.losses > 0).any() == (keep > 0)


def test_counts_are_the_same(compiled: ModuleType) -> None:
    rng = np.random.default_rng(2)
    uniform, rates = rng.random(50_000), rng.gamma(0.5, 30.0, 50_000)
    assert (poisson_quantile(uniform, rates, compiled) == poisson_quantile(uniform, rates)).all()
    chances = np.minimum(rng.gamma(0.5, 0.05, 50_000), 1.0)
    assert (binomial_quantile(uniform, 60, chances, compiled) == binomial_quantile(uniform, 60, chances)).all()
    ends = np.array([2.0**-53, 0.5, 1 - 2.0**-53])
    rate = np.full(3, 30.0)
    arguments = ends, np.zeros(3), rate, np.exp(-rate)
    assert (compiled.added_up(*arguments) == added_up(*arguments)).all()


def test_a_simulation_says_the_same_before_and_after_the_kernels_are_warm(
    compiled: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    peril = Peril("a", Poisson(30.0), Lognormal(0.0, 1.0))
    assert perils.MANY < 20_000 * 30
    warm = simulate_years([peril], 20_000, np.random.default_rng(1))
    monkeypatch.setattr(perils, "compiled_events", lambda: None)
    cold = simulate_years([peril], 20_000, np.random.default_rng(1))
    assert (warm.losses == cold.losses).all()


def test_numpy_answers_at_once_where_nothing_is_compiled_yet() -> None:
    """A fresh process: importing takes none of the heavy packages, and the first simulation does not wait for them."""
    code = (
        "import sys, risk.enterprise, risk.loss.event_trees\n"
        "assert not {'numba', 'pandas', 'scipy', 'statsmodels'} & set(sys.modules), 'heavy imports'\n"
        "from risk.loss import kernels\n"
        "assert kernels.warm() in (True, False)\n"
        "assert kernels.warm(wait=True) and kernels.compiled_events() is not None\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_a_machine_that_cannot_compile_says_so_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(name: str) -> ModuleType:
        raise ImportError(f"no {name} here")

    monkeypatch.setattr(compilation, "import_module", broken)
    compilation._compilation.cache_clear()
    try:
        with caplog.at_level(logging.WARNING):
            assert not kernels.warm(wait=True)
        assert kernels.compiled_events() is None
        assert "numpy answers instead" in caplog.text
        assert simulate_years(
            [Peril("a", Poisson(60.0), Lognormal(0, 1))], 10_000, np.random.default_rng(1)
        ).losses.all()
    finally:
        compilation._compilation.cache_clear()
