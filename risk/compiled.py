"""Modules of loops that numba compiles; their numpy twins answer until they are warm.

Importing numba and compiling take seconds, so a thread in the background does it: a caller asks `compiled(name)` and
takes its numpy path while the answer is None. The compiled code is kept beside the source, or in numba's cache
directory where that is read-only.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from importlib import import_module
from types import ModuleType

_log = logging.getLogger(__name__)


def warm(names: Iterable[str], *, wait: bool = False) -> bool:
    """Start compiling these modules, once in a process; whether all are ready. `wait` waits for them."""
    compilations = [_compilation(name) for name in names]
    if not (wait or all(compilation.done() for compilation in compilations)):
        return False
    return all(compilation.exception() is None for compilation in compilations)


def compiled(name: str) -> ModuleType | None:
    """The module, or None until it is compiled, which this starts."""
    return _compilation(name).result() if warm([name]) else None


@cache
def _compilation(name: str) -> Future[ModuleType]:
    pool = ThreadPoolExecutor(1, thread_name_prefix="compile-kernels")
    compilation = pool.submit(import_module, name)
    compilation.add_done_callback(_say_why_not)
    pool.shutdown(wait=False)
    return compilation


def _say_why_not(compilation: Future[ModuleType]) -> None:
    if problem := compilation.exception():
        _log.warning("the compiled kernels are not available, numpy answers instead", exc_info=problem)
