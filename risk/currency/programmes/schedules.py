"""Programmes that follow the calendar: the same ratios whatever the rates do."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.checks import InputError, at_least, positive
from risk.currency.programmes.known import Known, Terms
from risk.currency.programmes.ratios import Share, hedge_ratios, kept_share, share_of_each

Floats = NDArray[np.float64]
Ladder = tuple[float, ...]  # cumulative ratios at 1, 2, ... months of lead


class Schedule:
    """What programmes that only look at the calendar have in common."""

    follows_rates = False
    sells_orders = False

    def terms(self, lead: int, volatility: Floats, side: Floats) -> Terms | None:  # noqa: ARG002
        """Forwards."""
        return None


@dataclass(frozen=True)
class NoHedge(Schedule):
    """Everything at spot."""

    def ratios(self, currencies: Sequence[str]) -> Floats:
        """Hedge ratio of each currency: 0."""
        return np.zeros(len(currencies))

    def reach(self, period: int) -> int:  # noqa: ARG002  # all programmes are asked alike
        """Nothing is dealt ahead."""
        return 0

    def targets(self, known: Known) -> Floats:
        """0 throughout."""
        return np.zeros((len(known.leads), len(known.currencies), 1))


@dataclass(frozen=True, init=False)
class Static(Schedule):
    """The same share of every month's expected receipts, sold forward when the budget period is set.

    One ratio for all currencies, or one by currency; those not named stay at spot.
    """

    ratio: Share

    def __init__(self, ratio: float | Mapping[str, float] | pd.Series) -> None:
        object.__setattr__(self, "ratio", kept_share(ratio))

    def ratios(self, currencies: Sequence[str]) -> Floats:
        """Hedge ratio of each currency; 0 for one that is not named."""
        return share_of_each(self.ratio, currencies)

    def reach(self, period: int) -> int:
        """The whole budget period."""
        return period

    def targets(self, known: Known) -> Floats:
        """The ratio for months of a period that is set, else 0."""
        return np.asarray(known.locked[:, None, None] * self.ratios(known.currencies)[:, None])


@dataclass(frozen=True, init=False)
class Rolling(Schedule):
    """Each month's expected receipts sold forward once, `months` ahead."""

    ratio: Share
    months: int

    def __init__(self, ratio: float | Mapping[str, float] | pd.Series, months: int) -> None:
        object.__setattr__(self, "ratio", kept_share(ratio))
        object.__setattr__(self, "months", at_least("months", months, 1))

    def reach(self, period: int) -> int:  # noqa: ARG002
        """`months`."""
        return self.months

    def targets(self, known: Known) -> Floats:
        """The ratio from `months` of lead on."""
        near = known.leads <= self.months
        return np.asarray(near[:, None, None] * share_of_each(self.ratio, known.currencies)[:, None])


@dataclass(frozen=True, init=False)
class Averaging(Schedule):
    """Equal tranches in each of the `months` before the receipts: linear layering, up to `ratio`."""

    ratio: Share
    months: int

    def __init__(self, ratio: float | Mapping[str, float] | pd.Series, months: int) -> None:
        object.__setattr__(self, "ratio", kept_share(ratio))
        object.__setattr__(self, "months", at_least("months", months, 1))

    def reach(self, period: int) -> int:  # noqa: ARG002
        """`months`."""
        return self.months

    def targets(self, known: Known) -> Floats:
        """The ratio times the tranches dealt so far."""
        dealt = np.maximum(self.months + 1 - known.leads, 0) / self.months
        return np.asarray(dealt[:, None, None] * share_of_each(self.ratio, known.currencies)[:, None])


@dataclass(frozen=True, init=False)
class Layered(Schedule):
    """Shares sold forward in layers: cumulative ratios by months of lead, any vector or matrix of them.

    A sequence begins at 1 month of lead: (1.0, 0.6, 0.2) holds 20 % three months ahead, 60 % two, all of it one month
    ahead. A mapping names the leads, {12: 0.5, 3: 1.0}: the ratio of a lead holds until the next. By currency: a
    mapping of code to either, or a frame with index lead and one column a currency; a currency not named stays at
    spot. A matrix (leads, currencies) holds in the order of the currencies. Ratios may not fall as the month comes
    nearer: a layer is not bought back.
    """

    ladders: tuple[Ladder, ...]  # one for all currencies, or one each
    currencies: tuple[str, ...]  # of the ladders; empty: one for all, or in the order of the receipts

    def __init__(self, ratios: Sequence[float] | Mapping[Any, Any] | pd.Series | pd.DataFrame | Floats) -> None:
        by_currency = _by_currency(ratios)
        matrix = np.asarray([] if by_currency else _plain(ratios), dtype=np.float64)
        if matrix.ndim not in (1, 2):
            raise InputError("ratios has shape {shape}, must be one ladder or (leads, currencies)", shape=matrix.shape)
        columns = matrix.T if matrix.ndim == 2 else [matrix]
        ladders = by_currency or {str(place): column for place, column in enumerate(columns)}
        object.__setattr__(self, "ladders", tuple(_ladder(ladder) for ladder in ladders.values()))
        object.__setattr__(self, "currencies", tuple(by_currency))

    def reach(self, period: int) -> int:  # noqa: ARG002
        """The longest lead with a ratio above 0."""
        return max(lead for ladder in self.ladders for lead, ratio in enumerate((1.0, *ladder)) if ratio)

    def targets(self, known: Known) -> Floats:
        """The ratio of each lead, 0 beyond the longest."""
        table = self._table(known.currencies)
        reached = table[:, np.minimum(known.leads, table.shape[1]) - 1]
        return np.asarray((reached * (known.leads <= table.shape[1])).T[:, :, None])

    def _table(self, currencies: tuple[str, ...]) -> Floats:
        """Ratios, shape (currencies, leads)."""
        longest = max(len(ladder) for ladder in self.ladders)
        rows = np.array([(*ladder, *[0.0] * (longest - len(ladder))) for ladder in self.ladders])
        if self.currencies:
            named = dict(zip(self.currencies, rows, strict=True))
            hedge_ratios(dict.fromkeys(named, 1.0), currencies)  # refuses a name without receipts
            return np.array([named.get(code, np.zeros(longest)) for code in currencies])
        if len(rows) not in (1, len(currencies)):
            raise InputError(
                "The layers are for {layers} currencies, but the receipts are in {receipts}.",
                layers=len(rows),
                receipts=len(currencies),
            )
        return np.asarray(np.broadcast_to(rows, (len(currencies), longest)))


@dataclass(frozen=True, init=False)
class Micro(Schedule):
    """Each order sold forward when it is booked, `lag` months before its payout; 0.5 is two weeks.

    Orders come evenly over the month, and at a fixing all booked by then are sold. What is both booked and paid
    between two fixings is converted at spot.
    """

    lag: float
    ratio: Share

    sells_orders = True

    def __init__(self, lag: float, ratio: float | Mapping[str, float] | pd.Series = 1.0) -> None:
        object.__setattr__(self, "lag", positive("lag", lag))
        object.__setattr__(self, "ratio", kept_share(ratio))

    def reach(self, period: int) -> int:  # noqa: ARG002
        """The lag in whole months."""
        return math.ceil(self.lag)

    def targets(self, known: Known) -> Floats:
        """The ratio times the share of the month's receipts that is booked."""
        booked = np.clip(self.lag + 1 - known.leads, 0.0, 1.0)
        return np.asarray(booked[:, None, None] * share_of_each(self.ratio, known.currencies)[:, None])


def _by_currency(ratios: object) -> dict[str, object]:
    """Ladders by currency, when that is how they are given."""
    if isinstance(ratios, pd.DataFrame):
        return {str(code): ratios[code] for code in ratios.columns}
    if isinstance(ratios, Mapping) and all(isinstance(key, str) for key in ratios):
        return {code: np.ravel(one) if np.isscalar(one) else one for code, one in ratios.items()}
    return {}


def _plain(ratios: object) -> Any:
    """A ladder from 1 month of lead on, out of one that names its leads."""
    if not isinstance(ratios, Mapping | pd.Series):
        return ratios
    named = {int(str(lead)): float(ratio) for lead, ratio in ratios.items()}
    if not named or min(named) < 1:
        raise InputError("The leads of a layer are whole months from 1 on; at 0 months only spot is left.")
    # A lead without a ratio of its own keeps that of the layer dealt before it, the next longer one.
    return [named[min(known for known in named if known >= lead)] for lead in range(1, max(named) + 1)]


def _ladder(given: object) -> Ladder:
    ratios = np.asarray(_plain(given), dtype=np.float64)
    if ratios.ndim != 1 or not ratios.size:
        raise InputError("A programme in layers needs a hedge ratio for each month of lead.")
    hedge_ratios(ratios, tuple(map(str, range(ratios.size))))
    if (rise := np.flatnonzero(np.diff(ratios) > 0)).size:
        raise InputError(
            "The layers hold {far} at {far_lead} months of lead but {near} at {near_lead}: a share that is sold is not "
            "bought back. Write the ratios from 1 month of lead outwards.",
            far=f"{ratios[rise[0] + 1]:.0%}",
            far_lead=int(rise[0]) + 2,
            near=f"{ratios[rise[0]]:.0%}",
            near_lead=int(rise[0]) + 1,
        )
    return tuple(ratios.tolist())
