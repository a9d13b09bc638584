"""What has changed since the reader's last look: the figures of then are kept beside the orders."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import books, formatting, panels, workspace
from dashboard.books import Book
from dashboard.families import parts
from dashboard.formatting import money, percent
from dashboard.i18n import _
from risk.loss import measures
from risk.loss.table import YearLossTable

LEVEL = 0.95  # of all looks, whatever level the page shows: alike is compared with alike
KEPT = "look"
SEEN = 0.001  # of the expected loss: a smaller change is not worth a name
Look = dict[str, Any]  # as JSON keeps it


def look(inherent: YearLossTable) -> Look:
    """The figures of now."""
    families = books.by_family(inherent)
    return {
        "day": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "currency": inherent.currency,
        "expected": float(inherent.total.mean()),
        "var": measures.value_at_risk(inherent.total, LEVEL),
        "families": {
            name: float(mean) for name, mean in zip(families.drivers, families.losses.mean(axis=0), strict=True)
        },
    }


def show(book: Book, inherent: YearLossTable) -> None:
    """What has changed since the last look; nothing at the first one."""
    now = look(inherent)
    before = _before(book, now)
    if before["currency"] != now["currency"] or _same(before, now):
        return
    with st.container(border=True):
        st.markdown(_said(before, now, book))
        with st.expander(_("Expected loss by family, then and now")):
            table(before, now, book)
        st.button(_("Compare with now from here on"), key="overview_looked", on_click=_begin, args=(book, now))


def table(before: Look, now: Look, book: Book) -> None:
    """Expected loss by family, then and now."""
    frame = pd.DataFrame({"before": before["families"], "now": now["families"]}).fillna(0.0)
    frame = frame.assign(change=frame["now"] - frame["before"]).rename(index=book.titles)
    panels.table(
        frame.rename_axis("family").reset_index(),
        key="overview_changes",
        columns={
            "family": _("Family"),
            "before": parts.amount(_("Then, {currency}").format(currency=now["currency"])),
            "now": parts.amount(_("Now, {currency}").format(currency=now["currency"])),
            "change": parts.amount(_("Change")),
        },
        alt=_("Expected loss by family, then and now"),
    )


def _said(before: Look, now: Look, book: Book) -> str:
    said = _(
        "Since your look of {day}, the expected loss went from {expected_then} to {expected_now} a year and the value "
        "at risk at {level} from {var_then} to {var_now}."
    ).format(
        day=formatting.date(dt.date.fromisoformat(before["day"])),
        expected_then=money(before["expected"], now["currency"]),
        expected_now=money(now["expected"], now["currency"]),
        level=percent(LEVEL),
        var_then=money(before["var"], now["currency"]),
        var_now=money(now["var"], now["currency"]),
    )
    family, change = _largest(before["families"], now["families"])
    if abs(change) < SEEN * abs(now["expected"]):
        return said  # only what the families have to do with each other
    more = _("The largest change is in the family {family}.").format(family=book.titles[family])
    return f"{said} {more}"


def _largest(before: dict[str, float], now: dict[str, float]) -> tuple[str, float]:
    changes = {name: now.get(name, 0.0) - before.get(name, 0.0) for name in {**before, **now}}
    family = max(changes, key=lambda name: abs(changes[name]))
    return family, changes[family]


def _before(book: Book, now: Look) -> Look:
    """The look to compare with: the last one of an earlier visit, else the first of this one.

    Whoever has entered nothing has no file, and looking begins none: the session alone remembers.
    """
    key = f"overview_look_{'sample' if book.space.is_sample else 'own'}"
    if key not in st.session_state:
        st.session_state[key] = book.space.kept(KEPT) or now
    if workspace.begun() and book.space.kept(KEPT) != now:
        book.space.keep(KEPT, now)
    before: Look = st.session_state[key]
    return before


def _begin(book: Book, now: Look) -> None:
    st.session_state[f"overview_look_{'sample' if book.space.is_sample else 'own'}"] = now


def _same(before: Look, now: Look) -> bool:
    return {**before, "day": ""} == {**now, "day": ""}
