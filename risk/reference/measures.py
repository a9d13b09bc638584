"""What counter-measures cost, where somebody says so: official fees, providers' prices."""

from __future__ import annotations

import pandas as pd

from risk.reference.facts import FACTS, Facts


def measure_prices(facts: Facts = FACTS) -> pd.DataFrame:
    """Prices of counter-measures from `low` to `high` in `currency` a `unit`, index `id`; NaN `high` was not found.

    No source was found for how much a measure prevents: effects are assumptions of `risk.countermeasures`.
    """
    return facts.table("measure_prices", "id")
