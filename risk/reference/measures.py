"""What counter-measures cost, where somebody says so: official fees, providers' prices."""

from __future__ import annotations

import pandas as pd

from risk.reference.tables import read


def measure_prices() -> pd.DataFrame:
    """Prices of counter-measures from `low` to `high` in `currency` a `unit`, index `id`; NaN `high` was not found.

    No source was found for how much a measure prevents: effects are assumptions of `risk.countermeasures`.
    """
    return read("measure_prices", index="id")
