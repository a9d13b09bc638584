"""Exchange rates: a frame with index date ascending and one column a currency.

Value = units of the reporting currency for 1 unit of the column's currency. Nothing is filled or interpolated.
"""

from risk.currency.rates.ecb import ecb_rates
from risk.currency.rates.returns import last_fixing, log_returns, rate_notes
from risk.currency.rates.table import crossed, read_rates_csv
from risk.currency.rates.yahoo import yahoo_rates

__all__ = [
    "crossed",
    "ecb_rates",
    "last_fixing",
    "log_returns",
    "rate_notes",
    "read_rates_csv",
    "yahoo_rates",
]
