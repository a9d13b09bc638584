"""Charts of exposures, rates and value-at-risk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from risk.figures.base import COLOURWAY, colours, figure, label
from risk.figures.loss import thinned_frame

POINTS = 1500
Z_90 = 1.6448536269514722  # half-width of the central 90 % of a normal distribution
BAND = "rgba(217,115,13,0.2)"


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
    chart.update_yaxes(hoverformat=",.3s")
    return chart
