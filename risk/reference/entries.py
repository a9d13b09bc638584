"""Entries of a register on facts that a user corrected: they say so, and never fail because of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from risk.checks import InputError, Sentence
from risk.loss.register import Entry
from risk.reference.facts import FACTS, Facts

Prefilled = tuple[tuple[Entry, ...], tuple[Sentence, ...]]


def on_facts(prefill: Callable[[Facts], Prefilled], facts: Facts) -> Prefilled:
    """What a family makes of the facts, entries and notes: entries that the published facts would not make say so.

    Facts that no peril can be made of are left aside, with a note.
    """
    published, notes = prefill(FACTS)
    if facts == FACTS:
        return published, notes
    try:
        entries, notes = prefill(facts)
    except InputError as error:
        unusable = Sentence(
            "The facts that you entered do not fit together, so the published ones are used. {reason}",
            reason=error.sentence,
        )
        return published, (*notes, unusable)
    known = {entry.key: entry for entry in published}
    return tuple(entry if known.get(entry.key) == entry else _own(entry) for entry in entries), notes


def _own(entry: Entry) -> Entry:
    return replace(entry, source=Sentence("{source} It rests on facts that you entered.", source=entry.source))
