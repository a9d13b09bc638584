from __future__ import annotations

import re
from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
METHODS = ROOT / "docs" / "methods.md"


def test_the_page_shows_the_whole_document_with_links_to_its_sections() -> None:
    at = AppTest.from_file(str(ROOT / "pages" / "methods.py")).run()
    assert not at.exception
    document = METHODS.read_text(encoding="utf-8")
    headings = re.findall(r"^## +(.+)$", document, flags=re.MULTILINE)
    assert headings
    assert [heading.value for heading in at.header] == headings
    contents = at.expander[0].markdown[0].value
    links = re.findall(r"\(#(.+?)\)", contents)
    assert [heading.proto.anchor for heading in at.header] == links
    shown = "".join(part.value for part in at.markdown)
    formulas = re.findall(r"\$\$.+?\$\$", document, flags=re.DOTALL)
    assert all(formula in shown for formula in formulas)
