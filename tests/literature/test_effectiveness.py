"""Values of hedge accounting that standards, papers or other programs give, each with its source."""

from __future__ import annotations

import numpy as np
import pytest

from risk.currency.effectiveness import assess, dollar_offset, effectiveness_regression, lower_of
from risk.currency.forwards import forward_value
from risk.currency.rates import ecb_rates, log_returns

ITEM = [-12_000, 8_000, -5_000, 15_000, 200]
INSTRUMENT = [11_400, -7_700, 5_300, -14_100, -600]


def test_dollar_offset_of_five_periods() -> None:
    """By hand; the last period is the problem of small numbers of Hailer and Rump (2005): 300 % of next to nothing."""
    found = dollar_offset(ITEM, INSTRUMENT)
    assert found.period_ratio.to_numpy() == pytest.approx([0.95, 0.9625, 1.06, 0.94, 3.0], rel=1e-12)
    assert found.cumulative_ratio.to_numpy() == pytest.approx([0.95, 0.925, 1.0, 0.85, 0.9193548387096774], rel=1e-12)
    assert found.periods["period"].tolist() == ["within"] * 4 + ["not assessed"]
    assert found.periods["cumulative"].tolist() == ["within"] * 5


def test_regression_and_variance_reduction_of_five_periods() -> None:
    """The same five periods by statsmodels 0.15.0."""
    fit = effectiveness_regression(ITEM, INSTRUMENT)
    assert fit.slope == pytest.approx(0.9535918570362739, rel=1e-9)
    assert fit.r_squared == pytest.approx(0.9988047427586068, rel=1e-9)
    assert fit.variance_reduction == pytest.approx(0.9967580914484669, rel=1e-9)


def test_offset_of_ias_39() -> None:
    """IAS 39, AG105 (b): a loss of 120 on the instrument and a gain of 100 on the item are 120 % or 83 %, within."""
    found = dollar_offset([100], [-120])
    assert found.period_ratio.iloc[0] == 1.2
    assert dollar_offset([-120], [100]).period_ratio.iloc[0] == pytest.approx(0.83, abs=0.005)
    assert found.periods["period"].iloc[0] == "within"


def test_regression_of_zloty_on_euro_by_statsmodels() -> None:
    """statsmodels 0.15.0, OLS of daily log returns in USD, 2020 to 2024, also with HAC errors over 5 lags.

    A proxy hedge: its slope is within 0.80 to 1.25, its R² is below 0.80.
    """
    returns = log_returns(ecb_rates("USD", ["PLN", "EUR"]))["2020":"2024"]
    fit = effectiveness_regression(returns["EUR"], -returns["PLN"])
    robust = effectiveness_regression(returns["EUR"], -returns["PLN"], lags=5)
    assert fit.observations == 1283
    assert fit.slope == pytest.approx(1.2238493153208845, rel=1e-8)
    assert fit.intercept == pytest.approx(1.03180225544458e-05, rel=1e-6)
    assert fit.standard_error == pytest.approx(0.02183401571234365, rel=1e-8)
    assert robust.standard_error == pytest.approx(0.028599303768042397, rel=1e-8)
    assert fit.r_squared == pytest.approx(0.7103692721937808, rel=1e-8)
    assert [row.verdict for row in assess("ASC 815", fit)] == ["met", "not met", "met", "met"]


def test_forward_of_a_forecast_purchase_of_ias_39() -> None:
    """IAS 39, Implementation Guidance F.5.5: buy FC 100,000 at 1.096 in a year; yields of 6 % a year, flat.

    Forward 1.092 after half a year and spot 1.074 at the end: fair values of LC (388) and LC (2,200); in other
    comprehensive income LC 388 and then LC 1,812. Of its spot element LC 777 after half a year, and of its interest
    element LC (1,165). Printed without decimals, which are cut off.
    """
    half = 1 / np.sqrt(1.06)
    values = [
        forward_value(100_000, 1.096, rate, discount, discount) for rate, discount in ((1.092, half), (1.074, 1.0))
    ]
    assert values == pytest.approx([-388, -2_200], abs=0.6)
    found = lower_of(values, values)
    assert found["oci"].to_numpy() == pytest.approx([-388, -1_812], abs=0.6)
    assert found["profit_or_loss"].tolist() == [0.0, 0.0]
    spot = forward_value(100_000, 1.072, 1.080, half, half)
    assert spot == pytest.approx(777, abs=0.6)
    assert values[0] - spot == pytest.approx(-1_165, abs=0.6)
