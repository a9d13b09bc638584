"""What a year of trade amounts to: the measure by which losses of law, property, logistics and quality grow."""

from __future__ import annotations

from dataclasses import dataclass

from risk.checks import InputError, currency_code, not_negative, positive


@dataclass(frozen=True)
class Destination:
    """One country of delivery (ISO 3166 alpha-2): sales a year in the reporting currency, parcels and units a year."""

    country: str
    sales: float
    parcels: float
    units: float

    def __post_init__(self) -> None:
        for name in ("sales", "parcels", "units"):
            not_negative(name, getattr(self, name))

    @property
    def parcel_value(self) -> float:
        """Sales of an average parcel."""
        return self.sales / self.parcels if self.parcels else 0.0


@dataclass(frozen=True)
class Trade:
    """Sales of a year by destination, largest first, in the reporting currency, out of so many observed `years`.

    `skus` is the number of articles sold, `margin` the share of sales that is left after costs of goods, freight and
    fees, `unknown_destination` the sales whose country the orders do not say: in no destination, but in `turnover`.
    """

    currency: str
    years: float
    destinations: tuple[Destination, ...]
    skus: int
    margin: float
    unknown_destination: float = 0.0

    def __post_init__(self) -> None:
        currency_code("currency", self.currency)
        positive("years", self.years)
        if not self.margin <= 1.0:
            raise InputError("The margin is {margin:g} of sales, it can be at most 1.", margin=self.margin)

    @property
    def turnover(self) -> float:
        """Sales of a year, all destinations."""
        return sum(place.sales for place in self.destinations) + self.unknown_destination

    @property
    def parcels(self) -> float:
        """Parcels a year, all known destinations."""
        return sum(place.parcels for place in self.destinations)

    def to(self, *countries: str) -> Destination:
        """The destinations of these countries as one; nothing sold there is zero, not an error."""
        chosen = [place for place in self.destinations if place.country in countries]
        sums = (sum(getattr(place, name) for place in chosen) for name in ("sales", "parcels", "units"))
        return Destination(countries[0] if len(countries) == 1 else "+".join(countries), *sums)
