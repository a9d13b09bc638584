"""Loops over simulated events, compiled; their numpy twins answer until they are warm.

Importing numba and compiling take seconds, so a thread in the background does it: a caller asks `compiled_events()`
and takes its numpy path while the answer is None. Both paths give the same bits, so nothing changes when the kernels
arrive. The compiled code is kept beside the source, or in numba's cache directory where that is read-only.
"""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from importlib import import_module
from types import ModuleType

_log = logging.getLogger(__name__)


def warm(*, wait: bool = False) -> bool:
    """Start compiling, once in a process; whether the kernels are ready. `wait` waits until they are, or cannot be."""
    compilation = _compilation()
    if not (wait or compilation.done()):
        return False
    return compilation.exception() is None


def compiled_events() -> ModuleType | None:
    """The module `risk.loss.kernels.events`, or None until it is compiled, which this starts."""
    return _compilation().result() if warm() else None


@cache
def _compilation() -> Future[ModuleType]:
    pool = ThreadPoolExecutor(1, thread_name_prefix="compile-kernels")
    compilation = pool.submit(import_module, "risk.loss.kernels.events")
    compilation.add_done_callback(_say_why_not)
    pool.shutdown(wait=False)
    return compilation


def _say_why_not(compilation: Future[ModuleType]) -> None:
    if problem := compilation.exception():
        _log.warning("the compiled kernels are not available, numpy answers instead", exc_info=problem)
