"""Charts of year loss tables: exceedance curves, drivers, distributions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from risk.figures.base import COLOURWAY, NEUTRAL, figure, label, thinned, wrapped

POINTS = 400
DASHES = ("solid", "dash", "dot")
SYMBOLS = ("diamond", "square", "circle")


def exceedance(
    curves: Mapping[str, pd.DataFrame],
    *,
    x_title: str,
    y_title: str,
    markers: Mapping[str, float] | None = None,
    rarest: float = 0.0,
) -> go.Figure:
    """Exceedance curves by name, each a frame of `loss` and `probability`; markers are vertical lines at a loss.

    The chart opens on what is more likely than `rarest`: a far tail would squeeze the years that matter to the edge.
    """
    chart = figure(x_title, y_title)
    for place, (name, curve) in enumerate(curves.items()):
        shown = tail_points(curve)
        line = {"shape": "hv", "width": 2.5, "dash": DASHES[min(place, len(DASHES) - 1)]}
        chart.add_scatter(x=shown["loss"], y=shown["probability"], mode="lines", name=label(name), line=line)
    for name, loss in (markers or {}).items():
        _mark(chart, loss, name, right=loss == max(markers.values()))  # type: ignore[union-attr]
    chart.update_yaxes(type="log", tickformat=".3~%", hoverformat=".3~%")
    chart.update_xaxes(hoverformat=",.3s")
    return _opened_on(chart, curves, [*(markers or {}).values()], rarest) if rarest else chart


def _opened_on(
    chart: go.Figure, curves: Mapping[str, pd.DataFrame], marked: Sequence[float], rarest: float
) -> go.Figure:
    seen = [curve.loc[curve["probability"] >= rarest, "loss"].to_numpy() for curve in curves.values()]
    losses = np.concatenate([*seen, marked])
    if losses.size == 0:
        return chart
    space = 0.04 * (losses.max() - losses.min())
    chart.update_xaxes(range=[losses.min() - space, losses.max() + space])
    return chart.update_yaxes(range=[np.log10(rarest), 0.04])


def _mark(chart: go.Figure, x: float, name: str, *, right: bool = True) -> None:
    """A dotted vertical line with its name along it, to the right or to the left, so that two of them fit."""
    chart.add_vline(
        x=x,
        line={"dash": "dot", "width": 1.5, "color": NEUTRAL},
        annotation={"text": label(name), "textangle": -90},
        annotation_position="bottom right" if right else "bottom left",
    )


def tail_points(curve: pd.DataFrame, most: int = POINTS) -> pd.DataFrame:
    """Rows of an exceedance curve that a screen can show, dense where probabilities are small."""
    visible = curve[curve["probability"] > 0]
    if len(visible) <= most:
        return visible
    # Evenly spaced in log probability: the tail is the part that is read.
    depth = -np.log(visible["probability"].to_numpy())
    wanted = np.searchsorted(depth, np.linspace(depth[0], depth[-1], most))
    return visible.iloc[np.unique(np.minimum(wanted, len(visible) - 1))]


def drivers(
    contributions: pd.Series[float], *, x_title: str, y_title: str = "", rest: Mapping[str, float] | None = None
) -> go.Figure:
    """Contribution of each driver as horizontal bars, largest on top, and what is left of all others below them."""
    others = pd.Series(rest or {}, dtype="float64")
    ordered = pd.concat([others, contributions.sort_values()])
    colour = [COLOURWAY[0] if value >= 0 else COLOURWAY[2] for value in ordered]
    colour[: len(others)] = [NEUTRAL] * len(others)
    chart = figure(x_title, y_title, legend=False)
    names = [wrapped(name) for name in ordered.index]
    chart.add_bar(x=ordered.to_numpy(), y=names, orientation="h", marker={"color": colour})
    chart.update_xaxes(hoverformat=",.3s", nticks=6)
    return chart


def distribution(samples: Mapping[str, ArrayLike], *, x_title: str, y_title: str, bins: int = 80) -> go.Figure:
    """Histograms of losses by name over common bins, as shares of the simulated years."""
    arrays = {name: np.asarray(values, dtype=float) for name, values in samples.items()}
    edges = _edges(np.concatenate(list(arrays.values())), bins)
    centres = (edges[:-1] + edges[1:]) / 2
    usual = {"type": "bar", "x": centres, "width": edges[1] - edges[0], "opacity": 0.6}
    bars = [{**usual, "name": label(name), "y": _shares(values, edges)} for name, values in arrays.items()]
    percent = {"tickformat": ".1%", "hoverformat": ".2%"}
    return figure(x_title, y_title, traces=bars, x={"hoverformat": ",.3s"}, y=percent, barmode="overlay", bargap=0)


def _shares(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    # Years beyond the edges belong to the outermost bars: no year is left out of the picture.
    return np.histogram(np.clip(values, edges[0], edges[-1]), bins=edges)[0] / values.size


def _edges(values: np.ndarray, bins: int) -> np.ndarray:
    low, high = np.quantile(values, [0.001, 0.999])
    if low == high:
        low, high = low - 1.0, high + 1.0
    return np.linspace(low, high, bins + 1)


def frontier(
    curve: pd.DataFrame, *, points: Mapping[str, tuple[float, float]], x_title: str, y_title: str
) -> go.Figure:
    """One line of cost against risk: index = hedge ratio, columns = x then y; `points` are named places beside it.

    Quarters of the ratio are marked on the line, so that it can be read without hovering.
    """
    x, y = curve.columns
    ratios = curve.index.to_numpy(dtype=float)
    marked = [f"{ratio:.0%}" if np.isclose(ratio * 4 % 1, 0) else "" for ratio in ratios]
    line = {
        "type": "scatter",
        "x": curve[x].to_numpy(),
        "y": curve[y].to_numpy(),
        "mode": "lines+markers+text",
        "text": marked,
        "textposition": ["top right"] * (len(marked) - 1) + ["top left"],
        "marker": {"size": [7 if mark else 0 for mark in marked]},
        "line": {"width": 2.5},
        "customdata": ratios,
        "hovertemplate": "%{customdata:.0%}<br>%{x:,.3s}<br>%{y:,.3s}<extra></extra>",
        "showlegend": False,
    }
    places = [_place(label(name), point, place) for place, (name, point) in enumerate(points.items(), start=1)]
    axis = {"hoverformat": ",.3s"}
    return figure(x_title, y_title, traces=[line, *places], x=axis, y=axis)


def _place(name: str, point: tuple[float, float], place: int) -> dict[str, object]:
    """A marker; when the colours begin again, it is of another shape."""
    again, colour = divmod(place, len(COLOURWAY))
    marker = {"size": 14, "symbol": SYMBOLS[again % len(SYMBOLS)], "color": COLOURWAY[colour]}
    return {"type": "scatter", "x": [point[0]], "y": [point[1]], "mode": "markers", "name": name, "marker": marker}


def thinned_frame(frame: pd.DataFrame, most: int) -> pd.DataFrame:
    """Evenly spread rows of a long frame, first and last among them."""
    return frame.iloc[thinned(len(frame), most)]
