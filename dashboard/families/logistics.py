"""Logistics: how many parcels came late, were held at customs or got lost, and what freight costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import formatting, panels
from dashboard.escape import markdown
from dashboard.families import parts
from dashboard.formatting import money, number, percent
from dashboard.i18n import N_, _, ngettext, spoken
from risk.calibration import Answers
from risk.figures import families as charts
from risk.logistics import counted
from risk.reference import FACTS, Facts
from risk.trade import Trade

CAUSES = {
    "inspection": N_("Inspection"),
    "missing document": N_("Missing document"),
    "misclassification": N_("Misclassification"),
    "quality standard": N_("Quality standard"),
    "policy change": N_("Policy change"),
}
MODES = {
    "express": N_("Express"),
    "air line": N_("Air line"),
    "postal": N_("Postal"),
    "sea": N_("Sea"),
    "rail": N_("Rail"),
    "road": N_("Road"),
}


def show(
    answers: Answers,
    trade: Trade,
    on: date,  # noqa: ARG001  (the answers have their own day)
    fx: Mapping[str, float],
    seat: str | None,  # noqa: ARG001
    facts: Facts = FACTS,  # noqa: ARG001
) -> None:
    """Punctuality, holds, losses and freight as the shipments tell them."""
    panels.section(_("What became of your parcels"))
    if answers.shipments.empty:
        parts.missing(
            _("No shipment is recorded: nothing can be said of late, held or lost parcels."),
            *("shipments.shipped_at", "shipments.promised_at", "shipments.delivered_at", "shipments.carrier"),
            *("shipments.destination", "shipments.status", "shipments.hold_reason", "shipments.freight"),
        )
        return
    freight, unrated = parts.converted(answers.freight, trade.currency, fx, "freight")
    _figures(answers, freight, trade.currency)
    _late(answers)
    _holds(answers)
    _lost(counted.lost_by(answers.shipments, ["carrier"]))
    _freight(freight, unrated, trade.currency)


def _figures(answers: Answers, freight: pd.DataFrame, code: str) -> None:
    late, lost = (count(answers.shipments, []).iloc[0] for count in (counted.late_by, counted.lost_by))
    parcels, charged = freight["parcels"].sum(), freight["freight"].sum()
    panels.figures(
        [
            panels.Figure(_("Parcels late"), percent(late["rate"]), _("Late parcels among those with a known end.")),
            panels.Figure(_("Parcels lost"), percent(lost["rate"]), _("Lost parcels among those delivered or lost.")),
            panels.Figure(
                _("Freight a parcel"),
                money(charged / parcels, code) if parcels else formatting.MISSING,
                _("What carriers charged, over the parcels with a charge, at the exchange rates of the day."),
            ),
        ]
    )
    st.caption(
        _(
            "Late: {late}, {late_count} parcels; lost: {lost}, {lost_count} parcels; intervals of Wilson, 95%. Seen "
            "on {day}: a parcel is late when it arrives after the promised day, or is still open past it ({overdue} "
            "overdue). {pending} parcels under way and not yet due are in no rate, nor those without a promised day."
        ).format(
            late=parts.interval(late),
            late_count=parts.counted(late, "late", "resolved"),
            lost=parts.interval(lost),
            lost_count=parts.counted(lost, "lost", "ended"),
            day=formatting.date(answers.as_of),
            overdue=number(late["overdue"]),
            pending=number(late["pending"]),
        )
    )


def _late(answers: Answers) -> None:
    if not answers.shipments["resolved"].sum():
        parts.missing(
            _("No parcel has both a promised day and an end."), "shipments.promised_at", "shipments.delivered_at"
        )
        return
    lanes, carriers = (counted.late_by(answers.shipments, by) for by in (list(counted.LANE), ["carrier"]))
    titles = _("Late parcels by lane"), _("Late parcels by carrier")
    for key, frame, names, title in zip(
        ("lanes", "carriers"), (lanes, carriers), (_lanes(lanes), _carriers(carriers)), titles, strict=True
    ):
        _late_chart(frame.assign(name=names), title, f"logistics_{key}")
    panels.table(
        lanes.assign(lane=_lanes(lanes))[
            ["lane", "parcels", "resolved", "late", "overdue", "pending", "rate", "low", "high"]
        ],
        key="logistics_lane_table",
        title=_("Lanes in figures"),
        columns={
            "lane": _("Lane"),
            "parcels": parts.amount(_("Parcels")),
            "resolved": parts.amount(_("With a known end")),
            "late": parts.amount(_("Late")),
            "overdue": parts.amount(_("of them overdue")),
            "pending": parts.amount(_("Under way")),
            **parts.shares(),
        },
    )


def _late_chart(frame: pd.DataFrame, title: str, key: str) -> None:
    shown = frame[frame["resolved"] > 0].head(parts.MOST_ROWS)
    panels.chart(
        charts.rates(
            shown.set_index("name"),
            x_title=_("Share of parcels late"),
            hover=[f"{row['name']}: {_counted(row, 'late', 'resolved')}" for _place, row in shown.iterrows()],
        ),
        title=title,
        how_to_read=_(
            "A dot is the share of parcels that came late or are overdue, the line through it where the true share "
            "lies with 95% (Wilson). Lines that do not overlap differ by more than chance; a carrier on harder lanes "
            "looks worse than it is."
        ),
        data=frame,
        key=key,
        height=90 + 32 * len(shown),
    )


def _counted(row: Any, events: str, trials: str) -> str:
    return _("{share}, {count} parcels").format(share=parts.interval(row), count=parts.counted(row, events, trials))


def _holds(answers: Answers) -> None:
    if answers.holds.empty:
        parts.missing(_("No hold at customs is recorded."), "shipments.hold_days", "shipments.hold_reason")
        return
    parcels = float(answers.shipments["parcels"].sum())
    held = counted.held(answers.holds, parcels)
    frame = held.assign(name=_words(held["reason"], CAUSES, _("Not stated")))
    panels.chart(
        charts.rates(
            frame.set_index("name"),
            x_title=_("Share of parcels held"),
            hover=[_hold(row, parcels) for _place, row in frame.iterrows()],
        ),
        title=_("Holds at customs by cause"),
        how_to_read=_(
            "A dot is the share of all your parcels that customs held for this cause, the line its 95% interval "
            "(Wilson). The table has the mean days of a hold."
        ),
        data=frame,
        key="logistics_holds",
        height=90 + 32 * len(frame),
    )
    columns: dict[str, Any] = {
        "name": _("Cause"),
        "held": parts.amount(_("Parcels held")),
        **parts.shares(),
        "days": st.column_config.NumberColumn(_("Mean days"), format="%.1f"),
        "timed": parts.amount(_("Holds with known days")),
    }
    panels.table(frame[list(columns)], key="logistics_hold_table", title=_("Holds in figures"), columns=columns)


def _hold(row: Any, parcels: float) -> str:
    return _("{cause}: {share}, {held} of {parcels} parcels, {days} days on average").format(
        cause=row["name"],
        share=parts.interval(row),
        held=number(row["held"]),
        parcels=number(parcels),
        days=formatting.significant(row["days"]),
    )


def _lost(lost: pd.DataFrame) -> None:
    columns: dict[str, Any] = {
        "carrier": _("Carrier"),
        "ended": parts.amount(_("Delivered or lost")),
        "lost": parts.amount(_("Lost")),
        **parts.shares(),
    }
    shown = lost.assign(carrier=_carriers(lost))[list(columns)]
    panels.table(shown, key="logistics_lost", title=_("Lost parcels by carrier"), columns=columns)


def _freight(freight: pd.DataFrame, unrated: pd.DataFrame, code: str) -> None:
    if freight.empty:
        parts.missing(
            _("No freight in a currency with an exchange rate is recorded."),
            *("shipments.freight", "shipments.freight_currency"),
        )
    else:
        modes = counted.freight_by_mode(freight)
        columns: dict[str, Any] = {
            "mode": _("Way of transport"),
            "parcels": parts.amount(_("Parcels with a charge")),
            "freight": parts.amount(_("Freight, {currency}").format(currency=code)),
            "a_parcel": parts.exact(_("a parcel")),
            "a_kg": parts.exact(_("a kilogram")),
        }
        shown = modes.assign(mode=_words(modes["mode"], MODES, _("Not stated")))
        panels.table(shown, key="logistics_freight", title=_("Freight by way of transport"), columns=columns)
    if len(unrated):
        count = int(unrated["parcels"].sum())
        st.caption(
            ngettext(
                "The freight of one parcel in {currencies} is left out: there is no exchange rate of the day.",
                "The freight of {count} parcels in {currencies} is left out: there is no exchange rate of the day.",
                count,
            ).format(count=number(count), currencies=markdown(parts.currencies(unrated)))
        )


def _lanes(frame: pd.DataFrame) -> list[str]:
    modes = _words(frame["mode"], MODES, formatting.MISSING)
    ends = frame[["origin", "destination"]].fillna(formatting.MISSING).itertuples(index=False)
    return [
        _("{origin} → {destination}, {mode}").format(origin=origin, destination=destination, mode=mode)
        for (origin, destination), mode in zip(ends, modes, strict=True)
    ]


def _carriers(frame: pd.DataFrame) -> list[str]:
    return [_("Not stated") if pd.isna(name) else str(name) for name in frame["carrier"]]


def _words(codes: Sequence[Any] | pd.Series, words: Mapping[str, str], unknown: str) -> list[str]:
    return [unknown if pd.isna(code) else spoken(words[code]) if code in words else str(code) for code in codes]
