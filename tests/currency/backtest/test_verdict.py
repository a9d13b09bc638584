"""Verdicts: right and wrong models by simulation, and the choice among them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from risk.checks import InputError
from risk.currency.backtest import Verdict, implied_degrees, judge, most_trusted
from risk.currency.var import student_factors


def history(factor: float = 1.0, days: int = 2000, seed: int = 1) -> pd.DataFrame:
    """Losses of t(5) with variance 1, and the forecasts that are right for them, times a factor."""
    lost = np.random.default_rng(seed).standard_t(5, days) * np.sqrt(3 / 5)
    var, es = student_factors(0.99, 5.0)
    wobble = np.linspace(0.999, 1.001, days)
    frame = pd.DataFrame({"loss": lost, "var": factor * var * wobble, "es": factor * es * wobble})
    return frame.assign(exception=frame["loss"] > frame["var"])


def verdict(factor: float = 1.0, **options: int) -> Verdict:
    return judge(history(factor, **options), 0.99, np.random.default_rng(2))


def test_a_right_forecast_holds_and_a_wrong_one_does_not() -> None:
    assert verdict().holds
    assert verdict().zone == "green"
    low = verdict(0.7)
    assert not low.holds
    assert {"number", "shortfall"} <= set(low.rejected)
    assert low.zone == "red"
    assert low.exceptions > 2 * low.expected
    assert low.expected == pytest.approx(20)


def test_the_right_forecast_is_trusted() -> None:
    tried = {name: verdict(factor, days=20_000) for name, factor in (("low", 0.75), ("right", 1.0), ("high", 1.4))}
    assert most_trusted(tried) == "right"
    assert most_trusted({"low": tried["low"], "high": tried["high"]}) in ("low", "high")
    with pytest.raises(InputError, match="no backtest"):
        most_trusted({})


def test_p_values_of_the_shortfall_test_are_spread_evenly_under_the_model() -> None:
    p_values = [verdict(seed=seed, days=1000).shortfall for seed in range(100)]
    assert np.mean(np.array(p_values) < 0.05) <= 0.12
    assert np.mean(p_values) == pytest.approx(0.5, abs=0.12)


@pytest.mark.parametrize("degrees", [3.0, 6.0, 40.0])
def test_the_tail_of_a_forecast_is_read_off_its_two_measures(degrees: float) -> None:
    factors = student_factors(0.99, degrees)
    assert implied_degrees(factors.es / factors.var, 0.99) == pytest.approx(degrees, rel=1e-6)
    assert implied_degrees(1.0, 0.99) == 200.0
    assert implied_degrees(9.0, 0.99) == 2.1


def test_few_expected_exceptions_are_judged_exactly() -> None:
    from scipy.stats import binomtest

    found = verdict(days=300)
    assert found.number == pytest.approx(binomtest(found.exceptions, 300, 0.01).pvalue)
