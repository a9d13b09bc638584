"""Quality: what came back by article group, why, and how near chargebacks are to a marketplace's limit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import formatting, panels
from dashboard.escape import markdown
from dashboard.families import parts
from dashboard.formatting import money, number, percent
from dashboard.i18n import N_, _, ngettext, spoken
from risk.calibration import Answers
from risk.calibration.answers import RIPE
from risk.figures import families as charts
from risk.quality import counted
from risk.reference import FACTS, Facts, marketplace_limits
from risk.trade import Trade

DISPOSITIONS = {
    "sellable": N_("Can be sold again"),
    "damaged": N_("Damaged"),
    "destroyed": N_("Destroyed"),
    "unknown": N_("Not stated"),
}
DEFECTS = "order defect rate"  # of marketplace_limits; chargebacks are a part of it


def show(
    answers: Answers,
    trade: Trade,
    on: date,  # noqa: ARG001  (the answers have their own day)
    fx: Mapping[str, float],
    seat: str | None,  # noqa: ARG001
    facts: Facts = FACTS,
) -> None:
    """Returns, their reasons, and chargebacks as the order history tells them."""
    panels.section(_("What came back"))
    returns, unrated = parts.converted(answers.returns, trade.currency, fx, "sales", "refunds")
    _returns(returns, answers, trade.currency)
    if len(unrated):
        units = round(float(unrated["units"].sum()))
        st.caption(
            ngettext(
                "One unit sold in {currencies} is left out: there is no exchange rate of the day.",
                "{count} units sold in {currencies} are left out: there is no exchange rate of the day.",
                units,
            ).format(count=number(units), currencies=markdown(parts.currencies(unrated)))
        )
    _reasons(answers.reasons)
    _chargebacks(answers, facts)


def _returns(returns: pd.DataFrame, answers: Answers, code: str) -> None:
    if not returns["returns"].sum() > 0:
        parts.missing(
            _("No return, credit note or refund is recorded, so a rate of returns would mean nothing."),
            *("returns.order_id", "returns.sku", "returns.returned_at", "returns.quantity", "returns.refund"),
            *("returns.currency", "lines.sku", "lines.category", "lines.quantity"),
        )
        return
    by = counted.grouped_by(returns)
    groups = counted.returned_by(returns, by)
    frame = groups.assign(name=[_("Not stated") if pd.isna(name) else str(name) for name in groups[by]])
    shown = frame[frame["rate"].notna()].head(parts.MOST_ROWS)
    panels.chart(
        charts.rates(
            shown.set_index("name"),
            x_title=_("Share of units returned"),
            hover=[_said(row, code) for _place, row in shown.iterrows()],
        ),
        title=_("Returns by article group") if by == "category" else _("Returns by article"),
        how_to_read=_(
            "A dot is the share of units sold that came back, the line where the true share lies with 95% (Wilson, "
            "counting returns and not units: those of one order come back together). The groups with the largest sales "
            "are shown, the table has all of them."
        ),
        data=frame.assign(currency=code),
        key="quality_returns",
        height=90 + 32 * len(shown),
    )
    _complete(answers.as_of)
    columns: dict[str, Any] = {
        "name": _("Article group") if by == "category" else _("Article"),
        "units": parts.amount(_("Units sold")),
        "sales": parts.amount(_("Sales, {currency}").format(currency=code)),
        "returns": parts.amount(_("Returns")),
        "returned": parts.amount(_("Units back")),
        **parts.shares(),
        "refunds": parts.amount(_("Refunds, {currency}").format(currency=code)),
        "refund_a_unit": parts.exact(_("a unit sold")),
    }
    panels.table(frame[list(columns)], key="quality_return_table", title=_("Returns in figures"), columns=columns)
    if frame["rate"].isna().any():
        st.caption(_("Where the files hold more units back than sold there is no rate."))


def _complete(as_of: date) -> None:
    st.caption(
        _(
            "Returns come late: orders of the newest {days} days, from {day} on, are left out together with their "
            "returns. A return counts with its order. Nothing is projected."
        ).format(days=number(RIPE), day=formatting.date(as_of - timedelta(days=RIPE)))
    )


def _said(row: Any, code: str) -> str:
    return _("{group}: {share}, {count} units in {returns} returns, {refund} refunded a unit sold").format(
        group=row["name"],
        share=parts.interval(row),
        count=parts.counted(row, "returned", "units"),
        returns=number(row["returns"]),
        refund=money(row["refund_a_unit"], code),
    )


def _reasons(reasons: pd.DataFrame) -> None:
    if reasons.empty:
        parts.missing(_("No reason of a return is recorded."), "returns.reason", "returns.disposition")
        return
    shares = counted.reasons_with_share(reasons)
    frame = shares.assign(name=[_("Not stated") if pd.isna(reason) else str(reason) for reason in shares["reason"]])
    split = frame.set_index("name")[[*DISPOSITIONS]]
    held = split.loc[:, split.sum() > 0]
    shown = charts.with_others(held, parts.MOST_ROWS, _("Other reasons"))
    panels.chart(
        charts.stacked(
            shown,
            names=[spoken(DISPOSITIONS[name]) for name in held],
            colours=[charts.DISPOSED[name] for name in held],
            x_title=_("Returns"),
        ),
        title=_("Why goods came back, and what became of them"),
        how_to_read=_(
            "Each bar is the number of returns with a reason, all dates included, parted by what became of the goods. "
            "Goods that can be sold again are worth what they cost; the others are lost."
        ),
        data=frame,
        key="quality_reasons",
        height=110 + 30 * len(shown),
    )
    columns: dict[str, Any] = {
        "name": _("Reason"),
        "returns": parts.amount(_("Returns")),
        "units": parts.amount(_("Units")),
        **parts.shares(),
        **{name: parts.amount(spoken(DISPOSITIONS[name])) for name in held},
    }
    panels.table(frame[list(columns)], key="quality_reason_table", title=_("Reasons in figures"), columns=columns)


def _chargebacks(answers: Answers, facts: Facts) -> None:
    if answers.claims.empty:
        parts.missing(
            _("No claim is recorded, so chargebacks are not counted."),
            *("claims.claimed_at", "claims.kind", "claims.order_id", "claims.outcome"),
        )
        return
    charged = counted.chargebacks(answers.claims, answers.orders)
    row = charged.iloc[0]
    limits = marketplace_limits(facts)
    limit = limits[limits["metric"] == DEFECTS].iloc[0]
    panels.chart(
        charts.rates(
            charged.set_axis([_("Chargebacks")]),
            x_title=_("Share of orders"),
            hover=[
                _("{share}, {count} orders").format(
                    share=parts.interval(row), count=parts.counted(row, "chargebacks", "orders")
                )
            ],
            limit=(
                _("{platform}: {limit}").format(platform=limit["platform"], limit=percent(limit["limit"])),
                limit["limit"],
            ),
        ),
        title=_("Chargebacks against the limit of a marketplace"),
        how_to_read=_(
            "The dot is the share of orders that buyers' banks charged back, the line its 95% interval (Wilson), the "
            "dotted line the limit."
        ),
        data=charged.assign(limit=limit["limit"]),
        key="quality_chargebacks",
        height=150,
    )
    _limit(row, limit)


def _limit(row: Any, limit: Any) -> None:
    st.caption(
        _(
            "{count} orders, {share}. {platform} demands an {metric} {comparison} {limit} over {days} days, in which "
            "negative feedback and claims count too: chargebacks alone are the least that it can be. Source: {source}, "
            "{day}."
        ).format(
            count=parts.counted(row, "chargebacks", "orders"),
            share=parts.interval(row),
            platform=markdown(limit["platform"]),
            metric=markdown(limit["metric"]),
            comparison=markdown(limit["comparison"]),
            limit=percent(limit["limit"]),
            days=number(limit["window_days"]),
            source=markdown(limit["source"]),
            day=formatting.date(limit["as_of"]),
        )
    )
