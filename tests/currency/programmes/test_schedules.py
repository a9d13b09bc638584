"""Programmes are values, and ladders that make no sense are refused in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from risk.checks import InputError
from risk.currency.programmes import Averaging, Layered, Micro, NoHedge, Rolling, RuleBased, Static


def test_programmes_are_values() -> None:
    pairs = [
        (Rolling({"EUR": 0.8}, 6), Rolling(pd.Series({"EUR": 0.8}), 6)),
        (Layered([1.0, 0.5]), Layered({2: 0.5, 1: 1.0})),
        (Averaging(0.5, 12), Averaging(0.5, 12)),
        (Micro(0.5), Micro(0.5, 1.0)),
        (RuleBased(Static(0.5), 0.02), RuleBased(Static(0.5), take_profit=0.02)),
    ]
    assert all(one == other and hash(one) == hash(other) for one, other in pairs)
    assert Layered([1.0, 0.5]) != Layered([1.0, 0.6])
    with pytest.raises(AttributeError):
        pairs[1][0].ladders = ()  # type: ignore[misc, union-attr]


def test_a_ladder_by_leads_holds_until_the_next() -> None:
    assert Layered({6: 0.25, 4: 0.5, 1: 1.0}) == Layered([1.0, 0.5, 0.5, 0.5, 0.25, 0.25])


def test_a_programme_reaches_as_far_as_it_deals() -> None:
    assert [NoHedge().reach(12), Static(1.0).reach(12), Rolling(1.0, 3).reach(12), Averaging(1.0, 9).reach(12)] == [
        0,
        12,
        3,
        9,
    ]
    assert Layered([1.0, 0.5, 0.0, 0.0]).reach(12) == 2
    assert Layered({"USD": {4: 0.1}, "EUR": 1.0}).reach(12) == 4
    assert Micro(0.5).reach(12) == 1
    assert RuleBased(Rolling(1.0, 18), 0.05, months=6).reach(12) == 18


@pytest.mark.parametrize(
    ("ratios", "said"),
    [
        ([0.25, 0.5, 1.0], "50% at 2 months of lead but 25% at 1"),
        ({12: 1.0, 3: 0.5}, "not bought back"),
        ({"USD": [0.5, 1.0]}, "not bought back"),
        ({0: 1.0}, "whole months from 1 on"),
        ({}, "whole months from 1 on"),
        ([], "for each month of lead"),
        ([2.5], "between 0 % and 200 %"),
        ([1.0, float("nan")], "between 0 % and 200 %"),
        (np.ones((2, 2, 2)), "one ladder"),
    ],
    ids=str,
)
def test_ladders_that_are_refused(ratios: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Layered(ratios)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: Rolling(1.0, 0), "months"),
        (lambda: Rolling(-1.0, 3), "between 0 % and 200 %"),
        (lambda: Averaging(1.0, 2.5), "months"),  # type: ignore[arg-type]
        (lambda: Micro(0.0), "lag"),
        (lambda: RuleBased(), "takes the profit or stops the loss"),
        (lambda: RuleBased(take_profit=-0.1), "take_profit"),
        (lambda: RuleBased(stop_loss=0.1, stop_ratio=3.0), "between 0 % and 200 %"),
    ],
)
def test_programmes_that_are_refused(build: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        build()  # type: ignore[operator]
