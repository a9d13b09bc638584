"""The card of one dropped file: how it was read, where every record went, and what will be stored."""

from __future__ import annotations

import streamlit as st

from dashboard import formatting
from dashboard.escape import markdown
from dashboard.i18n import _, ngettext, spoken
from dashboard.orders import aside, correct, names, totals
from dashboard.orders.reading import Reading
from risk.checks import Sentence
from risk.orders import Export
from risk.orders.currency import PER_ROW

PREVIEW_ROWS = 5


def show(one: Reading) -> None:
    """The whole card."""
    st.subheader(markdown(one.name), anchor=False)
    if isinstance(one.outcome, Sentence):
        refused(one, one.outcome)
    else:
        understood(one, one.outcome)


def understood(one: Reading, export: Export) -> None:
    """What the file was read as, what is to be asked, and what can be corrected."""
    recognised(one, export)
    records(export)
    correct.ask(one)
    if not one.totals.empty:
        st.caption(_("What the file adds up to:"))
        totals.show(one.totals, _("What {file} adds up to").format(file=one.name))
    key = one.file_id[:8]
    with st.expander(
        _("Columns: what each heading stands for"), icon=":material/view_column:", key=f"orders_open_columns_{key}"
    ):
        correct.mapping(one, export)
    with st.expander(
        _("First rows, as they will be stored"), icon=":material/table_rows:", key=f"orders_open_rows_{key}"
    ):
        preview(export)
    if export.counts.quarantined:
        with st.expander(_("Records set aside"), icon=":material/inventory_2:", key=f"orders_open_aside_{key}"):
            aside.table(export.quarantine, key=f"orders_card_aside_{key}")


def refused(one: Reading, reason: Sentence) -> None:
    """Why the file cannot be read, and the way back when it was the reader's own choice."""
    st.error(
        _("{reason} Nothing was loaded from this file, and what you loaded before is untouched.").format(
            reason=markdown(spoken(reason))
        ),
        icon=":material/block:",
    )
    if one.answers:
        correct.back(one)


def recognised(one: Reading, export: Export) -> None:
    """Platform, way of writing, currency; notes, and what is personal and dropped."""
    profile = export.profile
    if profile.platform == "unknown":
        st.markdown(
            _("No platform that we know: read by the names of its columns, {share} of which are understood.").format(
                share=formatting.percent(profile.confidence)
            )
        )
    else:
        st.markdown(_("Recognised: **{platform}**.").format(platform=names.platform(profile.platform)))
    st.caption(written(export))
    st.markdown(currency(one, export))
    personal = [match.header for match in export.mapping if match.reason == "personal"]
    if personal:
        st.caption(
            ngettext(
                "Personal data in {count} column is not stored: {columns}.",
                "Personal data in {count} columns is not stored: {columns}.",
                len(personal),
            ).format(count=formatting.number(len(personal)), columns=names.listed(personal))
        )
    for note in export.notes:
        st.caption(markdown(spoken(note)))


def written(export: Export) -> str:
    """How the file is written."""
    profile = export.profile
    asked = {question.kind for question in export.questions}
    said = {
        "line": formatting.number(profile.header_line),
        "decimal": _("asked below") if "decimal" in asked else names.code(names.DECIMALS, profile.decimal),
        "dates": _("asked below") if "date_order" in asked else names.code(names.DATE_ORDERS, profile.date_order),
    }
    if profile.delimiter is None:
        return _("Worksheet {sheet}. Headings in line {line}. Decimal mark: {decimal}. Dates: {dates}.").format(
            sheet=markdown(profile.sheet), **said
        )
    return _(
        "Text in {encoding}, cells separated by {delimiter}. Headings in line {line}. Decimal mark: {decimal}. "
        "Dates: {dates}."
    ).format(
        encoding=markdown(profile.encoding.upper()), delimiter=names.code(names.DELIMITERS, profile.delimiter), **said
    )


def currency(one: Reading, export: Export) -> str:
    """The currency, and where it was found."""
    found = export.profile.currency
    if not found:
        return _("The file does not say in which currency its amounts are.")
    if found == PER_ROW and one.totals.empty:
        return _("Each line states its own currency.")
    if found == PER_ROW:
        return _("Each line states its own currency: **{currencies}**.").format(
            currencies=names.listed(one.totals["currency"])
        )
    texts = {
        "column": _("Currency: **{currency}**, from a column of the file."),
        "symbol": _("Currency: **{currency}**, from the signs beside the amounts."),
        "header": _("Currency: **{currency}**, from the headings."),
        "preamble": _("Currency: **{currency}**, from a sentence above the headings."),
        "platform": _("Currency: **{currency}**, the only one that this platform writes."),
        "chosen": _("Currency: **{currency}**, as you said."),
    }
    return texts[export.profile.currency_source].format(currency=markdown(found))


def records(export: Export) -> None:
    """Where every record of the file went, in one sum; why, where some were set aside."""
    counts = export.counts
    st.markdown(
        _(
            "**{records}** records in the file = **{accepted}** accepted + **{aside}** set aside + **{furniture}** "
            "headings, blank lines and totals."
        ).format(
            records=formatting.number(counts.physical_records),
            accepted=formatting.number(counts.accepted),
            aside=formatting.number(counts.quarantined),
            furniture=formatting.number(counts.furniture),
        )
    )
    if counts.quarantined:
        aside.by_reason(export.quarantine)


def preview(export: Export) -> None:
    """The first rows of each table, without columns that are empty."""
    for name, rows in export.tables.items():
        st.caption(
            ngettext("{table}: {count} row", "{table}: {count} rows", len(rows)).format(
                table=names.table(name), count=formatting.number(len(rows))
            )
        )
        head = rows.drop(columns=["file_id", "platform"], errors="ignore").head(PREVIEW_ROWS)
        # As plain texts: a category brings all its texts along, also those of other rows.
        head = head.astype(dict.fromkeys(head.select_dtypes("category"), object)).dropna(axis=1, how="all")
        st.dataframe(head, hide_index=True, column_config={name: names.column(name) for name in map(str, head)})
