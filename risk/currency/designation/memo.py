"""The memo that documents a hedging relationship, as blocks of sentences: a draft for entity and auditor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from risk.checks import Sentence
from risk.currency.book import Deal
from risk.currency.designation.blocks import Block, Bullets, Heading, Paragraph, Table
from risk.currency.designation.case import Designation
from risk.currency.effectiveness import STANDARDS

# Where each standard asks for what a section holds.
PARAGRAPHS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "IFRS 9": MappingProxyType(
            {
                "relationship": "IFRS 9, 6.4.1 (b) and 6.5.2 (b)",
                "objective": "IFRS 9, 6.4.1 (b) and B6.5.24",
                "item": "IFRS 9, 6.3.1 to 6.3.7",
                "instrument": "IFRS 9, 6.2.1 to 6.2.4",
                "risk": "IFRS 9, 6.4.1 (b) and 6.2.4 (b)",
                "ratio": "IFRS 9, 6.4.1 (c) (iii) and B6.4.9 to B6.4.11",
                "assessment": "IFRS 9, 6.4.1 (c) and B6.4.4 to B6.4.19",
                "ineffectiveness": "IFRS 9, 6.4.1 (b), B6.4.1 and B6.5.4 to B6.5.6",
                "accounting": "IFRS 9, 6.5.6, 6.5.11 and 6.5.12",
            }
        ),
        "ASC 815": MappingProxyType(
            {
                "relationship": "ASC 815-20-25-3 (b)",
                "objective": "ASC 815-20-25-3 (b)",
                "item": "ASC 815-20-25-3 (d) and 25-15",
                "instrument": "ASC 815-20-25-3 (b) and 25-45",
                "risk": "ASC 815-20-25-3 (b) and 25-82",
                "ratio": "ASC 815-20-25-75",
                "assessment": "ASC 815-20-25-3 (b), 25-75 to 25-85 and 35-2",
                "ineffectiveness": "ASC 815-20-25-3 (b) and 25-84",
                "accounting": "ASC 815-30-35-3 and 815-30-40-1",
            }
        ),
    }
)


def designation_memo(case: Designation) -> tuple[Block, ...]:
    """The memo of a designation, section after section as the standard asks; every figure stands beside its source.

    It collects what `case` holds and says what has to be completed; it states no opinion on whether hedge accounting
    may be applied. Texts are Sentences, so that `say` of `to_markdown` and `to_docx` can put them in another language.
    """
    return (
        Heading(Sentence("Hedge designation: draft"), 1),
        Paragraph(
            Sentence(
                "Draft of {day} for {entity}, for the entity to complete and for its auditor to review. It collects "
                "the terms and figures of one hedging relationship with their sources. It is no accounting or legal "
                "advice and states no opinion on whether hedge accounting may be applied.",
                day=case.prepared_on.isoformat(),
                entity=case.entity,
            ),
            bold=True,
        ),
        *_cautions(case),
        *_relationship(case),
        *_objective(case),
        *_item(case),
        *_instrument(case),
        *_risk(case),
        *_ratio(case),
        *_assessment(case),
        *_ineffectiveness(case),
        *_accounting(case),
        *_to_complete(case),
    )


def _heading(case: Designation, title: Sentence, section: str) -> Heading:
    return Heading(Sentence("{title} ({where})", title=title, where=PARAGRAPHS[case.standard][section]))


def _stated(rows: Iterable[tuple[str, str, str]]) -> Table:
    return Table((Sentence("What"), Sentence("As designated"), Sentence("Source")), tuple(rows))


def _cautions(case: Designation) -> tuple[Block, ...]:
    if not case.cautions:
        return ()
    return (Heading(Sentence("Before anything else")), Bullets(case.cautions))


def _relationship(case: Designation) -> tuple[Block, ...]:
    entity = Sentence("entity")
    return (
        _heading(case, Sentence("Hedging relationship"), "relationship"),
        _stated(
            [
                (Sentence("Entity"), case.entity, entity),
                (Sentence("Standard"), case.standard, entity),
                (Sentence("Kind"), Sentence("Cash flow hedge of a forecast transaction in foreign currency"), entity),
                (Sentence("Designated on"), case.designated_on.isoformat(), entity),
            ]
        ),
    )


def _objective(case: Designation) -> tuple[Block, ...]:
    return (
        _heading(case, Sentence("Risk management objective and strategy"), "objective"),
        Paragraph(Sentence("Objective of this hedge: {objective}", objective=case.objective)),
        Paragraph(Sentence("Strategy it belongs to: {strategy}", strategy=case.strategy)),
    )


def _item(case: Designation) -> tuple[Block, ...]:
    item = case.item
    kind = Sentence("Forecast receipts") if item.amount > 0 else Sentence("Forecast payments")
    designated = Sentence(
        "the first {amount} {currency} of {month}",
        amount=_money(item.amount),
        currency=item.currency,
        month=f"{item.date:%Y-%m}",
    )
    expected = f"{_money(case.expected)} {item.currency}"
    return (
        _heading(case, Sentence("Hedged item"), "item"),
        _stated(
            [
                (kind, designated, case.amount_source),
                (Sentence("Expected in all"), expected, case.amount_source),
                (Sentence("Expected on"), item.date.isoformat(), case.amount_source),
                (Sentence("How it was forecast"), case.forecast.text, case.forecast.source),
                (Sentence("How probable it is"), case.probability.text, case.probability.source),
            ]
        ),
    )


def _instrument(case: Designation) -> tuple[Block, ...]:
    header = (
        *(Sentence("Deal"), Sentence("Kind"), Sentence("Side"), Sentence("Amount"), Sentence("Rate")),
        *(Sentence("Traded on"), Sentence("Value date"), Sentence("Bank")),
    )
    return (
        _heading(case, Sentence("Hedging instrument"), "instrument"),
        Table(header, tuple(_deal(deal) for deal in case.deals)),
        Paragraph(Sentence("Source: {source}", source=case.deals_source)),
    )


def _deal(deal: Deal) -> tuple[str, ...]:
    return (
        *(deal.reference, deal.kind, deal.side, f"{_money(deal.amount)} {deal.currency}"),
        Sentence(
            "{rate} {against} for 1 {currency}", rate=f"{deal.rate:.10g}", against=deal.against, currency=deal.currency
        ),
        *(deal.trade_date.isoformat(), deal.value_date.isoformat(), deal.counterparty),
    )


def _risk(case: Designation) -> tuple[Block, ...]:
    pair = {"currency": case.item.currency, "reporting": case.item.reporting}
    if case.element == "spot":
        designated = Sentence(
            "The spot element of the deals is designated; their forward element is excluded and needs a policy of its "
            "own."
        )
    else:
        designated = Sentence("The deals are designated as a whole, forward element included.")
    return (
        _heading(case, Sentence("Nature of the hedged risk"), "risk"),
        Paragraph(
            Sentence(
                "Foreign currency risk: the amount in {reporting} changes with the rate of {currency} until it is "
                "received or paid.",
                **pair,
            )
        ),
        Paragraph(designated),
    )


def _ratio(case: Designation) -> tuple[Block, ...]:
    ratio = Sentence("{ratio} of the deals for 1 of the designated amount", ratio=f"{case.hedge_ratio:.4g}")
    covered = f"{case.dealt / abs(case.expected):.1%}" if case.expected else Sentence("nothing is expected")
    return (
        _heading(case, Sentence("Hedge ratio"), "ratio"),
        _stated(
            [
                (Sentence("Hedge ratio"), ratio, case.ratio_source),
                (Sentence("Share of all that is expected"), covered, Sentence("deals over the expected amount")),
            ]
        ),
    )


def _assessment(case: Designation) -> tuple[Block, ...]:
    heading = _heading(case, Sentence("How effectiveness is assessed"), "assessment")
    method = Paragraph(Sentence("Method: {method}", method=case.method))
    if not case.findings:
        return (heading, method, Paragraph(Sentence("To be completed: no prospective assessment is attached.")))
    header = (Sentence("Requirement"), Sentence("Found"), Sentence("Asked"), Sentence("Outcome"))
    rows = tuple((row.requirement, row.found, row.asked, _outcome(row.verdict)) for row in case.findings)
    source = Sentence(
        "Source: {source}. What is asked: {asked}.", source=case.findings_source, asked=STANDARDS[case.standard].source
    )
    return (heading, method, Table(header, rows), Paragraph(source))


def _outcome(verdict: str) -> Sentence:
    return {
        "met": Sentence("met"),
        "not met": Sentence("not met"),
        "not assessed": Sentence("not assessed"),
        "to be judged": Sentence("to be judged"),
    }[verdict]


def _ineffectiveness(case: Designation) -> tuple[Block, ...]:
    return (
        _heading(case, Sentence("Sources of ineffectiveness"), "ineffectiveness"),
        Bullets(case.ineffectiveness),
        Paragraph(Sentence("Source: terms of the item and of the deals; to be completed by the entity.")),
    )


def _accounting(case: Designation) -> tuple[Block, ...]:
    if case.standard == "IFRS 9":
        measured = Sentence(
            "The cash flow hedge reserve is the lower, in absolute amounts, of the cumulative gain or loss on the "
            "deals and the cumulative change in the value of the item, measured by a hypothetical derivative; the rest "
            "is in profit or loss."
        )
    else:
        measured = Sentence(
            "While the hedge is highly effective, the whole change in the value of the deals that is included in the "
            "assessment is in other comprehensive income, until the item affects earnings."
        )
    return (
        _heading(case, Sentence("Measurement and end of the hedge"), "accounting"),
        Paragraph(measured),
        Paragraph(
            Sentence(
                "The relationship ends when the deals settle or are sold, when the receipt or payment is no longer "
                "expected as designated, or when the requirements are no longer met."
            )
        ),
    )


def _to_complete(case: Designation) -> tuple[Block, ...]:
    probable = Sentence("highly probable") if case.standard == "IFRS 9" else Sentence("probable")
    return (
        Heading(Sentence("To be completed")),
        Bullets(
            (
                Sentence(
                    "Evidence that the forecast transaction is {probable}, and the limits of that.", probable=probable
                ),
                Sentence("Credit risk of each bank and of the entity, and that it does not dominate."),
                Sentence("Confirmations of the deals, and that each bank is outside the reporting entity."),
                Sentence("Accounting policies that apply, among them that for the forward element."),
                Sentence("How often effectiveness is assessed again, by whom, and where it is kept."),
                Sentence("Name, function, date and signature of who designates and of who approves."),
            )
        ),
    )


def _money(amount: float) -> str:
    return f"{abs(amount):,.15g}"
