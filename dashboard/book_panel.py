"""The hedge book on a page: deals entered or read from a file, and what they are worth."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import currency, formatting, hedge_book, panels
from dashboard.currency import Position
from dashboard.escape import markdown
from dashboard.formatting import money, number
from dashboard.i18n import N_, _, ngettext, spoken
from dashboard.workspace import Workspace
from risk.checks import InputError
from risk.currency.book import (
    KINDS,
    SIDES,
    Deal,
    HedgeBook,
    Market,
    book_notes,
    mark_to_market,
    read_book,
    template,
)

MOST_BYTES = 1_000_000
WORDS = {
    "sell": N_("sell"),
    "buy": N_("buy"),
    "forward": N_("Forward"),
    "ndf": N_("Non-deliverable forward"),
    "add": N_("add to the cover"),
    "take back": N_("take back"),
}
ORDER = (
    *("kind", "side", "currency", "amount", "rate", "against", "value_date", "forward", "reporting_value"),
    *("trade_date", "counterparty", "reference"),
)
_SAID = "hedging_book_said"  # session key: what became of the last entry or file
_PICKED = "hedging_book_table"


def show(position: Position) -> None:
    """Deals, what they are worth, the ways to change them, and what in them wants a look."""
    book, market = hedge_book.kept(position.space), hedge_book.market(position)
    _deals(position, book, market)
    _entries(position, market)
    lines = [markdown(spoken(note)) for note in book_notes(book, market, hedge_book.receipts(position))]
    if lines:
        st.warning("\n".join(f"- {line}" for line in lines), icon=":material/warning:")


def _deals(position: Position, book: HedgeBook, market: Market) -> None:
    st.subheader(_("Your deals"), anchor=False)
    if not len(book):
        st.caption(
            _(
                "The book is empty. Enter the forwards that are open with your banks, or read them from a file: the "
                "tickets below then ask only for what is missing."
            )
        )
        return
    valued = mark_to_market(book, market)
    worth = float(valued["reporting_value"].sum())
    st.markdown(
        ngettext("**One deal** is open", "**{count} deals** are open", len(valued)).format(count=number(len(valued)))
        + _(", worth **{amount}** at the rates of {day}.").format(
            amount=money(worth, position.reporting), day=formatting.date(position.last_fixing)
        )
    )
    _table(position, book, valued)


def _table(position: Position, book: HedgeBook, valued: pd.DataFrame) -> None:
    shown = book.frame().join(valued[["forward", "reporting_value"]])[list(ORDER)]
    shown = shown.drop(columns=[name for name in ("counterparty", "reference") if not shown[name].any()])
    for column in ("kind", "side"):
        shown[column] = [_(WORDS[word]) for word in shown[column]]
    picked = st.dataframe(
        shown,
        hide_index=True,
        key=_PICKED,
        on_select="rerun",
        selection_mode="multi-row",
        column_config=_columns(position.reporting),
        placeholder=panels.EMPTY,
        alt=_("Your deals"),
    )
    rows = tuple(picked["selection"]["rows"])
    with st.container(horizontal=True):
        panels.download(book.frame(), "hedge_book.csv", key="hedging_book_csv", label=_("Book as CSV"))
        if rows:
            label = ngettext("Take one deal out", "Take {count} deals out", len(rows)).format(count=number(len(rows)))
            st.button(
                label,
                key="hedging_book_remove",
                on_click=_remove,
                args=(position.space, rows),
                icon=":material/delete:",
            )
    st.caption(
        _(
            "Worth is the gain against the forward rate now by covered interest parity, discounted; a bank's own "
            "statement differs by its spread. A deal that has matured is worth nothing here. Choose rows to take out."
        )
    )


def _columns(code: str) -> dict[str, object]:
    return {
        "kind": _("Kind"),
        "side": _("Side"),
        "currency": _("Currency"),
        "amount": st.column_config.NumberColumn(_("Amount"), format="localized"),
        "rate": st.column_config.NumberColumn(_("Rate"), format="%.6g"),
        "against": _("Against"),
        "trade_date": st.column_config.DateColumn(_("Traded")),
        "value_date": st.column_config.DateColumn(_("Value date")),
        "counterparty": _("Bank"),
        "reference": _("Reference"),
        "forward": st.column_config.NumberColumn(_("Forward now"), format="%.6g"),
        "reporting_value": st.column_config.NumberColumn(
            _("Worth, {currency}").format(currency=code), format="localized", step=1
        ),
    }


def _entries(position: Position, market: Market) -> None:
    """A deal by hand, a file of deals, and the way back."""
    space = position.space
    with st.container(horizontal=True):
        with st.popover(_("Enter a deal"), icon=":material/add:"):
            _form(position, market)
        with st.popover(_("Read a file"), icon=":material/upload:"):
            st.caption(
                _(
                    "A CSV file with a row a deal; the template shows the columns. A row that cannot be is set aside "
                    "with its reason, and a deal that the book holds already is not added twice."
                )
            )
            _template()
            st.file_uploader(
                _("Deals as CSV"),
                type=["csv", "txt"],
                key="hedging_book_file",
                on_change=_read,
                args=(space,),
                label_visibility="collapsed",
            )
        if space.can_undo(hedge_book.NAME):
            st.button(
                _("Undo the last change"),
                key="hedging_book_undo",
                on_click=_undo,
                args=(space,),
                icon=":material/undo:",
            )
    said, aside = st.session_state.get(_SAID, ("", ()))
    if said:
        st.success(markdown(said), icon=":material/check:")
    if aside:
        st.error("\n".join(f"- {markdown(line)}" for line in aside), icon=":material/error:")


def _template() -> None:
    """The file to fill in."""
    st.download_button(
        _("Template"), template(), "deals.csv", "text/csv", key="hedging_book_template", icon=":material/download:"
    )


def _form(position: Position, market: Market) -> None:
    codes = sorted(code for code in market.spot if not market.missing(code))
    with st.form("hedging_book_form", border=False, clear_on_submit=False):
        left, right = st.columns(2)
        left.selectbox(_("Kind"), KINDS, format_func=lambda kind: _(WORDS[kind]), key="hedging_deal_kind")
        right.selectbox(
            _("Side"),
            SIDES,
            index=SIDES.index("sell"),
            format_func=lambda side: _(WORDS[side]),
            key="hedging_deal_side",
        )
        usual = next((code for code in currency.by_value(position) if code in codes), codes[0])
        left.selectbox(_("Currency"), codes, index=codes.index(usual), key="hedging_deal_currency")
        right.selectbox(_("Against"), codes, index=codes.index(position.reporting), key="hedging_deal_against")
        left.number_input(_("Amount"), min_value=0.0, value=None, key="hedging_deal_amount", format="%.2f")
        right.number_input(_("Rate"), min_value=0.0, value=None, key="hedging_deal_rate", format="%.6f")
        left.date_input(_("Traded"), position.as_of, key="hedging_deal_traded")
        right.date_input(_("Value date"), position.model.value_dates[0], key="hedging_deal_value")
        left.text_input(_("Bank"), key="hedging_deal_bank", max_chars=80)
        right.text_input(_("Reference"), key="hedging_deal_reference", max_chars=80)
        st.form_submit_button(_("Add the deal"), on_click=_enter, args=(position.space,), icon=":material/add:")


def _enter(space: Workspace) -> None:
    said = {name: st.session_state.get(f"hedging_deal_{name}") for name in ("amount", "rate", "traded", "value")}
    try:
        if any(value is None for value in said.values()):
            raise InputError(N_("A deal needs an amount, a rate, the day it was traded and its value date."))
        deal = Deal(
            kind=st.session_state["hedging_deal_kind"],
            side=st.session_state["hedging_deal_side"],
            currency=st.session_state["hedging_deal_currency"],
            amount=float(said["amount"]),
            rate=float(said["rate"]),
            against=st.session_state["hedging_deal_against"],
            trade_date=said["traded"],
            value_date=said["value"],
            counterparty=st.session_state["hedging_deal_bank"].strip(),
            reference=st.session_state["hedging_deal_reference"].strip(),
        )
        _report(_added(space, HedgeBook((deal,))))
    except InputError as reason:
        _report("", [spoken(reason.sentence)])


def _read(space: Workspace) -> None:
    file = st.session_state.get("hedging_book_file")
    if file is None:
        return
    try:
        if file.size > MOST_BYTES:
            raise InputError(N_("This file is larger than such a table can be."))
        found = read_book(file.getvalue())
        aside = [
            _("Line {line}: {reason}").format(line=number(one.line), reason=spoken(one.reason))
            for one in found.quarantine
        ]
        if found.ignored:
            aside.append(_("Columns that are not known: {names}.").format(names=", ".join(found.ignored)))
        _report(_added(space, found.book), aside)
    except InputError as reason:
        _report("", [spoken(reason.sentence)])


def _added(space: Workspace, more: HedgeBook) -> str:
    if len(hedge_book.kept(space)) + len(more) > hedge_book.MOST_DEALS:
        raise InputError(N_("The book holds at most {count} deals."), count=hedge_book.MOST_DEALS)
    new = hedge_book.add(space, more)
    said = ngettext("One deal was added.", "{count} deals were added.", new).format(count=number(new))
    known = len(more) - new
    if known:
        said += " " + ngettext("One is in the book already.", "{count} are in the book already.", known).format(
            count=number(known)
        )
    return said


def _report(said: str, aside: list[str] | tuple[str, ...] = ()) -> None:
    st.session_state[_SAID] = said, tuple(aside)


def _remove(space: Workspace, rows: tuple[int, ...]) -> None:
    book = hedge_book.kept(space)
    hedge_book.keep(space, [deal for place, deal in enumerate(book) if place not in rows])
    st.session_state.pop(_PICKED, None)
    _report("")


def _undo(space: Workspace) -> None:
    space.undo(hedge_book.NAME)
    st.session_state.pop(_PICKED, None)
    _report("")


def take(space: Workspace, dealt: HedgeBook) -> None:
    """Add deals to the book, and say how many; a callback."""
    try:
        _report(_added(space, dealt))
    except InputError as reason:
        _report("", [spoken(reason.sentence)])
