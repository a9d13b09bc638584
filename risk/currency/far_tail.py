"""What the rates of a whole period could cost once in a hundred such periods, in two hundred, in a thousand."""

from __future__ import annotations

from concurrent.futures import Executor
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError
from risk.currency.rates import log_returns
from risk.currency.scenarios import simulate_receipts, tail_estimate
from risk.currency.var.sampled import book_degrees
from risk.currency.volatility import ewma_covariance

Floats = NDArray[np.float64]

LEVELS = (0.99, 0.995, 0.999)
AIMED_LEVEL = 0.995  # whose loss is made usual: it serves the levels on both sides of it
PILOT = 0.2  # share of the scenarios that look for that loss first
MONTH = 21  # trading days
MONTHLY_DECAY = 0.97  # RiskMetrics Technical Document, 4th edition (1996), chapter 5


class MonthlyMoves(NamedTuple):
    """Covariance of the log moves of a month, degrees of freedom of the book's, and the months they are out of."""

    covariance: Floats
    degrees: float
    months: int


def monthly_moves(rates: pd.DataFrame, worth: ArrayLike) -> MonthlyMoves:
    """Student's t moves of all currencies together, as the method "monte-carlo" of value at risk has them of a day.

    `rates`: columns in the order of `worth`, what is held of each in the reporting currency, whose own moves set the
    degrees of freedom. Months are of 21 trading days and do not overlap, the newest ends today.
    """
    days = log_returns(rates.dropna()).dropna().to_numpy()
    months = len(days) // MONTH
    if months < 2:
        raise InputError("Moves of a month need {days} days with a rate for every currency.", days=2 * MONTH)
    moves = days[len(days) - months * MONTH :].reshape(months, MONTH, -1).sum(axis=1)
    degrees = book_degrees(moves @ np.asarray(worth, dtype=np.float64), MONTHLY_DECAY, months)
    return MonthlyMoves(ewma_covariance(moves, MONTHLY_DECAY), degrees, months)


def far_tail(
    amounts: ArrayLike,
    covariance: ArrayLike,
    degrees: float,
    scenarios: int,
    rng: Generator,
    *,
    levels: tuple[float, ...] = LEVELS,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """Value at risk and expected shortfall of all months together: index level, one row a level.

    Arguments as of `simulate_receipts`. Columns: var, es, var_error, es_error, effective and plain as `TailEstimate`
    has them. A fifth of the scenarios is drawn plainly, to find the loss that the others are then aimed at.
    """
    pilot = max(1, int(PILOT * scenarios))
    found = simulate_receipts(amounts, covariance, degrees, pilot, rng, executor=executor)
    aim = tail_estimate(found, AIMED_LEVEL).var
    if not aim > 0.0:
        raise InputError("No move of the exchange rates costs anything: there is no far tail.")
    aimed = simulate_receipts(amounts, covariance, degrees, scenarios - pilot, rng, aim=aim, executor=executor)
    rows = [vars(tail_estimate(aimed, level)) for level in levels]
    return pd.DataFrame(rows, pd.Index(levels, name="level"))
