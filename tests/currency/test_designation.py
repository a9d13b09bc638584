"""The designation memo: every figure with its source, no opinion, and files that open."""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.checks import InputError, Sentence
from risk.currency.book import Market
from risk.currency.designation import (
    Block,
    Bullets,
    Designation,
    Heading,
    Paragraph,
    Stated,
    Table,
    designation_memo,
    to_docx,
    to_markdown,
    usual_sources,
)
from risk.currency.effectiveness import (
    HedgedItem,
    assess,
    dollar_offset,
    effectiveness_regression,
    hypothetical_derivative,
)

TODAY = dt.date(2026, 11, 25)
MARKET = Market("CNY", TODAY, {"USD": 7.1}, {"CNY": 0.014, "USD": 0.0375})
ITEM = HedgedItem("USD", 100_000.0, dt.date(2027, 1, 29), "CNY")
DEAL = replace(hypothetical_derivative(ITEM, MARKET), reference="FX-1", counterparty="Example Bank")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def case(**changed: object) -> Designation:
    rng = np.random.default_rng(5)
    item = rng.normal(0.0, 100.0, 40)
    instrument = -item + rng.normal(0.0, 10.0, 40)
    findings = assess(
        "IFRS 9",
        effectiveness_regression(item, instrument),
        dollar_offset(item, instrument),
        mismatches=(),
        hedge_ratio=1.0,
    )
    known = {
        "entity": "Example Trading Ltd",
        "standard": "IFRS 9",
        "prepared_on": TODAY,
        "designated_on": TODAY,
        "item": ITEM,
        "expected": 140_000.0,
        "amount_source": "forecast out of 30 months of orders",
        "forecast": Stated("exponential smoothing with a season", "page Currency, 25 November 2026"),
        "probability": Stated("received in 29 of 30 months", "order history"),
        "deals": (DEAL,),
        "deals_source": "hedge book of 25 November 2026",
        "objective": "Fix the rate of receipts in USD that are priced.",
        "strategy": "70 % of the next three months",
        "hedge_ratio": 1.0,
        "ratio_source": "programme of the treasurer",
        "method": "Regression on a hypothetical derivative",
        "ineffectiveness": usual_sources(ITEM, (DEAL,), TODAY),
        "findings": findings,
        "findings_source": "40 monthly changes",
    }
    return Designation(**{**known, **changed})  # type: ignore[arg-type]


def texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Heading() | Paragraph():
                yield block.text
            case Bullets():
                yield from block.items
            case Table():
                yield from block.header
                yield from (cell for row in block.rows for cell in row)


def sections(blocks: tuple[Block, ...]) -> list[str]:
    return [str(block.text) for block in blocks if isinstance(block, Heading)]


# What it says


def test_the_memo_has_a_section_for_each_thing_that_ifrs_9_asks_for() -> None:
    found = sections(designation_memo(case()))
    assert found == [
        "Hedge designation: draft",
        "Hedging relationship (IFRS 9, 6.4.1 (b) and 6.5.2 (b))",
        "Risk management objective and strategy (IFRS 9, 6.4.1 (b) and B6.5.24)",
        "Hedged item (IFRS 9, 6.3.1 to 6.3.7)",
        "Hedging instrument (IFRS 9, 6.2.1 to 6.2.4)",
        "Nature of the hedged risk (IFRS 9, 6.4.1 (b) and 6.2.4 (b))",
        "Hedge ratio (IFRS 9, 6.4.1 (c) (iii) and B6.4.9 to B6.4.11)",
        "How effectiveness is assessed (IFRS 9, 6.4.1 (c) and B6.4.4 to B6.4.19)",
        "Sources of ineffectiveness (IFRS 9, 6.4.1 (b), B6.4.1 and B6.5.4 to B6.5.6)",
        "Measurement and end of the hedge (IFRS 9, 6.5.6, 6.5.11 and 6.5.12)",
        "To be completed",
    ]


def test_under_asc_815_the_paragraphs_and_the_accounting_are_its_own() -> None:
    american = designation_memo(case(standard="ASC 815"))
    said = "\n".join(texts(american))
    assert "IFRS" not in said
    assert "6.4.1" not in "\n".join(sections(american))
    assert sum("ASC 815-20-25-3" in title for title in sections(american)) == 7
    assert "whole change in the value of the deals" in said


def test_every_figure_stands_beside_a_source() -> None:
    for block in designation_memo(case()):
        if isinstance(block, Table) and block.header[-1] == "Source":
            assert all(row[1] and row[2] for row in block.rows)
    said = "\n".join(texts(designation_memo(case())))
    for figure in (
        "the first 100,000 USD of 2027-01",
        "140,000 USD",
        "forecast out of 30 months of orders",
        "received in 29 of 30 months",
        "71.4%",
        f"{DEAL.rate:.10g} CNY for 1 USD",
        "Source: hedge book of 25 November 2026",
        "Source: 40 monthly changes",
        "programme of the treasurer",
    ):
        assert figure in said


def test_it_is_a_draft_without_an_opinion() -> None:
    said = "\n".join(texts(designation_memo(case())))
    assert "for its auditor to review" in said
    assert "states no opinion" in said
    assert not re.search(r"qualif(y|ies)|complies|is effective\b", said)


def test_without_an_assessment_the_memo_says_so() -> None:
    said = list(texts(designation_memo(case(findings=(), findings_source=""))))
    assert "To be completed: no prospective assessment is attached." in said


def test_payments_and_the_spot_element_are_named() -> None:
    owed = replace(ITEM, amount=-100_000.0)
    deal = hypothetical_derivative(owed, MARKET)
    said = "\n".join(texts(designation_memo(case(item=owed, expected=-120_000.0, deals=(deal,), element="spot"))))
    assert "Forecast payments" in said
    assert "The spot element of the deals is designated" in said
    assert "Before anything else" not in said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"prepared_on": dt.date(2026, 12, 1)}, "cannot be made up for later"),
        ({"expected": 90_000.0}, "More is designated than is expected"),
        ({"deals": (replace(DEAL, trade_date=dt.date(2026, 11, 2)),)}, "measured from its value on that date"),
        ({"deals": (replace(DEAL, trade_date=dt.date(2026, 11, 26)),)}, "FX-1 is not open on the day"),
        ({"hedge_ratio": 0.8}, "The deals are 1 for one unit designated, and the stated hedge ratio is 0.8."),
        ({"deals": (replace(DEAL, side="buy"),)}, "The deals are -1 for one unit designated"),
    ],
)
def test_what_stands_against_the_designation_comes_first(changed: dict[str, object], said: str) -> None:
    cautious = case(**changed)
    assert [one for one in cautious.cautions if said in one]
    blocks = designation_memo(cautious)
    assert sections(blocks)[1] == "Before anything else"
    assert said in "\n".join(texts(blocks))
    assert case().cautions == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"entity": ""},
        {"deals": ()},
        {"ineffectiveness": ()},
        {"findings_source": ""},
        {"standard": "IAS 39"},
        {"element": "time"},
        {"hedge_ratio": 0.0},
    ],
)
def test_an_incomplete_case_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(InputError):
        case(**changed)
    with pytest.raises(InputError, match="a text and a source"):
        Stated("30 months", " ")


def test_sources_of_ineffectiveness_follow_from_the_terms() -> None:
    assert len(usual_sources(ITEM, (DEAL,), TODAY)) == 2
    half = replace(DEAL, amount=50_000.0)
    assert len(usual_sources(ITEM, (half, half), TODAY)) == 2
    odd = replace(DEAL, kind="ndf", trade_date=dt.date(2026, 11, 2), value_date=dt.date(2027, 2, 26))
    said = "\n".join(usual_sources(ITEM, (odd, odd), TODAY))
    assert said.count("\n") == 4
    for part in ("older than the designation", "settles at a fixing", "28 days apart"):
        assert part in said


# Markdown


def test_the_markdown_holds_every_text_in_order() -> None:
    blocks = designation_memo(case())
    written = re.sub(r"\\(.)", r"\1", to_markdown(blocks))
    place = 0
    for text in texts(blocks):
        place = written.index(" ".join(text.split()), place)


def test_names_of_users_are_no_markup() -> None:
    nasty = "*bold* | [link](javascript:x) <b>$x$</b>\n# heading"
    written = to_markdown(designation_memo(case(entity=nasty, objective="1. first\n- second")))
    assert "\\*bold\\* \\| \\[link\\](javascript:x) \\<b\\>\\$x\\$\\</b\\> \\# heading" in written
    assert to_markdown([Paragraph("- one")]) == "\\- one\n"
    assert to_markdown([Paragraph("1. one")]) == "1\\. one\n"
    lines = [line for line in written.split("\n") if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {4, 5, 9}  # columns of the three kinds of table


@settings(max_examples=200, deadline=None)  # time is the machine's
@given(st.text(st.sampled_from(list("ab1 .)-+=*_`~#|[]()<>!$&;:\\/\"'\n")), max_size=14))
def test_markdown_shows_any_text_literally(text: str) -> None:
    """By markdown-it, which follows CommonMark; its HTML is read back to text."""
    parser = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable("table").enable("strikethrough")
    shown = " ".join(text.split())
    written = to_markdown(
        [Heading(f"h {text}", 2), Paragraph(text), Bullets((f"b {text}",)), Table(("c",), ((text,),))]
    )
    html = ElementTree.fromstring(f"<div>{parser.render(written).replace('&quot;', '&#34;')}</div>")
    assert [child.tag for child in html] == (["h2", "p", "ul", "table"] if shown else ["h2", "ul", "table"])
    seen = ["".join(child.itertext()).strip() for child in html]
    assert seen[0] == f"h {shown}".strip()
    assert seen[-2] == f"b {shown}".strip()
    assert seen[-1].split("\n")[-1].strip() == (shown or "c")
    assert not shown or seen[1] == shown


def test_texts_can_be_said_in_another_language_and_escaped_by_the_page() -> None:
    loud = to_markdown([Heading(Sentence("Hedged item"), 1)], say=str.upper, escape=lambda text: f"<{text}>")
    assert loud == "# <HEDGED ITEM>\n"
    assert "HEDGED ITEM" in read(to_docx([Heading("Hedged item")], say=str.upper))[0]


def test_an_empty_text_is_not_asked_of_the_catalogue() -> None:
    """gettext answers an empty message with the header of the catalogue."""
    header = Table(("a",), (("",),))
    assert to_markdown([header], say=lambda text: text or "Project-Id-Version") == "| a |\n|---|\n|  |\n"


# Word


def read(file: bytes) -> list[str]:
    """Text of each paragraph of the body."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        body = ElementTree.fromstring(archive.read("word/document.xml"))
    return ["".join(run.text or "" for run in paragraph.iter(f"{W}t")) for paragraph in body.iter(f"{W}p")]


def test_the_word_file_holds_every_text_in_order() -> None:
    blocks = designation_memo(case())
    written = [text for text in read(to_docx(blocks)) if text]
    assert written == [" ".join(text.split()) for text in texts(blocks) if text]


def test_the_package_is_whole() -> None:
    with zipfile.ZipFile(io.BytesIO(to_docx(designation_memo(case())))) as archive:
        assert archive.testzip() is None
        parts = {name: archive.read(name) for name in archive.namelist()}
    trees = {name: ElementTree.fromstring(data) for name, data in parts.items()}
    typed = {one.get("PartName") for one in trees["[Content_Types].xml"] if one.get("PartName")}
    assert typed == {f"/{name}" for name in parts if name.startswith("word/") and not name.endswith(".rels")}
    for rels, folder in (("_rels/.rels", ""), ("word/_rels/document.xml.rels", "word")):
        targets = [posixpath.join(folder, str(one.get("Target"))) for one in trees[rels]]
        assert targets
        assert set(targets) <= set(parts)
    styles = {one.get(f"{W}styleId") for one in trees["word/styles.xml"].iter(f"{W}style")}
    document = trees["word/document.xml"]
    used = {one.get(f"{W}val") for tag in ("pStyle", "tblStyle") for one in document.iter(f"{W}{tag}")}
    assert used == styles - {"Normal", "Heading3"}
    numbers = {one.get(f"{W}numId") for one in trees["word/numbering.xml"].iter(f"{W}num")}
    assert {one.get(f"{W}val") for one in trees["word/styles.xml"].iter(f"{W}numId")} == numbers


def test_tables_have_as_many_cells_as_columns_and_a_header_that_repeats() -> None:
    with zipfile.ZipFile(io.BytesIO(to_docx(designation_memo(case())))) as archive:
        body = ElementTree.fromstring(archive.read("word/document.xml"))[0]
    children = list(body)
    tables = [place for place, child in enumerate(children) if child.tag == f"{W}tbl"]
    assert len(tables) == 5
    for place in tables:
        table = children[place]
        assert children[place + 1].tag == f"{W}p"
        rows = table.findall(f"{W}tr")
        columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
        assert {len(row.findall(f"{W}tc")) for row in rows} == {columns}
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True] + [False] * (len(rows) - 1)
    assert children[-1].tag == f"{W}sectPr"


def test_the_same_memo_is_the_same_file() -> None:
    assert to_docx(designation_memo(case())) == to_docx(designation_memo(case()))


@settings(max_examples=50, deadline=None)  # time is the machine's
@given(st.text(max_size=30))
def test_any_text_is_kept_as_far_as_xml_has_it(text: str) -> None:
    kept = re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", " ".join(text.split()))
    assert read(to_docx([Paragraph(text), Bullets((f"a{text}",))]))[0] == kept


def test_a_table_of_uneven_rows_is_refused() -> None:
    with pytest.raises(InputError, match="2 cells"):
        Table(("a", "b"), (("1",),))
