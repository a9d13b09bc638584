"""Choosing whose exchange rates the pages use: the ECB's, Yahoo's on an explicit click, or a file of the reader's."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import cached, formatting, panels, rates
from dashboard.escape import markdown
from dashboard.i18n import N_, _, ngettext, spoken
from dashboard.rates import ECB, PROVIDERS, Source
from dashboard.workspace import Workspace
from risk.checks import InputError
from risk.currency.rates import ecb_rates, read_rates_csv, yahoo_rates
from risk.orders import questions

MOST_MEGABYTES = 10  # thirty years of forty currencies are six
MOST_COLUMNS = 200  # there are fewer currencies
USUAL_YEARS = 11  # before the last order or today: ten years are what futures are drawn from
NEWEST = 5  # days; a currency with a rate on one of them is still published
EXAMPLE = ("USD", "EUR", "JPY")
_FAILED = "currency_rates_failed"  # session key: why the last attempt changed nothing


def show(space: Workspace) -> None:
    """What is in use, the choice, and the form of the provider looked at."""
    source = rates.chosen(space)
    st.subheader(_("Whose exchange rates"), anchor=False)
    st.markdown(in_use(source, space.reporting))
    if reason := st.session_state.pop(_FAILED, None):
        st.error(markdown(spoken(reason)), icon=":material/error:")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        looked_at = st.segmented_control(
            _("Provider"),
            PROVIDERS,
            default=source.provider,
            required=True,
            format_func=lambda name: spoken(PROVIDERS[name]),
            key=f"currency_provider_{source.provider}",  # another one after a change: it shows what is in use
            help=_("All rates of a page come from one provider: fixings of different hours do not belong together."),
        )
        if source != ECB:
            st.button(_("Back to the ECB's rates"), key="currency_rates_ecb", on_click=rates.back_to_ecb, args=(space,))
        if space.can_undo(rates.KEPT):
            st.button(
                _("Undo the last change"),
                key="currency_rates_undo",
                on_click=space.undo,
                args=(rates.KEPT,),
                icon=":material/undo:",
            )
    if looked_at == "yahoo":
        _yahoo(space)
    elif looked_at == "csv":
        _csv(space)
    elif source != ECB:
        st.caption(_("Go back with the button above. The other rates stay kept until you delete all your data."))


def in_use(source: Source, reporting: str) -> str:
    """Which rates the pages use, and what they hold; or that they say nothing in this currency."""
    try:
        table = source.against(reporting).dropna(how="all")
    except InputError:  # the page has said why
        return _("In use: **{provider}**. Nothing can be said in {currency} with these rates: choose others.").format(
            provider=spoken(PROVIDERS[source.provider]), currency=reporting
        )
    count = int(table.tail(NEWEST).notna().any().sum())
    held = ngettext("{count} currency", "{count} currencies", count).format(count=formatting.number(count))
    return said(source).format(
        held=held, first=formatting.date(table.index[0]), last=formatting.date(table.index[-1]), day=_day(source)
    )


def said(source: Source) -> str:
    """The sentence on the rates in use, to be filled with held, first, last and day."""
    return {
        "ecb": _(
            "In use: reference rates of the **European Central Bank** from {first} to {last}, {held} at the end, as "
            "bundled with this program. No request leaves this machine."
        ),
        "yahoo": _(
            "In use: daily closes of **Yahoo Finance** from {first} to {last}, {held} at the end, fetched on {day}."
        ),
        "csv": _("In use: **your own file** from {first} to {last}, {held} at the end, read on {day}."),
    }[source.provider]


def _day(source: Source) -> str:
    return formatting.date(dt.date.fromisoformat(source.day)) if source.day else ""


def _yahoo(space: Workspace) -> None:
    """What would be asked for, in full, and the button that asks."""
    today = dt.datetime.now(tz=dt.UTC).date()
    usual = sorted({*rates.currencies(space), *_of_orders(space)})
    with st.expander(_("Which currencies, and since when")):
        codes = st.multiselect(
            _("Currencies to ask for"),
            usual,
            default=usual,
            key="currency_yahoo_codes",
            help=_("Take out a code that Yahoo has no rates for. Amounts in a currency without rates count nothing."),
        )
        since = st.date_input(
            _("First day"),
            _usual_start(space, today),
            min_value=dt.date(1999, 1, 4),
            max_value=today - dt.timedelta(days=1),
            key="currency_yahoo_since",
        )
    until = today - dt.timedelta(days=1)  # the close of a day that has not ended is only a price so far
    st.caption(
        _(
            "Goes to the network, on this click alone: {count} currency codes and the days from {first} to {last} are "
            "sent to Yahoo, which sees the address of this machine. No order and no amount is sent. Whether Yahoo's "
            "terms allow your use is for you to judge."
        ).format(count=formatting.number(len(codes)), first=formatting.date(since), last=formatting.date(until))
    )
    asked = bool(set(codes) - {space.reporting})
    if st.button(
        _("Fetch from Yahoo Finance"), key="currency_yahoo_fetch", disabled=not asked, icon=":material/cloud_download:"
    ):
        with st.spinner(_("Asking Yahoo Finance…"), show_time=True):
            _try(lambda: _use(space, "yahoo", space.reporting, yahoo_rates(space.reporting, codes, since, until)))


def _csv(space: Workspace) -> None:
    """The file, how it counts, and the button that reads it."""
    codes = rates.currencies(space)
    st.caption(
        _(
            "A CSV file with one row a day: the first column is the day, such as 2026-10-30, then one column a "
            "currency, headed by its code. Comma, semicolon or tab; decimal point or comma; an empty cell is a day "
            "without a rate. Rates upside down or for 100 units are refused where the European Central Bank's tell."
        )
    )
    file = st.file_uploader(
        _("Exchange rates as CSV"), type=["csv", "txt"], key="currency_rates_file", max_upload_size=MOST_MEGABYTES
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        base = st.selectbox(_("The rates are in"), codes, index=codes.index(space.reporting), key="currency_rates_base")
        inverse = st.segmented_control(
            _("A cell holds"),
            (False, True),
            default=False,
            required=True,
            format_func=lambda way: (_("{base} for 1 unit") if not way else _("units for 1 {base}")).format(base=base),
            key="currency_rates_inverse",
        )
    with st.container(horizontal=True):
        if st.button(_("Use these rates"), key="currency_rates_use", disabled=file is None, icon=":material/check:"):
            with st.spinner(_("Reading the exchange rates…"), show_time=True):
                _try(lambda: _use(space, "csv", base, read(file, base, inverse=bool(inverse))))
        example = base if base in ecb_rates("EUR").columns else "EUR"
        panels.download(
            _example(example),
            f"rates_in_{example}.csv",
            key="currency_rates_example",
            label=_("Example, in {currency}").format(currency=example),
        )


def read(file: Any, base: str, *, inverse: bool = False) -> pd.DataFrame:
    """The rates of an uploaded file in units of `base`; InputError for one that is none or is too large."""
    content: bytes = file.getvalue()
    header = re.split(rb"[\r\n]", content, maxsplit=1)[0]
    if len(content) > MOST_MEGABYTES * 1_000_000 or sum(header.count(mark) for mark in b",;\t") > MOST_COLUMNS:
        raise InputError(
            N_("The file of rates is too large: at most {size} MB and {columns} columns are read."),
            size=MOST_MEGABYTES,
            columns=MOST_COLUMNS,
        )
    return read_rates_csv(content, base, inverse=inverse)


def _use(space: Workspace, provider: str, base: str, table: pd.DataFrame) -> None:
    rates.choose(space, provider, base, table, dt.datetime.now(tz=dt.UTC).date())


def _try(change: Any) -> None:
    """Change the rates and show the page anew, or say why nothing was changed."""
    try:
        change()
    except InputError as reason:
        st.session_state[_FAILED] = reason.sentence
    st.rerun()


def _example(base: str) -> pd.DataFrame:
    """The ECB's newest days as such a file."""
    codes = [code for code in EXAMPLE if code != base]
    return ecb_rates(base, codes).tail(3).reset_index()


def _of_orders(space: Workspace) -> list[str]:
    return list(cached.answer(questions.exposure, space.history)["currency"].unique())


def _usual_start(space: Workspace, today: dt.date) -> dt.date:
    last = cached.answer(questions.span, space.history).last
    seen = today if pd.isna(last) else min(today, last.date())
    return max(dt.date(1999, 1, 4), seen.replace(day=1, year=seen.year - USUAL_YEARS))
