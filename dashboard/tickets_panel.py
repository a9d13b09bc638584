"""What the book leaves open, and the tickets or options that bring it to the chosen programme."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import book_panel, currency, formatting, hedge_book, panels
from dashboard.book_panel import WORDS
from dashboard.currency import Position
from dashboard.hedging import deal_columns
from dashboard.i18n import _
from risk.currency.book import net_exposure, ticket_book, tickets
from risk.figures import currency as charts


def show(position: Position, targets: pd.DataFrame, programme: str, options: pd.DataFrame | None) -> None:
    """Receipts, cover and target by month, and what is missing to the programme of this name.

    `options` are those that a programme in options wants: the book holds forwards only, so that they are listed whole.
    """
    _open(position, targets)
    if options is None:
        _tickets(position, targets, programme)
    else:
        _options(position, options, programme)


def _open(position: Position, targets: pd.DataFrame) -> None:
    """Receipts, cover and target of one currency, month by month."""
    receipts, book = hedge_book.receipts(position), hedge_book.kept(position.space)
    code = st.selectbox(_("Currency"), currency.by_value(position), key="hedging_book_currency", bind="query-params")
    table = net_exposure(receipts, book, position.as_of, position.reporting)
    mine = table[table["currency"] == code].set_index("month")
    wanted = receipts[code] * targets[code]
    months = receipts.index.union(mine.index)
    shown = pd.DataFrame(
        {
            "receipts": mine["receipts"].reindex(months).fillna(0.0),
            "covered": -mine["book"].reindex(months).fillna(0.0),
            "target": wanted.reindex(months).fillna(0.0),
        }
    )
    panels.chart(
        charts.measures_by_method(
            shown.set_axis([f"{month:%Y-%m}" for month in months]),
            names={"receipts": _("Expected"), "covered": _("Covered by the book"), "target": _("Target")},
            x_title=_("Month"),
            y_title=_("Amount, {currency}").format(currency=code),
        ),
        title=_("What the book covers of the receipts in {currency}").format(currency=code),
        how_to_read=_(
            "What is expected in each month, what deals of that month cover of it, and how much of it the chosen "
            "programme wants covered by now, by forwards or by options. Tickets for forwards are the difference "
            "between the last two."
        ),
        data=table,
        key="hedging_book_open",
        height=300,
    )


def _tickets(position: Position, targets: pd.DataFrame, programme: str) -> None:
    st.subheader(_("Tickets: what is missing to the programme"), anchor=False)
    with st.container(horizontal=True):
        lot = st.number_input(
            _("Round to, units"), 1, 10_000_000, 1_000, key="hedging_lot", bind="query-params", width=220
        )
        least = st.number_input(
            _("Smallest deal, units"), 0, 100_000_000, 0, key="hedging_least", bind="query-params", width=220
        )
    receipts, book = hedge_book.receipts(position), hedge_book.kept(position.space)
    market = hedge_book.market(position)
    proposed = tickets(targets, receipts, book, market, minimum=float(least), lot=float(lot))
    if proposed.empty:
        st.caption(_("Nothing is missing: the book covers what the programme {name} wants.").format(name=programme))
        return
    st.caption(
        _(
            "They bring the book to the programme {name}, at fair forward rates of {day} by covered interest parity, "
            "before the dealing spread; a bank's quote will differ. Value dates are the last business days of the "
            "months, holidays aside."
        ).format(name=programme, day=formatting.date(position.last_fixing))
    )
    shown = proposed.assign(**{column: [_(WORDS[word]) for word in proposed[column]] for column in ("side", "action")})
    panels.table(
        shown, key="hedging_tickets", columns={**deal_columns(), "action": _("What it does")}, alt=_("Tickets")
    )
    dealable = proposed[proposed["forward_rate"].notna()]
    st.button(
        _("Put them into the book as dealt today"),
        key="hedging_tickets_take",
        on_click=book_panel.take,
        args=(position.space, ticket_book(dealable, position.as_of)),
        icon=":material/playlist_add:",
        help=_("To see the book with them, or once your bank has dealt at these rates: you can take it back."),
    )


def _options(position: Position, options: pd.DataFrame, programme: str) -> None:
    st.subheader(_("Options to ask for"), anchor=False)
    st.caption(
        _(
            "What the programme {name} wants, begun today, at fair prices by Garman and Kohlhagen with the volatility "
            "expected of the year ahead and what you add to it. The book holds forwards only: options that you have "
            "are not taken off."
        ).format(name=programme)
    )
    code = position.reporting
    columns = {
        "currency": _("Currency"),
        "amount": st.column_config.NumberColumn(_("Amount"), format="localized", step=1),
        "value_date": st.column_config.DateColumn(_("Value date")),
        "forward_rate": st.column_config.NumberColumn(_("Forward rate"), format="%.6g"),
        "floor": st.column_config.NumberColumn(_("Worst rate"), format="%.6g"),
        "cap": st.column_config.NumberColumn(_("Cap"), format="%.6g"),
        "premium": st.column_config.NumberColumn(
            _("Premium, {currency}").format(currency=code), format="localized", step=1
        ),
    }
    if not options["premium"].any():  # collars pay for themselves
        options = options.drop(columns="premium")
    panels.table(options, key="hedging_options", columns=columns, alt=_("Options to ask for"))
