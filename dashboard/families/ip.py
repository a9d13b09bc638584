"""Intellectual property: sales by how well rights are protected, where to register, what may be claimed, limits."""

from __future__ import annotations

from collections.abc import Mapping
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
from risk.ip import markets
from risk.ip.case import IpCase, IpHistory
from risk.loss.prefill import Amounts
from risk.reference import FACTS, Facts, marketplace_limits
from risk.trade import Trade

LISTS = {"Priority Watch List": N_("Priority Watch List"), "Watch List": N_("Watch List"), "": N_("On no list")}
OUTCOMES = {"open": N_("open"), "won": N_("won"), "lost": N_("lost"), "settled": N_("settled")}


def show(
    answers: Answers, trade: Trade, on: date, fx: Mapping[str, float], seat: str | None, facts: Facts = FACTS
) -> None:
    """Where own rights are copied, where foreign ones are claimed, and what marketplaces demand."""
    panels.section(_("Where rights are at stake"))
    case = IpCase(trade, IpHistory(), on, Amounts(trade.currency, fx), seat, facts)
    if trade.destinations:
        _watched(markets.destinations(case), trade)
        _registrations(markets.registrations(case), trade.currency)
        _claims(markets.claims(case), trade.currency)
    else:
        parts.missing(_("No order says where it goes, so no market can be judged."), "lines.country")
    _complaints(answers, trade.currency, fx)
    _limits(marketplace_limits(facts))


def _watched(places: pd.DataFrame, trade: Trade) -> None:
    named = places.set_axis(parts.countries(places["country"]))
    split = pd.DataFrame({name: named["sales"].where(named["list"] == name, 0.0) for name in LISTS})
    shown = charts.with_others(split, parts.MOST_ROWS, _("Other destinations"))
    listed = places.loc[places["list"] != "", "sales"].sum() / (trade.turnover or float("nan"))
    panels.chart(
        charts.stacked(
            shown,
            names=[spoken(name) for name in LISTS.values()],
            colours=charts.WATCHED,
            x_title=_("Sales a year, {currency}").format(currency=trade.currency),
        ),
        title=_("Sales by the watch list of the US"),
        how_to_read=_(
            "Each bar is what you sell to a country in a year, coloured by the list of the Special 301 Report of the "
            "US Trade Representative that the country is on. On these lists are countries that, in the view of the US, "
            "protect rights badly: copies are likelier there and harder to stop."
        ),
        data=places.assign(currency=trade.currency),
        key="ip_watched",
        height=110 + 30 * len(shown),
    )
    st.caption(_("{share} of your sales go to countries on one of the lists.").format(share=percent(listed)))
    columns: dict[str, Any] = {
        "country": _("Destination"),
        "sales": parts.amount(_("Sales a year, {currency}").format(currency=trade.currency)),
        "share": parts.share(_("of your turnover")),
        "list": _("Watch list"),
        "list_as_of": parts.day(_("As of")),
        "list_source": _("Source"),
        "score": parts.share(_("IP Index"), _("Of the US Chamber of Commerce, 100% is best; few scores were found.")),
        "rank": parts.amount(_("Rank of 55")),
        "score_as_of": parts.day(_("As of")),
        "score_source": _("Source"),
    }
    texts = {name: parts.stated(places[name]) for name in ("list_source", "score_source")}
    table = places.assign(country=list(named.index), list=[spoken(LISTS[name]) for name in places["list"]], **texts)
    panels.table(table[list(columns)], key="ip_destinations", title=_("Destinations in figures"), columns=columns)


def _registrations(places: pd.DataFrame, code: str) -> None:
    columns: dict[str, Any] = {
        "territory": _("Territory"),
        "sales": parts.amount(_("Sales a year, {currency}").format(currency=code)),
        "share": parts.share(_("of your turnover")),
        "covered": parts.share(_("covered so far"), _("Share of the turnover that this and all above it cover.")),
        "low": parts.amount(_("Copies take from, {currency}").format(currency=code)),
        "high": parts.amount(_("to, {currency}").format(currency=code)),
        "listed": parts.share(_("of it on a watch list")),
        "seat": st.column_config.CheckboxColumn(_("Your own country")),
    }
    shown = places.assign(territory=parts.countries(places["territory"]))
    panels.table(
        shown[list(columns)], key="ip_registrations", title=_("Where to register your own rights"), columns=columns
    )
    st.caption(
        _(
            "Trade marks and designs hold only where they are registered: once for the whole European Union, else "
            "country by country. What copies take is the margin on the share of sales that the register assumes, from "
            "a tenth of the counterfeits in world imports of 2021 to twice those in imports of the EU (OECD and EUIPO "
            "2025)."
        )
    )


def _claims(claims: pd.DataFrame, code: str) -> None:
    if claims.empty:
        st.caption(
            _("For your destinations no statutory damages are recorded; elsewhere courts look at the damage done.")
        )
        return
    known = claims.dropna(subset="high")
    names = [
        _("{law}, {conduct}").format(law=law, conduct=conduct)
        for law, conduct in zip(known["law"], known["conduct"], strict=True)
    ]
    if len(known):
        served = list(dict.fromkeys(known["market"]))
        panels.chart(
            charts.ranges(
                known.assign(group=known["market"]).set_axis(names),
                groups=dict(zip(served, parts.countries(served), strict=True)),
                x_title=_("Per unit, {currency}, logarithmic").format(currency=code),
            ),
            title=_("What a rights holder may claim without proving a damage"),
            how_to_read=_(
                "Each line runs from the least to the most that a court may award for one unit: a mark for each type "
                "of goods, a work, a case. Where the law names no least, the line begins at the left edge."
            ),
            data=known,
            key="ip_claims",
            height=120 + 30 * len(known),
        )
    columns: dict[str, Any] = {
        "market": _("Market"),
        "law": _("Law"),
        "conduct": _("For"),
        "rule": _("Rule"),
        "low": parts.amount(_("From, {currency}").format(currency=code)),
        "high": parts.amount(_("to, {currency}").format(currency=code)),
        "unit": _("per"),
        "since": parts.day(_("In force since")),
        **parts.facts(),
    }
    shown = claims.assign(market=parts.countries(claims["market"]), rule=parts.stated(claims["rule"]))
    panels.table(shown[list(columns)], key="ip_claims_table", title=_("Statutory ranges"), columns=columns)
    st.caption(_("Amounts at the exchange rates of the day; empty where the law names none. This is no legal advice."))


def _complaints(answers: Answers, code: str, fx: Mapping[str, float]) -> None:
    if answers.claims.empty:
        parts.missing(
            _("No claim is recorded, so complaints of rights holders against you are not counted."),
            *("claims.claimed_at", "claims.kind", "claims.amount", "claims.currency", "claims.outcome"),
        )
        return
    filed = answers.claims[answers.claims["kind"] == "ip complaint"]
    rated, unrated = parts.converted(filed, code, fx, "amount")
    count = int(filed["claims"].sum())
    said = (
        ngettext(
            "One complaint of a rights holder in {years} years ({outcomes}), claiming {amount} together.",
            "{count} complaints of rights holders in {years} years ({outcomes}), claiming {amount} together.",
            count,
        )
        if count
        else _("No complaint of a rights holder in {years} years.")
    )
    ended = filed.groupby("outcome")["claims"].sum()
    outcomes = [f"{spoken(OUTCOMES[key])}: {number(n)}" for key, n in ended.items() if key in OUTCOMES]
    st.markdown(
        said.format(
            count=number(count),
            years=formatting.significant(answers.years),
            outcomes=", ".join(outcomes) or formatting.MISSING,
            amount=money(rated["amount"].sum(), code),
        )
    )
    if len(unrated):
        st.caption(
            _("Amounts in {currencies} are left out: there is no exchange rate of the day.").format(
                currencies=markdown(parts.currencies(unrated))
            )
        )


def _limits(limits: pd.DataFrame) -> None:
    columns: dict[str, Any] = {
        "platform": _("Marketplace"),
        "metric": _("Measure"),
        "comparison": _("must be"),
        "limit": parts.share(_("Limit")),
        "window_days": parts.amount(_("over days")),
        "definition": st.column_config.TextColumn(_("Definition"), width="medium"),
        **parts.facts(),
    }
    panels.table(limits[list(columns)], key="ip_limits", title=_("What keeps a seller's account open"), columns=columns)
    st.caption(_("Marketplaces change their limits, and may close an account for one complaint: look yours up."))
