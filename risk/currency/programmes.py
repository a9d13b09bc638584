"""Hedge programmes: which share of expected receipts to sell forward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError

Floats = NDArray[np.float64]
Ratios = Mapping[str, float] | pd.Series | ArrayLike  # by currency, or one for all

MOST = 2.0  # beyond it a hedge is a bet of the other sign, larger than the exposure


@dataclass(frozen=True)
class NoHedge:
    """Everything at spot."""

    def ratios(self, currencies: Sequence[str]) -> Floats:
        """Hedge ratio of each currency: 0."""
        return np.zeros(len(currencies))


@dataclass(frozen=True, init=False)
class Static:
    """The same share of every month's expected receipts, sold forward today: one for all, or one by currency."""

    ratio: float | tuple[tuple[str, float], ...]

    def __init__(self, ratio: float | Mapping[str, float] | pd.Series) -> None:
        by_currency = dict(_pairs(ratio))
        hedge_ratios(by_currency or ratio, tuple(by_currency) or ("XXX",))
        object.__setattr__(self, "ratio", tuple(by_currency.items()) or float(ratio))  # type: ignore[arg-type]

    def ratios(self, currencies: Sequence[str]) -> Floats:
        """Hedge ratio of each currency; 0 for one that is not named."""
        if isinstance(self.ratio, tuple):
            named = dict(self.ratio)
            return np.array([named.get(code, 0.0) for code in currencies])
        return np.full(len(currencies), self.ratio)


def hedge_ratios(ratios: Ratios, currencies: Sequence[str]) -> Floats:
    """The ratios as an array in the order of `currencies`, each between 0 and 2.

    One number holds for all. By currency, those not named are 0, and a name without exposure is refused.
    """
    if isinstance(ratios, Mapping | pd.Series):
        named = dict(_pairs(ratios))
        if unknown := [code for code in named if code not in currencies]:
            raise InputError("There is no exposure in {unknown} to hedge.", unknown=", ".join(unknown))
        ratios = [named.get(code, 0.0) for code in currencies]
    shares = np.array(np.broadcast_to(np.asarray(ratios, dtype=np.float64), len(currencies)))
    if not ((shares >= 0) & (shares <= MOST)).all():
        raise InputError("A hedge ratio must be between 0 % and 200 %.")
    return shares


def _pairs(ratios: object) -> list[tuple[str, float]]:
    return (
        [(str(code), float(share)) for code, share in ratios.items()] if isinstance(ratios, Mapping | pd.Series) else []
    )
