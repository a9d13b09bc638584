"""Hedge ratios that others computed, each with its source."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from risk.currency.hedging import UncertainReceipt, minimum_shortfall_ratio, minimum_variance_ratio, quantity_hedge


@pytest.fixture(scope="module")
def zloty_and_euro(shared: Path) -> tuple[np.ndarray, np.ndarray]:
    """Log returns of PLN and EUR in USD, 2020 to 2024, out of twelve digits of ECB cross rates."""
    rates = pd.read_csv(
        shared / "reference" / "usd_per_ccy_daily_2016_2026.csv",
        index_col="date",
        parse_dates=True,
        usecols=["date", "PLN", "EUR"],
    )
    returns = np.log(rates).diff().loc["2020-01-01":"2024-12-31"]
    assert len(returns) == 1283
    return returns["PLN"].to_numpy(), returns["EUR"].to_numpy()


def test_a_proxy_hedge_by_regression(zloty_and_euro: tuple[np.ndarray, np.ndarray]) -> None:
    """PLN hedged in EUR: statsmodels 0.15.0, OLS with a constant, and cov_type "HAC" with maxlags 5."""
    found = minimum_variance_ratio(*zloty_and_euro)
    assert found.lags == 5
    assert found.ratio == pytest.approx(1.2238493153208845, rel=1e-8)
    assert found.standard_error == pytest.approx(0.028599303768042397, rel=1e-8)
    assert found.r_squared == pytest.approx(0.7103692721937808, rel=1e-8)


def test_a_proxy_hedge_by_weighted_covariance(zloty_and_euro: tuple[np.ndarray, np.ndarray]) -> None:
    """The ratio for the day after 2024-12-31: decay 0.97, mean zero, seeded with the first product."""
    found = minimum_variance_ratio(*zloty_and_euro, "ewma", decay=0.97)
    assert found.ratio == pytest.approx(1.1337138279015737, rel=1e-9)


def test_a_proxy_hedge_of_least_shortfall(zloty_and_euro: tuple[np.ndarray, np.ndarray]) -> None:
    """HiGHS as in scipy 1.17.1 on the linear programme of Rockafellar and Uryasev (2000), all days."""
    found = minimum_shortfall_ratio(*zloty_and_euro, 0.95)
    assert found.ratio == pytest.approx(1.2531191849085734, rel=1e-10)
    assert found.hedged == pytest.approx(0.009202723780919936, rel=1e-12)


@pytest.mark.parametrize(
    ("correlation", "best", "unhedged", "at_best", "all_expected"),
    [
        (-0.3, 62499.99999999989, 263394.3051776177, 263336.87550360285, 275957.5329647662),
        (0.0, 1000000.0, 289573.82478394004, 275878.596487658, 275878.596487658),
        (0.3, 1937500.0000000002, 313714.13739262696, 263336.87550360285, 275957.5329647662),
    ],
)
def test_uncertain_quantities_change_the_best_amount(
    correlation: float, best: float, unhedged: float, at_best: float, all_expected: float
) -> None:
    """Quantity and rate normal together: h* = E[Q] + E[S] ρ sd(Q) / sd(S).

    Rolfo, Journal of Political Economy 88 (1980); Brown and Toft, Review of Financial Studies 15 (2002). With -0.3,
    selling all that is expected is worse than selling nothing.
    """
    amounts = (1e6, 250_000.0, 1.1, 0.088, correlation)
    receipt = UncertainReceipt(*amounts)
    assert quantity_hedge(*amounts) == pytest.approx(best, rel=1e-9)
    assert receipt.sd() == pytest.approx(unhedged, rel=1e-9)
    assert receipt.sd(best) == pytest.approx(at_best, rel=1e-9)
    assert receipt.sd(1e6) == pytest.approx(all_expected, rel=1e-9)


def test_regression_and_weighted_ratio_of_a_few_days_by_hand() -> None:
    """Three days, worked with fractions: products 2, -2, 6 and squares 1, 4, 4 of the hedge; decay one half."""
    exposure, hedge = [2.0, -1.0, 3.0], [1.0, 2.0, 2.0]
    weighted = minimum_variance_ratio(exposure, hedge, "ewma", decay=0.5)
    assert weighted.ratio == pytest.approx((2 / 4 - 2 / 4 + 6 / 2) / (1 / 4 + 4 / 4 + 4 / 2))
    plain = minimum_variance_ratio(exposure, hedge, lags=0)
    # Means 4/3 and 5/3: covariance sum -2/3, variance sum 2/3; residuals 0, -2, 2 about it.
    assert plain.ratio == pytest.approx(-1.0)
    assert plain.standard_error == pytest.approx(np.sqrt(2 * (1 / 3 * 2) ** 2) / (2 / 3))
    assert plain.r_squared == pytest.approx(1 - 8 / (26 / 3))
