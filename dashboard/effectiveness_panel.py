"""Whether a hedge of one month's receipts works as accounting asks, and the memo that designates it."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import pandas as pd
import streamlit as st

from dashboard import cached, currency, formatting, hedge_book, panels
from dashboard.currency import Position
from dashboard.escape import markdown
from dashboard.formatting import number, percent, significant
from dashboard.i18n import N_, _, ngettext, spoken
from risk.checks import InputError
from risk.currency.book import Deal, Market, markets
from risk.currency.effectiveness import (
    STANDARDS,
    EffectivenessRegression,
    Finding,
    HedgedItem,
    assess,
    critical_terms,
    cumulative_gains,
    dollar_offset,
    effectiveness_regression,
    lower_of,
    prospective_changes,
)
from risk.figures import currency as charts
from risk.reference import policy_rate_history

MONTHS = 60  # of past changes that a hedge is judged by
VERDICTS = {
    "met": N_("met"),
    "not met": N_("not met"),
    "not assessed": N_("not assessed"),
    "to be judged": N_("to be judged"),
}


class Hedge(NamedTuple):
    """One month's receipts and the deals that hedge them: those of the book, or the one that the programme wants."""

    item: HedgedItem
    expected: float
    deals: tuple[Deal, ...]
    proposed: bool


class Assessed(NamedTuple):
    """A hedge, and what the past says of it under a standard."""

    hedge: Hedge
    standard: str
    changes: pd.DataFrame
    fit: EffectivenessRegression
    findings: tuple[Finding, ...]


def show(position: Position, targets: pd.DataFrame, programme: str) -> Assessed | None:
    """Choice of currency and month, figures, findings under a standard, ineffectiveness so far; None without any."""
    code, place = _choice(position)
    market = hedge_book.market(position)
    hedge = _hedge(position, market, targets, code, place)
    if hedge is None:
        st.info(
            _(
                "Nothing hedges this month: the book holds no deal of it, and the chosen programme wants none yet. "
                "Choose another month or programme."
            ),
            icon=":material/info:",
        )
        return None
    standard = st.segmented_control(
        _("Standard"), list(STANDARDS), default="IFRS 9", required=True, key="hedging_standard", bind="query-params"
    )
    st.caption(_said(hedge, programme))
    try:
        found = _assess(position, hedge, market, standard)
    except InputError as reason:
        st.info(markdown(spoken(reason.sentence)), icon=":material/info:")
        return None
    _figures(found.fit)
    _scatter(found, position.reporting)
    _findings(found.findings, standard)
    if not hedge.proposed:
        _since(position, hedge)
    return found


def _choice(position: Position) -> tuple[str, int]:
    months = [f"{day:%Y-%m}" for day in position.model.value_dates]
    with st.container(horizontal=True):
        code = st.selectbox(
            _("Currency"), currency.by_value(position), key="hedging_item", bind="query-params", width=200
        )
        month = st.selectbox(_("Month of the receipts"), months, key="hedging_month", bind="query-params", width=200)
    return code, months.index(month)


def _hedge(position: Position, market: Market, targets: pd.DataFrame, code: str, place: int) -> Hedge | None:
    """The book's open deals of that month, else the forward that the programme wants by now."""
    model = position.model
    expected = float(model.receipts[place, model.currencies.index(code)])
    day = model.value_dates[place]
    held = tuple(
        deal
        for deal in hedge_book.kept(position.space).open_on(position.as_of)
        if deal.currency == code
        and (deal.value_date.year, deal.value_date.month) == (day.year, day.month)
        and not market.missing(deal.currency, deal.against)
    )
    wanted = expected * float(targets[code].iloc[place])
    covered = -sum(deal.position for deal in held) if held else wanted
    if expected == 0 or covered * expected <= 0 or market.missing(code, position.reporting):
        return None
    amount = min(abs(covered), abs(expected)) * (1 if expected > 0 else -1)
    item = HedgedItem(code, _whole(amount), day, position.reporting)
    if held:
        return Hedge(item, _whole(expected), held, False)
    forward = Deal(
        "forward",
        item.side,
        code,
        abs(item.amount),
        market.forward(code, position.reporting, day),
        position.reporting,
        position.as_of,
        day,
    )
    return Hedge(item, _whole(expected), (forward,), True)


def _whole(amount: float) -> float:
    """In whole units, unless it is less than one."""
    return float(round(amount)) or amount


def _said(hedge: Hedge, programme: str) -> str:
    of = _("{amount} of the {expected} expected on {day} are hedged").format(
        amount=formatting.money(hedge.item.amount, hedge.item.currency, 4),
        expected=formatting.money(hedge.expected, hedge.item.currency, 4),
        day=formatting.date(hedge.item.date),
    )
    if hedge.proposed:
        return _("{what}: by one forward of that month, which the programme {name} wants by now.").format(
            what=of, name=programme
        )
    by = ngettext("by one deal of the book", "by {count} deals of the book", len(hedge.deals))
    return f"{of}: {by.format(count=number(len(hedge.deals)))}."


def _assess(position: Position, hedge: Hedge, market: Market, standard: str) -> Assessed:
    changes = cached.result(prospective_changes, hedge.item, hedge.deals, position.rates, market, MONTHS)
    fit = effectiveness_regression(changes["item"], changes["instrument"])
    mismatches = critical_terms(hedge.item, hedge.deals[0]) if len(hedge.deals) == 1 else None
    ratio = sum(deal.amount for deal in hedge.deals) / abs(hedge.item.amount)
    findings = assess(
        standard,
        fit,
        dollar_offset(changes["item"], changes["instrument"]),
        mismatches=mismatches,
        hedge_ratio=ratio,
    )
    return Assessed(hedge, standard, changes, fit, findings)


def _figures(fit: EffectivenessRegression) -> None:
    panels.figures(
        [
            panels.Figure(
                _("Slope"),
                significant(fit.slope, 4),
                _("How much the deals gain for 1 that the receipts lose: {low} to {high} with 95%.").format(
                    low=significant(fit.low, 4), high=significant(fit.high, 4)
                ),
            ),
            panels.Figure("R²", significant(fit.r_squared, 4), _("Share of the variance that the line explains.")),
            panels.Figure(
                _("Variance taken away"),
                percent(fit.variance_reduction),
                _("1 less the variance of receipts and deals together over that of the receipts alone."),
            ),
            panels.Figure(_("Months"), number(fit.observations), _("Moves of past months that both are measured by.")),
        ]
    )


def _scatter(found: Assessed, code: str) -> None:
    changes = found.changes.set_axis([f"{day:%Y-%m}" for day in found.changes.index])
    panels.chart(
        charts.offset(
            changes,
            found.fit.slope,
            found.fit.intercept,
            names={
                "x": _("Loss of the receipts, {currency}").format(currency=code),
                "y": _("Gain of the deals, {currency}").format(currency=code),
                "changes": _("One past month"),
                "fitted": _("Fitted line"),
                "perfect": _("Perfect hedge"),
            },
        ),
        title=_("What past months would have done to receipts and deals"),
        how_to_read=_(
            "Each dot takes the move of rates in one past month and applies it today: to the right the receipts lose, "
            "upwards the deals gain. On the dotted line the deals make up for all of it. The receipts are measured by "
            "the forward that would hedge them perfectly, at today's interest: a forward of the same amount and day "
            "lies on the line by construction, and what differs comes from amount, day and currency."
        ),
        data=found.changes.reset_index(),
        key="hedging_effectiveness",
        height=340,
    )


def _findings(findings: tuple[Finding, ...], standard: str) -> None:
    table = pd.DataFrame(
        {
            "requirement": [spoken(one.requirement) for one in findings],
            "verdict": [_(VERDICTS[one.verdict]) for one in findings],
            "found": [spoken(one.found) for one in findings],
            "asked": [spoken(one.asked) for one in findings],
        }
    )
    title = _("What {standard} asks, and what was found").format(standard=standard)
    titles = {"requirement": _("Requirement"), "verdict": _("Verdict"), "found": _("Found"), "asked": _("Asked")}
    st.subheader(title, anchor=False)
    st.table(table.map(markdown).rename(columns=titles), hide_index=True, alt=title)  # whose cells wrap
    panels.download(table, "hedging_findings.csv", key="hedging_findings_csv")
    st.caption(
        _(
            "{source}. Numbers alone never make a hedge qualify: it must be designated and documented when it begins."
        ).format(source=markdown(STANDARDS[standard].source))
    )


def _since(position: Position, hedge: Hedge) -> None:
    """What went into the reserve since the deals began, month end by month end."""
    begun = max(deal.trade_date for deal in hedge.deals)
    ends = pd.date_range(begun, position.as_of, freq="ME").date
    days = sorted({begun, *ends, position.as_of})
    if len(days) < 2:
        return
    try:
        gains = cached.result(_gains, hedge.item, hedge.deals, tuple(days), position.rates, position.reporting)
    except InputError as reason:
        st.caption(markdown(spoken(reason.sentence)))
        return
    table = lower_of(gains["instrument"], gains["hypothetical"])
    panels.table(
        table.reset_index(),
        key="hedging_reserve",
        title=_("Since the deals began: reserve and ineffectiveness"),
        columns=_reserve_columns(position.reporting),
    )
    st.caption(
        _(
            "From {day}, when the newest of the deals was dealt. The reserve is the smaller, in size, of what the "
            "deals and the perfect hedge have gained (IFRS 9, 6.5.11); the rest is ineffectiveness in profit or loss. "
            "At the rates of each day, with the interest of its quarter once that was over."
        ).format(day=formatting.date(begun))
    )


def _gains(
    item: HedgedItem, deals: tuple[Deal, ...], days: tuple[dt.date, ...], rates: pd.DataFrame, reporting: str
) -> pd.DataFrame:
    return cumulative_gains(item, deals, markets(days, rates, policy_rate_history().ffill(), reporting))


def _reserve_columns(code: str) -> dict[str, object]:
    titles = {
        "instrument": _("Deals, gain so far"),
        "hypothetical": _("Perfect hedge, gain so far"),
        "reserve": _("Reserve"),
        "ineffectiveness": _("Ineffectiveness"),
        "oci": _("Into the reserve"),
        "profit_or_loss": _("Profit or loss"),
    }
    columns = {
        name: st.column_config.NumberColumn(f"{title}, {code}", format="localized", step=1)
        for name, title in titles.items()
    }
    return {"period_end": st.column_config.DateColumn(_("Day")), **columns}
