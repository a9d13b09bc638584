"""A year of trade adds up, and knows nothing where nothing was sold."""

from __future__ import annotations

import pytest

from risk.checks import InputError
from risk.trade import Destination, Trade


def trade() -> Trade:
    places = (
        Destination("US", 600.0, 20.0, 30.0),
        Destination("DE", 300.0, 10.0, 10.0),
        Destination("FR", 50.0, 2.0, 2.0),
    )
    return Trade("EUR", 2.0, places, 12, 0.2, unknown_destination=50.0)


def test_turnover_counts_the_sales_of_unknown_destination_too() -> None:
    assert trade().turnover == 1000.0
    assert trade().parcels == 32.0


def test_several_countries_are_one_destination() -> None:
    assert trade().to("DE", "FR") == Destination("DE+FR", 350.0, 12.0, 12.0)
    assert trade().to("US").parcel_value == 30.0


def test_nothing_sold_is_zero() -> None:
    assert trade().to("JP") == Destination("JP", 0.0, 0.0, 0.0)
    assert trade().to("JP").parcel_value == 0.0


def test_a_margin_above_all_of_sales_is_refused() -> None:
    with pytest.raises(InputError, match="at most 1"):
        Trade("EUR", 1.0, (), 1, 1.2)
