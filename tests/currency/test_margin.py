"""Margin calls: the slow loop over deals, paths and dates, and what no terms can change."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.checks import InputError
from risk.currency.forwards import forward_value
from risk.currency.margin import ForwardBook, MarginPaths, MarginTerms, forward_book, margin_calls, simulate_margin
from risk.currency.model import BLOCK, CurrencyRisk

DATES, PATHS, CURRENCIES = 5, 40, 2
TERMS = MarginTerms(deposit=0.05, threshold=4.0, minimum_transfer=1.5, interest=0.06)


@pytest.fixture
def book() -> ForwardBook:
    """Receipts in one currency sold, payments in another bought, at forwards that fall and rise with the date."""
    ahead = np.arange(1, DATES + 1)
    carry = 1 + np.outer(ahead, [-0.003, 0.002])
    strike = np.array([7.0, 0.05]) * carry
    notional = np.column_stack([-np.linspace(10, 14, DATES), np.full(DATES, 300.0)])
    return ForwardBook(notional, strike, carry, 0.995**ahead, 1 / 12)


@pytest.fixture
def paths() -> np.ndarray:
    moves = np.random.default_rng(5).normal(0, 0.06, (DATES, PATHS, CURRENCIES))
    return np.array([7.0, 0.05]) * np.exp(moves.cumsum(axis=0))


def slow_values(book: ForwardBook, paths: np.ndarray) -> list[list[float]]:
    """Each deal that is left, valued by itself: with base discounted so that its forward is carry × spot."""
    values = []
    for date in range(DATES):
        row = []
        for path in range(PATHS):
            value = 0.0
            for settles in range(date + 1, DATES):
                for place in range(CURRENCIES):
                    ahead = settles - date - 1
                    discount = book.discount[ahead]
                    deal = book.notional[settles, place], book.strike[settles, place]
                    base = discount * book.carry[ahead, place]
                    value += forward_value(*deal, paths[date, path, place], base, discount)
            row.append(value)
        values.append(row)
    return values


def slow_margin(values: list[list[float]], outstanding: list[float], terms: MarginTerms) -> tuple[np.ndarray, ...]:
    """One path and date after the other, as the bank's clerk would reckon."""
    calls, cash, interest = np.zeros((DATES, PATHS)), np.zeros((DATES + 1, PATHS)), np.zeros(PATHS)
    for path in range(PATHS):
        held, cash[0, path] = 0.0, terms.deposit * outstanding[0]
        for date in range(DATES):
            interest[path] += cash[date, path] * terms.interest / 12
            loss = -values[date][path]
            due = 0.0
            if loss > terms.threshold:
                due = loss if terms.whole_loss else loss - terms.threshold
            last = date == DATES - 1
            if abs(due - held) >= terms.minimum_transfer or last:
                calls[date, path] = due - held
                held = due
            cash[date + 1, path] = terms.deposit * outstanding[date + 1] + held
    return calls, cash, interest


def test_a_book_is_marked_as_its_deals_one_by_one(book: ForwardBook, paths: np.ndarray) -> None:
    np.testing.assert_allclose(book.mark_to_market(paths), slow_values(book, paths), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    "terms",
    [
        TERMS,
        MarginTerms(0.0, 0.0, 0.0, 0.0),
        MarginTerms(0.1, 0.0, 6.0, 0.03),
        MarginTerms(0.0, 10.0, 0.0, 0.1),
        MarginTerms(0.05, 4.0, 1.5, 0.06, whole_loss=True),
    ],
)
def test_calls_and_cash_are_those_of_the_slow_loop(book: ForwardBook, paths: np.ndarray, terms: MarginTerms) -> None:
    made = margin_calls(book, paths, terms)
    left = [sum(abs(book.notional[date:]).ravel() * book.strike[date:].ravel()) for date in range(DATES + 1)]
    calls, cash, interest = slow_margin(slow_values(book, paths), left, terms)
    assert (calls > 0).any()
    np.testing.assert_allclose(made.calls, calls, atol=1e-10)
    np.testing.assert_allclose(made.tied_up, cash, atol=1e-10)
    np.testing.assert_allclose(made.interest, interest, atol=1e-10)
    np.testing.assert_allclose(made.peak, [max(cash[:, path]) for path in range(PATHS)], atol=1e-10)


def test_all_cash_comes_back_with_the_last_deal(book: ForwardBook, paths: np.ndarray) -> None:
    made = margin_calls(book, paths, TERMS)
    assert made.calls.sum(axis=0) == pytest.approx(0.0, abs=1e-10)
    assert made.tied_up[-1] == pytest.approx(0.0, abs=1e-10)
    assert (made.tied_up >= -1e-10).all()


def test_a_book_dealt_at_its_forward_rates_is_called_for_nothing_when_these_come_true(book: ForwardBook) -> None:
    """Spot that moves along today's forwards of a level differential leaves every deal at par."""
    carry = np.exp(np.outer(np.arange(1, DATES + 1), [-0.003, 0.002]))
    spot = np.array([7.0, 0.05])
    level = ForwardBook(book.notional, spot * carry, carry, book.discount, book.step)
    made = margin_calls(level, (spot * carry)[:, None, :], MarginTerms(0.05, 0.0, 0.0, 0.0))
    assert made.calls == pytest.approx(0.0, abs=1e-10)
    assert made.peak == pytest.approx(0.05 * level.outstanding[0])


def test_an_exporter_is_called_when_the_currency_rises_by_hand() -> None:
    """100 sold at 1.00 for the second date; at the first the rate is 1.30: 100 × 0.30 × 0.99 is lost."""
    book = ForwardBook([[0.0], [-100.0]], [[1.0], [1.0]], [[1.0], [1.0]], [0.99, 0.98], 0.5)
    made = margin_calls(book, np.array([[[1.3], [1.1], [0.8]], [[1.3], [1.1], [0.8]]]), MarginTerms(0.1, 5, 10, 0.08))
    assert made.calls.tolist() == [pytest.approx([24.7, 0.0, 0.0]), pytest.approx([-24.7, 0.0, 0.0])]
    assert made.tied_up.T.tolist() == [pytest.approx([10, 34.7, 0]), [10, 10, 0], [10, 10, 0]]
    assert made.interest == pytest.approx([0.04 * 44.7, 0.8, 0.8])
    assert made.peak == pytest.approx([34.7, 10, 10])


def test_a_broker_asks_for_the_whole_loss_once_its_threshold_is_crossed() -> None:
    """GBP 100,000 sold at USD 1.30, called beyond 2.5 %, as in an example of Ebury: from 1.3325, GBP 2,500 and more."""
    book = ForwardBook([[0.0], [-1e5]], [[1.3], [1.3]], [[1.0], [1.0]], [1.0, 1.0], 1 / 12)
    paths = np.array([[[1.3324], [1.3326]], [[1.3], [1.3]]])
    made = margin_calls(book, paths, MarginTerms(0.0, 0.025 * 1.3e5, 0.0, 0.0, whole_loss=True))
    assert made.calls[0] / 1.3 == pytest.approx([0.0, 2507.69], abs=0.01)
    lenient = margin_calls(book, paths, MarginTerms(0.0, 0.025 * 1.3e5, 0.0, 0.0))
    assert lenient.calls[0] == pytest.approx([0.0, 10.0])


def test_a_call_below_the_minimum_waits_until_it_is_due() -> None:
    book = ForwardBook([[0.0], [0.0], [-100.0]], np.ones((3, 1)), np.ones((3, 1)), np.ones(3), 1 / 12)
    made = margin_calls(book, np.array([[[1.04]], [[1.06]], [[1.0]]]), MarginTerms(0.0, 0.0, 5.0, 0.0))
    assert made.calls[:, 0] == pytest.approx([0.0, 6.0, -6.0])


@given(st.floats(0, 20), st.floats(0, 20))
@settings(max_examples=25)
def test_a_higher_threshold_never_ties_up_more(low: float, more: float) -> None:
    moves = np.random.default_rng(7).normal(0, 0.05, (DATES, PATHS, 1))
    book = ForwardBook(np.full((DATES, 1), -50.0), np.ones((DATES, 1)), np.ones((DATES, 1)), np.ones(DATES), 1 / 12)
    strict, lenient = (
        margin_calls(book, np.exp(moves.cumsum(axis=0)), MarginTerms(0.05, threshold, 0.0, 0.05))
        for threshold in (low, low + more)
    )
    assert (lenient.tied_up <= strict.tied_up + 1e-9).all()
    assert (lenient.interest <= strict.interest + 1e-9).all()


def test_without_calls_only_the_deposit_is_tied_up(book: ForwardBook, paths: np.ndarray) -> None:
    made = margin_calls(book, paths, MarginTerms(0.05, 1e9, 0.0, 0.06))
    assert not made.calls.any()
    assert made.tied_up[:, 0] == pytest.approx(0.05 * book.outstanding)
    assert made.interest == pytest.approx(0.05 * book.outstanding[:-1].sum() * 0.06 / 12)


def test_the_peak_quantile_is_one_of_the_peaks() -> None:
    cash = np.array([[1.0, 1.0, 1.0, 1.0], [4.0, 0.0, 2.0, 3.0]])
    made = MarginPaths(np.diff(cash, axis=0), cash, np.zeros(4))
    assert made.peak.tolist() == [4.0, 1.0, 2.0, 3.0]
    assert (made.peak_quantile(0.75), made.peak_quantile(0.76)) == (3.0, 4.0)


def test_calls_by_date_count_the_paths_that_are_called() -> None:
    calls = np.array([[2.0, 0.0, 4.0, 0.0], [-2.0, 0.0, 0.0, 0.0]])
    cash = np.vstack([np.zeros(4), calls.cumsum(axis=0)])
    table = MarginPaths(calls, cash, np.zeros(4)).by_date(0.75)
    assert table.index.tolist() == [1, 2]
    assert table["called"].tolist() == [0.5, 0.0]
    assert table["mean_call"].tolist() == [3.0, 0.0]
    assert table["tied_up"].tolist() == [1.5, 1.0]
    assert table["tied_up_quantile"].tolist() == [2.0, 0.0]


def test_the_book_of_a_model_is_at_par_today_and_sells_what_is_expected(model: CurrencyRisk) -> None:
    book = forward_book(model, 0.03, {"USD": 0.5})
    assert book.notional[:, 0] == pytest.approx(-0.5 * model.receipts[:, 0])
    assert not book.notional[:, 1].any()
    assert book.discount[[2, 11]] == pytest.approx([1 / 1.0075, 1 / 1.03])
    assert model.spot * book.carry - book.strike == pytest.approx(0.0, abs=1e-12)
    assert book.outstanding[0] == pytest.approx((0.5 * model.receipts[:, 0] * model.forwards[:, 0]).sum())
    assert forward_book(model.hedged(1.0), 0.03).notional == pytest.approx(-model.receipts)


def test_simulated_years_are_called_for_block_by_block(model: CurrencyRisk) -> None:
    terms, years = MarginTerms(0.05, 0.0, 0.0, 0.05), BLOCK + 40
    made = simulate_margin(model, years, np.random.default_rng(1), terms, 0.03, 1.0)
    rates = np.concatenate([block for _, block, _ in model.months(years, np.random.default_rng(1))], axis=1)
    whole = margin_calls(forward_book(model, 0.03, 1.0), rates, terms)
    assert made.calls.shape == (12, years)
    assert (made.calls[0] > 0).any()
    for field in ("calls", "tied_up", "interest"):
        np.testing.assert_allclose(getattr(made, field), getattr(whole, field), rtol=1e-12, atol=1e-9)


def test_paths_must_be_those_of_the_book(book: ForwardBook, paths: np.ndarray) -> None:
    for wrong in (paths[1:], paths[:, :, :1], paths[:, 0]):
        with pytest.raises(InputError, match="spot_paths"):
            margin_calls(book, wrong, TERMS)


@pytest.mark.parametrize("field", ["strike", "carry", "discount"])
def test_a_book_whose_parts_differ_in_shape_is_refused(book: ForwardBook, field: str) -> None:
    parts = {name: getattr(book, name) for name in ("notional", "strike", "carry", "discount", "step")}
    for wrong in (parts[field][1:], np.full_like(parts[field], math.nan)):
        with pytest.raises(InputError, match=field):
            ForwardBook(**{**parts, field: wrong})


@pytest.mark.parametrize("terms", [(1.1, 0, 0, 0), (-0.1, 0, 0, 0), (0, -1, 0, 0), (0, 0, -1, 0), (0, 0, 0, math.nan)])
def test_terms_that_no_bank_has_are_refused(terms: tuple[float, ...]) -> None:
    with pytest.raises(InputError):
        MarginTerms(*terms)
