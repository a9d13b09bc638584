"""The loss engine: its transform against the package `aggregate`, its simulation against numpy, and 40 perils at once.

    python benchmarks/loss_engine.py [PYTHON]

PYTHON is the interpreter of another environment that has `aggregate` (pip install aggregate); without it that
comparison is left out. Times are medians of turns that alternate, of the processor (all threads) and of the wall.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # idle BLAS threads spin, which would count against whoever is next

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from risk.enterprise import DRIVERS, Enterprise
from risk.loss import kernels
from risk.loss.aggregate import aggregate
from risk.loss.event_trees import Branch, Choice, EventTree
from risk.loss.frequency import Binomial, Frequency, NegativeBinomial, Poisson
from risk.loss.insurance import Insurance
from risk.loss.measures import expected_shortfall, shortfall_contributions, value_at_risk
from risk.loss.perils import Peril, simulate_perils
from risk.loss.register import Entry, FamilyRisk
from risk.loss.severity import Capped, Empirical, Fixed, Gamma, GeneralizedPareto, Lognormal, Pert, Severity, Spliced
from risk.loss.table import YearLossTable

TURNS = 7
CASES: dict[str, tuple[Frequency, Severity, str]] = {
    "Poisson(20) x lognormal(0, 1.5)": (Poisson(20.0), Lognormal(0.0, 1.5), "20 claims sev lognorm 1.5 poisson"),
    "NB(50, 150) x GPD(0.35)": (
        NegativeBinomial(50.0, 150.0),
        GeneralizedPareto(0.35, 1.0),
        "50 claims sev genpareto 0.35 mixed gamma 0.2",
    ),
}

# What the other interpreter runs: a line in is a program in its language, a line out the milliseconds and the quantile.
PEER = """
import sys, time, warnings
warnings.filterwarnings("ignore")
from aggregate import build
for line in sys.stdin:
    name, program = line.rstrip().split("|")
    build(program, log2=16)
    start = time.process_time()
    found = build(program, log2=16)
    value = found.q(0.999)
    print((time.process_time() - start) * 1e3, value, flush=True)
"""


def milliseconds(calls: dict[str, Callable[[], object]]) -> dict[str, tuple[float, float]]:
    """Median processor and wall time of each call, the calls taking turns."""
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
    for turn in range(TURNS + 1):  # the first turn fills caches
        for name, call in calls.items():
            cpu, wall = time.process_time(), time.perf_counter()
            call()
            if turn:
                spent[name].append(((time.process_time() - cpu) * 1e3, (time.perf_counter() - wall) * 1e3))
    return {name: (median(cpu for cpu, _ in times), median(wall for _, wall in times)) for name, times in spent.items()}


class Peer:
    """The package `aggregate` in its own process; `value` is what it said last."""

    def __init__(self, python: str) -> None:
        self.process = subprocess.Popen([python, "-c", PEER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.value = float("nan")

    def build(self, program: str) -> float:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"x|agg X {program}\n")
        self.process.stdin.flush()
        spent, self.value = map(float, self.process.stdout.readline().split())
        return spent


def transform(peer: Peer | None) -> None:
    print("Distribution of a year's loss, 2^16 losses: VaR 99.9 % and its error against 2^21 losses")
    for name, (frequency, severity, program) in CASES.items():
        truth = float(aggregate(frequency, severity, 2**21).quantile(0.999))
        ours: list[float] = []
        theirs: list[float] = []
        for turn in range(TURNS + 1):
            start = time.process_time()
            value = float(aggregate(frequency, severity).quantile(0.999))
            ours += [(time.process_time() - start) * 1e3] * (turn > 0)
            theirs += [peer.build(program)] * (turn > 0) if peer else []
        print(f"  {name}: {median(ours):.1f} ms, {value:.3f}, error {abs(value / truth - 1):.1e}")
        if peer:
            error = abs(peer.value / truth - 1)
            print(f"    aggregate: {median(theirs):.1f} ms, {peer.value:.3f}, error {error:.1e}", end="")
            print(f"; ratio of times {median(ours) / median(theirs):.2f}")
    if not peer:
        print("    the package aggregate was not compared: name an interpreter that has it")


def numpy_years(years: int, rng: np.random.Generator) -> np.ndarray:
    """Counts, one draw of all costs, sums by year: the fastest of the vectorised ways tried."""
    counts = rng.poisson(20.0, years)
    costs = np.append(rng.lognormal(0.0, 1.5, counts.sum()), 0.0)
    return np.where(counts > 0, np.add.reduceat(costs, np.cumsum(counts) - counts), 0.0)


def chunked_numpy_years(years: int, rng: np.random.Generator) -> np.ndarray:
    return np.concatenate([numpy_years(1000, rng) for _ in range(years // 1000)])


def compound(years: int = 1_000_000) -> None:
    rng = np.random.default_rng(1)
    peril = Peril("a", Poisson(20.0), Lognormal(0.0, 1.5))
    took = milliseconds(
        {
            "numpy": lambda: numpy_years(years, rng),
            "numpy, 1,000 years at a time": lambda: chunked_numpy_years(years, rng),
            "compiled": lambda: peril.simulate(years, rng),
        }
    )
    print(f"Compound Monte Carlo, {years:,} years of Poisson(20) x lognormal(0, 1.5)")
    for name, (cpu, wall) in took.items():
        print(f"  {name}: {cpu:.0f} ms processor, {wall:.0f} ms wall", end="")
        print(f"; {cpu / took['compiled'][0]:.1f} x, {wall / took['compiled'][1]:.1f} x" if name != "compiled" else "")


def forty_perils() -> list[Peril]:
    """Perils of all kinds: parametric, capped, spliced, observed, event trees, one in four mitigated, two insured."""
    tree = EventTree(
        (
            Fixed(3000.0),
            Branch(0.3, EventTree((Capped(Lognormal.from_interval(5e3, 4e5), 2e7), Branch(0.5, Fixed(12_000.0))))),
            Choice(((0.2, Pert(1e3, 5e3, 2e4)), (0.5, Fixed(500.0)))),
        )
    )
    severities: list[Severity] = [
        Lognormal(8.0, 1.3),
        Gamma(0.8, 900.0),
        Capped(GeneralizedPareto(1.2, 1e4), 1e6),
        Pert(100.0, 400.0, 3000.0),
        tree,
        Spliced(Lognormal(8.0, 1.0), GeneralizedPareto(0.4, 9e3, 1e4), 1e4, 0.1),
        Empirical(np.random.default_rng(2).lognormal(6, 1, 400)),
        Lognormal(9.0, 2.0),
    ]
    frequencies: list[Frequency] = [
        Poisson(0.2),
        Poisson(4.0),
        NegativeBinomial(2.0, 5.0),
        Binomial(500, 0.004),
        Poisson(0.02),
    ]
    perils = [Peril(f"peril {place}", frequencies[place % 5], severities[place % 8]) for place in range(40)]
    perils[::4] = [peril.thinned(0.7) for peril in perils[::4]]
    perils[1:3] = [peril.insured(Insurance(deductible=500.0, aggregate_limit=1e5)) for peril in perils[1:3]]
    return perils


def five_families(perils: Sequence[Peril]) -> tuple[FamilyRisk, ...]:
    """The perils eight to a family, every one with half a share in a common driver."""
    names = [driver.name for driver in DRIVERS]
    return tuple(
        FamilyRisk(
            tuple(
                Entry(peril, peril.name, "expert", "Invented.", {names[place % len(names)]: 0.5})
                for place, peril in enumerate(perils[start : start + 8])
            ),
            "EUR",
            f"family {start // 8}",
        )
        for start in range(0, len(perils), 8)
    )


def enterprise(years: int = 100_000) -> None:
    rng = np.random.default_rng(1)
    perils = forty_perils()
    whole = Enterprise(five_families(perils), "EUR", rank_correlation=np.full((5, 5), 0.25) + 0.75 * np.eye(5))

    def everything(simulate: Callable[[], YearLossTable]) -> None:
        table = simulate()
        value_at_risk(table.total, 0.99)
        expected_shortfall(table.total, 0.99)
        shortfall_contributions(table, 0.99)

    took = milliseconds(
        {
            "perils alone": lambda: everything(lambda: simulate_perils(perils, years, rng, "EUR")),
            "common drivers": lambda: everything(lambda: replace(whole, rank_correlation=None).simulate(years, rng)),
            "drivers and Gaussian copula": lambda: everything(lambda: whole.simulate(years, rng)),
            "drivers and t copula": lambda: everything(lambda: replace(whole, copula="t").simulate(years, rng)),
        }
    )
    events = sum(peril.frequency.mean for peril in perils)
    print(f"Enterprise, {years:,} years x 40 perils in 5 families, {events:.1f} events a year, with VaR, ES and")
    print("contributions: at most 1500 ms wall")
    for name, (cpu, wall) in took.items():
        print(f"  {name}: {cpu:.0f} ms processor, {wall:.0f} ms wall")


def main() -> None:
    start = time.perf_counter()
    kernels.warm(wait=True)
    print(f"Kernels ready after {time.perf_counter() - start:.1f} s")
    transform(Peer(sys.argv[1]) if len(sys.argv) > 1 else None)
    compound()
    enterprise()


if __name__ == "__main__":
    main()
