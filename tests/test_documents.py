"""What the documents say is true: their code runs, their commands exist, their links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", flags=re.DOTALL | re.MULTILINE)


def blocks(language: str) -> list[tuple[str, str]]:
    """Name and text of each code block of a language, over all documents."""
    return [
        (f"{document.name}:{place}", text)
        for document in DOCUMENTS
        for place, (found, text) in enumerate(BLOCK.findall(document.read_text(encoding="utf-8")))
        if found == language
    ]


@pytest.mark.parametrize(("name", "text"), blocks("python"), ids=[name for name, _ in blocks("python")])
def test_python_in_the_documents_runs(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(text, name, "exec"), {"__name__": "document"})


def test_every_make_command_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    named = {word for _, text in blocks("sh") for word in re.findall(r"\bmake ([\w-]+)", text)}
    assert named
    assert named <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_links_between_files_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", document.read_text(encoding="utf-8"))
    assert not [link for link in links if not (document.parent / link).exists()]


def test_the_newest_version_in_the_changelog_is_the_packages() -> None:
    declared = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    newest = re.search(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert declared
    assert newest
    assert declared.group(1) == newest.group(1)


def test_every_page_is_described_in_the_readme() -> None:
    from dashboard.registry import PAGES

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert not [page.title for page in PAGES if f"**{page.title}**" not in readme]
