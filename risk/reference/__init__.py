"""Facts from published sources, one function per table of `data/reference/`; `docs/facts.md` says how to renew each.

Every row says where it is from (`source`), which day it describes (`as_of`: the last day of a period; the first day
where the source names only a month or a year), whether it was `found` in the source or is `known` without looking it
up (`basis`), and how far to trust it (`confidence`). None of it is legal advice.
"""

from risk.reference.cells import CellError
from risk.reference.facts import BACKGROUND_TABLES, ENTERED, FACTS, FAMILY_TABLES, Facts, Refused, row_keys
from risk.reference.law import cap_amount, fine_severity, fines
from risk.reference.market import currency_episodes, marketplace_limits, return_rates
from risk.reference.measures import measure_prices
from risk.reference.property import ip_index, ip_statistics, watch_list
from risk.reference.rates import policy_rate_history, policy_rates
from risk.reference.tables import stale
from risk.reference.trade import EU, de_minimis, lpi, parcel_charges, trade_statistics, vat
from risk.reference.transport import carrier_liability, disruptions, hold_ranges, hold_times, transit_times

__all__ = [
    "BACKGROUND_TABLES",
    "ENTERED",
    "EU",
    "FACTS",
    "FAMILY_TABLES",
    "CellError",
    "Facts",
    "Refused",
    "cap_amount",
    "carrier_liability",
    "currency_episodes",
    "de_minimis",
    "disruptions",
    "fine_severity",
    "fines",
    "hold_ranges",
    "hold_times",
    "ip_index",
    "ip_statistics",
    "lpi",
    "marketplace_limits",
    "measure_prices",
    "parcel_charges",
    "policy_rate_history",
    "policy_rates",
    "return_rates",
    "row_keys",
    "stale",
    "trade_statistics",
    "transit_times",
    "vat",
    "watch_list",
]
