"""What the owner says about the company, kept in the workspace: each entry holds until it is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import correlations
from dashboard.formatting import country_name, locale
from dashboard.i18n import _
from dashboard.workspace import Workspace
from risk.calibration import CORRELATION

MOST_CORRELATION = 0.9


@dataclass(frozen=True)
class Settings:
    """None is what nobody has said: the country is then that of the parcels, the margin that of the orders.

    `pairs` are the correlations of two families that differ from the common one. `appetite` is the loss of a year that
    the owner can bear, `budget` what counter-measures may cost a year, both in the reporting currency; `plan` are the
    keys of the counter-measures to take, None those that pay best together.
    """

    seat: str | None = None
    margin: float | None = None
    correlation: float = CORRELATION
    pairs: tuple[tuple[tuple[str, str], float], ...] = ()
    appetite: float | None = None
    budget: float | None = None
    plan: tuple[str, ...] | None = None


def of(space: Workspace) -> Settings:
    """What is kept in a workspace."""
    correlation, plan = space.kept("correlation"), space.kept("plan")
    return Settings(
        space.kept("seat"),
        space.kept("margin"),
        CORRELATION if correlation is None else correlation,
        correlations.kept(space),
        space.kept(f"appetite/{space.reporting}"),
        space.kept(f"budget/{space.reporting}"),
        None if plan is None else tuple(plan),
    )


def inputs(space: Workspace, said: Settings, seat: str | None, margin: float) -> None:
    """The entries, with what holds while nothing is entered: `seat` and `margin` as the orders have them."""
    with st.container(horizontal=True):
        _seat(space, said, seat)
        _margin(space, said, margin)
        _amount(
            space,
            "appetite",
            said.appetite,
            _("Loss of a year that you can bear, {currency}").format(currency=space.reporting),
            _("Your risk appetite: the pages say how often a year is worse, and draw the line. Empty: no line."),
        )
    st.slider(
        _("Correlation between families"),
        0.0,
        MOST_CORRELATION,
        said.correlation,
        0.05,
        key="settings_correlation",
        on_change=_keeper(space, "correlation", "settings_correlation"),
        help=_(
            "Rank correlation of the yearly losses of any two families, beyond the drivers that they share. No record "
            "tells it: it is an assumption, and the chart of dependence shows how much it can matter."
        ),
    )
    correlations.show(space, said.correlation)


def budget(space: Workspace, said: Settings) -> None:
    """What counter-measures may cost a year."""
    _amount(
        space,
        "budget",
        said.budget,
        _("Budget for counter-measures a year, {currency}").format(currency=space.reporting),
        _("The best set is the one that saves most within it. Empty: no limit."),
    )


def _seat(space: Workspace, said: Settings, seat: str | None) -> None:
    codes = sorted((code for code in locale().territories if len(code) == 2 and code.isalpha()), key=country_name)
    st.selectbox(
        _("Country that you are in and ship from"),
        codes,
        index=codes.index(said.seat or seat) if (said.seat or seat) in codes else None,
        format_func=country_name,
        placeholder=_("Please choose"),
        key="settings_seat",
        on_change=_keeper(space, "seat", "settings_seat"),
        help=_("Deliveries to it, or within the European Union, cross no customs border."),
    )


def _margin(space: Workspace, said: Settings, margin: float) -> None:
    def keep() -> None:
        entered = st.session_state["settings_margin"]
        space.keep("margin", None if entered is None else entered / 100)

    _enter("settings_margin", None if said.margin is None else 100 * said.margin)
    st.number_input(
        _("Margin, % of sales"),
        max_value=100.0,
        value=None,
        step=1.0,
        placeholder=_("{margin:.0f} from the orders").format(margin=100 * margin),
        key="settings_margin",
        on_change=keep,
        help=_("What is left of sales after goods, freight and fees. Empty: as the orders have it."),
    )


def _amount(space: Workspace, name: str, value: float | None, label: str, help_text: str) -> None:
    key = f"settings_{name}_{space.reporting}"
    _enter(key, value)
    st.number_input(
        label,
        min_value=0.0,
        value=None,
        step=1000.0,
        format="%.0f",
        placeholder=_("not set"),
        key=key,
        on_change=_keeper(space, f"{name}/{space.reporting}", key),
        help=help_text,
    )


def _enter(key: str, value: float | None) -> None:
    """Write what is kept into a widget that comes up; as its own default it could not be emptied."""
    if key not in st.session_state:
        st.session_state[key] = value


def _keeper(space: Workspace, name: str, key: str) -> Callable[[], None]:
    def keep() -> None:
        value: Any = st.session_state[key]
        space.keep(name, value)

    return keep
