"""Law: what is sold where, and the reliefs, taxes, charges and caps of fines that apply there on the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import formatting, panels
from dashboard.escape import markdown
from dashboard.families import parts
from dashboard.formatting import money, percent
from dashboard.i18n import _, ngettext
from risk.calibration import Answers
from risk.figures import families as charts
from risk.legal import markets
from risk.legal.case import LegalCase, LegalHistory
from risk.loss.prefill import Amounts
from risk.reference import FACTS, Facts
from risk.trade import Trade


def show(
    answers: Answers, trade: Trade, on: date, fx: Mapping[str, float], seat: str | None, facts: Facts = FACTS
) -> None:
    """Sales by destination against the law that applies there on the day."""
    panels.section(_("Your destinations and their law"))
    st.caption(
        _(
            "Rules in force on {day}, each with its source and the day that it describes. **This is no legal advice.**"
        ).format(day=formatting.date(on))
    )
    if not trade.destinations:
        parts.missing(_("No order says where it goes, so no law can be named."), "lines.country")
        return
    case = LegalCase(trade, LegalHistory(), on, Amounts(trade.currency, fx), seat, facts)
    places = markets.destinations(case, answers.values)
    _sales(places, trade.currency)
    _destinations(places, trade.currency)
    _end_of_relief(markets.end_of_relief(case, answers.values), case.amounts)
    _charges(markets.charges(case, answers.values), case.amounts)
    _regimes(markets.regimes(case), trade, case.amounts)


def _sales(places: pd.DataFrame, code: str) -> None:
    split = markets.relief_parts(places)
    names = {
        "free": _("In parcels free of duty"),
        "due": _("Duty due"),
        "inside": _("No border"),
        "unknown": _("No rule recorded"),
    }
    met = split.loc[:, split.sum() > 0].set_axis(parts.countries(split.index))
    shown = charts.with_others(met, parts.MOST_ROWS, _("Other destinations"))
    panels.chart(
        charts.stacked(
            shown,
            names=[names[part] for part in met],
            colours=[charts.AT_THE_BORDER[part] for part in met],
            x_title=_("Sales a year, {currency}").format(currency=code),
        ),
        title=_("How much of your sales is free of duty at the border"),
        how_to_read=_(
            "Each bar is what you sell to a country in a year. Orders worth no more than the limit of that country "
            "count as free of duty, an order being taken for a parcel. No border means that you are in its customs "
            "territory yourself."
        ),
        data=split.reset_index().assign(currency=code),
        key="legal_sales",
        height=110 + 30 * len(shown),
    )


def _destinations(places: pd.DataFrame, code: str) -> None:
    limits = [_limit(row) for row in places.itertuples()]
    shown = places.assign(
        country=parts.countries(places["country"]),
        relief=limits,
        exempt=(places["exempt_parcels"] / places["parcels"]).where(~places["relief"].isin(markets.NO_RULE)),
        next_change=parts.stated(places["next_change"]),
        rule=parts.stated(places["rule"]),
        source=parts.stated(places["source"]),
    )
    columns: dict[str, Any] = {
        "country": _("Destination"),
        "sales": parts.amount(_("Sales a year, {currency}").format(currency=code)),
        "parcels": parts.amount(_("Parcels a year")),
        "relief": _("Free of duty up to"),
        "exempt": parts.share(_("Parcels up to that")),
        "since": parts.day(_("In force since")),
        "ends": parts.day(_("Ends")),
        "tax_rate": parts.share(_("VAT or sales tax"), _("Standard rate of the day; taxes of states are not in it.")),
        "tax_a_parcel": parts.exact(_("Tax on an average parcel, {currency}").format(currency=code)),
        "rule": _("Rule"),
        "next_change": _("Next change"),
        **parts.facts(),
    }
    panels.table(
        shown[list(columns)], key="legal_destinations", title=_("Destinations and their rules"), columns=columns
    )


def _limit(place: Any) -> str:
    said = {
        markets.INSIDE: _("No border"),
        markets.UNRECORDED: _("No rule recorded"),
        markets.NO_RELIEF: _("Nothing"),
        markets.NO_LIMIT: _("No limit recorded"),
    }
    return said.get(place.relief) or money(place.duty_limit, place.currency, digits=6)


def _end_of_relief(ends: pd.DataFrame, amounts: Amounts) -> None:
    code = amounts.currency
    if ends.empty:
        st.caption(_("No relief from duty stands in the markets abroad that you sell to, so none can end."))
        return
    shown = ends.assign(
        market=parts.countries(ends["market"]),
        limit=[money(row.limit, row.currency, digits=6) for row in ends.itertuples()],
        next_change=parts.stated(ends["next_change"]),
        said=parts.stated(ends["said"]),
    )
    columns: dict[str, Any] = {
        "market": _("Market"),
        "limit": _("Free of duty up to"),
        "parcels": parts.amount(_("Your parcels up to that, a year")),
        "sales": parts.amount(_("Their value, {currency}").format(currency=code)),
        "low": parts.amount(_("Cost a year from, {currency}").format(currency=code)),
        "high": parts.amount(_("to, {currency}").format(currency=code)),
        "ends": parts.day(_("Ends")),
        "next_change": _("Next change"),
        "said": st.column_config.TextColumn(_("Where the cost comes from"), width="large"),
    }
    panels.table(
        shown[list(columns)], key="legal_relief", title=_("What the end of a relief would cost"), columns=columns
    )
    st.caption(
        _(
            "On your own parcels up to the limit, for a whole year, before any of it is passed on to buyers; each cost "
            "lies in its range with 90%. Added up, the ranges go from {low} to {high}."
        ).format(low=money(ends["low"].sum(), code), high=money(ends["high"].sum(), code))
    )
    _without_rate(ends, amounts)


def _charges(charges: pd.DataFrame, amounts: Amounts) -> None:
    if charges.empty:
        return
    code = amounts.currency
    shown = charges.assign(
        destination=parts.countries(charges["destination"]),
        up_to=[_up_to(row) for row in charges.itertuples()],
        charge=[_charge(row) for row in charges.itertuples()],
        **{name: parts.stated(charges[name]) for name in ("per", "channel", "next_change")},
    )
    columns: dict[str, Any] = {
        "destination": _("Market"),
        "charge": _("Charge"),
        "per": _("per"),
        "channel": _("Only by"),
        "up_to": _("On parcels up to"),
        "parcels": parts.amount(_("Your parcels a year")),
        "cost": parts.amount(_("Once a parcel, a year, {currency}").format(currency=code)),
        "since": parts.day(_("In force since")),
        "ends": parts.day(_("Ends")),
        "next_change": _("Next change"),
        **parts.facts(),
    }
    panels.table(shown[list(columns)], key="legal_charges", title=_("Charges on small parcels"), columns=columns)
    st.caption(_("A parcel may owe one charge several times, or one of several: the amounts are not to be added up."))
    _without_rate(charges, amounts)


def _charge(charge: Any) -> str:
    flat, rate = money(charge.charge, charge.currency, digits=6), percent(charge.rate)
    if pd.isna(charge.rate):
        return flat
    share = _("{rate} of the value").format(rate=rate)
    return share if pd.isna(charge.charge) else _("{share} or {flat}").format(share=share, flat=flat)


def _up_to(charge: Any) -> str:
    return money(charge.up_to, charge.up_to_currency, digits=6) if charge.up_to == charge.up_to else _("any value")


def _regimes(regimes: pd.DataFrame, trade: Trade, amounts: Amounts) -> None:
    if regimes.empty:
        st.caption(_("No data-protection or consumer law is recorded for your destinations on that day."))
        return
    stated = {name: parts.stated(regimes[name]) for name in ("title", "conduct", "rule", "next_change", "source")}
    columns: dict[str, Any] = {
        "title": _("Law"),
        "cap": parts.amount(_("Most of one fine, {currency}").format(currency=trade.currency)),
        "share": parts.share(_("of your turnover")),
        "rule": _("Rule"),
        "conduct": _("For"),
        "since": parts.day(_("In force since")),
        "next_change": _("Next change"),
        **parts.facts(),
    }
    panels.table(
        regimes.assign(**stated)[list(columns)],
        key="legal_caps",
        title=_("The most that one fine can be"),
        columns=columns,
    )
    st.caption(
        _(
            "From your turnover of {turnover} a year and your sales and parcels to each market; where a cap counts "
            "consumers or violations, parcels stand for them."
        ).format(turnover=money(trade.turnover, trade.currency))
    )
    _without_rate(regimes, amounts)


def _without_rate(rows: pd.DataFrame, amounts: Amounts) -> None:
    unrated = rows[rows["currency"].notna() & ~rows["currency"].isin([*amounts.rates, amounts.currency])]
    if len(unrated):
        st.caption(
            ngettext(
                "One amount is empty: there is no exchange rate of the day for {currencies}.",
                "{count} amounts are empty: there is no exchange rate of the day for {currencies}.",
                len(unrated),
            ).format(count=formatting.number(len(unrated)), currencies=markdown(parts.currencies(unrated)))
        )
