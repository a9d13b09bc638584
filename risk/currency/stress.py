"""What would it cost today: real episodes, shocks of one's own, the break of a peg, and the smallest move that hurts.

Exposures are values in the reporting currency at the rates now; a move is the change of a currency's value in reporting
currency, −0.1 being a tenth less. A loss is −value × move: exact, whatever its size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, positive
from risk.currency.rates import log_returns

Floats = NDArray[np.float64]

DOLLAR = "USD"
HISTORY = 2520  # newest days from which a missing currency's share in the moves of others is estimated: ten years
RIDGE = 0.05  # of each variance: currencies that move as one else get large shares of opposite sign
MONTH = pd.Timedelta(days=31)
FEWEST = 250


@dataclass(frozen=True, eq=False)
class Scenario:
    """Moves of all exposed currencies together; `estimated` are those without a rate then, with R² of the estimate."""

    name: str
    moves: pd.Series[float]
    start: pd.Timestamp | None = None
    end: pd.Timestamp | None = None
    estimated: Mapping[str, float] | None = None


@dataclass(frozen=True)
class ReverseStress:
    """The smallest move that costs an amount: `distance` in standard deviations of the loss, moves by currency."""

    moves: pd.Series[float]
    distance: float
    loss: float


def episodes(
    recorded: pd.DataFrame,
    per_dollar: pd.DataFrame,
    reporting: str,
    currencies: Sequence[str],
    shares: pd.DataFrame | None = None,
) -> list[Scenario]:
    """Real episodes as moves of these currencies against the reporting currency.

    `recorded` are rows of `risk.reference.currency_episodes`; `per_dollar` holds US dollars for 1 unit of each currency
    by day. Between the days of an episode every currency moves as its rates did; where rates do not reach back, as the
    record says. A currency that neither knows (the reporting currency may be one) moves by regression of its
    newest ten years on the currencies that are known, all against the dollar, and is flagged. `shares` are rates of
    another provider, US dollars for 1 unit too, for the regression of a currency that `per_dollar` has no column for.
    """
    begin = per_dollar.index[0]
    wanted = [code for code in dict.fromkeys([*currencies, reporting]) if code != DOLLAR]
    scenarios = []
    for name, start, end, rows in _windows(recorded, begin):
        known = _between(per_dollar, start, end) if start >= begin else _recorded(rows)
        moves, estimated = _completed(known, per_dollar, shares, wanted)
        against = moves.get(reporting, 0.0)
        changes = pd.Series({code: np.expm1(moves.get(code, 0.0) - against) for code in currencies}, dtype="float64")
        scenarios.append(Scenario(name, changes, start, end, estimated))
    return scenarios


def parallel(currencies: Iterable[str], move: float) -> Scenario:
    """All currencies by the same share against the reporting currency."""
    _move(move)
    return Scenario(f"{move:+.0%}", pd.Series(move, pd.Index(list(currencies)), dtype="float64"))


def shock(name: str, moves: Mapping[str, float], currencies: Iterable[str]) -> Scenario:
    """Moves of one's own; currencies that are not named stay."""
    for move in moves.values():
        _move(move)
    return Scenario(name, pd.Series({code: moves.get(code, 0.0) for code in currencies}, dtype="float64"))


def all_at_once(values: pd.Series[float], volatility: pd.Series[float], deviations: float) -> Scenario:
    """Every currency against the exposure by so many standard deviations, as if all were correlated perfectly."""
    against = np.sign(values.to_numpy()) * volatility.reindex(values.index).to_numpy()
    moves = np.maximum(-positive("deviations", deviations) * against, -1.0)
    return Scenario(f"{deviations:g} σ", pd.Series(moves, values.index))


def losses(scenarios: Sequence[Scenario], values: pd.Series[float]) -> pd.DataFrame:
    """What each scenario costs: index place, columns scenario, start, end, loss, largest, one a currency, estimated.

    `largest` is the currency that costs most; `estimated` names those whose move is an estimate.
    """
    rows = []
    for scenario in scenarios:
        parts = -values * scenario.moves.reindex(values.index).fillna(0.0)
        rows.append(
            {
                "scenario": scenario.name,
                "start": scenario.start,
                "end": scenario.end,
                "loss": float(parts.sum()),
                "largest": str(parts.idxmax()),
                **{str(code): float(part) for code, part in parts.items()},
                "estimated": ", ".join(code for code in scenario.estimated or {} if code in values.index),
            }
        )
    return pd.DataFrame(rows)


def reverse_stress(values: pd.Series[float], covariance: ArrayLike, amount: float) -> ReverseStress:
    """The most likely move, under normal moves of this covariance, that costs `amount`.

    Smallest x' Σ⁻¹ x with −v' x = amount: x = −Σ v · amount / (v' Σ v). Source: Studer, Maximum loss for measurement of
    market risk (ETH Zürich, 1997), chapter 3.
    """
    matrix, v = np.asarray(covariance, dtype=np.float64), values.to_numpy(dtype=np.float64)
    if matrix.shape != (v.size, v.size):
        raise InputError(f"covariance has shape {matrix.shape}, must be {v.size} by {v.size}")
    variance = float(v @ matrix @ v)
    if variance <= 0.0:
        raise InputError("These exposures do not vary: no move costs anything.")
    moves = pd.Series(-matrix @ v * positive("amount", amount) / variance, values.index)
    return ReverseStress(moves, amount / float(np.sqrt(variance)), amount)


def _move(move: float) -> float:
    if not -1.0 <= move < 10.0:
        raise InputError("A move of {move:.0%} is impossible: a currency can lose 100% at most.", move=move)
    return move


def _windows(recorded: pd.DataFrame, begin: pd.Timestamp) -> list[tuple[str, pd.Timestamp, pd.Timestamp, pd.DataFrame]]:
    """Name, days and rows of each episode; rows from before the rates begin are one when all last over a month."""
    table = recorded.assign(start=pd.to_datetime(recorded["start"]), end=pd.to_datetime(recorded["end"]))
    old, long = table["start"] < begin, table["end"] - table["start"] > MONTH
    days = table["start"].dt.strftime("%Y-%m-%d ") + table["end"].dt.strftime("%Y-%m-%d")
    table = table.assign(group=days.mask(old & long, "months"))
    return [
        (str(rows["event"].iloc[0]), rows["start"].min(), rows["end"].max(), rows)
        for _key, rows in table.groupby(["id", "group"], sort=False)
    ]


def _between(per_dollar: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series[float]:
    """Log moves against the dollar of all currencies with a rate on both days."""
    if start not in per_dollar.index or end not in per_dollar.index:
        raise InputError("There are no rates on {start} or on {end}.", start=f"{start:%Y-%m-%d}", end=f"{end:%Y-%m-%d}")
    return pd.Series(np.log(per_dollar.loc[end] / per_dollar.loc[start])).dropna()


def _recorded(rows: pd.DataFrame) -> pd.Series[float]:
    against_dollar = rows[rows["base"] == DOLLAR]
    changes = against_dollar.set_index("currency")["change"].astype("float64")
    return pd.Series(np.log1p(changes))


def _completed(
    known: pd.Series[float], per_dollar: pd.DataFrame, shares: pd.DataFrame | None, wanted: Sequence[str]
) -> tuple[pd.Series[float], dict[str, float]]:
    missing = [code for code in wanted if code not in known.index]
    if not missing:
        return known, {}
    estimates = {
        code: _regressed(code, known, per_dollar if shares is None or code in per_dollar.columns else shares)
        for code in missing
    }
    moves = pd.concat([known, pd.Series({code: move for code, (move, _fit) in estimates.items()}, dtype="float64")])
    return moves, {code: fit for code, (_move, fit) in estimates.items()}


def _regressed(code: str, known: pd.Series[float], per_dollar: pd.DataFrame) -> tuple[float, float]:
    """Move of a currency by what it shares with the known ones, and R² of that."""
    if code not in per_dollar.columns:
        raise InputError("{code} has no rates, so that its moves cannot be estimated.", code=code)
    living = [other for other in known.index if other in per_dollar.columns and other != code]
    table = log_returns(per_dollar[[code, *living]].tail(HISTORY))
    table = table.dropna(axis=1, thresh=len(table) // 2).dropna()
    if code not in table.columns or len(table) < FEWEST or table.shape[1] < 2:
        raise InputError("{code} has too few rates for its moves to be estimated.", code=code)
    others = [other for other in living if other in table.columns]
    x, y = table[others].to_numpy(), table[code].to_numpy()
    gram = x.T @ x
    gram[np.diag_indices_from(gram)] *= 1.0 + RIDGE
    shares = np.linalg.solve(gram + 1e-18 * np.eye(len(others)), x.T @ y)
    left = float(np.square(y - x @ shares).sum() / max(float(np.square(y).sum()), 1e-300))
    return float(known[others] @ shares), min(max(1.0 - left, 1e-9), 1.0 - 1e-9)
