"""What conversions cost: by hand against the fixing of their day, and as the sample shop's bank charges."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from risk.checks import InputError
from risk.currency.conversions import conversion_costs, marketplace_conversion
from risk.currency.rates import ecb_rates
from risk.orders import questions
from risk.orders.sample import open_sample
from risk.orders.sample.assumptions import CONVERSION_SPREAD

DAYS = pd.to_datetime(["2026-03-02", "2026-03-03", "2026-03-20"])
RATES = pd.DataFrame({"USD": [7.0, 7.1, 7.2], "EUR": [8.0, np.nan, 8.4]}, DAYS)


def converted(*rows: tuple[str, str, float, str | None, float]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["day", "currency", "amount", "counter_currency", "counter_amount"])
    return made.assign(day=pd.to_datetime(made["day"]), kind="conversion")


def test_a_conversion_costs_what_it_brought_less_than_the_fixing() -> None:
    made = converted(
        ("2026-03-03", "USD", -100.0, "CNY", 700.0),  # worth 710
        ("2026-03-03", "EUR", -10.0, "USD", 11.0),  # yesterday's fixing of the euro: 80 for 78.1
        ("2026-03-15", "USD", -100.0, "CNY", 700.0),  # no fixing for a week
    )
    found = conversion_costs(made, RATES, "CNY").set_index("currency")
    assert found.loc["USD", ["days", "amount", "value", "cost", "unknown"]].tolist() == [1, 100.0, 710.0, 10.0, 1]
    assert found.loc["USD", "basis_points"] == pytest.approx(10_000 * 10 / 710)
    assert found.loc["EUR", "cost"] == pytest.approx(80.0 - 78.1)


def test_the_bank_of_the_sample_shop_takes_what_it_was_made_to_take() -> None:
    found = conversion_costs(questions.payouts(open_sample()), ecb_rates("CNY"), "CNY")
    assert found["basis_points"].tolist() == pytest.approx([10_000 * CONVERSION_SPREAD] * 5, abs=0.01)
    assert found["unknown"].sum() == 0


def test_no_conversion_no_row() -> None:
    assert conversion_costs(converted(), RATES, "CNY").empty


def test_a_channel_takes_its_share_of_foreign_sales() -> None:
    flows = pd.DataFrame(
        {
            "day": pd.to_datetime(["2026-03-02", "2026-03-02", "2026-03-02", "2024-01-01"]),
            "currency": ["USD", "CNY", "EUR", "USD"],
            "channel": ["shop", "shop", "other", "shop"],
            "sales": [100.0, 999.0, 50.0, 1e6],
            "refunds": [10.0, 0.0, 0.0, 0.0],
            "fees": [5.0, 0.0, 0.0, 0.0],
        }
    )
    found = marketplace_conversion(flows, {"shop": 0.02}, {"USD": 7.0, "EUR": 8.0}, "CNY", "2026-03-31")
    assert found.loc["shop"].tolist() == pytest.approx([595.0, 0.02, 11.9])
    assert found.loc["other"].tolist() == pytest.approx([400.0, 0.0, 0.0])
    with pytest.raises(InputError, match=r"mark-up .* shop"):
        marketplace_conversion(flows, {"shop": 2.0}, {"USD": 7.0}, "CNY", "2026-03-31")
