"""Checks return the value they accept and name the one they refuse."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import numpy as np
import pytest

from risk import checks
from risk.checks import InputError


def test_checks_return_the_value() -> None:
    assert checks.positive("x", 2) == 2.0
    assert checks.not_negative("x", 0) == 0.0
    assert checks.between("x", 0.5, 0, 1) == 0.5
    assert checks.at_least("n", 3, 1) == 3
    assert checks.one_of("x", "a", ("a", "b")) == "a"
    assert checks.currency_code("x", "EUR") == "EUR"
    assert checks.vector("x", [1, 2]).tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("check", "sentence"),
    [
        (lambda: checks.positive("mean", -1), "mean == -1, must be > 0"),
        (lambda: checks.positive("mean", float("nan")), "mean == nan, must be > 0"),
        (lambda: checks.not_negative("cost", float("inf")), "cost == inf, must be >= 0"),
        (lambda: checks.between("level", 1.0, 0, 1), "level == 1.0, must lie strictly between 0 and 1"),
        (lambda: checks.at_least("years", 2.5, 1), "years == 2.5, must be a whole number"),
        (lambda: checks.one_of("kind", "x", ("put", "call")), "must be one of call, put"),
        (lambda: checks.currency_code("currency", "euro"), "currency == 'euro'"),
        (lambda: checks.vector("losses", np.ones((2, 2))), r"shape \(2, 2\)"),
    ],
)
def test_a_refusal_names_argument_value_and_limit(check: Callable[[], object], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        check()


def test_a_sentence_is_text_that_remembers_how_it_was_made() -> None:
    said = checks.Sentence("{file} has {count} rows", file="orders {draft}.csv", count=3)
    assert said == "orders {draft}.csv has 3 rows"
    assert said.template.format(**said.values) == said


def test_sentences_and_refusals_survive_a_copy_between_processes() -> None:
    refusal = pickle.loads(pickle.dumps(InputError("{file} is empty", file="a.csv")))
    assert str(refusal) == "a.csv is empty"
    assert refusal.sentence.template == "{file} is empty"


def test_braces_in_a_plain_message_stay_as_they_are() -> None:
    assert str(InputError("x == {1}, must be > 0")) == "x == {1}, must be > 0"
