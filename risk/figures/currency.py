"""Charts of exposures, rates and value-at-risk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from risk.figures.base import COLOURWAY, NEUTRAL, colours, figure, label
from risk.figures.loss import thinned_frame

POINTS = 1500
Z_90 = 1.6448536269514722  # half-width of the central 90 % of a normal distribution
BAND = "rgba(217,115,13,0.2)"


@dataclass(frozen=True)
class FanNames:
    """Words of the legend of a fan chart, outermost band first."""

    outer: str
    inner: str
    middle: str
    budget: str


@dataclass(frozen=True)
class ReceiptNames:
    """Words of the legend of a receipts chart."""

    past: str
    forecast: str
    band: str


def exposure_by_month(net: pd.DataFrame, *, x_title: str, y_title: str) -> go.Figure:
    """Stacked bars: index = month, one column a currency, all in one currency; payments hang below zero."""
    chart = figure(x_title, y_title)
    for name, colour in zip(net.columns, colours(net.shape[1]), strict=True):
        chart.add_bar(x=net.index, y=net[name].to_numpy(), name=label(name), marker={"color": colour})
    chart.update_layout(barmode="relative")
    chart.update_yaxes(hoverformat=",.3s")
    return chart


def receipts(
    past: pd.Series[float], mean: pd.Series[float], sd: pd.Series[float], *, names: ReceiptNames, y_title: str
) -> go.Figure:
    """Past receipts of one currency, the forecast, and the band of 90 % around it; index = month."""
    chart = figure("", y_title)
    chart.add_scatter(x=past.index, y=past.to_numpy(), mode="lines", name=label(names.past))
    edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    chart.add_scatter(x=mean.index, y=(mean + Z_90 * sd).to_numpy(), showlegend=False, **edge)
    low = (mean - Z_90 * sd).to_numpy()
    chart.add_scatter(x=mean.index, y=low, name=label(names.band), fill="tonexty", fillcolor=BAND, **edge)
    line = {"color": COLOURWAY[1], "dash": "dash"}
    chart.add_scatter(x=mean.index, y=mean.to_numpy(), mode="lines", name=label(names.forecast), line=line)
    chart.update_yaxes(hoverformat=",.3s")
    return chart


def rate_history(rates: pd.DataFrame, *, x_title: str, y_title: str) -> go.Figure:
    """Rates over time, one line a currency, each 100 at its first fixing shown."""
    chart = figure(x_title, y_title)
    shown = thinned_frame(rates, POINTS)
    for name in shown.columns:
        line = shown[name].dropna()
        if not line.empty:
            chart.add_scatter(x=line.index, y=(100 * line / line.iloc[0]).to_numpy(), mode="lines", name=label(name))
    chart.update_yaxes(hoverformat=".1f")
    return chart


def measures_by_method(measures: pd.DataFrame, *, names: Mapping[str, str], x_title: str, y_title: str) -> go.Figure:
    """Grouped bars: index = method, columns = measures; `names` gives the words for the columns."""
    chart = figure(x_title, y_title)
    for column, name in names.items():
        chart.add_bar(x=[label(method) for method in measures.index], y=measures[column], name=label(name))
    chart.update_layout(barmode="group")
    chart.update_xaxes(type="category")  # levels such as 99.5% are no numbers
    chart.update_yaxes(hoverformat=",.3s")
    return chart


def backtest(days: pd.DataFrame, *, names: Mapping[str, str], x_title: str, y_title: str) -> go.Figure:
    """Losses as dots, the forecast as a line, exceptions on top of both; columns loss, var, exception by day."""
    shown = thinned_frame(days, POINTS)
    beyond = days[days["exception"].astype(bool)]
    dots = {"mode": "markers", "type": "scatter"}
    line = {"mode": "lines", "type": "scatter"}
    traces = [
        {
            **dots,
            "x": shown.index,
            "y": shown["loss"],
            "name": label(names["loss"]),
            "marker": {"size": 3, "color": NEUTRAL},
        },
        {**line, "x": shown.index, "y": shown["var"], "name": label(names["var"]), "line": {"color": COLOURWAY[0]}},
        {
            **dots,
            "x": beyond.index,
            "y": beyond["loss"],
            "name": label(names["exception"]),
            "marker": {"size": 8, "color": COLOURWAY[1], "symbol": "diamond"},
        },
    ]
    return figure(x_title, y_title, traces=traces, y={"hoverformat": ",.3s"})


def fan(quantiles: pd.DataFrame, budget: pd.Series[float], *, names: FanNames, y_title: str) -> go.Figure:
    """Bands between the outer quantiles of each month, the middle one as a line, and the budget.

    `quantiles` has one row a month and columns in ascending order, an odd number of them.
    """
    chart = figure("", y_title)
    middle = quantiles.shape[1] // 2
    edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "x": quantiles.index}
    for place, name in zip(range(middle), (names.outer, names.inner), strict=True):
        chart.add_scatter(y=quantiles.iloc[:, -1 - place].to_numpy(), showlegend=False, **edge)
        low = quantiles.iloc[:, place].to_numpy()
        chart.add_scatter(y=low, name=label(name), fill="tonexty", fillcolor=BAND, **edge)
    line = {"mode": "lines+markers", "x": quantiles.index, "line": {"color": COLOURWAY[0]}}
    chart.add_scatter(y=quantiles.iloc[:, middle].to_numpy(), name=label(names.middle), **line)
    dashed = {"color": NEUTRAL, "dash": "dash"}
    chart.add_scatter(x=budget.index, y=budget.to_numpy(), mode="lines", name=label(names.budget), line=dashed)
    chart.update_layout(legend={"traceorder": "normal"})
    chart.update_yaxes(hoverformat=",.3s")
    return chart


def offset(changes: pd.DataFrame, slope: float, intercept: float, *, names: Mapping[str, str]) -> go.Figure:
    """Changes of a hedge against minus those of its item, with the fitted line and that of a perfect hedge.

    `changes` has columns item and instrument, a row a period; `names` are the words for x, y, changes, fitted, perfect.
    """
    x, y = -changes["item"].to_numpy(), changes["instrument"].to_numpy()
    ends = [float(x.min()), float(x.max())]
    chart = figure(names["x"], names["y"])
    chart.add_scatter(
        x=x, y=y, mode="markers", name=label(names["changes"]), text=[label(period) for period in changes.index]
    )
    fitted = [intercept + slope * end for end in ends]
    chart.add_scatter(x=ends, y=fitted, mode="lines", name=label(names["fitted"]), line={"color": COLOURWAY[1]})
    dotted = {"color": NEUTRAL, "dash": "dot"}
    chart.add_scatter(x=ends, y=ends, mode="lines", name=label(names["perfect"]), line=dotted)
    chart.update_layout(xaxis={"hoverformat": ",.3s"}, yaxis={"hoverformat": ",.3s"})
    return chart


def lines(table: pd.DataFrame, *, y_title: str, x_title: str = "") -> go.Figure:
    """One line a column over the index, which holds days; columns are the words of the legend."""
    chart = figure(x_title, y_title)
    shown = thinned_frame(table, POINTS)
    for name in shown.columns:
        chart.add_scatter(x=shown.index, y=shown[name].to_numpy(), mode="lines", name=label(name))
    chart.update_yaxes(hoverformat=".5g")
    return chart
