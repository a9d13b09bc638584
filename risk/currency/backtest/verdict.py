"""All tests of one backtest in a row, and which of several methods to trust."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.random import Generator

from risk.checks import InputError, between
from risk.currency.backtest.coverage import conditional_coverage, kupiec, traffic_light
from risk.currency.backtest.shortfall import (
    acerbi_szekely,
    fissler_ziegel_loss,
    normal_tail,
    quantile_loss,
    shortfall_null,
    student_tail,
)
from risk.currency.backtest.timing import duration_test, dynamic_quantile
from risk.currency.var.student import LEAST, MOST, student_factors

SIZE = 0.05  # of each test: a right model is rejected once in twenty
FEW_EXPECTED = 10.0  # exceptions below which the binomial probability is exact and the likelihood ratio is not
TAIL = 20_000


@dataclass(frozen=True)
class Verdict:
    """A backtest by all tests; p-values below 0.05 speak against the method, losses rank it: the lower the better.

    `number` is the p-value of the number of exceptions, `clusters` that of number and clustering together, `durations`
    that of the days between them, `foresight` that of the dynamic quantile test, `shortfall` that of Z2 under the
    method's own tail. `quantile_loss` is in the unit of the losses.
    """

    days: int
    exceptions: int
    expected: float
    number: float
    clusters: float
    durations: float
    foresight: float
    zone: str
    z2: float
    shortfall: float
    quantile_loss: float
    shortfall_loss: float

    @property
    def rejected(self) -> tuple[str, ...]:
        """The tests that speak against the method."""
        names = ("number", "clusters", "durations", "foresight", "shortfall")
        return tuple(name for name in names if getattr(self, name) < SIZE)

    @property
    def holds(self) -> bool:
        """Whether neither the number of exceptions, nor their clustering, nor their size speaks against it.

        Nor the traffic light: more exceptions than nineteen of twenty right models have are too many, whatever a
        two-sided test says.
        """
        return self.zone == "green" and not {"number", "clusters", "shortfall"} & set(self.rejected)


def judge(backtest: pd.DataFrame, level: float, rng: Generator) -> Verdict:
    """All tests of a frame of `rolling_backtest` at its level."""
    losses, var, es = (backtest[name].to_numpy(dtype=np.float64) for name in ("loss", "var", "es"))
    hits = backtest["exception"].to_numpy(dtype=bool)
    found, days = int(hits.sum()), len(hits)
    number = kupiec(found, days, level)
    expected = days * (1.0 - level)
    shortfall = acerbi_szekely(losses, var, es, level)
    null = shortfall_null(own_tail(var, es, level, rng), days, level, rng)[1]
    return Verdict(
        days,
        found,
        expected,
        float(number.exact if expected < FEW_EXPECTED and number.exact is not None else number.p_value),
        conditional_coverage(hits, level).p_value,
        duration_test(hits, level).p_value,
        dynamic_quantile(losses, var, level).p_value,
        traffic_light(found, days, level).zone,
        shortfall.z2,
        float((null <= shortfall.z2).mean()),
        quantile_loss(losses, var, level),
        fissler_ziegel_loss(losses, var, es, level),
    )


def most_trusted(verdicts: dict[str, Verdict]) -> str:
    """The method with the lowest joint loss among those that hold; among all where none does."""
    if not verdicts:
        raise InputError("There is no backtest to choose from.")
    holding = {name: verdict for name, verdict in verdicts.items() if verdict.holds} or verdicts
    return min(holding, key=lambda name: holding[name].shortfall_loss)


def own_tail(var: np.ndarray, es: np.ndarray, level: float, rng: Generator) -> np.ndarray:
    """Losses beyond value at risk by expected shortfall, as a forecast itself has them.

    Of the Student's t distribution whose expected shortfall stands to value at risk as the forecasts' do.
    """
    degrees = implied_degrees(float(np.median(es / var)), level)
    return normal_tail(level, TAIL, rng) if degrees >= MOST else student_tail(level, degrees, TAIL, rng)


def implied_degrees(ratio: float, level: float) -> float:
    """Degrees of freedom at which expected shortfall is this many times value at risk, between 2.1 and 200."""
    from scipy.optimize import brentq

    def excess(log_degrees: float) -> float:
        factors = student_factors(between("level", level, 0.5, 1.0), float(np.exp(log_degrees)))
        return factors.es / factors.var - ratio

    ends = np.log(LEAST), np.log(MOST)
    if not excess(ends[0]) > 0.0:
        return LEAST
    if not excess(ends[1]) < 0.0:
        return MOST
    return float(np.exp(brentq(excess, *ends)))
