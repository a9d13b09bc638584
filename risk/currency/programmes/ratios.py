"""Hedge ratios: the share of expected receipts to sell forward, one for all currencies or one for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError

Floats = NDArray[np.float64]
Ratios = Mapping[str, float] | pd.Series | ArrayLike  # by currency, or one for all
Share = float | tuple[tuple[str, float], ...]  # the same, as a programme keeps it

MOST = 2.0  # beyond it a hedge is a bet of the other sign, larger than the exposure


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


def kept_share(ratio: float | Mapping[str, float] | pd.Series) -> Share:
    """The ratio as a frozen programme keeps it: one number, or pairs of currency and number."""
    by_currency = dict(_pairs(ratio))
    hedge_ratios(by_currency or ratio, tuple(by_currency) or ("XXX",))
    return tuple(by_currency.items()) or float(ratio)  # type: ignore[arg-type]


def share_of_each(share: Share, currencies: Sequence[str]) -> Floats:
    """Ratio of each currency, shape (currencies,); 0 for one that is not named."""
    return hedge_ratios(dict(share) if isinstance(share, tuple) else share, currencies)


def _pairs(ratios: object) -> list[tuple[str, float]]:
    return (
        [(str(code), float(share)) for code, share in ratios.items()] if isinstance(ratios, Mapping | pd.Series) else []
    )
