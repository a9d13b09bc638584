"""Dropped files between drop zone and history: what each was read as, and what the reader said about it.

All of it lives in the reader's session, and only as long as the file lies in the drop zone.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import streamlit as st

from risk.checks import InputError, Sentence
from risk.orders import Export, questions, read_export
from risk.orders.export import Question

log = logging.getLogger(__name__)

NOT_USED = "-"  # in the editor of the columns
_READ = "orders_read"  # session keys; by the digest of the file
_SAID = "orders_said"
_BOX = "orders_box"
_ROUND = "orders_round"


@dataclass(frozen=True)
class Answers:
    """What the reader said about one file; empty = as recognised. `mapping`: heading -> target or None."""

    currency: str | None = None
    date_order: str | None = None
    decimal: str | None = None
    sheet: str | None = None
    mapping: Mapping[str, str | None] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self != Answers()


@dataclass(frozen=True, eq=False)
class Reading:
    """One dropped file as read with the answers so far: the export, or why there is none.

    `asked` are the questions that are open and those that are answered; `totals` is what the export adds up to.
    """

    name: str
    file_id: str
    answers: Answers
    asked: tuple[Question, ...]
    outcome: Export | Sentence
    totals: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def export(self) -> Export | None:
        """The export, unless the file was refused."""
        return self.outcome if isinstance(self.outcome, Export) else None

    @property
    def is_open(self) -> bool:
        """Whether something must be answered first."""
        return self.export is not None and bool(self.export.questions)


def reading(upload: Any) -> Reading:
    """What the importer makes of an uploaded file; read again only when the answers change."""
    data: bytes = upload.getvalue()
    file_id = hashlib.sha256(data).hexdigest()
    known: dict[str, Reading] = st.session_state.setdefault(_READ, {})
    before = known.get(file_id)
    if before is not None and before.export is not None:
        _take_edits(file_id, before.export)
    said = answers(file_id)
    if before is None or before.answers != said:
        known[file_id] = _read(data, upload.name, file_id, said, before.asked if before else ())
    return replace(known[file_id], name=upload.name)  # the same bytes may have been dropped under two names


def _read(data: bytes, name: str, file_id: str, said: Answers, asked: Sequence[Question]) -> Reading:
    try:
        export = read_export(
            data,
            name=name,
            currency=said.currency,
            date_order=said.date_order,
            decimal=said.decimal,
            sheet=said.sheet,
            mapping=said.mapping or None,
        )
    except InputError as refusal:
        return Reading(name, file_id, said, tuple(asked), refusal.sentence)
    except Exception as error:  # an error of ours in one file must not take the others, or the page, with it
        reference = secrets.token_hex(4)
        log.error("reference %s", reference, exc_info=error)
        sentence = Sentence(
            "{name} cannot be read, by an error of this program: look for {reference} in its log.",
            name=name,
            reference=reference,
        )
        return Reading(name, file_id, said, tuple(asked), sentence)
    answered = [question for question in asked if getattr(said, question.kind)]
    known = {question.kind: question for question in (*answered, *export.questions)}
    return Reading(name, file_id, said, tuple(known.values()), export, questions.totals_by_currency(export.tables))


def _take_edits(file_id: str, export: Export) -> None:
    """Take over what was typed into the editor of the columns since the file was read."""
    edited = st.session_state.get(editor_key(file_id), {}).get("edited_rows", {})
    chosen = {export.mapping[int(row)].header: cells["target"] for row, cells in edited.items() if "target" in cells}
    if chosen:
        mapping = {header: None if target == NOT_USED else target for header, target in chosen.items()}
        answer(file_id, mapping={**answers(file_id).mapping, **mapping})


def editor_key(file_id: str) -> str:
    """Key of the editor of a file's columns."""
    return f"orders_columns_{file_id[:8]}_{round_()}"


def answers(file_id: str) -> Answers:
    """What the reader has said about a file so far."""
    said: dict[str, Answers] = st.session_state.setdefault(_SAID, {})
    return said.get(file_id, Answers())


def answer(file_id: str, **said: Any) -> None:
    """Take note of answers; on another worksheet are other columns, so the chosen mapping goes with the old one."""
    if "sheet" in said:
        said["mapping"] = {}
    if said.get("mapping") == {}:  # the editor in the browser keeps its edits until it gets a new key
        st.session_state[_ROUND] = round_() + 1
    now = replace(answers(file_id), **said)
    st.session_state[_SAID] = {**st.session_state[_SAID], file_id: now}


def back_to_recognised(file_id: str) -> None:
    """Take the reader's own mapping back, and the worksheet when that is why the file was refused."""
    refused = st.session_state[_READ][file_id].export is None
    answer(file_id, mapping={}, **({"sheet": None} if refused else {}))


def round_() -> int:
    """Part of the keys of the widgets that correct a file; a new one makes them show what is, not what was typed."""
    number: int = st.session_state.setdefault(_ROUND, 0)
    return number


def keep_only(readings: Sequence[Reading]) -> None:
    """Let go of files that are no longer in the drop zone."""
    there = {each.file_id for each in readings}
    for known in (_SAID, _READ):
        held = st.session_state.get(known, {})
        st.session_state[known] = {key: value for key, value in held.items() if key in there}


def box_key() -> str:
    """Key of the drop zone; a new one empties it."""
    return f"orders_drop_{st.session_state.setdefault(_BOX, 0)}"


def empty_box() -> None:
    """Empty the drop zone and let go of what was in it: what was wanted of it is in the history."""
    st.session_state[_BOX] = st.session_state.get(_BOX, 0) + 1
    keep_only(())
