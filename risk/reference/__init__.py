"""Facts from published sources, one function per table of `data/reference/`; `data/catalog.csv` says what each is."""

from risk.reference.rates import policy_rate_history, policy_rates
from risk.reference.tables import stale

__all__ = ["policy_rate_history", "policy_rates", "stale"]
