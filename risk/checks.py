"""Argument checks that return the value, so that a constructor reads as a list of them."""

from __future__ import annotations

import math
import re
from collections.abc import Collection

import numpy as np
from numpy.typing import ArrayLike, NDArray

_CURRENCY = re.compile(r"[A-Z]{3}")


class Sentence(str):
    """A sentence for the reader that remembers its template and values, so that a page can say it in another language.

    >>> said = Sentence("{file} is empty", file="orders.csv")
    >>> said, said.template
    ('orders.csv is empty', '{file} is empty')
    """

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, **values: object) -> Sentence:
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template, made.values = template, values
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return _sentence, (self.template, self.values)


def _sentence(template: str, values: dict[str, object]) -> Sentence:
    return Sentence(template, **values)


class InputError(ValueError):
    """A value that the user can correct; the message names the argument, what it was and what it must be.

    Built from a template and its values, as a `Sentence` is, where a page shows it; `sentence` is what to show.
    """

    def __init__(self, template: str, **values: object) -> None:
        self.sentence = Sentence(template, **values) if values or not isinstance(template, Sentence) else template
        super().__init__(self.sentence)


def positive(name: str, value: float) -> float:
    """The value, which must be a finite number above zero."""
    if not (math.isfinite(value) and value > 0):
        raise InputError(f"{name} == {value}, must be > 0")
    return float(value)


def not_negative(name: str, value: float) -> float:
    """The value, which must be a finite number of zero or more."""
    if not (math.isfinite(value) and value >= 0):
        raise InputError(f"{name} == {value}, must be >= 0")
    return float(value)


def between(name: str, value: float, low: float, high: float) -> float:
    """The value, which must lie strictly between two bounds: a level, a decay."""
    if not low < value < high:
        raise InputError(f"{name} == {value}, must lie strictly between {low} and {high}")
    return float(value)


def at_least(name: str, value: int, limit: int) -> int:
    """The whole number, which must reach the limit: a count of years, days, observations."""
    if int(value) != value or value < limit:
        raise InputError(f"{name} == {value}, must be a whole number of at least {limit}")
    return int(value)


def one_of(name: str, value: str, choices: Collection[str]) -> str:
    """The value, which must be one of the choices."""
    if value not in choices:
        raise InputError(f"{name} == {value!r}, must be one of {', '.join(sorted(choices))}")
    return value


def currency_code(name: str, value: str) -> str:
    """The value, which must be written like an ISO 4217 code: three capital letters."""
    if not (isinstance(value, str) and _CURRENCY.fullmatch(value)):
        raise InputError(f"{name} == {value!r}, must be a three-letter currency code such as EUR")
    return value


def vector(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """The values as a non-empty one-dimensional float array without NaN or infinity."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or array.size == 0:
        raise InputError(f"{name} has shape {array.shape}, must be one-dimensional and not empty")
    if not np.isfinite(array).all():
        raise InputError(f"{name} holds {int((~np.isfinite(array)).sum())} values that are not finite numbers")
    return array
