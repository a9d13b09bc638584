"""How two families' bad years go together, pair by pair, as the owner sees it."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.formatting import significant
from dashboard.i18n import _, spoken
from dashboard.orders.names import FAMILIES
from dashboard.workspace import Workspace
from risk.calibration import ORDER, elicited, holding

KEPT = "correlations"  # name of what is kept: {"legal quality": 0.5}
MOST = 0.95
PAIRS = tuple(combinations(ORDER, 2))
SEEN = 0.005  # a smaller change of a correlation is not worth a word

Pairs = tuple[tuple[tuple[str, str], float], ...]


def kept(space: Workspace) -> Pairs:
    """The pairs that have a correlation of their own."""
    entered = space.kept(KEPT) or {}
    return tuple((pair, entered[" ".join(pair)]) for pair in PAIRS if " ".join(pair) in entered)


def show(space: Workspace, common: float) -> None:
    """The correlations of all pairs to be edited; those that cannot hold together are repaired, and that is said."""
    own = dict(kept(space))
    with st.popover(_("Correlation of each pair"), icon=":material/grid_on:"):
        st.caption(_("Empty: the common correlation. Negative: a bad year of one goes with a good one of the other."))
        st.data_editor(
            _frame(own),
            hide_index=True,
            key=_editor(),
            on_change=_enter,
            args=(space,),
            disabled=["family", "other"],
            column_config=_columns(),
            placeholder=significant(common),
            alt=_("Correlation of each pair"),
        )
        if space.can_undo(KEPT):
            st.button(
                _("Undo the last change"),
                key="settings_pairs_undo",
                on_click=_undo,
                args=(space,),
                icon=":material/undo:",
            )
    repaired(common, own)


def repaired(common: float, own: dict[tuple[str, str], float]) -> None:
    """Say which correlations are others than those that were entered, as those cannot hold together."""
    asked = elicited(ORDER, common, own)
    used = holding(asked)
    changed = [(one, other) for one, other in combinations(range(len(ORDER)), 2) if _differ(asked, used, one, other)]
    if not changed:
        return
    lines = [
        _("{family} and {other}: {used} instead of {asked}").format(
            family=spoken(FAMILIES[ORDER[one]]),
            other=spoken(FAMILIES[ORDER[other]]),
            used=significant(float(used[one, other]), 2),
            asked=significant(float(asked[one, other]), 2),
        )
        for one, other in changed
    ]
    said = _("These correlations cannot all hold together. The nearest that can are used:")
    st.warning("\n".join([said, "", *(f"- {line}" for line in lines)]), icon=":material/warning:")


def _differ(asked: np.ndarray, used: np.ndarray, one: int, other: int) -> bool:
    return bool(abs(asked[one, other] - used[one, other]) > SEEN)


def _frame(own: dict[tuple[str, str], float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "family": [spoken(FAMILIES[one]) for one, _other in PAIRS],
            "other": [spoken(FAMILIES[other]) for _one, other in PAIRS],
            "correlation": pd.Series([own.get(pair) for pair in PAIRS], dtype="float64"),
        }
    )


def _columns() -> dict[str, Any]:
    return {
        "family": _("Family"),
        "other": _("and"),
        "correlation": st.column_config.NumberColumn(
            _("Correlation"), min_value=-MOST, max_value=MOST, step=0.05, format="%.2f"
        ),
    }


def _editor() -> str:
    return f"settings_pairs_{st.session_state.get('settings_pairs_version', 0)}"


def _enter(space: Workspace) -> None:
    """Keep what was typed; an emptied cell is the common correlation again, and the editor lets no other in."""
    entered = {**(space.kept(KEPT) or {}), **_edits()}
    space.keep(KEPT, {name: value for name, value in entered.items() if value is not None and abs(value) <= MOST})


def _edits() -> dict[str, float | None]:
    edited = st.session_state.get(_editor(), {}).get("edited_rows", {})
    return {
        " ".join(PAIRS[int(place)]): cells["correlation"] for place, cells in edited.items() if "correlation" in cells
    }


def _undo(space: Workspace) -> None:
    space.undo(KEPT)
    st.session_state["settings_pairs_version"] = st.session_state.get("settings_pairs_version", 0) + 1
