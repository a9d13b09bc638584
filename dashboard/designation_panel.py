"""The memo that designates a hedge: filled with the case on the page, to read there or to download."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import streamlit as st

from dashboard import currency, formatting
from dashboard.currency import Position
from dashboard.effectiveness_panel import Assessed
from dashboard.escape import markdown
from dashboard.formatting import number, percent
from dashboard.i18n import N_, _, spoken
from dashboard.workspace import Workspace
from risk.currency.designation import (
    MEMO_STANDARDS,
    Block,
    Designation,
    Stated,
    designation_memo,
    to_docx,
    to_markdown,
    usual_sources,
)

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENTITY = "entity"  # under which the name is kept
ELEMENTS = {"forward": N_("The whole forward"), "spot": N_("Its spot element")}


class Said(NamedTuple):
    """What the owner says of a designation."""

    entity: str
    element: str
    objective: str


def show(position: Position, found: Assessed, programme: str) -> None:
    """What the owner has to say, the memo to read, and its files."""
    st.subheader(_("Designation memo"), anchor=False)
    if found.standard not in MEMO_STANDARDS:
        st.caption(_("A memo is written under {standards}.").format(standards=", ".join(MEMO_STANDARDS)))
        return
    st.caption(
        _(
            "A draft with the figures above and their sources, for you to complete and for your auditor to review. It "
            "is no accounting or legal advice."
        )
    )
    said = _asked(position, found.hedge.item.currency)
    if not said.entity or not said.objective:
        st.caption(_("Enter the name of the entity, and the memo is ready to download."))
        return
    item = found.hedge.item
    blocks = designation_memo(_case(position, found, programme, said))
    _files(blocks, f"hedge_designation_{item.currency}_{item.date:%Y_%m}")
    with st.expander(_("Read it here")):
        st.markdown(to_markdown(blocks, spoken, markdown))


def _asked(position: Position, code: str) -> Said:
    left, right = st.columns(2)
    if "hedging_entity" not in st.session_state:
        st.session_state["hedging_entity"] = position.space.kept(ENTITY) or ""
    entity = left.text_input(
        _("Name of the entity"), key="hedging_entity", max_chars=120, on_change=_keep, args=(position.space,)
    )
    element = right.selectbox(
        _("What is designated"), list(ELEMENTS), format_func=lambda one: _(ELEMENTS[one]), key="hedging_element"
    )
    objective = st.text_area(
        _("Risk management objective"),
        _("Fix the exchange rate of receipts in {currency} that are highly probable.").format(currency=code),
        key=f"hedging_objective_{code}",
        max_chars=1000,
    )
    return Said(entity.strip(), element, objective.strip())


def _files(blocks: tuple[Block, ...], name: str) -> None:
    word, text = to_docx(blocks, spoken), to_markdown(blocks, spoken)
    files = ((_("Memo for Word"), word, "docx", WORD), (_("Memo as Markdown"), text, "md", "text/markdown"))
    with st.container(horizontal=True):
        for label, data, ending, kind in files:
            st.download_button(
                label, data, f"{name}.{ending}", kind, key=f"hedging_memo_{ending}", icon=":material/download:"
            )


def _keep(space: Workspace) -> None:
    space.keep(ENTITY, st.session_state["hedging_entity"].strip())


def _case(position: Position, found: Assessed, programme: str, said: Said) -> Designation:
    hedge, day = found.hedge, formatting.date(position.last_fixing)
    made = currency.forecast(position, hedge.item.currency)
    # A proposal is drafted, dealt and designated on the day that the page looks from.
    designated = position.as_of if hedge.proposed else max(deal.trade_date for deal in hedge.deals)
    return Designation(
        entity=said.entity,
        standard=found.standard,
        prepared_on=position.as_of if hedge.proposed else dt.datetime.now(tz=dt.UTC).date(),
        designated_on=designated,
        item=hedge.item,
        expected=hedge.expected,
        amount_source=_("forecast out of {months} months of orders").format(months=number(made.observations)),
        forecast=Stated(spoken(made.method), _orders(position)),
        probability=Stated(_probability(position, found), _orders(position)),
        deals=hedge.deals,
        deals_source=_dealt(programme, day) if hedge.proposed else _("hedge book as of {day}").format(day=day),
        objective=said.objective,
        strategy=_("Programme: {name}.").format(name=programme),
        hedge_ratio=sum(deal.amount for deal in hedge.deals) / abs(hedge.item.amount),
        ratio_source=_("amount of the deals over the amount designated"),
        method=_(
            "Prospectively by regression and cumulative dollar offset on the moves of {months} past months, against a "
            "hypothetical derivative; ineffectiveness by the lower of the cumulative gains of deals and hypothetical "
            "derivative."
        ).format(months=number(found.fit.observations)),
        ineffectiveness=usual_sources(hedge.item, hedge.deals, designated),
        findings=found.findings,
        findings_source=_("exchange rates up to {day}").format(day=formatting.date(position.last_fixing)),
        element=said.element,
    )


def _orders(position: Position) -> str:
    return _("order history as of {day}").format(day=formatting.date(position.as_of))


def _dealt(programme: str, day: str) -> str:
    return _("proposed by the programme {name} at fair forward rates of {day}").format(name=programme, day=day)


def _probability(position: Position, found: Assessed) -> str:
    """In how many months of the past so much came in, or had to be paid."""
    item = found.hedge.item
    past = position.past[item.currency].dropna() * (1 if item.amount > 0 else -1)
    return _("In {share} of the {months} past months at least the designated amount came in.").format(
        share=percent(float((past >= abs(item.amount)).mean())), months=number(len(past))
    )
