"""Writes the tree in docs/architecture.md: every module with the first sentence of its docstring."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
BLOCK = re.compile(r"```text\n.*?```", flags=re.DOTALL)
WIDTH = 34  # column in which the sentences begin

# Folders whose files are listed one by one; of the others the folder alone, with what it holds.
LISTED = ("app.py", "dashboard/", "pages/", "risk/", "scripts/", "benchmarks/")
HELD = {
    "dashboard/assets/": "the icon of the browser tab",
    "dashboard/locale/": "catalogues of translations, and the template that they are made from",
    "data/": "catalog.csv lists every file: what, source, licence, retrieved",
    "data/reference/": "facts with source, as-of date and unit, one table a file",
    "data/sample/": "the invented sample shop, written once by scripts/write_sample.py",
    "docs/": "methods, facts, and this map",
    "tests/": "mirrors the packages; literature/ holds published values, browser/ the roads in Chromium",
}


def main() -> None:
    """Rewrite the tree between the fences of the page."""
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(BLOCK.sub(lambda _: f"```text\n{tree()}```", text), encoding="utf-8")


def tree() -> str:
    """The annotated tree of the files that git keeps."""
    lines = [f"{'  ' * depth + name:<{WIDTH}} {sentence}".rstrip() for depth, name, sentence in entries()]
    return "\n".join(lines) + "\n"


def entries() -> Iterator[tuple[int, str, str]]:
    """Depth, name and sentence of each folder and module, folders before what is in them."""
    kept = [file for file in tracked() if file.startswith(LISTED) and file.endswith(".py")]
    modules = [file for file in kept if not file.endswith("__init__.py")]
    folders = {"/".join(file.split("/")[:depth]) + "/" for file in modules for depth in range(1, file.count("/") + 1)}
    for path in sorted(folders | set(modules) | set(HELD)):
        depth = path.rstrip("/").count("/")
        name = path.rstrip("/").rsplit("/", 1)[-1] + ("/" if path.endswith("/") else "")
        yield depth, name, HELD.get(path) or sentence_of(ROOT / path)


def tracked() -> list[str]:
    """Paths of the files that git keeps or would keep."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603
    return [file for file in listed.split("\0") if file and (ROOT / file).is_file()]


def sentence_of(path: Path) -> str:
    """First line of the docstring of a module, or of a folder's __init__; empty where there is none."""
    module = path / "__init__.py" if path.is_dir() else path
    if not module.exists():
        return ""
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return docstring.split("\n", 1)[0].rstrip(".")


if __name__ == "__main__":
    main()
