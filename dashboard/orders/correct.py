"""What the reader can say about a file: answers to its questions, and what its columns are."""

from __future__ import annotations

from functools import cache

import pandas as pd
import streamlit as st

from dashboard import formatting
from dashboard.i18n import N_, _, spoken
from dashboard.orders import names, reading
from dashboard.orders.reading import NOT_USED, Reading
from risk.orders import Export
from risk.orders.export import Kind, Question
from risk.orders.words import TARGETS

WHY = {
    "dictionary": N_("known word"),
    "platform": N_("column of this platform"),
    "chosen": N_("your choice"),
    "personal": N_("personal data, never stored"),
    "not used": N_("not needed"),
}


def ask(one: Reading) -> None:
    """A choice for each question that the file has left open so far; an answer can be changed again."""
    for question in one.asked:
        given = getattr(one.answers, question.kind)
        choices = list(dict.fromkeys([*question.choices, *([given] if given else [])]))
        key = f"orders_ask_{question.kind}_{one.file_id[:8]}_{reading.round_()}"
        st.selectbox(
            asked(question.kind),
            choices,
            index=choices.index(given) if given else None,
            placeholder=_("Please choose"),
            key=key,
            format_func=lambda choice, kind=question.kind: answer_text(kind, choice),
            on_change=take_answer,
            args=(one.file_id, question.kind, key),
            help=why(question),
        )


def take_answer(file_id: str, kind: Kind, key: str) -> None:
    reading.answer(file_id, **{kind: st.session_state[key]})


def asked(kind: Kind) -> str:
    """The question."""
    return {
        "currency": _("In which currency are the amounts?"),
        "date_order": _("How are dates written?"),
        "decimal": _("Which mark separates the decimals?"),
        "sheet": _("Which worksheet holds the orders?"),
    }[kind]


def why(question: Question) -> str:
    """Why it is asked."""
    return {
        "currency": _("The file does not say, and a currency is never guessed. The likely ones come first."),
        "date_order": _("Every date of the file can be read in both ways, so only you can know."),
        "decimal": _("Every amount of the file can be read in both ways, so only you can know."),
        "sheet": _(
            "Several worksheets look like orders, and one is read a file: save the others as files of their own."
        ),
    }[question.kind]


def answer_text(kind: Kind, choice: str) -> str:
    """An answer in words."""
    if kind == "currency":
        return _("{code}: {name}").format(code=choice, name=formatting.currency_name(choice))
    words = {"date_order": names.DATE_ORDERS, "decimal": names.DECIMALS}.get(kind, {})
    return names.code(words, choice) if words else choice  # a selectbox shows texts as they are, not as Markdown


def mapping(one: Reading, export: Export) -> None:
    """What each heading stands for, to be changed; the file is read again at once."""
    st.caption(
        _(
            "Choose another meaning in the second column, and the file is read again at once. Several headings may "
            "stand for the same: the first that is filled counts. **Whole order** means that a value is stated once "
            "for an order and shared out over its lines."
        )
    )
    st.data_editor(
        mapping_table(export),
        hide_index=True,
        num_rows="fixed",
        key=reading.editor_key(one.file_id),
        disabled=["header", "why"],
        alt=_("Columns: what each heading stands for"),
        column_config={
            "header": st.column_config.TextColumn(_("Heading in the file"), width="medium"),
            "target": st.column_config.SelectboxColumn(
                _("Stands for"), options=choices(), format_func=target_text, required=True, width="medium"
            ),
            "why": st.column_config.TextColumn(_("Why")),
        },
    )
    if one.answers.mapping:
        back(one)


def mapping_table(export: Export) -> pd.DataFrame:
    """Heading, target and reason of each column of the file."""
    rows = [(match.header, match.target or NOT_USED, spoken(WHY[match.reason])) for match in export.mapping]
    return pd.DataFrame(rows, columns=["header", "target", "why"])


@cache
def choices() -> list[str]:
    """Everything that a heading can stand for, table by table, nothing first."""
    tables = list(names.TABLES)
    return [NOT_USED, *sorted(TARGETS, key=lambda target: (tables.index(target.split(".")[0]), target))]


def target_text(target: object) -> str:
    """A choice in words."""
    return _("not used") if target == NOT_USED else names.target(str(target))


def back(one: Reading) -> None:
    """A button that takes back what the reader said about the columns."""
    st.button(
        _("Back to what was recognised"),
        key=f"orders_back_{one.file_id[:8]}",
        on_click=reading.back_to_recognised,
        args=(one.file_id,),
        icon=":material/undo:",
    )
