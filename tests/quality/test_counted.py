"""What came back: rates, intervals that count returns rather than units, reasons and what became of the goods."""

from __future__ import annotations

import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from risk.quality.counted import chargebacks, grouped_by, reasons_with_share, returned_by

COLUMNS = ["category", "sku", "units", "sales", "returns", "returned", "refunds"]


def returns(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=COLUMNS)


def test_a_rate_is_units_back_over_units_sold() -> None:
    found = returned_by(returns(("toys", "A", 60, 600.0, 1, 2, 20.0), ("toys", "B", 40, 200.0, 3, 6, 40.0)), "category")
    (row,) = found.to_dict("records")
    assert (row["units"], row["returned"], row["returns"]) == (100, 8, 4)
    assert row["rate"] == pytest.approx(0.08)
    assert row["refund_a_unit"] == pytest.approx(0.6)


def test_units_that_came_back_together_count_once_in_the_interval() -> None:
    row = returned_by(returns(("toys", "A", 100, 1.0, 4, 8, 0.0)), "category").iloc[0]
    assert (row["low"], row["high"]) == pytest.approx(proportion_confint(4, 50, method="wilson"))
    alone = proportion_confint(8, 100, method="wilson")
    assert row["low"] < alone[0]
    assert row["high"] > alone[1]


def test_a_group_without_returns_is_judged_by_returns_of_the_usual_size() -> None:
    found = returned_by(returns(("a", "A", 100, 2.0, 4, 8, 0.0), ("b", "B", 100, 1.0, 0, 0, 0.0)), "category")
    assert found["rate"].tolist() == pytest.approx([0.08, 0.0])
    assert found["high"][1] == pytest.approx(proportion_confint(0, 50, method="wilson")[1])


def test_a_return_without_a_number_of_units_is_one_unit() -> None:
    assert returned_by(returns(("a", "A", 10, 1.0, 2, 0, 5.0)), "category")["returned"].tolist() == [2]


def test_more_back_than_sold_has_no_rate() -> None:
    assert returned_by(returns(("a", "A", 5, 1.0, 3, 9, 5.0)), "category")["rate"].isna().all()


def test_articles_stand_for_groups_where_no_order_names_one() -> None:
    assert grouped_by(returns((None, "A", 1, 1.0, 0, 0, 0.0))) == "sku"
    assert grouped_by(returns((None, "A", 1, 1.0, 0, 0, 0.0), ("toys", "B", 1, 1.0, 0, 0, 0.0))) == "category"


def test_reasons_are_shares_of_all_returns_and_dispositions_add_up() -> None:
    told = [
        ("late", "sellable", 6, 6.0),
        ("late", None, 2, 2.0),
        ("broken", "destroyed", 1, 4.0),
        (None, "eaten", 1, 1),
    ]
    found = reasons_with_share(pd.DataFrame(told, columns=["reason", "disposition", "returns", "units"]))
    assert found["returns"].tolist() == [8, 1, 1]
    assert found["rate"].tolist() == [0.8, 0.1, 0.1]
    assert found[["sellable", "damaged", "destroyed", "unknown"]].to_numpy().tolist() == [
        [6, 0, 0, 2],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
    ]


def test_chargebacks_are_counted_among_all_orders() -> None:
    claims = pd.DataFrame({"kind": ["chargeback", "not received", "chargeback"], "claims": [2, 9, 3]})
    row = chargebacks(claims, 1000).iloc[0]
    assert (row["chargebacks"], row["rate"]) == (5, 0.005)
    assert (row["low"], row["high"]) == pytest.approx(proportion_confint(5, 1000, method="wilson"))
