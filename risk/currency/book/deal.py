"""A deal with a bank as it was agreed, and the book of all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields

import pandas as pd

from risk.checks import InputError

KINDS = ("forward", "ndf")  # a non-deliverable forward settles its gain or loss alone
SIDES = ("buy", "sell")


@dataclass(frozen=True)
class Deal:
    """Buys or sells `amount` of `currency` on `value_date` at `rate` units of `against` for 1 unit of it.

    `amount` is in `currency` and above zero whatever the side. InputError says what is wrong, in words.
    """

    kind: str
    side: str
    currency: str
    amount: float
    rate: float
    against: str
    trade_date: dt.date
    value_date: dt.date
    counterparty: str = ""
    reference: str = ""

    def __post_init__(self) -> None:
        _choice("kind", self.kind, KINDS)
        _choice("side", self.side, SIDES)
        for name in ("currency", "against"):
            _code(name, getattr(self, name))
        for name in ("amount", "rate"):
            _above_zero(name, getattr(self, name))
        if self.currency == self.against:
            raise InputError("The deal exchanges {currency} for itself.", currency=self.currency)
        if self.value_date < self.trade_date:
            raise InputError(
                "The value date {value} is before the trade date {trade}.",
                value=self.value_date.isoformat(),
                trade=self.trade_date.isoformat(),
            )

    @property
    def position(self) -> float:
        """What the deal brings of its currency on its value date: positive if it buys, negative if it sells."""
        return self.amount if self.side == "buy" else -self.amount

    @property
    def label(self) -> str:
        """The reference, or what was dealt where there is none."""
        dealt = f"{self.side} {self.amount:,.15g} {self.currency} {self.value_date.isoformat()}"
        return self.reference or dealt

    def open_on(self, day: dt.date) -> bool:
        """Whether it is dealt on that day and not yet settled; one that settles that day has matured."""
        return self.trade_date <= day < self.value_date


COLUMNS = tuple(field.name for field in fields(Deal))


@dataclass(frozen=True)
class HedgeBook:
    """All deals, in the order in which they were entered; it may hold none."""

    deals: tuple[Deal, ...] = ()

    def __len__(self) -> int:
        return len(self.deals)

    def __iter__(self) -> Iterator[Deal]:
        return iter(self.deals)

    def __add__(self, other: HedgeBook) -> HedgeBook:
        return HedgeBook(self.deals + other.deals)

    def open_on(self, day: dt.date) -> HedgeBook:
        """The deals that are dealt on that day and not yet settled."""
        return HedgeBook(tuple(deal for deal in self.deals if deal.open_on(day)))

    def frame(self) -> pd.DataFrame:
        """A row a deal, columns as the fields of `Deal`, days as dates: what `read_book` reads again."""
        table = pd.DataFrame([asdict(deal) for deal in self.deals], columns=list(COLUMNS))
        days = {name: pd.to_datetime(table[name]) for name in ("trade_date", "value_date")}
        return table.astype({"amount": "float64", "rate": "float64"}).assign(**days)


def _choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise InputError(
            "The {name} is {value}, and must be {choices}.", name=name, value=value, choices=" or ".join(choices)
        )


def _code(name: str, value: str) -> None:
    if not (len(value) == 3 and value.isascii() and value.isalpha() and value.isupper()):
        raise InputError(
            "Column {name}: {value} is not a three-letter currency code such as USD.", name=name, value=value
        )


def _above_zero(name: str, value: float) -> None:
    if not 0 < value < float("inf"):
        raise InputError("The {name} is {value}, and must be above zero.", name=name, value=f"{value:g}")
