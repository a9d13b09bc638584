"""Write the sample shop to data/sample/: `python scripts/write_sample.py`, from the folder of the repository."""

from __future__ import annotations

import numpy as np

from risk.currency.rates import ecb_rates
from risk.orders.sample import sample_shop, write_sample

CURRENCIES = ("USD", "EUR", "GBP", "JPY", "AUD")
SEED = 20261031


def main() -> None:
    """Real ECB reference rates, an invented seller."""
    rates = ecb_rates("CNY", CURRENCIES, "2024-10-01", "2026-10-31")
    write_sample(sample_shop(rates, np.random.default_rng(SEED)))


if __name__ == "__main__":
    main()
