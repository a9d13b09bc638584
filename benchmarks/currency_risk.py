"""Currency risk beside its peers, as ratios of one run: GARCH fits, rolling measures, scenarios, and the aimed tail.

Run: python benchmarks/currency_risk.py [--repeat 5] [--scenarios 1000000] [--reporting EUR]

Peers: the package arch for GARCH(1,1), by processor seconds and log likelihood on every ECB series; pandas' rolling
quantile and a Python loop over numpy's for rolling value at risk; numpy in double precision, in chunks, for scenarios.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from risk import compiled
from risk.currency import scenarios
from risk.currency.backtest import rolling_filtered, rolling_historical, windows
from risk.currency.rates import ecb_rates, log_returns
from risk.currency.scenarios import simulate_receipts, tail_estimate
from risk.currency.volatility import fit_garch, garch

KERNELS = (garch.KERNEL, windows.KERNEL, scenarios.KERNEL)
CURRENCIES, MONTHS, DEGREES = 30, 12, 5.0


def seconds(work: Callable[[], Any], repeat: int, clock: Callable[[], float] = time.process_time) -> float:
    """Median time of some runs."""
    times = []
    for _ in range(repeat):
        begun = clock()
        work()
        times.append(clock() - begun)
    return float(np.median(times))


def garch_fits(reporting: str) -> None:
    from arch import arch_model

    returns = log_returns(ecb_rates(reporting))
    for distribution in ("normal", "t"):
        ratios, gaps = [], []
        for code in returns.columns:
            moves = returns[code].dropna().to_numpy()
            if len(moves) < 1000 or moves.std() == 0:
                continue
            size = moves.std()
            model = arch_model(moves / size, mean="Constant", vol="GARCH", p=1, q=1, dist=distribution, rescale=False)
            ours = fit_garch(moves, distribution)
            theirs = model.fit(disp="off", show_warning=False)
            gaps.append(ours.loglikelihood - theirs.loglikelihood + len(moves) * np.log(size))
            own = seconds(lambda moves=moves, kind=distribution: fit_garch(moves, kind), 3)
            ratios.append(seconds(lambda model=model: model.fit(disp="off", show_warning=False), 1) / own)
        print(
            f"GARCH(1,1) {distribution}, {len(ratios)} series in {reporting}: {np.median(ratios):.0f} x arch "
            f"(quarter of the series below {np.quantile(ratios, 0.25):.0f} x); "
            f"log likelihood less arch's: least {min(gaps):.3f}, median {np.median(gaps):.6f}"
        )


def refits(reporting: str) -> None:
    """Thirty currencies over all their years, each fitted anew on 1,000 days every 21 days."""
    returns = log_returns(ecb_rates(reporting))
    longest = returns.count().sort_values(ascending=False).index[:CURRENCIES]
    series = [returns[code].dropna().to_numpy() for code in longest]
    for distribution in ("normal", "t"):
        begun, fits = time.process_time(), 0
        for moves in series:
            for end in range(1000, len(moves), 21):
                window = moves[end - 1000 : end]
                if np.ptp(window) > 0:
                    fit_garch(window, distribution)
                    fits += 1
        print(
            f"GARCH(1,1) {distribution}, {len(series)} currencies, up to {max(map(len, series)):,} days, every 21: "
            f"{fits:,} fits in {time.process_time() - begun:.1f} s"
        )


def rolling(repeat: int) -> None:
    losses = -log_returns(ecb_rates("EUR", ["USD"]))["USD"].to_numpy()
    series = pd.Series(losses)
    pandas = seconds(lambda: series.rolling(1000).quantile(0.99, interpolation="higher"), repeat)

    def loop() -> list[tuple[float, float]]:
        found = []
        for end in range(1000, losses.size + 1, 10):  # a tenth of the days
            window = losses[end - 1000 : end]
            var = np.quantile(window, 0.99, method="inverted_cdf")
            found.append((var, var + np.maximum(window - var, 0).mean() / 0.01))
        return found

    slow = 10 * seconds(loop, 1)
    found = rolling_historical(losses, 1000, 0.99).var
    exact = np.quantile(np.lib.stride_tricks.sliding_window_view(losses, 1000), 0.99, axis=1, method="inverted_cdf")
    for name, work in (
        ("historical", lambda: rolling_historical(losses, 1000, 0.99)),
        ("filtered", lambda: rolling_filtered(-losses, 1000, 0.99)),
    ):
        own = seconds(work, 4 * repeat)
        print(
            f"Rolling VaR and ES, {name}, {losses.size:,} days: {pandas / own:.1f} x pandas' quantile alone, "
            f"{slow / own:.0f} x a Python loop"
        )
    print(f"  equal to numpy's inverted_cdf: {(found == exact).all()}")


def book() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    root = rng.normal(size=(CURRENCIES, CURRENCIES))
    covariance = root @ root.T
    size = np.sqrt(np.diag(covariance))
    correlation = 0.5 * covariance / np.outer(size, size) + 0.5 * np.eye(CURRENCIES)
    return rng.uniform(10, 100, (MONTHS, CURRENCIES)), correlation * 0.03**2


def in_chunks(amounts: np.ndarray, covariance: np.ndarray, count: int) -> np.ndarray:
    """The peer: numpy in double precision, 8,192 scenarios at a time."""
    rng, root = np.random.default_rng(2), np.linalg.cholesky(covariance)
    total = np.empty(count)
    drift = np.diag(covariance) / 2
    for first in range(0, count, 8192):
        size = min(8192, count - first)
        level, brought = np.zeros((size, CURRENCIES)), np.zeros(size)
        for month in range(MONTHS):
            mixing = np.sqrt((DEGREES - 2) / rng.chisquare(DEGREES, size))
            level += (rng.standard_normal((size, CURRENCIES)) @ root.T) * mixing[:, None] - drift
            brought += np.exp(level) @ amounts[month]
        total[first : first + size] = brought
    return total


def many_scenarios(count: int, repeat: int) -> None:
    amounts, covariance = book()
    own = seconds(lambda: simulate_receipts(amounts, covariance, DEGREES, count, np.random.default_rng(1)), repeat)
    fewer = count // 10
    peer = 10 * seconds(lambda: in_chunks(amounts, covariance, fewer), repeat)
    kernel = compiled.compiled(scenarios.KERNEL)
    assert kernel is not None
    state, cells = np.empty((4, kernel.LANES), np.uint32), CURRENCIES * kernel.BLOCK
    kernel.begin(state, np.uint32(1), np.uint32(2))
    arrays = np.empty(cells, np.uint32), np.empty(cells // 2, np.float32), np.empty(cells, np.float32)

    def draws() -> None:
        for _ in range(count * MONTHS * CURRENCIES // cells):
            kernel.normals(state, *arrays)

    alone = seconds(draws, repeat)

    def simulate(pool: ThreadPoolExecutor | None = None) -> None:
        simulate_receipts(amounts, covariance, DEGREES, count, np.random.default_rng(1), executor=pool)

    serial = seconds(simulate, repeat, time.perf_counter)
    with ThreadPoolExecutor(2) as pool:
        shared = seconds(lambda: simulate(pool), repeat, time.perf_counter)
    print(
        f"{count:,} scenarios x {MONTHS} months x {CURRENCIES} currencies, t({DEGREES:g}): {peer / own:.0f} x numpy "
        f"by processor time, {alone / own:.2f} of the rate of its random numbers alone, two threads "
        f"{serial / shared:.2f} x one"
    )


def whole_process(count: int) -> None:
    """A fresh process with the compiled code on disk: its time and its memory."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "import numpy as np\n"
        "from risk import compiled\n"
        "from risk.currency import scenarios\n"
        "compiled.warm([scenarios.KERNEL], wait=True)\n"
        f"amounts, covariance = np.full(({MONTHS}, {CURRENCIES}), 50.0), 4e-4 * (np.eye({CURRENCIES}) + 1)\n"
        "with ThreadPoolExecutor(2) as pool:\n"
        "    rng = np.random.default_rng(1)\n"
        f"    scenarios.simulate_receipts(amounts, covariance, {DEGREES}, {count}, rng, executor=pool)\n"
        "status = open('/proc/self/status').read()\n"  # of Linux: the kernel's own figure is that of the parent too
        "print(int(status.split('VmHWM:')[1].split()[0]) // 1024)\n"
    )
    begun = time.perf_counter()
    said = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parents[1])], check=True, capture_output=True, text=True
    )
    print(f"  whole process: {time.perf_counter() - begun:.1f} s, {said.stdout.strip()} MB")


def aimed_tail(repeat: int) -> None:
    amounts, covariance = book()
    for degrees in (np.inf, DEGREES):
        pilot = tail_estimate(simulate_receipts(amounts, covariance, degrees, 400_000, np.random.default_rng(3)), 0.995)
        for level in (0.995, 0.999):
            plain, aimed = [], []
            for seed in range(6 * repeat):
                rng = np.random.default_rng(seed)
                plain.append(tail_estimate(simulate_receipts(amounts, covariance, degrees, 50_000, rng), level))
                found = simulate_receipts(amounts, covariance, degrees, 50_000, rng, aim=pilot.var)
                aimed.append(tail_estimate(found, level))
            gain = np.var([(one.var, one.es) for one in plain], axis=0) / np.var(
                [(one.var, one.es) for one in aimed], axis=0
            )
            beyond = np.mean([one.effective for one in aimed])
            bias = np.mean([one.var for one in aimed]) / np.mean([one.var for one in plain]) - 1
            print(
                f"Aimed tail, {'normal' if np.isinf(degrees) else f't({degrees:g})'}, {level:.1%}: variance of VaR "
                f"{gain[0]:.0f} x smaller, of ES {gain[1]:.0f} x; {beyond:,.0f} effective scenarios beyond of 50,000; "
                f"VaR differs by {bias:+.2%}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--scenarios", type=int, default=1_000_000)
    parser.add_argument("--reporting", default="EUR")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # arch's remarks on scale and convergence
    assert compiled.warm(KERNELS, wait=True)
    garch_fits(options.reporting)
    refits(options.reporting)
    rolling(options.repeat)
    many_scenarios(options.scenarios, max(1, options.repeat // 2))
    whole_process(options.scenarios)
    aimed_tail(options.repeat)


if __name__ == "__main__":
    main()
