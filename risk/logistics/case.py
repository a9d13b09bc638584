"""What the perils of logistics are made of: a year of trade, what became of the parcels, and the day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from risk.checks import InputError, Sentence, not_negative
from risk.loss.frequency import share
from risk.loss.prefill import Amounts
from risk.reference import EU, FACTS, Facts, trade_statistics
from risk.trade import Destination, Trade

FREIGHT = 0.10  # of sales, where no shipment says what it cost: a starting assumption


@dataclass(frozen=True)
class Hold:
    """Parcels that customs held for one cause; of those whose days are known, their number, sum and sum of squares."""

    parcels: int
    timed: int = 0
    days: float = 0.0
    squares: float = 0.0


@dataclass(frozen=True)
class LogisticsHistory:
    """What became of the parcels of the observed years; nothing counted where the history cannot speak.

    `resolved` parcels had a promised date and arrived, or are open past it: of them `late` came after it. `pending`
    ones are open and not due: in no rate. `late_claimed` of the late were claimed as not received (None: no claims are
    recorded). `ended` are delivered or lost. `holds` by cause; None: no hold was ever recorded, {} would say that there
    were none. `freight` and `weight_kg` are those of an average parcel, `modes` counts parcels. `insured` is the share
    of a lost parcel that own insurance pays.
    """

    parcels: int = 0
    resolved: int = 0
    late: int = 0
    pending: int = 0
    late_claimed: int | None = None
    ended: int = 0
    lost: int = 0
    holds: Mapping[str, Hold] | None = None
    freight: float | None = None
    weight_kg: float | None = None
    modes: Mapping[str, int] = field(default_factory=dict)
    insured: float = 0.0

    def __post_init__(self) -> None:
        for name in ("parcels", "resolved", "late", "pending", "ended", "lost"):
            not_negative(name, getattr(self, name))
        for part, whole in (("late", "resolved"), ("lost", "ended"), ("resolved", "parcels"), ("ended", "parcels")):
            if getattr(self, part) > getattr(self, whole):
                raise InputError("more parcels are {part} than {whole}", part=part, whole=whole)
        share("insured", self.insured)


@dataclass(frozen=True)
class LogisticsCase:
    """One seller on one day; `seat` as in `logistics_risk`."""

    trade: Trade
    history: LogisticsHistory
    on: date
    amounts: Amounts
    seat: str | None = None
    facts: Facts = FACTS

    @property
    def sent(self) -> Destination:
        """All deliveries to known countries."""
        return self._to(place.country for place in self.trade.destinations)

    @property
    def imported(self) -> Destination:
        """Deliveries that cross a customs border: not to the seat's own country, nor within the EU."""
        home = EU if self.seat in EU else {self.seat}
        return self._to(place.country for place in self.trade.destinations if place.country not in home)

    @property
    def margin(self) -> float:
        """Share of sales that is left; none is lost where there is none."""
        return max(self.trade.margin, 0.0)

    @property
    def freight(self) -> float:
        """Freight of an average parcel."""
        known = self.history.freight
        return FREIGHT * self.sent.parcel_value if known is None else known

    @property
    def freight_origin(self) -> Sentence:
        """Where the freight comes from."""
        if self.history.freight is not None:
            return Sentence("Freight is that of your own parcels.")
        return Sentence(
            "Freight is taken for {share:.0%} of sales, a starting assumption, please review.", share=FREIGHT
        )

    def _to(self, countries: Iterable[str]) -> Destination:
        chosen = tuple(countries)
        return self.trade.to(*chosen) if chosen else Destination("", 0.0, 0.0, 0.0)


def day_cost(facts: Facts = FACTS) -> tuple[float, float]:
    """Cost of a day in transit as a share of the value of the goods, lowest and highest: Hummels and Schaur (2013)."""
    found = trade_statistics(facts).loc[["transit_day_cost"]].iloc[0]
    return float(found["low"]) / 100, float(found["high"]) / 100
