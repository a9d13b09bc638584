"""What the sample shop is made of. Every company, carrier, article and number here is invented.

A seller in Shenzhen: consumer goods by the piece over a marketplace and an own shop, by the carton to small retailers.
Brazil and Mexico buy in US dollars.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

FIRST_MONTH = pd.Timestamp("2024-11-01")
MONTHS = 24
END = pd.Timestamp("2026-10-31 23:59")  # the export was made then: nothing later is known

ORDERS_A_MONTH = 405.0
GROWTH = 0.10  # a year
SEASON = (0.86, 0.72, 0.88, 0.90, 0.93, 0.91, 0.90, 0.94, 0.99, 1.10, 1.50, 1.37)  # January to December
MONTH_NOISE = 0.05  # standard deviation of the logarithm of a market's month
# Orders fall by this many percent when the buyer's currency is one percent dearer in yuan than on average: local
# rivals can then cut their prices. Real rates against invented volumes give the correlation that hedging has to face.
FX_ELASTICITY = -2.0
LIST_RATES_FROM = ("2024-11-01", "2025-11-01")  # local price lists follow the exchange rate of these days


@dataclass(frozen=True)
class Market:
    """One destination: its share of orders, its tax on sales, and how its parcels fare."""

    country: str
    currency: str
    share: float
    tax: float
    extra_days: float
    held: float  # chance that customs hold a parcel
    lost: float


MARKETS = (
    Market("US", "USD", 0.38, 0.07, 0.0, 0.025, 0.006),
    Market("DE", "EUR", 0.10, 0.19, 0.5, 0.030, 0.005),
    Market("FR", "EUR", 0.07, 0.20, 1.0, 0.035, 0.007),
    Market("IT", "EUR", 0.05, 0.22, 2.0, 0.045, 0.011),
    Market("ES", "EUR", 0.05, 0.21, 1.5, 0.040, 0.009),
    Market("NL", "EUR", 0.03, 0.21, 0.0, 0.025, 0.004),
    Market("GB", "GBP", 0.12, 0.20, 0.5, 0.030, 0.006),
    Market("JP", "JPY", 0.09, 0.10, -2.0, 0.015, 0.002),
    Market("AU", "AUD", 0.07, 0.10, 1.0, 0.025, 0.006),
    Market("BR", "USD", 0.02, 0.17, 8.0, 0.140, 0.028),
    Market("MX", "USD", 0.02, 0.16, 4.0, 0.080, 0.018),
)


@dataclass(frozen=True)
class Product:
    """One article: list price in US dollars, cost in yuan, kilograms, how often it sells and comes back."""

    sku: str
    title: str
    category: str
    price: float
    cost: float
    weight: float
    popularity: float
    returned: float


PRODUCTS = (
    Product("CHG-045", "Tidepool 45 W wall charger", "chargers", 24.0, 52.0, 0.14, 9, 0.035),
    Product("CHG-100", "Tidepool 100 W desktop charger", "chargers", 59.0, 138.0, 0.42, 8, 0.040),
    Product("CHG-220", "Tidepool travel adapter", "chargers", 32.0, 71.0, 0.20, 6, 0.045),
    Product("HDP-110", "Murmur wired earphones", "headphones", 19.0, 41.0, 0.08, 6, 0.055),
    Product("HDP-300", "Murmur wireless earbuds", "headphones", 69.0, 161.0, 0.16, 9, 0.085),
    Product("HDP-520", "Murmur over-ear headphones", "headphones", 119.0, 288.0, 0.46, 5, 0.075),
    Product("LMP-120", "Fernlight reading lamp", "LED lamps", 39.0, 92.0, 0.90, 7, 0.045),
    Product("LMP-210", "Fernlight ring lamp", "LED lamps", 54.0, 131.0, 1.60, 5, 0.055),
    Product("LMP-330", "Fernlight garden lights, set of six", "LED lamps", 46.0, 108.0, 1.80, 6, 0.060),
    Product("TOY-015", "Pocket marble run", "toys", 29.0, 60.0, 0.80, 7, 0.025),
    Product("TOY-040", "Moon rover building set", "toys", 49.0, 106.0, 1.10, 7, 0.025),
    Product("TOY-077", "Plush panda", "toys", 22.0, 45.0, 0.35, 6, 0.020),
    Product("KIT-030", "Ginkgo knife sharpener", "kitchenware", 27.0, 58.0, 0.50, 5, 0.040),
    Product("KIT-112", "Ginkgo pour-over coffee set", "kitchenware", 44.0, 97.0, 1.20, 6, 0.045),
    Product("KIT-205", "Ginkgo bamboo steamer", "kitchenware", 34.0, 74.0, 0.95, 5, 0.030),
    Product("YOG-010", "Still Heron yoga mat", "yoga gear", 36.0, 80.0, 1.70, 7, 0.035),
    Product("YOG-024", "Still Heron cork block, pair", "yoga gear", 26.0, 55.0, 0.75, 5, 0.025),
    Product("YOG-051", "Still Heron resistance bands", "yoga gear", 21.0, 39.0, 0.40, 7, 0.045),
)
TOY_SEASON = 2.2  # toys sell so much more often in November and December
COST_INFLATION = 0.02  # a year


@dataclass(frozen=True)
class Channel:
    """One way of selling: share of orders, what it takes of each sale, what it sells at."""

    name: str
    code: str
    share: float
    fee: float
    fee_each: float  # in US dollars an order line
    price: float  # of the list price


CHANNELS = (
    Channel("Plumtree Market", "P", 0.52, 0.135, 0.0, 1.0),
    Channel("own shop", "S", 0.24, 0.029, 0.30, 1.0),
    Channel("trade", "T", 0.24, 0.008, 0.0, 0.72),
)
CANCELLED = 0.015
ADVERTISING = 0.11  # of the sales to consumers
PLATFORM_FEE = 39.0  # US dollars a month


@dataclass(frozen=True)
class Service:
    """One service of a carrier: days from door to door, days promised, what it charges in US dollars."""

    carrier: str
    mode: str
    days: float
    spread: float
    promised: float
    base: float
    per_kg: float
    share: float  # of orders to consumers
    trade_share: float


SERVICES = (
    Service("Pearlwing Express", "express", 5.5, 0.20, 9, 6.0, 6.2, 0.22, 0.10),
    Service("Lantern Parcel", "express", 6.5, 0.34, 9, 4.4, 5.4, 0.12, 0.06),
    Service("Skylark Air Line", "air line", 11.0, 0.24, 17, 2.2, 4.6, 0.42, 0.20),
    Service("Lantern Parcel", "air line", 12.0, 0.36, 17, 1.8, 4.0, 0.24, 0.10),
    Service("Junkwater Ocean", "sea", 34.0, 0.14, 45, 70.0, 2.1, 0.00, 0.54),
)
PORT_JAM = (pd.Timestamp("2026-01-12"), pd.Timestamp("2026-03-08"), 9.0)  # sea parcels shipped then: days longer
# Low-value parcels from China to the United States lost their exemption from duty on 2 May 2025: the one real event.
POLICY_CHANGE = ("US", pd.Timestamp("2025-05-02"), 3.0)  # customs hold so many times as many from then
HOLD_DAYS = (5.0, 0.7)  # median, and standard deviation of the logarithm
HOLD_REASONS = {
    "inspection": 0.34,
    "missing document": 0.28,
    "misclassification": 0.20,
    "quality standard": 0.14,
    "policy change": 0.04,
}
DAYS_UNTIL_LOST = 45  # a parcel is given up after so long

RETURN_LAG = (2.0, 8.0)  # gamma: shape, scale in days after delivery
RETURN_REASONS = {"defective": 0.34, "not as described": 0.24, "changed mind": 0.30, "damaged in transit": 0.12}
DISPOSITIONS = {"sellable": 0.46, "damaged": 0.34, "destroyed": 0.20}
TRADE_RETURNED = 0.02  # chance that a trade line sends a part back
BAD_BATCH = ("CHG-100", pd.Timestamp("2026-03-09"), pd.Timestamp("2026-04-20"), 0.26)  # chance of a defect in addition

CHARGEBACKS = 0.004  # a line to consumers
OUTCOMES = {"won": 0.38, "lost": 0.44, "settled": 0.18}
DAYS_UNTIL_DECIDED = 75
SINGLE_CLAIMS = (
    # claimed_at, kind, sku, amount, currency, outcome
    ("2025-06-12 09:00", "ip complaint", "HDP-300", 18_500.0, "USD", "settled"),
    ("2026-02-20 14:30", "customs penalty", "LMP-330", 7_400.0, "EUR", "lost"),
    ("2026-04-28 11:15", "product safety", "CHG-100", 5_200.0, "EUR", "settled"),
)

MONTHLY_COSTS = {"USD": 14_000.0, "EUR": 7_500.0, "CNY": 520_000.0}  # warehouses abroad, office and wages at home
CONVERSION_SPREAD = 0.004
