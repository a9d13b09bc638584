"""What the perils of quality are made of: a year of trade, and what came back of the goods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from risk.checks import InputError, not_negative
from risk.loss.severity import Lognormal
from risk.loss.shares import lognormal
from risk.loss.updating import update_probability
from risk.reference import FACTS, Facts
from risk.trade import Trade

FREIGHT = 0.10  # of the price for the way back, where no shipment says what freight costs: a starting assumption
SPREAD = 0.5  # coefficient of variation of a price, where the history does not say: a starting assumption


@dataclass(frozen=True)
class Returned:
    """Units of an article group sold, old enough for their returns to have come, and what came back of them.

    `returns` are events of one or more `units_back`; `refunds` their sum in the reporting currency, `squares` the sum
    of the squares of single refunds; `sales` those of the units.
    """

    units: float
    sales: float
    returns: int = 0
    units_back: float = 0.0
    refunds: float = 0.0
    squares: float = 0.0

    def __post_init__(self) -> None:
        for name in ("units", "sales", "returns", "units_back", "refunds", "squares"):
            not_negative(name, getattr(self, name))

    def __add__(self, other: Returned) -> Returned:
        names = ("units", "sales", "returns", "units_back", "refunds", "squares")
        return Returned(**{name: getattr(self, name) + getattr(other, name) for name in names})


@dataclass(frozen=True)
class QualityHistory:
    """What came back in the observed years, amounts in the reporting currency; zero or None where nothing is known.

    `groups` by the seller's article groups. Returns come late: the newest orders, and their returns, should be left
    out of them (`risk.orders.questions.returns_summary` with `until`). `returns_known`: whether any file records
    returns, so that none of them means none. `sellable` of the `judged` returns came back fit for sale. `orders` is
    what `chargebacks` (None: no claims are recorded) were counted in; `charged` and `charged_squares` are their sums,
    `charged_lost` of the `charged_ended` were lost. `recalls` are product-safety cases; `freight` is that of a parcel.
    """

    groups: Mapping[str, Returned] = field(default_factory=dict)
    returns_known: bool = False
    sellable: int = 0
    judged: int = 0
    orders: int = 0
    chargebacks: int | None = None
    charged: float = 0.0
    charged_squares: float = 0.0
    charged_lost: int = 0
    charged_ended: int = 0
    recalls: int | None = None
    freight: float | None = None

    def __post_init__(self) -> None:
        for part, whole in (("sellable", "judged"), ("charged_lost", "charged_ended")):
            if not 0 <= getattr(self, part) <= getattr(self, whole):
                raise InputError("{part} is more than {whole}", part=part, whole=whole)


@dataclass(frozen=True)
class QualityCase:
    """One seller."""

    trade: Trade
    history: QualityHistory
    facts: Facts = FACTS

    @property
    def units(self) -> float:
        """Units sold a year."""
        return sum(place.units for place in self.trade.destinations)

    @property
    def sales(self) -> float:
        """Sales of those units."""
        return sum(place.sales for place in self.trade.destinations)

    @property
    def price(self) -> float:
        """Sales of an average unit."""
        return self.sales / self.units if self.units else 0.0

    @property
    def margin(self) -> float:
        """Share of sales that is left, between 0 and 1."""
        return max(self.trade.margin, 0.0)

    @property
    def article_units(self) -> float:
        """Units a year of an average article."""
        return self.units / max(self.trade.skus, 1)

    @property
    def fit_for_sale(self) -> float:
        """Share of the returns that can be sold again: as if two of four had been before the first was judged."""
        return update_probability(2, 2, self.history.sellable, self.history.judged).mean

    @property
    def lost_share(self) -> float:
        """What is lost of a refund: all but the cost of the goods that can be sold again."""
        return 1.0 - self.fit_for_sale * (1.0 - self.margin)

    @property
    def way_back(self) -> float:
        """Freight of one return."""
        return FREIGHT * self.price if self.history.freight is None else self.history.freight

    def around(self, amount: float) -> Lognormal:
        """An amount whose spread nobody has measured."""
        return lognormal(amount, SPREAD)
