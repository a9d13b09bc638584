"""Results kept between reruns and shared by sessions, which is safe: each is keyed by all that it was computed from.

No function here is keyed by a frame or by free text as Streamlit hashes them: `digest` makes the keys.
"""

# ruff: noqa: ARG001  (Streamlit reads `key` off the arguments, and leaves out those with an underscore)

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from dashboard.digest import digest

P = ParamSpec("P")
R = TypeVar("R")

TABLES = 24  # of 100,000 years and 20 drivers: 16 MB each
RESULTS = 256


def result(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What the function answers to these arguments, computed once; a copy, so a page may change it.

    For small answers such as a frame that a page shows. The function must depend on its arguments alone.
    """
    return _result(digest(function, args, kwargs), function, args, kwargs)


def shared(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """As `result` without the copy, for large answers that nobody changes, such as read-only arrays."""
    return _shared(digest(function, args, kwargs), function, args, kwargs)


def small(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """As `shared`, for what takes little room, such as a model: it is not pushed out by tables of years."""
    return _small(digest(function, args, kwargs), function, args, kwargs)


def answer(question: Callable[..., R], history: Any, *args: Any) -> R:
    """What an order history answers to a question of `risk.orders.questions`; asked once until the history changes."""
    return _answer(digest(question, history.digest, args), question, history, args)


def derived(function: Callable[..., R], history: Any, *args: Any) -> R:
    """What a function makes of an order history and small arguments, as `small`: the rows need not be digested."""
    return _small(digest(function, history.digest, args), function, (history, *args), {})


def forget() -> None:
    """Let go of every result: what is deleted must not live on in memory. Others' are computed again when needed."""
    for kept in (_result, _shared, _small, _answer):
        kept.clear()


@st.cache_data(max_entries=RESULTS, show_spinner=False)
def _result(key: str, _function: Callable[..., Any], _args: Any, _kwargs: Any) -> Any:
    return _function(*_args, **_kwargs)


@st.cache_resource(max_entries=TABLES, show_spinner=False)
def _shared(key: str, _function: Callable[..., Any], _args: Any, _kwargs: Any) -> Any:
    return _function(*_args, **_kwargs)


@st.cache_resource(max_entries=RESULTS, show_spinner=False)
def _small(key: str, _function: Callable[..., Any], _args: Any, _kwargs: Any) -> Any:
    return _function(*_args, **_kwargs)


@st.cache_data(max_entries=RESULTS, show_spinner=False)
def _answer(key: str, _question: Callable[..., Any], _history: Any, _args: Any) -> Any:
    return _question(_history, *_args)
