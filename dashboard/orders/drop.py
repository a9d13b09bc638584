"""The drop zone: read what is dropped, a card a file, and one button for all that are ready."""

from __future__ import annotations

from typing import Any

import streamlit as st
from babel.lists import format_list

from dashboard import formatting
from dashboard.escape import markdown
from dashboard.i18n import _, ngettext
from dashboard.orders import card, reading
from dashboard.orders.reading import Reading
from dashboard.workspace import Workspace
from risk.orders import Export, template
from risk.orders.history import Added

TYPES = ("csv", "txt", "tsv", "xlsx", "xls", "gz")
CHOSEN_FILE = "orders_file"  # key of the choice among the files of the history
_SAID = "orders_happened"  # session key: what to say after the rerun that follows an action


def zone(workspace: Workspace) -> None:
    """Drop, look, add."""
    dropped = st.file_uploader(
        _("Drop order exports here, as the platform wrote them, several at once"),
        type=TYPES,
        accept_multiple_files=True,
        key=reading.box_key(),
        help=_(
            "Shopify, Amazon, eBay, Etsy and our own template are recognised; any other table is read by the names of "
            "its columns. Names, addresses and e-mails are never stored, and nothing leaves this machine."
        ),
    )
    if not dropped:
        beginner()
    readings = read(dropped)
    ready = cards(workspace, readings)
    reading.keep_only(readings)
    waiting = len({one.file_id for one in readings if one.is_open})
    if waiting:
        st.info(
            ngettext(
                "{count} file waits for an answer above before it can be added.",
                "{count} files wait for an answer above before they can be added.",
                waiting,
            ).format(count=formatting.number(waiting)),
            icon=":material/help:",
        )
    if ready and st.button(
        ngettext("Add {count} file to the history", "Add {count} files to the history", len(ready)).format(
            count=formatting.number(len(ready))
        ),
        key="orders_add",
        icon=":material/add:",
    ):
        add(workspace, ready)


def beginner() -> None:
    """For who has no export at hand."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            _("Download the template"),
            template,
            "orders_template.csv",
            "text/csv",
            key="orders_template",
            on_click="ignore",
            icon=":material/download:",
        )
        st.caption(_("No export at hand? The template has every column that is understood, and one invented row."))


def read(dropped: list[Any]) -> list[Reading]:
    """Read each file once, with a sign of life: a large one takes seconds."""
    readings = []
    for place, upload in enumerate(dropped, start=1):
        said = _("Reading file {place} of {count}: {file}").format(
            place=formatting.number(place), count=formatting.number(len(dropped)), file=markdown(upload.name)
        )
        with st.spinner(said, show_time=True):
            readings.append(reading.reading(upload))
    return readings


def cards(workspace: Workspace, readings: list[Reading]) -> list[Export]:
    """A card a file; the exports that can be added."""
    if not readings:
        return []  # looking at the page begins no file
    seen = set(workspace.history_to_write().files()["file_id"])
    ready = []
    for one in readings:
        with st.container(border=True):
            if one.file_id in seen:
                again(one.name)
                continue
            seen.add(one.file_id)
            card.show(one)
        if one.export is not None and not one.is_open:
            ready.append(one.export)
    return ready


def again(name: str) -> None:
    """The file was dropped twice, or is in the history already."""
    st.subheader(markdown(name), anchor=False)
    st.info(
        _("These bytes are here already, perhaps under another name: the same bytes count once."),
        icon=":material/content_copy:",
    )


def add(workspace: Workspace, exports: list[Export]) -> None:
    """Add the files, each in one transaction; what happened is said after the rerun, with the drop zone empty."""
    happened = []
    progress = st.progress(0.0)
    for place, export in enumerate(exports):
        progress.progress(
            place / len(exports),
            _("Adding file {place} of {count}: {file}").format(
                place=formatting.number(place + 1), count=formatting.number(len(exports)), file=markdown(export.name)
            ),
        )
        with st.spinner(
            _("Storing {rows} rows").format(rows=formatting.number(export.counts.accepted)), show_time=True
        ):
            happened.append(sentence(export.name, workspace.history_to_write().add(export)))
    reading.empty_box()
    st.session_state[CHOSEN_FILE] = exports[-1].file_id
    say(happened)
    st.rerun()


def sentence(name: str, added: Added) -> str:
    """What adding a file did."""
    file = markdown(name)
    if added.already_there:
        return _("{file} was in the history already: the same bytes count once.").format(file=file)
    rows = format_list([rows_of(table, count) for table, count in added.rows.items()], locale=formatting.locale())
    if not added.replaced:
        return _("{file} was added: {rows}.").format(file=file, rows=rows)
    return ngettext(
        "{file} was added: {rows}. {count} row of older files was replaced by a newer version.",
        "{file} was added: {rows}. {count} rows of older files were replaced by newer versions.",
        added.replaced,
    ).format(file=file, rows=rows, count=formatting.number(added.replaced))


def rows_of(table: str, count: int) -> str:
    """So many rows of a table: 120 order lines."""
    texts = {
        "lines": ngettext("{count} order line", "{count} order lines", count),
        "shipments": ngettext("{count} parcel", "{count} parcels", count),
        "returns": ngettext("{count} return", "{count} returns", count),
        "claims": ngettext("{count} claim", "{count} claims", count),
        "cash": ngettext("{count} money movement", "{count} money movements", count),
    }
    return texts[table].format(count=formatting.number(count))


def say(sentences: list[str]) -> None:
    """Keep what happened for the next run of the page."""
    st.session_state[_SAID] = sentences


def said() -> None:
    """Say what the reader's last action did, and where to go on."""
    sentences = st.session_state.pop(_SAID, [])
    if sentences:
        st.success("\n".join(f"- {each}" for each in sentences), icon=":material/check:")
