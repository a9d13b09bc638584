"""The cash-flow hedge reserve by the lower of what instrument and hedged item have gained since inception."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from risk.checks import InputError, vector


def lower_of(instrument: ArrayLike, hypothetical: ArrayLike) -> pd.DataFrame:
    """Reserve and ineffectiveness at each reporting date, from cumulative gains since inception; a row a date.

    Both are cumulative values, gains positive, of one number or of shape (dates,): a hedge that works has the same sign
    in both, as the hypothetical derivative is a perfect hedge of the item. Columns: instrument, hypothetical, reserve
    (the one smaller in size; 0 where the signs differ, since nothing offsets), ineffectiveness (instrument less
    reserve), and their changes in the period: oci (other comprehensive income), profit_or_loss. Reclassifications out
    of the reserve are not in it. Source: IFRS 9, 6.5.11 (a) to (c).
    """
    actual, perfect = (
        vector("instrument", np.atleast_1d(instrument)),
        vector("hypothetical", np.atleast_1d(hypothetical)),
    )
    if len(actual) != len(perfect):
        raise InputError(
            "The instrument has {instrument} values and the hypothetical derivative {hypothetical}: they must be of "
            "the same dates.",
            instrument=len(actual),
            hypothetical=len(perfect),
        )
    smaller = np.sign(actual) * np.minimum(np.abs(actual), np.abs(perfect))
    reserve = np.where(actual * perfect > 0, smaller, 0.0)
    left = actual - reserve
    return pd.DataFrame(
        {
            "instrument": actual,
            "hypothetical": perfect,
            "reserve": reserve,
            "ineffectiveness": left,
            "oci": np.diff(reserve, prepend=0.0),
            "profit_or_loss": np.diff(left, prepend=0.0),
        },
        index=instrument.index if isinstance(instrument, pd.Series) else pd.RangeIndex(1, len(actual) + 1),
    ).rename_axis("period_end")
