"""Measures of losses whose distribution is known: closed forms, each with its formula."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from risk.loss.measures import expected_shortfall, shortfall_contributions, standard_error, value_at_risk
from risk.loss.table import YearLossTable

SCORES = ndtri((np.arange(1_000_000) + 0.5) / 1_000_000)  # a normal sample without noise: one score a millionth


@pytest.mark.parametrize(
    ("level", "at_risk", "worst"),
    [
        (0.95, 1.6448536269514722, 2.0627128075074257),
        (0.975, 1.959963984540054, 2.3378027922014133),
        (0.99, 2.3263478740408408, 2.665214220345806),
    ],
)
def test_normal_losses(level: float, at_risk: float, worst: float) -> None:
    """z and φ(z) / (1 − p)."""
    assert value_at_risk(SCORES, level) == pytest.approx(at_risk, rel=2e-5)
    assert expected_shortfall(SCORES, level) == pytest.approx(worst, rel=2e-5)


@pytest.mark.parametrize(
    ("level", "at_risk", "worst"),
    [
        (0.95, 5.180251602233013, 8.55722686679671),
        (0.99, 10.240473656312131, 15.227960300878117),
        (0.995, 13.142211523154549, 18.971035562845096),
    ],
)
def test_lognormal_losses(level: float, at_risk: float, worst: float) -> None:
    """exp(z) and exp(1/2) Φ(1 − z) / (1 − p)."""
    assert value_at_risk(np.exp(SCORES), level) == pytest.approx(at_risk, rel=5e-4)
    assert expected_shortfall(np.exp(SCORES), level) == pytest.approx(worst, rel=5e-4)


def test_five_correlated_normal_families() -> None:
    """μ + z σ and μ + φ(z) / (1 − p) σ at 99 %, alone and together; together they cost 25.89 less than alone."""
    mean, sd = np.array([10.0, 20, 5, 8, 4]), np.array([5.0, 12, 6, 4, 3])
    correlation = np.full((5, 5), 0.25) + 0.75 * np.eye(5)
    correlation[0, 3] = correlation[3, 0] = 0.6
    drawn = np.random.default_rng(9).multivariate_normal(
        mean, correlation * np.outer(sd, sd), size=400_000, method="cholesky"
    )
    table = YearLossTable(drawn, ("legal", "currency", "logistics", "ip", "quality"), "EUR")
    assert table.total.std() == pytest.approx(20.285462775100793, rel=0.005)
    for measure, figure, closed in (
        ("var", value_at_risk, 94.19104320079035),
        ("es", expected_shortfall, 101.06510385449417),
    ):
        assert figure(table.total, 0.99) == pytest.approx(closed, abs=4 * standard_error(table.total, measure, 0.99))
    alone = np.array([expected_shortfall(table[name], 0.99) for name in table.drivers])
    errors = np.array([standard_error(table[name], "es", 0.99) for name in table.drivers])
    closed_alone = [23.326071101729042, 51.982570644149696, 20.991285322074848, 18.660856881383232, 11.995642661037424]
    assert (np.abs(alone - closed_alone) < 4 * errors).all()
    benefit = alone.sum() - shortfall_contributions(table, 0.99).sum()
    assert benefit == pytest.approx(25.89132275588007, abs=4 * errors.sum())
