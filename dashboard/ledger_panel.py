"""What is open in each currency and how firm it is, gross and net, when channels pay out, and what converting costs."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import cached, currency, formatting, ledger, panels
from dashboard.currency import Position
from dashboard.escape import markdown
from dashboard.formatting import money, number
from dashboard.i18n import N_, _, ngettext
from dashboard.workspace import Workspace
from risk.currency.conversions import MOST_MARKUP, conversion_costs, marketplace_conversion
from risk.currency.ledger import CLASSES, USUAL_LAG, anchors, natural_netting, with_anchors
from risk.figures import currency as charts
from risk.orders import questions

EDITOR = "currency_terms"
LONGEST_LAG = 365  # days
TITLES = {
    "booked": N_("Booked"),
    "committed": N_("Committed"),
    "forecast": N_("Forecast"),
    "anticipated": N_("Anticipated"),
}


def show(position: Position) -> None:
    """The ledger with its terms, and the cost of conversions."""
    everything = currency.ledger_of(position)
    foreign = everything[everything["currency"] != position.reporting]
    if foreign.empty:
        st.info(_("Nothing is open in another currency on this day."), icon=":material/info:")
    else:
        _open(position, _anchored(position, foreign))
    _terms(position)
    _conversions(position)


def _anchored(position: Position, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with pegged currencies counted as their anchors where the reader asks for it."""
    held = cached.result(anchors, position.rates, sorted(rows["currency"].unique()), position.reporting)
    if not held:
        return rows
    pairs = ", ".join(f"{code} → {anchor}" for code, anchor in held.items())
    asked = st.toggle(
        _("Count pegged currencies as their anchor: {pairs}").format(pairs=pairs),
        key="currency_anchors",
        bind="query-params",
        help=_(
            "A central bank holds these rates, and they have kept to it for two years: receipts in one net against "
            "payments in the other. A peg can break, as the tab Stress shows."
        ),
    )
    if not asked:
        return rows
    counted = with_anchors(rows, held, currency.spot_with_own(position))
    return counted[counted["currency"] != position.reporting]  # what is held to it is not at risk


def _open(position: Position, rows: pd.DataFrame) -> None:
    spot = currency.spot_with_own(position)
    valued = rows.assign(value=rows["amount"] * rows["currency"].map(spot)).dropna(subset=["value"])
    by_class = valued.groupby("exposure_class")["value"].sum().reindex(CLASSES, fill_value=0.0)
    st.subheader(_("What is open: sold, ordered, expected"), anchor=False)
    st.markdown(
        _(
            "Sold and not yet paid out: **{firm}**. Expected in the months that are highly probable: **{probable}**, "
            "beyond them: **{beyond}**. All of it at the exchange rates now, less costs in the same currency."
        ).format(
            firm=money(by_class["booked"] + by_class["committed"], position.reporting),
            probable=money(by_class["forecast"], position.reporting),
            beyond=money(by_class["anticipated"], position.reporting),
        )
    )
    month = valued["cash_date"].dt.to_period("M").dt.to_timestamp()
    table = valued.pivot_table(index=month, columns="exposure_class", values="value", aggfunc="sum", fill_value=0.0)
    table = table.reindex(columns=[name for name in CLASSES if name in table])
    panels.chart(
        charts.exposure_by_month(
            table.rename(columns={name: _(title) for name, title in TITLES.items()}),
            x_title=_("Month in which the money moves"),
            y_title=_("Net receipts, {currency}").format(currency=position.reporting),
        ),
        title=_("When the money moves, and how firm it is"),
        how_to_read=_(
            "Booked is dispatched and not paid out; committed is ordered and still open, as if it were sent today; "
            "forecast is expected in the highly probable months, anticipated beyond them. A sale counts in the month "
            "in which its channel pays out, less fees, and refunds in theirs. Costs in the same currency are taken "
            "off. "
            "Accounting rules let you hedge the first three."
        ),
        data=rows,
        key="currency_ledger",
        height=320,
    )
    _by_currency(position, valued)


def _by_currency(position: Position, valued: pd.DataFrame) -> None:
    units = valued.pivot_table(
        index="currency", columns="exposure_class", values="amount", aggfunc="sum", fill_value=0.0
    )
    netted = natural_netting(valued).groupby("currency")[["receipts", "payments", "netted"]].sum()
    value = valued.groupby("currency")["value"].sum()
    table = units.reindex(columns=CLASSES, fill_value=0.0).join(netted).assign(value=value)
    whole = {
        **{name: _(title) for name, title in TITLES.items()},
        "receipts": _("Gross receipts"),
        "payments": _("Payments"),
        "netted": _("Netted"),
    }
    columns: dict[str, object] = {
        name: st.column_config.NumberColumn(title, format="localized", step=1) for name, title in whole.items()
    }
    columns["value"] = st.column_config.NumberColumn(
        _("Net in {currency}").format(currency=position.reporting), format="localized", step=1
    )
    panels.table(
        table.sort_values("value", ascending=False, key=abs).reset_index(),
        key="currency_open",
        title=_("By currency, gross and net"),
        columns={"currency": _("Currency"), **columns},
    )
    st.caption(
        _(
            "In units of each currency but for the last column. The four classes are net; gross receipts and payments "
            "are those of all four, and netted is what the two spare each other within a month."
        )
    )


def _terms(position: Position) -> None:
    """When each channel pays out and what it takes for converting: editable, kept, undone."""
    space, spot = position.space, currency.spot_with_own(position)
    flows = cached.answer(questions.flows, space.history)
    said, shown = ledger.kept(space), ledger.shown_lags(space.history, position.as_of, spot)
    costs = marketplace_conversion(flows, said["markups"], spot, position.reporting, position.as_of)
    if costs.empty:
        return
    used = ledger.terms(space, position.as_of, spot)
    table = pd.DataFrame(
        {
            "channel": costs.index,
            "days": used.lag(pd.Series(costs.index, dtype="str")).round(1).to_numpy(),
            "shown": shown.reindex(costs.index).round(1).to_numpy(),
            "markup": 100 * costs["markup"].to_numpy(),
            "sold": costs["sold"].to_numpy(),
            "cost": costs["cost"].to_numpy(),
        }
    )
    with st.expander(_("When channels pay out, and what they take for converting"), expanded=False):
        st.markdown(
            _(
                "Days are those that payouts show where they reconcile with sales, else {usual}: write your own over "
                "them. A marketplace that pays out in your own currency converts at a mark-up, which the agreement "
                "names: enter it, and the last column says what that costs a year."
            ).format(usual=number(USUAL_LAG))
        )
        _editor(position, table)
        if costs["cost"].sum() > 0:
            st.markdown(
                _("Conversion by channels costs **{amount}** a year.").format(
                    amount=money(costs["cost"].sum(), position.reporting)
                )
            )
        st.number_input(
            _("Highly probable months"),
            0,
            12,
            said["probable"],
            key="currency_probable",
            on_change=_keep_months,
            args=(space,),
            help=_("Sales expected in so many months from this one on count as forecast, later ones as anticipated."),
        )
        _buttons(space)


def _editor(position: Position, table: pd.DataFrame) -> None:
    code = position.reporting
    st.data_editor(
        table,
        hide_index=True,
        num_rows="fixed",
        key=EDITOR,
        on_change=_keep,
        args=(position.space, tuple(table["channel"])),
        disabled=["channel", "shown", "sold", "cost"],
        column_config={
            "channel": _("Channel"),
            "days": st.column_config.NumberColumn(
                _("Days to payout"), min_value=0.0, max_value=float(LONGEST_LAG), step=0.1
            ),
            "shown": st.column_config.NumberColumn(_("Shown by payouts"), format="%.1f"),
            "markup": st.column_config.NumberColumn(
                _("Conversion mark-up, %"), min_value=0.0, max_value=100 * MOST_MARKUP, step=0.01
            ),
            "sold": st.column_config.NumberColumn(
                _("Foreign sales of a year, {currency}").format(currency=code), format="localized", step=1
            ),
            "cost": st.column_config.NumberColumn(
                _("Cost a year, {currency}").format(currency=code), format="localized", step=1
            ),
        },
        placeholder=panels.EMPTY,
        alt=_("When channels pay out, and what they take for converting"),
    )


def _keep(space: Workspace, channels: tuple[str, ...]) -> None:
    """Keep the cells that changed; an emptied one is that of the payouts again."""
    said = ledger.kept(space)
    for row, cells in st.session_state[EDITOR]["edited_rows"].items():
        for column, name, scale in (("days", "lags", 1.0), ("markup", "markups", 0.01)):
            if column in cells:
                others = {channel: value for channel, value in said[name].items() if channel != channels[int(row)]}
                value = cells[column]
                said[name] = others if value is None else {**others, channels[int(row)]: scale * float(value)}
    ledger.keep(space, **said)


def _keep_months(space: Workspace) -> None:
    ledger.keep(space, probable=int(st.session_state["currency_probable"]))


def _buttons(space: Workspace) -> None:
    with st.container(horizontal=True):
        if space.can_undo(ledger.NAME):
            st.button(
                _("Undo the last change"),
                key="currency_terms_undo",
                on_click=_anew,
                args=(space, True),
                icon=":material/undo:",
            )
        if space.kept(ledger.NAME):
            st.button(_("Back to what payouts show"), key="currency_terms_reset", on_click=_anew, args=(space, False))


def _anew(space: Workspace, undo: bool) -> None:
    if undo:
        space.undo(ledger.NAME)
    else:
        space.keep(ledger.NAME, {})
    for key in (EDITOR, "currency_probable"):
        st.session_state.pop(key, None)


def _conversions(position: Position) -> None:
    """What the company's own conversions have cost against the fixing."""
    st.subheader(_("What converting has cost"), anchor=False)
    moved = cached.answer(questions.payouts, position.history)
    moved = moved[moved["day"] <= pd.Timestamp(position.as_of)]
    found = cached.result(conversion_costs, moved, position.rates, position.reporting)
    if found.empty:
        st.caption(
            _(
                "The orders hold no conversions. Add the statement of the account that converts your payouts, and this "
                "table compares each conversion with the reference rate of its day."
            )
        )
        return
    total, value = found["cost"].sum(), found["value"].sum()
    if value > 0:
        st.markdown(
            _("Conversions took **{cost}**, {points} basis points of what was converted.").format(
                cost=money(total, position.reporting), points=formatting.significant(10_000 * total / value, 3)
            )
        )
    panels.table(found.drop(columns="unknown"), key="currency_conversions", columns=_conversion_columns(position))
    without = int(found["unknown"].sum())
    said = _(
        "Against the reference rate of the day, or the newest within a week before it: a mid rate that nobody deals "
        "at, so a few basis points are the market's own. A negative cost is a gain."
    )
    if without:
        left = ngettext(
            "{count} day has no reference rate and is left out.",
            "{count} days have no reference rate and are left out.",
            without,
        )
        said = f"{said} {left.format(count=number(without))}"
    st.caption(markdown(said))


def _conversion_columns(position: Position) -> dict[str, object]:
    code = position.reporting

    def whole(title: str) -> object:
        return st.column_config.NumberColumn(title, format="localized", step=1)

    return {
        "currency": _("Currency"),
        "counter_currency": _("Into"),
        "days": whole(_("Days with a conversion")),
        "amount": whole(_("Converted, its units")),
        "value": whole(_("At the reference rate, {currency}").format(currency=code)),
        "cost": whole(_("Cost, {currency}").format(currency=code)),
        "basis_points": st.column_config.NumberColumn(_("Basis points"), format="%.1f"),
    }
