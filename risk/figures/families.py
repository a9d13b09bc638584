"""Charts of the families' own analyses: parts of a total, rates with their interval, ranges of amounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from risk.figures.base import COLOURWAY, NEUTRAL, figure, label

AT_THE_BORDER = {"free": "#0F9D76", "due": "#D9730D", "inside": "#2F6FDE", "unknown": NEUTRAL}
WATCHED = ("#C0392B", "#D9730D", "#2F6FDE")  # priority list, list, none
DISPOSED = {"sellable": "#0F9D76", "damaged": "#D9730D", "destroyed": "#C0392B", "unknown": NEUTRAL}
LONGEST = 26  # characters of a name beside the axis: on a phone it would leave no room for the plot


def with_others(parts: pd.DataFrame, most: int, others: str) -> pd.DataFrame:
    """The first rows, and the sum of the rest as one more called `others`, so that no part is left out of a picture."""
    if len(parts) <= most:
        return parts
    rest = parts.iloc[most - 1 :].sum().to_frame(others).T
    return pd.concat([parts.iloc[: most - 1], rest])


def stacked(
    parts: pd.DataFrame,
    *,
    names: Sequence[str],
    x_title: str,
    colours: Sequence[str] = COLOURWAY,
    x_format: str = ",.3s",
) -> go.Figure:
    """Horizontal bars made of parts, first row on top: index = names of rows, columns = parts, `names` their words."""
    places = np.arange(len(parts))
    rows = [label(name) for name in parts.index]
    usual = {"type": "bar", "orientation": "h", "y": places, "customdata": rows}
    bars = [
        {
            **usual,
            "x": parts[column].to_numpy(),
            "name": label(name),
            "marker": {"color": colour},
            "hovertemplate": f"%{{customdata}}<br>%{{x:{x_format}}}<extra>%{{fullData.name}}</extra>",
        }
        for column, name, colour in zip(parts.columns, names, colours, strict=False)
    ]
    chart = figure(
        x_title, "", legend=len(bars) > 1, traces=bars, y=named(parts.index), x={"tickformat": "~s"}, barmode="stack"
    )
    return chart.update_layout(legend={"traceorder": "normal"})


def rates(
    shares: pd.DataFrame, *, x_title: str, hover: Sequence[str], limit: tuple[str, float] | None = None
) -> go.Figure:
    """A dot with its interval a row, first row on top: index = names, columns rate, low, high; `limit`: name and rate.

    `hover` says in words what each row counts; rows without a rate keep their place, empty.
    """
    dots: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "x": shares["rate"].to_numpy(),
        "y": np.arange(len(shares)),
        "marker": {"size": 9, "color": COLOURWAY[0]},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": (shares["high"] - shares["rate"]).to_numpy(),
            "arrayminus": (shares["rate"] - shares["low"]).to_numpy(),
            "thickness": 2,
            "width": 5,
        },
        "customdata": [label(text) for text in hover],
        "hovertemplate": "%{customdata}<extra></extra>",
        "showlegend": False,
    }
    chart = figure(
        x_title, "", legend=False, traces=[dots], y=named(shares.index), x={"tickformat": ".3~%", "rangemode": "tozero"}
    )
    if limit is not None:
        line = {"dash": "dot", "width": 1.5, "color": NEUTRAL}
        chart.add_vline(x=limit[1], line=line, annotation={"text": label(limit[0])}, annotation_position="top left")
        chart.update_layout(margin={"t": 28})
    return chart


def ranges(amounts: pd.DataFrame, *, x_title: str, groups: Mapping[str, str]) -> go.Figure:
    """A bar from `low` to `high` a row on a logarithmic axis, first row on top, coloured by `group`; index = names.

    A row without a lower end begins at the least amount shown.
    """
    low = amounts["low"].fillna(np.nanmin(amounts[["low", "high"]].to_numpy()))
    places = np.arange(len(amounts))
    lines = [
        _spans(amounts[chosen], low[chosen], places[chosen], label(name))
        for group, name in groups.items()
        if (chosen := (amounts["group"] == group).to_numpy()).any()
    ]
    axis = {"type": "log", "tickformat": "~s", "dtick": 1, "hoverformat": ",.3s"}
    return figure(x_title, "", traces=lines, y=named(amounts.index), x=axis)


def _spans(rows: pd.DataFrame, low: pd.Series[float], places: np.ndarray, name: str) -> dict[str, Any]:
    """Lines from low to high, each broken from the next, as one trace."""
    gap = np.full(len(rows), np.nan)
    x = np.column_stack([low, rows["high"], gap]).ravel()
    y = np.column_stack([places, places, gap]).ravel()
    names = [label(row) for row in rows.index for _ in range(3)]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": x,
        "y": y,
        "name": name,
        "line": {"width": 4},
        "marker": {"size": 9},
        "customdata": names,
        "hovertemplate": "%{customdata}<br>%{x:,.3s}<extra></extra>",
    }


def named(names: Sequence[object] | pd.Index) -> dict[str, Any]:
    """An axis on which each row has its own place, whatever its name: two rows may be called alike."""
    texts = [label(text if len(text := str(name)) <= LONGEST else f"{text[: LONGEST - 1]}…") for name in names]
    ends = [len(texts) - 0.5, -0.5]  # the first on top
    return {"tickvals": list(range(len(texts))), "ticktext": texts, "range": ends, "zeroline": False}
