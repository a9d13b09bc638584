from __future__ import annotations

from dashboard.documents import anchor, sections


def test_a_document_falls_into_its_sections() -> None:
    introduction, parts = sections("# Methods\n\nWhy.\n\n## One\nText.\n\n### Deeper\n\nMore.\n\n## Two\n\nEnd.\n")
    assert introduction == "Why."
    assert parts == [("One", "Text.\n\n### Deeper\n\nMore."), ("Two", "End.")]


def test_anchors_are_written_as_links_of_the_document_write_them() -> None:
    assert anchor("Value at risk, backtested") == "value-at-risk-backtested"
    assert anchor("Filtered historical simulation (EWMA 0.94)") == "filtered-historical-simulation-ewma-094"
