"""Severities against scipy, against integrals of their own survival function, and what must hold for each of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from risk.checks import InputError
from risk.loss.draws import Uniforms
from risk.loss.event_trees import Branch, Choice, EventTree
from risk.loss.severity import (
    Capped,
    Empirical,
    Fixed,
    Gamma,
    GeneralizedPareto,
    Layer,
    LogMetalog,
    Lognormal,
    Pert,
    Scaled,
    Severity,
    Spliced,
)

METALOG = LogMetalog.from_quantiles(100.0, 300.0, 1500.0)
TREE = EventTree((Fixed(30.0), Branch(0.4, Gamma(2.0, 50.0)), Choice(((0.2, Pert(0, 20, 90)), (0.5, Fixed(30.0))))))
SEVERITIES: list[Severity] = [
    Lognormal(1.0, 0.8),
    Gamma(0.5, 2500.0),
    Gamma(30.0, 2.0),
    GeneralizedPareto(0.35, 2.0),
    GeneralizedPareto(-0.3, 2.0, 5.0),
    GeneralizedPareto(0.0, 2.0, 5.0),
    Pert(5.0, 20.0, 50.0, 2.0),
    Pert(0.0, 0.0, 1.0),
    METALOG,
    LogMetalog.from_quantiles(100.0, 500.0, 1500.0, 0.8),
    Empirical([4.0, 1.0, 2.5, 2.5]),
    Fixed(3.0),
    Capped(GeneralizedPareto(1.73, 10.0), 100.0),
    Layer(Lognormal(1.0, 0.8), 2.0, 5.0),
    Layer(Lognormal(1.0, 0.8), 2.0, math.inf),
    Scaled(Gamma(3.0, 2.0), 7.0),
    Capped(Layer(Scaled(Gamma(3.0, 2.0), 2.0), 3.0, 20.0), 15.0),
    Spliced(Lognormal(0.0, 1.0), GeneralizedPareto(0.3, 2.0, 3.0), 3.0, 0.1),
    Spliced(Gamma(2.0, 1.0), Lognormal(0.0, 1.0), 3.0, 0.2),
    Choice(((0.3, Lognormal(1.0, 0.5)), (0.2, Fixed(4.0)))),
    TREE,
]
SMOOTH = [severity for severity in SEVERITIES if severity.smooth]
each = pytest.mark.parametrize("severity", SEVERITIES, ids=lambda severity: repr(severity)[:60])
GRID = {TREE: 5e-3}  # what the grid of a tree costs in precision


def integral(severity: Severity, limit: float, order: int) -> float:
    """∫ order · x^(order − 1) · P(X > x) dx up to the limit, by the midpoint rule."""
    edges = np.linspace(0.0, limit, 40_001)
    middles = (edges[1:] + edges[:-1]) / 2
    return float((order * middles ** (order - 1) * severity.survival(middles)).sum() * edges[1])


@each
@pytest.mark.parametrize("order", [1, 2])
def test_limited_moments_are_integrals_of_the_survival_function(severity: Severity, order: int) -> None:
    for level in (0.3, 0.9, 0.999):
        limit = float(severity.quantile(level)) * 1.01 + 0.01
        expected = pytest.approx(integral(severity, limit, order), rel=GRID.get(severity, 2e-4))
        assert severity.limited_moment(limit, order) == expected


@each
def test_survival_and_quantile_are_inverse(severity: Severity) -> None:
    p = np.array([0.02, 0.3, 0.5, 0.77, 0.95, 0.999])
    x = severity.quantile(p)
    slack = 1e-9
    assert (np.diff(x) >= 0).all()
    assert (severity.cdf(x * (1 + slack)) >= p - slack).all()
    below = x > 0
    assert (severity.cdf(x[below] * (1 - 1e-6)) <= p[below] + 1e-4 * (severity in GRID) + slack).all()
    assert severity.cdf(x) + severity.survival(x) == pytest.approx(np.ones(6), abs=1e-12)
    assert severity.exceeded(1 - p) == pytest.approx(x, rel=1e-6)


@each
def test_nothing_is_below_zero(severity: Severity) -> None:
    assert severity.cdf(-1e-9) == 0
    assert severity.limited_mean(0.0) == pytest.approx(0.0, abs=1e-12)


@each
def test_draws_and_events_have_mean_and_quantiles(severity: Severity) -> None:
    rng = np.random.default_rng(3)
    events = Uniforms(rng.integers(2**64, size=200_000, dtype=np.uint64))
    limit = float(severity.quantile(0.99))
    for losses in (severity.draw(200_000, rng), severity.at(events)):
        limited = np.minimum(losses, limit)
        error = 4.5 * limited.std() / math.sqrt(losses.size) + 1e-9
        assert limited.mean() == pytest.approx(float(severity.limited_mean(limit)), abs=error + GRID.get(severity, 0))
        for level in (0.1, 0.5, 0.9):
            x = float(severity.quantile(level)) * (1 + 1e-9)
            if severity not in GRID:
                assert (losses <= x).mean() == pytest.approx(float(severity.cdf(x)), abs=0.006)


@pytest.mark.parametrize("severity", SMOOTH, ids=lambda severity: repr(severity)[:60])
def test_the_table_is_the_quantile_function(severity: Severity) -> None:
    rng = np.random.default_rng(4)
    p = np.concatenate([rng.random(5000), 2.0 ** -rng.uniform(1, 20, 2000), 1 - 2.0 ** -rng.uniform(1, 40, 2000)])
    assert severity.table(p) == pytest.approx(severity.quantile(p), rel=1e-6)
    assert (np.diff(severity.table(np.sort(p))) >= 0).all()


@pytest.mark.parametrize(
    ("severity", "reference"),
    [
        (Lognormal(1.0, 0.8), stats.lognorm(0.8, scale=math.e)),
        (Gamma(0.5, 2500.0), stats.gamma(0.5, scale=2500.0)),
        (GeneralizedPareto(0.35, 2.0, 5.0), stats.genpareto(0.35, 5.0, 2.0)),
        (GeneralizedPareto(-0.3, 2.0), stats.genpareto(-0.3, 0.0, 2.0)),
        (Pert(5.0, 20.0, 50.0), stats.beta(1 + 4 / 3, 1 + 8 / 3, 5.0, 45.0)),
    ],
)
def test_formulas_are_those_of_scipy(severity: Severity, reference: stats.rv_continuous) -> None:
    p = np.array([1e-6, 0.1, 0.5, 0.99, 1 - 1e-9])
    x = reference.ppf(p)
    assert severity.quantile(p) == pytest.approx(x, rel=1e-6)
    assert severity.survival(x) == pytest.approx(reference.sf(x), rel=1e-9)
    assert severity.exceeded([1e-12, 0.3]) == pytest.approx(reference.isf([1e-12, 0.3]))
    assert severity.mean == pytest.approx(reference.mean())
    assert severity.variance == pytest.approx(reference.var())


@pytest.mark.parametrize("shape", [-1.5, -1e-9, 1e-12, 1e-4, 0.49999, 0.5, 0.50001, 0.7, 1.0, 1.00001, 2.5])
def test_generalized_pareto_limited_moments_have_no_weak_shape(shape: float) -> None:
    severity = GeneralizedPareto(shape, 3.0, 2.0)
    limit = min(40.0, 2 - 3 / shape) if shape < 0 else 40.0
    for order in (1, 2):

        def weighted(x: float, order: int = order) -> float:
            return order * x ** (order - 1) * float(severity.survival(x))

        found, _ = integrate.quad(weighted, 0, limit, points=[2.0])
        assert severity.limited_moment(40.0, order) == pytest.approx(found, rel=1e-8)


def test_infinite_variance_is_said_and_an_infinite_mean_refused() -> None:
    assert GeneralizedPareto(0.5, 1.0).variance == math.inf
    assert GeneralizedPareto(0.9, 1.0).second_moment == math.inf
    heavy = LogMetalog.from_quantiles(1.0, 30.0, 1e5)
    for severity in (
        GeneralizedPareto(1.0, 1.0),
        heavy,
        Scaled(GeneralizedPareto(1.2, 1.0), 2.0),
        Spliced(Lognormal(0.0, 1.0), GeneralizedPareto(1.73, 1.0, 3.0), 3.0, 0.1),
        EventTree((Fixed(1.0), GeneralizedPareto(1.1, 1.0))),
        Layer(GeneralizedPareto(1.1, 1.0), 1.0, math.inf),
    ):
        with pytest.raises(InputError, match="average cost is infinite; state the largest possible cost"):
            _ = severity.mean
        assert 0 < Capped(severity, 50.0).mean < 50


@given(st.floats(0.0, 100.0), st.floats(0.1, 100.0), st.floats(0.1, 100.0))
def test_layers_add_up_to_the_whole(deductible: float, first: float, second: float) -> None:
    whole = Layer(GeneralizedPareto(0.8, 10.0), deductible, first + second)
    parts = [Layer(whole.severity, deductible, first), Layer(whole.severity, deductible + first, second)]
    assert whole.mean == pytest.approx(sum(part.mean for part in parts))


@given(st.floats(0.1, 10.0), st.floats(0.0, 30.0), st.floats(0.1, 50.0), st.floats(0.1, 50.0))
def test_nested_changes_are_one_change(factor: float, deductible: float, limit: float, maximum: float) -> None:
    nested = Capped(Layer(Scaled(Lognormal(1.0, 1.0), factor), deductible, limit), maximum)
    base, clip = nested.unwrapped()
    losses = np.array([0.0, 0.1, 1.0, 5.0, 40.0, 1e6])
    by_hand = np.minimum(np.minimum(np.maximum(factor * losses - deductible, 0), limit), maximum)
    assert base == Lognormal(1.0, 1.0)
    assert clip(losses) == pytest.approx(by_hand)


@given(st.floats(1.0, 1e4), st.floats(1.01, 1e4), st.floats(0.0, 1.0), st.floats(0.5, 0.98))
def test_a_log_metalog_honours_three_quantiles_or_names_the_middle_that_fits(
    low: float, ratio: float, share: float, coverage: float
) -> None:
    median, high, tail = low * ratio**share, low * ratio, (1 - coverage) / 2
    try:
        severity = LogMetalog.from_quantiles(low, median, high, coverage)
    except InputError as problem:
        lowest, highest = float(problem.sentence.values["lowest"]), float(problem.sentence.values["highest"])
        assert median < lowest or median > highest
        severity = LogMetalog.from_quantiles(low, lowest * 1.000001, high, coverage)
        assert (np.diff(severity.quantile(np.linspace(1e-6, 1 - 1e-6, 500))) > 0).all()
        return
    assert severity.quantile([tail, 0.5, 1 - tail]) == pytest.approx([low, median, high], rel=1e-9)
    assert (np.diff(severity.quantile(np.linspace(1e-6, 1 - 1e-6, 500))) > 0).all()


def test_the_common_step_of_amounts_with_cents_is_found() -> None:
    assert Empirical([0.3, 0.7, 12.4]).span == pytest.approx(0.1)
    assert Empirical([100, 500, 1000]).span == 100
    assert Empirical(np.random.default_rng(1).random(50)).span is None


@pytest.mark.parametrize(
    "make",
    [
        lambda: Lognormal.from_interval(5.0, 2.0),
        lambda: Lognormal.from_interval(0.0, 2.0),
        lambda: Lognormal.from_interval(1.0, 2.0, 1.0),
        lambda: Lognormal(math.inf, 1.0),
        lambda: Gamma(0.0, 1.0),
        lambda: GeneralizedPareto(0.2, -1.0),
        lambda: Pert(5.0, 4.0, 9.0),
        lambda: Pert(-1.0, 4.0, 9.0),
        lambda: Pert(4.0, 4.0, 4.0),
        lambda: Empirical([]),
        lambda: Empirical([-1.0, 2.0]),
        lambda: Fixed(-1.0),
        lambda: Capped(Fixed(1.0), 0.0),
        lambda: Layer(Fixed(1.0), 1.0, 0.0),
        lambda: Spliced(Pert(1, 2, 3), Fixed(9.0), 0.5, 0.1),
        lambda: Spliced(Pert(1, 2, 3), Fixed(1.0), 2.5, 0.1),
        lambda: LogMetalog.from_quantiles(100.0, 101.0, 1500.0),
        lambda: LogMetalog(1.0, 0.1, 1.0),
        lambda: Choice(((0.7, Fixed(1.0)), (0.4, Fixed(2.0)))),
        lambda: Branch(0.0, Fixed(1.0)),
        lambda: EventTree(()),
    ],
)
def test_impossible_severities_are_refused(make: object) -> None:
    with pytest.raises(InputError):
        make()  # type: ignore[operator]
