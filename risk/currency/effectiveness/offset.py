"""Dollar offset: how much of the item's change the instrument made up for, period by period and since inception."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from risk.checks import InputError, Sentence, not_negative, vector

Floats = NDArray[np.float64]

WITHIN, OUTSIDE, NOT_ASSESSED = "within", "outside", "not assessed"
RANGE = (0.8, 1.25)  # IAS 39, AG105 (b); custom under ASC 815
SMALL = 0.05  # of the largest change of the item, where no threshold is stated


@dataclass(frozen=True, eq=False)
class DollarOffset:
    """Offset of each period: `periods` has a row a period, `threshold` is in the money of the changes.

    Columns: item, instrument (changes), period_ratio, period (verdict), cumulative_item, cumulative_instrument,
    cumulative_ratio, cumulative (verdict). A verdict is "within", "outside" or "not assessed".
    """

    periods: pd.DataFrame
    threshold: float
    low: float
    high: float

    @property
    def period_ratio(self) -> pd.Series[float]:
        """Offset of each period alone."""
        return self.periods["period_ratio"]

    @property
    def cumulative_ratio(self) -> pd.Series[float]:
        """Offset since inception, at the end of each period."""
        return self.periods["cumulative_ratio"]

    @property
    def rule(self) -> Sentence:
        """When a period is within, outside or not assessed, in words."""
        return Sentence(
            "Offset is minus the instrument's change over the item's; it is within from {low} to {high}. Where neither "
            "change is larger than {threshold} it is not assessed: a ratio of small numbers says nothing.",
            low=f"{self.low:.0%}",
            high=f"{self.high:.0%}",
            threshold=f"{self.threshold:,.2f}",
        )


def dollar_offset(
    item_changes: ArrayLike,
    instrument_changes: ArrayLike,
    *,
    threshold: float | None = None,
    limits: tuple[float, float] = RANGE,
) -> DollarOffset:
    """Ratio - instrument / item of the changes in value of each period, and of their sums so far; shape (periods,).

    Gains are positive on both sides, so that a hedge that works has changes of opposite sign and a ratio near 1; a
    negative ratio adds to the loss. Where both changes are at most `threshold` in size the period is not assessed; left
    out, it is 5 % of the item's largest change, and an entity has to document its own. The ratio is shown all the same.
    Sources: IAS 39, AG105; thresholds against small numbers: Schleifer, A new twist to dollar offset (SunGard
    Treasury Systems, 2001), and Hailer and Rump, Evaluation of hedge effectiveness tests, Journal of Derivatives
    Accounting 2 (2005).
    """
    item, instrument = paired(item_changes, instrument_changes)
    low, high = limits
    if not 0 < low <= 1 <= high:
        raise InputError("The limits of the offset are {low} and {high}, and must hold 1.", low=low, high=high)
    least = SMALL * float(np.abs(item).max()) if threshold is None else not_negative("threshold", threshold)
    total_item, total_instrument = item.cumsum(), instrument.cumsum()
    ratio, total_ratio = _ratio(item, instrument), _ratio(total_item, total_instrument)
    periods = pd.DataFrame(
        {
            "item": item,
            "instrument": instrument,
            "period_ratio": ratio,
            "period": _verdicts(item, instrument, least, limits),
            "cumulative_item": total_item,
            "cumulative_instrument": total_instrument,
            "cumulative_ratio": total_ratio,
            "cumulative": _verdicts(total_item, total_instrument, least, limits),
        },
        index=item_changes.index if isinstance(item_changes, pd.Series) else pd.RangeIndex(1, len(item) + 1),
    )
    return DollarOffset(periods.rename_axis("period_end"), least, low, high)


def paired(item_changes: ArrayLike, instrument_changes: ArrayLike) -> tuple[Floats, Floats]:
    """Both as float arrays of one length; InputError where they are not."""
    item, instrument = vector("item_changes", item_changes), vector("instrument_changes", instrument_changes)
    if len(item) != len(instrument):
        raise InputError(
            "The hedged item has {item} changes and the instrument {instrument}: they must be of the same periods.",
            item=len(item),
            instrument=len(instrument),
        )
    return item, instrument


def inside(ratio: ArrayLike, limits: tuple[float, float]) -> NDArray[np.bool_]:
    """Whether a ratio reaches neither below nor above the limits; 80 % out of decimals is 0.8 or a bit less."""
    value, edge = np.asarray(ratio, dtype=np.float64), 1e-12
    return np.asarray((value >= limits[0] * (1 - edge)) & (value <= limits[1] * (1 + edge)))


def _ratio(item: Floats, instrument: Floats) -> Floats:
    """NaN where the item has not changed: nothing was there to offset."""
    ratio = np.full(len(item), np.nan)
    with np.errstate(over="ignore"):
        np.divide(-instrument, item, out=ratio, where=item != 0)
    return ratio


def _verdicts(item: Floats, instrument: Floats, threshold: float, limits: tuple[float, float]) -> list[str]:
    within = inside(_ratio(item, instrument), limits)
    small = np.maximum(np.abs(item), np.abs(instrument)) <= threshold
    return [str(word) for word in np.where(small, NOT_ASSESSED, np.where(within, WITHIN, OUTSIDE))]
