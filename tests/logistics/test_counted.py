"""Late, held and lost parcels: sums by hand, over lanes and carriers."""

from __future__ import annotations

import pandas as pd
import pytest

from risk.logistics.counted import freight_by_mode, held, late_by, lost_by

SHIPMENTS = pd.DataFrame(
    [
        ("CN", "US", "Fast", "express", 10, 8, 9, 3, 1, 1, 0),
        ("CN", "US", "Slow", "sea", 5, 4, 4, 2, 0, 0, 1),
        ("CN", None, "Fast", "sea", 20, 0, 0, 0, 0, 20, 0),
    ],
    columns=[
        *("origin", "destination", "carrier", "mode"),
        *("parcels", "delivered", "resolved", "late", "overdue", "pending", "lost"),
    ],
)


def test_late_parcels_add_up_by_carrier_and_pending_ones_are_in_no_rate() -> None:
    found = late_by(SHIPMENTS, ["carrier"]).set_index("carrier")
    assert found.loc["Fast", ["parcels", "resolved", "late", "overdue", "pending"]].tolist() == [30, 9, 3, 1, 21]
    assert found["rate"].to_dict() == pytest.approx({"Fast": 3 / 9, "Slow": 0.5})


def test_a_lane_without_a_resolved_parcel_has_no_rate_but_is_shown_first_where_it_has_most_parcels() -> None:
    found = late_by(SHIPMENTS, ["origin", "destination"])
    assert found["parcels"].tolist() == [20, 15]
    assert found["rate"].isna().tolist() == [True, False]
    assert found["low"][1] < 5 / 13 < found["high"][1]


def test_lost_parcels_are_shares_of_those_whose_journey_has_ended() -> None:
    found = lost_by(SHIPMENTS, ["carrier"]).set_index("carrier")
    assert found.loc["Slow", ["ended", "lost"]].tolist() == [5, 1]
    assert found.loc["Fast", "rate"] == 0.0


def test_holds_are_shares_of_all_parcels_and_their_days_a_mean_of_those_known() -> None:
    holds = pd.DataFrame({"reason": ["a", "a", "a", None], "days": [2.0, 5.0, None, 4.0], "parcels": [2, 1, 3, 1]})
    found = held(holds, 100)
    assert found["held"].tolist() == [6, 1]
    assert found["timed"].tolist() == [3, 1]
    assert found["days"].tolist() == [3.0, 4.0]
    assert found["rate"].tolist() == [0.06, 0.01]


def test_freight_is_that_of_a_parcel_and_of_a_kilogram_by_mode() -> None:
    freight = pd.DataFrame(
        {"mode": ["sea", "air", "sea"], "parcels": [1, 9, 3], "freight": [10.0, 90.0, 30.0], "weight_kg": [4.0, 0.0, 4]}
    )
    found = freight_by_mode(freight).set_index("mode")
    assert found["a_parcel"].to_dict() == {"air": 10.0, "sea": 10.0}
    assert found.loc["sea", "a_kg"] == 5.0
    assert pd.isna(found.loc["air", "a_kg"])


def test_nothing_recorded_is_an_empty_answer() -> None:
    assert late_by(SHIPMENTS.head(0), ["carrier"]).empty
    assert held(pd.DataFrame({"reason": [], "days": [], "parcels": []}), 0).empty
