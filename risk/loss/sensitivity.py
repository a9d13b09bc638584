"""Which assumption moves the result: each at its low and high value with the same random numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from risk.checks import InputError, at_least, between
from risk.loss.measures import expected_loss, expected_shortfall
from risk.loss.model import RiskModel
from risk.loss.streams import spawn

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


def tornado(
    model: RiskModel, ranges: Mapping[str, tuple[Any, Any]], years: int, rng: Generator, level: float = 0.95
) -> pd.DataFrame:
    """Expected loss and shortfall with one field of the model at a time at its low and at its high value.

    `ranges` maps a field of the frozen dataclass to (low, high), anything that the field takes. Every run has the same
    random numbers, so differences are the assumption's. A row an assumption, the widest swing of the shortfall first:
    assumption, low, high, mean_low, mean_high, es_low, es_high, swing; `attrs` hold the mean and es of the model as it
    is.
    """
    import pandas as pd

    between("level", level, 0.0, 1.0)
    _refuse_unknown(model, ranges)

    def figures(changed: RiskModel) -> tuple[float, float]:
        total = changed.simulate(years, spawn(rng, "tornado")).total
        return expected_loss(total), expected_shortfall(total, level)

    rows = [_row(model, name, low, high, figures) for name, (low, high) in ranges.items()]
    frame = pd.DataFrame(rows).sort_values("swing", ascending=False, kind="stable", ignore_index=True)
    frame.attrs["mean"], frame.attrs["es"] = figures(model)
    return frame


def sobol_indices(function: Callable[[Floats], Floats], inputs: int, draws: int, rng: Generator) -> pd.DataFrame:
    """Share of the variance of a function that each input explains alone (first) and with all others (total).

    `function` takes uniform numbers of shape (draws, inputs) and gives (draws,); it is called for inputs + 2 such
    blocks. A row an input: first, total, each with its standard error. Estimators of Jansen, Computer Physics
    Communications 117 (1999), on plain random numbers, so that the errors are those of means.
    """
    import pandas as pd

    at_least("draws", draws, 100)
    stream = spawn(rng, "sobol")
    left, right = stream.random((draws, at_least("inputs", inputs, 1))), stream.random((draws, inputs))
    at_left, at_right = function(left), function(right)
    variance = float(np.concatenate([at_left, at_right]).var())
    if variance == 0:
        raise InputError("the function is the same everywhere: no input explains anything")
    rows = [_shares(function, left, right, at_left, at_right, variance, place) for place in range(inputs)]
    return pd.DataFrame(rows, columns=["first", "first_error", "total", "total_error"])


def _row(
    model: RiskModel, name: str, low: Any, high: Any, figures: Callable[[RiskModel], tuple[float, float]]
) -> dict[str, Any]:
    (mean_low, es_low), (mean_high, es_high) = (figures(_changed(model, name, value)) for value in (low, high))
    return {
        "assumption": name,
        "low": low,
        "high": high,
        "mean_low": mean_low,
        "mean_high": mean_high,
        "es_low": es_low,
        "es_high": es_high,
        "swing": abs(es_high - es_low),
    }


def _changed(model: Any, name: str, value: Any) -> RiskModel:
    changed: RiskModel = replace(model, **{name: value})
    return changed


def _refuse_unknown(model: RiskModel, ranges: Mapping[str, tuple[Any, Any]]) -> None:
    known = {field.name for field in fields(cast("Any", model)) if field.init}
    if not ranges:
        raise InputError("no assumption was given a range")
    for name in ranges:
        if name not in known:
            has = ", ".join(sorted(known))
            raise InputError("{name} is no assumption of {model}: it has {has}", name=name, model=model.name, has=has)


def _shares(
    function: Callable[[Floats], Floats],
    left: Floats,
    right: Floats,
    at_left: Floats,
    at_right: Floats,
    variance: float,
    place: int,
) -> tuple[float, float, float, float]:
    mixed = left.copy()
    mixed[:, place] = right[:, place]
    at_mixed = function(mixed)
    others, own = np.square(at_right - at_mixed) / (2 * variance), np.square(at_left - at_mixed) / (2 * variance)
    root = np.sqrt(len(left))
    return 1 - float(others.mean()), float(others.std() / root), float(own.mean()), float(own.std() / root)
