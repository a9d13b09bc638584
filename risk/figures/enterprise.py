"""Charts of the enterprise: loss by family, what the numbers rest on, counter-measures, dependence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from risk.figures.base import COLOURWAY, NEUTRAL, figure, label, wrapped

_HOVER = {"hoverformat": ",.3s", "nticks": 6}


def side_by_side(frame: pd.DataFrame, *, x_title: str) -> go.Figure:
    """Bars of each column side by side, one group a row, the first row on top."""
    return _bars(frame, x_title, barmode="group")


def stacked(frame: pd.DataFrame, *, x_title: str) -> go.Figure:
    """Bars of each column end to end, one bar a row, the first row on top."""
    return _bars(frame, x_title, barmode="stack")


def _bars(frame: pd.DataFrame, x_title: str, **layout: Any) -> go.Figure:
    names = [wrapped(name) for name in frame.index]
    traces = [
        {"type": "bar", "orientation": "h", "x": frame[column].to_numpy(), "y": names, "name": label(column)}
        for column in frame.columns
    ]
    upwards = {"autorange": "reversed"}
    return figure(x_title, "", traces=traces, x=_HOVER, y=upwards, legend_traceorder="normal", **layout)


def benefits(frame: pd.DataFrame, *, x_title: str) -> go.Figure:
    """Columns value, low, high: a bar a row with its interval, the first row on top, losses in another colour."""
    value = frame["value"].to_numpy()
    bar = {
        "type": "bar",
        "orientation": "h",
        "x": value,
        "y": [wrapped(name) for name in frame.index],
        "marker": {"color": [COLOURWAY[2] if one >= 0 else COLOURWAY[6] for one in value]},
        "error_x": _interval(frame),
    }
    return figure(x_title, "", legend=False, traces=[bar], x=_HOVER, y={"autorange": "reversed"})


def intervals(frame: pd.DataFrame, *, y_title: str) -> go.Figure:
    """Columns value, low, high: a point a row with its interval, from left to right."""
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": [label(name) for name in frame.index],
        "y": frame["value"].to_numpy(),
        "marker": {"size": 12, "color": COLOURWAY[0]},
        "error_y": _interval(frame),
    }
    return figure(
        "", y_title, legend=False, traces=[points], x={"type": "category"}, y={"rangemode": "tozero", **_HOVER}
    )


def _interval(frame: pd.DataFrame) -> dict[str, Any]:
    up, down = frame["high"] - frame["value"], frame["value"] - frame["low"]
    sides = {"array": np.maximum(up.to_numpy(), 0), "arrayminus": np.maximum(down.to_numpy(), 0)}
    return {"type": "data", "symmetric": False, "thickness": 1.5, "color": NEUTRAL, **sides}
