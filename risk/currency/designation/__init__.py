"""The memo that designates a hedge: a draft for entity and auditor, as Markdown or as a Word file."""

from risk.currency.designation.blocks import Block, Bullets, Heading, Paragraph, Table
from risk.currency.designation.case import MEMO_STANDARDS, Designation, Stated, usual_sources
from risk.currency.designation.docx import to_docx
from risk.currency.designation.markdown import to_markdown
from risk.currency.designation.memo import designation_memo

__all__ = [
    "MEMO_STANDARDS",
    "Block",
    "Bullets",
    "Designation",
    "Heading",
    "Paragraph",
    "Stated",
    "Table",
    "designation_memo",
    "to_docx",
    "to_markdown",
    "usual_sources",
]
