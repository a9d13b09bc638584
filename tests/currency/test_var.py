"""Value at risk: closed forms, slow loops, contributions that sum, and refusals with a name."""

from __future__ import annotations

import itertools
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.checks import InputError
from risk.currency.rates import ecb_rates
from risk.currency.var import METHODS, WINDOW, VarEstimate, value_at_risk

RATES = ecb_rates("CNY", ["USD", "EUR", "GBP", "JPY", "HKD"], "2018-01-01", "2026-06-30")
BOOK = pd.Series({"USD": 1e6, "EUR": 4e5, "GBP": -1e5, "JPY": 1e7})


def estimate(method: str = "filtered", horizon: int = 1, level: float = 0.99, **options: object) -> VarEstimate:
    options = {"rng": np.random.default_rng(1), **options}
    return value_at_risk(RATES, BOOK, level, horizon, method, **options)  # type: ignore[arg-type]


def made_rates(moves: np.ndarray, codes: list[str]) -> pd.DataFrame:
    levels = np.exp(np.vstack([np.zeros(len(codes)), np.cumsum(moves, axis=0)]))
    return pd.DataFrame(levels, index=pd.bdate_range("2015-01-01", periods=len(levels)), columns=codes)


def slow_returns(days: int) -> list[list[float]]:
    """Simple returns of the book's currencies over its last days, by plain division."""
    table = RATES[list(BOOK.index)].iloc[-days - 1 :].to_numpy()
    return [[after / before - 1 for before, after in zip(*pair, strict=True)] for pair in itertools.pairwise(table)]


def test_historical_is_the_loss_at_its_place_when_all_days_are_sorted() -> None:
    spot = RATES[list(BOOK.index)].iloc[-1].to_numpy()
    losses = sorted(-sum(x * s * r for x, s, r in zip(BOOK, spot, row, strict=True)) for row in slow_returns(WINDOW))
    found = estimate("historical")
    assert found.var == pytest.approx(losses[int(0.99 * WINDOW) - 1])
    assert found.es == pytest.approx(sum(losses[int(0.99 * WINDOW) :]) / (0.01 * WINDOW))


def test_filtered_is_residuals_times_the_volatility_of_tomorrow_by_a_slow_loop() -> None:
    spot = RATES[list(BOOK.index)].iloc[-1].to_numpy()
    moves = np.log1p(slow_returns(len(RATES) - 1))
    scaled = np.empty((WINDOW, moves.shape[1]))
    for place in range(moves.shape[1]):
        squares = moves[:, place] ** 2
        variance = sum(0.94**k * squares[k] for k in range(75)) / sum(0.94**k for k in range(75))
        z = []
        for move in moves[:, place]:
            z.append(move / variance**0.5)
            variance = 0.94 * variance + 0.06 * move**2
        scaled[:, place] = (np.array(z) - np.mean(z[-WINDOW:]))[-WINDOW:] * variance**0.5
    losses = sorted(-(np.expm1(scaled) * spot) @ BOOK.to_numpy())
    assert estimate("filtered").var == pytest.approx(losses[int(0.99 * WINDOW) - 1])


def test_normal_is_the_closed_form_of_a_linear_book() -> None:
    moves = np.array(slow_returns(len(RATES) - 1)) * RATES[list(BOOK.index)].iloc[-1].to_numpy() * BOOK.to_numpy()
    weights = 0.94 ** np.arange(75)
    covariance = np.einsum("t,ti,tj->ij", weights / weights.sum(), moves[:75], moves[:75])
    for move in moves:
        covariance = 0.94 * covariance + 0.06 * np.outer(move, move)
    sd, z = np.sqrt(covariance.sum()), NormalDist().inv_cdf(0.975)
    found = estimate("normal", level=0.975)
    assert found.var == pytest.approx(z * sd)
    assert found.es == pytest.approx(NormalDist().pdf(z) / 0.025 * sd)
    assert found.var_components.to_numpy() == pytest.approx(z * covariance.sum(axis=1) / sd)
    assert found.stand_alone.to_numpy() == pytest.approx(z * np.sqrt(np.diag(covariance)))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("horizon", [1, 5])
def test_components_sum_to_what_they_are_components_of(method: str, horizon: int) -> None:
    found = estimate(method, horizon)
    assert found.components.sum() == pytest.approx(found.es)
    assert found.var_components.sum() == pytest.approx(found.var)
    assert list(found.components.index) == list(BOOK.index)


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=4).filter(any),
    st.sampled_from(METHODS),
    st.sampled_from([0.9, 0.95, 0.975, 0.99]),
)
@settings(max_examples=30, deadline=None)
def test_shortfall_is_at_least_value_at_risk_and_both_grow_with_the_book(
    amounts: list[float], method: str, level: float
) -> None:
    book = pd.Series(dict(zip(BOOK.index, amounts, strict=True)))
    one, three = (
        value_at_risk(RATES, scale * book, level, 1, method, rng=np.random.default_rng(1)) for scale in (1, 3)
    )
    assert one.es >= one.var * (1 - 1e-12)
    assert three.var == pytest.approx(3 * one.var)
    assert three.es_error == pytest.approx(3 * one.es_error)


def test_owing_what_one_holds_costs_nothing() -> None:
    moves = np.random.default_rng(0).normal(0, 0.01, 800)
    rates = made_rates(np.column_stack([moves, moves]), ["USD", "HKD"])
    rates["HKD"] /= 7.8
    book = pd.Series({"USD": 100.0, "HKD": -780.0})
    for method in METHODS:
        found = value_at_risk(rates, book, 0.99, 1, method, rng=np.random.default_rng(1))
        assert found.var == pytest.approx(0.0, abs=1e-6)


def test_independent_normal_days_scale_by_the_square_root_of_time() -> None:
    rates = made_rates(np.random.default_rng(2).normal(0, 0.005, (2000, 1)), ["USD"])
    found = value_at_risk(
        rates, pd.Series({"USD": 1.0}), 0.99, 10, "filtered", window=2000, decay=0.999, rng=np.random.default_rng(3)
    )
    expected = rates["USD"].iloc[-1] * (1 - np.exp(-2.326 * 0.005 * np.sqrt(10)))
    assert found.var == pytest.approx(expected, rel=0.06)


def test_a_longer_horizon_risks_more_and_the_same_seed_says_the_same() -> None:
    one, ten = estimate("filtered", 1), estimate("filtered", 10)
    assert ten.var > 2 * one.var
    assert estimate("filtered", 10).var == ten.var


def test_the_error_of_a_simulated_horizon_is_that_of_repeating_it() -> None:
    again = [estimate("filtered", 5, paths=2000, rng=np.random.default_rng(seed)) for seed in range(40)]
    spread = np.std([found.var for found in again])
    assert np.mean([found.var_error for found in again]) == pytest.approx(spread, rel=0.4)


def test_the_error_of_the_normal_method_is_that_of_repeating_it_on_new_days() -> None:
    worlds = [made_rates(np.random.default_rng(seed).normal(0, 0.01, (300, 1)), ["USD"]) for seed in range(300)]
    # One unit of value at the last spot, so that only the estimate of volatility differs.
    found = [value_at_risk(rates, 1.0 / rates.iloc[-1], 0.99, 1, "normal") for rates in worlds]
    var = np.array([one.var for one in found])
    assert var.std() == pytest.approx(np.mean([one.var_error for one in found]), rel=0.15)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_an_answer_for_every_horizon(method: str) -> None:
    day, month, year = (estimate(method, horizon, paths=4000) for horizon in (1, 21, 250))
    assert 0 < day.var < month.var < year.var
    assert month.var / day.var == pytest.approx(np.sqrt(21), rel=0.5)
    assert all(one.var_error > 0 and one.es >= one.var for one in (day, month, year))


@pytest.mark.parametrize("method", METHODS)
def test_what_a_currency_adds_is_the_difference_without_it(method: str) -> None:
    found = estimate(method)
    for code in BOOK.index:
        rest = value_at_risk(RATES, BOOK.drop(code), 0.99, 1, method, rng=np.random.default_rng(1))
        exact = method not in ("student-t", "garch", "monte-carlo")
        # The others fit the tail of the book that is left, and simulated draws of fewer currencies are others.
        assert found.incremental[code] == pytest.approx(
            found.var - rest.var, rel=1e-9 if exact else 0.1, abs=0.06 * found.var * (not exact)
        )
    assert (found.marginal * BOOK).sum() == pytest.approx(found.var)


def test_simulated_days_of_a_linear_book_are_its_closed_form() -> None:
    close = estimate("student-t")
    many = estimate("monte-carlo", paths=400_000)
    assert many.var == pytest.approx(close.var, abs=5 * many.var_error)
    assert many.es == pytest.approx(close.es, rel=0.03)
    assert many.var_components.to_numpy() == pytest.approx(close.var_components.to_numpy(), abs=0.05 * close.var)


def test_older_days_weigh_less() -> None:
    calm = np.random.default_rng(3).normal(0, 0.002, (1500, 1))
    calm[600:620] = -0.05  # long ago, then not again
    rates = made_rates(calm, ["USD"])
    book = 1.0 / rates.iloc[-1]
    plain, aged = (value_at_risk(rates, book, 0.99, 1, method) for method in ("historical", "age-weighted"))
    assert plain.var > 0.04 > 0.02 > aged.var
    assert aged.notes[0].template.startswith("Older days weigh less")


def test_outside_the_domain_of_the_expansion_student_t_answers() -> None:
    moves = np.random.default_rng(4).normal(0, 0.005, (1200, 1))
    moves[700] = 0.4
    rates = made_rates(moves, ["USD"])
    found = value_at_risk(rates, -1.0 / rates.iloc[-1:].T.iloc[:, 0], 0.99, 1, "cornish-fisher")
    assert "outside the domain" in found.notes[0]
    assert found.var == value_at_risk(rates, -1.0 / rates.iloc[-1], 0.99, 1, "student-t").var


def test_a_currency_without_a_garch_model_keeps_its_weighted_volatility_and_is_named() -> None:
    rates = ecb_rates("EUR", ["USD", "BGN"], "2016-01-01", "2025-06-30")
    found = value_at_risk(rates, pd.Series({"USD": 1e6, "BGN": 1e6}), method="garch")
    assert [note.values["currency"] for note in found.notes if "No GARCH" in note.template] == ["BGN"]


def test_the_future_changes_nothing() -> None:
    past = RATES.loc[:"2024-06-28"]
    spoilt = RATES.copy()
    spoilt.loc["2024-07-01":] *= 3.0
    for method in METHODS:
        one, other = (
            value_at_risk(rates.loc[:"2024-06-28"], BOOK, 0.99, 1, method, rng=np.random.default_rng(1))
            for rates in (past, spoilt)
        )
        assert one.var == other.var


def test_a_zero_exposure_needs_no_rates() -> None:
    book = pd.concat([BOOK, pd.Series({"VND": 0.0})])
    assert value_at_risk(RATES, book).var == estimate().var


def test_what_to_know_is_noted() -> None:
    dollars = ecb_rates("USD", ["HKD"], "2020-01-01", "2026-06-30")
    notes = value_at_risk(dollars, pd.Series({"HKD": 1e6})).notes
    assert [note.template.split("{volatility}")[0] for note in notes] == [
        "{currency} hardly moves against the reporting currency ("
    ]
    assert "Normal tails" in estimate("normal").notes[0]
    assert "square root of 4" in estimate("normal", 4).notes[2]
    assert "20000 simulated paths" in estimate("filtered", 4).notes[0]
    assert "Only 200 days" in value_at_risk(RATES.tail(201), BOOK, 0.99, 1, "historical").notes[0]
    assert estimate("filtered").notes == ()


@pytest.mark.parametrize(
    ("book", "options", "said"),
    [
        ({"USD": 1.0, "VND": 2.0, "XAU": 1.0}, {}, "exposures in VND, XAU"),
        ({}, {}, "no exposure"),
        ({"USD": 0.0}, {}, "no exposure"),
        ({"USD": float("inf")}, {}, "finite"),
        ({"USD": 1.0}, {"method": "guess"}, "method"),
        ({"USD": 1.0}, {"level": 1.0}, "level"),
        ({"USD": 1.0}, {"horizon": 0}, "horizon"),
        ({"USD": 1.0}, {"horizon": 251}, "horizon == 251, must be 1 to 250"),
        ({"USD": 1.0}, {"horizon": 21, "method": "historical"}, "rng is missing"),
        ({"USD": 1.0}, {"method": "monte-carlo"}, "rng is missing"),
        ({"USD": 1.0}, {"method": "garch", "distribution": "cauchy"}, "distribution"),
        ({"USD": 1.0}, {"horizon": 5}, "rng is missing"),
        ({"USD": 1.0}, {"window": 60, "method": "historical"}, "needs 100 days .* there are 60"),
    ],
)
def test_what_cannot_be_estimated_is_refused(book: dict[str, float], options: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        value_at_risk(RATES, pd.Series(book, dtype="float64"), **options)


def test_an_exposure_in_a_currency_that_is_no_longer_fixed_is_refused() -> None:
    with pytest.raises(InputError, match="RUB ended on 2022-03-01"):
        value_at_risk(ecb_rates("EUR", ["USD", "RUB"], "2018-01-01"), pd.Series({"RUB": 1.0}))


def test_the_currency_with_the_fewest_rates_is_named_when_history_is_short() -> None:
    rates = RATES.copy()
    rates.loc[: rates.index[-50], "GBP"] = np.nan
    with pytest.raises(InputError, match="GBP has the fewest"):
        value_at_risk(rates, BOOK)
