"""Loops over simulated events, compiled; their numpy twins answer until they are warm and give the same bits."""

from __future__ import annotations

from types import ModuleType

from risk import compiled

EVENTS = "risk.loss.kernels.events"


def warm(*, wait: bool = False) -> bool:
    """Start compiling, once in a process; whether the kernels are ready. `wait` waits until they are, or cannot be."""
    return compiled.warm([EVENTS], wait=wait)


def compiled_events() -> ModuleType | None:
    """The module `risk.loss.kernels.events`, or None until it is compiled, which this starts."""
    return compiled.compiled(EVENTS)
