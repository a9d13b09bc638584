"""The parts that pages are put together from, in the order in which a page shows them.

    headline(sentence) → figures([...]) → chart(...) with its data → table(...) → assumptions(...) → sources(...)

Texts handed in are the page's own, already translated; text of users inside them goes through `escape.markdown`.
Keys are prefixed by the page (`hedging_ratio`): they are shared by all pages, and name widgets in the address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.export import csv_bytes
from dashboard.i18n import _
from risk.figures.base import Chart

Data = pd.DataFrame | Callable[[], pd.DataFrame]  # a frame, or what makes it
MOST_FIGURES = 5
EMPTY = "–"  # in a cell of a table that says nothing
PLOTLY = {"displayModeBar": False, "displaylogo": False, "showSendToCloud": False}


@dataclass(frozen=True)
class Figure:
    """One number with its name: `value` and `change` are formatted texts, `help` says how it is computed.

    `change` is against what `against` names; a change of a loss is good when it falls (`loss=True`).
    """

    label: str
    value: str
    help: str = ""
    change: str | None = None
    against: str | None = None
    loss: bool = True


def headline(sentence: str) -> None:
    """What the page says, in one sentence."""
    st.header(sentence, anchor=False)


def section(title: str) -> None:
    """A heading within the page."""
    st.header(title, anchor=False)


def on_demand(title: str, *, key: str) -> Any:
    """A closed section that need not be worked out before it is opened: `if part.open:`, then `with part:`."""
    return st.expander(title, key=key, on_change="rerun", bind="query-params")


def figures(shown: Sequence[Figure]) -> None:
    """At most five figures in a row, which wraps on a phone."""
    if len(shown) > MOST_FIGURES:
        raise ValueError(f"{len(shown)} figures, a page shows at most {MOST_FIGURES}")
    with st.container(horizontal=True):
        for figure in shown:
            st.metric(
                figure.label,
                figure.value,
                figure.change,
                delta_color="inverse" if figure.loss else "normal",
                delta_description=figure.against,
                help=figure.help or None,
                border=True,
                height="stretch",
            )


def chart(
    figure: Chart,
    *,
    title: str,
    how_to_read: str,
    data: Data,
    key: str,
    alt: str | None = None,
    height: int = 380,
) -> None:
    """A chart under its title, with a short guide and its data as CSV; `alt` describes it to who cannot see it."""
    st.subheader(title, anchor=False)
    st.plotly_chart(
        figure, width="stretch", height=height, key=key, config=PLOTLY, alt=alt or f"{title}. {how_to_read}"
    )
    with st.container(horizontal=True):
        with st.popover(_("How to read"), icon=":material/help:"):
            st.markdown(how_to_read)
        download(data, f"{key}.csv", key=f"{key}_csv")


def table(
    frame: pd.DataFrame,
    *,
    key: str,
    title: str | None = None,
    columns: Mapping[str, Any] | None = None,
    alt: str | None = None,
) -> None:
    """A frame as a table, its index left out, with its CSV; `columns` is Streamlit's column_config."""
    if title:
        st.subheader(title, anchor=False)
    st.dataframe(frame, hide_index=True, column_config=columns, key=key, placeholder=EMPTY, alt=alt or title)
    download(frame, f"{key}.csv", key=f"{key}_csv")


def download(data: Data, name: str, *, key: str, label: str | None = None) -> None:
    """The frame as a CSV that a spreadsheet opens safely; written, and made, only when somebody asks for it.

    What makes a frame then knows nothing of the browser that asks: what is kept for it must be read before.
    """
    st.download_button(
        label or _("Data as CSV"),
        lambda: csv_bytes(data() if callable(data) else data),
        name,
        "text/csv",
        key=key,
        on_click="ignore",
        icon=":material/download:",
    )


def assumptions(frame: pd.DataFrame, *, key: str, columns: Mapping[str, Any] | None = None) -> None:
    """What the numbers of the page rest on."""
    with st.expander(_("Assumptions")):
        table(frame, key=key, columns=columns, alt=_("Assumptions"))


def sources(lines: Sequence[str]) -> None:
    """Where the facts of the page come from and of which date they are, a line each."""
    with st.expander(_("Sources")):
        st.markdown("\n".join(f"- {line}" for line in lines))
