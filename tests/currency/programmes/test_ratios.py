"""Programmes give a share for every currency, and refuse shares that are no hedge."""

from __future__ import annotations

import pandas as pd
import pytest

from risk.checks import InputError
from risk.currency.programmes import NoHedge, Static, hedge_ratios


def test_no_hedge_sells_nothing_forward() -> None:
    assert NoHedge().ratios(["USD", "EUR"]).tolist() == [0.0, 0.0]


def test_one_ratio_holds_for_all_currencies() -> None:
    assert Static(0.5).ratios(["USD", "EUR"]).tolist() == [0.5, 0.5]


@pytest.mark.parametrize("ratio", [{"EUR": 0.8}, pd.Series({"EUR": 0.8})])
def test_a_ratio_by_currency_leaves_the_others_at_spot(ratio: object) -> None:
    assert Static(ratio).ratios(["USD", "EUR"]).tolist() == [0.0, 0.8]  # type: ignore[arg-type]


def test_programmes_are_values() -> None:
    assert Static({"EUR": 0.8}) == Static({"EUR": 0.8})
    assert len({Static(0.5), Static(0.5), NoHedge(), NoHedge()}) == 2
    with pytest.raises(AttributeError):
        Static(0.5).ratio = 0.6  # type: ignore[misc]


@pytest.mark.parametrize("ratio", [-0.1, 2.1, float("nan"), {"USD": 3.0}])
def test_a_ratio_that_is_no_hedge_is_refused(ratio: object) -> None:
    with pytest.raises(InputError, match="between 0 % and 200 %"):
        Static(ratio)  # type: ignore[arg-type]


def test_a_hedge_of_what_is_not_held_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="JPY"):
        hedge_ratios({"USD": 0.5, "JPY": 0.5}, ["USD"])


def test_ratios_in_the_order_of_the_currencies_pass_as_they_are() -> None:
    assert hedge_ratios([0.1, 2.0], ["USD", "EUR"]).tolist() == [0.1, 2.0]
