"""A digest of values by their content, for cache keys.

Streamlit's own hashing looks at a sample of large frames and runs neighbouring arguments together, so that one user
can get another's numbers. Here every byte counts, and everything is written with its type and length.
"""

from __future__ import annotations

import datetime
import enum
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

_PLAIN = (type(None), type(pd.NA), bool, int, float, str, bytes, datetime.date, datetime.timedelta)


def digest(*values: object) -> str:
    """SHA-256 of the values; equal values of the same types have equal digests, in every process.

    Takes plain values, dates, arrays, frames, dataclasses, functions by their name, also with some arguments, and
    tuples, lists, sets and mappings of them. Raises TypeError for anything else: a key must not depend on what it
    cannot see.
    """
    found = hashlib.sha256()
    for part in _parts(values):
        found.update(b"%d:" % len(part))
        found.update(part)
    return found.hexdigest()


def _parts(value: object) -> Iterator[bytes]:
    yield type(value).__qualname__.encode()
    if isinstance(value, enum.Enum):
        yield value.name.encode()
    elif isinstance(value, (np.generic, *_PLAIN)):
        yield value if isinstance(value, bytes) else repr(value).encode()
    elif isinstance(value, np.ndarray):
        yield from _array(value)
    elif isinstance(value, (pd.Series, pd.Index, pd.DataFrame)):
        yield from _pandas(value)
    elif is_dataclass(value) and not isinstance(value, type):
        yield type(value).__module__.encode()
        yield from _fields(value)
    elif isinstance(value, (tuple, list, set, frozenset, Mapping)):
        yield from _collection(value)
    elif isinstance(value, partial):
        yield from _parts([value.func, value.args, value.keywords])
    else:
        yield _name(value).encode()


# Digests of models that are compared by identity: frozen, of read-only arrays, and asked for at every rerun.
_MODELS: WeakKeyDictionary[object, bytes] = WeakKeyDictionary()


def _fields(value: Any) -> Iterator[bytes]:
    content = {field.name: getattr(value, field.name) for field in fields(value)}
    if type(value).__hash__ is not object.__hash__ or not value.__dataclass_params__.frozen:
        yield from _parts(content)
        return
    if value not in _MODELS:
        _MODELS[value] = digest(content).encode()
    yield _MODELS[value]


def _array(value: np.ndarray) -> Iterator[bytes]:
    yield repr((value.dtype.str, value.shape)).encode()
    if value.dtype.hasobject:
        yield from _parts(value.tolist())
    else:
        yield np.ascontiguousarray(value).tobytes()


def _pandas(value: pd.Series | pd.Index | pd.DataFrame) -> Iterator[bytes]:
    if isinstance(value, pd.DataFrame):
        yield from _parts([value.index, value.columns, *(column for _, column in value.items())])
    elif isinstance(value, pd.Series):
        yield from _parts([value.index, value.name, str(value.dtype), np.asarray(value)])
    else:
        yield from _parts([list(value.names), str(value.dtype), np.asarray(value)])


def _collection(value: tuple | list | set | frozenset | Mapping) -> Iterator[bytes]:
    yield str(len(value)).encode()
    items = value.items() if isinstance(value, Mapping) else value
    if isinstance(value, (set, frozenset)):
        yield from sorted(digest(item).encode() for item in items)
    else:
        for item in items:
            yield from _parts(item)


def _name(value: object) -> str:
    if isinstance(value, Callable) and "<" not in getattr(value, "__qualname__", "<"):  # type: ignore[arg-type]
        return f"{value.__module__}.{value.__qualname__}"  # type: ignore[attr-defined]
    raise TypeError(f"{type(value).__qualname__} has no digest: hand over plain values or a dataclass of them")
